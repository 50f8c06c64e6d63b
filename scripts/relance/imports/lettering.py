"""Which invoices each payment settles, as its lettering says: exact, since the accountant put the
same letters on both. What has no letters names no invoice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from relance.imports.fec_moves import FecKind, FecMove, FecMoves

_Key = tuple[str, str]  # a client and letters


@dataclass(frozen=True, slots=True)
class LetteredShare:
    """A part of a line: of which invoice, "" for none; in cents of the books and of `currency`,
    both above zero."""

    number: str
    amount: int
    currency: str
    foreign: int


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The lines of one client under the same letters, in their order."""

    client: str
    letters: str
    moves: tuple[FecMove, ...]

    @property
    def balance(self) -> int:
        """What is left when all are summed, in cents of the books."""
        return sum(move.line.amount for move in self.moves)


@dataclass(frozen=True, slots=True)
class Lettering:
    """The shares of each credit and of each payment given back, by id; `void` are differences of
    exchange, which say nothing to a client."""

    shares: Mapping[str, Sequence[LetteredShare]]
    void: frozenset[str]
    groups: tuple[LetterGroup, ...]


def lettering(moves: FecMoves) -> Lettering:
    """What the letters of a file say."""
    groups = _groups(moves)
    shares: dict[str, Sequence[LetteredShare]] = {}
    void: set[str] = set()
    for group in groups:
        for settled in _by_currency(group, void):
            shares.update(_Settling(settled, mixed=_is_mixed(settled)).shares())
    return Lettering(shares, frozenset(void), tuple(groups))


def _groups(moves: FecMoves) -> list[LetterGroup]:
    """The lines by client and letters; letters that a transfer of one client joins are one."""
    top = _joined(moves.transfers)
    by_letters: dict[_Key, list[FecMove]] = defaultdict(list)
    for move in moves.moves:
        if move.line.letter:
            by_letters[top((move.client, move.line.letter))].append(move)
    return [
        LetterGroup(client, letters, tuple(sorted(lettered, key=lambda move: move.order)))
        for (client, letters), lettered in by_letters.items()
    ]


def _joined(transfers: Iterable[Sequence[FecMove]]) -> Callable[[_Key], _Key]:
    """The letters on the two sides of each transfer, from any of them to one."""
    above: dict[_Key, _Key] = {}

    def top(key: _Key) -> _Key:
        while key in above:
            key = above[key]
        return key

    for group in transfers:
        keys = [top((move.client, move.line.letter)) for move in group if move.line.letter]
        for key in keys[1:]:
            if (other := top(key)) != top(keys[0]):
                above[other] = top(keys[0])
    return top


def _is_mixed(moves: Iterable[FecMove]) -> bool:
    return len({move.line.currency for move in moves}) > 1


def _by_currency(group: LetterGroup, void: set[str]) -> list[Sequence[FecMove]]:
    """The lines that are settled among themselves: all of one currency; of several, those of each
    that ties, what is left in that of the books being differences of exchange; all together when
    only the books' currency ties; else each currency apart."""
    by_currency: dict[str, list[FecMove]] = defaultdict(list)
    for move in group.moves:
        by_currency[move.line.currency].append(move)
    if len(by_currency) == 1:
        return [group.moves]
    foreign = {name: lines for name, lines in by_currency.items() if name}
    if all(not sum(move.line.foreign for move in lines) for lines in foreign.values()):
        home = by_currency.get("", [])
        if not any(move.number for move in home):
            void.update(move.id for move in home)
            return list(foreign.values())
    return list(by_currency.values()) if group.balance else [group.moves]


@dataclass(slots=True)
class _Bill:
    """An invoice while it is settled, in cents left."""

    number: str
    currency: str
    whole: int
    foreign: int
    left: int = field(init=False)
    foreign_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.left, self.foreign_left = self.whole, self.foreign

    def take(self, amount: int, foreign: int) -> None:
        self.left -= amount
        self.foreign_left -= foreign


class _Settling:
    """Pays the invoices of one group: those of the very amount first, then the oldest. `mixed`: in
    the currency of the books, each share being said in that of its invoice too."""

    def __init__(self, moves: Sequence[FecMove], *, mixed: bool) -> None:
        self._moves = moves
        self._mixed = mixed
        self._foreign = not mixed and bool(moves[0].line.currency)
        by_number: dict[str, _Bill] = {}
        for move in moves:
            line = move.line
            if line.amount > 0 and move.number:
                bill = by_number.get(move.number)
                whole, foreign = line.amount, line.foreign
                if bill:
                    whole, foreign = whole + bill.whole, foreign + bill.foreign
                by_number[move.number] = _Bill(move.number, line.currency, whole, foreign)
        self._bills = list(by_number.values())
        self._paid: list[tuple[FecMove, list[LetteredShare]]] = []

    def shares(self) -> Mapping[str, Sequence[LetteredShare]]:
        """Of every credit, and of every payment given back."""
        shares: dict[str, Sequence[LetteredShare]] = {}
        for move in self._moves:
            if move.line.amount < 0:
                shares_paid = self._pay(move)
                self._paid.append((move, shares_paid))
                shares[move.id] = shares_paid
            elif move.kind is FecKind.RETURN:
                shares[move.id] = self._give_back(move)
        return shares

    def _unit(self, bill: _Bill) -> int:
        return bill.foreign_left if self._foreign else bill.left

    def _pay(self, move: FecMove) -> list[LetteredShare]:
        line = move.line
        left = -line.foreign if self._foreign else -line.amount
        exact = [bill for bill in self._bills if self._unit(bill) == left]
        shares: list[tuple[_Bill | None, int]] = []
        for bill in exact[:1] or self._bills:
            if part := min(left, self._unit(bill)):
                shares.append((bill, part))
                left -= part
        if left:
            shares.append((None, left))
        return self._said(move, shares)

    def _said(
        self, move: FecMove, parts: Sequence[tuple[_Bill | None, int]]
    ) -> list[LetteredShare]:
        """Shares in both currencies; the last one takes what rounding leaves."""
        line, said, left = move.line, [], -move.line.amount
        for place, (bill, part) in enumerate(parts, 1):
            if self._foreign:
                amount = left if place == len(parts) else _ratio(part, -line.amount, -line.foreign)
                foreign, currency = part, line.currency
            else:
                amount, foreign, currency = part, 0, ""
                if self._mixed and bill and bill.currency:
                    whole = part == bill.left
                    foreign = bill.foreign_left if whole else _ratio(part, bill.foreign, bill.whole)
                    currency = bill.currency
            left -= amount
            if bill:
                bill.take(amount, foreign)
            said.append(LetteredShare(bill.number if bill else "", amount, currency, foreign))
        return said

    def _give_back(self, move: FecMove) -> list[LetteredShare]:
        """What a payment that came back had paid: that of the very amount, else the latest."""
        left = move.line.foreign if self._foreign else move.line.amount
        same = [shares for credit, shares in self._paid if -credit.line.amount == move.line.amount]
        said: list[LetteredShare] = []
        for settled in same[-1:] or [shares for _, shares in reversed(self._paid)]:
            for share in settled:
                unit = share.foreign if self._foreign else share.amount
                if unit <= left and share.number:
                    said.append(share)
                    left -= unit
                    bill = next(bill for bill in self._bills if bill.number == share.number)
                    bill.take(-share.amount, -share.foreign)
        if left:
            rest = move.line.amount - sum(share.amount for share in said)
            currency, foreign = (move.line.currency, left) if self._foreign else ("", 0)
            said.append(LetteredShare("", rest, currency, foreign))
        return said


def _ratio(part: int, of: int, whole: int) -> int:
    """A part of a whole as a part of another, half-up; in whole cents."""
    return (2 * part * of + whole) // (2 * whole)
