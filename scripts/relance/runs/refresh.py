"""Letters brought up to date on a branch that stayed open: `relance rafraichir`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from relance.cache.book_states import read_once
from relance.decision.outcomes import Line, Plan, Wait
from relance.decision.recording import recorded
from relance.git.base import merge_texts, merged_tree
from relance.git.program import refused
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.git.worktree import worktree
from relance.ledger.company import sha256, text_of
from relance.letters.guard import check_letter, check_text
from relance.paper.press import Job
from relance.paper.rendering import Printing
from relance.runs import letter_files, run_files
from relance.runs.conditions import check_date, ready
from relance.runs.derivation import Derived, afresh, again, before, only, others_pending
from relance.runs.matching import decisions, told_before, told_total, topic
from relance.runs.unmerged import Unmerged, emptied, files_of, holds_base
from relance.text.frontmatter import relaid
from relance.text.locales import french_date
from relance.values.amounts import Money
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal

Texts = Mapping[str, str]  # by the end of the file's name, the letter itself being `.md`


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one letter: gone for a reason, or with its new total and texts; the total of
    a letter that asks for nothing is that of the balances it tells.

    `kept` tells whether a hand edit is still there; `lost` is the diff of one that is not, and
    `because` why.
    """

    letter: IssuedLetter
    client: str
    gone: str = ""
    total: Money | None = None
    texts: Texts | None = None
    changed: bool = False
    kept: bool = False
    lost: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The letters as they now are, the fate of each, the files that change (None: that go)."""

    letters: tuple[IssuedLetter, ...]
    fates: tuple[Fate, ...]
    files: dict[str, bytes | None]
    loose: dict[str, bytes]
    others: int
    merges: bool

    @property
    def changes(self) -> bool:
        """Whether there is anything to commit."""
        return self.merges or any(fate.gone or fate.changed for fate in self.fates)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the letters are made again from: the old ones, and what the branch's books say, which
    ask for `demanded` letters in all."""

    run: Unmerged
    root: Path
    old: Mapping[str, Texts]
    here: Mapping[str, IssuedLetter]
    demanded: int


def check_day(run: Unmerged, day: date) -> None:
    """Letters go forward in time."""
    if day < run.day:
        what = f"ces lettres sont du {french_date(run.day)}, le {french_date(day)} est avant"
        raise refused(what, f"choisissez une date à partir du {run.day} (--au)", run.branch)


def tree_of(repository: Repository, run: Unmerged) -> str:
    """What the branch will hold, but for its letters, once its base is merged into it."""
    if holds_base(repository, run):
        return repository.head()
    return merged_tree(repository.git, repository.head(), run.base.tip)


def refresh(repository: Repository, run: Unmerged, day: date, printing: Printing) -> Refreshed:
    """The run's letters made again from the tip of their base, as of `day`.

    A letter that the branch's own books see otherwise than its base does is dropped: a payment
    noted on the branch alone must stop it. Raises Refusal for the faults of the new books.
    """
    ground = _ground(repository, run, day)
    with worktree(repository, run.base.tip) as root:
        company = ready(read_once(root))
        check_date(company, day)
        pending = others_pending(repository, company, run)
        derived = afresh(company, day, pending, run)
        fates = tuple(_fate(repository, letter, derived, ground) for letter in run.letters)
        kept = [fate for fate in fates if not fate.gone]
        letters, files, loose = _print(run, derived, kept, printing)
    old = {path for letter in run.letters for path in files_of(letter, repository.folder)}
    gone = dict.fromkeys({*old, run.register, run.summary} - loose.keys())
    merges = not holds_base(repository, run)
    others = ground.demanded - len(kept)  # what the branch itself holds back is not asked for
    return Refreshed(letters, fates, gone | files, loose, others, merges)


def _ground(repository: Repository, run: Unmerged, day: date) -> _Ground:
    # The old texts come from the books as they were, the measure of a hand edit; the letters that
    # the branch asks for come from what it will hold once merged, without its own letters: these
    # would count as sent, and nothing would be due again.
    with worktree(repository, run.books) as root:
        derived = again(repository, run, root)
        old = {name: derived.texts(name) for name in derived.letters}
    with worktree(repository, tree_of(repository, run)) as root:
        company = before(read_once(root), run)
        pending = others_pending(repository, company, run)
        there = afresh(company, day, pending, run)
        here = {name: recorded(letter, "") for name, letter in there.letters.items()}
    return _Ground(run, repository.folder, old, here, len(there.plan.letters))


def _fate(repository: Repository, issued: IssuedLetter, derived: Derived, ground: _Ground) -> Fate:
    letter = derived.letters.get(issued.id)
    if letter is None:
        client = next(
            (c for c in derived.company.books.clients if c.account == issued.account), None
        )
        reason = _reason(issued, derived.plan)
        return Fate(issued, client.label if client else issued.account, gone=reason)
    if ground.here.get(issued.id) != recorded(letter, ""):
        reason = "des écritures de cette branche la changent : portez-les sur la branche de base"
        return Fate(issued, letter.client.label, gone=reason)
    fate = Fate(issued, letter.client.label, total=told_total(letter))
    new = derived.texts(issued.id)
    current = _current(issued, ground.root, new)
    old = ground.old.get(issued.id, {})
    merged = {end: _Merge(repository, derived, issued, new).of(end, old, current) for end in new}
    changed = any(merged[end][0] != current.get(end) for end in new)
    lost = "".join(loss for _, _, loss, _ in merged.values())
    because = " ; ".join(filter(None, (why for *_, why in merged.values())))
    return replace(
        fate,
        texts={end: text for end, (text, *_) in merged.items()},
        changed=changed or current.keys() != new.keys(),
        kept=any(kept for _, kept, *_ in merged.values()),
        lost=lost,
        because=because,
    )


def _reason(issued: IssuedLetter, plan: Plan) -> str:
    """Why the letter is no more: what became of each of its claims."""
    if issued.informs:
        return "elle n'a plus lieu d'être"
    now = decisions(plan)
    outcomes = [f"{c.invoice} {_became(now.get(topic(issued, c)))}" for c in issued.citations]
    return " ; ".join(dict.fromkeys(outcomes))


def _became(decision: Line | Wait | None) -> str:
    if isinstance(decision, Wait):
        return decision.reason
    return "relancée par une autre lettre" if decision else "réglée"


def _current(issued: IssuedLetter, root: Path, ends: Texts) -> dict[str, str]:
    """The texts of the letter as they lie on the branch."""
    stem = str(PurePosixPath(issued.path).with_suffix(""))
    names = {end: f"{stem}{end}" for end in (*ends, "-appel.md", "-sms.txt")}
    return {end: text_of(root, name) for end, name in names.items() if (root / name).is_file()}


@dataclass(frozen=True, slots=True)
class _Merge:
    """A hand edit carried from the old letter to the new one, when it still holds."""

    repository: Repository
    derived: Derived
    issued: IssuedLetter
    new: Texts

    def of(self, end: str, old: Texts, current: Texts) -> tuple[str, bool, str, str]:
        """The text to keep, whether an edit is in it, else the diff of the edit and why not."""
        new, written, origin = self.new[end], current.get(end), old.get(end)
        edited = None if written is None else relaid(written)
        if edited in (None, origin, new):
            return new, False, "", ""
        if origin is None:
            if end == ".md" and sha256(str(written).encode()) == self.issued.markdown_sha256:
                return new, False, "", ""
            why = "la lettre d'origine ne se retrouve plus"
            return new, False, self._diff(end, new, str(edited)), why
        merged = merge_texts(self.repository.git, str(edited), origin, new)
        why = "elle touche aux lignes qui changent"
        if merged is not None:
            faults = self._faults(end, merged)
            if not faults:
                return merged, True, "", ""
            why = faults[0].what
        return new, False, self._diff(end, origin, str(edited)), why

    def _faults(self, end: str, text: str) -> Sequence[Problem]:
        """Whether the figures of the edited text are those of the new letter."""
        try:
            if end == ".md":
                return check_letter(end, text, self.new[end], self.derived.numbers)
            if end == "-appel.md":  # for the house alone
                return []
            return check_text(end, text, self.new[end], self.new[".md"], self.derived.numbers)
        except Refusal as unreadable:
            return unreadable.problems

    def _diff(self, end: str, origin: str, edited: str) -> str:
        name = f"{self.issued.id}{end}"
        rows = difflib.unified_diff(
            origin.splitlines(), edited.splitlines(), name, f"{name} retouchée", lineterm="", n=1
        )
        return "".join(f"{row}\n" for row in rows)


def _print(
    run: Unmerged, derived: Derived, kept: Sequence[Fate], printing: Printing
) -> tuple[tuple[IssuedLetter, ...], dict[str, bytes], dict[str, bytes]]:
    """The letters with their files, those in git and those beside it."""
    letters, files, loose = [], dict[str, bytes](), dict[str, bytes]()
    company = derived.company
    jobs = [Job(f.letter.id, f.client, (f.texts or {})[".md"]) for f in kept]
    pages = dict(printing.pages(jobs, company.templates))
    for fate in kept:
        letter, made = derived.letters[fate.letter.id], fate.texts or {}
        stem = f"{run.folder}/{letter_files.stem_of(letter)}"
        files |= {f"{stem}{end}": text.encode() for end, text in made.items()}
        page = pages[fate.letter.id]
        (files if company.policy.git.pdf else loose)[f"{stem}.pdf"] = page
        path = f"{stem}.pdf" if company.policy.git.pdf else f"{stem}.md"
        message = made.get("-sms.txt")
        sms = None if message is None else sha256(message.encode())
        prints = letter_files.Prints(path, sha256(made[".md"].encode()), sha256(page), sms)
        issued = letter_files.issued_letter(letter, prints, run.base.tip, company.policy_sha256)
        letters.append(issued)
    if letters:
        plan = only(derived.plan, (derived.letters[fate.letter.id] for fate in kept))
        files[run.register] = run_files.enter(plan, company, letters)
        files[run.summary] = run_files.sum_up(plan, company, letters, files)
    return tuple(letters), files, loose


def rewrite(refreshed: Refreshed, run: Unmerged, base: str) -> NewCommit:
    """What git is asked to do: merge the base when the branch lacks some of it, then commit."""
    rows = [
        f"- {fate.letter.id} {fate.letter.account} : {in_words(fate)}" for fate in refreshed.fates
    ]
    title = f"Lettres rafraîchies sur {run.base.name}"
    message = "\n".join([title, "", *rows, ""])
    merge = run.base.tip if refreshed.merges else ""
    note = f"Fusion de {run.base.name} dans {run.branch}\n"
    return NewCommit(refreshed.files, message, base, merge=merge, merge_message=note)


def in_words(fate: Fate) -> str:
    """What became of a letter, in a few words."""
    return ", ".join(_phrases(fate))


def _phrases(fate: Fate) -> Iterator[str]:
    if fate.gone:
        yield f"retirée ({fate.gone})"
        return
    was, now = told_before(fate.letter), fate.total
    if was != now:
        yield f"total {was} → {now}"
    else:
        yield "refaite, même total" if fate.changed else "inchangée"
    if fate.kept:
        yield "retouche gardée"
    if fate.lost:
        yield f"retouche perdue ({fate.because})"


def next_thing(refreshed: Refreshed, run: Unmerged) -> str:
    """What to do once the letters are up to date."""
    if refreshed.letters:
        return f"enregistré sur {run.branch} ; relisez-la, puis git push ou fusionnez."
    return emptied(run)
