"""Files beside the books that no include reads, and that speak of their clients: an include that
was forgotten loses payments, disputes and holds without a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from relance.values.facts import Books
from relance.values.problem import Problem, Source
from relance.values.register import FOLDER

_HEAD = re.compile(r"^(\d{4}-\d\d-\d\d)[ \t]+(?:note|txn|[*!])[ \t]", re.MULTILINE)
_ACCOUNT = re.compile(r"[^\W\d][\w-]*(?::[\w-]+)+")
_MOST = 1 << 20  # characters of a file that are looked at
_FILES = 100  # looked at


def unread_files(root: Path, books: Books) -> Iterator[Problem]:
    """The files with a note or an entry on a client's account since the first day of the books:
    what is older is another year's, put away."""
    if not books.movements:
        return
    first = min(movement.date for movement in books.movements).isoformat()
    accounts = {client.account for client in books.clients}
    for name in sorted(_beside(root, books.files))[:_FILES]:
        if account := _client_in(root / name, first, accounts):
            what = f"aucun include ne lit ce fichier, qui parle de {account}"
            beside = Path(name).name
            remedy = f'ajoutez include "{beside}" aux livres, ou renommez-le en {beside}.txt'
            yield Problem(Source(name), what, remedy)


def _beside(root: Path, files: Iterable[str]) -> set[str]:
    """The files of Beancount in the folders of these, the register's apart, that are none of
    them."""
    read = {Path(name) for name in files}
    folders = {path.parent for path in read} - {Path(FOLDER)}
    try:
        paths = {path for folder in folders for path in (root / folder).glob("*.beancount")}
    except OSError:
        return set()
    return {str(path.relative_to(root)) for path in paths if path.relative_to(root) not in read}


def _client_in(path: Path, first: str, accounts: set[str]) -> str | None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_MOST)
    except OSError:
        return None
    heads = [*_HEAD.finditer(text)]
    ends = [*(head.start() for head in heads), len(text)][1:]
    for head, end in zip(heads, ends, strict=True):
        for account in _ACCOUNT.findall(text, head.end(), end) if head[1] >= first else ():
            if client := next((name for name in _above(account) if name in accounts), None):
                return client
    return None


def _above(account: str) -> Iterator[str]:
    """The account itself, and those above it."""
    while account:
        yield account
        account = account.rpartition(":")[0]
