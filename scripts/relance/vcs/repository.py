"""The user's git repository: its state, what it holds, and the one commit of a run.

Paths given and returned are relative to the company's folder, which may be a subfolder of
the work tree, and posix. Every refusal here has status 3.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from relance.problem import Problem, Refusal, Source, Status
from relance.vcs import edit as edits
from relance.vcs import journal
from relance.vcs import rewrite as rewrites
from relance.vcs.edit import Edit
from relance.vcs.git import Git, refused, words
from relance.vcs.journal import Change, Journal
from relance.vcs.rewrite import Rewrite

__all__ = ["Change", "Edit", "PendingBranch", "Repository", "Rewrite"]

# What git leaves in its directory while an operation waits for the user.
_UNDER_WAY = {
    "MERGE_HEAD": ("une fusion est en cours", "git commit, ou git merge --abort"),
    "rebase-merge": ("un rebase est en cours", "git rebase --continue, ou --abort"),
    "rebase-apply": ("un rebase est en cours", "git rebase --continue, ou --abort"),
    "CHERRY_PICK_HEAD": ("un cherry-pick est en cours", "git cherry-pick --continue, ou --abort"),
    "REVERT_HEAD": ("un revert est en cours", "git revert --continue, ou --abort"),
    "BISECT_LOG": ("une bissection est en cours", "git bisect reset"),
    "index.lock": ("une commande git est en cours", "si aucune ne tourne plus, supprimez {}"),
}


@dataclass(frozen=True, slots=True)
class PendingBranch:
    """A branch of letters, with the texts of its registers that HEAD does not hold so.

    `name` is as git shortens it (`origin/relance/…` when it is only remote), `committed` the
    day of its last commit, `registers` maps paths to texts.
    """

    name: str
    commit: str
    committed: date
    registers: Mapping[str, str]


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

    def _branches(self, prefix: str) -> Iterator[tuple[str, PendingBranch]]:
        """The branches below `prefix`, each with its name without remote; registers unread."""
        form = "--format=%(refname) %(objectname) %(committerdate:short)"
        listed = os.fsdecode(self.git.run("for-each-ref", form, "refs/heads", "refs/remotes"))
        for line in listed.splitlines():
            reference, commit, day = line.split(" ")
            _, where, full = reference.split("/", 2)
            # A remote's own name may hold slashes: the branch starts at the prefix after one.
            _, cut, rest = full.partition(f"/{prefix}")
            name = full if where == "heads" else cut[1:] + rest
            if name.startswith(prefix):
                yield name, PendingBranch(full, commit, date.fromisoformat(day), {})

    def behind(self) -> int:
        """How many commits of its upstream, as last fetched, the branch does not have."""
        done = self.git.attempt("rev-list", "--count", "HEAD..@{upstream}")
        return 0 if done.returncode else int(done.stdout)

    def fetch(self) -> None:
        """Ask the remote of the branch for its news; refused in git's own words. Without a
        remote to follow, nothing is asked."""
        followed = self.git.attempt("config", "--get", f"branch.{self.branch()}.remote")
        if remote := os.fsdecode(followed.stdout).strip():
            self.git.run("fetch", "--quiet", "--", remote)

    def has_upstream(self) -> bool:
        """Whether the branch follows one elsewhere."""
        return not self.git.attempt("rev-parse", "--quiet", "--verify", "@{upstream}").returncode

    def has_remote(self) -> bool:
        """Whether there is a repository elsewhere to push to."""
        return bool(self.git.run("remote").strip())

    def ready_to_issue(self) -> str:
        """The branch checked out; refused, with every reason, where git could not commit."""
        branch, problems = self.branch(), self._under_way()
        if branch is None and not problems:
            what = "aucune branche n'est extraite (HEAD détachée)"
            problems += refused(what, "revenez sur une branche : git switch main").problems
        try:
            self.head()
        except Refusal as unborn:
            problems += unborn.problems
        problems += self._identity()
        if problems or branch is None:
            raise Refusal(problems, Status.REFUSED_STATE)
        return branch

    def _under_way(self) -> list[Problem]:
        problems = []
        for name, (what, remedy) in _UNDER_WAY.items():
            place = self.git.directory / name
            if place.exists():
                way_out = f"attendez ou terminez : {remedy.format(place)}"
                problems.append(Problem(Source("git"), what, way_out))
        return problems

    def _identity(self) -> tuple[Problem, ...]:
        """The complaint when git does not know who commits."""
        for name in ("GIT_COMMITTER_IDENT", "GIT_AUTHOR_IDENT"):
            done = self.git.attempt("var", name)
            if done.returncode:
                what = f"git ne sait pas qui committe : « {words(done.stderr)} »"
                remedy = 'git config user.name "Prénom Nom" && git config user.email nom@domaine'
                return refused(what, remedy).problems
        return ()

    def check_committed(self, paths: Iterable[str]) -> None:
        """Refuse, naming each, the files read that are not those of HEAD.

        A file read through a symbolic link needs the link and itself committed. Contents are
        compared as git would store them, never by date or by the index's word alone.
        """
        chains = {path: self._really_read(path) for path in sorted(set(paths))}
        committed, staged = self.git.tree(), self.git.index()
        names = {name for chain in chains.values() for name in chain}
        found = self._objects(sorted(names & committed.keys()))
        same = {name for name in found if committed[name] == staged.get(name) == found[name]}
        problems = []
        for path, chain in chains.items():
            if not chain:
                what, remedy = "est introuvable ou hors du dépôt", "placez-le dans le dépôt"
            elif not committed.keys() >= set(chain):
                named = shlex.quote(path)
                what = "n'est pas committé"
                remedy = f'git add {named} (-f s\'il est ignoré), puis git commit -m "Livres"'
            elif not same >= set(chain):
                what, remedy = (
                    "n'est pas tel que committé",
                    "git commit, ou annulez-en les changements",
                )
            else:
                continue
            problems.append(Problem(Source(path), f"ce fichier est lu mais {what}", remedy))
        if problems:
            raise Refusal(problems, Status.REFUSED_STATE)

    def is_committed(self, path: str) -> bool:
        """Whether a file is as HEAD and the index hold it."""
        try:
            self.check_committed([path])
        except Refusal:
            return False
        return True

    def _really_read(self, path: str) -> tuple[str, ...]:
        """The links on the way to a file, then the file; empty when missing or outside."""
        here, chain = Path(os.path.normpath(self.folder / path)), []
        if not here.is_file():
            return ()
        while link := next((up for up in [*reversed(here.parents), here] if up.is_symlink()), None):
            chain.append(link)
            here = Path(os.path.normpath(link.parent / link.readlink() / here.relative_to(link)))
        if not here.is_relative_to(self.git.top):
            return ()
        # Links that lead to the repository from outside are no part of it.
        inside = (each for each in [*chain, here] if each.is_relative_to(self.git.top))
        return tuple(each.relative_to(self.git.top).as_posix() for each in inside)

    def _objects(self, names: list[str]) -> dict[str, str]:
        """The objects git would make of these files now."""
        links = [name for name in names if (self.git.top / name).is_symlink()]
        files = [name for name in names if name not in links]
        listed = b"".join(os.fsencode(_quoted(name)) for name in files)
        made = self.git.run("hash-object", "--stdin-paths", stdin=listed).decode().split()
        for name in links:
            target = os.fsencode((self.git.top / name).readlink())
            made += self.git.run("hash-object", "--stdin", stdin=target).decode().split()
        return dict(zip(files + links, made, strict=True))

    def pending_registers(self, prefix: str) -> tuple[PendingBranch, ...]:
        """The branches below `prefix` with registers that HEAD does not hold so.

        The branch checked out and its remote twins are left out; the same commit under the
        same name here and on a remote counts once. The letter ids are for the caller to read.
        """
        current, found = self.branch(), dict[tuple[str, str], PendingBranch]()
        for name, each in self._branches(prefix):
            if name != current:
                found.setdefault((name, each.commit), each)
        if not found:
            return ()
        texts = self._registers({each.commit for each in found.values()})
        pending = (replace(each, registers=texts.get(each.commit, {})) for each in found.values())
        return tuple(each for each in pending if each.registers)

    def _registers(self, commits: Iterable[str]) -> dict[str, dict[str, str]]:
        """Per commit the texts of the registers that HEAD does not hold so, by path."""
        head, folder = self.head(), self.from_top("out/registre")
        options = ("--diff-filter=AMT", "--", f":(top,literal){folder}")
        changed = self.git.differences(dict.fromkeys(commits, head), *options)
        texts = self.git.texts({blob for files in changed.values() for blob in files.values()})
        return {
            commit: {
                (self.git.top / path).relative_to(self.folder).as_posix(): texts[blob]
                for path, blob in files.items()
                if Path(path).parent == Path(folder) and path.endswith(".beancount")
            }
            for commit, files in changed.items()
        }

    def trailers(self, key: str, beginning: str) -> frozenset[str]:
        """The values of a trailer that begin so, in the commits of every branch and tag."""
        form = f"--format=%(trailers:key={key},valueonly)"
        chosen = ("--all", "--fixed-strings", f"--grep={key}: {beginning}")
        told = self.git.run("-c", "log.showSignature=false", "log", form, *chosen)
        values = told.decode("utf-8", "replace").split()
        return frozenset(value for value in values if value.startswith(beginning))

    @property
    def shared(self) -> Path:
        """The program's folder in the git directory that all work trees share; perhaps not yet
        there."""
        common = self.git.directory / "commondir"
        top = self.git.directory / (common.read_text().strip() if common.exists() else "")
        return top / "relance"

    @property
    def pages(self) -> Path:
        """Where pages once laid out are kept; perhaps not yet there, and of no consequence."""
        return self.shared / "pages"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One run at a time in all work trees of the repository; another is refused at once."""
        from filelock import FileLock, Timeout  # slow to import, and few commands lock

        held = FileLock(self.shared / "lock", blocking=False)
        try:
            self.shared.mkdir(exist_ok=True)
            held.acquire()
        except Timeout:
            raise refused("un autre passage est en cours", "attendez qu'il finisse") from None
        except OSError as fault:
            raise Refusal([journal.unwritable(fault)], Status.REFUSED_STATE) from None
        try:
            yield
        finally:
            held.release()

    def commit_of(self, name: str) -> str:
        """The commit of a branch, a tag or a short name; refused when git knows none so named."""
        found = None if name.startswith("-") else self.git.commit(name)
        if found is None:
            remedy = "git fetch, puis vérifiez le nom (git branch -a)"
            raise refused(f"git ne connaît pas « {name} »", remedy)
        return found

    def holds(self, commit: str) -> bool:
        """Whether the commit is here: a shallow clone lacks the old ones."""
        return self.git.commit(commit) is not None

    @contextmanager
    def worktree(self, tree: str = "HEAD") -> Iterator[Path]:
        """The company's folder as a commit or tree holds it, apart, in the git directory; then
        removed.

        A plain checkout with an index of its own: no hook runs, no submodule is fetched and
        git has no list of work trees to keep. Hold the lock: what a killed run left is removed.
        """
        place = self._empty_place()
        try:
            self.git.check_out(tree, place / "files", place / "index")
            yield place / "files" / self.folder.relative_to(self.git.top)
        finally:
            shutil.rmtree(place)

    def _empty_place(self) -> Path:
        try:
            self.git.own.mkdir(exist_ok=True)
            for left in self.git.own.glob("worktree-*"):
                shutil.rmtree(left)
            place = Path(tempfile.mkdtemp(prefix="worktree-", dir=self.git.own))
            (place / "files").mkdir()
        except OSError as fault:
            raise Refusal([journal.unwritable(fault)], Status.REFUSED_STATE) from None
        return place

    def commit_files(self, change: Change) -> str:
        """Commit exactly these new files; on any fault all is put back and refused.

        Files that HEAD already holds with the same bytes are left out; when nothing remains,
        nothing is done. Hold the lock, and `recover` first. Returns the commit.
        """
        files = _Renamed(change.files, {self.from_top(path): path for path in change.files})
        record = self._prepare(replace(change, files=files))
        if not record.files:
            return record.base
        return journal.commit(self.git, replace(change, files=files), record, self.on_stage)

    def _prepare(self, change: Change) -> Journal:
        """Where the commit starts and what it adds, or every reason why it cannot be made."""
        if journal.load(self.git) or rewrites.load(self.git):
            raise RuntimeError("recover() comes before the next commit")
        branch, base = self.ready_to_issue(), self.head()
        new, problems = self._new_files(change.files)
        if change.base not in ("", base):
            problems += refused("HEAD a changé depuis la lecture des comptes", "relancez").problems
        if change.branch and self.git.commit(f"refs/heads/{change.branch}"):
            remedy = f"fusionnez-la, ou supprimez-la : git branch -D {change.branch}"
            problems += refused(f"la branche {change.branch} existe déjà", remedy).problems
        if problems:
            raise Refusal(problems, Status.REFUSED_STATE)
        parents = {parent for path in new for parent in Path(path).parents}
        folders = sorted(each.as_posix() for each in parents if not (self.git.top / each).exists())
        return Journal(new, tuple(folders), change.branch, branch, base)

    def _new_files(self, files: Mapping[str, bytes]) -> tuple[dict[str, str], list[Problem]]:
        """The digests of the files to be made; the complaints about those in their way."""
        new, problems = dict[str, str](), []
        committed, staged = self.git.tree(), self.git.index()
        for path, content in files.items():
            place = self.git.top / path
            if not (os.path.lexists(place) or path in committed or path in staged):
                new[path] = hashlib.sha256(content).hexdigest()
            elif committed.get(path, "") != staged.get(path) or not _holds(place, content):
                remedy = "committez-le s'il est à garder, sinon déplacez-le"
                what = "ce fichier existe déjà et ne sera pas remplacé"
                problems.append(Problem(Source(path), what, remedy))
        return new, problems

    def commit_edit(self, edit: Edit, write: Callable[[], None]) -> str:
        """Commit one file, which `write` changes, alone on the branch checked out.

        Refused when it holds changes that HEAD does not have. Hold the lock, and `recover`
        first. Returns the commit.
        """
        self.ready_to_issue()
        if edit.old is not None:
            self.check_committed([edit.path])
            path = self._really_read(edit.path)[-1]
        elif (path := self.from_top(edit.path)) in {*self.git.tree(), *self.git.index()}:
            remedy = f"git restore {edit.path}, ou committez sa suppression"
            raise refused("git suit ce fichier, qui a été supprimé", remedy, edit.path)
        return edits.commit(self.git, replace(edit, path=path), write)

    def commit_rewrite(self, rewrite: Rewrite) -> str:
        """Replace and remove files of the branch checked out, in a commit of their own.

        On any fault all is put back and refused. Hold the lock, and `recover` first. Returns
        the commit.
        """
        branch = self.ready_to_issue()
        if rewrite.base != self.head():
            raise refused("HEAD a changé depuis la lecture des lettres", "relancez")
        files = {self.from_top(path): content for path, content in rewrite.files.items()}
        return rewrites.commit(self.git, replace(rewrite, files=files), branch, self.on_stage)

    def recover(self) -> str | None:
        """Finish or take back what a killed run left; the French sentence that says so."""
        said = (journal.recover(self.git), rewrites.recover(self.git))
        return " ".join(filter(None, said)) or None


class _Renamed(Mapping[str, bytes]):
    """Files under other names, read one by one: they may be more than memory holds."""

    def __init__(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        self._files = files
        self._names = names

    def __getitem__(self, name: str) -> bytes:
        return self._files[self._names[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _quoted(path: str) -> str:
    """A path on a line of its own, as git's C-style quoting writes it."""
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        path = path.replace(character, escape)
    return f'"{path}"\n'


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == content
