"""`relance noter` without arguments: one question after another, with suggestions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial

import click

from relance.claims.receivables import receivables
from relance.ledger.client_names import matching, named_like
from relance.ledger.company import Company
from relance.ledger.note_sorts import FORMS, INVOICE, KEYS, OF_LETTERS, REASONS, TEXT
from relance.notes.request import Asked, currencies, read_day, read_money
from relance.notes.wording import CHANNELS, worded
from relance.terminal.options import echo_day
from relance.text.escapes import one_line, plain
from relance.text.locales import money, short_date
from relance.values.facts import Client
from relance.values.problem import suggest

_SUFFIX = " : "
_LISTED = 12  # clients named before the first question

Reader = Callable[[str], str]


def on_terminal() -> bool:
    """Whether someone is there to answer."""
    return sys.stdin.isatty()


def agreed() -> bool:
    """Whether the note shown is to be written."""
    return _choose("Écrire cette note (o/n)", ["o", "n"], "o") == "o"


def merging(home: str) -> bool:
    """Whether the letters shown are approved; no is the answer of whoever gives none."""
    return _choose(f"Approuver, et fusionner dans {home} (o/n)", ["o", "n"], "n") == "o"


def ask(company: Company, today: date) -> Asked:
    """Every question of one note; a wrong answer is asked again."""
    client = _client(company)
    letters = [letter.id for letter in company.books.letters if letter.account == client.account]
    sort = _sort(with_letters=bool(letters))
    if sort in OF_LETTERS:
        options = {sort: _choose("Lettre", letters, letters[-1])}
        options |= _channel() if sort == "envoi" else {}
    else:
        options = {sort: _answer("Promet de payer le", _day)} if sort == "promesse" else {}
    invoices = () if FORMS[sort].whole_account else _invoices(company, client, today)
    if FORMS[sort].takes == INVOICE:
        options, invoices = {sort: ", ".join(invoices)}, ()
    options |= _details(sort, currencies(company, client, invoices))
    options |= _text(sort)
    options["le"] = _answer("Date de la note", _day, str(today))
    return Asked(client.account, options, invoices)


# ---------------------------------------------------------------- One question each


def _client(company: Company) -> Client:
    clients = company.books.clients
    names = [plain(client.label) for client in clients]
    if len(names) <= _LISTED:
        click.echo(f"Clients : {', '.join(names)}")

    def one(answer: str) -> str:
        clients_named = matching(clients, one_line(answer))
        if len(clients_named) == 1:
            return clients_named[0].account
        raise click.UsageError(f"« {answer} » : {named_like(one_line(answer), clients)}")

    account = _answer("Client", one)
    return next(client for client in clients if client.account == account)


def _sort(*, with_letters: bool) -> str:
    offered = [name for name, form in FORMS.items() if form.takes]
    names = [name for name in offered if with_letters or name not in OF_LETTERS]
    for name in names:
        click.echo(f"  {name:<22}{FORMS[name].help.partition(' ;')[0].rstrip('.')}")
    return _choose("Sorte de note", names)


def _channel() -> dict[str, str]:
    channel = _choose(f"Par quel canal ({', '.join(CHANNELS)})", list(CHANNELS))
    return {channel: _answer("Numéro ou adresse (facultatif)", str, "")}


def _invoices(company: Company, client: Client, today: date) -> tuple[str, ...]:
    """The invoices the note is about; the open ones are shown."""
    claims = receivables(company.books, company.policy.terms, today).claims
    of_client = [claim for claim in claims if claim.client.account == client.account]
    for claim in of_client:
        if claim.balance > 0 and claim.invoice:
            due = f"échéance {short_date(claim.due)}" if claim.due else "sans échéance"
            owed = money(claim.balance, claim.currency)
            click.echo(f"  {plain(claim.invoice):<22}{owed}, {due}")
    numbers = sorted({name for claim in of_client for name in (claim.invoice, claim.label) if name})

    def all_known(answer: str) -> str:
        if unknown := [name for name in _split(answer) if name not in numbers]:
            raise click.UsageError(f"facture « {unknown[0]} » : {suggest(unknown[0], numbers)}")
        return answer

    question = "Factures, séparées par des virgules (rien : tout le compte)"
    return _split(_answer(question, all_known, "")) if numbers else ()


def _split(answer: str) -> tuple[str, ...]:
    return tuple(filter(None, map(one_line, answer.split(","))))


def _details(sort: str, owed: list[str]) -> dict[str, str]:
    """The sort's own keys; what is left blank is left out."""
    readers: dict[str, Reader] = {
        key: _day for key, key_form in KEYS.items() if key_form.type is date
    }
    readers |= {
        "raison": partial(_reason, REASONS.get(sort, ())),
        "montant": lambda answer: _amount(answer, owed),
    }
    answers = {}
    for key in FORMS[sort].options:
        question = KEYS[key].option.rstrip(".")
        reader = readers.get(key, str)
        if key in FORMS[sort].asked:
            answers[key] = _answer(question, reader)
        else:
            answers[key] = _answer(f"{question} (facultatif)", _optional(reader), "")
    return {key: answer for key, answer in answers.items() if answer}


def _text(sort: str) -> dict[str, str]:
    """The note's words; a sort that its facts can word needs none."""
    if not worded(sort):
        return {sort: _answer("Texte", str)}
    text = _answer("Texte (rien : une phrase d'après ce qui précède)", str, "")
    sort_option = {sort: ""} if FORMS[sort].takes == TEXT else {}
    return sort_option | ({"texte": text} if text else {})


# ---------------------------------------------------------------- Asking and reading


def _answer(question: str, reader: Reader, default: str | None = None) -> str:
    answer = click.prompt(
        question,
        default=default,
        value_proc=reader,
        show_default=bool(default),
        prompt_suffix=_SUFFIX,
    )
    return str(answer)


def _choose(question: str, names: Iterable[str], default: str | None = None) -> str:
    choice = click.Choice(list(names))
    return str(
        click.prompt(
            question, type=choice, default=default, show_choices=False, prompt_suffix=_SUFFIX
        )
    )


def _optional(reader: Reader) -> Reader:
    return lambda answer: reader(answer) if answer else ""


def _day(answer: str) -> str:
    if read_day(answer) is None:
        raise click.UsageError(f"« {answer} » n'est pas une date : JJ/MM/AAAA ou AAAA-MM-JJ")
    echo_day(answer)
    return answer


def _reason(reasons: Sequence[str], answer: str) -> str:
    if answer not in reasons:
        raise click.UsageError(f"« {answer} » : {suggest(answer, reasons)}")
    return answer


def _amount(answer: str, owed: list[str]) -> str:
    amount = read_money(answer, owed[0] if len(owed) == 1 else "")
    if amount is None or amount.currency not in owed:
        raise click.UsageError(f"« {answer} » : un montant et sa devise ({', '.join(owed)})")
    return answer
