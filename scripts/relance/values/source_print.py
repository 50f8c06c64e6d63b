"""The fingerprint of our own source: what an edit of ours must not find again in a cache."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


@cache
def source_print() -> str:
    """The SHA-256 of every module of the package, in whatever folder, as hexadecimal digits."""
    return print_of(_PACKAGE)


def print_of(package: Path) -> str:
    """The SHA-256 of the Python files below a folder: their paths, their text with LF alone."""
    whole = sha256()
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{path.relative_to(package).as_posix()}\0".encode() + content)
    return whole.hexdigest()
