"""Paths to the elements of a document, taken apart once: `cac:Party/cbc:Name`, `Document/ID`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

OWN = "own"  # the prefix of the root's namespace, which steps without prefix are of
_STEP = re.compile(
    r"(?:(?P<prefix>\w+):)?(?P<name>[\w.-]+)(?:\[@(?P<attribute>\w+)='(?P<value>[^']*)'\])?"
)


class XmlStep(NamedTuple):
    """One step of a path: the name of the elements as lxml spells it, namespace first, and the
    attribute that they must have, if any."""

    tag: str
    attribute: str
    value: str


class XmlPaths(dict[str, tuple[XmlStep, ...]]):
    """The steps of paths, once for all documents whose prefixes mean the same."""

    def __init__(self, prefixes: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.prefixes = dict(prefixes)

    def __missing__(self, path: str) -> tuple[XmlStep, ...]:
        self[path] = tuple(map(self._step, path.split("/")))
        return self[path]

    def _step(self, written: str) -> XmlStep:
        match = _STEP.fullmatch(written)
        if match is None:
            raise ValueError(f"no step of a path: {written!r}")
        space = self.prefixes[match["prefix"] or OWN]
        tag = f"{{{space}}}{match['name']}" if space else match["name"]
        return XmlStep(tag, match["attribute"] or "", match["value"] or "")


paths_of = lru_cache(32)(XmlPaths)
