"""`relance emettre` on real repositories: one run, a second one, and every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relance.terminal import cli
from relance.terminal.model_folder import start
from relance.text.typography import ordinary
from relance.values.problem import Refusal
from repositories import commit, found, git, named, run

LEDGER = """
option "name_assets" "Actifs"
option "name_income" "Produits"
include "../out/registre/*.beancount"
2026-01-01 open Actifs:Banque
2026-01-01 open Produits:Ventes
2026-01-01 open Actifs:Clients:Dupont
  client: "Dupont | <b>Frères</b> {{ 7*7 }}"
  adresse: "1 rue Neuve\\n69001 LYON"
  courriel: "compta@dupont.example"
  type: "professionnel"

2026-08-31 * "Dupont" "Facture" ^F2026-0001
  echeance: 2026-09-30
  Actifs:Clients:Dupont   1200.00 EUR
  Produits:Ventes        -1200.00 EUR
"""
LATER = """
2026-09-05 * "Dupont" "Facture" ^F2026-0002
  echeance: 2026-10-02
  Actifs:Clients:Dupont    300.00 EUR
  Produits:Ventes         -300.00 EUR
"""
DAY = "2026-10-07"


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return found(tmp_path / "société été", LEDGER)


def issue(folder: Path, day: str = DAY) -> Result:
    return run(folder, "emettre", "--au", day)


def state(folder: Path) -> tuple[str, str, str]:
    return (
        git(folder, "rev-parse", "HEAD"),
        git(folder, "status", "--porcelain"),
        git(folder, "branch"),
    )


def refusal(folder: Path, day: str = DAY) -> str:
    """The refusal's words; the repository is as it was."""
    before = state(folder)
    result = issue(folder, day)
    assert isinstance(result.exception, Refusal)
    assert state(folder) == before
    return f"{result.exit_code} {result.exception}"


def test_a_run_leaves_letter_register_summary_and_one_commit(company: Path) -> None:
    assert issue(company).exit_code == 0
    assert git(company, "branch", "--show-current") == "relance/2026-10-07"
    stem = "out/lettres/2026-10-07/R20261007-01-dupont-b-freres-b-7-7"
    assert git(company, "diff", "--name-only", "main").split() == [
        f"{stem}.md",
        f"{stem}.pdf",
        "out/lettres/2026-10-07/sommaire.md",
        "out/registre/2026-10-07.beancount",
    ]
    assert git(company, "log", "-1", "--format=%(trailers:key=Relance,valueonly)") == "R20261007-01"
    assert git(company, "status", "--porcelain") == ""
    assert run(company, "verifier").exit_code == 0


@pytest.mark.slow
def test_a_second_run_changes_nothing_and_says_why(company: Path) -> None:
    issue(company)
    before = state(company)
    again = issue(company)
    assert again.exit_code == 0
    assert "rien de nouveau à émettre" in again.output
    assert "apres" in again.output
    assert state(company) == before


@pytest.mark.slow
def test_back_on_main_the_branch_is_pending(company: Path) -> None:
    issue(company)
    git(company, "switch", "-q", "main")
    again = issue(company)
    assert again.exit_code == 0
    assert "branche-en-attente" in again.output
    assert "relance/2026-10-07" in again.output


@pytest.mark.slow
def test_a_deleted_branch_means_that_nothing_happened(company: Path) -> None:
    issue(company)
    git(company, "switch", "-q", "main")
    git(company, "branch", "-qD", "relance/2026-10-07")
    assert issue(company).exit_code == 0
    assert git(company, "branch", "--show-current") == "relance/2026-10-07"


@pytest.mark.slow
def test_after_a_squash_merge_the_branch_is_no_longer_pending(company: Path) -> None:
    issue(company)
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", "--squash", "relance/2026-10-07")
    commit(company)
    assert "branche-en-attente" not in run(company, "plan", "--au", "2026-10-08").output


@pytest.mark.slow
def test_a_second_run_of_the_day_takes_a_suffix_and_goes_on_numbering(company: Path) -> None:
    issue(company)
    git(company, "switch", "-q", "main")
    ledger = company / "ledger/main.beancount"
    other = (
        LATER.replace("Dupont", "Durand")
        .replace(
            "2026-09-05 *",
            """
2026-01-01 open Actifs:Clients:Durand
  client: "Durand"
  courriel: "d@durand.example"
2026-09-05 *""",
            1,
        )
        .replace("2026-10-02", "2026-09-28")
    )
    ledger.write_text(LEDGER + other)
    commit(company)
    issue(company)
    assert git(company, "branch", "--show-current") == "relance/2026-10-07-2"
    assert (company / "out/registre/2026-10-07-2.beancount").is_file()
    assert list((company / "out/lettres/2026-10-07-2").glob("R20261007-02-durand.pdf"))


def test_nothing_due_makes_no_branch_and_no_commit(company: Path) -> None:
    before = state(company)
    result = issue(company, "2026-09-01")
    assert result.exit_code == 0
    assert state(company) == before


@pytest.mark.slow
def test_the_next_run_goes_one_step_further(company: Path) -> None:
    issue(company)
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", "relance/2026-10-07")
    result = issue(company, "2026-10-16")
    assert "relance-2 n° 2" in ordinary(result.output)
    front = next((company / "out/lettres/2026-10-16").glob("R*.md")).read_text()
    # 1 200,00 at 12,40 % (2.40 + 10) for 16 days: 6,52; one late invoice: 40,00.
    assert "penalites: 6.52" in front
    assert "total: 1246.52" in front


@pytest.mark.slow
def test_without_a_branch_setting_the_current_branch_takes_the_commit(company: Path) -> None:
    policy = company / "relance.yaml"
    policy.write_text(policy.read_text() + 'git: {branche: "", pdf: false}\n')
    commit(company)
    assert issue(company).exit_code == 0
    assert git(company, "branch", "--show-current") == "main"
    assert len(list(company.rglob("*.pdf"))) == 1
    assert ".pdf" not in git(company, "ls-files")
    assert run(company, "verifier").exit_code == 0


@pytest.mark.slow
def test_unrelated_changes_stay_as_they_are(company: Path) -> None:
    (company / "notes.txt").write_text("brouillon")
    git(company, "add", "notes.txt")
    assert issue(company).exit_code == 0
    assert git(company, "status", "--porcelain") == "A  notes.txt"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["relance.yaml", "ledger/main.beancount", "letters/fr/relance-1.md"]
)
def test_a_file_that_was_read_and_differs_from_head_is_named(company: Path, name: str) -> None:
    path = company / name
    path.write_text(path.read_text() + "\n")
    assert name in (words := refusal(company))
    assert words.startswith("3 ")


@pytest.mark.slow
def test_an_ignored_file_that_the_ledger_includes_is_named(company: Path) -> None:
    (company / ".git/info/exclude").write_text("out/registre/0001*\n")
    (company / "out/registre/0001-prive.beancount").write_text("")
    assert "out/registre/0001-prive.beancount" in refusal(company)


@pytest.mark.slow
def test_a_committed_file_that_was_deleted_is_named(company: Path) -> None:
    """A register or a payment forgotten would remind twice, or someone who paid."""
    issue(company)
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", "relance/2026-10-07")
    (company / "out/registre/2026-10-07.beancount").unlink()
    assert "out/registre/2026-10-07.beancount" in refusal(company, "2026-10-16")


@pytest.mark.slow
def test_a_damaged_register_on_a_branch_hides_nothing(company: Path) -> None:
    issue(company)
    register = company / "out/registre/2026-10-07.beancount"
    register.write_text(register.read_text().replace("1200.00 EUR", "1 200,00 EUR"))
    commit(company, "retouche")
    git(company, "switch", "-q", "main")
    assert "relance/2026-10-07" in refusal(company, "2026-10-16")


def merge(folder: Path, branch: str, *how: str) -> None:
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", *how, branch)


def sent(folder: Path, channel: str) -> None:
    """Note on main that the first letter left by this channel on 8 October."""
    told = ("--envoi", "R20261007-01", channel, "--le", "2026-10-08", "--commit")
    assert run(folder, "noter", *told).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("squash", [False, True])
def test_a_branch_already_merged_blocks_nothing(company: Path, *, squash: bool) -> None:
    """It holds an older copy of a register of dispatches, whose letters stand in another file."""
    with (company / "relance.yaml").open("a", encoding="utf-8") as policy:
        policy.write("envoi: {suivi: false}\n")
    commit(company)
    issue(company)
    merge(company, "relance/2026-10-07")
    sent(company, "--courriel")
    assert issue(company, "2026-10-16").exit_code == 0
    merge(company, "relance/2026-10-16", *(["--squash"] if squash else []))
    if squash:
        commit(company)
    sent(company, "--telephone")
    assert run(company, "plan", "--au", "2026-10-16").exit_code == 0
    assert run(company, "expliquer", "F2026-0001", "--au", "2026-10-16").exit_code == 0
    result = issue(company, "2026-11-16")
    assert result.exit_code == 0
    assert "mise-en-demeure n° 3" in ordinary(result.output)


@pytest.mark.slow
def test_a_letter_that_left_is_not_proposed_again(company: Path) -> None:
    """Neither by a cancellation that is refused, nor by one written by hand."""
    issue(company)
    merge(company, "relance/2026-10-07")
    sent(company, "--courriel")
    told = ("--annulation", "R20261007-01", "--le", "2026-10-08", "--commit")
    assert "est partie le 8 octobre 2026" in ordinary(str(run(company, "noter", *told).exception))
    register = company / "out/registre/2026-10-08-envois.beancount"
    note = '2026-10-08 note Actifs:Clients:Dupont "Erreur." #annulation ^R20261007-01\n'
    register.write_text(f"{register.read_text()}{note}")
    commit(company)
    plan = run(company, "plan", "--au", "2026-10-08").output
    assert "R20261008" not in plan
    for said in (plan, run(company, "verifier", "--au", "2026-10-08").output):
        assert "cette annulation est sans effet, la lettre compte" in " ".join(said.split())
    assert "relance-2 n° 2" in ordinary(issue(company, "2026-10-16").output)


@pytest.mark.slow
def test_an_older_copy_hides_nothing_that_a_branch_brings(company: Path) -> None:
    issue(company)
    merge(company, "relance/2026-10-07")
    sent(company, "--courriel")
    issue(company, "2026-10-16")
    git(company, "switch", "-q", "main")
    sent(company, "--telephone")
    told = run(company, "plan", "--au", "2026-10-16")
    assert told.exit_code == 0
    assert "branche-en-attente" in told.output


@pytest.mark.slow
def test_two_runs_of_one_day_and_a_dispatch_of_that_day(company: Path) -> None:
    """The second branch of the day has a copy of that day's dispatches, which grow afterwards."""
    issue(company)
    merge(company, "relance/2026-10-07")
    told = ("noter", "--envoi", "R20261007-01", "--le", DAY, "--commit")
    assert run(company, *told, "--courriel").exit_code == 0
    other = LATER.replace("Dupont", "Durand").replace("2026-10-02", "2026-09-28")
    opened = '2026-01-01 open Actifs:Clients:Durand\n  client: "Durand"\n  courriel: "d@d.example"'
    ledger = company / "ledger/main.beancount"
    ledger.write_text(f"{ledger.read_text()}{opened}\n{other}")
    commit(company)
    assert issue(company).exit_code == 0
    merge(company, "relance/2026-10-07-2")
    assert run(company, *told, "--telephone").exit_code == 0
    assert run(company, "plan", "--au", DAY).exit_code == 0


@pytest.mark.slow
def test_a_citation_without_its_letter_on_a_branch_is_refused(company: Path) -> None:
    """Its letter would wait unseen; deleting the branch is no remedy."""
    issue(company)
    register = company / "out/registre/2026-10-07.beancount"
    blocks = register.read_text().split("\n\n")
    register.write_text("\n\n".join(block for block in blocks if " document " not in block))
    commit(company, "retouche")
    git(company, "switch", "-q", "main")
    said = refusal(company, "2026-10-16")
    assert said.startswith("3 relance/2026-10-07: le registre de cette branche est illisible")
    assert "aucune lettre R20261007-01 au registre" in said
    assert "supprimez" not in said


@pytest.mark.slow
def test_another_branch_setting_forgets_no_pending_branch(company: Path) -> None:
    issue(company)
    git(company, "switch", "-q", "main")
    policy = company / "relance.yaml"
    policy.write_text(policy.read_text() + 'git: {branche: "relance/compta-{date}"}\n')
    commit(company)
    assert "branche-en-attente" in issue(company).output


def test_a_ledger_that_does_not_read_the_register_is_refused(company: Path) -> None:
    path = company / "ledger/main.beancount"
    path.write_text(path.read_text().replace("include", "; include"))
    commit(company)
    assert 'include "../out/registre/*.beancount"' in refusal(company)


@pytest.mark.slow
def test_on_a_branch_of_letters_something_new_is_refused(company: Path) -> None:
    issue(company)
    assert "revenez sur main" in refusal(company, "2026-10-16")


@pytest.mark.slow
def test_a_date_before_the_register_is_refused(company: Path) -> None:
    issue(company)
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", "relance/2026-10-07")
    assert "3 out/registre: le registre contient déjà" in refusal(company, "2026-10-06")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("day", "refused"),
    [
        ("2026-12-23", False),  # 31 days after 22 November, the tests' day
        ("2026-12-24", True),
        ("2027-10-07", True),
    ],
)
def test_a_date_far_ahead_is_refused(company: Path, day: str, refused: bool) -> None:
    if refused:
        told = refusal(company, day)
        assert told.startswith("2 --au: ")
        assert "vérifiez l'année" in told
    else:
        result = issue(company, day)
        assert result.exit_code == 0
        assert "Attention : le 23\xa0décembre 2026 est dans l'avenir." in result.output


@pytest.mark.slow
def test_a_run_dated_too_late_bars_nothing_once_its_letters_are_cancelled(company: Path) -> None:
    """Merged with a wrong month; its letter cancelled before its own day, November goes on."""
    issue(company, "2026-12-21")
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", "relance/2026-12-21")
    told = refusal(company, "2026-11-23")
    assert "relance noter --annulation R…) : R20261221-01" in told
    way_out = ("noter", "--annulation", "R20261221-01", "--au", "2026-11-22", "--commit")
    assert run(company, *way_out).exit_code == 0
    assert issue(company, "2026-11-23").exit_code == 0
    assert git(company, "branch", "--show-current") == "relance/2026-11-23"
    assert run(company, "verifier").exit_code == 0


@pytest.mark.slow
def test_what_comes_next_is_a_merge_where_nothing_can_be_pushed(company: Path) -> None:
    assert "relance approuver relance/2026-10-07" in issue(company).output
    git(company, "switch", "-q", "main")
    git(company, "branch", "-qD", "relance/2026-10-07")
    git(company, "remote", "add", "origin", "https://exemple.example/livres.git")
    assert "git push -u origin relance/2026-10-07" in issue(company).output


@pytest.mark.slow
def test_a_plan_says_what_would_stop_its_letters(company: Path) -> None:
    """A register not included; then a day too far ahead; then a run dated after."""
    refused = "relance emettre refuserait"
    ledger = company / "ledger/main.beancount"
    ledger.write_text(LEDGER.replace('include "../out/registre/*.beancount"', ""))
    told = run(company, "plan", "--au", DAY).output
    assert "le grand livre n'inclut pas le registre" in told
    assert refused in told
    assert "écrit ces lettres" not in told
    ledger.write_text(LEDGER)
    assert "écrit ces lettres" in run(company, "plan", "--au", DAY).output
    told = run(company, "plan", "--au", "2027-10-07").output
    assert "vérifiez l'année" in told
    assert refused in told
    issue(company)
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", "relance/2026-10-07")
    told = run(company, "plan", "--au", "2026-09-28").output  # the reminder before the due date
    assert "le registre contient déjà des relances du 2026-10-07" in told
    assert refused in told


def test_a_folder_without_a_commit_says_the_commands(tmp_path: Path) -> None:
    start(tmp_path / "neuf")
    git(tmp_path, "init", "-qb", "main", "neuf")
    told = issue(tmp_path / "neuf")
    assert told.exit_code == 3
    assert 'git add . && git commit -m "Premiers livres"' in str(told.exception)


@pytest.mark.slow
def test_a_ledger_error_blocks_all(company: Path) -> None:
    path = company / "ledger/main.beancount"
    path.write_text(path.read_text() + '\n2026-10-01 * "x"\n  Actifs:Banque  1440,00 EUR\n')
    commit(company)
    assert refusal(company).startswith("2 ledger/main.beancount:")


def test_a_folder_without_git_can_plan_but_not_issue(tmp_path: Path) -> None:
    start(tmp_path / "seul")
    assert run(tmp_path / "seul", "plan", "--au", DAY).exit_code == 0
    result = issue(tmp_path / "seul")
    assert result.exit_code == 3


@pytest.mark.slow
def test_a_new_folder_passes_verifier_once_the_creditor_is_named(tmp_path: Path) -> None:
    start(tmp_path / "neuf")
    result = run(tmp_path / "neuf", "verifier")
    assert result.exit_code == 2
    assert "le créancier est encore celui du modèle" in str(result.exception)
    policy = tmp_path / "neuf/relance.yaml"
    policy.write_text(named(policy.read_text()))
    assert run(tmp_path / "neuf", "verifier").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("place", ["/dev/null", "/dev/null/entreprise", "fichier/entreprise"])
def test_a_new_folder_is_made_in_a_folder(tmp_path: Path, place: str) -> None:
    (tmp_path / "fichier").write_text("")
    refusal = CliRunner().invoke(cli.relance, ["init", str(tmp_path / place)]).exception
    assert isinstance(refusal, Refusal)
    assert "n'est pas un dossier" in str(refusal)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["expliquer", "dossier"])
def test_a_name_without_end_is_told_back_in_short(company: Path, command: str) -> None:
    refusal = run(company, command, "x" * 100_000).exception
    assert str(refusal).startswith(f"{'x' * 119}…: ")
    assert len(str(refusal)) < 300
