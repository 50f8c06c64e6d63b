"""The folder that a company starts with: policy, ledger, templates, header of the register."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from relance.ledger.company import POLICY
from relance.values.problem import Problem, Refusal, Source, refuse

_PACKAGE = Path(__file__).parents[1]
_PACKAGED = _PACKAGE / "depart"
_CHECKOUT = _PACKAGE.parents[1]
LEDGER = "ledger/main.beancount"


def start(folder: Path, *, complete: bool = False) -> list[str]:
    """Write a starting policy, ledger, templates and register header; returns the files' names.

    What is there already is never touched: raises `Refusal` when some of it is, unless asked to
    `complete`, and whatever is asked when something stands in the way of a file to add.
    """
    there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
    if not there.is_dir():
        raise refuse(str(folder), f"{there} n'est pas un dossier", "choisissez un autre nom")
    books = _books(folder)
    files = {name: source for name, source in _files() if not (books and _is_ledger(name))}
    missing = {name: path for name, path in files.items() if not os.path.lexists(folder / name)}
    if faults := [*_in_the_way(folder, missing), *_many(books, missing)]:
        raise Refusal(faults)
    if (books or len(missing) < len(files)) and not complete:
        raise _offered(folder, [*books, *sorted(files.keys() - missing.keys())], sorted(missing))
    for name, source in missing.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:  # never over what came meanwhile
            file.write(_content(name, source, books))
    return sorted(missing)


def _is_ledger(name: str) -> bool:
    """Whether a file of the model belongs to its ledger."""
    return Path(name).is_relative_to(Path(LEDGER).parent)


def _offered(folder: Path, there: list[str], missing: list[str]) -> Refusal:
    what = f"déjà présents : {_few(there)}"
    if not missing:
        return refuse(str(folder), f"{what} ; il ne manque rien", "relance verifier les contrôle")
    letters = [name for name in missing if name.startswith("letters/")]
    if len(letters) > _SHOWN:
        more = f"letters/ ({len(letters)} fichiers)"
        missing = sorted([*(name for name in missing if name not in letters), more])
    remedy = (
        f"il manque {', '.join(missing)} : relance init {folder} --completer les ajoute, sans "
        "toucher au reste ; ou choisissez un dossier vide"
    )
    return refuse(str(folder), what, remedy)


def _in_the_way(folder: Path, missing: Iterable[str]) -> Iterator[Problem]:
    """Files and links where a folder must be: what is added would go elsewhere, or nowhere."""
    for name in sorted({parent for file in missing for parent in _parents(file)}):
        place = folder / name
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            kind = "un lien" if place.is_symlink() else "un fichier"
            remedy = "déplacez-le, ou choisissez un autre dossier"
            yield Problem(Source(name), f"{kind} tient la place d'un dossier à créer", remedy)


def _parents(name: str) -> list[str]:
    return [parent.as_posix() for parent in Path(name).parents if parent != Path()]


# ---------------------------------------------------------------- A ledger that is there


def _books(folder: Path) -> list[str]:
    """The ledgers of a folder that no other one of it includes, ours and registers apart."""
    paths = [
        path.relative_to(folder)
        for pattern in ("*.beancount", "*/*.beancount")
        for path in sorted(folder.glob(pattern))
    ]
    names = {p.as_posix(): p for p in paths if p.as_posix() != LEDGER and p.parts[0] != "out"}
    if os.path.lexists(folder / LEDGER):
        return [LEDGER]
    included = {name for path in names.values() for name in _included(folder, path)}
    return sorted(names.keys() - included)


def _included(folder: Path, path: Path) -> set[str]:
    text = (folder / path).read_text(encoding="utf-8", errors="replace")
    places = folder / path.parent
    return {
        file.relative_to(folder).as_posix()
        for pattern in re.findall(r'(?m)^include "([^"/][^"]*)"', text)
        if ".." not in pattern
        for file in places.glob(pattern)
    }


def _many(books: list[str], missing: Mapping[str, Path]) -> Iterator[Problem]:
    """Several ledgers: only who keeps them knows which one the policy must name."""
    if len(books) > 1 and POLICY in missing:
        what = f"{len(books)} grands livres ici : {_few(books)}"
        remedy = "écrivez-en un qui inclut les autres (include), ou un dossier par entreprise"
        yield Problem(Source(books[0]), what, remedy)


def _content(name: str, source: Path, books: list[str]) -> bytes:
    """A file of the model; the policy names the ledger that is there."""
    content = source.read_bytes()
    if name == POLICY and books:
        written = json.dumps(books[0], ensure_ascii=False)
        return content.replace(f"fichier: {LEDGER}".encode(), f"fichier: {written}".encode())
    return content


# ---------------------------------------------------------------- The model

_SHOWN = 5


def _few(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" et {more} de plus" if more > 0 else "")


def _files() -> Iterable[tuple[str, Path]]:
    model = _PACKAGE / "modele"
    for path in sorted(model.rglob("*")):
        if path.is_file():
            yield path.relative_to(model).as_posix().replace("dot-", "."), path
    letters = _PACKAGED / "letters" if _PACKAGED.is_dir() else _CHECKOUT / "letters"
    for path in sorted(letters.rglob("*")):
        if path.is_file():
            yield f"letters/{path.relative_to(letters).as_posix()}", path
