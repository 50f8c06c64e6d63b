"""A commit is made whole or not at all: faults, kills at every stage, the way back."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from relance.git.program import Git
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.values.problem import Refusal, Status

REGISTER = "out/registre/2026-11-21.beancount"
LETTER = "out/lettres/2026-11-21/R20261121-01-hôtel d'été.md"
BRANCH = "relance/2026-11-21"
CHANGE = NewCommit(
    {REGISTER: b"; registre\n", LETTER: "Réglez 1 320,00 €.\n".encode()},
    "Relances du 21 novembre 2026\n\nRelance: R20261121-01\n",
    branch=BRANCH,
)
HERE = replace(CHANGE, branch="")
STAGES = ("journal", "branch", f"move {REGISTER}", f"move {LETTER}", "add", "commit")
STAGES_AFTER_COMMIT = ("check", "close")
KILLED = 9


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def hook(folder: Path, name: str, script: str) -> None:
    path = folder / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A repository in the midst of its user's work: nothing of it may ever move."""
    folder = tmp_path / "société été"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in ("relance.yaml", "staged", "dirty", "deleted", "both"):
        (folder / name).write_text("début\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=début")
    for name in ("staged", "both", "added", "seen"):
        (folder / name).write_text("staged\n")
    git(folder, "add", "staged", "both", "added")
    git(folder, "add", "--intent-to-add", "seen")
    git(folder, "rm", "--quiet", "deleted")
    for name in ("dirty", "both", "untracked"):
        (folder / name).write_text("dirty\n")
    return folder


def users_work(folder: Path) -> tuple[str, dict[str, bytes | None]]:
    """What the user sees of all that is not ours: the status, and each file or folder."""
    status = git(folder, "status", "--porcelain", "-z", "--untracked-files=all")
    paths = [path for path in folder.rglob("*") if ".git" not in path.parts]
    return status, {
        str(path): path.read_bytes() if path.is_file() else None
        for path in paths
        if "out" not in path.relative_to(folder).parts
    }


def everything(folder: Path) -> tuple[object, ...]:
    """All that a failed or killed run must leave as it was."""
    ours = [str(path) for path in (folder / "out").rglob("*")]
    references = git(folder, "for-each-ref") + git(folder, "symbolic-ref", "HEAD")
    left = (folder / ".git/relance/journal.json").exists()
    return users_work(folder), ours, references, git(folder, "ls-files", "--stage"), left


def killed(act: Callable[[], object]) -> bool:
    """Run `act` in a process of its own; whether it was killed before its end."""
    child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert status in (0, KILLED << 8, KILLED)
    return status != 0


def kill_at(stage: str) -> Callable[[str], None]:
    return lambda name: os._exit(KILLED) if name == stage else None


def committed(folder: Path) -> dict[str, bytes]:
    """The files of the last commit."""
    names = git(folder, "diff-tree", "-r", "-z", "--name-only", "HEAD^", "HEAD").split("\0")[:-1]
    return {name: git(folder, "show", f"HEAD:{name}").encode() for name in names}


def refusal(folder: Path, change: NewCommit = CHANGE) -> str:
    """The words of a refusal that must leave everything as it was."""
    before = everything(folder)
    with pytest.raises(Refusal) as caught:
        Repository.at(folder).commit_files(change)
    assert caught.value.status is Status.REFUSED_STATE
    assert everything(folder) == before
    return str(caught.value)


@pytest.mark.parametrize("change", [CHANGE, HERE], ids=["new branch", "current branch"])
def test_exactly_our_files_are_committed(company: Path, change: NewCommit) -> None:
    before = users_work(company)
    made = Repository.at(company).commit_files(change)
    assert git(company, "rev-parse", "HEAD").strip() == made
    assert git(company, "symbolic-ref", "--short", "HEAD").strip() == (change.branch or "main")
    assert git(company, "rev-list", "--count", "HEAD").strip() == "2"
    assert committed(company) == change.files
    assert users_work(company) == before
    assert git(company, "log", "-1", "--format=%B").strip() == change.message.strip()
    assert [path.name for path in (company / ".git/relance").iterdir()] == []


def test_stages_are_told_in_order(company: Path) -> None:
    told: list[str] = []
    replace(Repository.at(company), on_stage=told.append).commit_files(CHANGE)
    assert tuple(told) == STAGES + STAGES_AFTER_COMMIT


def test_a_company_in_a_subfolder(company: Path) -> None:
    folder = company / "sociétés/nord"
    folder.mkdir(parents=True)
    Repository.at(folder).commit_files(CHANGE)
    assert committed(company) == {f"sociétés/nord/{path}": x for path, x in CHANGE.files.items()}


@pytest.mark.slow
@pytest.mark.parametrize("change", [CHANGE, HERE], ids=["new branch", "current branch"])
@pytest.mark.parametrize("stage", STAGES)
def test_killed_before_the_commit_nothing_remains(
    company: Path, stage: str, change: NewCommit
) -> None:
    before = everything(company)
    repository = replace(Repository.at(company), on_stage=kill_at(stage))
    assert killed(lambda: repository.commit_files(change))
    said = Repository.at(company).recover()
    assert (said is None) == (stage == "journal")
    assert said is None or said.endswith("ce qu'il avait commencé a été défait.")
    assert everything(company) == before
    assert Repository.at(company).recover() is None
    Repository.at(company).commit_files(change)
    assert committed(company) == change.files


@pytest.mark.slow
@pytest.mark.parametrize("change", [CHANGE, HERE], ids=["new branch", "current branch"])
@pytest.mark.parametrize("stage", STAGES_AFTER_COMMIT)
def test_killed_after_the_commit_it_stands(company: Path, stage: str, change: NewCommit) -> None:
    before = users_work(company)
    repository = replace(Repository.at(company), on_stage=kill_at(stage))
    assert killed(lambda: repository.commit_files(change))
    said = Repository.at(company).recover()
    assert said is not None
    assert said.endswith(f"est complet sur {change.branch or 'main'}.")
    assert (committed(company), users_work(company)) == (change.files, before)
    # A second run with the same files finds them committed.
    assert Repository.at(company).commit_files(HERE) == git(company, "rev-parse", "HEAD").strip()


def test_the_commit_is_known_under_later_ones(company: Path) -> None:
    killed(lambda: replace(Repository.at(company), on_stage=kill_at("close")).commit_files(CHANGE))
    git(company, "commit", "--quiet", "--message=suite", "staged")
    assert "est complet" in str(Repository.at(company).recover())
    assert (company / LETTER).exists()


def kills(act: Callable[[], object]) -> Iterator[int]:
    """Kill `act` before its first git command, then its second, … until it ends alive."""
    true_attempt = Git.attempt
    for last in range(100):
        left = iter(range(last))

        def attempt(self: Git, *words: str, stdin: bytes = b"", left: Iterator[int] = left):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if next(left, None) is None:
                os._exit(KILLED)
            return true_attempt(self, *words, stdin=stdin)

        def dying(attempt: object = attempt) -> None:
            Git.attempt = attempt  # type: ignore[assignment,method-assign]
            act()

        if not killed(dying):
            return
        yield last


@pytest.mark.slow
def test_the_way_back_may_be_killed_too(company: Path) -> None:
    before, repository = everything(company), Repository.at(company)
    killed(lambda: replace(repository, on_stage=kill_at("commit")).commit_files(CHANGE))
    # Each attempt goes one command further than the one before, on what that one left.
    assert len(list(kills(repository.recover))) > len(STAGES)
    assert everything(company) == before


def test_a_hook_kills_the_program_and_git_goes_on(company: Path) -> None:
    hook(company, "pre-commit", "kill -9 $(ps -o ppid= -p $PPID)")
    assert killed(lambda: Repository.at(company).commit_files(CHANGE))
    for _ in range(100):
        if not (company / ".git/index.lock").exists():
            break
        time.sleep(0.02)
    assert "est complet" in str(Repository.at(company).recover())
    assert committed(company) == CHANGE.files


def test_a_killed_git_leaves_its_lock(company: Path) -> None:
    before = everything(company)
    hook(company, "pre-commit", "kill -9 $PPID")
    with pytest.raises(Refusal, match=r"index\.lock") as caught:
        Repository.at(company).commit_files(CHANGE)
    assert "le prochain passage le reprendra" in str(caught.value)
    with pytest.raises(Refusal, match=r"index\.lock"):
        Repository.at(company).recover()
    (company / ".git/index.lock").unlink()
    assert Repository.at(company).recover() is not None
    assert everything(company) == before


def test_an_interruption_by_the_keyboard_is_undone(company: Path) -> None:
    def interrupt(stage: str) -> None:
        if stage == "commit":
            raise KeyboardInterrupt

    before = everything(company)
    with pytest.raises(KeyboardInterrupt):
        replace(Repository.at(company), on_stage=interrupt).commit_files(CHANGE)
    assert everything(company) == before


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg", "post-checkout"])
def test_a_failing_hook_is_quoted_and_undone(company: Path, name: str) -> None:
    hook(company, name, "echo 'orthographe : 3 fautes' >&2; exit 1")
    said = refusal(company)
    assert "orthographe : 3 fautes" in said
    assert "le dépôt est revenu à son état de départ" in said


@pytest.mark.parametrize("change", [CHANGE, HERE], ids=["new branch", "current branch"])
def test_a_hook_that_edits_the_commit_is_refused(company: Path, change: NewCommit) -> None:
    hook(company, "pre-commit", f"echo fin >> {REGISTER}; git add {REGISTER}")
    said = refusal(company, change)
    assert "un hook de git a modifié le contenu du commit" in said
    aside = list((company / ".git/relance/ecartes").iterdir())
    assert [path.read_text() for path in aside] == ["; registre\nfin\n"]
    assert str(aside[0]) in said


def test_a_hook_that_commits_more_is_refused(company: Path) -> None:
    hook(company, "pre-commit", "git add dirty")
    assert "un hook de git a modifié le contenu du commit" in refusal(company)


def test_a_hook_reads_our_paths_and_no_other(company: Path) -> None:
    hook(company, "pre-commit", "git diff --cached --name-only -z -- 'out*' > .git/seen")
    Repository.at(company).commit_files(CHANGE)
    assert (company / ".git/seen").read_text() == f"{LETTER}\0{REGISTER}\0"


def test_a_failing_signature(company: Path) -> None:
    git(company, "config", "commit.gpgSign", "true")
    git(company, "config", "gpg.program", "false")
    assert "gpg failed to sign" in refusal(company)


def test_an_ignored_out_folder(company: Path) -> None:
    (company / ".git/info/exclude").write_text("*.md\n")
    assert "ignored by one of your .gitignore files" in refusal(company)


@pytest.mark.parametrize("name", ["a..b", "relance", f"{BRANCH}/suite"])
def test_a_branch_that_cannot_be(company: Path, name: str) -> None:
    git(company, "branch", "relance/2026-11-21")
    assert "« git switch » a échoué" in refusal(company, replace(CHANGE, branch=name))


def test_a_branch_that_exists_stays(company: Path) -> None:
    git(company, "branch", BRANCH)
    assert f"la branche {BRANCH} existe déjà" in refusal(company)


def test_a_head_that_moved_since_the_books_were_read(company: Path) -> None:
    assert "HEAD a changé" in refusal(company, replace(CHANGE, base="0" * 40))


@pytest.mark.parametrize("content", [b"; registre\n", "; plus récent\n".encode()])
def test_an_existing_file_is_never_replaced(company: Path, content: bytes) -> None:
    (company / REGISTER).parent.mkdir(parents=True)
    (company / REGISTER).write_bytes(content)
    assert f"{REGISTER}: ce fichier existe déjà" in refusal(company)
    git(company, "add", REGISTER)
    assert f"{REGISTER}: ce fichier existe déjà" in refusal(company)
    (company / REGISTER).unlink()
    assert f"{REGISTER}: ce fichier existe déjà" in refusal(company)


def test_a_committed_file_is_left_out_only_when_it_is_the_same(company: Path) -> None:
    Repository.at(company).commit_files(replace(HERE, files={REGISTER: b"; registre\n"}))
    Repository.at(company).commit_files(CHANGE)
    assert committed(company) == {LETTER: CHANGE.files[LETTER]}
    assert "existe déjà" in refusal(company, replace(HERE, files={REGISTER: b"; autre\n"}))


def test_a_file_that_appears_meanwhile_is_not_replaced(company: Path) -> None:
    def appear(stage: str) -> None:
        if stage == f"move {LETTER}":
            (company / LETTER).parent.mkdir(parents=True)
            (company / LETTER).write_text("à moi\n")

    with pytest.raises(Refusal, match="File exists") as caught:
        replace(Repository.at(company), on_stage=appear).commit_files(CHANGE)
    (aside,) = (company / ".git/relance/ecartes").iterdir()
    assert aside.read_text() == "à moi\n"
    assert str(aside) in str(caught.value)
    assert not (company / "out").exists()


def test_a_file_in_place_of_the_folder(company: Path) -> None:
    (company / "out").write_text("")
    said = refusal(company)
    assert "écriture impossible" in said
    assert (company / "out").read_text() == ""


def test_a_full_disk(company: Path) -> None:
    change = replace(CHANGE, files={REGISTER: b"; registre\n", LETTER: b"x" * 400_000})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        said = refusal(company, change)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "écriture impossible" in said


def test_a_filter_of_the_user_is_no_fault(company: Path) -> None:
    git(company, "config", "filter.majuscules.clean", "tr a-z A-Z")
    (company / ".git/info/attributes").write_text("*.beancount filter=majuscules\n")
    Repository.at(company).commit_files(CHANGE)
    assert committed(company)[REGISTER] == b"; REGISTRE\n"


def test_an_inherited_index_is_not_ours(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as inside_a_hook:
        inside_a_hook.setenv("GIT_DIR", str(company / "nowhere"))
        inside_a_hook.setenv("GIT_INDEX_FILE", str(company / ".git/index.other"))
        inside_a_hook.setenv("GIT_WORK_TREE", str(company.parent))
        Repository.at(company).commit_files(CHANGE)
    assert committed(company) == CHANGE.files


def test_letters_edited_after_a_kill_are_set_aside(company: Path) -> None:
    before = everything(company)
    killed(lambda: replace(Repository.at(company), on_stage=kill_at("commit")).commit_files(CHANGE))
    (company / LETTER).write_text("retouchée\n")
    said = str(Repository.at(company).recover())
    assert f"{LETTER}, modifié entre-temps, est mis de côté dans" in said
    (aside,) = (company / ".git/relance/ecartes").iterdir()
    assert aside.read_text() == "retouchée\n"
    assert everything(company) == before


def test_what_the_user_committed_after_a_kill_is_kept(company: Path) -> None:
    killed(lambda: replace(Repository.at(company), on_stage=kill_at("commit")).commit_files(CHANGE))
    (company / LETTER).write_text("retouchée\n")
    git(company, "commit", "--quiet", "--message=à la main", "--", LETTER)
    said = str(Repository.at(company).recover())
    assert f"la branche {BRANCH} est gardée : d'autres commits ont été faits depuis" in said
    assert git(company, "symbolic-ref", "--short", "HEAD").strip() == BRANCH
    assert committed(company) == {LETTER: "retouchée\n".encode()}
    assert (company / LETTER).read_text() == "retouchée\n"
    assert not (company / REGISTER).exists()


def test_a_base_that_moved_after_a_kill_leaves_the_branch(company: Path) -> None:
    killed(lambda: replace(Repository.at(company), on_stage=kill_at("commit")).commit_files(CHANGE))
    before = users_work(company)
    git(company, "worktree", "add", "--quiet", "../autre", "main")
    git(company.parent / "autre", "commit", "--quiet", "--allow-empty", "--message=ailleurs")
    said = str(Repository.at(company).recover())
    assert f"la branche {BRANCH} est gardée : d'autres commits ont été faits depuis" in said
    assert git(company, "symbolic-ref", "--short", "HEAD").strip() == BRANCH
    assert not (company / "out").exists()
    assert users_work(company)[1] == before[1]


def test_the_user_went_elsewhere_after_a_kill(company: Path) -> None:
    killed(lambda: replace(Repository.at(company), on_stage=kill_at("commit")).commit_files(CHANGE))
    git(company, "switch", "--quiet", "--create", "ailleurs")
    Repository.at(company).recover()
    assert git(company, "branch", "--format=%(refname:short)").split() == ["ailleurs", "main"]
    assert not (company / "out").exists()


def test_a_journal_must_be_settled_first(company: Path) -> None:
    killed(lambda: replace(Repository.at(company), on_stage=kill_at("add")).commit_files(CHANGE))
    with pytest.raises(RuntimeError, match="recover"):
        Repository.at(company).commit_files(CHANGE)


@pytest.mark.parametrize("text", ["{", "[]", '{"folders": []}', "\x00"])
def test_an_unreadable_journal(company: Path, text: str) -> None:
    (company / ".git/relance").mkdir()
    (company / ".git/relance/journal.json").write_text(text)
    with pytest.raises(Refusal, match="illisible"):
        Repository.at(company).recover()
