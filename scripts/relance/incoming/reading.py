"""What a reader hands back: the facts of a file, its faults, and what is told beside them."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from relance.values.problem import Problem

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """One file as a reader understood it.

    `facts` are what can be taken, in the file's order. Each of the `faults` names something that
    was not taken, at its place and with its remedy: a file without facts is refused. `remarks` are
    of what was taken all the same, and that a person should know. The facts of one that is
    `divisible` have nothing to do with each other: a fault keeps none of the others out.
    """

    facts: tuple[T_co, ...] = ()
    faults: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    divisible: bool = False


@dataclass(frozen=True)
class Head:
    """The beginning of a file, by which its kind is recognised."""

    content: bytes
    file: str

    @cached_property
    def root(self) -> tuple[str, str] | None:
        """The namespace and the name of its root, when it is XML; `Refusal` (2) for a DOCTYPE."""
        from relance.incoming import safe_xml

        return safe_xml.root_name(self.content, self.file)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its first lines as text, whatever they are written in."""
        mark = self.content[:2] in (b"\xff\xfe", b"\xfe\xff")
        start = self.content[:_START]
        decoder = getincrementaldecoder("utf-16" if mark else "utf-8-sig")()
        try:
            return tuple(decoder.decode(start).splitlines())
        except UnicodeDecodeError:
            return tuple(start.decode("cp1252", "replace").splitlines())


_START = 2**16


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A kind of file: what people call it, how it is recognised by its content, and its reader.

    A reader gets the content and the file's name. It may raise `Refusal` when nothing at all can
    be read; it raises nothing else, whatever the bytes are.
    """

    name: str
    recognises: Callable[[Head], bool]
    read: Callable[[bytes, str], Reading[T_co]]
