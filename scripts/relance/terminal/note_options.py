"""The options of `relance noter`, made from the tables of sorts.

Every value arrives as text: `request` reads them all and tells all their faults at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

from relance.notes.sorts import CHANNELS, DAYS, DETAILS, SETTLED, SORTS

F = TypeVar("F", bound=Callable[..., Any])


def note_options(command: F) -> F:
    """Client, sorts, details, channels of a dispatch: each as `given` by its name."""
    for option in reversed([click.argument("client", required=False), *_options()]):
        command = option(command)
    return command


def _options() -> Iterator[Callable[[F], F]]:
    for name, sort in SORTS.items():
        yield _option(name, sort.takes, sort.help, optional=sort.optional)
    for name, takes in CHANNELS.items():
        if name not in SORTS:
            yield _option(name, takes, "Canal de --envoi.", optional=True)
    for name, words in SETTLED.items():
        yield click.option(f"--{name}", is_flag=True, help=words)
    for name, words in DETAILS.items():
        yield _option(name, "AAAA-MM-JJ" if name in DAYS else name.upper(), words, optional=False)
    yield click.option(
        "--facture",
        metavar="FACTURE",
        multiple=True,
        help="La facture dont parle la note, plusieurs fois au besoin (défaut : tout le compte).",
    )
    yield _option(
        "texte", "TEXTE", "Le texte de la note, quand sa sorte n'en prend pas.", optional=False
    )
    yield _option("le", "AAAA-MM-JJ", "Date de la note (défaut : aujourd'hui).", optional=False)


def _option(name: str, takes: str, words: str, *, optional: bool) -> Callable[[F], F]:
    if optional:
        return click.option(
            f"--{name}", is_flag=False, flag_value="", metavar=f"[{takes}]", help=words
        )
    return click.option(f"--{name}", metavar=takes, help=words)
