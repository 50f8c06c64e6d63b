"""A Markdown text that keeps within a limit: sections give up rows, and say how many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

LIMIT = 60_000  # bytes of UTF-8, so never more characters: a server cuts or refuses longer texts
_JOINT = 2  # the blank line between two sections


@dataclass(frozen=True, slots=True)
class SummarySection:
    """A part of the text: what stands above its rows, the rows, what closes it.

    `rest` says where the rows left out are; `floor` is what the section keeps, in bytes, when
    the others want more than there is.
    """

    head: str
    rows: tuple[str, ...] = ()
    tail: str = ""
    rest: str = ""
    floor: int = 3_000

    @property
    def size(self) -> int:
        """Its bytes, all rows told."""
        return _size(self._text(len(self.rows))) + _JOINT

    @property
    def kept(self) -> int:
        """The bytes it has whatever the others need."""
        return min(self.size, max(self.floor, self._bare))

    @property
    def _bare(self) -> int:
        """Its bytes without a row: the sentence that counts them is then at its longest."""
        return _size(self._text(0)) + _JOINT

    def within(self, room: int) -> str:
        """The section in so many bytes."""
        if self.size <= room:
            return self._text(len(self.rows))
        left, shown = room - self._bare, 0
        for row in self.rows:
            left -= _size(row) + 1
            if left < 0:
                break
            shown += 1
        return self._text(shown)

    def _text(self, shown: int) -> str:
        body = "\n".join([self.head, *self.rows[:shown]])
        hidden = len(self.rows) - shown
        more = f"… et {hidden} de plus : {self.rest}" if hidden else ""
        return "\n\n".join(filter(None, (body, more, self.tail)))


def folded(section: SummarySection) -> SummarySection:
    """The same, opened by whoever wants to see it; the first line is what is always seen."""
    title, _, rest = section.head.partition("\n")
    head = f"<details>\n<summary>{title}</summary>\n{rest}"
    return replace(section, head=head, tail="</details>")


def fitted(sections: Iterable[SummarySection], limit: int = LIMIT) -> str:
    """The sections in their order; the first take what room there is, each keeps its floor."""
    asked = list(sections)
    left = limit - 1 - sum(section.kept for section in asked)
    texts = []
    for section in asked:
        more = max(0, min(section.size - section.kept, left))
        left -= more
        texts.append(section.within(section.kept + more))
    return "\n\n".join(texts) + "\n"


def row(*cells: str) -> str:
    """One row of a table."""
    return f"| {' | '.join(cells)} |"


def table(title: str, columns: Sequence[str], below: str = "") -> str:
    """What stands above the rows of a table; a column that begins with ">" is set right."""
    names = [column.removeprefix(">") for column in columns]
    rule = "".join(f"{'--:' if column.startswith('>') else '---'}|" for column in columns)
    head = f"{row(*names)}\n|{rule}"
    return "\n\n".join(filter(None, (title, below, head)))


def listing(head: str, rows: Sequence[str], rest: str, floor: int = 3_000) -> SummarySection | None:
    """The section, none without rows."""
    return SummarySection(head, tuple(rows), rest=f"{rest}.", floor=floor) if rows else None


def _size(text: str) -> int:
    return len(text.encode())
