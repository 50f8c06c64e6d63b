"""Dates that a bookkeeper's eye stops at: another year than the number says, long after all else,
out of the order of its file, the same for two instalments (rule 3.27)."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

from relance.ledger.beancount import DocumentEntry, NoteEntry, Transaction
from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints, line_of
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.postings import posting_meta
from relance.ledger.questions import Question, asked
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.text.locales import french_date
from relance.values.facts import DoubtfulEntry
from relance.values.kinds import NoteSort

_SORTS = frozenset(map(str, NoteSort))
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_HABIT = 8  # numbers, from which their years are a habit
_AROUND = dt.timedelta(31)  # an invoice of December may bear the number of January
_ALONE = dt.timedelta(150)
_YEARLY = dt.timedelta(366)
_MONTHS = 12  # between two days of which none can be more than a year
_LINES = 10  # entries, from which a file has an order
_AHEAD = dt.timedelta(15)
_SELDOM = 50  # one of so many may be out of order


class OddDates:
    """The dates of a ledger that are asked about."""

    def __init__(
        self, posted: Sequence[Posted], settings: LedgerSettings, complaints: Complaints
    ) -> None:
        self._posted = posted
        self._due = settings.due
        self._links = InvoiceNames(settings.invoice)
        self._complaints = complaints

    # ------------------------------------------------------------ The year of a number

    def of_numbers(
        self,
        sold: Mapping[tuple[str, str, str], dt.date],
        debits: Mapping[tuple[str, str], Sequence[Posted]],
    ) -> Iterator[DoubtfulEntry]:
        """Invoices dated in another year than their number bears, where all others agree; `sold`
        are the days of the first sales, `debits` the postings, by account and number."""
        years = 0
        odd: list[tuple[Posted, int]] = []
        for (account, _, name), day in sold.items():
            if written := _YEAR.search(name):
                years += 1
                year = int(written[0])
                if day.year != year:
                    first = min(debits[account, name], key=lambda line: line.date)
                    meta = posting_meta(first.entry, first.posting)
                    if "numero" not in meta and _is_far(_invoiced(first), year):
                        odd.append((first, year))
        if years < _HABIT or len(odd) > max(1, years // _SELDOM):
            return
        for first, year in odd:
            day, name = _invoiced(first), first.invoices[0]
            what = f"{name} est du {french_date(day)}, or les numéros portent l'année de la facture"
            remedy = 'corrigez la date ou le numéro ; s\'ils sont justes, ajoutez numero: "…"'
            question = asked(first, Question("date-douteuse", what, remedy), self._complaints)
            yield replace(question, date=min(first.date, dt.date(year, 1, 1)))

    def of_due_dates(
        self, groups: Iterable[Sequence[Posted]], taken_over: Callable[[Any], bool]
    ) -> Iterator[DoubtfulEntry]:
        """Invoices due before their own date, until that date: nothing is asked for them by then,
        and what paid them seems to be for others. Those due as a whole more than a year after it;
        a due date below the line itself is meant, of money retained perhaps."""
        parts = {id(line.entry) for group in groups for line in group}
        for line in self._posted:
            due, day = line.own_due, line.date
            if due is None or line.number < 0:
                continue
            soon = day <= due and (due.year - day.year) * 12 + due.month - day.month < _MONTHS
            if soon and "date-facture" not in line.entry.meta:
                continue  # nearly always
            below = (line.posting.meta or {}).keys()
            if due < _invoiced(line):
                if not taken_over(line.entry):
                    yield self._due_before(line, due)
            elif (
                due - _invoiced(line) > _YEARLY
                and below.isdisjoint(self._due)
                and id(line.entry) not in parts
            ):
                yield self._due_late(line, due)

    def _due_before(self, line: Posted, due: dt.date) -> DoubtfulEntry:
        what = f"{', '.join(line.invoices)} échue le {french_date(due)}, datée du "
        question = Question(
            "echeance-avant-facture", what + french_date(line.date), "corrigez l'une des deux"
        )
        doubt = asked(line, question, self._complaints)
        return replace(doubt, date=due - _YEARLY, until=line.date)

    def _due_late(self, line: Posted, due: dt.date) -> DoubtfulEntry:
        what = f"{', '.join(line.invoices)} du {french_date(_invoiced(line))}, échue le "
        what += f"{french_date(due)} : plus d'un an"
        remedy = "corrigez l'année ; si elle est juste, écrivez echeance sous la ligne du client"
        doubt = asked(line, Question("date-douteuse", what, remedy), self._complaints)
        return replace(doubt, invoices=line.invoices)

    # ------------------------------------------------------------ After all else

    def beyond_the_books(self, entries: Sequence[Any], clients: Clients) -> Iterator[DoubtfulEntry]:
        """The last entry of the books, when it comes long after all others: a payment, or what
        was due before, is of another year, and is missed until then."""
        kinds = (Transaction, NoteEntry, DocumentEntry)
        dated = (entry for entry in reversed(entries) if type(entry) in kinds)
        latest = list(islice(dated, _LINES + 1))
        if len(latest) <= _LINES or latest[1].date - latest[-1].date > _YEARLY:
            return  # too few to tell
        last, before = latest[:2]
        if last.date - before.date < _ALONE:
            return
        what = (
            f"du {french_date(last.date)}, la précédente des livres du {french_date(before.date)}"
        )
        for line in reversed(self._posted):
            if line.entry is not last:
                break
            missed = line.number < 0 or (line.own_due and line.own_due < line.date)
            kind = "une écriture" if missed else "une facture"
            question = Question(
                "date-douteuse", f"{kind} {what}", "corrigez l'année, si c'est elle"
            )
            doubt = asked(line, question, self._complaints)
            yield (
                _until_then(doubt)
                if missed
                else replace(doubt, code=None, date=before.date, until=last.date)
            )
        note = type(last) is NoteEntry and not _SORTS.isdisjoint(last.tags or ())
        if note and (client := clients.of(last.account)):
            yield _until_then(
                DoubtfulEntry(
                    date=last.date,
                    source=self._complaints.place(last.meta),
                    code="date-douteuse",
                    what=f"une note {what}",
                    remedy="corrigez l'année, si c'est elle",
                    account=client.account,
                    invoices=self._links.among(last.links),
                )
            )

    # ------------------------------------------------------------ The order of a file

    def out_of_order(self) -> Iterator[DoubtfulEntry]:
        """Money dated well after the next entry of its file, where nearly all follow in time."""
        for path in self._kept_in_order():
            here = (x for x in self._posted if x.entry.meta.get("filename") == path)
            lines = sorted(here, key=lambda x: line_of(x.entry.meta))
            for place, (line, following) in enumerate(pairwise(lines)):
                before = lines[place - 1] if place else following
                if (
                    line.number < 0
                    and line.date > following.date + _AHEAD
                    and before.date <= following.date
                ):
                    what = f"un règlement du {french_date(line.date)}, suivi d'une écriture du "
                    what += french_date(following.date)
                    remedy = "corrigez sa date, ou mettez-le à sa place dans le fichier"
                    doubt = asked(line, Question("date-douteuse", what, remedy), self._complaints)
                    yield replace(doubt, date=before.date, until=line.date, invoices=line.invoices)

    def _kept_in_order(self) -> Collection[str]:
        """The files in which a few entries, and few, stand out of the order of dates."""
        places: dict[str, list[int]] = defaultdict(list)
        for line in self._posted:  # by date, then line
            meta = line.entry.meta
            places[meta.get("filename")].append(line_of(meta))
        sizes = {path: len(numbers) for path, numbers in places.items()}
        back = {
            path: sum(one > next_ for one, next_ in pairwise(numbers))
            for path, numbers in places.items()
            if numbers != sorted(numbers)
        }
        return [
            path
            for path, times in back.items()
            if sizes[path] >= _LINES and times <= max(1, sizes[path] // _SELDOM)
        ]

    # ------------------------------------------------------------ Instalments

    def of_instalments(self, groups: Iterable[Sequence[Posted]]) -> Iterator[DoubtfulEntry]:
        """Debits of one invoice whose lines bear the same due date each, or all but one."""
        for group in groups:
            parts: dict[tuple[str, ...], list[Posted]] = defaultdict(list)
            for line in group:
                if line.number > 0 and len(line.invoices) == 1:
                    parts[line.account, line.currency, *line.invoices].append(line)
            for lines in parts.values():
                if len(lines) > 1 and (what := self._undivided(lines)):
                    remedy = "écrivez l'échéance de chaque tranche sous sa ligne"
                    doubt = asked(
                        lines[0], Question("date-douteuse", what, remedy), self._complaints
                    )
                    yield replace(doubt, invoices=lines[0].invoices)

    def _undivided(self, lines: Sequence[Posted]) -> str:
        """What is odd about the due dates of an invoice's lines; nothing when it is not."""
        dated = [
            line for line in lines if any(key in (line.posting.meta or ()) for key in self._due)
        ]
        days = [line.own_due for line in dated]
        if len({*days}) < len(days):
            return f"deux tranches de {lines[0].invoices[0]} ont la même échéance"
        accounts = {line.posting.account for line in lines}
        of_all = not lines[0].entry.meta.keys().isdisjoint(self._due)
        if dated and len(dated) < len(lines) and len(accounts) == 1 and not of_all:
            return f"une tranche de {lines[0].invoices[0]} n'a pas son échéance"
        return ""


def _until_then(doubt: DoubtfulEntry) -> DoubtfulEntry:
    """The question from a year before its entry to the day of it."""
    return replace(doubt, date=doubt.date - _YEARLY, until=doubt.date)


def _invoiced(bill: Posted) -> dt.date:
    written = posting_meta(bill.entry, bill.posting).get("date-facture")
    return written if isinstance(written, dt.date) else bill.date


def _is_far(day: dt.date, year: int) -> bool:
    """Whether a day is well out of a year."""
    return not dt.date(year, 1, 1) - _AROUND <= day <= dt.date(year, 12, 31) + _AROUND
