"""The letters' faces in a PDF, with the glyphs that are used and no other.

WeasyPrint keeps the number that each glyph has in the whole face, and so an empty place for each
of the two thousand that a letter does not draw: two thirds of the file. A font whose characters
have numbers (a CID-keyed one) needs none: its list of characters says which number each glyph
has. The page, its text and its widths stay as they were.

Formats: Adobe Technical Note 5176 (CFF), ISO 32000-1, 9.7.4.2 and 9.9.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

# The faces whose outlines are known to stand alone; whatever else a style sheet brings stays.
OURS = tuple(f"SourceSansPro-{style}".encode() for style in ("Regular", "It", "Semibold"))

_OPEN_TYPE, _COMPACT = "/OpenType", "/CIDFontType0C"
_BBOX, _CHARSET, _CHAR_STRINGS, _PRIVATE, _SUBROUTINES = (5,), (15,), (17,), (18,), (19,)
_ROS, _CID_COUNT, _FONTS, _FONT_OF_GLYPH = (12, 30), (12, 34), (12, 36), (12, 37)
# A name in the font's own list of strings: the numbers below are those of standard strings.
_ADOBE, _IDENTITY = 391, 392

Operands = dict[tuple[int, ...], bytes]  # what a dictionary says, as it is written, by operator


def compact(pdf: Any) -> None:
    """Rewrite our faces of a PDF being written, each for the glyphs that its pages draw."""
    for stream, glyphs in _faces(pdf):
        program = keyed(stream.stream[0], glyphs)
        if program:
            stream.stream = [program]
            stream.extra["Subtype"] = _COMPACT


def _faces(pdf: Any) -> Iterator[tuple[Any, set[int]]]:
    """The font programs of a PDF being written, with the numbers of the glyphs in use."""
    used: dict[int, set[int]] = defaultdict(set)
    for font in pdf.objects:
        if isinstance(font, dict) and font.get("Subtype") == "/CIDFontType0":
            program = _number(pdf.objects[_number(font["FontDescriptor"])]["FontFile3"])
            used[program] |= _drawn(font["W"])
    for program, glyphs in used.items():
        stream = pdf.objects[program]
        if stream.extra.get("Subtype") == _OPEN_TYPE:
            yield stream, glyphs


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _drawn(widths: Sequence[Any]) -> set[int]:
    """The glyphs of « 3 [500 600] 9 [250] »: 3, 4 and 9."""
    pairs = zip(widths[::2], widths[1::2], strict=True)
    return {first + place for first, row in pairs for place in range(len(row))}


def keyed(open_type: bytes, glyphs: Collection[int]) -> bytes:
    """One of our faces as a bare CID-keyed font of these glyphs, each under the number it has;
    empty when the font is another, or more than its outlines."""
    source = _outlines(open_type)
    if not source:
        return b""
    names, after_names = _index(source, source[2])
    if names[0] not in OURS:
        return b""
    tops, after_tops = _index(source, after_names)
    _, after_strings = _index(source, after_tops)
    shared, _ = _index(source, after_strings)
    top = _operands(tops[0])
    size, offset = _integers(top[_PRIVATE])
    private = source[offset : offset + size]
    if shared or _SUBROUTINES in _operands(private):
        return b""
    outlines, _ = _index(source, _integers(top[_CHAR_STRINGS])[0])
    numbers = sorted({0} | {glyph for glyph in glyphs if glyph < len(outlines)})
    return _program(names[0], top.get(_BBOX, b""), private, {n: outlines[n] for n in numbers})


def _outlines(open_type: bytes) -> bytes:
    """The table « CFF » of an OpenType font, which a variable one has not."""
    for place in range(12, 12 + 16 * int.from_bytes(open_type[4:6]), 16):
        if open_type[place : place + 4] == b"CFF ":
            start = int.from_bytes(open_type[place + 8 : place + 12])
            return open_type[start : start + int.from_bytes(open_type[place + 12 : place + 16])]
    return b""


# ---------------------------------------------------------------- Reading


def _index(data: bytes, start: int) -> tuple[list[bytes], int]:
    """The items of the index that begins there, and where it ends."""
    count = int.from_bytes(data[start : start + 2])
    if not count:
        return [], start + 2
    size = data[start + 2]
    table = start + 3
    before = table + size * (count + 1) - 1  # offsets count from 1
    places = [
        before + int.from_bytes(data[place : place + size])
        for place in range(table, table + size * (count + 1), size)
    ]
    items = [data[a:b] for a, b in pairwise(places)]
    return items, places[-1]


def _operands(data: bytes) -> Operands:
    said: Operands = {}
    start = place = 0
    while place < len(data):
        length = _operand(data, place)
        if length:
            place += length
            continue
        after = place + (2 if data[place] == 12 else 1)
        said[tuple(data[place:after])] = data[start:place]
        start = place = after
    return said


def _operand(data: bytes, place: int) -> int:
    """How many bytes the number there takes; 0 for an operator."""
    first = data[place]
    if first == 30:  # a decimal number, two digits a byte, ended by a half of all ones
        end = place + 1
        while data[end] & 15 != 15:
            end += 1
        return end + 1 - place
    if first < 28:
        return 0
    return {28: 3, 29: 5}.get(first, 1 if first < 247 else 2)


def _integers(data: bytes) -> list[int]:
    numbers, place = [], 0
    while place < len(data):
        length = _operand(data, place)
        numbers.append(_integer(data[place : place + length]))
        place += length
    return numbers


def _integer(data: bytes) -> int:
    first = data[0]
    if first in {28, 29}:
        return int.from_bytes(data[1:], signed=True)
    if first < 247:
        return first - 139
    if first < 251:
        return (first - 247) * 256 + data[1] + 108
    return -(first - 251) * 256 - data[1] - 108


# ---------------------------------------------------------------- Writing


def _program(name: bytes, bbox: bytes, private: bytes, outlines: dict[int, bytes]) -> bytes:
    """The font: the outlines in order of their numbers, 0 first."""
    numbers = list(outlines)
    last = numbers[-1]
    before = b"\1\0\4\4" + _written([name])
    strings = _written([b"Adobe", b"Identity"]) + _written([])
    # Every number takes five bytes: the length of the top dictionary is known before its places.
    length = len(_written([_top(bbox, last, (0, 0, 0, 0))]))
    parts = (
        b"\0" + b"".join(number.to_bytes(2) for number in numbers[1:]),
        b"\3\0\1\0\0\0" + len(numbers).to_bytes(2),  # one range: all glyphs are of font 0
        _written(list(outlines.values())),
        private,
    )
    sizes = (len(before) + length + len(strings), *map(len, parts))
    *places, private_place, fonts_place = accumulate(sizes)
    fonts = _written([_five(len(private)) + _five(private_place) + bytes(_PRIVATE)])
    top = _top(bbox, last, (*places, fonts_place))
    return b"".join((before, _written([top]), strings, *parts, fonts))


def _top(bbox: bytes, last: int, places: Sequence[int]) -> bytes:
    said = [
        (_ROS, _five(_ADOBE) + _five(_IDENTITY) + _five(0)),
        (_BBOX, bbox),
        (_CID_COUNT, _five(last + 1)),
        *zip((_CHARSET, _FONT_OF_GLYPH, _CHAR_STRINGS, _FONTS), map(_five, places), strict=True),
    ]
    return b"".join(operand + bytes(operator) for operator, operand in said)


def _five(number: int) -> bytes:
    return b"\x1d" + number.to_bytes(4, signed=True)


def _written(items: Sequence[bytes]) -> bytes:
    """The index of these items."""
    if not items:
        return b"\0\0"
    offsets = b"".join(place.to_bytes(4) for place in accumulate(map(len, items), initial=1))
    return len(items).to_bytes(2) + b"\4" + offsets + b"".join(items)
