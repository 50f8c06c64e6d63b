"""A bank's CSV export, its header found wherever it is: below lines about the account, above
another account's lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from relance.incoming import bank_text
from relance.incoming.bank_statement import (
    Balance,
    BankAccount,
    BankLine,
    Statement,
    bound,
    read_as,
)
from relance.incoming.bank_text import clean
from relance.incoming.csv_preamble import Heading, heading_of
from relance.incoming.csv_profiles import CsvProfile, best_profile, column_word
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.rejects import reversal_in
from relance.text.escapes import short
from relance.values.amounts import ZERO
from relance.values.problem import Problem, Refusal, Source

_FORM = "CSV"
_SEPARATORS = ";\t,|"
_FIRST_LINES = 200  # among which the first header is looked for
_AGAIN = "exportez de nouveau ce compte depuis le site de votre banque"
_ANOTHER_ROW = re.compile(r"\n\s*\"?[0-9]{2,4}[/.-][0-9]{2}[/.-][0-9]{2,4}\"?[;\t,|]")
_SUM = re.compile(r"\s*(?:total|solde|sous-total)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """A header line where it stands, its separator, and the profile that knows its columns."""

    profile: CsvProfile
    separator: str
    line: int
    words: tuple[str, ...]


def kind_of(profiles: Collection[CsvProfile]) -> Kind[Statement]:
    """The exports that these profiles know, the firm's own before those of the known banks."""

    def recognises(head: Head) -> bool:
        return find_header(head.lines, profiles) is not None

    def read_known(content: bytes, file: str) -> Reading[Statement]:
        return read(content, file, profiles)

    return Kind("export CSV d'une banque", recognises, read_known)


def find_header(lines: Sequence[str], profiles: Collection[CsvProfile]) -> Header | None:
    """The first line of a text that is the header of a known export."""
    for number, line in enumerate(lines[:_FIRST_LINES], 1):
        for separator in _SEPARATORS:
            if line.count(separator) < 2:
                continue
            names = _cells(line, separator)
            profile = best_profile(names, profiles)
            if profile:
                return Header(profile, separator, number, tuple(map(column_word, names)))
    return None


def read(content: bytes, file: str, profiles: Collection[CsvProfile]) -> Reading[Statement]:
    """The statements of an export, one for each account, by the first of `profiles` that fits
    best; each line that cannot be read is a fault. Refusal (2) when none knows its columns."""
    text = bank_text.decoded(content, file)
    header = find_header(text.split("\n", _FIRST_LINES), profiles)
    if header is None:
        what = "aucune ligne de ce CSV n'a les colonnes d'une banque connue"
        remedy = (
            "nommez-les dans relance.yaml : importer.csv, avec « date », « libelle », « montant »"
        )
        raise Refusal([Problem(Source(file), what, remedy)])
    bound(text.count("\n") - header.line, file)
    return _Reader(file, header).read(text)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the export by the words of its header, where it stands."""

    cells: dict[str, str]
    source: Source

    def cell(self, name: str) -> str:
        return self.cells.get(column_word(name), "") if name else ""


@dataclass(slots=True)
class _Block:
    """What stands below one header: its lines by account and currency, and what they hold."""

    heading: Heading
    source: Source
    lines: dict[tuple[str, str], list[tuple[BankLine, Decimal | None]]] = field(
        default_factory=dict
    )


@dataclass(slots=True)
class _Reader:
    file: str
    header: Header
    faults: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)
    between: list[str] = field(default_factory=list)  # lines about the account that comes next
    waiting: int = 0

    def read(self, text: str) -> Reading[Statement]:
        """The whole file."""
        lines = text.split("\n")
        self._begin(lines[: self.header.line - 1], self.header.line)
        for cells, number in self._rows(lines[self.header.line :]):
            self._take(cells, number)
        if self.waiting:
            what = f"opérations que la banque n'a pas encore passées, ou refusées : {self.waiting}"
            remedy = "elles viendront avec un prochain relevé"
            self.remarks.append(Problem(Source(self.file), what, remedy))
        statements = [statement for block in self.blocks for statement in self._statements(block)]
        return read_as(statements, self.faults, self.remarks)

    def _begin(self, above: Sequence[str], line: int) -> None:
        """Open the block of a header, described by the lines above it."""
        rows = [_cells(text, self.header.separator) for text in above]
        heading = heading_of(rows, self.header.profile)
        self.blocks.append(_Block(heading, Source(self.file, line)))

    def _rows(self, lines: list[str]) -> Iterator[tuple[list[str], int]]:
        """The rows below the header with the line where each begins."""
        separator, first = self.header.separator, self.header.line
        rows = csv.reader([f"{line}\n" for line in lines], delimiter=separator, strict=True)
        while True:
            number = first + rows.line_num + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error:
                self._unquoted(number)
            else:
                if any(_ANOTHER_ROW.search(cell) for cell in row if "\n" in cell):
                    self._unquoted(number)
                elif any(map(str.strip, row)):
                    yield row, number

    def _unquoted(self, line: int) -> None:
        what = "un guillemet n'est pas refermé : cette ligne et les suivantes se mêlent"
        self.faults.append(Problem(Source(self.file, line), what, _AGAIN))

    def _take(self, cells: list[str], line: int) -> None:
        if tuple(map(column_word, cells)) == self.header.words:
            self._begin(self.between, line)
            self.between = []
            return
        row = _Row(dict(zip(self.header.words, cells, strict=False)), Source(self.file, line))
        profile = self.header.profile
        try:
            if self._is_text(row, cells):
                self.between.append(self.header.separator.join(cells))
            elif profile.status and column_word(row.cell(profile.status)) not in profile.booked:
                self.waiting += 1
            else:
                self._keep(row)
        except ValueError as error:
            label = short(clean(row.cell(profile.labels[0])), 60)
            about = f"la ligne « {label} »" if label else "cette ligne"
            self.faults.append(Problem(row.source, f"{about} n'est pas prise : {error}", _AGAIN))

    def _is_text(self, row: _Row, cells: list[str]) -> bool:
        """Whether a row speaks of the account or sums up, instead of being one of its lines."""
        profile = self.header.profile
        if _is_day(row.cell(profile.date)):
            return False
        if not any(row.cell(x).strip() for x in (profile.amount, profile.debit, profile.credit)):
            return True
        sums_up = bool(_SUM.match(next(filter(None, cells))))
        if sums_up:
            what = f"la ligne « {short(' '.join(cells), 60)} » sans date est laissée : un total"
            self.remarks.append(Problem(row.source, what, "datez-la si c'est un mouvement"))
        return sums_up

    def _keep(self, row: _Row) -> None:
        profile = self.header.profile
        line = _line(row, profile)
        after = row.cell(profile.balance).strip()
        key = (clean(row.cell(profile.account)), clean(row.cell(profile.currency)).upper() or "EUR")
        balance = bank_text.amount(after, profile.decimal) if after else None
        self.blocks[-1].lines.setdefault(key, []).append((line, balance))

    def _statements(self, block: _Block) -> Iterator[Statement]:
        form = f"{_FORM} {self.header.profile.bank or self.header.profile.name}"
        for (number, currency), rows in (block.lines or {("", "EUR"): []}).items():
            account = BankAccount.named(number) if number else block.heading.account
            opening, closing = _balances(rows)
            yield Statement(
                form,
                account,
                currency,
                tuple(line for line, _ in rows),
                block.source,
                opening,
                closing or block.heading.balance,
            )


def _is_day(text: str) -> bool:
    try:
        bank_text.day(text)
    except ValueError:
        return False
    return True


def _line(row: _Row, profile: CsvProfile) -> BankLine:
    """A line; ValueError, in words that follow a colon, when it cannot be taken."""
    amount = _amount(row, profile)
    texts = bank_text.labels(
        *(text for name in profile.labels for text in row.cell(name).split("\n"))
    )
    value_date = row.cell(profile.value_date).strip()
    return BankLine(
        bank_text.day(row.cell(profile.date)),
        amount,
        texts,
        row.source,
        bank_text.day(value_date) if value_date else None,
        reference=bank_text.reference(row.cell(profile.reference)),
        party=clean(row.cell(profile.party)),
        party_iban=BankAccount.named(row.cell(profile.party_iban)).iban,
        reversal=reversal_in(texts, amount),
    )


def _amount(row: _Row, profile: CsvProfile) -> Decimal:
    """The signed amount, of one column or two; some banks write debits with their minus."""
    if profile.amount:
        return bank_text.amount(row.cell(profile.amount), profile.decimal)
    debit, credit = row.cell(profile.debit).strip(), row.cell(profile.credit).strip()
    lost = abs(bank_text.amount(debit, profile.decimal)) if debit else ZERO
    gained = bank_text.amount(credit, profile.decimal) if credit else ZERO
    if not (debit or credit):
        raise ValueError("son montant manque")
    if gained < 0 or (lost and gained):
        raise ValueError("son débit et son crédit se contredisent")
    return gained - lost


def _balances(
    rows: list[tuple[BankLine, Decimal | None]],
) -> tuple[Balance | None, Balance | None]:
    """The balances before the first line and after the last, whichever end the bank begins with."""
    stated = [(line, balance) for line, balance in rows if balance is not None]
    if not stated or len(stated) < len(rows):
        return None, None
    if _newest_first(stated):
        stated.reverse()
    (first, after_first), (last, after_last) = stated[0], stated[-1]
    return Balance(first.date, after_first - first.amount), Balance(last.date, after_last)


def _newest_first(rows: list[tuple[BankLine, Decimal]]) -> bool:
    first, last = rows[0][0].date, rows[-1][0].date
    if first != last:
        return first > last
    return len(rows) > 1 and rows[0][1] - rows[0][0].amount == rows[1][1]
