"""`relance init` in an empty folder: who is owed, from options or asked; the first commit; the
examples of its ledger, and the Makefile that finds the program."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relance.policy.reader import read_policy
from relance.terminal import cli, creditor_answers, model_folder
from relance.values.problem import Refusal
from repositories import calls, git, run, stand_in

IBAN = "FR7630006000011234567890189"
OPTIONS = {
    "--nom": "Atelier Lumen",
    "--siren": "732 829 320",
    "--adresse": "12, rue des Lanternes, 69004 LYON",
    "--iban": "FR76 3000 6000 0112 3456 7890 189",
    "--courriel": "contact@lumen.example",
    "--telephone": "04 72 00 00 00",
}
OTHER_ADDRESS = "1 allée du Lac / Bâtiment B / CH-1200 GENEVE"


@pytest.fixture(autouse=True)
def _in_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "today", lambda _timezone: date(2026, 3, 2))


def init(folder: Path, *words: str, answers: str | None = None, **options: str) -> Result:
    given = [word for pair in (OPTIONS if not words else {}).items() for word in pair]
    more = [word for name, text in options.items() for word in (f"--{name}", text)]
    command = ["init", str(folder), *given, *words, *more]
    return CliRunner().invoke(cli.relance, command, input=answers)


# ---------------------------------------------------------------- From options


@pytest.mark.slow
def test_a_folder_of_options_issues_at_once(tmp_path: Path) -> None:
    result = init(tmp_path / "a")
    assert result.exit_code == 0, result.output
    creditor = read_policy(tmp_path / "a/relance.yaml").creditor
    assert (creditor.name, creditor.siren, creditor.iban) == ("Atelier Lumen", "732829320", IBAN)
    assert creditor.address == ("12, rue des Lanternes", "69004 LYON")
    assert (creditor.email, creditor.phone) == ("contact@lumen.example", "04 72 00 00 00")
    assert creditor.form is None
    assert git(tmp_path / "a", "log", "--format=%s") == "Point de départ"
    assert git(tmp_path / "a", "status", "--short") == ""
    issued = run(tmp_path / "a", "emettre")
    assert issued.exit_code == 0
    assert "rien de nouveau à émettre" in issued.output
    assert run(tmp_path / "a", "verifier").exit_code == 0


def test_a_first_invoice_becomes_a_letter(tmp_path: Path) -> None:
    """From options to the PDF, by way of an example and one commit."""
    folder = tmp_path / "a"
    init(folder)
    uncomment(folder, 0)
    git(folder, "commit", "-qam", "Première facture")
    issued = run(folder, "emettre", "--au", "2026-02-13")
    assert issued.exit_code == 0, issued.output
    (letter,) = (folder / "out/lettres").rglob("R20260213-01*.pdf")
    assert letter.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        ("nom", " ", "le nom de l'entreprise"),
        ("siren", "73282932", "neuf chiffres"),
        ("siren", "732829321", "sa clé ne tombe pas juste"),
        ("iban", "FR7630006000011234567890188", "sa clé ne tombe pas juste"),
        ("iban", "FR76 3000", "27 caractères, celui-ci 8"),
        ("iban", "bonjour", "sa clé ne tombe pas juste"),
        ("adresse", "LYON", "au moins deux lignes"),
        ("courriel", "lumen.example", "nom@domaine.fr"),
        ("courriel", "é à@lumen.example", "nom@domaine.fr"),
        ("telephone", "demain", "que des chiffres"),
        ("nom", "Lumen\x1b[31m", "sur une seule ligne"),
        ("nom", "L" * 201, "200 caractères au plus"),
    ],
)
def test_a_wrong_option_is_told_and_writes_nothing(
    tmp_path: Path, option: str, text: str, words: str
) -> None:
    result = init(tmp_path / "a", **{option: text})
    assert isinstance(result.exception, Refusal)
    (problem,) = result.exception.problems
    assert problem.source.path == f"--{option}"
    assert words in problem.remedy
    assert "\x1b" not in str(problem)
    assert not (tmp_path / "a").exists()


def test_all_wrong_options_are_told_at_once(tmp_path: Path) -> None:
    result = init(tmp_path / "a", siren="1", iban="2", telephone="x")
    assert isinstance(result.exception, Refusal)
    places = [problem.source.path for problem in result.exception.problems]
    assert places == ["--siren", "--iban", "--telephone"]


@pytest.mark.slow
def test_text_of_the_creditor_is_text_in_the_policy(tmp_path: Path) -> None:
    """Quotes, colons and marks of YAML and of replacement patterns are what they are."""
    name = r"""L'"Ampoule": # \1 {x} & Fils"""
    assert init(tmp_path / "a", nom=name, adresse=OTHER_ADDRESS).exit_code == 0
    creditor = read_policy(tmp_path / "a/relance.yaml").creditor
    assert creditor.name == name
    assert creditor.address == ("1 allée du Lac", "Bâtiment B", "CH-1200 GENEVE")


def test_without_options_or_terminal_the_model_waits_to_be_filled(tmp_path: Path) -> None:
    result = init(tmp_path / "a", "--oui")
    assert "remplissez" in result.output
    assert not (tmp_path / "a/.git").exists()
    assert "NOM DE VOTRE ENTREPRISE" in (tmp_path / "a/relance.yaml").read_text(encoding="utf-8")


# ---------------------------------------------------------------- The first commit


def test_inside_another_repository_nothing_is_committed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    result = init(tmp_path / "a")
    assert f"git add {tmp_path / 'a'}, git commit" in " ".join(result.output.split())
    assert not (tmp_path / "a/.git").exists()


@pytest.mark.slow
def test_where_git_knows_nobody_the_creditor_signs_there_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "gitconfig"
    empty.write_text("[user]\n\tuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(empty))
    for name in [name for name in os.environ if re.match("GIT_(AUTHOR|COMMITTER)|EMAIL", name)]:
        monkeypatch.delenv(name)
    result = init(tmp_path / "a")
    assert "signés Atelier Lumen <contact@lumen.example>" in " ".join(result.output.split())
    signed = git(tmp_path / "a", "log", "--format=%an <%ae>")
    assert signed == "Atelier Lumen <contact@lumen.example>"
    assert "name" not in empty.read_text()


# ---------------------------------------------------------------- Question by question


@pytest.fixture
def _someone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Click's runner is no terminal, but its input answers."""
    monkeypatch.setattr(creditor_answers, "someone_answers", lambda: True)


@pytest.mark.slow
@pytest.mark.usefixtures("_someone")
def test_wrong_answers_are_told_and_asked_again(tmp_path: Path) -> None:
    answers = (
        *("Atelier Lumen", "73282932", "732829321", "732829320"),
        *("LYON", "12 rue des Lanternes, 69004 LYON"),
        *("FR76", IBAN),
        *("", "", "", "04", "04 72 00 00 00"),
    )
    result = init(tmp_path / "a", "--oui", answers="".join(f"{x}\n" for x in answers))
    assert result.exit_code == 0, result.output
    said = result.output
    assert said.count("SIREN (rien : aucun) : ") == 3
    assert "« 73282932 » : un SIREN a neuf chiffres" in said
    assert "« 732829321 » : ce SIREN est faux" in said
    assert "« LYON » : une adresse a au moins deux lignes" in said
    assert "« FR76 » : un IBAN français a 27 caractères, celui-ci 4" in said
    assert "le client doit pouvoir vous joindre" in said
    creditor = read_policy(tmp_path / "a/relance.yaml").creditor
    assert (creditor.siren, creditor.email, creditor.phone) == ("732829320", None, "04 72 00 00 00")
    assert run(tmp_path / "a", "emettre").exit_code == 0


@pytest.mark.slow
@pytest.mark.usefixtures("_someone")
def test_what_an_option_said_is_not_asked(tmp_path: Path) -> None:
    result = init(tmp_path / "a", answers="")
    assert result.exit_code == 0
    assert " : " not in result.output.partition("Vos clients")[0]


def test_questions_need_somebody_to_read_and_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        def __init__(self, *, terminal: bool) -> None:
            self.terminal = terminal

        def isatty(self) -> bool:
            return self.terminal

    for typed, shown in ((True, True), (True, False), (False, True)):
        monkeypatch.setattr("sys.stdin", Stream(terminal=typed))
        monkeypatch.setattr("sys.stdout", Stream(terminal=shown))
        assert creditor_answers.someone_answers() is (typed and shown)


# ---------------------------------------------------------------- The examples


def examples(folder: Path) -> list[str]:
    """The parts of the year's file, each with its title."""
    text = (folder / "ledger/2026.beancount").read_text(encoding="utf-8")
    return re.split(r"^;; -{8,} ", text, flags=re.MULTILINE)[1:]


def uncomment(folder: Path, *which: int) -> None:
    """Take the marks off the lines of these examples, as an editor does."""
    path = folder / "ledger/2026.beancount"
    text = path.read_text(encoding="utf-8")
    for number in which:
        part = examples(folder)[number]
        text = text.replace(part, re.sub(r"^; ", "", part, flags=re.MULTILINE))
    path.write_text(text, encoding="utf-8")


def plan(folder: Path, day: str) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """The letters of a day, each client, step and total; what waits, and its next date."""
    said = json.loads(run(folder, "plan", "--au", day, "--format", "json").output)
    letters = [(x["client"], x["etape"], x["total"]) for x in said["lettres"]]
    waits = {f"{x['facture']}/{x['tranche']}": x["prochaine"]["date"] for x in said["attentes"]}
    return letters, waits


DUPONT, LEFORT, VALBOIS, ACME = ("Menuiserie Dupont", "Mme Sophie Lefort", "Commune de Valbois",
                                 "Acme Ltd")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "title", "day", "letters", "waits"),
    [
        # 1200.00 - 120.00 of the credit note; due on Wednesday 4 February, 9 days late.
        (0, "Une entreprise, et un avoir", "2026-02-13", [(DUPONT, "relance-1", "1080.00")], {}),
        # Paid on the 3rd, rejected on the 12th: late since the 5th, 8 days.
        (1, "Un particulier, et un rejet", "2026-02-13", [(LEFORT, "relance-1", "240.00")], {}),
        (1, "Un particulier, et un rejet", "2026-02-11", [], {}),
        # The first half 18 days late; the second 3 days, its reminder on the 17th.
        (
            2,
            "Un organisme public, en deux fois",
            "2026-02-13",
            [(VALBOIS, "relance-1", "1200.00")],
            {"F2026-0003/2": "2026-02-17"},
        ),
        # The deposit is paid; 2000.00 - 400.00 due on 3 March, a reminder three days before it,
        # on Saturday, moves to Friday 27 February.
        (3, "Un client étranger, et un acompte", "2026-02-13", [], {"F2026-0005/1": "2026-02-27"}),
        (
            3,
            "Un client étranger, et un acompte",
            "2026-03-10",
            [(ACME, "relance-1", "1600.00")],
            {},
        ),
    ],
)
def test_an_example_uncommented_as_it_is(
    tmp_path: Path,
    example: int,
    title: str,
    day: str,
    letters: list[tuple[str, str, str]],
    waits: dict[str, str],
) -> None:
    folder = tmp_path / "a"
    init(folder)
    assert examples(folder)[example].startswith(f"{title}\n")
    uncomment(folder, example)
    assert run(folder, "verifier").exit_code == 0
    assert plan(folder, day) == (letters, waits)


@pytest.mark.slow
def test_all_examples_together(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    init(folder)
    assert len(examples(folder)) == 4
    uncomment(folder, 0, 1, 2, 3)
    checked = run(folder, "verifier")
    assert (checked.exit_code, "rien à corriger" in checked.output) == (0, True)
    letters, _ = plan(folder, "2026-02-13")
    assert sum(Decimal(total) for _, _, total in letters) == Decimal("2520.00")


@pytest.mark.slow
def test_examples_are_of_the_year_in_which_the_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_folder, "today", lambda _timezone: date(2027, 1, 4))
    init(tmp_path / "a")
    assert not (tmp_path / "a/ledger/2026.beancount").exists()
    text = (tmp_path / "a/ledger/2027.beancount").read_text(encoding="utf-8")
    assert "2026" not in text
    assert "; 2027-01-05 * " in text


@pytest.mark.slow
def test_a_new_year_and_an_old_invoice_need_no_other_line(tmp_path: Path) -> None:
    """The next year's file is read as soon as it is there; an invoice of 2003 finds its accounts
    open."""
    folder = tmp_path / "a"
    init(folder)
    uncomment(folder, 0)
    text = (folder / "ledger/2026.beancount").read_text(encoding="utf-8")
    options = "\n".join(re.findall(r"^option .*$", text, re.MULTILINE))
    entry = (
        '\n2003-01-06 * "Menuiserie Dupont" "À-nouveau" ^F2003-0001\n'
        "  Actifs:Clients:Dupont  70.00 EUR\n  Capitaux:À-nouveaux\n"
    )
    more = f'{options}\noption "name_equity" "Capitaux"\n{entry}'
    (folder / "ledger/2027.beancount").write_text(more, encoding="utf-8")
    assert plan(folder, "2026-02-13")[0] == [(DUPONT, "relance-1", "1150.00")]


# ---------------------------------------------------------------- The Makefile


def make(folder: Path, path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    tools = f"{path}:/usr/bin:/bin"
    return subprocess.run(
        ["make", "-C", str(folder), "--no-print-directory", *words],
        env={"PATH": tools, "LC_ALL": "C.UTF-8", "HOME": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("programs", "called"),
    [
        (("relance", "uvx", "pipx"), ["relance"]),
        (("uvx", "pipx"), ["uvx", "--from", "relance==0.2.0", "relance"]),
        (("pipx",), ["pipx", "run", "--spec", "relance==0.2.0", "relance"]),
    ],
)
def test_make_finds_the_program(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    programs: tuple[str, ...],
    called: list[str],
) -> None:
    monkeypatch.setattr(model_folder, "__version__", "0.2.0")
    init(tmp_path / "a")
    for name in programs:
        stand_in(tmp_path / "bin", name)
    done = make(tmp_path / "a", tmp_path / "bin", "plan", "DATE=2026-02-13")
    assert done.returncode == 0, done.stderr
    (call,) = calls(tmp_path / "bin")
    assert call[:-1] == [*called, "plan", "--au", "2026-02-13"]


@pytest.mark.slow
def test_make_prefers_the_environment_of_the_folder_to_the_network(tmp_path: Path) -> None:
    init(tmp_path / "a")
    stand_in(tmp_path / "bin", "uvx")
    (tmp_path / "a/.venv").mkdir()
    stand_in(tmp_path / "a/.venv/bin", "relance")
    assert make(tmp_path / "a", tmp_path / "bin", "relance").returncode == 0
    assert calls(tmp_path / "bin") == []
    assert calls(tmp_path / "a/.venv/bin")[0][:2] == ["relance", "emettre"]


@pytest.mark.slow
def test_make_says_how_to_get_the_program(tmp_path: Path) -> None:
    init(tmp_path / "a")
    done = make(tmp_path / "a", tmp_path, "plan")
    assert done.returncode != 0
    assert "make installer" in done.stderr


@pytest.mark.slow
def test_make_alone_lists_what_there_is(tmp_path: Path) -> None:
    init(tmp_path / "a")
    listed = re.findall(r"^  make ([a-z]+)", make(tmp_path / "a", tmp_path).stdout, re.MULTILINE)
    assert listed == [
        *("aujourdhui", "importer", "rapprocher", "plan", "relance", "envoyer", "verifier"),
        *("expliquer", "installer"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("forge", "files"),
    [
        ("github", {".github/workflows/relance.yml", ".github/workflows/verifier.yml"}),
        ("gitlab", {".gitlab-ci.yml"}),
    ],
)
def test_workflow_files_come_when_asked_for(tmp_path: Path, forge: str, files: set[str]) -> None:
    init(tmp_path / "sans")
    init(tmp_path / "avec", forge=forge)
    without, with_ = (set(git(tmp_path / name, "ls-files").split()) for name in ("sans", "avec"))
    assert with_ - without == files
    text = "".join((tmp_path / "avec" / name).read_text(encoding="utf-8") for name in files)
    targets = set(re.findall(r"\bmake ([a-z]+)$", text, re.MULTILINE))
    assert targets == {"installer"}  # which the folder's own Makefile has
