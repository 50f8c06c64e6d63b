"""What the templates of letters that ask for nothing may name beside what all letters say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.penalty_reckoning import HOME
from relance.decision.corrections import Correction
from relance.decision.outcomes import Letter, Line
from relance.letters.letter_facts import Facts, segment_facts
from relance.values.amounts import ZERO, total
from relance.values.kinds import Information


def informing_values(letter: Letter) -> Facts:
    """`remerciees`, the paid invoices; `rectifiees`, the credited claims, and `rectification`,
    their sums, None in every other letter."""
    corrections = [line.correction for line in letter.lines if line.correction]
    return {
        "remerciees": list(_thanked(letter.lines)),
        "rectifiees": [_credited(correction) for correction in corrections],
        "rectification": _sums(corrections, letter.date) if corrections else None,
    }


def _thanked(lines: Iterable[Line]) -> Iterator[Facts]:
    """Each paid invoice that its letter gives thanks for, its instalments together."""
    invoices: dict[str, list[Claim]] = defaultdict(list)
    for line in lines:
        if line.step and line.step.name == Information.THANKS:
            invoices[line.claim.label].append(line.claim)
    for label, claims in invoices.items():
        receipts = [receipt for claim in claims for receipt in claim.receipts]
        yield {
            "numero": label,
            "date": claims[0].invoiced,
            "montant": total(claim.amount for claim in claims),
            "paye": max(receipt.date for receipt in receipts),
        }


def _credited(correction: Correction) -> Facts:
    """A claim with what a letter told of it, what took off from that, what is owed."""
    claim, past = correction.claim, correction.past.letter
    return {
        "numero": claim.label,
        "tranche": claim.instalment,
        "tranches": claim.instalments,
        "echeance": claim.due,
        "lettre": past.id,
        "du": past.date,
        "annonce": past.informs,
        "mise_en_demeure": correction.notice.letter.date if correction.notice else None,
        "reclame": correction.claimed,
        "avoir": correction.credited,
        "avoirs": [{"date": r.date, "montant": r.amount} for r in correction.credits],
        "recu": correction.received,
        "solde": claim.balance,
    }


def _sums(corrections: Sequence[Correction], day: date) -> Facts:
    """What was asked in all, and what is owed; the fee in euros."""
    interest = total(c.interest.total for c in corrections if c.interest)
    fee = total(c.fee for c in corrections)
    balances = total(c.claim.balance for c in corrections)
    in_euros = corrections[0].claim.currency == HOME
    invoices = {c.claim.invoice for c in corrections}
    demands = _demands(corrections)
    return {
        "reclame": total(c.claimed for c in corrections),
        "avoirs": total(c.credited for c in corrections),
        "recu": total(c.received for c in corrections),
        "abandonne": total(c.waived for c in corrections),
        "soldes": balances,
        "demandes": [
            {"lettre": letter, "du": sent, "montant": amount}
            for (sent, letter), amount in sorted(demands.items())
            if amount
        ],
        "penalites_reclamees": total(demands.values()),
        "penalites": interest,
        "arrete_au": min((c.interest.until for c in corrections if c.interest), default=day),
        "indemnite": fee,
        "total": balances + interest + (fee if in_euros else ZERO),
        "a_decider": total(c.undecided for c in corrections),
        "autres_factures": any(c.others - invoices for c in corrections),
        "segments": list(_segments(corrections)),
    }


def _demands(corrections: Iterable[Correction]) -> dict[tuple[date, str], Decimal]:
    """What the letters that last asked penalties of these claims asked of them, by day and id."""
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for demand in (correction.demand for correction in corrections):
        if demand:
            sums[demand.date, demand.letter] += demand.amount.total
    return sums


def _segments(corrections: Sequence[Correction]) -> Iterator[Facts]:
    for correction in corrections:
        for segment in correction.interest.segments if correction.interest else ():
            yield {"numero": correction.claim.numbered, **segment_facts(segment)}
