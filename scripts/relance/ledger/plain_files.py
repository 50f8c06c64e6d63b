"""Files of documents and notes alone, as registers are written: read at a third of the price of
Beancount's parser, which asks for every line of metadata.

Such a file begins with comments and options, which that parser reads; then every `document` and
`note` is spelt in the plainest way. Of a file in which anything else stands nothing is read here.
That both give the same is held by `tests/ledger/test_plain_files.py` for the version of Beancount
that is `TESTED`.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from sys import intern
from typing import Any

import beancount
from beancount.core.amount import Amount
from beancount.core.data import EMPTY_SET, Document, Note
from beancount.parser import _parser  # type: ignore[attr-defined]

from relance.ledger.plain_booking import TESTED

_STRING = r'"[^"\\\x00-\x1f]*"'
_DAY = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
_VALUE = rf"{_STRING}|{_DAY}|-?[0-9]{{1,15}}\.[0-9]{{2}} [A-Z]{{3}}|[0-9]{{1,15}}"
_NAMES = r"[A-Za-z0-9_/.-]+"
_PART = r"(?:[A-Z0-9]|[^\W\x00-\x7f])(?:[^\W_]|-)*"
_DIRECTIVE = re.compile(
    rf"({_DAY}) (document|note) ({_PART}(?::{_PART})+) +({_STRING})"
    rf"((?: #{_NAMES})*)((?: \^{_NAMES})*)\n"
    rf"((?:  [a-z][A-Za-z0-9_-]+: +(?:{_VALUE})\n)*)\n*"
)
_METADATA = re.compile(r"  ([^:]+): +(.+)\n")
_COMMENTS = re.compile(r"(?:;[^\n\x00]*\n|\n)+")
_FIRST = re.compile(rb"^[0-9]", re.MULTILINE)
_HEAD = re.compile(rb'(?:;[^\n\x00]*\n|\n|option "[a-z_]+" "[^"\\\x00-\x1f]*"\n)*')


class _Unusual(Exception):
    """Something that is not spelt in the plainest way."""


def plain_file(name: str, builder: Any) -> bool:
    """Give the entries of such a file to a builder of Beancount's parser. False for any other, and
    for one in which Beancount would find a fault: then the builder is of no more use."""
    if beancount.__version__ != TESTED or not Path(name).is_absolute():
        return False
    content = Path(name).read_bytes()
    first = _FIRST.search(content)
    if first is None or not _HEAD.fullmatch(content, endpos=first.start()):
        return False
    head = content[: first.start()]
    _parser.Parser(builder).parse(io.BytesIO(head), filename=name, lineno=1)
    try:
        text = content[first.start() :].decode()
        builder.entries = list(_entries(text, name, head.count(b"\n") + 1, builder))
    except ValueError:  # what is not UTF-8, a day that is none
        return False
    except _Unusual:
        return False
    return not builder.errors


def _entries(text: str, name: str, line: int, builder: Any) -> Iterator[Any]:
    values, tagged, place = _Values(), _Tagged(), 0
    folders: dict[str, str] = {}
    while place < len(text):
        match = _DIRECTIVE.match(text, place)
        if match is None:
            if not (match := _COMMENTS.match(text, place)):
                raise _Unusual
            line, place = line + text.count("\n", place, match.end()), match.end()
            continue
        day, sort, account, words, tags, links, metadata = match.groups()
        meta = {"filename": name, "lineno": line}
        account = builder.account(name, line, account)
        for key, value in _METADATA.findall(metadata):
            meta[intern(key)] = value[1:-1] if value[0] == '"' else values[value]
        about = frozenset(links.replace("^", "").split()) if links else EMPTY_SET
        if sort == "note":
            yield Note(meta, values[day], account, words[1:-1], tagged[tags], about)
        else:
            file = _absolute(words[1:-1], name, folders)
            yield Document(meta, values[day], account, file, tagged[tags], about)
        line, place = line + text.count("\n", place, match.end()), match.end()


def _absolute(written: str, name: str, folders: dict[str, str]) -> str:
    """The path of a document that a file names; the letters of a run lie in one folder."""
    folder, _, last = written.rpartition("/")
    if written.startswith("/"):
        return written
    if not folder or last in ("", ".", ".."):
        return os.path.normpath(f"{Path(name).parent}/{written}")
    if folder not in folders:
        folders[folder] = os.path.normpath(f"{Path(name).parent}/{folder}").rstrip("/")
    return f"{folders[folder]}/{last}"


class _Values(dict[str, Any]):
    """Days, sums and whole numbers as they are written, one value for all that are alike."""

    def __missing__(self, written: str) -> Any:
        self[written] = value = self._value(written)
        return value

    @staticmethod
    def _value(written: str) -> Any:
        if written.isdecimal():
            return Decimal(written)
        number, _, currency = written.partition(" ")
        if not currency:
            return date.fromisoformat(written)
        # As the parser does: of nothing, a minus makes nothing else.
        amount = -Decimal(number[1:]) if number[0] == "-" else Decimal(number)
        return Amount(amount, intern(currency))


class _Tagged(dict[str, frozenset[str]]):
    """Tags as they are written."""

    def __missing__(self, written: str) -> frozenset[str]:
        tags = frozenset(written.replace("#", "").split())
        self[written] = tags = tags or EMPTY_SET
        return tags
