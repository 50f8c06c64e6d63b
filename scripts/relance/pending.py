"""Letters on branches that nobody merged yet (design §6, "Pending")."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from relance.company import Company
from relance.fields import Complaints
from relance.ledger import parse
from relance.model import IssuedLetter, PendingLetter
from relance.problem import Refusal, Source, Status, refuse
from relance.register import read_letters
from relance.vcs.repository import PendingBranch, Repository

PREFIX = "relance/"  # the policy lets branches begin with nothing else


def waiting_letters(company: Company) -> tuple[PendingLetter, ...]:
    """The letters that wait on branches; a folder outside git has none."""
    try:
        repository = Repository.at(company.root)
    except Refusal:
        return ()
    return pending_letters(repository, company)


def pending_letters(repository: Repository, company: Company) -> tuple[PendingLetter, ...]:
    """The letters on branches that the base's register does not know (design §6, "Pending"): by
    their ids, so that a squash merge is no trap."""
    known = {letter.id for letter in company.books.letters}
    found: dict[str, PendingLetter] = {}
    for branch in repository.pending_registers(PREFIX):
        for letter in _letters(branch, company):
            if letter.id not in known:
                found[letter.id] = PendingLetter(letter, branch.name)
    return tuple(found.values())


def stand(company: Company, pending: Iterable[PendingLetter], day: date) -> tuple[str, ...]:
    """The letters of that day that were issued already, here or on a branch, by their ids."""
    issued = [*company.books.letters, *(each.letter for each in pending)]
    return tuple(sorted({x.id for x in issued if x.date == day and x.cancelled_on is None}))


def _letters(branch: PendingBranch, company: Company) -> tuple[IssuedLetter, ...]:
    """The letters of a branch's registers; one that cannot be read would hide what waits."""
    complaints = Complaints(company.root)
    entries: list[object] = []
    for name, text in branch.registers.items():
        found, errors = parse(text)
        entries.extend(found)
        for line in errors:
            complaints.fault(Source(name, line), "ligne incomprise")
    letters = read_letters(entries, complaints)
    if complaints.faults:
        what = f"le registre de cette branche est illisible ({complaints.faults[0]})"
        remedy = "corrigez-le sur cette branche, ou supprimez-la"
        raise refuse(branch.name, what, remedy, Status.REFUSED_STATE)
    return letters
