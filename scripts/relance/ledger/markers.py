"""The tags, links and flags of entries on client accounts: those that nothing reads are told by
`verifier`; a flag that is no usual one holds (rule 3.31)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.questions import Question, asked
from relance.ledger.settled import Posted
from relance.text.words import count
from relance.values import register
from relance.values.facts import DoubtfulEntry
from relance.values.problem import Problem

_DOUBTFUL = frozenset("&#?%")  # flags that people give to what they are not sure of
_MOST = 10  # marks told one by one


class Markers:
    """The marks of postings; `read` are the tags that are read, or said to be of another use."""

    def __init__(self, names: InvoiceNames, read: Collection[str], complaints: Complaints) -> None:
        self._names = names
        self._known = {"avoir", *read}
        self._complaints = complaints

    def flagged(self, posted: Iterable[Posted]) -> Iterator[DoubtfulEntry]:
        """The entries and lines with a flag by which somebody asks."""
        for line in posted:
            flag = line.posting.flag or line.entry.flag
            if flag in _DOUBTFUL:
                what = f"le drapeau « {flag} » n'est ni * ni !"
                remedy = "écrivez * si cette écriture est sûre, ! si elle attend"
                question = Question("drapeau-inconnu", what, remedy)
                doubt = asked(line, question, self._complaints)
                yield replace(doubt, invoices=line.invoices)

    def unread(self, posted: Iterable[Posted]) -> Iterator[Problem]:
        """The tags and links that nothing reads, each once with its first place."""
        places: dict[str, list[Posted]] = defaultdict(list)
        for line in posted:
            entry = line.entry
            linked = not line.credit_note and len(entry.links or ()) > len(line.invoices)
            if entry.tags or linked:
                for mark in self._unread(entry, links=linked):
                    places[mark].append(line)
        ranked = sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
        for mark, bearers in ranked[:_MOST]:
            what = f"rien ne lit {mark}, sur {count(len(bearers), 'ligne')} de comptes clients"
            remedy = "s'il devait compter, dites-le autrement ; sinon, grand-livre.autres-cles"
            yield Problem(self._complaints.place(bearers[0].entry.meta), what, remedy)
        if more := ranked[_MOST:]:
            place = self._complaints.place(more[0][1][0].entry.meta)
            what = f"rien ne lit {count(len(more), 'autre')} de ces étiquettes et liens"
            yield Problem(place, what, "nommez-les de même")

    def _unread(self, entry: Any, *, links: bool) -> Iterator[str]:
        """Those of an entry; a credit note has a number of its own."""
        yield from (f"#{tag}" for tag in (entry.tags or frozenset()) - self._known)
        if links:
            others = entry.links.difference(self._names.among(entry.links), self._known)
            yield from (f"^{name}" for name in others if not register.LETTER_ID.fullmatch(name))
