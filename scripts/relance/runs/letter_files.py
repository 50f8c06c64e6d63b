"""The files of a letter: how they are named, what they hold, what the register attests of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from relance import __version__
from relance.decision.outcomes import Letter
from relance.decision.recording import recorded
from relance.ledger.company import sha256
from relance.letters import compose as letters
from relance.paper.press import Job
from relance.paper.rendering import Printing
from relance.text.writing import Spool, slug
from relance.values.issued import IssuedLetter


@dataclass(frozen=True, slots=True)
class Prints:
    """The file that stands for a letter in the register, and the fingerprints of its forms."""

    path: str
    markdown_sha256: str
    pdf_sha256: str
    sms_sha256: str | None = None


def stem_of(letter: Letter) -> str:
    """How the names of a letter's files begin."""
    return f"{letter.id}-{slug(letter.client.label)}"


def texts(letter: Letter, setting: letters.LetterSetting) -> dict[str, str]:
    """A letter's texts by the end of their file names, the letter itself (`.md`) first, then its
    call sheet and its text message as its channels ask."""
    others = letters.companions(letter, setting)
    return {".md": letters.compose(letter, setting)} | {
        f"-{name}": text for name, text in others.items()
    }


class LetterFiles:
    """Makes the files of letters: Markdown, PDF, and what other channels need."""

    def __init__(
        self, setting: letters.LetterSetting, folder: str, files: Spool, kept: Spool
    ) -> None:
        self._setting = setting
        self._folder = folder
        self._files = files
        self._kept = kept
        self._prints: dict[tuple[str, str], str] = {}

    def make(self, written: Sequence[Letter], printing: Printing) -> Iterator[str]:
        """Write the letters, composed while others are laid out; yields the client of each."""
        stems = {letter.id: self._stem(letter) for letter in written}
        jobs = (self._composed(letter) for letter in written)
        for made in printing.laid_out(jobs, self._setting.templates):
            if made.page:
                self._kept[f"{stems[made.name]}.pdf"] = made.page
                self._prints[made.name, ".pdf"] = sha256(made.page)
            yield made.client

    def _composed(self, letter: Letter) -> Job:
        """The letter's texts, written: itself, its call sheet and its text message."""
        made = texts(letter, self._setting)
        for end, text in made.items():
            self._files[f"{self._stem(letter)}{end}"] = text.encode()
            self._prints[letter.id, end] = sha256(text.encode())
        return Job(letter.id, letter.client.label, made[".md"])

    def prints(self, letter: Letter) -> Prints:
        """What the register says of its files."""
        path = next(
            name
            for name in (f"{self._stem(letter)}.pdf", f"{self._stem(letter)}.md")
            if name in self._files
        )
        markdown, page = (self._prints[letter.id, end] for end in (".md", ".pdf"))
        return Prints(path, markdown, page, self._prints.get((letter.id, "-sms.txt")))

    def _stem(self, letter: Letter) -> str:
        return f"{self._folder}/{stem_of(letter)}"


def issued_letter(letter: Letter, prints: Prints, base: str, policy_sha256: str) -> IssuedLetter:
    """The letter as the register tells it; `base` is the commit of the books."""
    return replace(
        recorded(letter, prints.path),
        markdown_sha256=prints.markdown_sha256,
        pdf_sha256=prints.pdf_sha256,
        sms_sha256=prints.sms_sha256,
        base=base,
        version=engines(),
        policy_sha256=policy_sha256,
    )


def engines() -> str:
    """The versions that make a letter's bytes what they are."""
    return (
        f"relance {__version__}, weasyprint {version('weasyprint')}, markdown {version('markdown')}"
    )
