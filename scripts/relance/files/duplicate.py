"""The rectified duplicate of an invoice whose VAT comes back (CGI 272, 1): the initial figures
unchanged, and in plain sight what remains unpaid of the price and of the tax."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.claims.model import Claim
from relance.files.bad_debts import Candidate
from relance.files.sales import Chart
from relance.letters.compose import LetterSetting, assemble
from relance.letters.facts import Facts, creditor_facts, recipient
from relance.letters.mentions import NAME, mentions
from relance.text.typography import FRENCH
from relance.values.amounts import ZERO, cents
from relance.values.kinds import DebtorType

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
