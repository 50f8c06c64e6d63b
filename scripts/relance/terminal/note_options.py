"""The options of `relance noter`, made from the table of sorts.

Every value arrives as text: `request` reads them all and tells all their faults at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeVar

import click

from relance.ledger.note_sorts import DAY, FORMS, KEYS
from relance.notes.wording import CHANNELS

# What a person says, with --envoi, of an e-mail that may have left.
SETTLED = {
    "parti": "… cet envoi incertain est bien parti.",
    "non-parti": "… il n'est pas parti, et pourra l'être.",
}

F = TypeVar("F", bound=Callable[..., Any])


def note_options(command: F) -> F:
    """Client, sorts, details, channels of a dispatch: each as `given` by its name."""
    for option in reversed([click.argument("client", required=False), *_options()]):
        command = option(command)
    return command


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


def _option(name: str, takes: str, words: str, *, optional: bool) -> Callable[[F], F]:
    if optional:
        return click.option(
            f"--{name}", is_flag=False, flag_value="", metavar=f"[{takes}]", help=words
        )
    return click.option(f"--{name}", metavar=takes, help=words)
