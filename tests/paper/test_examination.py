"""Papers from outside: what would fill the memory, take for ever or act is refused by name."""

from __future__ import annotations

import io
import multiprocessing
import struct
import time
import zlib

import pikepdf
import pytest

from bombs import swelling
from paper.test_assembly import pages, saved
from relance.paper.examination import PDF, Limits, Paper, a4_pages, examine
from relance.values.problem import Refusal

USUAL = Limits(megabytes=64, seconds=10)


def refused(content: bytes, limits: Limits | None = None, media_type: str = PDF) -> str:
    with pytest.raises(Refusal) as told:
        examine(Paper("pieces/a.pdf", media_type, content), limits or USUAL)
    (problem,) = told.value.problems
    assert problem.source.path == "pieces/a.pdf"
    return problem.what


def drawn(content: bytes, filters: int = 1) -> bytes:
    """A page that draws what `content` inflates to; it was deflated so many times."""
    made = pikepdf.new()
    page = made.add_blank_page()
    for _ in range(filters - 1):
        content = zlib.compress(content, 9)
    names = pikepdf.Array([pikepdf.Name.FlateDecode] * filters)
    page.Contents = pikepdf.Stream(made, content, Filter=names)
    written = io.BytesIO()
    made.save(written, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return written.getvalue()


def test_an_ordinary_paper_is_laid_on_a4() -> None:
    examine(Paper("a.pdf", PDF, pages(2)), USUAL)
    assert a4_pages(Paper("a.pdf", PDF, pages(2)), USUAL) == pages(2)


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (drawn(swelling(b"0 0 m\n" * 100_000, 20)), Limits(megabytes=4, seconds=10)),
        (drawn(swelling(bytes(1 << 20), 400), filters=3), Limits(megabytes=16, seconds=10)),
        (b"%PDF-1.7\n" + bytes(2 << 20), Limits(megabytes=1, seconds=10)),
    ],
    ids=["one layer", "three layers", "the file itself"],
)
def test_a_file_that_would_cost_too_much_is_refused(content: bytes, limits: Limits) -> None:
    began = time.process_time()
    refused(content, limits)
    # The cost is the other process's: ours only hands the bytes over.
    assert time.process_time() - began < 2


ENDLESS = drawn(swelling(b"0 0 m\n" * 100_000, 100))


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_refused() -> None:
    what = refused(ENDLESS, Limits(megabytes=64, seconds=1))
    assert what == "la lecture de ce fichier demande plus de 1 s"


def action(kind: str) -> pikepdf.Dictionary:
    made = pikepdf.Dictionary(S=pikepdf.Name(kind))
    if kind == "/JavaScript":
        made.JS = pikepdf.String("app.alert(1)")
    return made


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("/JavaScript", "ce PDF contient un programme (JavaScript)"),
        ("/Launch", "ce PDF contient une action qui lance un programme"),
        ("/SubmitForm", "ce PDF contient un formulaire qui s'envoie"),
        ("/ImportData", "ce PDF contient une action qui va chercher des données"),
    ],
)
@pytest.mark.parametrize("place", ["opening", "page", "link", "names"])
def test_what_would_act_is_refused(kind: str, expected: str, place: str) -> None:
    made = pikepdf.new()
    page = made.add_blank_page()
    act = action(kind)
    if place == "opening":
        made.Root.OpenAction = act
    elif place == "page":
        page.AA = pikepdf.Dictionary(O=made.make_indirect(act))
    elif place == "link":
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act
        )
        page.Annots = pikepdf.Array([link])
    else:
        tree = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("x"), act]))
        made.Root.Names = pikepdf.Dictionary(JavaScript=tree)
    assert refused(saved(made)) == expected


def test_a_link_to_a_page_of_the_web_is_no_program() -> None:
    made = pikepdf.new()
    page = made.add_blank_page()
    act = action("/URI")
    act.URI = pikepdf.String("https://exemple.fr")
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=act
    )
    page.Annots = pikepdf.Array([link])
    examine(Paper("a.pdf", PDF, saved(made)), USUAL)


@pytest.mark.slow
def test_a_picture_out_of_all_measure_is_refused() -> None:
    """Less than a megabyte that is 40 000 × 40 000 points once drawn."""
    side = 40_000
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side * (side // 8 + 1)), 1)
    parts = {b"IHDR": header, b"IDAT": rows, b"IEND": b""}
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in parts.items()
    )
    assert len(content) < 1_000_000
    what = refused(content, media_type="image/png")
    assert what == "cette image est illisible ou endommagée"


@pytest.mark.slow
def test_one_bad_paper_costs_no_other() -> None:
    """Its process ends, the next paper is read by another."""
    limits = Limits(megabytes=64, seconds=1)
    for content in (ENDLESS, pages(1), ENDLESS):
        if content is ENDLESS:
            refused(content, limits)
        else:
            examine(Paper("a.pdf", PDF, content), limits)


@pytest.mark.slow
def test_a_process_that_was_killed_meanwhile_is_no_fault_of_the_next_paper() -> None:
    examine(Paper("a.pdf", PDF, pages(1)), USUAL)
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    examine(Paper("a.pdf", PDF, pages(1)), USUAL)
