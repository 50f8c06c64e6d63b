"""The rectified duplicate of an invoice whose VAT comes back (CGI 272, 1): the initial figures
unchanged, and in plain sight what remains unpaid of the price and of the tax."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.amounts import ZERO, cents
from relance.baddebts.candidates import Candidate
from relance.baddebts.sales import Chart
from relance.claims import Claim
from relance.kinds import DebtorType
from relance.letters.compose import LetterSetting, assemble, faults
from relance.letters.facts import Facts, creditor_facts, recipient
from relance.letters.mentions import NAME, mentions
from relance.letters.specimens import WHOLE
from relance.model import Client
from relance.problem import Problem, Source
from relance.typography import FRENCH

TEMPLATE = "dossier-duplicata"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An invoice with its VAT, and what of both remains unpaid."""

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
        "mentions": {key.replace("-", "_"): said for key, said in sentences.items()},
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


def check_duplicate(setting: LetterSetting) -> list[Problem]:
    """The faults of its template, tried on made-up invoices; none without one."""
    if not (setting.templates / FRENCH / f"{TEMPLATE}.md").is_file():
        return []
    setting = replace(setting, creditor=WHOLE)
    day, source = date(2026, 11, 23), Source("specimen")
    client = Client("Actifs:Clients:Specimen", "Exemple", source, debtor=DebtorType.PROFESSIONAL)
    amount = Decimal(1200)
    claim = Claim(client, "S1", "S1", 1, 2, amount, "EUR", day, None, source)
    tried = (claim, replace(claim, instalments=1, due=day))
    made = (Duplicate(each, amount, Decimal(200), Decimal(200)) for each in tried)
    return list(
        dict.fromkeys(p for each in made for p in faults(compose_duplicate, each, day, setting))
    )
