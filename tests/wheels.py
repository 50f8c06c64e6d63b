"""The wheel of the program, and what commands say in an environment that knows nothing of this."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from places import ROOT

CREDITOR = (
    *("--nom", "Atelier Lumen", "--siren", "732829320"),
    *("--adresse", "12 rue des Lanternes, 69004 LYON"),
    *("--iban", "FR7630006000011234567890189", "--courriel", "contact@lumen.example"),
)
_KEPT = ("HOME", "LANG", "LC_ALL", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
BARE = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"PATH": "/usr/bin:/bin"}


def built_wheel(folder: Path) -> Path:
    """The wheel, built into the folder."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("relance-*.whl")
    return wheel


def run_bare(
    *command: str | Path, folder: Path, environment: Mapping[str, str] = BARE, status: int = 0
) -> str:
    """What a program says; its status is that one."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr * (status != 0)
