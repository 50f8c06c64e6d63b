"""What may hinder a payment or a reminder, found one by one and told together.

Findings of one kind are one warning, so that forty of a kind are read at a glance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relance.text.words import count
from relance.values.problem import Problem, Source

SHOWN = 5  # of one kind by name; the others are counted


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing of one kind: `kind` is its sentence, where {n} counts and {s} marks a plural."""

    kind: str
    subject: str
    source: Source
    remedy: str = ""


def grouped(findings: Iterable[Finding]) -> Iterator[Problem]:
    """One warning for each kind, in the order in which kinds were found."""
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        alike = kinds.setdefault(finding.kind, [])
        if finding.subject not in [other.subject for other in alike]:
            alike.append(finding)
    for kind, alike in kinds.items():
        first = alike[0]
        subjects = ", ".join(_placed(finding, first.source) for finding in alike[:SHOWN])
        more = len(alike) - SHOWN
        rest = f" et {count(more, 'autre')}" if more > 0 else ""
        title = kind.format(n=len(alike), s="s" if len(alike) > 1 else "")
        yield Problem(first.source, f"{title} : {subjects}{rest}", first.remedy)


def _placed(finding: Finding, first: Source) -> str:
    """The subject with its place, which the first one's title already gives."""
    return finding.subject if finding.source == first else f"{finding.subject} ({finding.source})"
