"""The text of a ledger's file with directives put into it, taken out or replaced; all that a
person wrote there stays as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatch
from os.path import normpath
from pathlib import PurePosixPath

from relance.imports.directives import NewDirective
from relance.ledger import syntax
from relance.ledger.beancount import align
from relance.ledger.blocks import DirectiveBlock, blocks
from relance.ledger.imported import ID

_ID = re.compile(rf"^\s*{ID}: (\"(?:[^\"\\]|\\.)*\")", re.MULTILINE)
_INCLUDE = re.compile(r'^include[ \t]+"([^"\n]+)"', re.MULTILINE)
HEADER = """\
;; -*- mode: beancount; coding: utf-8; -*-
;; Écrit par relance importer. Une écriture que vous changez n'est plus jamais récrite.
"""
Key = tuple[str, str]  # the day, and the id as it is spelt


def new_file(roots: Mapping[str, str]) -> str:
    """What a file of imports begins with; `roots` are those of `syntax.options`."""
    options = syntax.options(roots, roots)
    return HEADER + "".join(f"\n{line}" for line in options) + ("\n" if options else "")


def with_directives(
    old: str, put: Iterable[NewDirective], gone: Collection[str] = (), *, formatted: bool = True
) -> str:
    """A file's text with these directives, each in the place of the one of its id, else in the
    order of days and ids; those whose id is `gone` are taken out. `formatted`: as `bean-format`
    leaves it."""
    windows = old.count("\r\n") == old.count("\n") > 0
    parts, tail = blocks(old.replace("\r\n", "\n") if windows else old)
    new = {_key(directive): directive for directive in put}
    names = {spelt for _, spelt in new} | {syntax.text(name) for name in gone}
    lines = _merged(parts, new, names)
    head = "\n".join(tail).rstrip("\n").split("\n")
    lines = [*lines, *tail] if parts else [*head, "", *lines]
    del parts, new  # of large files, what is next takes as much again
    if formatted:
        align(lines)
    text = "\n".join(lines).strip("\n") + "\n"
    return text.replace("\n", "\r\n") if windows else text


def _merged(
    parts: Sequence[DirectiveBlock], new: Mapping[Key, NewDirective], replaced: Collection[str]
) -> list[str]:
    """The lines of the directives that stay and of the new ones, in order."""
    waiting = sorted(new)
    lines: list[str] = []
    for place, block in enumerate(parts):
        spelt = _id(block.text)
        lead = list(block.lead)
        if place == 0:  # what a file begins with stays there
            lines += lead
            lead = []
        if spelt in replaced:
            lines += [line for line in lead if line.strip()]
            continue
        while spelt and waiting and waiting[0] < (_day(block.text), spelt):
            _append(lines, new[waiting.pop(0)].text)
        while lead and not lead[0] and lines and not lines[-1]:
            lead.pop(0)
        lines += [*lead, *block.text.split("\n")]
    for key in waiting:
        _append(lines, new[key].text)
    return lines


def _append(lines: list[str], directive: str) -> None:
    """One more, set apart by one empty line."""
    while lines and not lines[-1].strip():
        lines.pop()
    if lines:
        lines.append("")
    lines += [*directive.split("\n"), ""]


def _key(directive: NewDirective) -> Key:
    return (directive.date.isoformat(), syntax.text(directive.id))


def _id(block: str) -> str:
    match = _ID.search(block)
    return match[1] if match else ""


def _day(block: str) -> str:
    return block[:10].replace("/", "-")


def includes(text: str, file: str, path: str) -> bool:
    """Whether a file of that text includes another; paths from the root."""
    folder = PurePosixPath(file).parent
    patterns = (normpath(folder / pattern) for pattern in _INCLUDE.findall(text))
    return any(fnmatch(normpath(path), pattern) for pattern in patterns)


def with_include(text: str, pattern: str) -> str:
    """The text of a top file with one more include: after its last one, else after its options."""
    line = f'include "{pattern}"'
    ends = [match.end() for match in re.finditer(r"^(?:include|option)\b.*$", text, re.MULTILINE)]
    last = [match.end() for match in _INCLUDE.finditer(text)]
    at = max(last or ends, default=0)
    at = text.find("\n", at) if at else 0
    if at < 0:
        return f"{text}\n{line}\n"
    before, after = text[:at], text[at:]
    return f"{before}\n{line}{after}" if at else f"{line}\n{after}"
