"""The reader of the books: a Beancount ledger in the convention of rules 2.1 to 4.9 → facts."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from relance.ledger import mistyped_keys, register_reader
from relance.ledger.beancount import DocumentEntry, Loaded, NoteEntry, Transaction, load
from relance.ledger.clients import Clients, read_clients
from relance.ledger.fields import Complaints, Fields
from relance.ledger.files import relative
from relance.ledger.postings import DRAFT_FLAG, PADDING_FLAG, InvoiceLinks, PostingReader
from relance.ledger.settled import Closed, Closing, Posted
from relance.policy.model import LedgerSettings, Policy
from relance.text.escapes import one_line
from relance.values import register
from relance.values.collector import uncollected
from relance.values.facts import Books, Document, Note
from relance.values.kinds import NoteSort, Reason
from relance.values.problem import Refusal, suggest


@uncollected()
def read_books(policy: Policy, root: Path, loaded: Loaded | None = None) -> Books:
    """Read every fact of the ledger named by the policy, `root` being the repository's folder.

    `loaded` is that ledger when it is loaded already.
    Raises `Refusal` with all the faults of the ledger at once.
    """
    loaded = loaded or load(root / policy.ledger.file, root)
    books = facts(loaded, policy, root)
    loaded.prove()
    return books


def facts(loaded: Loaded, policy: Policy, root: Path, closed_by: date | None = None) -> Books:
    """The same, before Beancount's last checks are known (see `Loaded.prove`); what `closing` can
    set aside on the day `closed_by` is read no further than that."""
    complaints = Complaints(root)
    complaints.warnings.extend(loaded.missing)
    others = [entry for entry in loaded.entries if not isinstance(entry, Transaction)]
    clients = read_clients(others, policy, complaints)
    postings = PostingReader(policy.ledger, loaded, complaints)
    posted = list(postings.posted(clients))
    notes = _NoteReader(clients, policy.ledger, complaints).read(others, posted)
    closed = Closed()
    if closed_by:
        closed = Closing(clients.all, notes, policy, closed_by).of(posted)
    books = Books(
        clients=clients.all,
        movements=postings.movements(closed.left(posted)),
        notes=notes,
        documents=tuple(filter(closed.kept, _documents(others, clients, complaints))),
        letters=register_reader.read_letters(others, complaints),
        records=register_reader.read_records(
            others, complaints, mistyped_keys.Watch(mistyped_keys.RECORD, policy.ledger, complaints)
        ),
        bank_dates=_read_bank_dates(loaded.entries, policy.ledger),
        files=loaded.files,
        roots=loaded.roots,
        warnings=tuple(complaints.warnings),
        settled=closed.settled,
        paid_long_ago=closed.paid_long_ago,
        closed_until=closed.until,
    )
    if complaints.faults:
        loaded.prove()
        raise Refusal(sorted(set(complaints.faults)))
    return books


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
    """Reads follow-up notes."""

    def __init__(self, clients: Clients, settings: LedgerSettings, complaints: Complaints) -> None:
        self._clients = clients
        self._links = InvoiceLinks(settings.invoice.link)
        self._complaints = complaints
        self._keys = mistyped_keys.Watch(mistyped_keys.NOTE, settings, complaints)

    def read(self, entries: Iterable[Any], posted: Iterable[Posted]) -> tuple[Note, ...]:
        """Every note of the entries; `posted` tells which invoices each account really has."""
        found = [
            self._note(entry, client.account, sort)
            for entry in entries
            if isinstance(entry, NoteEntry)
            and (client := self._clients.of(entry.account))
            and (sort := self._sort(entry))
        ]
        self._check_invoices(found, posted)
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
        return tuple((*self._links.among(frozenset([name])), name)[0] for name in names)

    def _check_invoices(self, notes: Iterable[Note], posted: Iterable[Posted]) -> None:
        naming = [note for note in notes if note.invoices]
        known: dict[str, set[str]] = {note.account: set() for note in naming}
        for each in posted:
            if each.number > 0 and each.account in known:
                known[each.account].update(each.invoices)
        for note in naming:
            own = known[note.account]
            for name in note.invoices:
                if name not in own:
                    self._complaints.fault(
                        note.source,
                        f"cette note nomme la facture « {name} », que {note.account} n'a pas",
                        suggest(name, sorted(own)) if own else "corrigez le lien ou le compte",
                    )


# ---------------------------------------------------------------- Documents and the bank


def _documents(entries: Iterable[Any], clients: Clients, complaints: Complaints) -> list[Document]:
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
    return sorted(found, key=lambda d: (d.date, d.source.path, d.source.line))


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
