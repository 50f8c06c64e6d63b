"""A name says one thing in the whole house: no two public classes, no two modules bear the same."""

from __future__ import annotations

import ast
from collections import defaultdict

from places import ROOT

PACKAGE = ROOT / "scripts/relance"


def shared(named: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The names that stand in several places, with these places."""
    places = defaultdict(list)
    for name, place in named:
        places[name].append(place)
    return {name: where for name, where in places.items() if len(where) > 1}


def test_no_two_modules_have_one_name() -> None:
    paths = (p for p in sorted(PACKAGE.rglob("*.py")) if p.name != "__init__.py")
    assert shared([(p.stem, str(p.relative_to(PACKAGE))) for p in paths]) == {}


def test_no_two_public_classes_have_one_name() -> None:
    found = [
        (node.name, str(path.relative_to(PACKAGE)))
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert shared(found) == {}
