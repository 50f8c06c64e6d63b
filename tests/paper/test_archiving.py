"""What letters declare, PDF/A-3a and PDF/UA-1, judged by a validator that knows neither WeasyPrint
nor us; what a validator cannot see is read by hand."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pydyf
import pytest
from click.testing import CliRunner
from PIL import Image

from places import LETTERS
from relance.paper import standards
from relance.paper.pdf import render
from relance.terminal import cli
from relance.values.problem import Refusal
from story import CREDITOR

ARCHIVED, ACCESSIBLE = "3a", "ua1"  # ISO 19005-3, level A; ISO 14289-1

LETTER = """---
relance: R20261123-01
objet: 'MISE EN DEMEURE de payer'
langue: fr
date: 2026-11-23
canal:
- recommande
destinataire:
  nom: Menuiserie Müller
  adresse:
  - 67000 STRASBOURG
creancier:
  nom: Atelier Lumen
  courriel: compta@lumen.example
  adresse:
  - 69004 LYON
---

Madame, Monsieur,

| Facture | Solde |
|---------|------:|
| F2026-0031 | 1 440,00 € |

- une facture ;
- une pénalité.

---

**Claire Lumen**

## Pénalités

| Facture | Jours | Montant |
|---------|------:|--------:|
| F2026-0031 | 39 | 19,08 € |
"""


def faults(made: bytes) -> list[str]:
    return [
        f"{profile} {fault.rule_id} {fault.message}"
        for profile in (ARCHIVED, ACCESSIBLE)
        for fault in page.validate_pdf_bytes(made, profile=profile).failures
    ]


def test_a_letter_is_what_it_declares() -> None:
    assert faults(render(LETTER, LETTERS)) == []


@pytest.mark.slow
def test_the_validator_sees_what_is_missing() -> None:
    """A letter's marks taken out one by one: each is missed, by its rule."""
    missed = []
    for key in ("OutputIntents", "MarkInfo", "Lang"):
        with pikepdf.open(BytesIO(render(LETTER, LETTERS))) as pdf:
            del pdf.Root[f"/{key}"]
            pdf.save(changed := BytesIO())
        missed.append({fault.split()[1] for fault in faults(changed.getvalue())})
    assert all(missed)
    assert not missed[0] & missed[1] & missed[2]


@pytest.mark.slow
def test_every_template_in_every_language_is_what_it_declares(tmp_path: Path) -> None:
    (tmp_path / "relance.yaml").write_text(CREDITOR, encoding="utf-8")
    shutil.copytree(LETTERS, tmp_path / "letters")
    run = CliRunner().invoke(cli.relance, ["apercu", "--dossier", str(tmp_path), "--tous"])
    assert run.exit_code == 0
    papers = sorted(tmp_path.rglob("*.pdf"))
    assert {paper.parent.name for paper in papers} == {"fr", "en", "de"}
    assert {p.name: found for p in papers if (found := faults(p.read_bytes()))} == {}


# ---------------------------------------------------------------- Images

_SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">
<rect width="60" height="20" fill="#1f3a56" opacity=".5"/></svg>"""
LOGOS: dict[str, Callable[[Path], object]] = {
    "logo.svg": lambda path: path.write_text(_SVG, encoding="utf-8"),
    "logo.png": lambda path: Image.new("RGB", (60, 20), "#1f3a56").save(path),
    "vitre.png": lambda path: Image.new("RGBA", (60, 20), "#1f3a5680").save(path),
    "gris.png": lambda path: Image.new("L", (60, 20), 128).save(path),
    "logo.jpg": lambda path: Image.new("RGB", (60, 20), "#1f3a56").save(path),
}


def with_logo(name: str, draw: Callable[[Path], object], folder: Path) -> tuple[str, Path]:
    shutil.copytree(LETTERS, folder)
    draw(folder / name)
    return LETTER.replace("  courriel:", f"  logo: {name}\n  courriel:"), folder


@pytest.mark.slow
@pytest.mark.parametrize("name", LOGOS)
def test_a_letter_with_a_logo_is_what_it_declares(name: str, tmp_path: Path) -> None:
    made = render(*with_logo(name, LOGOS[name], tmp_path / "letters"))
    assert faults(made) == []
    with pikepdf.open(BytesIO(made)) as pdf:
        figures = [x for x in pdf.objects if isinstance(x, pikepdf.Dictionary)]
        described = [str(x.Alt) for x in figures if x.get("/S") == "/Figure"]
    assert described == ["Logo"]  # the name stands beside it


def test_a_logo_in_printers_ink_is_refused(tmp_path: Path) -> None:
    """One file has one colour profile, and ours is of red, green and blue (6.2.4.3)."""
    letter = with_logo(
        "encre.jpg", lambda path: Image.new("CMYK", (60, 20)).save(path), tmp_path / "letters"
    )
    with pytest.raises(Refusal, match=r"quadrichromie \(CMJN\)"):
        render(*letter)


# ---------------------------------------------------------------- The bytes of the file


def test_metadata_can_be_read_without_opening_the_pdf() -> None:
    assert b"<pdfuaid:part>1</pdfuaid:part>" in render(LETTER, LETTERS)


@pytest.mark.parametrize("data", [b"q Q\r", b"q Q\r\r", b"q Q\n", b"q Q"])
def test_a_stream_ends_where_its_length_says(data: bytes) -> None:
    """Read as the standard says: from the line feed after `stream` to the end of line before
    `endstream`, which may be of two bytes."""
    pdf = pydyf.PDF()
    pdf.add_object(pydyf.Stream([data]))
    intent = pydyf.Stream([b""])
    pdf.add_object(intent)
    pdf.catalog["OutputIntents"] = [{"DestOutputProfile": intent.reference}]
    standards.conform(pdf, b"profil")
    pdf.write(written := BytesIO())
    found = re.search(
        rb"/Length (\d+)>>\nstream\n(.*?)(?:\r\n|\r|\n)endstream", written.getvalue(), re.DOTALL
    )
    assert found
    assert int(found[1]) == len(found[2]) == len(data)
    with pikepdf.open(written) as read:
        assert any(x.read_bytes() == data for x in read.objects if isinstance(x, pikepdf.Stream))
