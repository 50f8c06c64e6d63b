"""Which letter of the books an issued one is: a table of what may have changed in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from places import ROOT
from relance.claims.claim import Claim
from relance.decision.outcomes import Letter, Line, Plan, Wait
from relance.decision.recording import recorded
from relance.policy.reader import read_policy
from relance.runs.matching import decisions, match
from relance.values.facts import Client
from relance.values.problem import Source

POLICY = read_policy(ROOT / "relance.yaml")
DAY = date(2026, 11, 23)
CLIENTS = {
    name: Client(account=f"Actifs:Clients:{name}", name=name, source=Source("x"))
    for name in ("Müller", "Roux")
}
RANKS = {"rappel": 0, "relance-1": 1, "relance-2": 2}


def claim(client: str, invoice: str, currency: str = "EUR") -> Claim:
    amount = Decimal(100)
    return Claim(CLIENTS[client], invoice, invoice, 1, 1, amount, currency, DAY, DAY, Source("x"))


def letter(words: str) -> Letter:
    """`Müller EUR F1 F2:relance-2 (F3)`: two claims of one client, the first at `relance-1`, and
    one that is listed for information."""
    client, currency, *named = words.split()
    lines = []
    for text in named:
        invoice, _, name = text.strip("()").partition(":")
        own = None if text.startswith("(") else POLICY.steps[name or "relance-1"]
        rank = RANKS[own.name] if own else 0
        open_ = claim(client, invoice, currency)
        lines.append(Line(open_, own, rank, "standard", 0, demanded=own is not None))
    step = next(line.step for line in lines if line.step)
    rank = max(line.rank for line in lines)
    to = CLIENTS[client]
    return Letter("", DAY, to, currency, step, rank, "standard", step.channels, tuple(lines))


def matched(issued: Sequence[str], books: Sequence[str]) -> dict[str, str]:
    """The books' letter for each issued one, `=` before it when nothing of it changed."""
    decided = [letter(words) for words in books]
    ours = {each.lines: words for each, words in zip(decided, books, strict=True)}
    numbered = [
        replace(recorded(letter(words), ""), id=f"R{n}") for n, words in enumerate(issued, 1)
    ]
    found = match(decided, numbered)
    assert all(each.letter.id == name for name, each in found.items())
    return {name: "=" * each.exact + ours[each.letter.lines] for name, each in found.items()}


@pytest.mark.parametrize(
    ("issued", "books", "expected"),
    [
        pytest.param(
            ["Müller EUR F1 F2", "Roux EUR F3"],
            ["Müller EUR F1 F2", "Roux EUR F3"],
            {"R1": "=Müller EUR F1 F2", "R2": "=Roux EUR F3"},
            id="nothing changed",
        ),
        pytest.param(
            ["Müller EUR F1"], ["Müller EUR F1 F2"], {"R1": "Müller EUR F1 F2"}, id="claim added"
        ),
        pytest.param(
            ["Müller EUR F1 F2"], ["Müller EUR F2"], {"R1": "Müller EUR F2"}, id="claim removed"
        ),
        pytest.param(
            ["Müller EUR F1"],
            ["Müller EUR F1 (F2)"],
            {"R1": "=Müller EUR F1 (F2)"},
            id="listed only",
        ),
        pytest.param(["Müller EUR F1"], ["Müller EUR F2"], {}, id="no claim in common"),
        pytest.param(["Müller EUR F1"], ["Roux EUR F1"], {}, id="another client's"),
        pytest.param(
            ["Müller EUR F1 F2 F3"],
            ["Müller EUR F1", "Müller EUR F2 F3"],
            {"R1": "Müller EUR F2 F3"},
            id="split in two: the part with most of its claims",
        ),
        pytest.param(
            ["Müller EUR F1 F2:rappel"],
            ["Müller EUR F2:relance-1", "Müller EUR F1"],
            {"R1": "Müller EUR F1"},
            id="split in two halves: the one at its step",
        ),
        pytest.param(
            ["Müller EUR F1 F2", "Müller USD F1"],
            ["Müller USD F1", "Müller EUR F1 F2"],
            {"R1": "=Müller EUR F1 F2", "R2": "=Müller USD F1"},
            id="two currencies",
        ),
        pytest.param(["Müller EUR F1"], ["Müller USD F1"], {}, id="another currency"),
        pytest.param(
            ["Müller EUR F2:rappel", "Müller EUR F1"],
            ["Müller EUR F1", "Müller EUR F2:rappel"],
            {"R1": "=Müller EUR F2:rappel", "R2": "=Müller EUR F1"},
            id="a reminder before the due date beside a late letter",
        ),
        pytest.param(
            ["Müller EUR F2:rappel", "Müller EUR F1"],
            ["Müller EUR F1 F2"],
            {"R2": "Müller EUR F1 F2"},
            id="the reminder's invoice became late: the late letter goes on",
        ),
        pytest.param(
            ["Müller EUR F1"],
            ["Müller EUR F1:relance-2"],
            {"R1": "Müller EUR F1:relance-2"},
            id="step changed",
        ),
        pytest.param(
            ["Müller EUR F1 F2", "Müller EUR F3"],
            ["Müller EUR F1", "Müller EUR F2 F3"],
            {"R1": "Müller EUR F1", "R2": "Müller EUR F2 F3"},
            id="a claim moved to another letter",
        ),
        pytest.param(
            ["Müller EUR F1", "Müller EUR F2"],
            ["Müller EUR F1 F2 F3", "Müller EUR F4"],
            {"R1": "Müller EUR F1 F2 F3"},
            id="two became one: the first",
        ),
        pytest.param(
            ["Müller EUR F1 F2 F3"],
            ["Müller EUR F1 F2 F4 F5 F6 F7", "Müller EUR F3"],
            {"R1": "Müller EUR F1 F2 F4 F5 F6 F7"},
            id="most claims before fewest others",
        ),
        pytest.param(
            ["Müller EUR F1", "Müller EUR F1"],
            ["Müller EUR F1"],
            {"R1": "=Müller EUR F1"},
            id="a letter twice in the register stands once in the books",
        ),
    ],
)
def test_which_letter_it_is(
    issued: Sequence[str], books: Sequence[str], expected: dict[str, str]
) -> None:
    assert matched(issued, books) == expected


def test_a_claim_is_followed_into_whichever_letter_holds_it() -> None:
    plan = Plan(
        DAY,
        (letter("Müller EUR F1 (F2)"), letter("Müller EUR F3:relance-2")),
        (Wait(claim("Müller", "F2"), "apres", "pas encore"),),
    )
    found = decisions(plan)
    told = {
        where[0][1]: each.code if isinstance(each, Wait) else each.step
        for where, each in found.items()
    }
    assert told == {"F1": POLICY.steps["relance-1"], "F2": "apres", "F3": POLICY.steps["relance-2"]}
