"""What an accounting export leaves in doubt about a client: a line that cannot be read, a lettering
that ties several clients together. It holds him until a person, or a better file, settles it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from relance.imports.directives import NewDirective, marks
from relance.imports.lettering import LetterGroup, Lettering
from relance.incoming.fec_export import FecExport
from relance.ledger import syntax
from relance.ledger.imported import SOURCE, ImportedEntry
from relance.text.escapes import short
from relance.text.locales import enumeration, money
from relance.values.facts import Client
from relance.values.problem import Problem, Source

KIND = "fec-doute"
_MOST = 4
_LETTER_ANEW = "corrigez le lettrage dans le logiciel comptable, ou notez la reprise du client"


@dataclass(slots=True)
class FecHolds:
    """Notes that hold clients, by id, those that hold no more, and what is told."""

    put: dict[str, NewDirective] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)


class _Reason(NamedTuple):
    """Why a client is held: from which day on, what is in doubt, at which place of the export."""

    day: date
    what: str
    place: Source


@dataclass(frozen=True, slots=True)
class FecDoubts:
    """Writes the doubts of an export; `imported` is what the books hold of imports, by id."""

    imported: Mapping[str, ImportedEntry]

    def of(
        self, export: FecExport, letters: Lettering, clients: Mapping[str, Client], name: str
    ) -> FecHolds:
        """The holds of a file; those of an earlier one of the same days that are no more."""
        holds = FecHolds()
        for line in export.unread:
            client = clients.get(line.auxiliary) if line.auxiliary else None
            if client:
                place = Source(name, line.problem.source.line)
                what = f"FEC : une ligne de ce client ne se lit pas ({place})"
                self._hold(holds, client, _Reason(line.day or export.last, what, place), ())
        for problem, groups in self._uneven(letters, name):
            holds.told.append(problem)
            for group in groups:
                client = clients.get(group.client)
                if client and group.balance > 0:
                    numbers = tuple(dict.fromkeys(m.number for m in group.moves if m.number))
                    day = group.moves[0].entry.date
                    what = f"FEC : le lettrage {group.letters} réunit plusieurs clients"
                    self._hold(holds, client, _Reason(day, what, problem.source), numbers)
        holds.gone = [
            entry.id
            for entry in self.imported.values()
            if entry.kind == KIND and entry.untouched and entry.id not in holds.put
            if export.first <= entry.entry.date <= export.last
        ]
        for hold_id in holds.put.keys() & self.imported.keys():
            del holds.put[hold_id]
        return holds

    @staticmethod
    def _hold(
        holds: FecHolds,
        client: Client,
        reason: _Reason,
        invoices: Collection[str],
    ) -> None:
        day, what, place = reason
        spelt = tuple(number for number in invoices if syntax.spells(number))
        # A number that no link can spell would leave its claim free: the whole client waits.
        links = spelt if len(spelt) == len(invoices) else ()
        head = f"note {client.account} {syntax.text(what)} {marks(links, ('suspension',))}"
        name = f"{KIND}:{client.account}/{day}/{place.line}"
        holds.put[name] = NewDirective(day, name, head, {SOURCE: str(place)})

    @staticmethod
    def _uneven(letters: Lettering, name: str) -> Iterator[tuple[Problem, Collection[LetterGroup]]]:
        """Letters whose lines do not tie for a client: with those of other clients, which then
        hold, or not at all, and what is left is owed or unassigned."""
        uneven: dict[str, list[LetterGroup]] = defaultdict(list)
        for group in letters.groups:
            if group.balance:
                uneven[group.letters].append(group)
        for code, groups in uneven.items():
            if len(groups) > 1 and not sum(group.balance for group in groups):
                place = Source(name, groups[0].moves[0].line.source.line)
                names = [short(x.moves[0].line.client, 40) for x in groups[:_MOST]]
                what = f"le lettrage {short(code, 20)} réunit {enumeration(names)}"
                remedy = f"{_LETTER_ANEW} ; d'ici là, ce qu'il réunit attend"
                yield Problem(place, what, remedy), groups
                continue
            for group in groups:
                place = Source(name, group.moves[0].line.source.line)
                gap = money(abs(Decimal(group.balance).scaleb(-2)), "EUR")
                side = "dus encore" if group.balance > 0 else "en trop"
                client = short(group.moves[0].line.client, 40)
                what = (
                    f"le lettrage {short(code, 20)} de {client} ne tombe pas juste : {gap} {side}"
                )
                yield Problem(place, what, _LETTER_ANEW), ()
