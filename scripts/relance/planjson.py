"""The plan as JSON: a public interface, to which keys are only ever added (design §9)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from relance.calculator import segment_as_json
from relance.decision import Letter, Line, Plan, Wait
from relance.model import ZERO, cents

Json = dict[str, object]


def plan_as_json(plan: Plan) -> Json:
    """One object; amounts are strings with two decimals, dates ISO."""
    return {
        "date": plan.date.isoformat(),
        "lettres": [_letter(letter) for letter in plan.letters],
        "attentes": [_wait(wait) for wait in plan.waits],
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


def _amount(number: Decimal) -> str:
    return f"{cents(number)}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
