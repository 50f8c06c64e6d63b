"""The account statement of a client: every movement in one currency, its running balance.

It is the ledger's account, nothing else: interest and recovery fees are never booked there, so
no row speaks of them. Its balance is what letters and plan call the balance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from relance.claims.claim import Claim
from relance.claims.doubts import unexplained
from relance.claims.imputation import ImputationSheet
from relance.claims.penalties import demanded_sums
from relance.values.amounts import ZERO
from relance.values.facts import Books, Client
from relance.values.movement import Movement
from relance.values.terms import Terms


class MovementKind(StrEnum):
    """What a row tells; templates say it in the client's language."""

    INVOICE = "facture"
    CREDIT_NOTE = "avoir"
    PAYMENT = "reglement"
    REJECTION = "rejet"
    REFUND = "remboursement"
    WAIVED = "abandon"
    OPENING = "reprise"  # a balance without an invoice
    OTHER = "debit"  # a debit that names no invoice
    PENALTIES = "penalites"  # booked, or taken back


@dataclass(frozen=True, slots=True)
class Row:
    """One movement: `debit` or `credit`, the other is zero, and the `balance` after it.

    `numbers` are those of its invoices as letters print them, `dues` the days an invoice falls
    due, `left` what of it is still open, `invoiced` its own date when the books took it over
    later.
    """

    date: dt.date
    kind: MovementKind
    numbers: tuple[str, ...]
    debit: Decimal
    credit: Decimal
    balance: Decimal
    left: Decimal = ZERO
    dues: tuple[dt.date, ...] = ()
    invoiced: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What one client owes in one currency."""

    client: Client
    currency: str


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """The rows of an account up to `day`, the ones before `start` summed up in `opening`.

    `claims` are the open ones; `overpaid` (> 0) is what was paid beyond all claims; `drafts`
    are payments not yet confirmed, which no balance counts.
    """

    account: Account
    day: dt.date
    rows: tuple[Row, ...]
    claims: tuple[Claim, ...]
    overpaid: Decimal = ZERO
    drafts: tuple[Row, ...] = ()
    opening: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        """What the ledger says is owed on that day, less what is owed back."""
        return self.rows[-1].balance if self.rows else self.opening

    @property
    def debits(self) -> Decimal:
        """The sum of the rows' debits."""
        return sum((row.debit for row in self.rows), ZERO)

    @property
    def credits(self) -> Decimal:
        """The sum of the rows' credits."""
        return sum((row.credit for row in self.rows), ZERO)

    @property
    def late(self) -> Decimal:
        """What is open and past its due date."""
        return sum((c.balance for c in self.claims if c.late_on(self.day)), ZERO)

    @property
    def falling_due(self) -> Decimal:
        """What is open and not yet late."""
        return sum((c.balance for c in self.claims if c.due and not c.late_on(self.day)), ZERO)

    @property
    def undated(self) -> Decimal:
        """The rest of the balance: without a due date, or without an invoice."""
        return self.balance - self.late - self.falling_due + self.overpaid

    def since_oldest_open(self) -> AccountStatement:
        """The same from the day of the oldest debit still open; whole when nothing is open."""
        day = next((row.date for row in self.rows if row.left), dt.date.min)
        kept = tuple(row for row in self.rows if row.date >= day)
        before = [row.balance for row in self.rows if row.date < day]
        return replace(self, rows=kept, opening=before[-1] if before else self.opening)


def account_statement(
    books: Books, terms: Terms | None, account: Account, day: dt.date
) -> AccountStatement:
    """The whole account up to `day`, drafts apart; `terms` are the policy's, as for claims."""
    movements = [
        movement
        for movement in books.movements
        if movement.account == account.client.account
        and movement.currency == account.currency
        and movement.date <= day
    ]
    letters = [x for x in books.letters if x.account == account.client.account]
    asked = demanded_sums(letters, day).get((account.client.account, account.currency), ())
    sheet = ImputationSheet(account.client, account.currency, terms, asked)
    aside = unexplained(movements, [entry for entry in books.doubtful if entry.stands(day)])
    places = {m.source for m in aside}
    sheet.impute([m for m in movements if m.source not in places])
    teller = _Teller(sheet)
    return AccountStatement(
        account=account,
        day=day,
        rows=tuple(teller.rows([m for m in movements if not m.draft])),
        claims=tuple(claim for claim in sheet.claims if claim.balance > 0),
        overpaid=sheet.left - sum((m.number for m in aside), ZERO),
        drafts=tuple(teller.rows([m for m in movements if m.draft and m.number < 0])),
    )


def statements(
    books: Books, terms: Terms | None, client: Client, day: dt.date
) -> tuple[AccountStatement, ...]:
    """One per currency that the client ever had, euros first."""
    currencies = {
        m.currency for m in books.movements if m.account == client.account and m.date <= day
    }
    ordered = sorted(currencies, key=lambda currency: (currency != "EUR", currency))
    return tuple(
        account_statement(books, terms, Account(client, currency), day) for currency in ordered
    )


class _Teller:
    """Tells movements as rows: one per entry, kind and, for debits, invoice."""

    def __init__(self, sheet: ImputationSheet) -> None:
        self._rejections = frozenset(sheet.rejections)
        self._refunds = frozenset(sheet.refunds)
        self._labels = {claim.invoice: claim.label for claim in sheet.claims}
        self._claims = sheet.claims

    def rows(self, movements: Iterable[Movement]) -> Iterable[Row]:
        balance = ZERO
        for _, group in groupby(movements, key=self._together):
            row = self._row(tuple(group))
            balance += row.debit - row.credit
            yield replace(row, balance=balance)

    def _together(self, movement: Movement) -> tuple[object, ...]:
        kind = self._kind(movement)
        entry = (movement.date, movement.source.path, movement.entry, kind)
        return (*entry, movement.invoices) if movement.number > 0 else entry

    def _row(self, group: Sequence[Movement]) -> Row:
        first = group[0]
        amount = sum((movement.number for movement in group), ZERO)
        kind = self._kind(first)
        numbers = dict.fromkeys(name for movement in group for name in movement.invoices)
        claims = self._claims_of(group)
        taken_over = first.invoiced if first.invoiced != first.date else None
        return Row(
            date=first.date,
            kind=kind,
            numbers=tuple(self._labels.get(name, name) for name in numbers),
            debit=max(amount, ZERO),
            credit=max(-amount, ZERO),
            balance=ZERO,
            left=sum((claim.balance for claim in claims), ZERO),
            dues=tuple(sorted({c.due for c in claims if c.due}))
            if kind is MovementKind.INVOICE
            else (),
            invoiced=taken_over if kind is MovementKind.INVOICE else None,
        )

    def _claims_of(self, group: Sequence[Movement]) -> list[Claim]:
        places = {movement.source for movement in group if movement.number > 0}
        return [claim for claim in self._claims if claim.source in places]

    def _kind(self, movement: Movement) -> MovementKind:
        if movement.padding:
            return MovementKind.OPENING
        if movement.penalty:
            return MovementKind.PENALTIES
        if movement.number < 0:
            return self._credit(movement)
        if movement in self._rejections:
            return MovementKind.REJECTION
        if movement in self._refunds:
            return MovementKind.REFUND
        return MovementKind.INVOICE if movement.invoices else MovementKind.OTHER

    def _credit(self, movement: Movement) -> MovementKind:
        if movement.credit_note:
            return MovementKind.CREDIT_NOTE
        return MovementKind.WAIVED if movement.waived else MovementKind.PAYMENT
