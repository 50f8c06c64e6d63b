"""Files of a branch replaced or removed in one commit of their own, or all left as they were.

For the letters that nobody merged yet: the one place where a committed file changes. What the
files held before is kept in the git directory until the commit stands, with a record of what is
about to change: whoever finds one knows what to take back. Never amends, forces or pushes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from relance.git.program import Git, refused
from relance.git.rewrite_record import BEFORE, Record, close, holds, put
from relance.git.rewrite_undo import put_back, recover
from relance.values.problem import Refusal

_LISTED = ("--pathspec-from-file=-", "--pathspec-file-nul")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What files become, None for one that goes, and why.

    `base` is the commit they were made from, where HEAD must still be. `merge` is a commit to
    merge first, in a merge commit of its own that says `merge_message`.
    """

    files: Mapping[str, bytes | None]
    message: str
    base: str
    merge: str = ""
    merge_message: str = ""


def commit(git: Git, rewrite: Rewrite, branch: str, stage: Callable[[str], None]) -> str:
    """The commit of the rewrite on the branch checked out; on any fault all is put back (3).

    Paths are relative to git's top. `stage` is told the name of each stage before it begins.
    """
    try:
        return _write(git, rewrite, branch, stage)
    except (Refusal, OSError) as fault:
        raise put_back(git, fault) from fault
    except BaseException:
        recover(git)
        raise


def _write(git: Git, rewrite: Rewrite, branch: str, stage: Callable[[str], None]) -> str:
    """The stages in order; each may fail, and so may the machine between two."""
    stage("journal")
    record = _kept(git, rewrite, branch)
    record.save(git)
    if rewrite.merge:
        stage("merge")
        _merge(git, rewrite)
        record = replace(record, merged=git.commit("HEAD") or "")
        record.save(git)
    for path, content in rewrite.files.items():
        stage(f"move {path}")
        put(git.top / path, content)
    stage("add")
    made_of = _staged(git, rewrite)
    record = replace(record, blobs=made_of)
    record.save(git)
    if not made_of:  # the files are again what HEAD holds
        close(git)
        return git.commit("HEAD") or ""
    stage("commit")
    _commit(git, rewrite)
    stage("check")
    made = _checked(git, record)
    stage("close")
    close(git)
    return made


def _kept(git: Git, rewrite: Rewrite, branch: str) -> Record:
    """The record of a rewrite, after a copy of all that it will replace."""
    copies = git.own / BEFORE
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir(parents=True)
    files, before = dict[str, str](), dict[str, str]()
    for number, (path, content) in enumerate(rewrite.files.items()):
        files[path] = "" if content is None else hashlib.sha256(content).hexdigest()
        before[path] = ""
        if (git.top / path).is_file():
            before[path] = str(number)
            shutil.copy2(git.top / path, copies / str(number))
    parents = {parent for path in files for parent in Path(path).parents}
    folders = sorted(each.as_posix() for each in parents if not (git.top / each).exists())
    index = _index(git, rewrite.files)
    return Record(branch, rewrite.base, files, before, index, tuple(folders), rewrite.merge)


def _index(git: Git, paths: Iterable[str]) -> dict[str, str]:
    """The lines of the index about these paths, as `update-index --index-info` takes them."""
    lines = os.fsdecode(git.run("ls-files", "-sz")).split("\0")[:-1]
    wanted = set(paths)
    return {path: line for line in lines if (path := line.split("\t", 1)[1]) in wanted}


def _merge(git: Git, rewrite: Rewrite) -> None:
    message = git.own / "message"
    message.write_text(rewrite.merge_message, encoding="utf-8")
    options = ("--no-ff", "--no-edit", "--quiet", "--cleanup=whitespace", f"--file={message}")
    git.run("-c", "i18n.commitEncoding=UTF-8", "merge", *options, rewrite.merge)


def _pathspecs(paths: Iterable[str]) -> bytes:
    return b"\0".join(os.fsencode(f":(top,literal){path}") for path in paths)


def _staged(git: Git, rewrite: Rewrite) -> dict[str, str]:
    """Stage the files; the objects that the commit must hold of those that it changes."""
    written = [path for path, content in rewrite.files.items() if content is not None]
    if written:
        git.run("add", *_LISTED, stdin=_pathspecs(written))
    index, committed = git.index(), git.tree()
    gone = "0" * len(rewrite.base)
    ours = {path: index[path] if path in written else gone for path in rewrite.files}
    return {path: blob for path, blob in ours.items() if committed.get(path, gone) != blob}


def _commit(git: Git, rewrite: Rewrite) -> None:
    message = git.own / "message"
    message.write_text(rewrite.message, encoding="utf-8")
    options = ("--only", "--quiet", "--cleanup=whitespace", f"--file={message}")
    listed = [path for path in rewrite.files if path in {*git.tree(), *git.index()}]
    command = ("-c", "i18n.commitEncoding=UTF-8", "commit", *options, *_LISTED)
    git.run(*command, stdin=_pathspecs(listed))


def _checked(git: Git, record: Record) -> str:
    """The commit just made, refused when a hook put something else into it."""
    made = git.commit("HEAD") or ""
    replace(record, made=made).save(git)
    if holds(git, record, made):
        return made
    what = "un hook de git a modifié le contenu du commit"
    raise refused(what, "excluez le dossier out/ de ce hook, puis relancez")
