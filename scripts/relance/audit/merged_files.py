"""The files of letters: there, as the register attests, and as they were when merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from relance.audit.losses import named
from relance.audit.merged import Merged, RegisterHistory
from relance.ledger.company import sha256
from relance.values.facts import Commit
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Source
from relance.values.register import LETTER_ID, LETTERS, attested, unattested


@dataclass(frozen=True, slots=True)
class MergedFiles:
    """The letters' files in `root`, what git remembers of them, their fingerprints when merged."""

    root: Path
    merged: Mapping[str, Merged]
    prints: Mapping[str, str]

    @classmethod
    def of(
        cls, root: Path, history: RegisterHistory, letters: tuple[IssuedLetter, ...]
    ) -> MergedFiles:
        """Read from git what each file held when it was approved."""
        names = {name for letter in letters for name, _ in attested(letter)}
        merged = {name: history.files[name] for name in names if name in history.files}
        blobs = (file.approved.blob for file in merged.values())
        return cls(root, merged, history.past.fingerprints(blobs))

    def faults(self, letter: IssuedLetter) -> Iterator[Problem]:
        """What is wrong with a letter's files, each told with the commit that did it."""
        if fault := unattested(letter):
            yield fault
        for name, expected in attested(letter):
            if fault := self._fault(letter.id, name, expected):
                yield fault

    def _fault(self, letter: str, name: str, expected: str | None) -> Problem | None:
        path, merged = self.root / name, self.merged.get(name)
        changed = merged.first_change if merged else None
        back = (
            f"rétablissez-le : git checkout {_parent_of(changed.commit)} -- {name}"
            if changed
            else (f"rétablissez-le : git checkout -- {name}")
        )
        if not path.is_file():
            by = f", supprimé après sa fusion par {named(changed.commit)}" if changed else ""
            return Problem(Source(name), f"{letter} : ce fichier manque{by}", back)
        if expected and sha256(path.read_bytes()) == expected and not changed:
            return self._merged_otherwise(letter, name, expected)
        if changed:
            what = f"{letter} : modifié après sa fusion par {named(changed.commit)}"
            return Problem(Source(name), what, back)
        if expected:
            return self._unfit(letter, name, expected)
        return None

    def _merged_otherwise(self, letter: str, name: str, expected: str) -> Problem | None:
        """The file fits: so must the one that was merged."""
        merged = self.merged.get(name)
        if merged is None or self.prints[merged.approved.blob] == expected:
            return None
        by = named(merged.approved.commit)
        what = f"{letter} : ce n'est pas ce fichier qui a été fusionné par {by}"
        return Problem(Source(name), what, f"git diff {merged.approved.commit.short} -- {name}")

    def _unfit(self, letter: str, name: str, expected: str) -> Problem:
        merged = self.merged.get(name)
        if merged and self.prints[merged.approved.blob] != expected:
            by = named(merged.approved.commit)
            what = f"{letter} : fusionné par {by} sans être celui que le registre atteste"
            remedy = "retouchée à la main sans relance rendre ? Notez une #annulation"
            return Problem(Source(name), what, remedy)
        what = f"{letter} : ce fichier n'est plus celui que le registre atteste"
        return Problem(Source(name), what, f"rétablissez-le : git checkout -- {name}")


def _parent_of(commit: Commit) -> str:
    return f"{commit.short}~1"


def strays(history: RegisterHistory, letters: tuple[IssuedLetter, ...]) -> Iterator[Problem]:
    """Letters of the base branch that no register names any more."""
    in_register = {letter.id for letter in letters}
    seen: set[str] = set()
    for path, merged in sorted(history.files.items()):
        name = LETTER_ID.match(PurePosixPath(path).name)
        if name and merged.last.blob and name[0] not in in_register | seen:
            seen.add(name[0])
            what = f"{name[0]} : cette lettre n'est dans aucun registre"
            yield Problem(
                Source(path), what, "rétablissez la ligne de registre qui la nommait (git)"
            )


def vanished(history: RegisterHistory, letters: tuple[IssuedLetter, ...]) -> Iterator[str]:
    """Letters that the base branch held once and no register names: after a fast-forward nothing
    tells one taken out during the review from one that went with its lines of the register."""
    in_register = {letter.id for letter in letters}
    gone: dict[str, list[Merged]] = {}
    for path, merged in history.files.items():
        letter_id = LETTER_ID.match(PurePosixPath(path).name)
        if letter_id and path.startswith(f"{LETTERS}/") and path.endswith(".md"):
            gone.setdefault(letter_id[0], []).append(merged)
    for name, files in sorted(gone.items()):
        if name not in in_register and not any(merged.last.blob for merged in files):
            first = min(files, key=lambda merged: (len(merged.path), merged.path))
            yield f"{name} : lettre retirée par {named(first.last.commit)}, {first.path}"
