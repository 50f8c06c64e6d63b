"""How a client is designated on the command line: without case, accents nor marks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from relance.ledger.client_names import matching, named_like
from relance.values.facts import Client
from relance.values.problem import Source


def client(name: str, account: str = "") -> Client:
    return Client(
        account or f"Actifs:Clients:{name.split(maxsplit=1)[0]}", name, Source("main.beancount")
    )


CLIENTS = [
    client("Menuiserie Müller", "Actifs:Clients:Müller"),
    client("Café Kérivel"),
    client("Étoffe & Fils", "Actifs:Clients:Étoffe"),
    client("Cote", "Actifs:Clients:Cote"),
    client("Côté", "Actifs:Clients:Côté"),
]


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("Muller", ["Menuiserie Müller"]),
        ("MULLER", ["Menuiserie Müller"]),
        ("kerivel", ["Café Kérivel"]),
        ("Etoffe", ["Étoffe & Fils"]),
        ("etoffe fils", ["Étoffe & Fils"]),
        ("E\u0301toffe", ["Étoffe & Fils"]),  # an accent typed apart
        ("Côté", ["Côté"]),  # as it is written wins
        ("cote", ["Cote", "Côté"]),
        ("Actifs:Clients:Cote", ["Cote"]),
        ("&", []),
        ("Inconnu", []),
    ],
)
def test_matching(subject: str, names: Sequence[str]) -> None:
    assert [found.name for found in matching(CLIENTS, subject)] == names


def test_an_ambiguous_name_lists_a_few_clients_one_a_line() -> None:
    many = [client(f"Durand {n:02}", f"Actifs:Clients:D{n:02}") for n in range(12)]
    lines = named_like("durand", many).splitlines()
    assert lines[:2] == ["au choix :", "Durand 00 (Actifs:Clients:D00)"]
    assert (len(lines), lines[-1]) == (10, "… et 4 de plus")


def test_an_unknown_name_gets_what_comes_near() -> None:
    assert named_like("cafe kerivell", CLIENTS) == "vouliez-vous « Café Kérivel » ?"


def test_an_invoice_may_come_near_too() -> None:
    invoices = [f"F2026-{n:04}" for n in range(300)]
    lines = named_like("f2026-01000", CLIENTS, invoices).splitlines()
    assert lines[:2] == ["au choix :", "F2026-0100"]
    assert len(lines) <= 9


def test_nothing_near_says_how_many_there_are() -> None:
    assert named_like("zzzz", CLIENTS) == "aucun nom approchant, sur 5 clients"
