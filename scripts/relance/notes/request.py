"""From what was asked, as text, to a note; every fault of the asking at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from relance.claims.takeover import succeeded
from relance.ledger.client_names import matching, named_like
from relance.ledger.company import Company
from relance.ledger.note_sorts import FORMS, INVOICE, KEYS, OF_LETTERS, TEXT
from relance.notes import wording
from relance.notes.note import NewNote, Value, naming, spells
from relance.notes.note_faults import MERGE_FIRST, faults
from relance.notes.wording import CHANNELS
from relance.text.escapes import one_line, short
from relance.values.amounts import Money, in_cents, readings, written_sum
from relance.values.dates import written_day
from relance.values.facts import Client
from relance.values.movement import Movement
from relance.values.problem import Problem, Refusal, Source, suggest

_ALWAYS = ("texte", "le")
_OFFERED = tuple(sort for sort, form in FORMS.items() if form.takes)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for: the client as named, the options given, by name, as text."""

    client: str | None
    options: Mapping[str, str]
    invoices: tuple[str, ...] = ()


def new_note(company: Company, asked: Asked, today: date) -> NewNote:
    """The note asked for, dated today unless told otherwise.

    Raises `Refusal` with every fault, those of the facts it names included.
    """
    request = _Request(company, asked, today)
    note = request.note()
    problems = list(request.problems)
    if note is not None:
        problems += [p for p in faults(company, [note]) if p.source.path not in request.unread]
    if problems or note is None:
        raise Refusal(problems)
    return note


def read_day(text: str) -> date | None:
    """A date, « 2026-11-21 » or « 21/11/2026 », None when it is none."""
    return written_day(text)


def read_money(text: str, currency: str) -> Money | None:
    """« 820.00 », « 1 320,50 € » or « 820.00 GBP »; None when it is none of them, « 1.320 » among
    others, whose mark may be that of thousands."""
    written = written_sum(text)
    return Money(written[0], written[1] or currency) if written else None


def currencies(company: Company, client: Client, invoices: tuple[str, ...]) -> list[str]:
    """What the client owes in, for these invoices or, without any, at all."""
    movements = own_movements(company, client)
    named = [m for m in movements if not invoices or set(m.invoices) & set(invoices)]
    return sorted({movement.currency for movement in named or movements}) or ["EUR"]


def own_movements(company: Company, client: Client) -> list[Movement]:
    """What is on the client's account once all that it ever took over is there."""
    books = succeeded(company.books, company.policy.terms, date.max)
    return [movement for movement in books.movements if movement.account == client.account]


class _Request:
    """Reads what was asked; `problems` are its faults, `unread` the keys that could not be read,
    which nobody needs to be told are missing."""

    def __init__(self, company: Company, asked: Asked, today: date) -> None:
        self._company = company
        self._asked = asked
        self._options = dict(asked.options)
        self._today = today
        self.problems: list[Problem] = []
        self.unread: set[str] = set()

    def note(self) -> NewNote | None:
        """The note, None when too little of it is known to look further."""
        name = self._sort()
        client = self._client_for(name)
        day = self._day("le") if "le" in self._options else self._today
        if name is None or client is None or day is None:
            return None
        self._check_options(name)
        metadata = self._own_keys(name)
        for key in FORMS[name].options:
            if key in self._options and (value := self._value(key, client)) is not None:
                metadata[key] = value
        links, more = self._names(name, client)
        draft = NewNote(day, client.account, "", (name,), links, metadata | more)
        return replace(draft, text=self._text(draft))

    def _wrong(self, key: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(Source(key), what, remedy))
        self.unread.add(key)

    # ------------------------------------------------------------ Which sort, whose account

    def _sort(self) -> str | None:
        """The one sort; `--courriel` is a channel beside a letter's."""
        given = [name for name in _OFFERED if name in self._options]
        if any(name in OF_LETTERS for name in given):
            given = [name for name in given if name != "courriel"]
        if len(given) == 1:
            return given[0]
        if given:
            names = ", ".join(f"--{name}" for name in given)
            self._wrong("sorte", f"plusieurs sortes de note : {names}", "une note par sorte")
        else:
            names = ", ".join(f"--{name}" for name in _OFFERED)
            self._wrong("sorte", "quelle sorte de note ?", f"au choix : {names}")
        return None

    def _client_for(self, name: str | None) -> Client | None:
        """The client, who need not be named where a letter or an invoice tells who it is."""
        if name in OF_LETTERS:
            return self._letters_client(name)
        if name and FORMS[name].takes == INVOICE and not self._asked.client:
            return self._invoices_client(name)
        return self._client()

    def _invoices_client(self, name: str) -> Client | None:
        """The one client who has the invoices."""
        movements = self._company.books.movements
        numbers = {number for m in movements for number in (*m.invoices, m.label) if number}
        for wanted in self._listed_invoices(name):
            owners = {m.account for m in movements if wanted in (*m.invoices, m.label)}
            clients = [c for c in self._company.books.clients if c.account in owners]
            if len(clients) == 1:
                return clients[0]
            what = f"plusieurs clients ont une facture « {wanted} »"
            remedy = f"nommez le client : relance noter CLIENT --{name} {wanted}"
            if not clients:
                what, remedy = f"aucune facture « {wanted} »", suggest(wanted, sorted(numbers))
            self._wrong(name, what, remedy)
            return None
        self._wrong(name, "de quelle facture ?", f"relance noter --{name} F2026-0031")
        return None

    def _listed_invoices(self, name: str) -> tuple[str, ...]:
        """The invoices that the sort's own option lists, and those of `--facture`."""
        if FORMS[name].takes != INVOICE:
            return self._asked.invoices
        listed = map(one_line, self._options[name].split(","))
        return (*filter(None, listed), *self._asked.invoices)

    def _client(self) -> Client | None:
        subject = one_line(self._asked.client or "")
        clients = matching(self._company.books.clients, subject) if subject else ()
        if len(clients) == 1:
            return clients[0]
        remedy = named_like(subject, self._company.books.clients)
        if not subject:
            remedy = 'le client vient d\'abord : relance noter CLIENT --appel "…"'
            self._wrong("client", "de quel client ?", remedy)
        elif clients:
            what = f"« {short(subject)} » désigne plusieurs clients"
            self._wrong("client", what, remedy)
        else:
            self._wrong("client", f"aucun client « {short(subject)} »", remedy)
        return None

    def _letters_client(self, name: str) -> Client | None:
        """The letter's client, who need not be named; when he is, he must be the one."""
        letters = {letter.id: letter for letter in self._company.books.letters}
        letter = letters.get(wanted := self._options[name])
        named = self._client() if self._asked.client else None
        if letter is None:
            remedy = suggest(wanted, sorted(letters)) if letters else MERGE_FIRST
            self._wrong(name, f"le registre n'a pas de lettre « {wanted} »", remedy)
            return None
        clients = self._company.books.clients
        owner = next((c for c in clients if c.account == letter.account), None)
        if owner is None:
            what = f"le compte de {letter.id}, {letter.account}, n'a plus de « client: »"
            self._wrong(name, what, "rétablissez-le dans le grand livre, puis notez")
        elif named and named != owner and owner.account not in named.succeeds:
            self._wrong("client", f"{letter.id} est une lettre à {owner.label}", "corrigez l'un")
        return owner

    def _check_options(self, name: str) -> None:
        """Refuse the options that say nothing of this sort."""
        options = {name, *FORMS[name].options, *_ALWAYS}
        if name == "envoi":
            options |= CHANNELS.keys()
        about = () if FORMS[name].whole_account else ("facture",)
        allowed = ", ".join(f"--{key}" for key in (*FORMS[name].options, *about, *_ALWAYS))
        for other in sorted(self._options.keys() - options):
            self._wrong(other, f"--{other} ne va pas avec --{name}", f"vont avec : {allowed}")
        if self._asked.invoices and FORMS[name].whole_account:
            what = f"--facture ne va pas avec --{name}"
            self._wrong("facture", what, "retirez --facture : tout le compte est concerné")

    # ------------------------------------------------------------ What it says

    def _names(self, name: str, client: Client) -> tuple[tuple[str, ...], dict[str, Value]]:
        """The links and the key that name the letter or the invoices."""
        if name in OF_LETTERS:
            return (self._options[name],), {}
        if FORMS[name].whole_account:
            return (), {}
        listed = self._listed_invoices(name)
        invoices = tuple(dict.fromkeys(self._invoice(x, client) for x in listed))
        odd = [invoice for invoice in invoices if not spells(invoice)]
        if odd and len(invoices) > 1:
            what = f"« {odd[0]} » ne s'écrit pas en lien"
            self._wrong("facture", what, "une note pour elle seule")
            return (), {}
        return naming(invoices)

    def _invoice(self, name: str, client: Client) -> str:
        """The invoice's number, also by the one that letters print."""
        name = one_line(name)
        movements = own_movements(self._company, client)
        if any(name in movement.invoices for movement in movements):
            return name
        labelled = [m.invoices[0] for m in movements if m.label == name and m.invoices]
        return labelled[0] if labelled else name

    def _own_keys(self, name: str) -> dict[str, Value]:
        """What the sort's own option says: the promise's day, the letter and its channel."""
        if name == "promesse":
            due = self._day(name)
            self.unread |= {"echeance"} if due is None else set()
            return {} if due is None else {"echeance": due}
        if name not in OF_LETTERS:
            return {}
        return {"relance": self._options[name]} | (self._channel() if name == "envoi" else {})

    def _channel(self) -> dict[str, Value]:
        channels = [channel for channel in CHANNELS if channel in self._options]
        if len(channels) != 1:
            names = ", ".join(f"--{channel}" for channel in CHANNELS)
            self._wrong("canal", "par quel canal, un seul ?", f"au choix : {names}")
            return {}
        (channel,) = channels
        keys: dict[str, Value] = {"canal": channel}
        if value := self._options[channel]:
            keys["adresse" if channel == "courriel" else "numero"] = value
        return keys

    def _value(self, key: str, client: Client) -> Value | None:
        if KEYS[key].type is date:
            return self._day(key)
        return self._money(client) if key == "montant" else self._options[key]

    def _day(self, key: str) -> date | None:
        day = read_day(self._options[key])
        if day is None:
            what = f"« {self._options[key]} » n'est pas une date"
            self._wrong(key, what, "écrivez JJ/MM/AAAA ou AAAA-MM-JJ, par exemple 2026-11-21")
        return day

    def _money(self, client: Client) -> Money | None:
        owed = currencies(self._company, client, self._asked.invoices)
        money = read_money(self._options["montant"], owed[0] if len(owed) == 1 else "")
        if money is None or not in_cents(money.number):
            expected = "n'est pas un montant" if money is None else "n'est pas une somme possible"
            remedy = 'écrivez 820.00, "1 320,50 €" ou "820.00 GBP"'
            if either := readings(self._options["montant"]):
                expected, remedy = "se lit de deux façons", f"écrivez {either}"
            self._wrong("montant", f"« {self._options['montant']} » {expected}", remedy)
            return None
        if not money.currency:
            what = f"dans quelle devise ? {client.label} doit en {' et en '.join(owed)}"
            self._wrong("montant", what, f'écrivez "{money.number} {owed[0]}"')
            return None
        return money

    def _text(self, draft: NewNote) -> str:
        """The text given once, with the sort or apart, else what the note's facts say."""
        with_sort = self._options[draft.sort] if FORMS[draft.sort].takes == TEXT else ""
        apart = self._options.get("texte")
        if with_sort and apart is not None:
            what = f"deux textes : --{draft.sort} et --texte"
            self._wrong("texte", what, "gardez-en un")
        return with_sort or apart or ("" if apart == "" else wording.default(draft))
