"""What the program can say is wrong: the sentences, found in its source, with … for what varies.

A sentence is followed from where it is written to where a fault is made of it.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from sentences import HOLE, SLOT, SentenceReader, is_named, returned, slot
from source_tree import WHOLE, SourcePiece, SourceTree, called_name, is_method, parameters

# What makes a fault, with the position and the name of the argument that is its sentence.
MAKERS = {
    "Problem": (1, "what"),
    "refuse": (1, "what"),
    "UsageError": (0, "message"),
    "fail": (0, "message"),
    "Question": (1, "what"),
    "DoubtfulEntry": (3, "what"),
    "Finding": (0, "kind"),
}
# Errors whose words end up in a fault: « cette ligne n'est pas prise : son montant manque ».
RAISED = {
    "ValueError",
    "Unusable",
    "TooLong",
    "Unavailable",
    "OutOfStep",
    "Unreadable",
    "_Unfinished",
}
MENDS = {"Repair", "Iterator[tuple[str, str]]"}  # a line that is mended, after what is wrong
_Handing = dict[tuple[ast.FunctionDef, str], set[str]]  # what a function makes of a parameter


def messages(sources: SourceTree) -> dict[str, list[str]]:
    """Every sentence of a fault, with the places (file:line) that make a fault of it."""
    faults = _Faults(sources)
    while faults.go_on():
        pass
    for text, place in faults.mends():
        faults.places[text].append(place)
    return dict(faults.places)


class _Faults:
    """The faults that the source makes, and the functions that make one of a parameter."""

    def __init__(self, sources: SourceTree) -> None:
        self.places: dict[str, list[str]] = defaultdict(list)
        self._sources = sources
        self._reader = SentenceReader(sources)
        self._handing: _Handing = defaultdict(set)
        for _, function in sources.functions["fault"]:
            if not is_method(function):  # a value of the policy, whose key pydantic tells
                self._handing[function, "what"] = {f"« {HOLE} » : {slot('what')}"}

    def go_on(self) -> bool:
        """Find all faults, by what is known of functions that hand on; whether more is known."""
        self.places.clear()
        handed: _Handing = defaultdict(set)
        names = {function.name for function, _ in self._handing}
        for module, call in self._sources.calls:
            for text in self._said(call, module, names):
                if SLOT.search(text):
                    for function, parameter in self._around(call, text):
                        handed[function, parameter].add(text)
                else:
                    self.places[_tidy(text)].append(f"{module}:{call.lineno}")
        is_more = any(not texts <= self._handing[key] for key, texts in handed.items())
        for key, texts in handed.items():
            self._handing[key] |= texts
        return is_more

    def mends(self) -> Iterator[tuple[str, str]]:
        """What is said of a line that can be mended."""
        for module, function in self._sources.each_function():
            gives = ast.unparse(function.returns) if function.returns else ""
            if module.endswith("_repairs.py") and gives in MENDS:
                for node, piece in returned(function, self._sources, SourcePiece((0,))):
                    for text in self._reader.said(node, module, piece):
                        yield _tidy(text), f"{module}:{function.lineno}"

    def _around(self, call: ast.Call, text: str) -> Iterator[tuple[ast.FunctionDef, str]]:
        """The function whose parameter goes where the text has room for it."""
        slots = SLOT.findall(text)
        for function in self._sources.scopes(call) if len(slots) == 1 else ():
            if slots[0] in parameters(function):
                yield function, slots[0]

    def _said(self, call: ast.Call, module: str, handing: set[str]) -> Iterator[str]:
        """What the fault says that a call makes, itself or by one of the functions `handing` on."""
        name = called_name(call)
        if name in RAISED and isinstance(self._sources.parents[call], ast.Raise):
            yield from self._texts(call, module, (0, ""))
        elif (name in MAKERS and name != "refuse") or is_named(call.func, "refuse"):
            yield from self._texts(call, module, MAKERS[name])
        elif self._sources.names_of(call) & handing:
            yield from self._handed_on(call, module)

    def _handed_on(self, call: ast.Call, module: str) -> Iterator[str]:
        for _, function in self._sources.called(call, module):
            for position, parameter in enumerate(parameters(function)):
                for wrap in self._handing.get((function, parameter), ()):
                    for text in self._texts(call, module, (position, parameter)):
                        yield wrap.replace(slot(parameter), text)

    def _texts(self, call: ast.Call, module: str, argument: tuple[int, str]) -> Iterator[str]:
        for node, piece in _argument(call, *argument):
            yield from self._reader.said(node, module, piece)


def _argument(call: ast.Call, position: int, name: str) -> Iterator[tuple[ast.expr, SourcePiece]]:
    """The argument at that position, or of that name."""
    yield from ((word.value, WHOLE) for word in call.keywords if word.arg == name)
    for index, argument in enumerate(call.args[: position + 1]):
        if isinstance(argument, ast.Starred):
            yield argument.value, SourcePiece((position - index,))
            return
        if index == position:
            yield argument, WHOLE


def _tidy(text: str) -> str:
    return re.sub(rf"{HOLE}[{HOLE} ]*{HOLE}", HOLE, " ".join(text.split()))
