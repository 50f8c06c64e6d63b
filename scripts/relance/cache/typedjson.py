"""Frozen values as JSON and back, by the types of their fields."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def from_json(kind: type[T], text: bytes) -> T:
    """The value of that type. Raises ValueError for a text that does not hold one."""
    return TypeAdapter(kind).validate_json(text)


def to_json(kind: type[T], value: T) -> bytes:
    """What `from_json` reads back as an equal value; what is a field's default is left out."""
    return TypeAdapter(kind).dump_json(value, exclude_defaults=True)
