"""Lifecycle statuses that came in: which are of our invoices, which are new, what they become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from relance.claims.takeover import Takeover
from relance.imports.books_so_far import BooksSoFar
from relance.imports.directives import NewDirective
from relance.imports.import_memory import ImportMemory
from relance.imports.inbox import IncomingFile
from relance.imports.originals import Originals
from relance.imports.outcome import FileFate, FileOutcome
from relance.imports.sellers import issued_by_us
from relance.imports.status_entries import InvoiceInBooks, StatusToWrite
from relance.imports.status_remarks import StatusRemarks
from relance.incoming.invoice import CREDIT_NOTES
from relance.incoming.status_message import StatusMessage
from relance.text.escapes import one_line, short
from relance.text.locales import short_date
from relance.text.words import count
from relance.values.problem import Problem, Refusal, Source

_AHEAD = timedelta(days=1)  # the clock of a platform may be in another zone


@dataclass(slots=True)
class StatusesTaken:
    """What the statuses of a run become: notes, where each file is filed."""

    directives: list[NewDirective] = field(default_factory=list)
    filed: dict[str, str] = field(default_factory=dict)  # by path of the file
    said: set[str] = field(default_factory=set)  # the ids of all that the files tell


@dataclass
class StatusIntake:
    """Takes in the statuses of files. `new` are the invoices that come in with them, `paid` the
    accounts that the bank's lines credit; `today` bounds the days that statuses may bear."""

    so_far: BooksSoFar
    originals: Originals
    memory: ImportMemory
    new: Collection[InvoiceInBooks]
    paid: Collection[str]
    today: date
    _seen: dict[str, StatusToWrite] = field(default_factory=dict, init=False)

    @cached_property
    def _remarks(self) -> StatusRemarks:
        return StatusRemarks(self.so_far, self.paid)

    def take(self, files: Sequence[IncomingFile]) -> StatusesTaken:
        """All of them; what stays out of a file goes into its outcome, the rest comes in."""
        taken = StatusesTaken()
        for file in sorted(files, key=lambda file: file.name):
            path = self.originals.of_statuses(file)
            taken.filed[str(file.path)] = path
            taken.directives += self._file(file, path.rpartition("/")[2], taken.said)
        return taken

    def _file(self, file: IncomingFile, filed: str, said: set[str]) -> Iterator[NewDirective]:
        outcome = file.outcome
        others: list[StatusMessage] = []
        for message in file.facts:
            try:
                status = self._status(message, file.name, filed)
            except Refusal as refusal:
                outcome.left.extend(refusal.problems)
                continue
            if status is None:
                others.append(message)
                continue
            said.add(status.id)
            if self.memory.took_out(status.id):
                outcome.known += 1
                outcome.kept_out.append(short(message.id, 40))
            elif self._is_new(status, outcome):
                yield status.directive(self.so_far.policy)
        if others:
            outcome.remarks.append(_not_ours(others))
        _judge(outcome, all_others=len(others) == len(file.facts))

    def _status(self, message: StatusMessage, name: str, filed: str) -> StatusToWrite | None:
        """What is to be written of a message, None for one that is not ours; `Refusal` (2)."""
        if not self._is_ours(message):
            return None
        path = f"{filed}{message.source.path.removeprefix(name)}"
        place = Source(path, message.source.line)
        status = StatusToWrite(message, self._invoice(message), place)
        self._check(status)
        return status

    def _is_new(self, status: StatusToWrite, outcome: FileOutcome) -> bool:
        """Whether its message did not come in before; what is to be told of it is."""
        if status.id in self.so_far.imported or status.id in self._seen:
            outcome.known += 1
            outcome.remarks.extend(self._changed(status))
            return False
        self._seen[status.id] = status
        outcome.came += 1
        outcome.remarks.extend(self._remarks.of(status))
        return True

    # ------------------------------------------------------------ Whose it is

    def _is_ours(self, message: StatusMessage) -> bool:
        """Whether it is about a sale of ours that can be chased; one that names no seller is, if
        the books know its number. `Refusal` (2) when the policy does not say who we are."""
        if message.type_code in CREDIT_NOTES:
            return False
        ours = issued_by_us(message.sellers, self.so_far.policy.creditor)
        if ours is None and message.sellers:
            what = f"{short(message.number, 40)} : est-ce une facture à vous ?"
            remedy = "écrivez votre creancier.siren dans relance.yaml, puis recommencez"
            raise Refusal([Problem(message.source, what, remedy)])
        return ours is not False

    def _invoice(self, message: StatusMessage) -> InvoiceInBooks:
        """The invoice of the books; `Refusal` (2) when they have none, or several."""
        number = one_line(message.number)
        invoices = self._invoices.get(number, frozenset())
        if len(invoices) == 1:
            return next(iter(invoices))
        shown = short(number, 40)
        if invoices:
            names = " et ".join(sorted(invoice.account for invoice in invoices))
            what, remedy = f"{shown} est une facture de {names}", "corrigez le numéro qui est faux"
        else:
            what = f"{shown} : aucune facture de ce numéro dans les livres"
            remedy = "importez cette facture ou saisissez-la, puis relancez : ce statut reste là"
        raise Refusal([Problem(message.source, what, remedy)])

    @cached_property
    def _invoices(self) -> Mapping[str, frozenset[InvoiceInBooks]]:
        """Every invoice by number, as the books name it and as letters print it."""
        books = self.so_far.books
        takeover = Takeover.by(books.successions, self.today)
        invoices: dict[str, set[InvoiceInBooks]] = defaultdict(set)
        for movement in books.movements:
            for name in movement.invoices if movement.number > 0 else ():
                account = movement.account
                account = takeover.account(account, name) if takeover else account
                for number in {name, movement.label or name}:
                    invoices[number].add(InvoiceInBooks(account, name))
        for invoice in self.new:
            invoices[invoice.name].add(invoice)
        return {number: frozenset(same) for number, same in invoices.items()}

    def _check(self, status: StatusToWrite) -> None:
        """`Refusal` (2) for a day on which the books can have no note."""
        message, day = status.message, status.message.day
        what = f"{short(message.number, 40)} : statut {message.code} daté du {short_date(day)}"
        opened = self.so_far.chart.opened.get(status.invoice.account)
        if day > self.today + _AHEAD:
            remedy = "cette date n'est pas encore venue : demandez-le de nouveau à la plateforme"
            raise Refusal([Problem(message.source, what, remedy)])
        if opened and day < opened.since:
            what = f"{what}, avant l'ouverture de {opened.account}"
            raise Refusal([Problem(message.source, what, "avancez la date de son open")])

    # ------------------------------------------------------------ What is known

    def _changed(self, status: StatusToWrite) -> Iterator[Problem]:
        """A message that says something else than the one of its number that came before."""
        message, imported = status.message, self.so_far.imported.get(status.id)
        now = (message.day, message.code)
        if imported:
            place = imported.path
            before = (imported.entry.date, imported.entry.meta.get("statut"))
        else:
            other = self._seen[status.id]
            before, place = (other.message.day, other.message.code), str(other.source)
        if now != before:
            what = f"{short(message.number, 40)} : ce message dit autre chose que dans {place}"
            remedy = "ce qui est écrit reste ; comparez avec votre plateforme"
            yield Problem(message.source, what, remedy)


def _judge(outcome: FileOutcome, *, all_others: bool) -> None:
    """What became of the file: one of which a part stays out stays where it is."""
    if all_others and not outcome.left:
        outcome.fate = FileFate.ASIDE
    elif outcome.left and (outcome.came or outcome.known):
        outcome.fate = FileFate.PARTLY
    elif outcome.left:
        outcome.refuse(*outcome.left)
        outcome.left.clear()


def _not_ours(others: Sequence[StatusMessage]) -> Problem:
    """What a file says of invoices that are no sales of ours, or of credit notes."""
    numbers = ", ".join(dict.fromkeys(short(message.number, 40) for message in others[:3]))
    what = f"{count(len(others), 'statut')} d'avoirs ou de factures d'autres vendeurs : {numbers}"
    return Problem(others[0].source, what, "rien n'en est écrit : rien n'y est à relancer")
