"""Money that came in and that nobody is known to have paid: the claims it may pay wait (rule
6.27)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.reconciliation.hints import Hints
from relance.text.locales import money, short_date
from relance.values.amounts import total
from relance.values.bank_drafts import BankDraft
from relance.values.facts import Client


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An entry of the bank that waits for a person; `client` is whose account it waits on."""

    draft: BankDraft
    client: Client | None

    @property
    def who(self) -> str:
        """Who paid, as far as anybody knows."""
        return self.client.label if self.client else self.draft.payer


def unsettled(on: OnDay) -> tuple[Unsettled, ...]:
    """What the bank says and nobody has settled by that day, the oldest first."""
    return tuple(
        Unsettled(draft, None if draft.suspense else on.clients.get(draft.account))
        for draft in on.books.unsettled
        if draft.waits(on.day)
    )


class Unassigned:
    """The money of nobody on a day, by all that tells which claims it may pay."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        drafts = [
            draft
            for draft in on.books.unsettled
            if draft.suspense and draft.amount.number > 0 and draft.waits(on.day)
        ]
        self._by_amount: dict[tuple[str, Decimal], list[BankDraft]] = defaultdict(list)
        for draft in drafts:
            self._by_amount[draft.amount.currency, draft.amount.number].append(draft)
        self._drafts = drafts

    def of(self, claim: Claim) -> BankDraft | None:
        """The oldest of it that may pay the claim: what is open of it, of its invoice or of all
        that its client owes, what a letter demanded; or quoting it, or coming from its client."""
        if not self._drafts:
            return None
        account = claim.client.account
        hinted = (self._hinted.get(key, ()) for key in (account, (account, claim.invoice)))
        may_pay = [*self._equal(claim), *chain(*hinted)]
        able = (draft for draft in may_pay if self._is_able(draft, claim))
        return min(able, key=lambda draft: (draft.date, draft.source), default=None)

    def _is_able(self, draft: BankDraft, claim: Claim) -> bool:
        return draft.amount.currency == claim.currency and draft.date >= claim.invoiced

    def _equal(self, claim: Claim) -> Iterator[BankDraft]:
        account, currency = claim.client.account, claim.currency
        invoice = (
            instalment
            for instalment in self._on.instalments(claim)
            if instalment.currency == currency
        )
        sums = {
            claim.balance,
            claim.balance - self._on.disputed(claim),
            total(instalment.balance for instalment in invoice),
            self._owed[account, currency],
            *self._demanded.get((account, currency), ()),
        }
        for amount in sums:
            yield from self._by_amount.get((currency, amount), ())

    @cached_property
    def _owed(self) -> dict[tuple[str, str], Decimal]:
        """All that each client owes in each currency."""
        owed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for claim in self._on.open:
            owed[claim.client.account, claim.currency] += claim.balance
        return owed

    @cached_property
    def _demanded(self) -> dict[tuple[str, str], set[Decimal]]:
        """The totals of the letters to each client that some of the money has."""
        demanded: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
        for letter in self._on.letters:
            if letter.total and (letter.total.currency, letter.total.number) in self._by_amount:
                demanded[letter.account, letter.total.currency].add(letter.total.number)
        return demanded

    @cached_property
    def _hinted(self) -> dict[object, list[BankDraft]]:
        """The money that seems to come from a client, by account, or quotes one of his invoices,
        by account and number."""
        hints, hinted = Hints(self._on), defaultdict[object, list[BankDraft]](list)
        for draft in self._drafts:
            for key in (*hints.payers(draft), *hints.invoices(draft)):
                hinted[key].append(draft)
        return hinted


def told(draft: BankDraft) -> str:
    """Why a claim waits for it."""
    amount = money(draft.amount.number, draft.amount.currency)
    received = f"{amount} reçus le {short_date(draft.date)}"
    return f"{received} sans que l'on sache de qui ({draft.source}) : relance rapprocher"
