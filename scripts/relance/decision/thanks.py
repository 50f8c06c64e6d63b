"""Thanks for the payment of an invoice that was reminded: who gets them, once, and when (rule
18.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from relance.claims.claim import Claim, Receipt
from relance.claims.on_day import OnDay
from relance.decision.obstacles import Obstacles
from relance.decision.same_debtors import SameDebtors
from relance.policy.step_settings import INFORMATION_DAYS
from relance.text.locales import french_date
from relance.values.kinds import Information


@dataclass(frozen=True, slots=True)
class Thanks:
    """An invoice that was paid after a reminder, all its `claims` together, and what becomes of
    its thanks: as a code and in words why they do not leave, until `earliest` when that is known;
    without a code they are in a letter of the day."""

    claims: tuple[Claim, ...]
    paid_on: date
    code: str = ""
    reason: str = ""
    earliest: date | None = None

    @property
    def ready(self) -> bool:
        """Whether a letter may bring them today."""
        return not self.code

    def held(self, code: str, reason: str) -> Thanks:
        """The same that do not leave, unless they are held already."""
        return replace(self, code=code, reason=reason) if self.ready else self


def lately_paid(on: OnDay) -> tuple[Thanks, ...]:
    """Every invoice paid so lately that thanks for it are due or soon will be, none unless the
    policy says so; by client and invoice."""
    if not on.policy.thanks:
        return ()
    judge, thanks = ThanksJudge(on), list[Thanks]()
    for account in sorted({letter.account for letter in on.letters if not letter.informs}):
        for claims in _invoices(on.claims_of(account)):
            thanks += judge.judged(claims)
    return tuple(thanks)


def _invoices(claims: Iterable[Claim]) -> Iterator[tuple[Claim, ...]]:
    invoices: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.invoice and not claim.penalty:
            invoices[claim.invoice].append(claim)
    yield from map(tuple, invoices.values())


class _Reason(NamedTuple):
    """Why thanks do not leave, as a code and in words."""

    code: str
    words: str


class ThanksJudge:
    """Says of paid invoices whether thanks for them are due, by the books of a day."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._obstacles = Obstacles(on)
        self._step = on.policy.information_step(Information.THANKS)

    def judged(self, claims: Sequence[Claim]) -> Iterator[Thanks]:
        """The thanks for an invoice; nothing when there is nothing to thank for, when they were
        given, or when it is too late to."""
        paid_on = self._paid_on(claims)
        if paid_on is None or any(map(self._thanked, claims)):
            return
        workdays = self._on.policy.workdays
        first = workdays.on_or_after(paid_on + timedelta(self._step.gap or 0))
        if self._on.day > first + timedelta(INFORMATION_DAYS[Information.THANKS]):
            return
        thanks = Thanks(tuple(claims), paid_on)
        if reason := self._obstacle(claims):
            thanks = thanks.held(*reason)
        if self._on.day < first:
            soon = f"à partir du {french_date(first)}, si le règlement ne revient pas"
            thanks = replace(thanks.held("merci-ecart", soon), earliest=first)
        yield thanks

    def fault(self, claims: Sequence[Claim]) -> str:
        """Why the client of a paid invoice is not to be thanked, in words, "" for nothing: it did
        not pay, the payment is not sure, or something else is asked of it."""
        claims = [claim for claim in claims if not claim.penalty]
        if self._paid_on(claims) is None:
            return "ce n'est plus un règlement reçu après la relance qui la solde"
        reason = self._obstacle(claims)
        return reason.words if reason else ""

    def _obstacle(self, claims: Sequence[Claim]) -> _Reason | None:
        for claim in claims:
            if obstacle := self._obstacles.of_information(claim):
                return _Reason(obstacle.code, obstacle.reason)
        return self._uncertain(claims) or self._owes(claims)

    # ------------------------------------------------------------ Paid, after a reminder

    def _paid_on(self, claims: Sequence[Claim]) -> date | None:
        """The day on which payments settled the whole invoice, all its reminders having left
        before; None when it is open, was given up, was credited since, or was not reminded."""
        receipts = [receipt for claim in claims for receipt in claim.receipts]
        if any(claim.balance > 0 for claim in claims) or any(r.waived for r in receipts):
            return None
        since = self._since_reminded(claims)
        if not all(receipt.is_payment for receipt in since):
            return None
        return max((receipt.date for receipt in since), default=None)

    def _since_reminded(self, claims: Sequence[Claim]) -> list[Receipt]:
        """What reduced the invoice once the last of its reminders had left."""
        past = [
            past.letter for c in claims for past in self._on.history.of(c) if past.citation.rank
        ]
        left = [day for letter in past if (day := self._on.history.left_on(letter))]
        receipts = (receipt for claim in claims for receipt in claim.receipts)
        return [receipt for receipt in receipts if left and receipt.date >= max(left)]

    def _thanked(self, claim: Claim) -> bool:
        return bool(self._on.history.informed(Information.THANKS, claim))

    # ------------------------------------------------------------ Why not

    def _uncertain(self, claims: Sequence[Claim]) -> _Reason | None:
        client = claims[0].client
        if any(claim.rejected or (client.account, claim.invoice) in self._back for claim in claims):
            return _Reason("merci-rejet", "un règlement en est déjà revenu")
        if client.direct_debit:
            return _Reason("prelevement", "prélèvement : rien n'a été demandé au client")
        if self._on.overpaid(client.account):
            return _Reason("merci-trop-percu", "trop-perçu à rembourser ou à affecter d'abord")
        if not all(receipt.banked for receipt in self._since_reminded(claims)):
            return _Reason("merci-sans-argent", "aucun compte de banque n'en a reçu tout l'argent")
        return None

    @cached_property
    def _back(self) -> frozenset[tuple[str, str | None]]:
        """The invoices of which money went back, though it came again since."""
        return frozenset(
            (movement.account, name)
            for movement in self._on.books.movements
            if movement.given_back and movement.date <= self._on.day
            for name in movement.invoices
        )

    def _owes(self, claims: Sequence[Claim]) -> _Reason | None:
        """Anything late, demanded or disputed that the client still owes on this account or on
        another of its own, penalties included."""
        account = claims[0].client.account
        if owed := self._owed_on(account):
            return _Reason("merci-du", owed)
        for other in self._same_debtors.of(account):
            if owed := self._owed_on(other):
                return _Reason("merci-du", f"{owed}, au même débiteur sur {other}")
        return None

    def _owed_on(self, account: str) -> str:
        on = self._on
        for claim in on.claims_of(account):
            demanded = any(past.citation.rank for past in on.history.of(claim))
            if claim.balance > 0 and (demanded or on.late(claim) or on.notes.open_dispute(claim)):
                return f"{claim.numbered or 'une autre somme'} reste à régler"
        for owed in on.penalties.followed(account):
            if owed.left.total > on.policy.remainder_floor(owed.currency):
                return f"des pénalités demandées restent dues ({owed.label})"
        return ""

    @cached_property
    def _same_debtors(self) -> SameDebtors:
        return SameDebtors(self._on)
