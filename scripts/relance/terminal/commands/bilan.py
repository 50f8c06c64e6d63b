"""`relance bilan`: how clients pay, what reminders bring, what should come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from relance import report
from relance.cache.cached_books import recalled_whole
from relance.claims.on_day import OnDay
from relance.ledger.company import Company, read_company
from relance.report import Period, Report, table
from relance.terminal.clock import today
from relance.terminal.options import common, filled
from relance.terminal.views.console import next_thing
from relance.text.escapes import json_text
from relance.values.collector import uncollected
from relance.values.problem import refuse


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What `bilan` was asked for; it is written when `write`, or to a folder `target`."""

    folder: Path
    day: date | None
    period: str | None
    complete: bool
    form: str
    write: bool
    target: Path | None


@click.command()
@common
@click.option(
    "--periode",
    "period",
    metavar="12m|2026|2026-T3|2026-07|DU:AU",
    help="Ce que mesurent délais et relances (défaut : 12m, douze mois jusqu'à la date).",
)
@click.option(
    "--complet",
    "complete",
    is_flag=True,
    help="Montre toutes les tables après le résumé.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["texte", "csv", "json"]),
    default="texte",
    help="Forme de la réponse ; csv et json : tous les chiffres, un par ligne.",
)
@click.option(
    "--ecrire",
    "write",
    is_flag=True,
    help="Écrit aussi le bilan (Markdown, PDF, dessins, chiffres) dans out/bilans/DATE.",
)
@click.option(
    "--dans",
    "target",
    metavar="DOSSIER",
    type=click.Path(file_okay=False, path_type=Path),
    help="… ou dans ce dossier.",
)
@filled(ReportOptions)
@uncollected()  # one report is all this process makes: the books of every month-end live on
def bilan(asked: ReportOptions) -> None:
    """Mesure : balance âgée, délais, ce que recouvre chaque relance, encaissements prévus."""
    root = asked.folder.resolve()
    # What is written is proved first.
    company = read_company(root) if asked.write or asked.target else recalled_whole(root)
    day, period = _scope(asked.day, asked.period, today(company.policy.calendar.timezone))
    measured = report.measure(OnDay(company.policy, company.books, day), period)
    _show(measured, company, asked)
    target = asked.target
    if asked.write or target:
        from relance.report import printed

        where = target or company.root / printed.FOLDER / day.isoformat()
        printed.write(measured, company.policy.creditor.name, where)
        if asked.form == "texte":
            name = "bilan.pdf" if target else f"{printed.FOLDER}/{day}/bilan.pdf"
            next_thing(f"{name} est écrit, avec bilan.md, ses dessins et chiffres.csv.")


def _show(measured: Report, company: Company, asked: ReportOptions) -> None:
    if asked.form == "csv":
        click.echo(table.as_table(measured), nl=False)
    elif asked.form == "json":
        click.echo(json_text(table.as_object(measured), indent=2))
    else:
        from relance.terminal.views import bilan_summary

        firm = company.policy.creditor.name
        bilan_summary.show_report(measured, firm, complete=asked.complete)
        if measured.currencies and not asked.complete:
            next_thing("relance bilan --complet montre toutes les tables.")


def _scope(day: date | None, asked: str | None, now: date) -> tuple[date, Period]:
    """The day of the report and its period: without a day, that of a period that is over is
    its end. Raises `Refusal` for a period that cannot be read or begins later."""
    if asked is None:
        return (day or now), report.last_months(12, day or now)
    period = report.parse_period(asked, day or now)
    if period is None:
        what = f"période incomprise : {asked}"
        raise refuse("--periode", what, "écrivez 12m, 2026, 2026-T3, 2026-07 ou deux dates DU:AU")
    day = day or min(now, period.end)
    covered = period.until(day)
    if covered is None:
        what = f"la période commence le {period.start}, après la date du bilan ({day})"
        raise refuse("--periode", what, "donnez une période commencée, ou une autre date par --au")
    return day, covered
