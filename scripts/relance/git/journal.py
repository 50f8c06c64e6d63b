"""A commit made whole or not at all: the journal of a commit, and the way back.

The journal, a file in the git directory, tells which files are about to be written and from
where, before anything of the user's is touched: whoever finds one knows what to take back.
Nothing here overwrites a file, amends, forces or pushes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from relance.git.program import Git, refused
from relance.text.writing import unwritable
from relance.values.problem import Problem, Refusal, Source, Status

_PARTIAL = ".relance-partiel"


@dataclass(frozen=True, slots=True)
class Change:
    """What to commit: new files with their bytes, on which new branch, under what message.

    `branch` "" is the branch checked out. `base` is the commit the files were made from;
    when given, HEAD must still be there.
    """

    files: Mapping[str, bytes]
    branch: str
    message: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """What a commit writes and from where it starts.

    `files` maps paths to the SHA-256 of their bytes; `folders` are those to be made. `blobs`,
    the objects git made of the files, are known from the stage "commit" on, and `made`, our
    commit, from the stage "check" on: one that does not hold just these objects goes.
    """

    files: Mapping[str, str]
    folders: tuple[str, ...]
    branch: str
    base_branch: str
    base: str
    blobs: Mapping[str, str] = field(default_factory=dict)
    made: str = ""

    def save(self, git: Git) -> None:
        """Replace the journal at once, on the disk when this returns."""
        git.own.mkdir(exist_ok=True)
        partial = git.own / "journal.partiel"
        with partial.open("w", encoding="ascii") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(git.own / "journal.json")


def load(git: Git) -> Journal | None:
    """The journal left by a run that did not end, if any."""
    place = git.own / "journal.json"
    if not place.exists():
        return None
    try:
        kept = json.loads(place.read_text(encoding="ascii"))
        return Journal(**kept | {"folders": tuple(kept["folders"])})
    except (ValueError, TypeError, KeyError):
        remedy = f"vérifiez « git status », puis supprimez {place}"
        raise refused("le journal d'un passage interrompu est illisible", remedy) from None


def commit(git: Git, change: Change, journal: Journal, stage: Callable[[str], None]) -> str:
    """The commit of `change` as `journal` tells it; on any fault all is put back (3).

    `stage` is told the name of each stage before it begins.
    """
    try:
        return _write(git, change, journal, stage)
    except (Refusal, OSError) as fault:
        raise _put_back(git, journal, fault) from fault
    except BaseException:
        recover(git)
        raise


def _write(git: Git, change: Change, journal: Journal, stage: Callable[[str], None]) -> str:
    """The stages in order; each may fail, and so may the machine between two."""
    paths = b"\0".join(os.fsencode(f":(top,literal){path}") for path in journal.files)
    listed = ("--pathspec-from-file=-", "--pathspec-file-nul")
    stage("journal")
    journal.save(git)
    stage("branch")
    if journal.branch:
        git.run("switch", "--quiet", "--no-track", f"--create={journal.branch}")
    for path in journal.files:
        stage(f"move {path}")
        _put(git.top / path, change.files[path])
    stage("add")
    git.run("add", *listed, stdin=paths)
    staged = git.index()
    journal = replace(journal, blobs={path: staged[path] for path in journal.files})
    journal.save(git)
    stage("commit")
    message = git.own / "message"
    message.write_text(change.message, encoding="utf-8")
    options = ("--only", "--quiet", "--cleanup=whitespace", f"--file={message}")
    git.run("-c", "i18n.commitEncoding=UTF-8", "commit", *options, *listed, stdin=paths)
    stage("check")
    made = _checked(git, journal)
    stage("close")
    _close(git)
    return made


def _put(target: Path, content: bytes) -> None:
    """A file appears whole under its name, and never over another."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(_PARTIAL)
    partial.write_bytes(content)
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    partial.rename(target)


def _checked(git: Git, journal: Journal) -> str:
    """The commit just made, refused when a hook put something else into it."""
    made = git.commit("HEAD") or ""
    replace(journal, made=made).save(git)
    if git.differences({made: journal.base}).get(made) == journal.blobs:
        return made
    what = "un hook de git a modifié le contenu du commit"
    raise refused(what, "excluez le dossier out/ de ce hook, puis relancez")


def _close(git: Git) -> None:
    """Without a journal there is nothing to take back: the last act."""
    (git.own / "message").unlink(missing_ok=True)
    (git.own / "journal.json").unlink(missing_ok=True)


def _put_back(git: Git, journal: Journal, fault: Refusal | OSError) -> Refusal:
    """What is said of a commit that failed, once all is as before."""
    problems = _problems(fault)
    try:
        remarks = _undo(git, load(git) or journal)
    except (Refusal, OSError) as second:
        problems += _problems(second)
        remarks = ["le retour en arrière n'est pas fini : le prochain passage le reprendra"]
    else:
        state = "le dépôt est revenu à son état de départ"
        problems = [replace(each, remedy=f"{each.remedy} ; {state}") for each in problems]
    problems += [Problem(Source("git"), remark) for remark in remarks]
    return Refusal(problems, Status.REFUSED_STATE)


def _problems(fault: Refusal | OSError) -> list[Problem]:
    return list(fault.problems) if isinstance(fault, Refusal) else [unwritable(fault)]


def recover(git: Git) -> str | None:
    """Finish or take back what an interrupted run left; the sentence that says so.

    Each act looks at what is there, so that this too may be interrupted and begun again.
    """
    journal = load(git)
    if journal is None:
        return None
    if _was_made(git, journal):
        _close(git)
        where = journal.branch or journal.base_branch
        return f"Le passage précédent, interrompu après son commit, est complet sur {where}."
    undone = "Le passage précédent a été interrompu : ce qu'il avait commencé a été défait"
    return " ; ".join([undone, *_undo(git, journal)]) + "."


def _was_made(git: Git, journal: Journal) -> bool:
    """Whether the first commit since the base holds exactly our files."""
    tip = git.commit(f"refs/heads/{journal.branch or journal.base_branch}")
    if not journal.blobs or tip is None:
        return False
    since = git.run("rev-list", "--reverse", "--first-parent", f"{journal.base}..{tip}")
    made = since.decode().partition("\n")[0]
    return bool(made) and git.differences({made: journal.base}).get(made) == journal.blobs


def _undo(git: Git, journal: Journal) -> list[str]:
    """Put back branch, index and files; remarks on what could not simply be taken away."""
    remarks = _step_back(git, journal)
    committed = git.tree()
    ours = [path for path in journal.files if path not in committed]
    for path in ours:  # before the index, which needs room on a full disk
        remarks += _take_back(git, path, journal.files[path])
    listed = b"".join(os.fsencode(path) + b"\0" for path in ours)
    git.run("update-index", "--force-remove", "-z", "--stdin", stdin=listed)
    for folder in reversed(journal.folders):
        with contextlib.suppress(OSError):  # someone has put something into it
            (git.top / folder).rmdir()
    _close(git)
    return remarks


def _step_back(git: Git, journal: Journal) -> list[str]:
    """HEAD and branches as at the start, unless someone has committed there since.

    At most one commit of ours lies between the two branches: moving HEAD is enough, and no
    file of the user's, staged or not, is touched.
    """
    branch = journal.branch or journal.base_branch
    reference, base_reference = f"refs/heads/{branch}", f"refs/heads/{journal.base_branch}"
    tip = git.commit(reference)
    if tip is None:
        return []
    moved = journal.branch and git.commit(base_reference) != journal.base
    if moved or tip not in (journal.base, journal.made):
        return [f"la branche {branch} est gardée : d'autres commits ont été faits depuis"]
    if not journal.branch:
        git.run("update-ref", reference, journal.base, tip)
        return []
    if git.branch() == branch:
        git.run("symbolic-ref", "HEAD", base_reference)
    git.run("update-ref", "-d", reference, tip)
    return []


def _take_back(git: Git, path: str, digest: str) -> list[str]:
    """Remove a file of ours; one edited meanwhile is set aside, not lost."""
    target = git.top / path
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        target.with_name(_PARTIAL).unlink()
    if target.is_symlink() or not target.is_file():
        return []
    found = hashlib.sha256(target.read_bytes()).hexdigest()
    if found == digest:
        target.unlink()
        return []
    aside = git.own / "ecartes" / f"{found[:8]}-{target.name}"
    aside.parent.mkdir(exist_ok=True)
    shutil.move(target, aside)
    return [f"{path}, modifié entre-temps, est mis de côté dans {aside}"]
