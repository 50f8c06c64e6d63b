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
from importlib.metadata import version
from pathlib import Path

# A path with an escaped character is not found: what it leads to stands in no evidence.
_INCLUDE = re.compile(rb'include[ \t]+"([^"\\]+)"')
_FOLDER = re.compile(rb'option[ \t]+"documents"[ \t]+"([^"\\]+)"')
_LIBRARIES = ("beancount", "babel")  # babel knows the names of countries


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
    try:
        files = {name: facts for name, *facts in _followed(root, os.path.normpath(ledger))}
        top = (root / ledger).read_bytes()
        folders = {name: _listed(root / name) for name in _named(root, ledger, top, _FOLDER)}
    except (OSError, ValueError):
        return None
    text = json.dumps([versions(), policy_sha256, ledger, files, folders], sort_keys=True)
    found = hashlib.sha256(text.encode()).hexdigest()
    return Evidence(frozenset(files), frozenset(folders), found)


def _followed(root: Path, top: str) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """The top file and all that its includes lead to, each once: its name, its fingerprint, what
    each of its include patterns matches."""
    waiting, known = [top], {top}
    while waiting:
        name = waiting.pop()
        content = (root / name).read_bytes()
        patterns = _named(root, name, content, _INCLUDE)
        matched = {pattern: _matched(root, pattern) for pattern in patterns}
        yield name, hashlib.sha256(content).hexdigest(), matched
        new = {each for names in matched.values() for each in names} - known
        known |= new
        waiting.extend(new)


def _matched(root: Path, pattern: str) -> list[str]:
    found = glob.glob(str(root / pattern), recursive=True)  # noqa: PTH207 as Beancount does
    return sorted({os.path.relpath(name, root) for name in found})


def _named(root: Path, name: str, content: bytes, said: re.Pattern[bytes]) -> Iterator[str]:
    """The paths that lines of a file name; comments apart."""
    for found in said.finditer(content):
        start = content.rfind(b"\n", 0, found.start()) + 1
        if not content[start : found.start()].strip():
            yield os.path.relpath((root / name).parent / found[1].decode(), root)


def _listed(folder: Path) -> list[str]:
    """Every file below a folder, and the folder itself while it is there."""
    walked = ((Path(where), names) for where, _, names in os.walk(folder))
    found = (where / name for where, names in walked for name in ("", *names))
    return sorted(os.path.relpath(path, folder) for path in found)


def standing(root: Path, names: Iterable[str]) -> list[Standing]:
    """Whether each of these files, named from the repository's folder, is there."""
    paths = ((name, root / name) for name in sorted(set(names)))
    return [(name, path.exists(), path.is_file()) for name, path in paths]


@cache
def versions() -> tuple[str, ...]:
    """Python, the libraries that read, and our own code: in a clone it changes between two
    versions."""
    own = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        own.update(path.read_bytes())
    libraries = (f"{name} {version(name)}" for name in _LIBRARIES)
    return (platform.python_version(), *libraries, own.hexdigest())
