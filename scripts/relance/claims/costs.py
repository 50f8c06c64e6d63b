"""What the lateness of a claim costs: the debt that bears interest, the fee (rule 7.10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from relance.claims.claim import Claim
from relance.claims.insolvency import Proceedings, at_opening
from relance.claims.interest import Debt, was_late
from relance.policy.settings import InterestSettings
from relance.values.kinds import DebtorType
from relance.values.terms import Rate


def bears_interest(claim: Claim) -> bool:
    """Whether its lateness costs anything: the type of its debtor and its due date are known,
    and neither it nor its client is exempt (`penalites: FALSE`)."""
    dated = claim.client.debtor is not None and claim.due is not None
    return dated and claim.bears_interest and claim.client.bears_interest


def debt_of(claim: Claim, settings: InterestSettings, notice: date | None) -> Debt:
    """The whole claim as a sum that bears interest; `notice` is the day on which a formal notice
    took effect. Its debtor's type and its due date must be known."""
    debtor = claim.client.debtor
    assert debtor is not None and claim.due is not None
    return Debt(
        debtor=debtor,
        amount=claim.amount,
        due=claim.due,
        receipts=claim.receipts,
        runs_from=notice,
        agreed=_agreed_rate(claim, debtor, settings),
        imputation=settings.imputation,
        credit_notes=settings.credit_notes,
    )


def _agreed_rate(claim: Claim, debtor: DebtorType, settings: InterestSettings) -> Rate | None:
    """The invoice's rate, else the client's, else the policy's, which binds no public body: its
    rate is fixed by decree (R2192-31)."""
    agreed = claim.rate or claim.client.rate
    return agreed or (None if debtor is DebtorType.PUBLIC else settings.rate)


def owes_fee(
    instalments: Iterable[Claim],
    settings: InterestSettings,
    opened: Proceedings | None,
    day: date,
) -> bool:
    """Whether an invoice owes the recovery fee on a day: a trader or a public body paid one of
    its instalments late, or did not yet (C. com. D441-5, C. commande publique D2192-35).

    Whatever became of that instalment since; one that bears no interest counts for nothing, nor
    does one whose payment on its due date the proceedings `opened` forbade (C. com. L441-10 II):
    a debt born since the judgment owes it like any other.
    """
    return any(_late(claim, settings, opened, day) for claim in instalments if _counts(claim))


def _counts(claim: Claim) -> bool:
    debtor = claim.client.debtor
    return bears_interest(claim) and debtor is not None and debtor.commercial


def _late(claim: Claim, settings: InterestSettings, opened: Proceedings | None, day: date) -> bool:
    if opened is not None and opened.stops(claim):
        claim, day = at_opening(claim, opened.judgment), opened.judgment
    return was_late(debt_of(claim, settings, None), day)
