"""What a commit of ours changes and from where it starts, kept on the disk until it is done.

A file in the git directory, with copies of the old files beside it, there before anything of the
user's is touched: whoever finds one knows what to take back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from relance.git.program import Git, refused
from relance.text.writing import sync_folder

COPIES = "avant"
_RECORD = "journal.json"
_OLD_RECORD = "reecriture.json"  # what an earlier version left of changed files; never written


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """What a commit changes and from where it starts.

    `branch` is the one it makes, "" when it goes on `base_branch` itself. `files` maps paths to
    the SHA-256 of their new bytes, "" for one that goes; `before` those that exist to the names
    of their copies; `index` those that git knows to their lines of the index. `folders` are to
    be made. `merged` is our merge once made. `blobs`, the objects of the files that the commit
    changes, are known from the stage "commit" on, and `made`, our commit, from the stage "check"
    on: one that does not hold just these objects goes. `stash` is the last change that git stash
    had set aside.
    """

    base: str
    base_branch: str
    branch: str
    files: Mapping[str, str]
    folders: tuple[str, ...]
    before: Mapping[str, str] = field(default_factory=dict)
    index: Mapping[str, str] = field(default_factory=dict)
    merge: str = ""
    merged: str = ""
    blobs: Mapping[str, str] = field(default_factory=dict)
    made: str = ""
    stash: str = ""

    @property
    def home(self) -> str:
        """The branch that the commit goes on."""
        return self.branch or self.base_branch

    @property
    def parent(self) -> str:
        """The commit that ours follows: our merge once it is made, else where the run began."""
        return self.merged or self.base

    @property
    def only_adds(self) -> bool:
        """Whether nothing that was there changes: it can be undone wherever the user went."""
        return not (self.before or self.index or self.merge)

    def save(self, git: Git) -> None:
        """Replace the record at once, on the disk when this returns."""
        git.own.mkdir(exist_ok=True)
        partial = git.own / f"{_RECORD}.partiel"
        with partial.open("w", encoding="ascii") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(git.own / _RECORD)
        sync_folder(git.own)

    def copy_of(self, git: Git, path: str) -> bytes | None:
        """What a file held before, None when it was to be made."""
        copy = git.own / COPIES / self.before[path] if path in self.before else None
        return copy.read_bytes() if copy and copy.exists() else None

    def holds(self, git: Git, made: str) -> bool:
        """Whether a commit changes just our files, to just what they were to be."""
        changed = git.differences({made: self.parent})
        return changed.get(made) == dict(self.blobs)


def record_file(git: Git) -> Path:
    """Where the record is as long as a commit of ours is not done."""
    old = git.own / _OLD_RECORD
    return old if old.exists() else git.own / _RECORD


def load(git: Git) -> TransactionRecord | None:
    """The record left by a run that did not end, if any; refused (3) when it is damaged."""
    place = record_file(git)
    if not place.exists():
        return None
    try:
        kept = json.loads(place.read_text(encoding="ascii"))
        if place.name == _OLD_RECORD:
            kept |= {"base": kept.pop("start"), "base_branch": kept["branch"], "branch": ""}
            kept["before"] = {path: copy for path, copy in kept["before"].items() if copy}
        record = TransactionRecord(**kept | {"folders": tuple(kept["folders"])})
        _check(record)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        remedy = f"vérifiez « git status », puis supprimez {place}"
        raise refused("le journal d'un passage interrompu est illisible", remedy) from None
    return record


def _check(record: TransactionRecord) -> None:
    """Raise ValueError unless each part is of its kind, and every path below the work tree: what
    is taken back is removed."""
    tables = [record.files, record.before, record.index, record.blobs]
    if not all(isinstance(table, dict) for table in tables):
        raise ValueError
    names = (record.base, record.base_branch, record.branch, record.merge, record.merged)
    words = [*names, record.made, record.stash, *record.folders]
    words += [word for table in tables for pair in table.items() for word in pair]
    if not all(isinstance(word, str) and "\0" not in word for word in words):
        raise ValueError
    paths = [*record.folders, *record.files, *record.before, *record.index, *record.blobs]
    whole = all(map(str.isalnum, (record.base, *record.before.values())))
    if not whole or any(
        ".." in (path := PurePosixPath(x)).parts or path.is_absolute() for x in paths
    ):
        raise ValueError


def close(git: Git) -> None:
    """Without a record there is nothing to take back: the last act but for the copies."""
    for name in ("message", _RECORD, _OLD_RECORD):
        (git.own / name).unlink(missing_ok=True)
    shutil.rmtree(git.own / COPIES, ignore_errors=True)
