"""The report as people and programs get it: terminal, Markdown, PDF, drawings, open table."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guide_pages import GUIDE
from relance.claims.on_day import OnDay
from relance.report import measure, printed, table
from relance.report.findings import ReportFinding, findings
from relance.report.units import whole
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.problem import Refusal
from report.test_figures import PAID, PART, PLAN, TWO, invoice, note, payment, report, told
from story import EVERY_DAY, Story, company, past_letter, put_into_register

DAY = "2026-07-01"
POUNDS = invoice("F9", "2026-05-01", "80.00", "2026-06-01", "Club", "GBP")


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.relance, ["bilan", "--dossier", str(folder), *words])


def rows(folder: Path, *words: str) -> dict[tuple[str, ...], str]:
    """The open table by currency, heading, key and measure."""
    result = run(folder, "--au", DAY, "--format", "csv", *words)
    assert result.exit_code == 0, result.output
    found = csv.DictReader(io.StringIO(result.stdout, newline=""))
    return {(r["devise"], r["rubrique"], r["cle"], r["mesure"]): r["valeur"] for r in found}


# ---------------------------------------------------------------- Books with little in them


@pytest.mark.parametrize(
    ("ledger", "day"),
    [
        ("", DAY),
        (TWO, "2026-01-01"),  # nothing yet
        (TWO, "2031-01-01"),  # long after
        (invoice("F1", "2026-06-01", "100.00", "2026-07-01"), DAY),
        (payment("", "2026-06-01", "10.00"), DAY),
        (TWO + note("2026-06-01", "appel"), DAY),
        (POUNDS, DAY),
    ],
)
def test_few_figures_are_said_to_be_few(tmp_path: Path, ledger: str, day: str) -> None:
    company(tmp_path, ledger)
    for form in ("texte", "csv", "json"):
        result = run(tmp_path, "--au", day, "--format", form)
        assert (result.exit_code, result.stderr) == (0, "")
        said = " ".join(result.stdout.split())
        assert form != "texte" or "Pas assez de chiffres" in said


@pytest.mark.slow
@pytest.mark.parametrize("ledger", ["", payment("", "2026-06-01", "10.00")])
def test_a_report_on_almost_nothing_is_written(tmp_path: Path, ledger: str) -> None:
    company(tmp_path, ledger)
    result = run(tmp_path, "--au", DAY, "--dans", str(tmp_path / "bilan"))
    assert result.exit_code == 0
    written = (tmp_path / "bilan/bilan.md").read_text(encoding="utf-8")
    assert "Pas assez de chiffres" in written
    assert (tmp_path / "bilan/bilan.pdf").read_bytes().startswith(b"%PDF")


# ---------------------------------------------------------------- The open table


def test_the_open_table_has_the_figures_of_the_ledger(tmp_path: Path) -> None:
    company(tmp_path, TWO + PART + PLAN + POUNDS, EVERY_DAY)
    found = rows(tmp_path)
    # As in the aged balance: F1 30 disputed and 70 thirty days late, F2 in a plan; 80 GBP.
    assert found["EUR", "balance-agee", "total", "1-30"] == "70.00"
    assert found["EUR", "balance-agee", "Durand SARL", "litige"] == "30.00"
    assert found["EUR", "balance-agee", "Durand SARL", "echeancier"] == "100.00"
    assert found["EUR", "balance-agee", "total", "solde"] == "200.00"
    assert found["GBP", "balance-agee", "total", "solde"] == "80.00"
    assert found["EUR", "delais", "periode", "retard-moyen"] == ""
    assert found["EUR", "prescription", "2031", "montant"] == "200.00"


def test_units_have_their_decimals(tmp_path: Path) -> None:
    company(tmp_path, PAID, EVERY_DAY)
    found = rows(tmp_path)
    own = {measure: found["EUR", "delais", "periode", measure] for measure in MEASURES}
    # As in the days late: 5 settled, 800, 8.4 days, 7.75, 2 of 5, 300 of 800.
    assert own == dict(
        zip(MEASURES, ("5", "800.00", "8.4", "7.8", "0.4000", "0.3750"), strict=True)
    )


MEASURES = (
    *("reglees", "montant", "retard-moyen", "retard-pondere"),
    *("a-temps", "a-temps-montant"),
)


def test_json_has_the_same_rows(tmp_path: Path) -> None:
    company(tmp_path, TWO + PART + PLAN + POUNDS, EVERY_DAY)
    result = json.loads(run(tmp_path, "--au", DAY, "--format", "json").stdout)
    assert list(result) == ["date", "du", "au", "chiffres"]
    assert (result["date"], result["du"], result["au"]) == (DAY, "2025-07-02", DAY)
    keys = ["devise", "rubrique", "cle", "compte", "mesure", "valeur", "unite"]
    assert all(list(row) == keys for row in result["chiffres"])
    assert {
        (r["devise"], r["rubrique"], r["cle"], r["mesure"]): r["valeur"] or ""
        for r in result["chiffres"]
    } == rows(tmp_path)


def test_the_guide_tells_every_figure(tmp_path: Path) -> None:
    """Headings and measures are a public interface: the guide's table has them all."""
    lines = GUIDE.split("| Rubrique | Clé | Mesures |\n|---|---|---|\n")[1].split("\n\n")[0]
    told: dict[str, set[str]] = {}
    for line in lines.splitlines():
        section, _, measures = (cell.strip() for cell in line.strip("|").split(" | "))
        same = next(reversed(told.values()), set())
        told[section.strip("`")] = set(re.findall("`([^`]+)`", measures)) or same
    story = full(tmp_path)
    for n in range(5):  # a past long enough for a trial over thirteen weeks
        story.add(invoice(f"F3{n}", "2025-05-02", "10.00", "2025-06-01"))
        story.add(payment(f"F3{n}", "2025-06-05", "10.00"))
    story.add(note("2026-06-20", "promesse", "F2", "  echeance: 2026-07-20\n"))
    made: dict[str, set[str]] = {}
    for own in report(story).currencies:
        for heading, found in table.by_heading(own).items():
            made[heading] = made.get(heading, set()) | {
                f.name for row in found for f in row.figures
            }
    assert made == told


FORMULA = '=HYPERLINK("http://x")|<b>*_`#![x](y.svg) {{ devises }} {% raw %}'


def hostile(folder: Path) -> Story:
    story = company(folder, TWO, EVERY_DAY)
    story.replace('"Durand SARL"', json.dumps(FORMULA))
    return story


@pytest.mark.slow
def test_a_client_s_name_is_text_everywhere(tmp_path: Path) -> None:
    story = hostile(tmp_path)
    result = run(tmp_path, "--au", DAY, "--format", "csv")
    names = {row[5] for row in csv.reader(io.StringIO(result.stdout, newline=""))}
    assert f"'{FORMULA}" in names and FORMULA not in names
    assert "=HYPERLINK" in run(tmp_path, "--au", DAY).stdout
    found = report(story)
    page = pdf_text(printed.paper(found, FORMULA, {}), tmp_path)
    assert "".join(FORMULA.split()) in "".join(page.split())
    assert "<b>" not in printed.markdown(found, FORMULA)


@pytest.mark.slow
def test_a_name_that_our_font_cannot_draw_stops_no_report(tmp_path: Path) -> None:
    story = company(tmp_path, TWO, EVERY_DAY)
    story.replace('"Durand SARL"', '"株式 Durand"')
    found = report(story)
    assert "?? Durand" in pdf_text(printed.paper(found, "Essai", {}), tmp_path)
    assert "株式 Durand" in printed.markdown(found, "Essai")


# ---------------------------------------------------------------- Paper and drawings


def pdf_text(content: bytes, folder: Path) -> str:
    path = folder / "lu.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True)
    return done.stdout.decode()


def full(folder: Path) -> Story:
    """A company with something of everything."""
    many = "".join(
        invoice(f"F1{n:02}", "2026-01-02", "10.00", "2026-02-01")
        + payment(f"F1{n:02}", "2026-02-11", "10.00")
        for n in range(12)
    )
    story = company(folder, TWO + PART + PLAN + POUNDS + many, EVERY_DAY)
    cited = [f"F1{n:02}" for n in range(12)]
    put_into_register(story, "2026-02-05", [past_letter("R20260205-01", "relance-1", *cited)])
    return story


# Shares of different actions: 43 % in 7 days, then 67 % in 15, then 59 % in 30 is no error.
OLD_ENOUGH = "chaque colonne ne compte que les actions d'au moins autant de jours"


def test_the_screen_says_which_actions_a_column_counts(tmp_path: Path) -> None:
    full(tmp_path)
    shown = " ".join(run(tmp_path, "--au", DAY, "--complet").stdout.split())
    assert OLD_ENOUGH in shown.replace("Chaque colonne", "chaque colonne")
    assert "baisser de l'une à l'autre" in shown


@pytest.mark.slow
def test_the_files_of_a_report(tmp_path: Path) -> None:
    story = full(tmp_path)
    result = run(tmp_path, "--au", DAY, "--ecrire")
    assert result.exit_code == 0
    folder = tmp_path / "out/bilans" / DAY
    drawn = {
        *("balance-eur.svg", "evolution-eur.svg", "dso-eur.svg", "previsions-eur.svg"),
        "recouvrement-eur.svg",
    }
    assert {p.name for p in folder.iterdir()} == drawn | {"bilan.md", "bilan.pdf", "chiffres.csv"}
    written = (folder / "bilan.md").read_text(encoding="utf-8")
    assert all(f"]({name})" in written for name in drawn)
    assert OLD_ENOUGH in ordinary(written)
    text = ordinary(pdf_text((folder / "bilan.pdf").read_bytes(), tmp_path))
    assert "Bilan des relances au 1er juillet 2026" in text
    assert "Total 0,00 70,00 0,00 0,00 0,00 30,00 100,00 200,00" in " ".join(text.split())
    assert (folder / "chiffres.csv").read_bytes() == table.as_table(report(story)).encode()


@pytest.mark.parametrize(
    ("form", "shown"),
    [("texte", "bilan au 1er juillet 2026"), ("json", '"chiffres"'), ("csv", "balance-agee")],
)
def test_without_the_library_that_draws_figures_are_shown_and_no_file_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, shown: str
) -> None:
    full(tmp_path)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    read = run(tmp_path, "--au", DAY, "--format", form)
    assert (read.exit_code, read.stderr) == (0, "")
    assert shown in ordinary(read.stdout)
    for words in (("--ecrire",), ("--dans", str(tmp_path / "bilan"))):
        refused = run(tmp_path, "--au", DAY, "--format", form, *words)
        assert refused.stdout == read.stdout
        assert isinstance(refused.exception, Refusal)
        (problem,) = refused.exception.problems
        assert problem.what == "la bibliothèque qui dessine les bilans n'est pas installée"
        for remedy in ("make bilan", "pipx inject relance matplotlib", "'relance[rapports]'"):
            assert remedy in problem.remedy
    assert not (tmp_path / "bilan").exists()
    assert not (tmp_path / "out/bilans").exists()


Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return printed.files(report(full(tmp_path_factory.mktemp("entreprise"))), "Essai")


@pytest.mark.slow
def test_the_same_books_give_the_same_bytes(tmp_path: Path, files: Files) -> None:
    assert printed.files(report(full(tmp_path)), "Essai") == files


@pytest.mark.slow
def test_no_path_of_the_machine_is_told(files: Files) -> None:
    assert [name for name, content in files.items() if b"/tmp/" in content] == []


@pytest.mark.slow
def test_drawings_are_whole_and_need_no_font(files: Files) -> None:
    drawn = [content.decode() for name, content in files.items() if name.endswith(".svg")]
    assert len(drawn) == 5
    for content in drawn:
        assert "<path" in content
        assert "<text" not in content and "dc:date" not in content


@pytest.mark.slow
def test_drawings_do_not_rest_on_colour(files: Files) -> None:
    # Hatches are patterns, and dashes are told: colours alone would leave neither.
    for name in ("balance-eur.svg", "previsions-eur.svg"):
        assert b"<pattern" in files[name]
    for name in ("evolution-eur.svg", "dso-eur.svg"):
        assert files[name].count(b"stroke-dasharray") >= 2


@pytest.mark.slow
def test_ages_darken_in_grey(files: Files) -> None:
    """Printed without colours, each age of what is late is a tenth darker than the one before."""
    text = files["balance-eur.svg"].decode()
    fills = list(dict.fromkeys(re.findall("fill: (#[0-9a-f]{6})", text)))
    ages = ["#ffffff", "#dde4ec", "#a5b5c6", "#5c7894", "#1f3a56"]
    assert [fill for fill in fills if fill in ages] == ages
    greys = [sum(c * w for c, w in zip(bytes.fromhex(f[1:]), WEIGHTS, strict=True)) for f in ages]
    assert all(before - after >= 25.5 for before, after in pairwise(greys)), greys


WEIGHTS = (0.299, 0.587, 0.114)  # of red, green and blue in a grey (ITU-R BT.601)


@pytest.mark.slow
def test_the_page_has_our_fonts_alone(tmp_path: Path, files: Files) -> None:
    path = tmp_path / "bilan.pdf"
    path.write_bytes(files["bilan.pdf"])
    done = subprocess.run(["pdffonts", path], check=True, capture_output=True)
    fonts = {line.split()[0].split("+")[1] for line in done.stdout.decode().splitlines()[2:]}
    assert fonts and all(font.startswith("Lettre") for font in fonts)


# ---------------------------------------------------------------- The terminal and its options


@pytest.mark.parametrize(
    ("number", "shown"),
    [("2160.50", "2 161"), ("2160.49", "2 160"), ("-0.40", "0"), ("-9.00", "-9"), ("0", "0")],
)
def test_whole_units_are_half_up(number: str, shown: str) -> None:
    assert ordinary(whole(Decimal(number))) == shown


@pytest.mark.slow
def test_the_terminal_shows_whole_units(tmp_path: Path) -> None:
    full(tmp_path)
    shown = " ".join(ordinary(run(tmp_path, "--au", DAY, "--complet").stdout).split())
    assert "Balance âgée, en EUR client 1–30 j litige échéan. solde" in shown
    assert "Durand SARL 70 30 100 200 Total 70 30 100 200" in shown
    # Twelve invoices of 10 paid six days after their letter, which asked 100 for each
    assert "relance-1 12 1 200 10 % 10 % 10 % 6 j" in shown


@pytest.mark.parametrize(
    ("words", "du", "day"),
    [
        (("--periode", "2026-01"), "2026-01-01", "2026-01-31"),
        (("--periode", "2026-T1", "--au", DAY), "2026-01-01", DAY),
        (("--periode", "3m", "--au", DAY), "2026-04-02", DAY),
        (("--au", DAY), "2025-07-02", DAY),
    ],
)
def test_the_day_of_a_period(tmp_path: Path, words: tuple[str, ...], du: str, day: str) -> None:
    company(tmp_path, TWO)
    result = json.loads(run(tmp_path, "--format", "json", *words).stdout)
    assert (result["date"], result["du"]) == (day, du)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--periode", "hier"), "période incomprise : hier"),
        (("--periode", "2026-08", "--au", DAY), "la période commence le 2026-08-01, après"),
    ],
)
def test_a_period_that_cannot_be_is_refused(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    company(tmp_path, TWO)
    result = run(tmp_path, *words)
    assert isinstance(result.exception, Refusal)
    assert said in str(result.exception)


def test_a_report_without_writing_leaves_nothing(tmp_path: Path) -> None:
    full(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    run(tmp_path, "--au", DAY)
    assert sorted(tmp_path.rglob("*")) == before


# ---------------------------------------------------------------- Findings


def kinds(folder: Path, ledger: str, *cited: str) -> dict[str, ReportFinding]:
    story = company(folder, ledger, EVERY_DAY)
    if cited:
        put_into_register(story, "2026-02-05", [past_letter("R20260205-01", "relance-1", *cited)])
    (own,) = report(story).currencies
    return {finding.kind: finding for finding in findings(own)}


def settled(count: int) -> str:
    """So many invoices of 10 due on 1 February, all paid on the 11th."""
    return "".join(
        invoice(f"F1{n:02}", "2026-01-02", "10.00", "2026-02-01")
        + payment(f"F1{n:02}", "2026-02-11", "10.00")
        for n in range(count)
    )


def test_nine_observations_say_nothing_ten_do(tmp_path: Path) -> None:
    assert kinds(tmp_path / "a", settled(9)) == {}
    found = kinds(tmp_path / "b", settled(10))
    assert list(found) == ["ponctualite", "retard", "dso", "sans-relance"]
    assert told(*found["ponctualite"].shares, *found["retard"].days) == told(0, 10, 10)
    assert found["sans-relance"].counts == (10, 10, 0)


def calls(count: int) -> str:
    """So many invoices called about on 5 February, and paid six days later but for half."""
    text = ""
    for n in range(count):
        text += invoice(f"F2{n:02}", "2026-01-02", "10.00", "2026-02-01")
        text += note("2026-02-05", "appel", f"F2{n:02}")
        text += payment(f"F2{n:02}", "2026-02-11", "10.00") if n % 2 else ""
    return text


def test_calls_against_emails_in_a_sentence(tmp_path: Path) -> None:
    cited = [f"F1{n:02}" for n in range(10)]
    story = company(tmp_path, settled(10) + calls(10), EVERY_DAY)
    letter = past_letter("R20260205-01", "relance-1", *cited)
    put_into_register(story, "2026-02-05", [letter])
    (own,) = measure(OnDay(story.policy, story.books, date(2026, 7, 1))).currencies
    sentences = [ordinary(sentence) for sentence in printed.sentences(own)]
    # Calls: 50 of 100 within 7 days; e-mails: their register says 100 was asked of each, and 10
    # of it came.
    said = (
        "Les appels recouvrent 50 % en 7 jours, les courriels seuls 10 % (10 et 10 observations)."
    )
    assert said in sentences


def test_too_few_calls_are_not_compared(tmp_path: Path) -> None:
    cited = [f"F1{n:02}" for n in range(10)]
    assert "appels" not in kinds(tmp_path, settled(10) + calls(9), *cited)


def test_the_best_step_against_the_least(tmp_path: Path) -> None:
    cited = [f"F1{n:02}" for n in range(10)]
    found = kinds(tmp_path, settled(10) + calls(10), *cited)["etapes"]
    assert (found.names, found.counts) == (("appel", "relance-1"), (10, 10))
    assert [f"{share:.2f}" for share in found.shares] == ["0.50", "0.10"]


@pytest.mark.parametrize(
    ("paid", "words"),
    [
        (10, "10 se sont réglées, aucune ne reste ouverte"),
        (9, "9 se sont réglées, 1 reste ouverte"),
        (1, "1 s'est réglée, 9 restent ouvertes"),
        (0, "aucune ne s'est réglée, 10 restent ouvertes"),
    ],
)
def test_counts_agree_with_their_verbs(tmp_path: Path, paid: int, words: str) -> None:
    waiting = "".join(
        invoice(f"F3{n:02}", "2026-01-02", "10.00", "2026-02-01") for n in range(10 - paid)
    )
    story = company(tmp_path, settled(paid) + waiting, EVERY_DAY)
    (own,) = measure(OnDay(story.policy, story.books, date(2026, 7, 1))).currencies
    told = [ordinary(sentence) for sentence in printed.sentences(own)]
    start = "10 créances en retard n'ont été ni relancées ni suivies d'un appel : "
    assert [line for line in told if line.startswith(start + words)], told


def test_paper_has_words_where_tables_have_keys(tmp_path: Path) -> None:
    story = company(tmp_path, calls(2) + note("2026-02-05", "litige", "F200"), EVERY_DAY)
    story.add(
        '\n2026-02-06 note Actifs:Clients:Durand "?" ^F200 #reponse\n  raison: "tresorerie"\n'
    )
    made = measure(OnDay(story.policy, story.books, date(2026, 7, 1)))
    text = printed.markdown(made, "Essai")
    assert "| téléphone |" in text
    assert "| trésorerie |" in text
    assert "telephone" not in text
    assert "telephone" in table.as_table(made)


def test_every_kind_of_finding_has_its_words() -> None:
    text = (printed.MODEL / "constats.md").read_text(encoding="utf-8")
    source = (printed.MODEL.parent / "findings.py").read_text(encoding="utf-8")
    worded = {line.split('"')[1] for line in text.splitlines() if "c.sorte ==" in line}
    assert worded
    assert all(f'"{kind}"' in source for kind in worded)


def test_every_drawing_stands_under_its_title() -> None:
    for name in ("synthese.md", "suite.md"):
        lines = (printed.MODEL / name).read_text(encoding="utf-8").splitlines()
        drawn = [place for place, line in enumerate(lines) if line.startswith("![")]
        assert drawn
        above = [lines[place - 1] or lines[place - 2] for place in drawn]
        assert [line for line in above if not line.startswith(("**", "## "))] == []
