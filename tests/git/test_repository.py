"""The state of a repository: refusals, what was really read, pending branches, lock, worktree."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from relance.git.branches import PendingBranch, pending_registers
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.git.worktree import worktree
from relance.values.problem import Refusal, Status

REGISTER = "out/registre/2026-11-21.beancount"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().strip()


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def commit(folder: Path, path: str, text: str = "texte\n") -> None:
    write(folder, path, text)
    git(folder, "add", path)
    git(folder, "commit", "--quiet", "--message=m", "--only", path)


def faults(act: Callable[[], object]) -> list[str]:
    """The lines of a refusal, which must be of the repository's state."""
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.status is Status.REFUSED_STATE
    assert all(problem.remedy for problem in caught.value.problems)
    return [f"{problem.source}: {problem.what}" for problem in caught.value.problems]


@pytest.fixture
def company(tmp_path: Path) -> Path:
    folder = tmp_path / "société été"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "relance.yaml")
    return folder


def test_where_there_is_no_repository(tmp_path: Path, company: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(company), "bare.git")
    for folder, said in (
        (tmp_path, "n'est pas dans un dépôt git utilisable : « fatal: not a git repository"),
        (tmp_path / "bare.git", "ce dépôt git n'a pas de fichiers ici"),
        (company / ".git", "ce dépôt git n'a pas de fichiers ici"),
        (tmp_path / "nulle part", "ce dossier est introuvable"),
    ):
        (fault,) = faults(lambda folder=folder: Repository.at(folder))  # type: ignore[misc]
        assert fault.startswith(f"{folder}: ")
        assert said in fault


def test_without_git(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert faults(lambda: Repository.at(company)) == ["git: le programme git est introuvable"]


def test_head_branch_and_files(company: Path) -> None:
    folder = company / "nord"
    commit(company, "nord/a b.txt", "ancien\n")
    old = Repository.at(folder).head()
    commit(company, "nord/a b.txt", "nouveau\n")
    write(company, "nord/autre", "")
    repository = Repository.at(folder)
    assert repository.head() == git(company, "rev-parse", "HEAD") != old
    assert repository.branch() == "main"
    git(company, "switch", "--quiet", "--detach")
    assert repository.branch() is None


def test_ready_to_issue(company: Path) -> None:
    git(company, "switch", "--quiet", "--create", "comptes/été")
    assert Repository.at(company).ready_to_issue() == "comptes/été"


def test_an_unborn_branch_and_nobody_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("EMAIL", raising=False)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "config", "user.useConfigOnly", "true")
    (tmp_path / ".git/index.lock").touch()
    nobody = "fatal: no email was given and auto-detection is disabled"
    assert faults(Repository.at(tmp_path).ready_to_issue) == [
        "git: une commande git est en cours",
        "git: la branche n'a encore aucun commit",
        f"git: git ne sait pas qui committe : « {nobody} »",
    ]


def test_a_detached_head(company: Path) -> None:
    git(company, "switch", "--quiet", "--detach")
    said = faults(Repository.at(company).ready_to_issue)
    assert said == ["git: aucune branche n'est extraite (HEAD détachée)"]


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("merge", "une fusion est en cours"),
        ("rebase", "un rebase est en cours"),
        ("rebase --apply", "un rebase est en cours"),
        ("cherry-pick", "un cherry-pick est en cours"),
        ("revert --no-commit", "un revert est en cours"),
    ],
)
def test_an_operation_under_way(company: Path, command: str, what: str) -> None:
    git(company, "switch", "--quiet", "--create", "autre")
    commit(company, "relance.yaml", "autre\n")
    git(company, "switch", "--quiet", "main")
    commit(company, "relance.yaml", "ici\n")
    # It stops half-way, as it was meant to: what it leaves is looked at next.
    subprocess.run(
        ["git", *command.split(), "autre"], cwd=company, capture_output=True, check=False
    )
    assert f"git: {what}" in faults(Repository.at(company).ready_to_issue)


def test_a_bisection_under_way(company: Path) -> None:
    git(company, "bisect", "start")
    said = faults(Repository.at(company).ready_to_issue)
    assert said == ["git: une bissection est en cours"]
    assert faults(lambda: Repository.at(company).commit_files(NewCommit({}, "m"))) == said


def test_what_was_read_is_what_is_committed(company: Path) -> None:
    git(company, "config", "core.autocrlf", "true")
    names = ["a\nb.beancount", '"été".beancount', "fin\r", "ledger/2026/x", "dos\\sier"]
    for name in names:
        commit(company, name, "une ligne\n")
    write(company, "ledger/2026/x", "une ligne\r\n")
    (company / "lien").symlink_to("ledger/2026")
    (company / "absolu").symlink_to(company / "relance.yaml")
    git(company, "add", "lien", "absolu")
    git(company, "commit", "--quiet", "--message=liens")
    write(company, "ailleurs", "non suivi")
    write(company, "staged", "")
    git(company, "add", "staged")
    Repository.at(company).check_committed([*names, "lien/x", "absolu", "ledger/../relance.yaml"])
    Repository.at(company / "ledger").check_committed(["../relance.yaml", "2026/x"])


def test_every_file_read_that_is_not_committed_is_named(company: Path, tmp_path: Path) -> None:
    for name in ("edited", "staged", "hidden", "unstaged", "link", "folder/x", "gone"):
        commit(company, name, "début\n")
    write(company, ".gitignore", "ignored\n")
    for name in ("ignored", "untracked", "meant", "edited", "staged", "hidden", "other/x"):
        write(company, name, "autre\n")
    git(company, "add", "--intent-to-add", "meant")
    git(company, "add", "staged")
    write(company, "staged", "début\n")
    git(company, "update-index", "--assume-unchanged", "hidden")
    git(company, "rm", "--quiet", "--cached", "unstaged")
    (company / "gone").unlink()
    (company / "link").unlink()
    (company / "link").symlink_to("relance.yaml")
    (company / "folder/x").unlink()
    (company / "folder").rmdir()
    (company / "folder").symlink_to("other")
    write(tmp_path, "dehors", "")
    (company / "out").symlink_to("../dehors")
    read = ["edited", "staged", "hidden", "unstaged", "link", "folder/x", "gone", "out"]
    read += ["ignored", "untracked", "meant", "../dehors", "relance.yaml", "."]
    said = faults(lambda: Repository.at(company).check_committed(read))
    changed = "ce fichier est lu mais n'est pas tel que committé"
    unknown = "ce fichier est lu mais n'est pas committé"
    nowhere = "ce fichier est lu mais est introuvable ou hors du dépôt"
    assert sorted(said) == sorted(
        [f"{path}: {changed}" for path in ("edited", "staged", "hidden", "unstaged", "link")]
        + [f"{path}: {unknown}" for path in ("ignored", "untracked", "meant", "folder/x")]
        + [f"{path}: {nowhere}" for path in ("gone", "out", "../dehors", ".")]
    )


def test_an_unmerged_file_is_not_as_committed(company: Path) -> None:
    commit(company, "a", "ici\n")
    blobs = [git(company, "rev-parse", f"HEAD:{path}") for path in ("a", "relance.yaml")]
    rows = "".join(f"100644 {blob} {n}\ta\n" for n, blob in enumerate(blobs, start=2))
    removal = f"0 {'0' * 40}\ta\n"
    command = ["git", "update-index", "--index-info"]
    subprocess.run(command, cwd=company, input=(removal + rows).encode(), check=True)
    said = faults(lambda: Repository.at(company).check_committed(["a"]))
    assert said == ["a: ce fichier est lu mais n'est pas tel que committé"]


def letters(folder: Path, branch: str, text: str) -> None:
    """A branch of letters from main, then main again."""
    git(folder, "switch", "--quiet", "--create", branch, "main")
    commit(folder, REGISTER, text)
    commit(folder, "out/registre/sous/2026.beancount", "rien")
    commit(folder, "out/registre/lisez-moi.md", "rien")
    git(folder, "switch", "--quiet", "main")


def names(pending: tuple[PendingBranch, ...]) -> list[str]:
    return [each.name for each in pending]


def test_a_pending_branch_and_its_register(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(company, "out/registre/0000-entete.beancount")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-21T23:59:00+0100")
    letters(company, "relance/2026-11-21", "; R20261121-01 à Müller\n")
    commit(company, "out/registre/2026-12-01.beancount")
    commit(company, "comptes")
    (pending,) = pending_registers(Repository.at(company), "relance/")
    assert pending.name == "relance/2026-11-21"
    assert pending.commit == git(company, "rev-parse", "relance/2026-11-21")
    assert pending.committed == date(2026, 11, 21)
    assert pending.registers == {REGISTER: "; R20261121-01 à Müller\n"}


def test_pending_in_a_subfolder(company: Path) -> None:
    letters(company, "relance/1", "; du haut\n")
    git(company, "switch", "--quiet", "--create", "relance/2")
    commit(company, f"nord [1]/{REGISTER}", "; du nord\n")
    git(company, "switch", "--quiet", "main")
    (company / "nord [1]").mkdir(exist_ok=True)
    (pending,) = pending_registers(Repository.at(company / "nord [1]"), "relance/")
    assert (pending.name, pending.registers) == ("relance/2", {REGISTER: "; du nord\n"})


@pytest.mark.slow
def test_pending_after_a_squash_and_under_check(company: Path) -> None:
    letters(company, "relance/1", "; R20261121-01\n")
    letters(company, "relance/2", "; R20261122-01\n")
    letters(company, "essai/relance/3", "; R20261123-01\n")
    letters(company, "relance-4", "; R20261124-01\n")
    repository = Repository.at(company)
    assert names(pending_registers(repository, "relance/")) == ["relance/1", "relance/2"]
    assert names(pending_registers(repository, "relance-")) == ["relance-4"]
    git(company, "merge", "--quiet", "--squash", "relance/1")
    git(company, "commit", "--quiet", "--message=squash")
    assert names(pending_registers(repository, "relance/")) == ["relance/2"]
    git(company, "switch", "--quiet", "relance/2")
    assert names(pending_registers(repository, "relance/")) == ["relance/1"]


@pytest.mark.slow
def test_pending_on_remotes(company: Path, tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        letters(company, f"relance/{number}", f"; {number}\n")
    git(tmp_path, "clone", "--quiet", "--bare", str(company), "bare.git")
    for remote in ("origin", "pairs/anne"):
        git(company, "remote", "add", remote, "../bare.git")
        git(company, "fetch", "--quiet", remote)
    git(company, "branch", "--quiet", "-D", "relance/1")
    git(company, "switch", "--quiet", "relance/3")
    commit(company, "out/registre/plus.beancount")
    git(company, "switch", "--quiet", "relance/4")
    commit(company, REGISTER, "; 4, refait\n")
    pending = pending_registers(Repository.at(company), "relance/")
    # 1 is remote only, 2 is the same here and there, 3 has gone on here, 4 is checked out.
    assert names(pending) == ["relance/2", "relance/3", "origin/relance/1", "origin/relance/3"]


def test_the_worktree_is_head_and_goes_away(company: Path) -> None:
    commit(company, "nord/ledger/a é", "committé\n")
    (company / ".git/hooks").mkdir(exist_ok=True)
    (company / ".git/hooks/post-checkout").write_text("#!/bin/sh\nexit 1\n")
    (company / ".git/hooks/post-checkout").chmod(0o755)
    write(company, "nord/ledger/a é", "en cours\n")
    write(company, "nord/autre", "")
    git(company, "add", "nord/autre")
    git(company, "config", "core.sparseCheckout", "true")
    write(company, ".git/info/sparse-checkout", "/relance.yaml\n")
    left = company / ".git/relance/worktree-killed/files/old"
    left.parent.mkdir(parents=True)
    left.touch()
    before = git(company, "status", "--porcelain"), git(company, "worktree", "list")
    with worktree(Repository.at(company / "nord")) as folder:
        assert folder.is_relative_to(company / ".git/relance")
        assert [path.name for path in folder.rglob("*")] == ["ledger", "a é"]
        assert (folder / "ledger/a é").read_text() == "committé\n"
        assert (folder.parent / "relance.yaml").exists()
        write(folder, REGISTER, "; en préparation\n")
    assert list((company / ".git/relance").iterdir()) == []
    assert (git(company, "status", "--porcelain"), git(company, "worktree", "list")) == before


def test_the_worktree_goes_away_after_a_fault(company: Path) -> None:
    with pytest.raises(KeyError), worktree(Repository.at(company)) as folder:
        raise KeyError(folder)
    assert list((company / ".git/relance").iterdir()) == []
    git(company, "config", "filter.cassé.smudge", "false")
    git(company, "config", "filter.cassé.required", "true")
    write(company, ".git/info/attributes", "*.yaml filter=cassé\n")
    (said,) = faults(lambda: worktree(Repository.at(company)).__enter__())
    assert re.match("git: « git read-tree » a échoué : « .*smudge filter cassé failed »", said)
    assert list((company / ".git/relance").iterdir()) == []


def test_one_run_at_a_time(company: Path) -> None:
    git(company, "worktree", "add", "--quiet", "../autre")
    told, tell = os.pipe()
    end, close = os.pipe()
    child = os.fork()
    if child == 0:
        with Repository.at(company).lock():
            os.write(tell, b"x")
            os.close(close)
            os.read(end, 1)
        os._exit(0)
    os.read(told, 1)
    for folder in (company, company.parent / "autre"):
        with pytest.raises(Refusal, match="un autre passage est en cours") as caught:
            Repository.at(folder).lock().__enter__()
        assert caught.value.status is Status.REFUSED_STATE
    os.close(close)
    assert os.waitpid(child, 0)[1] == 0
    with Repository.at(company).lock():
        pass


def test_a_git_directory_that_takes_no_file(company: Path) -> None:
    write(company, ".git/relance", "")
    repository = Repository.at(company)
    for entered in (repository.lock(), worktree(repository)):
        (said,) = faults(entered.__enter__)
        assert said.startswith(f"{company}/.git/relance: écriture impossible : « File exists »")


def test_another_work_tree_has_its_own_branch_and_journal(company: Path) -> None:
    git(company, "worktree", "add", "--quiet", "../autre")
    other = company.parent / "autre"
    made = Repository.at(other).commit_files(NewCommit({REGISTER: b";\n"}, "m", branch="relance/1"))
    assert (git(company, "branch", "--show-current"), git(other, "rev-parse", "HEAD")) == (
        "main",
        made,
    )
    assert not (company / "out").exists()
