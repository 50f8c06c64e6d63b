"""What the command line's arguments may be, and the options that commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from relance.paper.press import Power
from relance.text.locales import weekday_date
from relance.values.amounts import readings, written_sum
from relance.values.dates import written_day
from relance.values.terms import Rate

F = TypeVar("F", bound=Callable[..., Any])


Options = TypeVar("Options")


def filled(kind: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Hand a command its options and arguments as one value of `kind`, a dataclass whose fields
    are named as they are; whoever adds an option without its field is told at the first call."""

    def with_one(command: Callable[[Options], None]) -> Callable[..., None]:
        @wraps(command)
        def given(**options: Any) -> None:
            command(kind(**options))

        return given

    return with_one


class Day(click.ParamType[date]):
    """An ISO date, or the French JJ/MM/AAAA, then echoed in words."""

    name = "AAAA-MM-JJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date, or say which form is expected."""
        day = written_day(str(value))
        if day is None or not 1900 <= day.year < 3000:
            self.fail(
                f"date impossible : {value} (écrivez JJ/MM/AAAA ou AAAA-MM-JJ, par exemple "
                "2026-11-21)"
            )
        echo_day(str(value))
        return day


def echo_day(text: str) -> None:
    """Say in words a day that was written the French way, lest its month be taken for its day."""
    day = written_day(text)
    if day and text.strip() != day.isoformat():
        click.echo(f"{text.strip()} : {weekday_date(day)}", err=True)


class Number(click.ParamType[Decimal]):
    """A decimal amount, kept exact."""

    name = "MONTANT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Read the amount, or say which form is expected."""
        if isinstance(value, Decimal):
            return value
        if either := readings(value):
            self.fail(f"montant à deux lectures : {value} (écrivez {either})")
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            return Decimal(value)
        written = written_sum(value)
        if written is None or written[1] not in {"", "EUR"}:
            self.fail(f"montant incompris : {value} (écrivez 1320.00, 1320,00 ou 1 320,00 €)")
        return written[0]


class AgreedRate(click.ParamType[Rate]):
    """A yearly rate of the contract."""

    name = "TAUX"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Rate:
        """Read the rate, or say which forms are known."""
        rate = value if isinstance(value, Rate) else Rate.parse(value)
        if rate is None:
            self.fail(f'taux incompris : {value} (écrivez "10", "bce + 12" ou "3 x taux legal")')
        if rate.misplaced:
            self.fail(f"{value} % par an n'est pas un taux : 10 pour dix pour cent")
        return rate


class DatedAmount(click.ParamType[tuple[date, Decimal]]):
    """`2026-07-01:4000.00`: what came in, and when."""

    name = "DATE:MONTANT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[date, Decimal]:
        """Read both parts."""
        day, _, number = value.partition(":")
        return Day().convert(day, param, ctx), Number().convert(number, param, ctx)


in_folder = click.option(
    "--dossier",
    "folder",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path(),
    help="Dossier de l'entreprise (défaut : ici).",
)
at_day = click.option("--au", "day", type=Day(), help="Date de la décision (défaut : aujourd'hui).")


def common(command: F) -> F:
    """The options of every command that decides on a company's books at a date."""
    return in_folder(at_day(command))


as_json = click.option(
    "--format",
    "form",
    type=click.Choice(["texte", "json"]),
    default="texte",
    help="Forme de la réponse.",
)


class Address(click.ParamType[str]):
    """Where the scheduler of a cluster listens."""

    name = "tcp://MACHINE:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read the address, or say which forms are known."""
        if not re.fullmatch(r"(tcp|tls)://[^\s/@]+:[0-9]{1,5}", str(value)):
            self.fail(f"adresse incomprise : {value} (écrivez tcp://machine:8786, ou tls://…)")
        return str(value)


def with_power(command: F) -> F:
    """The options of the commands that lay out many letters; they become one value, `power`."""

    @click.option(
        "--ouvriers",
        "workers",
        type=click.IntRange(1, 256),
        help="Processus qui mettent en page (défaut : les cœurs ; 1 : aucun de plus).",
    )
    @click.option("--grappe", "cluster", type=Address(), help="… ou une grappe Dask.")
    @wraps(command)
    def powered(*, workers: int | None, cluster: str | None, **asked: Any) -> Any:
        if workers and cluster:
            raise click.UsageError("--ouvriers et --grappe s'excluent : choisissez l'une des deux.")
        return command(power=Power(workers, cluster), **asked)

    return powered  # type: ignore[return-value]  # click only calls it


def unpowered(power: Power, option: str) -> None:
    """Refuse `--ouvriers` and `--grappe` beside an option that leaves them nothing to do."""
    if power.asked:
        raise click.UsageError(f"avec {option}, --ouvriers et --grappe n'auraient rien à faire")
