"""The front matter of letters: the mapping between two `---` lines, read and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from relance.text.escapes import yaml_text
from relance.text.yamlfile import YamlDocument, load, typed
from relance.values.problem import Problem, Refusal, Source

_TAG = "tag:yaml.org,2002:"
_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


def front_matter(
    text: str, name: str = "lettre", without: Iterable[str] = ()
) -> tuple[dict[str, object], str]:
    """The mapping between the two `---` lines of a letter, and the text after them, unchanged.

    The lists under the keys `without` are not even read, for whoever has no use for them.
    Values are None, bool, int, Decimal (a number written with a point), date, str, and dicts
    and lists of these. Raises Refusal, with places in the file `name`, when it cannot be read.
    """
    head, body = _halves(text, name)
    for key in without:
        head = re.sub(rf"^{key}:[ ]*\n(?:[ -].*\n)+", _blank, head, count=1, flags=re.MULTILINE)
    mapping = _by_keys(head)
    if mapping is None:  # told with its places
        document = _read(head, name)
        assert isinstance(document.value, dict)
        mapping = document.value
    return mapping, body


def front_document(text: str, name: str) -> tuple[YamlDocument, str]:
    """The same with the place of each key and value in the file."""
    head, body = _halves(text, name)
    return _read(head, name), body


def _halves(text: str, name: str) -> tuple[str, str]:
    match = _FRONT.match(text)
    if match is None:
        what = "l'en-tête manque"
        remedy = "la lettre commence par une ligne « --- », les clés, une ligne « --- »"
        raise Refusal([Problem(Source(name, 1, 1), what, remedy)])
    return match[1], text[match.end() :]


def _read(head: str, name: str) -> YamlDocument:
    document = load(head, name, typed, line=2)
    document.value = {} if document.value is None else document.value
    if document.problems:
        raise Refusal(sorted(document.problems))
    if not isinstance(document.value, dict):
        raise Refusal([Problem(Source(name, 2, 1), "l'en-tête n'est pas fait de clés", "")])
    return document


def _blank(lines: re.Match[str]) -> str:
    return "\n" * lines[0].count("\n")


# Controls, line separators, byte order marks, lone surrogates: written as escapes.
_ODD = re.compile(
    r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]"
)
# What is written as escapes too, though YAML would take it: direction marks, tags.
_QUOTED_TOO = re.compile(r"[<\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f]")

_KEY = re.compile(r"^(?=[a-z])", re.MULTILINE)  # where a key of the first level begins


def _by_keys(head: str) -> dict[str, object] | None:
    """The mapping, read key by key; None unless all of it is as `dump` writes: one key and no
    fault in each part. Most letters of a run share most of theirs, and YAML is slow to read."""
    mapping: dict[str, object] = {}
    before, *parts = _KEY.split(head)
    if before:
        return None
    for part in parts:
        pair = _plain_pair(part) or _pair(part)
        if pair is None or pair[0] in mapping:
            return None
        mapping[pair[0]] = deepcopy(pair[1])
    return mapping


@lru_cache(maxsize=1024)
def _pair(part: str) -> tuple[str, object] | None:
    try:
        document = load(part, "", typed)
    except Refusal:
        return None
    value = document.value
    if document.problems or not isinstance(value, dict) or len(value) != 1:
        return None
    return next(iter(value.items()))


# ---------------------------------------------------------------- Plain blocks, without YAML

# YAML takes four milliseconds for the front matter of a letter, these lines a twentieth of that:
# `verifier` and `audit` read that of every letter ever issued. They know what `dump` writes
# most, and leave everything else to YAML.
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*")
_TEXT = re.compile(r"[^\W\d_](?:[\w.,@/’'()+-]|:(?=\S)|[ ](?=\S))*")
_WORDS = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n")  # what they mean is YAML's to say
_QUOTED = re.compile(r"\"[^\"\\]*\"|'[^']*'")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)\.\d*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BARE: Mapping[str, object] = {"null": None, "true": True, "false": False}
_DEPTH = 4  # no front matter of ours goes deeper


def _plain_pair(part: str) -> tuple[str, object] | None:
    """One key of plain blocks with its value, just as YAML reads it; None when YAML must."""
    lines = part.rstrip("\n").split("\n")
    if any(map(_ODD.search, lines)):
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
        return key, _scalar(value[1:])
    if len(lines) > 1 and lines[1].startswith("- "):
        items = _blocks(lines[1:], lambda line: line.startswith("- "))
        return key, [_item(_inner([f"  {item[0][2:]}", *item[1:]]), depth + 1) for item in items]
    return key, _mapping(_inner(lines[1:]), depth + 1)


def _item(lines: Sequence[str], depth: int) -> object:
    if len(lines) == 1 and ": " not in lines[0]:
        return _scalar(lines[0])
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


# ---------------------------------------------------------------- Writing


class _Representer(SafeRepresenter):
    """Writes what `typed` reads back as the same value."""

    def ignore_aliases(self, _data: object) -> bool:
        """Nothing is ever an alias."""
        return True


def _represent_text(representer: SafeRepresenter, text: str) -> ScalarNode:
    # Words that other readers of YAML (version 1.1) take for booleans or times are quoted too.
    other = re.fullmatch(r"(?i)y|n|yes|no|on|off|[-+]?[0-9].*|<<|=", text)
    style = '"' if other or _ODD.search(text) or _QUOTED_TOO.search(text) else None
    return representer.represent_scalar(f"{_TAG}str", str(text), style=style)


def _represent_decimal(representer: SafeRepresenter, number: Decimal) -> ScalarNode:
    text = str(number)
    exact = text if re.search("[.E]", text) else f"{text}."  # "40" alone would be an int
    return representer.represent_scalar(f"{_TAG}float", exact)


_Representer.add_multi_representer(str, _represent_text)
_Representer.add_representer(str, _represent_text)
_Representer.add_representer(Decimal, _represent_decimal)
_Representer.add_representer(tuple, SafeRepresenter.represent_list)


def dump(mapping: Mapping[str, object]) -> str:
    """Block YAML, one line per value, keys in their order; `front_matter` reads the same back.

    Texts of several lines, control characters and all that looks like something else are
    between quotes; a Decimal keeps its exact text (with a point at its end when it is whole).
    """
    return "".join(_written(_Entry(key, repr(value), value)) for key, value in mapping.items())


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key and its value. `told` tells apart what Python holds equal: 1, True, 1.0 and 1.00."""

    key: str
    told: str
    value: object = field(compare=False)


@lru_cache(maxsize=1024)
def _written(entry: _Entry) -> str:
    """The lines of one key, made once: most letters of a run share most of theirs."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.width = 2**31
    yaml.representer.sort_base_mapping_type_on_output = False
    out = StringIO()
    yaml.dump({entry.key: entry.value}, out)
    return yaml_text(out.getvalue())
