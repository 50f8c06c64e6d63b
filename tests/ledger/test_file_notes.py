"""The notes and openings of a file, as Beancount reads them in the whole of it."""

from __future__ import annotations

import pytest

from relance.ledger import beancount, file_notes
from relance.ledger.beancount import NoteEntry, OpenEntry, parse
from relance.ledger.file_notes import notes_and_openings

OPENED = '2026-01-01 open Actifs:Clients:Durand\n  client: "Durand"\n\n'
NOTE = '2026-03-20 note Actifs:Clients:Durand "Paie lundi." ^F1 #appel\n  raison: "tresorerie"\n'
INVOICE = """2026-02-01 * "Durand" "Facture" ^F1
  echeance: 2026-03-01
  Actifs:Clients:Durand  10.00 EUR
    libelle: "F1"
  Revenus:Ventes

"""
# Every one of these has a note, which transactions before, after or within it do not hide.
FILES = {
    "as written": OPENED + INVOICE + NOTE + INVOICE,
    "pending, and a tag pushed": "pushtag #x\n" + INVOICE.replace("*", "!") + NOTE + "poptag #x\n",
    "lines of Windows": (OPENED + INVOICE + NOTE).replace("\n", "\r\n"),
    "txn": INVOICE.replace("*", "txn") + NOTE,
    "a comment in the first column of a transaction": INVOICE.replace(
        "  Revenus", "; en attente\n  Revenus"
    )
    + NOTE,
    "a transaction without a line feed at its end": NOTE + INVOICE.rstrip("\n"),
    "a text of several lines that looks like a transaction": (
        '2026-03-20 note Actifs:Clients:Durand "Dit :\n2026-01-01 * demain\n  peut-être" #appel\n'
    ),
    "a transaction whose text has a note on a line of its own": (
        INVOICE.replace('"Facture"', '"Facture\n2026-03-20 note Actifs:A b"') + NOTE
    ),
    "a quotation mark within a text": (
        INVOICE.replace("Facture", 'Facture \\"bis\\"\n2026-02-02 * x') + NOTE
    ),
    "a quotation mark within a comment": INVOICE.replace("F1\n", 'F1 ; 5" \n', 1) + NOTE,
    "a title": "* 2026\n** Mars\n" + INVOICE + NOTE,
}


def in_whole(text: str) -> list[object]:
    return [entry for entry in parse(text)[0] if isinstance(entry, NoteEntry | OpenEntry)]


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_they_are_those_of_the_whole_file(text: str) -> None:
    """At the same lines, with all that they say."""
    notes_and_openings.cache_clear()
    assert list(notes_and_openings(text)) == in_whole(text)
    assert any(isinstance(entry, NoteEntry) for entry in notes_and_openings(text))


def test_transactions_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(text: str) -> object:
        read.append(text)
        return beancount.parse(text)

    monkeypatch.setattr(file_notes, "parse", noted)
    notes_and_openings.cache_clear()
    assert len(notes_and_openings(OPENED + INVOICE + NOTE)) == 2
    assert read == [OPENED + "\n" * 5 + "\n" + NOTE]
