"""The register: what was issued, what stood on a day, what attests each (rules 8.1 to 8.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from relance.values.issued import Dispatch, IssuedLetter
from relance.values.problem import Problem

FOLDER = "out/registre"
LETTERS = "out/lettres"
HEADER = "0000-entete.beancount"
LETTER_ID = re.compile(r"R\d{8}-\d{2,}")


def as_of(letters: Iterable[IssuedLetter], day: date) -> tuple[IssuedLetter, ...]:
    """The register as it stood at the end of that day."""
    return tuple(_stood(letter, day) for letter in letters if letter.date <= day)


def _stood(letter: IssuedLetter, day: date) -> IssuedLetter:
    """A letter as the register told it that day; nearly always it has told nothing since."""
    cancelled = letter.cancellation if letter.cancellation and letter.cancellation <= day else None
    returns = tuple(returned for returned in letter.returns if returned.date <= day)
    dispatches = tuple(_seen(d, day) for d in letter.dispatches if d.date <= day)
    whole = (letter.cancellation, letter.returns, letter.dispatches)
    if (cancelled, returns, dispatches) == whole:
        return letter
    return replace(letter, dispatches=dispatches, returns=returns, cancellation=cancelled)


def _seen(dispatch: Dispatch, day: date) -> Dispatch:
    late = dispatch.received is not None and dispatch.received > day
    return replace(dispatch, received=None) if late else dispatch


def attested(letter: IssuedLetter) -> tuple[tuple[str, str | None], ...]:
    """The files of a letter that git holds, each with its fingerprint: without PDFs there, no
    PDF; the text message when the register tells of it."""
    stem = str(PurePosixPath(letter.path).with_suffix(""))
    files = [(f"{stem}.md", letter.markdown_sha256)]
    if letter.path != f"{stem}.md":
        files.append((letter.path, letter.pdf_sha256))
    if letter.sms_sha256:
        files.append((f"{stem}-sms.txt", letter.sms_sha256))
    return tuple(files)


def unattested(letter: IssuedLetter) -> Problem | None:
    """A letter that some version wrote bears the fingerprints of its text and of its PDF, in git
    or not, and from version 0.2 on of its text message: without them nothing could be checked."""
    prints = {"markdown-sha256": letter.markdown_sha256, "pdf-sha256": letter.pdf_sha256}
    if "sms" in letter.channels and not (letter.version or "").startswith("relance 0.1."):
        prints["sms-sha256"] = letter.sms_sha256
    missing = [key for key, value in prints.items() if not value]
    if not letter.version or not missing:
        return None
    what = f"{', '.join(missing)} manque au registre pour {letter.id} : rien ne l'atteste"
    return Problem(letter.source, what, "rétablissez la ligne d'origine (git)")
