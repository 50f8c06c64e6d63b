"""Who a client is: its figures by hand arithmetic, the profile they make, where it shows."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from places import LETTERS
from relance.claims.claim import Claim, Receipt
from relance.claims.profile import PaymentRecord, Relation, judge, payment_record, profile_of
from relance.claims.promises import Promise, PromiseOutcome
from relance.files.explanation import explain
from relance.letters.compose import (
    LetterSetting,
    companions,
    compose,
    compose_call_sheet,
)
from relance.policy.settings import Creditor, Policy, ProfileSettings
from relance.specimens.previews import check_templates
from relance.terminal.views.plan_view import show_plan
from relance.text.typography import ordinary
from relance.values.dates import months_after
from relance.values.facts import Client, Note
from relance.values.issued import IssuedLetter
from relance.values.kinds import NoteSort, Profile, Reason
from relance.values.problem import Source
from story import company, day_of, decide, issue, past_letter, plan, refusal

DAY = date(2026, 11, 21)
SOURCE = Source("main.beancount", 1)
POLICY = Policy(creditor=Creditor(name="Essai", address=("69001 LYON",)))
DURAND = Client("Actifs:Clients:Durand", "Durand SARL", SOURCE)


def claim(invoice: str, amount: str, due: date, *receipts: tuple[date, str], **facts: Any) -> Claim:
    known: dict[str, Any] = {
        "client": DURAND,
        "label": invoice,
        "instalment": 1,
        "instalments": 1,
        "currency": "EUR",
        "invoiced": due - timedelta(30),
        "source": SOURCE,
    }
    paid = tuple(Receipt(day, Decimal(sum_)) for day, sum_ in receipts)
    return Claim(
        invoice=invoice, amount=Decimal(amount), due=due, **{"receipts": paid} | known | facts
    )


def settled(n: int, days: int = 0, due: date = date(2026, 5, 10), amount: str = "100.00") -> Claim:
    """An invoice paid whole, so many days after its due date."""
    return claim(f"F{n}", amount, due, (due + timedelta(days), amount))


def late(n: int = 99) -> Claim:
    return claim(f"F{n}", "100.00", date(2026, 11, 10))


def given_up(n: int, paid: str, lost: str) -> Claim:
    """An invoice due on 10 May, so much paid that day, the rest entered as a loss in October."""
    due = date(2026, 5, 10)
    loss = Receipt(date(2026, 10, 10), Decimal(lost), waived=True)
    own = (
        claim(f"F{n}", "100.00", due, (due, paid))
        if Decimal(paid)
        else claim(f"F{n}", "100.00", due)
    )
    return replace(own, receipts=(*own.receipts, loss))


def note(day: date, reason: Reason) -> Note:
    return Note(day, DURAND.account, NoteSort.CALL, "Appel.", SOURCE, reason=reason)


def broken(last: date, outcome: PromiseOutcome = PromiseOutcome.BROKEN) -> Promise:
    day = last - timedelta(10)
    promise = Note(day, DURAND.account, NoteSort.PROMISE, "Promesse.", SOURCE, due=last)
    return Promise(promise, last, outcome)


def notice(day: str) -> IssuedLetter:
    return past_letter(f"R{day}-01", "mise-en-demeure", "F1", rank=3)


def record(*claims: Claim, **known: Any) -> PaymentRecord:
    return payment_record(Relation(DURAND, claims, **known), POLICY, DAY)


def profile(*claims: Claim, **known: Any) -> Profile:
    return judge(Relation(DURAND, claims, **known), POLICY, DAY).profile


# ---------------------------------------------------------------- The figures


@pytest.mark.parametrize(
    ("claims", "days_late"),
    [
        # (140 × 7 + 85 × 55) / 225 = 5655 / 225 = 25.13; the open invoice counts for nothing
        (
            [
                settled(1, 7, amount="140.00"),
                settled(2, 55, amount="85.00"),
                claim("F3", "9000.00", date(2026, 2, 1)),
            ],
            "25.1",
        ),
        ([settled(1, -20), settled(2, 10)], "5.0"),  # early counts 0: (0 + 10) / 2
        ([settled(1, 0)], "0.0"),
        # the last payment closes it: 30 days late, though half came in time
        (
            [
                claim(
                    "F1",
                    "100.00",
                    date(2026, 5, 10),
                    (date(2026, 5, 10), "50.00"),
                    (date(2026, 6, 9), "50.00"),
                )
            ],
            "30.0",
        ),
        # within the tolerance of 1 EUR it is settled
        ([claim("F1", "100.00", date(2026, 5, 10), (date(2026, 5, 14), "99.00"))], "4.0"),
        ([claim("F1", "100.00", date(2026, 5, 10), (date(2026, 5, 14), "98.99"))], None),
        # 21 November 2025 is twelve months before: the day after is the first that counts
        ([settled(1, 5, due=date(2025, 11, 16))], None),
        ([settled(1, 5, due=date(2025, 11, 17))], "5.0"),
        ([], None),
        ([claim("F1", "100.00", date(2026, 5, 10))], None),
    ],
)
def test_the_average_delay_is_weighted_by_the_amounts(
    claims: list[Claim], days_late: str | None
) -> None:
    expected = None if days_late is None else Decimal(days_late)
    assert record(*claims).days_late == expected


def test_a_credit_note_is_no_payment() -> None:
    due = date(2026, 5, 10)
    cancelled = (Receipt(date(2026, 9, 1), Decimal("100.00"), credit_note=True),)
    assert record(claim("F1", "100.00", due, receipts=cancelled)) == PaymentRecord()
    # 60 paid 2 days late, then 40 credited 114 days late: the client was 2 days late for 60;
    # with 60 paid 10 days late, (60 × 2 + 60 × 10) / 120 = 6
    part = (
        Receipt(date(2026, 5, 12), Decimal("60.00")),
        Receipt(date(2026, 9, 1), Decimal("40.00"), credit_note=True),
    )
    both = record(claim("F1", "100.00", due, receipts=part), settled(2, 10, amount="60.00"))
    assert (both.days_late, both.settled) == (Decimal("6.0"), 2)


@pytest.mark.parametrize(
    ("paid", "lost", "settled_", "delay"),
    [
        ("0", "100.00", 0, None),  # given up whole
        ("60.00", "40.00", 0, None),  # and in part: it was never paid
        ("99.50", "0.50", 1, Decimal("0.0")),  # within the tolerance of 1: paid on its day
    ],
)
def test_what_was_given_up_was_not_paid(
    paid: str, lost: str, settled_: int, delay: Decimal | None
) -> None:
    found = record(given_up(1, paid, lost))
    assert (found.settled, found.days_late, found.late_now) == (settled_, delay, 0)


def test_amounts_of_two_currencies_never_meet() -> None:
    """In EUR (100 × 10 + 300 × 30) / 400 = 25 for two claims, in GBP 1 for one: 51 / 3 = 17."""
    pounds = claim(
        "F3", "9000.00", date(2026, 5, 10), (date(2026, 5, 11), "9000.00"), currency="GBP"
    )
    found = record(settled(1, 10), settled(2, 30, amount="300.00"), pounds)
    assert found.days_late == Decimal("17.0")


def test_the_other_figures() -> None:
    first = settled(1, 3)
    old = settled(4, 80, due=date(2024, 5, 10))
    half = [
        claim("F5", "50.00", date(2026, 6, 1), (date(2026, 6, 1), "50.00")),
        claim("F5", "50.00", date(2026, 12, 1), instalment=2, instalments=2),
    ]
    found = record(first, settled(2), settled(3), old, *half, late())
    assert found.settled == 4  # F5 has an instalment to come
    assert found.recent == 3
    assert found.on_time == 75  # F2, F3 and the first part of F5, of four
    assert found.longest == 3
    assert found.late_now == 1


def test_notices_promises_and_reasons_have_their_windows() -> None:
    found = record(
        letters=(
            notice("20241121"),  # 24 months before, to the day: too old
            notice("20241122"),
            notice("20260901"),
            past_letter("R20261001-01", "relance-2", "F1", rank=2),
        ),
        promises=(
            broken(date(2024, 11, 21)),
            broken(date(2024, 11, 22)),
            broken(date(2026, 6, 1), PromiseOutcome.KEPT),
            broken(date(2026, 7, 1), PromiseOutcome.PARTLY_KEPT),
        ),
        notes=(
            note(date(2025, 11, 21), Reason.CASH),
            note(date(2025, 11, 22), Reason.APPROVAL),
            note(date(2026, 11, 21), Reason.APPROVAL),
            note(date(2026, 11, 22), Reason.CASH),
        ),
    )
    assert (found.notices, found.broken_promises) == (2, 1)
    assert found.promises[PromiseOutcome.KEPT] == found.promises[PromiseOutcome.PARTLY_KEPT] == 1
    assert found.reasons == {Reason.APPROVAL: 2}


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 12, date(2025, 11, 21)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 12, 1), 24, date(2024, 12, 1)),
        (date(2026, 3, 15), 3, date(2025, 12, 15)),
    ],
)
def test_months_before(day: date, months: int, before: date) -> None:
    assert months_after(day, -months) == before


# ---------------------------------------------------------------- The profile

TWO_NOTICES = (notice("20260301"), notice("20260901"))
CASH = (note(date(2026, 6, 1), Reason.CASH),)
LOYAL = (settled(1), settled(2, 3), settled(3, 2))


@pytest.mark.parametrize(
    ("claims", "known", "expected"),
    [
        ([], {}, Profile.NEW),
        ([settled(1)], {}, Profile.NEW),
        ([settled(1), settled(2, 20)], {}, Profile.OCCASIONAL),
        (LOYAL, {}, Profile.LOYAL),
        # 5 days on average is the last that is loyal
        ([settled(1, 5), settled(2, 5), settled(3, 5)], {}, Profile.LOYAL),
        ([settled(1, 5), settled(2, 5), settled(3, 6)], {}, Profile.OCCASIONAL),
        # two of the three are older than twelve months
        (
            [settled(1), *(settled(n, due=date(2025, 3, 1)) for n in (2, 3))],
            {},
            Profile.OCCASIONAL,
        ),
        ([*LOYAL, late()], {}, Profile.FIRST_DELAY),
        ([settled(1), settled(2, 5), late()], {}, Profile.FIRST_DELAY),
        ([settled(1), settled(2, 6), late()], {}, Profile.OCCASIONAL),
        ([*LOYAL, late()], {"letters": (notice("20260901"),)}, Profile.LOYAL),
        ([*LOYAL, late()], {"promises": (broken(date(2026, 6, 1)),)}, Profile.LOYAL),
        ([settled(1), late()], {}, Profile.NEW),
        # nothing settled for a year: nothing says that it is the first delay
        ([*(settled(n, due=date(2025, 3, 1)) for n in (1, 2)), late()], {}, Profile.OCCASIONAL),
        ([settled(1, 30), settled(2, 30)], {}, Profile.BAD_PAYER),
        ([settled(1, 29), settled(2, 30)], {}, Profile.OCCASIONAL),  # 29.5
        ([settled(1, 90)], {}, Profile.NEW),  # once is no habit
        ([late()], {"letters": TWO_NOTICES}, Profile.BAD_PAYER),
        (
            [late()],
            {"letters": (notice("20260301"),), "promises": (broken(date(2026, 6, 1)),)},
            Profile.BAD_PAYER,
        ),
        ([late()], {"promises": (broken(date(2026, 6, 1)),)}, Profile.NEW),
        (LOYAL, {"notes": CASH}, Profile.IN_DIFFICULTY),
        ([late()], {"notes": CASH, "letters": TWO_NOTICES}, Profile.IN_DIFFICULTY),
        (LOYAL, {"notes": (note(date(2025, 11, 21), Reason.CASH),)}, Profile.LOYAL),
        (LOYAL, {"notes": (note(date(2026, 6, 1), Reason.APPROVAL),)}, Profile.LOYAL),
    ],
)
def test_the_first_profile_that_fits(
    claims: list[Claim], known: dict[str, Any], expected: Profile
) -> None:
    assert profile(*claims, **known) is expected


def test_a_cancelled_notice_counts_for_nothing() -> None:
    first, second = TWO_NOTICES
    undone = replace(second, cancellation=date(2026, 9, 3))
    assert profile(late(), letters=(first, undone)) is Profile.NEW


def test_the_user_s_own_judgement_wins() -> None:
    friend = replace(DURAND, profile=Profile.LOYAL)
    found = judge(Relation(friend, (late(),), CASH, TWO_NOTICES), POLICY, DAY)
    assert found.profile is Profile.LOYAL
    assert found.because == "écrit sous le client (profil:)"
    assert found.record.notices == 2  # the figures stay


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Profile.LOYAL),
        ({"loyal": {"invoices": 4}}, Profile.OCCASIONAL),
        ({"loyal": {"days_late": 1}}, Profile.OCCASIONAL),
        ({"new": {"invoices": 4}}, Profile.NEW),
        ({"bad": {"days_late": 2}}, Profile.BAD_PAYER),
        ({"bad": {"incidents": 1}}, Profile.BAD_PAYER),
        ({"difficulty": {"times": 2}}, Profile.LOYAL),
    ],
)
def test_the_thresholds_are_the_policy_s(settings: dict[str, Any], expected: Profile) -> None:
    """Three invoices, 2 days late on average, one formal notice."""
    figures = PaymentRecord(
        settled=3, recent=3, days_late=Decimal("2.0"), longest=4, notices=1, late_now=1
    )
    assert profile_of(DURAND, figures, ProfileSettings(**settings)) is expected


# ---------------------------------------------------------------- Where it is read and shown

INVOICE = """
2026-{month}-01 * "Facture" ^F{n}
  echeance: 2026-{month}-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
"""
PAYMENT = """
2026-{month}-{day} * "Virement" ^F{n}
  Actifs:Banque  100.00 EUR
  Actifs:Clients:Durand
"""


def paid(n: int, month: str, day: str) -> str:
    facts = {"n": n, "month": month, "day": day}
    return INVOICE.format(**facts) + PAYMENT.format(**facts)


REGULAR = paid(1, "03", "10") + paid(2, "04", "10") + paid(3, "05", "12")
OPEN = INVOICE.format(n=4, month="06")
CASH_NOTE = (
    '\n2026-06-15 note Actifs:Clients:Durand "Trésorerie tendue." ^F4 #appel\n'
    '  raison: "tresorerie"\n'
)


def test_the_plan_s_json_tells_the_profile_and_its_figures(tmp_path: Path) -> None:
    result = plan(company(tmp_path, REGULAR + OPEN), "2026-06-17")
    (letter,) = result["lettres"]
    assert letter["profil"] == "premier-retard"
    (durand,) = [each for each in result["profils"] if each["compte"].endswith("Durand")]
    assert durand == {
        "compte": "Actifs:Clients:Durand",
        "profil": "premier-retard",
        "parce_que": "en retard aujourd'hui, jamais de plus de 5 j auparavant",
        "factures_reglees": 3,
        "factures_reglees_periode": 3,
        "retard_moyen": "0.7",  # (0 + 0 + 2) / 3
        "a_temps": 67,
        "plus_long_retard": 2,
        "en_retard": 1,
        "mises_en_demeure": 0,
        "promesses": {
            "en_cours": 0,
            "tenues": 0,
            "tenues_en_partie": 0,
            "rompues": 0,
            "remplacees": 0,
        },
        "raisons": {},
    }
    (wait,) = plan(company(tmp_path / "b", REGULAR + OPEN), "2026-06-11")["attentes"]
    assert wait["profil"] == "premier-retard"


def test_the_profile_chooses_tone_and_rules(tmp_path: Path) -> None:
    gentle = plan(company(tmp_path / "a", REGULAR + OPEN), "2026-06-17")["lettres"][0]
    assert gentle["ton"] == "doux"
    rule = "regles:\n  - {si: {profil: premier-retard}, ton: ferme}\n"
    firm = plan(company(tmp_path / "b", REGULAR + OPEN, rule), "2026-06-17")["lettres"][0]
    assert firm["ton"] == "ferme"


def test_the_client_s_own_profile_is_read(tmp_path: Path) -> None:
    ledger = """
2026-01-01 open Actifs:Clients:Ami
  client: "Ami"
  profil: "fidele"
"""
    result = plan(company(tmp_path, ledger), "2026-06-17")
    assert {p["compte"]: p["profil"] for p in result["profils"]}["Actifs:Clients:Ami"] == "fidele"
    told = refusal(tmp_path / "b", ledger.replace("fidele", "fidel"))
    assert "« profil » ne connaît pas « fidel »" in told
    assert "vouliez-vous « fidele » ?" in told


def test_the_terminal_shows_the_profile_beside_the_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = company(tmp_path, REGULAR + OPEN)
    show_plan(decide(story, "2026-06-17"), "Essai")
    shown = " ".join(capsys.readouterr().out.split())
    assert "Durand SARL premier-retard, moy. 0,7 j relance-1" in shown
    show_plan(decide(story, "2026-06-11"), "Essai")
    assert "Durand SARL premier-retard, moy. 0,7 j" in capsys.readouterr().out


def test_the_explanation_tells_profile_figures_and_why(tmp_path: Path) -> None:
    story = company(tmp_path, REGULAR + OPEN + CASH_NOTE)
    told = explain(day_of(story, "2026-06-17"), "F4", decide(story, "2026-06-17"))
    assert "profil en-difficulte : trésorerie invoquée 1 fois" in told.facts
    assert (
        "factures réglées : 3, dont 3 sur la période (retard moyen 0,7 j, 67 % à temps)"
        " ; en retard aujourd'hui : 1"
    ) in told.facts
    assert "raisons données : tresorerie (1)" in told.facts
    assert "proposer un échéancier" in told.facts
    assert any("(raison : tresorerie)" in event.what for event in told.events)
    plain = company(tmp_path / "b", REGULAR + OPEN)
    facts = explain(day_of(plain, "2026-06-17"), "F4", decide(plain, "2026-06-17")).facts
    assert "proposer un échéancier" not in facts


# For Friday 12 June, the second in place of the first; its two working days end on the 16th.
PROMISES = """
2026-06-09 note Actifs:Clients:Durand "Règle vendredi." ^F4 #promesse
  echeance: 2026-06-12
  montant: 50.00 EUR
2026-06-10 note Actifs:Clients:Durand "Tout, vendredi." ^F4 #promesse
  echeance: 2026-06-12
"""


def test_the_explanation_counts_promises_by_what_became_of_them(tmp_path: Path) -> None:
    story = company(tmp_path, REGULAR + OPEN + PROMISES)
    told = explain(day_of(story, "2026-06-17"), "F4", decide(story, "2026-06-17"))
    assert "mises en demeure : 0 ; promesses remplacées : 1, rompues : 1" in told.facts


def test_the_call_sheet_tells_the_profile_and_the_letter_never(tmp_path: Path) -> None:
    story = company(tmp_path, REGULAR + OPEN + CASH_NOTE)
    (letter,) = decide(story, "2026-06-17").letters
    setting = LetterSetting(story.policy.creditor, LETTERS)
    sheet = ordinary(compose_call_sheet(letter, setting))
    assert "| Profil | en-difficulte : trésorerie invoquée 1 fois |" in sheet
    assert "| Habitudes | 3 factures réglées, retard moyen 0,7 jour, 67 % à temps |" in sheet
    assert "| Raisons données | tresorerie (1) |" in sheet
    assert "**proposer un échéancier**" in sheet
    text = compose(letter, setting)
    for word in ("profil", "difficulte", "tresorerie", "retard moyen", "échéancier"):
        assert word not in text
    issue(story, "2026-06-17")
    story.add('\n2026-06-18 note Actifs:Clients:Durand "Appel." ^F4 #appel\n')
    (again,) = decide(story, "2026-07-01").letters
    assert "en-difficulte" in companions(again, setting)["appel.md"]


@pytest.mark.parametrize(
    "path",
    [p for p in sorted((LETTERS / "fr").glob("*.*")) if p.name != "appel.md"],
    ids=lambda path: path.name,
)
def test_no_letter_template_mentions_the_profile(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "profil" not in text
    assert not [word for word in Profile if word in text]


@pytest.mark.slow
def test_a_letter_template_that_asks_for_the_profile_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(LETTERS, tmp_path / "letters")
    template = folder / "fr" / "relance-1.md"
    template.write_text(template.read_text(encoding="utf-8") + "\n{{ profil.nom }}\n", "utf-8")
    told = "\n".join(map(str, check_templates(folder, POLICY)))
    assert "la variable « profil » n'existe pas" in told
