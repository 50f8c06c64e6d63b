"""The wheel in an environment of its own: installed, run, complete."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from relance import __version__
from wheels import CREDITOR, built_wheel, run_bare

LIBRARIES = "import importlib.metadata as m; print(m.distribution('click').locate_file(''))"


@pytest.mark.slow
def test_the_wheel_installed_in_a_clean_folder_starts_a_company(tmp_path: Path) -> None:
    """As `pipx install` and `uv tool install` do: an environment of its own, the script on the
    path. The libraries are this environment's, of the same pins: nothing is fetched."""
    wheel = built_wheel(tmp_path)
    place = tmp_path / "outil"
    run_bare(sys.executable, "-m", "venv", place, folder=tmp_path)
    python = place / "bin/python"
    run_bare(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel, folder=tmp_path)
    (site,) = place.glob("lib/python3*/site-packages")
    libraries = run_bare(sys.executable, "-c", LIBRARIES, folder=tmp_path).strip()
    (site / "bibliotheques.pth").write_text(f"{libraries}\n", encoding="utf-8")

    relance = place / "bin/relance"
    where = "import relance; print(relance.__file__)"
    assert Path(run_bare(python, "-c", where, folder=tmp_path).strip()).is_relative_to(site)
    assert __version__ in run_bare(relance, "--version", folder=tmp_path)
    run_bare(relance, "init", "mes-relances", *CREDITOR, "--forge", "github", folder=tmp_path)
    company = tmp_path / "mes-relances"
    assert "rien aujourd'hui" in run_bare(relance, "plan", folder=company)
    assert "rien de nouveau" in run_bare(relance, "emettre", folder=company)
    assert "rien à corriger" in run_bare(relance, "verifier", folder=company)
    assert run_bare(relance, "schema", folder=company).startswith("{")
    for name in ("letters/fr/relance-1.md", "Makefile", ".github/workflows/relance.yml"):
        assert (company / name).is_file()
    if "\n  guide " in run_bare(relance, "--help", folder=company):
        assert run_bare(relance, "guide", folder=company)
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    assert all((site / name).exists() for name in names)
