"""What the guide says of a fault: of its message, of the key, the tag or the code that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, groupby

from rich.text import Text

from relance.ledger.company import POLICY
from relance.terminal.guide_messages import explained_messages, explaining_sections
from relance.terminal.guide_search import Passage, defined, folded, pages, sections
from relance.terminal.views.console import Beside
from relance.terminal.views.fault_groups import FaultGroup

_NAME = r"[a-z][a-z-]+(?:\.[a-z-]+)*"
_QUOTED = re.compile(rf"« (#?{_NAME}) »")
_TO_WRITE = re.compile(rf"(?<![\w.-])(#{_NAME}|{_NAME}(?=:(?:\s|$))|[a-z-]+\.[a-z-]+(?![\w./]))")
_HEAD = re.compile(r"[*`#\s]+")
_MARKS = re.compile(r"[*`]|\[([^]]*)\]\([^)]*\)")


class FaultGuide:
    """The pages of the guide, read once, and what they say of faults; `texts` by their names."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._sections = {name: sections(text) for name, text in texts.items()}
        every = chain.from_iterable(self._sections.values())
        self._messages = explained_messages(every)

    def passages(self, group: FaultGroup) -> list[Passage]:
        """The paragraph about each sentence of these faults, then the passage about each word that
        they name."""
        chosen = {passage.text: passage for passage in self._about_sentences(group)}
        for term in dict.fromkeys(_terms(group)):
            if about := self._about_word(term, group.path):
                chosen.setdefault(about.text, about)
        return list(chosen.values())

    def _about_sentences(self, group: FaultGroup) -> Iterator[Passage]:
        for sentence in group.sentences:
            for section in explaining_sections(sentence, self._messages):
                yield Passage(section, "\n".join(section.blocks[1:]))

    def _about_word(self, term: str, path: str) -> Passage | None:
        """Of the pages about that file; a key of the policy is named by its path, in any file."""
        for name in _pages(POLICY if "." in term else path):
            for passage in defined(term, self._sections[name]):
                if _is_about(passage, term):
                    return passage
        return None


def explaining() -> Beside:
    """What says below faults of one kind what the guide says of them, each passage once."""
    guide, shown = FaultGuide(pages()), set[str]()

    def beside(group: FaultGroup) -> Iterator[Text]:
        new = [passage for passage in guide.passages(group) if passage.text not in shown]
        shown.update(passage.text for passage in new)
        for path, about in groupby(new, key=lambda passage: passage.section.path):
            yield Text(f"Le guide, {path} :", "dim")
            yield from (Text(_MARKS.sub(r"\1", passage.text), "dim") for passage in about)

    return beside


def _terms(group: FaultGroup) -> Iterator[str]:
    """The words in question, those of the faults before those of the remedy."""
    for sentence in group.sentences:
        yield from _QUOTED.findall(sentence)
    yield from _QUOTED.findall(group.remedy)
    yield from _TO_WRITE.findall(group.remedy)


def _is_about(passage: Passage, term: str) -> bool:
    """Whether the row begins with the word itself, or with a key that ends with it."""
    head = passage.text.partition("\n")[0].removeprefix("- ")
    words = re.split(r"[\s,:]+", _HEAD.sub(" ", folded(head)))
    return any(_last(word) == _last(term.lstrip("#")) for word in words)


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def _pages(path: str) -> tuple[str, ...]:
    """The pages of the guide about such a file, the likeliest first."""
    if path == POLICY:
        return ("cles", "politique")
    if path.startswith("letters/"):
        return ("variables", "lettres")
    return ("grand-livre", "suivi", "autres-livres")
