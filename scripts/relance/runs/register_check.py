"""The register held against the letters' files and its own past: a part of `relance verifier`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path, PurePosixPath

from relance.git.base import base_branch, fork, texts_at
from relance.git.repository import Repository
from relance.ledger.company import Company, sha256
from relance.letters.letter_text import as_text
from relance.runs.comparison import (
    IN_REGISTER,
    Difference,
    LetterStatement,
    as_in_file,
    differences,
    of_file,
    trail_of,
)
from relance.runs.pending import PREFIX
from relance.text import frontmatter, yamlfile
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal, Source
from relance.values.register import FOLDER, HEADER, attested, unattested


def faults(company: Company) -> list[Problem]:
    """Every letter whose files are not what the register says, and every register that changed."""
    letters = company.books.letters
    problems = [problem for letter in letters for problem in _letter(company.root, letter)]
    return [*problems, *register_faults(company)]


def register_faults(company: Company) -> list[Problem]:
    """Those that no letter has alone: a file of two letters, a register that changed."""
    return [*_shared(company.books.letters), *_changed_registers(company)]


# ---------------------------------------------------------------- Files


def _letter(root: Path, letter: IssuedLetter) -> Iterator[Problem]:
    if fault := unattested(letter):
        yield fault
    for name, expected in attested(letter):
        path = root / name
        content = path.read_bytes() if path.is_file() else None
        if content is None:
            what = f"{name} manque, que cette ligne déclare ({letter.id})"
            yield Problem(letter.source, what, f"rétablissez-le : git checkout -- {name}")
        elif expected and sha256(content) != expected:
            what = f"{name} n'est plus celui que le registre atteste ({letter.id})"
            remedy = f"pas encore fusionnée : relance rendre ; sinon git checkout -- {name}"
            yield Problem(letter.source, what, remedy)
        if content is not None and name.endswith(".md"):
            yield from _front(name, content, letter)


def _shared(letters: Sequence[IssuedLetter]) -> Iterator[Problem]:
    """One file for two letters: one of them was never written."""
    number = Counter(letter.path for letter in letters)
    for letter in letters:
        if number[letter.path] > 1:
            what = f"{letter.path} est aussi le fichier d'une autre lettre ({letter.id})"
            yield Problem(letter.source, what, "rétablissez la ligne d'origine (git)")


# ---------------------------------------------------------------- Front matters


def _front(name: str, content: bytes, letter: IssuedLetter) -> Iterator[Problem]:
    """Where a letter's front matter and the register disagree."""
    text, right = content.decode("utf-8", "replace"), as_in_file(letter)
    try:
        front, _ = frontmatter.front_matter(text, name)
        written = of_file(front, IN_REGISTER, complete=True)
        wrong = [d for d in differences(written, right) if _counts(d, written)]
        if wrong:  # read again with the place of each value, which takes far longer
            document, _ = frontmatter.front_document(text, name)
            yield from (_disagreement(difference, document, letter) for difference in wrong)
    except Refusal as unreadable:
        yield from unreadable.problems


def _counts(difference: Difference, written: LetterStatement) -> bool:
    """A claim that the file lists for information alone moves no step: the register is silent."""
    claim = difference.claim
    listed = claim is not None and not difference.key and bool(difference.written)
    return not listed or claim is None or written.claims[claim]["etape"] is not None


def _disagreement(
    difference: Difference, document: yamlfile.YamlDocument, letter: IssuedLetter
) -> Problem:
    key, claim = difference.key, difference.claim
    remedy = f"rétablissez la lettre ou le registre (git) ; le registre : {letter.source}"
    if claim and not key:
        what = f"la lettre ne cite pas {claim.invoice}, que le registre lui fait citer"
        if difference.written:
            what = f"la lettre relance {claim.invoice}, dont le registre ne dit rien"
        return Problem(Source(document.name), f"{letter.id} : {what}", remedy)
    sides = f"dit {_shown(difference.written)}, le registre {_shown(difference.right)}"
    about = f"« {key} » de {claim.invoice}" if claim else f"« {key} »"
    assert isinstance(document.value, dict)
    place = document.place(trail_of(difference, document.value))
    return Problem(Source(place.path, place.line), f"{letter.id} : {about} {sides}", remedy)


def _shown(value: object) -> str:
    if value is None:
        return "rien"
    return value.isoformat() if isinstance(value, date) else as_text(value)


# ---------------------------------------------------------------- Registers


def _changed_registers(company: Company) -> Iterator[Problem]:
    """Registers are only ever added to from the merge on; a folder outside git cannot tell."""
    try:
        repository = Repository.at(company.root)
        reference = _merged(repository)
    except Refusal:
        return
    folder = repository.from_top(FOLDER)
    before = texts_at(repository.git, reference, folder)
    for path, old in sorted(before.items()):
        name = f"{FOLDER}/{PurePosixPath(path).name}"
        if name.endswith(".beancount") and not name.endswith(HEADER):
            yield from only_added(name, old, company.root / name)


def _merged(repository: Repository) -> str:
    """The last commit of the branch that letters are merged into, as this one knows it."""
    head = repository.head()
    try:
        base = base_branch(repository.git, PREFIX)
    except Refusal:
        return head
    return fork(repository.git, head, base.tip) or head


def only_added(name: str, old: str, path: Path) -> Iterator[Problem]:
    """What a register that was merged as `old` lost, or had put into one of its entries."""
    remedy = f"git checkout -- {name} ; une erreur se corrige par une note #annulation"
    if not path.is_file():
        yield Problem(Source(name), "ce registre fusionné a disparu", remedy)
        return
    new = path.read_text(encoding="utf-8", errors="replace")
    if new == old:
        return
    rest = iter(new.splitlines())
    for number, line in enumerate(old.splitlines(), 1):
        if line.strip() and not any(line == other for other in rest):
            what = f"cette ligne d'un registre fusionné a été changée ou retirée : {line.strip()}"
            yield Problem(Source(name, number), what, remedy)
            return
    left = Counter(tuple(rows) for _, rows in _entries(new))
    for number, rows in _entries(old):
        left[tuple(rows)] -= 1
        if left[tuple(rows)] < 0:
            what = f"une ligne a été ajoutée à cette entrée d'un registre fusionné : {rows[0]}"
            yield Problem(Source(name, number), what, remedy)


def _entries(text: str) -> list[tuple[int, list[str]]]:
    """Each directive with the lines that belong to it and the number of its first line."""
    entries: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if entries and line[:1].isspace() and line.strip():
            entries[-1][1].append(line.rstrip())
        elif line.strip() and not line.startswith(";"):
            entries.append((number, [line.rstrip()]))
    return entries
