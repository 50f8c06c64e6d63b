"""The program killed at its git commands, again and again: afterwards it is as if the run had not
been, or had been whole; main moves only by whole commits of its own, and no letter leaves twice.

Seeded and bounded: `RELANCE_ESSAIS=500` tries as many cases of each command, for hours. The counts
are printed (`pytest -s`).
"""

from __future__ import annotations

import os
import pty
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import inboxes
import story
from dispatching import approved, dispatched, repository
from imports.test_import_writing import inbox
from mailserver import Behaviour, running
from repositories import DAY, commit, found, git
from sending.test_envoyer import ALL, DRIVER, DURAND, MAIRIE, MARTIN, THREE_LATE, ids
from terminal.test_rapprocher import BOOKS, PROBABLE
from terminal.test_rapprocher import DAY as ASKED

pytestmark = pytest.mark.usefixtures("one_memory")
CASES = int(os.environ.get("RELANCE_ESSAIS", "6"))
SEED = 20261129
# A git before git: at the command of that number it kills whom it is told, then goes on or not.
WRAPPER = """\
#!/bin/sh
count="$KILLS/count"
echo x >> "$count"
if [ "$(wc -l < "$count")" -eq "$POINT" ]; then
  case "$WAY" in
    program-*) kill "-${WAY#program-}" "$PPID" ;;
    both) kill -KILL "$PPID"; exit 1 ;;
    git) kill -KILL $$ ;;
  esac
fi
exec "$GIT" "$@"
"""
WAYS = ["program-KILL", "program-TERM", "program-HUP", "program-INT", "both", "git"]
HOOKS = {"none": "exit 0", "slow": "sleep 0.3", "failing": "test -e .git/again || exit 1"}
PROGRAM = ("-m", "relance")


@dataclass(frozen=True)
class Killed:
    """A command to kill: how its company is made, its words, the keys that answer it, and what it
    may answer when it is run again. `on_main` when what it commits goes onto main."""

    made: Callable[[Path], Path]
    words: Sequence[str]
    keys: str = ""
    answers: tuple[int, ...] = (0,)
    on_main: bool = True


def with_an_inbox(folder: Path) -> Path:
    """A company into which two invoices and a statement are to come."""
    inboxes.company(folder)
    git(folder.parent, "init", "-qb", "main", str(folder))
    (folder / ".gitignore").write_text("/ledger/a-importer/\n")
    commit(folder)
    inbox(folder)
    return folder


def with_a_question(folder: Path) -> Path:
    """A company with a payment of which nobody is sure."""
    story.company(folder, BOOKS + PROBABLE)
    git(folder.parent, "init", "-qb", "main", str(folder))
    commit(folder)
    return folder


COMMANDS = {
    "noter": Killed(
        found, ["noter", "Dupont", "--appel", "Paie lundi.", "--le", DAY, "--commit"], "", (0, 2)
    ),
    "emettre": Killed(found, ["emettre", "--au", DAY], on_main=False),
    "importer": Killed(with_an_inbox, ["importer", "--commit"]),
    "rapprocher": Killed(with_a_question, ["rapprocher", "--au", ASKED, "--commit"], "1\no\no\n"),
}
BUSY = "un autre passage est en cours"


@contextmanager
def keyboard(keys: str) -> Iterator[int | None]:
    """A terminal at which these keys were struck; none without keys."""
    if not keys:
        yield None
        return
    ours, theirs = pty.openpty()
    os.write(ours, keys.encode())
    yield theirs
    os.close(ours)
    os.close(theirs)


@dataclass(frozen=True)
class Trial:
    """One company, in which a command is killed and then run again."""

    folder: Path
    words: Sequence[str]
    keys: str = ""

    def run(self, point: int = 0, way: str = "none") -> subprocess.CompletedProcess[str]:
        """The command, something being killed at the git command of that number."""
        place = self.folder.parent / "kills"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        (place / "git").write_text(WRAPPER)
        (place / "git").chmod(0o755)
        more = {
            "PATH": f"{place}{os.pathsep}{os.environ['PATH']}",
            "GIT": str(shutil.which("git")),
            "KILLS": str(place),
            "POINT": str(point),
            "WAY": way,
            "PYTHONPATH": os.pathsep.join(sys.path),
            # A commit's name depends on its date: those of two runs are then one.
            "GIT_AUTHOR_DATE": f"{DAY}T12:00:00Z",
            "GIT_COMMITTER_DATE": f"{DAY}T12:00:00Z",
        }
        with keyboard(self.keys) as keys:
            return subprocess.run(
                [sys.executable, *self.words],
                env=os.environ | more,
                stdin=keys,
                capture_output=True,
                text=True,
                check=False,
            )

    def commands(self) -> int:
        """How many git commands the last run gave."""
        return (self.folder.parent / "kills/count").read_text().count("x")

    def again(self) -> subprocess.CompletedProcess[str]:
        """The same command, once nothing of the earlier one lives."""
        (self.folder / ".git/again").touch()
        for _ in range(200):
            done = self.run()
            if BUSY not in done.stderr:
                return done
            time.sleep(0.1)
        raise AssertionError(done.stderr)

    def state(self) -> tuple[str, ...]:
        """Branches with their commits, where HEAD is, what git has to say of the files."""
        branches = git(
            self.folder, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"
        )
        return branches, git(self.folder, "symbolic-ref", "HEAD"), git(self.folder, "status", "-s")


@dataclass
class Lot:
    """Kills drawn by lot, and how many of each were tried."""

    origin: Path
    command: Callable[[Path], Trial]
    last: int
    chance: random.Random
    tried: Counter[str]

    def kill(self, number: int) -> tuple[Trial, str]:
        """A copy of the company in which the command was killed; what was drawn, what was said."""
        point, way = self.chance.randint(1, self.last), self.chance.choice(WAYS)
        hook = self.chance.choice(list(HOOKS))
        copy = self.origin.parent.parent / f"{number}/société"
        trial = self.command(shutil.copytree(self.origin, copy, symlinks=True))
        script = trial.folder / ".git/hooks/pre-commit"
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\n{HOOKS[hook]}\n")
        script.chmod(0o755)
        killed = trial.run(point, way)
        case = f"{way} at {point} of {self.last}, hook {hook}: {killed.stdout}{killed.stderr}"
        assert "Traceback" not in killed.stderr, case
        self.tried[f"{way}, hook {hook}"] += 1
        return trial, case


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_anywhere_the_next_run_is_whole(tmp_path: Path, name: str) -> None:
    killed = COMMANDS[name]

    def command(folder: Path) -> Trial:
        return Trial(folder, [*PROGRAM, *killed.words, "--dossier", str(folder)], killed.keys)

    origin = killed.made(tmp_path / "origine/société")
    whole = command(shutil.copytree(origin, tmp_path / "entier/société", symlinks=True))
    done = whole.run()
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    start, expected = git(origin, "rev-parse", "main"), whole.state()
    ends = {start, git(whole.folder, "rev-parse", "main")}
    assert (len(ends) == 2) == killed.on_main
    lot = Lot(origin, command, whole.commands(), random.Random(f"{SEED} {name}"), Counter())
    for number in range(CASES):
        trial, case = lot.kill(number)
        assert git(trial.folder, "rev-parse", "main") in ends, case
        done = trial.again()
        assert done.returncode in killed.answers, f"{case}\n{done.stdout}{done.stderr}"
        assert trial.state() == expected, f"{case}\n{done.stdout}{done.stderr}"
    print(f"\n{name}: {CASES} kills among {lot.last} git commands; {dict(lot.tried)}")


@pytest.mark.slow
def test_killed_anywhere_no_letter_leaves_twice(tmp_path: Path) -> None:
    """`envoyer` against a real mail server: what left is noted once, by one run or the other."""
    with running(Behaviour()) as server:
        origin = tmp_path / "origine/société"
        approved(repository(story.company(origin, THREE_LATE, server.policy())))

        def command(folder: Path) -> Trial:
            return Trial(folder, ["-c", DRIVER, str(folder)])

        whole = command(shutil.copytree(origin, tmp_path / "entier/société", symlinks=True))
        assert whole.run().returncode == 0
        start = git(origin, "rev-parse", "main")
        lot = Lot(origin, command, whole.commands(), random.Random(f"{SEED} envoyer"), Counter())
        for number in range(CASES):
            server.received.clear()
            trial, case = lot.kill(number)
            assert len(server.ids) in (0, 3), case  # git works before the first and after the last
            done = trial.again()
            assert done.returncode == 0, f"{case}\n{done.stdout}{done.stderr}"
            assert server.ids == ids(DURAND, MAIRIE, MARTIN), f"{case}\n{done.stdout}"
            assert dispatched(story.Story(trial.folder)) == ALL, case
            assert git(trial.folder, "status", "-s") == "", case
            assert git(trial.folder, "rev-list", "--count", f"{start}..main") == "1", case
    print(f"\nenvoyer: {CASES} kills among {lot.last} git commands; {dict(lot.tried)}")
