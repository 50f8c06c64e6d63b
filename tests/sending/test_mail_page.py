"""A mail's page: its parts, what a reader copies or touches, what foreign text cannot do."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dispatching import at_nine
from places import LETTERS
from relance.policy.settings import Creditor, MailSettings
from relance.sending.content import Content, content_of
from relance.sending.html_part import MOST, html_part, inner_html
from relance.sending.letterfile import Attachment, LetterFile
from relance.sending.message import build, sender_of
from relance.values.facts import Client
from relance.values.problem import Source
from story import past_letter

BODY = """\
Madame,

| Facture | Échéance | Reçu | Solde |
|---------|---------|-----:|------:|
| F2026-1 | 01/10/2026 | – | 1 104,00 € |
| **Total** | | | **1 104,00 €** |

| | |
|-----|-----:|
| **Total à régler** | **1 104,00 €** |

> Réglez **avant le 1er\u00a0décembre 2026**.

| | |
|-----|-----|
| Par virement | **FR76 3000 6000 0112 3456 7890 189** (BIC AGRIFRPP), Atelier Été |
| Référence à rappeler | R20260317-01, F2026-1 |
| Code QR | 1 104,00 € à Atelier Été, R20260317-01 F2026-1 |
| Payer en ligne | <https://payer.example/F2026-1> |
| Une question ? | 01 99 00 00 09, bonjour@ete.example |

---

Merci.

**Camille**
"""
FRONT: dict[str, object] = {
    "relance": "R20260317-01",
    "objet": "Relance n° 1 : facture F2026-1",
    "langue": "fr",
    "date": date(2026, 3, 17),
    "canal": ["courriel"],
    "devise": "EUR",
    "destinataire": {"nom": "Durand SARL"},
    "creancier": {
        "nom": "Atelier Été",
        "forme": "SARL",
        "siren": "000000018",
        "courriel": "bonjour@ete.example",
        "telephone": "01 99 00 00 09",
        "iban": "FR7630006000011234567890189",
    },
    "virement": {"montant": Decimal("1104.00"), "reference": "R20260317-01 F2026-1"},
}
PDF = Attachment("R20260317-01-durand.pdf", "application/pdf", b"%PDF-1.7\n")
DURAND = Client("Actifs:Clients:D", "Durand SARL", Source("x"), emails=("c@durand.example",))
SENDER = sender_of(
    Creditor(name="Atelier Été", address=["Lyon"], email="bonjour@ete.example"),
    MailSettings(),
    at_nine("2026-03-18"),
)


def letter_file(body: str = BODY, **front: object) -> LetterFile:
    letter = past_letter("R20260317-01", "relance-1", "F2026-1")
    return LetterFile(letter, "out/lettres/x", FRONT | front, body)


def page(body: str = BODY, **front: object) -> str:
    made = html_part(FRONT | front, inner_html(body), LETTERS, lambda _code: "cid:code@x.example")
    assert made is not None
    return made.page


def sent(content: Content) -> EmailMessage:
    return message_from_bytes(
        build(letter_file(), DURAND, SENDER, content).as_bytes(), policy=default
    )


def shape(message: MIMEPart) -> object:
    """The types of a message's parts, each within its own."""
    if not message.is_multipart():
        return message.get_content_type()
    return (message.get_content_subtype(), *map(shape, message.iter_parts()))


# ---------------------------------------------------------------- The message


def test_a_message_is_its_text_its_page_with_the_code_and_the_attachments() -> None:
    message = sent(content_of(letter_file(), LETTERS, [PDF]))
    assert shape(message) == (
        "mixed",
        ("alternative", "text/plain", ("related", "text/html", "image/png")),
        "application/pdf",
    )
    image = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert image["Content-ID"] == "<qr.r20260317-01@relance.invalid>"
    assert image.get_content_disposition() == "inline"
    assert image.get_content()[:8] == b"\x89PNG\r\n\x1a\n"
    body = message.get_body(("html",))
    assert body is not None
    assert 'src="cid:qr.r20260317-01@relance.invalid"' in body.get_content()
    assert [part.get_filename() for part in message.iter_attachments()] == [PDF.name]


def test_without_a_code_the_page_stands_beside_the_text() -> None:
    message = sent(content_of(letter_file(virement=None), LETTERS, [PDF]))
    assert shape(message) == (
        "mixed",
        ("alternative", "text/plain", "text/html"),
        "application/pdf",
    )


def test_the_boundaries_differ_and_none_begins_another() -> None:
    message = sent(content_of(letter_file(), LETTERS, [PDF]))
    boundaries = [part.get_boundary() for part in message.walk() if part.is_multipart()]
    assert boundaries == [f"=_{sort}_R20260317-01" for sort in ("mixed", "alternative", "related")]


def test_the_same_letter_makes_the_same_bytes() -> None:
    first, second = (
        build(letter_file(), DURAND, SENDER, content_of(letter_file(), LETTERS, [PDF])).as_bytes()
        for _ in range(2)
    )
    assert first == second
    assert first.isascii()
    assert max(map(len, first.split(b"\r\n"))) <= 78  # RFC 5322, 2.1.1


@pytest.mark.slow
def test_a_page_too_large_for_mail_is_left_to_the_pdf() -> None:
    rows = "\n".join(f"| F{n} | 01/10/2026 | – | 1,00 € |" for n in range(900))
    long = BODY.replace("| F2026-1 |", f"{rows}\n| F2026-1 |", 1)
    content = content_of(letter_file(long), LETTERS, [PDF])
    assert content.page is None
    assert shape(sent(content)) == ("mixed", "text/plain", "application/pdf")
    assert "- Facture F899 · Échéance 01/10/2026 · Solde 1,00 €" in content.text
    assert len(page().encode()) < MOST / 10


# ---------------------------------------------------------------- The page


class _Seen(HTMLParser):
    """The elements of a page with their attributes, and the words that stand in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self._style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._style = tag == "style"
        if tag in ("p", "td", "th", "br", "div"):
            self.words += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words += data

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_nothing_is_fetched_and_nothing_follows_the_reader() -> None:
    seen = _Seen(page())
    assert [image["src"] for image in seen.of("img")] == ["cid:code@x.example"]
    assert [link["href"] for link in seen.of("a")] == [
        "https://payer.example/F2026-1",
        "tel:+33199000009",
        "mailto:bonjour@ete.example",
    ]
    assert not {"script", "link", "iframe", "form", "object"} & {name for name, _ in seen.elements}
    assert "url(" not in page()
    assert "@import" not in page()


def test_an_account_number_is_copied_without_blanks() -> None:
    assert "\nFR7630006000011234567890189 (BIC AGRIFRPP), Atelier Été" in _Seen(page()).words
    whole = [x for x in _Seen(page()).elements if "user-select:all" in x[1].get("style", "")]
    assert [name for name, _ in whole] == ["span", "td"]  # the account, the reference


def test_a_payment_link_is_a_button_that_says_where_it_leads() -> None:
    words = _Seen(page()).words
    assert "\nPayer en ligne\npayer.example" in words
    assert "https://payer.example" not in words


def test_a_row_says_the_name_of_each_of_its_amounts() -> None:
    words = [line for line in _Seen(page()).words.split("\n") if line]
    row = words.index("F2026-1")
    assert words[row : row + 7] == [
        "F2026-1", "Échéance", "01/10/2026", "Reçu", "–", "Solde", "1 104,00 €"
    ]  # fmt: skip


def test_the_first_of_a_month_and_the_name_of_the_firm_are_as_in_print() -> None:
    assert "1<sup>er</sup>" in page()
    assert "L’Épi" in page(creancier={"nom": "L'Épi", "iban": None}, virement=None)


def test_who_writes_is_said_at_the_end() -> None:
    words = _Seen(page()).words
    assert words.split("Camille")[1].split() == [
        "Atelier",
        "Été,",
        "SARL",
        "SIREN",
        "000",
        "000",
        "018",
    ]


HOSTILE = '<script>alert(1)</script><img src="http://x.example/p.gif" onerror=x>'


def test_foreign_text_is_text() -> None:
    body = f"{BODY}\n{HOSTILE}\n\n![espion](http://x.example/p.gif)\n\n[ici](javascript:alert(1))\n"
    seen = _Seen(page(body, objet=HOSTILE, creancier={"nom": HOSTILE, "iban": None}, virement=None))
    assert not seen.of("script")
    assert not seen.of("img")
    assert not any(name.startswith("on") for _, given in seen.elements for name in given)
    assert not any("javascript" in link.get("href", "") for link in seen.of("a"))
    assert "espion" in seen.words
    assert "<script>alert(1)</script>" in seen.words


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_each_language_has_its_words(language: str) -> None:
    html = page(langue=language)
    assert f'<html lang="{language}">' in html
    assert {"fr": "Notre référence", "en": "Our reference", "de": "Unser Zeichen"}[language] in html


def test_a_folder_that_lacks_a_word_still_makes_a_page(
    tmp_path: Path,
) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr/mots.yaml").write_text("le: ', le'\n", encoding="utf-8")
    made = html_part(FRONT, inner_html(BODY), tmp_path, lambda _code: "cid:x")
    assert made is not None
    assert re.search(r"17 mars 2026 · +R20260317-01", made.page.replace("\u00a0", " "))
