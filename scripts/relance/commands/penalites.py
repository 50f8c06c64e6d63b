"""`relance penalites`: the interest calculator alone."""

from __future__ import annotations

import json
from typing import Any

import click

from relance import calculator, penalties
from relance.clock import today
from relance.console.penalties import show_penalties
from relance.kinds import DebtorType
from relance.options import AgreedRate, DatedAmount, Day, Number, as_json


@click.command()
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
