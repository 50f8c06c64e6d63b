"""Facts written down: the books as JSON in one file, with what they were read from.

Three lines: the fingerprints, the documents that were looked for, the books. JSON runs nothing
when it is read; a file that is damaged, foreign or about other books is as good as absent.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from relance.cache.evidence import Evidence, Standing, standing
from relance.values.facts import Books

LARGEST = 512_000_000  # bytes: larger books are read again each time, and `plan -v` says so
# What no plan asks of the register: its lines once more, and what attests each letter.
_ATTESTS = {"markdown_sha256", "pdf_sha256", "sms_sha256", "base", "version", "policy_sha256"}
_NO_PLANS = {"records": True, "letters": {"__all__": _ATTESTS}}
_Facts = TypeVar("_Facts")


@dataclass(frozen=True, slots=True)
class FactFile:
    """The file at `path` that keeps the facts of the company in `root`: all of them when `whole`,
    else what a plan asks for."""

    path: Path
    root: Path
    whole: bool = False

    def read(self, proof: Evidence) -> Books | None:
        """The books read when everything stood as it does now; None when there are none."""
        try:
            head, documents, books = self.path.read_bytes().split(b"\n", 2)
            if json.loads(head) != _head(proof, documents, books):
                return None
            names = (name for name, *_ in json.loads(documents))
            if _json(standing(self.root, names)) != documents:
                return None
            return from_json(Books, books)
        except (OSError, ValueError, TypeError, RecursionError):
            return None

    def write(self, proof: Evidence, documents: Iterable[Standing], books: Books) -> str:
        """Keep them, whole or not at all; why they are not kept, in French, nothing when they
        are."""
        listed = _json(list(documents))
        facts = to_json(Books, books, None if self.whole else _NO_PLANS)
        if len(facts) > LARGEST:
            return f"ils tiennent {len(facts) // 1_000_000} Mo, plus de {LARGEST // 1_000_000}"
        try:
            self._replace([_json(_head(proof, listed, facts)), b"\n", listed, b"\n", facts])
        except OSError as error:
            return f"{self.path} ne s'écrit pas ({error.strerror})"
        return ""

    def _replace(self, content: Iterable[bytes]) -> None:
        partial = self.path.with_suffix(".partiel")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.writelines(content)
        partial.replace(self.path)


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
