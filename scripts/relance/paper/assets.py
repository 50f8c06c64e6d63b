"""The folder `letters/` as a value: what a letter's page is made of beside its Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Assets:
    """The files of `letters/` by their relative paths, and the fingerprint of them all."""

    files: tuple[tuple[str, bytes], ...]
    digest: str

    @classmethod
    def of(cls, folder: Path) -> Assets:
        """What lies in the folder; a link that leads out of it is left out."""
        inside = folder.resolve()
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        files = tuple(
            (path.relative_to(folder).as_posix(), path.read_bytes())
            for path in paths
            if path.resolve().is_relative_to(inside)
        )
        whole = sha256()
        for name, content in files:
            whole.update(f"{name}\0{sha256(content).hexdigest()}\n".encode())
        return cls(files, whole.hexdigest())

    def unpack(self, place: Path) -> Path:
        """Write them below `place`, and give the folder back."""
        folder = place / "letters"
        for name, content in self.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder
