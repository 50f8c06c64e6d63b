"""Beancount's loader, and nothing else knows Beancount: entries, faults, files really read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import beancount
from beancount import loader
from beancount.core.amount import Amount as Amount
from beancount.core.data import Close as CloseEntry
from beancount.core.data import Commodity as CommodityEntry
from beancount.core.data import Document as DocumentEntry
from beancount.core.data import Note as NoteEntry
from beancount.core.data import Open as OpenEntry
from beancount.core.data import Posting as Posting
from beancount.core.data import Transaction as Transaction
from beancount.core.data import entry_sortkey, new_metadata
from beancount.ops import validation
from beancount.parser import booking, grammar, parser
from beancount.scripts.format import align_beancount

from relance.ledger.columns import lines_below
from relance.ledger.files import check_readable, check_text, leaves_by_a_link, relative
from relance.ledger.load_faults import Faulty, harmless
from relance.ledger.second_core import aside
from relance.values.collector import uncollected
from relance.values.problem import Problem, Refusal, Source, refuse

__all__ = [
    "Amount",
    "CloseEntry",
    "CommodityEntry",
    "DocumentEntry",
    "Loaded",
    "NoteEntry",
    "OpenEntry",
    "Posting",
    "Transaction",
    "aligned",
    "already_loaded",
    "load",
    "parse",
]

TESTED = "3.2.3"  # the version of Beancount whose booking reads its entries exactly twice
LARGE = 2000  # entries, below which a second process costs more than it saves
_ROOTS = {
    "name_assets": "Assets",
    "name_liabilities": "Liabilities",
    "name_equity": "Equity",
    "name_income": "Income",
    "name_expenses": "Expenses",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A ledger whose every line is understood: entries in the loader's order, files relative to
    the root.

    `missing` are the documents declared but not found, the one fault that stops nothing.
    `roots` maps the root names the user chose to the options that name them. `prove` waits for
    the last of Beancount's checks and raises `Refusal` with what they found: until then nothing
    that comes of these entries may be shown, written or sent. `folders` are the document roots,
    `plugins` the modules that Beancount was told to run.
    """

    entries: Sequence[Any]
    files: tuple[str, ...]
    missing: tuple[Problem, ...]
    roots: Mapping[str, str]
    prove: Callable[[], None]
    folders: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()

    def documents(self, root: Path) -> tuple[str, ...]:
        """Every file declared by a `document`, found or not."""
        documents = (entry for entry in self.entries if isinstance(entry, DocumentEntry))
        return tuple(relative(entry.filename, root) for entry in documents)

    def root_of(self, option: str) -> str:
        """The root account that an option names: « Charges » for "name_expenses"."""
        return next((name for name, key in self.roots.items() if key == option), _ROOTS[option])


def load(path: Path, root: Path) -> Loaded:
    """Load the ledger at `path`; places are told relative to `root`.

    A broken line drops its whole transaction, and a payment lost that way would remind someone
    who paid: raises `Refusal` with every Beancount error, but for those that only its validation
    of whole books finds, which runs beside what follows (see `Loaded.prove`).
    """
    check_readable(path, root)
    with uncollected():
        entries, errors, options = _read(path, root)
    check_text(_files(options, root), root)
    loaded = _understood(entries, errors, options, root)
    if len(entries) < LARGE or not all(map(harmless, errors)):
        _refuse(_faults([*errors, *_invalid(entries, options, root)], entries, options, root))
        return loaded
    wait = aside(
        lambda: [
            _words(problem)
            for problem in _faults(_invalid(entries, options, root), entries, options, root)
        ],
        lambda: [_words(problem) for problem in _read_again(path, root)],
    )
    return replace(loaded, prove=lambda: _refuse([_problem(*words) for words in wait()]))


def already_loaded(
    entries: Sequence[Any], errors: Sequence[Any], options: Mapping[str, Any], root: Path
) -> Loaded:
    """The same of a ledger that another program of this process has loaded, and validated, with
    Beancount's own loader: raises `Refusal` with every error."""
    check_text(_files(options, root), root)
    _refuse(_faults(errors, entries, options, root))
    return _understood(entries, errors, options, root)


def _refuse(faults: Iterable[Problem]) -> None:
    """Raise `Refusal` with these faults, if there is any."""
    if problems := sorted(set(faults)):
        raise Refusal(problems)


def _faults(
    errors: Iterable[Any], entries: Iterable[Any], options: Mapping[str, Any], root: Path
) -> list[Problem]:
    """What stops everything among Beancount's errors."""
    if not (grave := [error for error in errors if not harmless(error)]):
        return []
    return _faulty(entries, options, root).problems(grave)


def _faulty(entries: Iterable[Any], options: Mapping[str, Any], root: Path) -> Faulty:
    main = options["filename"]
    opened = {entry.account for entry in entries if isinstance(entry, OpenEntry)}
    files = [main, *(name for name in options["include"] if name != main)]
    return Faulty(root, files, _roots(options), opened, lines_below(root), _unread)


def _unread(text: str) -> set[int]:
    """The lines of a text that Beancount does not read."""
    return set(parse(text)[1])


def _roots(options: Mapping[str, Any]) -> dict[str, str]:
    """Every root account with the option that names it."""
    return {options[key]: key for key in _ROOTS}


def _files(options: Mapping[str, Any], root: Path) -> tuple[str, ...]:
    return tuple(sorted(relative(name, root) for name in options["include"]))


def _understood(
    entries: Sequence[Any], errors: Sequence[Any], options: Mapping[str, Any], root: Path
) -> Loaded:
    """What Beancount gave back, sorted."""
    beside = Path(options["filename"]).parent
    return Loaded(
        entries=entries,
        files=_files(options, root),
        missing=tuple(_faulty((), options, root).problems(filter(harmless, errors))),
        roots={options[key]: key for key in _ROOTS if options[key] != _ROOTS[key]},
        prove=lambda: None,
        folders=tuple(relative(str(beside / name), root) for name in options["documents"]),
        plugins=tuple(name for name, _ in options["plugin"]),
    )


def _read(path: Path, root: Path) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """What Beancount's loader does before its validation, in the same order.

    Its public entrance unpickles a cache lying beside the ledger, so a file of the repository
    would run as code; told not to, it deletes the user's cache.
    """
    try:
        with _own_builder():
            entries, errors, options = loader._parse_recursive([(str(path), True)], None, None)  # noqa: SLF001
        # Elsewhere booking may read its entries otherwise: then they stay, and take their room.
        tested = beancount.__version__ == TESTED
        entries = (_LetGo if tested else list)(sorted(entries, key=entry_sortkey))
        entries, more = booking.book(entries, options)
        with _python_path(options.get("pythonpath", [])):
            entries, errors = loader.run_transformations(entries, [*errors, *more], options, None)
    except Exception as error:
        raise _unreadable(relative(str(path), root), error) from error
    return entries, errors, options


class _Builder(grammar.Builder):
    """Beancount's own, with one text of each currency and key for all that bear it, as it has of
    account names: the lexer makes a new one every time, a thirtieth of the memory of a load. An
    include that may find other files in the commit than here is a fault."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._texts: dict[Any, Any] = {}  # a currency left out is no text

    def amount(self, filename: str, lineno: int, number: Any, currency: Any) -> Any:
        """One amount."""
        shared = self._texts.setdefault(currency, currency)
        return super().amount(filename, lineno, number, shared)  # type: ignore[no-untyped-call]

    def key_value(self, filename: str, lineno: int, key: str, value: Any) -> Any:
        """One line of metadata."""
        shared = self._texts.setdefault(key, key)
        return super().key_value(filename, lineno, shared, value)  # type: ignore[no-untyped-call]

    def include(self, filename: str, lineno: int, include_filename: str) -> None:
        """One include."""
        super().include(filename, lineno, include_filename)  # type: ignore[no-untyped-call]
        if leaves_by_a_link(filename, include_filename):
            place = new_metadata(filename, lineno)
            message = f'Include "{include_filename}" leaves by a link'
            self.errors.append(grammar.ParserError(place, message, None))


@contextmanager
def _own_builder() -> Iterator[None]:
    """Beancount's parser takes no builder from its caller: meanwhile, its own is ours."""
    builder, grammar.Builder = grammar.Builder, _Builder  # type: ignore[misc]
    try:
        yield
    finally:
        grammar.Builder = builder  # type: ignore[misc]


class _LetGo(list[Any]):
    """Directives that are let go of one by one when they are read for the second time, as booking
    does to make new ones of them: never are all there twice, a tenth of the memory of a load.
    Raises RuntimeError when they are read a third time, rather than give nothing."""

    readings = 0

    def __iter__(self) -> Iterator[Any]:
        self.readings += 1
        if self.readings > 2:
            raise RuntimeError("booking reads its entries more than twice")
        for place, entry in enumerate(super().__iter__()):
            if self.readings > 1:
                self[place] = None
            yield entry


@contextmanager
def _python_path(folders: Iterable[str]) -> Iterator[None]:
    """Where `insert_pythonpath` lets plugins be found."""
    saved = list(sys.path)
    sys.path[0:0] = folders
    try:
        yield
    finally:
        sys.path[:] = saved


def _unreadable(name: str, error: Exception) -> Refusal:
    """Beancount promises not to raise on bad data, but sorts by a user's own `lineno`."""
    what = f"Beancount ne peut pas lire ce grand livre : {error}"
    remedy = "corrigez la valeur en cause, ou une clé « filename » ou « lineno » de trop"
    return refuse(name, what, remedy)


def _invalid(entries: Sequence[Any], options: Mapping[str, Any], root: Path) -> list[Any]:
    """What Beancount's validation of whole books finds: a seventh of a load, and nearly always
    nothing."""
    try:
        return list(validation.validate(entries, options))
    except Exception as error:
        raise _unreadable(relative(options["filename"], root), error) from error


def _read_again(path: Path, root: Path) -> list[Problem]:
    """Every fault of the ledger at `path`, its entries having been let go."""
    entries, errors, options = _read(path, root)
    errors.extend(_invalid(entries, options, root))
    return _faults(errors, entries, options, root)


def _words(problem: Problem) -> tuple[str, int, int, str, str]:
    source = problem.source
    return (source.path, source.line, source.column, problem.what, problem.remedy)


def _problem(path: str, line: int, column: int, what: str, remedy: str) -> Problem:
    return Problem(Source(path, line, column), what, remedy)


def parse(text: str) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """The directives of one file alone, no account checked, and the lines not understood."""
    entries, errors, _options = parser.parse_string(text)
    return tuple(entries), tuple(error.source.get("lineno") or 0 for error in errors)


def aligned(text: str) -> str:
    """The text as `bean-format` would leave it."""
    return str(align_beancount(text))
