"""The wheel in an environment of its own: installed, run, complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from places import ROOT
from relance import __version__

CREDITOR = (
    *("--nom", "Atelier Lumen", "--siren", "732829320"),
    *("--adresse", "12 rue des Lanternes, 69004 LYON"),
    *("--iban", "FR7630006000011234567890189", "--courriel", "contact@lumen.example"),
)
LIBRARIES = "import importlib.metadata as m; print(m.distribution('click').locate_file(''))"


def ran(*command: str | Path, folder: Path) -> str:
    """What a program says, in an environment that knows nothing of this one."""
    kept = ("HOME", "LANG", "LC_ALL", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment["PATH"] = "/usr/bin:/bin"
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_installed_in_a_clean_folder_starts_a_company(tmp_path: Path) -> None:
    """As `pipx install` and `uv tool install` do: an environment of its own, the script on the
    path. The libraries are this environment's, of the same pins: nothing is fetched."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("relance-*.whl")
    place = tmp_path / "outil"
    ran(sys.executable, "-m", "venv", place, folder=tmp_path)
    python = place / "bin/python"
    ran(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel, folder=tmp_path)
    (site,) = place.glob("lib/python3*/site-packages")
    libraries = ran(sys.executable, "-c", LIBRARIES, folder=tmp_path).strip()
    (site / "bibliotheques.pth").write_text(f"{libraries}\n", encoding="utf-8")

    relance = place / "bin/relance"
    where = "import relance; print(relance.__file__)"
    assert Path(ran(python, "-c", where, folder=tmp_path).strip()).is_relative_to(site)
    assert __version__ in ran(relance, "--version", folder=tmp_path)
    ran(relance, "init", "mes-relances", *CREDITOR, "--forge", "github", folder=tmp_path)
    company = tmp_path / "mes-relances"
    assert "rien aujourd'hui" in ran(relance, "plan", folder=company)
    assert "rien de nouveau" in ran(relance, "emettre", folder=company)
    assert "rien à corriger" in ran(relance, "verifier", folder=company)
    assert ran(relance, "schema", folder=company).startswith("{")
    for name in ("letters/fr/relance-1.md", "Makefile", ".github/workflows/relance.yml"):
        assert (company / name).is_file()
    if "\n  guide " in ran(relance, "--help", folder=company):
        assert ran(relance, "guide", folder=company)
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    assert all((site / name).exists() for name in names)
