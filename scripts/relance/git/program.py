"""The git program: one command at a time, its words, its refusals."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from relance.values.problem import Problem, Refusal, Source, Status, refuse

inherited: dict[Path, int] = {}
"""The locks that this process holds, and their open files: every git holds on to them."""

# Git sets these around a hook; inherited, they would send our commands to another index.
_ELSEWHERE = re.compile(
    "LANGUAGE|GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|PREFIX|NAMESPACE"
    "|ALTERNATE_OBJECT_DIRECTORIES|QUARANTINE_PATH|SHALLOW_FILE|GRAFT_FILE|IMPLICIT_WORK_TREE"
    "|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)"
)
REFLOG = "commit (relance)"  # how git's own log of a branch calls our commits
# Messages as LC_ALL=C gives them, while the user's hooks still read accents.
_OURS = {"LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0", "GIT_REFLOG_ACTION": REFLOG}
_BATCH = 200  # objects read at once
_LAST_WORDS = 10  # seconds that a git told to stop has to put away its own locks
# What git would start and leave behind: it would hold our lock.
_NOTHING_BEHIND = (
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "core.fsmonitor=false"),
)
# By default git leaves it to the system when objects reach the disk; a branch that is there
# after a loss of power, and its objects not, is a damaged repository.
_ON_THE_DISK = ("-c", "core.fsync=committed,index")


def refused(what: str, remedy: str, where: str = "git") -> Refusal:
    """The refusal for one problem with the state of the repository."""
    return refuse(where, what, remedy, Status.REFUSED_STATE)


class Stopped(Refusal):
    """A signal stopped git: what git had started may go on."""


def _name(arguments: Iterable[str]) -> str:
    """What a git command is called."""
    return next(word for word in arguments if not word.startswith("-") and "=" not in word)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Tell git to stop, and wait: killed at once it would leave its locks behind."""
    process.terminate()
    try:
        process.wait(_LAST_WORDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def words(output: bytes) -> str:
    """Git's own words on one line: from its first fault on, else the last ones."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("hint:")]
    faults = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return " / ".join(lines[lines.index(faults[0]) :][:5] if faults else lines[-5:])


def fields(output: bytes) -> list[str]:
    """The parts of a `-z` output."""
    return [os.fsdecode(part) for part in output.split(b"\0")[:-1]]


@dataclass(frozen=True, slots=True)
class Git:
    """The git program in one work tree; a command that fails is a `Refusal` (3).

    `top` is the root of the work tree, `directory` its git directory, `environment` what is
    added to the user's own. Paths are relative to `top`, posix.
    """

    top: Path
    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Git:
        """Git in the work tree that holds a folder; refused outside one or without git."""
        if not folder.is_dir():
            raise refused("ce dossier est introuvable", "vérifiez son nom", str(folder))
        asked = ("--is-inside-work-tree", "--show-cdup", "--absolute-git-dir")
        done = cls(folder, folder).attempt("rev-parse", *asked)
        if done.returncode:
            what = f"ce dossier n'est pas dans un dépôt git utilisable : « {words(done.stderr)} »"
            raise refused(what, "changez de dossier ou faites « git init »", str(folder))
        inside, _, rest = os.fsdecode(done.stdout).removesuffix("\n").partition("\n")
        if inside != "true":
            what = "ce dépôt git n'a pas de fichiers ici (dépôt nu, ou dossier .git)"
            raise refused(what, "placez-vous dans un clone ordinaire", str(folder))
        up, directory = rest.split("\n", 1)
        return cls((folder / up).resolve(), Path(directory))

    def from_top(self, path: Path) -> str:
        """A file's path from the root of the work tree."""
        return Path(os.path.relpath(path, self.top)).as_posix()

    @property
    def common(self) -> Path:
        """The git directory that all work trees share."""
        pointer = self.directory / "commondir"
        return self.directory / (pointer.read_text().strip() if pointer.exists() else "")

    @property
    def lock_file(self) -> Path:
        """What is locked while a run lives, in all work trees."""
        return self.common / "relance" / "lock"

    @property
    def own(self) -> Path:
        """The program's folder in the git directory."""
        return self.directory / "relance"

    def attempt(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """The command's outcome, whatever it answers; `Stopped` when a signal ended it."""
        user = {name: x for name, x in os.environ.items() if not _ELSEWHERE.fullmatch(name)}
        try:
            process = subprocess.Popen(
                ["git", *_NOTHING_BEHIND, *_ON_THE_DISK, *arguments],
                cwd=self.top,
                env=user | _OURS | dict(self.environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=tuple(inherited.values()),
            )
        except FileNotFoundError:
            if not self.top.is_dir():
                raise refused(
                    "ce dossier n'existe plus", "vérifiez son nom", str(self.top)
                ) from None
            raise refused("le programme git est introuvable", "installez git") from None
        with process:
            try:
                output, errors = process.communicate(stdin)
            except BaseException:
                _stop(process)
                raise
        if process.returncode < 0:  # it has said nothing: no answer is not « no »
            what = f"« git {_name(arguments)} » a été arrêté par le signal {-process.returncode}"
            raise Stopped([Problem(Source("git"), what, "relancez")], Status.REFUSED_STATE)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """The command's output; a status other than 0 is refused in git's own words."""
        done = self.attempt(*arguments, stdin=stdin)
        if done.returncode == 0:
            return done.stdout
        complaint = words(done.stderr) or words(done.stdout) or f"statut {done.returncode}"
        what = f"« git {_name(arguments)} » a échoué : « {complaint} »"
        raise refused(what, "corrigez ce que git signale, puis relancez")

    def check_out(self, tree: str, top: Path, index: Path) -> None:
        """Lay the files of a commit or tree in the folder `top`, with an index of their own: only
        what differs from the index is written, no hook runs, no submodule is fetched."""
        apart = {
            "GIT_DIR": str(self.directory),
            "GIT_WORK_TREE": str(top),
            "GIT_INDEX_FILE": str(index),
        }
        settings = ("sparseCheckout", "fsmonitor", "splitIndex", "untrackedCache")
        plain = [part for name in settings for part in ("-c", f"core.{name}=false")]
        command = ("read-tree", "--reset", "-u", "--no-recurse-submodules", tree)
        Git(top, self.directory, apart).run(*plain, *command)

    def commit(self, name: str) -> str | None:
        """The full name of a commit, None when there is none of that name."""
        done = self.attempt("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
        return None if done.returncode else done.stdout.decode().strip()

    def branch(self) -> str | None:
        """The branch checked out, None when HEAD is detached."""
        done = self.attempt("symbolic-ref", "--quiet", "HEAD")
        name = os.fsdecode(done.stdout).removesuffix("\n").removeprefix("refs/heads/")
        return None if done.returncode else name

    def tree(self) -> dict[str, str]:
        """Path and object of every file of HEAD."""
        rows = (row.split("\t", 1) for row in fields(self.run("ls-tree", "-rz", "HEAD")))
        return {path: meta.split(" ")[2] for meta, path in rows}

    def index(self) -> dict[str, str]:
        """Path and object of every file of the index; an unmerged one has the object ""."""
        rows = (row.split("\t", 1) for row in fields(self.run("ls-files", "-sz")))
        entries = ((path, meta.split(" ")) for meta, path in rows)
        return {path: blob if stage == "0" else "" for path, (_mode, blob, stage) in entries}

    def contents(self, blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """These objects and what they hold, some hundred at once: some are PDFs."""
        names = sorted(set(blobs) - {""})
        for start in range(0, len(names), _BATCH):
            listed = "".join(f"{name}\n" for name in names[start : start + _BATCH]).encode()
            rest = self.run("cat-file", "--batch", stdin=listed)
            while rest:
                header, _, rest = rest.partition(b"\n")
                name, _kind, size = header.decode().split(" ")
                yield name, rest[: int(size)]
                rest = rest[int(size) + 1 :]

    def texts(self, blobs: Iterable[str]) -> dict[str, str]:
        """The contents of these objects as text."""
        return {name: held.decode("utf-8", "replace") for name, held in self.contents(blobs)}

    def differences(self, pairs: Mapping[str, str], *options: str) -> dict[str, dict[str, str]]:
        """Per commit, against the commit it is paired with: changed paths and their objects."""
        listed = "".join(f"{new} {old}\n" for new, old in pairs.items()).encode()
        command = ("diff-tree", "--stdin", "-r", "-z", "--no-renames", *options)
        raw, changed = iter(fields(self.run(*command, stdin=listed))), dict[str, str]()
        changes = {}
        for part in raw:
            if part.startswith(":"):
                changed[next(raw)] = part.split(" ")[3]
            else:
                changes[part] = changed = {}
        return changes
