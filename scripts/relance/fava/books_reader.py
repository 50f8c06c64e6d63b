"""The company behind the ledger that Fava shows, read once each time Fava loads it.

Fava has the ledger in memory already: it is not loaded twice. What is worked out of it is kept
by day, from books without the invoices that are closed for good: a page of a day asks nothing of
them, the life of one client looks at all of its own. Fava answers several requests at once, so
each thing is made under a lock.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import RLock

from fava.core import FavaLedger

from relance.claims.on_day import OnDay
from relance.decision.outcomes import Plan
from relance.decision.planner import make_plan, renumbered
from relance.ledger.beancount import already_loaded
from relance.ledger.company import POLICY, Company, read_company
from relance.ledger.settled import pruned
from relance.outlook.task import UnderReview
from relance.policy.reader import read_policy
from relance.report import Report, last_months, measure
from relance.runs.pending import used_ids, waiting_letters
from relance.runs.unmerged import under_review
from relance.values.collector import uncollected
from relance.values.facts import Books
from relance.values.issued import PendingLetter
from relance.values.problem import Refusal, refuse
from relance.values.register import LETTERS

_DAYS = 8  # how many of the days looked at last are kept


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of a company, and what is decided on it."""

    company: Company
    on: OnDay
    plan: Plan
    review: UnderReview | None = None

    def whole(self, account: str) -> OnDay:
        """The books of one client on that day, its closed invoices among them."""
        books = OnDay(self.company.policy, self.company.books, self.on.day).books
        return replace(self.on, books=narrowed(books, frozenset({account})))


class Study:
    """A company as it was read, and its days."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.lock = RLock()
        self._worked_out = lru_cache(_DAYS)(self._work_out)
        self.report = lru_cache(_DAYS)(self._measure)

    def at(self, day: date, today: date) -> ShownDay:
        """The situation at the end of a day, as `relance plan` shows it today; the letters that
        wait on branches are read anew."""
        with self.lock:
            used = used_ids(self.company, day)
            pending, review = waiting_letters(self.company), under_review(self.company)
            shown = self._worked_out(day, pending, used, past=day < today)
            return replace(shown, review=review)

    def _work_out(
        self, day: date, pending: Sequence[PendingLetter], used: frozenset[str], *, past: bool
    ) -> ShownDay:
        policy = self.company.policy
        on = OnDay(policy, pruned(self.company.books, policy, day), day, tuple(pending))
        on = on if past else on.foreseeing()
        with uncollected():
            plan = make_plan(on)
        return ShownDay(self.company, on, renumbered(plan, used))

    def _measure(self, day: date, accounts: frozenset[str] | None) -> Report:
        """The figures of twelve months, of these clients alone when they are given."""
        books = self.company.books
        books = books if accounts is None else narrowed(books, accounts)
        return measure(OnDay(self.company.policy, books, day), last_months(12, day))


class BooksReader:
    """Reads the company of a ledger, again only after Fava loaded it anew or the policy
    changed."""

    def __init__(self, ledger: FavaLedger) -> None:
        self._ledger = ledger
        self._lock = RLock()
        self._known: tuple[object, Study | tuple[Refusal, ...]] | None = None

    @property
    def root(self) -> Path:
        """The nearest folder with a policy, from the ledger's own upwards; without any, its own."""
        above = _absolute(self._ledger.beancount_file_path).parents
        return next((folder for folder in above if (folder / POLICY).is_file()), above[0])

    def renew(self) -> None:
        """The ledger was loaded anew: its facts are read now, as Fava's own are, so that no page
        waits for them. What cannot be read is for our page to say, not for every page of Fava."""
        with self._lock:
            self._known = None
        with suppress(Exception):
            self.study()

    def study(self) -> Study:
        """The company; raises `Refusal` as every command does, and when Fava shows another
        ledger than the policy's."""
        with self._lock:
            root = self._root_with_policy()
            state = _state(root / POLICY)
            if self._known is None or self._known[0] != state:
                self._known = (state, self._read(root))
            read = self._known[1]
        if isinstance(read, tuple):
            raise Refusal(read[0].problems, read[0].status)
        return read

    def _root_with_policy(self) -> Path:
        if not ((root := self.root) / POLICY).is_file():
            name = Path(self._ledger.beancount_file_path).name
            what = f"aucune politique à côté de {name}, ni dans un dossier au-dessus"
            remedy = "relance init DOSSIER en écrit une, à adapter à votre entreprise"
            raise refuse(POLICY, what, remedy)
        return root

    def _read(self, root: Path) -> Study | tuple[Refusal]:
        ledger = self._ledger
        try:
            _check_same(root, ledger)
            loaded = already_loaded(ledger.all_entries, ledger.load_errors, ledger.options, root)
            return Study(read_company(root, loaded))
        except Refusal as refusal:
            return (refusal,)


def _absolute(path: str) -> Path:
    """As Beancount names files: symbolic links are kept."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow them


def _check_same(root: Path, ledger: FavaLedger) -> None:
    """A plan of another ledger than the one shown would only confuse."""
    named = read_policy(root / POLICY).ledger.file
    shown = _absolute(ledger.beancount_file_path)
    if not ((root / named).exists() and (root / named).samefile(shown)):
        what = f"la politique lit {named}, Fava montre {os.path.relpath(shown, root)}"
        raise refuse(POLICY, what, f"lancez fava {named}, ou corrigez grand-livre.fichier")


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def letter_file(company: Company, name: str) -> Path | None:
    """The file of a letter of the register; None for a number that it does not know, and for a
    file that does not lie with the letters, whatever the register says."""
    declared = next((x.path for x in company.books.letters if x.id == name), None)
    if declared is None:
        return None
    path, folder = (company.root / declared).resolve(), (company.root / LETTERS).resolve()
    ours = path.suffix in (".pdf", ".md") and path.is_relative_to(folder)
    return path if ours and path.is_file() else None


def narrowed(books: Books, accounts: frozenset[str]) -> Books:
    """The books with the facts of these clients alone."""
    return replace(
        books,
        clients=tuple(x for x in books.clients if x.account in accounts),
        movements=tuple(x for x in books.movements if x.account in accounts),
        notes=tuple(x for x in books.notes if x.account in accounts),
        documents=tuple(x for x in books.documents if x.account in accounts),
        letters=tuple(x for x in books.letters if x.account in accounts),
        records=tuple(x for x in books.records if x.account in accounts),
    )
