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
        if problem.source.column or not (file_lines := lines(problem.source.path))
        else replace(problem, source=_word(problem, file_lines))
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
    mark = "(?!)" if re.search(r"\w", word) else f"(?={word})"  # a sign, wherever it stands
    for pattern in (rf"^\s+(?={word}:)", rf"(?<![\w:-])(?={word}(?![\w-]))", mark):
        for number in around(lines, source.line):
            if match := re.search(pattern, lines[number - 1]):
                return Source(source.path, number, match.end() + 1)
    start = source.line or 1
    return Source(source.path, start, _margin(lines[start - 1]) + 1 if start <= len(lines) else 1)


def around(lines: Sequence[str], number: int) -> list[int]:
    """The lines in which something told at a line may be written: what begins there (of a posting
    its own metadata, deeper than it), then what comes before it in its directive; of a whole file,
    number 0, every line."""
    if not 0 < number <= len(lines):
        return [] if number else [*range(1, len(lines) + 1)]
    margin, end, start = _margin(lines[number - 1]), number, number
    while end < len(lines) and lines[end].strip() and _margin(lines[end]) > margin:
        end += 1
    while start > 1 and lines[start - 1][:1].isspace():
        start -= 1
    return [*range(number, end + 1), *range(start, number)]


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())
