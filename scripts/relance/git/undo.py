"""The way back from a commit that was not made: branch, index and files as they were."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from dataclasses import replace

from relance.git.finish import finish
from relance.git.lock import wait_alone
from relance.git.program import Git, Stopped, refused
from relance.git.readiness import check_unlocked
from relance.git.transaction import PARTIAL
from relance.git.transaction_record import COPIES, TransactionRecord, close, load
from relance.git.whereabouts import HEADS, made_on, stash, strays
from relance.text.writing import unwritable
from relance.values.problem import Problem, Refusal, Source, Status


def put_back(git: Git, fault: Refusal | OSError) -> Refusal:
    """What is said of a commit that failed, once all is as before."""
    problems = _problems(fault)
    try:
        if isinstance(fault, Stopped):
            wait_alone(git.lock_file)
        record = load(git)
        remarks = _taken_back(git, record) if record else []
        close(git)  # last: as long as the record is there, the next run goes on undoing
    except (Refusal, OSError) as second:
        problems += _problems(second)
        remarks = ["le retour en arrière n'est pas fini : le prochain passage le reprendra"]
    else:
        state = "le dépôt est revenu à son état de départ"
        problems = [replace(problem, remedy=f"{problem.remedy} ; {state}") for problem in problems]
    problems += [Problem(Source("git"), remark) for remark in remarks]
    return Refusal(problems, Status.REFUSED_STATE)


def _problems(fault: Refusal | OSError) -> list[Problem]:
    return list(fault.problems) if isinstance(fault, Refusal) else [unwritable(fault)]


def recover(git: Git) -> str | None:
    """Finish or take back what an interrupted run left; the sentence that says so.

    Each act looks at what is there, so that this too may be interrupted and begun again. Hold
    the lock: nothing of that run lives then. Refused (3), nothing being moved, while a lock of
    git's own is there.
    """
    record = load(git)
    if record is None:
        return None
    check_unlocked(git, {record.home, record.base_branch})
    made = None if strays(git, record) else made_on(git, record)
    if made:
        what = f"Le passage précédent, interrompu après son commit, est complet sur {made}"
        remarks = finish(git, record, made)
        if made != record.base_branch and git.commit(f"{HEADS}{record.base_branch}") != record.base:
            remarks.append(f"{record.base_branch} a bougé depuis : git log {record.base_branch}")
    else:
        what = "Le passage précédent a été interrompu : ce qu'il avait commencé a été défait"
        remarks = _undo(git, record)
    close(git)
    return " ; ".join([what, *remarks]) + "."


def interrupted(git: Git) -> str:
    """Finish or take back what this very run was doing when a person stopped it; what came of it.

    What a stopped git left working is waited for a little, then left to the next run.
    """
    try:
        wait_alone(git.lock_file)
        return recover(git) or "Rien n'avait été commencé."
    except (Refusal, OSError) as fault:
        reason = " ; ".join(problem.what for problem in _problems(fault))
        return f"Ce qui était commencé sera repris au prochain passage ({reason})."


def _taken_back(git: Git, record: TransactionRecord) -> list[str]:
    """Undo what this very run did: its commit too when git made it and then failed, and what a
    hook did to HEAD."""
    check_unlocked(git, {record.home, record.base_branch})
    home, start = f"{HEADS}{record.home}", f"{HEADS}{record.base_branch}"
    if not record.made and git.commit(f"{home}^") == record.parent and made_on(git, record):
        record = replace(record, made=git.commit(home) or "")
    remarks = _call_back(git, record)
    if record.branch and record.made and git.commit(start) == record.made:
        git.run("update-ref", start, record.base, record.made)
    if git.branch() not in (record.home, record.base_branch):
        if git.commit("HEAD") == git.commit(start):
            git.run("symbolic-ref", "HEAD", start)
        else:
            remarks.append(f"un hook a changé de branche : git switch {record.base_branch}")
    remarks += _undo(git, record)
    if stash(git) != record.stash:
        remarks.append("un hook a remisé des changements : git stash pop les rend")
    return remarks


def _undo(git: Git, record: TransactionRecord) -> list[str]:
    """Put back branch, index and files; remarks on what could not simply be put back."""
    remarks = _call_back(git, record)
    if not record.only_adds and git.branch() not in (record.home, record.base_branch):
        what = f"un passage interrompu sur {record.home} est à défaire"
        raise refused(what, f"git switch {record.home}, puis relancez")
    parent = _parent(git, record)
    remarks += _step_back(git, record, parent)
    kept = git.tree() if record.only_adds else {}  # someone has committed some of ours since
    ours = [path for path in record.files if path not in kept]
    for path in ours:  # before the index, which needs room on a full disk
        remarks += _restore(git, record, path)
    _restore_index(git, record, ours)
    for folder in reversed(record.folders):
        with contextlib.suppress(OSError):  # someone has put something into it
            (git.top / folder).rmdir()
    return remarks + _unmerge(git, record, parent)


def _parent(git: Git, record: TransactionRecord) -> str:
    """The commit that ours follows: our merge, even when its making was the last thing done."""
    if not record.merge or record.merged:
        return record.merged or record.base
    tip = git.commit("HEAD") or record.base
    parents = git.run("rev-list", "--parents", "-n1", tip).decode().split()[1:]
    return tip if parents == [record.base, record.merge] else record.base


def _call_back(git: Git, record: TransactionRecord) -> list[str]:
    """Our commit off the branches where a hook led it, and HEAD where the run began."""
    remarks = []
    for stray in strays(git, record):
        checked_out = stray.reference in ("HEAD", f"{HEADS}{git.branch()}")
        git.run("update-ref", "--no-deref", stray.reference, record.parent, stray.commit)
        start = f"{HEADS}{record.base_branch}"
        if checked_out and git.commit(start) == record.parent:
            git.run("symbolic-ref", "HEAD", start)
        remarks.append(f"un hook avait mené le commit sur {stray} : il en est retiré")
    return remarks


def _step_back(git: Git, record: TransactionRecord, parent: str) -> list[str]:
    """HEAD and branches without our commit, unless someone has committed there since.

    At most one commit of ours lies between the two branches: moving HEAD is enough, and no
    file of the user's, staged or not, is touched.
    """
    reference, base_reference = (f"{HEADS}{x}" for x in (record.home, record.base_branch))
    tip = git.commit(reference)
    if tip is None:
        return []
    moved = record.branch and git.commit(base_reference) != record.base
    if moved or tip not in (record.base, parent, record.made):
        what = "la branche" if parent == record.base else "la fusion dans"
        return [f"{what} {record.home} est gardée : d'autres commits ont été faits depuis"]
    if record.branch:
        if git.branch() == record.branch:
            git.run("symbolic-ref", "HEAD", base_reference)
        git.run("update-ref", "-d", reference, tip)
    elif tip == record.made:
        git.run("update-ref", reference, parent, tip)
    return []


def _restore(git: Git, record: TransactionRecord, path: str) -> list[str]:
    """A file as it was before; one that someone has edited meanwhile is set aside, not lost."""
    target, partial = git.top / path, (git.top / path).with_name(PARTIAL)
    copy = git.own / COPIES / record.before[path] if path in record.before else None
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        partial.unlink()
    content, old = target.read_bytes() if target.is_file() else None, copy and copy.read_bytes()
    if content == old or (copy is None and target.is_symlink()):
        return []
    remarks = []
    if content is not None:
        digest = hashlib.sha256(content).hexdigest()
        if digest != record.files[path]:
            aside = git.own / "ecartes" / f"{digest[:8]}-{target.name}"
            aside.parent.mkdir(exist_ok=True)
            shutil.move(target, aside)
            remarks.append(f"{path}, modifié entre-temps, est mis de côté dans {aside}")
    if copy:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(copy, partial)
        partial.replace(target)
    else:
        target.unlink(missing_ok=True)
    return remarks


def _restore_index(git: Git, record: TransactionRecord, paths: list[str]) -> None:
    gone = "".join(f"0 {'0' * len(record.base)}\t{path}\0" for path in paths)
    lines = "".join(f"{line}\0" for line in record.index.values())
    git.run("update-index", "-z", "--index-info", stdin=os.fsencode(gone + lines))


def _unmerge(git: Git, record: TransactionRecord, parent: str) -> list[str]:
    """Undo our merge, unfinished or made; the user's own changes are never touched by it."""
    if record.merge and (git.directory / "MERGE_HEAD").exists():
        git.run("merge", "--abort")
    elif parent != record.base and git.commit("HEAD") == parent:
        done = git.attempt("reset", "--quiet", "--keep", record.base)
        kept = f"la fusion dans {record.home} est gardée : vos changements en dépendent"
        return [kept] if done.returncode else []
    return []
