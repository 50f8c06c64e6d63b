"""The bank statements that were imported: one document each, which says what it covers.

A statement that lacks between two is seen by their balances, a line that lacks in one by its own.
What comes after the first that lacks says nothing of how far the bank is known.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relance.ledger.beancount import Amount, DocumentEntry
from relance.ledger.fields import Complaints
from relance.ledger.imported import SOURCE, id_of
from relance.text.locales import short_date
from relance.values.amounts import Money
from relance.values.problem import Problem, Source

KIND = "releve"
FORM, FIRST, LAST = "format", "du", "au"
OPENING, CLOSING, GAP = "solde-initial", "solde-final", "ecart"
_WHOLE = ("camt.053", "CFONB", "MT940")  # that tell every line between two balances


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement: its account in the books, its days, and its balances where it tells them."""

    account: str
    form: str
    first: dt.date
    last: dt.date
    opening: Money | None
    closing: Money | None
    source: Source
    origin: str  # its file and the line there
    ties: bool = True
    gap: Money | None = None  # what its lines lack to its closing balance, where that is known

    @property
    def whole(self) -> bool:
        """Whether it tells every line of its days."""
        return self.form.startswith(_WHOLE) and bool(self.opening and self.closing)

    def as_metadata(self) -> Mapping[str, object]:
        """What its document says of it."""
        return {
            SOURCE: self.origin,
            FORM: self.form,
            FIRST: self.first,
            LAST: self.last,
            OPENING: self.opening,
            CLOSING: self.closing,
            GAP: None if self.ties else self.gap or True,
        }

    def untied(self) -> Problem:
        """That its lines do not make its balances, in words."""
        days = f"du {short_date(self.first)} au {short_date(self.last)}"
        what = f"le relevé de {self.account} {days} ne tombe pas juste"
        if self.gap:
            what += f" : de {self.opening} à {self.closing}, il manque {self.gap} à ses mouvements"
        remedy = (
            "un règlement y manque peut-être : importez-le complet, ou comparez-le au papier, puis "
            f"retirez ici la ligne {GAP} ; jusque-là, la banque n'est connue qu'avant lui"
        )
        return Problem(self.source, what, remedy)


@dataclass(frozen=True, slots=True)
class StatementGap:
    """Two statements of an account between which another one lacks."""

    before: StatementRecord
    after: StatementRecord

    def told(self) -> Problem:
        """The gap in words."""
        what = (
            f"il manque un relevé de {self.before.account} entre le "
            f"{short_date(self.before.last)} et le {short_date(self.after.first)} : le premier "
            f"finit à {self.before.closing}, le second commence à {self.after.opening}"
        )
        remedy = "importez-le : jusque-là, la banque n'est connue que jusqu'à la première date"
        return Problem(self.after.source, what, remedy)


def statement_records(
    entries: Iterable[Any], complaints: Complaints
) -> tuple[StatementRecord, ...]:
    """The statements of the books."""
    documents = (entry for entry in entries if isinstance(entry, DocumentEntry))
    records = (_record(document.account, document.meta, complaints) for document in documents)
    return tuple(record for record in records if record is not None)


def _record(
    account: str, meta: Mapping[str, Any], complaints: Complaints
) -> StatementRecord | None:
    first, last, form = meta.get(FIRST), meta.get(LAST), meta.get(FORM)
    if not (isinstance(first, dt.date) and isinstance(last, dt.date) and isinstance(form, str)):
        return None
    if not id_of(meta).startswith(f"{KIND}:"):
        return None
    opening, closing = (_money(meta.get(key)) for key in (OPENING, CLOSING))
    return StatementRecord(
        account,
        form,
        first,
        last,
        opening,
        closing,
        complaints.place(meta),
        str(meta.get(SOURCE, "")),
        ties=meta.get(GAP) is None or meta[GAP] is False,
        gap=_money(meta.get(GAP)),
    )


def _money(value: Any) -> Money | None:
    if isinstance(value, Amount) and value.number is not None:
        return Money(value.number, value.currency)
    return None


def gaps(records: Iterable[StatementRecord]) -> Iterator[StatementGap]:
    """Where a statement lacks, by account: two that follow one another, of which the second does
    not begin with what the first ends with."""
    by_account: dict[tuple[str, str], list[StatementRecord]] = defaultdict(list)
    for record in records:
        if record.whole and record.closing:
            by_account[record.account, record.closing.currency].append(record)
    for _, statements in sorted(by_account.items()):
        ordered = sorted(statements, key=lambda record: (record.first, record.last))
        latest = ordered[0]
        for record in ordered[1:]:
            if record.first >= latest.last and record.opening != latest.closing:
                yield StatementGap(latest, record)
            latest = max(latest, record, key=lambda statement: statement.last)


def untied(records: Iterable[StatementRecord]) -> Iterator[StatementRecord]:
    """The statements whose lines do not make their balances, but those of which another one that
    does tells all the days."""
    by_account: dict[str, list[StatementRecord]] = defaultdict(list)
    for record in records:
        by_account[record.account].append(record)
    for _, listed in sorted(by_account.items()):
        sound = [record for record in listed if record.whole and record.ties]
        for record in listed:
            covered = any(x.first <= record.first and record.last <= x.last for x in sound)
            if not record.ties and not covered:
                yield record


def known_until(records: Iterable[StatementRecord]) -> Mapping[str, dt.date]:
    """For each account of which a statement lacks, or a line of one, the day up to which the bank
    is known."""
    records = list(records)
    ends = [(gap.before.account, gap.before.last) for gap in gaps(records)]
    day = dt.timedelta(days=1)
    ends += [(record.account, record.first - day) for record in untied(records)]
    until: dict[str, dt.date] = {}
    for account, end in ends:
        until[account] = min(end, until.get(account, end))
    return until
