"""What the system refuses: told in a sentence with its place, never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from relance.terminal import cli, system_fault
from repositories import DAY, found

SAID = "1\u202f200,00 € dus au 7 décembre → « d’été »… œuvre ✓ 漢 \udce9"


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", '1 200,00 EUR dus au 7 decembre -> " d\'ete "... oeuvre ok ? ?'),
        ("latin-1", "1 200,00 EUR dus au 7 décembre -> « d'été »... oeuvre ok ? ?"),
        ("cp1252", "1 200,00 € dus au 7 décembre -> « d’été »… œuvre ok ? ?"),
        ("utf-8", SAID.replace("\udce9", "?")),
    ],
)
def test_a_sign_that_an_output_lacks_has_its_nearest(encoding: str, shown: str) -> None:
    system_fault.speak_anyway()
    assert SAID.encode(encoding, "relance").decode(encoding) == shown


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "libérez de la place"),
        (errno.EACCES, "rendez-le accessible"),
        (errno.EROFS, "ce disque ne prend pas d'écriture"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENOENT, "vérifiez qu'il est toujours là"),
        (errno.EIO, "corrigez ce que dit le système"),
    ],
)
def test_each_refusal_has_its_place_and_remedy(
    code: int, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a command was about to do when it met it."""

    @click.command()
    def breaking() -> None:
        raise OSError(code, os.strerror(code), "letters/fr/x.md")

    monkeypatch.setattr(type(cli.relance), "get_command", lambda *_words: breaking)
    result = CliRunner().invoke(cli.relance, ["plan"])
    assert result.exit_code == 3
    assert "letters/fr/x.md: « " in result.output
    assert remedy in result.output
    assert "rien n'a été écrit" not in result.output  # nobody has looked


def program(folder: Path, after: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`relance plan` by a shell, what comes of its output said after it."""
    command = f'"$PYTHON" -m relance plan --au {DAY} --dossier "$FOLDER" {after}'
    more = {"PYTHON": sys.executable, "FOLDER": str(folder), "PYTHONPATH": ":".join(sys.path)}
    return subprocess.run(
        ["bash", "-c", command],
        env=os.environ | more | environment,
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
def test_outputs_that_break(tmp_path: Path) -> None:
    folder = found(tmp_path / "société")
    for words in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}):
        done = program(folder, "", PYTHONCOERCECLOCALE="0", **words)
        assert done.returncode == 0
        assert b"1 200,00 EUR" in done.stdout
    done = program(folder, "> /dev/full")
    assert done.returncode == 3
    assert "libérez de la place".encode() in done.stderr
    done = program(folder, "| true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (141, b"")
    done = subprocess.run(
        ["bash", "-c", f'ulimit -n 8; "{sys.executable}" -m relance plan --dossier "{folder}"'],
        env=os.environ | {"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert b"ulimit -n" in done.stderr
