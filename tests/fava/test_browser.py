"""The page « Relances » as one uses it: Chromium before a Fava that is really served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsing import chromium, served, shown
from favabooks import DAY, LETTER, TWO_CLIENTS, written_to
from places import ROOT
from story import EVERY_DAY, Story, company

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return written_to(company(tmp_path, TWO_CLIENTS, EVERY_DAY))


@pytest.fixture
def address(story: Story) -> Iterator[str]:
    """Where Fava serves the story, until the test is over."""
    with served(story.root / "ledger/main.beancount") as place:
        yield place


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page of 17 March 2026, reached from Fava's sidebar; whatever the browser complains of
    is a fault."""
    with shown(browser) as (opened, complaints):
        opened.goto(f"{address}/journal/?{DAY}")
        expect(opened.locator("ol.journal li").first).to_be_visible()  # or it would come later
        opened.get_by_role("link", name="Relances", exact=True).click()
        expect(opened.get_by_role("heading", name="À émettre")).to_be_visible()
        yield opened
    assert complaints == []


def clients(page: Page) -> list[str]:
    return page.locator(".relances-balance tbody tr td:first-child").all_inner_texts()


def test_it_sorts_by_amount(page: Page) -> None:
    assert clients(page) == ["Durand SARL", "Mme Martin"]  # the greatest first
    total = page.locator(".relances-balance th", has_text="Solde")
    total.click()
    assert clients(page) == ["Mme Martin", "Durand SARL"]  # 80 before 100, not « 100,00 » first
    total.click()
    assert clients(page) == ["Durand SARL", "Mme Martin"]


def test_it_sorts_by_keyboard(page: Page) -> None:
    total = page.locator(".relances-balance th", has_text="Solde")
    total.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert clients(page) == ["Mme Martin", "Durand SARL"]
    expect(total).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Space")
    assert clients(page) == ["Durand SARL", "Mme Martin"]
    expect(total).to_have_attribute("aria-sort", "descending")


def test_it_opens_a_letter(page: Page) -> None:
    page.locator(".relances-balance").get_by_role("link", name="Durand SARL").click()
    link = page.get_by_role("link", name=f"{LETTER}.pdf")
    expect(link).to_be_visible()
    answer = page.request.get(page.evaluate("each => each.href", link.element_handle()))
    assert answer.headers["content-type"] == "application/pdf"
    with page.expect_popup() as opened:
        link.click()
    assert LETTER in opened.value.url


def test_it_follows_the_filters(page: Page) -> None:
    page.get_by_placeholder("Account", exact=True).fill("Martin")
    page.keyboard.press("Enter")
    expect(page.locator(".relances-filtre")).to_be_visible()
    assert clients(page) == ["Mme Martin"]
    page.get_by_role("link", name="F2").first.click()
    expect(page.locator(".relances")).to_have_count(0)
    assert "filter=^F2" in page.url.replace("%5E", "^")
    expect(page.get_by_text("Cours de voile")).to_be_visible()


def test_the_drawings_come_when_one_looks(page: Page) -> None:
    page.locator("#relances-dessins").scroll_into_view_if_needed()
    drawing = page.get_by_role("img", name="Balance âgée (EUR)")
    expect(drawing).to_be_visible()
    assert drawing.evaluate("each => each.decode().then(() => each.naturalWidth)") > 100


def test_it_survives_an_error_and_recovers(page: Page, story: Story) -> None:
    """Fava watches its files, and offers to load the page again once one has changed."""
    again = page.get_by_role("button", name="↻")
    text = (story.root / "ledger/main.beancount").read_text("utf-8")
    story.add('2026-03-18 * "Durand" "Virement" ^F1\n  Actifs:Banque  1440,00 EUR\n')
    again.click()
    expect(page.get_by_text("Pas de plan tant que ceci n’est pas corrigé")).to_be_visible()
    story.write("ledger/main.beancount", text)
    again.click()
    expect(page.get_by_role("heading", name="À émettre")).to_be_visible()


# ---------------------------------------------------------------- For everybody, on every screen

EXAMPLE = "atelier-lumen-sarl/extension/Relances/?time=2026-11-23"
PAGES = {
    "a day": EXAMPLE,
    "a client": f"{EXAMPLE}&compte=Actifs:Clients:Müller",
    "nobody": f"{EXAMPLE}&compte=Actifs:Clients:Personne",
}
# Whatever in the page ends beyond the right edge of what it lies in, or of the window.
CLIPPED = """() => [...document.querySelectorAll(".relances *:not(svg *)")]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1
        || (each.matches("section, details, table") && each.scrollWidth > each.clientWidth + 1))
    .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def example() -> Iterator[str]:
    with served(ROOT / "ledger/main.beancount") as place:
        yield place.rpartition("/")[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_it(browser: Browser, example: str, name: str, scheme: str) -> None:
    with shown(browser) as (page, _):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in (400, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{example}/{PAGES[name]}")
            expect(page.locator(".relances")).to_be_visible()
            faults = Axe().run(page, context=".relances").response["violations"]
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []


@pytest.mark.parametrize("width", [400, 800, 1000, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_clipped(browser: Browser, example: str, name: str, width: int) -> None:
    with shown(browser) as (page, _):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{example}/{PAGES[name]}")
        expect(page.locator(".relances")).to_be_visible()
        assert page.evaluate(CLIPPED) == []


def test_on_a_telephone_a_wait_takes_few_lines(browser: Browser, example: str) -> None:
    """Who and how much on the first, the invoice and its reason below: two lines or three."""
    with shown(browser) as (page, _):
        page.set_viewport_size({"width": 400, "height": 900})
        page.goto(f"{example}/{PAGES['a day']}")
        row = page.locator(".relances-attentes tr", has_text="F2026-0036")
        line = row.locator("a").first.bounding_box()
        box, sum_ = row.bounding_box(), row.locator(".solde").bounding_box()
        assert line and box and sum_
        assert abs(line["y"] - sum_["y"]) < line["height"]
        assert box["height"] < 4.5 * line["height"]
