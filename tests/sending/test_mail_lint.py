"""Every mail's page held against what mail programs show: a lint of its elements and its style.

The facts are those that « Can I email » publishes (data of May 2026): what a program ignores may
stand on the page when nothing is lost without it, as said beside it. Whatever is not in these
tables is a fault, so that a new property comes with its facts.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from places import LETTERS
from relance.letters.figures import FigureReader
from relance.letters.letter_text import as_text, invoice_rows, leaves
from relance.policy.settings import Creditor, Policy
from relance.sending.html_part import MOST, html_part, inner_html
from relance.sending.plain_text import plain_text
from relance.specimens.previews import PreviewForm, previews
from relance.text.frontmatter import front_matter
from relance.text.typography import ordinary

COLOUR, LENGTH = "#[0-9a-f]{6}", r"(?:0|\d{1,2}px)"  # a length is never negative: Gmail drops it
BOX = rf"{LENGTH}(?: (?:{LENGTH}|auto)){{0,3}}"
FORMS = {
    "background": COLOUR,
    "border": "0",
    "border-(?:top|bottom|left)": rf"[1-4]px solid {COLOUR}",
    "border-collapse": "collapse",
    "border-radius": "4px",  # not Outlook for Windows, Orange, GMX: square corners
    "box-sizing": "border-box",  # not Outlook, Yahoo, Orange: nothing has a width and side margins
    "color": COLOUR,
    "display": "block|inline-block|none",  # Outlook for Windows knows none alone: rows stay rows
    "font-family": "[^;]*,Arial,sans-serif",
    "font-size": r"1[3-9]px|2\dpx",  # 13 pixels at least: legible without the style sheet
    "font-variant-numeric": "tabular-nums",  # not Gmail: figures a little out of line
    "font-weight": "normal|600",
    "line-height": r"1\.\d+",
    "margin(?:-top)?": BOX,  # not « auto » in Outlook for Windows: the page stands on the left
    "max-width": "680px",  # not Outlook for Windows: the page is as wide as its window
    "overflow-wrap": "anywhere",  # not Gmail: then `word-break`
    "padding(?:-top|-right)?": BOX,  # cells alone in Outlook for Windows: no white around a panel
    "text-align": "left|right",
    "text-decoration": "none",
    "vertical-align": "top",
    "white-space": "nowrap|pre-wrap",  # not Outlook for Windows: a number may wrap
    "width": r"\d{1,3}%",
    "word-break": "break-word",
    "-webkit-text-size-adjust": "100%",
    "(?:-webkit-)?user-select": "all",  # not Gmail, Outlook: the number is taken by hand
}
# Those of HTML 4: Outlook and Yahoo drop `section`, `header` and the like with what they style.
ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "p",
        "span",
        "br",
        "wbr",
        "a",
        "img",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "strong", "em", "small", "sup", "blockquote"),
    *("ul", "ol", "li", "h1", "h2", "h3", "hr", "pre", "code"),
}
ATTRIBUTES = {
    *("style", "class", "width", "height", "alt", "src", "href", "scope", "colspan"),
    *("cellpadding", "cellspacing", "lang", "name", "content", "charset"),
}
CODE = "cid:code@x.example"


class _Lint(HTMLParser):
    """What is wrong with a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.words: list[str] = []
        self.sheet, self.title, self.language = "", "", ""
        self._inside, self._hidden = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        self._check(tag in ELEMENTS, f"<{tag}>")
        self._check(given.keys() <= ATTRIBUTES, f"<{tag}> {sorted(given.keys() - ATTRIBUTES)}")
        for declared in filter(None, given.get("style", "").split(";")):
            self._check(_is_known(declared), f"<{tag}> {declared}")
        self._check(tag != "a" or re.match(r"https://|tel:|mailto:", given["href"]), str(given))
        self._check(tag != "th" or given.get("scope") in ("row", "col"), "<th> without scope")
        if tag == "img":
            self._check(given["src"] == CODE and given["alt"], f"<img> {given}")
            self._check(0 < int(given["width"]) <= 288, "wider than a telephone's page")
        if "display:none" in given.get("style", "").split(";"):
            self._hidden = tag
        self.language = given.get("lang", self.language)
        # A button says where it leads, and leads to the whole address.
        self.words.append(f" {given['href']} " if given.get("href", "").startswith("https") else "")
        self.words.append(" " if tag in ("br", "p", "td", "th", "div", "li", "h2") else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.sheet += data
        elif self._inside == "title":
            self.title += data
        else:
            # Gmail on a telephone's own pages shows what is hidden: heads, and « nothing ».
            nothing = self._hidden in ("", "thead") or data.strip() in ("", "–")
            self._check(nothing, f"hidden: {data}")
            self.words.append(data)

    def _check(self, holds: object, fault: str) -> None:
        if not holds:
            self.faults.append(fault)


def _is_known(declared: str) -> bool:
    name, _, value = declared.partition(":")
    return any(re.fullmatch(n, name) and re.fullmatch(v, value) for n, v in FORMS.items())


def sheet_faults(sheet: str) -> list[str]:
    """What a style sheet may not say: it only adds to what stands on the elements."""
    told = ["over 16 kB, where Gmail drops it"] if len(sheet.encode()) > 16_000 else []
    told += re.findall(r"url\(|@import|@font-face|/\*|position|float|expression", sheet)
    rules = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", sheet)
    told += [f"outside of @media: {x}" for x in re.findall(r"display[^;}]*|@[a-z-]+", rules)]
    queries = set(re.findall(r"@media \(([a-z-]+):", sheet))
    return told + sorted(queries - {"min-width", "max-width", "prefers-color-scheme"})


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_every_mail_is_what_mail_programs_show(language: str) -> None:
    policy = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))
    ours = [p for p in previews(LETTERS, policy) if p.name.startswith(f"{language}/")]
    mails = [preview for preview in ours if preview.form is PreviewForm.MAIL]
    assert len(mails) > 10
    for mail in mails:
        front, body = front_matter(mail.make())
        made = html_part(front, inner_html(body), LETTERS, lambda _code: CODE)
        assert made is not None
        lint = _Lint(made.page)
        assert (lint.faults, sheet_faults(lint.sheet)) == ([], []), mail.name
        assert (lint.language, lint.title) == (language, front["objet"])
        assert re.match(
            r'<!DOCTYPE html>\n<html lang="..">\n<head>\n<meta charset="utf-8">', made.page
        )
        assert made.page.count("<style>") == made.page.count("<title>") == 1
        assert len(made.page.encode()) < MOST / 2, mail.name
        assert_same_figures(front, plain_text(inner_html(body), language), "".join(lint.words))


def assert_same_figures(front: dict[str, object], text: str, page: str) -> None:
    """The text and the page say the same; the page has its head and its foot besides."""
    numbers = [str(row["numero"]) for row in invoice_rows(front)]
    reader = FigureReader(numbers, str(front["devise"]))

    def figures(words: str) -> set[str]:
        return {f"{x.kind} {x.value}" for x in reader.figures(" ".join(ordinary(words).split()))}

    values = [as_text(value) for _, value in leaves(front)]
    said = {f"nombre {value}" for value in values}.union(*map(figures, values))
    hosts = figures(" ".join(re.findall("https://([^/ >]+)", text)))
    assert figures(text) <= figures(page)
    assert figures(page) <= figures(text) | said | hosts


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('<p style="margin:-4px">', "<p> margin:-4px"),
        ('<div style="display:flex">', "<div> display:flex"),
        ('<p style="position:absolute">', "<p> position:absolute"),
        ('<p style="font-size:11px">', "<p> font-size:11px"),
        ("<section>", "<section>"),
        ('<p onclick="x">', "<p> ['onclick']"),
        ('<td style="display:none">12,00</td>', "hidden: 12,00"),
        ("<th>Solde</th>", "<th> without scope"),
        ('<img src="cid:code@x.example" alt="a" width="600">', "wider than a telephone's page"),
    ],
)
def test_a_fault_is_seen(page: str, fault: str) -> None:
    assert _Lint(page).faults == [fault]


def test_what_a_style_sheet_may_not_say_is_seen() -> None:
    assert (
        sheet_faults("@media (min-width: 600px) { td { display: table-cell } } p { color: red }")
        == []
    )
    assert sheet_faults(".x { display: none }") == ["outside of @media: display: none "]
    assert sheet_faults("@font-face { src: url(x) }") == [
        "@font-face",
        "url(",
        "outside of @media: @font-face",
    ]
    assert sheet_faults("@media (hover: hover) { a { color: red } }") == ["hover"]
    assert sheet_faults("a" * 16_001) == ["over 16 kB, where Gmail drops it"]
