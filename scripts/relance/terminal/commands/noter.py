"""`relance noter`: a follow-up note, a dispatch, a payment plan."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import click

from relance.claims.on_day import OnDay
from relance.git.repository import Repository
from relance.ledger.company import Company, read_company
from relance.ledger.note_sorts import CANCELLATION
from relance.notes import request, wording
from relance.notes.addition import Addition, add_notes
from relance.notes.note import NewNote
from relance.runs import approval
from relance.terminal import interview
from relance.terminal.clock import today
from relance.terminal.note_options import note_options
from relance.terminal.options import OFFER, Day, common, payment_plan_options
from relance.terminal.views.console import next_thing, say, show_diff
from relance.terminal.views.noter import show_proposal
from relance.values.problem import Refusal


@click.command()
@common
@note_options
@payment_plan_options
@click.option("--commit", is_flag=True, help="Enregistre cette note, et elle seule, dans git.")
def noter(day: date | None, client: str | None, facture: tuple[str, ...], **given: Any) -> None:
    """Note un appel, une promesse, un litige…, ou ce qu'une lettre est devenue.

    Le client (nom ou compte) vient en premier ; sans rien, les questions sont posées une à une.
    Avec --echeancier ou --versement, propose un échéancier, et le note une fois accepté.
    """
    folder, offer = given.pop("folder"), {name: given.pop(name) for name in OFFER}
    said = (given.pop("parti"), given.pop("non_parti"))
    if any(said):
        _settle(folder, said, (day, client, facture), offer | given)
        return
    wanted = request.asked(client, given, facture)
    if any(value is not None for value in offer.values()):
        other = ", ".join(
            f"--{name}" for name in (wanted.options if wanted else ()) if name != "le"
        )
        if other:
            raise click.UsageError(f"un échéancier se propose seul, sans {other}")
        _offer(folder, day, (client, facture), offer | given)
        return
    if (asking := wanted is None) and not interview.on_terminal():
        raise click.UsageError('indiquez un client et une note : noter CLIENT --appel "…"')
    repository = Repository.at(folder.resolve()) if given["commit"] else None
    with repository.lock() if repository else nullcontext():
        say(repository.recover() if repository else None)
        company = read_company(folder.resolve())
        now = today(company.policy.calendar.timezone)
        wanted = wanted or interview.ask(company, day or now)
        approval.check_approved(company, wanted)
        note = request.new_note(company, wanted, day or now)
        approval.check_happened(note, now)
        _check_cancelled(company, note)
        addition = add_notes(company, [note])
        show_diff(addition.diff())
        if asking and not interview.agreed():
            return
        done = _keep(addition, wording.message(note, company), repository)
    next_thing(done)


def _keep(addition: Addition, message: str, repository: Repository | None) -> str:
    """Commit an addition alone, or only write it; what was done, and what to do next."""
    if repository:
        repository.commit_edit(addition.edit(message), addition.write)
    else:
        addition.write()
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
    (letter,) = (each for each in company.books.letters if each.id == note.letter)
    records.check_cancelled(SendingJournal(repository.shared), letter)


def _settle(
    folder: Path, said: tuple[bool, bool], about: tuple[object, ...], given: dict[str, Any]
) -> None:
    """Say of an uncertain e-mail that it left, which is noted, or that it did not."""
    from relance.sending import records
    from relance.sending.attempts import SendingJournal

    sent, not_sent = said
    if sent and not_sent:
        raise click.UsageError("--parti ou --non-parti, pas les deux")
    letter, commit = given.pop("envoi"), given.pop("commit")
    if not letter or any(about) or any(value is not None for value in given.values()):
        raise click.UsageError("--parti et --non-parti vont avec --envoi LETTRE seulement")
    repository = Repository.at(folder.resolve())
    with repository.lock():
        say(repository.recover())
        journal = SendingJournal(repository.shared)
        company = read_company(folder.resolve())
        attempt = records.uncertain(journal, letter, company)
        if sent:
            note = records.left(company, attempt)
            addition = add_notes(company, [note])
            show_diff(addition.diff())
            message = wording.message(note, company)
            done = _keep(addition, message, repository if commit else None)
        else:
            done = f"{letter} n'est pas partie : le prochain relance envoyer la reprend."
        records.settle(journal, attempt, sent=sent)
    next_thing(done)


def _offer(
    folder: Path, day: date | None, about: tuple[str | None, tuple[str, ...]], given: dict[str, Any]
) -> None:
    """Write the letter that offers a payment plan and, once it is accepted, its notes."""
    from relance.files import plan_proposals  # lays out pages, which a plain note does not need

    repository = Repository.at(folder.resolve()) if given["commit"] else None
    with repository.lock() if repository else nullcontext():
        say(repository.recover() if repository else None)
        company = read_company(folder.resolve())
        day = given["le"] or day or today(company.policy.calendar.timezone)
        day = Day().convert(day, None, None)
        wish, on = (
            plan_proposals.wish(company, about, given),
            OnDay(company.policy, company.books, day),
        )
        proposal = plan_proposals.propose(on, wish)
        made, notes = plan_proposals.files(proposal, company), plan_proposals.notes(proposal)
        addition = add_notes(company, notes) if given["accepted"] else None
        plan_proposals.save(made, company)
        show_proposal(proposal, made)
        if addition is None:
            next_thing("envoyez-la ; une fois acceptée, la même commande avec --accepte.")
            return
        show_diff(addition.diff())
        done = _keep(addition, wording.message(notes[0], company), repository)
    next_thing(done)
