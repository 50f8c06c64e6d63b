"""Names, addresses and numbers are foreign text: they print as text, whatever they hold.

Every template meets them in every language. A page made with a hostile name must have exactly the
elements and attributes that it has with a plain one.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from places import LETTERS
from relance.decision.outcomes import Letter
from relance.letters.compose import (
    LetterSetting,
    compose,
    compose_call_sheet,
    compose_proposal,
    compose_sms,
)
from relance.letters.declaration_letter import compose_declaration
from relance.paper import pdf
from relance.paper.page import page_html
from relance.policy.settings import Creditor, Policy
from relance.specimens import made_up_company, reminders
from relance.specimens.papers import declarations
from relance.text.escapes import plain
from relance.text.frontmatter import front_matter
from relance.text.writing import slug
from relance.values.facts import Client
from relance.values.kinds import Tone
from relance.values.problem import Refusal
from story import company

POLICY = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))

HOSTILE = (
    "# Titre",
    "a | b | c",
    "{{ 7*7 }} {% raw %} {# non #}",
    "<script>alert(1)</script><img src=x onerror=y>",
    '" onload="x" style="position:fixed',
    "</title></head><style>*{display:none}</style>",
    "[lien](http://mal.example) ![i](http://mal.example/i.png)",
    "[ref]: http://mal.example",
    "http://mal.example www.mal.example <http://mal.example> a@mal.example",
    "---\nobjet: autre\n---",
    "-->\n<!-- Données de la lettre, à laisser telles quelles\ntotal: 0.00\n-->",
    "Nom\n\n| a |\n|---|\n| b |",
    "\\",
    "**gras** __gras__ `code` ~~non~~ $x$",
    "1. un\n2. deux",
    "> cité",
    "} body { color: red } /* x */",
    "A\u202e100 EUR\u202c B\u2066C\u2069 D\u200fE\u200bF\u00adG",
    "a\x00b\x07c\x1b[31md",
    "&lt;b&gt; &#42; &amp;",
    "N" * 500,
)

LANGUAGES = ("fr", "en", "de")

signs = "`*_[](){}|\\&;<>#-+=.!~$:/@%\"' \n\t1aé\u202e\u2066\u200b\u00ad\x07"
names = st.text(st.sampled_from(signs) | st.characters(exclude_categories=["Cs"]), max_size=40)
readable = names.filter(plain)


def with_name(letter: Letter, name: str) -> Letter:
    """The letter, everything in it that a ledger can spell being that name."""
    client: Client = replace(
        letter.client,
        name=name,
        contact=name,
        reference=name,
        followed_by=name,
        phone=name,
        address=(name, "67000 Strasbourg"),
    )
    lines = tuple(
        replace(line, claim=replace(line.claim, client=client, label=name)) for line in letter.lines
    )
    return replace(letter, client=client, lines=lines)


def pages(name: str, language: str) -> Iterator[str]:
    """Every kind of paper, the fullest, with that name for client, creditor and invoices."""
    creditor = made_up_company.creditor().model_copy(
        update={"name": name, "signatory": name, "rcs": name}
    )
    setting = LetterSetting(creditor, LETTERS, made_up_company.documents(), language)
    for step in POLICY.steps.values():
        if step.name != "contentieux":
            letter = with_name(next(reminders.specimens(step))[0], name)
            tones = Tone if step.name == "relance-1" else (Tone.NEUTRAL,)
            yield from (compose(replace(letter, tone=tone), setting) for tone in tones)
    yield compose_call_sheet(letter, setting)
    yield compose_proposal(letter, setting, reminders.proposal(letter))
    reminder = next(reminders.reminders_of_instalments(POLICY.steps["rappel"]))[0]
    yield compose(with_name(reminder, name), setting)
    declaration, _ = next(declarations())
    hostile = replace(declaration, letter=with_name(declaration.letter, name))
    yield compose_declaration(hostile, setting)


# The payment code is drawn from what it says: its strokes follow the text, and are numbers alone.
DRAWN = {
    ("svg", "viewbox"): re.compile(r"-2 -2 (\d+) \1"),
    ("path", "d"): re.compile(r"(?:M\d+ \d+\.5H\d+)+"),
}


def unchanging(tag: str, key: str, value: str | None) -> str | None:
    """The value of an attribute, the same for every text; a drawing that is more than one stays
    what it is, and differs."""
    drawn = DRAWN.get((tag, key))
    if key in {"content", "alt"} or (drawn and drawn.fullmatch(value or "")):
        return None
    return value


Tag = tuple[str, tuple[tuple[str, str | None], ...]]


ADDRESS_LINES = {
    "class": "capitales",
    "style": r"font-size: [\d.]+pt; line-height: [\d.]+mm",
}


class Skeleton(HTMLParser):
    """The elements and attributes of a page, and its text.

    A long name takes more lines of the address, in smaller type: of these, that they are lines.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.in_address = False
        self.tags: list[Tag] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.in_address:
            assert tag == "p"
            for key, value in attrs:
                assert re.fullmatch(ADDRESS_LINES[key], value or "")
            return
        self.in_address = tag == "address"
        self.tags.append((tag, tuple((key, unchanging(tag, key, value)) for key, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.in_address and tag == "p":
            return
        self.in_address = False
        self.tags.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def laid_out(text: str) -> Skeleton:
    front, body = front_matter(text)
    return Skeleton(page_html(front, body, LETTERS))


def squeezed(text: str) -> str:
    return " ".join(text.split())


@cache
def plainly(language: str) -> list[list[Tag]]:
    """The elements of every paper when the name is a plain word."""
    return [laid_out(text).tags for text in pages("Nom", language)]


def prints_as_text(name: str, language: str) -> None:
    papers = list(pages(name, language))
    for text, expected in zip(papers, plainly(language), strict=True):
        page = laid_out(text)
        assert page.tags == expected, front_matter(text)[0]["objet"]
        assert squeezed(plain(name)) in squeezed("".join(page.words))
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", "".join(page.words))
    told = front_matter(papers[0])[0]["destinataire"]
    assert isinstance(told, dict)
    assert told["nom"] == name


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [HOSTILE[n] for n in (1, 3, 9, 10, 16)])
def test_every_template_prints_a_hostile_name_as_text(name: str, language: str) -> None:
    prints_as_text(name, language)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_every_template_prints_every_hostile_name_as_text(name: str) -> None:
    for language in LANGUAGES:
        prints_as_text(name, language)


@settings(max_examples=5)
@given(name=readable, language=st.sampled_from(LANGUAGES))
@example(name="#\n# x\n\n***", language="de")
@pytest.mark.slow
def test_every_template_prints_any_name_as_text(name: str, language: str) -> None:
    prints_as_text(name, language)


@given(names)
@example("../../etc/passwd")
@example("N" * 500)
@example("CON\u202egpj.exe")
def test_a_file_name_is_ascii_and_short(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug(name))
    assert len(slug(name)) <= 40


@settings(max_examples=40)
@given(readable)
def test_a_text_message_is_one_line_without_marks(name: str) -> None:
    letter = with_name(next(reminders.specimens(POLICY.steps["relance-1"]))[0], "F1")
    creditor = made_up_company.creditor().model_copy(update={"name": name, "phone": None})
    try:
        message = compose_sms(letter, LetterSetting(creditor, LETTERS))
    except Refusal:
        return  # too long in one message: said, never cut
    assert message == plain(message)
    assert "1 842,89 €" in message


# ---------------------------------------------------------------- The PDF


def words_of(made: bytes) -> str:
    shown = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True
    )
    return re.sub(r"\s", "", shown.stdout.decode())


def notice(name: str) -> str:
    step = POLICY.steps["mise-en-demeure"]
    letter = with_name(next(reminders.specimens(step))[0], name)
    return compose(letter, LetterSetting(made_up_company.creditor(), LETTERS))


@pytest.mark.parametrize(
    "name", [HOSTILE[3], HOSTILE[16], pytest.param("N" * 500, marks=pytest.mark.slow)]
)
def test_the_pdf_shows_the_name(name: str) -> None:
    shown = words_of(pdf.render(notice(name), LETTERS))
    # In the window, in the demand and on the card of references at least.
    assert shown.count(re.sub(r"\s", "", plain(name))) >= 2


@pytest.mark.parametrize(
    ("name", "missing"),
    [("שלום SARL", "U+05D5"), ("شركة", "U+0629"), ("株式会社", "U+4F1A"), ("Fête 🎉", "U+1F389")],
)
def test_a_name_that_cannot_be_drawn_is_refused_by_name(name: str, missing: str) -> None:
    """Right-to-left letters among them: what cannot be read in order is not printed."""
    with pytest.raises(Refusal) as told:
        pdf.render(notice(name), LETTERS)
    assert name in str(told.value)
    assert missing in str(told.value)


def test_an_invisible_name_is_none(tmp_path: Path) -> None:
    ledger = '2010-01-01 open Actifs:Clients:Nul\n  client: "\u200b\u202e"\n'
    found = {client.account: client for client in company(tmp_path, ledger).books.clients}
    assert found["Actifs:Clients:Nul"].label == "Actifs:Clients:Nul"
