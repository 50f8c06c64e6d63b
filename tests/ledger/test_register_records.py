"""What no plan asks of the register's lines is not read for one; what is wrong there is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.ledger import mistyped_keys
from relance.ledger.beancount import parse
from relance.ledger.fields import Complaints
from relance.ledger.register_reader import RegisterLines
from relance.ledger.register_records import check_records, read_records
from relance.policy.settings import LedgerSettings

HEADS = {
    "lettre": '2026-03-17 document Actifs:Clients:Durand "R.md" #relance ^F1 ^R20260317-01',
    "relance": '2026-03-17 note Actifs:Clients:Durand "F1" #relance ^F1 ^R20260317-01',
    "envoi": '2026-03-18 note Actifs:Clients:Durand "Partie" #envoi ^R20260317-01',
    "retour": '2026-03-19 note Actifs:Clients:Durand "Revenue" #retour ^R20260317-01',
    "annulation": '2026-03-20 note Actifs:Clients:Durand "Annulée" #annulation ^R20260317-01',
    "sans numéro": '2026-03-20 note Actifs:Clients:Durand "Annulée" #annulation',
}
WRITTEN = {
    "facture: 31": "facture",
    "canal: 2026-03-01": "canal",
    "numero: 10000": "numero",
    'recu: "mardi"': "recu",
    "recu: 20260-03-01": "",  # no day at all: Beancount tells
    "recu: 1026-03-01": "recu",
    'recu: "2026-03-20"': "recu",  # warned of only
    "canaux: 1": "",
}


@pytest.mark.parametrize("sort", HEADS)
@pytest.mark.parametrize("line", ["", 'facture: "F1"', "recu: 2026-03-20", *WRITTEN])
def test_what_is_wrong_in_a_line_is_told_without_its_record(sort: str, line: str) -> None:
    text = f"{HEADS[sort]}\n" + (f"  {line}\n" if line else "")
    read, checked = Complaints(Path("/")), Complaints(Path("/"))
    for complaints, reader in ((read, read_records), (checked, check_records)):
        lines = RegisterLines(parse(text)[0], complaints).lines
        keys = mistyped_keys.Watch(mistyped_keys.RECORD, LedgerSettings(), complaints)
        reader(lines, keys)
    assert (checked.faults, checked.warnings) == (read.faults, read.warnings)
    if (key := WRITTEN.get(line)) and sort != "sans numéro":
        assert any(f"« {key} »" in problem.what for problem in (*read.faults, *read.warnings))
