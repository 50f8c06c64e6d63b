"""`relance penalites`: the interest calculator alone."""

from __future__ import annotations

import json
import re
from typing import Any

import click

from relance.claims import calculator, penalties
from relance.terminal.clock import today
from relance.terminal.options import AgreedRate, DatedAmount, Day, Number, as_json
from relance.terminal.views.penalites import show_penalties
from relance.values.kinds import DebtorType
from relance.values.problem import Refusal


class _Penalties(click.Command):
    """An amount below zero is refused as an amount, not as an unknown option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; click takes `-15.50` for an option `-1`."""
        below = [arg for arg in args if re.fullmatch(r"-\d+([.,]\d+)?", arg)]
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if not error.option_name[1:].isdigit() or not below:
                raise
            raise Refusal([calculator.impossible("MONTANT", below[0])]) from None


@click.command(cls=_Penalties)
@click.argument("amount", metavar="MONTANT", type=Number())
@click.option("--echeance", "due", type=Day(), required=True, help="Dernier jour pour payer.")
@click.option("--au", "until", type=Day(), help="Dernier jour compté (défaut : aujourd'hui).")
@click.option(
    "--debiteur", "debtor", required=True, type=click.Choice([d.value for d in DebtorType])
)
@click.option("--taux", "rate", type=AgreedRate(), help='"10", "bce + 12" ou "3 x taux legal".')
@click.option("--mise-en-demeure", "notice", type=Day(), help="Prise d'effet (particulier, autre).")
@click.option("--reglement", "payments", type=DatedAmount(), multiple=True, help="Règlement reçu.")
@click.option("--avoir", "credit_notes", type=DatedAmount(), multiple=True, help="Avoir accordé.")
@click.option("--imputation", type=click.Choice(["interets", "principal"]), default="interets")
@as_json
def penalites(**given: Any) -> None:
    """Calcule les pénalités de retard et l'indemnité d'une facture."""
    result = penalties.calculated(given, today("Europe/Paris"))
    if given["form"] == "json":
        click.echo(json.dumps(calculator.as_json(result), ensure_ascii=False, indent=2))
    else:
        show_penalties(result)
