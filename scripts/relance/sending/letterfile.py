"""The files of an issued letter, provided they are those that the register attests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from relance.ledger.company import Company, sha256, text_of
from relance.letters.letter_text import invoice_rows
from relance.paper import pdf
from relance.runs.enclosures import enclosed
from relance.runs.letter_files import engines
from relance.text import frontmatter
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal, Source
from relance.values.register import unattested

REDO = "rétablissez-le (git), ou refaites-le sur sa branche avant de fusionner"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: its name for the reader, its type, its bytes."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A letter with the facts of its front matter and its body, both as approved.

    `stem` is the path of its files without their ending, relative to the company's folder.
    """

    letter: IssuedLetter
    stem: str
    front: Mapping[str, object]
    body: str

    def text(self, key: str) -> str:
        """A text of the front matter, "" when it has none."""
        return str(self.front.get(key) or "")

    @property
    def lines(self) -> tuple[Mapping[str, object], ...]:
        """The invoices printed in it, those for information among them."""
        return tuple(invoice_rows(self.front))

    @property
    def announced(self) -> tuple[str, ...]:
        """The paths of the documents that it announces as enclosed."""
        paths = self.front.get("pieces")
        return tuple(str(path) for path in paths) if isinstance(paths, list) else ()

    def printed_days(self) -> Iterator[tuple[str, date]]:
        """The days by which it asks to pay, each with its name: its own deadline, and that of a
        payment plan's next instalment."""
        instalment = self.front.get("versement")
        agreed = instalment.get("date") if isinstance(instalment, dict) else None
        for what, day in (("son échéance", self.front.get("echeance")), ("le versement", agreed)):
            if isinstance(day, date):
                yield what, day


def read_letter(company: Company, letter: IssuedLetter) -> LetterFile:
    """Read a letter's Markdown file. Raises Refusal when it, its PDF or its text
    message is missing or is not the one whose fingerprint the register holds. A PDF that the
    policy keeps out of git may be missing: `page` makes it again."""
    stem, root = PurePosixPath(letter.path).with_suffix(""), company.root
    attested = [(".md", letter.markdown_sha256)]
    if company.policy.git.pdf or (root / f"{stem}.pdf").exists():
        attested.append((".pdf", letter.pdf_sha256))
    if letter.sms_sha256:
        attested.append(("-sms.txt", letter.sms_sha256))
    problems = [
        problem
        for ending, expected in attested
        for problem in _faults(root, f"{stem}{ending}", expected)
    ]
    if fault := unattested(letter):
        problems.append(fault)
    if problems:
        raise Refusal(problems)
    text = text_of(root, f"{stem}.md")
    front, body = frontmatter.front_matter(text, f"{stem}.md")
    return LetterFile(letter, str(stem), front, body)


def page(company: Company, file: LetterFile) -> bytes:
    """The letter's PDF. One that git does not hold is made again from the attested Markdown.

    Raises Refusal when it is gone, or when what is made here is not what was approved.
    """
    path = company.root / f"{file.stem}.pdf"
    if path.is_file():
        return path.read_bytes()
    if company.policy.git.pdf:
        raise Refusal([Problem(Source(f"{file.stem}.pdf"), "fichier introuvable", REDO)])
    text = text_of(company.root, f"{file.stem}.md")
    made, letter = pdf.render(text, company.templates), file.letter
    if sha256(made) == letter.pdf_sha256:
        return made
    then, now = letter.version or "version non notée", engines()
    what = f"refait ici, ce PDF n'est pas celui approuvé (fait avec {then} ; ici {now})"
    remedy = "envoyez de la machine qui l'a émis, ou copiez-en ce fichier"
    raise Refusal([Problem(Source(f"{file.stem}.pdf"), what, remedy)])


def attachments(company: Company, file: LetterFile) -> tuple[Attachment, ...]:
    """The letter's PDF, then the documents it announces. Raises Refusal for those that are gone,
    or are not this client's."""
    name = f"{PurePosixPath(file.stem).name}.pdf"
    letter = Attachment(name, "application/pdf", page(company, file))
    copies = enclosed(file.front, company)
    return (letter, *(Attachment(copy.name, copy.media_type, copy.content) for copy in copies))


def _faults(root: Path, name: str, expected: str | None) -> Iterator[Problem]:
    path = root / name
    if not path.is_file():
        yield Problem(Source(name), "fichier introuvable", REDO)
    elif expected and sha256(path.read_bytes()) != expected:
        what = "ce fichier n'est plus celui que le registre atteste"
        yield Problem(Source(name), what, REDO)
