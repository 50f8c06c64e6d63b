"""The options of a command and the value that it is handed: the same names."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import click
import pytest
from click.testing import CliRunner

from relance.terminal import cli
from relance.terminal.options import Day

PARTS = {"power": {"workers", "cluster"}}  # a value made of several options
GROUP = cli.relance
assert isinstance(GROUP, click.Group)


def handed(command: click.Command) -> type | None:
    """The dataclass of what a command was asked for, if it takes one value."""
    assert command.callback
    original = inspect.unwrap(command.callback)
    hints = get_type_hints(original)
    kinds: list[type] = [hints[name] for name in inspect.signature(original).parameters]
    if len(kinds) == 1 and is_dataclass(kinds[0]):
        return kinds[0]
    return None


COMMANDS = {name: GROUP.get_command(click.Context(GROUP), name) for name in cli.COMMANDS}
KINDS = {name: handed(command) for name, command in COMMANDS.items() if command}
WHOLE = [name for name, kind in KINDS.items() if kind]


@pytest.mark.parametrize("name", WHOLE)
def test_every_option_has_its_field_and_every_field_its_option(name: str) -> None:
    kind, command = KINDS[name], COMMANDS[name]
    assert kind
    assert command
    expected: set[str] = set()
    for field in fields(kind):
        expected |= PARTS.get(field.name, {field.name})
    assert {param.name for param in command.params} == expected


def test_the_commands_of_many_options_take_one_value() -> None:
    assert {"plan", "emettre", "envoyer", "bilan", "dossier", "penalites"} <= set(WHOLE)


@pytest.mark.parametrize("written", ["08/10/2026", "8/10/2026"])
def test_a_day_may_be_written_the_french_way_and_is_echoed(written: str) -> None:
    result = CliRunner().invoke(
        cli.relance, ["penalites", "100", "--echeance", written, "--au", "2026-11-08"]
    )
    assert f"{written} : jeudi\xa08\xa0octobre 2026" in result.stderr


@pytest.mark.parametrize("written", ["10/28/2026", "31/02/2026", "08/10/26", "8-10-2026"])
def test_a_day_that_cannot_be_is_refused_in_any_form(written: str) -> None:
    result = CliRunner().invoke(cli.relance, ["plan", "--au", written])
    assert result.exit_code == 2
    assert f"date impossible : {written}" in result.stderr


@pytest.mark.parametrize(
    ("owed", "paid"),
    [
        ("1320.5", "320.5"),
        ("1 320,50", "320,50"),
        ("1 320,50 €", "320,50 €"),
        ("1320,5 eur", "320,5 eur"),
    ],
)
def test_an_amount_may_be_written_the_french_way(owed: str, paid: str) -> None:
    words = ["penalites", owed, "--debiteur", "autre", "--echeance", "30/09/2026"]
    words += ["--reglement", f"01/10/2026:{paid}", "--au", "08/11/2026", "--format", "json"]
    assert json.loads(CliRunner().invoke(cli.relance, words).stdout)["principal"] == "1000.00"


@pytest.mark.parametrize("written", ["1.440 €", "100 GBP", "cent"])
def test_an_amount_of_two_readings_or_of_another_currency_is_refused(written: str) -> None:
    words = ["penalites", written, "--debiteur", "autre", "--echeance", "30/09/2026"]
    assert CliRunner().invoke(cli.relance, words).exit_code == 2


def test_every_day_of_a_command_is_read_alike() -> None:
    """A day is an option's own type; those of `noter` are read together (`request`)."""
    others = {
        (name, param.name)
        for name, command in COMMANDS.items()
        for param in (command.params if command else ())
        if "AAAA" in f"{param.make_metavar(click.Context(GROUP))}{param.type.name}"
        and not isinstance(param.type, Day)
    }
    assert others
    assert {name for name, _ in others} == {"noter"}
