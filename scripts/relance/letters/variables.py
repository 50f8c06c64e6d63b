"""What templates may name: the front matter with dashes turned into underscores, and lists and
sums worked out from the letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from relance.decision.outcomes import Letter, Line
from relance.ledger.syntax import spells
from relance.letters.informing_facts import informing_values
from relance.letters.letter_facts import Facts, copies, invoice_facts, segment_facts
from relance.text.locales import language_name
from relance.values.amounts import ZERO, cents
from relance.values.facts import Document
from relance.values.kinds import Profile


def variables(facts: Facts, letter: Letter, documents: Iterable[Document]) -> Facts:
    """Everything a template may name: the front matter, and what is worked out from it."""
    apart = [line for line in letter.lines if line.step and not line.demanded]
    set_off = sum(map(_set_off, letter.demanded), ZERO)
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
        "reliquats": list(_remainders(letter.lines)),
        **informing_values(letter),
        "penalites_recues": sum(map(_received, letter.demanded), ZERO),
        "principal_restant": letter.principal + set_off,
        "interets_restants": letter.interest - set_off,
        "indemnites": sum(1 for line in letter.demanded if line.fee),
        "copies": _copied(letter, documents),
        "copies_demandees": _asked(letter, documents),
        "mise_en_demeure_suit": letter.notice_follows,
        "promesse_rompue": _broken_promise(letter),
        "liens": " ".join(_links(letter.demanded)),
    }


def call_sheet(letter: Letter, language: str) -> Facts:
    """What only the sheet of whoever calls may name: a letter never says its client's profile.

    `language` is the sheet's own: `parle` names the client's when it is another one.
    """
    other = letter.client.language not in {None, language}
    spoken = language_name(str(letter.client.language), language) if other else None
    payer = letter.profile
    if payer is None:
        return {"parle": spoken, "profil": None}
    record = payer.record
    return {
        "parle": spoken,
        "profil": {
            "nom": payer.profile.value,
            "parce_que": payer.because,
            "reglees": record.settled,
            "retard_moyen": record.days_late,
            "a_temps": record.on_time,
            "mises_en_demeure": record.notices,
            "promesses_rompues": record.broken_promises,
            "raisons": [f"{reason} ({number})" for reason, number in record.reasons.items()],
            "proposer_echeancier": payer.profile is Profile.IN_DIFFICULTY,
        },
    }


def _rows(lines: Iterable[Line]) -> list[Facts]:
    """The claims as tables show them: with what of `recu` is a credit note, how many reminders of
    them are known to have left, and since when their client has the invoice."""
    return [
        invoice_facts(line)
        | {
            "avoir": _credited(line),
            "relances_parties": line.sent_before,
            "mise_a_disposition": line.made_available,
        }
        for line in lines
    ]


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
    imputed: dict[tuple[date, bool], list[tuple[str, Decimal]]] = {}
    for line in lines:
        for receipt in line.claim.receipts:
            if not receipt.linked:
                where = imputed.setdefault((receipt.date, receipt.credit_note), [])
                where.append((line.claim.label, receipt.amount))
    return [
        {
            "date": day,
            "avoir": credit_note,
            "montant": sum((amount for _, amount in parts), ZERO),
            "imputations": [{"numero": number, "montant": amount} for number, amount in parts],
        }
        for (day, credit_note), parts in sorted(imputed.items())
    ]


def _unknown_from(lines: Sequence[Line]) -> date | None:
    """The first day of the half-year without a published rate, when interest stops before it."""
    days = [line.interest.unknown_from for line in lines if line.interest]
    return min((day for day in days if day), default=None)


def _interest_first(line: Line) -> bool:
    """Whether a payment went to interest, so that the principal is more than the balance."""
    return line.interest is not None and line.interest.principal_left > line.claimed


def _remainders(lines: Iterable[Line]) -> Iterator[Facts]:
    """What each paid invoice left of the penalties that a notice demanded."""
    for line in lines:
        if (account := line.remainder) and (notice := account.notice):
            yield {
                "numero": account.label,
                "montant": sum((claim.amount for claim in account.claims), ZERO),
                "echeance": line.claim.due,
                "paye": account.settled_on,
                "lettre": notice.letter,
                "du": notice.date,
                "demande": account.demanded.total,
                "recu": account.paid.total,
                "abandonne": account.waived.total,
                "reste": account.left.total,
            }


def _received(line: Line) -> Decimal:
    """The interest that was paid beyond the balance, so is not asked again."""
    if line.interest is None:
        return ZERO
    return sum((segment.amount for segment in line.interest.segments), ZERO) - line.interest.total


def _set_off(line: Line) -> Decimal:
    """The interest that payments of the invoice settled first, so what they left of principal."""
    if line.interest is None:
        return ZERO
    return min(line.interest.principal_left - line.claimed, line.interest.total)


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
