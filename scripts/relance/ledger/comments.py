"""What a semicolon hides in an entry: a line of a client's account, a key of ours behind other
words (rule 3.28). Beancount reads none of it, and an amount left out still makes the entry balance.

A line of metadata that is a comment as a whole was taken out on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints
from relance.policy.settings import LedgerSettings
from relance.text.escapes import plain
from relance.values.facts import DoubtfulEntry
from relance.values.problem import Source
from relance.values.register import FOLDER

_AT_ONCE = 1 << 16  # bytes
_AROUND = 1 << 12  # bytes before and after a comment in which the rest of its entry is looked for
_COMMENTED = re.compile(rb"^[^;\n][^;\n]*;[^\n]*", re.MULTILINE)
_LINE = re.compile(r"\s*;+\s*(?:[*!]\s+)?([^\W\d]\w*(?::[\w-]+)+)(?:\s+-?[\d.,]+.*|\s*)")
_ACCOUNT = re.compile(r"[^\W\d]\w*(?::[\w-]+)+")
_HEAD = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)\s")


class _Comment(NamedTuple):
    """A line with a comment, and the text of the entry that it stands in."""

    source: Source
    text: str
    entry: str


class Comments:
    """Looks at the comments of the files of a ledger, the register's apart."""

    def __init__(self, clients: Clients, settings: LedgerSettings, complaints: Complaints) -> None:
        keys = "|".join(map(re.escape, ("relance", *settings.invoice.meta, *settings.due)))
        value = r'(?:\d{4}-|TRUE|FALSE|")'
        self._key = re.compile(rf"(?<![\w-])(?P<key>{keys})\s*:\s*{value}")
        self._clients = clients
        self._complaints = complaints

    def entries(self, files: Iterable[str]) -> Iterator[DoubtfulEntry]:
        """What is hidden in these files."""
        for name in files:
            for comment in self._comments(name) if not name.startswith(f"{FOLDER}/") else ():
                yield from self._hidden(comment)

    def _comments(self, name: str) -> Iterator[_Comment]:
        """Whole lines of a file at a time: large books are never in memory whole."""
        number, before = 1, b""
        with (self._complaints.root / name).open("rb") as file:
            while lines := file.read(_AT_ONCE) + file.readline():
                for match in _COMMENTED.finditer(lines) if b";" in lines else ():
                    text = match[0].decode(errors="replace")
                    if not (_LINE.fullmatch(text) or self._key.search(text)):
                        continue  # nearly always
                    start, end = match.span()
                    above = (before + lines[max(start - _AROUND, 0) : start])[-_AROUND:]
                    place = number + lines.count(b"\n", 0, start)
                    if entry := _entry(above, text, lines[end : end + _AROUND]):
                        yield _Comment(Source(name, place), text, entry)
                number += lines.count(b"\n")
                before = lines[-_AROUND:]

    def _hidden(self, comment: _Comment) -> Iterator[DoubtfulEntry]:
        text = comment.text
        if line := _LINE.fullmatch(text):
            if client := self._clients.of(line[1]):
                what = f"une ligne de {plain(line[1])} est en commentaire dans une écriture"
                remedy = "ôtez son « ; », ou retirez-la"
                yield self._asked(comment, client.account, what, remedy)
            return
        shown = _without_texts(text)
        match = self._key.search(text, shown.find(";") + 1) if ";" in shown else None
        if match and not re.search(rf"(?m)^\s+{re.escape(match['key'])}\s*:", comment.entry):
            accounts = map(self._clients.of, _ACCOUNT.findall(_without_texts(comment.entry)))
            if client := next(filter(None, accounts), None):
                what = f"« {match['key']}: » est en commentaire : rien n'y est lu"
                remedy = "mettez cette clé sur une ligne à elle, ou retirez-la"
                yield self._asked(comment, client.account, what, remedy)

    def _asked(self, comment: _Comment, account: str, what: str, remedy: str) -> DoubtfulEntry:
        head = _HEAD.match(comment.entry)
        assert head  # and Beancount has read its date
        return DoubtfulEntry(
            date=date(*map(int, head.groups())),
            source=comment.source,
            code="en-commentaire",
            what=what,
            remedy=remedy,
            account=account,
        )


def _without_texts(line: str) -> str:
    """The line with each text between quotation marks blotted out, its length kept."""
    return re.sub(r'"[^"]*"', lambda text: "·" * len(text[0]), line)


def _entry(above: bytes, comment: str, below: bytes) -> str:
    """The lines of the entry in which a line stands; nothing when it stands in none."""
    lines = [comment]
    if not _HEAD.match(lines[0]):
        for line in reversed(above.decode(errors="replace").split("\n")[:-1]):
            lines.insert(0, line)
            if _HEAD.match(line):
                break
            if not line.startswith((" ", "\t", ";")) or not line.strip():
                return ""
        else:
            return ""
    for line in below.decode(errors="replace").split("\n")[1:]:
        if not line.startswith((" ", "\t", ";")) or not line.strip():
            break
        lines.append(line)
    return "\n".join(lines)
