"""The ledger of a folder that is to become a company's, and the one line that it may lack."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property
from pathlib import Path

from relance.imports.ledger_text import includes, with_include
from relance.values.register import FOLDER, HEADER

_REGISTER = f"{FOLDER}/{HEADER}"


@dataclass(frozen=True)
class EarlierLedger:
    """What Beancount files `folder` has, registers and `usual`, the place of a new one, apart."""

    folder: Path
    usual: str

    @cached_property
    def tops(self) -> list[str]:
        """The ledgers that no other one of the folder includes; the usual one alone when it is
        there."""
        if os.path.lexists(self.folder / self.usual):
            return [self.usual]
        included = {name for file in self._files for name in self._included(file)}
        return sorted(set(self._files) - included)

    @cached_property
    def _files(self) -> list[str]:
        paths = [
            path.relative_to(self.folder)
            for pattern in ("*.beancount", "*/*.beancount")
            for path in self.folder.glob(pattern)
        ]
        return sorted(path.as_posix() for path in paths if path.parts[0] != "out")

    def _included(self, name: str) -> set[str]:
        places = (self.folder / name).parent
        return {
            file.relative_to(self.folder).as_posix()
            for pattern in re.findall(r'(?m)^include "([^"/][^"]*)"', self._text(name))
            if ".." not in pattern
            for file in places.glob(pattern)
        }

    def _text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8", errors="replace")

    # ------------------------------------------------------------ The line that reads the register

    @cached_property
    def with_register(self) -> str | None:
        """The text of the one ledger with the line that includes the register; None when some
        file has it already, or when it is not for us to add."""
        if len(self.tops) != 1 or (self.folder / self.tops[0]).is_symlink():
            return None
        if any(includes(self._text(name), name, _REGISTER) for name in {*self._files, *self.tops}):
            return None
        try:
            text = (self.folder / self.tops[0]).read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return None
        beside = Path(os.path.relpath(FOLDER, Path(self.tops[0]).parent)).as_posix()
        new = with_include(text.replace("\r\n", "\n"), f"{beside}/*.beancount")
        return new.replace("\n", "\r\n") if "\r\n" in text else new

    def diff(self) -> str:
        """What that line changes, as a unified diff; "" for nothing."""
        if self.with_register is None:
            return ""
        old, name = self._text(self.tops[0]), self.tops[0]
        new = self.with_register.replace("\r\n", "\n")
        lines = unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=2)
        return "\n".join(lines)

    def add_register(self) -> None:
        """Write that line, the file whole or as it was."""
        if self.with_register is not None:
            path = self.folder / self.tops[0]
            draft = path.with_name(f".{path.name}.relance")
            draft.write_bytes(self.with_register.encode("utf-8"))
            draft.chmod(path.stat().st_mode)
            draft.replace(path)
