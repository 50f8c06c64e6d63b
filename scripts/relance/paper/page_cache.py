"""Pages kept from one run to the next, by all that they are made of: the letter, the folder
`letters/`, the programs.

They lie in the git directory, are of use after a run that was refused or given up, and can be
deleted at any time.
"""

from __future__ import annotations

import os
import platform
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from relance import __version__
from relance.paper.press import Job, Made, Press
from relance.values.problem import Status, refuse
from relance.values.source_print import source_print

LIMIT = 256 * 1024 * 1024  # bytes; the pages that served least recently go first
_DIGEST = 32


class Store:
    """Pages by key; each file begins with the fingerprint of its page: a damaged one is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """The page kept under that key, unless it is missing or damaged."""
        path = self._folder / key
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        page = content[_DIGEST:]
        return page if content[:_DIGEST] == sha256(page).digest() else None

    def put(self, key: str, page: bytes) -> None:
        """Keep a page; a folder that cannot be written keeps nothing."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            partial = self._folder / f"{key}.partiel"
            partial.write_bytes(sha256(page).digest() + page)
            partial.replace(self._folder / key)

    def prune(self, limit: int = LIMIT) -> None:
        """Delete the pages that served least recently, beyond so many bytes."""
        with suppress(OSError):
            files = [(entry.stat(), entry.path) for entry in os.scandir(self._folder)]
            room = limit
            for status, path in sorted(files, key=lambda f: f[0].st_mtime_ns, reverse=True):
                room -= status.st_size
                if room < 0:
                    Path(path).unlink()


class _Stored(NamedTuple):
    """A letter whose page the store has under this key."""

    job: Job
    key: str


class Kept:
    """A press that lays out nothing again whose inputs did not change (see `Press`)."""

    def __init__(self, press: Press, store: Store) -> None:
        self._press = press
        self._store = store

    def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        """The letters as they are found or made."""
        digest = Assets.of(folder).digest
        stored: deque[_Stored] = deque()
        keys: dict[str, str] = {}

        def missing() -> Iterator[Job]:
            for job in jobs:
                key = _key(job, digest)
                if self._store.get(key) is None:
                    keys[job.name] = key
                    yield job
                else:  # read again when its turn comes: pages are many
                    stored.append(_Stored(replace(job, markdown=""), key))

        for made in self._press.make(missing(), folder):
            yield from self._stored(stored)
            if made.page:
                self._store.put(keys[made.name], made.page)
            yield made
        yield from self._stored(stored)

    def _stored(self, stored: deque[_Stored]) -> Iterator[Made]:
        while stored:
            job, key = stored.popleft()
            if (page := self._store.get(key)) is None:
                what = "une page gardée a disparu pendant le passage"
                raise refuse(key, what, "recommencez : elle sera refaite", Status.REFUSED_STATE)
            yield Made(job.name, job.client, page)


def _key(job: Job, assets: str) -> str:
    parts = [job.markdown, assets, *(f"{name} {number}" for name, number in versions().items())]
    return sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Assets:
    """The files of `letters/` by their relative paths, and the fingerprint of them all."""

    files: tuple[tuple[str, bytes], ...]
    digest: str

    @classmethod
    def of(cls, folder: Path) -> Assets:
        """What lies in the folder; a link that leads out of it is left out."""
        inside = folder.resolve()
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        files = tuple(
            (path.relative_to(folder).as_posix(), path.read_bytes())
            for path in paths
            if path.resolve().is_relative_to(inside)
        )
        whole = sha256()
        for name, content in files:
            whole.update(f"{name}\0{sha256(content).hexdigest()}\n".encode())
        return cls(files, whole.hexdigest())

    def unpack(self, place: Path) -> Path:
        """Write them below `place`, and give the folder back."""
        folder = place / "letters"
        for name, content in self.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder


_ENGINES = ("weasyprint", "pydyf", "markdown", "jinja2", "fonttools", "font-source-sans-pro")


@cache
def versions() -> dict[str, str]:
    """The versions of this machine by name, our own with the fingerprint of our source."""
    from relance.paper.engine import pango_version

    python = ".".join(platform.python_version_tuple()[:2])
    ours = {"relance": f"{__version__} ({source_print()[:8]})", "python": python}
    machine = {"pango": pango_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return ours | libraries() | machine


@cache
def libraries() -> dict[str, str]:
    """The versions of the libraries that make a page, by name: soon known, unlike the machine's."""
    return {name: version(name) for name in _ENGINES}


def differences(theirs: dict[str, str], ours: dict[str, str]) -> str:
    """« weasyprint 69.0 au lieu de 70.0 », "" when nothing differs."""
    return ", ".join(
        f"{name} {theirs.get(name, 'absent')} au lieu de {ours[name]}"
        for name in ours
        if theirs.get(name) != ours[name]
    )
