"""The plan as JSON: a public interface, to which keys are only ever added (design §9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from relance.calculator import segment_as_json
from relance.decision import Dispute, Letter, Line, Plan, Wait
from relance.model import ZERO, cents
from relance.payment_plans import State

Json = dict[str, object]


def plan_as_json(plan: Plan) -> Json:
    """One object; amounts are strings with two decimals, dates ISO."""
    return {
        "date": plan.date.isoformat(),
        "lettres": [_letter(letter) for letter in plan.letters],
        "attentes": [_wait(wait) for wait in plan.waits],
        "litiges": [_dispute(dispute) for dispute in plan.disputes],
        "avertissements": [str(warning) for warning in plan.warnings],
    }


def _letter(letter: Letter) -> Json:
    return {
        "id": letter.id,
        "compte": letter.client.account,
        "client": letter.client.label,
        "etape": letter.step.name,
        "rang": letter.rank,
        "ton": letter.tone.value,
        "canal": [channel.value for channel in letter.channels],
        "devise": letter.currency,
        "total": _amount(letter.total.number),
        "penalites": _amount(letter.interest),
        "indemnite": _amount(letter.fee),
        "sous": letter.days_given,
        "remarques": list(letter.remarks),
        "versement": _instalment(letter.running),
        "echeance_manquee": _instalment(letter.broken),
        "factures": [_line(line) for line in letter.lines],
    }


def _line(line: Line) -> Json:
    claim, interest = line.claim, line.interest
    return {
        "facture": claim.invoice,
        "tranche": claim.instalment,
        "echeance": _day(claim.due),
        "solde": _amount(claim.balance),
        "conteste": _amount(line.disputed),
        "jours": line.days_late,
        "etape": line.step.name if line.step else None,
        "rang": line.rank,
        "demande": line.demanded,
        "penalites": _amount(interest.total if interest else ZERO),
        "indemnite": _amount(line.fee),
        "versement": None if line.asked is None else _amount(line.asked),
        "segments": [segment_as_json(s) for s in interest.segments] if interest else [],
    }


def _wait(wait: Wait) -> Json:
    claim = wait.claim
    following = {"etape": wait.next_step, "date": _day(wait.next_date)}
    return {
        "facture": claim.invoice,
        "tranche": claim.instalment,
        "compte": claim.client.account,
        "client": claim.client.label,
        "echeance": _day(claim.due),
        "solde": _amount(claim.balance or claim.unallocated),
        "devise": claim.currency,
        "motif": wait.reason,
        "code": wait.code,
        "prochaine": following if wait.next_step else None,
    }


def _instalment(state: State | None) -> Json | None:
    """The instalment of a payment plan that a letter announces, or says was missed."""
    if state is None or state.instalment is None:
        return None
    return {
        "date": _day(state.instalment.due),
        "montant": _amount(state.instalment.amount),
        "manque": _amount(state.missing),
        "accord": _day(state.plan.agreed),
    }


def _dispute(dispute: Dispute) -> Json:
    claim = dispute.claim
    return {
        "facture": claim.invoice,
        "tranche": claim.instalment,
        "compte": claim.client.account,
        "client": claim.client.label,
        "conteste": _amount(dispute.amount),
        "devise": claim.currency,
        "depuis": _day(dispute.opened),
        "jours": dispute.days,
        "texte": dispute.text,
        "alerte": dispute.alert,
    }


def _amount(number: Decimal) -> str:
    return f"{cents(number)}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
