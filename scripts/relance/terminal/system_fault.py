"""What the system refuses, told in one sentence: a full disk, a closed folder, a broken output.

A refusal with its place where the program expects one; this is for all the others.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
import unicodedata
from contextlib import suppress

from relance.values.problem import Status

_PIPE_CLOSED = 141  # 128 and the number of the signal, as shells say it
_REPLACED = {
    "€": "EUR", "→": "->", "—": "-", "–": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"',
    "»": '"', "…": "...", "•": "-", "·": ".", "✓": "ok", "✗": "x", "œ": "oe", "Œ": "OE", "×": "x",
}  # fmt: skip
_REMEDIES = {
    errno.ENOSPC: "libérez de la place",
    errno.EDQUOT: "libérez de la place",
    errno.EACCES: "rendez-le accessible (chmod, chown)",
    errno.EPERM: "rendez-le accessible (chmod, chown)",
    errno.EROFS: "ce disque ne prend pas d'écriture : changez de dossier",
    errno.EMFILE: "trop de fichiers ouverts à la fois : ulimit -n 1024",
    errno.ENFILE: "trop de fichiers ouverts sur cette machine : fermez des programmes",
    errno.ENOENT: "vérifiez qu'il est toujours là (le dossier où vous êtes aussi)",
    errno.ENOTDIR: "déplacez le fichier qui est à la place d'un dossier",
    errno.EISDIR: "déplacez le dossier qui est à la place d'un fichier",
}


def told(fault: OSError) -> int:
    """Say what the system refused, and where; the exit status. A reader that has left is told
    nothing."""
    if isinstance(fault, BrokenPipeError):
        _silence(sys.stdout)
        return _PIPE_CLOSED
    where = str(fault.filename or "système")
    remedy = _REMEDIES.get(fault.errno or 0, "corrigez ce que dit le système")
    with suppress(OSError, ValueError):
        said = f"{where}: « {fault.strerror or fault} »\n    → {remedy}, puis relancez\n"
        sys.stderr.write(said)
        sys.stderr.flush()
    return int(Status.REFUSED_STATE)


def flush() -> None:
    """Have all that was said go out before the end; what cannot is told, or left."""
    try:
        sys.stdout.flush()
    except OSError as fault:
        status = told(fault)
        _silence(sys.stdout)
        sys.exit(status)


def speak_anyway() -> None:
    """Let an output that lacks a sign get its nearest: « EUR » for « € », never a crash."""
    codecs.register_error("relance", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if change := getattr(stream, "reconfigure", None):
            change(errors="relance")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    plain = "".join(_REPLACED.get(sign) or unicodedata.normalize("NFKD", sign) for sign in signs)
    return "".join(
        x if x.isascii() else "" if unicodedata.combining(x) else "?" for x in plain
    ), error.end


def _silence(stream: object) -> None:
    """Let nothing more be written to an output that is gone."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[attr-defined]
        os.close(nowhere)
