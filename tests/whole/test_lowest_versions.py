"""The lowest versions that the package asks for are enough: installed, and tried on the example,
those that draw reports among them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from places import ROOT

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def lowest() -> dict[str, str]:
    """Each dependency's name and the lowest version that pyproject.toml allows, if it says one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        re.split(r"[<>=]", text)[0]: (re.findall(r">=([\d.]+)", text) or [""])[0]
        for text in (*project["dependencies"], *project["optional-dependencies"]["rapports"])
    }


def test_no_pin_is_below_what_the_package_asks_for() -> None:
    lists = (ROOT / f"scripts/requirements{more}.txt" for more in ("", "-rapports"))
    pins = dict(_PIN.findall("\n".join(path.read_text(encoding="utf-8") for path in lists)))
    for name, version in lowest().items():
        numbers = [int(part) for part in re.findall(r"\d+", version)]
        pinned = [int(part) for part in re.findall(r"\d+", pins[name.replace(".", "-")])]
        assert pinned >= numbers, name


@pytest.mark.slow
def test_the_lowest_versions_plan_and_lay_out(tmp_path: Path) -> None:
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    asked = [f"{name}=={version}" if version else name for name, version in lowest().items()]
    # Not compiled: of all that is installed, little is imported.
    pip = [str(place / "bin/pip"), "install", "-q", "--no-compile", "--only-binary", ":all:"]
    subprocess.run([*pip, *asked], check=True)
    told = {}
    for python in (str(place / "bin/python"), sys.executable):
        command = [python, "-m", "relance", "plan", "--au", "2026-11-23", "--format", "json"]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        told[python] = done.stdout
    assert len(set(told.values())) == 1
    page = (
        "import sys; from pathlib import Path; from relance.paper import pdf;"
        "letter = next(Path('out/lettres').rglob('*.md')).read_text(encoding='utf-8');"
        "assert pdf.render(letter, Path('letters')).startswith(b'%PDF')"
    )
    subprocess.run([str(place / "bin/python"), "-c", page], cwd=ROOT, env=environment, check=True)
    written = [str(place / "bin/python"), "-m", "relance", "bilan", "--au", "2026-11-23"]
    subprocess.run(
        [*written, "--dans", str(tmp_path / "bilan")], cwd=ROOT, env=environment, check=True
    )
    assert (tmp_path / "bilan/balance-eur.svg").is_file()
