"""A company's folder: its policy and its books, read together."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from relance.ledger.unread_files import unread_files
from relance.policy.reader import place_in_policy, read_policy
from relance.policy.settings import Policy
from relance.text.locales import languages
from relance.text.typography import FRENCH
from relance.values.facts import Books
from relance.values.problem import Problem, Refusal, Source, suggest
from relance.values.register import FOLDER, HEADER

if TYPE_CHECKING:
    from relance.ledger.beancount import Loaded

POLICY = "relance.yaml"
TEMPLATES = "letters"
_TEXTS = {".md", ".txt", ".yaml", ".css", ".html"}
_IMAGES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".otf", ".ttf", ".woff", ".woff2"}


@dataclass(frozen=True, slots=True)
class Company:
    """A company's policy and books as they stand in `root`."""

    root: Path
    policy: Policy
    books: Books

    @property
    def templates(self) -> Path:
        """The folder of letter templates."""
        return self.root / TEMPLATES

    @property
    def policy_sha256(self) -> str:
        """The fingerprint of the policy file."""
        return sha256((self.root / POLICY).read_bytes())

    def files_read(self) -> tuple[str, ...]:
        """Every file a run really reads, relative to the root."""
        templates = [
            path.relative_to(self.root).as_posix()
            for path in self.templates.rglob("*")
            if path.suffix.lower() in _TEXTS | _IMAGES
        ]
        return tuple(sorted({POLICY, *self.books.files, *templates}))

    def register_unread(self) -> Problem | None:
        """The fault of a ledger that does not read the register: it would remind twice."""
        if f"{FOLDER}/{HEADER}" in self.books.files:
            return None
        beside = Path(os.path.relpath(FOLDER, Path(self.policy.ledger.file).parent)).as_posix()
        return Problem(
            Source(self.policy.ledger.file),
            "le grand livre n'inclut pas le registre : chaque lettre partirait deux fois",
            f'ajoutez include "{beside}/*.beancount" et le fichier {FOLDER}/{HEADER}',
        )

    def unread(self) -> list[Problem]:
        """The faults of a ledger that does not read all that there is: the register, or a file
        beside its own that speaks of its clients."""
        register = self.register_unread()
        return [*([register] if register else []), *unread_files(self.root, self.books)]


def read_company(root: Path, loaded: Loaded | None = None) -> Company:
    """Read policy and books. Raises `Refusal` with all the faults of the first that has any, and
    for a language in which there are no templates. `loaded` is its ledger when it is loaded
    already."""
    from relance.ledger.books import read_books  # and Beancount: books recalled do without

    policy = policy_of(root)
    return checked(Company(root, policy, read_books(policy, root, loaded)))


def policy_of(root: Path) -> Policy:
    """The policy of the folder. Raises `Refusal` with its faults, or when its ledger is not
    there."""
    policy = read_policy(root / POLICY)
    if not (root / policy.ledger.file).exists():
        where = place_in_policy(root / POLICY, ("grand-livre", "fichier"))
        what = f"le grand livre « {policy.ledger.file} » n'existe pas"
        raise Refusal([Problem(where, what, "corrigez grand-livre.fichier, ou créez ce fichier")])
    return policy


def checked(company: Company) -> Company:
    """The company itself. Raises `Refusal` for a language in which there are no templates."""
    if faults := list(_unwritten(company)):
        raise Refusal(faults)
    return company


def _unwritten(company: Company) -> Iterator[Problem]:
    """The languages asked for that have no folder in `letters/`; French goes without saying."""
    available = languages(company.templates)
    if company.policy.language not in {FRENCH, *available}:
        source = place_in_policy(company.root / POLICY, ("langue",))
        yield _no_language(source, company.policy.language, available)
    for client in company.books.clients:
        if client.language and client.language not in available:
            yield _no_language(client.source, client.language, available)


def _no_language(source: Source, language: str, available: Sequence[str]) -> Problem:
    what = f"« langue » : aucun modèle de lettre en « {language} » ({TEMPLATES}/{language})"
    remedy = (
        suggest(language, available) if available else f"le dossier {TEMPLATES}/ n'a aucune langue"
    )
    return Problem(source, what, remedy)


def text_of(root: Path, name: str) -> str:
    """The text of a file, named from the company's folder. Raises Refusal unless it is UTF-8."""
    try:
        return (root / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        what, remedy = "ce fichier n'est pas en UTF-8", "enregistrez-le en UTF-8"
        raise Refusal([Problem(Source(name), what, remedy)]) from None


def sha256(content: bytes) -> str:
    """A fingerprint as the register writes it."""
    return hashlib.sha256(content).hexdigest()
