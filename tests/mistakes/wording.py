"""How a problem must be told: in French, at its line and column, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relance.values.problem import Problem

# What Beancount, YAML, Jinja2 and Python say, and no French sentence does.
_ENGLISH = re.compile(
    r"\b(the|not|is|of|for|with|an?d|errors?|invalid|unexpected|expected|expecting|found|token"
    r"|number|missing|duplicate|unknown|failed|could|cannot|must|value|syntax|line|string|block"
    r"|end|mapping|scalar|got|character|while|Traceback|\w+Error)\b"
    r"|\b(?-i:ATAT|AT|EOL|INDENT|NUMBER|STRING|ACCOUNT|CURRENCY|KEY|LCURL|FLAG|KeyValue)\b",
    re.IGNORECASE,
)


def unkind(problem: Problem) -> Iterator[str]:
    """What is wrong with the way a problem is told; what it quotes is the user's own."""
    words = re.sub(r"« .*? »|\"[^\"]*\"", "", f"{problem.what}\n{problem.remedy}")
    words = re.sub(r"écrivez : .*|\{%.*?%\}", "", words)
    if english := _ENGLISH.search(words):
        yield f"English: {english[0]}"
    if not problem.source.column:
        yield "no place"
    if not problem.remedy:
        yield "no remedy"
