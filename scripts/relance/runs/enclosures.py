"""What is joined to a letter: the declared copies of its invoices, as e-mail parts or on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import PurePosixPath
from platform import python_version
from typing import Any, NamedTuple

from relance.decision.outcomes import Letter
from relance.ledger.company import Company
from relance.letters.compose import LetterSetting, assemble, faults
from relance.letters.letter_facts import Facts, copies, creditor_facts
from relance.paper import pdf
from relance.paper.assembly import Part, join, page_count
from relance.paper.examination import MEGABYTE, Limits, Paper, a4_pages, examine, limits_of
from relance.paper.page_cache import Store, libraries
from relance.text.escapes import one_line
from relance.values.facts import Document
from relance.values.problem import Problem, Refusal, Source
from relance.values.source_print import source_print

SEPARATOR = "pieces-jointes"
_BEGINS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}
_WITHIN = 1024  # a PDF's mark may come after other bytes, not far


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to join: `name` is what its receiver reads, unique in its letter; `numbers` are the
    invoices it is the copy of, as the letter prints them."""

    name: str
    content: bytes
    media_type: str
    path: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Printed:
    """An enclosure as it goes into an envelope: its pages on A4, one PDF."""

    enclosure: Enclosure
    pages: bytes


def enclosed(front: Mapping[str, Any], company: Company) -> tuple[Enclosure, ...]:
    """What a letter's front matter names under `pieces`, in its order.

    Raises Refusal with all of them that are not declared, not there or not readable: a letter
    that announces a copy does not leave without it.
    """
    account, labels = front.get("compte"), _labels(front)
    declared = {d.path: d for d in company.books.documents if d.copy and d.account == account}
    enclosures: list[Enclosure] = []
    problems: list[Problem] = []
    for path in _paths(front):
        document = declared.get(path)
        if document is None:
            what = f"cette pièce de la lettre {front.get('relance')} n'est pas celle de ce client"
            remedy = "déclarez-la (document … #facture), ou émettez la lettre de nouveau"
            problems.append(Problem(Source(path), what, remedy))
            continue
        try:
            enclosures.append(_read(document, company, labels))
        except Refusal as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise Refusal(problems)
    return tuple(_numbered(enclosures))


def printable(letter: bytes, front: Mapping[str, Any], company: Company) -> bytes:
    """The letter's PDF as it goes into an envelope: after it a page that names its enclosures,
    then each of them on A4. The letter alone when it has none."""
    enclosures = enclosed(front, company)
    if not enclosures:
        return letter
    limits = limits_of(company.policy)
    printed = [_Printed(copy, a4_pages(_paper(copy), limits)) for copy in enclosures]
    separator = _separator(front, printed, company)
    parts = [Part(str(front["relance"]), letter), Part(SEPARATOR, separator)]
    return join([*parts, *(Part(copy.enclosure.name, copy.pages) for copy in printed)])


def unreadable(
    documents: Iterable[Document], company: Company, sound: Store | None = None
) -> dict[str, Problem]:
    """The declared copies that cannot be joined, by path: damaged, locked, not what their name
    says, out of all measure, or with a program inside. What only shows them may remember in
    `sound` those that have no fault: what writes or sends opens each."""
    problems: dict[str, Problem] = {}
    limits = limits_of(company.policy)
    for document in documents:
        try:
            paper = _paper(_read(document, company, {}))
            key = _examined(paper, limits) if sound else ""
            if sound and sound.get(key) == _SOUND:
                continue
            examine(paper, limits)
            if sound:
                sound.put(key, _SOUND)
        except Refusal as refusal:
            problems[document.path] = replace(refusal.problems[0], source=document.source)
    return problems


_SOUND = b"se joint"


def _examined(paper: Paper, limits: Limits) -> str:
    """The fingerprint of all that an examination depends on: the file, its limits, what reads."""
    read_by = (python_version(), source_print(), version("pikepdf"), *libraries().values())
    parts = (sha256(paper.content).hexdigest(), paper.media_type, repr(limits), *read_by)
    return sha256("\0".join(parts).encode()).hexdigest()


class Readable(NamedTuple):
    """A company without the copies that cannot be joined, each of which is a warning."""

    company: Company
    warnings: tuple[Problem, ...]


def readable(letters: Sequence[Letter], company: Company) -> Readable:
    """Leave out the copies that these letters could not enclose after all: none may announce
    them."""
    cited = {d for letter in letters for d in copies(letter, company.books.documents)}
    wrong = unreadable(sorted(cited, key=lambda document: document.path), company)
    kept = tuple(d for d in company.books.documents if d.path not in wrong)
    books = replace(company.books, documents=kept)
    return Readable(replace(company, books=books), tuple(wrong.values()))


# ---------------------------------------------------------------- One file


def _read(document: Document, company: Company, labels: dict[str, str]) -> Enclosure:
    path, most = company.root / document.path, limits_of(company.policy).megabytes
    if not path.is_file():
        what = "cette pièce a disparu du dossier"
        raise Refusal([Problem(Source(document.path), what, "rétablissez le fichier (git)")])
    if path.stat().st_size > most * MEGABYTE:
        what = f"cette pièce dépasse {most} Mo"
        raise Refusal([Problem(Source(document.path), what, "réduisez-la, ou voyez pieces.taille")])
    content, kind = path.read_bytes(), str(document.media_type)
    if _BEGINS[kind] not in content[:_WITHIN]:
        what = f"{document.path} n'est pas ce que dit son nom ({kind})"
        remedy = "enregistrez-la de nouveau en PDF, en PNG ou en JPEG"
        raise Refusal([Problem(Source(document.path), what, remedy)])
    numbers = tuple(labels[name] for name in document.invoices if name in labels)
    return Enclosure(_file_name(document.path), content, kind, document.path, numbers)


def _paper(enclosure: Enclosure) -> Paper:
    return Paper(enclosure.path, enclosure.media_type, enclosure.content)


def _file_name(path: str) -> str:
    """The last part of a path, on one line: it goes into a mail's header."""
    return one_line(PurePosixPath(path).name).replace('"', "'")


def _numbered(enclosures: Sequence[Enclosure]) -> Iterator[Enclosure]:
    """Two files of one name in two folders get a number."""
    seen: dict[str, int] = {}
    for enclosure in enclosures:
        seen[enclosure.name] = count = seen.get(enclosure.name, 0) + 1
        stem, dot, suffix = enclosure.name.rpartition(".")
        yield enclosure if count == 1 else replace(enclosure, name=f"{stem}-{count}{dot}{suffix}")


# ---------------------------------------------------------------- What the letter says of them


def _paths(front: Mapping[str, Any]) -> list[str]:
    written = front.get("pieces")
    return [str(path) for path in written] if isinstance(written, list) else []


def _labels(front: Mapping[str, Any]) -> dict[str, str]:
    """From an invoice's link to the number that the letter prints."""
    return {str(f["facture"]): str(f["numero"]) for f in front.get("factures") or ()}


def _separator(front: Mapping[str, Any], printed: Sequence[_Printed], company: Company) -> bytes:
    """The page between the letter and what it encloses, in the letter's language."""
    language = str(front["langue"])
    setting = LetterSetting(company.policy.creditor, company.templates, language=language)
    pieces = [
        {
            "nom": copy.enclosure.name,
            "numeros": list(copy.enclosure.numbers),
            "pages": page_count(copy.pages, copy.enclosure.path),
        }
        for copy in printed
    ]
    return pdf.render(_markdown(front, pieces, setting), company.templates)


def _markdown(front: Mapping[str, Any], pieces: Sequence[Facts], setting: LetterSetting) -> str:
    kept = ("relance", "date", "canal", "devise", "destinataire", "creancier")
    facts: Facts = {key: front[key] for key in kept if key in front}
    values = facts | {"pieces": pieces, "langue": setting.language}
    return assemble(SEPARATOR, facts, values, setting)


def check_separator(setting: LetterSetting) -> list[Problem]:
    """The faults of that page's template, tried on a made-up letter; none without one."""
    if not (setting.folder / f"{SEPARATOR}.md").is_file():
        return []
    front = {
        "relance": "R20261123-01",
        "date": date(2026, 11, 23),
        "canal": ["courrier"],
        "devise": "EUR",
        "destinataire": {"nom": "Exemple"},
        "creancier": creditor_facts(setting.creditor),
    }
    numbers: tuple[list[str], ...] = ([], ["F1"], ["F1", "F2"])
    pieces: list[Facts] = [{"nom": "x.pdf", "numeros": joined, "pages": 1} for joined in numbers]
    tried = (faults(_markdown, front, pieces[first:], setting) for first in (0, 2))
    return list(dict.fromkeys(problem for problems in tried for problem in problems))
