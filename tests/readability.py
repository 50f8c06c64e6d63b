"""How hard the pages of the guide are to read: words, sentences, and LIX, which needs no syllables.

LIX (Björnsson, 1968) adds the words of a sentence to the share of words longer than six letters,
in per cent: below 40 a novel, 40 to 50 a newspaper, 50 to 60 an official text. Prose only is
counted, without titles, tables and listings; what stands in code counts as one short word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guide_pages import PAGES

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_NO_PROSE = re.compile(r"^(?:#|\||!\[|`[^`]+`(?: · `[^`]+`)*$)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_WORD = re.compile(r"[^\W\d_]+(?:[-’][^\W\d_]+)*’?")
_LONG = 6  # letters


@dataclass(frozen=True, slots=True)
class ReadingEase:
    """The sentences of a page, each as its words."""

    sentences: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(map(len, self.sentences))

    @property
    def length(self) -> float:
        """Words in a sentence, on average."""
        return self.words / (len(self.sentences) or 1)

    @property
    def lix(self) -> float:
        """The grade."""
        long = sum(len(word) > _LONG for sentence in self.sentences for word in sentence)
        return self.length + 100 * long / (self.words or 1)

    @property
    def longest(self) -> str:
        """The longest sentence."""
        ordered = sorted(self.sentences, key=len)
        return " ".join(ordered[-1]) if ordered else ""


def reading_ease(page: str) -> ReadingEase:
    """That of a page of Markdown."""
    found = (tuple(_WORD.findall(sentence)) for sentence in _sentences(page))
    return ReadingEase(tuple(words for words in found if words))


def _sentences(page: str) -> Iterator[str]:
    for line in _FENCED.sub("", page).splitlines():
        if not _NO_PROSE.match(line):
            prose = _LINK.sub(r"\1", re.sub(r"`[^`]+`", "x", line)).replace("**", "")
            yield from re.split(r"(?<=[.!?…])\s+(?=\S)", prose)


def main() -> None:
    """Print each page with its figures, the hardest first."""
    pages = {name: reading_ease(text) for name, text in PAGES.items()}
    print(f"{'page':24} mots phrases mots/phrase  LIX  la plus longue phrase")
    for name, ease in sorted(pages.items(), key=lambda pair: -pair[1].lix):
        figures = f"{ease.words:5} {len(ease.sentences):7} {ease.length:11.1f} {ease.lix:4.0f}"
        print(f"{name:24}{figures}  {len(ease.longest.split())} mots : {ease.longest[:60]}…")


if __name__ == "__main__":
    main()
