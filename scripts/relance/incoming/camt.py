"""camt.053 (statement), camt.052 (report of the day) and camt.054 (notification), of ISO 20022.

Versions 02 to 13 differ by a few names, read here side by side. Source: ISO 20022 message
definitions, and the French banks' guide for the use of camt.053.001.02.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from relance.incoming import bank_text
from relance.incoming.bank_statement import (
    Balance,
    BankAccount,
    BankLine,
    Statement,
    bound,
    no_statement,
    read_as,
)
from relance.incoming.camt_details import details_of
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.safe_xml import Node, parse
from relance.values.amounts import total
from relance.values.problem import Problem, Refusal

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.(05[234])\.001\.([0-9]{2})")
_VERSIONS = range(2, 14)
_PATHS = {
    "053": ("BkToCstmrStmt", "Stmt"),
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
_AGAIN = "demandez de nouveau ce fichier à votre banque"
_OPENING = ("OPBD", "PRCD", "ITBD")  # the booked ones, the best first
_CLOSING = ("CLBD", "ITBD")


def read(content: bytes, file: str) -> Reading[Statement]:
    """The statements of a file; each payment of a batch that the bank tells is a line."""
    root = parse(content, file)
    message = _NAMESPACE.fullmatch(root.namespace)
    if not message:
        what = f"ce XML n'est pas un relevé camt.053, camt.052 ni camt.054 ({root.name})"
        raise Refusal([Problem(root.source, what, "exportez le relevé en camt.053 ou en OFX")])
    sort, version = message.groups()
    reader = _Reader(file, f"camt.{sort}")
    if int(version) not in _VERSIONS:
        what = f"la version {version} de camt.{sort} n'est pas connue : elle est lue comme la 13"
        reader.remarks.append(Problem(root.source, what, "comparez ce qui est lu au relevé"))
    return reader.read(root, "/".join(_PATHS[sort]))


def _recognises(head: Head) -> bool:
    return bool(head.root and _NAMESPACE.fullmatch(head.root[0]))


KIND = Kind("relevé camt.053, camt.052 ou camt.054", _recognises, read)


@dataclass(slots=True)
class _Reader:
    file: str
    form: str
    faults: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    count: int = 0

    def read(self, root: Node, path: str) -> Reading[Statement]:
        """The whole document."""
        statements = [self._statement(node) for node in root.all(path)]
        if not statements:
            raise no_statement(self.file, self.form)
        return read_as(statements, self.faults, self.remarks)

    def _statement(self, node: Node) -> Statement:
        balances = {sort: [*self._balances(node, sort)] for sort in {*_OPENING, *_CLOSING}}
        opening = next((balances[sort][0] for sort in _OPENING if balances[sort]), None)
        # Of an account's intermediate balances, one alone may be either.
        if not (balances["OPBD"] or balances["PRCD"]) and len(balances["ITBD"]) < 2:
            opening = None
        closing = next((balances[sort][-1] for sort in _CLOSING if balances[sort]), None)
        currency = self._currency(node)
        return Statement(
            self.form,
            _account(node),
            currency,
            tuple(self._lines(node, currency)),
            node.source,
            opening,
            closing,
            node.text("Id"),
        )

    @staticmethod
    def _currency(node: Node) -> str:
        stated = node.text("Acct/Ccy")
        amounts = (amount for path in ("Bal/Amt", "Ntry/Amt") for amount in node.all(path))
        return stated or next((amount.attribute("Ccy") for amount in amounts), "") or "EUR"

    def _balances(self, node: Node, sort: str) -> Iterator[Balance]:
        for balance in node.all("Bal"):
            if balance.text("Tp/CdOrPrtry/Cd") == sort:
                try:
                    yield Balance(_day(balance, "Dt"), _amount(balance))
                except ValueError as error:
                    self.faults.append(balance.problem(f"ce solde n'est pas lu : {error}", _AGAIN))

    def _lines(self, node: Node, currency: str) -> Iterator[BankLine]:
        waiting = 0
        for entry in node.each("Ntry"):
            state = entry.text("Sts/Cd") or entry.text("Sts") or "BOOK"
            if state != "BOOK":
                waiting += 1
                continue
            try:
                lines = [*self._entry(entry, currency)]
            except ValueError as error:
                about = entry.text("AddtlNtryInf") or entry.text("AcctSvcrRef")
                what = f"le mouvement « {about[:60]} »" if about else "ce mouvement"
                problem = entry.problem(f"{what} n'est pas pris : {error}", _AGAIN)
                self.faults.append(problem)
                continue
            self.count += len(lines)
            bound(self.count, self.file)
            yield from lines
        if waiting:
            what = f"mouvements que la banque n'a pas encore passés : {waiting}"
            self.remarks.append(node.problem(what, "ils viendront avec un prochain relevé"))

    def _entry(self, entry: Node, currency: str) -> Iterator[BankLine]:
        """The lines of an entry: one for each payment that it tells, else one."""
        amount = _amount(entry, currency)
        payments = [*entry.all("NtryDtls/TxDtls")]
        sums = [_payment_amount(payment, amount, currency) for payment in payments]
        stated = [number for number in sums if number is not None]
        if len(payments) > 1 and (len(stated) < len(sums) or total(stated) != amount):
            what = "le détail de ce mouvement ne fait pas son total : il est pris en une ligne"
            self.remarks.append(entry.problem(what, "répartissez-le d'après le relevé"))
        elif len(payments) > 1:
            for payment, number in zip(payments, stated, strict=True):
                yield _line(entry, payment, number)
            return
        line = _line(entry, payments[0] if len(payments) == 1 else None, amount, len(payments))
        if line.batch and not payments:
            what = f"{line.batch} paiements sont passés en une seule ligne, sans leur détail"
            remedy = "demandez-en le détail à votre banque (camt.054), ou répartissez-la"
            self.remarks.append(entry.problem(what, remedy))
        yield line


def _account(node: Node) -> BankAccount:
    return BankAccount.named(node.text("Acct/Id/IBAN") or node.text("Acct/Id/Othr/Id"))


def _day(node: Node, path: str) -> dt.date:
    """The day at a path, which is a date or a moment; ValueError when there is none."""
    return bank_text.day(node.text(f"{path}/Dt") or node.text(f"{path}/DtTm"))


def _amount(node: Node, currency: str = "") -> Decimal:
    """The signed amount of a balance or an entry; ValueError, in words that follow a colon."""
    written = node.first("Amt")
    sign = {"CRDT": 1, "DBIT": -1}.get(node.text("CdtDbtInd"))
    if sign is None:
        raise ValueError("il ne dit pas s'il est au crédit ou au débit")
    other = written.attribute("Ccy") if written else ""
    if currency and other and other != currency:
        raise ValueError(f"il est en {other}, et le compte en {currency}")
    return sign * bank_text.amount(node.text("Amt"), ".")


# Where the amount of one payment stands, by version.
_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt")


def _payment_amount(payment: Node, whole: Decimal, currency: str) -> Decimal | None:
    """The signed amount of one of an entry's payments in the account's currency; None when it is
    not told in it."""
    direction = {"CRDT": 1, "DBIT": -1}.get(payment.text("CdtDbtInd"))
    sign = direction or (-1 if whole < 0 else 1)
    for path in _AMOUNTS:
        written = payment.first(path)
        if written and written.attribute("Ccy") == currency:
            return sign * bank_text.amount(written.text(), ".")
    return None


def _line(entry: Node, payment: Node | None, amount: Decimal, count: int = 0) -> BankLine:
    booked = next((path for path in ("BookgDt", "ValDt") if entry.first(path)), "BookgDt")
    details = details_of(entry, payment, amount)
    number = entry.text("NtryDtls/Btch/NbOfTxs")
    if payment is None and number.isascii() and number.isdecimal():
        count = max(count, int(number[:9]))
    return BankLine(
        _day(entry, booked),
        amount,
        details.labels,
        (payment or entry).source,
        _day(entry, "ValDt") if entry.first("ValDt") else None,
        details.reference,
        details.end_to_end,
        details.mandate,
        details.structured,
        details.party,
        details.party_iban,
        details.reversal,
        batch=count if count > 1 else 0,
    )
