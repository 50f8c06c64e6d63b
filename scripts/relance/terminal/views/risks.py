"""The risks as people and programs read them: a table, a JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rich.table import Table
from rich.text import Text

from relance.outlook.risks import Risk
from relance.terminal.views.console import out
from relance.text.escapes import plain
from relance.text.locales import french_date, money

_ARROWS = {"hausse": "↑", "baisse": "↓", "stable": "=", "": ""}


def risks_as_json(risks: Iterable[Risk], day: date) -> dict[str, object]:
    """One object; amounts are strings with two decimals, delays whole days or null."""
    return {"date": day.isoformat(), "risques": [_risk(risk) for risk in risks]}


def _risk(risk: Risk) -> dict[str, object]:
    return {
        "compte": risk.client.account,
        "client": risk.client.label,
        "suivi_par": risk.client.followed_by,
        "devise": risk.currency,
        "encours": f"{risk.exposure:.2f}",
        "echu": f"{risk.late:.2f}",
        "retard": risk.delay,
        "retard_6_mois": risk.recent,
        "retard_6_mois_avant": risk.before,
        "tendance": risk.trend or None,
        "suggestions": list(risk.suggestions),
        "raisons": list(risk.reasons),
    }


def show_risks(risks: Sequence[Risk], day: date) -> None:
    """The table of clients by exposure, each followed by what is suggested."""
    out.print(f"\n[bold]Risques[/] au {french_date(day)}\n")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("client", "encours", "dont échu", "retard", "6 mois", "6 avant", ""):
        table.add_column(title, justify="left" if title in ("client", "") else "right")
    for risk in risks:
        table.add_row(
            Text(plain(risk.client.label), "bold"),
            money(risk.exposure, risk.currency),
            money(risk.late, risk.currency),
            *map(_days, (risk.delay, risk.recent, risk.before)),
            _ARROWS[risk.trend],
        )
    out.print(table)
    out.print("\nRetard moyen en jours, pondéré par les montants, sur 12 mois.", style="dim")
    _show_suggestions(risks)


def _show_suggestions(risks: Sequence[Risk]) -> None:
    if not any(risk.suggestions for risk in risks):
        return
    out.print("\n[bold]À envisager[/] (à vous d'en décider)")
    for risk in risks:
        if risk.suggestions:
            what, why = ", ".join(risk.suggestions), ", ".join(risk.reasons)
            out.print(Text(f"  {plain(risk.client.label)} : {what} ({why})"))


def _days(number: int | None) -> str:
    return "" if number is None else f"{number} j"
