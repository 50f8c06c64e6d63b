"""`relance emettre --pousser`: a real push to a bare remote, the request by stand-in programs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from relance.git.remote import Remote, Site, site_of
from relance.git.repository import Repository
from relance.runs.publishing import body, destination
from relance.runs.summary import LIMIT
from relance.text.typography import ordinary
from relance.values.problem import Refusal
from repositories import DAY, add, calls, commit, found, git, run, stand_in, with_remote

pytestmark = pytest.mark.slow

BRANCH = f"relance/{DAY}"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose letter of the day stands on its branch, checked out, not pushed."""
    folder = found(tmp_path_factory.mktemp("émis") / "société")
    run(folder, "emettre", "--au", DAY)
    return folder


@pytest.fixture
def company(first: Path, tmp_path: Path) -> Path:
    """A copy of it with a remote of its own that holds main."""
    folder = Path(shutil.copytree(first, tmp_path / "société"))
    with_remote(folder)
    return folder


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder, with git's own, where programs are found."""
    folder = tmp_path / "programmes"
    folder.mkdir()
    real = shutil.which("git")
    assert real
    (folder / "git").symlink_to(real)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def push(folder: Path, day: str = DAY) -> tuple[int, str]:
    result = run(folder, "emettre", "--au", day, "--pousser")
    return result.exit_code, ordinary(str(result.exception or "") + result.output)


def pushed(folder: Path) -> list[str]:
    """The branches of the remote."""
    listed = git(folder.parent / "distant.git", "for-each-ref", "--format=%(refname:short)")
    return listed.split()


def test_the_branch_is_pushed_and_its_request_opened(company: Path, programs: Path) -> None:
    stand_in(programs, "gh")
    status, said = push(company)
    assert (status, pushed(company)) == (0, ["main", BRANCH])
    assert f"la demande de {BRANCH} est ouverte : https://essai.example/1" in said
    created = calls(programs)[-1]
    base, head = ("--base", "main"), ("--head", BRANCH)
    assert tuple(created[:7]) == ("gh", "pr", "create", *base, *head)
    title, text = created[created.index("--title") + 1], created[-1]
    assert ordinary(title) == "Relances du 7 octobre 2026 : 1 lettre, 1 200,00 €"
    summary = (company / f"out/lettres/{DAY}/sommaire.md").read_text(encoding="utf-8")
    assert summary == f"# {title}\n\n{text}"  # a folder has no pages: its links stay


def test_a_second_time_changes_nothing(company: Path, programs: Path) -> None:
    stand_in(programs, "gh")
    push(company)
    before = git(company.parent / "distant.git", "rev-parse", BRANCH)
    status, said = push(company)
    assert (status, f"la demande de {BRANCH} est déjà ouverte" in said) == (0, True)
    assert git(company.parent / "distant.git", "rev-parse", BRANCH) == before
    assert [call[2] for call in calls(programs)].count("create") == 1


def test_back_on_main_the_branch_of_the_day_is_pushed(company: Path, programs: Path) -> None:
    stand_in(programs, "gh")
    git(company, "switch", "-q", "main")
    assert (push(company)[0], pushed(company)) == (0, ["main", BRANCH])


def test_the_branch_of_another_day_stays(company: Path, programs: Path) -> None:
    git(company, "switch", "-q", "main")
    status, said = push(company, "2026-10-08")
    assert (status, pushed(company), "Aucune branche à pousser" in said) == (0, ["main"], True)


def test_glab_when_gh_is_not_there(company: Path, programs: Path) -> None:
    stand_in(programs, "glab")
    status, said = push(company)
    assert (status, "https://essai.example/1" in said) == (0, True)
    created = calls(programs)[-1]
    assert created[:7] == [
        *("glab", "mr", "create"),
        *("--target-branch", "main", "--source-branch", BRANCH),
    ]
    assert created[-1].startswith("Atelier Essai\n")


def test_without_either_the_two_commands_are_told_and_work(company: Path, programs: Path) -> None:
    status, said = push(company)
    pushing, opening = re.findall(r"^ {4}((?:git|gh) .*)$", said, re.MULTILINE)
    assert (status, pushing) == (
        0,
        f"git push --set-upstream origin refs/heads/{BRANCH}:refs/heads/{BRANCH}",
    )
    stand_in(programs, "gh")
    title = "Relances du 7 octobre 2026 : 1 lettre, 1 200,00 €"
    assert f"gh pr create --base main --head {BRANCH} --title '{title}' --body-file " in opening


@pytest.mark.parametrize("failing", ["auth status", "pr list", "pr create"])
def test_a_server_that_refuses_leaves_a_pushed_branch(
    company: Path, programs: Path, failing: str
) -> None:
    """Not signed in is no fault; a refused question or request is, and exit 3 says so."""
    stand_in(programs, "gh", (failing,))
    status, said = push(company)
    assert pushed(company) == ["main", BRANCH]
    assert status == (0 if failing == "auth status" else 3)
    assert ("HTTP 502" in said) == (failing != "auth status")
    assert "gh pr create" in said


def test_a_remote_that_moved_is_never_overwritten(company: Path, programs: Path) -> None:
    stand_in(programs, "gh")
    other = company.parent / "autre"
    git(company.parent, "clone", "-q", str(company.parent / "distant.git"), str(other))
    git(other, "switch", "-qc", BRANCH)
    (other / "note").write_text("d'ailleurs", encoding="utf-8")
    commit(other)
    git(other, "push", "-q", "origin", BRANCH)
    status, said = push(company)
    assert (status, "« git push » a échoué" in said) == (3, True)
    assert git(company.parent / "distant.git", "log", "-1", "--format=%s", BRANCH) == "livres"
    assert calls(programs) == []


def test_without_a_remote_nothing_is_written(tmp_path: Path, programs: Path) -> None:
    folder = found(tmp_path / "seule")
    status, said = push(folder)
    assert (status, "ce dépôt n'a aucun dépôt distant" in said) == (3, True)
    assert git(folder, "branch", "--format=%(refname:short)") == "main"


def test_without_a_branch_of_letters_there_is_nothing_to_open(
    company: Path, programs: Path
) -> None:
    git(company, "switch", "-q", "main")
    add(company, 'git: {branche: ""}\n', "relance.yaml")
    status, said = push(company)
    assert (status, "sans branche, il n'y a pas de demande à ouvrir" in said) == (2, True)


def test_a_day_off_does_nothing_when_asked(company: Path) -> None:
    """10 October 2026 is a Saturday."""
    git(company, "switch", "-q", "main")
    result = run(company, "emettre", "--au", "2026-10-10", "--jours-ouvres")
    assert (result.exit_code, "n'est pas ouvré" in result.output) == (0, True)


# ---------------------------------------------------------------- Addresses

GITHUB, GITLAB = Site("github.com", "lumen/relances"), Site("gitlab.com", "a/b/c", gitlab=True)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("git@github.com:lumen/relances.git", GITHUB),
        ("https://github.com/lumen/relances", GITHUB),
        ("https://camille:secret@github.com/lumen/relances.git/", GITHUB),
        ("ssh://git@gitlab.com:22/a/b/c.git", GITLAB),
        ("/srv/git/relances.git", None),
        ("../relances.git", None),
        ("file:///srv/git/relances.git", None),
    ],
)
def test_the_pages_behind_an_address(url: str, site: Site | None) -> None:
    assert site_of(url) == site


def test_links_of_a_request_lead_to_the_branch() -> None:
    text = "[R1](R1-dupont.md) \\[faux\\](x) [page](https://essai.example/)"
    made = body(text, lambda link: GITLAB.file(BRANCH, f"out/lettres/{DAY}/{link}"))
    root = "https://gitlab.com/a/b/c/-/blob/relance/2026-10-07/out/lettres/2026-10-07"
    assert made == f"[R1]({root}/R1-dupont.md) \\[faux\\](x) [page](https://essai.example/)"


def test_links_that_do_not_fit_give_way_to_their_words() -> None:
    text = "[R1](a.md)\n" * 5_000
    made = body(text, lambda link: f"https://essai.example/{link}")
    # 5 000 lines of 3 bytes leave 45 000; a link adds 30: 1 500 are whole.
    assert (made.count("essai.example"), made.count("R1")) == (1_500, 5_000)
    assert len(made.encode()) <= LIMIT


def test_a_request_by_hand_in_the_browser() -> None:
    assert GITHUB.new_request("main", BRANCH) == (
        "https://github.com/lumen/relances/compare/main...relance/2026-10-07?expand=1"
    )
    assert GITLAB.new_request("main", BRANCH).endswith(
        "/-/merge_requests/new?merge_request%5Bsource_branch%5D=relance%2F2026-10-07"
    )


def test_the_remote_that_a_branch_follows(company: Path) -> None:
    git(company, "remote", "add", "amont", "git@github.com:lumen/relances.git")
    git(company, "config", "branch.main.remote", "amont")
    repository = Repository.at(company)
    assert destination(repository, "main", "relance/{date}") == Remote("amont", GITHUB)
    assert destination(repository, BRANCH, "relance/{date}") == Remote("origin", None)
    git(company, "remote", "rename", "origin", "autre")
    with pytest.raises(Refusal, match="quel dépôt distant"):
        destination(repository, BRANCH, "relance/{date}")
