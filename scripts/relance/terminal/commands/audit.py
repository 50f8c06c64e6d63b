"""`relance audit`: every letter ever issued derived again from history and compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from relance.audit.auditing import Auditor, Scope
from relance.git.repository import Repository
from relance.paper.press import Power
from relance.paper.rendering import opened
from relance.terminal.options import Day, as_json, filled, in_folder, unpowered, with_power
from relance.terminal.views.audit_view import audit_as_json, show_audit
from relance.terminal.views.console import progress_of
from relance.text.escapes import json_text
from relance.values.problem import Status


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What `audit` was asked for: the letters of these days, with or without their pages."""

    folder: Path
    since: date | None
    until: date | None
    no_pages: bool
    diffs: bool
    form: str
    power: Power


@click.command()
@in_folder
@click.option("--depuis", "since", type=Day(), help="Seulement les lettres à partir de ce jour.")
@click.option("--au", "until", type=Day(), help="Seulement les lettres jusqu'à ce jour.")
@click.option("--sans-pdf", "no_pages", is_flag=True, help="Ne refait pas les PDF (plus rapide).")
@click.option("--diff", "diffs", is_flag=True, help="Montre les retouches faites à la relecture.")
@as_json
@with_power
@filled(AuditOptions)
def audit(asked: AuditOptions) -> None:
    """Rejoue chaque lettre du registre depuis l'historique de git, et la compare.

    Statut 0 : tout est prouvé ou seulement non rejouable ; 2 : au moins un constat.
    """
    if asked.no_pages:
        unpowered(asked.power, "--sans-pdf")
    repository = Repository.at(asked.folder.resolve())
    with opened(asked.power) as press:
        auditor = Auditor(repository, Scope(asked.since, asked.until, not asked.no_pages), press)
        with progress_of(len(auditor.letters), "Audit") as done:
            verdict = auditor.audit(done)
    if asked.form == "json":
        click.echo(json_text(audit_as_json(verdict), indent=2))
    else:
        show_audit(verdict, diffs=asked.diffs)
    if verdict.findings:
        click.get_current_context().exit(int(Status.REFUSED_INPUT))
