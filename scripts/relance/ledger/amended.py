"""A ledger as it would be with some entries other, without loading it again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from beancount.core.data import entry_sortkey
from beancount.parser import parser

from relance.ledger.beancount import Loaded


def amended(loaded: Loaded, gone: Collection[int], text: str, path: str) -> Loaded:
    """The same ledger without some entries, known by their `id()`, and with those of a text, whose
    every posting has its amount: what it would be if they stood in the file `path`."""
    new, errors, _options = parser.parse_string(text, report_filename=path)
    if errors:
        raise ValueError(f"{errors[0].message}: line {errors[0].source.get('lineno')}")
    left = (entry for entry in loaded.entries if id(entry) not in gone)
    return replace(loaded, entries=sorted([*left, *new], key=entry_sortkey))
