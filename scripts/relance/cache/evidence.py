"""What a reading of the books depends on, as it stands on disk: files, folders, versions.

Contents decide, never dates or sizes: a file can change within one second and keep its length.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from relance.values.source_print import source_print

# A path with an escaped character is not found: what it leads to stands in no evidence.
_INCLUDE = re.compile(rb'include[ \t]+"([^"\\]+)"')
_FOLDER = re.compile(rb'option[ \t]+"documents"[ \t]+"([^"\\]+)"')
_LIBRARIES = ("beancount", "babel")  # babel knows the names of countries
_AT_ONCE = 1 << 16  # bytes


# A path, whether it exists, whether it is a file.
Standing = tuple[str, bool, bool]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The files and document roots that a ledger names, from the repository's folder, and the
    fingerprint of all that makes the facts read from it: equal fingerprints, equal facts."""

    files: frozenset[str]
    folders: frozenset[str]
    sha256: str


def evidence(root: Path, ledger: str, policy_sha256: str) -> Evidence | None:
    """The evidence of the ledger whose top file this is; None when something cannot be read."""
    top = os.path.normpath(ledger)
    try:
        read = dict(_followed(root, top))
        folders = {name: _listed(root / name) for name in read[top].folders}
        installed = versions()
    except (OSError, ValueError):
        return None
    files = {name: (file.sha256, file.includes) for name, file in read.items()}
    text = json.dumps([installed, policy_sha256, ledger, files, folders], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Evidence(frozenset(files), frozenset(folders), digest)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the books: its fingerprint, what each include pattern in it matches, the folders
    of documents that it names."""

    sha256: str
    includes: dict[str, list[str]]
    folders: list[str]


def _followed(root: Path, top: str) -> Iterator[tuple[str, _File]]:
    """The top file and all that its includes lead to, each once."""
    waiting, seen = [top], {top}
    while waiting:
        name = waiting.pop()
        file = _read(root, name)
        yield name, file
        new = {included for names in file.includes.values() for included in names} - seen
        seen |= new
        waiting.extend(new)


def _read(root: Path, name: str) -> _File:
    """A file, whole lines of it at a time: large books are never in memory whole."""
    digest, patterns, folders = hashlib.sha256(), list[str](), list[str]()
    with (root / name).open("rb") as file:
        while lines := file.read(_AT_ONCE) + file.readline():
            digest.update(lines)
            if b"include" in lines:  # seldom, and told ten times faster than by the pattern
                patterns.extend(_paths_in(root, name, lines, _INCLUDE))
            if b"option" in lines:
                folders.extend(_paths_in(root, name, lines, _FOLDER))
    includes = {pattern: _matched(root, pattern) for pattern in patterns}
    return _File(digest.hexdigest(), includes, folders)


def _matched(root: Path, pattern: str) -> list[str]:
    paths = glob.glob(str(root / pattern), recursive=True)  # noqa: PTH207 as Beancount does
    return sorted({os.path.relpath(name, root) for name in paths})


def _paths_in(root: Path, name: str, lines: bytes, pattern: re.Pattern[bytes]) -> Iterator[str]:
    """The paths that lines of a file name; comments apart."""
    for match in pattern.finditer(lines):
        start = lines.rfind(b"\n", 0, match.start()) + 1
        if not lines[start : match.start()].strip():
            yield os.path.relpath((root / name).parent / match[1].decode(), root)


def _listed(folder: Path) -> list[str]:
    """Every file below a folder, and the folder itself while it is there."""
    walked = ((Path(where), names) for where, _, names in os.walk(folder))
    paths = (where / name for where, names in walked for name in ("", *names))
    return sorted(os.path.relpath(path, folder) for path in paths)


def standing(root: Path, names: Iterable[str]) -> list[Standing]:
    """Whether each of these files, named from the repository's folder, is there. Registers name
    tens of thousands: a folder is listed once for all that are in it."""
    listed: dict[str, frozenset[str]] = {}
    stands = []
    for name in sorted(set(names)):
        folder, _, last = name.rpartition("/")
        if folder not in listed:
            listed[folder] = _files_in(root / folder)
        if last in listed[folder]:
            stands.append((name, True, True))
        else:
            path = root / name
            stands.append((name, path.exists(), path.is_file()))
    return stands


def _files_in(folder: Path) -> frozenset[str]:
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file())
    except OSError:
        return frozenset()


@cache
def versions() -> tuple[str, ...]:
    """Python, the libraries that read, and our own code: in a clone it changes between two
    versions. Raises ValueError when they cannot be told."""
    installed = (_installed(name) for name in _LIBRARIES)
    return (platform.python_version(), *installed, source_print())


def _installed(library: str) -> str:
    """A library's version, as the name of the folder that came with it tells: what reads these
    folders for us is slow to import. Raises ValueError for a library put there otherwise."""
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        raise ValueError(library)
    beside = (path.name.lower() for path in Path(spec.origin).parents[1].iterdir())
    folders = [name for name in beside if name.startswith(f"{library}-")]
    if not folders:
        raise ValueError(library)
    return " ".join(sorted(folders))
