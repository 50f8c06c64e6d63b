"""What a letter knows, by the French names that its front matter and its templates use.

`front` is what the front matter says; `variables` are the same with dashes turned into
underscores, and lists derived from them for the templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from relance.amounts import ZERO, cents
from relance.countries import to_post
from relance.decision import Letter, Line
from relance.interest import Segment
from relance.kinds import Profile
from relance.locales import language_name
from relance.model import Client, Document
from relance.payment_plans import State
from relance.policy import Creditor
from relance.spelling import spells

Facts = dict[str, object]


def front(letter: Letter, creditor: Creditor, documents: Iterable[Document]) -> Facts:
    """The front matter, `langue` and `objet` apart: amounts are Decimal, days are dates."""
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
        "arrete-au": settled_on(letter),
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


def settled_on(letter: Letter) -> date:
    """« arrêté au »: the last day counted, earlier than the letter when a rate is unknown."""
    return min(
        (line.interest.until for line in letter.demanded if line.interest), default=letter.date
    )


def copies(letter: Letter, documents: Iterable[Document]) -> list[Document]:
    """The declared copies of the invoices that the letter cites, in the letter's order."""
    order = {line.claim.invoice: n for n, line in reversed(list(enumerate(letter.lines)))}
    own = [
        document
        for document in documents
        if document.copy
        and document.account == letter.client.account
        and _cited(document, order)
        and document.date <= letter.date
    ]
    return sorted(own, key=lambda d: (min(order[i] for i in _cited(d, order)), d.path))


def _cited(document: Document, order: Mapping[str | None, int]) -> list[str]:
    return [invoice for invoice in document.invoices if invoice in order]


def recipient(client: Client) -> Facts:
    """Whom a paper goes to."""
    return {
        "nom": client.label,
        "contact": client.contact,
        "adresse": list(to_post(client.address, client.country)),
        "courriel": ", ".join(client.emails) or None,
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
    }


def invoice_facts(line: Line) -> Facts:
    """One claim of a letter, as front matters and templates name it."""
    claim = line.claim
    share: Facts = {} if line.asked is None else {"versement": cents(line.asked)}
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


# ---------------------------------------------------------------- What templates have besides


def variables(facts: Facts, letter: Letter, documents: Iterable[Document]) -> Facts:
    """Everything a template may name: the front matter, and what is worked out from it."""
    apart = [line for line in letter.lines if line.step and not line.demanded]
    return {key.replace("-", "_"): value for key, value in facts.items()} | {
        "numeros": list(dict.fromkeys(line.claim.label for line in letter.demanded)),
        "demandees": _rows(letter.demanded),
        "hors_somme": _rows(apart),
        "information": _rows(line for line in letter.lines if line.step is None),
        "soldes": sum((line.claim.balance for line in letter.demanded), ZERO),
        "conteste": sum((line.disputed for line in letter.demanded), ZERO),
        "penalites_hors_somme": sum((x.interest.total for x in apart if x.interest), ZERO),
        "indemnite_hors_somme": sum((line.fee for line in apart), ZERO),
        "segments": _segments(letter.demanded),
        "avoirs_deduits": _never_owed(letter.demanded),
        "versements": _unlinked_receipts(letter.lines),
        "taux_inconnu": _unknown_from(letter.demanded),
        "interets_d_abord": any(map(_interest_first, letter.demanded)),
        "indemnites": sum(1 for line in letter.demanded if line.fee),
        "copies": _copied(letter, documents),
        "copies_demandees": _asked(letter, documents),
        "promesse_rompue": _broken_promise(letter),
        "liens": " ".join(_links(letter.demanded)),
    }


def call_sheet(letter: Letter, language: str) -> Facts:
    """What only the sheet of whoever calls may name: a letter never says its client's profile.

    `language` is the sheet's own: `parle` names the client's when it is another one.
    """
    other = letter.client.language not in {None, language}
    told = language_name(str(letter.client.language), language) if other else None
    known = letter.profile
    if known is None:
        return {"parle": told, "profil": None}
    record = known.record
    return {
        "parle": told,
        "profil": {
            "nom": known.profile.value,
            "parce_que": known.because,
            "reglees": record.settled,
            "retard_moyen": record.days_late,
            "a_temps": record.on_time,
            "mises_en_demeure": record.notices,
            "promesses_rompues": record.broken_promises,
            "raisons": [f"{reason} ({number})" for reason, number in record.reasons.items()],
            "proposer_echeancier": known.profile is Profile.IN_DIFFICULTY,
        },
    }


def _rows(lines: Iterable[Line]) -> list[Facts]:
    """The claims as tables show them: with what of `recu` is a credit note."""
    return [invoice_facts(line) | {"avoir": _credited(line)} for line in lines]


def _credited(line: Line) -> Decimal:
    return sum((r.amount for r in line.claim.receipts if r.credit_note), ZERO)


def _never_owed(lines: Sequence[Line]) -> list[Facts]:
    """The credit notes that interest leaves out from its first day, by claim."""
    return [
        {
            "numero": line.claim.label,
            "tranche": line.claim.instalment,
            "tranches": line.claim.instalments,
            "montant": line.interest.never_owed,
        }
        for line in lines
        if line.interest and line.interest.segments and line.interest.never_owed
    ]


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


def _segments(lines: Sequence[Line]) -> list[Facts]:
    return [
        {
            "numero": line.claim.label,
            "tranche": line.claim.instalment,
            "tranches": line.claim.instalments,
            **segment_facts(segment),
        }
        for line in lines
        if line.interest
        for segment in line.interest.segments
    ]


def _unlinked_receipts(lines: Sequence[Line]) -> list[Facts]:
    """What came in without naming an invoice, by day, and what it was imputed to."""
    found: dict[tuple[date, bool], list[tuple[str, Decimal]]] = {}
    for line in lines:
        for receipt in line.claim.receipts:
            if not receipt.linked:
                where = found.setdefault((receipt.date, receipt.credit_note), [])
                where.append((line.claim.label, receipt.amount))
    return [
        {
            "date": day,
            "avoir": credit_note,
            "montant": sum((amount for _, amount in parts), ZERO),
            "imputations": [{"numero": number, "montant": amount} for number, amount in parts],
        }
        for (day, credit_note), parts in sorted(found.items())
    ]


def _unknown_from(lines: Sequence[Line]) -> date | None:
    """The first day of the half-year without a published rate, when interest stops before it."""
    days = [line.interest.unknown_from for line in lines if line.interest]
    return min((day for day in days if day), default=None)


def _interest_first(line: Line) -> bool:
    """Whether a payment went to interest, so that the principal is more than the balance."""
    return line.interest is not None and line.interest.principal_left > line.claimed


def _links(lines: Sequence[Line]) -> list[str]:
    """The invoices as a note names them in the ledger, those that a link can spell."""
    numbers = dict.fromkeys(line.claim.invoice or "" for line in lines)
    return [f"^{number}" for number in numbers if spells(number)]


def _broken_promise(letter: Letter) -> Facts | None:
    """The promise that was not kept: its day, its amount if it named one, what came of it."""
    promise = letter.broken_promise
    if promise is None:
        return None
    amount, received = promise.note.amount, promise.share(letter.currency).received
    return {
        "date": promise.note.due,
        "montant": cents(amount.number) if amount else None,
        "recu": cents(received) if received else None,
    }


def _copied(letter: Letter, documents: Iterable[Document]) -> list[str]:
    """The printed numbers of the invoices whose copies are enclosed."""
    enclosed = {invoice for document in copies(letter, documents) for invoice in document.invoices}
    numbers = [line.claim.label for line in letter.lines if line.claim.invoice in enclosed]
    return list(dict.fromkeys(numbers))


def _asked(letter: Letter, documents: Iterable[Document]) -> list[str]:
    """Those of them that the client says it never received."""
    asked = {line.claim.label for line in letter.lines if line.claim.invoice in letter.copies_asked}
    return [number for number in _copied(letter, documents) if number in asked]
