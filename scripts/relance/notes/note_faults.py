"""What forbids a note, told before anything is written: every reason at once, in French."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from relance.claims.excessive_notes import SUMS, examine
from relance.claims.receivables import receivables
from relance.claims.takeover import succeeded
from relance.ledger.beancount import OpenEntry
from relance.ledger.company import Company
from relance.ledger.file_notes import notes_and_openings
from relance.ledger.note_sorts import CANCELLATION, DISPATCH, FORMS, KEYS, REASONS
from relance.notes.note import NewNote, dispatched, told
from relance.text.escapes import one_line
from relance.text.locales import french_date
from relance.text.words import listed
from relance.values.amounts import Money
from relance.values.facts import Client, Note
from relance.values.issued import Dispatch, IssuedLetter
from relance.values.kinds import Channel, NoteSort
from relance.values.problem import Problem, Source, suggest

ALREADY = "cette note est déjà écrite"
MERGE_FIRST = "fusionnez d'abord la branche qui porte la lettre"
CHANNELS = tuple(channel.value for channel in Channel if channel is not Channel.FILE)

_LATER = ("echeance", "jusqu-au", "recu")  # never before the note's own date
_KINDS = {
    str: ("un texte", "écrivez-le entre guillemets"),
    dt.date: ("une date", "écrivez AAAA-MM-JJ, par exemple 2026-11-21"),
    Money: ("un montant avec sa devise", 'écrivez 820.00 ou "820.00 GBP"'),
}


def faults(company: Company, notes: Iterable[NewNote]) -> list[Problem]:
    """Every reason not to write these notes; each says which fact of the note is wrong."""
    openings = _openings(company, notes := tuple(notes))
    return [p for note in notes for p in _Examiner(company, note, openings).problems()]


class _Examiner:
    """Looks at one note; a rule per method, which yields what is wrong."""

    def __init__(self, company: Company, note: NewNote, openings: Mapping[str, dt.date]) -> None:
        self._books = company.books
        self._movements = succeeded(company.books, company.policy.terms, dt.date.max).movements
        self._terms = company.policy.terms
        self._note = note
        self._openings = openings

    def problems(self) -> Iterator[Problem]:
        client = next((c for c in self._books.clients if c.account == self._note.account), None)
        if client is None:
            accounts = [c.account for c in self._books.clients]
            what = f"aucun client n'a le compte « {self._note.account} »"
            yield _problem("client", what, suggest(self._note.account, accounts))
            return
        yield from self._opened(client)
        yield from self._texts()
        yield from self._keys()
        yield from self._amount(client)
        yield from self._chronology()
        if self._note.of_letter:
            yield from self._letter()
        else:
            unknown = tuple(self._invoices(client))
            yield from unknown
            yield from () if unknown else self._excess()
            yield from self._said_already()

    def _opened(self, client: Client) -> Iterator[Problem]:
        """Beancount refuses a note dated before its account's `open`, and then every run."""
        opened = self._openings.get(client.account)
        if opened is not None and self._note.date < opened:
            what = f"« {client.account} » n'est ouvert que le {french_date(opened)}"
            yield _problem("le", what, f"datez la note du {opened} ou d'après")

    def _texts(self) -> Iterator[Problem]:
        if not one_line(self._note.text):
            yield _problem(self._note.sort, "le texte est vide", "dites en une phrase ce qui est")
        for key, value in self._note.metadata.items():
            if isinstance(value, str) and not one_line(value):
                yield _problem(key, "la valeur est vide", "donnez-la, ou retirez cette option")
        reason, reasons = self._note.metadata.get("raison"), REASONS.get(self._note.sort, ())
        if reasons and isinstance(reason, str) and reason not in reasons:
            yield _problem("raison", f"ne connaît pas « {reason} »", suggest(reason, reasons))

    def _keys(self) -> Iterator[Problem]:
        sort, given = self._note.sort, self._note.metadata
        form = FORMS[sort]
        keys = form.keys if self._note.of_letter else (*form.keys, "facture")
        for key, value in given.items():
            if key not in keys:
                yield _problem(key, f"une note #{sort} n'a pas de « {key} »", _own(keys))
            elif not isinstance(value, KEYS[key].type):
                kind, remedy = _KINDS[KEYS[key].type]
                yield _problem(key, f"« {value} » n'est pas {kind}", remedy)
        for key in (*form.must, *form.asked):
            if key not in given:
                remedy = _KINDS[KEYS[key].type][1]
                yield _problem(key, f"manque à cette note #{sort}", remedy)

    def _amount(self, client: Client) -> Iterator[Problem]:
        amount = self._note.metadata.get("montant")
        if not isinstance(amount, Money):
            return
        owed = {m.currency for m in self._movements if m.account == client.account}
        if amount.number <= 0:
            yield _problem("montant", f"« {amount} » n'est pas positif", "écrivez 820.00")
        if owed and amount.currency not in owed:
            names = ", ".join(sorted(owed))
            what = f"{client.label} ne doit rien en {amount.currency}"
            yield _problem("montant", what, f"au choix : {names}")

    def _chronology(self) -> Iterator[Problem]:
        noted, values = self._note.date, self._note.metadata.items()
        days = {key: value for key, value in values if isinstance(value, dt.date)}
        # A plan may be noted when its first instalment is past.
        later = ("jusqu-au", "recu") if self._note.sort == "echeancier" else _LATER
        for key in later:
            if days.get(key, noted) < noted:
                what = f"le {french_date(days[key])} vient avant la note du {french_date(noted)}"
                yield _problem(key, what, "corrigez cette date, ou --le")
        judgment = days.get("jugement", noted)
        if judgment > noted:
            what = f"le {french_date(judgment)} vient après la note du {french_date(noted)}"
            yield _problem("jugement", what, "corrigez cette date, ou --le")
        if days.get("bodacc", judgment) < judgment:
            what = f"le {french_date(days['bodacc'])} vient avant le jugement"
            yield _problem("bodacc", what, "corrigez l'une des deux dates")

    def _invoices(self, client: Client) -> Iterator[Problem]:
        debits = [m for m in self._movements if m.account == client.account and m.number > 0]
        numbers = sorted({name for movement in debits for name in movement.invoices})
        for name in self._note.invoices:
            if name not in numbers:
                remedy = (
                    suggest(name, numbers) if numbers else "ce client n'a aucune facture numérotée"
                )
                yield _problem("facture", f"{client.label} n'a pas de facture « {name} »", remedy)

    def _excess(self) -> Iterator[Problem]:
        """A dispute or a promise of more than was owed is a slip, or has penalties in it."""
        amount, sort = self._note.metadata.get("montant"), self._note.sort
        movements = tuple(m for m in self._movements if m.account == self._note.account)
        if sort not in SUMS or not isinstance(amount, Money):
            return
        if amount.currency not in {movement.currency for movement in movements}:
            return  # told already
        books = replace(self._books, movements=movements, successions=())
        claims = receivables(books, self._terms, dt.date.max).claims
        note = Note(
            *(self._note.date, self._note.account, NoteSort(sort), self._note.text),
            source=Source("montant"),
            invoices=self._note.invoices,
            amount=amount,
        )
        yield from examine(note, claims)

    def _said_already(self) -> Iterator[Problem]:
        for note in self._books.notes:
            if told(note) == self._note.as_told():
                what = f"{ALREADY} ({note.source})"
                yield _problem(self._note.sort, what, "rien à faire, sinon changez le texte")

    # ------------------------------------------------------------ What happens to a letter

    def _letter(self) -> Iterator[Problem]:
        letters = {letter.id: letter for letter in self._books.letters}
        letter, sort = letters.get(self._note.letter), self._note.sort
        if letter is None:
            what = f"le registre n'a pas de lettre « {self._note.letter} »"
            remedy = suggest(self._note.letter, sorted(letters)) if letters else MERGE_FIRST
            yield _problem(sort, what, remedy)
            return
        if letter.account != self._note.account:
            yield _problem(sort, f"{letter.id} est une lettre à {letter.account}", "corrigez l'un")
        # A run dated too late by mistake is cancelled before its day.
        if self._note.date < letter.date and sort != CANCELLATION:
            what = f"{letter.id} n'est émise que le {french_date(letter.date)}"
            yield _problem("le", what, "corrigez --le")
        channel = self._note.metadata.get("canal")
        if isinstance(channel, str) and channel not in CHANNELS:
            yield _problem("canal", f"ne connaît pas « {channel} »", suggest(channel, CHANNELS))
        yield from self._recorded(letter)
        yield from self._numbered(letter)

    def _recorded(self, letter: IssuedLetter) -> Iterator[Problem]:
        """An act recorded twice: a second `relance noter` changes nothing."""
        sort = self._note.sort
        if sort == CANCELLATION and letter.cancelled_on:
            what = f"{letter.id} est annulée depuis le {french_date(letter.cancelled_on)}"
            yield _problem(sort, what, "rien à faire")
        elif sort == CANCELLATION and letter.gone:
            yield _problem(sort, _left(letter), _NOT_UNDONE)
        for dispatch in letter.dispatches if sort == DISPATCH else ():
            if dispatched(dispatch) == self._note.as_dispatch():
                what = f"cet envoi de {letter.id} est déjà au registre"
                yield _problem(sort, what, "rien à faire")

    def _numbered(self, letter: IssuedLetter) -> Iterator[Problem]:
        """The post gives a number once: another letter may bear it only if both left in one
        envelope. What the letter's own receipt repeats was looked at before."""
        channel, number = (self._note.metadata.get(key) for key in ("canal", "numero"))
        if channel not in _NUMBERED or not isinstance(number, str) or _bears(letter, number):
            return
        for other in self._books.letters:
            days = [dispatch.date for dispatch in _bears(other, number)]
            together = other.account == letter.account and self._note.date in days
            if days and not together and other.id != letter.id:
                what = f"le n° {number} est celui de {other.id}, partie le {french_date(days[0])}"
                yield _problem(str(channel), what, "relisez le numéro sur la preuve de dépôt")


_NUMBERED = (Channel.REGISTERED, Channel.POST)  # where a number is the post's, no telephone's


def _bears(letter: IssuedLetter, number: str) -> list[Dispatch]:
    """The dispatches of a letter by post under that number, however it is spaced."""
    wanted = "".join(number.split()).upper()
    return [
        dispatch
        for dispatch in letter.dispatches
        if dispatch.channel in _NUMBERED
        and "".join((dispatch.number or "").split()).upper() == wanted
    ]


_NOT_UNDONE = (
    "revenue, notez d'abord --retour ; sinon notez ce qui suit (--reponse, --litige, "
    "--suspension), ou écrivez au client"
)


def _left(letter: IssuedLetter) -> str:
    """That a letter went out, when and how: it would be sent a second time."""
    sent = letter.gone[0]
    by = f", {listed([sent.channel])}" if sent.channel else ""
    return f"{letter.id} est partie le {french_date(sent.date)}{by} : cela ne s'annule plus"


def _openings(company: Company, notes: Iterable[NewNote]) -> dict[str, dt.date]:
    """The day each noted account opens, when a file of the company says so; the earliest."""
    accounts = {note.account for note in notes}
    sources = {c.source.path for c in company.books.clients if c.account in accounts}
    opened: dict[str, dt.date] = {}
    for path in sorted(sources & set(company.books.files)):
        for entry in notes_and_openings((company.root / path).read_bytes().decode()):
            if isinstance(entry, OpenEntry) and entry.account in accounts:
                opened[entry.account] = min(entry.date, opened.get(entry.account, entry.date))
    return opened


def _problem(key: str, what: str, remedy: str) -> Problem:
    return Problem(Source(key), what, remedy)


def _own(keys: Iterable[str]) -> str:
    return f"au choix : {', '.join(sorted(keys))}"
