"""The reader of the books: a Beancount ledger in the convention of design §4 → facts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from relance import nearkeys, register
from relance.clients import Clients, read_clients
from relance.fields import Complaints, Fields, line
from relance.ledger import DocumentEntry, Loaded, NoteEntry, Transaction, load, relative
from relance.memory import uncollected
from relance.model import Books, Document, Movement, Note, NoteSort, Reason, one_line
from relance.policy import LedgerSettings, Policy
from relance.problem import Refusal, Source, suggest

DRAFT_FLAG = "!"
PADDING_FLAG = "P"
_MONEY = re.compile(r"[A-Z]{3}")


@uncollected()
def read_books(policy: Policy, root: Path, loaded: Loaded | None = None) -> Books:
    """Read every fact of the ledger named by the policy, `root` being the repository's folder.

    `loaded` is that ledger when it is loaded already.
    Raises `Refusal` with all the faults of the ledger at once.
    """
    return facts(loaded or load(root / policy.ledger.file, root), policy, root)


def facts(loaded: Loaded, policy: Policy, root: Path) -> Books:
    """The same, of a ledger that is loaded already."""
    complaints = Complaints(root)
    complaints.warnings.extend(loaded.missing)
    clients = read_clients(loaded.entries, policy, complaints)
    movements = _read_movements(loaded, clients, policy.ledger, complaints)
    known = {(m.account, name) for m in movements if m.number > 0 for name in m.invoices}
    books = Books(
        clients=clients.all,
        movements=movements,
        notes=_NoteReader(clients, policy.ledger, complaints).read(loaded.entries, known),
        documents=_read_documents(loaded.entries, clients, complaints),
        letters=register.read_letters(loaded.entries, complaints),
        records=register.read_records(
            loaded.entries, complaints, nearkeys.Watch(nearkeys.RECORD, policy.ledger, complaints)
        ),
        bank_dates=_read_bank_dates(loaded.entries, policy.ledger),
        files=loaded.files,
        roots=loaded.roots,
        warnings=tuple(complaints.warnings),
    )
    if faults := loaded.faults() or sorted(set(complaints.faults)):
        raise Refusal(faults)
    return books


# ---------------------------------------------------------------- Postings on client accounts


def _read_movements(
    loaded: Loaded, clients: Clients, settings: LedgerSettings, complaints: Complaints
) -> tuple[Movement, ...]:
    reader = _MovementReader(settings, complaints, loaded.root_of("name_expenses"))
    found: list[Movement] = []
    for entry in loaded.entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                client = clients.of(posting.account)
                if client is None or not posting.units or not posting.units.number:
                    continue
                if movement := reader.read(entry, posting, client.account):
                    found.append(movement)
    # Beancount orders one day by line number alone, whatever the file.
    found.sort(key=lambda m: (m.date, m.source.path, m.entry, m.source.line))
    return tuple(found)


# What few invoices say of themselves, looked for only where one of these keys stands.
_SELDOM = frozenset({"numero", "date-facture", "prestation", "relance", "taux", "penalites"}) | {
    "lien-paiement"
}


class _MovementReader:
    def __init__(self, settings: LedgerSettings, complaints: Complaints, expenses: str) -> None:
        self._settings = settings
        self._complaints = complaints
        self._expenses = f"{expenses}:"
        self._links = InvoiceLinks(settings.invoice.link)
        self._debits = nearkeys.Watch(nearkeys.invoice(settings), settings, complaints)
        self._credits = nearkeys.Watch(nearkeys.settlement(settings), settings, complaints)
        self._not_money: set[tuple[str, str]] = set()
        self._money: set[str] = set()

    def read(self, entry: Any, posting: Any, account: str) -> Movement | None:
        """The movement of a posting; None when it is not in money."""
        # A posting's own metadata wins over its transaction's, its place included.
        meta = {**entry.meta, **posting.meta} if posting.meta else entry.meta
        fields = Fields(self._complaints, meta)
        if entry.tags:
            self._check_links(entry)
        number, currency = posting.units
        if not self._is_money(currency):
            self._skip(account, currency, fields.source)
            return None
        # Only an invoice says so of itself; a cheque may have a `numero` of its own.
        debit = number > 0
        (self._debits if debit else self._credits).look(entry.meta, posting.meta)
        more = debit and not _SELDOM.isdisjoint(meta)
        return Movement(
            date=entry.date,
            account=account,
            number=number,
            currency=currency,
            source=fields.source,
            invoices=self._invoices(entry, fields),
            label=fields.text("numero") if more else None,
            text=" · ".join(filter(None, (entry.payee, entry.narration))),
            draft=DRAFT_FLAG in (entry.flag, posting.flag),
            padding=entry.flag == PADDING_FLAG,
            tags=entry.tags,
            credit_note="avoir" in entry.tags,
            waived=not debit and self._waived(entry),
            own_due=fields.day(*self._settings.due) if debit else None,
            invoiced=fields.day("date-facture") if more else None,
            service=fields.day("prestation") if more else None,
            excluded=more and fields.flag("relance") is False,
            rate=fields.rate() if more else None,
            bears_interest=not more or fields.flag("penalites") is not False,
            payment_link=fields.link("lien-paiement") if more else None,
            entry=line(entry.meta),
        )

    def _is_money(self, currency: str) -> bool:
        if currency in self._money:
            return True
        if found := _MONEY.fullmatch(currency):
            self._money.add(currency)
        return found is not None

    def _invoices(self, entry: Any, fields: Fields) -> tuple[str, ...]:
        if (written := fields.text(*self._settings.invoice.meta)) is not None:
            return (one_line(written),)
        return self._links.among(entry.links)

    def _waived(self, entry: Any) -> bool:
        """Whether nothing came in for a credit: all that answers it is the creditor's cost."""
        answers = [p.account for p in entry.postings if p.units and p.units.number > 0]
        return bool(answers) and all(name.startswith(self._expenses) for name in answers)

    def _check_links(self, entry: Any) -> None:
        """`^FA#31` is read as the link ^FA and the tag #31, without a word."""
        if entry.links and (cut := [tag for tag in entry.tags if tag[0].isdigit()]):
            link = min(entry.links)
            what = f"« ^{link}#{cut[0]} » se lit comme le lien ^{link} et l'étiquette #{cut[0]}"
            source = self._complaints.place(entry.meta)
            self._complaints.warn(
                source, what, "un lien n'a pas de # : employez un tiret, ou numero:"
            )

    def _skip(self, account: str, currency: str, source: Source) -> None:
        if (account, currency) not in self._not_money:
            self._not_money.add((account, currency))
            self._complaints.warn(
                source,
                f"« {currency} » n'est pas une monnaie : {account} n'y est pas relancé",
                "facturez en monnaie, ou ignorez ce message",
            )


class InvoiceLinks:
    """Which links are invoice numbers: those the policy's pattern matches whole (its first group
    if it has one); without a pattern those that begin with F, and every one when none does."""

    def __init__(self, pattern: str | None) -> None:
        self._pattern = re.compile(pattern) if pattern is not None else None

    def among(self, links: Collection[str] | None) -> tuple[str, ...]:
        """The invoice numbers among links, letter ids apart."""
        if not links:
            return ()
        if self._pattern is None and len(links) == 1 and (name := next(iter(links)))[0] == "F":
            return (name,)
        names = [link for link in sorted(links) if not register.LETTER_ID.fullmatch(link)]
        if self._pattern is None:
            return tuple(name for name in names if name.startswith("F")) or tuple(names)
        matches = [match for name in names if (match := self._pattern.fullmatch(name))]
        return tuple(match[1] if match.re.groups and match[1] else match[0] for match in matches)


# ---------------------------------------------------------------- Follow-up notes

_OF_THE_REGISTER = frozenset({"relance", "envoi", "retour", "annulation"})
_SORTS = {sort.value: sort for sort in NoteSort}
_REASONS = {reason.value: reason for reason in Reason}
_ANSWERS = (NoteSort.CALL, NoteSort.EMAIL, NoteSort.ANSWER)
_REQUIRED = {
    NoteSort.PROMISE: ("echeance",),
    NoteSort.PAYMENT_PLAN: ("echeance", "montant"),
}


class _NoteReader:
    """Reads follow-up notes; `known` are the invoices that each account really has."""

    def __init__(self, clients: Clients, settings: LedgerSettings, complaints: Complaints) -> None:
        self._clients = clients
        self._links = InvoiceLinks(settings.invoice.link)
        self._complaints = complaints
        self._keys = nearkeys.Watch(nearkeys.NOTE, settings, complaints)

    def read(self, entries: Iterable[Any], known: Iterable[tuple[str, str]]) -> tuple[Note, ...]:
        found = [
            self._note(entry, client.account, sort)
            for entry in entries
            if isinstance(entry, NoteEntry)
            and (client := self._clients.of(entry.account))
            and (sort := self._sort(entry))
        ]
        self._check_invoices(found, frozenset(known))
        return tuple(sorted(found, key=lambda n: (n.date, n.source.path, n.source.line)))

    def _sort(self, entry: Any) -> NoteSort | None:
        """Which sort of note it is; a tag that only resembles one is a fault: a mistyped
        `#litige` would let the letter go."""
        tags: frozenset[str] = entry.tags or frozenset()
        sorts = [_SORTS[tag] for tag in sorted(tags) if tag in _SORTS]
        where = self._complaints.place(entry.meta)
        if len(sorts) > 1:
            names = ", ".join(f"#{sort}" for sort in sorts)
            self._complaints.fault(
                where, f"une note, plusieurs sortes : {names}", "écrivez une note par sorte"
            )
        for tag in tags if not sorts and not tags & _OF_THE_REGISTER else ():
            if "vouliez-vous" in (hint := suggest(tag, _SORTS)):
                self._complaints.fault(where, f"sorte de note inconnue : #{tag}", hint)
        return sorts[0] if sorts else None

    def _note(self, entry: Any, account: str, sort: NoteSort) -> Note:
        fields = Fields(self._complaints, entry.meta)
        self._keys.look(entry.meta)
        for key in _REQUIRED.get(sort, ()):
            if fields.raw(key)[1] is None:
                fields.wrong(
                    key, f"manque à cette note #{sort}", f"ajoutez une ligne {key}: sous la note"
                )
        written = fields.text("facture")
        return Note(
            date=entry.date,
            account=account,
            sort=sort,
            text=entry.comment,
            source=fields.source,
            invoices=(one_line(written),) if written else self._named(entry.links),
            due=fields.day("echeance"),
            amount=fields.money("montant"),
            until=self._until(fields),
            judgment=fields.day("jugement"),
            published=fields.day("bodacc"),
            trustee=fields.text("mandataire"),
            reason=self._reason(fields, sort),
        )

    def _until(self, fields: Fields) -> date | None:
        """The last day of a hold; 9999-12-31 is how some write "for ever"."""
        _, value = fields.raw("jusqu-au")
        return None if value == date.max else fields.day("jusqu-au")

    def _reason(self, fields: Fields, sort: NoteSort) -> Reason | None:
        if sort in _ANSWERS:
            return fields.choice("raison", _REASONS)
        if fields.raw("raison")[1] is not None:
            self._complaints.warn(
                fields.source,
                f"« raison » ne compte pas sous une note #{sort}",
                "écrivez-la sous une note #appel, #courriel ou #reponse",
            )
        return None

    def _named(self, links: Collection[str] | None) -> tuple[str, ...]:
        """The invoices a note names; a link that is none stays, to be refused rather than to
        make the note speak of the whole account."""
        names = [link for link in sorted(links or ()) if not register.LETTER_ID.fullmatch(link)]
        return tuple((*self._links.among([name]), name)[0] for name in names)

    def _check_invoices(self, notes: Iterable[Note], known: frozenset[tuple[str, str]]) -> None:
        for note in notes:
            for name in note.invoices:
                if (note.account, name) not in known:
                    of_client = {invoice for account, invoice in known if account == note.account}
                    self._complaints.fault(
                        note.source,
                        f"cette note nomme la facture « {name} », que {note.account} n'a pas",
                        suggest(name, sorted(of_client))
                        if of_client
                        else "corrigez le lien ou le compte",
                    )


# ---------------------------------------------------------------- Documents and the bank


def _read_documents(
    entries: Iterable[Any], clients: Clients, complaints: Complaints
) -> tuple[Document, ...]:
    """The declared documents of clients, the register's letters apart."""
    found = [
        Document(
            date=entry.date,
            account=client.account,
            path=relative(entry.filename, complaints.root),
            source=complaints.place(entry.meta),
            invoices=tuple(sorted(entry.links or ())),
            sorts=frozenset(entry.tags or ()),
        )
        for entry in entries
        if isinstance(entry, DocumentEntry)
        and "relance" not in (entry.tags or ())
        and (client := clients.of(entry.account))
        and Path(entry.filename).is_file()
    ]
    return tuple(sorted(found, key=lambda d: (d.date, d.source.path, d.source.line)))


def _read_bank_dates(entries: Iterable[Any], settings: LedgerSettings) -> tuple[date, ...]:
    if settings.bank is None:
        return ()
    prefixes = settings.bank.accounts
    days = {
        entry.date
        for entry in entries
        if isinstance(entry, Transaction) and entry.flag not in (DRAFT_FLAG, PADDING_FLAG)
        if any(
            is_below(posting.account, prefix) for posting in entry.postings for prefix in prefixes
        )
    }
    return tuple(sorted(days))


def is_below(account: str, prefix: str) -> bool:
    """Whether the account is the prefix or under it, by whole components."""
    account, prefix = (unicodedata.normalize("NFC", name) for name in (account, prefix))
    return account == prefix or account.startswith(prefix + ":")
