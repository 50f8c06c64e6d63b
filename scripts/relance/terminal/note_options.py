"""The options of `relance noter`, made from the table of sorts.

Every value arrives as text: `request` reads them all and tells all their faults at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar

import click

from relance.ledger.note_sorts import DAY, FORMS, KEYS
from relance.notes.request import Asked
from relance.notes.wording import CHANNELS

# What a person says, with --envoi, of an e-mail that may have left.
SETTLED = {
    "parti": "… cet envoi incertain est bien parti.",
    "non-parti": "… il n'est pas parti, et pourra l'être.",
}

_NAMES = {*FORMS, *CHANNELS, *KEYS, "texte", "le"}  # the options whose value is a text

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class NoteOptions:
    """What `noter` was asked for: the client as named, the invoices, the options given, by name,
    as text; `left` says of an uncertain sending that it did, or did not."""

    client: str | None
    invoices: tuple[str, ...]
    texts: Mapping[str, str]
    left: bool | None = None

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
        settled = left if left or not_left else None
        return command(note=NoteOptions(client, facture, texts, settled), **given)

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


def _option(name: str, takes: str, words: str, *, optional: bool) -> Callable[[F], F]:
    if optional:
        return click.option(
            f"--{name}", is_flag=False, flag_value="", metavar=f"[{takes}]", help=words
        )
    return click.option(f"--{name}", metavar=takes, help=words)
