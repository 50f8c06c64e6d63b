"""RULES.md: its numbers are whole, code and tests cite rules that are there, tests hold each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from places import ROOT

PAGE = next((ROOT / "scripts" / "relance").rglob("RULES.md"))
RULE = re.compile(r"^- \*\*(\d+)\.(\d+) .+?(?=^- \*\*|^## |\Z)", re.MULTILINE | re.DOTALL)
CITED = re.compile(r"\brules?\s+((?:\d+\.\d+(?:\s+to\s+|\s+and\s+|,\s+)?)+)", re.IGNORECASE)
ELSEWHERE = re.compile(r"design\s*§|\b(?:law|design|style|house|faults)\.md\b", re.IGNORECASE)


@cache
def rules() -> dict[tuple[int, int], str]:
    """The text of each rule by number."""
    found = list(RULE.finditer(PAGE.read_text(encoding="utf-8")))
    texts = {(int(rule[1]), int(rule[2])): rule[0] for rule in found}
    assert len(texts) == len(found), "a number stands twice"
    return texts


@cache
def functions() -> frozenset[str]:
    """The names of all test functions."""
    trees = (ast.parse(path.read_bytes()) for path in (ROOT / "tests").rglob("*.py"))
    nodes = chain.from_iterable(map(ast.walk, trees))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def sources() -> Iterator[Path]:
    for folder in ("scripts", "tests"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def cited(text: str) -> list[tuple[int, int]]:
    numbers = (re.findall(r"(\d+)\.(\d+)", names) for names in CITED.findall(text))
    return [(int(part), int(place)) for part, place in chain.from_iterable(numbers)]


def test_rules_are_numbered_without_duplicates_or_holes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    sections = [int(number) for number in re.findall(r"^## (\d+) ", text, re.MULTILINE)]
    assert sections == list(range(1, len(sections) + 1))
    written = [(part, place) for part in sections for place in _places(part)]
    assert list(rules()) == written, "out of order, or in another section"
    assert all(_places(part) == list(range(1, len(_places(part)) + 1)) for part in sections)
    assert len(re.findall(r"\*\*\d+\.\d+ ", text)) == len(written), "a rule is not read as one"


def _places(part: int) -> list[int]:
    return [place for number, place in rules() if number == part]


def test_a_rule_names_tests_that_exist() -> None:
    faults = []
    for number, text in rules().items():
        _, told, held = text.partition("Held by: ")
        names = re.findall(r"`(test_\w+)`", held)
        folders = re.findall(r"`((?:mistakes|stories)/[\w/-]+)`", held)
        unknown = set(names) - functions()
        unknown |= {name for name in folders if not (ROOT / "tests" / name).is_dir()}
        if not told or not (names or folders) or unknown:
            faults.append((number, sorted(unknown) or "no test"))
    assert faults == []


def test_what_code_and_tests_cite_is_there() -> None:
    faults = {
        path.relative_to(ROOT).as_posix(): missing
        for path in (*sources(), PAGE)
        if (missing := set(cited(path.read_text(encoding="utf-8"))) - rules().keys())
    }
    assert faults == {}


def test_the_page_points_at_its_own_rules() -> None:
    """« (3.6, 3.10) » and « (12.1) » in the text of a rule."""
    listed = re.findall(r"\(((?:\d+\.\d+(?:, )?)+)\)", PAGE.read_text(encoding="utf-8"))
    numbers = [tuple(map(int, n.split("."))) for names in listed for n in names.split(", ")]
    assert numbers
    assert set(numbers) <= rules().keys()


def test_no_page_is_cited_that_is_not_here() -> None:
    texts = [*sources(), PAGE, ROOT / "Makefile", *sorted(ROOT.glob("README*"))]
    found = {
        path.relative_to(ROOT).as_posix(): told
        for path in texts
        if (told := ELSEWHERE.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("as rule 6.3 says", [(6, 3)]),
        ("(rules 6.5 to 6.8)", [(6, 5), (6, 8)]),
        ("Rules 6.17 and 7.10, 7.11", [(6, 17), (7, 10), (7, 11)]),
        ("rule 7.9, example 9", [(7, 9)]),
        ("rule 2 (solde-max 100)", []),
    ],
)
def test_citations_are_read(text: str, numbers: list[tuple[int, int]]) -> None:
    assert cited(text) == numbers
