"""What is said when something is wrong: where, what, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class Status(IntEnum):
    """The exit statuses of the program (the guide's page json.md)."""

    DONE = 0
    BUG = 1
    REFUSED_INPUT = 2
    REFUSED_STATE = 3
    NOT_ALL_SENT = 4


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """The place in a user's file where a fact was written; 0 means "the whole file"."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A complaint in French: its place, what is wrong, what to do about it."""

    source: Source
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f"\n    → {self.remedy}" if self.remedy else ""
        return f"{self.source}: {self.what}{remedy}"


class Refusal(Exception):
    """Nothing was written; `problems` holds every reason, `status` the exit status."""

    def __init__(self, problems: Sequence[Problem], status: Status = Status.REFUSED_INPUT) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
        self.status = status


def refuse(
    where: str, what: str, remedy: str = "", status: Status = Status.REFUSED_INPUT
) -> Refusal:
    """The refusal for one single problem about the whole file or folder `where`."""
    return Refusal([Problem(Source(where), what, remedy)], status)


def suggest(word: str, choices: Iterable[str]) -> str:
    """« vouliez-vous … ? », or what can be written instead: all of a few names, some of many."""
    names = list(choices)
    if close := difflib.get_close_matches(word, names, 1):
        return f"vouliez-vous « {close[0]} » ?"
    if len(names) > _MOST:
        more = f" et {len(names) - _MOST} autre{'s' * (len(names) - _MOST > 1)}"
        return f"au choix : {', '.join(nearest(word, names)[:_MOST])}{more}"
    return f"au choix : {', '.join(names)}"


_MOST = 12  # names proposed, the nearest first when there are more


def nearest(word: str, names: Iterable[str]) -> list[str]:
    """The names, those that resemble the word first."""
    return sorted(
        names, key=lambda name: (-difflib.SequenceMatcher(None, word, name).ratio(), name)
    )


def in_templates(path: Path, line: int = 0, column: int = 0) -> Source:
    """A place in a file of the templates' folder, named letters/fr/relance-1.md."""
    above = [number for number, part in enumerate(path.parts) if part == "letters"]
    return Source("/".join(path.parts[above[-1] if above else 0 :]), line, column)
