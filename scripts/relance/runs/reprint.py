"""Letters printed again after a hand edit: `relance rendre`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from relance.decision.recording import recorded
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.git.worktree import worktree
from relance.ledger.company import Company, sha256, text_of
from relance.letters.guard import check_letter, check_text
from relance.paper.press import Job
from relance.paper.rendering import Printing
from relance.runs.comparison import differences, of_register
from relance.runs.derivation import Derived, again
from relance.runs.letter_files import engines
from relance.runs.summary.folded_letters import retold
from relance.runs.unmerged import Unmerged, with_prints
from relance.text import gsm
from relance.text.words import count
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal, Source, Status

_SMS = "-sms.txt"
_REFRESH = "relance rafraichir la refait d'après les livres"


@dataclass(frozen=True, slots=True)
class Reprint:
    """What printing again changes: files by path, the letters as the register will tell them.

    `texts` are those of the letters and of what goes with them, which only their writer changed;
    `loose` are PDFs that stay out of git.
    """

    letters: tuple[IssuedLetter, ...]
    texts: tuple[str, ...]
    files: dict[str, bytes]
    loose: dict[str, bytes]

    @property
    def told(self) -> list[str]:
        """What was done, a line for each letter, then for each text that goes with one."""
        names = {_markdown(letter): letter.id for letter in self.letters}
        return [
            f"{names[name]} : PDF refait, registre accordé"
            if name in names
            else f"{name} : enregistré"
            for name in self.texts
        ]


def edited(run: Unmerged, root: Path) -> tuple[IssuedLetter, ...]:
    """The letters whose Markdown or PDF is no longer what the register attests."""
    return tuple(letter for letter in run.letters if _changed(letter, root))


def _changed(letter: IssuedLetter, root: Path) -> bool:
    page = root / letter.path
    markdown = _markdown(letter)
    if not (root / markdown).is_file():
        what = f"le texte de la lettre {letter.id} manque"
        remedy = f"git checkout -- {markdown}, ou relance retirer {letter.id}"
        raise Refusal([Problem(Source(markdown), what, remedy)], Status.REFUSED_STATE)
    if sha256((root / markdown).read_bytes()) != letter.markdown_sha256:
        return True
    if letter.path == markdown:
        return False
    return not page.is_file() or sha256(page.read_bytes()) != letter.pdf_sha256


def companions_changed(repository: Repository, run: Unmerged) -> tuple[str, ...]:
    """The call sheets that differ from HEAD, and the text messages that are no longer what the
    register attests, committed or not."""
    names = []
    for letter in run.letters:
        stem = PurePosixPath(letter.path).with_suffix("")
        sheet, message = f"{stem}-appel.md", f"{stem}{_SMS}"
        if (repository.folder / sheet).is_file() and not repository.is_committed(sheet):
            names.append(sheet)
        path = repository.folder / message
        if path.is_file() and sha256(path.read_bytes()) != letter.sms_sha256:
            names.append(message)
    return tuple(names)


def render(repository: Repository, run: Unmerged, company: Company, printing: Printing) -> Reprint:
    """The changed letters printed again, once their figures are found to be those of the books.

    Raises Refusal with every changed figure of every letter, and what the books say.
    """
    letters, others = edited(run, repository.folder), companions_changed(repository, run)
    if not letters and not others:
        return Reprint((), (), {}, {})
    with worktree(repository, run.books) as tree:
        derived = again(repository, run, tree)
        problems = [p for letter in letters for p in _problems(letter, derived, company.root)]
        problems += [p for name in others for p in _sms_problems(name, run, derived, company.root)]
        if problems:
            raise Refusal(problems)
        texts = {letter.id: text_of(company.root, _markdown(letter)) for letter in letters}
        jobs = [Job(name, derived.client(name), text) for name, text in texts.items()]
        pages = dict(printing.pages(jobs, derived.company.templates))
    retouched = [_Retouched(letter, texts[letter.id], pages[letter.id]) for letter in letters]
    return _rendering(run, company.root, retouched, others)


class _Retouched(NamedTuple):
    letter: IssuedLetter
    text: str
    page: bytes


def _rendering(
    run: Unmerged,
    root: Path,
    retouched: Sequence[_Retouched],
    others: Sequence[str],
) -> Reprint:
    letters, files, loose = [], dict[str, bytes](), dict[str, bytes]()
    for letter, text, page in retouched:
        markdown, printed = sha256(text.encode()), sha256(page)
        new = replace(letter, markdown_sha256=markdown, pdf_sha256=printed, version=engines())
        letters.append(new)
        kept = loose if letter.path == _markdown(letter) else files
        kept[str(PurePosixPath(letter.path).with_suffix(".pdf"))] = page
        files[_markdown(letter)] = text.encode()
    texts = (*(_markdown(letter) for letter in letters), *others)
    files |= {name: (root / name).read_bytes() for name in others}
    reprinted = _with_messages(letters, run, files)
    register = (root / run.register).read_text(encoding="utf-8")
    entries = with_prints(register, {letter.id: _prints(letter) for letter in reprinted})
    files[run.register] = entries.encode()
    summary = root / run.summary
    before = summary.read_text(encoding="utf-8", errors="replace") if summary.is_file() else ""
    after = retold(before, {x.letter.id: x.text for x in retouched})
    if after != before:
        files[run.summary] = after.encode()
    return Reprint(reprinted, texts, files, loose)


def _with_messages(
    letters: Sequence[IssuedLetter], run: Unmerged, files: Mapping[str, bytes]
) -> tuple[IssuedLetter, ...]:
    """The changed letters, those whose text message alone changed among them."""
    by_id = {letter.id: letter for letter in letters}
    for letter in run.letters:
        if content := files.get(f"{PurePosixPath(letter.path).with_suffix('')}{_SMS}"):
            changed = by_id.get(letter.id, letter)
            by_id[letter.id] = replace(changed, sms_sha256=sha256(content))
    return tuple(by_id.values())


def _prints(letter: IssuedLetter) -> dict[str, str]:
    prints = {
        "markdown-sha256": letter.markdown_sha256 or "",
        "pdf-sha256": letter.pdf_sha256 or "",
        "version": letter.version or "",
    }
    return prints | ({"sms-sha256": letter.sms_sha256} if letter.sms_sha256 else {})


def _problems(letter: IssuedLetter, derived: Derived, root: Path) -> Iterator[Problem]:
    """Why a letter may not stand as it was edited."""
    name = _markdown(letter)
    if letter.id not in derived.letters:
        what = f"{letter.id} ne se retrouve pas à partir des livres dont elle vient"
        yield Problem(Source(name), what, _REFRESH)
        return
    right_statement = of_register(recorded(derived.letters[letter.id], letter.path))
    if any(differences(of_register(letter), right_statement)):
        what = f"le registre ne dit plus de {letter.id} ce que disent les livres"
        yield Problem(letter.source, what, f"rétablissez ces lignes (git), ou {_REFRESH}")
    try:
        text = text_of(root, name)
    except Refusal as refusal:
        yield from refusal.problems
        return
    right = derived.texts(letter.id)[".md"]
    yield from named(letter.id, check_letter(name, text, right, derived.numbers))


def _sms_problems(name: str, run: Unmerged, derived: Derived, root: Path) -> Iterator[Problem]:
    """Why a text message may not stand as it was edited; a call sheet is for the house alone."""
    letter = next(issued for issued in run.letters if issued.id in name)
    try:
        text = text_of(root, name)
    except Refusal as refusal:
        yield from refusal.problems
        return
    if not name.endswith(_SMS):
        return
    right = derived.texts(letter.id) if letter.id in derived.letters else {}
    if _SMS not in right:
        what = f"les livres ne donnent aucun SMS à {letter.id}"
        yield Problem(Source(name), what, f"supprimez-le, ou {_REFRESH}")
        return
    if (length := gsm.length(text.strip())).messages > 1:
        what = f"ce SMS en ferait {length.messages} ({length.units} caractères)"
        yield Problem(Source(name), what, "raccourcissez-le")
    problems = check_text(name, text, right[_SMS], right[".md"], derived.numbers)
    yield from named(letter.id, problems)


def named(name: str, problems: Sequence[Problem]) -> Iterator[Problem]:
    """The same complaints, each saying of which letter."""
    yield from (replace(problem, what=f"{name} : {problem.what}") for problem in problems)


def rewrite(reprint: Reprint, base: str) -> NewCommit:
    """What git is asked to commit."""
    ids = [letter.id for letter in reprint.letters] or list(reprint.texts)
    number = count(len(ids), "lettre")
    rows = "\n".join(f"- {name}" for name in ids)
    message = f"Lettres retouchées : {number}\n\n{rows}\n"
    return NewCommit(reprint.files, message, base)


def _markdown(letter: IssuedLetter) -> str:
    return str(PurePosixPath(letter.path).with_suffix(".md"))


def write_loose(pages: Mapping[str, bytes], root: Path) -> None:
    """Leave the PDFs that stay out of git beside their letters."""
    for name, content in pages.items():
        (root / name).write_bytes(content)
