"""What every test stands on: its own git settings, and property tests that always repeat."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import datetime, tzinfo
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import Any, Self

import pytest
from hypothesis import settings

# The program itself is imported where it is needed: the process that hands out the tests to others
# does not wait for it.

# No clock in a verdict, and the same examples on every machine. `make test` tries the first few of
# each property, by the profile « bref »; `make test-lents` tries them all.
settings.register_profile("relance", deadline=None, derandomize=True)
settings.register_profile("bref", settings.get_profile("relance"))
settings.load_profile("relance")
FEW = 15
ROOM = 8 * 2**30
_ASKED = "_hypothesis_internal_use_settings"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Bound the examples of a property in the short profile, also where it asks for a number."""
    test: Any = getattr(item, "obj", None)
    asked = getattr(test, _ASKED, None)
    if asked and settings.get_current_profile_name() == "bref" and asked.max_examples > FEW:
        setattr(test, _ASKED, settings(asked, max_examples=FEW))


# By default the garbage collector looks at all there is whenever a quarter has come to it: a tenth
# of the time of all tests, and most of what it takes to read source as syntax.
gc.set_threshold(200_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected lives to the end: no garbage is looked for in it."""
    try:
        return (yield)
    finally:
        gc.freeze()


def _memory_disk() -> Path | None:
    """A file system in memory with room for all that tests write, that runs programs too."""
    disk = Path("/dev/shm")  # noqa: S108 - pytest makes folders of its own there
    if not os.access(disk, os.W_OK):
        return None
    is_roomy = shutil.disk_usage(disk).free > ROOM
    return disk if is_roomy and not os.statvfs(disk).f_flag & os.ST_NOEXEC else None


# The program has git write each commit to the disk: where it is memory, no test waits for that.
# Processes of their own go on as they are used to: those that are killed leave things behind.
if "TMPDIR" not in os.environ and (disk := _memory_disk()):
    tempfile.tempdir = str(disk)

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
    from relance.terminal import clock

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", _Noon)
        yield


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all the processes of this session."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session", autouse=True)
def trials(_shared: Path) -> Iterator[Path]:
    """Where it is remembered which templates have no fault: they are tried once for all tests and
    their workers."""
    from relance.paper.page_cache import Store
    from relance.specimens import soundness

    folder = _shared / "modeles"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soundness, "store_of", lambda _company: Store(folder))
        yield folder


@pytest.fixture(scope="module")
def one_memory(_shared: Path) -> Iterator[None]:
    """What a company keeps in its git directory of templates without a fault and pages laid out is
    one for all those made meanwhile: each has processes of its own, which the patches here do not
    reach."""
    template, memory = _shared / "git", _shared / "memoire"
    shutil.copytree(os.environ["GIT_TEMPLATE_DIR"], template, dirs_exist_ok=True)
    memory.mkdir(exist_ok=True)
    (template / "relance").mkdir(exist_ok=True)
    with suppress(FileExistsError):
        (template / "relance/pages").symlink_to(memory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_TEMPLATE_DIR", str(template))
        yield


@pytest.fixture(scope="module", autouse=True)
def laid_out_once(_shared: Path) -> Iterator[None]:
    """A page is laid out once for all the companies that write the same letter; rooms that hold
    pages against each other put a fixture of their own in the place of this one."""
    from relance.paper import pdf
    from relance.paper.page_cache import Assets, Store

    store, render = Store(_shared / "pages"), pdf.render

    def once(markdown_text: str, folder: Path) -> bytes:
        # The text is given: no page knows the templates that made it.
        files = (file for file in Assets.of(folder).files if not file[0].endswith((".md", ".txt")))
        key = sha256(repr((markdown_text, *files)).encode(errors="replace")).hexdigest()
        page = store.get(key)
        if page is None:
            store.put(key, page := render(markdown_text, folder))
        return page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "render", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """A template is compiled once for all the companies that have it."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment as Ours

    compiled: Any = Ours.compile
    kept: dict[object, CodeType] = {}

    def once(
        self: Ours, source: str, name: str | None = None, filename: str | None = None
    ) -> CodeType:
        key = (source, name, self.autoescape, self.finalize)
        if key not in kept:
            kept[key] = compiled(self, source, name, filename)
        return _in_file(kept[key], filename or "<template>")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ours, "compile", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _parsed_once() -> Iterator[None]:
    """A policy or front matter that many companies have is parsed once; its nodes are only read."""
    from ruamel.yaml import YAML

    compose: Any = YAML.compose
    composed = lru_cache(maxsize=64)(lambda text: compose(YAML(typ="safe", pure=True), text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(YAML, "compose", lambda _self, text: composed(text))
        yield


def _in_file(code: CodeType, name: str) -> CodeType:
    parts = (_in_file(p, name) if isinstance(p, CodeType) else p for p in code.co_consts)
    return code.replace(co_filename=name, co_consts=tuple(parts))
