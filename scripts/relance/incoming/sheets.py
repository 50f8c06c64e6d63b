"""A sheet kept by hand, saved as CSV: its header by the words people use, its rows with places."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from relance.incoming import bank_text
from relance.incoming.bank_text import clean
from relance.incoming.csv_profiles import column_word
from relance.text.escapes import short
from relance.values.problem import Problem, Refusal, Source

Columns = Mapping[str, Sequence[str]]  # our name of a column, and what people call it

MOST_ROWS = 50_000
_SEPARATORS = ";\t,|"
_FIRST_LINES = 50  # among which the header is looked for
_SAVE = "corrigez cette ligne dans le tableur, enregistrez-la de nouveau en CSV"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row by our names of its columns, its cells on one line."""

    cells: Mapping[str, str]
    source: Source

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, what: str) -> Problem:
        """Why the row is not taken."""
        return Problem(self.source, what, _SAVE)


@dataclass(frozen=True, slots=True)
class SheetHeader:
    """A header line and what it names: our name of each column, "" for what is not read."""

    separator: str
    line: int
    names: tuple[str, ...]
    written: tuple[str, ...]

    def unread(self, file: str) -> list[Problem]:
        """The columns that nothing is made of."""
        pairs = zip(self.names, self.written, strict=True)
        others = [f"« {short(written, 40)} »" for name, written in pairs if not name and written]
        if not others:
            return []
        what = f"rien n'est lu dans ces colonnes : {', '.join(others[:20])}"
        remedy = "vérifiez que rien n'y dit qu'une facture est payée"
        return [Problem(Source(file, self.line), what, remedy)]


def header_of(lines: Sequence[str], columns: Columns, needed: Sequence[str]) -> SheetHeader | None:
    """The first line that has every one of the `needed` columns."""
    for number, line in enumerate(lines[:_FIRST_LINES], 1):
        for separator in _SEPARATORS:
            if separator not in line:
                continue
            written = tuple(clean(cell) for cell in _cells(line, separator))
            names = _named(written, columns)
            if set(needed) <= set(names):
                return SheetHeader(separator, number, names, written)
    return None


def _named(written: Sequence[str], columns: Columns) -> tuple[str, ...]:
    """Our name of each column; of two that people call alike, that of the commoner word has it."""
    words = [column_word(cell) for cell in written]
    names = [""] * len(words)
    for name, headings in columns.items():
        places = (words.index(w) for w in map(column_word, headings) if w in words)
        place = next((place for place in places if not names[place]), None)
        if place is not None:
            names[place] = name
    return tuple(names)


def rows_of(
    content: bytes, file: str, columns: Columns, needed: Sequence[str]
) -> tuple[SheetHeader, list[SheetRow]]:
    """The header and the rows below it, empty ones left out; `Refusal` (2) when there is none."""
    lines = bank_text.decoded(content, file).split("\n")
    sheet = header_of(lines, columns, needed)
    if sheet is None:
        what = f"aucune ligne de ce tableau n'a les colonnes {', '.join(needed)}"
        raise Refusal([Problem(Source(file), what, "nommez-les ainsi dans sa première ligne")])
    if len(lines) > MOST_ROWS + sheet.line:
        what = f"ce tableau a plus de {MOST_ROWS} lignes"
        raise Refusal([Problem(Source(file), what, "découpez-le, par exemple par année")])
    return sheet, list(_rows(lines, sheet, file))


def _rows(lines: Sequence[str], sheet: SheetHeader, file: str) -> Iterator[SheetRow]:
    reader = csv.reader(
        (f"{line}\n" for line in lines[sheet.line :]), delimiter=sheet.separator, strict=True
    )
    while True:
        source = Source(file, sheet.line + reader.line_num + 1)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = "un guillemet n'est pas refermé : les lignes suivantes se mêlent"
            raise Refusal([Problem(source, what, _SAVE)]) from error
        if any(map(str.strip, cells)):
            named = zip(sheet.names, cells, strict=False)
            yield SheetRow({name: clean(cell) for name, cell in named if name}, source)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


@cache
def columns_of(sheet: str) -> Columns:
    """The columns of the sheet of « clients » or « factures »."""
    text = files("relance").joinpath("data", "tableaux.toml").read_text(encoding="utf-8")
    tables: dict[str, Columns] = tomllib.loads(text)
    return {**tables[sheet], **tables["client"]}


_TEMPLATES = {
    "clients": "client adresse code-postal ville pays courriel telephone siren type delai",
    "factures": "numero date client siren total regle echeance",
}


def template(sheet: str) -> str:
    """The empty sheet of « clients » or « factures »: its header, for a French spreadsheet."""
    columns = columns_of(sheet)
    return ";".join(columns[name][0] for name in _TEMPLATES[sheet].split()) + "\r\n"
