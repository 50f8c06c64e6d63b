"""The penalty accounts of a day, worked out client by client from claims, register and notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from relance.claims.claim import Claim
from relance.claims.costs import bears_interest, owes_fee
from relance.claims.history import Past
from relance.claims.insolvency import at_opening
from relance.claims.interest import Interest, accrue
from relance.claims.penalties import NOTHING, Penalties, PenaltyDemand, shares
from relance.claims.penalty_account import PenaltyAccount
from relance.claims.penalty_receipts import PenaltyReceipts, Where
from relance.values.amounts import ZERO, total
from relance.values.facts import Note
from relance.values.issued import Citation, IssuedLetter
from relance.values.kinds import RemainderRule

if TYPE_CHECKING:
    from relance.claims.on_day import OnDay

HOME = "EUR"  # the currency of recovery fees


@dataclass(slots=True)
class _Asked:
    """What letters demanded of one invoice in one currency: by letter, and the last that each
    instalment was asked. `before` is what was paid when the last letter was written: it asked
    the rest."""

    demands: dict[str, PenaltyDemand] = field(default_factory=dict)
    interest: dict[int, Decimal] = field(default_factory=dict)
    fee: Decimal = ZERO
    before: Penalties = NOTHING

    def add(self, past: Past, amount: Penalties, *, notice: bool) -> None:
        """One letter's demand of one instalment; a fee once asked is asked on."""
        letter, instalment = past.letter, past.citation.instalment
        before = self.demands.get(letter.id)
        whole = before.amount + amount if before else amount
        self.demands[letter.id] = PenaltyDemand(letter.id, letter.date, notice, whole)
        self.interest[instalment] = amount.interest
        self.fee = amount.fee or self.fee

    def in_order(self) -> tuple[PenaltyDemand, ...]:
        """The demands by day."""
        return tuple(sorted(self.demands.values(), key=lambda demand: (demand.date, demand.letter)))


class PenaltyAccounts:
    """The penalty accounts of a day; without `waivers`, as if nothing had been given up."""

    def __init__(self, on: OnDay, *, waivers: bool = True) -> None:
        self._on = on
        self._waivers = waivers
        self._by_client: dict[str, Mapping[Where, PenaltyAccount]] = {}
        self._received: dict[str, PenaltyReceipts] = {}
        self._shares: dict[str, Mapping[Citation, Penalties]] = {}

    def followed(self, account: str) -> Sequence[PenaltyAccount]:
        """The accounts of a client of which letters demanded something, or that something paid,
        the oldest due first."""
        return tuple(self._of_client(account).values())

    def all(self) -> Iterator[PenaltyAccount]:
        """Those of every client, by account."""
        asked = {letter.account for letter in self._on.letters}
        asked |= {income.account for income in self._on.books.penalty_income}
        asked |= {claim.client.account for claim in self._on.claims if claim.penalty}
        for account in sorted(asked):
            yield from self.followed(account)

    def of(self, claim: Claim, currency: str = "") -> PenaltyAccount:
        """The account of a claim's invoice, in the claim's currency unless told otherwise."""
        where = (claim.invoice or "", currency or claim.currency)
        followed = self._of_client(claim.client.account).get(where)
        return followed or self._account(self._on.instalments(claim), where[1], _Asked())

    def paid(self, claim: Claim, currency: str = "") -> Penalties:
        """What was paid of the penalties of a claim's invoice (see `of`)."""
        received = self._receipts(claim.client.account)
        return self.of(claim, currency).paid if received.may_pay else NOTHING

    def last_demand(self, claim: Claim) -> PenaltyDemand | None:
        """What the last letter to demand penalties of this one claim demanded, the fee (EUR)
        left out of a foreign currency's."""
        past = next(reversed([*self._on.history.penalty_demands(claim)]), None)
        if past is None:
            return None
        part, letter = self._share(past), past.letter
        amount = part if claim.currency == HOME else replace(part, fee=ZERO)
        notice = self._on.history.is_notice(past.citation)
        return PenaltyDemand(letter.id, letter.date, notice, amount)

    def unpaid(self, claim: Claim, interest: Interest) -> Interest:
        """A claim's interest less what was paid of its invoice's, the first instalment's first."""
        paid = self.paid(claim).interest
        for other in self._on.instalments(claim) if paid else ():
            if other.currency == claim.currency and other.instalment < claim.instalment:
                paid -= min(paid, self._accrued(other))
        return replace(interest, total=max(interest.total - paid, ZERO)) if paid else interest

    def paid_beyond(self, account: str, currency: str) -> Decimal:
        """What of the money that a client paid beyond all its claims paid penalties."""
        accounts = (a for a in self.followed(account) if a.currency == currency)
        paid = total(a.paid.total for a in accounts)
        return max(paid - self._receipts(account).booked(currency), ZERO)

    # ------------------------------------------------------------ One client

    def _of_client(self, account: str) -> Mapping[Where, PenaltyAccount]:
        if account not in self._by_client:
            invoices: dict[str, list[Claim]] = defaultdict(list)
            for claim in self._on.claims_of(account):
                invoices[claim.invoice or ""].append(claim)
            asked, received = self._asked(account), self._receipts(account)
            if received.has_any:
                for (invoice, currency), demands in asked.items():
                    demands.before = self._paid_before(invoices[invoice][0], currency, demands)
            booked = {(name, x) for name in invoices for x, n in received.unnamed.items() if n > 0}
            accounts = [
                self._account(claims, currency, asked[invoice, currency])
                for invoice, currency in sorted(asked.keys() | received.named.keys() | booked)
                if (claims := invoices.get(invoice))
            ]
            self._by_client[account] = {
                (x.invoice, x.currency): self._given_up(x, received)
                for x in received.shared(accounts)
            }
        return self._by_client[account]

    def _receipts(self, account: str) -> PenaltyReceipts:
        if account not in self._received:
            self._received[account] = PenaltyReceipts(self._on, account)
        return self._received[account]

    def _paid_before(self, claim: Claim, currency: str, asked: _Asked) -> Penalties:
        """What was paid of an invoice's penalties when the last letter that demands some was
        written."""
        last = max(demand.date for demand in asked.demands.values())
        then = self._on.of_client(claim.client.account, last)
        letters = tuple(letter for letter in then.books.letters if letter.date < last)
        then = replace(then, books=replace(then.books, letters=letters))
        return PenaltyAccounts(then, waivers=self._waivers).of(claim, currency).paid

    def _asked(self, account: str) -> dict[Where, _Asked]:
        """What letters demanded, by invoice and currency."""
        asked: dict[Where, _Asked] = defaultdict(_Asked)
        for claim in self._on.claims_of(account):
            for past in self._on.history.penalty_demands(claim):
                notice = self._on.history.is_notice(past.citation)
                part, invoice = self._share(past), past.citation.invoice
                fee = part.fee if claim.currency == HOME else ZERO
                demand = asked[invoice, claim.currency]
                demand.add(past, Penalties(part.interest, fee), notice=notice)
                if part.fee and not fee:
                    asked[invoice, HOME].add(past, Penalties(fee=part.fee), notice=notice)
        return asked

    def _share(self, past: Past) -> Penalties:
        letter = past.letter
        if letter.id not in self._shares:
            citations = self._on.history.charged(letter)
            weights = [self._accrued_then(letter, citation) for citation in citations]
            parts = shares(letter, citations, weights)
            self._shares[letter.id] = dict(zip(citations, parts, strict=True))
        return self._shares[letter.id][past.citation]

    def _accrued_then(self, letter: IssuedLetter, citation: Citation) -> Decimal:
        """What a claim had accrued on the day of a letter, by what is known of it now."""
        for claim in self._on.claims_of(letter.account):
            named = (claim.invoice, claim.instalment, claim.currency)
            if named == (citation.invoice, citation.instalment, citation.balance.currency):
                receipts = tuple(r for r in claim.receipts if r.date <= letter.date)
                return self._accrued(replace(claim, receipts=receipts), letter.date)
        return ZERO

    # ------------------------------------------------------------ One invoice

    def _account(
        self, instalments: Sequence[Claim], currency: str, asked: _Asked
    ) -> PenaltyAccount:
        """The account of an invoice, before what came in for it."""
        sold = tuple(claim for claim in instalments if claim.due and not claim.penalty)
        in_currency = [claim for claim in sold if claim.currency == currency]
        reckoned = {claim.instalment: self._interest(claim) for claim in in_currency}
        interest = {
            place: reckoning.total if reckoning else ZERO for place, reckoning in reckoned.items()
        }
        accrued = Penalties(total(interest.values()), self._fee(sold) if currency == HOME else ZERO)
        for claim in in_currency:
            self._runs_since_the_notice(claim, asked, interest[claim.instalment])
        asked_interest = total(min(interest[n], asked.interest.get(n, ZERO)) for n in interest)
        stated = Penalties(asked_interest, asked.fee) + asked.before
        settled = bool(sold) and all(claim.balance <= 0 for claim in sold)
        days = [receipt.date for claim in sold for receipt in claim.receipts]
        return PenaltyAccount(
            client=instalments[0].client,
            invoice=instalments[0].invoice or "",
            currency=currency,
            claims=sold,
            settled_on=max(days) if settled and days else None,
            accrued=accrued,
            demands=asked.in_order(),
            demanded=stated.within(accrued),
            set_off=total(
                reckoning.total - reckoning.interest_owed
                for reckoning in reckoned.values()
                if reckoning
            ),
        )

    def _runs_since_the_notice(self, claim: Claim, asked: _Asked, accrued: Decimal) -> None:
        """A notice to a private person states no interest, for none ran before: it says that it
        runs from its receipt (C. civ. 1231-6). It demands what ran, once its days are over."""
        debtor = claim.client.debtor
        if debtor is None or debtor.commercial or not accrued:
            return
        for past in self._on.history.notices(claim):
            start, letter = self._on.history.starts(past.letter), past.letter
            over = start and start + timedelta(letter.days_given or 0)
            if over and self._end(claim) > over and letter.id in asked.demands:
                asked.interest[claim.instalment] = accrued
                others = total(
                    n for place, n in asked.interest.items() if place != claim.instalment
                )
                demand = asked.demands[letter.id]
                amount = replace(demand.amount, interest=accrued + others)
                asked.demands[letter.id] = replace(demand, amount=amount)
                return

    def _given_up(self, account: PenaltyAccount, received: PenaltyReceipts) -> PenaltyAccount:
        """The account with what the creditor gave up of it: by a note, by writing off booked
        penalties, by its policy once the invoice is paid. What comes in after a note is too
        much paid, for nothing is owed any more."""
        lost = account.left.paid_by(
            min(received.written_off[account.invoice, account.currency], account.left.total)
        )
        account = replace(account, waived=lost)
        if account.claims and (note := self._waiver(account.claims[0])):
            paid = account.paid
            if paid.total and note.date < self._on.day:
                then = self._on.of_client(account.client.account, note.date)
                before = PenaltyAccounts(then, waivers=False)
                paid = before.of(account.claims[0], account.currency).paid.within(paid)
            account = replace(account, paid=paid, waiver=note)
            return replace(account, waived=account.demanded - paid)
        dropped = self._on.policy.interest.remainder is RemainderRule.WAIVE
        if dropped and account.settled_on:
            return replace(account, waived=account.demanded - account.paid)
        return account

    # ------------------------------------------------------------ One claim

    def _interest(self, claim: Claim, day: date | None = None) -> Interest | None:
        """All its interest to the end of its last day; None when it bears none."""
        if not bears_interest(claim):
            return None
        if opened := self._on.stopped(claim):
            claim = at_opening(claim, opened.judgment)
        return accrue(self._on.debt(claim), self._end(claim, day), self._on.rates)

    def _accrued(self, claim: Claim, day: date | None = None) -> Decimal:
        interest = self._interest(claim, day)
        return interest.total if interest else ZERO

    def _end(self, claim: Claim, day: date | None = None) -> date:
        """The last day on which it bears interest: none on what is paid in the books, be it that
        imputation leaves some principal, none from the judgment or the waiver on."""
        ends = [day or self._on.day]
        if claim.balance <= 0 and claim.receipts:
            ends.append(max(receipt.date for receipt in claim.receipts))
        if opened := self._on.stopped(claim):
            ends.append(opened.judgment)
        if note := self._waiver(claim):
            ends.append(note.date)
        return min(ends)

    def _fee(self, sold: Sequence[Claim]) -> Decimal:
        if not sold:
            return ZERO
        on, settings = self._on, self._on.policy.interest
        note, opened = self._waiver(sold[0]), on.proceedings.get(sold[0].client.account)
        day = min(note.date, on.day) if note else on.day
        return settings.fee if owes_fee(sold, settings, opened, day) else ZERO

    def _waiver(self, claim: Claim) -> Note | None:
        return self._on.waiver(claim) if self._waivers else None
