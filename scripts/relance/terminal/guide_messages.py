"""The guide's paragraphs about messages: which one explains a message that someone pastes.

Such a paragraph is a section whose first block quotes messages, each as code, with … for what
varies: `` `ce fichier dépasse … Mio` · `ce PDF dépasse … Mio` ``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relance.terminal.guide_search import GuideSection, folded

VARIES = "…"
_QUOTES = re.compile(r"`[^`]+`(?: · `[^`]+`)*")
_ENOUGH = 12  # signs of a message, from which its beginning alone tells which it is


@dataclass(frozen=True, slots=True)
class ExplainedMessage:
    """A message, as the parts of it that never vary, and the section that explains it."""

    parts: tuple[str, ...]
    section: GuideSection

    def shared_with(self, phrase: str) -> tuple[int, bool]:
        """How many signs of the message the folded phrase has, in order, and whether all; none
        when it is another message. The phrase may go on, or end early."""
        place = signs = 0
        for part in self.parts:
            at = phrase.find(part, place)
            if at < 0:
                signs += _signs(_beginning(part, phrase[place:]))
                return signs if signs >= _ENOUGH else 0, False
            place, signs = at + len(part), signs + _signs(part)
        return signs, True


def explained_messages(sections: Iterable[GuideSection]) -> list[ExplainedMessage]:
    """All the messages that these sections quote."""
    return [
        ExplainedMessage(tuple(_parts(quoted)), section)
        for section in sections
        for quoted in quotes(section)
    ]


def quotes(section: GuideSection) -> list[str]:
    """The messages that a section quotes before it explains them."""
    first = section.blocks[0] if section.blocks else ""
    return re.findall("`([^`]+)`", first) if _QUOTES.fullmatch(first) else []


def explaining_sections(phrase: str, messages: Iterable[ExplainedMessage]) -> list[GuideSection]:
    """The sections about the message that this phrase is, or quotes, or begins: one, unless
    several messages begin so."""
    wanted = folded(phrase)
    shared = [(message.shared_with(wanted), message.section) for message in messages]
    most = max((signs for signs, _ in shared), default=(0, False))
    return list(dict.fromkeys(section for signs, section in shared if signs == most > (0, True)))


def _parts(quoted: str) -> Iterator[str]:
    return filter(None, map(folded, quoted.split(VARIES)))


def _beginning(part: str, text: str) -> str:
    """The longest beginning of the part that the text ends with."""
    at = text.find(part[0], max(0, len(text) - len(part)))
    while at >= 0 and not part.startswith(text[at:]):
        at = text.find(part[0], at + 1)
    return text[at:] if at >= 0 else ""


def _signs(text: str) -> int:
    return len(text) - text.count(" ")
