"""A name says one thing in the whole house, and says it: no two public classes, no two modules bear
the same, and no local is called what every line could call it. A room is small enough to be read
at one sitting."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

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


# What any value could be called: the reader of the line must look up what it is.
SAYING_NOTHING = {"each", "found", "known", "own", "told"}
LONGEST = 300


def locals_of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The names of variables and parameters, with their lines; the fields of classes apart."""
    fields = {
        id(node.target)
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)
            and id(node) not in fields
        ):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def test_a_local_says_what_it_holds() -> None:
    places = [
        f"{path.relative_to(PACKAGE)}:{line}: {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for name, line in locals_of(ast.parse(path.read_text(encoding="utf-8")))
        if name in SAYING_NOTHING
    ]
    assert places == []


def test_locals_are_told_from_fields() -> None:
    text = "class A:\n    each: int\n\ndef f(own):\n    for found in own:\n        pass\n"
    assert set(locals_of(ast.parse(text))) == {("own", 4), ("found", 5)}


def test_no_room_is_too_large_to_be_read_at_one_sitting() -> None:
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in PACKAGE.rglob("*.py")}
    assert {p.name: length for p, length in lengths.items() if length > LONGEST} == {}
