"""Mail that came back, as files: a maildir, a folder of .eml, an mbox, one message.

Whoever knows our address may write there: sizes and counts are bounded, what is no plain file is
never opened, and what lies beyond the bounds is said.
"""

from __future__ import annotations

import mailbox
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from relance.text.escapes import short
from relance.values.problem import Problem, Source, refuse

_Content = Callable[[], bytes]

MOST_MESSAGES = 5_000
MOST_BYTES = 4 * 2**20  # of one message: a server sends back what it could not deliver
MOST_OF_FILE = 256 * 2**20  # of an mbox


@dataclass(slots=True)
class MailFiles:
    """Messages as they come, each with a name for what is said of it; what was left out."""

    path: Path
    left_out: list[Problem] = field(default_factory=list)

    def messages(self) -> Iterator[tuple[str, bytes]]:
        """Every message within the bounds. Refused when there is nothing to read there."""
        for number, (name, size, content) in enumerate(self._all()):
            if number == MOST_MESSAGES:
                what = f"au-delà de {MOST_MESSAGES} messages, le reste n'est pas lu"
                self._leave(self.path.name, what, "rangez ceux qui sont notés, puis recommencez")
                return
            if size > MOST_BYTES:
                what = f"ce message dépasse {MOST_BYTES // 2**20} Mo : il n'est pas lu"
                self._leave(name, what, "regardez-le vous-même ; relance noter --retour le note")
                continue
            yield name, content()

    def _leave(self, name: str, what: str, remedy: str) -> None:
        self.left_out.append(Problem(Source(name), what, remedy))

    def _all(self) -> Iterator[tuple[str, int, _Content]]:
        try:
            if self.path.is_dir():
                yield from self._of_folder()
            elif self.path.is_file():
                yield from self._of_file()
            else:
                what, remedy = "rien à lire ici", "donnez un maildir, un mbox ou un fichier .eml"
                raise refuse(str(self.path), what, remedy)
        except OSError as error:
            what = f"lecture impossible : {error.strerror}"
            raise refuse(str(self.path), what, "rétablissez les droits de lecture") from None

    def _of_folder(self) -> Iterator[tuple[str, int, _Content]]:
        """The messages of a maildir, new and seen; those of a folder of .eml."""
        parts = [self.path / name for name in ("new", "cur")]
        maildir = all(part.is_dir() and not part.is_symlink() for part in parts)
        for part in parts if maildir else [self.path]:
            with os.scandir(part) as entries:
                files = sorted(
                    (entry for entry in entries if entry.is_file(follow_symlinks=False)),
                    key=lambda entry: entry.name,
                )
            for entry in files:
                if maildir or entry.name.lower().endswith(".eml"):
                    content = Path(entry.path).read_bytes
                    yield short(entry.name), entry.stat(follow_symlinks=False).st_size, content

    def _of_file(self) -> Iterator[tuple[str, int, _Content]]:
        size, name = self.path.stat().st_size, short(self.path.name)
        with self.path.open("rb") as file:
            several = file.read(5) == b"From "
        if not several:
            yield name, size, self.path.read_bytes
        elif size > MOST_OF_FILE:
            what = f"ce fichier dépasse {MOST_OF_FILE // 2**20} Mo : il n'est pas lu"
            self._leave(name, what, "gardez-y les retours récents, puis recommencez")
        else:
            yield from self._of_mbox(name)

    def _of_mbox(self, name: str) -> Iterator[tuple[str, int, _Content]]:
        box = mailbox.mbox(self.path, create=False)
        try:
            for number, key in enumerate(box.iterkeys(), 1):
                content = box.get_bytes(key)
                yield f"{name}, message {number}", len(content), partial(bytes, content)
        finally:
            box.close()
