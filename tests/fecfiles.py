"""Accounting exports (FEC) as a small firm's program writes them, with their entries balanced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

HEADER = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)
DUPONT, MULLER = ("C0001", "Menuiserie Dupont"), ("C0002", "Garage Muller et Fils")


@dataclass(frozen=True)
class Row:
    """A line of a FEC, a debit above zero."""

    journal: str
    number: str
    day: date
    account: str
    amount: Decimal
    client: tuple[str, str] = ("", "")
    piece: str = ""
    label: str = ""
    letters: str = ""
    piece_day: date | None = None
    foreign: str = ""
    currency: str = ""

    def cells(self) -> list[str]:
        """As the columns of the law."""
        debit, credit = max(self.amount, Decimal(0)), max(-self.amount, Decimal(0))
        sums = [f"{amount:.2f}".replace(".", ",") for amount in (debit, credit)]
        names = {"VE": "Ventes", "BQ": "Banque", "AN": "À nouveaux", "OD": "Opérations diverses"}
        day, piece_day = (f"{x:%Y%m%d}" for x in (self.day, self.piece_day or self.day))
        lettered = day if self.letters else ""
        return [
            self.journal, names[self.journal], self.number, day, self.account, "Compte",
            *self.client, self.piece, piece_day, self.label, *sums, self.letters, lettered, day,
            self.foreign, self.currency,
        ]  # fmt: skip


def fec(*entries: tuple[Row, ...], separator: str = "\t", encoding: str = "utf-8") -> bytes:
    """A file of these entries."""
    rows = [HEADER, *(row.cells() for entry in entries for row in entry)]
    return "".join(separator.join(row) + "\r\n" for row in rows).encode(encoding)


def sale(
    number: int,
    day: date,
    amount: str,
    client: tuple[str, str] = DUPONT,
    *,
    letters: str = "",
    label: str = "",
    account: str = "411000",
) -> tuple[Row, ...]:
    """An invoice FA-<number> with 20 % of VAT."""
    total = Decimal(amount)
    net = (total / Decimal("1.2")).quantize(Decimal("0.01"))
    piece = f"FA-{number:03}"
    row = Row(
        "VE", f"VE{number:03}", day, account, total, client, piece, label or f"Facture {piece}"
    )
    return (
        replace(row, letters=letters),
        replace(row, account="706000", amount=-net, client=("", "")),
        replace(row, account="445710", amount=net - total, client=("", "")),
    )


def paid(
    number: int,
    day: date,
    amount: str,
    client: tuple[str, str] = DUPONT,
    *,
    letters: str = "",
    account: str = "411000",
) -> tuple[Row, ...]:
    """A transfer received; less than zero: one that came back."""
    total = Decimal(amount)
    bank = Row("BQ", f"BQ{number:03}", day, "512000", total, piece=f"VIR{number}", label="VIREMENT")
    return (bank, replace(bank, account=account, amount=-total, client=client, letters=letters))


def other(number: int, day: date, *lines: tuple[str, str, tuple[str, str], str]) -> tuple[Row, ...]:
    """An entry of the journal of other operations: account, amount, client, letters of each."""
    return tuple(
        Row(
            "OD",
            f"OD{number:03}",
            day,
            account,
            Decimal(amount),
            client,
            f"OD{number}",
            "Divers",
            letters,
        )
        for account, amount, client, letters in lines
    )


def opening(
    number: int, day: date, *lines: tuple[str, str, date, tuple[str, str], str]
) -> tuple[Row, ...]:
    """An opening entry: number, amount, day of the invoice, client, letters of each line."""
    rows = [
        Row(
            "AN",
            f"AN{number:03}",
            day,
            "411000",
            Decimal(amount),
            client,
            piece,
            f"Report {piece}".strip(),
            letters,
            since,
        )
        for piece, amount, since, client, letters in lines
    ]
    total = sum((row.amount for row in rows), Decimal(0))
    return (*rows, Row("AN", f"AN{number:03}", day, "110000", -total))


def padded() -> bytes:
    """A file of another program: bars, sums padded with zeros, no document, an account of
    another chart, a sum in dollars with its sign; no line feed at its end."""
    head = "|".join(HEADER)
    receivable, undistributed = "121000|Receivable|7|partner_a", "999999|Undistributed||"
    whole, part, rest = (f" 00000000000{sum_}000,00" for sum_ in (3, 1, 2))
    opened = "OUV|Balance initiale|OUVERTURE/2020|20200101"
    billed = "INV|Customer Invoices|INV/2020/00001|20200101"
    end = "|||20200101|"
    rows = [
        f"{opened}|{undistributed}|-|20200101|/|0,00|{whole}{end}|",
        f"{opened}|{receivable}|-|20200101|/|{whole}|0,00{end}|",
        f"{billed}|400000|Sales|||-|20200101|a|0,00|{part}{end}-{part.strip()}|USD",
        f"{billed}|400000|Sales|||-|20200101|b|0,00|{rest}{end}-{rest.strip()}|USD",
        f"{billed}|{receivable}|-|20200101|INV/2020/00001|{whole}|0,00{end}{whole}|USD",
    ]
    return "\r\n".join([head, *rows]).encode()
