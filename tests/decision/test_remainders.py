"""What a formal notice demanded and the payment of its invoice left open: told, asked, given up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from claims.test_penalty_account import INVOICE, RUNS, dunned, paid
from letters.test_letters import SETTING
from relance.decision.planner import make_plan
from relance.letters.compose import compose
from relance.outlook.people import only
from relance.text.frontmatter import front_matter
from relance.text.typography import ordinary
from story import EVERY_DAY, Json, Story, company, day_of, issue, only_letter, plan

REMIND = "penalites: {reliquat: relancer}"
PAID = paid("2026-08-10", "1500.00")  # 55.29 is left of what the notice of 31 July demanded


def remainder(story: Story, day: str) -> Json:
    (told,) = plan(story, day)["reliquats"]
    assert isinstance(told, dict)
    return told


def test_it_is_told_and_not_sent(tmp_path: Path) -> None:
    """From the day of the payment on, whatever the day."""
    story = dunned(tmp_path, PAID)
    assert plan(story, "2026-08-09")["reliquats"] == []
    for day in ("2026-08-10", "2026-12-01"):
        assert plan(story, day)["lettres"] == []
        told = remainder(story, day)
        assert (told["facture"], told["demande"], told["reste"]) == ("F1", "55.29", "55.29")
        assert (told["penalites"], told["indemnite"], told["code"]) == (
            "15.29",
            "40.00",
            "reliquat",
        )
        assert told["commande"] == "relance noter --abandon-penalites F1"


@pytest.mark.slow
def test_nothing_is_left_of_what_was_paid_waived_or_small(tmp_path: Path) -> None:
    waiver = '\n2026-08-20 note Actifs:Clients:Durand "Geste" ^F1 #abandon-penalites\n'
    for number, (ledger, policy) in enumerate(
        (
            (paid("2026-08-10", "1555.29"), ""),
            (PAID + waiver, ""),
            (PAID, "penalites: {reliquat: abandonner}"),
            (PAID, "penalites: {seuil-reliquat: 55.29}"),
            (PAID + '\n2026-08-20 note Actifs:Clients:Durand "RJ" #procedure-collective\n', ""),
        )
    ):
        story = dunned(tmp_path / str(number), ledger, policy)
        assert plan(story, "2026-09-15")["reliquats"] == []
        assert plan(story, "2026-09-15")["lettres"] == []


def test_each_person_sees_those_of_their_clients(tmp_path: Path) -> None:
    story = dunned(tmp_path, PAID)
    whole = make_plan(day_of(story, "2026-09-15"))
    assert len(only(whole, lambda _client: True).remainders) == 1
    assert only(whole, lambda _client: False).remainders == ()


def test_only_a_notice_leaves_a_decision(tmp_path: Path) -> None:
    """What relance-2 demanded alone is in the account, and no decision."""
    story = company(tmp_path, INVOICE + paid("2026-07-20", "1500.00"), EVERY_DAY)
    for day in RUNS:
        issue(story, day)
    on = day_of(story, "2026-08-30")
    assert plan(story, "2026-08-30")["reliquats"] == []
    (account,) = on.penalties.all()
    assert f"{account.left.total:.2f}" == "47.64"


def test_a_letter_asks_it_once(tmp_path: Path) -> None:
    """15 days after the payment and the notice's receipt (3 and 10 August): on the 25th."""
    story = dunned(tmp_path, PAID, REMIND)
    assert remainder(story, "2026-08-24")["code"] == "reliquat-ecart"
    assert remainder(story, "2026-08-24")["prochaine"] == "2026-08-25"
    letter = only_letter(issue(story, "2026-08-25"))
    assert (letter["etape"], letter["total"]) == ("reliquat", "55.29")
    assert (letter["penalites"], letter["indemnite"]) == ("15.29", "40.00")
    (line,) = letter["factures"]
    assert (line["solde"], line["demande"]) == ("0.00", True)
    assert [segment["montant"] for segment in line["segments"]] == ["15.29"]
    told = remainder(story, "2026-10-15")
    assert (told["code"], told["reste"]) == ("reliquat-demande", "55.29")
    assert plan(story, "2026-10-15")["lettres"] == []
    story.add(paid("2026-10-01", "55.29"))
    assert plan(story, "2026-10-15")["reliquats"] == []


def test_its_account_shows_what_came_in(tmp_path: Path) -> None:
    """20 of interest and fee came in: half of the fee."""
    story = dunned(tmp_path, paid("2026-08-10", "1520.00"), REMIND)
    letter = only_letter(plan(story, "2026-08-25"))
    assert (letter["penalites"], letter["indemnite"]) == ("15.29", "20.00")
    assert remainder(story, "2026-08-25")["recu"] == "20.00"


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ('note Actifs:Clients:Durand "Plus tard" #suspension', "suspension"),
        ('note Actifs:Clients:Durand "Conteste" ^F1 #litige', "litige"),
    ],
)
def test_what_holds_letters_holds_this_one(tmp_path: Path, note: str, code: str) -> None:
    story = dunned(tmp_path, f"{PAID}\n2026-08-20 {note}\n", REMIND)
    assert remainder(story, "2026-08-25")["code"] == code
    assert plan(story, "2026-08-25")["lettres"] == []


def test_money_without_a_reference_is_no_certain_payment(tmp_path: Path) -> None:
    story = dunned(tmp_path, paid("2026-08-10", "1500.00", ""), REMIND)
    assert remainder(story, "2026-08-25")["code"] == "credit-non-affecte"


def test_a_private_person_is_asked_what_ran_from_the_notice(tmp_path: Path) -> None:
    """30 days from 3 August: 3.39, and no fee; paid within the notice's days, nothing."""
    late = paid("2026-09-02", "1500.00").replace("Durand", "Martin")
    story = dunned(tmp_path, late, REMIND, client="Martin")
    letter = only_letter(plan(story, "2026-09-17"))
    assert (letter["total"], letter["penalites"], letter["indemnite"]) == ("3.39", "3.39", "0.00")
    in_time = paid("2026-08-18", "1500.00").replace("Durand", "Martin")
    story = dunned(tmp_path / "2", in_time, REMIND, client="Martin")
    assert plan(story, "2026-09-17")["reliquats"] == []


WORDS = {
    "fr": ("Facture F1 payée", "Reste à régler", "15,29 € de principal"),
    "en": ("Invoice F1 paid", "Still due", "€15.29 of principal"),
    "de": ("Rechnung F1 bezahlt", "Noch zu zahlen", "Hauptforderung von 15,29 €"),
}


@pytest.mark.parametrize("language", WORDS)
def test_its_letter_gives_the_account(tmp_path: Path, language: str) -> None:
    """With the segments of what was demanded, the law of its debtor, the sum in the code; the
    payment settled interest first, so what is left of it is principal."""
    story = dunned(tmp_path, PAID, REMIND)
    (decided,) = make_plan(day_of(story, "2026-08-25")).letters
    setting = replace(SETTING, language=language)
    text = ordinary(compose(decided, setting))
    for words in (*WORDS[language], "R20260731-01", "L441-10", "D441-5"):
        assert words in text
    order = front_matter(text)[0]["virement"]
    assert isinstance(order, dict)
    assert order["montant"] == Decimal("55.29")
