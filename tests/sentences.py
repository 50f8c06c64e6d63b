"""The sentences that an expression of the source may be, with … for what varies.

They are followed through names, tables, what functions return, and parameters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from source_tree import MANY, WHOLE, SourcePiece, SourceTree, called_name, local_values, parameters

HOLE = "…"
SLOT = re.compile("\\{(\\w+)\\}\\N{SUBSTITUTE}")  # where the sentence of a caller goes
HANDED_ON = {"what", "why", "fault", "words", "reason", "message", "kind"}  # names of parameters
ITSELF = {"format", "expand", "removesuffix", "removeprefix", "strip", "cast"}  # say the same
VALUES = {"money", "french_date", "count", "rate", "shown", "short", "suggest", "enumeration"}
_DEEP, _MANY = 14, 24  # calls followed; sentences made of one expression


class SentenceReader:
    """Reads expressions as sentences."""

    def __init__(self, sources: SourceTree) -> None:
        self.sources = sources
        self._read: dict[tuple[ast.expr, SourcePiece], set[str]] = {}

    def said(
        self, node: ast.expr, module: str, piece: SourcePiece = WHOLE, depth: int = 0
    ) -> set[str]:
        """The sentences that the expression may be, or that part of it."""
        if depth > _DEEP:
            return {HOLE}
        if (node, piece) not in self._read:
            self._read[node, piece] = {HOLE}  # for what comes back to itself
            self._read[node, piece] = self._say(node, module, piece, depth + 1)
        return self._read[node, piece]

    def _say(self, node: ast.expr, module: str, piece: SourcePiece, deeper: int) -> set[str]:
        match node:
            case ast.Constant(value=str(text)):
                return {HOLE if piece.many else text}
            case ast.JoinedStr(values=parts):
                return self._joined(parts, module, deeper)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                ways = [self.said(side, module, piece, deeper) for side in (left, right)]
                return _product(ways)
            case ast.BinOp(left=ast.Constant() as left, op=ast.Mult()):
                return self.said(left, module, piece, deeper) | {""}
            case ast.Name(id=name):
                return self._named(node, name, module, piece, deeper)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                return self._constant(name, module, piece, deeper)
            case ast.Call():
                return self._called(node, module, piece, deeper)
            case ast.Subscript(slice=ast.Slice()):
                return {HOLE}
            case ast.Subscript(value=value, slice=ast.Constant(value=int(index))):
                return self.said(value, module, SourcePiece((index, *piece.path)), deeper)
        within, part = _within(node, piece)
        return self._all(within, module, part, deeper) if within else {HOLE}

    def _all(
        self, nodes: Iterable[ast.expr], module: str, piece: SourcePiece, depth: int
    ) -> set[str]:
        return set[str]().union(*(self.said(node, module, piece, depth) for node in nodes))

    def _joined(self, parts: Sequence[ast.expr], module: str, depth: int) -> set[str]:
        """An f-string; what it puts in is looked into when it says little of its own."""
        own = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        is_telling = sum(map(str.isalpha, own)) > 7
        ways: list[set[str]] = []
        for part in parts:
            if isinstance(part, ast.FormattedValue):
                inner = self.said(part.value, module, WHOLE, depth)
                is_short = isinstance(part.value, ast.Name) and len(inner) < 4
                ways.append(inner if is_short or not is_telling else {HOLE})
            else:
                ways.append(self.said(part, module, WHOLE, depth))
        return _product(ways)

    def _named(
        self, node: ast.expr, name: str, module: str, piece: SourcePiece, depth: int
    ) -> set[str]:
        for function in self.sources.scopes(node):
            values = [x for x in local_values(function)[name] if not is_named(x[0], name)]
            sentences = set[str]().union(
                *(self.said(x, module, part.of(piece), depth) for x, part in values)
            )
            if name in parameters(function):
                is_handed = name in HANDED_ON and piece == WHOLE
                return sentences | {slot(name) if is_handed else HOLE}
            if values:
                return sentences
        return self._constant(name, module, piece, depth)

    def _constant(self, name: str, module: str, piece: SourcePiece, depth: int) -> set[str]:
        homes = [home for home, names in self.sources.names.items() if name in names]
        home = module if module in homes else homes[0] if len(homes) == 1 else None
        if home is None:
            return {HOLE}
        value, part = self.sources.names[home][name]
        return self.said(value, home, part.of(piece), depth)

    def _called(self, call: ast.Call, module: str, piece: SourcePiece, depth: int) -> set[str]:
        name = called_name(call)
        match call:
            case ast.Call(func=ast.Attribute(value=value)) if name in ITSELF:
                inner = call.args[0] if name == "expand" else value
                texts = self.said(inner, module, piece, depth)
                return {_filled(text, name) for text in texts}
            case ast.Call(
                func=ast.Attribute(attr="join"), args=[ast.List() | ast.Tuple() as items]
            ):
                texts = self.said(items, module, MANY, depth)
                return {f"{HOLE}{text}{HOLE}" for text in texts}
            case ast.Call(func=ast.Attribute(value=value)) if name in ("get", "items", "values"):
                within = [value, *call.args[1:]]
                part = SourcePiece(piece.path, many=name == "items")
                return self._all(within, module, part, depth)
            case ast.Call(func=ast.Name(id="next"), args=[first, *others]):
                part = replace(piece, many=True)
                texts = self.said(first, module, part, depth)
                return texts | self._all(others, module, piece, depth)
        meant = [] if name in VALUES else self.sources.called(call, module)
        sentences = {
            SLOT.sub(HOLE, text)
            for where, function in (meant if len(meant) < 4 else [])
            for value, part in returned(function, self.sources, piece)
            for text in self.said(value, where, part, depth)
        }
        return sentences or {HOLE}


def _within(node: ast.expr, piece: SourcePiece) -> tuple[list[ast.expr], SourcePiece]:
    """What such an expression is one of."""
    match node, piece.path:
        case ast.IfExp(body=body, orelse=orelse), _:
            return [body, orelse], piece
        case ast.BoolOp(values=values), _:
            return values, piece
        case ((ast.NamedExpr(value=value) | ast.Starred(value=value)), _):
            return [value], piece
        case ast.Subscript(value=value), _:
            return [value], SourcePiece(piece.path)
        case ast.Dict(keys=keys, values=values), (first, *path) if piece.many:
            return [key for key in (values if first else keys) if key], SourcePiece(tuple(path))
        case ast.Dict(values=values), path:
            return values, SourcePiece(tuple(path))
        case ((ast.ListComp(elt=item) | ast.GeneratorExp(elt=item)), path):
            return [item], SourcePiece(tuple(path))
        case ((ast.Tuple(elts=items) | ast.List(elts=items)), path) if piece.many:
            return items, SourcePiece(tuple(path))
        case ast.Tuple(elts=items), (first, *path) if first < len(items):
            return [items[first]], SourcePiece(tuple(path))
    return [], piece


def returned(
    function: ast.FunctionDef, sources: SourceTree, piece: SourcePiece
) -> Iterator[tuple[ast.expr, SourcePiece]]:
    """What a function gives back."""
    for node in ast.walk(function):
        if next(sources.scopes(node), None) is function:
            match node:
                case ast.Return(value=ast.expr() as value):
                    yield value, piece
                case ast.Yield(value=ast.expr() as value):
                    yield value, SourcePiece(piece.path)
                case ast.YieldFrom(value=value):
                    yield value, replace(piece, many=True)


def _filled(text: str, how: str) -> str:
    """A sentence whose places are filled: {} by `format`, \\1 by `expand`."""
    if how == "format":
        return re.sub(r"\{\w*\}", HOLE, text).replace("{{", "{").replace("}}", "}")
    return re.sub(r"\\\d", HOLE, text) if how == "expand" else text


def is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _product(ways: Sequence[set[str]]) -> set[str]:
    texts = {""}
    for way in ways:
        texts = {before + after for before in texts for after in sorted(way)[:_MANY]}
        texts = set(sorted(texts)[:_MANY])
    return texts


def slot(parameter: str) -> str:
    """Where the sentence goes that a caller gives."""
    return f"{{{parameter}}}\N{SUBSTITUTE}"
