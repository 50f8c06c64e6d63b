"""The lines of an address in the window of an envelope, fitted by the rules of NF Z 10-011.

At most six lines of 38 signs, seven when the last one is a foreign country: the name, the person,
what is inside the building, the building, the street, the locality. What is too long is fitted in
this order, no further than needed:

1. a name, a person or an address line of more than 38 signs goes on in the next line;
2. a line that says again what another says is dropped;
3. the person joins the service above the address, else the name;
4. neighbours above the locality are joined where 38 signs hold both, the shortest pair first
   and a post box last: the staircase and the building, the building and the street;
5. the person is dropped: the post delivers without.

The type then shrinks, down to nine points, until the window holds the lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from relance.text.locales import bare, country_code
from relance.text.postal import at_home, capitals_from, to_post

SIGNS = 38  # of one line
LINES, LINES_ABROAD = 6, 7
SIZES = (10.5, 10.0, 9.5, 9.0)  # points, the largest first
_LEADING, _TIGHT = 4.9, 1.12  # a line's height: at most, in mm; at least, in sizes of the type
_POINT = 25.4 / 72  # mm


class Addressee(NamedTuple):
    """Whom a letter goes to; `address` has its lines as written, `country` two letters when the
    address does not name it."""

    name: str
    contact: str | None
    address: tuple[str, ...]
    country: str | None = None


class Room(NamedTuple):
    """What the window shows, in millimetres."""

    width: int = 85
    height: int = 30


USUAL = Room()


@dataclass(frozen=True, slots=True)
class Panel:
    """The lines to print, in capitals from the one at `capitals` on, the name first; their type
    in points and the height of a line in millimetres; whether the person had to be left out."""

    lines: tuple[str, ...]
    capitals: int
    size: float
    leading: float
    without_contact: bool = False

    @property
    def usual(self) -> bool:
        """Whether the style sheet's own type fits."""
        return (self.size, self.leading) == (SIZES[0], _LEADING)


class TooLong(ValueError):
    """An address that no rule fits into the window; its text says why, in French."""


@lru_cache(4096)
def panel(to: Addressee, room: Room = USUAL, attention: str = "") -> Panel:
    """The lines of an addressee in a window; `attention` are the letter's words before a person
    who joins the name, left out where they do not fit. Raises TooLong."""
    posted = to_post(to.address, to.country)
    abroad = bool(posted) and not at_home(posted)
    most = min(LINES_ABROAD if abroad else LINES, int(room.height / (_TIGHT * SIZES[-1] * _POINT)))
    fits = _measure(room)
    above, below = _cut(posted)
    if long := next((line for line in below if not fits(line.upper())), None):
        raise TooLong(f"« {long} » dépasse {SIGNS} signes, et ne se coupe pas")
    for contact in (to.contact, None) if to.contact else (None,):
        person = _wrapped(contact, fits) if contact else ()
        block = _Block(_wrapped(to.name, fits), person, _all_wrapped(above, fits), below)
        for fitted in _fittings(block, fits, attention):
            if len(fitted.lines) <= most and all(map(fits, fitted.head)):
                return _set(fitted, room, left_out=contact != to.contact)
    raise TooLong(f"elle ne tient pas en {most} lignes de {SIGNS} signes")


def _cut(posted: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines above the locality, and the locality with what follows it."""
    place = capitals_from(posted)
    if place == len(posted) - 1 and place and country_code(posted[-1]):
        place -= 1  # no postcode before the town: it stands above its country
    return tuple(posted[:place]), tuple(posted[place:])


@dataclass(frozen=True, slots=True)
class _Block:
    name: tuple[str, ...]
    person: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def head(self) -> tuple[str, ...]:
        return (*self.name, *self.person, *self.above)

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.head, *self.below)

    @property
    def capitals(self) -> int:
        return len(self.head) + capitals_from(self.below)


_Fits = Callable[[str], bool]


def _fittings(block: _Block, fits: _Fits, attention: str) -> Iterator[_Block]:
    """The block as it is, then after each rule of the module's list."""
    yield block
    yield (block := _without_repetitions(block))
    yield (block := _person_joined(block, fits, attention))
    while (joined := _pair_joined(block.above, fits)) is not None:
        yield (block := _Block(block.name, block.person, joined, block.below))


def _without_repetitions(block: _Block) -> _Block:
    written = {bare(" ".join(block.name)), *map(bare, block.name)}
    same = bare(" ".join(block.person)) in written
    written.add(bare(" ".join(block.person)))
    above = []
    for line in block.above:
        if bare(line) not in written:
            written.add(bare(line))
            above.append(line)
    return _Block(block.name, () if same else block.person, tuple(above), block.below)


_SERVICE = re.compile(
    r"(?:service|serv\.|direction|dir\.|d[ée]p(?:artement|t|\.)|p[ôo]le|bureau|comptabilit[ée]|"
    r"secr[ée]tariat|achats|accounts|department|abteilung|buchhaltung)\b",
    re.IGNORECASE,
)


def _person_joined(block: _Block, fits: _Fits, attention: str) -> _Block:
    """The person beside the service, else beside the name."""
    if not block.person:
        return block
    person = " ".join(block.person)
    first = block.above[0] if len(block.above) > 1 else ""
    if _SERVICE.match(first) and fits(both := f"{person}, {first}"):
        return _Block(block.name, (), (both, *block.above[1:]), block.below)
    *before, last = block.name
    words = (f"{last}, {attention} {person}",) if attention else ()
    for both in (*words, f"{last}, {person}"):
        if fits(both):
            return _Block((*before, both), (), block.above, block.below)
    return block


def _pair_joined(above: Sequence[str], fits: _Fits) -> tuple[str, ...] | None:
    """The lines with their shortest pair that fits joined; None when none does."""
    pairs = enumerate(pairwise(above))
    fitting = [
        (_BOX.match(b) is not None, len(a) + len(b), n, _joined(a, b))
        for n, (a, b) in pairs
        if fits(_joined(a, b))
    ]
    if not fitting:
        return None
    *_, place, both = min(fitting)
    return (*above[:place], both, *above[place + 2 :])


_BOX = re.compile(r"(?:BP|B\.P\.|CS|TSA|Postfach|P\.?O\.? Box)\b", re.IGNORECASE)


def _joined(first: str, second: str) -> str:
    """Two lines on one, without a mark, as the post asks, unless two numbers would be one."""
    return f"{first}{', ' if first[-1].isdigit() and second[0].isdigit() else ' '}{second}"


def _all_wrapped(lines: Sequence[str], fits: _Fits) -> tuple[str, ...]:
    return tuple(part for line in lines for part in _wrapped(line, fits))


def _wrapped(line: str, fits: _Fits) -> tuple[str, ...]:
    """The line cut between words; a word that does not fit stays whole, and is told."""
    parts: list[str] = []
    for word in line.split(" "):
        if parts and fits(f"{parts[-1]} {word}"):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return tuple(parts)


# ---------------------------------------------------------------- The type


def _set(block: _Block, room: Room, *, left_out: bool) -> Panel:
    """The block in the largest type that the window holds."""
    lines, capitals = block.lines, block.capitals
    widest = max(_ems(line.upper() if n >= capitals else line) for n, line in enumerate(lines))
    leading = min(_LEADING, int(100 * room.height / len(lines)) / 100)
    ems = (size * _POINT for size in SIZES)
    held = (widest * em <= room.width and _TIGHT * em <= leading for em in ems)
    size = next((size for size, holds in zip(SIZES, held, strict=True) if holds), SIZES[-1])
    return Panel(lines, capitals, size, leading, left_out)


def _measure(room: Room) -> _Fits:
    """Whether a line has no more signs than allowed, and fits in the smallest type."""
    ems = room.width / (SIZES[-1] * _POINT)
    return lambda line: len(line) <= SIGNS and _ems(line) <= ems


# Widths of the letters' face from U+0020 to U+007E, in thousandths of its size; a test reads it.
_WIDTHS = """
200 289 426 497 497 824 609 249 303 303 418 497 249 311 249 350 497 497 497 497 497 497 497 497
497 497 249 249 497 497 497 425 847 544 588 571 615 527 494 617 652 263 480 579 486 727 647 664
566 664 569 534 536 645 515 786 513 476 539 303 350 303 497 500 542 504 553 456 555 496 292 504
544 246 247 495 255 829 547 542 555 555 347 419 338 544 467 718 446 467 425 303 241 303 497
"""
_ADVANCES = tuple(map(int, _WIDTHS.split()))
_OTHER = 1000  # what is not Latin
_SURE = 1.06  # some accents widen a letter


def _ems(line: str) -> float:
    """The width of a line in sizes of its type, never less than it is printed."""
    return _SURE * sum(map(_advance, line)) / 1000


def _advance(sign: str) -> int:
    parts = unicodedata.normalize("NFKD", sign)
    return sum(_base(part) for part in parts if not unicodedata.combining(part))


def _base(sign: str) -> int:
    place = ord(sign) - 0x20
    return _ADVANCES[place] if 0 <= place < len(_ADVANCES) else _OTHER
