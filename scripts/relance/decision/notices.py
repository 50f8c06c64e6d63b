"""What the house is told besides the letters: claims to declare, files to hand over."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from relance.claims.insolvency import DECLARATION_MONTHS, ToDeclare
from relance.claims.limitation import Limitation
from relance.decision.corrections import Correction
from relance.decision.handover import HandedOver, Handover, Total
from relance.decision.remainders import OpenRemainder
from relance.decision.unassigned import Unsettled
from relance.decision.undelivered import Undelivered
from relance.text.locales import french_date, money
from relance.text.words import count

UNSETTLED = "À rapprocher d'abord, la banque le dit"
SETTLE = "relance rapprocher"
UNDELIVERED = "À vérifier d'abord, rien ne dit que ces lettres sont arrivées"
UNNOTED = "Sans envoi noté, rien ne dit que ces lettres sont parties"
REMAINDERS = "À décider, ces factures sont payées et il en reste des pénalités"
TO_CORRECT = "À rectifier, ces factures ont été réclamées pour plus que leur avoir n'en laisse"
TO_DECLARE = "À déclarer"
TO_DECLARE_RULE = (
    f"{DECLARATION_MONTHS} mois après la publication au BODACC (4 mois pour un créancier établi "
    "hors de France métropolitaine), C. com. R622-24"
)
HANDED_OVER = "À transmettre"
LIMITATION_RULE = "prescription : un calcul d'après le grand livre, à faire vérifier"


def unnoted_rule(letters: Iterable[Undelivered]) -> str:
    """The ways out of letters of which nobody says that they left."""
    rule = (
        "partie : relance noter --envoi R… --le JJ/MM/AAAA ; jamais partie : relance noter "
        "--annulation R…"
    )
    if all(letter.code == "non-postee" for letter in letters):
        return rule
    return f"{rule} ; vous ne notez pas vos envois : envoi: {{suivi: false}} dans la politique"


def bank_words(waiting: Unsettled) -> str:
    """Why an entry of the bank waits, or what the bank wrote of it."""
    draft = waiting.draft
    return draft.reason or draft.text or "argent reçu dont on ne sait de qui"


def remainder_sums(remainder: OpenRemainder) -> str:
    """« 55,29 € demandés par R20260731-01, facture payée le 10 août 2026 »."""
    account, notice = remainder.account, remainder.account.notice
    asked = f"demandés par {notice.letter}" if notice else "demandés"
    paid = f"facture payée le {french_date(account.settled_on)}" if account.settled_on else ""
    return ", ".join(filter(None, (f"{money(account.left.total, account.currency)} {asked}", paid)))


def remainder_outcome(remainder: OpenRemainder) -> str:
    """What becomes of it; without a reason a letter of the day asks it."""
    return remainder.reason or "une lettre du jour les demande"


def correction_sums(correction: Correction) -> str:
    """« 1 500,00 € réclamés par R20260731-01, avoir de 300,00 €, reste 1 200,00 € »."""
    claim, past = correction.claim, correction.past.letter
    sums = (money(n, claim.currency) for n in (correction.claimed, correction.credited))
    claimed, credited = sums
    left = money(claim.balance, claim.currency)
    return f"{claimed} réclamés par {past.id}, avoir de {credited}, reste {left}"


def declaration_command(debts: ToDeclare) -> str:
    """What to type for the declaration of a client's debts."""
    return f"relance dossier {shlex.quote(debts.client.account)} --declaration"


def handover_command(file: Handover) -> str:
    """What to type for the litigation file of a client."""
    return f"relance dossier {shlex.quote(file.client.account)}"


def sums_to_declare(debts: ToDeclare) -> str:
    """« 1 200,00 € + 850,00 GBP »."""
    return " + ".join(money(total.number, total.currency) for total in debts.totals)


def deadline(debts: ToDeclare) -> str:
    """The last day to declare, and what is left of it."""
    last = debts.proceedings.deadline
    if last is None or debts.days_left is None:
        return "date de publication à noter (bodacc)"
    day = french_date(last)
    if debts.days_left < 0:
        over = count(-debts.days_left, "jour")
        return f"délai passé le {day}, depuis {over} : relevé de forclusion ? (C. com. L622-26)"
    left = f"reste {count(debts.days_left, 'jour')}" if debts.days_left else "c'est aujourd'hui"
    return f"au plus tard le {day} ({left})"


def opened(debts: ToDeclare) -> str:
    """Who received the declarations of which judgment; until when goods can be reclaimed."""
    proceedings = debts.proceedings
    trustee = proceedings.trustee or "mandataire à noter"
    judged = f"jugement du {french_date(proceedings.judgment)}, {' '.join(trustee.split())}"
    if proceedings.reclaim_by is None:
        return judged
    last = f"jusqu'au {french_date(proceedings.reclaim_by)} (C. com. L624-9)"
    return f"{judged} ; biens vendus avec réserve de propriété : à revendiquer {last}"


def handover_totals(file: Handover) -> str:
    """The sums of a file by currency."""
    return " ; ".join(map(_total, file.totals))


def claim_sums(claim: HandedOver) -> str:
    """What one claim adds to its file."""
    return _total(Total(claim.claim.currency, claim.principal, claim.interest, claim.fee))


def _total(total: Total) -> str:
    parts = [money(total.principal, total.currency)]
    if total.interest:
        parts.append(f"pénalités {money(total.interest, total.currency)}")
    if total.fee:
        parts.append(f"indemnité {money(total.fee, 'EUR')}")
    return " + ".join(parts)


def time_barred(limitation: Limitation) -> str:
    """The last day to act, and where an act of the debtor moved it."""
    written = f" ({limitation.period})" if limitation.period else ""
    first = f"prescription le {french_date(limitation.original)}{written}"
    return f"{first}, reportée au {french_date(limitation.moved)}" if limitation.moved else first
