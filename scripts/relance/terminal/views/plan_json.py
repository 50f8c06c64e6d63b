"""`relance plan --format json`: a public interface, whose keys are only added to (rule 5.4)."""

from __future__ import annotations

from relance.claims.calculator import segment_as_json
from relance.claims.client_notes import Dispute
from relance.claims.insolvency import ToDeclare
from relance.claims.limitation import Limitation
from relance.claims.payment_plans import State
from relance.claims.profile import ClientProfile, PaymentRecord
from relance.claims.promises import PromiseOutcome
from relance.decision import notices
from relance.decision.corrections import Correction
from relance.decision.handover import HandedOver, Handover
from relance.decision.outcomes import Letter, Line, Plan, Wait
from relance.decision.remainders import OpenRemainder
from relance.decision.unassigned import Unsettled
from relance.decision.undelivered import Undelivered
from relance.terminal.views.json_text import Json, amount_text, client_keys, day_text, numbered
from relance.values.amounts import ZERO


def plan_as_json(plan: Plan) -> Json:
    """One object; amounts are strings with two decimals, dates ISO."""
    return {
        "date": plan.date.isoformat(),
        "a_rapprocher": [unsettled_as_json(unsettled) for unsettled in plan.unsettled],
        "lettres": [
            _letter(x) | {"profil": _profile(plan, x.client.account)} for x in plan.letters
        ],
        "attentes": [
            _wait(x) | {"profil": _profile(plan, x.claim.client.account)} for x in plan.waits
        ],
        "litiges": [_dispute(dispute) for dispute in plan.disputes],
        "avertissements": [str(warning) for warning in plan.warnings],
        "declarations": [_declaration(due) for due in plan.declarations],
        "transmettre": [_handover(handover) for handover in plan.handovers],
        "profils": [_client(account, profile) for account, profile in plan.profiles.items()],
        "non_parvenues": [_undelivered(letter) for letter in plan.undelivered],
        "reliquats": [_remainder(remainder) for remainder in plan.remainders],
        "rectifications": [_correction(correction) for correction in plan.corrections],
    }


def _profile(plan: Plan, account: str) -> str | None:
    return plan.profiles[account].profile if account in plan.profiles else None


def _client(account: str, profile: ClientProfile) -> Json:
    return {
        "compte": account,
        "profil": profile.profile,
        "parce_que": profile.because,
        **_record(profile.record),
    }


_PROMISES = {
    PromiseOutcome.RUNNING: "en_cours",
    PromiseOutcome.KEPT: "tenues",
    PromiseOutcome.PARTLY_KEPT: "tenues_en_partie",
    PromiseOutcome.BROKEN: "rompues",
    PromiseOutcome.REPLACED: "remplacees",
}


def _record(record: PaymentRecord) -> Json:
    """Delays in days, as strings like amounts; shares in percent."""
    return {
        "factures_reglees": record.settled,
        "factures_reglees_periode": record.recent,
        "retard_moyen": None if record.days_late is None else str(record.days_late),
        "a_temps": None if record.on_time is None else int(record.on_time),
        "plus_long_retard": record.longest,
        "en_retard": record.late_now,
        "mises_en_demeure": record.notices,
        "promesses": {word: record.promises.get(x, 0) for x, word in _PROMISES.items()},
        "raisons": {reason.value: number for reason, number in record.reasons.items()},
    }


def unsettled_as_json(unsettled: Unsettled) -> Json:
    """An entry of the bank that waits for a person; its amount has a sign."""
    draft = unsettled.draft
    return {
        "date": draft.date.isoformat(),
        "montant": amount_text(draft.amount.number),
        "devise": draft.amount.currency,
        "payeur": draft.payer,
        "libelle": draft.text,
        "compte": draft.account,
        "client": unsettled.client.label if unsettled.client else None,
        "factures": list(draft.invoices),
        "raison": draft.reason,
        "fichier": draft.source.path,
        "ligne": draft.source.line,
        "commande": notices.SETTLE,
    }


def _undelivered(undelivered: Undelivered) -> Json:
    return {
        "id": undelivered.letter.id,
        **client_keys(undelivered.client),
        "code": undelivered.code,
        "raison": undelivered.what,
        "remede": undelivered.remedy,
    }


def _remainder(remainder: OpenRemainder) -> Json:
    account = remainder.account
    return {
        "facture": account.invoice,
        **client_keys(account.client),
        "devise": account.currency,
        "demande": amount_text(account.demanded.total),
        "recu": amount_text(account.paid.total),
        "abandonne": amount_text(account.waived.total),
        "reste": amount_text(account.left.total),
        "penalites": amount_text(account.left.interest),
        "indemnite": amount_text(account.left.fee),
        "mise_en_demeure": account.notice.letter if account.notice else None,
        "reglee": day_text(account.settled_on),
        "code": remainder.code or None,
        "motif": notices.remainder_outcome(remainder),
        "prochaine": day_text(remainder.earliest),
        "commande": remainder.command,
    }


def _correction(correction: Correction) -> Json:
    claim = correction.claim
    return {
        "facture": claim.invoice,
        "tranche": claim.instalment,
        **client_keys(claim.client),
        "devise": claim.currency,
        "lettre": correction.past.letter.id,
        "reclame": amount_text(correction.claimed),
        "avoirs": amount_text(correction.credited),
        "solde": amount_text(claim.balance),
        "code": correction.code or None,
        "motif": correction.reason or "une lettre du jour le dit",
    }


def _letter(letter: Letter) -> Json:
    return {
        "id": letter.id,
        **client_keys(letter.client),
        "etape": letter.step.name,
        "rang": letter.rank,
        "ton": letter.tone.value,
        "canal": [channel.value for channel in letter.channels],
        "devise": letter.currency,
        "total": amount_text(letter.total.number),
        "penalites": amount_text(letter.interest),
        "indemnite": amount_text(letter.fee),
        "sous": letter.days_given,
        "remarques": list(letter.remarks),
        "versement": _instalment(letter.running),
        "echeance_manquee": _instalment(letter.broken),
        "factures": [_line(line) for line in letter.lines],
    }


def _line(line: Line) -> Json:
    claim, interest = line.claim, line.interest
    return {
        **numbered(claim),
        "echeance": day_text(claim.due),
        "solde": amount_text(claim.balance),
        "conteste": amount_text(line.disputed),
        "jours": line.days_late,
        "etape": line.step.name if line.step else None,
        "rang": line.rank,
        "demande": line.demanded,
        "penalites": amount_text(interest.total if interest else ZERO),
        "indemnite": amount_text(line.fee),
        "versement": None if line.asked is None else amount_text(line.asked),
        "segments": [segment_as_json(s) for s in interest.segments] if interest else [],
    }


def _wait(wait: Wait) -> Json:
    claim = wait.claim
    following = {"etape": wait.next_step, "date": day_text(wait.next_date)}
    return {
        **numbered(claim),
        **client_keys(claim.client),
        "echeance": day_text(claim.due),
        "solde": amount_text(claim.balance or claim.unallocated),
        "devise": claim.currency,
        "motif": wait.reason,
        "code": wait.code,
        "prochaine": following if wait.next_step else None,
    }


def _declaration(due: ToDeclare) -> Json:
    proceedings = due.proceedings
    return {
        **client_keys(due.client),
        "jugement": day_text(proceedings.judgment),
        "bodacc": day_text(proceedings.published),
        "mandataire": proceedings.trustee,
        "echeance": day_text(proceedings.deadline),
        "jours": due.days_left,
        "totaux": [{"devise": m.currency, "principal": amount_text(m.number)} for m in due.totals],
        "commande": notices.declaration_command(due),
    }


def _handover(handover: Handover) -> Json:
    return {
        **client_keys(handover.client),
        "totaux": [
            {
                "devise": total.currency,
                "principal": amount_text(total.principal),
                "penalites": amount_text(total.interest),
                "indemnite": amount_text(total.fee),
            }
            for total in handover.totals
        ],
        "prescription": _limitation(handover.limitation),
        "factures": [_handed_over(item) for item in handover.claims],
        "commande": notices.handover_command(handover),
    }


def _handed_over(item: HandedOver) -> Json:
    return {
        **numbered(item.claim),
        "echeance": day_text(item.claim.due),
        "devise": item.claim.currency,
        "principal": amount_text(item.principal),
        "penalites": amount_text(item.interest),
        "indemnite": amount_text(item.fee),
        "prescription": _limitation(item.limitation),
    }


def _limitation(limitation: Limitation) -> Json:
    return {"initiale": day_text(limitation.original), "reportee": day_text(limitation.moved)}


def _instalment(state: State | None) -> Json | None:
    """The instalment of a payment plan that a letter announces, or says was missed."""
    if state is None or state.instalment is None:
        return None
    return {
        "date": day_text(state.instalment.due),
        "montant": amount_text(state.instalment.amount),
        "manque": amount_text(state.missing),
        "accord": day_text(state.plan.agreed),
    }


def _dispute(dispute: Dispute) -> Json:
    claim = dispute.claim
    return {
        **numbered(claim),
        "compte": claim.client.account,
        "client": claim.client.label,
        "conteste": amount_text(dispute.amount),
        "devise": claim.currency,
        "depuis": day_text(dispute.opened),
        "jours": dispute.days,
        "texte": dispute.text,
        "alerte": dispute.alert,
    }
