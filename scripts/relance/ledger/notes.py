"""Reading the follow-up notes: what a client said, promised, disputes (rules 4.1 to 4.9)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from relance.ledger import mistyped_keys, register_reader
from relance.ledger.beancount import DocumentEntry, NoteEntry
from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints, Fields
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.note_sorts import FOLLOW_UP
from relance.ledger.settled import Posted
from relance.ledger.shared_accounts import SharedAccounts
from relance.ledger.successions import LastAccounts
from relance.policy.settings import LedgerSettings
from relance.text.escapes import one_line, plain, short
from relance.text.locales import bare
from relance.values import register
from relance.values.facts import DoubtfulEntry, Note
from relance.values.kinds import NoteSort, Reason
from relance.values.lifecycle import InvoiceStatus
from relance.values.problem import suggest

_BY_TAG = {sort.value: sort for sort in NoteSort}
_HOLDING = ("litige", "promesse", "suspension")
_PIECES = frozenset({"facture", "contrat", "commande", "livraison", "cgv", "accuse"})
# Words by which a note without sort says that it holds, unless others say that nothing does.
_HOLDS = frozenset(
    {"litige", "litiges", "conteste", "contestee", "contestent", "contestation", "moratoire"}
    | {"promesse", "promis", "promet", "suspension", "suspendre", "suspendu", "suspendue"}
)
_ENDS = frozenset(
    {"plus", "pas", "non", "fin", "sans", "aucun", "aucune", "clos", "close", "regle", "reglee"}
    | {"leve", "levee", "termine", "terminee", "resolu", "resolue"}
)
_KEYS = frozenset({"jusqu-au", "montant", "echeance"})
_REASONS = {reason.value: reason for reason in Reason}


def _is_of_register(tags: Collection[str], links: Collection[str]) -> bool:
    """Whether a note is a line of the register, as nearly all are, and nothing else."""
    said = _BY_TAG.keys().isdisjoint(tags) and _BY_TAG.keys().isdisjoint(links)
    return said and any(tag in tags for tag in register_reader.SORTS)


class NoteReader:
    """Reads follow-up notes, by the table of `note_sorts`."""

    def __init__(self, clients: Clients, settings: LedgerSettings, complaints: Complaints) -> None:
        self._clients = clients
        self._links = InvoiceNames(settings.invoice)
        self._complaints = complaints
        self.doubtful: list[DoubtfulEntry] = []
        self._other_tags = frozenset(settings.other_keys or ())
        self._keys = mistyped_keys.Watch(mistyped_keys.NOTE, settings, complaints)

    def read(self, entries: Iterable[Any], shared: SharedAccounts) -> tuple[Note, ...]:
        """Every note of the entries; `shared` tells whose one on an account of several is."""
        notes = [
            self._note(entry, client.account, sort)
            for entry in entries
            if isinstance(entry, NoteEntry)
            and (client := self._clients.of(entry.account))
            and (sort := self._sort(entry))
        ]
        notes = list(shared.notes(notes))
        self.doubtful = list(shared.doubts(self.doubtful))
        return tuple(sorted(notes, key=lambda note: note.order))

    def _sort(self, entry: Any) -> NoteSort | None:
        """Which sort of note it is; a tag that only resembles one is a fault: a mistyped
        `#litige` would let the letter go."""
        tags: frozenset[str] = entry.tags or frozenset()
        if _is_of_register(tags, entry.links or ()):
            return None
        sorts = [_BY_TAG[tag] for tag in sorted(tags) if tag in _BY_TAG]
        if len(sorts) > 1:  # a platform's status says beside it what it does
            sorts = [sort for sort in sorts if sort is not NoteSort.STATUS]
        where = self._complaints.place(entry.meta)
        if len(sorts) > 1:
            names = ", ".join(f"#{sort}" for sort in sorts)
            self._complaints.fault(
                where, f"une note, plusieurs sortes : {names}", "écrivez une note par sorte"
            )
        for tag in tags if not sorts and tags.isdisjoint(register_reader.SORTS) else ():
            if "vouliez-vous" in (hint := suggest(tag, _BY_TAG)):
                self._complaints.fault(where, f"sorte de note inconnue : #{tag}", hint)
        for link in (entry.links or frozenset()) & _BY_TAG.keys():
            self._complaints.fault(
                where, f"^{link} est un lien : aucune sorte n'est lue là", f"écrivez #{link}"
            )
        if not sorts and tags.isdisjoint(register_reader.SORTS):
            self._weigh(entry)
        return sorts[0] if sorts else None

    def check_documents(self, entries: Iterable[Any]) -> None:
        """A note written as a document is a fault: its words are no file, and it holds nothing."""
        for entry in entries:
            if type(entry) is DocumentEntry and not _BY_TAG.keys().isdisjoint(entry.tags or ()):
                path = Path(entry.filename)
                named = re.search(r"\.[A-Za-z]\w{1,4}$", path.name)
                file = path.is_file() or (named and _KEYS.isdisjoint(entry.meta))
                if not file and self._clients.of(entry.account):
                    what = f"« {plain(path.name)} » n'est pas un fichier : une note ?"
                    where = self._complaints.place(entry.meta)
                    self._complaints.fault(where, what, "écrivez note au lieu de document")

    def _weigh(self, entry: Any) -> None:
        """A note without sort whose words say that it holds, or has the keys of one that does, or
        a tag that nobody knows: whoever wrote it believes that it counts."""
        words = frozenset(re.findall("[a-z]+", bare(entry.comment)))
        tags = (entry.tags or frozenset()) - self._other_tags
        if pieces := sorted(tags & _PIECES):
            what = f"une note n'est pas une pièce : #{pieces[0]} n'y est pas lu"
            remedy = "pour joindre un fichier, écrivez document au lieu de note"
            self._complaints.warn(self._complaints.place(entry.meta), what, remedy)
        unknown = sorted(tags - _PIECES)
        holds = (words & _HOLDS and not words & _ENDS) or not _KEYS.isdisjoint(entry.meta)
        if unknown or holds:
            client = self._clients.of(entry.account)
            subject = (
                f"#{unknown[0]} n'est pas une sorte de note" if unknown else "une note sans sorte"
            )
            self.doubtful.append(
                DoubtfulEntry(
                    date=entry.date,
                    source=self._complaints.place(entry.meta),
                    code="note-incomprise",
                    what=f"{subject} : retient-elle les relances ?",
                    remedy=f"ajoutez-lui #{' ou #'.join(_HOLDING)}, sinon #appel, #courriel ou "
                    "#reponse ; ou nommez l'étiquette dans grand-livre.autres-cles",
                    account=client.account if client else None,
                    invoices=self._named(entry.links),
                )
            )

    def questions(self, posted: Iterable[Posted]) -> Iterator[DoubtfulEntry]:
        """What is asked about notes that hold perhaps, each about the invoices of its day when it
        names none: it knew no later."""
        sold: dict[str | None, list[Posted]] = {
            doubt.account: [] for doubt in self.doubtful if not doubt.invoices
        }
        for line in posted if sold else ():
            if line.number > 0 and line.account in sold:
                sold[line.account].append(line)
        for question in self.doubtful:
            bills = sold.get(question.account, ()) if not question.invoices else ()
            names = {n for bill in bills if bill.date <= question.date for n in bill.invoices}
            if question.invoices or names:
                yield replace(question, invoices=question.invoices or tuple(sorted(names)))

    def _note(self, entry: Any, account: str, sort: NoteSort) -> Note:
        fields = Fields(self._complaints, entry.meta)
        self._keys.look(entry.meta)
        for key in FOLLOW_UP[sort].must:
            if fields.raw(key)[1] is None:
                fields.wrong(
                    key, f"manque à cette note #{sort}", f"ajoutez une ligne {key}: sous la note"
                )
        written = fields.text("facture")
        if FOLLOW_UP[sort].names_invoices and not (written or entry.links):
            remedy = f"ajoutez son lien : ^F… #{sort}"
            self._complaints.fault(
                fields.source, f"cette note #{sort} ne nomme aucune facture", remedy
            )
        self._check_end(fields, entry.date, sort)
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
            motive=fields.text("motif"),
            status=self._status(fields, sort, entry.tags or frozenset()),
        )

    @staticmethod
    def _status(fields: Fields, sort: NoteSort, tags: Collection[str]) -> InvoiceStatus | None:
        """What a note with #statut keeps of a platform's status."""
        if NoteSort.STATUS not in tags:
            return None
        code, hour = fields.text("statut"), fields.text("heure")
        if code is None and sort is not NoteSort.STATUS:  # of that sort alone, it is told already
            fields.wrong("statut", "manque à cette note #statut", "ajoutez une ligne statut:")
        moment = None
        with suppress(ValueError):
            moment = time.fromisoformat(hour or "").replace(tzinfo=None)
        if hour and moment is None:
            fields.wrong("heure", f"n'est pas une heure : {short(hour, 20)}", "écrivez 14:30:00")
        reason = fields.text("motif") or ""
        return InvoiceStatus(code or "", reason, moment, fields.money("approuve"))

    def _check_end(self, fields: Fields, day: date, sort: NoteSort) -> None:
        """A promise or hold that ends before it is noted holds nothing: another year was meant."""
        key = {NoteSort.PROMISE: "echeance", NoteSort.HOLD: "jusqu-au"}.get(sort)
        end = fields.raw(key)[1] if key else None
        if key and isinstance(end, date) and end < day:
            fields.wrong(key, f"est avant la note : {end}", "corrigez l'un des deux jours")

    def _until(self, fields: Fields) -> date | None:
        """The last day of a hold; 9999-12-31 is how some write "for ever"."""
        _, value = fields.raw("jusqu-au")
        return None if isinstance(value, date) and value == date.max else fields.day("jusqu-au")

    def _reason(self, fields: Fields, sort: NoteSort) -> Reason | None:
        if "raison" in FOLLOW_UP[sort].may:
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

    def check_invoices(
        self, notes: Iterable[Note], posted: Iterable[Posted], last: LastAccounts
    ) -> None:
        """Refuse the notes that name an invoice which their account, or what it came to be, does
        not have."""
        naming = [note for note in notes if note.invoices]
        invoices: dict[str, set[str]] = {last.of(note.account): set() for note in naming}
        for line in posted:
            if line.number > 0 and (account := last.of(line.account)) in invoices:
                invoices[account].update(line.invoices)
        for note in naming:
            numbers = invoices[last.of(note.account)]
            for name in note.invoices:
                if name not in numbers:
                    self._complaints.fault(
                        note.source,
                        f"cette note nomme la facture « {name} », que {note.account} n'a pas",
                        suggest(name, sorted(numbers))
                        if numbers
                        else "corrigez le lien ou le compte",
                    )
