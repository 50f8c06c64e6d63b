"""What the lines of an accounting export add to the books, and what is told of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from relance.imports.directives import NewDirective
from relance.imports.fec_books import FecBooks, FecStanding, place_of
from relance.imports.fec_entries import HOME, MoveToWrite
from relance.imports.fec_moves import FecKind
from relance.imports.outcome import FileOutcome
from relance.imports.status_entries import InvoiceInBooks
from relance.incoming.fec_export import FecExport
from relance.ledger.imported import ImportedEntry
from relance.text.locales import money, short_date
from relance.text.words import count
from relance.values.problem import Problem, Source

Written = Sequence[tuple[MoveToWrite, NewDirective]]


@dataclass(slots=True)
class FecTaken:
    """What the exports of a run become: entries and holds put and gone, the first of their days;
    `said` are the ids of all their lines, `invoices` those that are new."""

    directives: dict[str, NewDirective] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    first: date | None = None
    invoices: set[InvoiceInBooks] = field(default_factory=set)


@dataclass(slots=True)
class FecAdditions:
    """Adds the lines of one file that are new to what the run has `taken`; `follow`: also those
    that are lettered otherwise by now. The last four are of what is told once."""

    books: FecBooks
    taken: FecTaken
    outcome: FileOutcome
    follow: bool
    lettered: list[Source] = field(default_factory=list)
    before: list[Source] = field(default_factory=list)
    undated: list[Source] = field(default_factory=list)
    unnumbered: list[MoveToWrite] = field(default_factory=list)

    def add(self, export: FecExport, written: Written) -> None:
        """All the lines of a file."""
        ids = {booking.id for booking, _ in written}
        self.taken.said.update(ids)
        vanished = self.books.vanished(export, ids)
        repeated = self._repeated(written)
        for booking, directive in written:
            if booking.id in self.taken.directives:  # an earlier file of this run says it too
                self.taken.directives[booking.id] = directive
                self.outcome.known += 1
                continue
            standing, problem = self.books.compare(booking, directive)
            if problem:
                self.outcome.left.append(problem)
            if standing is not FecStanding.NEW:
                self._know(booking, directive, standing)
            elif old := vanished.pop(place_of(booking.id), None):
                self.outcome.left.append(_moved(booking, old))
            elif booking.id in repeated:
                self.outcome.known += 1
            elif self._is_before(booking):
                self.before.append(booking.source)
            else:
                self._put(booking, directive)
        self.outcome.remarks.extend(map(_gone, vanished.values()))
        self.outcome.remarks.extend(self._sentences())

    def _put(self, booking: MoveToWrite, directive: NewDirective) -> None:
        self.books.add(booking)
        self.taken.directives[booking.id] = directive
        self.outcome.came += 1
        if number := booking.first.number:
            self.taken.invoices.add(InvoiceInBooks(booking.client.account, number))
            if not booking.first.due:
                self.undated.append(booking.source)
        elif booking.first.kind is FecKind.OPENING and booking.amount > 0:
            self.unnumbered.append(booking)

    def _know(self, booking: MoveToWrite, directive: NewDirective, standing: FecStanding) -> None:
        """A line that the books have."""
        self.outcome.known += 1
        if standing is FecStanding.LETTERED:
            self.lettered.append(booking.source)
            if self.follow:
                self.taken.directives[booking.id] = directive

    def _is_before(self, booking: MoveToWrite) -> bool:
        """Whether a line is older than the opening balance that the books begin with."""
        opened = self.books.opened.get(booking.client.account)
        return opened is not None and booking.first.entry.date < opened

    def _repeated(self, written: Written) -> set[str]:
        """The opening balances of clients whose earlier entries the books have: they say again
        what these say. A sum that differs is told."""
        lines: dict[tuple[str, date], list[MoveToWrite]] = defaultdict(list)
        for booking, _ in written:
            if booking.first.kind is FecKind.OPENING:
                lines[booking.client.account, booking.first.entry.date].append(booking)
        repeated: set[str] = set()
        for (account, day), bookings in lines.items():
            balance = self.books.balance(account, day)
            if balance is None:
                continue
            repeated.update(booking.id for booking in bookings)
            opening = Decimal(sum(booking.amount for booking in bookings)).scaleb(-2)
            if balance != opening:
                what = f"{bookings[0].client.label} : reprise de {money(opening, HOME)} au "
                what += f"{short_date(day)}, les livres disent {money(balance, HOME)}"
                remedy = "cherchez l'écriture qui manque : la reprise elle-même n'est pas écrite"
                self.outcome.remarks.append(Problem(bookings[0].source, what, remedy))
        return repeated

    def _sentences(self) -> Iterator[Problem]:
        if self.undated:
            what = f"{count(len(self.undated), 'facture')} sans échéance, que le FEC ne dit pas : "
            what += "date de la pièce et délai du client"
            remedy = "vérifiez les délais : delai à l'ouverture du client, ou dans la politique"
            yield Problem(self.undated[0], what, remedy)
        if self.unnumbered:
            total = Decimal(sum(booking.amount for booking in self.unnumbered)).scaleb(-2)
            what = f"{count(len(self.unnumbered), 'reprise')} sans numéro de pièce, "
            what += f"{money(total, HOME)} : à relancer quand on saura quelles factures"
            remedy = 'écrivez dans chacune une ligne par facture encore due (facture: "F…", '
            remedy += "echeance:), et gardez sa clé import ; jusque-là elle attend (sans-numero)"
            yield Problem(self.unnumbered[0].source, what, remedy)
        if self.lettered:
            what = f"{count(len(self.lettered), 'ligne')} d'un autre lettrage que dans les livres"
            done = "ces écritures sont récrites : git diff les montre"
            remedy = done if self.follow else "relance importer --suivre-lettrage les récrit"
            yield Problem(self.lettered[0], what, remedy)
        if self.before:
            what = f"{count(len(self.before), 'ligne')} d'avant la reprise des livres"
            remedy = "elles sont laissées : la reprise les compte déjà"
            yield Problem(self.before[0], what, remedy)


def _moved(booking: MoveToWrite, old: ImportedEntry) -> Problem:
    """A line that is under another day than the books have it: it comes in once."""
    here, there = short_date(booking.first.entry.date), short_date(old.entry.date)
    what = f"l'écriture {booking.first.entry.place} est du {here}, dans les livres du {there}"
    place = Source(old.path, old.block.line)
    return Problem(booking.source, what, f"si ce fichier dit vrai, supprimez {place}, recommencez")


def _gone(old: ImportedEntry) -> Problem:
    what = f"l'écriture {place_of(old.id)[0].partition(':')[2]} n'est plus dans ce FEC"
    remedy = "elle reste au grand livre : supprimez-la si elle est annulée"
    return Problem(Source(old.path, old.block.line), what, remedy)
