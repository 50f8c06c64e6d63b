"""From a letter's Markdown file to its PDF: what is read, what is refused, what never changes."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from places import LETTERS, ROOT
from relance.paper import markdown_body
from relance.paper.page import page_html
from relance.paper.pdf import readable, render
from relance.text import postal
from relance.text.fonts import font_file
from relance.text.frontmatter import front_matter
from relance.values.problem import Refusal

LETTER = """---
relance: R20261123-01
objet: 'Relance n° 1 : facture F2026-0031 échue'
langue: fr
date: 2026-11-23
canal:
- courriel
destinataire:
  nom: Menuiserie Müller & Fils SARL
  contact: Mme Roux
  adresse:
  - 14 rue des Tanneurs
  - 67000 Strasbourg CEDEX 2
creancier:
  nom: Atelier Lumen
  forme: SARL
  capital: 10 000 €
  adresse:
  - 18 rue des Orfèvres
  - 67000 Strasbourg
  siren: "000000018"
  rcs: Strasbourg
---

Madame, Monsieur,

| Facture | Solde |
|---------|------:|
| F2026-0031 | 1 440,00 € |

---

Salutations distinguées.
"""


def with_body(body: str) -> str:
    return LETTER[: LETTER.index("Madame")] + body


def unpacked(made: bytes) -> bytes:
    """A PDF with its compressed objects after it, readable."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    return made + b"\n".join(zlib.decompressobj().decompress(p) for p in parts if p[:1] == b"x")


def refused(text: str, folder: Path = LETTERS) -> str:
    with pytest.raises(Refusal) as caught:
        render(text, folder)
    return str(caught.value)


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LETTERS, tmp_path / "letters"))


def styled(tmp_path: Path, css: str) -> Path:
    folder = copied(tmp_path)
    style = folder / "letter.css"
    own = style.read_text(encoding="utf-8")
    style.write_text(f"{own}\n{css}\n", encoding="utf-8")
    return folder


# ---------------------------------------------------------------- The file


@pytest.mark.slow
def test_the_same_markdown_gives_the_same_bytes_in_any_process() -> None:
    first = render(LETTER, LETTERS)
    render(with_body("Autre chose, *en italique* et **en gras**."), LETTERS)
    assert render(LETTER, LETTERS) == first
    script = (
        "import hashlib, sys; from pathlib import Path; from relance.paper.pdf import render;"
        "print(hashlib.sha256(render(sys.stdin.read(), Path(sys.argv[1]))).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(LETTERS)],
        input=LETTER,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env=os.environ
        | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
    )
    assert told.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_title_author_language_date_and_tags_are_set() -> None:
    made = unpacked(render(LETTER, LETTERS))
    assert b"/Author (Atelier Lumen)" in made
    assert b"/Lang (fr)" in made
    assert b"/CreationDate (D:20261123" in made
    assert b"/MarkInfo" in made
    title = "Relance n° 1 : facture F2026-0031 échue (R20261123-01)"
    assert f"\ufeff{title}".encode("utf-16-be").hex() in made.decode("latin-1").lower()
    assert str(ROOT).encode() not in made


def test_only_the_letters_own_faces_are_embedded() -> None:
    made = unpacked(render(with_body("Maigre, **gras** et *italique*."), LETTERS))
    families = set(re.findall(rb"/BaseFont /[A-Z]{6}\+([A-Za-z]+)", made))
    assert families == {b"Lettre"}


def _pages(made: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", unpacked(made)))


def test_a_short_account_of_interest_stands_on_the_page_when_it_nearly_fits() -> None:
    words = "\n\n".join(["Une phrase de la lettre, assez courte."] * 24)
    annex = "## Pénalités\n\n| Facture | Montant |\n|---------|------:|\n| F1 | 19,53 € |\n"
    letter = with_body(f"{words}\n\n---\n\nFin.\n\n**Claire Lumen**\n\n{annex}")
    assert _pages(render(letter, LETTERS)) == 1


@pytest.mark.slow
def test_a_short_letter_has_one_page_and_a_long_table_several() -> None:
    rows = "\n".join(f"| F2026-{n:04d} | 1 440,00 € |" for n in range(100))
    assert _pages(render(LETTER, LETTERS)) == 1
    long = with_body(f"| Facture | Solde |\n|---------|------:|\n{rows}\n\n---\n\nFin.")
    assert _pages(render(long, LETTERS)) == 3


def test_a_letter_is_archived_and_accessible() -> None:
    """PDF/A-3a and PDF/UA-1, as far as pikepdf can tell."""
    body = "| Facture | Solde |\n|---|--:|\n| F1 | 1 € |\n\n| | |\n|---|---|\n| IBAN | FR76 |"
    with pikepdf.open(BytesIO(render(with_body(body), LETTERS))) as pdf:
        root = pdf.Root
        metadata = root.Metadata.read_bytes().decode()
        assert 'pdfaid:part="3" pdfaid:conformance="A"' in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert len(bytes(pdf.trailer.ID[0])) == 16
        things = [x for x in pdf.objects if isinstance(x, pikepdf.Dictionary)]
        heads = [x for x in things if x.get("/S") == "/TH"]
        assert sorted(str(head.A.Scope) for head in heads) == ["/Column", "/Column", "/Row"]
        assert all("/FontFile3" in x for x in things if x.get("/Type") == "/FontDescriptor")


def test_the_creditors_address_can_be_clicked() -> None:
    text = LETTER.replace("  rcs: Strasbourg", "  courriel: compta@lumen.example")
    with pikepdf.open(BytesIO(render(text, LETTERS))) as pdf:
        (link,) = pdf.pages[0].Annots
        assert link.A.URI == "mailto:compta%40lumen.example"


def test_every_colour_of_the_style_sheet_is_readable() -> None:
    """Contrast of text on white and on the tint, WCAG 2 AA: 4.5 at least."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    css = (LETTERS / "letter.css").read_text(encoding="utf-8")
    inks = set(re.findall(r"(?<![-\w])color: (#[0-9a-f]{6})", css))
    tints = {"#ffffff", *re.findall(r"background: (#[0-9a-f]{6})", css)}
    assert len(inks) >= 3
    assert len(tints) == 2
    for ink in inks:
        for tint in tints:
            assert (luminance(tint) + 0.05) / (luminance(ink) + 0.05) >= 4.5, (ink, tint)


@pytest.mark.slow
def test_long_words_stay_on_the_sheet() -> None:
    """A name, a reference and a number of 200 letters without a space: nothing beyond 190 mm."""
    word = "W" * 200
    text = LETTER.replace("Mme Roux", word).replace(
        "  adresse:\n  - 14", f"  reference: {word}\n  adresse:\n  - 14"
    )
    made = render(text.replace("F2026-0031 |", f"{word} |"), LETTERS)
    command = ["pdftotext", "-bbox", "-", "-"]
    told = subprocess.run(command, input=made, check=True, capture_output=True).stdout.decode()
    rights = [float(x) * 25.4 / 72 for x in re.findall(r'xMax="([0-9.]+)"', told)]
    assert max(rights) <= 195.5  # the window's right edge; the text's is 190


@pytest.mark.slow
def test_a_process_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from relance.paper.pdf import render;"
        "text = sys.stdin.read(); folder = Path(sys.argv[1]); render(text, folder);"
        "child = os.fork();\nif child == 0: sys.exit()\n"
        "os.waitpid(child, 0); assert render(text, folder)\n"
        "assert len(list(Path(os.environ['TMPDIR']).iterdir())) == 1"
    )
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(LETTERS)],
        input=LETTER.encode(),
        check=True,
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_specimen_shows_every_element_and_the_window(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "relance", "rendre", "--specimen", "--dossier", str(tmp_path)]
    copied(tmp_path)
    policy = "creancier: {nom: Essai, adresse: [69001 LYON], iban: FR7630006000011234567890189}\n"
    (tmp_path / "relance.yaml").write_text(policy, encoding="utf-8")
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    made = tmp_path / "out" / "charte"
    assert {path.name for path in made.iterdir()} == {"charte.md", "charte.pdf", "fenetre.pdf"}
    page = page_html(*front_matter((made / "charte.md").read_text(encoding="utf-8")), LETTERS)
    for element in ("<h2", "<em>", "<li>", "<blockquote", "<thead", "compte", "<svg", "annexe"):
        assert element in page
    assert _pages((made / "fenetre.pdf").read_bytes()) == 1


# ---------------------------------------------------------------- What is refused


@pytest.mark.parametrize(
    "body",
    [
        "![x](http://evil.example/x.png)",
        "![x](file:///etc/passwd)",
        "![x](../relance.yaml)",
        "![x](%2e%2e/relance.yaml)",
        "![x](data:image/png;base64,AAAA)",
        "![x](absent.png)",
    ],
)
def test_an_image_from_elsewhere_is_refused(body: str) -> None:
    assert refused(with_body(body)).startswith("R20261123-01: mise en page : ")


def test_a_link_out_of_the_folder_by_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / "logo.svg").symlink_to(tmp_path / "secret.svg")
    assert "logo.svg" in refused(with_body("![x](logo.svg)"), folder)


@pytest.mark.slow
def test_a_logo_of_the_folder_is_drawn(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">'
        '<rect width="60" height="20" fill="#1f3a56"/></svg>'
    )
    plain = render(LETTER, folder)
    drawn = render(LETTER.replace("  rcs: Strasbourg", "  logo: logo.svg"), folder)
    assert drawn != plain
    assert "logo.png" in refused(LETTER.replace("  rcs: Strasbourg", "  logo: logo.png"), folder)


def test_a_fault_of_the_style_sheet_is_told_with_its_place(tmp_path: Path) -> None:
    folder = styled(tmp_path, "p { colour: red }")
    line = len((folder / "letter.css").read_text(encoding="utf-8").splitlines())
    assert f"letter.css:{line}:5: feuille de style : " in refused(LETTER, folder)


def test_a_style_from_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = styled(tmp_path, "")
    style = folder / "letter.css"
    own = style.read_text(encoding="utf-8")
    style.write_text(f'@import url("http://evil.example/x.css");\n{own}', encoding="utf-8")
    assert "feuille de style" in refused(LETTER, folder)


def test_another_font_is_refused(tmp_path: Path) -> None:
    css = "@font-face { font-family: Autre; src: url(autre.otf) } p { font-family: Autre }"
    folder = styled(tmp_path, css)
    regular = font_file("SourceSansPro-Regular.otf")
    assert regular
    shutil.copy(regular, folder / "autre.otf")
    assert "R20261123-01: police inattendue dans la page : Autre" in refused(LETTER, folder)


def test_a_name_without_glyphs_is_refused_by_client_and_character() -> None:
    told = refused(LETTER.replace("Menuiserie Müller", "Menuiserie 株"))
    assert "Menuiserie 株 & Fils SARL : la police des lettres n'a pas « 株 » (U+682A CJK " in told


def test_typographic_hyphens_and_spaces_are_printed_by_their_plain_sisters() -> None:
    written = LETTER.replace("Menuiserie Müller", "Menuiserie\u2009Müller\u2011Roux")
    assert "Menuiserie\u202fMüller-Roux" in readable(written, LETTERS)


def test_a_damaged_front_matter_is_told_whole() -> None:
    damaged = LETTER.replace("objet:", "sujet:").replace("date: 2026-11-23", "date: hier")
    told = refused(damaged)
    assert "« objet »" in told
    assert "« date »" in told
    assert "« langue »" in refused(LETTER.replace("langue: fr", "langue: ../fr"))
    assert "mots.yaml" in refused(LETTER.replace("langue: fr", "langue: xh"))
    assert "l'en-tête manque" in refused("Bonjour")


def test_a_missing_style_sheet_is_refused(tmp_path: Path) -> None:
    assert "la feuille de style des lettres manque" in refused(LETTER, tmp_path)


def test_what_the_library_says_is_heard_whatever_the_log_level() -> None:
    logger = logging.getLogger("weasyprint")
    logger.setLevel(logging.CRITICAL)
    try:
        assert "absent.png" in refused(with_body("![x](absent.png)"))
        assert logger.level == logging.CRITICAL
    finally:
        logger.setLevel(logging.NOTSET)


# ---------------------------------------------------------------- The page


def test_the_page_says_who_writes_to_whom_where_and_when() -> None:
    page = page_html(*front_matter(LETTER), LETTERS)
    assert '<html lang="fr">' in page
    assert "Menuiserie Müller &amp; Fils SARL" in page
    assert '<p class="capitales">67000 Strasbourg CEDEX 2</p>' in page
    assert "Strasbourg, le 23\u00a0novembre 2026" in page
    assert "Atelier Lumen, SARL au capital de 10 000 €" in page
    assert "SIREN&nbsp;000\u00a0000\u00a0018" in page
    assert "RCS&nbsp;Strasbourg" in page
    assert "Par courriel" in page


def test_the_first_of_a_month_is_raised_in_the_text_and_not_in_the_title() -> None:
    said = LETTER.replace("échue'", "au 1er\u00a0mai'").replace("Madame", "Le 1er\u00a0mai 2026")
    page = page_html(*front_matter(said), LETTERS)
    assert "Le 1<sup>er</sup>\u00a0mai 2026" in page
    assert "au 1er\u00a0mai (R20261123-01)</title>" in page


def test_the_footer_has_its_registers_on_a_line_of_their_own() -> None:
    page = page_html(*front_matter(LETTER), LETTERS)
    name, registers = re.findall(r"<p.*?</p>", page[page.index("<footer>") :], re.DOTALL)[:2]
    assert "18 rue des Orfèvres" in name
    assert registers.startswith('<p class="registres">')
    assert "SIREN" in registers and "RCS" in registers


def test_a_sole_trader_is_called_so_beside_the_name() -> None:
    page = page_html(*front_matter(LETTER.replace("SARL\n  capital", "EI\n  capital")), LETTERS)
    assert '<p class="nom">Atelier Lumen EI</p>' in page


NAMED = [  # name, form, what the head and the foot print
    ("Camille Vernet EI", "EI", "Camille Vernet EI", "Camille Vernet EI"),
    ("ei Camille Vernet", "EI", "ei Camille Vernet", "ei Camille Vernet"),
    ("Camille Vernet", "EI", "Camille Vernet EI", "Camille Vernet, EI"),
    ("Vernet S.A.R.L.", "SARL", "Vernet S.A.R.L.", "Vernet S.A.R.L."),
    ("SARL Vernet", "S.A.R.L.", "SARL Vernet", "SARL Vernet"),
    ("Vernet Leipzig", "EI", "Vernet Leipzig EI", "Vernet Leipzig, EI"),  # EI is no word of it
    ("La SARL de Lyon", "SARL", "La SARL de Lyon", "La SARL de Lyon, SARL"),
]


@pytest.mark.parametrize(("name", "form", "head", "foot"), NAMED)
def test_a_form_that_the_name_says_is_said_once(name: str, form: str, head: str, foot: str) -> None:
    """The capital is told all the same."""
    written = LETTER.replace("Atelier Lumen", name).replace("SARL\n  capital", f"{form}\n  capital")
    page = page_html(*front_matter(written), LETTERS)
    assert f'<p class="nom">{head}</p>' in page
    assert f"<p>{foot} au capital de 10 000 €<span>" in page


@pytest.mark.parametrize(
    ("language", "attention"),
    [("fr", "à l’attention de"), ("en", "for the attention of"), ("de", "zu Händen von")],
)
def test_a_person_beside_the_name_is_named_in_the_language_of_the_letter(
    language: str, attention: str
) -> None:
    front, body = front_matter(LETTER)
    address = ["Hall 3", "Escalier B", "Bâtiment C", "12 rue des Lilas", "ZA Nord", "69003 LYON"]
    recipient = {"nom": "Durand", "contact": "Mme Roux", "adresse": address}
    page = page_html({**front, "langue": language, "destinataire": recipient}, body, LETTERS)
    assert f"Durand, {attention} Mme Roux<" in page.replace("\u00a0", " ").replace("'", "’")


def test_a_value_of_the_front_matter_is_text_in_the_page() -> None:
    name = '"<script>x</script> \\" on=x \\u202e {{ 7*7 }}"'
    page = page_html(*front_matter(LETTER.replace("Mme Roux", name)), LETTERS)
    assert "&lt;script&gt;x&lt;/script&gt; &#34; on=x  {{ 7*7 }}" in page


@pytest.mark.parametrize(
    ("address", "town", "first"),
    [
        (["14 rue des Tanneurs", "67000 Strasbourg"], "Strasbourg", 1),
        (["1 rue X", "59650 VILLENEUVE-D'ASCQ CEDEX"], "Villeneuve-d'Ascq", 1),
        (["BP 12", "39000 Valbois CEDEX 2"], "Valbois", 1),
        (["1 High Street", "London E1 1AA", "Royaume-Uni"], None, 2),
        (["Rue Haute 3", "1000 Bruxelles", "Belgique"], "Bruxelles", 1),
        ([], None, 0),
    ],
)
def test_the_town_of_an_address(address: list[str], town: str | None, first: int) -> None:
    assert postal.town(address) == town
    assert postal.capitals_from(address) == first


# ---------------------------------------------------------------- The body


def test_raw_html_is_text() -> None:
    body = "<script>alert(1)</script>\n\nun <b>mot</b> <img src=x>\n\n<div>\n\nfin"
    page = markdown_body.html(body)
    assert "<script" not in page
    assert "<b>" not in page
    assert "<img" not in page
    assert "<div" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_dashes_give_the_columns_their_widths_and_cells_have_no_style() -> None:
    page = markdown_body.html("| A | B |\n|---------|--:|\n| x | 1 |")
    assert '<col class="l150" /><col class="l50" />' in page  # half percents
    assert "style=" not in page
    assert '<td align="right">1</td>' in page
    assert '<th scope="col">A</th>' in page


def test_blanks_in_the_place_of_dashes_are_no_width() -> None:
    assert '<col class="l1" /><col class="l1" />' in markdown_body.html("| A | B |\n|  |  |\n")


def test_a_table_without_a_head_is_an_account_or_a_list_of_pairs() -> None:
    account = markdown_body.html("| | |\n|---|--:|\n| Solde | 1 |\n| **Total** x | **2** |")
    assert '<table class="compte">' in account
    assert "<thead>" not in account
    assert '<th scope="row">Solde</th>' in account
    assert '<tr class="total">' in account
    assert account.count('class="total"') == 1
    assert '<table class="paires">' in markdown_body.html("| | |\n|---|---|\n| IBAN | FR76 |")


def test_what_follows_the_rule_stays_together_up_to_the_annex() -> None:
    page = markdown_body.html("A\n\n---\n\nB\n\nC\n\n## D\n\nE")
    assert re.sub(r"\s", "", page) == (
        '<p>A</p><sectionclass="fin"><p>B</p><p>C</p></section>'
        '<sectionclass="annexecourt"><h2>D</h2><p>E</p></section>'
    )
    assert "section" not in markdown_body.html("A\n\n## B")


# ---------------------------------------------------------------- Lines and rows


def on_paper(made: bytes) -> list[str]:
    """The pages as `pdftotext` reads them."""
    command = ["pdftotext", "-layout", "-", "-"]
    told = subprocess.run(command, input=made, check=True, capture_output=True).stdout
    return told.decode().split("\f")[:-1]


def test_the_space_before_strong_words_stands_in_them() -> None:
    said = markdown_body.html("a **b**, **c** d *e*\n\n**f** g\n\n**h** **i**")
    assert said == (
        "<p>a<strong> b</strong>,<strong> c</strong> d<em> e</em></p>\n"
        "<p><strong>f</strong> g</p>\n<p><strong>h</strong><strong> i</strong></p>"
    )


@pytest.mark.slow
def test_no_line_breaks_after_its_first_word_wherever_strong_words_begin() -> None:
    # From one paragraph to the next the strong words begin a little further to the right.
    words = (
        "> Premier mot d'une phrase qui va jusqu'au bord droit, {} payer **1\u202f700,00\u00a0€**."
    )
    body = "\n\n".join(words.format("i" * n) for n in range(60))
    lines = [
        row.strip()
        for page in on_paper(render(with_body(body), LETTERS))
        for row in page.splitlines()
    ]
    assert sum(row.startswith("Premier mot d") for row in lines) == 60
    assert "Premier" not in lines


@pytest.mark.slow
def test_no_row_stands_alone_on_a_page() -> None:
    """Whatever the rows above, an annex leaves two rows at least on each page, its total too."""
    table = "| Facture | Montant |\n|---|---:|\n" + "| F1 | 1,00 € |\n" * 12
    for above in range(50, 54):
        head = "".join(f"Ligne {n}.\n\n" for n in range(above - 30))
        annex = f"---\n\nFin.\n\n## Pénalités\n\nDu texte.\n\n{table}"
        pages = on_paper(render(with_body(f"{head}{annex}| **Total** | **12,00 €** |\n"), LETTERS))
        told = [page.count(",00 €") for page in pages]
        assert sum(told) == 13
        assert 1 not in told


# ---------------------------------------------------------------- The logo


@pytest.mark.parametrize(("named", "shown"), [("", True), ("\n  nom-dans-logo: true", False)])
def test_a_logo_stands_beside_the_name_unless_it_holds_it(named: str, shown: bool) -> None:
    page = page_html(
        *front_matter(LETTER.replace("  rcs: Strasbourg", f"  logo: logo.svg{named}")), LETTERS
    )
    assert ('<p class="nom">Atelier Lumen</p>' in page) is shown
    assert ('alt="Atelier Lumen"' in page) is not shown
