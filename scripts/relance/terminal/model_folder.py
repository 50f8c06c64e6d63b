"""The folder that a company starts with: policy, ledger, templates, header of the register."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from relance import __version__
from relance.ledger.company import POLICY
from relance.terminal.clock import today
from relance.terminal.creditor_entry import CreditorEntry, with_creditor
from relance.terminal.earlier_ledger import EarlierLedger
from relance.values.problem import Problem, Refusal, Source, refuse

_PACKAGE = Path(__file__).parents[1]
_PACKAGED = _PACKAGE / "depart"
_CHECKOUT = _PACKAGE.parents[1]
LEDGER = "ledger/main.beancount"
YEAR_FILE = re.compile(r"ledger/\d{4}\.beancount")
"""Where a company's own entries are, by year."""

_YEAR_MODEL = "ledger/annee.beancount"  # whose examples are of that year:
_MODEL_YEAR = "2026"
_HOME = "Europe/Paris"  # where a policy that says nothing is
_SHOWN = 5
_NOBODY = CreditorEntry()


@dataclass(frozen=True)
class ModelFolder:
    """The files of a new company in `folder`, of which some may be there already.

    `forge` asks for its workflow files (`github`, `gitlab`). Raises `Refusal` when something
    stands in the way of a file to add, or when nobody knows which ledger is meant.
    """

    folder: Path
    forge: str = ""

    def __post_init__(self) -> None:
        place = self.folder
        there = next(place for place in (place, *place.parents) if os.path.lexists(place))
        if not there.is_dir():
            raise refuse(str(place), f"{there} n'est pas un dossier", "choisissez un autre nom")
        if faults := [*self._in_the_way(), *self._many()]:
            raise Refusal(faults)

    @cached_property
    def earlier(self) -> EarlierLedger:
        """The ledger that is there already."""
        return EarlierLedger(self.folder, LEDGER)

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        books = self.earlier.tops
        files = {name: path for name, path in _model(self.forge) if not (books and _is_books(name))}
        return {_named(name): path for name, path in files.items()}

    @cached_property
    def missing(self) -> Mapping[str, Path]:
        """The files to add, and where the model has each."""
        here = {name for name in self._files if os.path.lexists(self.folder / name)}
        return {name: path for name, path in self._files.items() if name not in here}

    @cached_property
    def there(self) -> list[str]:
        """What is there already of what a company needs."""
        return [*self.earlier.tops, *sorted(self._files.keys() - self.missing.keys())]

    @property
    def there_in_short(self) -> str:
        """The same in one sentence."""
        return _few(self.there)

    @property
    def listed(self) -> list[str]:
        """What is to be added as it is told: the files, the templates as one, and the line that
        the ledger lacks."""
        letters = [name for name in self.missing if name.startswith("letters/")]
        names = [name for name in self.missing if name not in letters or len(letters) <= _SHOWN]
        if len(letters) > _SHOWN:
            names.append(f"letters/ ({len(letters)} fichiers)")
        if self.earlier.with_register is not None:
            names.append(f"une ligne include dans {self.earlier.tops[0]}, pour le registre")
        return sorted(names)

    def offered(self) -> Refusal:
        """What is said to who did not ask to add to what is there."""
        what = f"déjà présents : {self.there_in_short}"
        if not self.listed:
            return refuse(
                str(self.folder), f"{what} ; il ne manque rien", "relance verifier les contrôle"
            )
        remedy = (
            f"il manque {', '.join(self.listed)} : relance init {self.folder} --oui les ajoute, "
            "sans toucher au reste ; ou choisissez un dossier vide"
        )
        return refuse(str(self.folder), what, remedy)

    def write(self, creditor: CreditorEntry = _NOBODY) -> list[str]:
        """Add what is missing, with what is known of the creditor; returns the files' names. What
        is there already is never touched."""
        for name, source in self.missing.items():
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:  # never over what came meanwhile
                file.write(self._content(name, source, creditor))
        return sorted(self.missing)

    def _content(self, name: str, source: Path, creditor: CreditorEntry) -> bytes:
        """A file of the model, as this company's."""
        content = source.read_bytes()
        if name == POLICY:
            return with_creditor(self._policy(content.decode()), creditor).encode()
        if name == "Makefile":
            return content.replace(b"relance==VERSION", f"relance=={__version__}".encode())
        if source.name == Path(_YEAR_MODEL).name:
            return content.replace(_MODEL_YEAR.encode(), _this_year().encode())
        return content

    def _policy(self, text: str) -> str:
        """The policy names the ledger that is there."""
        if not (books := self.earlier.tops):
            return text
        written = json.dumps(books[0], ensure_ascii=False)
        return text.replace(f"fichier: {LEDGER}", f"fichier: {written}")

    def _in_the_way(self) -> Iterator[Problem]:
        """Files and links where a folder must be: what is added would go elsewhere, or nowhere."""
        for name in sorted({parent for file in self.missing for parent in _parents(file)}):
            place = self.folder / name
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                kind = "un lien" if place.is_symlink() else "un fichier"
                remedy = "déplacez-le, ou choisissez un autre dossier"
                yield Problem(Source(name), f"{kind} tient la place d'un dossier à créer", remedy)

    def _many(self) -> Iterator[Problem]:
        """Several ledgers: only who keeps them knows which one the policy must name."""
        books = self.earlier.tops
        if len(books) > 1 and POLICY in self.missing:
            what = f"{len(books)} grands livres ici : {_few(books)}"
            remedy = "écrivez-en un qui inclut les autres (include), ou un dossier par entreprise"
            yield Problem(Source(books[0]), what, remedy)


def start(folder: Path, *, complete: bool = False) -> list[str]:
    """Write a starting policy, ledger, templates and register header; returns the files' names.

    Raises `Refusal` when some of it is there, unless asked to `complete` it.
    """
    model = ModelFolder(folder)
    if model.there and not complete:
        raise model.offered()
    return model.write()


def _is_books(name: str) -> bool:
    """Whether a file of the model belongs to its ledger."""
    return Path(name).is_relative_to(Path(LEDGER).parent)


def _this_year() -> str:
    return str(today(_HOME).year)


def _named(name: str) -> str:
    """What a file of the model is called in a new folder."""
    return f"ledger/{_this_year()}.beancount" if name == _YEAR_MODEL else name


def _parents(name: str) -> list[str]:
    return [parent.as_posix() for parent in Path(name).parents if parent != Path()]


def _few(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" et {more} de plus" if more > 0 else "")


# ---------------------------------------------------------------- The model


def _model(forge: str) -> Iterable[tuple[str, Path]]:
    model = _PACKAGE / "modele"
    for path in _all(model):
        yield re.sub(r"(^|/)dot-", r"\1.", path.relative_to(model).as_posix()), path
    beside = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    for path in _all(beside / "letters"):
        yield path.relative_to(beside).as_posix(), path
    if forge == "gitlab":
        yield ".gitlab-ci.yml", beside / ".gitlab-ci.yml"
    if forge == "github":
        for path in _all(beside / ".github/workflows"):
            yield path.relative_to(beside).as_posix(), path


def _all(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
