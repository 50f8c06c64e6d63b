"""Limitation periods by debtor and by act, and the clients to hand over with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from relance.claims.claim import Claim, Receipt
from relance.claims.limitation import Limitation, limitation
from relance.decision.notices import time_barred
from relance.runs.summary import summarise
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.facts import Client
from relance.values.kinds import DebtorType
from relance.values.problem import Source
from relance.values.terms import LimitationPeriod
from story import (
    CREDITOR,
    EVERY_DAY,
    Story,
    company,
    day_of,
    decide,
    issue,
    past_letter,
    plan,
    posted,
    put_into_register,
)

SOURCE = Source("main.beancount", 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def claim(
    debtor: DebtorType | None = DebtorType.PROFESSIONAL, *, service: str = "", due: str = ""
) -> Claim:
    """1 000 EUR invoiced on 1 March 2022, due on 31 March unless told otherwise."""
    return Claim(
        client=Client("Actifs:Clients:Durand", "Durand", SOURCE, debtor=debtor),
        invoice="F1",
        label="F1",
        instalment=1,
        instalments=1,
        amount=Decimal(1000),
        currency="EUR",
        invoiced=day("2022-03-01"),
        due=day(due or "2022-03-31"),
        source=SOURCE,
        service=day(service) if service else None,
    )


def paid(on: str, *, credit_note: bool = False, linked: bool = True) -> Receipt:
    return Receipt(day(on), Decimal(100), credit_note=credit_note, linked=linked)


@pytest.mark.parametrize(
    ("debtor", "last"),
    [
        (DebtorType.PROFESSIONAL, "2027-03-01"),
        (DebtorType.OTHER, "2027-03-01"),
        (DebtorType.CONSUMER, "2024-03-01"),
        (DebtorType.PUBLIC, "2026-12-31"),  # four years from 1 January 2023
        (None, "2024-03-01"),  # unknown: the shortest
    ],
)
def test_the_period_of_each_debtor(debtor: DebtorType | None, last: str) -> None:
    assert limitation(claim(debtor)) == Limitation(day(last))


@pytest.mark.parametrize(
    ("debtor", "written", "last", "counts"),
    [
        (DebtorType.PROFESSIONAL, "1 an", "2023-03-01", True),
        (DebtorType.PROFESSIONAL, "18 mois", "2023-09-01", True),
        (DebtorType.PUBLIC, "1 an", "2023-03-01", True),
        (DebtorType.CONSUMER, "1 an", "2023-03-01", True),
        (DebtorType.CONSUMER, "3 ans", "2024-03-01", False),  # never longer than the law's
        (DebtorType.PROFESSIONAL, "5 ans", "2027-03-01", False),
    ],
)
def test_a_written_period_counts_when_it_is_the_shorter(
    debtor: DebtorType, written: str, last: str, *, counts: bool
) -> None:
    """Carriage of goods (C. com. L133-6), electronic communications (CPCE postes L34-2)."""
    period = LimitationPeriod.parse(written)
    barred = limitation(replace(claim(debtor), limitation=period))
    assert barred == Limitation(day(last), None, period if counts else None)


def test_a_written_period_starts_anew_as_long_as_it_was() -> None:
    """C. civ. 2231: a part paid on 10 June 2022 gives another year."""
    year = LimitationPeriod(12)
    short = replace(claim(), limitation=year, receipts=(paid("2022-06-10"),))
    assert limitation(short) == Limitation(day("2023-03-01"), day("2023-06-10"), year)
    assert ordinary(time_barred(limitation(short))) == (
        "prescription le 1er mars 2023 (1 an), reportée au 10 juin 2023"
    )


def test_the_invoice_then_the_client_then_the_policy_write_a_period(tmp_path: Path) -> None:
    """Invoiced on 1 January 2026: a year, eighteen months, two years."""
    bills = "".join(
        f"""
2026-01-01 * "Facture" ^{name}
  echeance: 2026-01-31{more}
  Actifs:Clients:{account}  100.00 EUR
  Produits:Ventes
"""
        for name, account, more in (
            ("F1", "Durand", '\n  prescription: "1 an"'),
            ("F2", "Durand", ""),
            ("F3", "Club", ""),
        )
    )
    story = company(tmp_path, bills, "prescription: 2 ans\n")
    story.replace('"Durand SARL"', '"Durand SARL"\n  prescription: "18 mois"')
    on = day_of(story, "2026-02-01")
    last = {c.invoice: on.limitation(c).last_day.isoformat() for c in on.open}
    assert last == {"F1": "2027-01-01", "F2": "2027-07-01", "F3": "2028-01-01"}


@pytest.mark.parametrize(
    "text", ["1", "un an", "0 mois", "6 ans", "61 mois", "1,5 an", "2 jours", "12 mois et demi"]
)
def test_what_is_no_period(text: str) -> None:
    assert LimitationPeriod.parse(text) is None


@pytest.mark.parametrize(
    ("service", "due", "last"),
    [
        ("", "2022-03-31", "2027-03-01"),  # the invoice
        ("2022-01-15", "2022-03-31", "2027-01-15"),  # the work came first
        ("2022-03-20", "2022-03-31", "2027-03-01"),
        ("", "2022-02-20", "2027-02-20"),  # due before it was invoiced
        ("2020-02-29", "2022-03-31", "2025-02-28"),
    ],
)
def test_time_runs_from_the_earliest_day(service: str, due: str, last: str) -> None:
    assert limitation(claim(service=service, due=due)).original == day(last)


def test_a_claim_without_due_date_has_a_limitation_too() -> None:
    assert limitation(replace(claim(), due=None)).original == day("2027-03-01")


@pytest.mark.parametrize(
    ("acts", "moved"),
    [
        ([], None),
        (["2024-06-10"], "2029-06-10"),
        (["2024-06-10", "2023-01-01"], "2029-06-10"),  # in any order
        (["2027-03-01"], "2032-03-01"),  # the last day
        (["2027-03-02"], None),  # too late
        (["2026-03-01", "2030-05-05"], "2035-05-05"),  # the second within the moved period
        (["2022-02-28"], None),  # before the debt
    ],
)
def test_an_acknowledgement_starts_it_anew(acts: list[str], moved: str | None) -> None:
    found = limitation(claim(), [day(each) for each in acts])
    assert found == Limitation(day("2027-03-01"), day(moved) if moved else None)
    assert found.last_day == day(moved or "2027-03-01")


@pytest.mark.parametrize(
    ("receipt", "moved"),
    [
        (paid("2024-06-10"), "2029-06-10"),
        (paid("2024-06-10", credit_note=True), None),  # the creditor's own act
        (paid("2024-06-10", linked=False), None),  # our imputation, not the debtor's word
        (replace(paid("2024-06-10"), waived=True), None),  # a loss the creditor enters
        (paid("2027-06-10"), None),
    ],
)
def test_a_payment_of_a_part_starts_it_anew(receipt: Receipt, moved: str | None) -> None:
    found = limitation(replace(claim(), receipts=(receipt,)))
    assert found.moved == (day(moved) if moved else None)


def test_a_public_body_s_new_period_also_runs_from_january() -> None:
    found = limitation(claim(DebtorType.PUBLIC), [day("2024-06-10")])
    assert found == Limitation(day("2026-12-31"), day("2028-12-31"))


# ---------------------------------------------------------------- In the plan

INVOICE = """
2026-01-01 * "Facture" ^{0}
  echeance: 2026-01-31
  Actifs:Clients:{1}  1000.00 EUR
  Produits:Ventes
"""
# The formal notice is the only reminder: contentieux follows it.
SHORT = EVERY_DAY + "parcours: {standard: [mise-en-demeure, contentieux]}\n"


def handed_over(tmp_path: Path, *accounts: str, more: str = "") -> Story:
    """Clients whose formal notice of 2 March was posted and received on the 5th."""
    ledger = "".join(INVOICE.format(f"F{n}", name) for n, name in enumerate(accounts, 1))
    made = company(tmp_path, ledger + more, SHORT)
    for letter in issue(made, "2026-03-02")["lettres"]:
        posted(made, letter["id"], "2026-03-03", "2026-03-05")
    return made


def test_contentieux_issues_no_letter_and_lists_the_client(tmp_path: Path) -> None:
    """To 1 April: 1 000 × 12.15 % × 60 d / 365 = 19.97, and 40 EUR."""
    result = plan(handed_over(tmp_path, "Durand"), "2026-04-01")
    assert result["lettres"] == []
    assert [wait["code"] for wait in result["attentes"]] == ["contentieux"]
    barred = {"initiale": "2031-01-01", "reportee": None}
    assert result["transmettre"] == [
        {
            "compte": "Actifs:Clients:Durand",
            "client": "Durand SARL",
            "suivi_par": None,
            "totaux": [
                {
                    "devise": "EUR",
                    "principal": "1000.00",
                    "penalites": "19.97",
                    "indemnite": "40.00",
                }
            ],
            "prescription": barred,
            "factures": [
                {
                    "facture": "F1",
                    "tranche": 1,
                    "echeance": "2026-01-31",
                    "devise": "EUR",
                    "principal": "1000.00",
                    "penalites": "19.97",
                    "indemnite": "40.00",
                    "prescription": barred,
                }
            ],
            "commande": "relance dossier Actifs:Clients:Durand",
        }
    ]


def test_nobody_to_hand_over_before_that(tmp_path: Path) -> None:
    assert plan(handed_over(tmp_path, "Durand"), "2026-03-12")["transmettre"] == []


def test_totals_by_client_and_currency(tmp_path: Path) -> None:
    """Two claims in EUR, one in GBP whose fee stays in EUR; a dispute of 300 is not handed over:
    interest on 700 × 12.15 % × 60 / 365 = 13.98."""
    pounds = INVOICE.format("F3", "Durand").replace("EUR", "GBP")
    dispute = (
        '2026-03-20 note Actifs:Clients:Durand "Conteste" ^F2 #litige\n  montant: 300.00 EUR\n'
    )
    made = handed_over(tmp_path, "Durand", "Durand", more=pounds + dispute)
    (client,) = plan(made, "2026-04-01")["transmettre"]
    assert [tuple(total.values()) for total in client["totaux"]] == [
        ("EUR", "1700.00", "33.95", "80.00"),
        ("GBP", "1000.00", "19.97", "40.00"),
    ]


def test_the_moved_date_needs_an_act_in_the_ledger(tmp_path: Path) -> None:
    """Both dates are kept, and the first claim to be time-barred is the client's."""
    note = '2026-03-20 note Actifs:Clients:Durand "Reconnaît" ^F1 #reconnaissance\n'
    made = handed_over(tmp_path, "Durand", "Durand", more=note)
    (client,) = plan(made, "2026-04-01")["transmettre"]
    assert [own["prescription"] for own in client["factures"]] == [
        {"initiale": "2031-01-01", "reportee": "2031-03-20"},
        {"initiale": "2031-01-01", "reportee": None},
    ]
    assert client["prescription"] == {"initiale": "2031-01-01", "reportee": None}


def test_only_a_public_body_s_limitation_moves_with_a_demand(tmp_path: Path) -> None:
    """Sent on 3 March 2026: four years from 1 January 2027, as it happens the same last day as
    at first, so nothing moves; a demand of the year after does move it."""
    made = handed_over(tmp_path, "Mairie", "Durand")
    posted(made, "R20260302-01", "2027-02-01")
    posted(made, "R20260302-02", "2027-02-01")
    told = {c["client"]: c["prescription"] for c in plan(made, "2027-03-01")["transmettre"]}
    assert told == {
        "Commune de Valbois": {"initiale": "2030-12-31", "reportee": "2031-12-31"},
        "Durand SARL": {"initiale": "2031-01-01", "reportee": None},
    }


def test_a_demand_about_another_claim_moves_nothing(tmp_path: Path) -> None:
    made = handed_over(tmp_path, "Mairie", "Mairie")
    other = past_letter("R20270201-01", "relance-1", "F2", account="Actifs:Clients:Mairie")
    put_into_register(made, "2027-02-01", [other])
    posted(made, "R20270201-01", "2027-02-01")
    shown = CliRunner().invoke(
        cli.relance, ["expliquer", "F1", "--au", "2027-03-01", "--dossier", str(tmp_path)]
    )
    assert "prescription le 31 décembre 2030 (calcul" in " ".join(ordinary(shown.output).split())


def test_the_terminal_and_the_summary_list_it_last(tmp_path: Path) -> None:
    late = '2026-03-20 * "Facture" ^G1\n  echeance: 2026-03-25\n  Actifs:Clients:Club  50.00 EUR\n'
    made = handed_over(tmp_path, "Durand", more=late + "  Produits:Ventes\n")
    made.write("relance.yaml", CREDITOR + EVERY_DAY + "parcours: {petit-montant: [relance-1]}\n")
    made.replace('client: "Club de voile"', 'client: "Club de voile"\n  parcours: "petit-montant"')
    day_ = "2026-04-20"
    result = CliRunner().invoke(cli.relance, ["plan", "--au", day_, "--dossier", str(tmp_path)])
    shown = " ".join(ordinary(result.output).split())
    assert shown.index("En attente") < shown.index("À transmettre : 1 client")
    assert "Durand SARL 1 000,00 € + pénalités 26,30 € + indemnité 40,00 €" in shown
    assert "prescription le 1er janvier 2031" in shown
    assert "relance dossier Actifs:Clients:Durand" in shown
    decided = decide(made, day_)
    assert [letter.client.label for letter in decided.letters] == ["Club de voile"]
    summary = ordinary(summarise(replace(decided, letters=()), made.facts, ()))
    assert summary.rstrip().endswith(
        "| Durand SARL | F1 | 1 000,00 € + pénalités 26,30 € + indemnité 40,00 € "
        "| prescription le 1er janvier 2031 |"
    )


def test_a_due_date_put_off_since_bears_nothing_yet(tmp_path: Path) -> None:
    """A step that only counts its gap may come before a due date that was corrected."""
    policy = EVERY_DAY + "etapes: {contentieux: {apres: null, ecart: 1}}\n"
    policy += "parcours: {standard: [relance-1, contentieux]}\n"
    made = company(tmp_path, INVOICE.format("F1", "Durand"), policy)
    assert issue(made, "2026-02-07")["lettres"]
    made.replace("echeance: 2026-01-31", "echeance: 2026-03-31")
    (client,) = plan(made, "2026-02-10")["transmettre"]
    assert [tuple(total.values()) for total in client["totaux"]] == [
        ("EUR", "1000.00", "0.00", "0.00")
    ]
