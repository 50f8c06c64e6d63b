"""Pages kept from one run to the next, by the content of all that they are made of.

They lie in the git directory, are of use after a run that was refused or given up, and can be
deleted at any time.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from relance.paper.assets import Assets
from relance.paper.job import Job, Made, Press
from relance.paper.versions import versions
from relance.values.problem import Status, refuse

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
            for told, path in sorted(files, key=lambda f: f[0].st_mtime_ns, reverse=True):
                room -= told.st_size
                if room < 0:
                    Path(path).unlink()


class Kept:
    """A press that lays out nothing again whose inputs did not change (see `Press`)."""

    def __init__(self, press: Press, store: Store) -> None:
        self._press = press
        self._store = store

    def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        """The letters as they are found or made."""
        digest = Assets.of(folder).digest
        found: deque[tuple[Job, str]] = deque()
        keys: dict[str, str] = {}

        def missing() -> Iterator[Job]:
            for job in jobs:
                key = _key(job, digest)
                if self._store.get(key) is None:
                    keys[job.name] = key
                    yield job
                else:  # read again when its turn comes: pages are many
                    found.append((replace(job, markdown=""), key))

        for made in self._press.make(missing(), folder):
            yield from self._found(found)
            if made.page:
                self._store.put(keys[made.name], made.page)
            yield made
        yield from self._found(found)

    def _found(self, found: deque[tuple[Job, str]]) -> Iterator[Made]:
        while found:
            job, key = found.popleft()
            if (page := self._store.get(key)) is None:
                what = "une page gardée a disparu pendant le passage"
                raise refuse(key, what, "recommencez : elle sera refaite", Status.REFUSED_STATE)
            yield Made(job.name, job.client, page)


def _key(job: Job, assets: str) -> str:
    parts = [job.markdown, assets, *(f"{name} {known}" for name, known in versions().items())]
    return sha256("\0".join(parts).encode()).hexdigest()
