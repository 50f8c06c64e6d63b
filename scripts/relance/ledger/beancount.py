"""Beancount's loader, and nothing else knows Beancount: entries, faults, files really read."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from beancount.core import account
from beancount.core.amount import Amount as Amount
from beancount.core.data import Balance as BalanceEntry
from beancount.core.data import Close as CloseEntry
from beancount.core.data import Commodity as CommodityEntry
from beancount.core.data import Document as DocumentEntry
from beancount.core.data import Note as NoteEntry
from beancount.core.data import Open as OpenEntry
from beancount.core.data import Pad as PadEntry
from beancount.core.data import Posting as Posting
from beancount.core.data import Transaction as Transaction
from beancount.parser import parser
from beancount.scripts.format import align_beancount

from relance.ledger.columns import lines_below
from relance.ledger.files import check_readable, check_text, relative
from relance.ledger.load_faults import Faulty, harmless
from relance.ledger.loading import divisions_told, read_entries, unreadable
from relance.ledger.plain_booking import invalid
from relance.values.collector import uncollected
from relance.values.problem import Problem, Refusal

__all__ = [
    "ROOTS",
    "Amount",
    "BalanceEntry",
    "CloseEntry",
    "CommodityEntry",
    "DocumentEntry",
    "Loaded",
    "NoteEntry",
    "OpenEntry",
    "PadEntry",
    "Posting",
    "Transaction",
    "align",
    "aligned",
    "already_loaded",
    "load",
    "parse",
]

ROOTS = {
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
    `roots` maps the root names the user chose to the options that name them. `folders` are the
    document roots, `plugins` the modules that Beancount was told to run.
    """

    entries: Sequence[Any]
    files: tuple[str, ...]
    missing: tuple[Problem, ...]
    roots: Mapping[str, str]
    folders: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()

    def documents(self, root: Path) -> tuple[str, ...]:
        """Every file declared by a `document`, found or not."""
        documents = (entry for entry in self.entries if isinstance(entry, DocumentEntry))
        return tuple(relative(entry.filename, root) for entry in documents)

    def notes(self, path: str, root: Path) -> tuple[NoteEntry, ...]:
        """The notes of one file."""
        notes = (entry for entry in self.entries if isinstance(entry, NoteEntry))
        return tuple(note for note in notes if relative(note.meta["filename"], root) == path)

    def root_of(self, option: str) -> str:
        """The root account that an option names: « Charges » for "name_expenses"."""
        return next((name for name, key in self.roots.items() if key == option), ROOTS[option])


def load(path: Path, root: Path, *, tells_missing: bool = True) -> Loaded:
    """Load the ledger at `path`; places are told relative to `root`. Without `tells_missing`,
    nothing is said of documents that are not there: thousands may be on their way.

    A broken line drops its whole transaction, and a payment lost that way would remind someone
    who paid: raises `Refusal` with every Beancount error.
    """
    check_readable(path, root)
    with uncollected(lasting=True):
        entries, errors, options = read_entries(path, root)
        check_text(_files(options, root), root)
        late = _invalid(entries, options, root)
    _refuse(_faults([*errors, *late], entries, options, root))
    return _understood(entries, errors if tells_missing else (), options, root)


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
    return {options[key]: key for key in ROOTS}


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
        roots={options[key]: key for key in ROOTS if options[key] != ROOTS[key]},
        folders=tuple(relative(str(beside / name), root) for name in options["documents"]),
        plugins=tuple(name for name, _ in options["plugin"]),
    )


def _invalid(entries: Sequence[Any], options: Mapping[str, Any], root: Path) -> list[Any]:
    """What Beancount's validation of whole books finds: nearly always nothing."""
    try:
        return invalid(entries, options)
    except Exception as error:
        raise unreadable(relative(options["filename"], root), error) from error


@lru_cache(maxsize=2)  # a file as it is, and as it would be
def parse(text: str) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """The directives of one file alone, no account checked, and the lines not understood."""
    with uncollected(), divisions_told():
        entries, errors, _options = parser.parse_string(text)
    return tuple(entries), tuple(error.source.get("lineno") or 0 for error in errors)


def aligned(text: str) -> str:
    """The text as `bean-format` would leave it."""
    lines = text.removesuffix("\n").split("\n") if text else []
    align(lines)
    return "".join(f"{line}\n" for line in lines)


def align(lines: list[str]) -> None:
    """Lines as `bean-format` would leave them, which looks for an account or a sum in every one:
    it gets those alone that may have one, and none with another line end in it, on which it
    stumbles. Where all are plain sums, as the program writes them, it is not asked."""
    places = [
        n for n, line in enumerate(lines) if _MOVED.match(line) and line.splitlines() == [line]
    ]
    if _in_columns(lines, places):
        return
    formatted = align_beancount("\n".join(lines[n] for n in places)).splitlines()
    for place, line in zip(places, formatted, strict=True):
        lines[place] = line


def _in_columns(lines: list[str], places: Sequence[int]) -> bool:
    """Set plain sums in columns as `bean-format` does, at an eighth of its cost; not if one of the
    lines at these places is anything else."""
    heads, ends, digits = set[str](), array("q"), 0
    for place in places:
        match = _PLAIN.fullmatch(lines[place])
        if match is None:
            return False
        heads.add(match[1])
        ends.extend((match.end(1), match.start(2), match.end(2)))
        digits = max(digits, len(match[2]))
    if not all(account.is_valid(head.strip()) for head in heads if head.startswith(" ")):
        return False
    width = max(map(len, heads), default=0)
    for place, end, start, rest in zip(places, ends[::3], ends[1::3], ends[2::3], strict=True):
        line = lines[place]
        lines[place] = f"{line[:end]:<{width}}  {line[start:rest]:>{digits}}{line[rest:]}"
    return True


# A posting or an assertion whose sum is a number: « Actifs:Banque  12.00 EUR ».
_PLAIN = re.compile(
    r"( {2}[^\s\";]+|[0-9]{4}-[0-9]{2}-[0-9]{2} balance [^\s\";]+) +(-?[0-9]+(?:\.[0-9]+)?)"
    r" [A-Z]{3}(?: .*)?"
)
# A posting, or a sum before any quotation mark or comment of a directive's first line.
_MOVED = re.compile(r"\s+[^\sa-z;]|\d[^\";]*\s\(?[-+]?\s*[\d,]")
