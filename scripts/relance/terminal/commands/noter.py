"""`relance noter`: a follow-up note, a dispatch, a payment plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from relance.cache.cached_books import before_writing, keep_written
from relance.claims.on_day import OnDay
from relance.git.repository import Repository
from relance.ledger.client_names import client_named
from relance.ledger.company import Company
from relance.ledger.note_sorts import CANCELLATION
from relance.notes import request, wording
from relance.notes.addition import Addition, add_notes
from relance.notes.note import NewNote
from relance.notes.note_faults import ALREADY
from relance.notes.request import Asked
from relance.runs import approval
from relance.terminal import interview
from relance.terminal.clock import today
from relance.terminal.earlier_run import after_earlier_run
from relance.terminal.note_options import (
    NoteOptions,
    OfferOptions,
    note_options,
    payment_plan_options,
)
from relance.terminal.options import Day, common
from relance.terminal.views.console import next_thing, say, show_diff
from relance.terminal.views.noter_view import show_proposal
from relance.values.problem import Refusal


@click.command()
@common
@note_options
@payment_plan_options
@click.option("--commit", is_flag=True, help="Enregistre cette note, et elle seule, dans git.")
def noter(
    folder: Path, day: date | None, note: NoteOptions, offer: OfferOptions, *, commit: bool
) -> None:
    """Note un appel, une promesse, un litige…, ou ce qu'une lettre est devenue.

    Le client (nom ou compte) vient en premier ; sans rien, les questions sont posées une à une.
    Avec --echeancier ou --versement, propose un échéancier, et le note une fois accepté.
    """
    root = folder.resolve()
    if note.take_back:
        if day or note.texts or note.invoices or offer.given or note.left is not None:
            raise click.UsageError("--annuler ne va qu'avec un client et --commit")
        _take_back(root, note.client, commit=commit)
    elif note.left is not None:
        letter = note.texts.get("envoi")
        alone = not (day or note.client or note.invoices or offer.given or len(note.texts) > 1)
        if not letter or not alone:
            raise click.UsageError("--parti et --non-parti vont avec --envoi LETTRE seulement")
        _settle(root, letter, left=note.left, commit=commit)
    elif offer.given:
        if other := ", ".join(f"--{name}" for name in note.texts if name != "le"):
            raise click.UsageError(f"un échéancier se propose seul, sans {other}")
        _offer(root, day, note, offer, commit=commit)
    else:
        _note(root, day, note.asked, commit=commit)


def _note(root: Path, day: date | None, wanted: Asked | None, *, commit: bool) -> None:
    """Write the note that is wanted; ask for it when there is none."""
    if (asking := wanted is None) and not interview.on_terminal():
        raise click.UsageError('indiquez un client et une note : noter CLIENT --appel "…"')
    with after_earlier_run(root, commit=commit) as repository:
        company = before_writing(root)
        now = today(company.policy.calendar.timezone)
        wanted = wanted or interview.ask(company, day or now)
        approval.check_approved(company, wanted)
        with _kept_if_written(company, repository):
            note = request.new_note(company, wanted, day or now)
        approval.check_happened(note, now)
        _check_cancelled(company, note)
        addition = add_notes(company, [note])
        show_diff(addition.diff())
        if asking and not interview.agreed():
            return
        done = _keep(addition, wording.message(note, company), repository)
    next_thing(done)


@contextmanager
def _kept_if_written(company: Company, repository: Repository | None) -> Iterator[None]:
    """A note that is there already is done with only once git has it: refused (3) before that."""
    try:
        yield
    except Refusal as refusal:
        if repository and any(p.what.startswith(ALREADY) for p in refusal.problems):
            repository.check_committed(company.books.files)
        raise


def _keep(addition: Addition, message: str, repository: Repository | None) -> str:
    """Commit an addition alone, or only write it; what was done, and what to do next."""
    if repository:
        repository.commit_edits({addition.path: addition.edit()}, message)
    else:
        addition.write()
    keep_written(addition.root)
    return wording.done(addition.path, repository.branch() if repository else None)


def _check_cancelled(company: Company, note: NewNote) -> None:
    """Refuse to cancel a letter whose sending is known to the journal alone."""
    if note.sort != CANCELLATION:
        return
    from relance.sending import records
    from relance.sending.attempts import SendingJournal

    try:
        repository = Repository.at(company.root)
    except Refusal:  # a folder outside git has no journal
        return
    (letter,) = (issued for issued in company.books.letters if issued.id == note.letter)
    records.check_cancelled(SendingJournal(repository.shared), letter)


def _take_back(root: Path, client: str | None, *, commit: bool) -> None:
    """Take the last note out of its file; what was committed with it stays in git's history."""
    from relance.notes.removal import without_notes
    from relance.runs.last_note import last_note

    with after_earlier_run(root, commit=commit) as locked:
        company = before_writing(root)
        account = client_named(company.books.clients, client).account if client else None
        last = last_note(company, locked or Repository.at(root), account)
        addition = without_notes(company, last.notes)
        message = wording.taken_back(last.notes[0], company)
        say(f"Retirée : {message.partition(chr(10))[0]}")
        show_diff(addition.diff())
        if last.commit is None or locked is None:
            addition.write()
            done = (
                wording.done(addition.path, None) if last.commit else wording.undone(addition.path)
            )
        else:
            locked.commit_edits({addition.path: addition.edit()}, message)
            done = wording.done(addition.path, locked.branch())
        keep_written(root)
    next_thing(done)


def _settle(root: Path, letter: str, *, left: bool, commit: bool) -> None:
    """Say of an uncertain e-mail that it left, which is noted, or that it did not."""
    from relance.sending import records
    from relance.sending.attempts import SendingJournal

    repository = Repository.at(root)
    with repository.lock():
        say(repository.recover())
        journal = SendingJournal(repository.shared)
        company = before_writing(root)
        attempt = records.uncertain(journal, letter, company)
        if left:
            note = records.left(company, attempt)
            addition = add_notes(company, [note])
            show_diff(addition.diff())
            message = wording.message(note, company)
            done = _keep(addition, message, repository if commit else None)
        else:
            done = f"{letter} n'est pas partie : le prochain relance envoyer la reprend."
        records.settle(journal, attempt, sent=left)
    next_thing(done)


def _offer(
    root: Path, day: date | None, note: NoteOptions, offer: OfferOptions, *, commit: bool
) -> None:
    """Write the letter that offers a payment plan and, once it is accepted, its notes."""
    from relance.files import (  # lays out pages, which a plain note does not need
        plan_papers,
        plan_proposals,
    )

    with after_earlier_run(root, commit=commit) as repository:
        company = before_writing(root)
        written = note.texts.get("le") or day or today(company.policy.calendar.timezone)
        day = Day().convert(written, None, None)
        wish = plan_proposals.wish(company, note.client, note.invoices, offer.terms)
        on = OnDay(company.policy, company.books, day)
        proposal = plan_proposals.propose(on, wish)
        made, notes = plan_papers.files(proposal, company), plan_papers.notes(proposal)
        addition = add_notes(company, notes) if offer.accepted else None
        plan_papers.save(made, company)
        show_proposal(proposal, made)
        if addition is None:
            next_thing("envoyez-la ; une fois acceptée, la même commande avec --accepte.")
            return
        show_diff(addition.diff())
        done = _keep(addition, wording.message(notes[0], company), repository)
    next_thing(done)
