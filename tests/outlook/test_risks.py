"""Clients by exposure, weighted delay and trend, and what is suggested, added up by hand."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from relance.claims.on_day import OnDay
from relance.outlook.risks import Risk, risks, weighted_delay
from relance.terminal import cli
from relance.text.typography import ordinary
from story import Story, claims, company, plan

DAY = "2026-07-01"


def invoice(link: str, due: str, amount: str, paid: str = "", account: str = "Durand") -> str:
    """An invoice of January 2025 with its due date, and the day it was paid whole."""
    text = f"""
2025-01-02 * "Facture" ^{link}
  echeance: {due}
  Actifs:Clients:{account}  {amount} EUR
  Produits:Ventes
"""
    if paid:
        text += f"""
{paid} * "Virement" ^{link}
  Actifs:Banque  {amount} EUR
  Actifs:Clients:{account}
"""
    return text


def found(made: Story, day: str = DAY) -> tuple[Risk, ...]:
    return risks(OnDay(made.policy, made.books, date.fromisoformat(day)))


def only(tmp_path: Path, ledger: str) -> Risk:
    (risk,) = found(company(tmp_path, ledger))
    return risk


OPEN = invoice("F9", "2026-07-20", "500.00")  # not late yet


@pytest.mark.parametrize(
    ("ledger", "delay"),
    [
        (OPEN, None),  # nothing paid, nothing late
        (invoice("F1", "2026-05-10", "100.00", "2026-05-10"), 0),
        (invoice("F1", "2026-05-10", "100.00", "2026-05-01"), 0),  # early is in time
        (invoice("F1", "2026-05-10", "100.00", "2026-05-30"), 20),
        # (300 × 10 + 100 × 30) / 400 = 15
        (
            invoice("F1", "2026-05-10", "300.00", "2026-05-20")
            + invoice("F2", "2026-05-10", "100.00", "2026-06-09"),
            15,
        ),
        # (300 × 0 + 100 × 21) / 400 = 5.25
        (
            invoice("F1", "2026-05-10", "300.00", "2026-05-10")
            + invoice("F2", "2026-06-10", "100.00"),
            5,
        ),
        # (100 × 1 + 100 × 2) / 200 = 1.5, half-up
        (
            invoice("F1", "2026-05-10", "100.00", "2026-05-11")
            + invoice("F2", "2026-05-10", "100.00", "2026-05-12"),
            2,
        ),
        (invoice("F1", "2025-05-10", "100.00", "2025-07-01"), None),  # a year ago to the day
        (invoice("F1", "2025-05-10", "100.00", "2025-07-02"), 53),
    ],
)
def test_the_delay_weighted_by_amounts_over_twelve_months(
    tmp_path: Path, ledger: str, delay: int | None
) -> None:
    made = company(tmp_path, ledger)
    found_claims = claims(made, DAY).values()
    assert weighted_delay(found_claims, date(2025, 7, 1), date(2026, 7, 1)) == delay


def test_a_credit_note_is_no_payment(tmp_path: Path) -> None:
    ledger = invoice("F1", "2026-05-10", "100.00", "2026-06-30").replace(
        '"Virement" ^F1', '"Avoir" ^F1 #avoir'
    )
    made = company(tmp_path, ledger)
    half = (date(2026, 1, 1), date(2026, 7, 1))
    assert weighted_delay(claims(made, DAY).values(), *half) is None


@pytest.mark.parametrize(
    ("before", "after", "figures", "trend"),
    [
        ("2025-09-20", "2026-03-20", (10, 10), "stable"),
        ("2025-09-20", "2026-03-24", (10, 14), "stable"),
        ("2025-09-20", "2026-03-25", (10, 15), "hausse"),
        ("2025-09-25", "2026-03-20", (15, 10), "baisse"),
        ("2025-06-20", "2026-03-20", (None, 10), ""),  # before the twelve months
    ],
)
def test_the_last_six_months_against_the_six_before(
    tmp_path: Path, before: str, after: str, figures: tuple[int | None, int], trend: str
) -> None:
    """Due on 10 September 2025 (10 June in the last row) and 10 March 2026."""
    earlier = "2025-06-10" if before < "2025-07" else "2025-09-10"
    risk = only(
        tmp_path,
        invoice("F1", earlier, "100.00", before)
        + invoice("F2", "2026-03-10", "100.00", after)
        + OPEN,
    )
    assert (risk.before, risk.recent, risk.trend) == (*figures, trend)


def test_exposure_first_and_never_mixed(tmp_path: Path) -> None:
    ledger = (
        invoice("F1", "2026-06-10", "100.00")
        + invoice("F2", "2026-07-20", "50.00")
        + invoice("G1", "2026-07-20", "400.00", account="Mairie")
        + invoice("H1", "2026-06-10", "900.00").replace("EUR", "GBP")
        + invoice("K1", "2026-06-10", "900.00", "2026-06-12", account="Club")
    )
    told = [
        (r.client.label, r.currency, r.exposure, r.late) for r in found(company(tmp_path, ledger))
    ]
    assert told == [
        ("Commune de Valbois", "EUR", Decimal(400), Decimal(0)),
        ("Durand SARL", "EUR", Decimal(150), Decimal(100)),
        ("Durand SARL", "GBP", Decimal(900), Decimal(900)),
    ]


DEPOSIT, SHORTER, CALL = "acompte à la commande", "délai plus court", "un appel avant l'échéance"


@pytest.mark.parametrize(
    ("paid", "suggested"),
    [
        ("2026-05-14", []),  # 4 days
        ("2026-05-15", [CALL]),
        ("2026-05-24", [CALL]),  # 14 days
        ("2026-05-25", [SHORTER, CALL]),
        ("2026-06-08", [SHORTER, CALL]),  # 29 days
        ("2026-06-09", [DEPOSIT, SHORTER, CALL]),
    ],
)
def test_what_is_suggested(tmp_path: Path, paid: str, suggested: list[str]) -> None:
    risk = only(tmp_path, invoice("F1", "2026-05-10", "100.00", paid) + OPEN)
    assert list(risk.suggestions) == suggested


def test_no_call_before_a_due_date_that_has_passed(tmp_path: Path) -> None:
    assert only(tmp_path, invoice("F1", "2026-06-10", "100.00")).suggestions == (SHORTER,)


def test_a_worsening_client(tmp_path: Path) -> None:
    ledger = invoice("F1", "2025-09-10", "100.00", "2025-09-10") + OPEN
    risk = only(tmp_path, ledger + invoice("F2", "2026-03-10", "100.00", "2026-03-18"))
    assert risk.suggestions == ("délai plus court",)  # 8 days now, none before: 4 in all
    assert risk.reasons == ("4 jours de retard moyen", "en hausse de 8 jours")


@pytest.mark.parametrize(
    ("account", "line", "suggested"),
    [
        ("Mairie", "", [CALL]),  # its rules set the term, and it never pays before the service
        ("Durand", "  relance: FALSE\n", []),
        ("Martin", "", [DEPOSIT, SHORTER, CALL]),
    ],
)
def test_to_whom(tmp_path: Path, account: str, line: str, suggested: list[str]) -> None:
    late = invoice("F1", "2026-05-10", "100.00", "2026-06-20")
    made = company(tmp_path, (late + OPEN).replace(":Durand", f":{account}"))
    if line:
        made.replace('  type: "professionnel"\n', f'  type: "professionnel"\n{line}')
    (risk,) = found(made)
    assert list(risk.suggestions) == suggested


def test_insolvency_asks_for_a_deposit(tmp_path: Path) -> None:
    note = '2026-06-20 note Actifs:Clients:Durand "Redressement" #procedure-collective\n'
    risk = only(tmp_path, OPEN + note)
    assert risk.suggestions == (DEPOSIT,)
    assert risk.reasons == ("procédure collective",)


def test_as_json_and_as_a_table_the_plan_unchanged(tmp_path: Path) -> None:
    made = company(tmp_path, invoice("F1", "2026-05-10", "100.00", "2026-06-09") + OPEN)
    before = plan(made, DAY)
    arguments = ["plan", "--risques", "--au", DAY, "--dossier", str(tmp_path)]
    told = json.loads(CliRunner().invoke(cli.relance, [*arguments, "--format", "json"]).output)
    assert told == {
        "date": DAY,
        "risques": [
            {
                "compte": "Actifs:Clients:Durand",
                "client": "Durand SARL",
                "suivi_par": None,
                "devise": "EUR",
                "encours": "500.00",
                "echu": "0.00",
                "retard": 30,
                "retard_6_mois": 30,
                "retard_6_mois_avant": None,
                "tendance": None,
                "suggestions": [DEPOSIT, SHORTER, CALL],
                "raisons": ["30 jours de retard moyen"],
            }
        ],
    }
    shown = " ".join(ordinary(CliRunner().invoke(cli.relance, arguments).output).split())
    assert "Durand SARL 500,00 € 0,00 € 30 j 30 j" in shown
    assert f"Durand SARL : {DEPOSIT}, {SHORTER}, {CALL} (30 jours de retard moyen)" in shown
    assert plan(made, DAY) == before
