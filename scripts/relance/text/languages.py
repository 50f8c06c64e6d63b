"""The languages that letters can be written in: the folders of `letters/`, ours or the firm's."""

from __future__ import annotations

from pathlib import Path

from relance.text.locales import is_language


def languages(folder: Path) -> tuple[str, ...]:
    """The languages of a folder of letters: « letters/en » holds templates in English."""
    below = folder.iterdir() if folder.is_dir() else ()
    return tuple(
        sorted(
            path.name
            for path in below
            if path.is_dir() and is_language(path.name) and any(path.glob("*.md"))
        )
    )
