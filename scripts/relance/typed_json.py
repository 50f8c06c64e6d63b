"""Frozen values as JSON and back, by their own types: text and lists, nothing that runs."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def as_bytes(kind: type[T], value: T) -> bytes:
    """The value on one line; what a class gives by default is left out."""
    return TypeAdapter(kind).dump_json(value, exclude_defaults=True)


def from_bytes(kind: type[T], content: bytes) -> T:
    """The value that such a line stands for. Raises `ValueError` when it is none of that kind."""
    return TypeAdapter(kind).validate_json(content)
