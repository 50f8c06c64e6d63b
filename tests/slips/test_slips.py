"""One slip in correct books never makes a wrong letter: it is held, refused, or changes nothing.

`SLIPS_SEEDS=50 pytest tests/slips -m slow` tries more companies than the two that are the rule,
and a table by kind of slip is printed at the end.
"""

from __future__ import annotations

import importlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from slips.books import Company, make_company, opened
from slips.judging import Decided, Office, Verdict, judge
from slips.kinds.amounts import retyped
from slips.known import KNOWN, VALID
from slips.writing import CATALOGUE, INVOICES, Place, Slip

for theme in sorted(path.stem for path in Path(__file__).with_name("kinds").glob("*.py")):
    importlib.import_module(f"slips.kinds.{theme}")

USUAL = 2
SEEDS = int(os.environ.get("SLIPS_SEEDS", USUAL))
PLACES = 5  # entries of one company at which a slip is tried
NEAR = 3  # of them, those about invoices in letters

pytestmark = pytest.mark.slow

Settled = tuple[Company, Office, tuple[Decided, ...]]


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> list[Settled]:
    """The companies of the seeds, each with its register and its plans."""
    found = []
    for seed in range(1, SEEDS + 1):
        company = make_company(seed)
        office = Office(tmp_path_factory.mktemp("livres") / str(seed))
        office.settle(company)
        plans = office.decide(company)
        assert not isinstance(plans, str), plans
        found.append((company, office, plans))
    return found


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[dict[str, Counter[str]]]:
    """What became of the slips of each kind, told at the end."""
    kinds: dict[str, Counter[str]] = {}
    yield kinds
    if hasattr(request.config, "workerinput"):
        return  # each worker would print a part of it
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n".join(lines(kinds)))


OUTCOMES = ("caught", "harmless", "valid", "wrong", "told", "less")


def lines(kinds: dict[str, Counter[str]]) -> Iterator[str]:
    """The table; of what is wrong, a warning tells some, and some only ask less than is owed."""
    yield f"\n{'slip':<46}{'tried':>7}" + "".join(f"{outcome:>10}" for outcome in OUTCOMES)
    total: Counter[str] = Counter()
    for name, outcomes in kinds.items():
        total += outcomes
        yield line(name, outcomes)
    yield line("all", total)


def line(name: str, outcomes: Counter[str]) -> str:
    tried = outcomes.total() - outcomes["told"] - outcomes["less"]
    return f"{name:<46}{tried:>7}" + "".join(f"{outcomes[o]:>10}" for o in OUTCOMES)


def slips_of(kind: str, seed: int, settled: Settled) -> Iterator[Slip]:
    """The slips of a kind in one company: the same for the same seed."""
    company, office, plans = settled
    random = Random(f"{seed}/{kind}")
    entries = company.of(*CATALOGUE[kind].on)
    random.shuffle(entries)
    asked = {key[1] for plan in plans for key in plan.letters}
    near = [entry for entry in entries if entry.invoice in asked]
    entries = [*near[:NEAR], *(entry for entry in entries if entry not in near[:NEAR])]
    made: dict[str, Slip] = {}
    for entry in entries * PLACES:  # one entry may be mistyped in several ways
        if len(made) < PLACES and (
            slip := CATALOGUE[kind].make(Place(entry, random, company, office.cited))
        ):
            made.setdefault(str(slip), slip)
    yield from made.values()


def verdicts(kind: str, companies: list[Settled]) -> Iterator[tuple[Slip, Verdict]]:
    for seed, settled in enumerate(companies, 1):
        company, office, plans = settled
        for slip in slips_of(kind, seed, settled):
            yield slip, judge(office, company, plans, slip)


def test_the_books_without_slips_are_read_as_they_are_meant(companies: list[Settled]) -> None:
    for company, _, plans in companies:
        for plan in plans:
            facts = opened(company, plan.day)
            # What money without a reference covers whole is still decided.
            covered = plan.open - set(facts)
            assert set(facts) <= plan.open and covered.isdisjoint(plan.letters)
            assert {key[0] for key in covered} <= {e.account for e in company.of("unlinked")}
            for key, asked in plan.letters.items():
                assert (asked.balance, asked.due) == facts[key]
            assert plan.letters


def test_what_is_wrong_is_seen(companies: list[Settled]) -> None:
    """The judge itself: the same text is a valid change or a wrong letter by what it should say."""
    company, office, plans = companies[0]
    key, asked = next((k, a) for k, a in plans[0].letters.items() if a.step)
    bill = next(e for e in company.of(*INVOICES) if e.invoice == key[1] and not e.explicit)
    place = Place(bill, Random(1), company)
    other = retyped(place, "9999.00")
    assert other and judge(office, company, plans, other).outcome == "valid"
    silent = judge(office, company, plans, replace(other, says=False))
    assert {fault.claim for fault in silent.faults} >= {key}
    known = {key[1] for plan in plans for key in plan.open}
    bills = (Place(e, Random(1), company, office.cited) for e in company.of(*INVOICES))
    alone = next(p.entry for p in bills if p.entry.invoice in known and p.alone(p.entry.invoice))
    lost = judge(office, company, plans, Slip(alone, ()))
    assert any("ni lettre" in str(f) for f in lost.faults if f.claim[1] == alone.invoice)
    same = judge(office, company, plans, Slip(bill, (bill,)))
    assert same.outcome == "harmless"
    held = judge(office, company, plans, Slip(bill, (bill,), holds=(bill.invoice,)))
    assert held.outcome == "wrong" and asked.balance > 0


def test_what_is_known_is_of_kinds_of_slips() -> None:
    assert {*KNOWN, *VALID} <= set(CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_slip_makes_no_wrong_letter(
    kind: str, companies: list[Settled], table: dict[str, Counter[str]]
) -> None:
    outcomes = table.setdefault(kind, Counter())
    wrong = []
    for slip, verdict in verdicts(kind, companies):
        outcomes[verdict.outcome] += 1
        if verdict.faults:
            wrong.append((slip, verdict))
            outcomes["told"] += all(fault.told for fault in verdict.faults)
            outcomes["less"] += all(fault.less for fault in verdict.faults)
    assert outcomes.total(), "this slip is never made"
    assert kind in VALID or not outcomes["valid"], "why is it a valid change of the facts?"
    examples = "\n\n".join(
        "\n".join([str(slip), *map(str, verdict.faults)]) for slip, verdict in wrong[:2]
    )
    if SEEDS == USUAL:
        assert len(wrong) == KNOWN.get(kind, 0), examples
    else:
        assert bool(wrong) <= (kind in KNOWN), examples
