"""A commit is made of exactly our files, or refused with everything left as it was."""

from __future__ import annotations

import os
import resource
from dataclasses import replace
from pathlib import Path

import pytest

from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.values.problem import Refusal, Status
from transactions import (
    ADDED,
    AFTER_COMMIT,
    BEFORE_COMMIT,
    BRANCH,
    CASES,
    GONE,
    HERE,
    KEPT,
    LETTER,
    NEW,
    REGISTER,
    Case,
    busy_company,
    case,
    committed,
    everything,
    git,
    hook,
    reviewed_company,
    status,
    write,
)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return busy_company(tmp_path)


def refused(asked: Case) -> str:
    """The words of a refusal that must leave everything as it was."""
    before = everything(asked.folder)
    with pytest.raises(Refusal) as caught:
        asked.commit()
    assert caught.value.status is Status.REFUSED_STATE
    assert everything(asked.folder) == before
    return str(caught.value)


def refusal(folder: Path, new: NewCommit = ADDED) -> str:
    """The same, of files to add."""
    return refused(Case(folder, new, True, {}, {}, ""))


# ---------------------------------------------------------------- Made


@pytest.mark.parametrize("name", CASES)
def test_exactly_our_files_are_committed(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    branch = git(asked.folder, "branch", "--show-current").strip()
    made = asked.commit()
    assert git(asked.folder, "rev-parse", "HEAD").strip() == made
    assert git(asked.folder, "branch", "--show-current").strip() == (asked.new.branch or branch)
    asked.check_made()
    parents = git(asked.folder, "rev-list", "--parents", "-n1", f"HEAD{'^' * bool(asked.merged)}")
    assert parents.split()[1:] == [asked.new.base, *([asked.new.merge] if asked.merged else [])]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_stages_are_told_in_order(tmp_path: Path, name: str) -> None:
    told: list[str] = []
    case(name, tmp_path).commit(told.append)
    assert tuple(told) == BEFORE_COMMIT[name] + AFTER_COMMIT


@pytest.mark.slow
def test_a_merge_says_what_it_is(tmp_path: Path) -> None:
    asked = case("rewritten after a merge", tmp_path)
    asked.commit()
    assert git(asked.folder, "log", "-1", "--format=%B", "HEAD^").strip() == "Fusion de main"


def test_a_company_in_a_subfolder(company: Path) -> None:
    folder = company / "sociétés/nord"
    folder.mkdir(parents=True)
    Repository.at(folder).commit_files(ADDED)
    assert committed(company) == {f"sociétés/nord/{path}": x for path, x in ADDED.files.items()}


def test_a_filter_of_the_user_is_no_fault(company: Path) -> None:
    git(company, "config", "filter.majuscules.clean", "tr a-z A-Z")
    (company / ".git/info/attributes").write_text("*.beancount filter=majuscules\n")
    Repository.at(company).commit_files(ADDED)
    assert committed(company)[REGISTER] == b"; REGISTRE\n"


def test_an_inherited_index_is_not_ours(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as inside_a_hook:
        inside_a_hook.setenv("GIT_DIR", str(company / "nowhere"))
        inside_a_hook.setenv("GIT_INDEX_FILE", str(company / ".git/index.other"))
        inside_a_hook.setenv("GIT_WORK_TREE", str(company.parent))
        Repository.at(company).commit_files(ADDED)
    assert committed(company) == ADDED.files


@pytest.mark.slow
def test_a_committed_file_is_left_out_only_when_it_is_the_same(company: Path) -> None:
    Repository.at(company).commit_files(replace(HERE, files={REGISTER: b"; registre\n"}))
    Repository.at(company).commit_files(ADDED)
    assert committed(company) == {LETTER: ADDED.files[LETTER]}
    assert "existe déjà" in refusal(company, replace(HERE, files={REGISTER: b"; autre\n"}))


def test_files_as_they_are_make_no_commit(tmp_path: Path) -> None:
    company = reviewed_company(tmp_path)
    head = git(company, "rev-parse", "HEAD").strip()
    same = NewCommit({KEPT: "début\n".encode()}, "Rien\n", head)
    assert Repository.at(company).commit_rewrite(same) == head
    assert status(company) == " M dirty\0?? untracked\0"


@pytest.mark.slow
def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    asked = case("rewritten", tmp_path)
    (asked.folder / KEPT).chmod(0o755)
    asked.commit()
    assert git(asked.folder, "ls-tree", "HEAD", KEPT).startswith("100755 ")


@pytest.mark.slow
def test_what_git_did_not_know_may_go(tmp_path: Path) -> None:
    """A file never committed, and one only staged, are removed with those that were."""
    asked = case("rewritten", tmp_path)
    write(asked.folder, "out/vieux/inconnue", "x\n")
    write(asked.folder, "out/vieux/préparée", "x\n")
    git(asked.folder, "add", "out/vieux/préparée")
    more = {"out/vieux/inconnue": None, "out/vieux/préparée": None}
    new = replace(asked.new, files={**asked.new.files, **more})
    Repository.at(asked.folder).commit_rewrite(new)
    asked.check_made()


# ---------------------------------------------------------------- Hooks and signatures


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", ["pre-commit", "commit-msg"])
def test_a_failing_hook_is_quoted_and_undone(tmp_path: Path, name: str, kind: str) -> None:
    asked = case(name, tmp_path)
    hook(asked.folder, kind, "echo 'orthographe : 3 fautes' >&2; exit 1")
    said = refused(asked)
    assert "orthographe : 3 fautes" in said
    assert "le dépôt est revenu à son état de départ" in said


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("added on a new branch", "post-checkout"),
        ("rewritten on a new branch", "post-checkout"),
        ("rewritten after a merge", "pre-merge-commit"),
    ],
)
def test_a_hook_fails_on_the_way(tmp_path: Path, name: str, kind: str) -> None:
    asked = case(name, tmp_path)
    hook(asked.folder, kind, "echo 'pas ici' >&2; exit 1")
    said = refused(asked)
    assert "pas ici" in said
    assert "le dépôt est revenu à son état de départ" in said


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_hook_that_edits_the_commit_is_refused(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    path = REGISTER if asked.adds else KEPT
    hook(asked.folder, "pre-commit", f"echo fin >> '{path}'; git add '{path}'")
    said = refused(asked)
    assert "un hook de git a modifié le contenu du commit" in said
    (aside,) = (asked.folder / ".git/relance/ecartes").iterdir()
    assert aside.read_bytes() == (asked.new.files[path] or b"") + b"fin\n"
    assert str(aside) in said


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_hook_that_commits_more_is_refused(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    hook(asked.folder, "pre-commit", "git add dirty")
    assert "un hook de git a modifié le contenu du commit" in refused(asked)


@pytest.mark.slow
def test_a_hook_reads_our_paths_and_no_other(company: Path) -> None:
    hook(company, "pre-commit", "git diff --cached --name-only -z -- 'out*' > .git/seen")
    Repository.at(company).commit_files(ADDED)
    assert (company / ".git/seen").read_text() == f"{LETTER}\0{REGISTER}\0"


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_failing_signature(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    git(asked.folder, "config", "commit.gpgSign", "true")
    git(asked.folder, "config", "gpg.program", "false")
    assert "gpg failed to sign" in refused(asked)


# ---------------------------------------------------------------- In the way


def test_an_ignored_out_folder(company: Path) -> None:
    (company / ".git/info/exclude").write_text("*.md\n")
    assert "ignored by one of your .gitignore files" in refusal(company)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a..b", "relance", f"{BRANCH}/suite"])
def test_a_branch_that_cannot_be(company: Path, name: str) -> None:
    git(company, "branch", "relance/2026-11-21")
    assert "« git switch » a échoué" in refusal(company, replace(ADDED, branch=name))


def test_a_branch_that_exists_stays(company: Path) -> None:
    git(company, "branch", BRANCH)
    assert f"la branche {BRANCH} existe déjà" in refusal(company)


@pytest.mark.parametrize(("name", "read"), [("added here", "comptes"), ("rewritten", "lettres")])
def test_a_head_that_moved_since_it_was_read(tmp_path: Path, name: str, read: str) -> None:
    asked = case(name, tmp_path)
    said = refused(replace(asked, new=replace(asked.new, base="0" * 40)))
    assert f"HEAD a changé depuis la lecture des {read}" in said


@pytest.mark.slow
def test_staged_work_forbids_the_merge_and_stays(tmp_path: Path) -> None:
    asked = case("rewritten after a merge", tmp_path)
    git(asked.folder, "add", "dirty")
    assert "« git merge » a échoué" in refused(asked)
    replace(asked, new=replace(asked.new, merge="")).commit()
    assert status(asked.folder).startswith("M  dirty\0")


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"; registre\n", "; plus récent\n".encode()])
def test_an_existing_file_is_never_replaced(company: Path, content: bytes) -> None:
    (company / REGISTER).parent.mkdir(parents=True)
    (company / REGISTER).write_bytes(content)
    assert f"{REGISTER}: ce fichier existe déjà" in refusal(company)
    git(company, "add", REGISTER)
    assert f"{REGISTER}: ce fichier existe déjà" in refusal(company)
    (company / REGISTER).unlink()
    assert f"{REGISTER}: ce fichier existe déjà" in refusal(company)


@pytest.mark.parametrize(("name", "path"), [("added here", LETTER), ("rewritten", NEW)])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, name: str, path: str
) -> None:
    asked = case(name, tmp_path)

    def appear(stage: str) -> None:
        if stage == f"move {path}":
            write(asked.folder, path, "à moi\n")

    before = everything(asked.folder)
    with pytest.raises(Refusal, match="File exists") as caught:
        asked.commit(appear)
    (aside,) = (asked.folder / ".git/relance/ecartes").iterdir()
    assert aside.read_text() == "à moi\n"
    assert str(aside) in str(caught.value)
    assert everything(asked.folder) == before


def test_a_file_in_place_of_the_folder(company: Path) -> None:
    (company / "out").write_text("")
    said = refusal(company)
    assert "écriture impossible" in said
    assert (company / "out").read_text() == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_full_disk(tmp_path: Path, name: str) -> None:
    asked = case(name, tmp_path)
    full = {**asked.new.files, (LETTER if asked.adds else NEW): b"x" * 400_000}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        said = refused(replace(asked, new=replace(asked.new, files=full)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "écriture impossible" in said


@pytest.mark.slow
def test_a_disk_too_full_for_the_copies(tmp_path: Path) -> None:
    asked = case("rewritten", tmp_path)
    write(asked.folder, GONE, "x" * 400_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        said = refused(asked)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "écriture impossible" in said


def test_a_folder_that_takes_no_file(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    asked = case("rewritten", tmp_path)
    (asked.folder / "out").chmod(0o555)
    try:
        assert "Permission denied" in refused(asked)
    finally:
        (asked.folder / "out").chmod(0o755)
