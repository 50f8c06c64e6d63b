"""Bank statements that came in: of which account, which lines are new, what each covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from relance.imports.bank_lines import BookLine, bank_name, kept
from relance.imports.directives import NewDirective, marks
from relance.imports.import_accounts import ImportAccounts
from relance.imports.inbox import IncomingFile
from relance.imports.originals import Originals
from relance.incoming.bank_statement import BankLine, Statement, dated_after
from relance.incoming.line_ids import line_ids
from relance.ledger import syntax
from relance.ledger.imported import FILE_PRINT
from relance.ledger.statement_records import KIND, StatementRecord
from relance.policy.importing import BankLines
from relance.text.locales import money, short_date
from relance.values.amounts import Money
from relance.values.problem import Problem, Refusal, Source

_PRINT = 8


@dataclass(slots=True)
class FileLines:
    """The lines of a file, by id, and the records of its statements."""

    file: IncomingFile
    lines: dict[str, BookLine] = field(default_factory=dict)
    records: list[StatementRecord] = field(default_factory=list)
    documents: list[NewDirective] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class StatementIntake:
    """Takes in the statements of files. `chosen` is the account of those that do not say theirs,
    `known` are the lines that the books have, by id."""

    chart: ImportAccounts
    originals: Originals
    known: Mapping[str, BookLine]
    which: BankLines
    today: date
    chosen: str | None = None

    def take(self, file: IncomingFile) -> tuple[FileLines, str]:
        """One file and where it is filed; what stands against it goes into its outcome."""
        taken = FileLines(file)
        by_account: dict[str, list[Statement]] = defaultdict(list)
        for statement in file.facts:
            try:
                account = self.chart.bank(statement, self.chosen)
                for day in sorted({line.date for line in statement.lines}):
                    self.chart.check(account, day, statement.currency, statement.source)
            except Refusal as refusal:
                file.outcome.refuse(*refusal.problems)
                continue
            by_account[account].append(statement)
            file.outcome.refuse(*dated_after(statement, self.today))
        if not file.taken:
            return taken, ""
        first = next(iter(by_account))
        file.outcome.kind = f"relevé {by_account[first][0].form}"
        path = self.originals.of_statements(file, bank_name(first), by_account[first][0])
        for account, statements in by_account.items():
            self._take(taken, account, statements, path)
        return taken, path

    def _take(
        self, taken: FileLines, account: str, statements: Sequence[Statement], path: str
    ) -> None:
        bank, name = bank_name(account), path.rpartition("/")[2]
        pairs = [(statement, line) for statement in statements for line in statement.lines]
        ids = line_ids(line for _, line in pairs)
        whole = {}
        for (statement, line), mark in zip(pairs, ids, strict=True):
            source = Source(name, line.source.line)
            book_line = BookLine(account, bank, mark, statement.currency, kept(line, source))
            whole[book_line.id] = book_line
            if self._is_written(line):
                taken.lines[book_line.id] = book_line
        taken.accounts.add(account)
        self._check_changed(taken.file, account, whole)
        for place, statement in enumerate(statements):
            record = _record(statement, account, f"{name}:{statement.source.line}")
            if record:
                taken.records.append(record)
                taken.documents.append(_document(record, path, taken.file.sha256, place))

    def _is_written(self, line: BankLine) -> bool:
        """Whether a line is written: what clients paid, and what of it came back, at least."""
        if not line.amount:
            return False
        return self.which is BankLines.ALL or line.amount > 0 or line.reversal is not None

    def _check_changed(
        self, file: IncomingFile, account: str, whole: Mapping[str, BookLine]
    ) -> None:
        """Refuse a statement in which a line bears the bank's reference of one imported earlier
        from the same format, and that one is there no more: it changed at the bank."""
        days = {line.date for line in whole.values()}
        forms = {line.form for line in whole.values()}
        if not days:
            return
        new = {
            (line.mark.mark, line.mark.rank): line
            for line in whole.values()
            if not line.mark.mark.startswith("l-") and line.id not in self.known
        }
        for line in self.known.values() if new else ():
            if line.account != account or line.id in whole or line.form not in forms:
                continue
            changed = new.get((line.mark.mark, line.mark.rank))
            if changed and min(days) <= line.date <= max(days):
                file.outcome.refuse(_changed(line, changed, file.name))


def _changed(line: BookLine, new: BookLine, file: str) -> Problem:
    here = f"{money(new.amount, new.currency)} le {short_date(new.date)}"
    there = f"{money(line.amount, line.currency)} le {short_date(line.date)}"
    what = f"la ligne {new.mark.mark} a changé : {here}, et {there} dans les livres"
    remedy = (
        f"demandez à la banque ; si ce fichier dit vrai, supprimez l'écriture dont la clé import "
        f"est « {line.id} », puis recommencez"
    )
    return Problem(Source(file, new.line.source.line), what, remedy)


def _record(statement: Statement, account: str, filed: str) -> StatementRecord | None:
    """What a statement covers, `filed` at that place; None when it has neither line nor balance."""
    days = [line.date for line in statement.lines]
    opening, closing = statement.opening, statement.closing
    days += [balance.date for balance in (opening, closing) if balance]
    if not days:
        return None
    return StatementRecord(
        account,
        statement.form.partition(" ")[0] if statement.form.startswith("CSV") else statement.form,
        opening.date if opening else min(days),
        closing.date if closing else max(days),
        Money(opening.amount, statement.currency) if opening else None,
        Money(closing.amount, statement.currency) if closing else None,
        statement.source,
        filed,
        ties=not statement.gap,
        gap=Money(statement.gap, statement.currency) if statement.gap else None,
    )


def _document(record: StatementRecord, path: str, sha256: str, place: int) -> NewDirective:
    """The document that keeps a statement, its print and what it covers."""
    rank = f"-{place + 1}" if place else ""
    name = f"{KIND}:{bank_name(record.account)}/{sha256[:_PRINT]}{rank}"
    head = f"document {record.account} {syntax.text(f'../{path}')} {marks((), ['releve'])}"
    return NewDirective(record.last, name, head, {**record.as_metadata(), FILE_PRINT: sha256})


def best(lines: Iterable[BookLine]) -> dict[str, BookLine]:
    """Each line once, by id: one that a person settled, else the one that says most."""
    chosen: dict[str, BookLine] = {}
    for line in lines:
        other = chosen.get(line.id)
        if other is None or (not other.settled and (line.settled or line.rank < other.rank)):
            chosen[line.id] = line
    return chosen
