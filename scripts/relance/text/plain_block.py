"""Block YAML of plain values, written line by line: YAML's own writer takes a hundred times as long
for the same bytes, and writes what is not plain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from relance.text.plain_yaml import is_plain

_KEY = re.compile(r"[a-z]+(?:-[a-z]+)*")
# What begins as a number does is quoted; of that, the signs that quotation marks change nothing of.
_NUMBER_LIKE = re.compile(r"[0-9][0-9A-Za-zÀ-ÖØ-öø-ÿ ,.'’()/-]*")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+", re.ASCII)


def plain_block(key: str, value: object) -> str | None:
    """The lines of one key; None unless all of it is plain."""
    try:
        return "".join(f"{line}\n" for line in _pair(key, value))
    except ValueError:
        return None


def _pair(key: str, value: object) -> Iterator[str]:
    """The lines of a key. Raises ValueError where only YAML knows how to write them."""
    if not (_KEY.fullmatch(key) and is_plain(key)):
        raise ValueError
    if isinstance(value, Mapping) and value:
        yield f"{key}:"
        yield from (f"  {line}" for line in _pairs(value))
    elif isinstance(value, list | tuple) and value:
        yield f"{key}:"
        for item in value:
            yield from _item(item)
    else:
        yield f"{key}: {_scalar(value)}"


def _pairs(mapping: Mapping[str, object]) -> Iterator[str]:
    return (line for key, value in mapping.items() for line in _pair(key, value))


def _item(value: object) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        first, *others = _pairs(value)
        yield f"- {first}"
        yield from (f"  {line}" for line in others)
    else:
        yield f"- {_scalar(value)}"


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) or (isinstance(value, date) and not isinstance(value, datetime)):
        return str(value)
    if isinstance(value, Decimal) and _DECIMAL.fullmatch(text := str(value)):
        return text
    if type(value) is str and is_plain(value):
        return value
    if type(value) is str and _NUMBER_LIKE.fullmatch(value):
        return f'"{value}"'
    raise ValueError
