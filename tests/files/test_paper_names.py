"""Papers of clients with names that look alike."""

from __future__ import annotations

from relance.files.paper_names import paper_name
from relance.values.facts import Client
from relance.values.problem import Source

SOURCE = Source("main.beancount")


def client(account: str, name: str) -> Client:
    return Client(account, name, SOURCE)


def test_a_name_of_its_own_is_the_clients() -> None:
    dupont, martin = client("Actifs:A", "Dupont & Fils"), client("Actifs:B", "Martin")
    assert paper_name(dupont, [dupont, martin]) == "dupont-fils"


def test_clients_whose_names_would_be_one_have_a_mark() -> None:
    """« é » and capitals fall away in a file's name, and some disks know no capitals."""
    one, other = client("Actifs:Dupont", "Éts Dupont"), client("Actifs:DUPONT", "ETS DUPONT")
    names = [paper_name(each_client, [one, other]) for each_client in (one, other)]
    assert all(name.startswith("ets-dupont-") for name in names)
    assert names[0].casefold() != names[1].casefold()
    assert names == [paper_name(c, [other, one]) for c in (one, other)]
