"""The options of `relance noter`: a note, made from the table of sorts, and a payment plan.

Every value of a note arrives as text: `request` reads them all and tells all their faults at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar

import click

from relance.claims.instalments import Cadence, InstalmentTerms
from relance.ledger.note_sorts import DAY, FORMS, KEYS
from relance.notes.request import Asked
from relance.notes.wording import CHANNELS
from relance.terminal.options import Day, Number, echo_day

# What a person says, with --envoi, of an e-mail that may have left.
SETTLED = {
    "parti": "… cet envoi incertain est bien parti.",
    "non-parti": "… il n'est pas parti, et pourra l'être.",
}

_NAMES = {*FORMS, *CHANNELS, *KEYS, "texte", "le"}  # the options whose value is a text

_DAYS = {"le", "promesse", *(name for name, key in KEYS.items() if key.type is date)}

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class NoteOptions:
    """What `noter` was asked for: the client as named, the invoices, the options given, by name,
    as text; `left` says of an uncertain sending that it did, or did not; `take_back` that the last
    note is to go."""

    client: str | None
    invoices: tuple[str, ...]
    texts: Mapping[str, str]
    left: bool | None = None
    take_back: bool = False

    @property
    def asked(self) -> Asked | None:
        """The note asked for; None when nothing is."""
        if self.client or self.texts or self.invoices:
            return Asked(self.client, self.texts, self.invoices)
        return None


def note_options(command: F) -> F:
    """Client, sorts, details, channels of a dispatch; they become one value, `note`."""

    @wraps(command)
    def noting(*, client: str | None, facture: tuple[str, ...], **given: Any) -> Any:
        left, not_left = (given.pop(name.replace("-", "_")) for name in SETTLED)
        if left and not_left:
            raise click.UsageError("--parti ou --non-parti, pas les deux")
        read = {name: given.pop(name) for name in [*given] if name.replace("_", "-") in _NAMES}
        texts = {name.replace("_", "-"): text for name, text in read.items() if text is not None}
        for name in _DAYS & texts.keys():
            echo_day(texts[name])
        settled = left if left or not_left else None
        note = NoteOptions(client, facture, texts, settled, given.pop("annuler"))
        return command(note=note, **given)

    noted: Any = noting
    for option in reversed([click.argument("client", required=False), *_options()]):
        noted = option(noted)
    return noted  # type: ignore[no-any-return]  # click only calls it


def _options() -> Iterator[Callable[[F], F]]:
    for name, form in FORMS.items():
        if form.takes:
            yield _option(name, form.takes, form.help, optional=form.optional)
    for name, channel in CHANNELS.items():
        if name not in FORMS:
            yield _option(name, channel.takes, "Canal de --envoi.", optional=True)
    for name, words in SETTLED.items():
        yield click.option(f"--{name}", is_flag=True, help=words)
    for name, key in KEYS.items():
        if key.option:
            takes = DAY if key.type is date else name.upper()
            yield _option(name, takes, key.option, optional=False)
    yield click.option(
        "--facture",
        metavar="FACTURE",
        multiple=True,
        help="La facture dont parle la note, plusieurs fois au besoin (défaut : tout le compte).",
    )
    yield _option(
        "texte", "TEXTE", "Le texte de la note, quand sa sorte n'en prend pas.", optional=False
    )
    yield _option("le", DAY, "Date de la note (défaut : aujourd'hui).", optional=False)
    yield click.option(
        "--annuler",
        is_flag=True,
        help="Retire la dernière note, d'un client ou de tous, si rien n'en dépend encore.",
    )


def _option(name: str, takes: str, words: str, *, optional: bool) -> Callable[[F], F]:
    if optional:
        return click.option(
            f"--{name}", is_flag=False, flag_value="", metavar=f"[{takes}]", help=words
        )
    return click.option(f"--{name}", metavar=takes, help=words)


# ---------------------------------------------------------------- A payment plan


class Every(click.ParamType[Cadence]):
    """The time between two payments."""

    name = "1m|15j"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Cadence:
        """Read the cadence, or say which forms are known."""
        cadence = value if isinstance(value, Cadence) else Cadence.parse(value)
        if cadence is None:
            self.fail(f"cadence incomprise : {value} (écrivez 1m pour un mois, 15j pour 15 jours)")
        return cadence


@dataclass(frozen=True, slots=True)
class OfferOptions:
    """What `noter` was asked for of a payment plan; None is what was not said."""

    count: int | None
    each: Decimal | None
    first: date | None
    cadence: Cadence | None
    interest: str | None
    accepted: bool | None

    @property
    def given(self) -> bool:
        """Whether anything was said."""
        return any(getattr(self, field.name) is not None for field in fields(self))

    @property
    def terms(self) -> InstalmentTerms:
        """The same as what is to be offered."""
        waived = self.interest == "abandonnes"
        return InstalmentTerms(self.count, self.each, self.first, self.cadence, waived)


def payment_plan_options(command: F) -> F:
    """The options of `noter` that offer a payment plan; they become one value, `offer`."""
    options = (
        click.option(
            "--echeancier",
            "count",
            metavar="NOMBRE",
            type=click.IntRange(1, 120),
            help="Propose un échéancier en tant de versements égaux.",
        ),
        click.option(
            "--versement", "each", type=Number(), help="… ou en versements de ce montant."
        ),
        click.option("--des", "first", type=Day(), help="Jour du premier versement."),
        click.option(
            "--tous-les",
            "cadence",
            type=Every(),
            help="Temps entre deux versements (défaut : 1m, un mois ; 15j : 15 jours).",
        ),
        click.option(
            "--interets",
            "interest",
            type=click.Choice(["courent", "abandonnes"]),
            help="Les intérêts courent (défaut), ou sont abandonnés si l'échéancier est tenu.",
        ),
        click.option(
            "--accepte",
            "accepted",
            is_flag=True,
            default=None,
            help="Le client a accepté : écrit les notes.",
        ),
    )

    @wraps(command)
    def offering(**given: Any) -> Any:
        offer = OfferOptions(
            **{option.name: given.pop(option.name) for option in fields(OfferOptions)}
        )
        return command(offer=offer, **given)

    offered: Any = offering
    for option in reversed(options):
        offered = option(offered)
    return offered  # type: ignore[no-any-return]  # click only calls it
