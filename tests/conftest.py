"""What every test stands on: its own git settings, and property tests that always repeat."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest
from hypothesis import settings

from relance.paper.page_cache import Store
from relance.specimens import soundness
from relance.terminal import clock

# No clock in a verdict, and the same examples on every machine.
settings.register_profile("relance", deadline=None, derandomize=True)
settings.load_profile("relance")

# Tests make repositories of their own: neither the developer's settings (a signing key, a hook,
# a template) nor the repository whose hook runs the tests may show in them.
for name in [name for name in os.environ if name.startswith("GIT_")]:
    del os.environ[name]
os.environ |= {
    "GIT_CONFIG_GLOBAL": str(Path(__file__).with_name("gitconfig")),
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TEMPLATE_DIR": str(Path(__file__).with_name("gittemplate")),
    "GIT_AUTHOR_NAME": "Camille Essai",
    "GIT_AUTHOR_EMAIL": "camille@essai.example",
    "GIT_COMMITTER_NAME": "Camille Essai",
    "GIT_COMMITTER_EMAIL": "camille@essai.example",
}


def pytest_sessionstart(session: pytest.Session) -> None:
    """What is tested has a screen so wide that no sentence goes on in a second line, but in tests
    of that; pytest has its own."""
    if session.config.pluginmanager.has_plugin("terminalreporter"):
        screen = session.config.get_terminal_writer()
        screen.fullwidth = screen.fullwidth
    os.environ["COLUMNS"] = "1000"


class _Noon(datetime):
    """The clock of every test that sets none of its own: noon, the day after the example's."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2026, 11, 22, 12, tzinfo=tz)


@pytest.fixture(scope="session", autouse=True)
def _noon() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", _Noon)
        yield


@pytest.fixture(scope="session", autouse=True)
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where it is remembered which templates have no fault: they are tried once for all tests and
    their workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "modeles"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soundness, "store_of", lambda _company: Store(folder))
        yield folder
