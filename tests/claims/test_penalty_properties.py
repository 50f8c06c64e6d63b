"""What must always hold of penalty accounts, whatever is invoiced, paid, waived and demanded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.claims.claim import Claim
from relance.claims.history import key
from relance.claims.on_day import OnDay
from relance.claims.penalties import Penalties
from relance.decision.outcomes import Letter
from relance.decision.planner import make_plan
from relance.files.account import accounts
from relance.letters.payment import transfer
from relance.policy.settings import Policy
from relance.values.amounts import ZERO, Money, total
from relance.values.facts import Books, Client, Note
from relance.values.kinds import DebtorType, NoteSort
from relance.values.movement import Movement, PenaltyIncome
from relance.values.problem import Source
from whole.test_properties import recorded

pytestmark = pytest.mark.slow
START, WEEKS = date(2026, 3, 2), 26
HERE = Source("ledger/main.beancount", 1)
DURAND = Client(
    "Actifs:Clients:Durand",
    "Durand",
    HERE,
    address=("2 rue du Port", "69002 LYON"),
    emails=("a@b.example",),
    debtor=DebtorType.PROFESSIONAL,
)
FEW = settings(max_examples=25)  # each example runs half a year
HIGHEST = Decimal("12.40")  # percent, of the rates of 2026


def policy(rule: str, imputation: str) -> Policy:
    creditor = {
        "nom": "Essai",
        "adresse": "1 rue\n69001 LYON",
        "iban": "FR7630006000011234567890189",
    }
    interest = {"reliquat": rule, "imputation": imputation}
    return Policy.model_validate({"creancier": creditor, "penalites": interest})


POLICIES = [
    policy(rule, imputation)
    for rule in ("proposer", "relancer", "abandonner")
    for imputation in ("interets", "principal")
]


@st.composite
def books(draw: st.DrawFn) -> Books:
    """A client with one to three invoices and all that may come of them."""
    client = replace(DURAND, debtor=draw(st.sampled_from(list(DebtorType))))
    movements, notes, income = [], [], []
    for number in range(draw(st.integers(1, 3))):
        name, day = f"F{number}", START - timedelta(draw(st.integers(0, 40)))
        amount = Decimal(draw(st.integers(5_000, 900_000))) / 100
        due = day + timedelta(draw(st.integers(0, 30)))
        movements.append(Movement(day, client.account, amount, "EUR", HERE, (name,), own_due=due))
        for _ in range(draw(st.integers(0, 3))):
            part = draw(st.sampled_from([amount, amount / 2, Decimal(40), Decimal("55.29")]))
            movements.append(
                Movement(
                    date=_later(draw),
                    account=client.account,
                    number=-part.quantize(Decimal("0.01")),
                    currency="EUR",
                    source=HERE,
                    invoices=draw(st.sampled_from([(), (name,)])),
                )
            )
        if draw(st.integers(0, 2)) == 0:
            booked = Decimal(draw(st.integers(100, 9_000))) / 100
            movements.append(
                Movement(_later(draw), client.account, booked, "EUR", HERE, (name,), penalty=True)
            )
        if draw(st.integers(0, 2)) == 0:
            amount = Decimal(draw(st.integers(-1_000, 9_000))) / 100
            invoice = draw(st.sampled_from([None, name]))
            income.append(
                PenaltyIncome(_later(draw), client.account, invoice, Money(amount, "EUR"), HERE)
            )
        if draw(st.integers(0, 2)) == 0:
            sort = NoteSort.PENALTIES_WAIVED
            notes.append(Note(_later(draw), client.account, sort, "", HERE, (name,)))
    return Books(
        clients=(client,),
        movements=tuple(sorted(movements, key=lambda m: m.date)),
        notes=tuple(sorted(notes, key=lambda n: n.date)),
        penalty_income=tuple(income),
    )


def _later(draw: st.DrawFn) -> date:
    return START + timedelta(draw(st.integers(0, 7 * WEEKS)))


def run(known: Books, rules: Policy) -> list[tuple[OnDay, tuple[Letter, ...]]]:
    """Every week its plan, the letters issued and posted at once."""
    days = []
    for week in range(WEEKS):
        on = OnDay(rules, known, START + timedelta(7 * week))
        letters = make_plan(on).letters
        days.append((on, letters))
        issued = (recorded(letter, on.day) for letter in letters)
        known = replace(known, letters=(*known.letters, *issued))
    return [(replace(on, books=known, imputed=None), letters) for on, letters in days]


ANY = (books(), st.sampled_from(POLICIES))


@FEW
@given(*ANY)
def test_demanded_is_paid_waived_or_left(known: Books, rules: Policy) -> None:
    for on, _ in run(known, rules):
        for account in on.penalties.all():
            assert account.demanded == account.paid + account.waived + account.left
            for part in (account.demanded, account.paid, account.waived, account.left):
                assert part.within(Penalties()) == Penalties()
            assert account.demanded.within(account.accrued) == account.demanded
            assert account.balance + account.due.interest == account.principal + account.interest


@FEW
@given(*ANY)
def test_no_interest_on_interest(known: Books, rules: Policy) -> None:
    """Never more than the whole invoice, unpaid to the end, would bear."""
    for on, _ in run(known, rules):
        for claim in (claim for claim in on.claims if claim.due and not claim.penalty):
            days = max((on.day - claim.due).days, 0) if claim.due else 0
            most = claim.amount * HIGHEST * days / 36500
            assert on.penalties.of(claim).accrued.interest <= most + Decimal("0.10")


@FEW
@given(*ANY)
def test_a_waiver_is_never_undone(known: Books, rules: Policy) -> None:
    for on, letters in run(known, rules):
        waived = {name for n in on.books.notes if n.date <= on.day for name in n.invoices}
        lines = [line for letter in letters for line in letter.lines]
        for line in (line for line in lines if line.claim.invoice in waived):
            assert (line.interest, line.fee) == (None, ZERO)
        for account in on.penalties.all():
            if account.invoice in waived:
                assert account.left == Penalties()
        for debt in accounts(on, on.books.clients[0]):
            sued = (line for line in debt.due if line.claim.invoice in waived)
            assert all((line.accrued, line.fee) == (ZERO, ZERO) for line in sued)


@FEW
@given(*ANY)
def test_letter_code_register_court_file_and_account_say_one_sum(
    known: Books, rules: Policy
) -> None:
    for on, letters in run(known, rules):
        for letter in letters:
            order, issued = transfer(letter, rules.creditor), recorded(letter, on.day)
            assert order is not None
            assert order["montant"] == letter.total.number
            told = [(c.interest, c.fee) for c in issued.citations]
            assert total(i.number for i, _ in told if i) == letter.interest
            assert total(f.number for _, f in told if f) == letter.fee
            for line in (line for line in letter.demanded if line.interest):
                _ties(on, line.claim, line.claimed + line.interest.total if line.interest else ZERO)


def _ties(on: OnDay, claim: Claim, asked: Decimal) -> None:
    """What a letter asks of a claim, fee apart, is what its account and its court file say."""
    account = on.penalties.of(claim)
    if len(account.claims) == 1 and claim.balance > 0:
        assert account.principal + account.interest == asked
    sued = [line for debt in accounts(on, claim.client) for line in debt.due]
    for line in (line for line in sued if key(line.claim) == key(claim)):
        assert line.principal_left + line.interest_owed == asked
