"""Entries written twice: pasted with all their words, or a payment entered on two days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from relance.claims.claim import Doubt
from relance.values.amounts import ZERO
from relance.values.movement import Movement
from relance.values.problem import Problem


class PastedEntries:
    """What is written twice of one client in one currency, with the invoices that it makes
    doubtful: none stands for all of the account."""

    def __init__(self, movements: Iterable[Movement]) -> None:
        self._alike: dict[tuple[object, ...], dict[tuple[str, int], Movement]] = defaultdict(dict)
        self._certain: dict[tuple[str, ...], list[Movement]] = defaultdict(list)
        for m in movements:
            if not m.draft:
                self._certain[m.invoices].append(m)
                bill = m.number > 0 and (m.own_due or not m.invoices)
                if not (m.padding or bill):
                    words = (m.date, m.number, m.invoices, m.text, m.credit_note, m.waived)
                    self._alike[words].setdefault((m.source.path, m.entry), m)
        self.told: list[Problem] = []

    def doubts(self) -> Iterator[tuple[tuple[str, ...], Doubt]]:
        """Each of them; `told` then has what no open claim waits for."""
        for alike in self._alike.values():
            if len(alike) > 1:
                yield from self._pasted(*list(alike.values())[:2])
        for names, movements in self._certain.items():
            if len(movements) > 2 and len(names) == 1 and sum(m.number for m in movements) < 0:
                yield from self._paid_twice(names[0], movements)

    def _pasted(self, first: Movement, second: Movement) -> Iterator[tuple[tuple[str, ...], Doubt]]:
        """In the same words: all of the account when it pays more than it names, or takes money
        back; none when it paid that to the cent."""
        of_invoice = self._certain[first.invoices] if first.invoices else ()
        left = sum((m.number for m in of_invoice), ZERO)
        then = sum((m.number for m in of_invoice if m.date <= first.date), ZERO)
        amount = f"{abs(first.number):.2f} {first.currency}"
        what = (
            f"{amount} le {first.date:%d/%m/%Y} deux fois dans les mêmes mots "
            f"({first.source}, {second.source})"
        )
        remedy = "retirez l'écriture de trop, ou dites dans son libellé ce qui la distingue"
        if not first.invoices or left:
            names = first.invoices if left > 0 and first.number < 0 else ()
            yield names, Doubt("doublon", f"{what} : {remedy}")
        elif then < 0:
            self.told.append(Problem(first.source, what, remedy))

    def _paid_twice(
        self, name: str, movements: Sequence[Movement]
    ) -> Iterator[tuple[tuple[str, ...], Doubt]]:
        """On two days, the same sum beyond what is owed: it may be for anything, or nothing."""
        beyond = -sum((m.number for m in movements), ZERO)
        paid: dict[Decimal, Movement] = {}
        for m in movements:
            first = paid.setdefault(m.number, m)
            if first.date != m.date and -m.number >= beyond and not m.credit_note:
                places = f"{first.source}, {m.source}"
                reason = f"{name} est payée deux fois, {-m.number:.2f} {m.currency} ({places})"
                remedy = "retirez l'écriture de trop, corrigez son lien, ou passez le remboursement"
                yield (), Doubt("doublon", f"{reason} : {remedy}")
                return
