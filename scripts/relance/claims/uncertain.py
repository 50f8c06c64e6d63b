"""What makes all the claims of a client uncertain, once money is imputed: it may have gone astray,
or the other way round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from relance.claims import doubts
from relance.claims.claim import Doubt
from relance.claims.imputed import ImputedCredit, ImputedDebit
from relance.values.movement import Movement


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
