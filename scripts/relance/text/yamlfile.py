"""YAML with its places: the only module that knows ruamel.yaml.

Numbers never pass through a float: a decimal is made of the characters that were written.
Anchors, aliases and tags are refused, so that a file says at each place what it means.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeGuard

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, StringMark
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from relance.values.problem import Problem, Refusal, Source

Trail = tuple[str | int, ...]  # the keys and indexes that lead to a value

_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "merge", "value"}
_TRUE = {"true", "yes", "on", "y"}


@dataclass(slots=True)
class YamlDocument:
    """A file read whole: its plain values, where each was written, what is wrong with it.

    `keys` and `values` hold the places of the keys and of the values by trail.
    """

    name: str
    value: object = None
    problems: list[Problem] = field(default_factory=list)
    keys: dict[Trail, Source] = field(default_factory=dict)
    values: dict[Trail, Source] = field(default_factory=dict)

    def key_place(self, trail: Trail) -> Source:
        """Where the nearest written key on the trail stands; the file when none does."""
        while trail:
            if place := self.keys.get(trail) or self.values.get(trail):
                return place
            trail = trail[:-1]
        return Source(self.name)

    def place(self, trail: Trail) -> Source:
        """Where a simple value stands, else its key, else the nearest written parent."""
        return self.values.get(trail) or self.key_place(trail)


# ---------------------------------------------------------------- Scalars


def written(tag: str, text: str) -> object:
    """A scalar as its characters; only a bare null or boolean is more than text."""
    if tag == "null":
        return None
    return text.lower() in _TRUE if tag == "bool" else text


def typed(tag: str, text: str) -> object:
    """A scalar as a bool, int, Decimal, date, None or text; ValueError when it cannot be one."""
    if tag == "int":
        return _integer(text)
    if tag == "float":
        return _decimal(text)
    if tag == "timestamp" and len(text) == len("2026-11-21"):
        return date.fromisoformat(text)
    return written(tag, text)


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    return int(digits) if re.fullmatch(r"[-+]?[0-9]+", digits) else int(digits, 0)


def _decimal(text: str) -> Decimal:
    if not re.search("[0-9]", text):  # .inf and .nan are numbers to YAML alone
        raise ValueError(text)
    return Decimal(text.replace("_", ""))


# ---------------------------------------------------------------- Reading

_DEPTH = 50  # far beyond any file of ours, far below what Python's stack can bear
_TOO_DEEP = ("trop de niveaux les uns dans les autres", "refermez les crochets et accolades")
_UNREAD = (
    "ce fichier n'est pas du YAML qui se lise",
    "retirez une ligne %YAML, un texte en bloc (|) qui commence par un blanc",
)
Scalar = Callable[[str, str], object]


def load(text: str, name: str, scalar: Scalar = written, line: int = 1) -> YamlDocument:
    """Read one YAML document whose first line is the `line`-th of the file `name`.

    Raises Refusal when it is not YAML. Duplicate keys and the like are `problems` of the
    result, so that they can be told together with what its values get wrong.
    """
    document = YamlDocument(name)
    node = _compose(text, name, line)
    if node is not None:
        document.value = _Reader(document, scalar, line).read(node, ())
    return document


def _compose(text: str, name: str, line: int) -> Node | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise Refusal([_syntax_problem(error, name, line)]) from None
    except ReaderError as error:
        raise Refusal([_character_problem(error, text, name, line)]) from None
    except RecursionError:
        raise Refusal([Problem(Source(name), *_TOO_DEEP)]) from None
    except Exception as error:
        raise Refusal([Problem(Source(name), *_UNREAD)]) from error
    return node


class _Reader:
    """Turns nodes into plain values, noting every place and every fault."""

    def __init__(self, document: YamlDocument, scalar: Scalar, line: int) -> None:
        self._document = document
        self._scalar = scalar
        self._line = line

    def read(self, node: Node, trail: Trail) -> object:
        tag = str(node.tag).removeprefix(_TAG)
        if len(trail) > _DEPTH:
            return self._refused(node, trail, *_TOO_DEEP)
        if node.anchor is not None:
            remedy = "écrivez la valeur à chaque endroit où elle sert"
            return self._refused(node, trail, f"ancre YAML « &{node.anchor} » refusée", remedy)
        if isinstance(node, MappingNode) and tag == "map":
            return self._mapping(node, trail)
        if isinstance(node, SequenceNode) and tag == "seq":
            return self._sequence(node, trail)
        if isinstance(node, ScalarNode) and tag in _PLAIN_TAGS:
            return self._simple(node, tag, trail)
        return self._refused(node, trail, f"balise YAML « {node.tag} » refusée", "retirez-la")

    def _mapping(self, node: MappingNode, trail: Trail) -> dict[str, object]:
        values: dict[str, object] = {}
        before: Node | None = None
        for key, value in node.value:
            place = self._place(key)
            if not isinstance(key, ScalarNode) or key.anchor is not None:
                self._fault(place, "clé illisible", "une clé est un simple mot : « clé: valeur »")
                continue
            if node.flow_style and (number := _cut_number(before, key, value)):
                self._fault(
                    place,
                    "une virgule coupe ici",
                    f'écrivez {number} ou "{number.replace(".", ",")}"',
                )
                continue
            before = value
            name = str(key.value)
            inner = (*trail, name)
            if name in values:
                first = self._document.keys[inner]
                what = f"clé « {name} » en double, déjà écrite en {first.line}:{first.column}"
                self._fault(place, what, "gardez une seule des deux")
                continue
            self._document.keys[inner] = place
            values[name] = self.read(value, inner)
        return values

    def _sequence(self, node: SequenceNode, trail: Trail) -> list[object]:
        for index, item in enumerate(node.value):
            self._document.values[(*trail, index)] = self._place(item)
        return [self.read(item, (*trail, index)) for index, item in enumerate(node.value)]

    def _simple(self, node: ScalarNode, tag: str, trail: Trail) -> object:
        if tag != "null":
            self._document.values[trail] = self._place(node)
        try:
            return self._scalar(tag, node.value)
        except ValueError:
            what = f"valeur illisible : « {node.value[:40]} »"
            remedy = "corrigez-la, ou mettez-la entre guillemets si c'est un texte"
            return self._refused(node, trail, what, remedy)

    def _refused(self, node: Node, trail: Trail, what: str, remedy: str) -> object:
        place = self._document.values[trail] = self._place(node)
        return self._fault(place, what, remedy)

    def _place(self, node: Node) -> Source:
        return _at(self._document.name, node.start_mark, self._line)

    def _fault(self, place: Source, what: str, remedy: str) -> object:
        """Note what is wrong; None is what the value counts as."""
        self._document.problems.append(Problem(place, what, remedy))
        return None


def _cut_number(before: Node | None, key: ScalarNode, value: Node) -> str:
    """The number that a comma cut in two between braces, with a point: « 12.5 » for
    `{taux: 12,5}`, which YAML reads as 12 and a key 5 without value; empty when none is."""
    whole = re.fullmatch(r"[-+]?[0-9][0-9 ]*", before.value) if _is_plain(before) else None
    rest = re.fullmatch(r"([0-9]+)\s*(%|€|EUR)?", key.value) if _is_plain(key) else None
    if not whole or not rest or not _is_plain(value) or value.value:
        return ""
    return f"{whole[0].replace(' ', '')}.{rest[1]}"


def _is_plain(node: Node | None) -> TypeGuard[ScalarNode]:
    """Whether a scalar was written without quotation marks."""
    return isinstance(node, ScalarNode) and node.style is None


def _at(name: str, mark: StringMark | None, line: int) -> Source:
    if mark is None:  # ruamel does not always know
        return Source(name)
    return Source(name, mark.line + line, mark.column + 1)


# ---------------------------------------------------------------- What is not YAML

# What ruamel.yaml says, and how we say it; the first match wins.
_SAID = (
    (
        "mapping values are not allowed",
        "« : » inattendu",
        "mettez entre guillemets un texte qui contient « : », ou alignez les clés",
    ),
    ("found character '\\t'", "tabulation interdite", "mettez des espaces devant les clés"),
    ("cannot start any token", "valeur illisible", "mettez-la entre guillemets"),
    ("unexpected end of stream", "guillemet jamais refermé", "refermez-le"),
    (
        "found unknown escape",
        "« \\ » inattendu entre guillemets doubles",
        "doublez-le, ou employez des apostrophes à la place des guillemets",
    ),
    (
        "expected ',' or",
        "virgule oubliée, ou crochet ou accolade jamais refermés",
        "séparez par des virgules, refermez, ou mettez la valeur entre guillemets",
    ),
    ("expected <block end>", "décalage inattendu", "alignez les clés d'un même niveau"),
    ("could not find expected ':'", "« : » manquant", "écrivez « clé: valeur »"),
    ("undefined alias", "alias YAML « * » refusé", "écrivez la valeur, ou des guillemets"),
    ("another document", "second document YAML", "retirez la ligne « --- »"),
)
_OTHERWISE = ("", "YAML illisible", "vérifiez le décalage, les guillemets et les « : »")


def _syntax_problem(error: MarkedYAMLError, name: str, line: int) -> Problem:
    message = str(error.problem)
    pattern, what, remedy = next((row for row in _SAID if row[0] in message), _OTHERWISE)
    mark = error.problem_mark
    if pattern == "unexpected end of stream":  # where the quotation starts says more
        mark = error.context_mark
    return Problem(_at(name, mark, line), what, remedy)


def _character_problem(error: ReaderError, text: str, name: str, line: int) -> Problem:
    before = text[: error.position]
    row, column = before.count("\n"), len(before) - before.rfind("\n")
    what = f"caractère interdit (U+{ord(text[error.position]):04X})"
    return Problem(Source(name, row + line, column), what, "effacez-le")
