"""Where in their files entries stand whose lines can be taken out without a trace: no comment, no
text over several lines, no comma in a number, which are looked for in the files themselves."""

from __future__ import annotations

import hashlib
import re
from itertools import accumulate
from pathlib import Path
from typing import Any

from relance.ledger.files import relative

_LINE = rb'[^\n";\\]*(?:"[^\n";\\]*"[^\n";\\]*)*\n'
_BLOCK = re.compile(_LINE + rb"(?:[ \t]" + _LINE + rb")*")
_COMMA = re.compile(rb"\d,\d")
_PLACES = re.compile(rb"^[ \t]+(?:lineno|filename)[ \t]*:", re.MULTILINE)


_ANY_BLOCK = re.compile(rb"[^\n]*\n(?:[ \t][^\n]*\n)*")


class BlockRanges:
    """The files of books, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, bytes] = {}
        self._starts: dict[str, list[int]] = {}  # of lines; none of a file that is left whole
        self._names: dict[str, str] = {}

    def name(self, entry: Any) -> str:
        """The file of an entry, from the root."""
        path = entry.meta["filename"]
        if path not in self._names:
            self._names[path] = relative(path, self._root)
        return self._names[path]

    def read(self, name: str) -> tuple[int, str]:
        """The length of a file, and its fingerprint."""
        if name not in self._texts:
            text = self._texts[name] = (self._root / name).read_bytes()
            plain = b"\r" not in text and not _PLACES.search(text)
            lengths = (len(line) + 1 for line in text.split(b"\n")) if plain else ()
            self._starts[name] = [*accumulate(lengths, initial=0)] if plain else []
        text = self._texts[name]
        return len(text), hashlib.sha256(text).hexdigest()

    def of(self, entry: Any) -> tuple[int, int] | None:
        """From which byte to which an entry's lines stand, if nothing but Beancount reads them."""
        name, line = self.name(entry), entry.meta["lineno"]
        starts = self._starts.get(name, ())
        if not 0 < line < len(starts):
            return None
        text, start = self._texts[name], starts[line - 1]
        match = _BLOCK.match(text, start)
        if match is None or text[match.end() : match.end() + 1] in (b" ", b"\t"):
            return None
        if _COMMA.search(text, start, match.end()):
            return None
        last = (entry.postings[-1].meta or {}).get("lineno", line)
        inside = last < len(starts) and starts[last - 1] < match.end()
        return (start, match.end()) if inside else None

    def of_balance(self, entry: Any) -> tuple[int, int] | None:
        """The same of an assertion of a balance, whose comments may say what no reader looks for:
        something without a colon."""
        starts, line = self._starts.get(self.name(entry), ()), entry.meta["lineno"]
        if not 0 < line < len(starts):
            return None
        match = _ANY_BLOCK.match(self._texts[self.name(entry)], starts[line - 1])
        if match is None or b":" in match[0].partition(b";")[2] or b'"' in match[0]:
            return None
        return match.span()
