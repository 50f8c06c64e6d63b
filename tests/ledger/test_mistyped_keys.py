"""Metadata keys that resemble ours: told before they chase someone who must not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.ledger import mistyped_keys
from relance.ledger.mistyped_keys import distance, nearest
from relance.policy.settings import LedgerSettings
from story import Story, company, refused
from whole.test_documentation import CLIENT_KEYS, INVOICE_KEYS, NOTES

CLIENT = '2026-01-01 open Actifs:Clients:Neuf\n  client: "Neuf"\n  {}\n'
INVOICE = '2026-01-05 * "Facture" ^F1\n  {}\n  Actifs:Clients:Durand  9.00 EUR\n  Produits:Ventes\n'
PAYMENT = (
    '2026-02-05 * "Chèque"\n  {}\n  Actifs:Banque  9.00 EUR\n  Actifs:Clients:Durand  -9.00 EUR\n'
)
NOTE = '2026-02-05 note Actifs:Clients:Durand "…" #suspension\n  {}\n'


def warnings(story: Story) -> list[str]:
    return [warning.what for warning in story.books.warnings]


@pytest.mark.parametrize(
    ("ledger", "key"), [(CLIENT, 'couriel: "a@b.example"'), (INVOICE, 'numreo: "A1"')]
)
def test_one_that_does_not_count_is_a_warning(tmp_path: Path, ledger: str, key: str) -> None:
    (told,) = warnings(company(tmp_path, ledger.format(key)))
    assert told.startswith(f"« {key.partition(':')[0]} » n'est pas une clé")


@pytest.mark.parametrize(
    ("ledger", "key"),
    [
        (CLIENT, 'siret: "00000001800017"'),
        (CLIENT, 'balance: "12"'),
        (CLIENT, "relance-1: 2026-01-31"),  # a reminder made by hand, noted by its day
        (CLIENT, 'echeanse: "au comptoir"'),  # nothing reads `echeance` there
        (INVOICE, 'invoice: "F1"'),
        (INVOICE, "tax: 20"),
        (PAYMENT, "relanse: FALSE"),
        (NOTE, 'date: "hier"'),
    ],
)
def test_a_key_of_its_own_is_left_alone(tmp_path: Path, ledger: str, key: str) -> None:
    assert warnings(company(tmp_path, ledger.format(key))) == []


def test_the_policy_names_keys_of_another_use(tmp_path: Path) -> None:
    policy = "grand-livre: {autres-cles: [relances]}\n"
    assert warnings(company(tmp_path, CLIENT.format("relances: 3"), policy)) == []


def test_the_policy_s_own_keys_are_watched_too(tmp_path: Path) -> None:
    policy = "grand-livre: {echeance: date-limite, facture: {meta: invoice}}\n"
    said = refused(company(tmp_path, INVOICE.format("date-limit: 2026-03-01"), policy))
    assert "vouliez-vous « date-limite » ?" in said
    (tmp_path / "b").mkdir()
    said = refused(company(tmp_path / "b", INVOICE.format('invoise: "F1"'), policy))
    assert "vouliez-vous « invoice » ?" in said


def test_every_key_that_is_read_is_known() -> None:
    assert mistyped_keys.CLIENT.keys == set(CLIENT_KEYS.values())
    assert mistyped_keys.invoice(LedgerSettings()).keys == set(INVOICE_KEYS.values())
    told = {key for both in NOTES.values() for keys in both for key in keys}
    assert mistyped_keys.NOTE.keys == told | {"facture"}  # which stands in for a link


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("relanse", "relance"),  # one letter changed
        ("erlance", "relance"),  # two swapped
        ("rlanse", "relance"),  # two wrong, the same beginning
        ("balance", None),  # two wrong, another beginning
        ("tux", "taux"),
        ("tux2", None),
        ("relance", None),  # the key itself
    ],
)
def test_nearest(key: str, meant: str | None) -> None:
    assert nearest(key, ["relance", "taux"]) == meant


def test_distance() -> None:
    # kitten → sitten → sittin → sitting; ab → ba is one swap
    assert [distance("kitten", "sitting"), distance("ab", "ba"), distance("", "abc")] == [3, 1, 3]
