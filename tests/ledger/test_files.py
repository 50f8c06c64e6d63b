"""The names of a ledger's files as a person writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.ledger.files import relative


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("/firme/ledger/2026.beancount", "ledger/2026.beancount"),
        ("/firme/ledger/..cache/a.beancount", "ledger/..cache/a.beancount"),
        ("/firme/ledger/.a/.b.beancount", "ledger/.a/.b.beancount"),
        ("/firme/ledger/../out/a.beancount", "out/a.beancount"),
        ("/firme/ledger/./a.beancount", "ledger/a.beancount"),
        ("/firme/ledger//a.beancount", "ledger/a.beancount"),
        ("/firme//ledger/a.beancount", "ledger/a.beancount"),
        ("/firme/..", ".."),
        ("/firme/", "."),
        ("/firme", "."),
        ("/firme-2/a.beancount", "../firme-2/a.beancount"),
        ("/autre/a.beancount", "../autre/a.beancount"),
    ],
)
def test_a_file_is_named_from_the_root(name: str, written: str) -> None:
    assert relative(name, Path("/firme")) == written
