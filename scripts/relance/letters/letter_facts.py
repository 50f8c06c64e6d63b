"""What papers say of a letter, by French names: its front matter, who writes, who owes, claims.

Amounts are Decimal, days are dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relance.claims.interest import Segment
from relance.claims.payment_plans import State
from relance.decision.outcomes import Letter, Line
from relance.letters.addressee import addressee
from relance.policy.settings import Creditor
from relance.text.postal import to_post
from relance.values.amounts import ZERO, cents
from relance.values.facts import Client, Document
from relance.values.kinds import Information

Facts = dict[str, object]


def front(letter: Letter, creditor: Creditor, documents: Iterable[Document]) -> Facts:
    """The front matter, `langue` and `objet` apart."""
    total = letter.total
    return {
        "relance": letter.id,
        "date": letter.date,
        "compte": letter.client.account,
        "type": letter.client.debtor.value if letter.client.debtor else None,
        "etape": letter.step.name,
        "rang": letter.rank,
        "parcours": letter.track,
        "canal": [channel.value for channel in letter.channels],
        "devise": letter.currency,
        "destinataire": recipient(letter.client),
        "creancier": creditor_facts(creditor),
        "factures": [invoice_facts(line) for line in letter.lines],
        "principal": cents(letter.principal),
        "penalites": cents(letter.interest),
        "indemnite": cents(letter.fee),
        "total": cents(total.number),
        "arrete-au": letter.settled_on,
        "sous": letter.days_given,
        "echeance": letter.deadline,
        "versement": _instalment(letter.running),
        "echeance-manquee": _instalment(letter.broken),
        "pieces": [document.path for document in copies(letter, documents)],
    }


def _instalment(state: State | None) -> Facts | None:
    """An instalment of a payment plan, the next one or the one that was missed: `montant` was
    agreed on the day `accord`, `manque` is what of it is still to come."""
    if state is None or state.instalment is None:
        return None
    return {
        "date": state.instalment.due,
        "montant": cents(state.instalment.amount),
        "manque": cents(state.missing),
        "numero": state.instalment.place,
        "nombre": len(state.plan.instalments),
        "accord": state.plan.agreed,
    }


def copies(letter: Letter, documents: Iterable[Document]) -> list[Document]:
    """The declared copies of the invoices that the letter cites, in the letter's order."""
    if not letter.encloses_copies:
        return []
    order = {line.claim.invoice: n for n, line in reversed(list(enumerate(letter.lines)))}
    cited = [
        document
        for document in documents
        if document.copy
        and document.account == letter.client.account
        and _cited(document, order)
        and document.date <= letter.date
    ]
    return sorted(cited, key=lambda d: (min(order[i] for i in _cited(d, order)), d.path))


def _cited(document: Document, order: Mapping[str | None, int]) -> list[str]:
    return [invoice for invoice in document.invoices if invoice in order]


def recipient(client: Client) -> Facts:
    """Whom a paper goes to; `personne` is the name of who reads it, without its `civilite`."""
    civility, person = addressee(client)
    return {
        "nom": client.label,
        "contact": client.reader,
        "civilite": civility.value if civility else None,
        "personne": person,
        "adresse": list(to_post(client.address, client.country)),
        "courriel": ", ".join(client.mailed) or None,
        "copie": ", ".join(client.copies) or None,
        "telephone": client.phone,
        "siren": client.siren,
        "reference": client.reference,
        "suivi-par": client.followed_by,
    }


def creditor_facts(creditor: Creditor) -> Facts:
    """Who is owed, and signs."""
    return {
        "nom": creditor.name,
        "forme": creditor.form,
        "capital": creditor.capital,
        "adresse": list(creditor.address),
        "siren": creditor.siren,
        "rcs": creditor.rcs,
        "tva": creditor.vat,
        "courriel": creditor.email,
        "telephone": creditor.phone,
        "iban": creditor.iban,
        "bic": creditor.bic,
        "signataire": creditor.signatory,
        "logo": creditor.logo,
        "nom-dans-logo": (creditor.logo is not None and creditor.name_in_logo) or None,
    }


def invoice_facts(line: Line) -> Facts:
    """One claim of a letter, as front matters and templates name it."""
    claim = line.claim
    share: Facts = {} if line.asked is None else {"versement": cents(line.asked)}
    if line.step and line.step.name == Information.THANKS:
        share = {"paye": claim.last_received}
    return {
        "numero": claim.label,
        "facture": claim.invoice,
        "tranche": claim.instalment,
        "tranches": claim.instalments,
        "date": claim.invoiced,
        "echeance": claim.due,
        "montant": cents(claim.amount),
        "recu": cents(claim.received),
        "solde": cents(claim.balance),
        "conteste": cents(line.disputed),
        "jours": line.days_late,
        "etape": line.step.name if line.step else None,
        "rang": line.rank,
        "demande": line.demanded,
        "penalites": cents(line.interest.total if line.interest else ZERO),
        "indemnite": cents(line.fee),
    } | share


def segment_facts(segment: Segment) -> Facts:
    """One stretch of interest, as every paper that prints the reckoning names it."""
    return {
        "du": segment.start,
        "au": segment.end,
        "jours": segment.days,
        "principal": segment.principal,
        "taux": segment.rate,
        "montant": segment.amount,
    }
