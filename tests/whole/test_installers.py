"""The wheel installed as the guide says, by pipx or uv, in a clean home: a first letter with its
PDF, and a report once what draws is added; and the Makefile of a new folder, which finds the
program by each of these ways."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from guide_pages import PAGES
from markdown_parts import blocks
from relance.text.typography import ordinary
from wheels import BARE, CREDITOR, built_wheel, run_bare

DAY = "2026-10-07"
SYSTEM = "/usr/bin:/bin"
# Which index, through what, with whose certificates, and where it keeps what it has fetched.
NETWORK = ("PIP_", "UV_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
TOOLS = ("pipx", "uv", "uvx")


@dataclass(frozen=True)
class Home:
    """A clean home with pipx and uv in a folder of their own, and the wheel."""

    folder: Path
    wheel: Path

    @property
    def environment(self) -> dict[str, str]:
        """As of a new user of this machine, who has no relance."""
        settings = {k: v for k, v in os.environ.items() if k.upper().startswith(NETWORK)}
        for name, usual in (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache")):
            settings[name] = os.environ.get(name, str(Path.home() / usual))
        python = {"UV_PYTHON": sys.executable, "PIPX_DEFAULT_PYTHON": sys.executable}
        places = {
            "HOME": "home",
            "PIPX_HOME": "pipx",
            "PIPX_BIN_DIR": "pipx-bin",
            "PIPX_MAN_DIR": "pipx-man",
            "UV_TOOL_DIR": "uv",
            "UV_TOOL_BIN_DIR": "uv-bin",
        }
        own = {name: str(self.folder / place) for name, place in places.items()}
        # As uv, pip compiles nothing ahead: of all that it installs, little is imported.
        ahead = {"UV_PYTHON_DOWNLOADS": "never", "PIP_NO_COMPILE": "1"}
        return {**BARE, **settings, **python, **ahead, **own}

    def with_path(self, *names: str) -> dict[str, str]:
        """The environment with these folders on the path, before the system's."""
        path = ":".join([*(str(self.folder / name) for name in names), SYSTEM])
        return {**self.environment, "PATH": path, "PAQUET": str(self.wheel)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("installation")
    place = Home(folder, built_wheel(folder))
    (folder / "home").mkdir()
    environment = place.environment
    run_bare(sys.executable, "-m", "venv", "outils", folder=folder, environment=environment)
    pip = (folder / "outils/bin/python", "-m", "pip", "install", "--quiet", "pipx", "uv")
    run_bare(*pip, folder=folder, environment=environment)
    for tool in TOOLS:  # each alone in a folder: what is on the path is what is tried
        (folder / tool).mkdir(exist_ok=True)
        (folder / tool / tool).symlink_to(folder / "outils/bin" / tool)
    (folder / "uvx/uv").symlink_to(folder / "outils/bin/uv")
    return place


# The folders on the path, what installs the program, and what then calls it.
WAYS = {
    "pipx install": (("pipx", "pipx-bin"), ("pipx", "install"), ("relance",)),
    "uv tool install": (("uv", "uv-bin"), ("uv", "tool", "install"), ("relance",)),
    "uvx": (("uvx",), (), ("uvx", "--from", "WHEEL", "relance")),
    "pipx run": (("pipx",), (), ("pipx", "run", "--spec", "WHEEL", "relance")),
}

# As the guide says it, for a program that stays.
WHAT_DRAWS = {
    "pipx install": ("pipx", "inject", "relance", "matplotlib"),
    "uv tool install": ("uv", "tool", "install", "--with", "matplotlib", "WHEEL"),
}


def company(folder: Path, relance: tuple[str, ...], environment: Mapping[str, str]) -> Path:
    """A new company with the client and the invoice of the guide's first steps."""
    run_bare(*relance, "init", "mes-relances", *CREDITOR, folder=folder, environment=environment)
    place = folder / "mes-relances"
    books = place / "ledger/2026.beancount"
    invoice = blocks(PAGES["premiers-pas"], "beancount")[0]
    books.write_text(f"{books.read_text(encoding='utf-8')}\n{invoice}", encoding="utf-8")
    run_bare("git", "commit", "-qam", "F2026-0031", folder=place, environment=environment)
    return place


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_first_letter_from_a_clean_home(home: Home, way: str, tmp_path: Path) -> None:
    path, install, calling = WAYS[way]
    environment = home.with_path(*path)
    if install:
        run_bare(*install, home.wheel, folder=tmp_path, environment=environment)
    relance = tuple(word.replace("WHEEL", str(home.wheel)) for word in calling)
    place = company(tmp_path, relance, environment)

    told = run_bare("make", "plan", f"DATE={DAY}", folder=place, environment=environment)
    assert "À émettre : 1 lettre, 1 320,00 €" in " ".join(told.split())
    run_bare(*relance, "emettre", "--au", DAY, folder=place, environment=environment)
    (letter,) = place.glob(f"out/lettres/{DAY}/R*.md")
    (pdf,) = place.glob(f"out/lettres/{DAY}/R*.pdf")
    assert "F2026-0031" in letter.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF-")
    if way in WHAT_DRAWS:
        more = [word.replace("WHEEL", str(home.wheel)) for word in WHAT_DRAWS[way]]
        reports(place, relance, more, environment)


def reports(
    place: Path, relance: tuple[str, ...], more: list[str], environment: Mapping[str, str]
) -> None:
    """A report is shown; to be written it asks for what draws, and gets it."""
    bilan = (*relance, "bilan", "--au", DAY)
    assert "bilan au 7 octobre 2026" in ordinary(
        run_bare(*bilan, folder=place, environment=environment)
    )
    told = run_bare(*bilan, "--ecrire", folder=place, environment=environment, status=2)
    assert " ".join(more[:3]) in " ".join(told.split())
    run_bare(*more, folder=place, environment=environment)
    run_bare(*bilan, "--ecrire", folder=place, environment=environment)
    written = {path.suffix for path in (place / "out/bilans" / DAY).iterdir()}
    assert written == {".csv", ".md", ".pdf", ".svg"}


@pytest.mark.slow
def test_the_makefile_of_a_new_folder_installs_the_program_beside_it(
    home: Home, tmp_path: Path
) -> None:
    environment = home.with_path("uvx")
    relance = ("uvx", "--from", str(home.wheel), "relance")
    place, alone = company(tmp_path, relance, environment), home.with_path()
    told = run_bare("make", "plan", folder=place, environment=alone, status=2)
    assert "relance est introuvable" in told
    run_bare("make", "installer", folder=place, environment=alone)
    assert (place / ".venv/bin/relance").is_file()
    told = run_bare("make", "plan", f"DATE={DAY}", folder=place, environment=alone)
    assert "À émettre : 1 lettre" in told
