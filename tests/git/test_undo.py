"""A run killed at any point is finished or taken back by the next, which may be killed too."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from relance.git.program import Git
from relance.git.repository import Repository
from relance.values.problem import Refusal
from transactions import (
    AFTER_COMMIT,
    BEFORE_COMMIT,
    BRANCH,
    CASES,
    KEPT,
    KILLED,
    LETTER,
    REGISTER,
    Case,
    case,
    committed,
    everything,
    git,
    hook,
    killed,
    kills,
    status,
    write,
)

UNDONE = "Le passage précédent a été interrompu : ce qu'il avait commencé a été défait"
OTHERS = "d'autres commits ont été faits depuis"


def recovered(asked: Case) -> str | None:
    return Repository.at(asked.folder).recover()


@pytest.fixture
def added(tmp_path: Path) -> Case:
    return case("added on a new branch", tmp_path)


# ---------------------------------------------------------------- Killed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "stage"), [(name, stage) for name in CASES for stage in BEFORE_COMMIT[name]]
)
def test_killed_before_the_commit_nothing_remains(tmp_path: Path, name: str, stage: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    asked.killed_at(stage)
    assert recovered(asked) == (None if stage == "journal" else f"{UNDONE}.")
    assert everything(asked.folder) == before
    assert recovered(asked) is None
    asked.commit()
    asked.check_made()


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("stage", AFTER_COMMIT)
def test_killed_after_the_commit_it_stands(tmp_path: Path, name: str, stage: str) -> None:
    asked = case(name, tmp_path)
    asked.killed_at(stage)
    branch = git(asked.folder, "branch", "--show-current").strip()
    assert recovered(asked) == (
        f"Le passage précédent, interrompu après son commit, est complet sur {branch}."
    )
    asked.check_made()
    if asked.adds:  # a second run with the same files finds them committed
        again = replace(asked.new, base="", branch="")
        head = git(asked.folder, "rev-parse", "HEAD").strip()
        assert Repository.at(asked.folder).commit_files(again) == head


@pytest.mark.slow
def test_the_commit_is_known_under_later_ones(added: Case) -> None:
    added.killed_at("close")
    git(added.folder, "commit", "--quiet", "--message=suite", "staged")
    assert "est complet" in str(recovered(added))
    assert (added.folder / LETTER).exists()


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * ("merge" not in name)) for name in CASES],
)
def test_the_way_back_may_be_killed_too(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    asked.killed_at("commit")
    # Each attempt goes one command further than the one before, on what that one left.
    assert len(list(kills(lambda: recovered(asked)))) > 5
    assert everything(asked.folder) == before


@pytest.mark.slow
def test_killed_when_the_merge_is_made_and_not_yet_recorded(tmp_path: Path) -> None:
    asked, true_run = case("rewritten after a merge", tmp_path), Git.run
    before = everything(asked.folder)

    def dying(self: Git, *words: str, stdin: bytes = b"") -> bytes:
        said = true_run(self, *words, stdin=stdin)
        return os._exit(KILLED) if "merge" in words else said

    def act() -> None:
        Git.run = dying  # type: ignore[method-assign]
        asked.commit()

    assert killed(act)
    assert git(asked.folder, "rev-parse", "HEAD^2").strip() == asked.new.merge
    assert recovered(asked) == f"{UNDONE}."
    assert everything(asked.folder) == before


@pytest.mark.slow
def test_a_hook_kills_the_program_and_git_goes_on(added: Case) -> None:
    hook(added.folder, "pre-commit", "kill -9 $(ps -o ppid= -p $PPID)")
    assert killed(added.commit)
    for _ in range(100):
        if not (added.folder / ".git/index.lock").exists():
            break
        time.sleep(0.02)
    assert "est complet" in str(recovered(added))
    added.check_made()


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_killed_git_leaves_its_lock(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    hook(asked.folder, "pre-commit", "kill -9 $PPID")
    with pytest.raises(Refusal, match=r"index\.lock") as caught:
        asked.commit()
    assert "le prochain passage le reprendra" in str(caught.value)
    with pytest.raises(Refusal, match=r"index\.lock"):
        recovered(asked)
    (asked.folder / ".git/index.lock").unlink()
    assert recovered(asked) is not None
    assert everything(asked.folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_an_interruption_by_the_keyboard_is_undone(tmp_path: Path, name: str) -> None:
    def interrupt(stage: str) -> None:
        if stage == "commit":
            raise KeyboardInterrupt

    asked = case(name, tmp_path)
    before = everything(asked.folder)
    with pytest.raises(KeyboardInterrupt):
        asked.commit(interrupt)
    assert everything(asked.folder) == before


# ---------------------------------------------------------------- What the user did meanwhile


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_an_edit_made_after_a_kill_is_set_aside(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    before, path = everything(asked.folder), LETTER if asked.adds else KEPT
    asked.killed_at("commit")
    write(asked.folder, path, "à moi\n")
    said = str(recovered(asked))
    (aside,) = (asked.folder / ".git/relance/ecartes").iterdir()
    assert said == f"{UNDONE} ; {path}, modifié entre-temps, est mis de côté dans {aside}."
    assert aside.read_text() == "à moi\n"
    assert everything(asked.folder) == before


@pytest.mark.slow
def test_what_the_user_committed_after_a_kill_is_kept(added: Case) -> None:
    added.killed_at("commit")
    (added.folder / LETTER).write_text("retouchée\n")
    git(added.folder, "commit", "--quiet", "--message=à la main", "--", LETTER)
    assert recovered(added) == f"{UNDONE} ; la branche {BRANCH} est gardée : {OTHERS}."
    assert git(added.folder, "branch", "--show-current").strip() == BRANCH
    assert committed(added.folder) == {LETTER: "retouchée\n".encode()}
    assert (added.folder / LETTER).read_text() == "retouchée\n"
    assert not (added.folder / REGISTER).exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kept"),
    [("rewritten", "la branche"), ("rewritten after a merge", "la fusion dans")],
)
def test_a_branch_that_went_on_after_a_kill_is_kept(tmp_path: Path, name: str, kept: str) -> None:
    asked = case(name, tmp_path)
    asked.killed_at("add")
    git(asked.folder, "commit", "--quiet", "--message=à la main", "dirty")
    head = git(asked.folder, "rev-parse", "HEAD")
    assert recovered(asked) == f"{UNDONE} ; {kept} relance/1 est gardée : {OTHERS}."
    assert git(asked.folder, "rev-parse", "HEAD") == head
    assert (asked.folder / KEPT).read_text() == "retouché, pas encore dans git\n"
    assert (asked.folder / "dirty").read_text() == "en cours\n"


@pytest.mark.slow
def test_a_merge_that_the_users_changes_need_is_kept(tmp_path: Path) -> None:
    asked = case("rewritten after a merge", tmp_path)
    asked.killed_at("add")
    write(asked.folder, "livre", "règlement, et la suite\n")
    kept = "la fusion dans relance/1 est gardée : vos changements en dépendent"
    assert recovered(asked) == f"{UNDONE} ; {kept}."
    assert (asked.folder / "livre").read_text() == "règlement, et la suite\n"
    assert status(asked.folder) == f" M dirty\0 M livre\0 M {KEPT}\0?? untracked\0"


@pytest.mark.slow
def test_a_base_that_moved_after_a_kill_leaves_the_branch(added: Case) -> None:
    added.killed_at("commit")
    git(added.folder, "worktree", "add", "--quiet", "../autre", "main")
    git(added.folder.parent / "autre", "commit", "--quiet", "--allow-empty", "--message=ailleurs")
    assert recovered(added) == f"{UNDONE} ; la branche {BRANCH} est gardée : {OTHERS}."
    assert git(added.folder, "branch", "--show-current").strip() == BRANCH
    assert status(added.folder) == added.status
    assert not (added.folder / "out").exists()


def test_the_user_went_elsewhere_after_a_kill(added: Case) -> None:
    added.killed_at("commit")
    git(added.folder, "switch", "--quiet", "--create", "ailleurs")
    recovered(added)
    assert git(added.folder, "branch", "--format=%(refname:short)").split() == ["ailleurs", "main"]
    assert not (added.folder / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "home"), [("rewritten", "relance/1"), ("rewritten on a new branch", BRANCH)]
)
def test_on_another_branch_files_that_changed_wait(tmp_path: Path, name: str, home: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    asked.killed_at("add")
    git(asked.folder, "switch", "--quiet", "--create=ailleurs")
    with pytest.raises(Refusal, match=f"git switch {home}, puis relancez") as caught:
        recovered(asked)
    assert f"un passage interrompu sur {home} est à défaire" in str(caught.value)
    git(asked.folder, "switch", "--quiet", home)
    git(asked.folder, "branch", "-D", "ailleurs")
    assert recovered(asked) == f"{UNDONE}."
    assert everything(asked.folder) == before


# ---------------------------------------------------------------- The record


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_record_must_be_settled_first(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    asked.killed_at("add")
    with pytest.raises(RuntimeError, match="recover"):
        asked.commit()


@pytest.mark.parametrize("place", ["journal.json", "reecriture.json"])
@pytest.mark.parametrize("text", ["{", "[]", '{"folders": []}', "\x00"])
def test_an_unreadable_record(added: Case, place: str, text: str) -> None:
    write(added.folder, f".git/relance/{place}", text)
    with pytest.raises(Refusal, match="illisible") as caught:
        recovered(added)
    assert f"puis supprimez {added.folder / '.git/relance' / place}" in str(caught.value)


def as_an_earlier_version_wrote(folder: Path) -> None:
    """The record as it was when files added and files changed had one each, of another form."""
    own = folder / ".git/relance"
    record = json.loads((own / "journal.json").read_text())
    if not (record["before"] or record["index"]):
        for key in ("before", "index", "merge", "merged"):
            del record[key]
        (own / "journal.json").write_text(json.dumps(record))
        return
    record["start"] = record.pop("base")
    record["branch"] = record.pop("base_branch")
    record["before"] = {path: record["before"].get(path, "") for path in record["files"]}
    (own / "reecriture.json").write_text(json.dumps(record))
    (own / "journal.json").unlink()


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["add", "commit", "check"])
@pytest.mark.parametrize("name", [name for name in CASES if name != "rewritten on a new branch"])
def test_a_record_of_an_earlier_version_is_read(tmp_path: Path, name: str, stage: str) -> None:
    asked = case(name, tmp_path)
    before = everything(asked.folder)
    asked.killed_at(stage)
    as_an_earlier_version_wrote(asked.folder)
    said = str(recovered(asked))
    if stage == "check":
        assert "est complet sur" in said
        asked.check_made()
    else:
        assert said == f"{UNDONE}."
        assert everything(asked.folder) == before
