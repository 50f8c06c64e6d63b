"""The interest of one debt, segment by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from relance.terminal.views.console import out, say
from relance.text.locales import french_date, money, rate, short_date

if TYPE_CHECKING:
    from relance.claims.calculator import Calculation


def show_penalties(result: Calculation) -> None:
    """The interest of one debt, segment by segment."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("du", "au", "jours", "principal", "taux", "pénalités"):
        table.add_column(title, justify="left" if title in ("du", "au") else "right")
    for part in result.interest.segments:
        table.add_row(
            short_date(part.start),
            short_date(part.end),
            str(part.days),
            money(part.principal, "EUR"),
            rate(part.rate),
            money(part.amount, "EUR"),
        )
    out.print(table)
    for title, number in (
        ("pénalités", result.interest.total),
        ("dont restant dues", result.interest.interest_owed),
        ("indemnité de recouvrement", result.fee),
        ("principal restant dû", result.interest.principal_left),
        ("total dû", result.total),
    ):
        out.print(f"{title:<26}{money(number, 'EUR'):>16}")
    say(f"Arrêté au {french_date(result.interest.until)}.")
    if result.interest.unknown_from:
        say(
            f"Le taux du semestre ouvert le {french_date(result.interest.unknown_from)} n'est pas "
            "publié : les pénalités s'arrêtent la veille. --taux en donne un autre."
        )
    elif not result.interest.segments:
        say("Aucun jour de retard compté (un particulier : depuis --mise-en-demeure seulement).")
