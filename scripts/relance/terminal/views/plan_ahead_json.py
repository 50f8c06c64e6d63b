"""`relance plan --format json` looking ahead: more keys of the public interface (rule 5.4)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from relance.claims.claim import Claim
from relance.decision.outcomes import Wait
from relance.outlook.events import Event
from relance.outlook.policy_diff import PolicyChange, PolicyOutcome, Shift
from relance.outlook.timeline import Timeline
from relance.terminal.views.json_text import Json, day_text, numbered


def timeline_as_json(timeline: Timeline, assumptions: Iterable[str]) -> Json:
    """The keys `jusqu-au`, `hypotheses`, `calendrier` and `sans-date`."""
    return {
        "jusqu-au": timeline.span.until.isoformat(),
        "hypotheses": list(assumptions),
        "calendrier": [_event(event) for event in timeline.events],
        "sans-date": [_undated(wait) for wait in timeline.undated],
    }


def changes_as_json(changes: Iterable[PolicyChange]) -> list[Json]:
    """The list of the key `differences`: a side is null for a policy that ignores the claim."""
    return [
        {
            **_client_keys(change.claim),
            **_claim(change.claim),
            "changements": list(change.what),
            "avant": _outcome(change.before),
            "apres": _outcome(change.after),
        }
        for change in changes
    ]


def shifts_as_json(shifts: Iterable[Shift]) -> list[Json]:
    """The list of the key `deplacements`: the day of a step before and after, or null."""
    return [
        {
            **_client_keys(shift.claim),
            **numbered(shift.claim),
            "etape": shift.step,
            "avant": day_text(shift.before),
            "apres": day_text(shift.after),
        }
        for shift in shifts
    ]


def _event(event: Event) -> Json:
    return {
        "date": event.date.isoformat(),
        "sorte": event.kind.value,
        "client": event.client.label,
        "compte": event.client.account,
        "etape": event.step,
        "rang": event.rank,
        "versement": event.place or None,
        "factures": [_claim(claim) for claim in event.claims],
        "total": _amount(event.total.number) if event.total else None,
        "devise": event.total.currency if event.total else None,
        "canal": [channel.value for channel in event.channels],
        "detail": event.detail or None,
    }


def _undated(wait: Wait) -> Json:
    return {
        **_client_keys(wait.claim),
        **numbered(wait.claim),
        "code": wait.code,
        "motif": wait.reason,
    }


def _outcome(outcome: PolicyOutcome | None) -> Json | None:
    if outcome is None:
        return None
    return {
        "decision": "lettre" if outcome.is_letter else "attente",
        "etape": outcome.step,
        "date": day_text(outcome.date),
        "code": outcome.code or None,
        "motif": outcome.reason or None,
        "canal": list(outcome.channels),
        "ton": outcome.tone,
        "montant": _amount(outcome.claimed) if outcome.is_letter else None,
        "penalites": _amount(outcome.interest) if outcome.is_letter else None,
        "indemnite": _amount(outcome.fee) if outcome.is_letter else None,
        "sous": outcome.days_given,
    }


def _client_keys(claim: Claim) -> Json:
    return {"compte": claim.client.account, "client": claim.client.label}


def _claim(claim: Claim) -> Json:
    return {
        **numbered(claim),
        "echeance": day_text(claim.due),
        "solde": _amount(claim.balance),
        "devise": claim.currency,
    }


def _amount(number: Decimal) -> str:
    return f"{number:.2f}"
