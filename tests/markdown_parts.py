"""Reading Markdown: sections, blocks of code, rows of tables."""

from __future__ import annotations

import re


def section(text: str, title: str) -> str:
    """What stands under a heading, down to the next one of its level or above."""
    head = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    assert head, title
    return re.split(
        rf"^#{{1,{len(head[1])}}} ", text[head.end() :], maxsplit=1, flags=re.MULTILINE
    )[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, heads left out."""
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)
