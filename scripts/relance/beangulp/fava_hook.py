"""What Fava's import page can save of an extraction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relance.ledger.beancount import DocumentEntry, NoteEntry, OpenEntry
from relance.ledger.handed_over import kept_as_json

_UNSAVED = (DocumentEntry, NoteEntry, OpenEntry)


def fava_hook(extracted: Sequence[tuple[Any, ...]], _existing: Sequence[Any]) -> list[Any]:
    """For `HOOKS` of an `import.py` that Fava reads: Fava saves transactions and balances as they
    are; an opening or a document makes it save nothing, a note loses the amount that it bears.
    What is left out comes in with the file itself by `relance importer`, which knows the rest."""
    return [
        (
            name,
            [kept_as_json(entry) for entry in entries if not isinstance(entry, _UNSAVED)],
            *more,
        )
        for name, entries, *more in extracted
    ]
