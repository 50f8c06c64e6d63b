"""Books in which what an account took over from another is its own (rule 2.9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from relance.values.amounts import ZERO
from relance.values.facts import Books, Document, DoubtfulEntry, Note, Settled, Succession
from relance.values.issued import IssuedLetter, PendingLetter, Record
from relance.values.kinds import NoteSort
from relance.values.movement import Movement
from relance.values.terms import Terms


def succeeded(books: Books, terms: Terms | None, day: date) -> Books:
    """The books with every succession up to that day done: invoices with all that was paid,
    written and said about them on the new account, as if it had always been theirs.

    `terms` are the policy's. Twice does no more than once.
    """
    if not (takeover := Takeover.by(books.successions, day)):
        return books
    settled: dict[str, tuple[Settled, ...]] = {}
    before: dict[str, int] = defaultdict(int)
    for account, facts in books.settled.items():
        new = takeover.account(account)
        settled[new] = (*settled.get(new, ()), *facts)
    for account, number in books.paid_long_ago.items():
        before[takeover.account(account)] += number
    movements, other_dues = takeover.movements(books, terms)
    return replace(
        books,
        clients=tuple(c for c in books.clients if takeover.account(c.account) == c.account),
        movements=movements,
        notes=tuple(moved for note in books.notes for moved in takeover.notes(note)),
        documents=tuple(dict.fromkeys(takeover.one(document) for document in books.documents)),
        letters=takeover.letters(books.letters),
        records=tuple(takeover.one(record) for record in books.records),
        doubtful=(*(x for entry in books.doubtful for x in takeover.doubtful(entry)), *other_dues),
        penalty_income=tuple(
            replace(income, account=takeover.account(income.account, income.invoice))
            for income in books.penalty_income
        ),
        settled=settled,
        paid_long_ago=dict(before),
    )


class _About(Protocol):
    """What is on an account about invoices, or about all of it without any."""

    @property
    def account(self) -> str: ...
    @property
    def invoices(self) -> tuple[str, ...]: ...


Told = TypeVar("Told", Movement, Document, Record)


class Takeover:
    """Whose what is on each account became."""

    def __init__(self, successions: Iterable[Succession]) -> None:
        self._whole: dict[str, str] = {}
        self._invoices: dict[tuple[str, str], str] = {}  # account and invoice → the account now
        self._followed: dict[str, list[Succession]] = defaultdict(list)  # one debtor's, in part
        for succession in sorted(
            successions, key=lambda succession: (succession.date, succession.source)
        ):
            if not succession.invoices:
                self._whole = {
                    a: succession.new if b == succession.old else b for a, b in self._whole.items()
                }
                self._whole[succession.old] = succession.new
            for name in succession.invoices:
                self._move(succession.old, succession.new, name)
            if succession.invoices:
                self._followed[succession.old].append(succession)

    @classmethod
    def by(cls, successions: Iterable[Succession], day: date) -> Takeover | None:
        """That of a day; None when nothing was taken over by then."""
        done = [succession for succession in successions if succession.date <= day]
        return cls(done) if done else None

    def _move(self, old: str, new: str, name: str) -> None:
        """An invoice moved on, or back, takes along what was moved before."""
        for (account, other), now in list(self._invoices.items()):
            if other == name and now == old:
                self._invoices[account, other] = new
        self._invoices[old, name] = new
        self._invoices.pop((new, name), None)

    def account(self, account: str, invoice: str | None = None) -> str:
        """The account that this one, or its invoice, is on now."""
        account = self._invoices.get((account, invoice or ""), account)
        return self._whole.get(account, account)

    def one(self, fact: Told) -> Told:
        """A fact on the account of the invoices that it names, if that is one."""
        (new, *others) = self._accounts(fact)
        return fact if others or new == fact.account else replace(fact, account=new)

    def _accounts(self, fact: _About) -> list[str]:
        names = fact.invoices or (None,)
        return list(dict.fromkeys(self.account(fact.account, name) for name in names))

    # ------------------------------------------------------------ Movements

    def movements(
        self, books: Books, terms: Terms | None
    ) -> tuple[tuple[Movement, ...], tuple[DoubtfulEntry, ...]]:
        """Every movement on the account that it came to, without those that only moved it; and
        what these say of a due date that the invoice does not have."""
        delays = {client.account: client.terms or terms for client in books.clients}
        moved = [(self.one(movement), movement) for movement in books.movements]
        gone = {id(now): now for now in _transfers(moved)}
        billed: set[tuple[str, tuple[str, ...]]] = set()
        kept = []
        for now, was in moved:
            if id(now) in gone:
                continue
            first = (was.account, was.invoices) not in billed
            delay = delays.get(was.account) if first else None
            kept.append(now if now is was else _on_new_account(now, delay))
            if was.number > 0 and not (was.draft or was.padding):
                billed.add((was.account, was.invoices))
        return tuple(kept), tuple(_other_dues(gone.values(), kept))

    # ------------------------------------------------------------ What was said and written

    def notes(self, note: Note) -> Iterator[Note]:
        """A note about some invoices on the account of each; one about a whole account on its
        successor's, and beside it on those to which a part of it went, about this part. The
        insolvency of a client is that of all its accounts."""
        if not note.invoices:
            yield replace(note, account=self.account(note.account))
            for succession in self._followed.get(note.account, ()):
                new = self.account(note.account, succession.invoices[0])
                if succession.same_debtor and new != note.account:
                    whole = note.sort is NoteSort.INSOLVENCY
                    yield replace(note, account=new, invoices=() if whole else succession.invoices)
        else:
            for account, names in self._shared(note.account, note.invoices).items():
                yield replace(note, account=account, invoices=names)

    def doubtful(self, entry: DoubtfulEntry) -> Iterator[DoubtfulEntry]:
        """A doubt about an account, on every one to which what it is about went."""
        if entry.account is None:
            yield entry
        elif entry.invoices:
            for account, names in self._shared(entry.account, entry.invoices).items():
                yield replace(entry, account=account, invoices=names)
        else:
            yield replace(entry, account=self.account(entry.account))
            for succession in self._followed.get(entry.account, ()) if entry.code else ():
                new = self.account(entry.account, succession.invoices[0])
                if new != entry.account:
                    yield replace(entry, account=new, invoices=succession.invoices)

    def letters(self, letters: Iterable[IssuedLetter]) -> tuple[IssuedLetter, ...]:
        """The letters on the account of the claims that they cite, a part on each when these went
        to several; what was demanded in all is told once."""
        return tuple(part for letter in letters for part in self._parts(letter))

    def pending(self, waiting: Iterable[PendingLetter]) -> tuple[PendingLetter, ...]:
        """The same of letters that wait on branches."""
        return tuple(replace(x, letter=part) for x in waiting for part in self._parts(x.letter))

    def _parts(self, letter: IssuedLetter) -> Iterator[IssuedLetter]:
        names = tuple(citation.invoice for citation in letter.citations)
        shares = self._shared(letter.account, names)
        if len(shares) < 2:
            (account,) = shares or [self.account(letter.account)]
            yield letter if account == letter.account else replace(letter, account=account)
            return
        total, interest, fee = letter.total, letter.interest, letter.fee
        for account, invoices in shares.items():
            cited = tuple(c for c in letter.citations if c.invoice in invoices)
            yield replace(
                letter, account=account, citations=cited, total=total, interest=interest, fee=fee
            )
            total = interest = fee = None

    def _shared(self, account: str, invoices: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The invoices by the account that each is on now."""
        shares: dict[str, tuple[str, ...]] = {}
        for name in invoices:
            now = self.account(account, name)
            shares[now] = (*shares.get(now, ()), name)
        return shares


def _on_new_account(movement: Movement, delay: Terms | None) -> Movement:
    """A bill keeps the due date that the delay of its first account gave it."""
    due = movement.own_due
    if delay and movement.number > 0 and movement.invoices and not due:
        due = delay.due(movement.invoiced or movement.date)
    return replace(movement, part="", own_due=due)


def _other_dues(gone: Iterable[Movement], kept: Iterable[Movement]) -> Iterator[DoubtfulEntry]:
    """Due dates that a transfer gives and the invoice does not have."""
    dues: dict[tuple[str, tuple[str, ...]], set[date]] = defaultdict(set)
    for bill in kept:
        if bill.number > 0 and bill.own_due:
            dues[bill.account, bill.invoices].add(bill.own_due)
    for line in gone:
        dates = dues.get((line.account, line.invoices))
        if dates and line.own_due and line.own_due not in dates:
            listed = ", ".join(f"{due:%d/%m/%Y}" for due in sorted(dates))
            yield DoubtfulEntry(
                date=line.date,
                source=line.source,
                code="echeance-non-lue",
                what=f"ce transfert dit « echeance: {line.own_due} », la facture {listed}",
                remedy="retirez-la du transfert, ou corrigez celle de la facture",
                account=line.account,
                invoices=line.invoices,
            )


def _transfers(moved: Iterable[tuple[Movement, Movement]]) -> Iterator[Movement]:
    """The lines by which entries took from one account and gave to the one that succeeds it: all
    of an entry, or those of one invoice."""
    entries: dict[tuple[str, str, int, str], list[tuple[Movement, str]]] = defaultdict(list)
    for now, was in moved:
        entries[now.account, now.source.path, now.entry, now.currency].append((now, was.account))
    for lines in entries.values():
        if len({was for _, was in lines}) < 2:
            continue
        parts: dict[tuple[str, ...], list[Movement]] = defaultdict(list)
        for now, _ in lines:
            parts[now.invoices].append(now)
        whole = [now for now, _ in lines]
        for part in [whole] if _nothing(whole) else parts.values():
            if _nothing(part):
                yield from part


def _nothing(lines: Iterable[Movement]) -> bool:
    return sum((line.number for line in lines), ZERO) == 0
