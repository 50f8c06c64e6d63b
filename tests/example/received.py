"""Makes the files that the example company received: `PYTHONPATH=tests .venv/bin/python -m
example.received` writes them to its inbox, from which `relance importer` takes them.

An invoice of November, sent as Factur-X; statements of July (OFX), of the first half of October
(CFONB 120) and of the second (camt.053).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import Bill, Firm, cii
from example import pieces
from relance.ledger.company import Company, read_company

NUMBER = "F2026-0045"
SOLD = (pieces.item("Entretien du site, novembre et décembre", 2, "36.00"),)
BUYER = Firm(
    "Salle de sport Équilibre",
    street="45 cours des Tilleuls",
    postcode="69100",
    city="VILLEURBANNE",
    email="accueil@salle-equilibre.example",
)
SALLE, BAKERY = "SALLE DE SPORT EQUILIBRE", "BOULANGERIE L EPI D OR"


def paid(day: date, amount: str, label: str, party: str, end: str = "") -> Paid:
    reference = f"LUM{day:%y%m%d}"
    return Paid(day, Decimal(amount), label, party, end_to_end=end, reference=reference)


def months(iban: str) -> dict[str, bytes]:
    """The statements, each as its bank's format writes it; those of October follow each other,
    from what the ledger asserts on 30 September."""
    july = Month(
        Decimal("19061.50"),
        (
            paid(date(2026, 7, 10), "756.00", "VIR F2026-0004", "LIBRAIRIE DU PASSAGE"),
            paid(date(2026, 7, 15), "86.40", "PRLV F2026-0006", SALLE, "LUMEN-0006"),
        ),
        date(2026, 7, 1),
        date(2026, 7, 31),
        iban,
    )
    first = Month(
        Decimal("21333.70"),
        (paid(date(2026, 10, 15), "86.40", "PRLV F2026-0026", SALLE, "LUMEN-0026"),),
        date(2026, 10, 1),
        date(2026, 10, 15),
        iban,
    )
    back = paid(date(2026, 10, 21), "-86.40", "REJET PRLV F2026-0026", SALLE, "LUMEN-0026")
    second = Month(
        first.closing,
        (
            paid(date(2026, 10, 20), "540.00", "VIR F2026-0008 F2026-0011", BAKERY),
            replace(back, reject="AM04"),
            paid(date(2026, 10, 29), "432.00", "VIR LIBRAIRIE DU PASSAGE", "LIBRAIRIE DU PASSAGE"),
        ),
        first.last,
        date(2026, 10, 31),
        iban,
    )
    return {
        "releve-juillet.ofx": bank.ofx(july),
        "releve-octobre-1.txt": bank.cfonb(first),
        "releve-octobre-2.xml": bank.camt(second),
    }


def invoice(company: Company) -> bytes:
    """The invoice as the firm's software sent it: its page, with the data attached."""
    creditor = company.policy.creditor
    seller = Firm(creditor.name, creditor.siren or "", creditor.vat or "")
    bill = Bill(
        NUMBER,
        date(2026, 11, 2),
        date(2026, 11, 16),
        BUYER,
        seller,
        bases={"20": "72.00"},
        iban=creditor.iban or "",
    )
    with TemporaryDirectory() as place:
        page = Path(place) / "page.pdf"
        pieces.draw(
            pieces.INVOICE + pieces.FOOTER, pieces.invoice_facts(company, NUMBER, SOLD), page
        )
        with pikepdf.open(page) as document:
            document.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(
                document,
                cii(bill),
                filename="factur-x.xml",
                mime_type="text/xml",
                description="",
                creation_date="",
                mod_date="",
            )
            document.save(page.with_name("facture.pdf"), deterministic_id=True)
        return page.with_name("facture.pdf").read_bytes()


def files(company: Company) -> dict[str, bytes]:
    """All of them by name."""
    iban = (company.policy.creditor.iban or "").replace(" ", "")
    return {"facture-45.pdf": invoice(company), **months(iban)}


def main() -> None:
    """Write them to the inbox."""
    box = pieces.ROOT / "ledger/a-importer"
    box.mkdir(exist_ok=True)
    for name, content in files(read_company(pieces.ROOT)).items():
        (box / name).write_bytes(content)


if __name__ == "__main__":
    main()
