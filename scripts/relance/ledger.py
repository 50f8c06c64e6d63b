"""Beancount's loader, and nothing else knows Beancount: entries, faults, files really read."""

from __future__ import annotations

import os
import re
import sys
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core.amount import Amount as Amount
from beancount.core.data import Document as DocumentEntry
from beancount.core.data import Note as NoteEntry
from beancount.core.data import Open as OpenEntry
from beancount.core.data import Posting as Posting
from beancount.core.data import Transaction as Transaction
from beancount.core.data import entry_sortkey
from beancount.ops import validation
from beancount.parser import booking, parser
from beancount.scripts.format import align_beancount

from relance.aside import aside
from relance.memory import uncollected
from relance.problem import Problem, Refusal, Source, refuse

__all__ = [
    "Amount",
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
    `roots` maps the root names the user chose to the options that name them. `faults` waits for
    the last of Beancount's checks: what it gives back must be refused before anything is decided.
    `folders` are the document roots, `plugins` the modules that Beancount was told to run.
    """

    entries: Sequence[Any]
    files: tuple[str, ...]
    missing: tuple[Problem, ...]
    roots: Mapping[str, str]
    faults: Callable[[], list[Problem]]
    folders: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()

    def documents(self, root: Path) -> tuple[str, ...]:
        """Every file declared by a `document`, found or not."""
        found = (entry for entry in self.entries if isinstance(entry, DocumentEntry))
        return tuple(relative(entry.filename, root) for entry in found)

    def root_of(self, option: str) -> str:
        """The root account that an option names: « Charges » for "name_expenses"."""
        return next((name for name, key in self.roots.items() if key == option), _ROOTS[option])


def load(path: Path, root: Path) -> Loaded:
    """Load the ledger at `path`; places are told relative to `root`.

    A broken line drops its whole transaction, and a payment lost that way would remind someone
    who paid: raises `Refusal` with every Beancount error, but for those that only its validation
    of whole books finds, which runs beside what follows (see `Loaded.faults`).
    """
    _check_readable(path, root)
    with uncollected():
        entries, errors, options = _read(path, name=relative(str(path), root))
    validation = _Validation(entries, options, root)
    understood = _understood(entries, errors, options, root)
    if faults := understood.faults():
        raise Refusal(sorted({*faults, *validation.faults()}))
    return replace(understood, faults=validation.started())


def already_loaded(
    entries: Sequence[Any], errors: Iterable[Any], options: Mapping[str, Any], root: Path
) -> Loaded:
    """The same of a ledger that another program of this process has loaded, and validated, with
    Beancount's own loader: raises `Refusal` with every error."""
    understood = _understood(entries, errors, options, root)
    if faults := understood.faults():
        raise Refusal(sorted(set(faults)))
    return understood


def _understood(
    entries: Sequence[Any], errors: Iterable[Any], options: Mapping[str, Any], root: Path
) -> Loaded:
    """What Beancount gave back, sorted; refuses only what is no text."""
    files = tuple(sorted(relative(name, root) for name in options["include"]))
    _check_text(files, root)
    told = tuple(errors)
    missing = tuple(_problem(e, root) for e in told if _harmless(e))
    faults = [_problem(e, root) for e in told if not _harmless(e)]
    roots = {options[key]: key for key in _ROOTS if options[key] != _ROOTS[key]}
    beside = Path(options["filename"]).parent
    folders = tuple(relative(str(beside / name), root) for name in options["documents"])
    plugins = tuple(name for name, _ in options["plugin"])
    return Loaded(entries, files, missing, roots, lambda: faults, folders, plugins)


def _read(path: Path, name: str) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """What Beancount's loader does before its validation, in the same order.

    Its public entrance unpickles a cache lying beside the ledger, so a file of the repository
    would run as code; told not to, it deletes the user's cache.
    """
    try:
        entries, errors, options = loader._parse_recursive([(str(path), True)], None, None)  # noqa: SLF001
        entries = _LetGo(sorted(entries, key=entry_sortkey))
        entries, more = booking.book(entries, options)  # type: ignore[no-untyped-call]
        with _python_path(options.get("pythonpath", [])):
            entries, errors = loader.run_transformations(entries, [*errors, *more], options, None)
    except Exception as error:
        raise _unreadable(name, error) from error
    return entries, errors, options


class _LetGo(list[Any]):
    """Directives that are let go of one by one when they are read for the second time, as booking
    does to make new ones of them: never are all there twice, an eighth of the memory of a load.
    Whoever came back for a third time would find nothing that could be taken for an entry."""

    readings = 0

    def __iter__(self) -> Iterator[Any]:
        self.readings += 1
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


@dataclass(frozen=True, slots=True)
class _Validation:
    """Beancount's validation of whole books: a seventh of a load, and nearly always silent."""

    entries: Sequence[Any]
    options: Mapping[str, Any]
    root: Path

    def faults(self) -> list[Problem]:
        """Every error it finds, now."""
        try:
            errors = validation.validate(self.entries, self.options)  # type: ignore[no-untyped-call]
        except Exception as error:
            raise _unreadable("grand livre", error) from error
        return sorted({_problem(error, self.root) for error in errors})

    def started(self) -> Callable[[], list[Problem]]:
        """The same on another core when there is one and the books are large."""
        if len(self.entries) < LARGE:
            return self.faults
        wait = aside(lambda: [_words(problem) for problem in self.faults()])
        return lambda: [
            Problem(Source(path, line), what, remedy) for path, line, what, remedy in wait()
        ]


LARGE = 2000  # entries, below which a second process costs more than it saves


def _words(problem: Problem) -> tuple[str, int, str, str]:
    return (problem.source.path, problem.source.line, problem.what, problem.remedy)


def parse(text: str) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """The directives of one file alone, no account checked, and the lines not understood."""
    entries, errors, _options = parser.parse_string(text)
    return tuple(entries), tuple(error.source.get("lineno") or 0 for error in errors)


def relative(name: str, root: Path) -> str:
    """A path as the user would write it from the root of the repository."""
    return Path(os.path.relpath(name, root)).as_posix()


def aligned(text: str) -> str:
    """The text as `bean-format` would leave it."""
    return str(align_beancount(text))  # type: ignore[no-untyped-call]


def _check_readable(path: Path, root: Path) -> None:
    name = relative(str(path), root)
    if not path.is_file():
        raise refuse(
            name,
            "le grand livre n'existe pas",
            "corrigez grand-livre.fichier dans relance.yaml, ou créez ce fichier",
        )
    try:
        path.open("rb").close()
    except OSError as error:
        raise refuse(name, f"illisible : {error.strerror}", "vérifiez les droits") from None


def _check_text(files: Iterable[str], root: Path) -> None:
    problems: list[Problem] = []
    for name in files:
        try:
            problems.extend(_misread(root / name, name))
        except OSError as error:
            problems.append(
                Problem(Source(name), f"illisible : {error.strerror}", "vérifiez les droits")
            )
    if problems:
        raise Refusal(problems)


def _misread(path: Path, name: str) -> Iterator[Problem]:
    """Why a file is no UTF-8 text; read by pieces: large books would be in memory once more."""
    line, decoder = 1, getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        for piece in iter(partial(file.read, 1 << 14), b""):
            if line == 1 and piece.startswith(BOM_UTF8):
                yield Problem(Source(name, 1), "ce fichier commence par une marque BOM", _BOM)
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                yield Problem(Source(name, line), "ce fichier n'est pas en UTF-8", _UTF8)
                return
            line += piece.count(b"\n")
    if decoder.getstate()[0]:
        yield Problem(Source(name, line), "ce fichier n'est pas en UTF-8", _UTF8)


_BOM = "enregistrez-le en UTF-8 sans BOM dans votre éditeur"
_UTF8 = "enregistrez-le en UTF-8 dans votre éditeur"


def _harmless(error: Any) -> bool:
    return type(error).__name__ == "DocumentError" and error.message.startswith(
        "File does not exist"
    )


_FRENCH = {
    r"Invalid reference to unknown account '(.*)'": r"le compte « \1 » n'est pas ouvert",
    r"Invalid reference to inactive account '(.*)'": r"« \1 » n'est pas ouvert à cette date",
    r"Transaction does not balance: \((.*)\)": r"l'écriture n'est pas équilibrée : écart de \1",
    r"syntax error, unexpected (.*)": r"ligne incomprise (\1)",
    r"Invalid token: '(.*)'": r"caractère inattendu : \1",
    r'File glob "(.*)" does not match any files': r"« include \1 » ne trouve aucun fichier",
    r'File "(.*)" does not exist': r"le fichier inclus \1 n'existe pas",
    r"Balance failed for '(.*)': expected (.*) != accumulated (.*) \(.*": (
        r"le solde de « \1 » devait être \2, il est de \3"
    ),
    r"Duplicate open directive for (.*)": r"le compte \1 est ouvert deux fois",
    r'Duplicate filename parsed: "(.*)"': r"le fichier \1 est inclus deux fois",
    r'File does not exist: "(.*)"': r"le document \1 n'existe pas",
    r'Error importing "(.*?)"': r"le greffon \1 ne s'importe pas",
    r"Document root '(.*)' does not exist": r"le dossier de documents \1 n'existe pas",
}


def _problem(error: Any, root: Path) -> Problem:
    message = " ".join(error.message.partition("Traceback")[0].split()).replace(f"{root}/", "")
    for pattern, french in _FRENCH.items():
        message, found = re.subn(f"^{pattern}.*", french, message)
        if found:
            break
    return Problem(_place(error.source, root), f"Beancount : {message}", _remedy(error))


def _place(source: Any, root: Path) -> Source:
    name = str(source.get("filename") or "") if source else ""
    if not name or name.startswith("<"):
        return Source("grand livre")
    return Source(relative(name, root), source.get("lineno") or 0)


def _remedy(error: Any) -> str:
    if _harmless(error):
        return "ajoutez le fichier ou retirez la ligne document"
    return "corrigez cette ligne (bean-check la montre aussi) : un livre en erreur ne relance rien"
