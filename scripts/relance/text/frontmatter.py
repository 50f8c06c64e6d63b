"""The front matter of letters: the mapping between two `---` lines, read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from relance.text.yamlfile import Document, load, typed
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
    found = _by_keys(head)
    if found is None:  # told with its places
        document = _read(head, name)
        assert isinstance(document.value, dict)
        found = document.value
    return found, body


def front_document(text: str, name: str) -> tuple[Document, str]:
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


def _read(head: str, name: str) -> Document:
    document = load(head, name, typed, line=2)
    document.value = {} if document.value is None else document.value
    if document.problems:
        raise Refusal(sorted(document.problems))
    if not isinstance(document.value, dict):
        raise Refusal([Problem(Source(name, 2, 1), "l'en-tête n'est pas fait de clés", "")])
    return document


def _blank(lines: re.Match[str]) -> str:
    return "\n" * lines[0].count("\n")


_KEY = re.compile(r"^(?=[a-z])", re.MULTILINE)  # where a key of the first level begins


def _by_keys(head: str) -> dict[str, object] | None:
    """The mapping, read key by key; None unless all of it is as `dump` writes: one key and no
    fault in each part. Most letters of a run share most of theirs, and YAML is slow to read."""
    found: dict[str, object] = {}
    for part in filter(None, _KEY.split(head)):
        pair = _pair(part)
        if pair is None or pair[0] in found:
            return None
        found[pair[0]] = deepcopy(pair[1])
    return found


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


# ---------------------------------------------------------------- Writing

# Controls, line separators, byte order marks, lone surrogates: written as escapes.
_ODD = re.compile(
    r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]"
)


class _Representer(SafeRepresenter):
    """Writes what `typed` reads back as the same value."""

    def ignore_aliases(self, _data: object) -> bool:
        """Nothing is ever an alias."""
        return True


def _represent_text(representer: SafeRepresenter, text: str) -> ScalarNode:
    # Words that other readers of YAML (version 1.1) take for booleans or times are quoted too.
    other = re.fullmatch(r"(?i)y|n|yes|no|on|off|[-+]?[0-9].*|<<|=", text)
    style = '"' if other or _ODD.search(text) else None
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
    return out.getvalue()
