"""Files written for the user, or told why they cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from relance.values.problem import Problem, Refusal, Source, Status


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write these files by their paths below the folder, in place of what is there. Raises
    `Refusal` (3) when one cannot be written; those before it stay."""
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as fault:
        raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None


def unwritable(fault: OSError, name: str = "") -> Problem:
    """The complaint about a disk or folder that takes no file, `name` or the one it tells."""
    what = f"écriture impossible : « {fault.strerror} »"
    remedy = "libérez de la place ou rendez le dossier accessible, puis relancez"
    return Problem(Source(name or str(fault.filename or "git")), what, remedy)
