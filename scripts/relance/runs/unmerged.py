"""The run on the branch checked out that nobody merged yet: what may still change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from relance.cache.book_states import read_once
from relance.git.base import Base, base_branch, contains, texts_at
from relance.git.branches import pending_registers
from relance.git.program import refused
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.git.worktree import worktree
from relance.ledger.company import Company
from relance.outlook.task import UnderReview
from relance.runs.pending import PREFIX
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal, Source, Status, suggest
from relance.values.register import FOLDER

_DOCUMENT = re.compile(r"^\S+ document .*\^(R\d{8}-\d{2,})\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Unmerged:
    """The letters of the branch that its base does not have, and the branch they will go to.

    `register` is the file of theirs, `books` the commit they were derived from, `day` their date.
    """

    branch: str
    base: Base
    letters: tuple[IssuedLetter, ...]
    merged: frozenset[str]
    register: str
    books: str
    day: date

    @property
    def folder(self) -> str:
        """Where the letters lie."""
        return str(PurePosixPath(self.letters[0].path).parent)

    @property
    def summary(self) -> str:
        """The file that sums the run up."""
        return f"{self.folder}/sommaire.md"


def unmerged(repository: Repository, company: Company) -> Unmerged:
    """What of the branch checked out may still change; `company` is read from its folder.

    Refused (3) on any other branch, and when all its letters are merged already.
    """
    branch = repository.ready_to_issue()
    if not branch.startswith(PREFIX):
        raise refused("aucune lettre à relire sur cette branche", _ways(repository), branch)
    base = base_branch(repository.git, PREFIX)
    merged = merged_letters(repository, base.tip)
    letters = [letter for letter in company.books.letters if letter.id not in merged]
    if not letters:
        what = f"les lettres de cette branche sont déjà sur {base.name}, ou en ont été retirées"
        raise refused(what, _farewell(base, branch), branch)
    return _of_one_run(repository, Unmerged(branch, base, tuple(letters), merged, "", "", date.min))


def review_of(repository: Repository, company: Company) -> UnderReview | None:
    """The letters that only the branch checked out has, None on any other branch; refused (3) when
    nothing tells what it will be merged into."""
    branch = repository.branch()
    if branch is None or not branch.startswith(PREFIX):
        return None
    base = base_branch(repository.git, PREFIX)
    merged = merged_letters(repository, base.tip)
    books = company.books
    if not merged.issuperset(books.letters_aside):  # some wait though all that they ask is paid
        books = read_once(company.root).books
    letters = tuple(letter for letter in books.letters if letter.id not in merged)
    return UnderReview(branch, base.home, letters) if letters else None


def under_review(company: Company) -> UnderReview | None:
    """The same of a company's folder; None also outside git, and where nothing tells what the
    branch will be merged into."""
    try:
        return review_of(Repository.at(company.root), company)
    except Refusal:
        return None


def _of_one_run(repository: Repository, run: Unmerged) -> Unmerged:
    """The run complete. Refused when its register was made of several, or not by the program."""
    registers = {letter.source.path for letter in run.letters}
    bases = {letter.base for letter in run.letters}
    days = {letter.date for letter in run.letters}
    if len(registers | bases | days) != 3 or None in bases:
        what = "le registre de cette branche ne vient pas d'un seul passage"
        raise refused(what, "supprimez la branche, et recommencez", ", ".join(sorted(registers)))
    (register,), (books,), (day,) = registers, bases, days
    if not repository.git.commit(str(books)):
        what = f"le commit {str(books)[:12]}, d'où viennent ces lettres, manque dans ce clone"
        raise refused(what, "git fetch --unshallow, ou git fetch", register)
    return Unmerged(run.branch, run.base, run.letters, run.merged, register, str(books), day)


def _ways(repository: Repository) -> str:
    """Where there are letters to look at."""
    names = sorted({branch.name for branch in pending_registers(repository, PREFIX)})
    return f"git switch {names[0]}" if names else "relance emettre en prépare une"


def merged_letters(repository: Repository, commit: str) -> frozenset[str]:
    """The ids of the letters that the register of a commit holds."""
    texts = texts_at(repository.git, commit, repository.from_top(FOLDER))
    return frozenset(name for text in texts.values() for name in _DOCUMENT.findall(text))


def chosen(run: Unmerged, company: Company, names: Iterable[str]) -> tuple[IssuedLetter, ...]:
    """The run's letters of these ids. Refused with a reason for each that is none of them."""
    ours = {letter.id: letter for letter in run.letters}
    in_register = {letter.id for letter in company.books.letters}
    wanted = dict.fromkeys(names)
    wrong = [name for name in wanted if name not in ours]
    problems = []
    for name in wrong:
        what, remedy = f"aucune lettre « {name} » sur cette branche", suggest(name, sorted(ours))
        if name in in_register:
            what = f"{name} est déjà fusionnée : le registre ne change plus"
            remedy = "pour l'arrêter, relance noter --annulation"
        problems.append(Problem(Source(name), what, remedy))
    if problems:
        merged = not in_register.isdisjoint(wrong)
        raise Refusal(problems, Status.REFUSED_STATE if merged else Status.REFUSED_INPUT)
    return tuple(ours[name] for name in wanted)


def files_of(letter: IssuedLetter, root: Path) -> tuple[str, ...]:
    """The letter's own files that are there: its text, its PDF, what goes with it."""
    markdown = PurePosixPath(letter.path).with_suffix(".md")
    names = [markdown, markdown.with_suffix(".pdf")]
    names += [markdown.with_name(f"{markdown.stem}-{end}") for end in ("appel.md", "sms.txt")]
    return tuple(str(name) for name in names if (root / name).is_file())


def tracked(repository: Repository, paths: Iterable[str]) -> list[str]:
    """Those of these files that git knows, in HEAD or its index."""
    in_git = {*repository.git.tree(), *repository.git.index()}
    return [path for path in paths if repository.from_top(path) in in_git]


def emptied(run: Unmerged) -> str:
    """What is said of a branch that has no letter left."""
    farewell = _farewell(run.base, run.branch)
    return f"plus aucune lettre sur {run.branch} ; pour la supprimer : {farewell}"


def _farewell(base: Base, branch: str) -> str:
    """How to be rid of a branch without letters."""
    return f"git switch {base.home} && git branch -D {branch}"


def registers(company: Company) -> list[str]:
    """The register files that the ledger reads."""
    return [
        name for name in company.books.files if PurePosixPath(name).parent == PurePosixPath(FOLDER)
    ]


def holds_base(repository: Repository, run: Unmerged) -> bool:
    """Whether the branch has all that its base has."""
    return contains(repository.git, repository.head(), run.base.tip)


# ---------------------------------------------------------------- Before it changes


def rehearse(
    repository: Repository, rewrite: NewCommit, tree: str, letters: Iterable[IssuedLetter]
) -> None:
    """Refuse when the ledger, with the files of `rewrite` in a copy of `tree`, would not read
    back just these letters among those of the register, and every other one as it stands."""
    with worktree(repository, tree) as root:
        before = {letter.id: letter for letter in read_once(root).books.letters}
        _apply(rewrite, root)
        after = {letter.id: letter for letter in read_once(root).books.letters}
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    expected = {letter.id: letter for letter in letters}
    wrong = [name for name in changed | expected.keys() if after.get(name) != expected.get(name)]
    if wrong:
        what = f"le registre ne se relirait pas comme il est écrit ({', '.join(sorted(wrong))})"
        remedy = "vérifiez que le grand livre inclut ce registre et que les comptes sont ouverts"
        raise Refusal([Problem(Source("out/registre"), what, remedy)])


def _apply(rewrite: NewCommit, root: Path) -> None:
    for name, content in rewrite.files.items():
        place = root / name
        if content is None:
            place.unlink(missing_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


# ---------------------------------------------------------------- The register's text, by letters

_ID = re.compile(r'^ +relance: +"(R\d{8}-\d{2,})"', re.MULTILINE)


def without(register: str, gone: Iterable[str]) -> str:
    """The register's text without the entries of these letters."""
    out = set(gone)
    blocks = [block for block in _entries(register) if _owner(block) not in out]
    return "\n\n".join(blocks).rstrip("\n") + "\n"


def with_prints(register: str, prints: Mapping[str, Mapping[str, str]]) -> str:
    """The register's text with other values of these keys in the letters' own entries, those
    that had none among them."""
    return "\n\n".join(_printed(block, prints) for block in _entries(register)).rstrip("\n") + "\n"


def _printed(block: str, prints: Mapping[str, Mapping[str, str]]) -> str:
    if " document " not in block.partition("\n")[0]:
        return block
    for key, value in prints.get(_owner(block), {}).items():
        line = rf'^( +{key}: +)"[^"]*"'
        block, replaced = re.subn(line, rf'\g<1>"{value}"', block, flags=re.MULTILINE)
        block += "" if replaced else f'\n  {key}: "{value}"'
    return block


def _entries(register: str) -> Iterator[str]:
    yield from re.split(r"\n{2,}", register.rstrip("\n"))


def _owner(block: str) -> str:
    letter_id = _ID.search(block)
    return letter_id[1] if letter_id else ""
