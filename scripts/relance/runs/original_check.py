"""The files from which entries came, held against what they were: a part of `relance verifier`.

A file that changed is read once more. What it says otherwise than the books is a fault: a letter
would claim one sum and enclose another, or money received would be unknown. A file that says the
same, that cannot be read any more or that is gone is told, and stops nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from relance.incoming.bank_statement import Statement
from relance.incoming.invoice import DocumentKind, Invoice
from relance.incoming.line_ids import LineId
from relance.incoming.recognition import recognise
from relance.ledger.bank_profiles import own_profiles
from relance.ledger.company import Company
from relance.ledger.imported import FILE_PRINT
from relance.ledger.provenance import ImportedFact, ImportedFile, imported_files
from relance.text.escapes import one_line, short
from relance.text.locales import enumeration, money, short_date
from relance.text.words import count
from relance.values.amounts import total
from relance.values.movement import Movement
from relance.values.problem import Problem, Refusal

_MOST_BYTES = 50 * 2**20
_TOLD = 3  # differences of one file that are told, the others counted
Payment = tuple[str, str]  # day and amount, as ids write them


@dataclass(frozen=True, slots=True)
class OriginalFaults:
    """What stands against the originals: what refuses a run, and what is only told."""

    faults: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check_originals(company: Company) -> OriginalFaults:
    """Every original that is gone, or is no longer what came in."""
    folder = Path(company.policy.ledger.file).parent.as_posix()
    originals = imported_files(company.root, company.books.files, folder)
    check = _Check(company, originals)
    faults: list[Problem] = []
    warnings: list[Problem] = []
    for original in originals:
        check.look(original, faults, warnings)
    return OriginalFaults(tuple(faults), tuple(warnings))


class _Check:
    def __init__(self, company: Company, originals: Sequence[ImportedFile]) -> None:
        self._company = company
        self._originals = originals
        self._movements: dict[tuple[str, int], list[Movement]] | None = None

    def look(self, original: ImportedFile, faults: list[Problem], warnings: list[Problem]) -> None:
        """One original; Beancount tells the documents that are gone."""
        path = self._company.root / original.path
        if not path.is_file():
            if original.document is None:
                what = f"{original.path} a disparu : {count(len(original.facts), 'écriture')} en "
                what += "viennent" if len(original.facts) > 1 else "vient"
                warnings.append(Problem(original.place, what, _restored(original)))
            return
        now = _sha256(path)
        if not original.print or (now and now.startswith(original.print)):
            return
        facts = self._read(path, original)
        what = f"{original.path} n'est plus le fichier importé"
        if facts is None:
            what += ", et ne se lit plus"
        elif differences := list(dict.fromkeys(self._differences(original, facts))):
            listed = differences[:_TOLD]
            if more := differences[_TOLD:]:
                listed.append(count(len(more), "autre différence"))
            what += f", et dit autre chose : {enumeration(listed)}"
            faults.append(Problem(original.place, what, _compared(original, now)))
            return
        elif any(fact.id.startswith(_COMPARED) for fact in original.facts):
            what += ", mais dit la même chose"
        warnings.append(Problem(original.place, what, _restored(original)))

    def _read(self, path: Path, original: ImportedFile) -> tuple[Any, ...] | None:
        """The facts of a file as it is now; None when it cannot be read."""
        try:
            if path.stat().st_size > _MOST_BYTES:
                return None
            content = path.read_bytes()
            profiles = own_profiles(self._company.policy.importing)
            reading = recognise(content, original.path, profiles).read(content, original.path)
        except (OSError, Refusal):
            return None
        return tuple(reading.facts) if reading.facts and not reading.faults else None

    def _differences(self, original: ImportedFile, facts: Sequence[Any]) -> Iterator[str]:
        """What the file says otherwise than the books, in words."""
        if original.is_statement:
            statements = [fact for fact in facts if isinstance(fact, Statement)]
            yield from self._of_bank(original, statements)
            return
        invoices = [fact for fact in facts if isinstance(fact, Invoice)]
        by_number = {(x.kind, one_line(x.number)): x for x in invoices}
        for fact in original.facts:
            kind, _, rest = fact.id.partition(":")
            if kind in _KINDS:
                number = rest.partition("/")[2]
                yield from self._of_invoice(fact, by_number.get((_KINDS[kind], number)))

    # ------------------------------------------------------------ Invoices

    def _of_invoice(self, fact: ImportedFact, invoice: Invoice | None) -> Iterator[str]:
        number = short(fact.id.partition("/")[2], 40)
        entry = self._of_entry(fact)
        if not entry:
            return  # an entry that the books leave aside, a closed invoice of a long past
        sign = 1 if fact.id.startswith("facture:") else -1
        whole = total(sign * m.number for m in entry if m.number * sign > 0)
        if invoice is None:
            yield f"{number} n'y est plus"
            return
        now = invoice.total.value + invoice.rounding
        if (now, invoice.currency) != (whole, entry[0].currency):
            here, there = money(now, invoice.currency), money(whole, entry[0].currency)
            yield f"{number} y est de {here}, et de {there} dans les livres"
        if invoice.issued != entry[0].date:
            there = short_date(entry[0].date)
            yield f"{number} y est du {short_date(invoice.issued)}, et du {there} dans les livres"
        if sign > 0 and invoice.due and entry[0].own_due and not invoice.instalments:
            dues = {m.own_due for m in entry if m.own_due}
            if dues != {invoice.due}:
                there = enumeration([short_date(day) for day in sorted(dues)])
                yield f"{number} y échoit le {short_date(invoice.due)}, et le {there} là"

    def _of_entry(self, fact: ImportedFact) -> list[Movement]:
        """What an entry moves on the accounts of clients."""
        if self._movements is None:
            self._movements = {}
            for movement in self._company.books.movements:
                key = (movement.source.path, movement.entry)
                self._movements.setdefault(key, []).append(movement)
        return self._movements.get((fact.place.path, fact.place.line), [])

    # ------------------------------------------------------------ The bank

    def _of_bank(self, original: ImportedFile, statements: Sequence[Statement]) -> Iterator[str]:
        """The payments that came from a statement and are not in it any more, and those that it
        has now and the books of its accounts have from no statement."""
        lines = [line for statement in statements for line in statement.lines]
        currency = statements[0].currency if statements else ""
        now = Counter((line.date.isoformat(), f"{line.amount:.2f}") for line in lines)
        accounts = {_account(fact) for fact in original.facts}
        for payment, number in (_payments(original, accounts) - now).items():
            several = f"{number} fois " if number > 1 else ""
            yield f"{several}{_told(payment, currency)} n'y est plus"
        before = Counter[Payment]()
        for other in self._originals:
            before |= _payments(other, accounts)
        for payment in now:
            if not payment[1].startswith("-") and not before[payment]:
                yield f"{_told(payment, currency)} n'est pas dans les livres"


_KINDS = {kind.value: kind for kind in DocumentKind}
_COMPARED = ("banque:", *(f"{kind}:" for kind in _KINDS))


def _account(fact: ImportedFact) -> str:
    """The account of the bank as ids call it."""
    return fact.id.partition(":")[2].partition("/")[0]


def _payments(original: ImportedFile, accounts: Collection[str]) -> Counter[Payment]:
    """The day and amount of each line of these accounts that came from a file."""
    marks = (
        LineId.parse(fact.id.partition("/")[2])
        for fact in original.facts
        if fact.id.startswith("banque:") and _account(fact) in accounts
    )
    return Counter((mark.day, mark.amount) for mark in marks if mark)


def _told(payment: Payment, currency: str) -> str:
    day, amount = payment
    try:
        return f"{money(Decimal(amount), currency)} du {short_date(date.fromisoformat(day))}"
    except (ArithmeticError, ValueError):
        return f"{amount} {currency} du {day}"  # a person made the id say anything


def _sha256(path: Path) -> str:
    """The print of a file, "" when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _restored(original: ImportedFile) -> str:
    if original.is_statement:
        return f"rétablissez-le : git checkout -- {original.path}, ou redemandez-le à la banque"
    return f"rétablissez-le : git checkout -- {original.path}, ou depuis qui l'a émis"


def _compared(original: ImportedFile, now: str) -> str:
    """What to do with a file that says otherwise."""
    remedy = f"rétablissez-le (git checkout -- {original.path})"
    if original.document:
        remedy += " ; si c'est lui qui dit vrai, corrigez l'écriture, puis écrivez ici "
        remedy += f'{FILE_PRINT}: "{now}"'
    return remedy
