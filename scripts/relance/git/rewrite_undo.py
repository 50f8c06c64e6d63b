"""The way back from a rewrite that did not end: branch, index and files as they were."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace

from relance.git.program import Git, refused
from relance.git.rewrite_record import BEFORE, PARTIAL, Record, close, holds, load, put
from relance.text.writing import unwritable
from relance.values.problem import Problem, Refusal, Source, Status


def put_back(git: Git, fault: Refusal | OSError) -> Refusal:
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
        close(git)
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
    return bool(made) and holds(git, record, made)


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
    close(git)
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
    copy = git.own / BEFORE / kept if kept else None
    target.with_name(PARTIAL).unlink(missing_ok=True)
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
    put(target, old)
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
