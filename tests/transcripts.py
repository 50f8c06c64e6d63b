"""Pages of the guide played again: what they tell to write is written, what they tell to type is
run, and what the program answers stands in place of what the page shows."""

from __future__ import annotations

import os
import re
import shlex
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner

from relance.terminal import cli, clock
from relance.values.problem import Refusal
from repositories import git

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BOOKS = Path("ledger/2026.beancount")
POLICY = Path("relance.yaml")


class _Moment(datetime):
    """The clock: ten o'clock on the day that the last `--au` named."""

    named = date(2026, 10, 7)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(cls.named.year, cls.named.month, cls.named.day, 10, tzinfo=tz)


def replayed(page: str) -> str:
    """The page with what its commands print now, run one after the other in this folder.

    Blocks of Beancount go to the end of the year's ledger, blocks of YAML to the end of the
    policy; in a block of text, a line that begins with « $ » is a command.
    """

    def played(block: re.Match[str]) -> str:
        language, text = block.groups()
        if language == "beancount":
            _append(BOOKS, text)
        elif language == "yaml":
            _append(POLICY, text)
        elif language == "text" and text.startswith("$ "):
            return f"```text\n{_session(text)}```"
        return block[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", _Moment)
        return _BLOCK.sub(played, page)


def _append(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")


def _session(text: str) -> str:
    """Each command of the block, and below it what it prints."""
    session = ""
    for command in re.findall(r"^\$ ((?:.*\\\n)*.*)$", text, re.MULTILINE):
        printed = _run(shlex.split(command.replace("\\\n", "")))
        lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
        apart = "\n" if lines and session and not session.endswith("\n\n") else ""
        session += apart + "\n".join([f"$ {command}", *lines, *[""] * bool(lines)]) + "\n"
    return f"{session.rstrip()}\n"


def _run(words: list[str]) -> str:
    if words[0] == "cd":
        os.chdir(words[1])
        return ""
    if words[0] == "git":
        return git(Path.cwd(), *words[1:])
    assert words[0] == "relance", words
    if "--au" in words:
        _Moment.named = date.fromisoformat(words[words.index("--au") + 1])
    result = CliRunner().invoke(cli.relance, words[1:], prog_name="relance")
    if isinstance(result.exception, Refusal):
        return str(result.exception)
    assert result.exit_code == 0, result.output
    return result.output
