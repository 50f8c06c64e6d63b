"""From the plan to the commit: the files of a run, checked together before any is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from relance import __version__
from relance.company import Company, read_company, sha256
from relance.decision import Letter, Plan
from relance.enclosures import readable
from relance.issued import Citation, IssuedLetter, PendingLetter
from relance.letters import compose as letters
from relance.letters.facts import copies
from relance.locales import french_date
from relance.pending import PREFIX, TRAILER
from relance.problem import Problem, Refusal, Source, Status, refuse
from relance.recording import recorded
from relance.register import FOLDER, LETTERS
from relance.register_writing import write_run
from relance.rendering.job import Job
from relance.rendering.opening import Printing
from relance.rendering.spool import Spool
from relance.summary import summarise
from relance.vcs.journal import Change

_SLUG_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Prints:
    """The file that stands for a letter in the register, and the fingerprints of its forms."""

    path: str
    markdown_sha256: str
    pdf_sha256: str
    sms_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A run's name, which is its day and perhaps a suffix, the commit it was decided on, and the
    letters of other branches that it took into account."""

    name: str
    base: str
    pending: tuple[PendingLetter, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """The files of one run by path, and the letters as the register will tell them; `loose`
    are PDFs that the policy keeps out of git, `warnings` what its making brought to light. The
    contents lie on the disk (see `prepare`)."""

    origin: Origin
    letters: tuple[IssuedLetter, ...]
    files: Spool
    loose: Spool
    warnings: tuple[Problem, ...] = ()

    @property
    def folder(self) -> str:
        """Where its letters lie."""
        return f"{LETTERS}/{self.origin.name}"

    @property
    def register(self) -> str:
        """Its register file."""
        return f"{FOLDER}/{self.origin.name}.beancount"


def check_branch(branch: str, plan: Plan) -> None:
    """On a branch of letters, only the run that made it may be repeated, and finds nothing new."""
    same_day = plan.date.isoformat() in branch
    if branch.startswith(PREFIX) and (plan.letters or not same_day):
        raise refuse(
            branch,
            "cette branche porte déjà des lettres",
            "revenez sur main (git switch main), puis recommencez",
            Status.REFUSED_STATE,
        )


def enclosures(plan: Plan, company: Company) -> tuple[str, ...]:
    """The declared documents that the letters name as enclosed."""
    named = [copies(letter, company.books.documents) for letter in plan.letters]
    return tuple(sorted({document.path for documents in named for document in documents}))


def run_name(day: date, company: Company, pending: Sequence[PendingLetter]) -> str:
    """The day, with the suffix -2, -3… when an earlier run of the day stands."""
    ids = {letter.id for letter in company.books.letters} | {p.letter.id for p in pending}
    taken = {Path(letter.path).parent.name for letter in company.books.letters if letter.id in ids}
    taken |= {Path(p.letter.path).parent.name for p in pending}
    names = [day.isoformat(), *(f"{day.isoformat()}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Who lays out the letters of a run, and the copy of the company's folder at the base, in
    which its files are written as they come."""

    printing: Printing
    tree: Path


def prepare(plan: Plan, company: Company, origin: Origin, workshop: Workshop) -> Run:
    """Compose and render every letter, then write the register and the summary.

    Raises `Refusal` for a fault of a template, and with those of all the pages.
    """
    name, base = origin.name, origin.base
    company, unjoined = readable(plan.letters, company)
    plan = replace(plan, warnings=(*plan.warnings, *unjoined))
    files, loose = Spool(workshop.tree), Spool(workshop.tree)
    kept = files if company.policy.git.pdf else loose
    pages = _Pages(letters.setting_of(company), f"{LETTERS}/{name}", files, kept)
    pages.make(plan.letters, workshop.printing)
    digest = company.policy_sha256
    issued = [issued_letter(each, pages.prints(each), base, digest) for each in plan.letters]
    files[f"{FOLDER}/{name}.beancount"] = enter(plan, company, issued)
    files[f"{LETTERS}/{name}/sommaire.md"] = sum_up(plan, company, issued, origin.pending)
    return Run(origin, tuple(issued), files, loose, unjoined)


def enter(plan: Plan, company: Company, issued: Sequence[IssuedLetter]) -> bytes:
    """The register file of a run."""
    return write_run(plan.date, issued, company.books.roots, _comment).encode()


def sum_up(
    plan: Plan,
    company: Company,
    issued: Sequence[IssuedLetter],
    pending: Sequence[PendingLetter] = (),
) -> bytes:
    """The summary of a run; `pending` are the letters that waited on other branches."""
    return summarise(plan, company, issued, pending).encode()


def stem_of(letter: Letter) -> str:
    """How the names of a letter's files begin."""
    return f"{letter.id}-{slug(letter.client.label)}"


def texts(letter: Letter, setting: letters.LetterSetting) -> dict[str, str]:
    """A letter's texts by the end of their file names, the letter itself (`.md`) first, then its
    call sheet and its text message as its channels ask."""
    others = letters.companions(letter, setting)
    return {".md": letters.compose(letter, setting)} | {
        f"-{name}": text for name, text in others.items()
    }


class _Pages:
    """Makes the files of letters: Markdown, PDF, and what other channels need."""

    def __init__(
        self, setting: letters.LetterSetting, folder: str, files: Spool, kept: Spool
    ) -> None:
        self._setting = setting
        self._folder = folder
        self._files = files
        self._kept = kept
        self._prints: dict[tuple[str, str], str] = {}

    def make(self, written: Sequence[Letter], printing: Printing) -> None:
        """Write the letters, composed while others are laid out."""
        stems = {letter.id: self._stem(letter) for letter in written}
        jobs = (self._composed(letter) for letter in written)
        for name, page in printing.pages(jobs, self._setting.templates):
            self._kept[f"{stems[name]}.pdf"] = page
            self._prints[name, ".pdf"] = sha256(page)

    def _composed(self, letter: Letter) -> Job:
        """The letter's texts, written: itself, its call sheet and its text message."""
        made = texts(letter, self._setting)
        for end, text in made.items():
            self._files[f"{self._stem(letter)}{end}"] = text.encode()
            self._prints[letter.id, end] = sha256(text.encode())
        return Job(letter.id, letter.client.label, made[".md"])

    def prints(self, letter: Letter) -> Prints:
        """What the register says of its files."""
        path = next(
            name
            for name in (f"{self._stem(letter)}.pdf", f"{self._stem(letter)}.md")
            if name in self._files
        )
        markdown, page = (self._prints[letter.id, end] for end in (".md", ".pdf"))
        return Prints(path, markdown, page, self._prints.get((letter.id, "-sms.txt")))

    def _stem(self, letter: Letter) -> str:
        return f"{self._folder}/{stem_of(letter)}"


def check(run: Run, tree: Path, company: Company) -> None:
    """Reload the true top file with the new files in place and compare (design §10).

    `tree` is the copy of the company's folder at the base that holds them. Raises `Refusal` when
    the books do not read the register back as it was written: our own words must survive the
    ledger.
    """
    again = read_company(tree)
    _check_nothing_deleted(again.files_read(), (*company.files_read(), run.register))
    reloaded = {letter.id: letter for letter in again.books.letters}
    problems = [
        Problem(
            Source(f"{FOLDER}/{run.origin.name}.beancount"),
            f"la lettre {letter.id} ({letter.account}) ne se relit pas comme elle a été écrite",
            "vérifiez que le grand livre inclut ce registre et que le compte du client est ouvert",
        )
        for letter in run.letters
        if reloaded.get(letter.id) != letter
    ]
    if problems:
        raise Refusal(problems)


def write_loose(run: Run, root: Path) -> None:
    """Leave the PDFs that stay out of git beside their letters."""
    for name, content in run.loose.items():
        (root / name).write_bytes(content)


def _check_nothing_deleted(committed: Iterable[str], read: Iterable[str]) -> None:
    """A file that the base holds and the folder lacks: a payment or a register forgotten."""
    problems = [
        Problem(
            Source(name),
            "ce fichier enregistré dans git n'a pas été lu : il manque dans le dossier",
            f"rétablissez-le (git checkout -- {name}) ou enregistrez sa suppression",
        )
        for name in sorted(set(committed) - set(read))
    ]
    if problems:
        raise Refusal(problems, Status.REFUSED_STATE)


def _message(run: Run, day: date) -> str:
    """The commit's message, with a trailer per letter."""
    rows = [
        f"- {letter.id} {letter.account} : {letter.step}, {letter.total}" for letter in run.letters
    ]
    trailers = [f"{TRAILER}: {letter.id}" for letter in run.letters]
    number = f"{len(run.letters)} lettre{'s' if len(run.letters) > 1 else ''}"
    return "\n".join([f"Relances du {french_date(day)} : {number}", "", *rows, "", *trailers, ""])


def change(run: Run, branch: str, day: date) -> Change:
    """What git is asked to commit; the branch takes the run's name in place of the date."""
    return Change(
        run.files, branch.replace("{date}", run.origin.name), _message(run, day), run.origin.base
    )


def slug(name: str) -> str:
    """A client's name as a file name: ASCII, at most 40 characters."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_)[:_SLUG_LENGTH].strip("-") or "client"


def issued_letter(letter: Letter, prints: Prints, base: str, policy_sha256: str) -> IssuedLetter:
    """The letter as the register tells it; `base` is the commit of the books."""
    return replace(
        recorded(letter, prints.path),
        markdown_sha256=prints.markdown_sha256,
        pdf_sha256=prints.pdf_sha256,
        sms_sha256=prints.sms_sha256,
        base=base,
        version=engines(),
        policy_sha256=policy_sha256,
    )


def _comment(citation: Citation) -> str:
    """The words of a citation's note, as Fava's journal shows them."""
    balance = f"{citation.balance.number:,.2f}".replace(",", " ").replace(".", ",")
    amount = f"{balance} {citation.balance.currency}"
    due = f"{citation.due:%d/%m/%Y}"
    if citation.instalment_due:
        day = f"{citation.instalment_due:%d/%m/%Y}"
        return f"Facture {citation.invoice} : {amount}, rappel du versement convenu du {day}."
    if citation.rank == 0:
        return f"Facture {citation.invoice} : {amount} à échoir le {due}, rappel avant l'échéance."
    return f"Facture {citation.invoice} : {amount} échus le {due}, relance n° {citation.rank}."


def engines() -> str:
    """The versions that make a letter's bytes what they are."""
    return (
        f"relance {__version__}, weasyprint {version('weasyprint')}, markdown {version('markdown')}"
    )
