"""The commands that messages name, as they can be typed where they are read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.terminal.cli import COMMANDS
from relance.terminal.views import console
from repositories import LEDGER, found, run

ADVICE = "relance noter F1, puis relance emettre ; un registre de relance reste"


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    console._program.cache_clear()  # noqa: SLF001 - found once per process
    yield
    console._program.cache_clear()  # noqa: SLF001


def called(monkeypatch: pytest.MonkeyPatch, place: str, path: str = "") -> str:
    """The advice when the program was started from that place."""
    monkeypatch.setattr(sys, "argv", [place])
    monkeypatch.setenv("PATH", path)
    return console.typed(ADVICE)


def test_a_program_that_the_shell_finds_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "relance"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert called(monkeypatch, ".venv/bin/relance", str(tmp_path)) == ADVICE


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (".venv/bin/relance", ".venv/bin/relance"),
        ("/home/a b/relance", "'/home/a b/relance'"),
        ("/lib/relance/__main__.py", f"{sys.executable} -m relance"),
        ("/usr/bin/pytest", "relance"),
    ],
)
def test_another_has_the_path_by_which_it_was_called(
    monkeypatch: pytest.MonkeyPatch, place: str, name: str
) -> None:
    words = f"{name} noter F1, puis {name} emettre ; un registre de relance reste"
    assert called(monkeypatch, place) == words


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_known(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(sys, "argv", ["bin/relance"])
    monkeypatch.setenv("PATH", "")
    assert console.typed(f"puis relance {command}.") == f"puis bin/relance {command}."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("makefile", "here", "command"),
    [
        ("all:\n\nrelance: all\n", True, "make relance DATE=2026-10-07 (ou relance emettre"),
        ("all:\n", True, "relance emettre --au 2026-10-07 écrit"),
        (None, True, "relance emettre --au 2026-10-07 écrit"),
        ("\nrelance:\n", False, "relance emettre --dossier "),
    ],
)
def test_the_command_that_issues_works_from_here(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    makefile: str | None,
    *,
    here: bool,
    command: str,
) -> None:
    company = found(tmp_path / "société", LEDGER)
    if makefile is None:
        (company / "Makefile").unlink()
    else:
        (company / "Makefile").write_text(makefile)
    monkeypatch.chdir(company if here else tmp_path)
    assert f"→ {command}" in run(company, "plan", "--au", "2026-10-07").output


@pytest.mark.parametrize("columns", ["60", "140"])
def test_the_window_of_now_decides_how_wide_a_line_is(
    monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert console.out.width == int(columns)


def test_a_blank_line_for_no_screen_stands_where_it_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.say("un")
    console.out.print()
    console.out.print("deux")
    console.err.print()
    assert capsys.readouterr() == ("un\n\ndeux\n", "\n")
