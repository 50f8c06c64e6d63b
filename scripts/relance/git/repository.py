"""The user's git repository: its state, what it holds, and the one commit of a run.

Paths given and returned are relative to the company's folder, which may be a subfolder of
the work tree, and posix. Every refusal here has status 3.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from relance.git import readiness, transaction, undo
from relance.git.lock import locked
from relance.git.program import Git, refused
from relance.git.transaction import NewCommit, Renamed
from relance.git.transaction_record import load, record_file
from relance.text.writing import unwritable
from relance.values.problem import Refusal, Status

APART = "worktree-"  # how folders begin where a run has its copy of the books


@dataclass(frozen=True, slots=True)
class Edit:
    """What a file held when it was read, and what it is to hold; None for a file not there."""

    old: bytes | None
    new: bytes | None


def _silent(_stage: str) -> None:
    """Nobody follows the stages of a commit."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that holds `folder`; `on_stage` is told each stage of a commit."""

    folder: Path
    git: Git
    on_stage: Callable[[str], None] = field(default=_silent, compare=False, repr=False)

    @classmethod
    def at(cls, folder: Path) -> Repository:
        """The repository of a folder; refused outside a work tree or without git."""
        folder = folder.resolve()
        return cls(folder, Git.of(folder))

    @classmethod
    def around(cls, folder: Path, *, needed: bool) -> Repository | None:
        """The same; outside git None, unless it is needed."""
        try:
            return cls.at(folder)
        except Refusal:
            if needed:
                raise
            return None

    def from_top(self, path: str) -> str:
        """The same path from the root of the work tree."""
        return self.git.from_top(self.folder / path)

    def head(self) -> str:
        """The commit checked out; refused when there is none yet."""
        if commit := self.git.commit("HEAD"):
            return commit
        remedy = 'git add . && git commit -m "Premiers livres" (.gitignore dit ce qui reste dehors)'
        raise refused("la branche n'a encore aucun commit", remedy)

    def branch(self) -> str | None:
        """The branch checked out, None when HEAD is detached."""
        return self.git.branch()

    def ready_to_issue(self) -> str:
        """The branch checked out; refused, with every reason, where git could not commit."""
        branch, problems = self.branch(), readiness.under_way(self.git)
        if branch is None and not problems:
            what = "aucune branche n'est extraite (HEAD détachée)"
            remedy = "revenez sur une branche : git switch NOM (git branch les liste)"
            problems += refused(what, remedy).problems
        try:
            self.head()
        except Refusal as unborn:
            problems += unborn.problems
        problems += readiness.identity(self.git)
        if problems or branch is None:
            raise Refusal(problems, Status.REFUSED_STATE)
        return branch

    def check_committed(self, paths: Iterable[str]) -> None:
        """Refuse, naming each, the files read that are not those of HEAD.

        A file read through a symbolic link needs the link and itself committed. Contents are
        compared as git would store them, never by date or by the index's word alone.
        """
        readiness.check_committed(self.git, self.folder, paths)

    def is_committed(self, path: str) -> bool:
        """Whether a file is as HEAD and the index hold it."""
        try:
            self.check_committed([path])
        except Refusal:
            return False
        return True

    @property
    def shared(self) -> Path:
        """The program's folder in the git directory of all work trees; perhaps not yet there."""
        return self.git.lock_file.parent

    @property
    def home(self) -> str:
        """The git directory that all work trees share, by its one true path."""
        return str(self.shared.parent.resolve())

    @property
    def pages(self) -> Path:
        """Where pages once laid out are kept; perhaps not yet there, and of no consequence."""
        return self.shared / "pages"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One run at a time in all work trees of the repository; another is refused at once.

        It is held until the last process of the run has ended, git and its hooks included.
        """
        with ExitStack() as holding:
            try:
                self.shared.mkdir(exist_ok=True)
                holding.enter_context(locked(self.git.lock_file, record_file(self.git)))
                for left in self.git.own.glob(f"{APART}*"):  # of a run that was killed
                    shutil.rmtree(left, ignore_errors=True)
            except OSError as fault:
                raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None
            yield

    def commit_of(self, name: str) -> str:
        """The commit of a branch, a tag or a short name; refused when git knows none so named."""
        commit = None if name.startswith("-") else self.git.commit(name)
        if commit is None:
            remedy = "git fetch, puis vérifiez le nom (git branch -a)"
            raise refused(f"git ne connaît pas « {name} »", remedy)
        return commit

    def holds(self, commit: str) -> bool:
        """Whether the commit is here: a shallow clone lacks the old ones."""
        return self.git.commit(commit) is not None

    def commit_files(self, new: NewCommit) -> str:
        """Commit exactly these new files; on any fault all is put back and refused.

        Files that HEAD already holds with the same bytes are left out; when nothing remains,
        nothing is done. Hold the lock, and `recover` first. Returns the commit.
        """
        branch, head = self._start()
        new = self._from_top(new)
        added, problems = readiness.new_files(self.git, new.files)
        if new.base not in ("", head):
            problems += refused("HEAD a changé depuis la lecture des comptes", "relancez").problems
        if new.branch and self.git.commit(f"refs/heads/{new.branch}"):
            remedy = f"fusionnez-la, ou supprimez-la : git branch -D {new.branch}"
            problems += refused(f"la branche {new.branch} existe déjà", remedy).problems
        if problems:
            raise Refusal(problems, Status.REFUSED_STATE)
        if not added:
            return head
        files = Renamed(new.files, {path: path for path in added})
        return self._commit(replace(new, files=files, base=head), branch)

    def commit_rewrite(self, new: NewCommit) -> str:
        """Replace and remove files of the branch checked out, in a commit of their own.

        On any fault all is put back and refused. Hold the lock, and `recover` first. Returns
        the commit.
        """
        branch, head = self._start()
        if new.base != head:
            raise refused("HEAD a changé depuis la lecture des lettres", "relancez")
        return self._commit(self._from_top(new), branch)

    def _start(self) -> tuple[str, str]:
        """The branch checked out and its commit, where the next one goes."""
        if load(self.git):
            raise RuntimeError("recover() comes before the next commit")
        return self.ready_to_issue(), self.head()

    def _from_top(self, new: NewCommit) -> NewCommit:
        names = {self.from_top(path): path for path in new.files}
        return replace(new, files=Renamed(new.files, names))

    def _commit(self, new: NewCommit, branch: str) -> str:
        try:
            return transaction.write(self.git, new, branch, self.on_stage)
        except (Refusal, OSError) as fault:
            raise undo.put_back(self.git, fault) from fault
        except BaseException as stop:
            stop.add_note(undo.interrupted(self.git))
            raise

    def commit_edits(self, edits: Mapping[str, Edit], message: str) -> str:
        """Commit these files changed, alone on the branch checked out; put back on any fault.

        Refused when one holds changes that HEAD does not have, or is no longer what it was when
        it was read. Hold the lock, and `recover` first. Returns the commit.
        """
        branch, head = self._start()
        self.check_committed(path for path, edit in edits.items() if edit.old is not None)
        files: dict[str, bytes | None] = {}
        for path, edit in edits.items():
            place = self.folder / path
            if (place.read_bytes() if place.exists() else None) != edit.old:
                raise refused("ce fichier a changé entre-temps", "recommencez", path)
            target = self.from_top(path)
            if edit.old is not None:
                target = readiness.really_read(self.git, self.folder, path)[-1]
            elif target in {*self.git.tree(), *self.git.index()}:
                remedy = f"git restore {path}, ou committez sa suppression"
                raise refused("git suit ce fichier, qui a été supprimé", remedy, path)
            files[target] = edit.new
        return self._commit(NewCommit(files, message, base=head), branch)

    def recover(self) -> str | None:
        """Finish or take back what a killed run left; the French sentence that says so."""
        return undo.recover(self.git)
