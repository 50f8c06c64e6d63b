"""What holds of every match, whatever the label: nothing sure is wrong, no money is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciliation.hostile import Made, Paying, make, returned
from relance.reconciliation.match import Grade, Match
from relance.reconciliation.reconcile import in_order, reconcile
from relance.values.amounts import total


def check(made: Made, random: Random) -> Counter[str]:
    """Match the lines of a company, and count what became of them."""
    paid = {paying.item.id: paying for paying in made.payments}
    lines = [paying.item for paying in made.payments]
    for n, paying in enumerate(made.payments):
        if random.random() < 0.1:
            back = returned(paying, paying.item.line.date + timedelta(5), n)
            lines.append(back)
            paid[back.id] = paying
    found = reconcile(lines, made.on)
    assert [match.line for match in found] == list(in_order(lines))
    shuffled = random.sample(lines, len(lines))
    assert reconcile(shuffled, made.on) == found
    invoiced = {m.invoices[0]: m for m in made.on.books.movements}
    for match in found:
        parts = total(part.amount for part in match.parts)
        assert parts + match.surplus + match.rest == abs(match.line.amount)
        assert match.rest >= 0
        assert all(part.amount > 0 for part in match.parts)
        for part in match.parts:
            movement = invoiced[part.invoice]
            assert match.client is not None
            assert (movement.account, movement.currency) == (
                match.client.account,
                match.line.currency,
            )
            assert movement.date <= match.line.line.date
    left = {name: movement.number for name, movement in invoiced.items()}
    for match in found:
        for part in match.parts if match.grade.certain else ():
            left[part.invoice] -= part.amount if match.line.amount > 0 else -part.amount
    assert all(Decimal(0) <= left[name] <= invoiced[name].number for name in left)
    counts = Counter(str(match.grade) for match in found)
    counts["faux"] = sum(is_wrong(match, paid[match.line.id]) for match in found)
    return counts


def is_wrong(match: Match, truth: Paying) -> bool:
    """Whether a match that nobody will look at gives the money to what it did not pay."""
    if not match.grade.certain or match.client is None:
        return False
    numbers = {part.invoice for part in match.parts}
    return match.client.account != truth.account or not numbers <= truth.invoices


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(1, 14), st.integers(1, 14))
def test_nothing_sure_is_wrong_and_no_money_is_lost(
    seed: int, invoices: int, payments: int
) -> None:
    random = Random(seed)
    assert check(make(random, invoices, payments), random)["faux"] == 0


@pytest.mark.slow
def test_ten_thousand_companies_with_hostile_labels(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    for seed in range(10_000):
        random = Random(seed)
        counts += Counter(check(make(random), random))
    with capsys.disabled():
        print(f"\n10000 companies, {sum(counts.values()) - counts['faux']} lines: {dict(counts)}")
    assert counts["faux"] == 0
    for grade in Grade:  # every row of the table happens, the sure ones often
        assert counts[grade] > (5_000 if grade is Grade.SURE else 500)
