"""What deciding packages may not even do with what they do import: look at the clock, open files.

The imports themselves are held by the contracts of `make lint`.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from places import ROOT

DECIDING = ("claims", "decision", "outlook")
# As methods or as functions, of whatever object: none of them has a use there.
REACHING = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "today", "now", "print"}


def modules() -> list[Path]:
    package = ROOT / "scripts/relance"
    return sorted(path for name in DECIDING for path in (package / name).rglob("*.py"))


def called(tree: ast.AST) -> set[str]:
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {getattr(f, "attr", getattr(f, "id", "")) for f in functions}


@pytest.mark.parametrize("path", modules(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_decides_opens_nothing_and_asks_no_clock(path: Path) -> None:
    assert called(ast.parse(path.read_text(encoding="utf-8"))) & REACHING == set()


def test_the_look_finds_what_it_looks_for() -> None:
    text = "date.today(); Path('a').read_text(); open('b')"
    assert called(ast.parse(text)) & REACHING == {"today", "read_text", "open"}
