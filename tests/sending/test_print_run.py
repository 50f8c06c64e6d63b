"""The print run: postal order, fronts and backs, weights, the list, the file for a mailing
service."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper.test_assembly import outline, pages, text
from places import LETTERS
from relance.paper.assembly import page_count
from relance.paper.print_jobs import PrintJob, PrintRun, PrintSetting, grams, sheets, weight_class
from relance.policy.settings import Creditor, DispatchSettings
from relance.sending.print_run import check_slip, destination, print_run
from relance.text.typography import ordinary
from relance.values.problem import Refusal

DAY = date(2026, 11, 23)
SETTING = PrintSetting(Creditor(name="Atelier Lumen", address=("69004 LYON",)), LETTERS)
BOTH_SIDES = replace(SETTING, paper=DispatchSettings(both_sides=True))
LYON = ("1 rue Neuve", "69001 LYON")
PARIS = ("2 rue Vieille", "75001 PARIS CEDEX 01")
BERLIN = ("Lindenstr. 4", "10115 BERLIN", "ALLEMAGNE")
LONDON = ("1 High Street", "LONDON E1 1AA", "ROYAUME-UNI")


def job(
    number: int, address: tuple[str, ...], count: int = 1, *, registered: bool = False
) -> PrintJob:
    return PrintJob(f"R20261123-0{number}", f"Client {number}", address, registered, pages(count))


def listed(run: PrintRun) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run.files["bordereau.csv"].decode())))


def numbers(run: PrintRun) -> list[int]:
    return [int(letter[-1]) for letter in run.letters]


# ---------------------------------------------------------------- Where it goes


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (LYON, ("", "69001", "LYON")),
        (PARIS, ("", "75001", "PARIS CEDEX 01")),
        (("1 rue Neuve", "F-69001 Lyon", "France"), ("", "F-69001", "Lyon")),
        (BERLIN, ("ALLEMAGNE", "10115", "BERLIN")),
        (("Rue Haute 3", "1000 BRUXELLES", "BELGIQUE"), ("BELGIQUE", "1000", "BRUXELLES")),
        (("2 rue du Lac", "L-1234 LUXEMBOURG"), ("", "L-1234", "LUXEMBOURG")),
        (LONDON, ("ROYAUME-UNI", "", "LONDON E1 1AA")),
        (("12345 rue des Chiffres", "13001 MARSEILLE"), ("", "13001", "MARSEILLE")),
        (
            ("1200 Long Street", "LONDON SW1A 1AA", "ROYAUME-UNI"),
            ("ROYAUME-UNI", "", "LONDON SW1A 1AA"),
        ),
        (("Chez elle",), ("", "", "Chez elle")),
        ((), ("", "", "")),
    ],
)
def test_country_postcode_and_town(
    address: tuple[str, ...], expected: tuple[str, str, str]
) -> None:
    found = destination(address)
    assert (found.country, found.postcode, found.town) == expected


@pytest.mark.slow
def test_home_first_then_abroad_each_by_postcode() -> None:
    jobs = [job(1, LONDON), job(2, PARIS), job(3, BERLIN), job(4, LYON), job(5, ("Sans code",))]
    assert numbers(print_run(jobs, DAY, SETTING)) == [4, 2, 5, 3, 1]


def test_registered_letters_come_apart_after_the_others() -> None:
    jobs = [job(1, LYON, registered=True), job(2, BERLIN), job(3, PARIS), job(4, PARIS)]
    jobs.append(job(5, ("01000 BOURG",), registered=True))
    assert numbers(print_run(jobs, DAY, SETTING)) == [3, 4, 2, 5, 1]


@pytest.mark.slow
@given(st.permutations([job(n, a) for n, a in enumerate((LYON, PARIS, BERLIN, LONDON, LYON), 1)]))
def test_the_order_does_not_depend_on_who_comes_first(jobs: list[PrintJob]) -> None:
    order = sorted(jobs, key=lambda each: (destination(each.address).order, each.letter_id))
    assert [each.letter_id[-1] for each in order] == ["1", "5", "2", "3", "4"]


# ---------------------------------------------------------------- Paper


@pytest.mark.parametrize(
    ("count", "front_only", "both"), [(1, 1, 1), (2, 2, 1), (3, 3, 2), (4, 4, 2)]
)
def test_sheets(count: int, front_only: int, both: int) -> None:
    assert sheets(count, both_sides=False) == front_only
    assert sheets(count, both_sides=True) == both


@pytest.mark.parametrize(
    ("count", "paper", "envelope", "expected", "bound"),
    [
        # 80 g/m² is 5 g an A4 sheet (a sixteenth of a square metre), with an envelope of 5 g
        (1, "80", "5", "10", 20),
        (3, "80", "5", "20", 20),
        (4, "80", "5", "25", 100),
        (19, "80", "5", "100", 100),
        (20, "80", "5", "105", 250),
        (49, "80", "5", "250", 250),
        (99, "80", "5", "500", 500),
        (100, "80", "5", "505", None),
        # 90 / 16 = 5.625, and 4.2 for the envelope: 9.825, rounded up
        (1, "90", "4.2", "9.9", 20),
    ],
)
def test_weight_and_class(
    count: int, paper: str, envelope: str, expected: str, bound: int | None
) -> None:
    own = DispatchSettings(paper_weight=Decimal(paper), envelope_weight=Decimal(envelope))
    assert grams(count, own) == Decimal(expected)
    assert weight_class(grams(count, own)) == bound


# ---------------------------------------------------------------- The files


def test_on_one_side_pages_follow_each_other() -> None:
    run = print_run([job(1, LYON, 3), job(2, PARIS, 1)], DAY, SETTING)
    assert outline(run.files["tirage.pdf"]) == [
        ("R20261123-01 Client 1", 1),
        ("R20261123-02 Client 2", 4),
    ]
    assert [(row["page-debut"], row["page-fin"]) for row in listed(run)] == [("1", "3"), ("4", "4")]
    assert page_count(run.files["tirage.pdf"]) == 4


def test_on_both_sides_every_envelope_begins_on_a_front() -> None:
    """3 pages and a blank back, then 2, then 1: pages 1, 5 and 7."""
    jobs = [job(1, LYON, 3), job(2, PARIS, 2), job(3, BERLIN, 1)]
    run = print_run(jobs, DAY, BOTH_SIDES)
    assert [page for _, page in outline(run.files["tirage.pdf"])] == [1, 5, 7]
    rows = listed(run)
    assert [(row["page-debut"], row["page-fin"]) for row in rows] == [
        ("1", "3"),
        ("5", "6"),
        ("7", "7"),
    ]
    assert [row["feuilles"] for row in rows] == ["2", "1", "1"]


@pytest.mark.slow
def test_the_csv_holds_what_a_mailing_service_asks_for() -> None:
    run = print_run([job(1, LONDON, 4, registered=True)], DAY, SETTING)
    assert listed(run) == [
        {
            "lettre": "R20261123-01",
            "destinataire": "Client 1",
            "adresse-1": "1 High Street",
            "adresse-2": "LONDON E1 1AA",
            "adresse-3": "ROYAUME-UNI",
            **{f"adresse-{n}": "" for n in (4, 5, 6, 7)},
            "code-postal": "",
            "ville": "LONDON E1 1AA",
            "pays": "ROYAUME-UNI",
            "recommande": "oui",
            "pages": "4",
            "feuilles": "4",
            "poids-g": "25.0",
            "tranche-g": "100",
            "page-debut": "1",
            "page-fin": "4",
        }
    ]


@pytest.mark.slow
def test_a_name_or_an_address_is_no_formula() -> None:
    wrong = replace(job(1, ("@SUM(1)", "69001 LYON")), client="=1+1")
    (row,) = listed(print_run([wrong], DAY, SETTING))
    assert (row["destinataire"], row["adresse-1"]) == ("'=1+1", "'@SUM(1)")


@pytest.mark.slow
def test_the_list_names_every_envelope_and_leaves_room_for_the_numbers(tmp_path: Path) -> None:
    jobs = [job(1, LYON, 3), job(2, PARIS), job(3, BERLIN, 101, registered=True)]
    jobs[0] = replace(jobs[0], client="L'Épi *d'or* | <b>&</b> {{ 7 }}")
    run = print_run(jobs, DAY, SETTING)
    words = " ".join(ordinary(" ".join(text(run.files["bordereau.pdf"], tmp_path))).split())
    assert "Bordereau d'envoi du 23 novembre 2026" in words
    assert "papier de 80 g/m², enveloppe de 5 g, impression au recto" in words
    assert "Lettres simples : 2" in words
    assert "L'Épi *d'or* | <b>&</b> {{ 7 }}, 1 rue Neuve, 69001 LYON" in words
    assert "Lettres recommandées avec avis de réception : 1" in words
    assert "N° de recommandé" in words
    assert "510 g plus de 500 g" in words
    both = print_run(jobs[:2], DAY, BOTH_SIDES).files["bordereau.pdf"]
    again = " ".join(ordinary(" ".join(text(both, tmp_path))).split())
    assert "recto verso" in again
    assert "recommandé" not in again


@pytest.mark.slow
def test_the_same_jobs_give_the_same_files() -> None:
    jobs = [job(1, LYON, 3), job(2, PARIS, registered=True)]
    assert print_run(jobs, DAY, BOTH_SIDES) == print_run(jobs[::-1], DAY, BOTH_SIDES)


def test_nothing_to_post_is_no_file() -> None:
    assert print_run([], DAY, SETTING) == PrintRun({})


def test_every_letter_that_cannot_be_read_is_named() -> None:
    jobs = [replace(job(1, LYON), pdf=b"x"), job(2, LYON), replace(job(3, LYON), pdf=b"")]
    with pytest.raises(Refusal) as caught:
        print_run(jobs, DAY, SETTING)
    told = [problem.source.path for problem in caught.value.problems]
    assert told == ["R20261123-01 Client 1", "R20261123-03 Client 3"]


def test_the_list_s_template_is_tried(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LETTERS, tmp_path / "letters"))
    setting = replace(SETTING, templates=folder)
    assert check_slip(setting) == []
    slip = folder / "fr/bordereau.md"
    wrong = slip.read_text(encoding="utf-8").replace("{{ l.poids |", "{{ l.poid |")
    slip.write_text(wrong, encoding="utf-8")
    (first, second) = check_slip(setting)
    assert "letters/fr/bordereau.md:" in str(first.source)
    assert "vouliez-vous « poids »" in second.what
    slip.unlink()
    assert check_slip(setting) == []
