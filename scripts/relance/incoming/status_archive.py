"""Lifecycle messages in a zip, as platforms export them: each by itself, the rest told."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from relance.incoming import cdar
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.status_message import StatusMessage
from relance.text.escapes import short
from relance.values.problem import Problem, Refusal, Source

MOST_FILES = 10_000
MOST_BYTES = 16 * 2**20  # of one file: a message may carry the invoice that it speaks of
MOST_IN_ALL = 256 * 2**20
MOST_STATUSES = 100_000
_LOOKED_AT = 1_000  # files among which one must be a message, for the archive to be one of ours
_START = 2**16
_ZIP, _ENTRY = b"PK\x03\x04", b"PK\x01\x02"
# How platforms pack. Others have errors of their own, and LZMA takes what memory a file asks for.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_AGAIN = "exportez-les de nouveau de votre plateforme, en plusieurs fois s'il le faut"
# All that zipfile raises of an archive that is cut, changed or protected: RuntimeError for a
# password, NotImplementedError for a compression or an encryption that it does not know.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
    *(EOFError, OSError, ValueError, LookupError),
)


def read(content: bytes, file: str) -> Reading[StatusMessage]:
    """The statuses of all messages in the archive; one that cannot be read keeps no other out."""
    facts: list[StatusMessage] = []
    faults: list[Problem] = []
    left = MOST_IN_ALL
    with _opened(content, file) as archive:
        for member in _files(archive):
            place = f"{file}/{short(member.filename, 80)}"
            if left <= 0 or len(facts) + len(faults) > MOST_STATUSES:
                what = f"cette archive dépasse la mesure : rien n'en est lu à partir de {place}"
                faults.append(Problem(Source(file), what, _AGAIN))
                break
            message = _content(archive, member, MOST_BYTES + 1)
            left -= len(message or b"")
            try:
                reading = cdar.read(_bounded(message, place), place)
            except Refusal as refusal:
                faults += refusal.problems
            else:
                facts += reading.facts
                faults += reading.faults
    return Reading(tuple(facts), tuple(faults), divisible=True)


@contextmanager
def _opened(content: bytes, file: str) -> Iterator[zipfile.ZipFile]:
    """The archive; `Refusal` (2) when it cannot be opened or has too many files, which are counted
    before any is listed."""
    if content.count(_ENTRY) > MOST_FILES:
        what = f"cette archive a plus de {MOST_FILES} fichiers"
        raise Refusal([Problem(Source(file), what, _AGAIN)])
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as damage:
        what = "cette archive est abîmée : elle ne s'ouvre pas"
        raise Refusal([Problem(Source(file), what, _AGAIN)]) from damage
    with archive:
        yield archive


def _files(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    return (member for member in archive.infolist() if not member.is_dir())


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | None:
    """The first bytes of a file, unpacked no further whatever it says of its size; None when it
    cannot be unpacked."""
    if member.compress_type not in _PACKED:
        return None
    try:
        with archive.open(member) as packed:
            return packed.read(most)
    except _DAMAGED:
        return None


def _bounded(message: bytes | None, place: str) -> bytes:
    """The message, if it can be read and is of a size that messages have; else `Refusal` (2)."""
    if message is None:
        what = "ce fichier de l'archive est abîmé, sous mot de passe ou comprimé autrement"
    elif len(message) > MOST_BYTES:
        what = f"ce fichier de l'archive dépasse {MOST_BYTES >> 20} Mio une fois déplié"
    else:
        return message
    raise Refusal([Problem(Source(place), what, _AGAIN)])


def _recognises(head: Head) -> bool:
    """Whether a file is a zip with a lifecycle message among its first files."""
    if not head.content.startswith(_ZIP):
        return False
    try:
        with _opened(head.content, head.file) as archive:
            members = list(_files(archive))[:_LOOKED_AT]
            return any(_is_message(_content(archive, member, _START)) for member in members)
    except Refusal:
        return False


def _is_message(start: bytes | None) -> bool:
    try:
        return start is not None and cdar.is_message(Head(start, ""))
    except Refusal:
        return False


KIND = Kind("archive de statuts", _recognises, read)
