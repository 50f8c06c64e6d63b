"""What letters and calls bring, and what happens without them, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relance.claims.on_day import OnDay
from relance.report import Measures, Period, measure
from relance.report.recovery import Recovery
from relance.values.issued import IssuedLetter
from report.test_figures import credit_note, invoice, note, payment, told
from story import (
    EVERY_DAY,
    Story,
    cancelled,
    company,
    issue,
    past_letter,
    posted,
    put_into_register,
)

DAY = "2026-07-01"
# Three invoices of 100 due on 1 March.
THREE = "".join(invoice(f"F{n}", "2026-02-01", "100.00", "2026-03-01") for n in (1, 2, 3))


def measures(story: Story, day: str = DAY) -> Measures:
    (own,) = measure(OnDay(story.policy, story.books, date.fromisoformat(day))).currencies
    return own


def made(folder: Path, ledger: str, *letters: IssuedLetter, policy: str = EVERY_DAY) -> Story:
    story = company(folder, ledger, policy)
    for day in sorted({letter.date for letter in letters}):
        own = [letter for letter in letters if letter.date == day]
        put_into_register(story, day.isoformat(), own)
    return story


def named(found: tuple[Recovery, ...]) -> dict[str, Recovery]:
    return {each.name: each for each in found}


def shares(recovery: Recovery) -> list[tuple[int, str]]:
    """Of each horizon the actions counted and the share in percent."""
    return [
        (h.count, "–" if h.share is None else f"{100 * h.share:.0f}") for h in recovery.horizons
    ]


FIRST = past_letter("R20260310-01", "relance-1", "F1", "F2", "F3")
SECOND = past_letter("R20260320-01", "relance-2", "F2", "F3", rank=2)
PAYMENTS = (
    payment("F1", "2026-03-17", "100.00")  # 7 days after the first letter
    + payment("F2", "2026-03-20", "30.00")  # 10 days after it: the day of the second is its own
    + payment("F2", "2026-03-28", "70.00")  # 8 days after the second
)


def test_what_each_step_recovers(tmp_path: Path) -> None:
    own = measures(made(tmp_path, THREE + PAYMENTS, FIRST, SECOND))
    found = named(own.recoveries.by_step)
    assert list(found) == ["relance-1", "relance-2"]
    first, second = found.values()
    assert told(first.count, first.asked, first.paid, first.median_days) == (3, 300, 130, 8.5)
    # 100 of 300 in 7 days, 130 in 15 and 30
    assert shares(first) == [(3, "33"), (3, "43"), (3, "43")]
    # The second asked 100 and 100, as its register says; 70 came, after 8 days.
    assert told(second.count, second.asked, second.paid, second.median_days) == (2, 200, 70, 8)
    assert shares(second) == [(2, "0"), (2, "35"), (2, "35")]


def test_a_payment_is_never_counted_twice(tmp_path: Path) -> None:
    own = measures(made(tmp_path, THREE + PAYMENTS, FIRST, SECOND))
    for found in (own.recoveries.by_step, own.recoveries.by_channel, own.recoveries.by_profile):
        assert sum(each.paid for each in found) == 200


def test_young_letters_cannot_tell_yet(tmp_path: Path) -> None:
    own = measures(made(tmp_path, THREE + PAYMENTS, FIRST, SECOND), "2026-03-28")
    # On 28 March the first letter is 18 days old, the second 8.
    found = named(own.recoveries.by_step)
    assert shares(found["relance-1"]) == [(3, "33"), (3, "43"), (0, "–")]
    assert shares(found["relance-2"]) == [(2, "0"), (0, "–"), (0, "–")]


def test_a_payment_beyond_what_was_asked_is_not_recovered(tmp_path: Path) -> None:
    letter = replace(
        FIRST,
        citations=tuple(
            replace(c, balance=replace(c.balance, number=Decimal(40))) for c in FIRST.citations[:1]
        ),
    )
    own = measures(made(tmp_path, THREE + payment("F1", "2026-03-12", "100.00"), letter))
    (found,) = own.recoveries.by_step
    assert told(found.asked, found.paid) == (40, 40)


def test_a_credit_note_is_no_recovery(tmp_path: Path) -> None:
    own = measures(made(tmp_path, THREE + credit_note("F1", "2026-03-12", "100.00"), FIRST))
    (found,) = own.recoveries.by_step
    assert told(found.paid, found.median_days) == (0, None)


def test_a_letter_counts_from_the_day_it_left_and_by_the_channel_it_took(tmp_path: Path) -> None:
    story = made(tmp_path, THREE + PAYMENTS, FIRST)
    posted(story, "R20260310-01", "2026-03-16")
    (found,) = measures(story).recoveries.by_step
    # One day after the dispatch, then 4 and 12
    assert told(found.median_days, shares(found)[0]) == (4, (3, "43"))


def test_a_cancelled_letter_and_a_notice_never_posted_count_for_nothing(tmp_path: Path) -> None:
    notice = past_letter("R20260401-01", "mise-en-demeure", "F3")
    story = made(tmp_path, THREE + PAYMENTS, FIRST, notice)
    cancelled(story, "R20260310-01", "2026-03-11")
    assert measures(story).recoveries.by_step == ()
    posted(story, "R20260401-01", "2026-04-02")
    assert [r.name for r in measures(story).recoveries.by_step] == ["mise-en-demeure"]


def test_with_tracked_dispatch_a_letter_without_note_never_left(tmp_path: Path) -> None:
    tracked = EVERY_DAY + "envoi: {suivi: true}\n"
    assert measures(made(tmp_path, THREE, FIRST, policy=tracked)).recoveries.by_step == ()


CALL = note("2026-03-20", "appel", "F2")


def test_a_noted_call_is_an_action_of_its_own(tmp_path: Path) -> None:
    own = measures(made(tmp_path, THREE + PAYMENTS + CALL, FIRST))
    assert named(own.recoveries.by_step)["appel"].paid == 70  # what came after it
    call = named(own.recoveries.by_channel)["telephone"]
    # 70 were open on F2 that evening, and came 8 days later
    assert told(call.asked, call.median_days, shares(call)) == (
        70,
        8,
        [(1, "0"), (1, "100"), (1, "100")],
    )


def test_a_call_that_names_no_invoice_is_about_all_that_was_late(tmp_path: Path) -> None:
    young = invoice("F4", "2026-03-01", "500.00", "2026-04-01")
    own = measures(made(tmp_path, THREE + young + note("2026-03-20", "appel")))
    (found,) = own.recoveries.by_step
    assert told(found.name, found.count, found.asked) == ("appel", 3, 300)


def test_a_call_on_the_day_of_a_letter_is_one_action_by_both(tmp_path: Path) -> None:
    own = measures(made(tmp_path, THREE + note("2026-03-10", "appel", "F1"), FIRST))
    found = {each.name: each.count for each in own.recoveries.by_channel}
    assert found == {"courriel": 2, "courriel + telephone": 1}
    assert [each.name for each in own.recoveries.by_step] == ["relance-1"]


def test_the_tone_is_in_the_register_from_now_on(tmp_path: Path) -> None:
    story = made(tmp_path, THREE, past_letter("R20260305-01", "rappel", "F1"))
    issue(story, "2026-03-16")
    (old, new) = sorted(story.books.letters, key=lambda letter: letter.id)
    assert (old.tone, new.tone) == (None, "neutre")
    found = {each.name: each.count for each in measures(story).recoveries.by_tone}
    assert found == {"inconnu": 1, "neutre": 3}


def test_the_profile_is_that_of_the_day_of_the_letter(tmp_path: Path) -> None:
    """Two invoices paid make a client known: new on 10 March, no more on 20 March."""
    own = measures(made(tmp_path, THREE + PAID_TWO, FIRST, LAST))
    found = {each.name: each.count for each in own.recoveries.by_profile}
    assert found == {"nouveau": 3, "occasionnel": 1}


PAID_TWO = payment("F1", "2026-03-15", "100.00") + payment("F2", "2026-03-16", "100.00")
LAST = past_letter("R20260320-01", "relance-2", "F3", rank=2)


def test_only_actions_of_the_period_are_told(tmp_path: Path) -> None:
    story = made(tmp_path, THREE + PAYMENTS, FIRST, SECOND)
    late_march = Period(date(2026, 3, 15), date(2026, 3, 31))
    (own,) = measure(OnDay(story.policy, story.books, date(2026, 7, 1)), late_march).currencies
    assert [each.name for each in own.recoveries.by_step] == ["relance-2"]


# ---------------------------------------------------------------- Without any reminder

# Due on 1 March and late: F1 reminded and paid 16 days late, F2 paid 10 days late without a
# reminder, F3 paid 19 days late before its letter of 25 March, F4 credited, F5 open without any,
# F6 open with a letter. F7 was paid on its due date, F8 is not late.
FATES = (
    "".join(invoice(f"F{n}", "2026-02-01", "100.00", "2026-03-01") for n in range(1, 8))
    + invoice("F8", "2026-06-15", "100.00", "2026-07-15")
    + payment("F1", "2026-03-17", "100.00")
    + payment("F2", "2026-03-11", "100.00")
    + payment("F3", "2026-03-20", "100.00")
    + credit_note("F4", "2026-03-20", "100.00")
    + payment("F7", "2026-03-01", "100.00")
)


def test_what_was_never_reminded(tmp_path: Path) -> None:
    letters = (
        past_letter("R20260310-01", "relance-1", "F1", "F6"),
        past_letter("R20260325-01", "relance-1", "F3"),
    )
    found = measures(made(tmp_path, FATES, *letters)).inaction
    alone, reminded = found.untouched, found.reminded
    # F2, F3, F4, F5
    assert told(alone.count, alone.amount, alone.settled.count) == (4, 400, 2)
    assert alone.settled.average == Decimal("14.5")  # (10 + 19) / 2
    assert told(alone.credited, alone.open, alone.still_open) == (1, 1, 100)
    # F1, F6
    assert told(reminded.count, reminded.settled.count, reminded.settled.weighted) == (2, 1, 16)
    assert told(reminded.open, reminded.still_open) == (1, 100)


@pytest.mark.parametrize("day", ["2026-02-15", "2026-03-01"])
def test_nothing_is_late_before_the_day_after_its_due_date(tmp_path: Path, day: str) -> None:
    found = measures(company(tmp_path, FATES, EVERY_DAY), day).inaction
    assert (found.untouched.count, found.reminded.count) == (0, 0)
