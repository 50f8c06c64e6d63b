"""The guide as sections that one can look through: titles, the words of its tables, the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "guide"
_LISTED = re.compile(r"\]\(([a-z-]+)\.md\)")
_TITLE = re.compile(r"^(#{1,4}) (.+)$")
_CODE = re.compile(r"`([^`]+)`")
_ROW = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|[ :|-]+\|")


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A part of the guide: its title, those it stands below, its blocks of text."""

    titles: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where it stands: « La politique › Toutes les clés »."""
        return " › ".join(self.titles)


@dataclass(frozen=True, slots=True)
class Passage:
    """What the guide says in one place, as Markdown."""

    section: GuideSection
    text: str


def contents() -> str:
    """The guide's first page, which lists the others."""
    return (FOLDER / "README.md").read_text(encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by name, as Markdown, in the order of the table of contents."""
    names = _LISTED.findall(contents())
    return {name: (FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in names}


def page_name(term: str, texts: Mapping[str, str]) -> str | None:
    """The name of the page of that name or title, if there is one."""
    wanted = folded(term)
    for name, text in texts.items():
        title = text.partition("\n")[0].removeprefix("# ")
        if wanted in (name, folded(title)):
            return name
    return None


def sections(text: str) -> list[GuideSection]:
    """The parts of one page or of several in order, each without those below it."""
    parts: list[GuideSection] = []
    titles: list[str] = []
    lines: list[str] = []
    fenced = False
    for line in [*text.splitlines(), "# "]:
        fenced ^= line.startswith("```")
        title = None if fenced else _TITLE.match(line)
        if title is None and line != "# ":
            lines.append(line)
            continue
        if titles:
            parts.append(GuideSection(tuple(titles), tuple(_blocks(lines))))
        lines = []
        if title:
            titles = [*titles[: len(title[1]) - 1], title[2]]
    return parts


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs, lists, tables and listings, one by one."""
    block: list[str] = []
    fenced = False
    for line in [*lines, ""]:
        fenced ^= line.startswith("```")
        if line or fenced:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []


def folded(text: str) -> str:
    """Words without accents, capitals, marks of Markdown and typographic spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join(re.sub(r"[\u0300-\u036f`*]", "", bare).split())


# ---------------------------------------------------------------- Looking up


def defined(term: str, parts: Sequence[GuideSection]) -> list[Passage]:
    """The rows and points of the guide that are about just this word: a code, a key, a sort of
    note, a variable, a command."""
    wanted = folded(term)
    passages: list[Passage] = []
    for section in parts:
        for block in section.blocks:
            passages += [
                Passage(section, text) for words, text in _entries(block) if wanted in words
            ]
    return passages


def titled(term: str, parts: Sequence[GuideSection]) -> list[GuideSection]:
    """The sections whose title has all these words, the shortest title first."""
    words = folded(term).split()
    fitting = [part for part in parts if all(word in folded(part.titles[-1]) for word in words)]
    return sorted(fitting, key=lambda part: len(part.titles[-1]))


def mentioning(term: str, parts: Sequence[GuideSection]) -> list[Passage]:
    """The blocks, or the rows of tables, that have all these words."""
    words = folded(term).split()
    return [
        Passage(section, text)
        for section in parts
        for block in section.blocks
        for text in ([row for _, row in _entries(block)] or [block])
        if all(word in folded(text) for word in words)
    ]


def near(term: str, parts: Sequence[GuideSection]) -> list[str]:
    """Words that the guide explains and that look like this one."""
    entries = (entry for part in parts for block in part.blocks for entry in _entries(block))
    words = {word for defining, _ in entries for word in defining}
    return get_close_matches(folded(term), sorted(words), n=3, cutoff=0.7)


def _entries(block: str) -> Iterator[tuple[set[str], str]]:
    """The rows of a table and the points of a list, each with the words that it defines."""
    lines = block.split("\n")
    if lines[0].startswith("|") and len(lines) > 2 and _RULE.fullmatch(lines[1]):
        heads = _cells(lines[0])
        for line in lines[2:]:
            cells = _cells(line)
            yield _defined(cells[0]), _row(heads, cells)
    elif lines[0].startswith("- "):
        for point in re.split(r"\n(?=- )", block):
            head = point[2:].split(" : ")[0].split("\u00a0:")[0]
            yield _defined(head if len(head) < 80 else ""), point


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _ROW.split(line)[1:-1]]


def _row(heads: Sequence[str], cells: Sequence[str]) -> str:
    """A row as a point of a list, each cell after the head of its column."""
    columns = zip(heads[1:], cells[1:], strict=False)
    rest = [f"  - {head} : {cell}" for head, cell in columns if cell]
    return "\n".join([f"- **{cells[0].strip('*')}**", *rest])


def _defined(cell: str) -> set[str]:
    """What a row or a point is about: its code, and each part of a code of several words."""
    codes = _CODE.findall(cell) or [cell]
    words = {folded(code) for code in codes}
    words |= {word for code in codes for word in re.split(r"[ .]", folded(code)) if len(word) > 2}
    return words | {word.lstrip("#") for word in words} - {""}
