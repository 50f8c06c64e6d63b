"""Every command that the program prints is one that it takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import click
import pytest

from places import ROOT
from relance.terminal import cli
from relance.terminal.views import console
from repositories import found, run

GROUP = cli.relance
SOURCES = ROOT / "scripts/relance"
HOLE = "\0"  # a value that is known only when the sentence is said
# What may stand in a hole; one of them must do.
VALUES = ("R20261117-03", "2026-11-23", "Actifs:Clients:Dupont", "courriel", ".")
# What stands for a value that only the reader knows.
PLACEHOLDERS = {"R…": VALUES[0], "AAAA-MM-JJ": VALUES[1], "JJ/MM/AAAA": VALUES[1]}
_COMMAND = re.compile(rf"(?<![\w/.-])relance ({'|'.join(cli.COMMANDS)})\b([^\n]*)")
# A file that may hold one; a string may go on in another, and a space be written as an escape.
_NAMED = re.compile(r"""(?<![\w/.-])relance[\s\\"'{]""")
_VALUE = re.compile(rf"[A-Z][A-Z…/-]*|\S*{HOLE}\S*")


def printed() -> Iterator[tuple[str, str]]:
    """Where in the sources a command stands in a text, and the command."""
    for path in sorted(SOURCES.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)) if _NAMED.search(source) else ():
            for match in _COMMAND.finditer(_text(node).replace("\xa0", " ")):
                rest = re.sub(f"{HOLE}+", HOLE, match[2])
                words = " ".join(["relance", match[1], *_words(match[1], rest)])
                yield f"{path.relative_to(SOURCES)}:{getattr(node, 'lineno', 0)}", words


def _words(name: str, rest: str) -> Iterator[str]:
    """The words of a sentence that belong to the command before them: its options, the values of
    those that take one, what stands for a value."""
    takes = False
    for word in rest.split(" ")[1:]:
        bare = word.rstrip(".,;:)`")
        if not (bare.startswith("--") or takes or _VALUE.fullmatch(bare)):
            return
        yield bare
        if bare != word:
            return
        takes = bare in _taking(name)


def _taking(name: str) -> set[str]:
    """The options of a command that cannot be without a value."""
    return {
        word
        for option in _command(name).params
        if isinstance(option, click.Option) and not option.is_flag and not option.flag_value
        for word in option.opts
    }


def _command(name: str) -> click.Command:
    command = GROUP.get_command(click.Context(GROUP), name)
    assert command
    return command


def _text(node: ast.AST) -> str:
    """The text of a string, with a hole for each value; "" for a docstring, which is whole."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values
        )
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "" if node.value.startswith("`") else node.value
    return ""


PRINTED = sorted(set(printed()))


def taken(command: str) -> bool:
    """Whether the program takes these words, with some value in each hole; a sentence may name an
    option, or a command, without what it takes."""
    _, name, *words = command.split(" ")
    words = [PLACEHOLDERS.get(word, word) for word in words]
    holes = [place for place, word in enumerate(words) if HOLE in word]
    for values in product(VALUES, repeat=len(holes)):
        for place, value in zip(holes, values, strict=True):
            words[place] = words[place].replace(HOLE, value)
        if _parsed(name, words):
            return True
        words = [PLACEHOLDERS.get(word, word) for word in command.split(" ")[2:]]
    return False


def _parsed(name: str, words: list[str]) -> bool:
    try:
        _command(name).make_context(name, list(words))
    except click.MissingParameter:
        return True
    except click.NoSuchOption:
        return False
    except click.BadOptionUsage as fault:
        return words[-1:] == [fault.option_name]
    except click.UsageError:
        return False
    return True


@pytest.mark.parametrize(("place", "command"), PRINTED, ids=lambda one: one.replace(HOLE, "…"))
def test_a_command_in_a_text_is_one_that_the_program_takes(place: str, command: str) -> None:
    assert taken(command)


def test_many_are_found_and_a_wrong_one_would_be_seen() -> None:
    commands = {command for _, command in PRINTED}
    assert {"relance approuver \0", "relance noter --retour \0 --raison RAISON"} <= commands
    assert {command.split(" ")[1] for command in commands} >= {"plan", "envoyer", "emettre"}
    for wrong in (
        "relance plan --le JJ/MM/AAAA",
        "relance plan --au …",
        "relance retirer --jusquau",
    ):
        assert not taken(wrong)


def test_what_only_the_reader_knows_is_asked_for_by_the_command_itself(tmp_path: Path) -> None:
    """A placeholder left in a command notes nothing: it is no day and no reason."""
    company = found(tmp_path / "a")
    for words in (["--le", "JJ/MM/AAAA"], ["--raison", "RAISON"]):
        refused = run(company, "noter", "Dupont", "--appel", "rien", *words)
        assert (refused.exit_code, f"« {words[1]} »" in str(refused.exception)) == (2, True)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_is_printed_as_it_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(console, "_program", lambda: "/opt/relance")
    assert console.typed(f"puis relance {name} suffit") == f"puis /opt/relance {name} suffit"
