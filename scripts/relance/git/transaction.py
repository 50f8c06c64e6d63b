"""A commit made whole or not at all: recorded, written, committed, checked.

The record (`transaction_record`) tells which files are about to change and from where before
anything of the user's is touched. Nothing here amends, forces or pushes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from relance.git import whereabouts
from relance.git.program import Git, refused
from relance.git.transaction_record import COPIES, TransactionRecord, close
from relance.text.writing import sync_folder, synced

PARTIAL = ".relance-partiel"
LISTED = ("--pathspec-from-file=-", "--pathspec-file-nul")


@dataclass(frozen=True, slots=True)
class NewCommit:
    """What to commit: files with their bytes, None for one that goes, under what message.

    `base` is the commit the files were made from; when given, HEAD must still be there.
    `branch` is one to be made, "" for the one checked out. `merge` is a commit to merge first,
    in a merge commit of its own that says `merge_message`.
    """

    files: Mapping[str, bytes | None]
    message: str
    base: str = ""
    branch: str = ""
    merge: str = ""
    merge_message: str = ""


class Renamed(Mapping[str, bytes | None]):
    """Files under other names, read one by one: they may be more than memory holds."""

    def __init__(self, files: Mapping[str, bytes | None], names: Mapping[str, str]) -> None:
        self._files = files
        self._names = names

    def __getitem__(self, name: str) -> bytes | None:
        return self._files[self._names[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def write(git: Git, new: NewCommit, branch: str, stage: Callable[[str], None]) -> str:
    """Commit exactly these files on `branch`, checked out, or on the new one; the commit made.

    Paths are relative to git's top. `stage` is told the name of each stage before it begins:
    each may fail, and so may the machine between two. On any fault `undo` is for the caller.
    """
    stage("journal")
    record = _record_of(git, new, branch)
    record.save(git)
    stage("branch")
    if new.branch:
        git.run("switch", "--quiet", "--no-track", f"--create={new.branch}")
    if new.merge:
        stage("merge")
        say(git, new.merge_message, "merge", "--no-ff", "--no-edit", new.merge)
        record = replace(record, merged=git.commit("HEAD") or "")
        record.save(git)
    for path in new.files:
        stage(f"move {path}")
        _put(git.top / path, new.files[path], over=path in record.before or bool(new.merge))
    _settle(git, new.files)
    stage("add")
    record = replace(record, blobs=_staged(git, record))
    record.save(git)
    if record.blobs:  # else the files are again what HEAD holds
        stage("commit")
        say(git, new.message, "commit", "--only", *LISTED, stdin=pathspecs(record.blobs))
        stage("check")
        _check(git, record)
    stage("close")
    close(git)
    return git.commit("HEAD") or ""


def _record_of(git: Git, new: NewCommit, branch: str) -> TransactionRecord:
    """The record of a commit, after a copy of all that it will replace."""
    copies, files, before = git.own / COPIES, dict[str, str](), dict[str, str]()
    shutil.rmtree(copies, ignore_errors=True)
    for path, content in new.files.items():
        files[path] = "" if content is None else hashlib.sha256(content).hexdigest()
        if (git.top / path).is_file():
            before[path] = str(len(before))
            copies.mkdir(parents=True, exist_ok=True)
            shutil.copy2(git.top / path, copies / before[path])
            synced(copies / before[path])
    if before:
        sync_folder(copies)
    parents = {parent for path in files for parent in Path(path).parents}
    folders = sorted(folder.as_posix() for folder in parents if not (git.top / folder).exists())
    return TransactionRecord(
        base=new.base,
        base_branch=branch,
        branch=new.branch,
        files=files,
        folders=tuple(folders),
        before=before,
        index=_index_lines(git, files),
        merge=new.merge,
        stash=whereabouts.stash(git),
    )


def _index_lines(git: Git, paths: Iterable[str]) -> dict[str, str]:
    """The lines of the index about these paths, as `update-index --index-info` takes them."""
    lines = os.fsdecode(git.run("ls-files", "-sz")).split("\0")[:-1]
    wanted = set(paths)
    return {path: line for line in lines if (path := line.split("\t", 1)[1]) in wanted}


def _put(target: Path, content: bytes | None, *, over: bool) -> None:
    """A file appears whole under its name, and over another only when told to; or it goes."""
    if content is None:
        remove(target)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(PARTIAL)
    partial.write_bytes(content)
    synced(partial)
    if os.path.lexists(target) and not over:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if target.exists():
        shutil.copymode(target, partial)
    partial.replace(target)


def _settle(git: Git, paths: Iterable[str]) -> None:
    """Have the names of the files on the disk, those of the folders made for them too."""
    parents = {parent for path in paths for parent in (git.top / path).parents}
    for folder in sorted(parents, reverse=True):
        if folder.is_relative_to(git.top) and folder.is_dir():
            sync_folder(folder)


def remove(target: Path) -> None:
    """A file goes, with the folder that it leaves empty."""
    target.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # other files are still there
        target.parent.rmdir()


def pathspecs(paths: Iterable[str]) -> bytes:
    """Exactly these paths, as a command with `LISTED` takes them."""
    return b"\0".join(os.fsencode(f":(top,literal){path}") for path in paths)


def _staged(git: Git, record: TransactionRecord) -> dict[str, str]:
    """Stage the files; the objects that the commit must hold of those that it changes."""
    written = [path for path, digest in record.files.items() if digest]
    if written:
        git.run("add", *LISTED, stdin=pathspecs(written))
    if gone := [os.fsencode(path) + b"\0" for path, digest in record.files.items() if not digest]:
        git.run("update-index", "--force-remove", "-z", "--stdin", stdin=b"".join(gone))
    index, committed, none = git.index(), git.tree(), "0" * len(record.base)
    ours = {path: index.get(path, none) for path in record.files}
    return {path: blob for path, blob in ours.items() if committed.get(path, none) != blob}


def say(git: Git, message: str, *command: str, stdin: bytes = b"") -> None:
    """Run a command that makes a commit with this message."""
    file = git.own / "message"
    file.write_text(message, encoding="utf-8")
    options = ("--quiet", "--cleanup=whitespace", f"--file={file}")
    git.run("-c", "i18n.commitEncoding=UTF-8", *command, *options, stdin=stdin)


def _check(git: Git, record: TransactionRecord) -> None:
    """Refuse the commit just made when a hook put it elsewhere, or something else into it."""
    made = git.commit("HEAD") or ""
    replace(record, made=made).save(git)
    whereabouts.check_place(git, record, made)
    if not record.holds(git, made):
        what = "un hook de git a modifié le contenu du commit"
        raise refused(what, "excluez le dossier out/ de ce hook, puis relancez")
