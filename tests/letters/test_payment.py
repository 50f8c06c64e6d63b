"""How to pay: what the payment code holds, when there is none, links to pay online."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
import segno

from letters.test_letters import INVOICE, MULLER, PRICED, SETTING, letter, line
from places import LETTERS
from relance.letters.compose import compose
from relance.letters.payment import quoted, transfer
from relance.paper.page import page_html
from relance.paper.payment_code import drawing, payload
from relance.paper.pdf import render
from relance.policy.output import CodeSum
from relance.policy.settings import PageSettings, Window
from relance.text.frontmatter import front_matter
from relance.values.problem import Refusal
from story import company, decide, refused

PAYEE = {"nom": "Atelier Lumen", "iban": "FR76 3000 6000 0112 3456 7890 189", "bic": "AGRIFRPP"}
ORDER = {"montant": Decimal("940.00"), "reference": "R20261123-01 F2026-0031"}
# EPC069-12 v2, one field a line: tag, version, UTF-8, SCT, BIC, name, IBAN, amount, no purpose,
# no structured reference, text.
SAID = (
    b"BCD\n002\n1\nSCT\nAGRIFRPP\nAtelier Lumen\nFR7630006000011234567890189\nEUR940.00\n\n\n"
    b"R20261123-01 F2026-0031"
)


def test_the_code_holds_the_fields_of_the_guidelines() -> None:
    assert payload(PAYEE, ORDER) == SAID


@pytest.mark.parametrize(
    ("payee", "order"),
    [
        ({}, {"montant": Decimal("0.00")}),
        ({}, {"montant": Decimal("1000000000.00")}),
        ({}, {"montant": "beaucoup"}),
        ({}, {"reference": "x" * 141}),
        ({}, {"reference": ""}),
        ({"iban": "FR76 3000 6000 0112 3456 7890 188"}, {}),
        ({"iban": None}, {}),
        ({"nom": "株" * 70}, {"reference": "é" * 140}),  # 210 + 280 bytes, over 331
    ],
)
def test_what_the_guidelines_refuse_has_no_code(
    payee: dict[str, object], order: dict[str, object]
) -> None:
    assert payload(PAYEE | payee, ORDER | order) is None


def test_a_line_feed_in_a_name_adds_no_field() -> None:
    said = payload(PAYEE | {"nom": "A\nEUR1.00"}, ORDER)
    assert said is not None
    assert said.count(b"\n") == SAID.count(b"\n")


def test_the_code_asks_the_total_or_the_balance_alone() -> None:
    demanding = letter("relance-2", line("relance-2", **PRICED))
    front, body = front_matter(compose(demanding, SETTING))
    assert front["total"] == Decimal("997.24")  # 940.00 + 17.24 + 40.00
    assert front["virement"] == ORDER | {"montant": Decimal("997.24")}
    assert "(solde, intérêts de retard et indemnité)" in body
    balance = replace(SETTING, page=PageSettings(code=CodeSum.BALANCE))
    front, body = front_matter(compose(demanding, balance))
    assert front["virement"] == ORDER
    assert "(le solde seul)" in body
    disputed = letter("relance-1", line("relance-1", disputed=Decimal(360)))
    order = transfer(disputed, SETTING.creditor)
    assert order is not None
    assert order["montant"] == Decimal("580.00")  # 940.00 - 360.00


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "(balance, late-payment interest and fixed recovery costs)"),
        ("de", "(offener Betrag, Verzugszinsen und Beitreibungspauschale)"),
    ],
)
def test_the_caption_in_other_languages(language: str, said: str) -> None:
    demanding = letter("relance-2", line("relance-2", **PRICED))
    assert said in compose(demanding, replace(SETTING, language=language))


def test_no_code_in_another_currency_without_iban_or_when_switched_off() -> None:
    pounds = letter("relance-1", line("relance-1", replace(INVOICE, currency="GBP")))
    euros = letter("relance-1", line("relance-1"))
    poor = SETTING.creditor.model_copy(update={"iban": None})
    assert transfer(pounds, SETTING.creditor) is None
    assert transfer(euros, poor) is None
    off = replace(SETTING, page=PageSettings(code=None))
    assert "virement" not in front_matter(compose(euros, off))[0]
    assert "<svg" not in page_html(*front_matter(compose(euros, off)), LETTERS)


@pytest.mark.parametrize(
    # 12 characters of the letter's id, then 11 for each invoice: 12 + 11 × 11 = 133 ≤ 140 < 144
    ("number", "all_of_them"),
    [(1, True), (11, True), (12, False), (60, False)],
)
def test_the_code_and_the_line_quote_all_invoices_or_none(number: int, all_of_them: bool) -> None:
    names = [f"F{n:09}" for n in range(number)]
    lines = [line("relance-1", replace(INVOICE, invoice=name, label=name)) for name in names]
    front, body = front_matter(compose(letter("relance-1", *lines), SETTING))
    quoted = ["R20261123-01", *(names if all_of_them else ())]
    assert front["virement"] == {
        "montant": 940 * number,
        "reference": " ".join(quoted),
    }
    assert f"| Référence à rappeler | {', '.join(quoted)} |" in body


def test_without_a_code_the_line_quotes_the_same() -> None:
    pounds = letter("relance-1", line("relance-1", replace(INVOICE, currency="GBP")))
    assert "| Référence à rappeler | R20261123-01, F2026-0031 |" in compose(pounds, SETTING)


def test_a_name_of_many_bytes_leaves_less_room() -> None:
    # 70 × 3 bytes of name: 331 - 80 - 210 = 41 for the reference; 12 + 28 = 40 fit, 42 do not.
    named = SETTING.creditor.model_copy(update={"name": "株" * 70})
    for length, fits in ((28, True), (30, False)):
        invoice = "F" * (length - 1)
        owed = letter("relance-1", line("relance-1", replace(INVOICE, label=invoice)))
        assert (invoice in quoted(owed, named)) is fits
        assert transfer(owed, named) is not None


def modules(svg: Element) -> list[str]:
    """The rows of a drawing, from its strokes alone."""
    size = int(str(svg.get("viewBox")).split()[-1]) - 4
    rows = [[" "] * size for _ in range(size)]
    for stroke in str(svg.find("path").get("d")).split("M")[1:]:  # type: ignore[union-attr]
        start, rest = stroke.split(" ")
        y, end = rest.split(".5H")
        for x in range(int(start), int(end)):
            rows[int(y)][x] = "#"
    return ["".join(row) for row in rows]


def test_the_drawing_is_the_code_module_for_module() -> None:
    drawn = modules(drawing(SAID, "QR"))
    code = segno.make_qr(SAID, error="m", boost_error=False, mask=4)
    assert code.error == "M"
    assert drawn == ["".join("#" if dark else " " for dark in row) for row in code.matrix]


def test_a_wrong_code_in_a_front_matter_is_refused_by_letter() -> None:
    text = compose(letter("relance-1", line("relance-1")), SETTING)
    with pytest.raises(Refusal, match="R20261123-01: le virement ne peut pas tenir"):
        render(text.replace("FR7630006000011234567890189", "FR7630006000011234567890188"), LETTERS)


# ---------------------------------------------------------------- Links

LINKED = """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  lien-paiement: "{}"
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
"""


def test_a_link_of_the_invoice_reaches_the_page_and_can_be_clicked(tmp_path: Path) -> None:
    story = company(tmp_path, LINKED.format("https://pay.example/f1?a=1&b=2"))
    (decided,) = decide(story, "2026-03-17").letters
    text = compose(decided, replace(SETTING, creditor=story.policy.creditor))
    assert front_matter(text)[0]["liens-paiement"] == [
        {"numero": "F1", "adresse": "https://pay.example/f1?a=1&b=2"}
    ]
    page = page_html(*front_matter(text), LETTERS)
    assert '<a href="https://pay.example/f1?a=1&amp;b=2">' in page


@pytest.mark.parametrize(
    "address", ["http://pay.example", "https://pay.example/a b", "javascript:alert(1)", "https://"]
)
def test_another_sort_of_link_is_refused_with_its_line(tmp_path: Path, address: str) -> None:
    told = refused(company(tmp_path, LINKED.format(address)))
    assert "ledger/main.beancount:" in told
    assert "« lien-paiement » n'est pas une adresse https" in told


def test_the_clients_link_serves_the_invoices_that_have_none() -> None:
    client = replace(MULLER, payment_link="https://pay.example/muller")
    own = replace(INVOICE, client=client, payment_link="https://pay.example/f31")
    other = replace(INVOICE, client=client, invoice="F2", label="F2")
    text = compose(letter("relance-1", line("relance-1", own), line("relance-1", other)), SETTING)
    assert front_matter(text)[0]["liens-paiement"] == [
        {"numero": "F2026-0031", "adresse": "https://pay.example/f31"},
        {"adresse": "https://pay.example/muller"},
    ]


# ---------------------------------------------------------------- The window


def test_the_address_stands_where_the_policy_says(tmp_path: Path) -> None:
    window = Window(left=25, top=50, width=80, height=40)
    setting = replace(SETTING, page=PageSettings(window=window, folds=True))
    text = compose(letter("relance-1", line("relance-1")), setting)
    (tmp_path / "a.pdf").write_bytes(render(text, LETTERS))
    command = ["pdftotext", "-bbox", str(tmp_path / "a.pdf"), "-"]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (first,) = [w for w in words.splitlines() if ">Menuiserie<" in w]
    x, y = (
        float(first.split(f'{name}="')[1].split('"')[0]) * 25.4 / 72 for name in ("xMin", "yMin")
    )
    assert abs(x - 25) < 0.5  # mm
    assert 50 <= y < 52
    assert (
        "fenetre" not in front_matter(compose(letter("relance-1", line("relance-1")), SETTING))[0]
    )
