"""What the register attests, held against the files: `relance verifier`'s part of the proof.

Fast on thousands of letters: a front matter is skimmed line by line, and read as the YAML it is
only when something in it does not fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePosixPath

from relance.git.base import base_branch, fork, texts_at
from relance.git.repository import Repository
from relance.ledger.company import Company, sha256
from relance.runs.pending import PREFIX
from relance.text import frontmatter, yamlfile
from relance.values.amounts import Money
from relance.values.issued import Citation, IssuedLetter
from relance.values.problem import Problem, Refusal, Source
from relance.values.register import FOLDER, HEADER, attested, unattested

Row = tuple[object, ...]
_CLAIM = ("facture", "tranche", "etape", "rang", "echeance", "solde")


def faults(company: Company) -> list[Problem]:
    """Every letter whose files are not what the register says, and every register that changed."""
    letters = company.books.letters
    found = [problem for letter in letters for problem in _letter(company.root, letter)]
    return [*found, *_shared(letters), *_changed_registers(company)]


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


@dataclass(frozen=True, slots=True)
class _Told:
    """What the register says of a letter, by the names of its front matter, and of each claim
    that moves, in the order of `_CLAIM`."""

    values: Mapping[str, object]
    claims: tuple[Row, ...]

    @classmethod
    def of(cls, letter: IssuedLetter) -> _Told:
        """What older registers do not say is left out."""
        values: dict[str, object] = {
            "relance": letter.id,
            "date": letter.date,
            "compte": letter.account,
            "etape": letter.step,
            "rang": letter.rank,
            "parcours": letter.track,
            "devise": letter.total.currency if letter.total else None,
            "total": _number(letter.total),
            "penalites": _number(letter.interest),
            "indemnite": _number(letter.fee),
            "arrete-au": letter.stopped_on,
            "sous": letter.days_given,
        }
        known = {key: value for key, value in values.items() if value is not None}
        return cls(known, tuple(map(_claim, letter.citations)))


def _number(amount: Money | None) -> Decimal | None:
    return amount.number if amount else None


def _claim(citation: Citation) -> Row:
    where = (citation.invoice, citation.instalment, citation.step, citation.rank)
    return (*where, citation.due, citation.balance.number)


def _front(name: str, content: bytes, letter: IssuedLetter) -> list[Problem]:
    """Where a letter's front matter and the register disagree."""
    told = _Told.of(letter)
    text = content.decode("utf-8", "replace")
    if _fits(told, *_skimmed(text)):
        return []
    try:
        document, _ = frontmatter.front_document(text, name)
    except Refusal as unreadable:
        return list(unreadable.problems)
    return list(_disagreements(document, told, letter))


def _skimmed(text: str) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """The values of a front matter as the program writes it, and of its claims that move."""
    values, rows, section = dict[str, str](), list[dict[str, str]](), ""
    for line in text[4 : text.find("\n---", 4)].split("\n"):
        key, _, value = line[2:].partition(": ") if line[:1] in " -" else line.partition(": ")
        if line[:1] not in " -":
            section = key.removesuffix(":")
            values[section] = value
        elif section == "factures":
            if line[:2] == "- ":
                rows.append({})
            if rows:
                rows[-1][key] = value
    claims = [tuple(row.get(key, "") for key in _CLAIM) for row in rows]
    return values, [claim for claim in claims if claim[2] != "null"]


def _fits(told: _Told, values: Mapping[str, str], claims: Sequence[tuple[str, ...]]) -> bool:
    """Whether the skimmed texts say the same; False also when only a reader of YAML could tell."""
    if any(values.get(key, "").strip("'\"") != _text(x) for key, x in told.values.items()):
        return False
    own = sorted(tuple(part.strip("'\"") for part in claim) for claim in claims)
    return own == sorted(tuple(map(_text, claim)) for claim in told.claims)


def _text(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _disagreements(
    document: yamlfile.Document, told: _Told, letter: IssuedLetter
) -> Iterator[Problem]:
    assert isinstance(document.value, dict)
    front = document.value
    remedy = f"rétablissez la lettre ou le registre (git) ; le registre : {letter.source}"
    for key, right in told.values.items():
        if not _same(front.get(key), right):
            what = (
                f"{letter.id} : « {key} » dit {_said(front.get(key))}, le registre {_said(right)}"
            )
            yield Problem(_line(document, (key,)), what, remedy)
    yield from _claims(document, told, letter)


def _claims(document: yamlfile.Document, told: _Told, letter: IssuedLetter) -> Iterator[Problem]:
    """The claims that move, one by one by invoice and instalment."""
    assert isinstance(document.value, dict)
    listed = document.value.get("factures")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    places = {(str(row.get("facture")), row.get("tranche")): n for n, row in enumerate(rows)}
    moving = {place for place, n in places.items() if rows[n].get("etape") is not None}
    remedy = f"rétablissez la lettre ou le registre (git) ; le registre : {letter.source}"
    for claim in told.claims:
        where = (str(claim[0]), claim[1])
        moving.discard(where)
        if (n := places.get(where)) is None:
            what = f"{letter.id} : la lettre ne cite pas {claim[0]}, que le registre lui fait citer"
            yield Problem(Source(document.name), what, remedy)
            continue
        for key, right in zip(_CLAIM, claim, strict=True):
            if not _same(found := rows[n].get(key), right):
                said = f"dit {_said(found)}, le registre {_said(right)}"
                what = f"{letter.id} : « {key} » de {claim[0]} {said}"
                yield Problem(_line(document, ("factures", n, key)), what, remedy)
    for invoice, _ in sorted(moving, key=str):
        what = f"{letter.id} : la lettre relance {invoice}, dont le registre ne dit rien"
        yield Problem(Source(document.name), what, remedy)


def _same(found: object, right: object) -> bool:
    """A number is one however written, and a text of digits may have lost its quotes."""
    if isinstance(right, (Decimal, int)) and isinstance(found, (Decimal, int)):
        return Decimal(found) == Decimal(right)
    return found == right or (isinstance(right, str) and str(found) == right)


def _said(value: object) -> str:
    if value is None:
        return "rien"
    return value.isoformat() if isinstance(value, date) else _text(value)


def _line(document: yamlfile.Document, trail: yamlfile.Trail) -> Source:
    place = document.place(trail)
    return Source(place.path, place.line)


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
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if found and line[:1].isspace() and line.strip():
            found[-1][1].append(line.rstrip())
        elif line.strip() and not line.startswith(";"):
            found.append((number, [line.rstrip()]))
    return found
