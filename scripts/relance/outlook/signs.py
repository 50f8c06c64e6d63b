"""Signs that nobody sees, and signs that the letters' font cannot draw, told before a letter has
to leave them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.decision.obstacles import unprintable
from relance.outlook.hindrances import Finding
from relance.text.escapes import hidden_marks, short
from relance.text.glyphs import missing_glyphs, named
from relance.values.facts import Client, Note
from relance.values.movement import Movement


def unprintable_texts(
    clients: Iterable[Client], claims: Sequence[Claim], on: OnDay
) -> Iterator[Finding]:
    """Every printed fact with a sign that the letters' font cannot draw: of clients and numbers,
    whose letters wait, and the words of entries and notes that files and call sheets quote."""
    accounts = {claim.client.account for claim in claims}
    quotes: tuple[Movement | Note, ...] = (*on.books.movements, *on.books.notes)
    for subject, missing, source in (
        *((client.label, unprintable(client), client.source) for client in clients),
        *((c.label or "", missing_glyphs(c.label or ""), c.source) for c in claims),
        *((q.text, missing_glyphs(q.text), q.source) for q in quotes if q.account in accounts),
    ):
        if missing:
            kind = "{n} texte{s} avec un signe que la police des lettres n'a pas"
            what = f"{short(subject, 40)} : {named(missing)}"
            yield Finding(kind, what, source, "translittérez")


def hidden_signs(clients: Iterable[Client], claims: Iterable[Claim]) -> Iterator[Finding]:
    """What is written of a client or a number with marks that change how a text reads, not what
    one sees of it: direction, zero width. Everything printed goes without them."""
    for client in clients:
        words = (
            *(client.name, client.contact, client.reminder_contact, client.reference),
            *(client.followed_by, client.phone),
        )
        yield from _hidden(
            client.label,
            (*words, *client.address, *client.emails, *(client.reminder_emails or ())),
            client,
        )
    for claim in claims:
        yield from _hidden(claim.label or "", (claim.label,), claim)


def _hidden(
    subject: str, texts: Iterable[str | None], written: Client | Claim
) -> Iterator[Finding]:
    if marks := sorted({mark for text in texts for mark in hidden_marks(text or "")}):
        points = ", ".join(f"U+{ord(mark):04X}" for mark in marks)
        kind = "{n} texte{s} avec un signe invisible, qui peut en montrer un autre"
        what = f"{short(subject, 40)} : {points}"
        yield Finding(kind, what, written.source, "récrivez-le à la main, sans copier-coller")
