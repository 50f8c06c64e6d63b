"""Beancount's loader, and nothing else knows Beancount: entries, faults, files really read."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core.amount import Amount as Amount
from beancount.core.data import Document as DocumentEntry
from beancount.core.data import Note as NoteEntry
from beancount.core.data import Open as OpenEntry
from beancount.core.data import Posting as Posting
from beancount.core.data import Transaction as Transaction
from beancount.parser import parser
from beancount.scripts.format import align_beancount

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
    """A ledger without fault: entries in the loader's order, files relative to the root.

    `missing` are the documents declared but not found, the one fault that stops nothing.
    `roots` maps the root names the user chose to the options that name them.
    """

    entries: tuple[Any, ...]
    files: tuple[str, ...]
    missing: tuple[Problem, ...]
    roots: Mapping[str, str]

    def root_of(self, option: str) -> str:
        """The root account that an option names: « Charges » for "name_expenses"."""
        return next((name for name, key in self.roots.items() if key == option), _ROOTS[option])


def load(path: Path, root: Path) -> Loaded:
    """Load the ledger at `path`; places are told relative to `root`.

    Raises `Refusal` with every Beancount error: a broken line drops its whole transaction, and
    a payment lost that way would remind someone who paid.
    """
    _check_readable(path, root)
    with _no_collection():
        entries, errors, options = _load_file(path, name=relative(str(path), root))
    files = tuple(sorted(relative(name, root) for name in options["include"]))
    _check_text(files, root)
    missing = tuple(_problem(e, root) for e in errors if _harmless(e))
    faults = [_problem(e, root) for e in errors if not _harmless(e)]
    if faults:
        raise Refusal(sorted(set(faults)))
    roots = {options[key]: key for key in _ROOTS if options[key] != _ROOTS[key]}
    return Loaded(tuple(entries), files, missing, roots)


def _load_file(path: Path, name: str) -> tuple[list[Any], list[Any], dict[str, Any]]:
    try:
        # The public loader unpickles a cache lying beside the ledger, so a file of the
        # repository would run as code; told not to, it deletes the user's cache.
        load_uncached: Any = loader._uncached_load_file  # noqa: SLF001
        entries, errors, options = load_uncached(str(path), None, None, None)
    except Exception as error:
        # Beancount promises not to raise on bad data, but sorts by a user's own `lineno`.
        what = f"Beancount ne peut pas lire ce grand livre : {error}"
        raise refuse(
            name, what, "corrigez la valeur en cause, ou une clé « filename » ou « lineno » de trop"
        ) from error
    return entries, errors, options


def parse(text: str) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """The directives of one file alone, no account checked, and the lines not understood."""
    entries, errors, _options = parser.parse_string(text)
    return tuple(entries), tuple(error.source.get("lineno") or 0 for error in errors)


@lru_cache(maxsize=4096)
def relative(name: str, root: Path) -> str:
    """A path as the user would write it from the root of the repository."""
    return Path(os.path.relpath(name, root)).as_posix()


def aligned(text: str) -> str:
    """The text as `bean-format` would leave it."""
    return str(align_beancount(text))  # type: ignore[no-untyped-call]


@contextmanager
def _no_collection() -> Iterator[None]:
    # A load only makes objects that live on: collecting meanwhile costs a fifth of its time.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()


def _check_readable(path: Path, root: Path) -> None:
    name = relative(str(path), root)
    if not path.is_file():
        raise refuse(
            name,
            "le grand livre n'existe pas",
            "corrigez grand-livre.fichier dans relance.yaml, ou créez ce fichier",
        )
    try:
        path.read_bytes()
    except OSError as error:
        raise refuse(name, f"illisible : {error.strerror}", "vérifiez les droits") from None


def _check_text(files: Iterable[str], root: Path) -> None:
    problems = []
    for name in files:
        try:
            if (root / name).read_text("utf-8").startswith("\ufeff"):
                problems.append(
                    Problem(Source(name, 1), "ce fichier commence par une marque BOM", _BOM)
                )
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(Problem(Source(name, line), "ce fichier n'est pas en UTF-8", _UTF8))
        except OSError as error:
            problems.append(
                Problem(Source(name), f"illisible : {error.strerror}", "vérifiez les droits")
            )
    if problems:
        raise Refusal(problems)


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
