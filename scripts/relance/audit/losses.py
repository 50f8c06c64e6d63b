"""What the register lost since it was merged: nothing in it is ever changed or removed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from relance.audit.merged import DISPATCHES, Merged, RegisterHistory, Version
from relance.text.locales import short_date
from relance.values.facts import Commit
from relance.values.problem import Problem, Source


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that a file held once it was merged, and what stands in its place, if anything."""

    line: int
    text: str
    instead: str = ""

    def __str__(self) -> str:
        if not self.text:
            return f"ligne ajoutée : « {self.instead} »"
        if self.instead:
            return f"« {self.text} » remplacée par « {self.instead} »"
        return f"ligne retirée : « {self.text} »"


def losses(history: RegisterHistory) -> Iterator[Problem]:
    """Every line of the register that a later commit of the base branch changed or removed, and
    that is still not what it was."""
    for merged in history.registers:
        append_only = merged.path.endswith(DISPATCHES)
        yield from _of_file(history, merged, _from_blocks if append_only else _from_lines)


def restored(history: RegisterHistory) -> Iterator[str]:
    """The files of the register that were changed or removed, then put back whole."""
    for merged in history.registers:
        changed = [v for v in merged.later if v.blob != merged.approved.blob]
        if changed and merged.first_change is None and not merged.path.endswith(DISPATCHES):
            yield f"{merged.path} : changé par {named(changed[0].commit)}, rétabli depuis"


def named(commit: Commit) -> str:
    """A commit as a finding names it."""
    return f"{commit.short} ({short_date(commit.day)}, {commit.author})"


def _of_file(
    history: RegisterHistory, merged: Merged, compare: Callable[[str, str], list[Lost]]
) -> Iterator[Problem]:
    """Each commit that lost something, with what of it is still lost at the end."""
    versions = [merged.approved, *merged.later]
    texts = history.past.texts(version.blob for version in versions) | {"": ""}
    final = texts[merged.last.blob]
    kept = texts[merged.approved.blob]
    for version in merged.later:
        text = texts[version.blob]
        gone = compare(kept, text)
        if not gone:
            kept = text
        elif still := compare(kept, final):
            remaining = [lost for lost in gone if lost in still] or still
            yield _problem(merged, version, remaining)
            return


def _problem(merged: Merged, version: Version, gone: list[Lost]) -> Problem:
    by = named(version.commit)
    before = f"{version.commit.short}~1"
    remedy = f"rétablissez-le : git checkout {before} -- {merged.path}"
    if not version.blob:
        return Problem(Source(merged.path), f"registre supprimé après sa fusion par {by}", remedy)
    more = f", et {len(gone) - 1} autres" if len(gone) > 2 else ", et une autre" * (len(gone) - 1)
    what = f"changé après sa fusion par {by} : {gone[0]}{more}"
    if merged.path.endswith(DISPATCHES):  # what was added since must stay
        remedy = f"remettez ces lignes, sans toucher aux autres : git show {before}:./{merged.path}"
    return Problem(Source(merged.path, gone[0].line), what, remedy)


def _from_lines(old: str, new: str) -> list[Lost]:
    """What a file that never changes lost, and what was put into it."""
    ours, theirs = _rows(old), _rows(new)
    changes = []
    for tag, i, j, k, m in difflib.SequenceMatcher(
        None, ours, theirs, autojunk=False
    ).get_opcodes():
        if tag == "insert":
            changes.append(Lost(i, "", theirs[k].strip()))
        elif tag != "equal":
            instead = [*theirs[k:m], *[""] * (j - i)]
            pairs = zip(range(i, j), instead, strict=False)
            changes.extend(Lost(n + 1, ours[n].strip(), row.strip()) for n, row in pairs)
    return sorted((lost for lost in changes if lost.text or lost.instead), key=lambda x: x.line)


def _from_blocks(old: str, new: str) -> list[Lost]:
    """What a file that only grows lost: every directive must still be there with its lines."""
    left = [block for _, block in _blocks(new)]
    lost: list[Lost] = []
    for line, block in _blocks(old):
        if block in left:
            left.remove(block)
        else:
            near = difflib.get_close_matches("\n".join(block), map("\n".join, left), 1, 0.6)
            inside = _from_lines("\n".join(block), near[0] if near else "")
            lost.extend(Lost(line + max(x.line, 1) - 1, x.text, x.instead) for x in inside)
    return lost


def _blocks(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """The directives with their lines, each with the number of its first; comments apart."""
    blocks: list[tuple[int, list[str]]] = []
    for number, row in enumerate(_rows(text), 1):
        if blocks and row[:1] in (" ", "\t"):
            blocks[-1][1].append(row)
        elif row and not row.startswith(";"):
            blocks.append((number, [row]))
    return [(number, tuple(rows)) for number, rows in blocks]


def _rows(text: str) -> list[str]:
    return [row.rstrip() for row in text.splitlines()]
