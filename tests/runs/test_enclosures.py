"""Copies of invoices joined to letters: by e-mail, on paper, and what cannot be joined."""

from __future__ import annotations

import base64
import io
import shutil
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from paper.test_assembly import pages, saved, text
from places import LETTERS
from relance.letters.compose import LetterSetting
from relance.paper.assembly import A4, on_a4
from relance.paper.examination import Limits, Paper, examine
from relance.paper.page_cache import Store
from relance.paper.rendering import Local, Printing
from relance.paper.sheet import picture
from relance.policy.settings import Creditor
from relance.runs import enclosures
from relance.runs.enclosures import check_separator, enclosed, printable, unreadable
from relance.runs.run_files import Origin, Run, prepare
from relance.specimens.verification import verify
from relance.text import frontmatter
from relance.text.typography import ordinary
from relance.values.problem import Refusal
from story import EVERY_DAY, Story, company, day_of, decide

DURAND = "Actifs:Clients:Durand"
DAY = date(2026, 3, 10)
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////wAALCAAIABABAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AD//Z"
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAUCAMAAACOLiwjAAAAA1BMVEX/AAAZ4gk3AAAAC0lEQVQY02NgGAUAAQQAAbVxjmkAAAAASUVORK5CYII="
)
BOOKS = f"""
2026-01-05 * "Facture" ^F1
  echeance: 2026-02-04
  numero: "F 2026/1"
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-01-06 * "Facture" ^F2
  echeance: 2026-02-04
  {DURAND}  200.00 EUR
  Produits:Ventes
"""
POLICY = (
    EVERY_DAY
    + """\
etapes: {relance-1: {apres: 7, canal: courrier}}
parcours: {standard: [relance-1], petit-montant: [relance-1]}
"""
)


def story(tmp_path: Path, files: dict[str, bytes], books: str = BOOKS) -> Story:
    """A company with these copies: of F1, F2, F1… in this order."""
    made = company(tmp_path, books, POLICY)
    ours = shutil.ignore_patterns("en", "de")  # one language is tried faster than three
    shutil.copytree(LETTERS, tmp_path / "letters", ignore=ours)
    for n, (name, content) in enumerate(files.items()):
        path = tmp_path / "ledger" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made.add(f'2026-01-10 document {DURAND} "{name}" ^F{1 + n % 2} #facture\n')
    return made


def run(made: Story) -> Run:
    """The letters of 10 March 2026, not committed."""
    plan = decide(made, "2026-03-10")
    origin, tree = Origin("2026-03-10", "0" * 40), made.root / "copie"
    making = prepare(plan, made.facts, origin, Printing(Local(1)), tree)
    while True:
        try:
            next(making)
        except StopIteration as end:
            done: Run = end.value
            return done


def only(made: Story) -> tuple[str, bytes]:
    """The Markdown and the PDF of the one letter."""
    files = run(made).files
    (markdown,) = [c for name, c in files.items() if name.endswith("-durand-sarl.md")]
    (pdf,) = [c for name, c in files.items() if name.endswith(".pdf")]
    return markdown.decode(), pdf


def front(markdown: str) -> dict[str, object]:
    return frontmatter.front_matter(markdown)[0]


def problems(made: Story, markdown: str) -> str:
    with pytest.raises(Refusal) as caught:
        enclosed(front(markdown), made.facts)
    return str(caught.value)


# ---------------------------------------------------------------- By e-mail


@pytest.mark.slow
def test_a_letter_s_enclosures_with_their_names_and_kinds(tmp_path: Path) -> None:
    made = story(
        tmp_path, {"pieces/F1.pdf": pages(1), "pieces/é 2.JPG": JPEG, "b/F1.pdf": pages(2)}
    )
    markdown, _ = only(made)
    found = enclosed(front(markdown), made.facts)
    assert [(each.name, each.media_type, each.numbers) for each in found] == [
        ("F1.pdf", "application/pdf", ("F 2026/1",)),
        ("F1-2.pdf", "application/pdf", ("F 2026/1",)),
        ("é 2.JPG", "image/jpeg", ("F2",)),
    ]
    assert [each.content for each in found] == [pages(2), pages(1), JPEG]


@pytest.mark.slow
def test_a_letter_without_copies_has_none(tmp_path: Path) -> None:
    made = story(tmp_path, {})
    markdown, pdf = only(made)
    assert enclosed(front(markdown), made.facts) == ()
    assert printable(pdf, front(markdown), made.facts) == pdf


@pytest.mark.slow
def test_all_that_is_not_there_any_more_is_named(tmp_path: Path) -> None:
    made = story(tmp_path, {"pieces/F1.pdf": pages(1), "pieces/F2.png": PNG})
    markdown, _ = only(made)
    facts = made.facts
    (tmp_path / "ledger/pieces/F1.pdf").unlink()
    (tmp_path / "ledger/pieces/F2.png").write_bytes(b"plus une image")
    with pytest.raises(Refusal) as caught:
        enclosed(front(markdown), facts)
    told = [(problem.source.path, problem.what) for problem in caught.value.problems]
    assert told == [
        ("ledger/pieces/F1.pdf", "cette pièce a disparu du dossier"),
        ("ledger/pieces/F2.png", "ledger/pieces/F2.png n'est pas ce que dit son nom (image/png)"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["relance.yaml", "../../etc/passwd", "ledger/autre.pdf"])
def test_nothing_is_joined_that_the_client_s_account_does_not_declare(
    tmp_path: Path, path: str
) -> None:
    """A front matter edited by hand can name any file, another client's invoice too."""
    made = story(tmp_path, {"pieces/F1.pdf": pages(1)})
    (tmp_path / "ledger/autre.pdf").write_bytes(pages(1))
    made.add('2026-01-10 document Actifs:Clients:Martin "autre.pdf" ^F9 #facture\n')
    markdown, _ = only(made)
    edited = markdown.replace("- ledger/pieces/F1.pdf", f"- {path}")
    assert edited != markdown
    assert "n'est pas celle de ce client" in problems(made, edited)


# ---------------------------------------------------------------- On paper


@pytest.mark.slow
def test_the_letter_then_a_page_that_names_the_copies_then_the_copies(tmp_path: Path) -> None:
    made = story(tmp_path, {"pieces/F1.pdf": pages(2), "pieces/F2.png": PNG})
    markdown, pdf = only(made)
    joined = printable(pdf, front(markdown), made.facts)
    words = text(joined, tmp_path)
    assert len(words) == 1 + 1 + 2 + 1
    assert "Objet : " in ordinary(words[0])
    separator = " ".join(ordinary(words[1]).split())
    assert "Pièces jointes" in separator
    assert "R20260310-01 du 10 mars 2026, adressée à Durand SARL" in separator
    assert "1 Copie de la facture F 2026/1 F1.pdf 2" in separator
    assert "2 Copie de la facture F2 F2.png 1" in separator
    assert "Actifs:Clients" not in separator
    assert words[2:] == ["", "", ""]
    assert printable(pdf, front(markdown), made.facts) == joined


@pytest.mark.slow
def test_the_letter_s_own_file_stays_as_the_register_attests_it(tmp_path: Path) -> None:
    made = story(tmp_path, {"pieces/F1.pdf": pages(2)})
    markdown, pdf = only(made)
    printable(pdf, front(markdown), made.facts)
    assert only(made) == (markdown, pdf)


@pytest.mark.parametrize(
    ("content", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png")], ids=["jpeg", "png"]
)
def test_an_image_fills_one_a4_page(content: bytes, kind: str) -> None:
    made = picture(content, kind, "pieces/x")
    with pikepdf.open(io.BytesIO(made)) as opened:
        (page,) = opened.pages
        assert [float(size) for size in page.mediabox[2:]] == pytest.approx(A4, abs=1)
        assert len(page.get_images()) == 1
    assert picture(content, kind, "pieces/x") == made


def test_a_damaged_image_is_named() -> None:
    with pytest.raises(Refusal, match=r"pieces/f\.png: cette image est illisible"):
        picture(PNG[:30], "image/png", "pieces/f.png")


@pytest.mark.parametrize(
    ("size", "rotation", "expected"),
    [
        ((612, 792), 0, A4),  # US Letter
        ((792, 612), 0, A4[::-1]),
        ((612, 792), 90, A4[::-1]),
        ((298, 420), 0, A4),  # A6
        ((2384, 3370), 0, A4),  # A0
    ],
)
def test_any_page_is_printed_on_a4(
    size: tuple[float, float], rotation: int, expected: tuple[float, float]
) -> None:
    other = pikepdf.new()
    other.add_blank_page(page_size=size).rotate(rotation, relative=False)
    with pikepdf.open(io.BytesIO(on_a4(saved(other), "x.pdf"))) as opened:
        (page,) = opened.pages
        assert [float(side) for side in page.mediabox[2:]] == pytest.approx(expected)
        assert page.rotation == 0


def test_an_a4_document_is_printed_as_it_is() -> None:
    assert on_a4(pages(3), "x.pdf") == pages(3)


# ---------------------------------------------------------------- What a letter may not announce


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("pieces/F1.docx", b"PK", "pieces/F1.docx ne peut être jointe à une lettre"),
        ("pieces/F1.pdf", b"Bonjour", "pieces/F1.pdf n'est pas ce que dit son nom"),
        ("pieces/F1.pdf", pages(3)[:-80], "endommagé"),
        ("pieces/F1.jpg", JPEG[:40], "illisible ou endommagée"),
    ],
)
@pytest.mark.slow
def test_a_copy_that_cannot_be_joined_is_told_and_not_announced(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    made = story(tmp_path, {name: content})
    done = run(made)
    (markdown,) = [c.decode() for n, c in done.files.items() if n.endswith("-durand-sarl.md")]
    summary = done.files["out/lettres/2026-03-10/sommaire.md"].decode()
    assert "pieces:" not in markdown
    assert "copie" not in markdown
    assert told in summary
    where = f"main.beancount:{len((tmp_path / 'ledger/main.beancount').read_text().splitlines())}"
    assert where in summary
    assert any(
        told in warning.what for warning in verify(made.facts, day_of(made, DAY.isoformat()))
    )


@pytest.mark.slow
def test_a_copy_missing_on_disk_is_told_everywhere(tmp_path: Path) -> None:
    made = story(tmp_path, {})
    made.add(f'2026-01-10 document {DURAND} "pieces/F1.pdf" ^F1 #facture\n')
    plan = decide(made, "2026-03-10")
    summary = run(made).files["out/lettres/2026-03-10/sommaire.md"].decode()
    for told in (
        " ".join(warning.what for warning in plan.warnings),
        summary,
        " ".join(warning.what for warning in verify(made.facts, day_of(made, DAY.isoformat()))),
    ):
        assert "pieces/F1.pdf" in told


@pytest.mark.slow
def test_a_copy_of_a_settled_invoice_is_not_read(tmp_path: Path) -> None:
    made = story(tmp_path, {"pieces/F1.pdf": b"illisible"})
    made.add(f'2026-02-01 * "Reçu" ^F1\n  {DURAND}  -100.00 EUR\n  Actifs:Banque\n')
    assert not any(
        "F1.pdf" in warning.what for warning in verify(made.facts, day_of(made, DAY.isoformat()))
    )


@pytest.mark.slow
def test_a_copy_that_was_sound_is_opened_again_only_once_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = story(tmp_path, {"pieces/F1.pdf": pages(1), "pieces/F2.pdf": b"%PDF-1.7"})
    copies = [d for d in made.facts.books.documents if d.copy]
    first, second = "ledger/pieces/F1.pdf", "ledger/pieces/F2.pdf"
    store, opened = Store(tmp_path / "gardees"), list[str]()

    def noted(paper: Paper, limits: Limits) -> None:
        opened.append(paper.name)
        examine(paper, limits)

    monkeypatch.setattr(enclosures, "examine", noted)
    seen = [sorted(unreadable(copies, made.facts, store)) for _ in range(2)]
    assert seen == [[second]] * 2
    assert opened == [first, second, second]
    unreadable(copies, made.facts)  # as for what writes or sends
    assert opened[3:] == [first, second]
    made.write(first, "%PDF-")
    assert sorted(unreadable(copies, made.facts, store)) == [first, second]


def test_the_separator_s_template_is_tried(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LETTERS, tmp_path / "letters"))
    setting = LetterSetting(Creditor(name="X", address=("Y",)), folder)
    assert check_separator(setting) == []
    page = folder / "fr/pieces-jointes.md"
    page.write_text(page.read_text(encoding="utf-8").replace("p.nom", "p.non"), encoding="utf-8")
    (problem,) = check_separator(setting)
    assert "letters/fr/pieces-jointes.md:" in str(problem.source)
    page.unlink()
    assert check_separator(setting) == []
