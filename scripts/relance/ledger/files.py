"""The files of a ledger: their names from the root, and whether they can be read as text."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Iterable, Iterator
from functools import partial
from glob import escape
from pathlib import Path

from relance.values.problem import Problem, Refusal, Source, refuse

_ROUNDABOUT = re.compile(r"/\.{0,2}(?:/|$)")


def relative(name: str, root: Path) -> str:
    """A path as the user would write it from the root of the repository."""
    below = f"{root}/"
    if name.startswith(below) and not _ROUNDABOUT.search(name, len(below) - 1):
        return name[len(below) :]  # as nearly all are, and there are as many as entries
    return Path(os.path.relpath(name, root)).as_posix()


def check_readable(path: Path, root: Path) -> None:
    """Refuse a ledger that is not there, that nobody may read, or whose folder Beancount would
    take for a pattern: its includes would find nothing, or another company's register."""
    name = relative(str(path), root)
    if odd := next((part for part in path.parent.parts if escape(part) != part), None):
        what = (
            f"le nom du dossier « {odd} » est un motif pour Beancount : « include » n'y trouve rien"
        )
        raise refuse(name, what, "renommez ce dossier sans [ ] * ni ?")
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


def leaves_by_a_link(file: str, included: str) -> bool:
    """Whether a path written in a file goes through a link and back (`link/../a.beancount`):
    Beancount looks for its files where the link leads, then reads them where it lies."""
    place = (Path(file).parent / included).parent
    return os.path.realpath(place) != os.path.realpath(os.path.normpath(place))


def check_text(files: Iterable[str], root: Path) -> None:
    """Refuse, naming each, the files that are no UTF-8 text."""
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
                yield Problem(Source(name, 1, 1), "ce fichier commence par une marque BOM", _BOM)
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                line += before.count(b"\n")
                column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
                yield Problem(Source(name, line, column), "ce fichier n'est pas en UTF-8", _UTF8)
                return
            line += piece.count(b"\n")
    if decoder.getstate()[0]:
        yield Problem(Source(name, line, 1), "ce fichier n'est pas en UTF-8", _UTF8)


_BOM = "enregistrez-le en UTF-8 sans BOM dans votre éditeur"
_UTF8 = "enregistrez-le en UTF-8 dans votre éditeur"
