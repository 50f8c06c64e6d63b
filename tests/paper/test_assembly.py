"""PDFs joined into one: order, outline, fronts of sheets, the same bytes, what cannot be read."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest

from places import ROOT
from relance.paper.assembly import A4, Part, check, join, page_count
from relance.paper.pdf import render
from relance.values.problem import Refusal

LETTER = """---
relance: {name}
objet: Facture échue
langue: fr
date: 2026-11-23
canal: [courrier]
destinataire: {{nom: Dupont}}
creancier: {{nom: Atelier Lumen}}
---
{body}
"""


def pages(count: int) -> bytes:
    """A PDF with so many blank pages."""
    made = pikepdf.new()
    for _ in range(count):
        made.add_blank_page(page_size=A4)
    return saved(made)


def saved(made: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    written = io.BytesIO()
    made.save(written, encryption=encryption or False, deterministic_id=encryption is None)
    return written.getvalue()


def letter(name: str, body: str) -> bytes:
    return render(LETTER.format(name=name, body=body), ROOT / "letters")


def text(pdf: bytes, tmp_path: Path) -> list[str]:
    """The words of each page."""
    path = tmp_path / "joined.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return told.stdout.split("\f")[:-1]


def outline(pdf: bytes) -> list[tuple[str, int]]:
    """Each entry's title and page."""
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as entries:
        numbers = {page.obj.objgen: number for number, page in enumerate(opened.pages, 1)}
        found = []
        for item in entries.root:
            assert isinstance(item.destination, pikepdf.Array)
            found.append((item.title, numbers[item.destination[0].objgen]))
        return found


@pytest.mark.parametrize(
    ("counts", "starts", "total"),
    [((1, 2, 1), [1, 3, 5], 5), ((2, 2), [1, 3], 4), ((3, 1), [1, 5], 5), ((1,), [1], 1)],
)
def test_on_both_sides_each_part_begins_on_a_front(
    counts: tuple[int, ...], starts: list[int], total: int
) -> None:
    joined = join([Part(str(n), pages(n)) for n in counts], recto=True)
    assert [page for _, page in outline(joined)] == starts
    assert page_count(joined) == total


def test_a_blank_back_is_as_large_as_the_letters() -> None:
    joined = join([Part("a", pages(1)), Part("b", pages(1))], recto=True)
    with pikepdf.open(io.BytesIO(joined)) as opened:
        assert [float(size) for size in opened.pages[1].mediabox] == [0, 0, *map(pytest.approx, A4)]


def test_the_same_parts_give_the_same_bytes() -> None:
    parts = [Part("a", letter("R1", "Un.")), Part("b", pages(1))]
    first = join(parts, recto=True)
    assert first == join(parts, recto=True)
    assert not re.search(rb"/(CreationDate|ModDate)", first)


def test_a_form_is_printed_as_it_was_filled_in(tmp_path: Path) -> None:
    form = pikepdf.new()
    page = form.add_blank_page(page_size=A4)
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    field = form.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("montant"),
            V=pikepdf.String("1440 EUR"),
            DA=pikepdf.String("/Helv 12 Tf 0 g"),
            Rect=[100, 700, 300, 720],
            F=4,
        )
    )
    page.obj.Annots = pikepdf.Array([field])
    form.Root.AcroForm = pikepdf.Dictionary(
        Fields=[field],
        NeedAppearances=True,
        DA=pikepdf.String("/Helv 12 Tf 0 g"),
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
    )
    joined = join([Part("formulaire", saved(form))])
    assert "1440 EUR" in text(joined, tmp_path)[0]


LOCKED = pikepdf.Encryption(owner="maître", user="secret")
READABLE = pikepdf.Encryption(owner="maître", user="")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("vide.pdf", b"", "pas un PDF"),
        ("texte.pdf", b"Bonjour", "pas un PDF"),
        ("coupe.pdf", pages(3)[:-80], "endommagé"),
        ("sans-page.pdf", saved(pikepdf.new()), "aucune page"),
        ("secret.pdf", saved(pikepdf.open(io.BytesIO(pages(1))), LOCKED), "mot de passe"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, content: bytes, told: str) -> None:
    for job in (lambda: page_count(content, name), lambda: join([Part(name, content)])):
        with pytest.raises(Refusal) as caught:
            job()
        (problem,) = caught.value.problems
        assert problem.source.path == name
        assert told in problem.what


def test_all_that_cannot_be_read_is_named_at_once() -> None:
    with pytest.raises(Refusal) as caught:
        join([Part("a.pdf", b"a"), Part("bon.pdf", pages(1)), Part("b.pdf", b"b")])
    assert [problem.source.path for problem in caught.value.problems] == ["a.pdf", "b.pdf"]


def test_a_pdf_that_only_forbids_changes_is_read() -> None:
    """Such an invoice opens without a password, and may be printed."""
    protected = saved(pikepdf.open(io.BytesIO(pages(2))), READABLE)
    assert page_count(join([Part("facture", protected)])) == 2


def test_a_page_whose_content_is_damaged_is_found_by_reading_it() -> None:
    whole = letter("R1", "Un.")
    check(whole, "bon.pdf")
    start = whole.index(b"stream\n") + 20
    damaged = whole[:start] + bytes(40) + whole[start + 40 :]
    with pytest.raises(Refusal, match=r"pieces/f\.pdf: ce PDF est endommagé"):
        check(damaged, "pieces/f.pdf")
