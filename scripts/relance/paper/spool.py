"""The files of a run on the disk, of which only the one asked for is in memory."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from pathlib import Path


class Spool(MutableMapping[str, bytes]):
    """Contents by path, each written below `root` at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, None] = {}

    def __setitem__(self, name: str, content: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._names[name] = None

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return (self._root / name).read_bytes()

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        (self._root / name).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
