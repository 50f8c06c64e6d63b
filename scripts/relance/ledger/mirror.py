"""The books as they would be, to try what is not written yet: a company's folder made of links,
some of its files other; a loaded ledger, some of its entries other."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from beancount.core.data import entry_sortkey
from beancount.parser import parser

from relance.ledger.beancount import Loaded
from relance.ledger.loading import divisions_told

_MARK = "relance-livres-"
_YOUNG = 60  # seconds in which a folder just made may not be held yet


@contextmanager
def _own_place() -> Iterator[Path]:
    """A folder for a copy of books, held while it serves; those that killed runs left go first."""
    for left in Path(tempfile.gettempdir()).glob(f"{_MARK}*"):
        with suppress(OSError):  # another's, still held, or gone meanwhile
            state = left.lstat()
            if state.st_uid == os.getuid() and time.time() - state.st_mtime > _YOUNG:
                with _held(left):
                    shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=_MARK) as place, _held(Path(place)):
        yield Path(place)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """A folder that no other process takes for a dead one's; OSError when another holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def mirrored(root: Path, read: Iterable[str], changed: Mapping[str, bytes]) -> Iterator[Path]:
    """The company's folder with these files new; yields its root.

    It starts at the first folder that holds every file `read`, for includes that leave the root.
    Folders of files read are real ones: an include's `..` would follow a link.
    """
    new = {Path(os.path.normpath(root / name)): content for name, content in changed.items()}
    files = [*(Path(os.path.normpath(root / name)) for name in read), *new]
    top = Path(os.path.commonpath([root, *files]))
    folders = {folder for file in files for folder in file.parents}
    with _own_place() as place:
        here = place.resolve() / "livres"
        _mirror(top, here, folders)
        del changed
        for file in [*new]:
            target = here / file.relative_to(top)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.write_bytes(new.pop(file))  # large books are loaded meanwhile
        yield here / root.relative_to(top)


def _mirror(source: Path, target: Path, folders: Collection[Path]) -> None:
    """Make a folder of links to everything in another, and these folders within it."""
    target.mkdir()
    for entry in source.iterdir():
        if entry in folders and entry.is_dir():
            _mirror(entry, target / entry.name, folders)
        else:
            (target / entry.name).symlink_to(entry)


def amended(loaded: Loaded, gone: Collection[int], text: str, path: str) -> Loaded:
    """The same ledger without some entries, known by their `id()`, and with those of a text, whose
    every posting has its amount: what it would be if they stood in the file `path`."""
    with divisions_told():
        new, errors, _options = parser.parse_string(text, report_filename=path)
    if errors:
        raise ValueError(f"{errors[0].message}: line {errors[0].source.get('lineno')}")
    left = (entry for entry in loaded.entries if id(entry) not in gone)
    return replace(loaded, entries=sorted([*left, *new], key=entry_sortkey))
