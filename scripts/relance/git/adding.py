"""The files that a commit adds: what they hold, and what is in their way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from relance.git.program import Git
from relance.values.problem import Problem, Source


def new_files(git: Git, files: Mapping[str, bytes]) -> tuple[dict[str, str], list[Problem]]:
    """The digests of the files to be made; the complaints about those in their way."""
    new, problems = dict[str, str](), []
    committed, staged = git.tree(), git.index()
    for path, content in files.items():
        place = git.top / path
        if not (os.path.lexists(place) or path in committed or path in staged):
            new[path] = hashlib.sha256(content).hexdigest()
        elif committed.get(path, "") != staged.get(path) or not _holds(place, content):
            remedy = "committez-le s'il est à garder, sinon déplacez-le"
            what = "ce fichier existe déjà et ne sera pas remplacé"
            problems.append(Problem(Source(path), what, remedy))
    return new, problems


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == content


class Renamed(Mapping[str, bytes]):
    """Files under other names, read one by one: they may be more than memory holds."""

    def __init__(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        self._files = files
        self._names = names

    def __getitem__(self, name: str) -> bytes:
        return self._files[self._names[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
