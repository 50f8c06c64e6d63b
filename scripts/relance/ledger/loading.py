"""Beancount's loader step by step, before its validation: the entries of a ledger, held in less
memory than it would take alone.

What this relies on inside Beancount is held by `tests/ledger/test_loading.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, localcontext
from glob import glob
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core.amount import Amount
from beancount.core.data import entry_sortkey, new_metadata
from beancount.parser import grammar, parser

from relance.ledger.files import leaves_by_a_link, relative
from relance.ledger.plain_booking import book
from relance.ledger.plain_files import plain_file
from relance.values.problem import Refusal, refuse

_DIVISION = "Division by zero"


def read_entries(path: Path, root: Path) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """Entries, errors and options, by what Beancount's loader does before its validation, in the
    same order.

    Its public entrance unpickles a cache lying beside the ledger, so a file of the repository
    would run as code; told not to, it deletes the user's cache.
    """
    try:
        with _own_builder(), divisions_told() as context:
            entries, errors, options = loader._parse_recursive([(str(path), True)], None, None)  # noqa: SLF001
            if divided_by_zero(context):
                if not any(error.message == _DIVISION for error in errors):
                    errors.append(grammar.ParserError(new_metadata(str(path), 0), _DIVISION, None))
                return [], errors, options
        entries.sort(key=entry_sortkey)
        entries, more = book(entries, options)
        with _python_path(options.get("pythonpath", [])):
            entries, errors = loader.run_transformations(entries, [*errors, *more], options, None)
    except Exception as error:
        raise unreadable(relative(str(path), root), error) from error
    return entries, errors, options


class _Builder(grammar.Builder):
    """Beancount's own, with one text of each currency and key for all that bear it, as it has of
    account names: the lexer makes a new one every time, a thirtieth of the memory of a load. An
    include that may find other files in the commit than here is a fault. How numbers are shown
    best, a fifth of the parser's time, is not asked of them: nothing here asks it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._texts: dict[Any, Any] = {}  # a currency left out is no text
        self._valid: dict[str, str] = {}  # the names of accounts

    def account(self, filename: str, lineno: int, account: str) -> Any:
        """One name, looked at when it first comes, and again as long as it is not valid."""
        if (name := self._valid.get(account)) is not None:
            return name
        before = len(self.errors)
        name = super().account(filename, lineno, account)  # type: ignore[no-untyped-call]
        if len(self.errors) == before:
            self._valid[account] = name
        return name

    def amount(self, filename: str, lineno: int, number: Any, currency: Any) -> Any:
        """One amount."""
        number = self._finite(filename, lineno, number)
        return Amount(number, self._texts.setdefault(currency, currency))

    def key_value(self, filename: str, lineno: int, key: str, value: Any) -> Any:
        """One line of metadata."""
        value = self._finite(filename, lineno, value)
        return grammar.KeyValue(self._texts.setdefault(key, key), value)

    def _finite(self, filename: str, lineno: int, number: Any) -> Any:
        """The value as it is; what a division by zero gave is a fault, at its line."""
        if not isinstance(number, Decimal) or number.is_finite():
            return number
        self.errors.append(grammar.ParserError(new_metadata(filename, lineno), _DIVISION, None))
        return Decimal()

    def include(self, filename: str, lineno: int, include_filename: str) -> None:
        """One include; a pipe is not included, which would be read without end."""
        pattern = str(Path(filename).parent / include_filename)
        for name in glob(pattern, recursive=True):  # noqa: PTH207 - as Beancount looks for them
            if Path(name).exists() and not Path(name).is_file():
                place = new_metadata(filename, lineno)
                message = f'Include "{name}" is no file'
                self.errors.append(grammar.ParserError(place, message, None))
                return
        super().include(filename, lineno, include_filename)  # type: ignore[no-untyped-call]
        if leaves_by_a_link(filename, include_filename):
            place = new_metadata(filename, lineno)
            message = f'Include "{include_filename}" leaves by a link'
            self.errors.append(grammar.ParserError(place, message, None))

    def option(self, filename: str, lineno: int, key: str, value: Any) -> None:
        """One option. Every file below a document root is looked at: one that holds the company's
        folder and others is a fault, and is not looked at."""
        beside = Path(filename).parent
        if key == "documents" and isinstance(value, str):
            above = (beside.parent.resolve()).parents
            if (beside / value).resolve() in above:
                place = new_metadata(filename, lineno)
                message = f"Document root '{value}' is above"
                self.errors.append(grammar.ParserError(place, message, None))
                return
        super().option(filename, lineno, key, value)  # type: ignore[no-untyped-call]
        self._valid.clear()  # it may name a root


@contextmanager
def divisions_told() -> Iterator[Context]:
    """Beancount's parser dies of a division by zero, and the whole program with it: meanwhile one
    gives what is no number, and the context tells."""
    with localcontext() as context:
        context.traps[DivisionByZero] = context.traps[InvalidOperation] = False
        context.clear_flags()
        yield context


def divided_by_zero(context: Context) -> bool:
    """Whether something was divided by zero meanwhile, zero itself included."""
    return bool(context.flags[DivisionByZero] or context.flags[InvalidOperation])


@contextmanager
def _own_builder() -> Iterator[None]:
    """Beancount's parser takes no builder from its caller: meanwhile, its own is ours, and files
    that are plain are not its to read."""
    builder, grammar.Builder = grammar.Builder, _Builder  # type: ignore[misc]
    parse_file = parser.parse_file

    def parsed(file: Any, *rest: Any, **options: Any) -> Any:
        its_builder = _Builder()
        if isinstance(file, str) and plain_file(file, its_builder):
            return its_builder.finalize()  # type: ignore[no-untyped-call]
        return parse_file(file, *rest, **options)

    parser.parse_file = parsed
    try:
        yield
    finally:
        grammar.Builder = builder  # type: ignore[misc]
        parser.parse_file = parse_file


@contextmanager
def _python_path(folders: Iterable[str]) -> Iterator[None]:
    """Where `insert_pythonpath` lets plugins be found."""
    saved = list(sys.path)
    sys.path[0:0] = folders
    try:
        yield
    finally:
        sys.path[:] = saved


def unreadable(name: str, error: Exception) -> Refusal:
    """Beancount promises not to raise on bad data, but sorts by a user's own `lineno`."""
    what = f"Beancount ne peut pas lire ce grand livre : {error}"
    remedy = "corrigez la valeur en cause, ou une clé « filename » ou « lineno » de trop"
    return refuse(name, what, remedy)
