"""Interest and fee: the examples of rule 7.9, then the rules one by one, then what always holds.

Every figure is amount × rate × days / 36500, half-up to the cent, done by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.claims.claim import Receipt
from relance.claims.interest import Debt, Interest, Unnoticed, accrue, floor, recovery_fee, was_late
from relance.claims.rates import Rates
from relance.values.kinds import CreditNotes, DebtorType, Imputation
from relance.values.terms import Rate

D = Decimal
PRO, PUBLIC = DebtorType.PROFESSIONAL, DebtorType.PUBLIC
CONSUMER, OTHER = DebtorType.CONSUMER, DebtorType.OTHER
FEE = D(40)
RATES = Rates.known()
TEN_PERCENT = Rate("fixed", D(10))


def day(text: str) -> date:
    return date.fromisoformat(text)


def debt(amount: str, due: str, *receipts: Receipt, debtor: DebtorType = PRO) -> Debt:
    return Debt(debtor, D(amount), day(due), receipts)


def paid(on: str, amount: str) -> Receipt:
    return Receipt(day(on), D(amount))


def credited(on: str, amount: str) -> Receipt:
    return Receipt(day(on), D(amount), credit_note=True)


def lines(interest: Interest) -> list[str]:
    """The segments as one would print them: days, principal, rate, amount."""
    return [f"{s.days} d {s.principal} at {s.rate} = {s.amount}" for s in interest.segments]


# Worked examples of rule 7.9, by number


def test_example_1_the_official_one() -> None:
    """2 000 at the legal rate of 3.11 % during 30 days."""
    rates = Rates.known(legal={date(2026, 7, 1): D("3.11")})
    owed = replace(debt("2000", "2026-06-01", debtor=CONSUMER), runs_from=day("2026-07-01"))
    assert accrue(owed, day("2026-07-31"), rates).total == D("5.11")


def test_example_2_two_half_years() -> None:
    owed = debt("10000", "2026-06-20")
    interest = accrue(owed, day("2026-07-10"), RATES)
    assert lines(interest) == ["10 d 10000 at 12.15 = 33.29", "10 d 10000 at 12.40 = 33.97"]
    assert interest.total == D("67.26")
    assert recovery_fee(owed, day("2026-07-10"), FEE) == FEE


def test_example_3_to_a_date() -> None:
    owed = debt("10000", "2026-04-30")
    interest = accrue(owed, day("2026-08-31"), RATES)
    assert lines(interest) == ["61 d 10000 at 12.15 = 203.05", "62 d 10000 at 12.40 = 210.63"]
    assert [(s.start, s.end) for s in interest.segments] == [
        (day("2026-05-01"), day("2026-06-30")),
        (day("2026-07-01"), day("2026-08-31")),
    ]
    assert interest.total == D("413.68")
    assert recovery_fee(owed, day("2026-08-31"), FEE) == FEE


def test_example_4_contract_rate_for_a_year() -> None:
    owed = replace(debt("10000", "2025-03-31"), agreed=TEN_PERCENT)
    interest = accrue(owed, day("2026-03-31"), RATES)
    assert lines(interest) == ["365 d 10000 at 10 = 1000.00"]  # one rate, so one segment


def test_example_5_partial_payment_on_principal() -> None:
    owed = replace(
        debt("10000", "2025-03-31", paid("2025-09-28", "4000")),
        agreed=TEN_PERCENT,
        imputation=Imputation.PRINCIPAL,
    )
    interest = accrue(owed, day("2026-03-31"), RATES)
    assert lines(interest) == ["181 d 10000 at 10 = 495.89", "184 d 6000 at 10 = 302.47"]
    assert (interest.principal_left, interest.total) == (D(6000), D("798.36"))
    assert interest.interest_owed == D("798.36")


def test_example_6_leap_year() -> None:
    owed = replace(debt("10000", "2023-12-31"), agreed=TEN_PERCENT)
    interest = accrue(owed, day("2024-12-31"), RATES)
    assert lines(interest) == ["366 d 10000 at 10 = 1002.74"]


def test_example_7_over_the_new_year() -> None:
    owed = debt("1200.00", "2024-12-15")
    interest = accrue(owed, day("2025-01-20"), RATES)
    assert [s.amount for s in interest.segments] == [D("7.50"), D("8.65")]
    assert interest.total + recovery_fee(owed, day("2025-01-20"), FEE) == D("56.15")


def test_example_8_one_day_in_the_new_half_year() -> None:
    interest = accrue(debt("1234.56", "2025-06-30"), day("2025-07-01"), RATES)
    assert lines(interest) == ["1 d 1234.56 at 12.15 = 0.41"]


def test_example_9_partial_payment_on_interest_first() -> None:
    owed = debt("10000", "2026-05-01", paid("2026-07-01", "4000"))
    interest = accrue(owed, day("2026-09-01"), RATES)
    assert lines(interest) == [
        "60 d 10000 at 12.15 = 199.73",
        "1 d 10000 at 12.40 = 3.40",  # the payment day counts, at the old principal
        "62 d 6203.13 at 12.40 = 130.66",
    ]
    assert interest.principal_left == D("6203.13")
    assert interest.interest_owed == D("130.66")
    assert interest.total - interest.interest_owed == D("203.13")


def test_example_10_a_public_body_keeps_its_first_rate() -> None:
    owed = debt("10000", "2026-05-31", debtor=PUBLIC)
    interest = accrue(owed, day("2026-09-30"), RATES)
    assert lines(interest) == ["122 d 10000 at 10.15 = 339.26"]
    assert recovery_fee(owed, day("2026-09-30"), FEE) == FEE


def test_example_11_a_private_person_after_the_formal_notice() -> None:
    owed = replace(debt("1500", "2026-06-30", debtor=CONSUMER), runs_from=day("2026-09-01"))
    interest = accrue(owed, day("2026-10-16"), RATES)
    assert lines(interest) == ["45 d 1500 at 2.75 = 5.09"]
    assert recovery_fee(owed, day("2026-10-16"), FEE) == 0


def test_example_12_paid_on_the_due_date() -> None:
    owed = debt("1000", "2026-06-20", paid("2026-06-20", "1000"))
    interest = accrue(owed, day("2026-09-20"), RATES)
    assert not interest.segments
    assert interest.total == 0
    assert recovery_fee(owed, day("2026-09-20"), FEE) == 0


@pytest.mark.parametrize(("rate", "days", "expected"), [("8", 20, "0.44"), ("10", 15, "0.41")])
def test_scenario_19(rate: str, days: int, expected: str) -> None:
    owed = replace(debt("100", "2026-08-01"), agreed=Rate("fixed", D(rate)))
    assert accrue(owed, owed.due + timedelta(days), RATES).total == D(expected)


# Rates


def test_the_rate_of_a_contract_is_read_again_when_it_follows_a_table() -> None:
    owed = replace(debt("10000", "2026-06-20"), agreed=Rate("ecb", D(12)))
    assert [s.rate for s in accrue(owed, day("2026-07-10"), RATES).segments] == [
        D("14.15"),
        D("14.40"),
    ]
    legal = replace(owed, agreed=Rate("legal", D(3)))
    assert [s.rate for s in accrue(legal, day("2026-07-10"), RATES).segments] == [
        D("7.86"),
        D("8.25"),
    ]


def test_a_public_bodys_agreed_rate_stays_too() -> None:
    owed = replace(debt("10000", "2026-06-20", debtor=PUBLIC), agreed=Rate("ecb", D(12)))
    assert [s.rate for s in accrue(owed, day("2026-07-10"), RATES).segments] == [D("14.15")]


def test_a_public_bodys_rate_is_that_of_the_first_day_of_interest() -> None:
    owed = debt("10000", "2026-06-30", debtor=PUBLIC)
    assert accrue(owed, day("2026-07-10"), RATES).segments[0].rate == D("10.40")


def test_half_years_of_one_rate_make_one_segment() -> None:
    """The second half of 2025 and the first of 2026 both bear 12.15 %."""
    assert lines(accrue(debt("1000", "2025-12-21"), day("2026-01-20"), RATES)) == [
        "30 d 1000 at 12.15 = 9.99"
    ]


def test_an_other_debtor_reads_the_legal_rate_again() -> None:
    owed = replace(debt("10000", "2026-05-01", debtor=OTHER), runs_from=day("2026-06-20"))
    assert lines(accrue(owed, day("2026-07-10"), RATES)) == [
        "10 d 10000 at 2.62 = 7.18",
        "10 d 10000 at 2.75 = 7.53",
    ]


def test_a_contract_rate_means_nothing_against_a_private_person() -> None:
    owed = replace(
        debt("1500", "2026-06-30", debtor=CONSUMER),
        runs_from=day("2026-09-01"),
        agreed=TEN_PERCENT,
    )
    assert accrue(owed, day("2026-10-16"), RATES).total == D("5.09")


@pytest.mark.parametrize("debtor", [CONSUMER, OTHER])
def test_without_formal_notice_nothing_runs_against_a_private_person(debtor: DebtorType) -> None:
    owed = debt("1500", "2025-06-30", paid("2025-08-01", "500"), debtor=debtor)
    interest = accrue(owed, day("2026-10-16"), RATES)
    assert not interest.segments
    assert (interest.total, interest.unknown_from) == (D(0), None)
    assert (interest.principal_left, interest.until) == (D(1000), day("2026-10-16"))


def test_a_formal_notice_does_not_move_a_professionals_start() -> None:
    owed = replace(debt("10000", "2026-06-20"), runs_from=day("2026-08-01"))
    assert accrue(owed, day("2026-07-10"), RATES).total == D("67.26")


def test_a_formal_notice_before_the_due_date_waits_for_it() -> None:
    owed = replace(debt("10000", "2026-07-10", debtor=CONSUMER), runs_from=day("2026-06-01"))
    assert lines(accrue(owed, day("2026-07-20"), RATES)) == ["10 d 10000 at 2.75 = 7.53"]


# Unknown half-years


def test_interest_stops_at_the_last_known_day() -> None:
    interest = accrue(debt("10000", "2026-12-21"), day("2027-01-31"), RATES)
    assert lines(interest) == ["10 d 10000 at 12.40 = 33.97"]
    assert interest.until == day("2026-12-31")
    assert interest.unknown_from == day("2027-01-01")


def test_the_policy_gives_the_missing_rate() -> None:
    rates = Rates.known(ecb={day("2027-01-01"): D("2.65")})
    interest = accrue(debt("10000", "2026-12-21"), day("2027-01-10"), rates)
    assert lines(interest)[1] == "10 d 10000 at 12.65 = 34.66"
    assert (interest.until, interest.unknown_from) == (day("2027-01-10"), None)


def test_a_payment_after_the_last_known_day_still_counts() -> None:
    owed = debt("10000", "2026-12-21", paid("2027-01-15", "4000"))
    interest = accrue(owed, day("2027-01-31"), RATES)
    assert interest.total == D("33.97")
    assert (interest.interest_owed, interest.principal_left) == (D(0), D("6033.97"))


def test_due_inside_an_unknown_half_year() -> None:
    interest = accrue(debt("10000", "2027-01-20"), day("2027-02-10"), RATES)
    assert interest.segments == ()
    assert (interest.until, interest.unknown_from) == (day("2027-01-20"), day("2027-01-01"))


@pytest.mark.parametrize(
    "owed",
    [
        replace(debt("10000", "2026-12-21"), agreed=TEN_PERCENT),
        debt("10000", "2026-12-21", debtor=PUBLIC),  # its rate was fixed in 2026
        debt("10000", "2026-12-01", paid("2026-12-01", "10000")),
    ],
    ids=["contract", "public", "nothing left"],
)
def test_never_unknown(owed: Debt) -> None:
    interest = accrue(owed, day("2027-01-31"), RATES)
    assert (interest.until, interest.unknown_from) == (day("2027-01-31"), None)


def test_before_the_legal_table_nothing_is_guessed() -> None:
    owed = replace(debt("1500", "2008-06-30", debtor=CONSUMER), runs_from=day("2008-09-01"))
    interest = accrue(owed, day("2009-06-30"), RATES)
    assert (interest.total, interest.until) == (D(0), day("2008-09-01"))
    assert interest.unknown_from == day("2008-07-01")


# What comes in


@pytest.mark.parametrize("until", ["2026-06-01", "2026-06-20"])
def test_not_late_yet(until: str) -> None:
    owed = debt("10000", "2026-06-20", paid("2026-05-01", "4000"))
    interest = accrue(owed, day(until), RATES)
    assert not interest.segments
    assert (interest.total, interest.until) == (D(0), day(until))
    assert interest.principal_left == D(6000)


def test_a_receipt_before_the_due_date_bears_no_interest() -> None:
    owed = debt("10000", "2026-06-20", paid("2026-06-20", "4000"))
    assert lines(accrue(owed, day("2026-06-30"), RATES)) == ["10 d 6000 at 12.15 = 19.97"]


def test_what_comes_in_later_does_not_count_yet() -> None:
    owed = debt("10000", "2026-06-20", paid("2026-07-11", "10000"), credited("2026-07-12", "1"))
    interest = accrue(owed, day("2026-07-10"), RATES)
    assert (interest.total, interest.principal_left) == (D("67.26"), D(10000))


def test_a_payment_smaller_than_the_interest_leaves_the_segment_whole() -> None:
    owed = debt("10000", "2026-07-01", paid("2026-07-11", "20"))
    interest = accrue(owed, day("2026-07-21"), RATES)
    assert lines(interest) == ["20 d 10000 at 12.40 = 67.95"]  # not 33.97 + 33.97
    assert (interest.principal_left, interest.interest_owed) == (D(10000), D("47.95"))


def test_principal_paid_leaves_the_interest_owed() -> None:
    """Scenario 20: what accrued stays visible."""
    owed = replace(
        debt("10000", "2026-06-20", paid("2026-07-10", "10000")), imputation=Imputation.PRINCIPAL
    )
    interest = accrue(owed, day("2026-11-21"), RATES)
    assert (interest.principal_left, interest.interest_owed) == (D(0), D("67.26"))
    assert interest.total == D("67.26")


def test_several_receipts_on_one_day_count_together() -> None:
    apart = debt("10000", "2026-05-01", paid("2026-07-01", "1500"), paid("2026-07-01", "2500"))
    together = debt("10000", "2026-05-01", paid("2026-07-01", "4000"))
    until = day("2026-09-01")
    assert accrue(apart, until, RATES) == accrue(together, until, RATES)


def test_receipts_in_any_order() -> None:
    early, late = paid("2026-05-11", "1000"), paid("2026-06-11", "2000")
    until = day("2026-09-01")
    assert accrue(debt("10000", "2026-05-01", late, early), until, RATES) == accrue(
        debt("10000", "2026-05-01", early, late), until, RATES
    )


def test_a_credit_note_counts_from_the_start_by_default() -> None:
    owed = debt("10000", "2026-06-20", credited("2026-07-05", "4000"))
    assert lines(accrue(owed, day("2026-07-10"), RATES)) == [
        "10 d 6000 at 12.15 = 19.97",
        "10 d 6000 at 12.40 = 20.38",
    ]


@pytest.mark.parametrize("imputation", Imputation)
def test_a_commercial_gesture_counts_from_its_date_and_pays_no_interest(
    imputation: Imputation,
) -> None:
    owed = replace(
        debt("10000", "2026-06-30", credited("2026-07-10", "4000")),
        credit_notes=CreditNotes.OWN_DATE,
        imputation=imputation,
    )
    interest = accrue(owed, day("2026-07-20"), RATES)
    assert lines(interest) == ["10 d 10000 at 12.40 = 33.97", "10 d 6000 at 12.40 = 20.38"]
    assert (interest.principal_left, interest.interest_owed) == (D(6000), D("54.35"))


def test_a_credit_note_from_the_start_makes_an_earlier_payment_enough() -> None:
    owed = debt("1000", "2026-06-20", paid("2026-06-15", "800"), credited("2026-08-01", "200"))
    assert accrue(owed, day("2026-09-20"), RATES).total == 0
    assert not was_late(owed, day("2026-09-20"))


@pytest.mark.parametrize("imputation", Imputation)
def test_a_payment_of_all_that_is_owed_settles_both(imputation: Imputation) -> None:
    owed = replace(
        debt("10000", "2026-06-20", paid("2026-07-10", "10067.26")), imputation=imputation
    )
    interest = accrue(owed, day("2026-11-21"), RATES)
    assert (interest.principal_left, interest.interest_owed) == (D(0), D(0))
    assert interest.total == D("67.26")


def test_on_one_day_the_credit_note_comes_first() -> None:
    """So that the payment's rest reaches the interest: 0.34 had accrued."""
    owed = replace(
        debt("100", "2026-06-30", paid("2026-07-10", "60"), credited("2026-07-10", "50")),
        imputation=Imputation.PRINCIPAL,
        credit_notes=CreditNotes.OWN_DATE,
    )
    interest = accrue(owed, day("2026-07-20"), RATES)
    assert (interest.total, interest.interest_owed) == (D("0.34"), D(0))


@pytest.mark.parametrize("credit_notes", CreditNotes)
@pytest.mark.parametrize("imputation", Imputation)
def test_a_surplus_never_makes_anything_negative(
    imputation: Imputation, credit_notes: CreditNotes
) -> None:
    receipts = credited("2026-07-10", "150"), paid("2026-07-10", "90"), paid("2026-08-01", "90")
    owed = replace(
        debt("100", "2026-06-20", *receipts), imputation=imputation, credit_notes=credit_notes
    )
    interest = accrue(owed, day("2026-09-01"), RATES)
    assert (interest.principal_left, interest.interest_owed) == (D(0), D(0))


# The fee and the floor


@pytest.mark.parametrize(
    ("debtor", "receipts", "until", "late", "fee"),
    [
        (PRO, (), "2026-06-20", False, 0),
        (PRO, (), "2026-06-21", True, 40),
        (PUBLIC, (), "2026-06-21", True, 40),
        (CONSUMER, (), "2026-06-21", True, 0),
        (OTHER, (), "2026-06-21", True, 0),
        (PRO, (paid("2026-06-20", "100"),), "2026-09-01", False, 0),
        (PRO, (paid("2026-06-21", "100"),), "2026-09-01", True, 40),
        (PRO, (paid("2026-06-20", "99.99"),), "2026-09-01", True, 40),
        (PRO, (credited("2026-08-01", "100"),), "2026-09-01", False, 0),
        (PRO, (credited("2026-08-01", "100"),), "2026-07-01", True, 40),
    ],
)
def test_the_fee_is_for_what_was_late(
    debtor: DebtorType, receipts: tuple[Receipt, ...], until: str, late: bool, fee: int
) -> None:
    owed = debt("100", "2026-06-20", *receipts, debtor=debtor)
    assert was_late(owed, day(until)) is late
    assert recovery_fee(owed, day(until), FEE) == fee


def test_a_commercial_gesture_after_the_due_date_was_late() -> None:
    owed = replace(
        debt("100", "2026-06-20", credited("2026-08-01", "100")),
        credit_notes=CreditNotes.OWN_DATE,
    )
    assert was_late(owed, day("2026-09-01"))


@pytest.mark.parametrize(
    ("debtor", "agreed", "due", "expected"),
    [
        (PRO, "8.24", "2026-08-01", "8.25"),  # 3 × 2.75
        (PRO, "8.25", "2026-08-01", None),
        (PRO, "8.00", "2026-06-29", None),  # 3 × 2.62 on 30 June
        (PRO, "8.00", "2026-06-30", "8.25"),  # interest starts on 1 July
        (PRO, "2 x taux legal", "2026-08-01", "8.25"),
        (PRO, "bce + 10", "2024-02-01", "15.21"),  # the contract repeats the law's 14.50
        (PRO, None, "2024-02-01", None),  # the law's own rate is never raised
        (PRO, "1", "2027-02-01", None),  # no rate published to compare with
        (PUBLIC, "1", "2026-08-01", None),
        (CONSUMER, "1", "2026-08-01", None),
    ],
)
def test_the_floor_of_a_contract_rate(
    debtor: DebtorType, agreed: str | None, due: str, expected: str | None
) -> None:
    rate = Rate.parse(agreed) if agreed else None
    owed = replace(debt("100", due, debtor=debtor), agreed=rate)
    assert floor(owed, RATES) == (expected and D(expected))


# What always holds

CENTS = st.integers(1, 500_000).map(lambda n: D(n) / 100)
DAYS = st.dates(date(2022, 1, 1), date(2027, 3, 31))


@st.composite
def debts(draw: st.DrawFn) -> Debt:
    """Any debt on which no more came in than its amount: the precondition of the invariant."""
    receipts = draw(st.lists(st.builds(Receipt, DAYS, CENTS, st.booleans()), max_size=5))
    return Debt(
        debtor=draw(st.sampled_from(DebtorType)),
        amount=sum((r.amount for r in receipts), D(0)) + draw(st.just(D(0)) | CENTS),
        due=draw(DAYS),
        receipts=tuple(receipts),
        runs_from=draw(st.none() | DAYS),
        agreed=draw(st.sampled_from([None, TEN_PERCENT, Rate("ecb", D(12)), Rate("legal", D(3))])),
        imputation=draw(st.sampled_from(Imputation)),
        credit_notes=draw(st.sampled_from(CreditNotes)),
    )


@pytest.mark.slow
@given(debts(), DAYS)
def test_nothing_is_lost_between_principal_and_interest(owed: Debt, until: date) -> None:
    interest = accrue(owed, until, RATES)
    balance = owed.amount - sum(r.amount for r in owed.receipts if r.date <= until)
    assert balance + interest.total == interest.principal_left + interest.interest_owed
    assert min(interest.principal_left, interest.interest_owed) >= 0


@pytest.mark.slow
@given(debts(), DAYS)
def test_segments_are_as_few_as_the_rule_allows_and_leave_no_gap(owed: Debt, until: date) -> None:
    interest = accrue(owed, until, RATES)
    for before, after in pairwise(interest.segments):
        assert after.start == before.end + timedelta(1)
        assert (before.rate, before.principal) != (after.rate, after.principal)
    for segment in interest.segments:
        assert owed.due < segment.start <= segment.end <= interest.until <= until
        assert segment.days == (segment.end - segment.start).days + 1
        assert segment.principal > 0
    assert interest.total == sum(s.amount for s in interest.segments)


@pytest.mark.slow
@given(debts(), DAYS, st.integers(1, 400))
def test_interest_accrued_is_never_taken_back_by_time(owed: Debt, until: date, more: int) -> None:
    """True of what was in the books: a credit note written later may lower it from the start."""
    owed = replace(owed, receipts=owed.known(until))
    later = accrue(owed, until + timedelta(more), RATES)
    assert later.total >= accrue(owed, until, RATES).total


def test_what_no_notice_demanded_bears_nothing_until_one_does() -> None:
    """10 000 of which 4 000 were demanded: 21 days of them, then 24 of all, at 2.75 %."""
    owed = replace(debt("10000", "2026-06-30", debtor=CONSUMER), runs_from=day("2026-08-03"))
    half = replace(owed, unnoticed=(Unnoticed(D(6000), day("2026-08-24")),))
    assert lines(accrue(half, day("2026-09-17"), RATES)) == [
        "21 d 4000 at 2.75 = 6.33",
        "24 d 10000 at 2.75 = 18.08",
    ]
    never = accrue(replace(owed, unnoticed=(Unnoticed(D(6000)),)), day("2026-09-17"), RATES)
    assert lines(never) == ["45 d 4000 at 2.75 = 13.56"]
    assert never.principal_left == D(10000)


def test_a_payment_beyond_what_was_demanded_pays_the_rest() -> None:
    """5 000 after 21 days: 6.33 of interest, the 4 000, and 993.67 of the 6 000 left silent."""
    owed = replace(
        debt("10000", "2026-06-30", paid("2026-08-24", "5000"), debtor=CONSUMER),
        runs_from=day("2026-08-03"),
        unnoticed=(Unnoticed(D(6000)),),
    )
    found = accrue(owed, day("2026-09-17"), RATES)
    assert (found.total, found.principal_left) == (D("6.33"), D("5006.33"))
