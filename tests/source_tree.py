"""The program's source as syntax: what its names stand for, what its calls may mean."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from places import ROOT


@dataclass(frozen=True)
class SourcePiece:
    """Which part of an expression is meant: the item of a tuple that the `path` leads to, of all
    that it holds one by one when there are `many`."""

    path: tuple[int, ...] = ()
    many: bool = False

    def of(self, other: SourcePiece) -> SourcePiece:
        """That part of this part."""
        return SourcePiece((*self.path, *other.path), self.many or other.many)


WHOLE, MANY = SourcePiece(), SourcePiece(many=True)


@dataclass
class SourceTree:
    """The program's modules, with what is defined where."""

    calls: list[tuple[str, ast.Call]] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    names: dict[str, dict[str, tuple[ast.expr, SourcePiece]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    functions: dict[str, list[tuple[str, ast.FunctionDef]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    imports: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _called: dict[ast.Call, set[str]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> SourceTree:
        """Those of scripts/relance."""
        sources = cls()
        for path in sorted((ROOT / "scripts/relance").rglob("*.py")):
            sources.add(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        return sources

    def add(self, module: str, text: str) -> None:
        """Take one module in."""
        for node in ast.walk(ast.parse(text)):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            if isinstance(node, ast.Call):
                self.calls.append((module, node))
            elif isinstance(node, ast.FunctionDef):
                self.functions[node.name].append((module, node))
            elif isinstance(node, ast.ImportFrom):
                home = f"scripts/{str(node.module).replace('.', '/')}.py"
                self.imports[module] |= {name.asname or name.name: home for name in node.names}
            elif isinstance(node, ast.Module | ast.ClassDef):
                self._constants(module, node)

    def _constants(self, module: str, holder: ast.Module | ast.ClassDef) -> None:
        for line in holder.body:
            if isinstance(line, ast.Assign | ast.AnnAssign) and line.value:
                targets = line.targets if isinstance(line, ast.Assign) else [line.target]
                for target in targets:
                    for name, value, piece in _bound(target, line.value, WHOLE):
                        self.names[module][name] = value, piece

    def scopes(self, node: ast.AST) -> Iterator[ast.FunctionDef]:
        """The functions around a node, the innermost first."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef):
                yield node

    def each_function(self) -> Iterator[tuple[str, ast.FunctionDef]]:
        """Every function, with its module."""
        for alike in self.functions.values():
            yield from alike

    def called(self, call: ast.Call, module: str) -> list[tuple[str, ast.FunctionDef]]:
        """The functions that a call may mean: those of its module, or of the one that it has the
        name from, before all others."""
        named = [one for name in self.names_of(call) for one in self.functions.get(name, ())]
        match call.func:
            case ast.Attribute(value=ast.Name(id=holder)):
                inside = [one for one in named if one[0].endswith(f"/{holder}.py")]
                named = inside or [one for one in named if is_method(one[1])]
            case ast.Attribute():
                named = [one for one in named if is_method(one[1])]
            case ast.Name(id=name):
                named = [one for one in named if one[1].name != name or not is_method(one[1])]
        fitting = [one for one in named if _takes(one[1], call)]
        home = self.imports[module].get(called_name(call), module)
        return [one for one in fitting if one[0] == home] or fitting

    def names_of(self, call: ast.Call) -> set[str]:
        """The name that is called, and those it stands for: `tell = self.fault`."""
        if call not in self._called:
            self._called[call] = self._names_of(call)
        return self._called[call]

    def _names_of(self, call: ast.Call) -> set[str]:
        name = called_name(call)
        values = (
            way
            for function in (self.scopes(call) if isinstance(call.func, ast.Name) else ())
            for value, _ in local_values(function).get(name, ())
            for way in ((value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,))
        )
        return {name, *(value.attr for value in values if isinstance(value, ast.Attribute))}


def _bound(
    target: ast.expr, value: ast.expr, piece: SourcePiece
) -> Iterator[tuple[str, ast.expr, SourcePiece]]:
    """Each name that an assignment gives a value, with this value."""
    if isinstance(target, ast.Name):
        yield target.id, value, piece
    elif isinstance(target, ast.Tuple):
        for index, item in enumerate(target.elts):
            yield from _bound(item, value, piece.of(SourcePiece((index,))))


@cache
def local_values(function: ast.FunctionDef) -> dict[str, list[tuple[ast.expr, SourcePiece]]]:
    """What the names of a function stand for."""
    held: dict[str, list[tuple[ast.expr, SourcePiece]]] = defaultdict(list)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value, WHOLE) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            pairs = [(node.target, node.value, WHOLE)]
        elif isinstance(node, ast.For | ast.comprehension):
            pairs = [(node.target, node.iter, MANY)]
        else:
            continue
        for target, value, piece in pairs:
            for name, bound, part in _bound(target, value, piece):
                held[name].append((bound, part))
    return held


def called_name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def parameters(function: ast.FunctionDef) -> list[str]:
    listed = function.args
    names = [arg.arg for arg in (*listed.posonlyargs, *listed.args, *listed.kwonlyargs)]
    return names[1:] if is_method(function) else names


def is_method(function: ast.FunctionDef) -> bool:
    first = [arg.arg for arg in function.args.args[:1]]
    return first in (["self"], ["cls"])


def _takes(function: ast.FunctionDef, call: ast.Call) -> bool:
    """Whether the call gives as many arguments as the function needs."""
    if function.args.vararg or any(isinstance(arg, ast.Starred) for arg in call.args):
        return True
    most = len(parameters(function))
    needed = most - len(function.args.defaults) - len(function.args.kwonlyargs)
    return needed <= len(call.args) + len(call.keywords) <= most
