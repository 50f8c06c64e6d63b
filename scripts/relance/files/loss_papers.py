"""The papers of a client's bad debts: entries to paste, rectified duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.files.bad_debts import Candidate, candidates
from relance.files.client_papers import FOLDER, ClientPapers, the_client
from relance.files.entries import Entries
from relance.files.paper_names import paper_name
from relance.files.sales import Chart, read_chart
from relance.ledger.company import Company
from relance.letters.compose import LetterSetting, assemble, setting_of
from relance.letters.letter_facts import Facts, creditor_facts, recipient
from relance.letters.mentions import NAME, mentions
from relance.paper import pdf
from relance.paper.assembly import Part, join
from relance.paper.examination import PDF, Paper, a4_pages, limits_of
from relance.text.locales import french_date
from relance.text.typography import FRENCH
from relance.text.writing import slug
from relance.values.amounts import ZERO, cents
from relance.values.facts import Document
from relance.values.kinds import DebtorType
from relance.values.problem import Problem, Refusal, refuse

TEMPLATE = "dossier-duplicata"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An invoice whose VAT comes back (CGI 272, 1): its initial figures, unchanged, and what
    remains unpaid of the price and of the tax."""

    claim: Claim
    gross: Decimal
    vat: Decimal
    unpaid_vat: Decimal

    @property
    def reference(self) -> str:
        """« F2026-0031 », for a file's name and the sheet's reference."""
        return self.claim.invoice or ""


def duplicate_of(candidate: Candidate, chart: Chart) -> Duplicate | None:
    """The duplicate of a loss whose VAT comes back; None without VAT that the ledger tells."""
    place = chart.places.get(candidate.claim.source)
    sale, claim = place.sale if place else None, candidate.claim
    if not candidate.vat or claim.currency != "EUR" or sale is None or not sale.vat:
        return None
    unpaid = sum((vat for _, vat in sale.share(claim.balance)), ZERO)
    return Duplicate(claim, sale.gross, sum((vat for _, vat in sale.vat), ZERO), unpaid)


def compose_duplicate(duplicate: Duplicate, day: date, setting: LetterSetting) -> str:
    """The duplicate as a Markdown file, in French. Raises Refusal for the template's faults."""
    setting = replace(setting, language=FRENCH)
    claim = duplicate.claim
    # The tax law is the same for every debtor, one of unknown type too.
    debtor = claim.client.debtor or DebtorType.PROFESSIONAL
    sentences = mentions(setting.folder / NAME, debtor, day)
    facts: Facts = {
        "relance": f"DU{day:%Y%m%d}-{duplicate.reference}",
        "date": day,
        "compte": claim.client.account,
        "canal": ["courrier"],
        "devise": claim.currency,
        "destinataire": recipient(claim.client),
        "creancier": creditor_facts(setting.creditor),
    }
    values = facts | {
        "langue": setting.language,
        "mentions": {key.replace("-", "_"): sentence for key, sentence in sentences.items()},
        "facture": {
            "numero": claim.label,
            "tranche": claim.instalment,
            "tranches": claim.instalments,
            "date": claim.invoiced,
            "echeance": claim.due,
            "montant": cents(duplicate.gross),
            "ht": cents(duplicate.gross - duplicate.vat),
            "tva": cents(duplicate.vat),
            "impaye": cents(claim.balance),
            "impaye_ht": cents(claim.balance - duplicate.unpaid_vat),
            "impaye_tva": cents(duplicate.unpaid_vat),
        },
    }
    return assemble(TEMPLATE, facts, values, setting)


def prepare_losses(company: Company, subject: str, day: date) -> ClientPapers:
    """The entries of a client's candidates in one file, and the duplicates of the losses whose VAT
    comes back, as Markdown and PDF with the copy of the invoice.

    Raises `Refusal` for an unknown client and for one without a candidate.
    """
    client = the_client(company, subject)
    on = OnDay(company.policy, company.books, day)
    debts = candidates(on, client.account)
    if not debts:
        what = f"aucune créance douteuse ni perdue de {client.label} au {french_date(day)}"
        raise refuse(client.account, what, f"relance expliquer {client.account}")
    chart = read_chart(company, on.claims)
    folder = f"{FOLDER}/{paper_name(client, company.books.clients)}"
    text = Entries(company, chart, day).text(debts)
    files = {f"{folder}/perte-{day}.beancount": text.encode()}
    maker = _Maker(company, day)
    for duplicate in _duplicates(debts, chart):
        files |= maker.files(duplicate, folder)
    return ClientPapers(client, files, tuple(maker.warnings))


def _duplicates(doubtful: Sequence[Candidate], chart: Chart) -> list[Duplicate]:
    return [made for candidate in doubtful if (made := duplicate_of(candidate, chart))]


class _Maker:
    """Makes the duplicates of a day; `warnings` tell the copies that cannot follow them."""

    def __init__(self, company: Company, day: date) -> None:
        self._company = company
        self._day = day
        self.warnings: list[Problem] = []

    def files(self, duplicate: Duplicate, folder: str) -> dict[str, bytes]:
        """The Markdown and the PDF of one, the declared copy of its invoice behind."""
        claim = duplicate.claim
        part = f"-{claim.instalment}" if claim.instalments > 1 else ""
        stem = f"{folder}/duplicata-{self._day}-{slug(duplicate.reference)}{part}"
        setting = setting_of(self._company)
        markdown = compose_duplicate(duplicate, self._day, setting)
        parts = [Part("Duplicata", pdf.render(markdown, setting.templates))]
        parts += [Part("Facture", pages) for pages in self._copies(duplicate)]
        title = f"Duplicata {duplicate.reference}"
        whole = join(parts, title) if len(parts) > 1 else parts[0].pdf
        return {f"{stem}.md": markdown.encode(), f"{stem}.pdf": whole}

    def _copies(self, duplicate: Duplicate) -> list[bytes]:
        """The invoice's declared PDF, laid on A4; one that cannot be read is told."""
        claim = duplicate.claim
        pages = []
        for document in self._company.books.documents:
            if document.account == claim.client.account and claim.invoice in document.invoices:
                pages += self._copy(document)
        if not pages:
            what = f"{claim.label} : sans copie déclarée, le duplicata part sans la facture"
            account, name = claim.client.account, claim.invoice
            remedy = f'AAAA-MM-JJ document {account} "pieces/….pdf" ^{name} #facture'
            self.warnings.append(Problem(claim.source, what, remedy))
        return pages

    def _copy(self, document: Document) -> list[bytes]:
        path = self._company.root / document.path
        if not document.copy or PurePosixPath(document.path).suffix.lower() != ".pdf":
            return []
        try:
            paper = Paper(document.path, PDF, path.read_bytes())
            return [a4_pages(paper, limits_of(self._company.policy))]
        except Refusal as refusal:
            self.warnings.extend(refusal.problems)
            return []
