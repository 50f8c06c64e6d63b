"""Letters on branches that nobody merged yet (design §6, "Pending")."""

from __future__ import annotations

from relance.company import Company
from relance.fields import Complaints
from relance.ledger import parse
from relance.model import PendingLetter
from relance.policy import Policy
from relance.problem import Refusal
from relance.register import read_letters
from relance.vcs.repository import Repository


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
    for branch in repository.pending_registers(branch_prefix(company.policy)):
        entries = [entry for text in branch.registers.values() for entry in parse(text)]
        for letter in read_letters(entries, Complaints(company.root)):
            if letter.id not in known:
                found[letter.id] = PendingLetter(letter, branch.name)
    return tuple(found.values())


def branch_prefix(policy: Policy) -> str:
    """What the names of branches of letters begin with."""
    return policy.git.branch.partition("{date}")[0] or "relance/"
