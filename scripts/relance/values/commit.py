"""A commit as far as papers tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the base branch; `day` is when it was committed, `author` who wrote it."""

    hash: str
    parents: tuple[str, ...]
    day: date
    author: str
    subject: str

    @property
    def short(self) -> str:
        """The hash as people write it."""
        return self.hash[:7]
