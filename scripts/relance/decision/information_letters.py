"""Letters that ask for nothing: thanks for an invoice paid after a reminder (rule 18.2), the new
figures of one that was credited after a letter claimed it (rule 18.3).

None of their claims is in a sum demanded, so that their total is nothing; they have no rank, no
tone, and no day by which to pay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from relance.claims.claim import Claim
from relance.claims.history import key
from relance.claims.on_day import OnDay
from relance.decision.channels import Unreachable, resolve_written
from relance.decision.corrections import Correction
from relance.decision.outcomes import Letter, Line
from relance.decision.same_debtors import SameDebtors
from relance.decision.steps import DEFAULT_TRACK
from relance.decision.thanks import Thanks
from relance.policy.settings import Step
from relance.text.locales import french_date
from relance.values.kinds import Information

_Invoice = tuple[str, str | None]  # a client's account, one of its invoices


def thanks_letters(
    on: OnDay, paid: Sequence[Thanks], written_to: Collection[str]
) -> tuple[tuple[Thanks, ...], list[Letter]]:
    """The thanks with what becomes of them, and their letters, one per client and currency. A
    client who is `written_to` by another letter of the day, on any of its accounts, gets none."""
    if not paid:
        return (), []
    step = on.policy.information_step(Information.THANKS)
    same = SameDebtors(on)
    decided = tuple(_reachable(on, step, thanks, written_to, same) for thanks in paid)
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for thanks in decided:
        because = f"payée le {french_date(thanks.paid_on)} après une relance"
        for claim in thanks.claims if thanks.ready else ():
            line = information_line(on, step, claim, because)
            groups[claim.client.account, claim.currency].append(line)
    return decided, [information_letter(on, step, lines) for _, lines in sorted(groups.items())]


def correction_letters(
    on: OnDay, credited: Iterable[Correction], letters: Iterable[Letter]
) -> tuple[tuple[Correction, ...], list[Letter]]:
    """The corrections with what becomes of them, and their letters, one per client and currency.
    An invoice that one of the `letters` of the day cites waits: that tells the new figures itself,
    and asks its fee. Those told `beside` another are in its letter alone."""
    step = on.policy.information_step(Information.CORRECTION)
    citing = {_invoice(x.claim): letter for letter in letters for x in letter.lines if x.step}
    decided = tuple(_told(on, step, correction, citing) for correction in credited)
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for correction in decided:
        if correction.ready:
            claim = correction.claim
            groups[claim.client.account, claim.currency].append(_corrected(on, step, correction))
    outcomes = tuple(correction for correction in decided if not correction.beside)
    return outcomes, [information_letter(on, step, lines) for _, lines in sorted(groups.items())]


def _told(
    on: OnDay, step: Step, correction: Correction, citing: Mapping[_Invoice, Letter]
) -> Correction:
    claim = correction.claim
    if letter := citing.get(_invoice(claim)):
        here = any(key(line.claim) == key(claim) for line in letter.lines)
        what = "donne les nouveaux chiffres" if here else "réclame le reste de la facture"
        reason = f"la {letter.step.name} du jour {what}"
        return correction.held("rectification-dite", reason)
    try:
        resolve_written(claim.client, step, on.policy.page.window)
    except Unreachable as obstacle:
        return correction.held(obstacle.code, str(obstacle))
    return correction


def _invoice(claim: Claim) -> _Invoice:
    return claim.client.account, claim.invoice


def _corrected(on: OnDay, step: Step, correction: Correction) -> Line:
    claim, past = correction.claim, correction.past.letter
    days = {receipt.date for receipt in correction.credits}
    because = (
        f"avoir du {french_date(max(days))}, {past.id} réclamait davantage"
        if days
        else "avec le reste de la facture, qu'un avoir a réduite"
    )
    return replace(
        information_line(on, step, claim, because),
        days_late=max((on.day - claim.due).days, 0) if claim.due and claim.balance > 0 else 0,
        interest=correction.interest,
        fee=correction.fee,
        correction=correction,
    )


def _reachable(
    on: OnDay, step: Step, thanks: Thanks, written_to: Collection[str], same: SameDebtors
) -> Thanks:
    client = thanks.claims[0].client
    if any(account in written_to for account in (client.account, *same.of(client.account))):
        return thanks.held("merci-ecart", "une autre lettre part à ce client")
    try:
        resolve_written(client, step, on.policy.page.window)
    except Unreachable as obstacle:
        return thanks.held(obstacle.code, str(obstacle))
    return thanks


def information_line(on: OnDay, step: Step, claim: Claim, because: str) -> Line:
    """A claim in such a letter; it stays where it is in its track."""
    past = on.history.of(claim)
    return Line(
        claim=claim,
        step=step,
        rank=0,
        track=past[-1].citation.track if past else claim.client.track or DEFAULT_TRACK,
        days_late=0,
        demanded=False,
        because=because,
    )


def information_letter(on: OnDay, step: Step, lines: Sequence[Line]) -> Letter:
    """Such a letter, of one client and currency. Raises `Unreachable`."""
    client = lines[0].claim.client
    route = resolve_written(client, step, on.policy.page.window)
    return Letter(
        id="",
        date=on.day,
        client=client,
        currency=lines[0].claim.currency,
        step=step,
        rank=0,
        track=lines[0].track,
        channels=route.channels,
        lines=tuple(lines),
        remarks=route.remarks,
        notice_follows=False,
    )
