"""The words of a letter against those derived: hand edits, sums that a hand changed."""

from __future__ import annotations

import difflib
import re
from collections import Counter

from relance.text.typography import ordinary

# A sum or a rate in any of the letters' languages; no day, whatever its dots.
_AMOUNT = re.compile(r"(?<![\d.,/])\d[\d .,]*[.,]\d{2}(?![\d.,/])")


def difference(derived: str, written: str, name: str) -> str:
    """The unified diff from the derived text to the one approved; empty when they agree."""
    if derived == written:
        return ""
    old, new = derived.splitlines(), written.splitlines()
    rows = difflib.unified_diff(old, new, f"dérivée/{name}", f"approuvée/{name}", lineterm="", n=1)
    return "\n".join(rows) + "\n"


def replaced_amounts(derived: str, written: str) -> tuple[list[str], list[str]]:
    """The amounts that the text lost and those that stand in their place; both empty when it
    only dropped or only added some: a sentence may go or come, a sum may not change."""
    ours, theirs = (Counter(_amounts(text)) for text in (derived, written))
    lost, found = sorted(ours - theirs), sorted(theirs - ours)
    return (lost, found) if lost and found else ([], [])


def _amounts(text: str) -> list[str]:
    body = text.split("\n---\n", 1)[-1]
    return _AMOUNT.findall(ordinary(body))
