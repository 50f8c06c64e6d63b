"""Faults and warnings by file and by kind: a sentence once for all its places, a remedy once for
all its sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relance.values.problem import Problem, Source


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """What one remedy mends: each sentence with the places where it is true, the first of each
    telling where the sentence stands."""

    remedy: str
    sentences: dict[str, list[Source]]

    @property
    def path(self) -> str:
        """The file of the first place."""
        return next(iter(self.sentences.values()))[0].path


def grouped(problems: Iterable[Problem]) -> list[FaultGroup]:
    """The problems of a file one after the other, those of one kind together; files, kinds and
    places in the order in which they come first."""
    places: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for problem in problems:
        sources = places[problem.what, problem.remedy]
        if problem.source not in sources:
            sources.append(problem.source)
    kinds: dict[tuple[str, str, str], FaultGroup] = {}
    for (what, remedy), sources in places.items():
        kind = sources[0].path, remedy, "" if remedy else what
        group = kinds.setdefault(kind, FaultGroup(remedy, {}))
        group.sentences[what] = sources
    groups = list(kinds.values())
    files = list(dict.fromkeys(group.path for group in groups))
    return sorted(groups, key=lambda group: files.index(group.path))


def also(sources: Sequence[Source]) -> str:
    """The places after the first, those in its file before the others and without its name:
    « 15:3, 18:3, ledger/2025.beancount:4:3 »."""
    first, *others = sources
    others.sort(key=lambda source: source.path != first.path)
    return ", ".join(str(source).removeprefix(f"{first.path}:") for source in others)
