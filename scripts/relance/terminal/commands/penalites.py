"""`relance penalites`: the interest calculator alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import click

from relance.claims import calculator
from relance.claims.claim import Receipt
from relance.claims.interest import Debt
from relance.claims.rates import Rates
from relance.terminal.clock import today
from relance.terminal.options import AgreedRate, DatedAmount, Day, Number, as_json, filled
from relance.terminal.views.penalites_view import show_penalties
from relance.text.escapes import json_text
from relance.values.kinds import DebtorType, Imputation
from relance.values.problem import Refusal
from relance.values.terms import Rate


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


@dataclass(frozen=True, slots=True)
class PenaltyOptions:
    """What `penalites` was asked for: a debt, without a company or a ledger."""

    amount: Decimal
    due: date
    until: date | None
    debtor: str
    rate: Rate | None
    notice: date | None
    payments: tuple[tuple[date, Decimal], ...]
    credit_notes: tuple[tuple[date, Decimal], ...]
    imputation: str
    form: str


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
@filled(PenaltyOptions)
def penalites(asked: PenaltyOptions) -> None:
    """Calcule les pénalités de retard et l'indemnité d'une facture."""
    day = asked.until or today("Europe/Paris")
    result = calculator.calculate(_debt(asked), day, Rates.known())
    if asked.form == "json":
        click.echo(json_text(calculator.as_json(result), indent=2))
    else:
        show_penalties(result)


def _debt(asked: PenaltyOptions) -> Debt:
    receipts = [Receipt(day, amount) for day, amount in asked.payments]
    receipts += [Receipt(day, amount, credit_note=True) for day, amount in asked.credit_notes]
    return Debt(
        debtor=DebtorType(asked.debtor),
        amount=asked.amount,
        due=asked.due,
        receipts=tuple(sorted(receipts, key=lambda receipt: receipt.date)),
        runs_from=asked.notice,
        agreed=asked.rate,
        imputation=Imputation(asked.imputation),
    )
