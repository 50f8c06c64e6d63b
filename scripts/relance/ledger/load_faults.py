"""What Beancount did not understand of a ledger, in French: each cause told once, at its place,
with what to do about it; what only follows from it is not told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from relance.ledger import error_words
from relance.ledger.columns import Lines, placed
from relance.ledger.figure_repairs import bare
from relance.ledger.files import relative
from relance.ledger.slips import BrokenFile, FaultyLines
from relance.values.problem import Problem, Source, suggest

_OF_WRITING = re.compile("Invalid token|ValueError|syntax error")
# What is wrong only because something else was not read.
_UNKNOWN = re.compile(r"Invalid reference to (?:unknown|inactive) account '(.*)'")
_FOLLOWS = re.compile("Balance failed|Unused Pad|Unopened account")
_UNBALANCED = re.compile(
    "Transaction does not balance|Too many missing|You may not have more|Could not resolve"
)
_LOST = re.compile('File glob|File ".*" does not exist|Include ')
_TYPING_SLIP = 0.9  # how alike two names are that a slip of the finger tells apart
_FRENCH_ROOTS = {
    "name_assets": ("actif", "actifs"),
    "name_liabilities": ("passif", "passifs", "dettes"),
    "name_equity": ("capital", "capitaux", "capitauxpropres", "fondspropres"),
    "name_income": ("produit", "produits", "revenus"),
    "name_expenses": ("charge", "charges", "depenses"),
}


def harmless(error: Any) -> bool:
    """A document that is not there, the one fault that stops nothing."""
    return type(error).__name__ == "DocumentError" and error.message.startswith(
        "File does not exist"
    )


@dataclass(frozen=True, slots=True)
class Faulty:
    """A ledger with errors: its folder, its files by their absolute names, the main one first,
    the accounts it opens; `roots` maps the root accounts of the main file to the options that name
    them, `text` gives the lines of a file, `unread` those lines of a text that Beancount does not
    read."""

    root: Path
    files: Sequence[str]
    roots: Mapping[str, str]
    accounts: Collection[str]
    text: Lines
    unread: FaultyLines

    def problems(self, errors: Iterable[Any]) -> list[Problem]:
        """The complaints about these errors, each cause once."""
        writing: dict[str, dict[int, str]] = defaultdict(dict)
        roots: dict[tuple[str, str], tuple[Any, str]] = {}
        others = []
        for error in errors:
            place = self._place(error)
            if account := re.fullmatch(r"Invalid account name: (.*)", error.message):
                roots.setdefault((place.path, account[1].partition(":")[0]), (place, account[1]))
            elif _OF_WRITING.match(error.message) and place.line:
                token = re.fullmatch(r"Invalid token: '(.*)'", error.message)
                writing[place.path].setdefault(place.line, token[1] if token else "")
            else:
                others.append((place, error))
        broken = [
            problem
            for name, stops in writing.items()
            for problem in BrokenFile(
                name, tuple(self.text(name)), stops, self._heading(name), self.unread
            ).problems()
        ]
        missing = [error for _, error in others if _LOST.match(error.message)]
        lost = _Lost(self, broken, missing)
        odd_roots = {root for _, root in roots}
        problems = [
            *broken,
            *(self._root(*odd) for odd in roots.values() if not lost.options(odd[0].path)),
            *self._grouped(
                (place, error)
                for place, error in others
                if not lost.explains(place, error) and _root_of(error.message) not in odd_roots
            ),
        ]
        return placed(problems, self.text)

    def _grouped(self, errors: Iterable[tuple[Source, Any]]) -> Iterator[Problem]:
        """One problem for all that is said of one unknown account."""
        by_account: dict[str, list[tuple[Source, Any]]] = defaultdict(list)
        for place, error in errors:
            if match := _UNKNOWN.match(error.message):
                by_account[match[0]].append((place, error))
            else:
                yield Problem(place, *self._words(error))
        for alike in by_account.values():
            places = sorted({place for place, _ in alike})
            what, remedy = self._words(alike[0][1])
            if len(places) > 1:
                what += f" (ici et à {len(places) - 1} autre{'s' * (len(places) > 2)} ligne"
                what += "s)" if len(places) > 2 else ")"
            yield Problem(places[0], what, remedy)

    def _words(self, error: Any) -> tuple[str, str]:
        message = " ".join(error.message.partition("Traceback")[0].split())
        message = message.replace(f"{self.root}/", "")
        if not type(error).__module__.startswith("beancount"):
            return f"un greffon dit : {message}", "corrigez ce qu'il refuse, ou retirez-le"
        what, remedy = error_words.words(message)
        unknown = re.match(r"Invalid reference to unknown account '(.*)'", message)
        accounts = self.accounts if unknown else ()
        if near := get_close_matches(unknown[1] if unknown else "", accounts, 1, _TYPING_SLIP):
            remedy = f"vouliez-vous « {near[0]} » ? sinon {remedy.partition(', ou')[0]}"
        if match := re.match("Invalid option: '(.*)'", message):
            remedy = suggest(match[1], [*_FRENCH_ROOTS, "title", "operating_currency", "documents"])
        return what, remedy

    # ------------------------------------------------------------ Roots

    def _root(self, place: Source, account: str) -> Problem:
        """An account whose root has no name in its file: an included file without its options,
        or a misspelt root."""
        root = account.partition(":")[0]
        top = Source(place.path, 1, 1)
        if root in self.roots:
            what = f"ce fichier ne nomme pas la racine « {root} » : chaque fichier inclus la nomme"
            return Problem(top, f"{what} aussi", _option(self.roots[root], root))
        what, remedy = f"« {account} » : racine inconnue « {root} »", suggest(root, self.roots)
        option = next((key for key, names in _FRENCH_ROOTS.items() if bare(root) in names), None)
        if option and not remedy.startswith("vouliez"):
            return Problem(top, what, _option(option, root))
        return Problem(place, what, remedy)

    def _heading(self, name: str) -> str:
        """The options of root accounts that a file has, or that the main one has for it."""
        options = [line for line in self.text(name) if line.startswith('option "name_')]
        return "\n".join(options) or "\n".join(
            _option(key, root).partition(": ")[2] for root, key in self.roots.items()
        )

    # ------------------------------------------------------------ Places

    def _place(self, error: Any) -> Source:
        name = str(error.source.get("filename") or "") if error.source else ""
        line = (error.source.get("lineno") or 0) if error.source else 0
        if line and not name.startswith("<"):
            return Source(relative(name, self.root), line)
        return self._sought(error.message) or Source(
            relative(name if name and name[0] != "<" else self.files[0], self.root)
        )

    def _sought(self, message: str) -> Source | None:
        """The line that has the file or the module which an error names, the last that does."""
        match = re.search("[\"'](.*?)[\"']", message)
        if match is None:
            return None
        wanted = match[1].rpartition("/")[2] or match[1]
        for name in (relative(file, self.root) for file in self.files):
            for number, line in reversed([*enumerate(self.text(name), 1)]):
                if re.match("include|plugin|option", line) and f'{wanted}"' in line:
                    return Source(name, number, line.find('"') + 1)
        return None


def _option(key: str, root: str) -> str:
    return f'ajoutez en tête : option "{key}" "{root}"'


def _root_of(message: str) -> str:
    """The root of the unknown account that an error tells, empty when it tells none."""
    account = _UNKNOWN.match(message)
    return account[1].partition(":")[0] if account else ""


class _Lost:
    """What was not read, because of these problems, or of files that are not there."""

    def __init__(self, ledger: Faulty, problems: Sequence[Problem], missing: Sequence[Any]) -> None:
        self._all = bool(missing) or any("guillemet" in problem.what for problem in problems)
        self._any = self._all or bool(problems)
        self._ranges: dict[str, list[range]] = defaultdict(list)
        self._stretches: dict[str, str] = defaultdict(str)
        for problem in problems:
            path, line = problem.source.path, problem.source.line
            lines = ledger.text(path)
            start, end = _entry(lines, line)
            self._ranges[path].append(range(start, end + 1))
            self._stretches[path] += "\n".join(lines[start - 1 : end]) + "\n"

    def options(self, path: str) -> bool:
        """Whether options of a file may be among it."""
        return bool(re.search("(?im)^.{0,3}opt", self._stretches.get(path, "")))

    def explains(self, place: Source, error: Any) -> bool:
        """Whether an error may only come of it."""
        if match := _UNKNOWN.match(error.message):
            texts = self._stretches.values()
            return self._all or any(match[1] in text or "option" in text for text in texts)
        if _FOLLOWS.match(error.message):
            return self._any
        if _UNBALANCED.match(error.message):
            return self._all or any(place.line in lines for lines in self._ranges[place.path])
        return False


def _entry(lines: Sequence[str], number: int) -> tuple[int, int]:
    """The first and the last line of the directive around a line."""
    start, end = number, number
    while start > 1 and (lines[start - 1][:1].isspace() or not lines[start - 1].strip()):
        start -= 1
    while start > 1 and lines[start - 2].strip():
        start -= 1
    while end < len(lines) and lines[end].strip() and (lines[end][:1].isspace() or end == number):
        end += 1
    return start, end
