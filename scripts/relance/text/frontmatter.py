"""What a letter's file says around its words: a front matter above them, data under them.

The front matter between two `---` lines is what the page shows above the words; the data, in a
comment that no viewer shows, are all that laying out and checking the letter need besides. An
earlier version wrote all of it into the front matter: both read the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from relance.text.data_block import LetterParts, block, decimal_text, parted
from relance.text.escapes import yaml_text
from relance.text.plain_block import plain_block
from relance.text.plain_yaml import ODD, plain_pair
from relance.text.yamlfile import YamlDocument, load, typed
from relance.values.letter_data import HEAD, completed, shortened
from relance.values.problem import Problem, Refusal, Source

_TAG = "tag:yaml.org,2002:"
_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


def front_matter(
    text: str, name: str = "lettre", without: Iterable[str] = ()
) -> tuple[dict[str, object], str]:
    """What a letter's file says of itself, above and under its words, and these, unchanged.

    The lists under the keys `without` are not even read, for whoever has no use for them.
    Values are None, bool, int, Decimal (a number written with a point), date, str, and dicts
    and lists of these. Raises Refusal, with places in the file `name`, when it cannot be read.
    """
    parts = _parts(text, name)
    head, data = (_leaving_out(without, part) for part in (parts.head, parts.rest.data))
    read = [_by_keys(part) for part in (head, data)]
    if None in read or (read[0] or {}).keys() & (read[1] or {}).keys():  # told with its places
        document = _document(replace(parts, head=head, rest=replace(parts.rest, data=data)), name)
        assert isinstance(document.value, dict)
        return document.value, parts.rest.words
    mapping = (read[0] or {}) | (read[1] or {})
    return completed(mapping) if parts.rest.line else mapping, parts.rest.words


def front_document(text: str, name: str) -> tuple[YamlDocument, str]:
    """The same with the place of each key and value in the file."""
    parts = _parts(text, name)
    return _document(parts, name), parts.rest.words


def lines_above(text: str) -> int:
    """How many lines of a letter's file are above its words. Raises Refusal as `front_matter`."""
    return _parts(text, "").above


@dataclass(frozen=True, slots=True)
class _Parts:
    """A file cut: the lines of its front matter, how many lines these are with their marks, what
    is after them."""

    head: str
    above: int
    rest: LetterParts


def _parts(text: str, name: str) -> _Parts:
    match = _FRONT.match(text)
    if match is None:
        what = "l'en-tête manque"
        remedy = "la lettre commence par une ligne « --- », les clés, une ligne « --- »"
        raise Refusal([Problem(Source(name, 1, 1), what, remedy)])
    above = match[0].count("\n")
    return _Parts(match[1], above, parted(text[match.end() :], name, above))


def _leaving_out(keys: Iterable[str], part: str) -> str:
    for key in keys:
        part = re.sub(rf"^{key}:[ ]*\n(?:[ -].*\n)+", _blank, part, count=1, flags=re.MULTILINE)
    return part


def _blank(lines: re.Match[str]) -> str:
    return "\n" * lines[0].count("\n")


def _document(parts: _Parts, name: str) -> YamlDocument:
    document = load(parts.head, name, typed, line=2)
    head = _of_keys(document, "l'en-tête n'est pas fait", 2)
    if not parts.rest.line:
        return _without_faults(document)
    under = load(parts.rest.data, name, typed, line=parts.rest.line + 1)
    data = _of_keys(under, "les données de la lettre ne sont pas faites", parts.rest.line)
    for key in sorted(head.keys() & data.keys()):
        what = f"« {key} » est dit deux fois, en tête de la lettre et dans ses données"
        under.problems.append(Problem(under.keys[key,], what, "gardez la ligne d'origine"))
    document.value = completed(head | data)
    # What goes without saying stands nowhere: it is told at the mark of the data.
    unsaid = document.value.keys() - head.keys() - data.keys()
    document.keys |= under.keys | {(k,): Source(name, parts.rest.line, 1) for k in unsaid}
    document.values |= under.values
    document.problems += under.problems
    return _without_faults(document)


def _of_keys(document: YamlDocument, what: str, line: int) -> dict[str, object]:
    """The mapping that a part is; its faults are noted in it, one that is none at its line."""
    document.value = {} if document.value is None else document.value
    if isinstance(document.value, dict):
        return document.value
    document.problems.append(Problem(Source(document.name, line, 1), f"{what} de clés", ""))
    return {}


def _without_faults(document: YamlDocument) -> YamlDocument:
    if document.problems:
        raise Refusal(sorted(document.problems))
    return document


# What is written as escapes too, though YAML would take it: direction marks, tags.
_QUOTED_TOO = re.compile(r"[<\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f]")

_KEY = re.compile(r"^(?=[a-z])", re.MULTILINE)  # where a key of the first level begins


def _by_keys(head: str) -> dict[str, object] | None:
    """The mapping, read key by key; None unless all of it is as we write: one key and no
    fault in each part. Most letters of a run share most of theirs, and YAML is slow to read."""
    mapping: dict[str, object] = {}
    before, *parts = _KEY.split(head)
    if before:
        return None
    for part in parts:
        pair = plain_pair(part) or _pair(part)
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


# ---------------------------------------------------------------- Writing


class _Representer(SafeRepresenter):
    """Writes what `typed` reads back as the same value."""

    def ignore_aliases(self, _data: object) -> bool:
        """Nothing is ever an alias."""
        return True


def _represent_text(representer: SafeRepresenter, text: str) -> ScalarNode:
    # Words that other readers of YAML (version 1.1) take for booleans or times are quoted too.
    other = re.fullmatch(r"(?i)y|n|yes|no|on|off|[-+]?[0-9].*|<<|=", text)
    style = '"' if other or ODD.search(text) or _QUOTED_TOO.search(text) else None
    return representer.represent_scalar(f"{_TAG}str", str(text), style=style)


def _represent_decimal(representer: SafeRepresenter, number: Decimal) -> ScalarNode:
    return representer.represent_scalar(f"{_TAG}float", decimal_text(number))


_Representer.add_multi_representer(str, _represent_text)
_Representer.add_representer(str, _represent_text)
_Representer.add_representer(Decimal, _represent_decimal)
_Representer.add_representer(tuple, SafeRepresenter.represent_list)


def letter_file(facts: Mapping[str, object], words: str) -> str:
    """A letter's whole file: the front matter, the words, the data; `front_matter` reads back the
    facts, and the words between two line feeds. Raises ValueError where it would not."""
    short = shortened(facts)
    if completed(short) != facts:
        raise ValueError("a letter's file would not say what it was given")
    head = {key: short.pop(key) for key in HEAD if key in short}
    return f"---\n{dump(head)}---\n\n{words}\n\n{block(short)}"


def relaid(text: str) -> str:
    """A letter of an earlier version, whose front matter said everything, as it is laid out now;
    any other text, and one whose front matter that version did not write so, unchanged."""
    try:
        parts = _parts(text, "")
    except Refusal:
        return text
    facts, words = _by_keys(parts.head), parts.rest.words[1:-1]
    if parts.rest.line or facts is None or text != f"---\n{dump(facts)}---\n\n{words}\n":
        return text
    return letter_file(facts, words) if completed(facts) == facts else text


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
    return plain_block(entry.key, entry.value) or by_yaml(entry.key, entry.value)


def by_yaml(key: str, value: object) -> str:
    """The lines of one key, whatever its value."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.width = 2**31
    yaml.representer.sort_base_mapping_type_on_output = False
    out = StringIO()
    yaml.dump({key: value}, out)
    return yaml_text(out.getvalue())
