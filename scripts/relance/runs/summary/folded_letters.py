"""The letters' own words in the summary, folded: one page is then enough to read them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from relance.decision import planwords
from relance.decision.outcomes import Letter
from relance.runs.summary.spoken_codes import step_and_rank
from relance.runs.summary.text import LIMIT
from relance.text.escapes import calling_nobody, quiet
from relance.text.frontmatter import front_matter
from relance.text.locales import money
from relance.values.problem import Refusal

Texts = Callable[[Letter], str]
_TITLE = "## Les lettres, en entier\n"
_LINK = 350  # bytes that a request's text may need for each letter's whole links
_FRAME = 120  # bytes of the title, and of the line that counts the others
_TAG = re.compile(r"<(?!https://)")
_ADDRESS = re.compile(r"(<https://[^<>\s]*>)")
_HEADING = re.compile(r"^#{1,6} +(.*)$", re.MULTILINE)


def in_full(letters: Sequence[Letter], texts: Texts, folder: str, room: int) -> str:
    """As many letters as `room` bytes hold, each folded; nothing when it holds none."""
    left = room - _LINK * len(letters) - _FRAME
    blocks: list[str] = []
    for block in (folded(letter, texts(letter)) for letter in letters):
        left -= len(block.encode()) + 1
        if left < 0:
            break
        blocks.append(block)
    if not blocks:
        return ""
    hidden = len(letters) - len(blocks)
    more = [f"… et {hidden} de plus, dans `{folder}/`.\n"] if hidden else []
    return "\n".join([_TITLE, *blocks, *more])


def folded(letter: Letter, text: str) -> str:
    """One letter: whom it goes to and what it asks on the line that is always seen."""
    total = money(letter.total.number, letter.total.currency)
    if letter.informs:
        total = planwords.asked(letter)
    step = step_and_rank(letter.step.name, letter.rank)
    seen = f"{letter.id} · {quiet(letter.client.label)} · {quiet(step)} · {total}"
    return f"<details>\n<summary>{seen}</summary>\n\n{_body(text)}\n\n</details>\n"


def retold(summary: str, texts: Mapping[str, str]) -> str:
    """The summary with the words of these letters, by id, as a hand left them; of a letter that
    it has no room for any more, where they are."""
    for name, text in texts.items():
        new = _with_body(summary, name, _body(text))
        fits = len(new.encode()) <= LIMIT
        summary = new if fits else _with_body(summary, name, "Son texte est dans son fichier.")
    return summary


def _with_body(summary: str, name: str, body: str) -> str:
    block = rf"(?<=<details>\n)(<summary>{name} · .*\n\n)(?:.*\n)*?(?=</details>)"
    return re.sub(block, lambda match: f"{match[1]}{body}\n\n", summary, count=1)


def _body(text: str) -> str:
    """A letter's words as a request shows them: no tag, no heading, nobody called."""
    try:
        front, body = front_matter(text)
    except Refusal:  # a hand left it so: `verifier` tells
        return "*Cette lettre ne se relit pas.*"
    subject = f"**{quiet(str(front.get('objet', '')), 200)}**"
    words = _HEADING.sub(r"**\1**", _TAG.sub("&lt;", body.strip()))
    parts = _ADDRESS.split(words)  # every second one is an address, which stays a link
    parts[::2] = map(calling_nobody, parts[::2])
    return f"{subject}\n\n{''.join(parts)}"
