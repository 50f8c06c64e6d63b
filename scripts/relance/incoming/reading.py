"""What a reader hands back: the facts of a file, its faults, and what is told beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from relance.values.problem import Problem

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """One file as a reader understood it.

    `facts` are what can be taken, in the file's order. Each of the `faults` names something that
    was not taken, at its place and with its remedy: a file without facts is refused. `remarks` are
    of what was taken all the same, and that a person should know.
    """

    facts: tuple[T_co, ...] = ()
    faults: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A kind of file: what people call it, and its reader, which gets the content and the name.

    A reader may raise `Refusal` when nothing at all can be read; it raises nothing else, whatever
    the bytes are.
    """

    name: str
    read: Callable[[bytes, str], Reading[T_co]]
