"""Letters that ask for nothing: thanks for an invoice paid after a reminder (rule 18.2).

None of their claims is in a sum demanded, so that their total is nothing; they have no rank, no
tone, and no day by which to pay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.decision.channels import Unreachable, resolve_written
from relance.decision.outcomes import Letter, Line
from relance.decision.thanks import Thanks
from relance.policy.settings import Step
from relance.text.locales import french_date
from relance.values.kinds import Information


def thanks_letters(
    on: OnDay, paid: Iterable[Thanks], written_to: Collection[str]
) -> tuple[tuple[Thanks, ...], list[Letter]]:
    """The thanks with what becomes of them, and their letters, one per client and currency. A
    client who is `written_to` by another letter of the day gets none."""
    step = on.policy.information_step(Information.THANKS)
    decided = tuple(_reachable(on, step, thanks, written_to) for thanks in paid)
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for thanks in decided:
        because = f"payée le {french_date(thanks.paid_on)} après une relance"
        for claim in thanks.claims if thanks.ready else ():
            line = _line(on, step, claim, because)
            groups[claim.client.account, claim.currency].append(line)
    return decided, [_letter(on, step, lines) for _, lines in sorted(groups.items())]


def _reachable(on: OnDay, step: Step, thanks: Thanks, written_to: Collection[str]) -> Thanks:
    client = thanks.claims[0].client
    if client.account in written_to:
        return thanks.held("merci-ecart", "une autre lettre part à ce client")
    try:
        resolve_written(client, step, on.policy.page.window)
    except Unreachable as obstacle:
        return thanks.held(obstacle.code, str(obstacle))
    return thanks


def _line(on: OnDay, step: Step, claim: Claim, because: str) -> Line:
    """A claim in such a letter; it stays where it is in its track."""
    past = on.history.of(claim)
    return Line(
        claim=claim,
        step=step,
        rank=0,
        track=past[-1].citation.track if past else "",
        days_late=0,
        demanded=False,
        because=because,
    )


def _letter(on: OnDay, step: Step, lines: Sequence[Line]) -> Letter:
    client = lines[0].claim.client
    route = resolve_written(client, step, on.policy.page.window)
    return Letter(
        id="",
        date=on.day,
        client=client,
        currency=lines[0].claim.currency,
        step=step,
        rank=0,
        track=next(filter(None, (line.track for line in lines)), ""),
        channels=route.channels,
        lines=tuple(lines),
        remarks=route.remarks,
        notice_follows=False,
    )
