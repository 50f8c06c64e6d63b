"""A line of a client in a FEC as an entry: what it claims or pays, and what answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from relance.imports.directives import NewDirective, NewPosting, Wording
from relance.imports.fec_accounts import FecAccounts
from relance.imports.fec_moves import FecKind, FecMove
from relance.imports.invoice_entries import naming
from relance.imports.lettering import LetteredShare
from relance.incoming.fec_export import Counterpart
from relance.ledger.imported import LETTERS, SOURCE
from relance.policy.settings import LedgerSettings
from relance.text.escapes import short
from relance.values.amounts import Money
from relance.values.facts import Client
from relance.values.problem import Source

KIND = "fec"
HOME = "EUR"  # a FEC is kept in euros (LPF A47 A-1)
_LABEL = 200
_SIDES = {
    FecKind.SALE: Counterpart.SALES,
    FecKind.CREDIT_NOTE: Counterpart.SALES,
    FecKind.PAYMENT: Counterpart.BANK,
    FecKind.RETURN: Counterpart.BANK,
    FecKind.LOSS: Counterpart.LOSS,
    FecKind.OTHER: Counterpart.OTHER,
}


@dataclass(frozen=True, slots=True)
class MoveToWrite:
    """Lines of one client that make one entry: the parts of a sale, else one line. `shares` say
    which invoices a credit pays."""

    moves: tuple[FecMove, ...]
    client: Client
    source: Source
    shares: Sequence[LetteredShare] = ()

    @property
    def first(self) -> FecMove:
        """The line that the entry is known by."""
        return self.moves[0]

    @property
    def id(self) -> str:
        """Its stable id."""
        return f"{KIND}:{self.first.id}"

    @property
    def amount(self) -> int:
        """What the account of the client moves by, in cents of the books."""
        return sum(move.line.amount for move in self.moves)


@dataclass(frozen=True, slots=True)
class FecEntries:
    """Writes the lines of clients to the books of a company."""

    settings: LedgerSettings
    accounts: FecAccounts

    def of(self, booking: MoveToWrite) -> NewDirective:
        """The entry of a line; `Refusal` (2) when an account is missing."""
        move = booking.first
        postings = list(self._debits(booking) if move.number else self._shares(booking))
        links: tuple[str, ...] = ()
        named: dict[str, object] = {}
        numbers = {move.number} if move.number else {share.number for share in booking.shares}
        if len(numbers) == 1 and (number := next(iter(numbers))):
            links, named = naming(self.settings, (number,))
        invoiced = move.invoiced if move.number else move.entry.date
        dues = {one.due for one in booking.moves}
        metadata: dict[str, object] = {
            SOURCE: str(booking.source),
            LETTERS: move.line.letter or None,
            **named,
            self.settings.due[0]: move.due if len(dues) == 1 else None,
            "date-facture": invoiced if invoiced != move.entry.date else None,
        }
        tags = ("avoir",) if move.kind is FecKind.CREDIT_NOTE else ()
        wording = Wording(booking.client.label, self._narration(move), links, tags)
        whole = (*postings, *self._answers(booking))
        return NewDirective(move.entry.date, booking.id, wording.head(), metadata, whole)

    @staticmethod
    def _narration(move: FecMove) -> str:
        """What the line says, and its document when it does not name it."""
        label, piece = short(move.line.label, _LABEL), move.line.piece
        if piece and piece not in label:
            return f"{label} ({piece})" if label else piece
        return label or move.kind.capitalize()

    def _debits(self, booking: MoveToWrite) -> Iterator[NewPosting]:
        """What the client owes of an invoice, each part with its due date if they have several."""
        key = self.settings.due[0]
        several = len({move.due for move in booking.moves}) > 1
        for move in booking.moves:
            line = move.line
            due = {key: move.due} if several and move.due else {}
            yield _posting(booking.client.account, line.amount, line.currency, line.foreign, due)

    def _shares(self, booking: MoveToWrite) -> Iterator[NewPosting]:
        """What a line pays, or gives back: one posting for each invoice, then what names none."""
        move, account = booking.first, booking.client.account
        sign = 1 if move.line.amount > 0 else -1
        if not booking.shares:
            yield _posting(account, move.line.amount, move.line.currency, move.line.foreign)
            return
        one = len({share.number for share in booking.shares}) == 1
        for share in booking.shares:
            key = {} if one or not share.number else {self.settings.invoice.meta[0]: share.number}
            amount, foreign = sign * share.amount, sign * share.foreign
            yield _posting(account, amount, share.currency, foreign, key)

    def _answers(self, booking: MoveToWrite) -> Iterator[NewPosting]:
        """What the entry has on the other side, when the line is the only one of clients in it;
        else the account of its kind. What the file leaves unbalanced is to be explained."""
        move, left = booking.first, -booking.amount
        if move.kind is FecKind.OPENING:
            yield _posting(self.accounts.equity, left)
            return
        sums: dict[str, int] = {}
        if len(move.entry.lines) == len(booking.moves):
            for side, amount in sorted(move.entry.answers.items()):
                account = self.accounts.of(side)
                sums[account] = sums.get(account, 0) + amount
            rest = left - sum(sums.values())
            if rest:
                sums[self.accounts.suspense] = sums.get(self.accounts.suspense, 0) + rest
        if not sums or (len(sums) == 1 and self.accounts.suspense in sums):
            # Accounts of no class that tells: what the line is says where it goes.
            sums = {self.accounts.of(_SIDES[move.kind]): left}
        for account, amount in sums.items():
            if amount:
                yield _posting(account, amount)


def _posting(
    account: str,
    amount: int,
    currency: str = "",
    foreign: int = 0,
    metadata: Mapping[str, object] | None = None,
) -> NewPosting:
    """A posting of cents, in another currency at its price when the line has one."""
    home = Money(_money(amount), HOME)
    if not currency or not foreign:
        return NewPosting(account, home, metadata or {})
    price = Money(abs(home.number), HOME)
    return NewPosting(account, Money(_money(foreign), currency), metadata or {}, price)


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
