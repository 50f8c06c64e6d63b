"""The sections of the summary about letters: totals, what to look at, the table, what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePosixPath

from relance.decision import notices, planwords
from relance.decision.handover import Handover
from relance.decision.outcomes import Letter
from relance.outlook.events import Event, named, title
from relance.runs.summary.alerts import Alert
from relance.runs.summary.changes import ClientChange, Move
from relance.runs.summary.spoken_codes import step_and_rank, step_name
from relance.runs.summary.text import SummarySection, listing, row, table
from relance.text.escapes import markdown, quiet
from relance.text.locales import money, short_date
from relance.text.words import count, listed
from relance.values.amounts import Money
from relance.values.kinds import INFORMATION, Channel
from relance.values.problem import Problem

Links = Mapping[str, str]  # from a letter's id to its file, relative to the summary


def totals(letters: Sequence[Letter], steps: Iterable[str]) -> SummarySection | None:
    """The letters and their sums by step, in the order of `steps`, and by currency."""
    order = list(steps)
    numbers: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for letter in letters:
        currency = "" if letter.informs else letter.currency
        numbers[letter.step.name, currency].append(letter.total.number)
    rows = [
        row(markdown(step_name(step)), str(len(sums)), _sum_of(step, sums, currency))
        for (step, currency), sums in sorted(
            numbers.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]
    if len(rows) > 1:
        rows.append(row("**en tout**", str(len(letters)), planwords.totals(letters)))
    return listing(table("", ("Étape", ">Lettres", ">Total")), rows, "la table des lettres")


def _sum_of(step: str, sums: Iterable[Decimal], currency: str) -> str:
    return "" if step in INFORMATION else money(sum(sums, Decimal(0)), currency)


def in_all(sums: Iterable[Money]) -> str:
    """« 1 200,00 € + 850,00 GBP »: never mixed, never converted."""
    by_currency: dict[str, Decimal] = defaultdict(Decimal)
    for amount in sums:
        by_currency[amount.currency] += amount.number
    return " + ".join(money(by_currency[currency], currency) for currency in sorted(by_currency))


def to_look_at(
    alerts: Iterable[Alert], warnings: Sequence[Problem], links: Links
) -> SummarySection | None:
    """What to look at before the letters."""
    rows = [_alert(alert, links) for alert in alerts]
    rows += [f"- {quiet(w.what, 300)} ({quiet(str(w.source))})" for w in warnings]
    return listing("## À vérifier d'abord\n", rows, "`relance plan` les donne tous")


_SHOWN = 12  # letters named by one alert: the table of letters has the others


def _alert(alert: Alert, links: Links) -> str:
    about = [f"{_link(x, links)} {quiet(x.client.label)}, {_total(x)}" for x in alert.letters]
    hidden = len(about) - _SHOWN
    more = [f"et {hidden} de plus dans la table des lettres"] if hidden > 0 else []
    parts = " ; ".join([*about[:_SHOWN], *more, *([alert.detail] if alert.detail else [])])
    return f"- **{quiet(alert.title)[:1].upper()}{quiet(alert.title)[1:]}** : {parts}"


def _total(letter: Letter) -> str:
    if letter.informs:
        return planwords.asked(letter)
    return money(letter.total.number, letter.currency)


def _link(letter: Letter, links: Links) -> str:
    return f"[{letter.id}]({links[letter.id]})" if letter.id in links else letter.id


# ---------------------------------------------------------------- The letters


def letters(
    plan: Sequence[Letter], links: Links, folder: str, *, with_pdf: bool
) -> SummarySection | None:
    """Every letter with its two files."""
    rows = []
    for letter in plan:
        pdf = PurePosixPath(links.get(letter.id, "")).with_suffix(".pdf") if with_pdf else None
        rows.append(
            row(
                _link(letter, links),
                f"[PDF]({pdf})" if pdf else "",
                quiet(letter.client.label),
                markdown(step_and_rank(letter.step.name, letter.rank)),
                listed(letter.channels),
                str(len(letter.demanded)) if not letter.informs else "",
                _penalties(letter),
                _total(letter),
            )
        )
    columns = ("Lettre", "", "Client", "Étape", "Canal", ">Créances", ">Pénalités", ">Total")
    made = listing(table("## Lettres", columns), rows, f"toutes sont dans `{folder}/`", 16_000)
    mailed = [letter.id for letter in plan if Channel.EMAIL in letter.channels]
    if made is None or not mailed:
        return made
    shown = f"Ce que verra qui reçoit un courriel : `relance apercu {mailed[0]}`, sur la branche."
    return replace(made, tail=shown)


def _penalties(letter: Letter) -> str:
    """Interest and fee, the latter in euros whatever the letter's currency."""
    sums = (Money(letter.interest, letter.currency), Money(letter.fee, "EUR"))
    return in_all(amount for amount in sums if amount.number)


def changed(changes: Sequence[ClientChange]) -> SummarySection | None:
    """What is new about each client since the last letter to it."""
    rows = [
        row(quiet(x.letter.client.label), _latest(x), "<br>".join(map(_move, x.moves)), _news(x))
        for x in changes
    ]
    columns = ("Client", "Dernière lettre", "Étapes", "Depuis")
    head = table("## Depuis la dernière lettre", columns)
    return listing(head, rows, "`relance expliquer CLIENT` raconte chacun", 6_000)


def _latest(change: ClientChange) -> str:
    if change.last is None or change.days is None:
        return "aucune"
    return f"{change.last.id}, il y a {count(change.days, 'jour')}"


_NAMED = 6  # invoices named in one cell


def _move(move: Move) -> str:
    before = f"{markdown(step_name(move.before))} → " if move.before else ""
    return f"{before}{markdown(step_name(move.after))} : {_invoices(named(c) for c in move.claims)}"


def _invoices(numbers: Iterable[str]) -> str:
    labels = list(numbers)
    more = [f"et {count(len(labels) - _NAMED, 'autre')}"] if len(labels) > _NAMED else []
    return ", ".join([*(quiet(number, 40) for number in labels[:_NAMED]), *more])


def _news(change: ClientChange) -> str:
    news = []
    if change.late:
        news.append(f"en retard : {_invoices(named(c) for c in change.late)}")
    if change.payments:
        news.append(f"reçu {in_all(change.payments)}")
    if change.credits:
        news.append(f"avoir de {in_all(change.credits)}")
    shown = change.notes[-_NAMED:]
    news += [f"{markdown(note.sort)} le {short_date(note.date)}" for note in shown]
    return "<br>".join(news) or ("" if change.last is None else "rien")


# ---------------------------------------------------------------- What comes next


def coming(events: Sequence[Event], until: str, command: str) -> SummarySection | None:
    """The dates to come if nobody pays."""
    rows = [
        row(
            short_date(event.date),
            quiet(event.client.label),
            quiet(title(event)),
            _invoices(named(claim) for claim in event.claims),
            money(event.total.number, event.total.currency) if event.total else "",
        )
        for event in events
    ]
    columns = ("Jour", "Client", "Quoi", "Factures", ">Somme")
    below = f"Jusqu'au {until}, si ces lettres partent et que personne ne paie."
    return listing(table("## Prochaines dates", columns, below), rows, command)


def handovers(files: Sequence[Handover]) -> SummarySection | None:
    """The files to hand over, last."""
    rows = [
        row(
            quiet(handover.client.label),
            quiet(item.claim.label),
            notices.claim_sums(item),
            notices.time_barred(item.limitation),
        )
        for handover in files
        for item in handover.claims
    ]
    columns = ("Client", "Facture", ">Somme", "Prescription")
    below = f"{notices.LIMITATION_RULE.capitalize()}."
    return listing(table(f"## {notices.HANDED_OVER}", columns, below), rows, "`relance plan`")
