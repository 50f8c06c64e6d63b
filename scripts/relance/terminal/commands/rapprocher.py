"""`relance rapprocher`: what the bank says and nobody has settled, one question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from relance.cache.cached_books import keep_written, recalled_whole
from relance.claims.on_day import OnDay
from relance.git.repository import Repository
from relance.ledger.beancount import load
from relance.ledger.company import POLICY, read_company
from relance.notes.addition import Addition
from relance.policy.reader import read_policy
from relance.settling.open_questions import OpenQuestion, open_questions
from relance.settling.settlement import BankAnswer
from relance.settling.settling import Accounts, settle
from relance.terminal import interview, settling_interview
from relance.terminal.clock import today
from relance.terminal.earlier_run import after_earlier_run
from relance.terminal.options import as_json, common, filled
from relance.terminal.settling_interview import Interview, Way
from relance.terminal.views.console import next_thing, show_diff, show_problems
from relance.terminal.views.json_text import printed
from relance.terminal.views.rapprocher_view import questions_as_json, show_list, show_question
from relance.text.words import count
from relance.values.problem import Refusal

NOTHING = "rien à rapprocher : tout ce que dit la banque est réglé."


@dataclass(frozen=True, slots=True)
class SettlingOptions:
    """What `rapprocher` was asked for."""

    folder: Path
    day: date | None
    form: str
    listed: bool
    commit: bool


@click.command()
@common
@as_json
@click.option("--liste", "listed", is_flag=True, help="Montre tout sans rien demander.")
@click.option("--commit", is_flag=True, help="Enregistre chaque réponse, et elle seule, dans git.")
@filled(SettlingOptions)
def rapprocher(asked: SettlingOptions) -> None:
    """Règle ce que la banque dit et dont personne n'est sûr, une question à la fois.

    Chaque réponse change l'écriture du grand livre : ! devient *, avec le client et ses factures.
    Corriger l'écriture dans le fichier fait la même chose.
    """
    root = asked.folder.resolve()
    if asked.form == "json" or asked.listed:
        if asked.commit:
            raise click.UsageError("--commit va avec les réponses : --liste n'en demande aucune")
        _list(root, asked)
        return
    if not interview.on_terminal():
        raise click.UsageError("sans clavier, relance rapprocher --liste montre ce qui attend")
    with after_earlier_run(root, commit=asked.commit) as repository:
        _Session(root, asked.day, repository).run()


def _list(root: Path, asked: SettlingOptions) -> None:
    company = recalled_whole(root)
    day = asked.day or today(company.policy.calendar.timezone)
    questions = open_questions(OnDay(company.policy, company.books, day))
    if asked.form == "json":
        for line in printed(questions_as_json(questions)):
            click.echo(line)
        return
    show_list(questions)
    if questions:
        next_thing(f"{count(len(questions), 'écriture')} à régler : relance rapprocher.")
    else:
        next_thing(NOTHING)


class _Session:
    """Walks through what waits; the books are read again after each answer."""

    def __init__(self, root: Path, day: date | None, repository: Repository | None) -> None:
        self._root = root
        self._day = day
        self._repository = repository
        self._later: set[str] = set()  # put off, by what the entry is
        self._left = 0  # not asked yet, or not answered
        self._done = 0

    def run(self) -> None:
        """Ask until nothing is left, or until told to stop."""
        while self._next():
            pass
        if self._done:
            keep_written(self._root)
        else:
            left = count(self._left + len(self._later), "écriture")
            waits = self._left or self._later
            next_thing(f"rien n'est changé : {left} à régler." if waits else NOTHING)
            return
        done = f"{count(self._done, 'écriture')} {'réglées' if self._done > 1 else 'réglée'}"
        next_thing(f"{done} ; relance plan dit ce qui part.")

    def _next(self) -> bool:
        """One question; whether to go on."""
        policy = read_policy(self._root / POLICY)
        loaded = load(self._root / policy.ledger.file, self._root)
        company = read_company(self._root, loaded)
        day = self._day or today(company.policy.calendar.timezone)
        on = OnDay(company.policy, company.books, day)
        left = [x for x in open_questions(on) if _name(x) not in self._later]
        self._left = len(left)
        if not left:
            return False
        question = left[0]
        before = self._done + len(self._later)
        show_question(question, before + 1, before + len(left))
        accounts = Accounts.of(company, loaded)
        answer = Interview(on, accounts).answer(question)
        if answer is Way.STOP:
            return False
        if answer is Way.LATER:
            self._later.add(_name(question))
            return True
        assert isinstance(answer, BankAnswer)
        try:
            changes = settle(company, on, accounts, answer)
        except Refusal as refused:
            show_problems(refused.problems)
            return True
        for change in changes:
            show_diff(change.diff())
        if settling_interview.agreed():
            self._write(changes, answer)
            self._done += 1
        return True

    def _write(self, changes: Sequence[Addition], answer: BankAnswer) -> None:
        if self._repository is None:
            for change in changes:
                change.write()
            return
        edits = {change.path: change.edit() for change in changes}
        words = answer.told.removeprefix("à la main : ")
        self._repository.commit_edits(edits, f"rapprocher: {words}")


def _name(question: OpenQuestion) -> str:
    """What tells an entry from others while lines move."""
    draft = question.waiting.draft
    return f"{draft.import_id or draft.text} {draft.date} {draft.amount} {draft.account}"
