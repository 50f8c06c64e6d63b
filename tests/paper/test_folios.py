"""The pages of a joined file, counted through."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest

from relance.paper.assembly import Part
from relance.paper.folios import numbered


def page(width: float, height: float, rotation: int = 0) -> bytes:
    with pikepdf.new() as made, io.BytesIO() as written:
        made.add_blank_page(page_size=(width, height))
        made.pages[0].rotate(rotation, relative=False)
        made.save(written, static_id=True)
        return written.getvalue()


@pytest.mark.parametrize(
    ("width", "height", "rotation", "lies"),
    [(595, 842, 0, False), (842, 595, 0, True), (595, 842, 90, True), (842, 595, 270, False)],
)
def test_marks_stand_upright_on_every_page(
    tmp_path: Path, width: float, height: float, rotation: int, lies: bool
) -> None:
    """A rotated page is what its reader sees."""
    parts = [Part("Avis", page(595, 842)), Part("Pièce n° 1", page(width, height, rotation))]
    path = tmp_path / "dossier.pdf"
    path.write_bytes(numbered(parts, ["", "Pièce n° 1"], "Dossier <b>&"))
    with pikepdf.open(path) as file:
        seen = file.pages[1]
        box = [float(side) for side in seen.mediabox]
        assert (box[2] - box[0] > box[3] - box[1], seen.rotation) == (lies, 0)
        assert str(file.docinfo["/Title"]) == "Dossier <b>&"
        assert str(file.Root.Lang) == "fr"
        with file.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Avis", "Pièce n° 1"]
    command = ["pdftotext", "-bbox", str(path), "-"]
    words = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    first, second = words.split("</page>")[:2]
    assert ">Pièce<" not in first
    assert ">Pièce<" in second
    for text, number in ((first, "1"), (second, "2")):
        assert f">{number}<" in text
        assert ">2<" in text
