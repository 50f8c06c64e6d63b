"""What can be left out of books, written down: two lines of JSON, the second one's fingerprint
first. A file that is damaged or foreign is as good as absent."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from relance.cache.factfile import from_json, replaced, to_json
from relance.cache.reduction import ReadWhole, Reduction, Whole

LARGEST = 64_000_000  # bytes: what is larger is not kept, and the books are read whole


@dataclass(frozen=True, slots=True)
class _Kept:
    """What can be left out, or why nothing can."""

    part: Reduction | None = None
    why: Whole | None = None


@dataclass(frozen=True, slots=True)
class ReductionFile:
    """The file that keeps it of one company."""

    path: Path

    def read(self) -> Reduction:
        """What can be left out. Raises `ReadWhole` when nothing can."""
        try:
            head, text = self.path.read_bytes().split(b"\n", 1)
            if head.decode() != hashlib.sha256(text).hexdigest():
                raise ReadWhole(Whole.NOTHING_KEPT)
            kept = from_json(_Kept, text)
        except (OSError, ValueError, TypeError, RecursionError):
            raise ReadWhole(Whole.NOTHING_KEPT) from None
        if kept.part is None:
            raise ReadWhole(kept.why or Whole.NOTHING_KEPT)
        return kept.part

    def write(self, made: Reduction | Whole) -> None:
        """Keep it, whole or not at all."""
        kept = _Kept(why=made) if isinstance(made, Whole) else _Kept(part=made)
        text = to_json(_Kept, kept)
        if len(text) > LARGEST:
            text = to_json(_Kept, _Kept(why=Whole.TOO_LARGE))
        with suppress(OSError):  # the next command reads the books whole
            replaced(self.path, [hashlib.sha256(text).hexdigest().encode(), b"\n", text])
