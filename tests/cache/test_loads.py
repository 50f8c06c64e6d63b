"""How often each command loads the books and parses their files: what is counted here is most of
the time that a command takes."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.parser import parser
from click.testing import CliRunner

import repositories
import story as stories
from relance.cache import book_states
from relance.ledger import beancount, loading
from relance.ledger.plain_files import plain_file
from relance.specimens import made_up_company
from relance.terminal import cli
from relance.terminal.model_folder import start
from story import Story

FIRST, SECOND = "2026-03-20", "2026-03-21"
MADE_UP = Path(made_up_company.__file__).with_name("company")


@dataclass
class Work:
    """The states of the books that were loaded, and the texts that were parsed: both by what they
    held."""

    loads: list[str] = field(default_factory=list)
    parses: Counter[str] = field(default_factory=Counter)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """All that Beancount is asked for meanwhile, the books of the made-up company apart."""
    work, state = Work(), list[str]()
    load, text = loader._parse_recursive, parser.parse_string  # noqa: SLF001

    def loaded(sources: Any, *more: Any) -> Any:
        state.clear()
        parsed = load(sources, *more)
        if not str(sources[0][0]).startswith(str(MADE_UP)):
            work.loads.append("".join(sorted(state)))
        return parsed

    def of_text(content: str, *more: Any, **named: Any) -> Any:
        work.parses[print_of(content.encode())] += bool(content)
        return text(content, *more, **named)

    book_states._remembered.clear()  # noqa: SLF001 - what a process of its own begins with
    beancount.parse.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(loader, "_parse_recursive", loaded)
        count_files(patch, work, state)
        patch.setattr(parser, "parse_string", of_text)
        yield work


def count_files(patch: pytest.MonkeyPatch, work: Work, state: list[str]) -> None:
    """Count each file once, whoever reads it."""
    file = parser.parse_file

    def count(name: Any) -> None:
        if isinstance(name, str) and not name.startswith(str(MADE_UP)):
            state.append(print_of(Path(name).read_bytes()))
            work.parses[state[-1]] += 1

    def plainly(name: str, builder: Any) -> bool:
        if plain := plain_file(name, builder):
            count(name)
        return plain

    def of_file(name: Any, *more: Any, **named: Any) -> Any:
        count(name)
        return file(name, *more, **named)

    patch.setattr(loading, "plain_file", plainly)
    patch.setattr(parser, "parse_file", of_file)


def print_of(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Durand owes F1 and F2, and was sent one letter; all of it is in git."""
    made = stories.company(tmp_path, stories.THREE_INVOICES)
    made.write("relance.yaml", stories.CREDITOR + stories.SENT + "git: {pdf: false}\n")
    letter = stories.past_letter("R20260317-01", "relance-1", "F1")
    stories.put_into_register(made, "2026-03-17", [letter])
    repositories.git(tmp_path, "init", "-qb", "main")
    repositories.commit(tmp_path)
    return made


def work_of(story: Story, monkeypatch: pytest.MonkeyPatch, *words: str) -> Work:
    with counted(monkeypatch) as work:
        result = CliRunner().invoke(cli.relance, [*words, "--dossier", str(story.root)])
        assert result.exit_code == 0, result.output
    return work


SHOWING = [
    ("plan", "--au", FIRST),
    ("plan", "--au", FIRST, "--format", "json"),
    ("plan", "--au", FIRST, "--jusqu-au", "2026-04-20"),
    ("plan", "--au", FIRST, "--risques"),
    ("aujourdhui", "--au", FIRST),
    ("expliquer", "--au", FIRST, "F1"),
    ("bilan", "--au", FIRST),
    ("rapprocher", "--liste", "--au", FIRST),
]


@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_what_shows_loads_once_and_unchanged_books_never(
    command: tuple[str, ...], story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = work_of(story, monkeypatch, *command)
    assert len(cold.loads) == 1
    assert set(cold.parses.values()) == {1}
    assert work_of(story, monkeypatch, *command) == Work()


@pytest.mark.slow
def test_whatever_read_all_the_facts_serves_every_other(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(work_of(story, monkeypatch, "bilan", "--au", FIRST).loads) == 1
    for command in SHOWING:
        assert work_of(story, monkeypatch, *command) == Work()


NOTE = ("noter", "Durand", "--appel", "Paie lundi.", "--le", FIRST)
AGAIN = ("noter", "Durand", "--appel", "Paie mardi.", "--le", SECOND)


def test_a_note_loads_the_books_that_it_makes(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once as they were, unless they are kept, and once with the note, which are kept then."""
    cold = work_of(story, monkeypatch, *NOTE)
    assert len(cold.loads) == len(set(cold.loads)) == 2
    before = print_of((story.root / "ledger/main.beancount").read_bytes())
    after = work_of(story, monkeypatch, *AGAIN)
    assert len(after.loads) == 1
    assert set(after.parses.values()) == {1}
    assert before not in after.parses  # of the file as it was, only its notes and openings
    assert work_of(story, monkeypatch, "plan", "--au", SECOND) == Work()
    assert "Paie mardi." in (story.root / "ledger/main.beancount").read_text("utf-8")


@pytest.mark.slow
def test_checking_and_trying_load_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.write("out/lettres/2026-03-17/R20260317-01.md", "Lettre\n")
    for command in (("verifier", "--au", FIRST), ("envoyer", "--sans-envoi", "--au", FIRST)):
        with counted(monkeypatch) as cold:
            CliRunner().invoke(cli.relance, [*command, "--dossier", str(story.root)])
        assert len(cold.loads) <= 1
        with counted(monkeypatch) as warm:
            CliRunner().invoke(cli.relance, [*command, "--dossier", str(story.root)])
        assert warm == Work()


def issued(folder: Path) -> Story:
    """A company whose letters wait on their branch, which is checked out."""
    start(folder)
    policy = folder / "relance.yaml"
    policy.write_text(repositories.named(policy.read_text("utf-8")), encoding="utf-8")
    (folder / "ledger/main.beancount").write_text(repositories.LEDGER, encoding="utf-8")
    repositories.git(folder, "init", "-qb", "main")
    repositories.commit(folder)
    return Story(folder)


@pytest.mark.slow
def test_what_writes_loads_each_state_of_the_books_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, day = issued(tmp_path), repositories.DAY
    assert work_of(story, monkeypatch, "plan", "--au", day).loads
    # As the books are, though they are kept, then with the letters.
    made = work_of(story, monkeypatch, "emettre", "--au", day)
    assert len(made.loads) == len(set(made.loads)) == 2
    assert work_of(story, monkeypatch, "plan", "--au", day) == Work()
    repositories.git(tmp_path, "switch", "-q", "main")
    # Kept on both branches; the letters that wait on the other one are read there.
    assert not work_of(story, monkeypatch, "plan", "--au", day).loads
    repositories.git(tmp_path, "switch", "-q", f"relance/{day}")
    # As they are on the branch, on its base, with the letters made again.
    fresh = work_of(story, monkeypatch, "rafraichir", "--au", day)
    assert len(fresh.loads) == len(set(fresh.loads)) <= 3
    assert work_of(story, monkeypatch, "plan", "--au", day) == Work()
    letter = f"R{day.replace('-', '')}-01"
    work_of(story, monkeypatch, "expliquer", "F2026-0001")
    proof = work_of(story, monkeypatch, "audit", "--sans-pdf")
    assert len(proof.loads) == 1  # the base of the letters, of which only a plan's facts are kept
    gone = work_of(story, monkeypatch, "retirer", letter, "--au", day)
    assert len(gone.loads) == len(set(gone.loads)) <= 3
    assert work_of(story, monkeypatch, "plan", "--au", day) == Work()


@pytest.mark.slow
def test_a_merge_and_a_note_taken_back_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, day = issued(tmp_path), repositories.DAY
    work_of(story, monkeypatch, "emettre", "--au", day)
    work_of(story, monkeypatch, "approuver", "--oui", "--au", day)
    assert work_of(story, monkeypatch, "plan", "--au", day) == Work()
    note = ("Dupont Frères", "--appel", "Paie lundi.", "--le", day)
    work_of(story, monkeypatch, "noter", *note)
    work_of(story, monkeypatch, "noter", "--annuler")
    assert work_of(story, monkeypatch, "plan", "--au", day) == Work()


@pytest.mark.slow
def test_an_audit_recalls_the_base_of_the_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When any command before them had kept all its facts; the letters are proved the same."""
    story, day = issued(tmp_path), repositories.DAY
    assert len(work_of(story, monkeypatch, "bilan", "--au", day).loads) == 1
    work_of(story, monkeypatch, "emettre", "--au", day)
    assert work_of(story, monkeypatch, "audit", "--sans-pdf") == Work()
    recalled = audited(story)
    shutil.rmtree(story.root / ".git/relance/faits")
    assert audited(story) == recalled


def audited(story: Story) -> str:
    words = ["audit", "--sans-pdf", "--format", "json", "--dossier", str(story.root)]
    result = CliRunner().invoke(cli.relance, words)
    assert result.exit_code == 0, result.output
    return result.stdout
