"""The program killed at its git commands, again and again: afterwards it is as if the run had not
been, or had been whole, and main has never moved.

Seeded and bounded: `RELANCE_ESSAIS=500` tries as many cases of each command, for hours. The counts
are printed (`pytest -s`).
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from repositories import DAY, found, git

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
COMMANDS = {
    "noter": ["noter", "Dupont", "--appel", "Paie lundi.", "--le", DAY, "--commit"],
    "emettre": ["emettre", "--au", DAY],
}
BUSY = "un autre passage est en cours"


@dataclass(frozen=True)
class Trial:
    """One company, in which a command is killed and then run again."""

    folder: Path
    words: list[str]

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
        command = [sys.executable, "-m", "relance", *self.words, "--dossier", str(self.folder)]
        return subprocess.run(
            command, env=os.environ | more, capture_output=True, text=True, check=False
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


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_anywhere_the_next_run_is_whole(tmp_path: Path, name: str) -> None:
    origin = found(tmp_path / "origine/société")
    whole = Trial(shutil.copytree(origin, tmp_path / "entier/société"), COMMANDS[name])
    assert whole.run().returncode == 0
    last, expected = whole.commands(), whole.state()
    chance, tried = random.Random(f"{SEED} {name}"), Counter[str]()
    for number in range(CASES):
        point, way = chance.randint(1, last), chance.choice(WAYS)
        hook = chance.choice(list(HOOKS))
        trial = Trial(shutil.copytree(origin, tmp_path / f"{number}/société"), COMMANDS[name])
        script = trial.folder / ".git/hooks/pre-commit"
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\n{HOOKS[hook]}\n")
        script.chmod(0o755)
        main = git(trial.folder, "rev-parse", "main")
        killed = trial.run(point, way)
        case = f"{name}, {way} at {point} of {last}, hook {hook}: {killed.stdout}{killed.stderr}"
        assert "Traceback" not in killed.stderr, case
        if name == "emettre":
            assert git(trial.folder, "rev-parse", "main") == main, case
        done = trial.again()
        assert done.returncode in ((0, 2) if name == "noter" else (0,)), f"{case}\n{done.stderr}"
        assert trial.state() == expected, f"{case}\n{done.stdout}{done.stderr}"
        tried[f"{way}, hook {hook}"] += 1
    print(f"\n{name}: {CASES} kills among {last} git commands; {dict(tried)}")
