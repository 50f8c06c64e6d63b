"""Where in its line a complaint about the books points: the word that it quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from relance.values.problem import Problem, Source

Lines = Callable[[str], Sequence[str]]  # the lines of a file, by its name


def placed(problems: Iterable[Problem], lines: Lines) -> list[Problem]:
    """The problems with the line and the column of the word that each quotes, « facture » or #tag,
    in the directive at whose line it stands; else of the first sign of that line, or of the file,
    when it says none."""
    return [
        problem
        if problem.source.column or not (found := lines(problem.source.path))
        else replace(problem, source=_word(problem, found))
        for problem in problems
    ]


def lines_below(root: Path) -> Lines:
    """How to read the lines of the files of a folder, each once; none of one that has none."""
    read: dict[str, Sequence[str]] = {}

    def lines(name: str) -> Sequence[str]:
        if name not in read:
            try:
                text = (root / name).read_text(encoding="utf-8", errors="replace")
            except (OSError, ValueError):
                text = ""
            read[name] = [line.rstrip() for line in text.split("\n")] if text else ()
        return read[name]

    return lines


def _word(problem: Problem, lines: Sequence[str]) -> Source:
    source = problem.source
    quoted = re.search(r"« (.+?):? »|(#[\w-]+)", problem.what)
    word = re.escape(quoted[1] or quoted[2]) if quoted else "(?!)"
    start, end = source.line or 1, _end(lines, source.line)
    for pattern in (rf"^\s+(?={word}:)", rf"(?<![\w:-])(?={word}(?![\w-]))", f"(?={word})"):
        for number in range(start, end + 1):
            if match := re.search(pattern, lines[number - 1]):
                return Source(source.path, number, match.end() + 1)
    return Source(source.path, start, _margin(lines[start - 1]) + 1 if start <= len(lines) else 1)


def _end(lines: Sequence[str], number: int) -> int:
    """The last line of what begins in a line: of a posting its own metadata, deeper than it; of
    the whole file, its own."""
    if not 0 < number <= len(lines):
        return 0 if number else len(lines)
    margin = _margin(lines[number - 1])
    while number < len(lines) and lines[number].strip() and _margin(lines[number]) > margin:
        number += 1
    return number


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())
