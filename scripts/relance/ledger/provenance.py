"""Which file each imported entry came from, as the text of the ledger says it.

Beancount is not asked: what is wanted is where a person reads it, and the books keep no such facts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

from relance.ledger.imported import FILE_PRINT, ID, ORIGINALS, SOURCE, STATEMENTS
from relance.values.problem import Source

_DIRECTIVE = re.compile(
    r"^\d{4}[-/]\d\d?[-/]\d\d?[ \t](?P<head>.*)\n(?P<keys>(?:[ \t]+[a-z][\w-]*:.*(?:\n|\Z))+)",
    re.MULTILINE,
)
_KEY = re.compile(rf'^[ \t]+({ID}|{SOURCE}|{FILE_PRINT}): "([^"\n]*)"', re.MULTILINE)
_DOCUMENT = re.compile(r'document[ \t]+\S+[ \t]+"([^"\n]+)"')
_NAMED_PRINT = re.compile(r"-([0-9a-f]{8})\.[a-z0-9.]+$")
_FILED = re.compile(r"(?:factures|clients)-[0-9a-f]{8}\.csv|.+\.(?:pdf|xml)")
_OF_THE_BANK = ("banque:", "releve:", "solde:")


@dataclass(frozen=True, slots=True)
class ImportedFact:
    """An entry that was imported: its id, and where it stands."""

    id: str
    place: Source


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file from which entries came: where it is filed, from the root, what it was (`print`: the
    beginning of its SHA-256, "" when nothing tells), and the entries. `document` is where the
    books declare it, None for one that they do not."""

    path: str
    print: str
    facts: tuple[ImportedFact, ...]
    document: Source | None = None

    @property
    def place(self) -> Source:
        """Where it is told: its document, else its first entry."""
        return self.document or self.facts[0].place

    @property
    def is_statement(self) -> bool:
        """Whether the bank sent it."""
        return any(fact.id.startswith(_OF_THE_BANK) for fact in self.facts)


@dataclass(slots=True)
class _Declared:
    path: str
    print: str
    place: Source


def imported_files(root: Path, files: Iterable[str], folder: str) -> tuple[ImportedFile, ...]:
    """The originals of the entries in these files of the ledger, by name; `folder` is that of the
    books, from the root, below which they are filed. An accounting export is not: it holds more
    than the books."""
    facts: dict[str, list[ImportedFact]] = defaultdict(list)
    declared: dict[str, _Declared] = {}
    for file in files:
        for fact, name, document in _facts(root, file):
            facts[name].append(fact)
            if document:
                declared.setdefault(name, document)
    return tuple(
        _filed(name, listed, declared.get(name), folder)
        for name, listed in sorted(facts.items())
        if name in declared or _is_filed(name, listed)
    )


def _is_filed(name: str, facts: Iterable[ImportedFact]) -> bool:
    """Whether a file is one that an import files, by its name and by what came from it."""
    if any(fact.id.startswith("fec") for fact in facts):
        return False
    return bool(_FILED.fullmatch(name)) or any(fact.id.startswith(_OF_THE_BANK) for fact in facts)


def _facts(root: Path, file: str) -> Iterator[tuple[ImportedFact, str, _Declared | None]]:
    """The imported entries of a file, the name of the original of each, and its document."""
    text = (root / file).read_text(encoding="utf-8", errors="replace")
    if f'{ID}: "' not in text:
        return
    line, end = 1, 0
    for match in _DIRECTIVE.finditer(text):
        line, end = line + text.count("\n", end, match.start()), match.start()
        keys = dict(_KEY.findall(match["keys"]))
        name = keys.get(SOURCE, "").partition(":")[0]
        if ID in keys and name and ":" in keys[ID]:
            place = Source(file, line)
            document = _DOCUMENT.match(match["head"])
            path = normpath(join(dirname(file), document[1])) if document else ""
            declared = _Declared(path, keys.get(FILE_PRINT, ""), place) if document else None
            yield ImportedFact(keys[ID], place), name, declared


def _filed(
    name: str, facts: list[ImportedFact], document: _Declared | None, folder: str
) -> ImportedFile:
    bank = any(fact.id.startswith(_OF_THE_BANK) for fact in facts)
    usual = normpath(join(folder, STATEMENTS if bank else ORIGINALS, name))
    # Those of statements and sheets alone: FA-20260031.pdf is named by its invoice.
    named = _NAMED_PRINT.search(name) if bank or name.endswith(".csv") else None
    return ImportedFile(
        document.path if document else usual,
        (document.print if document else "") or (named[1] if named else ""),
        tuple(sorted(facts, key=lambda fact: (fact.place, fact.id))),
        document.place if document else None,
    )
