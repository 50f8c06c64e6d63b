"""The first page of a report, on paper and on screen: its figures and facts, each by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import page
import pikepdf
import pytest

from relance.report import Measures, first_page, printed
from relance.report.findings import ReportFinding, findings
from relance.report.forecast import BackTest, Trial
from relance.report.key_figures import KeyFigure
from relance.report.units import Unit
from relance.text.typography import ordinary
from report.test_figures import invoice, measured, note, payment, report
from report.test_output import DAY, POUNDS, calls, full, pdf_text, run, settled
from story import EVERY_DAY, company, past_letter, put_into_register

# ---------------------------------------------------------------- Five figures with their change

# On 1 July 2026 F3 is late and F4 not: 250 open, 200 late. A year before, F1 alone was open, and
# late. In the year F1 came in, 90 days late; in the year before F2, early.
TWO_YEARS = (
    invoice("F1", "2025-05-01", "100.00", "2025-06-01")
    + payment("F1", "2025-08-30", "100.00")
    + invoice("F2", "2025-06-01", "60.00", "2025-06-30")
    + payment("F2", "2025-06-25", "60.00")
    + invoice("F3", "2026-05-01", "200.00", "2026-06-01")
    + invoice("F4", "2026-06-15", "50.00", "2026-07-15")
)


def written(measures: Measures) -> dict[str, tuple[str, str, str]]:
    return {
        f.name: (ordinary(f.value), ordinary(f.change), ordinary(f.before))
        for f in first_page.figures(measures)
    }


def test_five_figures_against_a_period_earlier(tmp_path: Path) -> None:
    # DSO: 250 / 250 sold × 365 days; before, 100 / 160 sold × 62 days since the first invoice
    # = 38.75.
    assert written(measured(tmp_path, TWO_YEARS)) == {
        "Encours": ("250 €", "+150", "contre 100"),
        "En retard": ("200 €", "+100", "contre 100"),
        "DSO": ("365 j", "+326,2", "contre 38,8"),
        "Retard moyen": ("90 j", "+90", "contre 0"),
        "Encaissé": ("100 €", "+40", "contre 60"),
    }


def test_a_shorter_period_is_compared_with_one_as_short(tmp_path: Path) -> None:
    """June has 30 days: stocks of 30 June stand beside those of 31 May, flows beside those of
    May."""
    own = measured(tmp_path, TWO_YEARS, "2026-06-30", "2026-06")
    found = written(own)
    # F3 alone was open on 31 May, and not late yet.
    assert found["Encours"] == ("250 €", "+50", "contre 200")
    assert found["En retard"] == ("200 €", "+200", "contre 0")
    assert found["Retard moyen"] == ("–", "", "rien avant")
    assert found["Encaissé"] == ("0 €", "0", "contre 0")


def test_nothing_is_compared_with_a_time_before_the_first_invoice(tmp_path: Path) -> None:
    own = measured(tmp_path, invoice("F1", "2026-05-01", "100.00", "2026-06-01"))
    assert {figure.before for figure in own.key_figures} == {None}
    assert set(written(own).values()) == {
        *{("100 €", "", "rien avant"), ("62 j", "", "rien avant")},
        *{("–", "", "rien avant"), ("0 €", "", "rien avant")},
    }


@pytest.mark.parametrize(
    ("value", "before", "shown"),
    [("80.00", "100.00", "−20"), ("100.00", "100.00", "0"), ("1320.40", "0.00", "+1 320")],
)
def test_a_change_has_its_sign(tmp_path: Path, value: str, before: str, shown: str) -> None:
    figure = KeyFigure("encours", Unit.AMOUNT, Decimal(value), Decimal(before))
    own = replace(measured(tmp_path, TWO_YEARS), key_figures=(figure,))
    (told,) = first_page.figures(own)
    assert told.change.translate({0x202F: " "}) == shown


def test_a_change_is_that_of_the_figures_as_shown() -> None:
    # 10.04 and 9.96 days are both read as 10.0.
    assert KeyFigure("dso", Unit.DAYS, Decimal("10.04"), Decimal("9.96")).change == 0


def test_programs_get_them_too(tmp_path: Path) -> None:
    company(tmp_path, TWO_YEARS, EVERY_DAY)
    told = json.loads(run(tmp_path, "--au", DAY, "--format", "json").stdout)["chiffres"]
    found = {(r["cle"], r["mesure"]): r["valeur"] for r in told if r["rubrique"] == "synthese"}
    assert found["encours", "valeur"] == "250.00"
    assert found["dso", "avant"] == "38.8"
    assert found["dso", "ecart"] == "326.2"
    (first,) = (r["valeur"] for r in told if (r["rubrique"], r["mesure"]) == FIRST)
    assert first == "200.00"


FIRST = ("a-traiter", "en-retard")

# ---------------------------------------------------------------- Whom to act on


def owed(link: str, amount: str, account: str, due: str = "2026-06-01") -> str:
    return invoice(link, "2026-05-01", amount, due, account)


def acted_on(measures: Measures) -> list[tuple[str, str, str]]:
    return [
        (client.name, ordinary(client.late), ordinary(client.days))
        for client in first_page.clients(measures)
    ]


def test_the_three_whose_lateness_weighs_most(tmp_path: Path) -> None:
    ledger = (
        owed("F1", "100.00", "Durand")
        + owed("F2", "40.00", "Durand", "2026-06-20")
        + owed("F3", "120.00", "Mairie")
        + owed("F4", "130.00", "Martin")
        + owed("F5", "10.00", "Club")
        + owed("F6", "900.00", "Club", "2026-08-01")  # not late: weighs nothing
    )
    assert acted_on(measured(tmp_path, ledger)) == [
        ("Durand SARL", "140", "30 jours"),
        ("Mme Martin", "130", "30 jours"),
        ("Commune de Valbois", "120", "30 jours"),
    ]


def test_what_waits_for_nobody_is_left_out(tmp_path: Path) -> None:
    """A running promise, a dispute, a payment plan, proceedings: none is brought nearer by
    acting on the client."""
    promise = note("2026-06-20", "promesse", "F1", "  echeance: 2026-07-20\n")
    insolvent = note("2026-06-20", "procedure-collective", "", "  jugement: 2026-06-15\n")
    dispute = note("2026-06-20", "litige", "F3", "  montant: 100.00 EUR\n")
    ledger = (
        owed("F1", "500.00", "Durand")
        + promise
        + owed("F2", "400.00", "Martin")
        + insolvent.replace("Durand", "Martin")
        + owed("F3", "120.00", "Mairie")
        + dispute.replace("Durand", "Mairie")
    )
    # Of the town's 120, 100 are disputed.
    assert acted_on(measured(tmp_path, ledger)) == [("Commune de Valbois", "20", "30 jours")]


def test_the_last_thing_done_and_what_the_plan_awaits(tmp_path: Path) -> None:
    story = company(tmp_path, owed("F1", "100.00", "Durand"), EVERY_DAY)
    (never,) = first_page.clients(report(story).currencies[0])
    assert (never.last, ordinary(never.awaited)) == ("aucune", "relance-1 n° 1 : à émettre")
    put_into_register(story, "2026-06-10", [past_letter("R20260610-01", "relance-1", "F1")])
    (reminded,) = first_page.clients(report(story).currencies[0])
    assert reminded.last == "relance-1 le 10/06/2026"
    assert ordinary(reminded.awaited) == "relance-2 n° 2 : à émettre"


# ---------------------------------------------------------------- Facts that one case is enough for


def said(measures: Measures) -> list[str]:
    return [ordinary(sentence) for sentence in printed.sentences(measures)]


def test_the_longest_lateness(tmp_path: Path) -> None:
    ledger = owed("F1", "100.00", "Durand") + owed("F2", "900.00", "Martin", "2026-06-20")
    # 1 June to 1 July; the larger sum is younger.
    words = "Le plus long retard est de 30 jours : Durand SARL, F1, 100 €."
    assert said(measured(tmp_path, ledger)) == [words]


def test_a_claim_under_a_plan_is_not_late_the_longest(tmp_path: Path) -> None:
    plan = note("2026-06-10", "echeancier", "F1", "  echeance: 2026-07-10\n  montant: 100.00 EUR\n")
    ledger = owed("F1", "100.00", "Durand") + plan + owed("F2", "90.00", "Martin", "2026-06-20")
    words = "Le plus long retard est de 11 jours : Mme Martin, F2, 90 €."
    assert said(measured(tmp_path, ledger))[0] == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 créance ouverte a dépassé sa date de prescription"),
        (2, "2 créances ouvertes ont dépassé leur date de prescription"),
    ],
)
def test_claims_beyond_their_limitation(tmp_path: Path, count: int, words: str) -> None:
    """Five years from 1 February 2021 at the latest: 1 February 2026."""
    ledger = "".join(
        invoice(f"F{n}", "2021-01-02", "10.00", "2021-02-01") for n in range(count)
    ) + invoice("F9", "2023-01-02", "10.00", "2023-02-01")
    assert f"{words}, selon le calcul du programme." in said(measured(tmp_path, ledger))


def test_what_should_come_in_four_weeks(tmp_path: Path) -> None:
    """Five claims, all paid ten days late: one that is a day late will be paid in nine days."""
    ledger = settled(5) + invoice("F9", "2026-05-31", "100.00", "2026-06-30")
    words = (
        "D'ici 4 semaines, 100 € devraient rentrer de ce qui est facturé ; "
        "huit fois sur dix, entre 100 € et 100 €."
    )
    assert words in said(measured(tmp_path / "a", ledger))
    fewer = settled(4) + invoice("F9", "2026-05-31", "100.00", "2026-06-30")
    assert not [line for line in said(measured(tmp_path / "b", fewer)) if "semaines" in line]


# ---------------------------------------------------------------- Facts that ten cases stand behind


def kind_of(measures: Measures, kind: str) -> list[ReportFinding]:
    return [finding for finding in findings(measures) if finding.kind == kind]


def test_tones_are_compared(tmp_path: Path) -> None:
    """Ten claims reminded kindly, half of them paid within 15 days; ten firmly, none."""
    ledger = calls(10).replace("#appel", "#reponse") + "".join(
        invoice(f"F4{n:02}", "2026-01-02", "10.00", "2026-02-01") for n in range(10)
    )
    story = company(tmp_path, ledger, EVERY_DAY)
    for letter, tone, first in (("R20260205-01", "doux", "F2"), ("R20260205-02", "ferme", "F4")):
        cited = [f"{first}{n:02}" for n in range(10)]
        issued = past_letter(letter, "relance-1", *cited, balance="10.00")
        put_into_register(story, f"2026-02-0{letter[-1]}", [replace(issued, tone=tone)])
    assert (
        "En 15 jours, le ton doux recouvre 50 % (10 observations), le ton ferme 0 % (10)."
        in said(report(story).currencies[0])
    )


@pytest.mark.parametrize(("count", "there"), [(10, True), (9, False)])
def test_promises_kept(tmp_path: Path, count: int, there: bool) -> None:
    """Promised for 20 February on the 5th, all but the first two paid on the 11th."""
    ledger = settled(count - 2)
    for n in range(2):
        ledger += invoice(f"F2{n:02}", "2026-01-02", "10.00", "2026-02-01")
    for link in [*(f"F1{n:02}" for n in range(count - 2)), "F200", "F201"]:
        ledger += note("2026-02-05", "promesse", link, "  echeance: 2026-02-20\n")
    words = "80 % des 10 promesses arrivées à leur terme ont été tenues en entier."
    assert (words in said(measured(tmp_path, ledger))) is there


def accounts(count: int) -> str:
    """So many clients, the first three owing 20 and each other 10."""
    return "".join(
        f'\n2010-01-01 open Actifs:Clients:C{n:02}\n  client: "Client {n:02}"\n'
        + owed(f"F{n:02}", "20.00" if n < 3 else "10.00", f"C{n:02}", "2026-08-01")
        for n in range(count)
    )


@pytest.mark.parametrize(("count", "there"), [(10, True), (9, False)])
def test_who_owes_most(tmp_path: Path, count: int, there: bool) -> None:
    # 60 of 130
    words = (
        "Client 00, Client 01, Client 02 portent 46 % de l'encours, "
        "sur 10 clients qui doivent quelque chose."
    )
    assert (words in said(measured(tmp_path, accounts(count)))) is there


@pytest.mark.parametrize(("count", "there"), [(10, True), (9, False)])
def test_how_much_is_old(tmp_path: Path, count: int, there: bool) -> None:
    ledger = "".join(
        invoice(f"F{n:02}", "2026-01-02", "10.00", "2026-02-01" if n < 4 else "2026-08-01")
        for n in range(count)
    )
    # Four of ten claims are 150 days late.
    words = (
        "40 % de l'encours ont plus de 90 jours de retard, hors litiges et échéanciers "
        "(10 créances ouvertes)."
    )
    assert (words in said(measured(tmp_path, ledger))) is there


@pytest.mark.parametrize(("count", "there"), [(10, True), (9, False)])
def test_how_right_forecasts_were(tmp_path: Path, count: int, there: bool) -> None:
    """Each month 100 came in of the 90 to 120 expected, usually 110: all hits, 10 % off."""
    trial = Trial(date(2026, 1, 31), 4, *map(Decimal, ("90", "110", "120", "100")))
    own = replace(measured(tmp_path, settled(1)), back_tests=(BackTest(4, (trial,) * count),))
    words = (
        "Sur 4 semaines, les prévisions se seraient trompées de 10 % en moyenne ; "
        "l'encaissement est tombé dans la fourchette 10 fois sur 10."
    )
    assert (words in said(own)) is there


def test_punctuality_is_compared_with_the_period_before(tmp_path: Path) -> None:
    year_before = "".join(
        invoice(f"F5{n:02}", "2025-01-02", "10.00", "2025-02-01")
        + payment(f"F5{n:02}", "2025-01-20" if n < 5 else "2025-02-11", "10.00")
        for n in range(10)
    )
    assert (
        "0 % des 10 créances réglées sur la période l'ont été à l'échéance ou avant, "
        "contre 50 % sur la période précédente."
        in said(measured(tmp_path, settled(10) + year_before))
    )


# ---------------------------------------------------------------- Currencies with little in them


LITTLE = (
    "En GBP, Club de voile doit 80 GBP, dont 80 GBP en retard. "
    "Pas assez de chiffres pour en dire plus."
)


def pounds(count: int) -> str:
    return "".join(
        invoice(f"P{n:02}", "2026-05-01", "80.00", "2026-06-01", "Club", "GBP")
        for n in range(count)
    )


def test_a_currency_with_little_in_it_is_a_line(tmp_path: Path) -> None:
    story = company(tmp_path, settled(10) + POUNDS, EVERY_DAY)
    shown = " ".join(ordinary(run(tmp_path, "--au", DAY, "--complet").stdout).split())
    assert LITTLE in shown and "en GBP" not in shown
    text = " ".join(ordinary(printed.markdown(report(story), "Essai")).split())
    assert LITTLE in text and "Le détail en GBP" not in text
    # Programs still get all of it.
    figures = json.loads(run(tmp_path, "--au", DAY, "--format", "json").stdout)["chiffres"]
    assert {r["rubrique"] for r in figures if r["devise"] == "GBP"} >= {"balance-agee", "dso"}


@pytest.mark.parametrize(("count", "currencies"), [(9, ["EUR"]), (10, ["EUR", "GBP"])])
def test_ten_claims_make_a_currency_worth_a_page(
    tmp_path: Path, count: int, currencies: list[str]
) -> None:
    made = report(company(tmp_path, settled(11) + pounds(count), EVERY_DAY))
    assert [own.currency for own in made.at_length] == currencies


def test_the_currency_with_most_claims_comes_first(tmp_path: Path) -> None:
    made = report(company(tmp_path, settled(1) + pounds(2), EVERY_DAY))
    assert [own.currency for own in made.in_order] == ["GBP", "EUR"]
    assert [own.currency for own in made.at_length] == ["GBP"]  # told at length however few
    assert "bilan en GBP" not in printed.markdown(made, "Essai")


# ---------------------------------------------------------------- One screen, one page


def test_the_summary_is_one_screen(tmp_path: Path) -> None:
    full(tmp_path)
    shown = run(tmp_path, "--au", DAY).stdout
    # A sentence is whole in a pipe: on a screen it takes a line for each 80 signs.
    assert sum(max(1, -(-len(line) // 80)) for line in shown.splitlines()) <= 40
    words = " ".join(ordinary(shown).split())
    assert "Encours En retard DSO Retard moyen Encaissé" in words
    # 70 thirty days late, 30 disputed and 100 in a plan, of 200: 35, 15 and 50 %
    assert "0 70 0 0 0 30 100 0 % 35 % 0 % 0 % 0 % 15 % 50 %" in words
    assert "Rentré en 30 jours : relance-1 10 % (12)" in words
    assert "Balance âgée" not in words
    assert "Balance âgée" in run(tmp_path, "--au", DAY, "--complet").stdout


def test_the_bar_is_as_long_as_its_parts(tmp_path: Path) -> None:
    full(tmp_path)
    bars = [line for line in run(tmp_path, "--au", DAY).stdout.splitlines() if "░░" in line]
    # Of 76 columns 35, 15 and 50 %: 26.6, 11.4 and 38, their edges rounded
    assert bars == ["░" * 27 + "/" * 11 + "=" * 38]


def pages(content: bytes, folder: Path) -> list[str]:
    return pdf_text(content, folder).split("\f")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return printed.files(report(full(tmp_path_factory.mktemp("entreprise"))), "Essai")["bilan.pdf"]


@pytest.mark.slow
def test_the_paper_is_archived_and_accessible(made: bytes) -> None:
    faults = [
        f"{profile} {fault.rule_id} {fault.message}"
        for profile in ("3a", "ua1")
        for fault in page.validate_pdf_bytes(made, profile=profile).failures
    ]
    assert faults == []


@pytest.mark.slow
def test_every_drawing_is_told_in_words(made: bytes) -> None:
    with pikepdf.open(BytesIO(made)) as pdf:
        tagged = [x for x in pdf.objects if isinstance(x, pikepdf.Dictionary)]
        told = [ordinary(str(x.Alt)) for x in tagged if x.get("/S") == "/Figure"]
    assert len(told) == 5
    assert told[0].startswith(
        "Une barre de tout l'encours en EUR : non échu 0, soit 0 % ; 1–30 j 70"
    )
    assert "> 90 j 0, soit 0 % ; litige 30, soit 15 % ; échéancier 100, soit 50 %" in told[0]
    assert told[1].startswith("Une ligne : le DSO va de")
    assert told[2] == "Une barre par étape : relance-1 10 % de 1 200 demandés (12 actions)"


@pytest.mark.slow
def test_page_one_has_all_of_the_summary(made: bytes, tmp_path: Path) -> None:
    first, second = (" ".join(ordinary(text).split()) for text in pages(made, tmp_path)[:2])
    for heading in ("Encours", "L'encours par âge", "Le DSO, mois par mois", "À traiter d'abord"):
        assert heading in first
    assert "Ce que chaque étape a fait rentrer en 30 jours" in first
    assert LITTLE in first
    assert second.startswith("Le détail en EUR")


LONG = "Société Coopérative Agricole et Viticole des Coteaux de Saint-Barthélemy-le-Plain"


@pytest.mark.slow
def test_page_one_holds_all_that_can_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of fact at once, names that are long, sums of millions, six steps."""
    text = (printed.MODEL / "constats.md").read_text(encoding="utf-8")
    kinds = [line.split('"')[1] for line in text.splitlines() if "c.sorte ==" in line]
    number = Decimal("12345678.90")
    every = tuple(
        ReportFinding(
            kind,
            names=("etape-au-nom-long-1",) * 3 if kind in ("etapes", "tons") else (LONG,) * 3,
            counts=(1354, 1250, 104),
            shares=(Decimal("0.41"),) * 3,
            days=(Decimal("302.8"),) * 2,
            amounts=(number,) * 3,
        )
        for kind in kinds
    )
    monkeypatch.setattr(printed, "findings", lambda _: every)
    story = full(tmp_path)
    whole = report(story)
    own = whole.at_length[0]
    (step,) = own.recoveries.by_step
    steps = tuple(replace(step, name=f"etape-au-nom-long-{n}") for n in range(6))
    figures = tuple(
        replace(f, value=number / 10**4, before=number)
        if f.unit is Unit.DAYS
        else replace(f, value=number, before=2 * number)
        for f in own.key_figures
    )
    client = replace(own.priorities[0].client, name=LONG)
    first = replace(own.priorities[0], client=client, late=number, awaited=f"{LONG} : à émettre")
    row = own.aged.rows[0]
    aged = replace(own.aged, rows=(replace(row, columns=dict.fromkeys(row.columns, number)),))
    own = replace(
        own,
        key_figures=figures,
        priorities=(first,) * 3,
        aged=aged,
        recoveries=replace(own.recoveries, by_step=steps),
    )
    others = tuple(replace(o, currency=c) for o in whole.in_a_line for c in ("GBP", "CHF", "USD"))
    content = printed.files(replace(whole, currencies=(own, *others)), LONG)["bilan.pdf"]
    first_text, second_text = (" ".join(ordinary(p).split()) for p in pages(content, tmp_path)[:2])
    assert second_text.startswith("Le détail en EUR")
    assert "En USD, Club de voile doit" in first_text


@pytest.mark.slow
def test_the_smallest_company_has_two_pages(tmp_path: Path) -> None:
    story = company(tmp_path, owed("F1", "1320.00", "Durand") + owed("F2", "150.00", "Durand"))
    content = printed.files(report(story), "Essai")["bilan.pdf"]
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
    text = " ".join(ordinary(" ".join(pages(content, tmp_path))).split())
    assert "Pas assez de chiffres pour mesurer les délais de paiement" in text
