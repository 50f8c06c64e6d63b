"""Letters approved: their branch merged into the one that it was made from, once it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from relance.cache.book_states import read_once
from relance.cache.cached_books import keep_written
from relance.git.base import Base, base_branch, merged_tree
from relance.git.branches import local_branches
from relance.git.program import fields, refused
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.git.worktree import worktree
from relance.ledger.company import Company
from relance.runs.outdated import overtaken
from relance.runs.pending import PREFIX, pending_letters
from relance.runs.unmerged import merged_letters
from relance.text.locales import french_date
from relance.text.words import count
from relance.values.facts import Client
from relance.values.issued import IssuedLetter
from relance.values.problem import Refusal, Status


@dataclass(frozen=True, slots=True)
class Approval:
    """What approving a branch merges: its letters, with the clients that they are for, and every
    other file that it changes; `base` is where it goes."""

    branch: str
    commit: str
    base: Base
    letters: tuple[IssuedLetter, ...]
    clients: dict[str, Client]
    others: tuple[str, ...]

    @property
    def message(self) -> str:
        """What the merge says: of which day the letters are, which, for whom."""
        days = ", ".join(french_date(day) for day in sorted({x.date for x in self.letters}))
        title = f"Approbation : {count(len(self.letters), 'lettre')} du {days}"
        rows = [f"- {letter.id} {letter.account}" for letter in self.letters]
        return "\n".join([title, "", *rows, "", f"Branche {self.branch}", ""])


def branch_to_approve(repository: Repository, company: Company, name: str | None) -> str:
    """The branch named, else the one checked out, else the only one that waits.

    Refused (3) when there is none, or when there are several.
    """
    if name is not None:
        repository.commit_of(name)
        return name
    current = repository.branch() or ""
    if current.startswith(PREFIX):
        return current
    waiting = sorted({pending.branch for pending in pending_letters(repository, company)})
    if len(waiting) == 1:
        return waiting[0]
    if not waiting:
        raise refused("aucune lettre n'attend d'être approuvée", "relance emettre en prépare")
    raise refused(
        f"plusieurs branches attendent : {', '.join(waiting)}", f"relance approuver {waiting[0]}"
    )


def approval(repository: Repository, branch: str, today: date) -> Approval:
    """What is to be approved. Hold the lock.

    Refused (3) when the folder has changes that are not committed, when the base is behind its
    remote or has all these letters, when the merge asks for a choice; refused, too, when the books
    once merged cannot be read, and when later entries have made a letter wrong.
    """
    base = base_branch(repository.git, PREFIX)
    commit = repository.commit_of(branch)
    _check_clean(repository)
    _check_home(repository, base)
    merged = merged_letters(repository, base.tip)
    tree = merged_tree(repository.git, base.tip, commit)
    with worktree(repository, tree) as root:
        company = read_once(root)
    letters = tuple(letter for letter in company.books.letters if letter.id not in merged)
    if not letters:
        what = f"{base.home} a déjà toutes les lettres de cette branche, ou elles en sont retirées"
        raise refused(what, f"pour la supprimer : git branch -D {branch}", branch)
    if faults := overtaken(repository, letters, base.name, today):
        raise Refusal(faults, Status.REFUSED_STATE)
    clients = {client.account: client for client in company.books.clients}
    others = _others(repository, base.tip, tree)
    return Approval(branch, commit, base, letters, clients, others)


def merge(repository: Repository, approved: Approval) -> str:
    """Merge, on the base, in a commit of its own; the commit. Hold the lock, and `recover` first.

    On any fault the repository is as it was, on the branch where it was.
    """
    began, home = repository.ready_to_issue(), approved.base.home
    moved = began != home
    if moved:
        repository.git.run("switch", "--quiet", home)
    new = NewCommit(
        {}, "", approved.base.tip, merge=approved.commit, merge_message=approved.message
    )
    try:
        commit = repository.commit_rewrite(new)
    except BaseException:
        if moved:
            repository.git.attempt("switch", "--quiet", began)
        raise
    keep_written(repository.folder)
    return commit


def _check_clean(repository: Repository) -> None:
    """Refuse changes that are not committed: nobody could tell them from what is merged."""
    rows = fields(repository.git.run("status", "--porcelain", "-z", "--untracked-files=no"))
    names = [row[3:] for row in rows if row[2:3] == " "]
    if names:
        what = f"des changements ne sont pas enregistrés : {', '.join(names[:5])}"
        more = f" et {count(len(names) - 5, 'autre')}" if len(names) > 5 else ""
        raise refused(f"{what}{more}", "git commit, ou git restore, puis recommencez")


def _check_home(repository: Repository, base: Base) -> None:
    """Refuse when the branch to merge into is not here, or its remote is ahead."""
    if base.home not in local_branches(repository.git, ""):
        raise refused(f"{base.home} n'existe pas ici", f"git switch {base.home}", base.home)
    if repository.git.commit(f"refs/heads/{base.home}") != base.tip:
        what = f"{base.home} est en retard sur {base.name}"
        raise refused(what, f"git switch {base.home} && git pull, puis recommencez", base.home)


def _others(repository: Repository, base: str, tree: str) -> tuple[str, ...]:
    """The files beside letters and registers that the merge changes."""
    changed = fields(repository.git.run("diff", "--name-only", "-z", base, tree))
    ours = f"{repository.from_top('out')}/"
    return tuple(path for path in changed if path and not path.startswith(ours))
