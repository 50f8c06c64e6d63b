"""What was prepared put in its place: originals first, the ledger after them, the inbox last.

Each file appears whole under its name, and the books can be read after each. A run killed on the
way leaves what the next one finishes: what came in is known by its id, the files still lie in the
inbox.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.imports.import_rehearsal import rehearse
from relance.imports.prepared import FiledOriginal, Prepared
from relance.ledger.imported import FOLDER, ORIGINALS, STATEMENTS, STATUSES
from relance.text.words import count
from relance.text.writing import sync_folder, synced, unwritable
from relance.values.problem import Refusal, Status, refuse

_PARTIAL = ".relance-partiel"
Stage = Callable[[str], None]


def write(
    prepared: Prepared, repository: Repository | None = None, stage: Stage = lambda _name: None
) -> str:
    """Rehearse, then write; with a repository, commit exactly that on the branch checked out, and
    return the commit, "" when nothing changes. `stage` is told each stage before it begins.

    Raises `Refusal`: (2) when the books would not load, (3) when a file changed meanwhile or takes
    no writing; nothing is written then.
    """
    if prepared.files:
        stage("rehearse")
        rehearse(prepared)
    _check(prepared)
    commit = ""
    try:
        if repository is None:
            _put(prepared, stage)
        elif prepared.files:
            commit = _commit(prepared, repository)
        for original in prepared.originals:
            if original.moves:
                stage(f"leave {original.path.name}")
                original.path.unlink(missing_ok=True)
    except OSError as fault:
        raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None
    return commit


def _check(prepared: Prepared) -> None:
    """Refuse (3) when a file is no longer what it was when it was read."""
    so_far = prepared.so_far
    for file in prepared.files:
        if so_far.text(file.path) != file.old:
            raise _changed(file.path)
    for original in prepared.originals:
        if _sha256(original.path) != original.sha256:
            raise _changed(str(original.path))


def _changed(path: str) -> Refusal:
    return refuse(path, "ce fichier a changé entre-temps", "recommencez", Status.REFUSED_STATE)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


# ---------------------------------------------------------------- Without git


def _put(prepared: Prepared, stage: Stage) -> None:
    """Everything beside its place first, then each into it."""
    root = prepared.so_far.root
    _clean(prepared)
    partials: list[tuple[Path, Path]] = []
    folders: set[Path] = set()
    try:
        stage("prepare")
        for original in _to_file(prepared):
            partials.append(_partial(root / original.target, folders))
            _copy(original, partials[-1][0])
        for file in prepared.files:
            partials.append(_partial((root / file.path).resolve(), folders))
            partials[-1][0].write_bytes(file.new.encode())
            synced(partials[-1][0])
            if partials[-1][1].exists():
                shutil.copymode(partials[-1][1], partials[-1][0])
        for partial, target in partials:
            stage(f"move {target.name}")
            partial.replace(target)
        # The inbox is emptied after this: by then the disk has what came of it, names included.
        for folder in folders:
            with suppress(OSError):  # everything is in its place already
                sync_folder(folder)
    except Exception:
        for partial, _ in partials:
            partial.unlink(missing_ok=True)
        raise


def _copy(original: FiledOriginal, target: Path) -> None:
    """A second name for a file that goes from the inbox, which is quick; else, or where the disk
    knows none, a copy."""
    if original.moves:
        with suppress(OSError):
            target.hardlink_to(original.path)
            return
    shutil.copyfile(original.path, target)
    synced(target)


def _partial(target: Path, folders: set[Path]) -> tuple[Path, Path]:
    """Where a file waits, and its place; its folder is made, and added to the `folders`."""
    if (folder := target.parent) not in folders:
        folder.mkdir(parents=True, exist_ok=True)
        folders.add(folder)
    return target.with_name(f".{target.name}{_PARTIAL}"), target


def _to_file(prepared: Prepared) -> Iterator[FiledOriginal]:
    """The originals that are not filed yet, each once: two files may hold the same."""
    root = prepared.so_far.root
    for original in {original.target: original for original in prepared.originals}.values():
        if _sha256(root / original.target) != original.sha256:
            yield original


def _clean(prepared: Prepared) -> None:
    """Remove what a run killed while it prepared has left."""
    for name in (FOLDER, ORIGINALS, STATEMENTS, STATUSES, ""):
        folder = prepared.so_far.root / prepared.so_far.path(name)
        for left in folder.glob(f".*{_PARTIAL}") if folder.is_dir() else ():
            left.unlink()


# ---------------------------------------------------------------- With git


class _Contents(Mapping[str, bytes | None]):
    """The files of a commit, the originals read one by one."""

    def __init__(self, prepared: Prepared) -> None:
        self._files = {file.path: file.new.encode() for file in prepared.files}
        self._originals = {original.target: original.path for original in _to_file(prepared)}

    def __getitem__(self, name: str) -> bytes | None:
        return self._files[name] if name in self._files else self._originals[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        yield from self._originals
        yield from self._files

    def __len__(self) -> int:
        return len(self._files) + len(self._originals)


def _commit(prepared: Prepared, repository: Repository) -> str:
    """Commit exactly the files that change; what the user changed in them is not swept along."""
    repository.check_committed(file.path for file in prepared.files if file.old is not None)
    return repository.commit_rewrite(
        NewCommit(_Contents(prepared), message(prepared), base=repository.head())
    )


def message(prepared: Prepared) -> str:
    """The message of the commit: how much came in, of which files."""
    taken = [outcome for outcome in prepared.outcomes if outcome.came]
    came = sum(outcome.came for outcome in taken)
    subject = f"Import : {count(came, 'élément')} de {count(len(taken), 'fichier')}"
    names = "\n".join(f"- {outcome.name.rpartition('/')[2]} : {outcome.came}" for outcome in taken)
    return f"{subject}\n\n{names}\n" if names else f"{subject}\n"
