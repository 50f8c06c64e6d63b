"""A git that outlives its program, hooks that move things, and what is then said: only what is."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from relance.git import lock
from relance.git.repository import Edit, Repository
from relance.values.problem import Refusal
from transactions import (
    BRANCH,
    GONE,
    KEPT,
    KILLED,
    LETTER,
    Case,
    busy_company,
    case,
    committed,
    everything,
    git,
    hook,
    killed,
    status,
    write,
)

UNDONE = "Le passage précédent a été interrompu : ce qu'il avait commencé a été défait"
WHOLE = "Le passage précédent, interrompu après son commit, est complet sur"
SLOW = "touch .git/hook-runs; sleep {}"
TOLD = "touch .git/hook-runs; until [ -e .git/go ]; do sleep 0.05; done"
WAYS = ["added on a new branch", "rewritten", "rewritten after a merge"]


def in_a_process(act: Callable[[], object]) -> int:
    """Start `act` in a process of its own, Ctrl-C there ending it as in a shell."""
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it
    try:
        act()
    except KeyboardInterrupt:
        os._exit(130)
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        os._exit(1)
    os._exit(0)


def held_commit(asked: Case) -> None:
    with Repository.at(asked.folder).lock():
        asked.commit()


def signalled(asked: Case, number: signal.Signals) -> int:
    """The commit in a process of its own, which alone gets a signal while the hook runs."""
    child = in_a_process(lambda: held_commit(asked))
    until((asked.folder / ".git/hook-runs").exists)
    os.kill(child, number)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def until(reached: Callable[[], object]) -> None:
    for _ in range(1000):
        if reached():
            return
        time.sleep(0.02)
    raise AssertionError


def next_run(asked: Case) -> str | None:
    with Repository.at(asked.folder).lock():
        return Repository.at(asked.folder).recover()


def after_the_earlier_run(asked: Case) -> str | None:
    """The next run, once nothing of the earlier one lives."""

    def free() -> bool:
        try:
            with Repository.at(asked.folder).lock():
                return True
        except Refusal:
            return False

    until(free)
    return next_run(asked)


# ---------------------------------------------------------------- Killed beside its git


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("name", WAYS)
def test_the_program_dies_alone_and_git_goes_on(
    tmp_path: Path, name: str, number: signal.Signals
) -> None:
    asked = case(name, tmp_path)
    main = git(asked.folder, "rev-parse", "main")
    hook(asked.folder, "pre-commit", TOLD)
    assert signalled(asked, number) == -number
    before = everything(asked.folder)
    with pytest.raises(Refusal) as caught:
        next_run(asked)
    assert "(git)" in str(caught.value)  # named, where the system tells
    assert everything(asked.folder) == before  # nothing moved under git's feet
    (asked.folder / ".git/go").touch()
    assert str(after_the_earlier_run(asked)).startswith(WHOLE)
    asked.check_made()
    assert git(asked.folder, "rev-parse", "main") == main


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_the_program_dies_alone_and_the_hook_refuses(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "pre-commit", f"{TOLD}; exit 1")
    assert signalled(asked, signal.SIGKILL) == -signal.SIGKILL
    (asked.folder / ".git/go").touch()
    assert after_the_earlier_run(asked) == f"{UNDONE}."
    assert everything(asked.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_the_program_alone_hears_ctrl_c(tmp_path: Path, name: str) -> None:
    """Git is told to stop and puts its own locks away; its hook is waited for."""
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "pre-commit", SLOW.format(0.4))
    assert signalled(asked, signal.SIGINT) == 130
    assert everything(asked.folder) == before
    assert next_run(asked) is None


@pytest.mark.slow
def test_a_hook_that_goes_on_after_ctrl_c_is_left_to_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0.1)
    asked = case("rewritten", tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "pre-commit", f"{TOLD}; echo fin >> '{KEPT}'")
    assert signalled(asked, signal.SIGINT) == 130
    with pytest.raises(Refusal, match=r"un autre passage est en cours, ou ce qu'il a lancé"):
        next_run(asked)
    (asked.folder / ".git/go").touch()
    said = str(after_the_earlier_run(asked))
    (aside,) = (asked.folder / ".git/relance/ecartes").iterdir()
    assert said == f"{UNDONE} ; {KEPT}, modifié entre-temps, est mis de côté dans {aside}."
    assert everything(asked.folder) == before


def test_what_is_undone_is_told_beside_the_interruption(tmp_path: Path) -> None:
    asked = case("added here", tmp_path)

    def interrupt(stage: str) -> None:
        if stage == "commit":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        asked.commit(interrupt)
    assert caught.value.__notes__ == [f"{UNDONE}."]


@pytest.mark.slow
def test_a_program_that_a_hook_leaves_behind_holds_nothing(tmp_path: Path) -> None:
    asked = case("added on a new branch", tmp_path)
    hook(asked.folder, "post-commit", "sleep 20 >/dev/null 2>&1 & echo $! > .git/left")
    held_commit(asked)
    try:
        assert next_run(asked) is None
    finally:
        os.kill(int((asked.folder / ".git/left").read_text()), signal.SIGKILL)
    asked.check_made()


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_git_alone_dies_after_it_made_the_commit(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "post-commit", "kill -9 $PPID")
    with pytest.raises(Refusal, match="arrêté par le signal 9") as caught:
        held_commit(asked)
    assert "le dépôt est revenu à son état de départ" in str(caught.value)
    assert everything(asked.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["index.lock", "HEAD.lock", f"refs/heads/{BRANCH}.lock", "packed-refs.lock"]
)
def test_nothing_moves_while_git_holds_a_lock(tmp_path: Path, name: str) -> None:
    asked = case("added on a new branch", tmp_path)
    asked.killed_at("commit")
    before, lock_of_git = everything(asked.folder), asked.folder / ".git" / name
    if not lock_of_git.parent.is_dir():
        pytest.skip("references in a reftable have no file each, and no lock of their own")
    lock_of_git.touch()
    with pytest.raises(Refusal, match="supprimez ce fichier") as caught:
        next_run(asked)
    assert str(lock_of_git) in str(caught.value)
    lock_of_git.unlink()
    assert everything(asked.folder) == before
    assert next_run(asked) == f"{UNDONE}."


# ---------------------------------------------------------------- The commit is there


@pytest.mark.slow
@pytest.mark.parametrize("name", ["added on a new branch", "rewritten", "rewritten after a merge"])
@pytest.mark.parametrize("stage", ["check", "close"])
def test_index_and_files_are_those_of_the_commit(tmp_path: Path, name: str, stage: str) -> None:
    """Git died before it wrote its index, or an earlier version put the old files back."""
    asked = case(name, tmp_path)
    asked.killed_at(stage)
    git(asked.folder, "reset", "--quiet", "HEAD^", "--", *asked.new.files)
    if not asked.adds:
        write(asked.folder, KEPT, "retouché, pas encore dans git\n")
        write(asked.folder, GONE, "début\n")
    assert str(next_run(asked)).startswith(WHOLE)
    asked.check_made()


@pytest.mark.slow
def test_what_was_changed_since_the_commit_stays_and_is_told(tmp_path: Path) -> None:
    asked = case("rewritten", tmp_path)
    asked.killed_at("check")
    write(asked.folder, KEPT, "à moi\n")
    said = f"{WHOLE} relance/1 ; {KEPT} a changé depuis : git status le montre."
    assert next_run(asked) == said
    assert (asked.folder / KEPT).read_text() == "à moi\n"


@pytest.mark.slow
def test_a_commit_merged_by_hand_is_found_where_it_went(tmp_path: Path) -> None:
    asked = case("added on a new branch", tmp_path)
    asked.killed_at("close")
    git(asked.folder, "switch", "--quiet", "main")
    git(asked.folder, "merge", "--quiet", "--ff-only", BRANCH)
    git(asked.folder, "branch", "--quiet", "-D", BRANCH)
    assert next_run(asked) == f"{WHOLE} main."
    assert (asked.folder / LETTER).exists()


# ---------------------------------------------------------------- Hooks that move things

SWITCHES = {
    "added on a new branch": ["git switch --quiet main", "git checkout --quiet --detach"],
    "rewritten": ["git switch --quiet --create ailleurs", "git checkout --quiet --detach"],
}
MOVES = [(name, script) for name, scripts in SWITCHES.items() for script in scripts]


def without_branch(held: tuple[object, ...]) -> tuple[object, ...]:
    """Everything but references, one of which a hook has made."""
    return (*held[:2], *held[3:])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "script"), MOVES)
def test_a_hook_that_switches_is_told_and_undone(tmp_path: Path, name: str, script: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "pre-commit", script)
    with pytest.raises(Refusal, match="un hook de git a changé de branche") as caught:
        held_commit(asked)
    assert "le dépôt est revenu à son état de départ" in str(caught.value)
    git_branch_gone(asked.folder)
    assert everything(asked.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize(("name", "script"), MOVES)
def test_a_hook_that_switched_in_a_killed_run(tmp_path: Path, name: str, script: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "pre-commit", script)
    asked.killed_at("check")
    said = str(next_run(asked))
    assert said.startswith(f"{UNDONE} ; un hook avait mené le commit sur ")
    git_branch_gone(asked.folder)
    assert everything(asked.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize(("name", "script"), MOVES)
def test_a_hook_that_switches_and_refuses(tmp_path: Path, name: str, script: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "pre-commit", f"{script}; exit 1")
    with pytest.raises(Refusal):
        held_commit(asked)
    git_branch_gone(asked.folder)
    assert everything(asked.folder) == before


def git_branch_gone(folder: Path) -> None:
    """The branch that the hook itself made, which is nobody's to remove, aside."""
    if "ailleurs" in git(folder, "branch"):
        assert git(folder, "rev-parse", "ailleurs") == git(folder, "rev-parse", "HEAD")
        git(folder, "branch", "--quiet", "-D", "ailleurs")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("git reset --quiet --soft HEAD^", "a défait le commit"),
        ("git -c core.hooksPath= commit --quiet --allow-empty -m plus", "a ajouté un autre commit"),
        ("git update-ref refs/heads/main HEAD", "a déplacé la branche main"),
    ],
)
def test_a_hook_after_the_commit_is_told_and_undone(
    tmp_path: Path, script: str, words: str
) -> None:
    asked = case("added on a new branch", tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "post-commit", script)
    with pytest.raises(Refusal, match=f"un hook de git {words}"):
        held_commit(asked)
    assert everything(asked.folder) == before


@pytest.mark.slow
def test_a_hook_that_stashes_is_told(tmp_path: Path) -> None:
    asked = case("rewritten", tmp_path)
    hook(asked.folder, "post-commit", "git stash --quiet")
    with pytest.raises(Refusal, match="a remisé des changements") as caught:
        held_commit(asked)
    assert "git stash pop les rend" in str(caught.value)
    assert git(asked.folder, "stash", "list").count("stash@") == 1
    git(asked.folder, "stash", "pop", "--quiet")
    assert (asked.folder / "dirty").read_text() == "en cours\n"


# ---------------------------------------------------------------- A note: a file changed alone

EDIT = {"relance.yaml": Edit("début\n".encode(), b"note\n")}


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage", ["journal", "move relance.yaml", "add", "commit", "check", "close"]
)
def test_a_note_killed_on_the_way_is_whole_or_not_there(tmp_path: Path, stage: str) -> None:
    folder = busy_company(tmp_path)
    before = everything(folder)
    dying = Repository(
        folder.resolve(),
        Repository.at(folder).git,
        lambda name: os._exit(KILLED) if name == stage else None,
    )
    assert killed(lambda: dying.commit_edits(EDIT, "Note\n"))
    with Repository.at(folder).lock():
        said = Repository.at(folder).recover()
    if stage in {"check", "close"}:
        assert said == f"{WHOLE} main."
        assert committed(folder) == {"relance.yaml": b"note\n"}
        assert status(folder) == before[1]
    else:
        assert said == (None if stage == "journal" else f"{UNDONE}.")
        assert everything(folder) == before


def test_a_note_in_a_file_that_changed_meanwhile(tmp_path: Path) -> None:
    folder = busy_company(tmp_path)
    write(folder, "relance.yaml", "autre\n")
    git(folder, "commit", "--quiet", "-m", "autre", "relance.yaml")
    with pytest.raises(Refusal, match="ce fichier a changé entre-temps"):
        Repository.at(folder).commit_edits(EDIT, "Note\n")
    assert (folder / "relance.yaml").read_text() == "autre\n"
