"""A mail's page as it is read: on a telephone, on a wide screen, by day and by night."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browsing import chromium
from places import LETTERS
from relance.policy.settings import Creditor, Policy
from relance.sending.mail_preview import standalone_mail
from relance.specimens.previews import PreviewForm, previews

pytestmark = pytest.mark.slow

NAMES = [
    *("fr/courriel-relance-2-professionnel", "fr/courriel-relance-1-minimal"),
    *("de/courriel-relance-2-professionnel", "en/courriel-rappel-professionnel"),
]
WIDTHS, SCHEMES = (320, 400, 800), ("light", "dark")

# Of every word on the page, the least contrast (WCAG 2.2, 1.4.3) and the smallest letters.
MEASURE = """() => {
  const number = text => text.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = number(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let contrast = 21, size = 100, cut = [];
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || !element.getClientRects().length) continue;
    const pair = [getComputedStyle(element).color, null].map((c, i) =>
      light(i ? ground(element) : number(c)));
    const [low, high] = pair.sort((a, b) => a - b);
    contrast = Math.min(contrast, (high + 0.05) / (low + 0.05));
    if (element.tagName !== "SUP") {
      size = Math.min(size, parseFloat(getComputedStyle(element).fontSize));
    }
    const box = element.getBoundingClientRect();
    if (box.left < -0.5 || box.right > innerWidth + 0.5) cut.push(words.currentNode.data);
  }
  return {contrast, size, cut, wide: document.documentElement.scrollWidth};
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def mails() -> dict[str, str]:
    """The pages of made-up mails, by name."""
    policy = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))
    return {
        preview.name: standalone_mail(preview.make(), LETTERS, preview.name)
        for preview in previews(LETTERS, policy)
        if preview.form is PreviewForm.MAIL and preview.name in NAMES
    }


def opened(browser: Browser, html: str, width: int, scheme: str) -> Page:
    dark = "dark" if scheme == "dark" else "light"
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=dark)  # type: ignore[arg-type]
    page.route("**/*", lambda route: route.abort())  # the page needs nothing
    page.set_content(html)
    return page


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_word_is_in_sight_and_legible(
    browser: Browser, mails: dict[str, str], width: int, scheme: str
) -> None:
    assert sorted(mails) == sorted(NAMES)
    for name, html in mails.items():
        page = opened(browser, html, width, scheme)
        seen = page.evaluate(MEASURE)
        page.close()
        assert seen["wide"] <= width, name
        assert seen["cut"] == [], name
        assert seen["contrast"] >= 4.5, name
        assert seen["size"] >= 12, name


def test_a_number_without_a_blank_stays_on_a_telephone(
    browser: Browser, mails: dict[str, str]
) -> None:
    html = mails["fr/courriel-relance-1-minimal"].replace("S2026-0005", "F" * 80)
    page = opened(browser, html, 320, "light")
    seen = page.evaluate(MEASURE)
    page.close()
    assert (seen["wide"], seen["cut"]) == (320, [])


def test_a_row_is_a_card_on_a_telephone_and_a_row_on_a_screen(
    browser: Browser, mails: dict[str, str]
) -> None:
    html = mails["fr/courriel-relance-2-professionnel"]
    for width, in_one_line, named, drawn in ((320, False, True, False), (800, True, False, True)):
        page = opened(browser, html, width, "light")
        cells = page.locator(".liste").first.locator("tbody tr").first.locator("td")
        boxes = [cells.nth(n).bounding_box() for n in range(cells.count())]
        tops = {round(box["y"]) for box in boxes if box}
        assert (len(tops) == 1) is in_one_line
        assert page.locator(".liste small").first.is_visible() is named
        assert page.locator("img").is_visible() is drawn
        page.close()


def test_one_touch_takes_the_account_number(browser: Browser, mails: dict[str, str]) -> None:
    page = opened(browser, mails["fr/courriel-relance-2-professionnel"], 400, "light")
    page.get_by_text("FR76").click()
    taken = page.evaluate("getSelection().toString()")
    page.close()
    assert taken == "FR7630006000011234567890189"


def test_the_code_that_is_seen_is_the_code_that_was_drawn(
    browser: Browser, mails: dict[str, str], tmp_path: Path
) -> None:
    page = opened(browser, mails["fr/courriel-relance-2-professionnel"], 800, "dark")
    image = page.locator("img")
    natural = image.evaluate("each => each.naturalWidth")
    source = image.get_attribute("src") or ""
    assert base64.b64decode(source.partition(",")[2])[:4] == b"\x89PNG"
    box = image.bounding_box()
    page.close()
    assert box is not None
    assert box["width"] == natural / 4 * 3  # drawn with four pixels a module, shown with three
