"""The litigation file of one client, gathered from the books."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.insolvency import Proceedings
from relance.claims.on_day import OnDay
from relance.files.account import DebtAccount, accounts
from relance.files.exhibits import RECEIPT, CaseExhibit, Gap, exhibits, gaps
from relance.outlook.chronicle import ChronicleEntry, Subject, chronicle
from relance.text.locales import french_date
from relance.values.amounts import Money
from relance.values.facts import Client
from relance.values.issued import IssuedLetter
from relance.values.movement import Movement
from relance.values.problem import Source, refuse


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the chronology with the numbers of its exhibits."""

    event: ChronicleEntry
    exhibits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that the file of a client says on `day`."""

    client: Client
    day: dt.date
    accounts: tuple[DebtAccount, ...]
    exhibits: tuple[CaseExhibit, ...]
    moments: tuple[Moment, ...]
    gaps: tuple[Gap, ...]
    proceedings: Proceedings | None = None

    def numbers_of(self, label: str) -> tuple[int, ...]:
        """The exhibits that are copies of that invoice."""
        return tuple(e.number for e in self.exhibits if e.sort == "facture" and label in e.numbers)


def gather(on: OnDay, client: Client) -> CaseFile:
    """The file of a client's open debts. Raises `Refusal` when nothing of it is late."""
    debts = accounts(on, client)
    if not any(account.due for account in debts):
        raise refuse(
            client.account,
            f"aucune créance échue et impayée de {client.label} au {french_date(on.day)}",
            f"relance expliquer {client.account}",
        )
    claims = [line.claim for account in debts for line in (*account.due, *account.later)]
    documents = [document for document in on.books.documents if document.account == client.account]
    letters = _letters(on.letters_of(client.account), claims)
    shown = exhibits(documents, letters, claims, on.day)
    return CaseFile(
        client=client,
        day=on.day,
        accounts=debts,
        exhibits=shown,
        moments=tuple(_Chronology(on, client, claims, shown).moments()),
        gaps=gaps(client, debts, shown, on.policy),
        proceedings=on.proceedings.get(client.account),
    )


def _letters(letters: Iterable[IssuedLetter], claims: Iterable[Claim]) -> list[IssuedLetter]:
    """The client's letters that cite one of these claims, the cancelled ones left out."""
    invoices = {claim.invoice for claim in claims}
    return [
        letter
        for letter in letters
        if letter.cancelled_on is None
        if any(citation.invoice in invoices for citation in letter.citations)
    ]


class _Chronology:
    """Tells what happened about these claims, and which exhibit shows it."""

    def __init__(
        self, on: OnDay, client: Client, claims: Sequence[Claim], shown: Sequence[CaseExhibit]
    ) -> None:
        self._on = on
        self._client = client
        self._claims = claims
        self._invoiced = {claim.source: claim for claim in claims}
        self._invoices = {claim.invoice for claim in claims}
        self._labels = {claim.invoice: claim.label for claim in claims}
        self._shown = shown

    def moments(self) -> Iterator[Moment]:
        """The events of the file in order; entries that only move a debt between two accounts
        of the client are none."""
        about = self._exhibits_by_source()
        events = [
            Moment(self._as_printed(event), about[event.source])
            for event in chronicle(self._on, Subject(self._client))
            if event.source in about
        ]
        yield from sorted([*events, *self._dues()], key=lambda moment: moment.event.date)

    def _as_printed(self, event: ChronicleEntry) -> ChronicleEntry:
        """The event with its invoices named as they print, an invoice on its own day, which
        comes before the books when they took it over."""
        what = event.what
        for name, label in self._labels.items():
            if name and label and name != label:
                what = what.replace(name, label)
        claim = self._invoiced.get(event.source)
        if claim is not None:
            what = what.removeprefix(f"{claim.label} · ")
            what = what if claim.label in what else f"{claim.label} · {what}"
        return replace(event, what=what, date=claim.invoiced if claim else event.date)

    def _dues(self) -> Iterator[Moment]:
        """The days on which the claims fell due."""
        for claim in self._claims:
            if claim.due and self._on.late(claim):
                amount = Money(claim.amount, claim.currency)
                event = ChronicleEntry(claim.due, "échéance", claim.numbered, claim.source, amount)
                yield Moment(event, ())

    def _exhibits_by_source(self) -> dict[Source, tuple[int, ...]]:
        """The places of the facts that belong to the file, with their exhibits."""
        books, account = self._on.books, self._client.account
        numbers: dict[Source, tuple[int, ...]] = {}
        movements = [m for m in books.movements if m.account == account]
        for movement in _outward(movements):
            if not movement.invoices or self._invoices & set(movement.invoices):
                numbers[movement.source] = self._copies(movement)
        for note in books.notes:
            if note.account == account and (
                not note.invoices or self._invoices & set(note.invoices)
            ):
                numbers[note.source] = ()
        paths = {exhibit.path: exhibit.number for exhibit in self._shown}
        for document in books.documents:
            copy = "facture" in document.sorts  # shown by the invoice itself
            if document.account == account and document.path in paths and not copy:
                numbers[document.source] = (paths[document.path],)
        return numbers | self._records(account)

    def _records(self, account: str) -> dict[Source, tuple[int, ...]]:
        """The lines of the register about the file's letters: a letter is its own exhibit, its
        dispatch is shown by its receipts."""
        cited = {
            letter.id
            for letter in self._on.letters
            if any(citation.invoice in self._invoices for citation in letter.citations)
        }
        return {
            record.source: tuple(
                e.number
                for e in self._shown
                if e.letter
                and e.letter.id == record.letter
                and (e.sort == RECEIPT) is (record.sort != "lettre")
            )
            for record in self._on.books.records
            if record.account == account and record.letter in cited
        }

    def _copies(self, movement: Movement) -> tuple[int, ...]:
        if movement.number < 0:
            return ()
        labels = {self._labels.get(name) for name in movement.invoices}
        return tuple(
            e.number for e in self._shown if e.sort == "facture" and labels & set(e.numbers)
        )


def _outward(movements: Sequence[Movement]) -> Iterator[Movement]:
    """The movements of entries that change what the client owes."""
    sums: dict[tuple[str, int, str], Decimal] = defaultdict(Decimal)
    for movement in movements:
        sums[(movement.source.path, movement.entry, movement.currency)] += movement.number
    for movement in movements:
        if sums[(movement.source.path, movement.entry, movement.currency)]:
            yield movement
