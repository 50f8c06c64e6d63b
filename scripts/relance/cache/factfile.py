"""Facts written down: the books as JSON, with what they were read from, a file for each state.

Three lines: the fingerprints, the documents that were looked for, the books. JSON runs nothing
when it is read; a file that is damaged, foreign or about other books is as good as absent. The
last states are there, so that going from one branch to another and back reads nothing anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter

from relance.cache.evidence import Evidence, Standing, standing
from relance.values.collector import uncollected
from relance.values.facts import Books

LARGEST = 512_000_000  # bytes: larger books are read again each time, and `plan -v` says so
_STATES = 3  # of the books, in LARGEST bytes together: the one least used lately makes room
# What no plan asks of the register: its lines once more, and what attests each letter.
_ATTESTS = {"markdown_sha256", "pdf_sha256", "sms_sha256", "base", "version", "policy_sha256"}
_NO_PLANS = {"records": True, "letters": {"__all__": _ATTESTS}}
_Facts = TypeVar("_Facts")


class KeptFacts(NamedTuple):
    """Books as they were kept, and the documents that were looked for."""

    books: Books
    documents: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class FactFile:
    """The files, named `name` and a fingerprint, that keep the facts of the company in `root`: all
    of them when `whole`, else what a plan asks for."""

    folder: Path
    name: str
    root: Path
    whole: bool = False

    @property
    def empty(self) -> bool:
        """Whether no state at all is kept."""
        return not any(self.folder.glob(f"{self.name}.*.json"))

    def read(self, proof: Evidence) -> KeptFacts | None:
        """What was read when everything stood as it does now; None when there are none."""
        path = self._path(proof)
        try:
            head, documents, books = path.read_bytes().split(b"\n", 2)
            if json.loads(head) != _head(proof, documents, books):
                return None
            stand = standing(self.root, (name for name, *_ in json.loads(documents)))
            if _json(stand) != documents:
                return None
            with uncollected(lasting=True):
                facts = KeptFacts(from_json(Books, books), tuple(stand))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        with suppress(OSError):
            os.utime(path)  # the last that served
        return facts

    def write(self, proof: Evidence, documents: Iterable[Standing], books: Books) -> str:
        """Keep them, whole or not at all; why they are not kept, in French, nothing when they
        are."""
        listed = _json(list(documents))
        facts = to_json(Books, books, None if self.whole else _NO_PLANS)
        if len(facts) > LARGEST:
            return f"ils tiennent {len(facts) // 1_000_000} Mo, plus de {LARGEST // 1_000_000}"
        path, head = self._path(proof), _json(_head(proof, listed, facts))
        try:
            replaced(path, [head, b"\n", listed, b"\n", facts])
            self._make_room(path, len(facts))
        except OSError as error:
            return f"{path} ne s'écrit pas ({error.strerror})"
        return ""

    def _path(self, proof: Evidence) -> Path:
        return self.folder / f"{self.name}.{proof.sha256[:16]}.json"

    def _make_room(self, written: Path, size: int) -> None:
        """Let go of the states beyond the bounds, the last used first, the one just `written`, of
        that size, apart. Another command may be doing the same: what it took is gone already."""
        others: list[tuple[int, int, Path]] = []
        for path in self.folder.glob(f"{self.name}.*.json"):
            with suppress(FileNotFoundError):
                stat = path.stat()
                others.append((stat.st_mtime_ns, stat.st_size, path))
        last_first = sorted((x for x in others if x[2] != written), reverse=True)
        for place, (_, more, path) in enumerate(last_first, 1):
            size += more
            if place >= _STATES or size > LARGEST:
                path.unlink(missing_ok=True)


def replaced(path: Path, content: Iterable[bytes]) -> None:
    """Write a file for its owner alone, whole or not at all."""
    partial = path.with_suffix(".partiel")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial.unlink(missing_ok=True)
    opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.writelines(content)
    partial.replace(path)


def _head(proof: Evidence, documents: bytes, books: bytes) -> dict[str, str]:
    digest = hashlib.sha256(documents)
    digest.update(books)
    return {"lu": proof.sha256, "sha256": digest.hexdigest()}


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def from_json(kind: type[_Facts], text: bytes) -> _Facts:
    """The frozen value of that type. Raises ValueError for a text that does not hold one."""
    return TypeAdapter(kind).validate_json(text)


def to_json(kind: type[_Facts], facts: _Facts, without: Any = None) -> bytes:
    """What `from_json` reads back as an equal value, but for what it is to be `without`; what is a
    field's default is left out."""
    return TypeAdapter(kind).dump_json(facts, exclude_defaults=True, exclude=without)
