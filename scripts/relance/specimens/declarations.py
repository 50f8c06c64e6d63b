"""Made-up declarations to a trustee."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from relance.claims.insolvency import Proceedings
from relance.outlook.declaration import EVIDENCE, REMINDER, STEP, Declaration, Exhibit
from relance.policy.model import Creditor
from relance.specimens import reminders
from relance.values.problem import Source

_SOURCE = Source("specimen")


def made_up() -> Iterator[tuple[Declaration, Creditor]]:
    """Declarations with everything, in euros and in pounds, then with next to nothing."""
    for letter, creditor in reminders.specimens(STEP):
        judgment = letter.date - timedelta(20)
        demanded = replace(letter, lines=letter.demanded)
        exhibits = [
            Exhibit(sort, judgment, f"pieces/{sort}.pdf", ("S2026-0001",), letter.id, "relance-1")
            for sort in (*EVIDENCE, REMINDER)
        ]
        whole = Proceedings(
            judgment,
            stated=True,
            source=_SOURCE,
            published=judgment,
            trustee="Me Exemple, 67000 Strasbourg",
        )
        yield Declaration(demanded, whole, tuple(exhibits)), creditor
        yield Declaration(replace(demanded, currency="GBP"), whole, ()), creditor
        yield Declaration(demanded, replace(whole, published=None), ()), creditor
