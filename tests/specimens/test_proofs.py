"""Made-up papers are laid out where they bring something new, and no fault slips through."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from places import LETTERS
from relance.paper import pdf
from relance.policy.settings import Creditor, Policy
from relance.specimens.previews import check_templates
from relance.specimens.proofs import Proofs, places_of
from relance.text import frontmatter
from relance.values.problem import Refusal

POLICY = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))
HEAD = """---
relance: R20261123-01
date: 2026-11-23
langue: {language}
objet: Relance
canal: [courriel]
destinataire: {{nom: {name}}}
creancier: {{nom: Exemple}}
---

"""


def paper(body: str, language: str = "fr", name: str = "Durand") -> str:
    return HEAD.format(language=language, name=name) + body


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bodies that WeasyPrint really laid out."""
    found: list[str] = []
    render = pdf.render

    def noted(text: str, folder: Path) -> bytes:
        found.append(text.rpartition("---\n\n")[2])
        return render(text, folder)

    monkeypatch.setattr(pdf, "render", noted)
    return found


@pytest.mark.slow
def test_a_page_is_laid_out_when_it_brings_something_new(laid_out: list[str]) -> None:
    proofs = Proofs(LETTERS)
    for body, language in [
        ("Un mot.", "fr"),
        ("Un autre mot.", "fr"),  # nothing but other words
        ("- Un *point*.", "fr"),  # a list
        ("Un *point*.", "fr"),  # in a paragraph, not in a list
        ("One.", "en"),  # another language
        ("- One *point*.", "en"),
    ]:
        proofs.check(paper(body, language))
    assert laid_out == ["Un mot.", "- Un *point*.", "Un *point*.", "One."]


@pytest.mark.slow
def test_an_image_that_is_missing_in_one_paper_is_told() -> None:
    proofs = Proofs(LETTERS)
    proofs.check(paper("Un mot.\n"))
    with pytest.raises(Refusal, match=r"R20261123-01: .*logo\.png"):
        proofs.check(paper("Un ![mot](logo.png).\n"))
    with pytest.raises(Refusal, match=r"logo\.png"):  # a refused page is not known
        proofs.check(paper("Un ![mot](logo.png).\n"))


def test_a_character_that_cannot_be_drawn_is_told_without_laying_out(laid_out: list[str]) -> None:
    proofs = Proofs(LETTERS)
    proofs.check(paper("Un mot.\n"))
    with pytest.raises(Refusal, match=r"U\+4F1A"):
        proofs.check(paper("Un mot.\n", name="株式会社"))
    assert len(laid_out) == 1


def test_a_place_is_an_element_and_what_it_stands_in() -> None:
    page = '<html lang="fr"><body class="x"><br><p id="a">Un</p><p class="b">Deux</p></body></html>'
    assert places_of(page) == {
        ("html lang=fr",),
        ("html", "body class=x"),
        ("html", "body class=x", "br"),
        ("html", "body class=x", "p"),
        ("html", "body class=x", "p class=b"),
    }


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.slow
def test_a_style_of_one_part_of_one_language_is_tried(tmp_path: Path, language: str) -> None:
    """A formal notice is the longest letter: its title stands on no page laid out before."""
    folder = shutil.copytree(LETTERS, tmp_path / "letters")
    path = folder / language / "mise-en-demeure.md"
    path.write_text(path.read_text("utf-8") + "\n###### ![Sceau](sceau.png)\n", "utf-8")
    told = "\n".join(map(str, check_templates(folder, POLICY)))
    assert "sceau.png" in told


# ---------------------------------------------------------------- The lines of a front matter


def test_values_that_python_holds_equal_are_written_each_its_way() -> None:
    values = (Decimal("1.0"), Decimal("1.00"), Decimal(1), 1, True, "1")
    written = [frontmatter.dump({"montant": value, "de": [value]}) for value in values]
    assert written == [
        f"montant: {text}\nde:\n- {text}\n" for text in ("1.0", "1.00", "1.", "1", "true", '"1"')
    ]
