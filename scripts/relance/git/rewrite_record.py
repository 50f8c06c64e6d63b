"""What a rewrite keeps until its commit stands: the record of what it changes, copies of files."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from relance.git.program import Git, refused

PARTIAL = ".relance-partiel"
_RECORD, BEFORE = "reecriture.json", "avant"


@dataclass(frozen=True, slots=True)
class Record:
    """What a rewrite changes and from where it starts.

    `files` maps paths to the SHA-256 of their new bytes ("" for one that goes), `before` to the
    names of the copies of their old ones ("" for none) and `index` to their lines of the index.
    `merged` is our merge and `made` our commit, once they are there.
    """

    branch: str
    start: str
    files: Mapping[str, str]
    before: Mapping[str, str]
    index: Mapping[str, str]
    folders: tuple[str, ...] = ()
    merge: str = ""
    merged: str = ""
    blobs: Mapping[str, str] = field(default_factory=dict)
    made: str = ""

    def save(self, git: Git) -> None:
        """Replace the record at once, on the disk when this returns."""
        partial = git.own / f"{_RECORD}.partiel"
        with partial.open("w", encoding="ascii") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(git.own / _RECORD)


def load(git: Git) -> Record | None:
    """The record left by a rewrite that did not end, if any."""
    place = git.own / _RECORD
    if not place.exists():
        return None
    try:
        kept = json.loads(place.read_text(encoding="ascii"))
        return Record(**kept | {"folders": tuple(kept["folders"])})
    except (ValueError, TypeError, KeyError):
        remedy = f"vérifiez « git status », puis supprimez {place}"
        raise refused("le journal d'un passage interrompu est illisible", remedy) from None


def put(target: Path, content: bytes | None) -> None:
    """A file appears whole under its name, or goes with the folder that it leaves empty."""
    if content is None:
        target.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # other files are still there
            target.parent.rmdir()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(PARTIAL)
    partial.write_bytes(content)
    if target.exists():
        shutil.copymode(target, partial)
    partial.replace(target)


def holds(git: Git, record: Record, made: str) -> bool:
    """Whether a commit changes just our files, to just what they were to be."""
    parent = record.merged or record.start
    return git.differences({made: parent}).get(made) == dict(record.blobs)


def close(git: Git) -> None:
    """Without a record there is nothing to take back: the last act but for the copies."""
    (git.own / "message").unlink(missing_ok=True)
    (git.own / _RECORD).unlink(missing_ok=True)
    shutil.rmtree(git.own / BEFORE, ignore_errors=True)
