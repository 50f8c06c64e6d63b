"""A company's books at the end of a day: the value that every decision and figure starts from.

What is asked for is worked out once, and nothing else. It stands above the books and is never
stored: a cache and a second process know plain facts only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from relance.claims.claim import Claim, Overpayment, Receivables, grouped
from relance.claims.client_notes import ClientNotes, Disputes
from relance.claims.costs import bears_interest, debt_of
from relance.claims.demanded import Demands
from relance.claims.history import History
from relance.claims.insolvency import Proceedings, all_proceedings
from relance.claims.interest import Debt
from relance.claims.limitation import Limitation, acknowledgements, limitation
from relance.claims.payment_plans import PaymentPlans, Standing, State
from relance.claims.penalty_reckoning import PenaltyAccounts
from relance.claims.profile import ClientProfile, Relation, judge
from relance.claims.promises import Promises
from relance.claims.rates import Rates
from relance.claims.receivables import receivables
from relance.claims.takeover import Takeover, succeeded
from relance.policy.settings import Policy
from relance.values.amounts import ZERO
from relance.values.facts import Books, Client, Note
from relance.values.issued import IssuedLetter, PendingLetter
from relance.values.kinds import NoteSort
from relance.values.movement import Movement, PenaltyIncome
from relance.values.register import as_of


@dataclass(frozen=True, eq=False)
class OnDay:
    """What a company's books say at the end of `day`; what they hold from later days is not
    known yet.

    `pending` are letters on branches that nobody merged yet. `announced` are credits dated later
    that are known all the same (`foreseeing`). `imputed` is what is open, when it
    is known already, and must be what `receivables` would find.
    """

    policy: Policy
    books: Books
    day: date
    pending: tuple[PendingLetter, ...] = ()
    imputed: Receivables | None = None
    announced: tuple[Movement, ...] = ()

    def __post_init__(self) -> None:
        """An account that succeeded another by that day has its past."""
        if takeover := Takeover.by(self.books.successions, self.day):
            books = succeeded(self.books, self.policy.terms, self.day)
            object.__setattr__(self, "books", books)
            object.__setattr__(self, "pending", takeover.pending(self.pending))

    def foreseeing(self) -> OnDay:
        """The same as a run of that very day sees it: money that the books have under a later
        date holds what it may pay (rule 3.24). A day of the past is replayed without."""
        later = (m for m in self.books.movements if m.date > self.day and m.number < 0)
        return replace(self, announced=tuple(m for m in later if not m.draft))

    def as_runs_saw(self) -> tuple[OnDay, ...]:
        """What a run of that day may have seen: it may also have been made later."""
        foreseen = self.foreseeing()
        return (foreseen, self) if foreseen.announced else (self,)

    def awaiting(self, pending: Iterable[PendingLetter]) -> OnDay:
        """The same with these letters pending."""
        return replace(self, pending=tuple(pending), imputed=self.receivables)

    # ------------------------------------------------------------ What is open

    @cached_property
    def receivables(self) -> Receivables:
        """Everything ever owed, settled or not, and what was paid beyond it."""
        return self.imputed or receivables(self.books, self.policy.terms, self.day)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim, settled ones included."""
        return self.receivables.claims

    @cached_property
    def open(self) -> tuple[Claim, ...]:
        """The claims on which something is open."""
        return tuple(claim for claim in self.claims if claim.balance > 0)

    def ceded(self, claim: Claim) -> bool:
        """Whether somebody else collects it (rule 16.6)."""
        return self.notes.ceded(claim) is not None

    @cached_property
    def ours(self) -> tuple[Claim, ...]:
        """The open claims whose money comes to the firm: not those that it ceded."""
        return tuple(claim for claim in self.open if not self.ceded(claim))

    def ours_of(self, account: str) -> Sequence[Claim]:
        """The claims of one client, settled ones included, but for those that were ceded."""
        return tuple(claim for claim in self.claims_of(account) if not self.ceded(claim))

    def claims_of(self, account: str) -> Sequence[Claim]:
        """The claims of one client."""
        return self.receivables.by_client.get(account, ())

    def instalments(self, claim: Claim) -> Sequence[Claim]:
        """Every claim of the same invoice of the client, in all currencies, itself included."""
        return self.receivables.by_invoice.get((claim.client.account, claim.invoice), ())

    def claims_in(self, currency: str) -> Sequence[Claim]:
        """The claims in one currency."""
        return self.receivables.by_currency.get(currency, ())

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of everything that was ever owed or overpaid."""
        overpaid = {over.currency for over in self.receivables.overpayments}
        return tuple(sorted(self.receivables.by_currency.keys() | overpaid))

    def overpaid(self, account: str) -> Sequence[Overpayment]:
        """What a client paid beyond all its claims, by currency."""
        return self.receivables.overpaid.get(account, ())

    def late(self, claim: Claim) -> bool:
        """Whether its due date is past: on that very day it is not late yet."""
        return claim.late_on(self.day)

    # ------------------------------------------------------------ What was said

    @cached_property
    def notes(self) -> ClientNotes:
        """The follow-up notes by client."""
        return ClientNotes(self.books.notes, self.day)

    @cached_property
    def disputes(self) -> Disputes:
        """What is disputed of each open claim."""
        return Disputes(self.claims, self.notes)

    def disputed(self, claim: Claim) -> Decimal:
        """The part of the balance that is disputed."""
        return self.disputes.part(claim)

    @cached_property
    def promises(self) -> Promises:
        """The promises to pay, judged."""
        return Promises(self.claims, self.books.notes, self.policy, self.day)

    @cached_property
    def payment_plans(self) -> PaymentPlans:
        """The payment plans and where they stand."""
        return PaymentPlans(self.claims, self.books.notes, self.policy, self.day)

    def running_plan(self, claim: Claim) -> State | None:
        """The payment plan in good standing that covers the claim."""
        state = self.payment_plans.of(claim)
        return state if state and state.standing is Standing.RUNNING else None

    @cached_property
    def proceedings(self) -> Mapping[str, Proceedings]:
        """The insolvency proceedings known, by account of the client: they concern the whole
        client, whatever invoice their note names."""
        return all_proceedings(self.books.notes, self.day)

    def stopped(self, claim: Claim) -> Proceedings | None:
        """The proceedings that forbid to pay the claim (C. com. L622-7), if any."""
        opened = self.proceedings.get(claim.client.account)
        return opened if opened and opened.stops(claim) else None

    # ------------------------------------------------------------ What was issued

    @cached_property
    def letters(self) -> tuple[IssuedLetter, ...]:
        """The register as it stood."""
        return as_of(self.books.letters, self.day)

    def letters_of(self, account: str) -> Sequence[IssuedLetter]:
        """The letters to one client, cancelled ones included."""
        return self._letters_by_client.get(account, ())

    @cached_property
    def _letters_by_client(self) -> Mapping[str, Sequence[IssuedLetter]]:
        return grouped(self.letters, lambda letter: letter.account)

    @cached_property
    def history(self) -> History:
        """What the register and the branches say of each claim."""
        return History(self.letters, self.pending, self.policy, self.day)

    @cached_property
    def demands(self) -> Demands:
        """What formal notices demanded of each claim."""
        return Demands(self.history, self.books, self.claims_of)

    @cached_property
    def penalties(self) -> PenaltyAccounts:
        """What each invoice owes for its lateness, beside its balance."""
        return PenaltyAccounts(self)

    def waiver(self, claim: Claim) -> Note | None:
        """The note that gave up the penalties of the claim's invoice, once for all: the first."""
        if claim.client.account not in self.notes:
            return None
        return next(iter(self.notes.about(claim, NoteSort.PENALTIES_WAIVED)), None)

    def penalty_income(self, account: str) -> Iterator[PenaltyIncome]:
        """What was booked as income from a client's penalties without passing by its account."""
        return (x for x in self.books.penalty_income if x.account == account and x.date <= self.day)

    def of_client(self, account: str, day: date) -> OnDay:
        """The books of one client at the end of another day."""
        books = replace(
            self.books,
            movements=tuple(m for m in self.books.movements if m.account == account),
            letters=tuple(x for x in self.books.letters if x.account == account),
        )
        return OnDay(self.policy, books, day)

    def undemanded(self, claim: Claim) -> Decimal:
        """What of the undisputed balance no formal notice demanded, once one demanded the rest;
        nothing within the tolerance."""
        missing = self.demands.missing(claim, claim.balance - self.disputed(claim))
        return missing if missing > self.policy.tolerance_for(claim.currency) else ZERO

    # ------------------------------------------------------------ Who the clients are

    @cached_property
    def clients(self) -> Mapping[str, Client]:
        """The clients of the books and whoever else owes, by account in order."""
        clients = {client.account: client for client in self.books.clients}
        for claim in self.claims:
            clients.setdefault(claim.client.account, claim.client)
        return dict(sorted(clients.items()))

    @cached_property
    def profiles(self) -> Mapping[str, ClientProfile]:
        """What kind of payer each client is, by account."""
        return {
            account: judge(Relation.on(self, client), self.policy, self.day)
            for account, client in self.clients.items()
        }

    # ------------------------------------------------------------ What the law makes of it

    @cached_property
    def rates(self) -> Rates:
        """The interest rates known, those of the policy included."""
        return Rates.known(self.policy.interest.ecb, self.policy.interest.legal)

    def bears_interest(self, claim: Claim) -> bool:
        """Whether its lateness costs anything that was not given up."""
        return bears_interest(claim) and not self.waiver(claim)

    def debt(self, claim: Claim) -> Debt:
        """The whole claim, which bears interest, as a debt."""
        debt = debt_of(claim, self.policy.interest, self.history.notice_in_effect(claim))
        if debt.debtor.commercial:
            return debt
        return replace(debt, unnoticed=self.demands.unnoticed(claim))

    def acknowledgements(self, claim: Claim) -> tuple[date, ...]:
        """The days on which the debtor is known to have acknowledged the claim."""
        account = claim.client.account
        return acknowledgements(claim, self.notes.of(account), self.letters_of(account))

    def limitation(self, claim: Claim) -> Limitation:
        """The last day to go to court about the claim, every known act counted."""
        return limitation(claim, self.acknowledgements(claim))
