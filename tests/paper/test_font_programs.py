"""Faces with the glyphs in use alone: the same outlines, text and pixels in less room."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet, TopDict
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from places import LETTERS, ROOT
from relance.paper import font_programs
from relance.paper.pdf import render
from relance.text.fonts import font_file

FACES = ("SourceSansPro-Regular.otf", "SourceSansPro-It.otf", "SourceSansPro-Semibold.otf")
MEASURE = ROOT / "out/lettres/2026-09-10/R20260910-03-garage-des-remparts-sas.md"  # three pages

FONT_KINDS = ("/OpenType", "/CIDFontType0C")
WORDS = {
    "Latin": "Œuvre d’été, Straße, Łódź, 1 320,50 € **en gras** *penché*",
    "Greek": "Ελλάς και Κύπρος **Αθήνα**",
    "Cyrillic": "Київ и Москва **София**",
}


def letter(words: str) -> str:
    front, _, _ = MEASURE.read_text(encoding="utf-8").partition("\n---\n")
    return f"{front}\n---\n\n{words}\n\n---\n\nSalutations.\n"


def face(name: str) -> bytes:
    path = font_file(name)
    assert path
    return path.read_bytes()


def programs(made: bytes) -> list[tuple[str, bytes]]:
    with pikepdf.open(BytesIO(made)) as pdf:
        streams = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
        kinds = ((str(stream.get("/Subtype", "")), stream) for stream in streams)
        return [(kind, stream.read_bytes()) for kind, stream in kinds if kind in FONT_KINDS]


def top(program: bytes) -> TopDict:
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(program), None)
    return fonts[0]


def drawn(glyph: object) -> tuple[list[object], float]:
    pen = RecordingPen()
    glyph.draw(pen)  # type: ignore[attr-defined]
    return pen.value, glyph.width  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("name", FACES)
def test_each_glyph_is_that_of_the_face_under_its_number(name: str) -> None:
    """Three glyphs that stand alone, their widths, and the one of what cannot be drawn."""
    whole = face(name)
    with TTFont(BytesIO(whole)) as font:
        numbers = {font.getGlyphID(font.getBestCmap()[ord(sign)]) for sign in "Aé "}
        outlines = font["CFF "].cff[0].CharStrings
        theirs = {n: drawn(outlines[font.getGlyphName(n)]) for n in {0, *numbers}}
    # Harfbuzz leaves no outline that another one calls: here the subset does as it does.
    ours = top(font_programs.keyed(without_calls(whole), numbers)).CharStrings
    named = {f"cid{number:05}" if number else ".notdef": number for number in theirs}
    assert set(ours.keys()) == set(named)
    assert {number: drawn(ours[key]) for key, number in named.items()} == theirs


def without_calls(whole: bytes) -> bytes:
    with TTFont(BytesIO(whole)) as font, BytesIO() as written:
        font["CFF "].cff.desubroutinize()
        font.save(written)
        return written.getvalue()


@pytest.mark.parametrize("name", FACES)
def test_no_outline_of_our_faces_is_put_together_from_two(name: str) -> None:
    """Such a one calls two others by their names, which a font by numbers has not."""
    with TTFont(BytesIO(face(name))) as font:
        font["CFF "].cff.desubroutinize()
        outlines = font["CFF "].cff[0].CharStrings
        ends = set()
        for key in outlines.keys():  # noqa: SIM118 - no mapping
            outlines[key].decompile()
            ends.add(len(_before_the_end(outlines[key].program)))
    assert max(ends) <= 1  # a width at most


def _before_the_end(program: list[object]) -> list[object]:
    """The numbers that the last operator takes."""
    assert program[-1] == "endchar"
    numbers: list[object] = []
    for word in reversed(program[:-1]):
        if isinstance(word, (str, bytes)):
            break
        numbers.append(word)
    return numbers


@pytest.mark.slow
@pytest.mark.parametrize("alphabet", WORDS)
def test_text_and_pixels_are_those_of_the_whole_faces(
    alphabet: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = letter(WORDS[alphabet])
    compact = render(written, LETTERS)
    monkeypatch.setattr(font_programs, "compact", lambda _: None)
    whole = render(written, LETTERS)
    assert {kind for kind, _ in programs(whole)} == {"/OpenType"}
    assert {kind for kind, _ in programs(compact)} == {"/CIDFontType0C"}
    assert seen(compact, tmp_path) == seen(whole, tmp_path)
    first = WORDS[alphabet].split()[0]
    assert first in seen(compact, tmp_path)[0].decode()


def seen(made: bytes, folder: Path) -> tuple[bytes, bytes]:
    """What a page says, and what it shows, to programs of others: neither finds fault."""
    (folder / "a.pdf").write_bytes(made)
    answers = []
    for words in (["pdftotext", "-layout", "a.pdf", "-"], ["pdftoppm", "-r", "96", "a.pdf"]):
        done = subprocess.run(words, cwd=folder, check=True, capture_output=True)
        assert done.stderr == b""
        answers.append(done.stdout)
    return answers[0], answers[1]


def test_a_long_letter_takes_less_than_thirty_kilobytes() -> None:
    assert len(render(MEASURE.read_text(encoding="utf-8"), LETTERS)) < 30_000


def test_a_glyph_that_two_sizes_draw_is_kept_for_both() -> None:
    widths = [3, [500, 600], 9, [250]]
    stream = type("Stream", (), {"stream": [b""], "extra": {"Subtype": "/OpenType"}})()
    descriptor = {"FontFile3": b"0 0 R"}
    fonts = [
        {"Subtype": "/CIDFontType0", "FontDescriptor": b"1 0 R", "W": width}
        for width in (widths, [12, [1]])
    ]
    pdf = type("Pdf", (), {"objects": [stream, descriptor, *fonts]})()
    assert list(font_programs._faces(pdf)) == [(stream, {3, 4, 9, 12})]  # noqa: SLF001


@pytest.mark.slow
def test_another_face_stays_as_it_is() -> None:
    """One of a company's own, one whose outlines call others, a variable one."""
    for name in FACES:
        assert font_programs.keyed(face(name), {1}) == b""
    alone = without_calls(face("SourceSansPro-Regular.otf"))
    assert font_programs.keyed(alone, {1})
    named = alone.replace(b"SourceSansPro-Regular", b"SourceSansPro-Rebuild")
    assert font_programs.keyed(named, {1}) == b""
    assert font_programs.keyed(alone.replace(b"CFF ", b"CFF2"), {1}) == b""
