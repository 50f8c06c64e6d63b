"""`relance init` where something is already: what is missing is shown, then added, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from relance.ledger.company import read_company
from relance.terminal import cli, creditor_answers
from relance.terminal.model_folder import start
from relance.values.problem import Refusal
from repositories import LEDGER, named

BOOKS = LEDGER.replace('include "../out/', 'include "out/')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Someone's books: one ledger at the top, another file that it includes."""
    (tmp_path / "compta.beancount").write_text(f'{BOOKS}include "ventes.beancount"\n')
    (tmp_path / "ventes.beancount").write_text(";; rien encore\n")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_missing_is_shown_and_nothing_is_written(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(Refusal) as refused:
        start(folder)
    (problem,) = refused.value.problems
    assert problem.what == "déjà présents : compta.beancount"
    assert "letters/ (" in problem.remedy
    assert "relance.yaml" in problem.remedy
    assert f"relance init {folder} --oui" in problem.remedy
    assert "main.beancount" not in str(problem)  # no second ledger beside theirs
    assert contents(folder) == before


def test_what_is_missing_is_added_and_nothing_else_changes(folder: Path) -> None:
    (folder / ".gitignore").write_text("mien\n")
    before = contents(folder)
    result = CliRunner().invoke(cli.relance, ["init", str(folder), "--completer"])
    assert result.exit_code == 0, result.exception
    after = contents(folder)
    assert before.items() <= after.items()
    added = {Path(name).relative_to(folder).as_posix() for name in after.keys() - before.keys()}
    assert {"relance.yaml", "letters/fr/relance-1.md", "out/registre/0000-entete.beancount"} < added
    assert not {name for name in added if name.startswith("ledger/")}
    shown = {name for name in added if not name.startswith("letters/")}
    assert all(f"  {name}\n" in result.output for name in {*shown, "letters/ (103 fichiers)"})


def test_the_policy_names_the_ledger_that_is_there(folder: Path) -> None:
    start(folder, complete=True)
    policy = folder / "relance.yaml"
    policy.write_text(named(policy.read_text()))
    assert read_company(folder).policy.ledger.file == "compta.beancount"
    assert read_company(folder).register_unread() is None


def test_a_register_is_included_from_where_the_ledger_lies(folder: Path) -> None:
    start(folder, complete=True)
    books = folder / "compta.beancount"
    books.write_text("\n".join(x for x in books.read_text().split("\n") if "registre" not in x))
    unread = read_company(folder).register_unread()
    assert unread is not None
    assert unread.remedy.startswith('ajoutez include "out/registre/*.beancount"')


def test_nothing_is_left_to_add(folder: Path) -> None:
    start(folder, complete=True)
    with pytest.raises(Refusal, match="il ne manque rien"):
        start(folder)
    assert start(folder, complete=True) == []


def test_a_ledger_in_its_usual_place_is_kept(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger/main.beancount").write_text(LEDGER)
    assert "ledger/main.beancount" not in start(tmp_path, complete=True)
    assert (tmp_path / "ledger/main.beancount").read_text() == LEDGER


def test_several_ledgers_are_for_their_keeper_to_join(folder: Path) -> None:
    (folder / "autre.beancount").write_text("")
    before = contents(folder)
    with pytest.raises(Refusal, match=r"2 grands livres ici : autre\.beancount, compta\.beancount"):
        start(folder, complete=True)
    assert contents(folder) == before


@pytest.mark.parametrize("link", [False, True])
def test_what_stands_in_the_way_is_refused_whatever_is_asked(tmp_path: Path, *, link: bool) -> None:
    elsewhere = tmp_path / "ailleurs"
    folder = tmp_path / "société"
    for place in (elsewhere, folder):
        place.mkdir()
    if link:
        (folder / "letters").symlink_to(elsewhere)
    else:
        (folder / "letters").write_text("un fichier")
    with pytest.raises(Refusal, match="la place d'un dossier à créer"):
        start(folder, complete=True)
    assert not list(elsewhere.iterdir())
    assert [path.name for path in folder.iterdir()] == ["letters"]


def test_a_dangling_link_is_no_place_to_write_to(tmp_path: Path) -> None:
    folder = tmp_path / "société"
    folder.mkdir()
    (folder / "relance.yaml").symlink_to(tmp_path / "ailleurs.yaml")
    assert "relance.yaml" not in start(folder, complete=True)
    assert not (tmp_path / "ailleurs.yaml").exists()


# ---------------------------------------------------------------- The line that it lacks


@pytest.fixture
def unread(folder: Path) -> Path:
    """The same books, without the line that includes the register."""
    books = folder / "compta.beancount"
    books.write_text("\n".join(x for x in books.read_text().split("\n") if "registre" not in x))
    return folder


def test_the_line_for_the_register_is_shown_then_added(unread: Path) -> None:
    before = (unread / "compta.beancount").read_text()
    refused = CliRunner().invoke(cli.relance, ["init", str(unread)])
    assert "une ligne include dans compta.beancount, pour le registre" in str(refused.exception)
    assert (unread / "compta.beancount").read_text() == before
    result = CliRunner().invoke(cli.relance, ["init", str(unread), "--oui"])
    assert result.exit_code == 0, result.exception
    assert '+include "out/registre/*.beancount"' in result.output
    after = (unread / "compta.beancount").read_text()
    assert after.replace('include "out/registre/*.beancount"\n', "", 1) == before
    policy = unread / "relance.yaml"
    policy.write_text(named(policy.read_text()))
    assert read_company(unread).register_unread() is None


def test_an_included_file_may_have_the_line(folder: Path) -> None:
    books = folder / "compta.beancount"
    line = 'include "out/registre/*.beancount"'
    books.write_text(books.read_text().replace(line, ""))
    (folder / "ventes.beancount").write_text(f"{line}\n")
    before = contents(folder)
    result = CliRunner().invoke(cli.relance, ["init", str(folder), "--oui"])
    assert result.exit_code == 0
    assert before.items() <= contents(folder).items()


def test_lines_keep_their_ends(unread: Path) -> None:
    books = unread / "compta.beancount"
    books.write_bytes(books.read_bytes().replace(b"\n", b"\r\n"))
    CliRunner().invoke(cli.relance, ["init", str(unread), "--oui"])
    content = books.read_bytes()
    assert b'include "out/registre/*.beancount"\r\n' in content
    assert content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize("answer", ["o", "n"])
def test_someone_is_asked(unread: Path, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creditor_answers, "someone_answers", lambda: True)
    before = contents(unread)
    about = "Lumen\n\n1 rue Neuve, 69001 LYON\nFR7630006000011234567890189\na@lumen.example\n\n"
    command = ["init", str(unread)]
    result = CliRunner().invoke(cli.relance, command, input=f"peut-être\n{answer}\n{about}")
    assert result.exit_code == 0, result.output
    assert result.output.index("Déjà présents") < result.output.index("Les ajouter (o/n)")
    if answer == "n":
        assert contents(unread) == before
    else:
        assert read_company(unread).policy.creditor.name == "Lumen"


def test_a_policy_that_is_there_takes_no_option(folder: Path) -> None:
    start(folder, complete=True)
    before = contents(folder)
    (folder / "Makefile").unlink()
    command = ["init", str(folder), "--oui", "--nom", "Lumen"]
    result = CliRunner().invoke(cli.relance, command)
    assert "aucune option n'y change le créancier" in str(result.exception)
    assert {
        **contents(folder),
        str(folder / "Makefile"): before[str(folder / "Makefile")],
    } == before
