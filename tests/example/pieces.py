"""Draws the copies of invoices in ledger/pieces: `.venv/bin/python tests/example/pieces.py`.

Parties, numbers, dates and amounts come from relance.yaml and the ledger. Only what was sold
stands here, and it must add up to what the ledger says.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import font_source_sans_pro
from jinja2 import Environment, StrictUndefined
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from relance.claims.claim import Claim
from relance.claims.receivables import receivables
from relance.ledger.company import Company, read_company
from relance.text.locales import french_date, money
from relance.text.typography import french, grouped
from relance.values.amounts import ZERO, cents
from relance.values.kinds import DebtorType

ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(font_source_sans_pro.__file__).parent / "files"
VAT = Decimal("0.20")
AFTER_THE_LAST_ENTRY = date.max


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an invoice; `price` is one unit's, without VAT, in the invoice's currency."""

    what: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """The line's amount without VAT."""
        return self.quantity * self.price


def item(what: str, quantity: int, price: str) -> Item:
    """A line with its price as one writes it."""
    return Item(what, quantity, Decimal(price))


SOLD = {
    "F2026-0013": (
        item("Reportage photographique, journée du 22 août 2026", 1, "650.00"),
        item("Album relié de 30 pages", 1, "150.00"),
    ),
    "F2026-0020": (
        item("Affiche du festival, format A2 : conception", 1, "300.00"),
        item("Dépliant trois volets : mise en page", 1, "150.00"),
    ),
    "F2026-0021": (
        item("Habillage de la façade : conception (journées)", 2, "450.00"),
        item("Plans d'exécution pour le poseur", 1, "350.00"),
    ),
    "F2026-0022": (
        item("Charte graphique et déclinaisons (journées)", 4, "500.00"),
        item("Conditionnements : deux références", 2, "200.00"),
    ),
    "F2026-0027": (
        item("Refonte de la boutique en ligne (journées)", 3, "450.00"),
        item("Photographies des produits (heures)", 5, "60.00"),
        item("Mise en ligne et formation", 1, "350.00"),
    ),
    "F2026-0028": (
        item("Bulletin municipal d'automne : mise en page", 1, "1100.00"),
        item("Illustrations", 4, "100.00"),
    ),
    "F2026-0030": (
        item("Site vitrine : maquette et intégration (journées)", 2, "450.00"),
        item("Photographies d'atelier, demi-journée", 1, "300.00"),
    ),
    "F2026-0031": (
        item("Brochure de 8 pages : mise en page", 1, "350.00"),
        item("Retouche de photographies", 8, "10.00"),
    ),
    "F2026-0034": (item("Tirage d'art 30 × 40 cm", 5, "30.00"),),
    "F2026-0039": (
        item("Décor de vitrine d'hiver : illustration", 1, "360.00"),
        item("Marque-pages : mise en page", 3, "60.00"),
    ),
    "F2026-0043": (
        item("Signalétique de la médiathèque, rez-de-chaussée", 1, "1000.00"),
        item("Signalétique de la médiathèque, étage", 1, "1000.00"),
    ),
}

CLAIMED_BACK = "F2026-0027"  # the invoice whose hours of photography are disputed

PENALTIES = {
    DebtorType.PROFESSIONAL: (
        "En cas de retard : pénalités au taux de la BCE majoré de {points} points et indemnité "
        "forfaitaire de 40 € pour frais de recouvrement (C. com., art. L441-10 et D441-5)."
    ),
    DebtorType.PUBLIC: (
        "En cas de retard : intérêts moratoires au taux de la BCE majoré de 8 points et "
        "indemnité forfaitaire de 40 € pour frais de recouvrement (CCP, art. L2192-13, "
        "R2192-31 et D2192-35)."
    ),
    None: (
        "En cas de retard : intérêts au taux légal à compter de la mise en demeure "
        "(C. civ., art. 1231-6)."
    ),
}
LEGAL_POINTS = Decimal(10)

ON_DEBITS = "TVA acquittée sur les débits."
ABROAD = "TVA non applicable, art. 259-1 du CGI : autoliquidation par le preneur."

STYLE = """
@font-face { font-family: Lettre; src: url(SourceSansPro-Regular.ttf) }
@font-face { font-family: Lettre; font-weight: bold; src: url(SourceSansPro-Bold.ttf) }
@page { size: A4; margin: 20mm 20mm 18mm }
body { font: 10pt/1.4 Lettre; color: #222 }
address { font-style: normal; white-space: pre-line }
.client { margin: 6mm 0 12mm 90mm; min-height: 26mm }
h1 { font-size: 15pt; margin: 0 0 2mm }
table { border-collapse: collapse; width: 100%; margin: 6mm 0 }
th { border-bottom: 0.6pt solid #222; text-align: left }
td, th { padding: 1.2mm 1mm; vertical-align: top }
td + td, th + th { text-align: right; white-space: nowrap; font-feature-settings: "tnum" }
.totals { width: 75mm; margin-left: auto }
.totals tr:last-child td { border-top: 0.6pt solid #222; font-weight: bold }
.small { font-size: 8.5pt; color: #444 }
footer { position: fixed; bottom: -6mm; font-size: 8pt; color: #555 }
"""

PAGE = """<html lang="fr"><head><title>{title}</title><meta name="author" content="{author}">
<style>{style}</style></head><body>{body}</body></html>"""

SENDER = """<address><b>{{ us.name }}</b>
{{ us.address | join("\n") }}
{{ us.email }} · {{ us.phone }}</address>"""

INVOICE = (
    SENDER
    + """
<address class="client"><b>{{ client.name }}</b>
{{ client.address | join("\n") }}
{%- if client.siren %}
SIREN {{ client.siren }}{% endif %}</address>
<h1>Facture {{ number }}</h1>
<div>Date : {{ invoiced | day }}</div>
{% if service %}<div>Date de la prestation : {{ service | day }}</div>{% endif %}
{% if client.reference %}<div>Votre référence : {{ client.reference }}</div>{% endif %}
<table><tr><th>Prestation</th><th>Quantité</th><th>Prix unitaire HT</th><th>Montant HT</th></tr>
{% for item in items %}<tr><td>{{ item.what }}</td><td>{{ item.quantity }}</td>
<td>{{ item.price | money(currency) }}</td><td>{{ item.amount | money(currency) }}</td></tr>
{% endfor %}
</table>
<table class="totals">
<tr><td>Total HT</td><td>{{ net | money(currency) }}</td></tr>
{% if vat %}<tr><td>TVA 20 %</td><td>{{ vat | money(currency) }}</td></tr>{% endif %}
<tr><td>{{ "Total TTC" if vat else "Total" }}</td><td>{{ total | money(currency) }}</td></tr>
</table>
{% for claim in claims %}<div><b>À régler au plus tard le {{ claim.due | day }} :
{{ claim.amount | money(currency) }}</b></div>
{% endfor %}
<p>Par virement : IBAN {{ us.iban | iban }}, BIC {{ us.bic }}, en rappelant {{ number }}.</p>
<p class="small">{{ penalties }} Pas d'escompte pour paiement anticipé. {{ vat_mention }}</p>
"""
)

COMPLAINT = """<address><b>{{ client.name }}</b>
{{ client.address | join("\n") }}
{{ client.phone }}</address>
<address class="client"><b>{{ us.name }}</b>
{{ us.address | join("\n") }}</address>
<p>Le {{ written | day }}</p>
<p><b>Objet : votre facture {{ number }} du {{ invoiced | day }}</b></p>
<p>Madame,</p>
<p>Votre facture compte cinq heures de photographie. La séance du 22 septembre a dû être
annulée par votre photographe et nous avons fourni nos propres images. Nous contestons donc
cette ligne, soit {{ disputed | money("EUR") }} HT ; le reste est conforme à la commande.</p>
<p>Merci de nous adresser un avoir.</p>
<p>{{ client.contact }}</p>
"""

FOOTER = """<footer>{{ us.name }}, {{ us.form }} au capital de {{ us.capital }} ·
SIREN {{ us.siren }} · RCS {{ us.rcs }} · TVA {{ us.vat }}</footer>"""


def main() -> None:
    """Draw every copy again."""
    company = read_company(ROOT)
    folder = ROOT / "ledger" / "pieces"
    for number, sold in SOLD.items():
        facts = invoice_facts(company, number, sold)
        draw(INVOICE + FOOTER, facts, folder / f"{number}.pdf")
    facts = invoice_facts(company, CLAIMED_BACK, SOLD[CLAIMED_BACK])
    facts |= {"title": f"Réclamation {CLAIMED_BACK}", "author": facts["client"].name}
    facts |= {"written": date(2026, 11, 4), "disputed": SOLD[CLAIMED_BACK][1].amount}
    draw(COMPLAINT, facts, folder / f"reclamation-{CLAIMED_BACK}.pdf")


def invoice_facts(company: Company, number: str, sold: tuple[Item, ...]) -> dict[str, Any]:
    """What a template may say of an invoice; exits when its lines do not add up to the ledger."""
    claims = claims_of(company, number)
    first = claims[0]
    net = sum((line.amount for line in sold), ZERO)
    vat = cents(net * VAT) if first.currency == "EUR" else ZERO
    total = sum((claim.amount for claim in claims), ZERO)
    if net + vat != total:
        sys.exit(f"{number}: {net} + {vat} = {net + vat}, but the ledger says {total}")
    return {
        "title": f"Facture {number}",
        "author": company.policy.creditor.name,
        "us": company.policy.creditor,
        "client": first.client,
        "number": first.label,
        "invoiced": first.invoiced,
        "service": first.service,
        "items": sold,
        "currency": first.currency,
        "net": net,
        "vat": vat,
        "total": total,
        "claims": claims,
        "penalties": penalties(first),
        "vat_mention": ON_DEBITS if vat else ABROAD,
    }


def claims_of(company: Company, number: str) -> tuple[Claim, ...]:
    """The instalments of an invoice, by due date."""
    found = receivables(company.books, company.policy.terms, AFTER_THE_LAST_ENTRY)
    claims = tuple(claim for claim in found.claims if claim.invoice == number)
    return claims or sys.exit(f"{number}: no such invoice in the ledger")


def penalties(claim: Claim) -> str:
    """What lateness costs this debtor, by law or by contract."""
    debtor = claim.client.debtor
    wording = PENALTIES.get(debtor, PENALTIES[None])
    rate = claim.client.rate
    return wording.format(points=rate.value if rate else LEGAL_POINTS)


def draw(template: str, facts: dict[str, Any], path: Path) -> None:
    """Write one page as PDF."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"day": french_date, "money": money, "iban": grouped}
    body = french(environment.from_string(template).render(facts))
    head = {key: escape(facts[key]) for key in ("title", "author")}
    page = HTML(string=PAGE.format(body=body, style=STYLE, **head), base_url=f"{FONTS}/")
    page.write_pdf(path, font_config=FontConfiguration())


if __name__ == "__main__":
    main()
