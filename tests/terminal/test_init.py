"""`relance init` where something is already: what is missing is shown, then added, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from relance.ledger.company import read_company
from relance.terminal import cli
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
    assert f"relance init {folder} --completer" in problem.remedy
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
    assert all(name in result.output for name in added)


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
