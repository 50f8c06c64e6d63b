"""From the plan to the commit: the files of a run, checked together before any is kept."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from relance.cache.book_states import read_once
from relance.decision.outcomes import Letter, Plan
from relance.git.base import base_branch
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.ledger.company import Company
from relance.ledger.register_writer import write_run
from relance.letters import compose as letters
from relance.letters.letter_facts import copies
from relance.paper.rendering import Printing
from relance.policy.step_settings import REMAINDER
from relance.runs.enclosures import readable
from relance.runs.letter_files import LetterFiles, issued_letter
from relance.runs.pending import PREFIX, TRAILER
from relance.runs.summary import summarise
from relance.text.locales import french_date
from relance.text.words import count
from relance.text.writing import Spool
from relance.values.issued import Citation, IssuedLetter, PendingLetter
from relance.values.kinds import Information
from relance.values.problem import Problem, Refusal, Source, Status, refuse
from relance.values.register import FOLDER, LETTERS


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


def check_branch(repository: Repository, branch: str, plan: Plan) -> None:
    """On a branch of letters, only the run that made it may be repeated, and finds nothing new."""
    same_day = plan.date.isoformat() in branch
    if branch.startswith(PREFIX) and (plan.letters or not same_day):
        home = base_branch(repository.git, PREFIX).home
        raise refuse(
            branch,
            "cette branche porte déjà des lettres",
            f"revenez sur {home} (git switch {home}), puis recommencez",
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
class LaidOut:
    """So many of the letters are laid out; the last one of them goes to `client`, "" before the
    first."""

    number: int
    letters: int
    client: str = ""


def prepare(
    plan: Plan, company: Company, origin: Origin, printing: Printing, tree: Path
) -> Generator[LaidOut, None, Run]:
    """Compose and lay out every letter, then write the register and the summary; `tree` is the
    copy of the company's folder at the base, in which the files are written as they come.

    Raises `Refusal` for a fault of a template, and with those of all the pages.
    """
    name, base = origin.name, origin.base
    company, unjoined = readable(plan.letters, company)
    plan = replace(plan, warnings=(*plan.warnings, *unjoined))
    files, loose = Spool(tree), Spool(tree)
    kept = files if company.policy.git.pdf else loose
    pages = LetterFiles(letters.setting_of(company), f"{LETTERS}/{name}", files, kept)
    yield LaidOut(0, len(plan.letters))
    for number, client in enumerate(pages.make(plan.letters, printing), 1):
        yield LaidOut(number, len(plan.letters), client)
    digest = company.policy_sha256
    issued = [issued_letter(letter, pages.prints(letter), base, digest) for letter in plan.letters]
    files[f"{FOLDER}/{name}.beancount"] = enter(plan, company, issued)
    files[f"{LETTERS}/{name}/sommaire.md"] = sum_up(plan, company, issued, files, origin.pending)
    return Run(origin, tuple(issued), files, loose, unjoined)


def enter(plan: Plan, company: Company, issued: Sequence[IssuedLetter]) -> bytes:
    """The register file of a run."""
    return write_run(plan.date, issued, company.books.roots, _comment).encode()


def sum_up(
    plan: Plan,
    company: Company,
    issued: Sequence[IssuedLetter],
    files: Mapping[str, bytes],
    pending: Sequence[PendingLetter] = (),
) -> bytes:
    """The summary of a run; `files` hold the texts of its letters by path, `pending` are the
    letters that waited on other branches."""
    paths = {x.id: str(PurePosixPath(x.path).with_suffix(".md")) for x in issued}

    def text(letter: Letter) -> str:
        return files[paths[letter.id]].decode("utf-8", "replace")

    return summarise(plan, company, issued, pending, text).encode()


def check(run: Run, tree: Path, company: Company) -> None:
    """Reload the true top file with the new files in place and compare (rule 10.2).

    `tree` is the copy of the company's folder at the base that holds them. Raises `Refusal` when
    the books do not read the register back as it was written: our own words must survive the
    ledger.
    """
    again = read_once(tree)
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
    number = count(len(run.letters), "lettre")
    return "\n".join([f"Relances du {french_date(day)} : {number}", "", *rows, "", *trailers, ""])


def change(run: Run, branch: str, day: date) -> NewCommit:
    """What git is asked to commit; the branch takes the run's name in place of the date."""
    name = branch.replace("{date}", run.origin.name)
    return NewCommit(run.files, _message(run, day), run.origin.base, branch=name)


_TELLING = {
    Information.THANKS: ", payée : remerciement.",
    Information.CORRECTION: " : {} après avoir, décompte rectifié.",
    Information.STATEMENT: " : {}, au relevé de compte.",
}


def _comment(citation: Citation) -> str:
    """The words of a citation's note, as Fava's journal shows them."""
    balance = f"{citation.balance.number:,.2f}".replace(",", " ").replace(".", ",")
    amount = f"{balance} {citation.balance.currency}"
    due = f"{citation.due:%d/%m/%Y}"
    if citation.instalment_due:
        day = f"{citation.instalment_due:%d/%m/%Y}"
        return f"Facture {citation.invoice} : {amount}, rappel du versement convenu du {day}."
    if citation.step == REMAINDER:
        left = sum(part.number for part in (citation.interest, citation.fee) if part)
        words = f"{left:.2f} {citation.balance.currency} de pénalités".replace(".", ",")
        return f"Facture {citation.invoice}, payée : {words} restant dues."
    if citation.informs:
        return f"Facture {citation.invoice}{_TELLING[Information(citation.step)].format(amount)}"
    if citation.rank == 0:
        return f"Facture {citation.invoice} : {amount} à échoir le {due}, rappel avant l'échéance."
    return f"Facture {citation.invoice} : {amount} échus le {due}, relance n° {citation.rank}."
