"""The lines of a letter's front matter and data, read without YAML where they are plain.

YAML takes four milliseconds for what a letter says of itself, these lines a twentieth of that:
`verifier` and `audit` read that of every letter ever issued. They know what we write most, and
leave everything else to YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*")
_TEXT = re.compile(r"[^\W\d_](?:[\w.,@/’'()+-]|:(?=\S)|[ ](?=\S))*")
_BARE_TEXT = re.compile(r"[^\W\d_](?:[\w./@()’'+]|-(?!-)|:(?=\w)|[ ](?=[^\W_]))*")
_WORDS = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n")  # what they mean is YAML's to say
_QUOTED = re.compile(r"\"[^\"\\]*\"|'[^']*'")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)\.\d*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BARE: Mapping[str, object] = {"null": None, "true": True, "false": False}
_DEPTH = 4  # no front matter of ours goes deeper
# Controls, line separators, byte order marks, lone surrogates: written as escapes.
ODD = re.compile(
    r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]"
)


def is_plain(text: str) -> bool:
    """Whether a text needs no quotation marks on any line, between braces neither, and cannot
    end a comment."""
    return bool(_BARE_TEXT.fullmatch(text)) and not _WORDS.fullmatch(text)


def plain_pair(part: str) -> tuple[str, object] | None:
    """One key of plain lines with its value, just as YAML reads it; None when YAML must."""
    lines = part.rstrip("\n").split("\n")
    if any(map(ODD.search, lines)):
        return None
    try:
        return _keyed(lines, 0)
    except ValueError:
        return None


def _keyed(lines: Sequence[str], depth: int) -> tuple[str, object]:
    """The lines of one key. Raises ValueError where only YAML can tell what they say."""
    key, colon, value = lines[0].partition(":")
    if not colon or not _NAME.fullmatch(key) or _WORDS.fullmatch(key) or depth > _DEPTH:
        raise ValueError
    if value:
        if len(lines) > 1 or value[0] != " ":
            raise ValueError
        return key, _inline(value[1:])
    if len(lines) > 1 and lines[1].startswith("- "):
        items = _blocks(lines[1:], lambda line: line.startswith("- "))
        return key, [_item(_inner([f"  {item[0][2:]}", *item[1:]]), depth + 1) for item in items]
    return key, _mapping(_inner(lines[1:]), depth + 1)


def _item(lines: Sequence[str], depth: int) -> object:
    if len(lines) == 1 and (": " not in lines[0] or lines[0].startswith("{")):
        return _inline(lines[0])
    return _mapping(lines, depth)


def _mapping(lines: Sequence[str], depth: int) -> dict[str, object]:
    pairs = [_keyed(block, depth) for block in _blocks(lines, lambda line: line[:1].islower())]
    if len(mapping := dict(pairs)) != len(pairs):
        raise ValueError  # a key twice, which YAML tells with its places
    return mapping


def _blocks(lines: Sequence[str], begins: Callable[[str], bool]) -> list[list[str]]:
    """The lines in groups, each from one that `begins` it; the first line must."""
    blocks: list[list[str]] = []
    for line in lines:
        if begins(line):
            blocks.append([line])
        elif blocks:
            blocks[-1].append(line)
        else:
            raise ValueError
    if not blocks:
        raise ValueError
    return blocks


def _inner(lines: Sequence[str]) -> list[str]:
    if not all(line.startswith("  ") for line in lines):
        raise ValueError
    return [line[2:] for line in lines]


def _scalar(text: str) -> object:
    if text in _BARE:
        return _BARE[text]
    if _QUOTED.fullmatch(text):
        return text[1:-1]
    if _TEXT.fullmatch(text) and not _WORDS.fullmatch(text):
        return text
    if _DATE.fullmatch(text):
        return date.fromisoformat(text)
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    raise ValueError


# ---------------------------------------------------------------- Between braces

_TOKEN = re.compile(r"\"[^\"\\]*\"|'[^']*'|[^,\[\]{}\"]+")
_PAIR = re.compile(rf"({_NAME.pattern}): ")


def _inline(text: str) -> object:
    """A scalar, or a list or a mapping between its marks, all on one line."""
    value, end = _inline_at(text, 0, 0) if text[:1] in ("[", "{") else (_scalar(text), len(text))
    if end != len(text):
        raise ValueError
    return value


def _inline_at(text: str, at: int, depth: int) -> tuple[object, int]:
    """The value that begins at a place, and where it ends."""
    opening = text[at : at + 1]
    if opening not in ("[", "{"):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError
        return _scalar(token[0]), token.end()
    closing, keys, values = {"[": "]", "{": "}"}[opening], list[str](), list[object]()
    at += 1
    while not text.startswith(closing, at):
        if depth >= _DEPTH or (values and not text.startswith(", ", at)):
            raise ValueError
        at += 2 * bool(values)
        if opening == "{":
            pair = _PAIR.match(text, at)
            if pair is None or pair[1] in keys or _WORDS.fullmatch(pair[1]):
                raise ValueError
            keys.append(pair[1])
            at = pair.end()
        value, at = _inline_at(text, at, depth + 1)
        values.append(value)
    return dict(zip(keys, values, strict=True)) if opening == "{" else values, at + 1
