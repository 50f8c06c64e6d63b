"""Invoices that came in: which are ours, which are new, which the books know, what they become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from relance.imports.client_book import ClientBook
from relance.imports.directives import NewDirective
from relance.imports.import_memory import ImportMemory
from relance.imports.inbox import IncomingFile
from relance.imports.invoice_entries import InvoiceEntries, InvoiceToWrite
from relance.imports.known_invoices import InvoiceStanding, KnownInvoices
from relance.imports.originals import Originals
from relance.imports.outcome import FileFate
from relance.imports.sellers import elsewhere, is_ours
from relance.imports.status_entries import InvoiceInBooks
from relance.incoming.invoice import DocumentKind, Invoice
from relance.policy.settings import Policy
from relance.text.escapes import one_line, short
from relance.text.locales import french_date, money
from relance.values.amounts import ZERO
from relance.values.problem import Problem, Refusal, Source

_AHEAD = timedelta(days=31)


@dataclass(slots=True)
class _Candidate:
    """An invoice of a file, with its client once that is known."""

    file: IncomingFile
    invoice: Invoice
    source: Source
    written: InvoiceToWrite | None = None
    standing: InvoiceStanding = InvoiceStanding.NEW

    @property
    def rank(self) -> tuple[bool, Source]:
        """Of two files that say the same invoice, the entry is that of the lower."""
        return (self.invoice.due is None, self.source)


@dataclass(slots=True)
class InvoicesTaken:
    """What the invoices of a run become: entries, where each file is filed; `said` are the ids of
    all that the files tell, known already or not."""

    directives: list[NewDirective] = field(default_factory=list)
    filed: dict[str, str] = field(default_factory=dict)  # by path of the file
    said: set[str] = field(default_factory=set)
    invoices: set[InvoiceInBooks] = field(default_factory=set)  # that are new


@dataclass(frozen=True)
class InvoiceIntake:
    """Takes in the invoices of files; `today` bounds the days that they may bear."""

    policy: Policy
    clients: ClientBook
    known: KnownInvoices
    entries: InvoiceEntries
    originals: Originals
    joined: frozenset[str]  # the invoices whose copy the books declare already
    memory: ImportMemory
    today: date

    def take(self, files: Sequence[IncomingFile]) -> InvoicesTaken:
        """All of them; what stands against a file goes into its outcome."""
        taken = InvoicesTaken()
        candidates: list[_Candidate] = []
        for file in sorted(files, key=lambda file: file.name):
            self._check(file)
            if file.taken and file.outcome.fate is not FileFate.ASIDE:
                path = self.originals.of_invoices(file, file.facts)
                taken.filed[str(file.path)] = path
                name = path.rpartition("/")[2]
                candidates += [_Candidate(file, x, Source(name, x.source.line)) for x in file.facts]
        candidates.sort(key=lambda x: (x.invoice.issued, x.invoice.number, x.rank))
        self._check_each_other(candidates)
        for candidate in candidates:
            if candidate.file.taken:
                self._place(candidate)
        self._write([candidate for candidate in candidates if candidate.file.taken], taken)
        return taken

    # ------------------------------------------------------------ What stands against them

    def _check(self, file: IncomingFile) -> None:
        """Against a file by itself."""
        received = [x for x in file.facts if not is_ours(x.seller, self.policy.creditor)]
        if received:
            seller = short(received[0].seller.name, 60)
            what = f"facture reçue de « {seller} » : ce n'est pas une vente, rien n'en est écrit"
            problem = Problem(received[0].source, what, "rangez-la avec vos achats")
            if len(received) < len(file.facts):
                file.outcome.refuse(problem)
            else:
                file.outcome.fate = FileFate.ASIDE
                file.outcome.remarks = [problem]
            return
        for invoice in file.facts:
            file.outcome.remarks.extend(elsewhere(invoice, self.policy))
            if invoice.issued > self.today + _AHEAD:
                what = f"{short(invoice.number, 40)} est datée du {french_date(invoice.issued)}"
                remedy = "cette date n'est pas encore venue : demandez à qui l'a émise"
                file.outcome.refuse(Problem(invoice.source, what, remedy))

    def _check_each_other(self, candidates: Iterable[_Candidate]) -> None:
        """Two files that give one number different facts: neither is taken."""
        by_number: dict[tuple[DocumentKind, str], list[_Candidate]] = defaultdict(list)
        for candidate in candidates:
            by_number[candidate.invoice.kind, one_line(candidate.invoice.number)].append(candidate)
        for (_, number), group in by_number.items():
            if len({_core(candidate.invoice) for candidate in group}) == 1:
                continue
            for candidate in group:
                core = _core(candidate.invoice)
                others = (x.file.name for x in group if _core(x.invoice) != core)
                differing = f"{_told(candidate.invoice)}, autrement dans {next(others)}"
                what = f"{short(number, 40)} : {differing}"
                remedy = "un numéro, une facture : gardez le bon fichier, retirez l'autre"
                candidate.file.outcome.refuse(Problem(candidate.invoice.source, what, remedy))

    def _place(self, candidate: _Candidate) -> None:
        """Find whose it is, and how it stands to the books."""
        invoice = candidate.invoice
        try:
            client = self.clients.buyer(invoice, candidate.source)
        except Refusal as refusal:
            candidate.file.outcome.refuse(*refusal.problems)
            return
        candidate.written = InvoiceToWrite(invoice, client, candidate.source)
        is_new = self.clients.is_new(client)
        compared = self.known.compare(candidate.written, is_new_client=is_new)
        candidate.standing = compared.standing
        if compared.account and is_new:
            candidate.written = replace(
                candidate.written, client=replace(client, account=compared.account)
            )
        if compared.problem:
            candidate.file.outcome.refuse(compared.problem)

    # ------------------------------------------------------------ What they become

    def _write(self, candidates: Sequence[_Candidate], taken: InvoicesTaken) -> None:
        """The entries of the invoices of the files that are still taken; a file that cannot be
        written takes all of its own with it."""
        made: dict[int, list[NewDirective]] = {}
        for place, candidate in enumerate(candidates):
            assert candidate.written
            try:
                made[place] = list(self.entries.of(candidate.written))
            except Refusal as refusal:
                candidate.file.outcome.refuse(*refusal.problems)
        seen: set[str] = set()
        for place, candidate in enumerate(candidates):
            if candidate.file.taken and candidate.written:
                name = candidate.written.id(candidate.written.kind, self.entries.seller)
                self._keep(candidate, made[place], taken, first=name not in seen)
                seen.add(name)

    def _keep(
        self, candidate: _Candidate, made: list[NewDirective], taken: InvoicesTaken, *, first: bool
    ) -> None:
        outcome, written = candidate.file.outcome, candidate.written
        assert written
        name = written.id(written.kind, self.entries.seller)
        if candidate.standing is InvoiceStanding.NEW and self.memory.took_out(name):
            outcome.known += 1
            outcome.kept_out.append(short(written.number, 40))
            return
        if candidate.standing is InvoiceStanding.NEW and first:
            outcome.came += 1
            outcome.remarks.extend(self._currency(written))
            outcome.remarks.extend([*self._deposit(written), *self._vat_inside(written)])
        else:
            outcome.known += 1
        if first and written.whole and candidate.standing is not InvoiceStanding.SAME:
            taken.directives.extend(x for x in made if not self.memory.took_out(x.id))
        taken.said.update(directive.id for directive in made)
        if candidate.standing is InvoiceStanding.NEW and not written.is_credit:
            taken.invoices.add(InvoiceInBooks(written.client.account, written.number))
        path = taken.filed[str(candidate.file.path)]
        single = len(candidate.file.facts) == 1 and not path.endswith(".csv")
        if single and not (path.endswith(".pdf") and written.number in self.joined):
            document = self.entries.original(written, f"../{path}", candidate.file.sha256)
            if document.id not in taken.said and not self.memory.took_out(document.id):
                taken.said.add(document.id)
                taken.directives.append(document)
        self.clients.says(written.client.account, candidate.invoice.buyer, (), candidate.source)

    def _currency(self, document: InvoiceToWrite) -> Iterator[Problem]:
        """An invoice in another currency than all the others of its client."""
        currency, others = (
            document.invoice.currency,
            self.known.currencies(document.client.account),
        )
        if others and currency not in others:
            what = f"{document.number} est en {currency}, les autres factures de "
            what += f"{document.client.label} en {', '.join(sorted(others))}"
            remedy = "vérifiez la devise : si le fichier se trompe, retirez cette facture"
            yield Problem(document.invoice.source, what, remedy)

    def _vat_inside(self, document: InvoiceToWrite) -> Iterator[Problem]:
        """An invoice whose VAT no account of the books takes."""
        chart = self.entries.chart
        for line in document.invoice.vat:
            percent = line.rate or ZERO
            if line.tax.value and chart.vat(percent) is None:
                what = f"{document.number} : sa TVA reste dans {chart.sales(percent)}"
                remedy = "aucun compte de TVA collectée n'est ouvert : nommez-le dans importer.tva"
                yield Problem(line.tax.source, what, remedy)

    def _deposit(self, document: InvoiceToWrite) -> Iterator[Problem]:
        """An invoice paid in part by what a deposit invoice of the books asked for."""
        if not document.prepaid or document.is_credit:
            return
        named = [one_line(other.number) for other in document.invoice.refers_to]
        deposits = [number for number in named if number in self.known]
        amount = money(document.prepaid, document.invoice.currency)
        account = self.entries.chart.suspense
        what = f"{document.number} : {amount} payés d'avance, portés sur {account}"
        remedy = "quand la banque les montre, passez-les de l'un à l'autre"
        if deposits:
            remedy = f"l'acompte est facturé ({', '.join(deposits)}) : contrepassez-le de {account}"
        yield Problem(document.invoice.source, what, remedy)


def _core(invoice: Invoice) -> tuple[object, ...]:
    """What two files that say one invoice must agree on."""
    prepaid = invoice.prepaid.value if invoice.prepaid else 0
    whole = invoice.total.value + invoice.rounding
    return (invoice.issued, whole, prepaid, invoice.currency)


def _told(invoice: Invoice) -> str:
    whole = money(invoice.total.value + invoice.rounding, invoice.currency)
    return f"{whole} du {french_date(invoice.issued)}"
