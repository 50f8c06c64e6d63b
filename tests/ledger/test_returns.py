"""Why letters come back, in the words of La Poste and of people."""

from __future__ import annotations

from datetime import date

import pytest

from relance.ledger.returns import cause_in
from relance.values.issued import Dispatch, IssuedLetter, Return
from relance.values.kinds import ReturnCause

REFUSED, UNCLAIMED, UNKNOWN, ADDRESS = ReturnCause


@pytest.mark.parametrize(
    ("words", "cause", "counts"),
    [
        # La Poste's four motives
        ("Pli avisé et non réclamé", UNCLAIMED, True),
        ("Pli refusé par le destinataire", REFUSED, True),
        ("Destinataire inconnu à l'adresse", UNKNOWN, False),
        ("Défaut d'accès ou d'adressage", ADDRESS, False),
        # and what people write
        ("NON RECLAME", UNCLAIMED, True),
        ("Jamais retirée au bureau", UNCLAIMED, True),
        ("refus du client", REFUSED, True),
        ("Inconnu à l’adresse", UNKNOWN, False),
        ("n’habite pas à l’adresse indiquée", UNKNOWN, False),
        ("n'habite plus à l'adresse", UNKNOWN, False),
        ("NPAI", UNKNOWN, False),
        ("A déménagé", UNKNOWN, False),
        ("Parti sans laisser d'adresse", UNKNOWN, False),
        ("Revenue, adresse inconnue.", UNKNOWN, False),
        ("Adresse incomplète", ADDRESS, False),
        ("l'adresse est erronée", ADDRESS, False),
        # nothing said, or two things of unlike effect: ask
        ("Revenue.", None, False),
        ("", None, False),
        ("Inconnu, et refusé par le voisin", None, False),
    ],
)
def test_the_wording_of_a_return_and_its_effect(
    words: str, cause: ReturnCause | None, counts: bool
) -> None:
    assert cause_in(words) is cause
    letter = _letter(Return(date(2026, 6, 1), cause_in(words)))
    assert bool(letter.presented) is counts
    assert (letter.undelivered is None) is counts


def test_the_cause_may_be_told_later() -> None:
    """A second return takes back nothing: it says why the first one came."""
    unexplained = Return(date(2026, 6, 1))
    refused = Return(date(2026, 6, 3), REFUSED)
    assert _letter(unexplained).undelivered == unexplained
    assert _letter(unexplained, refused).undelivered is None
    assert _letter(refused, Return(date(2026, 6, 4))).undelivered is None


def test_sent_again_it_counts_from_then() -> None:
    again = Dispatch(date(2026, 6, 10), "recommande")
    letter = _letter(Return(date(2026, 6, 1), UNKNOWN), again)
    assert letter.presented == (again,)
    assert letter.undelivered is None


def _letter(*fate: Return | Dispatch) -> IssuedLetter:
    """One posted on 19 May 2026, and what became of it."""
    return IssuedLetter(
        *("R20260518-01", date(2026, 5, 18), "Actifs:Clients:Durand", "x.pdf"),
        *("mise-en-demeure", 3, "standard", ("recommande",)),
        dispatches=(
            Dispatch(date(2026, 5, 19), "recommande"),
            *(each for each in fate if isinstance(each, Dispatch)),
        ),
        returns=tuple(each for each in fate if isinstance(each, Return)),
    )
