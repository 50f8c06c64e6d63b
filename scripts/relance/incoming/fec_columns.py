"""The columns of a FEC (LPF A47 A-1): eighteen names, the sums as Debit and Credit or as Montant
and Sens, between tabs or bars."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relance.incoming.csv_profiles import column_word
from relance.incoming.reading import Head
from relance.text.escapes import short
from relance.text.locales import enumeration
from relance.values.problem import Problem, Refusal, Source

_NEEDED = (
    *("JournalCode", "EcritureNum", "EcritureDate", "CompteNum", "CompAuxNum", "CompAuxLib"),
    *("PieceRef", "PieceDate", "EcritureLib", "EcritureLet"),
)
_USEFUL = ("JournalLib", "CompteLib", "DateLet", "ValidDate", "Montantdevise", "Idevise")
_SIDES, _SIGNED = ("Debit", "Credit"), ("Montant", "Sens")
NAMES = {column_word(name): name for name in (*_NEEDED, *_USEFUL, *_SIDES, *_SIGNED)}
_FEW = 6  # names that make a line the header of a FEC, whatever else is wrong with it
_WIDTH = 18
_DAY = re.compile(r'"?(?:19|20)\d{6}"?')
_EXPORT = "exportez de nouveau le FEC depuis le logiciel comptable (article A47 A-1 du LPF)"


@dataclass(frozen=True, slots=True)
class FecColumns:
    """Where each column stands; `signed` when the sums are Montant and Sens, `quoted` when the
    cells stand between quotation marks."""

    separator: str
    places: Mapping[str, int]
    width: int
    signed: bool
    quoted: bool

    def cells(self, line: str) -> list[str]:
        """The cells of a line; none of one whose quotation marks are too much for a reader."""
        if not self.quoted:
            return line.split(self.separator)
        try:
            return next(csv.reader([line], delimiter=self.separator), [])
        except csv.Error:
            return []

    def check(self, cells: Sequence[str]) -> None:
        """ValueError, in words that follow a colon, for a line of another number of cells."""
        if len(cells) != self.width:
            raise ValueError(f"elle a {len(cells)} colonnes, l'en-tête {self.width}")

    def place(self, name: str) -> int:
        """Where a column stands, -1 for one that the file lacks."""
        return self.places.get(name, -1)


def is_fec(head: Head) -> bool:
    """Whether a file begins as a FEC does, or as one without its header."""
    line = head.lines[0] if head.lines else ""
    return any(len(_known(line, mark)) >= _FEW for mark in "\t|;,") or _is_headless(line)


def _is_headless(line: str) -> bool:
    return any(
        len(cells := line.split(mark)) >= _WIDTH and _DAY.fullmatch(cells[3].strip()) is not None
        for mark in "\t|"
    )


def _known(line: str, separator: str) -> dict[str, int]:
    """The names of a header cut at that sign, and where each stands first."""
    places: dict[str, int] = {}
    for place, cell in enumerate(line.split(separator)):
        if name := NAMES.get(column_word(cell)):
            places.setdefault(name, place)
    return places


def columns_of(line: str, file: str) -> tuple[FecColumns, list[Problem]]:
    """The columns of a header and what it lacks that can be done without; `Refusal` (2) with every
    fault of a header that cannot be read by."""
    source = Source(file, 1)
    if _is_headless(line):
        what = "la première ligne est une écriture : l'en-tête des colonnes manque"
        raise Refusal([Problem(source, what, _EXPORT)])
    separator = max("\t|;,", key=lambda mark: len(_known(line, mark)))
    places = _known(line, separator)
    faults = [*_separators(line, separator, source), *_lacking(places, source)]
    if faults:
        raise Refusal(faults)
    signed = not set(_SIDES) <= set(places)
    columns = FecColumns(
        separator,
        places,
        line.count(separator) + 1,
        signed,
        quoted=line.lstrip("\ufeff").startswith('"'),
    )
    absent = [name for name in _USEFUL if name not in places]
    if not absent:
        return columns, []
    what = f"colonnes absentes : {', '.join(absent)} ; le reste est lu"
    return columns, [Problem(source, what, _EXPORT)]


def _separators(line: str, separator: str, source: Source) -> list[Problem]:
    """A sign between the columns that the law does not know, or two of them."""
    if separator not in "\t|":
        what = f"les colonnes sont séparées par « {separator} »"
        remedy = f"un FEC les sépare par une tabulation ou par « | » : {_EXPORT}"
        return [Problem(source, what, remedy)]
    if "\t" in line and "|" in line:
        what = "l'en-tête mêle la tabulation et « | » entre les colonnes"
        return [Problem(source, what, f"un seul des deux, dans tout le fichier : {_EXPORT}")]
    return []


def _lacking(places: Mapping[str, int], source: Source) -> list[Problem]:
    absent = [name for name in _NEEDED if name not in places]
    if not (set(_SIDES) <= set(places) or set(_SIGNED) <= set(places)):
        absent.append("Debit et Credit (ou Montant et Sens)")
    if not absent:
        return []
    what = f"colonnes qui manquent dans l'en-tête : {enumeration([short(x, 60) for x in absent])}"
    return [Problem(source, what, _EXPORT)]
