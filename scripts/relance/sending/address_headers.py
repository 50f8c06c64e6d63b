"""Address headers that read back equal: From, To, Cc and Reply-To on lines of our own.

The standard library folds a name before its parenthesis or comma and loses the space that stood
there. A short name in ASCII stays as it is or is quoted; in any other the words that are not plain
are written encoded (RFC 2047), which no folding can change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from itertools import groupby
from typing import Any

_ADDRESSES = frozenset({"from", "to", "cc", "reply-to"})
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,60}")
_LINE, _FOLD = 78, "\r\n "
_QUOTABLE = 60  # signs of a name on one line


class AddressPolicy(EmailPolicy):
    """The standard policy for mail, but for the headers that hold addresses."""

    def fold(self, name: str, value: Any) -> str:
        """The header as text, ended."""
        return _written(name, value) if _is_ours(name, value) else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as bytes, ended."""
        if _is_ours(name, value):
            return _written(name, value).encode("ascii")
        return super().fold_binary(name, value)


def _is_ours(name: str, value: Any) -> bool:
    return name.lower() in _ADDRESSES and hasattr(value, "addresses")


def _written(name: str, value: Any) -> str:
    return f"{name}: " + f",{_FOLD}".join(map(_mailbox, value.addresses)) + "\r\n"


def _mailbox(address: Address) -> str:
    if not address.display_name:
        return address.addr_spec
    phrase, bracketed = _phrase(address.display_name), f"<{address.addr_spec}>"
    # A line that holds both; the field's name stands before the first.
    short = _FOLD not in phrase and len(phrase) + len(bracketed) < _LINE - len("Reply-To: ,")
    return f"{phrase}{' ' if short else _FOLD}{bracketed}"


def _phrase(name: str) -> str:
    if name.isascii() and name.isprintable() and len(name) <= _QUOTABLE:
        if all(map(_ATOM.fullmatch, name.split(" "))):
            return name
        return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    # Words that follow each other encoded are one run: between two, no space would be read.
    runs = groupby(name.split(" "), key=lambda word: _ATOM.fullmatch(word) is not None)
    return _FOLD.join(
        _FOLD.join(_lines(words)) if plain else _encoded(words) for plain, words in runs
    )


def _encoded(words: Iterable[str]) -> str:
    return Header(" ".join(words), "utf-8", maxlinelen=75).encode(linesep="\r\n")


def _lines(words: Iterable[str]) -> list[str]:
    """Plain words in lines short enough."""
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > _QUOTABLE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


ADDRESSED = AddressPolicy(linesep="\r\n", max_line_length=_LINE)
"""The policy of the messages that leave."""
