"""Files of a branch replaced or removed in one commit of their own, or all left as they were.

For the letters that nobody merged yet: the one place where a committed file changes. What the
files held before is kept in the git directory until the commit stands, with a record of what is
about to change: whoever finds one knows what to take back. Never amends, forces or pushes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from relance.problem import Problem, Refusal, Source, Status
from relance.vcs.git import Git, refused
from relance.vcs.journal import unwritable

_PARTIAL = ".relance-partiel"
_RECORD, _BEFORE = "reecriture.json", "avant"
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


def commit(git: Git, rewrite: Rewrite, branch: str, stage: Callable[[str], None]) -> str:
    """The commit of the rewrite on the branch checked out; on any fault all is put back (3).

    Paths are relative to git's top. `stage` is told the name of each stage before it begins.
    """
    try:
        return _write(git, rewrite, branch, stage)
    except (Refusal, OSError) as fault:
        raise _put_back(git, fault) from fault
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
        _put(git.top / path, content)
    stage("add")
    made_of = _staged(git, rewrite)
    record = replace(record, blobs=made_of)
    record.save(git)
    if not made_of:  # the files are again what HEAD holds
        _close(git)
        return git.commit("HEAD") or ""
    stage("commit")
    _commit(git, rewrite)
    stage("check")
    made = _checked(git, record)
    stage("close")
    _close(git)
    return made


def _kept(git: Git, rewrite: Rewrite, branch: str) -> Record:
    """The record of a rewrite, after a copy of all that it will replace."""
    copies = git.own / _BEFORE
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


def _put(target: Path, content: bytes | None) -> None:
    """A file appears whole under its name, or goes with the folder that it leaves empty."""
    if content is None:
        target.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # other files are still there
            target.parent.rmdir()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(_PARTIAL)
    partial.write_bytes(content)
    if target.exists():
        shutil.copymode(target, partial)
    partial.replace(target)


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
    if _holds(git, record, made):
        return made
    what = "un hook de git a modifié le contenu du commit"
    raise refused(what, "excluez le dossier out/ de ce hook, puis relancez")


def _holds(git: Git, record: Record, made: str) -> bool:
    """Whether a commit changes just our files, to just what they were to be."""
    parent = record.merged or record.start
    return git.differences({made: parent}).get(made) == dict(record.blobs)


def _close(git: Git) -> None:
    """Without a record there is nothing to take back: the last act but for the copies."""
    (git.own / "message").unlink(missing_ok=True)
    (git.own / _RECORD).unlink(missing_ok=True)
    shutil.rmtree(git.own / _BEFORE, ignore_errors=True)


# ---------------------------------------------------------------- The way back


def _put_back(git: Git, fault: Refusal | OSError) -> Refusal:
    """What is said of a rewrite that failed, once all is as before."""
    problems = list(fault.problems) if isinstance(fault, Refusal) else [unwritable(fault)]
    record = load(git)
    try:
        remarks = _undo(git, record) if record else []
    except (Refusal, OSError) as second:
        problems += second.problems if isinstance(second, Refusal) else [unwritable(second)]
        remarks = ["le retour en arrière n'est pas fini : le prochain passage le reprendra"]
    else:
        state = "le dépôt est revenu à son état de départ"
        problems = [replace(each, remedy=f"{each.remedy} ; {state}") for each in problems]
    problems += [Problem(Source("git"), remark) for remark in remarks]
    return Refusal(problems, Status.REFUSED_STATE)


def recover(git: Git) -> str | None:
    """Finish or take back what an interrupted rewrite left; the sentence that says so.

    Each act looks at what is there, so that this too may be interrupted and begun again.
    """
    record = load(git)
    if record is None:
        return None
    if (tip := git.commit(f"refs/heads/{record.branch}")) and _was_made(git, record, tip):
        _close(git)
        return (
            f"Le passage précédent, interrompu après son commit, est complet sur {record.branch}."
        )
    undone = "Le passage précédent a été interrompu : ce qu'il avait commencé a été défait"
    return " ; ".join([undone, *_undo(git, record)]) + "."


def _was_made(git: Git, record: Record, tip: str) -> bool:
    """Whether the first commit since ours began is the one it was to be."""
    parent = record.merged or record.start
    if not record.blobs or git.attempt("merge-base", "--is-ancestor", parent, tip).returncode:
        return False
    since = git.run("rev-list", "--reverse", "--first-parent", f"{parent}..{tip}")
    made = since.decode().partition("\n")[0]
    return bool(made) and _holds(git, record, made)


def _undo(git: Git, record: Record) -> list[str]:
    """Put back branch, index and files; remarks on what could not simply be put back."""
    if git.branch() != record.branch:
        what = f"un passage interrompu sur {record.branch} est à défaire"
        raise refused(what, f"git switch {record.branch}, puis relancez")
    parent = _parent(git, record)
    tip = git.commit("HEAD")
    if record.made and tip == record.made:
        git.run("update-ref", f"refs/heads/{record.branch}", parent, tip)
    remarks = [each for path in record.files for each in _restore(git, record, path)]
    _restore_index(git, record)
    for folder in reversed(record.folders):
        if (git.top / folder).is_dir() and not any((git.top / folder).iterdir()):
            (git.top / folder).rmdir()
    remarks += _unmerge(git, record, parent)
    _close(git)
    return remarks


def _parent(git: Git, record: Record) -> str:
    """The commit that ours follows: our merge, even when its making was the last thing done."""
    if not record.merge or record.merged:
        return record.merged or record.start
    tip = git.commit("HEAD") or record.start
    parents = git.run("rev-list", "--parents", "-n1", tip).decode().split()[1:]
    return tip if parents == [record.start, record.merge] else record.start


def _restore(git: Git, record: Record, path: str) -> list[str]:
    """A file as it was before; one that someone has edited meanwhile is set aside, not lost."""
    target, kept = git.top / path, record.before[path]
    copy = git.own / _BEFORE / kept if kept else None
    target.with_name(_PARTIAL).unlink(missing_ok=True)
    found = target.read_bytes() if target.is_file() else None
    old = copy.read_bytes() if copy else None
    if found == old:
        return []
    remarks = []
    if found is not None and hashlib.sha256(found).hexdigest() != record.files[path]:
        aside = git.own / "ecartes" / f"{hashlib.sha256(found).hexdigest()[:8]}-{target.name}"
        aside.parent.mkdir(exist_ok=True)
        shutil.copy2(target, aside)
        remarks.append(f"{path}, modifié entre-temps, est mis de côté dans {aside}")
    _put(target, old)
    return remarks


def _restore_index(git: Git, record: Record) -> None:
    gone = "".join(f"0 {'0' * len(record.start)}\t{path}\0" for path in record.files)
    lines = "".join(f"{line}\0" for line in record.index.values())
    git.run("update-index", "-z", "--index-info", stdin=os.fsencode(gone + lines))


def _unmerge(git: Git, record: Record, parent: str) -> list[str]:
    """Undo our merge, unfinished or made; the user's own changes are never touched by it."""
    if (git.directory / "MERGE_HEAD").exists() and record.merge:
        git.run("merge", "--abort")
    elif parent != record.start and git.commit("HEAD") == parent:
        if git.attempt("reset", "--quiet", "--keep", record.start).returncode:
            return [f"la fusion dans {record.branch} est gardée : vos changements en dépendent"]
    elif parent != record.start:
        return [
            f"la fusion dans {record.branch} est gardée : d'autres commits ont été faits depuis"
        ]
    return []
