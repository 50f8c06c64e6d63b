"""What one invoice is made of while movements are imputed to it: its instalments, its money; and
what money that went astray, perhaps, makes uncertain once all is imputed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from relance.claims import doubts
from relance.claims.claim import Claim, Doubt, Receipt
from relance.values.amounts import ZERO
from relance.values.facts import Client
from relance.values.movement import Movement
from relance.values.problem import Source


@dataclass(slots=True, eq=False)
class ImputedCredit:
    """What is left to impute of one credit posting. `meant` are the invoices that its words name
    when it has no link, `astray` tells that it paid another."""

    movement: Movement
    left: Decimal
    meant: frozenset[str] = frozenset()
    astray: bool = False

    def take(self, amount: Decimal) -> Decimal:
        """Use up to so much of it; what was there."""
        taken = min(self.left, amount)
        self.left -= taken
        return taken


@dataclass(slots=True)
class ImputedDebit:
    """One instalment while movements are imputed to it; it becomes a claim once they all are."""

    movement: Movement
    amount: Decimal
    invoice: str | None
    due: date | None
    doubt: Doubt | None = None
    place: int = 1
    rejected: bool = False
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def invoiced(self) -> date:
        """The day the invoice bears."""
        return self.movement.invoiced or self.movement.date

    @property
    def left(self) -> Decimal:
        """What it still lacks."""
        return self.amount - sum((receipt.amount for receipt in self.receipts), ZERO)

    def pay(self, credits: Iterable[ImputedCredit], *, linked: bool) -> None:
        """Take what it still lacks from the credits, in their order."""
        left = self.left
        for credit in credits:
            if not left:
                break
            if taken := credit.take(left):
                left -= taken
                if credit.meant and self.invoice not in credit.meant:
                    credit.astray = True
                paid = credit.movement
                waived = paid.waived and not paid.credit_note
                receipt = Receipt(paid.date, taken, paid.credit_note, linked, waived, paid.banked)
                self.receipts.append(receipt)

    def claim(self, client: Client, instalments: int) -> Claim:
        """The claim that it is."""
        written = self.movement
        return Claim(
            client=client,
            invoice=self.invoice,
            label=written.label or self.invoice or "",
            instalment=self.place,
            instalments=instalments,
            amount=self.amount,
            currency=written.currency,
            invoiced=self.invoiced,
            due=self.due,
            source=written.source,
            receipts=tuple(self.receipts),
            service=written.service,
            payment_link=written.payment_link,
            deposited=written.deposited,
            limitation=written.limitation or client.limitation,
            tags=written.tags,
            excluded=written.excluded,
            rate=written.rate,
            bears_interest=written.bears_interest,
            rejected=self.rejected,
            doubt=self.doubt,
            penalty=written.penalty,
        )


def due_key(debit: ImputedDebit) -> tuple[date, date, str, int]:
    """The order of `claims.by_due`."""
    return (debit.due or date.max, debit.invoiced, debit.invoice or "", debit.place)


@dataclass(slots=True)
class ImputedInvoice:
    """The debits and credits that name one invoice, in the ledger's order; `beyond` is what
    rejections took more than was paid, `twice` other entries under its number."""

    first: Movement
    instalments: list[ImputedDebit] = field(default_factory=list)
    credits: list[ImputedCredit] = field(default_factory=list)
    beyond: list[ImputedDebit] = field(default_factory=list)
    twice: list[Movement] = field(default_factory=list)

    def add(self, debit: ImputedDebit) -> None:
        """Add a debit; two postings of one entry with one due date are one instalment."""
        for other in self.instalments:
            if (other.due, entry_of(other.movement)) == (
                debit.due,
                entry_of(debit.movement),
            ):
                other.amount += debit.amount
                other.doubt = other.doubt or debit.doubt
                return
        self.instalments.append(debit)

    def doubt(self, doubt: Doubt) -> None:
        """Hold the whole invoice."""
        for debit in self.instalments:
            debit.doubt = debit.doubt or doubt

    def reopen(self, after: Decimal, before: Decimal) -> bool:
        """Mark the instalments, oldest first, that `before` paid and `after` no longer does;
        whether there is any."""
        end = ZERO
        for debit in sorted(self.instalments, key=due_key):
            start, end = end, end + debit.amount
            if after < end and start < before and after < before:
                debit.rejected = True
        return after < min(before, end)

    def settle(self) -> list[ImputedDebit]:
        """Impute its own credits to its instalments by due date, which numbers them; what stands
        beyond comes last."""
        debits = self.instalments
        if len(debits) + len(self.beyond) > 1:
            debits = [*sorted(debits, key=due_key), *sorted(self.beyond, key=due_key)]
            for place, debit in enumerate(debits, 1):
                debit.place = place
        pay_on_their_account(debits, self.credits, linked=True)
        for debit in debits:
            debit.pay(self.credits, linked=True)
        return debits


def pay_on_their_account(
    debits: Sequence[ImputedDebit], credits: Sequence[ImputedCredit], *, linked: bool
) -> None:
    """Money posted to an account below the client's own pays what is owed on that account."""
    for part in sorted({credit.movement.part for credit in credits} - {""}):
        on_part = [credit for credit in credits if credit.movement.part == part]
        for debit in debits:
            if debit.movement.part == part:
                debit.pay(on_part, linked=linked)


def entry_of(movement: Movement) -> tuple[date, str, int]:
    """The transaction of a posting."""
    return (movement.date, movement.source.path, movement.entry)


def astray(free: Iterable[ImputedCredit], debits: Sequence[ImputedDebit]) -> Iterator[Doubt]:
    """Money without a link that paid other invoices than those its words name, still open."""
    for credit in free:
        if credit.astray and any(x.invoice in credit.meant and x.left for x in debits):
            yield doubts.names_without_link(credit.movement, sorted(credit.meant))


def turned(
    undone: Sequence[tuple[str, Movement]], debits: Sequence[ImputedDebit]
) -> Iterator[Doubt]:
    """What was perhaps a payment, the other way round, and nobody's or more than its invoice lacks:
    `undone` are the debits that undo nothing of the invoices they name."""
    lacking: dict[str | None, Decimal] = defaultdict(Decimal)
    movements = [movement for _, movement in undone]
    for debit in debits if undone else ():
        if debit.movement not in movements:
            lacking[debit.invoice] += debit.left
    for name, movement in undone:
        if movement.number > lacking[name]:
            yield doubts.undoes_nothing(movement)
    for debit in debits:
        if debit.movement.given_back and debit.left and not debit.movement.invoices:
            yield doubts.undoes_nothing(debit.movement)


def booked_penalties(debits: Iterable[Movement], numbers: set[str]) -> list[Movement]:
    """The debits that book penalties of a sale that the account has, or of none in particular:
    one under a number of its own is an invoice like any other, without interest."""
    penalties = [m for m in debits if m.penalty]
    if not penalties:
        return []
    sold = {number_of(m, numbers) for m in debits if not (m.penalty or m.padding)}
    return [m for m in penalties if number_of(m, numbers) in (None, *sold)]


def received(credit: ImputedCredit) -> tuple[date, Source]:
    """Its place among credits: the day, then the line."""
    return (credit.movement.date, credit.movement.source)


def undoable(movement: Movement, credits: Iterable[ImputedCredit]) -> list[ImputedCredit]:
    """The credits a debit can undo, in its order: its own kind first (a cancelled credit note
    is no rejected payment), the latest first. A loss taken back undoes no payment."""
    kind = (c for c in credits if c.movement.waived or not movement.waived)
    before = [c for c in kind if c.movement.date <= movement.date]
    before.sort(key=lambda c: (c.movement.credit_note == movement.credit_note, c.movement.date))
    return before[::-1]


def undo(amount: Decimal, credits: Iterable[ImputedCredit]) -> Decimal:
    """Take so much back from the credits; returns what was found there."""
    left = amount
    for credit in credits:
        left -= credit.take(left)
    return amount - left


def number_of(movement: Movement, numbers: set[str]) -> str | None:
    """The one invoice a debit names; with several links, the one that another debit names alone."""
    names = movement.invoices
    if len(names) > 1:
        names = tuple(name for name in names if name in numbers)
    return names[0] if len(names) == 1 else None
