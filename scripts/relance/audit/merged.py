"""Each run and each file of the register as it was merged: what must never change since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from relance.git.past import PastCommits, Stage
from relance.ledger.beancount import parse
from relance.ledger.fields import Complaints
from relance.ledger.register_reader import read_letters
from relance.values.facts import Commit
from relance.values.register import FOLDER, HEADER, LETTERS

DISPATCHES = "-envois.beancount"


@dataclass(frozen=True, slots=True)
class Version:
    """A file after a commit; `blob` is "" when the commit removed it."""

    commit: Commit
    blob: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A file as it was approved, and every later version of it."""

    path: str
    approved: Version
    later: tuple[Version, ...]

    @property
    def last(self) -> Version:
        """What the base branch holds now."""
        return self.later[-1] if self.later else self.approved

    @property
    def first_change(self) -> Version | None:
        """The first version that is not the approved one, if the last is not either."""
        if self.last.blob == self.approved.blob:
            return None
        return next(version for version in self.later if version.blob != self.approved.blob)


@dataclass(frozen=True, slots=True)
class _Link:
    """A commit of a branch that was fast-forwarded: its place among the stages, and the last
    commit merged into the branch before it."""

    place: int
    stage: Stage
    merged: str


class RegisterHistory:
    """The base branch's first parents, read once: what each brought below `out/`."""

    def __init__(self, past: PastCommits) -> None:
        self.past = past
        self.stages = past.stages(FOLDER, LETTERS)

    @cached_property
    def files(self) -> dict[str, Merged]:
        """Every file below `out/registre` and `out/lettres` that was ever merged, by path."""
        versions: dict[str, list[Version]] = {}
        for stage in self.stages:
            for changed in stage.changes:
                if _ours(changed.path):
                    version = Version(stage.commit, changed.new)
                    versions.setdefault(changed.path, []).append(version)
        approvals = dict(self._approvals())
        places = {stage.commit: place for place, stage in enumerate(self.stages)}
        merged = {}
        for path, kept in versions.items():
            until = approvals.get(_run(path) or "", -1)
            start = max(sum(places[version.commit] <= until for version in kept), 1)
            merged[path] = Merged(path, kept[start - 1], tuple(kept[start:]))
        return merged

    @property
    def registers(self) -> list[Merged]:
        """The register's files but its heading, which is the user's."""
        return [
            merged
            for path, merged in sorted(self.files.items())
            if _is_register(path) and PurePosixPath(path).name != HEADER
        ]

    def _approvals(self) -> Iterator[tuple[str, int]]:
        """The place of the commit that approved a run, for runs brought commit by commit.

        A merge made as a fast-forward leaves no commit of its own: what directly follows the
        run, one commit after the other, and touches nothing but its own files, still belongs to
        the review, when it leaves letters and register in agreement.
        """
        for place, stage in enumerate(self.stages):
            for run in _runs_born(stage) if len(stage.commit.parents) < 2 else ():
                chain = list(self._chain(place, run))
                if len(chain) > 1:
                    yield run, self._approval(run, chain)

    def _chain(self, place: int, run: str) -> Iterator[_Link]:
        """The commit that brought the run, and those that went on with nothing else.

        In between only the base may have been merged into the branch, to go on from there.
        """
        before, merged = self.stages[place], ""
        yield _Link(place, before, "")
        for n, stage in enumerate(self.stages[place + 1 :], place + 1):
            steps = self._merges(stage.commit, before.commit)
            if steps is None:
                return
            merged = next(iter(steps), merged)
            before = stage
            if len(stage.commit.parents) == 2:
                merged = stage.commit.parents[1]
            elif all(_run(changed.path) == run for changed in stage.changes):
                yield _Link(n, stage, merged)
            else:
                return

    def _merges(self, commit: Commit, before: Commit) -> list[str] | None:
        """What was merged between two commits of the base branch, latest first; None when
        anything else happened there."""
        merges, here = [], commit.parents[:1]
        while here and here[0] != before.hash:
            parents = self.past.parents.get(here[0], ())
            if len(parents) != 2:
                return None
            merges.append(parents[1])
            here = parents[:1]
        return merges if here else None

    def _approval(self, run: str, chain: Sequence[_Link]) -> int:
        """The place of the last commit of the chain at which all agrees; else of the first."""
        states = list(_states((link.stage for link in chain), run))
        for n in range(len(chain) - 1, 0, -1):
            rewritten = [link.stage for link in chain[1 : n + 1]]
            if _with_letters(rewritten) and self._agrees(run, states[n], chain[n].merged):
                return chain[n].place
        return chain[0].place

    def _agrees(self, run: str, state: Mapping[str, str], merged: str) -> bool:
        """Whether each letter's files, as they were then, fit the register of that moment, and
        whether it went on from the base that was `merged`, if any was."""
        register = state.get(f"{FOLDER}/{run}.beancount")
        if register is None:
            return False
        entries, errors = parse(self.past.texts([register])[register])
        prints = self.past.fingerprints(state.values())
        held = {PurePosixPath(path).name: prints[blob] for path, blob in state.items()}
        letters = read_letters(entries, Complaints(Path()))
        stems = {PurePosixPath(letter.path).stem: letter for letter in letters}
        if errors or (merged and merged not in {letter.base for letter in letters}):
            return False
        return all(
            held.get(f"{stem}.md") == letter.markdown_sha256
            and held.get(f"{stem}.pdf", letter.pdf_sha256) == letter.pdf_sha256
            and letter.sms_sha256 in (None, held.get(f"{stem}-sms.txt"))
            for stem, letter in stems.items()
        )


def _ours(path: str) -> bool:
    return path.startswith((f"{FOLDER}/", f"{LETTERS}/"))


def _is_register(path: str) -> bool:
    return PurePosixPath(path).parent == PurePosixPath(FOLDER) and path.endswith(".beancount")


def _run(path: str) -> str | None:
    """The run that a file belongs to."""
    pure = PurePosixPath(path)
    if _is_register(path):
        return None if path.endswith(DISPATCHES) or pure.name == HEADER else pure.stem
    return pure.parent.name if pure.parent.parent == PurePosixPath(LETTERS) else None


def _runs_born(stage: Stage) -> list[str]:
    born = (_run(x.path) for x in stage.changes if not x.old and _is_register(x.path))
    return [run for run in born if run]


def _states(chain: Iterable[Stage], run: str) -> Iterator[dict[str, str]]:
    """The run's files and their objects after each of these commits."""
    state: dict[str, str] = {}
    for stage in chain:
        state = state | {x.path: x.new for x in stage.changes if _run(x.path) == run}
        yield {path: blob for path, blob in state.items() if blob}


def _with_letters(stages: Iterable[Stage]) -> bool:
    """Whether the register was never rewritten but with the letters it speaks of."""
    return all(
        any(not _is_register(x.path) for x in stage.changes)
        for stage in stages
        if any(_is_register(x.path) for x in stage.changes)
    )
