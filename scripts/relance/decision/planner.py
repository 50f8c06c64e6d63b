"""The decision: every open claim at a date gets a letter or a wait with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from relance.claims.excessive_notes import excessive
from relance.claims.insolvency import forbidden_payments, to_declare
from relance.claims.on_day import OnDay
from relance.claims.payment_plans import discrepancies
from relance.decision.claims import ClaimDecisions
from relance.decision.credited_claims import to_correct
from relance.decision.handover import handovers
from relance.decision.information_letters import correction_letters, thanks_letters
from relance.decision.letters import Gatherer
from relance.decision.outcomes import Letter, Plan
from relance.decision.pricing import Pricing
from relance.decision.remainder_letters import RemainderLetters
from relance.decision.remainders import open_remainders
from relance.decision.remarks import FollowUp, missing_copies, not_joinable
from relance.decision.thanks import lately_paid
from relance.decision.unassigned import unsettled
from relance.decision.undelivered import undelivered
from relance.policy.settings import Policy
from relance.text.locales import french_date, money
from relance.values.facts import Books
from relance.values.movement import Movement
from relance.values.problem import Problem, Source

# A claim that waits for this one goes with its client's file.
TO_HAND_OVER = "contentieux"


def make_plan(on: OnDay, *, files: bool = True) -> Plan:
    """Decide for every open claim of the books on a day. The same books always give the same plan.

    Without `files`, what the files to hand over would come to is left out.
    """
    books, day = on.books, on.day
    assert books.closed_until is None or day >= books.closed_until
    claim_decisions, pricing = ClaimDecisions(on), Pricing(on)
    decisions = claim_decisions.decide(c for c in on.claims if c.balance > 0 or c.unallocated > 0)
    if stale := stale_bank(on.policy, books, day):
        decisions = [decision.wait("banque-ancienne", stale) for decision in decisions]
    letters = pricing.priced(Gatherer(on).letters(decisions))
    remainders = open_remainders(on)
    thanks, corrections = lately_paid(on), to_correct(on)
    if stale:
        corrections = tuple(x.held("banque-ancienne", stale) for x in corrections)
        remainders = tuple(remainder.held("banque-ancienne", stale) for remainder in remainders)
        thanks = tuple(paid.held("banque-ancienne", stale) for paid in thanks)
    remainders, asking = RemainderLetters(on).decided(remainders, _written_to(letters))
    letters += asking
    corrections, correcting = correction_letters(on, corrections, letters)
    letters += correcting
    thanks, thanking = thanks_letters(on, thanks, _written_to(letters))
    letters = FollowUp(on).completed([*letters, *thanking])
    filed = [d.claim for d in decisions if files and d.code == TO_HAND_OVER]
    taken = [*books.letter_ids, *(x.letter.id for x in on.pending)]
    return Plan(
        date=day,
        letters=numbered(letters, day, taken),
        waits=tuple(decision.as_wait() for decision in decisions if not decision.ready),
        warnings=tuple(dict.fromkeys(_warnings(on, letters))),
        profiles=on.profiles,
        declarations=to_declare(on.ours, on.proceedings, books.documents, day),
        handovers=handovers([(c, claim_decisions.claimed(c)) for c in filed], pricing.cost, on),
        disputes=on.disputes.listed(day, on.policy.dispute.alert),
        undelivered=undelivered(on),
        remainders=remainders,
        thanks=thanks,
        corrections=corrections,
        foreseen=bool(on.announced),
        unsettled=unsettled(on),
    )


def _written_to(letters: Iterable[Letter]) -> set[str]:
    """The clients who get one of these letters."""
    return {letter.client.account for letter in letters}


def _warnings(on: OnDay, letters: Sequence[Letter]) -> Iterator[Problem]:
    """What whoever keeps the books should look at."""
    books, day = on.books, on.day
    yield from books.warnings
    yield from on.receivables.warnings
    yield from _overpaid(on)
    yield from _drafted(books, day)
    yield from _paid_later(letters, books.movements, day)
    yield from _unknown(letters)
    yield from missing_copies(letters, books.documents)
    yield from not_joinable(letters, books.documents)
    yield from forbidden_payments(on.claims, on.proceedings)
    yield from excessive(on)
    yield from discrepancies(books, on.payment_plans.in_force(), on.policy.terms)


def stale_bank(policy: Policy, books: Books, day: date) -> str:
    """Why every letter waits when no bank entry is recent enough, else nothing."""
    bank = policy.ledger.bank
    if bank is None:
        return ""
    latest = max((seen for seen in books.bank_dates if seen <= day), default=None)
    if latest is not None and latest >= day - timedelta(bank.freshness):
        return ""
    seen = f"du {french_date(latest)}" if latest else "absente"
    return f"dernière écriture de banque {seen} : saisissez les relevés avant de relancer"


def renumbered(plan: Plan, used: Iterable[str]) -> Plan:
    """The plan with its letters numbered after these ids too: those of letters that were taken
    out of their branch, which no register tells. A number never names two letters."""
    if not plan.letters:
        return plan
    before = f"{day_prefix(plan.date)}{_number(plan.letters[0].id) - 1}"
    return replace(plan, letters=numbered(plan.letters, plan.date, [before, *used]))


def day_prefix(day: date) -> str:
    """How the ids of a day's letters begin."""
    return f"R{day:%Y%m%d}-"


def _number(letter: str) -> int:
    return int(letter.partition("-")[2])


def numbered(letters: Sequence[Letter], day: date, taken: Iterable[str]) -> tuple[Letter, ...]:
    """Letter ids go on after the highest of that date, in the register and on branches."""
    prefix = day_prefix(day)
    last = max((_number(name) for name in taken if name.startswith(prefix)), default=0)
    return tuple(
        replace(letter, id=f"{prefix}{n:02d}") for n, letter in enumerate(letters, last + 1)
    )


def _overpaid(on: OnDay) -> Iterator[Problem]:
    """What is nobody's: neither a claim's nor penalties'."""
    for over in on.receivables.overpayments:
        left = over.amount - on.penalties.paid_beyond(over.client.account, over.currency)
        if left > 0:
            what = f"trop-perçu de {money(left, over.currency)} : {over.client.label}"
            yield Problem(over.client.source, what, "à rembourser, ou à affecter à une facture")


def _drafted(books: Books, day: date) -> Iterator[Problem]:
    """Draft payments on accounts that are nobody's: whose claims should wait is not known."""
    named = {client.account for client in books.clients if client.name}
    for movement in books.movements:
        if (
            movement.draft
            and movement.number < 0
            and movement.date <= day
            and movement.account not in named
        ):
            amount = money(-movement.number, movement.currency)
            what = f"règlement en brouillon (!) de {amount}, sans client : {movement.account}"
            yield Problem(movement.source, what, "passez-le au compte du client qui a payé")


def _paid_later(
    letters: Iterable[Letter], movements: Iterable[Movement], day: date
) -> Iterator[Problem]:
    """Payments of what is demanded that are dated after the day: planned, or a slip of the pen."""
    later = [m for m in movements if m.date > day and m.number < 0 and not m.draft]
    for letter in letters if later else ():
        demanded = {line.claim.invoice for line in letter.demanded}
        for payment in later:
            if payment.account == letter.client.account and (
                named := demanded & {*payment.invoices}
            ):
                what = f"règlement daté du {french_date(payment.date)}, après cette relance"
                yield Problem(
                    payment.source,
                    f"{what} : {', '.join(sorted(filter(None, named)))}",
                    "corrigez sa date ; s'il est prévu, notez une #promesse ou une #suspension",
                )


def _unknown(letters: Iterable[Letter]) -> list[Problem]:
    """Half-years without a published rate: interest stops at the last known day."""
    days = {
        line.interest.unknown_from
        for letter in letters
        for line in letter.lines
        if line.interest and line.interest.unknown_from
    }
    return [
        Problem(
            Source("relance.yaml"),
            f"taux inconnu à partir du {french_date(day)} : les pénalités s'arrêtent la veille",
            f'donnez-le dès sa publication : penalites: {{bce: {{{day}: "…"}}}}',
        )
        for day in sorted(days)
    ]
