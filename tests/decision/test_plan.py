"""The decision, rule by rule: triggers, gaps, deadlines, tracks, waits, grouping, channels, money.

In 2026, 10 March is a Tuesday, 6 April Easter Monday, 1 and 8 May, 14 May (Ascension) and
25 May (Whit Monday) are public holidays.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.claims.on_day import OnDay
from relance.claims.receivables import receivables
from relance.decision.planner import make_plan
from relance.policy.settings import Policy
from relance.values.facts import Books, Client, Note
from relance.values.issued import Dispatch, PendingLetter
from relance.values.kinds import DebtorType, NoteSort
from relance.values.movement import Movement
from relance.values.problem import Source
from story import (
    CREDITOR,
    SENT,
    Json,
    Story,
    cancelled,
    company,
    decide,
    issue,
    issued,
    lines,
    only_letter,
    outcome,
    outcome_in,
    outcomes,
    past_letter,
    plan,
    posted,
    wait_of,
)


def invoice(
    link: str = "F1", due: str = "2026-03-10", amount: str = "100.00 EUR", account: str = "Durand"
) -> str:
    """An invoice of one client, dated 1 January 2026."""
    return f"""
2026-01-01 * "Facture" ^{link}
  echeance: {due}
  Actifs:Clients:{account}  {amount}
  Produits:Ventes
"""


def credit(day: str, amount: str, more: str = "^F1", account: str = "Durand") -> str:
    return f"""
{day} * "Crédit" {more}
  Actifs:Clients:{account}  -{amount}
  {"Produits:Ventes" if "#avoir" in more else "Actifs:Banque"}
"""


def note(day: str, sort: str, *metadata: str, account: str = "Durand") -> str:
    """`sort` with its links: "#litige ^F1"."""
    rows = "".join(f"\n  {row}" for row in metadata)
    return f'\n{day} note Actifs:Clients:{account} "Suivi" {sort}{rows}\n'


# ---------------------------------------------------------------- 1. Triggers


@pytest.mark.parametrize(
    ("due", "day", "expected"),
    [
        # rappel: 3 days before, moved to the working day before, until the eve of the due date
        ("2026-03-10", "2026-03-05", "apres"),
        ("2026-03-10", "2026-03-06", "rappel"),  # 7 March is a Saturday
        ("2026-03-10", "2026-03-09", "rappel"),
        ("2026-03-10", "2026-03-10", "apres"),
        ("2026-04-07", "2026-04-02", "apres"),
        ("2026-04-07", "2026-04-03", "rappel"),  # 4 April is a Saturday
        # relance-1: 7 days after, moved to the working day after
        ("2026-03-10", "2026-03-16", "apres"),
        ("2026-03-10", "2026-03-17", "relance-1"),
        ("2026-03-14", "2026-03-21", "apres"),  # a Saturday
        ("2026-03-14", "2026-03-22", "apres"),
        ("2026-03-14", "2026-03-23", "relance-1"),
        ("2026-03-30", "2026-04-06", "apres"),  # Easter Monday
        ("2026-03-30", "2026-04-07", "relance-1"),
        ("2026-05-01", "2026-05-08", "apres"),  # a Friday, but the 8 May
        ("2026-05-01", "2026-05-11", "relance-1"),
        # a run on a day off is allowed once the trigger is past
        ("2026-03-10", "2026-03-21", "relance-1"),
    ],
)
def test_a_step_triggers_on_a_working_day(
    tmp_path: Path, due: str, day: str, expected: str
) -> None:
    assert outcome(company(tmp_path, invoice(due=due)), day) == expected


@pytest.mark.parametrize(
    ("calendar", "due", "day", "expected"),
    [
        ("", "2026-03-27", "2026-04-03", "relance-1"),
        ('{departement: "67"}', "2026-03-27", "2026-04-03", "apres"),  # Good Friday in Alsace
        ('{departement: "67"}', "2026-03-27", "2026-04-06", "apres"),
        ('{departement: "67"}', "2026-03-27", "2026-04-07", "relance-1"),
        ('{departement: "67"}', "2026-04-07", "2026-04-02", "rappel"),
        ("{jours-ouvres: false}", "2026-03-14", "2026-03-21", "relance-1"),
        ("{jours-ouvres: false}", "2026-03-10", "2026-03-06", "apres"),
        ("{jours-ouvres: false}", "2026-03-10", "2026-03-07", "rappel"),
    ],
)
def test_calendars(tmp_path: Path, calendar: str, due: str, day: str, expected: str) -> None:
    policy = f"calendrier: {calendar}\n" if calendar else ""
    assert outcome(company(tmp_path, invoice(due=due), policy), day) == expected


@pytest.mark.parametrize(
    ("due", "day", "expected"),
    [
        ("2026-03-10", "2026-03-30", "apres"),  # 17 March, hence 31 March
        ("2026-03-10", "2026-03-31", "relance-1"),
        ("2026-03-24", "2026-03-31", "relance-1"),  # falls on the month's end itself
        ("2026-03-25", "2026-03-31", "apres"),  # 1 April, hence 30 April
        ("2026-03-25", "2026-04-30", "relance-1"),
        ("2026-05-10", "2026-05-31", "apres"),  # 31 May is a Sunday
        ("2026-05-10", "2026-06-01", "relance-1"),
    ],
)
def test_month_end(tmp_path: Path, due: str, day: str, expected: str) -> None:
    policy = "etapes: {relance-1: {fin-de-mois: true}}\n"
    assert outcome(company(tmp_path, invoice(due=due), policy), day) == expected


def test_the_next_step_is_announced(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())

    def following(day: str) -> object:
        return wait_of(plan(story, day))["prochaine"]

    assert following("2026-02-10") == {"etape": "rappel", "date": "2026-03-06"}
    assert following("2026-03-10") == {"etape": "relance-1", "date": "2026-03-17"}
    issue(story, "2026-03-23")  # a Monday: relance-2 triggers on the 25th, the gap ends on the 30th
    assert following("2026-03-24") == {"etape": "relance-2", "date": "2026-03-30"}


# ---------------------------------------------------------------- 2. One step at a time


def test_steps_climb_one_by_one_however_late(tmp_path: Path) -> None:
    """A year late: each letter waits for the gap of 7 days or the deadline of the one before.

    Monday 1 June, then 8 June; relance-2 gives 8 days: 16 June, so the notice on the 17th.
    """
    story = company(tmp_path, invoice(due="2026-01-02"))
    said = [issue(story, f"2026-06-{day:02}") for day in range(1, 20)]
    sent = {x["date"]: letter["etape"] for x in said for letter in x["lettres"]}
    assert sent == {
        "2026-06-01": "relance-1",
        "2026-06-08": "relance-2",
        "2026-06-17": "mise-en-demeure",
    }


def test_rank_counts_the_letters_after_the_due_date(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    days = ["2026-03-06", "2026-03-17", "2026-03-25", "2026-04-09"]
    ranks = [only_letter(issue(story, day))["rang"] for day in days]
    assert ranks == [0, 1, 2, 3]
    assert [x.rank for x in story.books.letters] == [0, 1, 2, 3]


# ---------------------------------------------------------------- 3. Time since the last letter


@pytest.mark.parametrize(
    ("policy", "day", "expected"),
    [
        # relance-1 on Tuesday 17 March; relance-2 could trigger from the 18th
        ("", "2026-03-23", "ecart"),
        ("", "2026-03-24", "relance-2"),
        ("ecart: 10\n", "2026-03-26", "ecart"),
        ("ecart: 10\n", "2026-03-27", "relance-2"),
        ("ecart: 11\n", "2026-03-28", "ecart"),  # a Saturday
        ("ecart: 11\n", "2026-03-30", "relance-2"),
        ("ecart: 20\n", "2026-04-06", "ecart"),  # Easter Monday
        ("ecart: 20\n", "2026-04-07", "relance-2"),
    ],
)
def test_the_global_gap(tmp_path: Path, policy: str, day: str, expected: str) -> None:
    story = company(tmp_path, invoice(), policy + "etapes: {relance-2: {apres: 8}}\n")
    issue(story, "2026-03-17")
    assert outcome(story, day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-03-20", "ecart"), ("2026-03-21", "ecart"), ("2026-03-23", "relance-2")],
)
def test_a_steps_own_gap(tmp_path: Path, day: str, expected: str) -> None:
    """4 days after 17 March: Saturday the 21st, hence Monday the 23rd."""
    policy = "ecart-client: 0\netapes: {relance-2: {apres: 8, ecart: 4}}\n"
    story = company(tmp_path, invoice(), policy)
    issue(story, "2026-03-17")
    assert outcome(story, day) == expected


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-03-26", "ecart"), ("2026-03-27", "relance-2")]
)
def test_a_step_without_apres_counts_its_gap_alone(tmp_path: Path, day: str, expected: str) -> None:
    story = company(tmp_path, invoice(), "etapes: {relance-2: {apres: null, ecart: 10}}\n")
    issue(story, "2026-03-17")
    assert outcome(story, day) == expected


@pytest.mark.parametrize(
    ("issued_on", "day", "expected"),
    [
        ("2026-04-20", "2026-04-28", "sous"),  # 8 days: the 28th itself is still theirs
        ("2026-04-20", "2026-04-29", "mise-en-demeure"),
        ("2026-04-24", "2026-05-04", "sous"),  # 2 May is a Saturday: Monday the 4th
        ("2026-04-24", "2026-05-05", "mise-en-demeure"),
    ],
)
def test_the_deadline_given_by_the_last_letter(
    tmp_path: Path, issued_on: str, day: str, expected: str
) -> None:
    story = company(tmp_path, invoice())
    issue(story, "2026-04-13")
    assert only_letter(issue(story, issued_on))["etape"] == "relance-2"
    assert outcome(story, day) == expected


def test_a_cancelled_letter_never_was(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    issue(story, "2026-03-17")
    cancelled(story, "R20260317-01", "2026-03-18")
    assert outcome(story, "2026-03-17") == "apres"  # that day it stood
    again = only_letter(plan(story, "2026-03-18"))
    assert (again["etape"], again["rang"]) == ("relance-1", 1)


def test_the_reminder_before_the_due_date_opens_no_gap_beyond_it(tmp_path: Path) -> None:
    """Issued on 9 March, the gap of 7 days ends on the 16th: relance-1 is on time on the 17th."""
    story = company(tmp_path, invoice())
    issue(story, "2026-03-09")
    assert outcomes(story, ["2026-03-16", "2026-03-17"]) == ["apres", "relance-1"]


# ---------------------------------------------------------------- 4. Dispatch


THIRTY = note("2026-05-01", "#litige ^F1", "montant: 30.00 EUR")
CLOSED = note("2026-06-01", "#litige-clos ^F1")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (THIRTY, CLOSED, "mise-en-demeure"),  # 100 is asked, 70 were demanded
        (THIRTY, note("2026-06-01", "#litige ^F1", "montant: 10.00 EUR"), "mise-en-demeure"),
        # closed by a credit note, 70 are asked; closed once the 70 were paid, the other 30 are
        (THIRTY, CLOSED + credit("2026-06-01", "30.00 EUR", "^F1 #avoir"), "contentieux"),
        (THIRTY, CLOSED + credit("2026-06-01", "70.00 EUR", "^F1"), "mise-en-demeure"),
        ("", note("2026-06-01", "#litige ^F1", "montant: 30.00 EUR"), "contentieux"),
    ],
)
def test_a_part_that_no_notice_demanded_gets_its_own(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    story = company(tmp_path, invoice() + before)
    for day in ("2026-04-14", "2026-04-21", "2026-05-18"):
        issue(story, day)
    posted(story, "R20260518-01", "2026-05-19", "2026-05-20")
    assert outcome(story, "2026-05-29") == "contentieux"
    story.add(after)
    assert outcome(story, "2026-06-02") == expected


def noticed(tmp_path: Path, account: str = "Durand", policy: str = "") -> Story:
    """The notice of 100 EUR due 10 March is issued on Monday 18 May as R20260518-01."""
    story = company(tmp_path, invoice(account=account), policy)
    for day in ("2026-04-14", "2026-04-21", "2026-05-18"):
        issue(story, day)
    assert story.books.letters[-1].step == "mise-en-demeure"
    return story


@pytest.mark.parametrize(
    ("account", "received", "last", "following"),
    [
        ("Durand", "2026-05-20", "2026-05-28", "2026-05-29"),  # 8 days from receipt
        ("Durand", "2026-05-22", "2026-06-01", "2026-06-02"),  # 30 May is a Saturday
        ("Mairie", "2026-05-20", "2026-06-04", "2026-06-05"),  # 15 days
        ("Martin", "2026-05-20", "2026-06-04", "2026-06-05"),
        ("Club", "2026-05-20", "2026-06-04", "2026-06-05"),
    ],
)
def test_a_formal_notice_counts_from_its_receipt(
    tmp_path: Path, account: str, received: str, last: str, following: str
) -> None:
    story = noticed(tmp_path, account)
    posted(story, "R20260518-01", "2026-05-19", received)
    assert outcomes(story, [last, following]) == ["sous", "contentieux"]


def test_a_formal_notice_waits_for_its_dispatch_not_its_issue(tmp_path: Path) -> None:
    """Posted Tuesday 19 May, three working days later Friday 22: 8 days end on Monday 1 June."""
    story = noticed(tmp_path)
    assert outcome(story, "2026-06-02") == "non-postee"
    posted(story, "R20260518-01", "2026-05-19")
    assert outcomes(story, ["2026-05-18", "2026-06-01", "2026-06-02"]) == [
        "non-postee", "sous", "contentieux"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ('"Non réclamé." #retour ^R20260518-01', "contentieux"),
        ('"Pli refusé par le destinataire" #retour ^R20260518-01', "contentieux"),
        ('"Inconnu à l\'adresse." #retour ^R20260518-01', "adresse-a-verifier"),
        ('"Revenue." #retour ^R20260518-01', "retour-sans-motif"),
        ('"Revenue." #retour ^R20260518-01\n  motif: "adresse incomplète"', "adresse-a-verifier"),
        ('"Revenue." #retour ^R20260518-01\n  raison: "non-reclame"', "contentieux"),
    ],
)
def test_a_notice_that_came_back_counts_when_it_was_presented(
    tmp_path: Path, note: str, expected: str
) -> None:
    """Refused or unclaimed it remains valid (Cass. 1re civ. 20 January 2021, 19-20.680)."""
    story = noticed(tmp_path)
    posted(story, "R20260518-01", "2026-05-19")
    story.add(f"\n2026-06-01 note Actifs:Clients:Durand {note}\n")
    assert outcome(story, "2026-06-02") == expected


def test_a_notice_to_a_wrong_address_is_told_first_until_it_is_sent_again(tmp_path: Path) -> None:
    """Sent again on Wednesday 10 June, presumed received on Monday 15: 8 days end on the 23rd."""
    story = noticed(tmp_path)
    posted(story, "R20260518-01", "2026-05-19")
    story.add(
        '\n2026-06-01 note Actifs:Clients:Durand "NPAI" #retour ^R20260518-01\n'
        '  relance: "R20260518-01"\n'
    )
    (first,) = plan(story, "2026-06-02")["non_parvenues"]
    assert (first["id"], first["code"]) == ("R20260518-01", "adresse-a-verifier")
    posted(story, "R20260518-01", "2026-06-10")
    assert plan(story, "2026-06-11")["non_parvenues"] == []
    assert outcomes(story, ["2026-06-23", "2026-06-24"]) == ["sous", "contentieux"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-18", "non-envoyee"),
        ("2026-03-24", "non-envoyee"),  # the fifth working day
        ("2026-03-25", "relance-1"),  # void: due again
    ],
)
def test_a_letter_nobody_sent_is_void(tmp_path: Path, day: str, expected: str) -> None:
    story = company(tmp_path, invoice(), "envoi: {suivi: true, validite: 5}\n")
    issue(story, "2026-03-17")
    assert outcome(story, day) == expected


def test_a_tracked_letter_that_left_counts(tmp_path: Path) -> None:
    story = company(tmp_path, invoice(), "envoi: {suivi: true, validite: 5}\n")
    issue(story, "2026-03-17")
    posted(story, "R20260317-01", "2026-03-18")
    assert outcomes(story, ["2026-03-24", "2026-03-25"]) == ["apres", "relance-2"]


def silent(tmp_path: Path) -> Story:
    """A firm that says nothing of its dispatches: F1 is due on Tuesday 10 March 2026, reminded on
    the 17th (7 days) and the 25th (15 days)."""
    story = company(tmp_path, invoice(), "envoi: {validite: 5}\n")
    issue(story, "2026-03-17")
    (second,) = issue(story, "2026-03-25")["lettres"]
    assert second["etape"] == "relance-2"
    return story


def test_a_letter_that_nobody_notes_is_told_once_its_days_are_over(tmp_path: Path) -> None:
    """Five working days after Tuesday 17 March end on Tuesday 24, after Wednesday 25 on 1 April."""
    story = silent(tmp_path)
    unnoted = {
        day: [(x["id"], x["code"]) for x in plan(story, day)["non_parvenues"]]
        for day in ("2026-03-24", "2026-03-25", "2026-04-01", "2026-04-02")
    }
    first, second = ("R20260317-01", "non-envoyee"), ("R20260325-01", "non-envoyee")
    assert list(unnoted.values()) == [[], [first], [first], [first, second]]
    posted(story, "R20260325-01", "2026-03-26")
    assert plan(story, "2026-04-02")["non_parvenues"] == []


@pytest.mark.parametrize("track", ["", "parcours: {standard: [relance-1, relance-2, contentieux]}"])
def test_neither_notice_nor_court_follows_letters_of_which_nobody_says_that_they_left(
    tmp_path: Path, track: str
) -> None:
    """The notice is for 9 April (30 days), the court for 24 April (45 days)."""
    story = silent(tmp_path)
    day, after = ("2026-04-24", "contentieux") if track else ("2026-04-09", "mise-en-demeure")
    story.write("relance.yaml", f"{CREDITOR}{track}\n")
    assert outcomes(story, ["2026-04-08", day]) == ["apres", "non-envoyee"]
    story.write("relance.yaml", f"{CREDITOR}{track}\nenvoi: {{suivi: false}}\n")
    assert outcome(story, day) == after
    story.write("relance.yaml", f"{CREDITOR}{track}\n")
    posted(story, "R20260317-01", "2026-03-18")
    assert outcome(story, day) == "non-envoyee"
    posted(story, "R20260325-01", "2026-03-26")
    assert outcome(story, day) == after


def test_a_letter_that_never_left_is_cancelled_and_its_step_due_again(tmp_path: Path) -> None:
    story = silent(tmp_path)
    cancelled(story, "R20260325-01", "2026-04-02")
    assert outcome(story, "2026-04-09") == "relance-2"


def test_a_notice_not_posted_is_told_first_whatever_the_firm_says(tmp_path: Path) -> None:
    """Monday 18 May 2026 and five working days: Tuesday 26, Monday 25 being Whit Monday."""
    story = noticed(tmp_path)
    told = {day: plan(story, day)["non_parvenues"] for day in ("2026-05-26", "2026-05-27")}
    assert told["2026-05-26"] == []
    assert [(x["id"], x["code"]) for x in told["2026-05-27"]] == [("R20260518-01", "non-postee")]


@pytest.mark.parametrize(
    ("sent", "counted"), [(["R20260325-01"], 1), (["R20260317-01", "R20260325-01"], 2)]
)
def test_a_notice_knows_which_reminders_have_left(
    tmp_path: Path, sent: list[str], counted: int
) -> None:
    story = silent(tmp_path)
    for letter in sent:
        posted(story, letter, "2026-03-26")
    (notice,) = decide(story, "2026-04-09").letters
    assert [(line.rank, line.sent_before) for line in notice.lines] == [(3, counted)]


@pytest.mark.parametrize(("policy", "counted"), [("envoi: {validite: 5}\n", 0), (SENT, 1)])
def test_a_second_reminder_knows_whether_the_first_has_left(
    tmp_path: Path, policy: str, counted: int
) -> None:
    story = company(tmp_path, invoice(), policy)
    issue(story, "2026-03-17")
    (second,) = decide(story, "2026-03-25").letters
    assert [(line.rank, line.sent_before) for line in second.lines] == [(2, counted)]


def test_untracked_letters_count_from_their_issue(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    issue(story, "2026-03-17")
    assert outcome(story, "2026-03-25") == "relance-2"


# ---------------------------------------------------------------- 5. Tracks and rules


@pytest.mark.parametrize(
    ("track", "follows"),
    [
        ("[relance-2]", False),
        ("[relance-2, contentieux]", False),
        ("[relance-2, mise-en-demeure]", True),
    ],
)
def test_a_letter_announces_only_a_notice_that_will_follow(
    tmp_path: Path, track: str, *, follows: bool
) -> None:
    story = company(tmp_path, invoice(), f"parcours: {{standard: {track}}}\n")
    (letter,) = decide(story, "2026-03-30").letters
    assert letter.notice_follows is follows


OWN_TRACKS = "parcours: {doux: [rappel, relance-1], court: [relance-1, contentieux]}\n"


@pytest.mark.parametrize(
    ("track", "day", "expected"),
    [
        # relance-1 and relance-2 are issued; then the client's own account changes the track
        ("petit-montant", "2026-04-08", "apres"),
        ("petit-montant", "2026-04-09", "mise-en-demeure"),
        ("doux", "2026-06-09", "derniere-etape"),
        ("court", "2026-04-23", "apres"),  # D+45 = Friday 24 April
        ("court", "2026-04-24", "contentieux"),
    ],
)
def test_the_clients_own_track_goes_on_after_what_was_issued(
    tmp_path: Path, track: str, day: str, expected: str
) -> None:
    story = company(tmp_path, invoice(), OWN_TRACKS)
    issue(story, "2026-03-17")
    issue(story, "2026-03-25")
    story.replace('client: "Durand SARL"', f'client: "Durand SARL"\n  parcours: "{track}"')
    assert outcome(story, day) == expected


def test_a_changed_rule_does_not_move_a_claim(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    issue(story, "2026-03-17")
    rule = "regles: [{si: {solde-max: 500}, parcours: petit-montant}]\n"
    story.write("relance.yaml", (story.root / "relance.yaml").read_text() + rule)
    assert outcome(story, "2026-03-25") == "relance-2"


TWO_RULES = """
regles:
  - {si: {solde-max: 50}, parcours: doux}
  - {si: {solde-max: 100}, parcours: petit-montant}
parcours: {doux: [relance-1]}
"""


@pytest.mark.parametrize(
    ("ledger", "track"),
    [
        (invoice(amount="50.00 EUR"), "doux"),
        (invoice(amount="50.01 EUR"), "petit-montant"),
        (invoice(amount="100.00 EUR"), "petit-montant"),
        (invoice(amount="100.01 EUR"), "standard"),
        # the late net total of the client in that currency, not the invoice's own
        (invoice(amount="60.00 EUR") + invoice("F2", amount="60.00 EUR"), "standard"),
        (invoice(amount="60.00 EUR") + invoice("F2", "2026-06-30", "60.00 EUR"), "petit-montant"),
        (invoice(amount="60.00 EUR") + invoice("F2", "2026-03-17", "60.00 EUR"), "petit-montant"),
        (invoice(amount="60.00 EUR") + invoice("F2", amount="60.00 USD"), "petit-montant"),
        (invoice(amount="60.00 EUR") + invoice("F2", account="Mairie"), "petit-montant"),
        (invoice(amount="150.00 EUR") + credit("2026-03-01", "50.00 EUR"), "petit-montant"),
        (invoice(amount="150.00 EUR") + credit("2026-03-01", "50.00 EUR", ""), "petit-montant"),
    ],
)
def test_rules_look_at_the_late_net_total(tmp_path: Path, ledger: str, track: str) -> None:
    story = company(tmp_path, ledger, TWO_RULES)
    told = decide(story, "2026-03-17")
    assert {line.track for x in told.letters for line in x.lines if line.claim.invoice == "F1"} == {
        track
    }


def test_a_rule_without_condition_matches_all(tmp_path: Path) -> None:
    policy = "regles: [{parcours: petit-montant}]\n"
    assert (
        decide(company(tmp_path, invoice(), policy), "2026-03-17").letters[0].track
        == "petit-montant"
    )


def test_a_big_invoice_not_late_yet_is_no_small_sum(tmp_path: Path) -> None:
    """Its reminder before the due date freezes the track, when nothing is late yet."""
    story = company(tmp_path, invoice(amount="10000.00 EUR"), TWO_RULES)
    assert decide(story, "2026-03-09").letters[0].track == "standard"


# ---------------------------------------------------------------- 6. What waits


@pytest.mark.parametrize(
    ("notes", "day", "expected"),
    [
        # promise for Friday 20 March, 2 working days of grace: through Tuesday the 24th
        (note("2026-03-12", "#promesse ^F1", "echeance: 2026-03-20"), "2026-03-24", "promesse"),
        (note("2026-03-12", "#promesse ^F1", "echeance: 2026-03-20"), "2026-03-25", "relance-1"),
        # a part-promise holds the whole claim
        (
            note("2026-03-12", "#promesse ^F1", "echeance: 2026-03-20", "montant: 10.00 EUR"),
            "2026-03-24",
            "promesse",
        ),
        # the latest wins
        (
            note("2026-03-12", "#promesse ^F1", "echeance: 2026-03-13")
            + note("2026-03-16", "#promesse ^F1", "echeance: 2026-03-27"),
            "2026-03-31",
            "promesse",
        ),
        (note("2026-03-12", "#promesse", "echeance: 2026-03-20"), "2026-03-24", "promesse"),
        (note("2026-03-12", "#promesse ^F2", "echeance: 2026-03-20"), "2026-03-24", "relance-1"),
        # a promise made later did not hold the day before
        (note("2026-03-18", "#promesse ^F1", "echeance: 2026-03-20"), "2026-03-17", "relance-1"),
        (note("2026-03-12", "#suspension ^F1"), "2026-12-01", "suspension"),
        (note("2026-03-12", "#suspension ^F2"), "2026-03-17", "relance-1"),
        (note("2026-03-12", "#suspension"), "2026-03-17", "suspension"),
        (
            note("2026-03-12", "#suspension") + note("2026-03-16", "#reprise"),
            "2026-03-17",
            "relance-1",
        ),
        (
            note("2026-03-12", "#suspension ^F1", "jusqu-au: 2026-12-31")
            + note("2026-03-16", "#reprise ^F1"),
            "2026-03-17",
            "relance-1",
        ),
        (
            note("2026-03-12", "#suspension ^F1")
            + note("2026-03-13", "#suspension ^F1", "jusqu-au: 2026-03-16"),
            "2026-03-17",
            "relance-1",
        ),
        (
            note("2026-03-12", "#suspension ^F1")
            + note("2026-03-13", "#reprise ^F1")
            + note("2026-03-16", "#suspension ^F1"),
            "2026-03-17",
            "suspension",
        ),
        (note("2026-03-12", "#litige ^F1"), "2026-03-17", "litige"),
        (note("2026-03-12", "#litige"), "2026-03-17", "litige"),
        (note("2026-03-12", "#litige ^F1", "montant: 120.00 EUR"), "2026-03-17", "litige"),
        (
            note("2026-03-12", "#litige ^F1", "montant: 30.00 EUR")
            + credit("2026-03-13", "70.00 EUR"),
            "2026-03-17",
            "litige",
        ),
        (note("2026-03-12", "#procedure-collective"), "2026-03-17", "procedure-collective"),
        (note("2026-03-12", "#appel ^F1"), "2026-03-17", "relance-1"),
        (note("2026-03-12", "#reconnaissance ^F1"), "2026-03-17", "relance-1"),
    ],
)
def test_follow_up_notes(tmp_path: Path, notes: str, day: str, expected: str) -> None:
    story = company(tmp_path, invoice() + invoice("F2", "2026-12-31") + notes)
    assert outcome(story, day) == expected


def test_insolvency_concerns_the_whole_client(tmp_path: Path) -> None:
    """The note links the invoice that told of it; the law stops every claim born before."""
    ledger = invoice() + invoice("F2") + note("2026-03-12", "#procedure-collective ^F2")
    assert outcome(company(tmp_path, ledger), "2026-03-17") == "procedure-collective"


@pytest.mark.parametrize("born", ["2026-03-20", "2026-04-01"])
def test_what_is_born_since_the_judgment_keeps_its_fee(tmp_path: Path, born: str) -> None:
    """C. com. L622-17 and L441-10 II, which spares only debts whose payment is forbidden: an
    invoice of the judgment's own day, 20 March (R621-4), or of April."""
    late = invoice("F2", "2026-05-05").replace("2026-01-01", born)
    ledger = invoice() + late + note("2026-03-23", "#procedure-collective", "jugement: 2026-03-20")
    result = plan(company(tmp_path, ledger, EARLY), "2026-05-12")
    assert wait_of(result)["code"] == "procedure-collective"
    assert only_letter(result)["indemnite"] == "40.00"
    assert lines(only_letter(result)).keys() == {"F2"}


def test_insolvency_wins_over_every_letter(tmp_path: Path) -> None:
    story = company(tmp_path, invoice(due="2026-01-02"))
    issue(story, "2026-03-17")
    story.add(note("2026-03-20", "#procedure-collective", "jugement: 2026-03-19"))
    result = plan(story, "2026-06-30")
    assert result["lettres"] == []
    assert wait_of(result)["code"] == "procedure-collective"


@pytest.mark.parametrize(
    ("bank", "day", "expected"),
    [
        ("2026-03-10", "2026-03-17", "relance-1"),  # 7 days old
        ("2026-03-10", "2026-03-18", "banque-ancienne"),
        ("2026-03-18", "2026-03-17", "banque-ancienne"),  # not yet entered that day
    ],
)
def test_a_stale_bank_stops_every_letter(
    tmp_path: Path, bank: str, day: str, expected: str
) -> None:
    policy = "grand-livre: {banque: {comptes: [Actifs:Banque], fraicheur: 7}}\n"
    ledger = invoice() + f'\n{bank} * "Loyer"\n  Actifs:Banque  -1.00 EUR\n  Charges:Pertes\n'
    story = company(tmp_path, ledger, policy)
    assert outcome(story, day) == expected


def test_no_bank_entry_at_all_is_stale(tmp_path: Path) -> None:
    policy = "grand-livre: {banque: {comptes: [Actifs:Banque], fraicheur: 7}}\n"
    assert outcome(company(tmp_path, invoice(), policy), "2026-03-17") == "banque-ancienne"


def test_a_claim_cited_on_a_pending_branch_waits(tmp_path: Path) -> None:
    story = company(tmp_path, invoice() + invoice("F2", account="Mairie"))
    waiting = PendingLetter(past_letter("R20260317-03", "relance-1", "F1"), "relance/2026-03-17")
    result = plan(story, "2026-03-17", [waiting])
    assert wait_of(result)["code"] == "branche-en-attente"
    assert "relance/2026-03-17" in wait_of(result)["motif"]
    assert only_letter(result)["id"] == "R20260317-04"  # after the highest known of the day


@pytest.mark.parametrize(
    ("policy", "amount", "expected"),
    [
        ("", "1.00 EUR", "tolerance"),
        ("", "1.01 EUR", "relance-1"),
        ("tolerance: {EUR: 5, USD: 10}\n", "5.00 EUR", "tolerance"),
        ("tolerance: {EUR: 5, USD: 10}\n", "5.01 EUR", "relance-1"),
        ("tolerance: {EUR: 5, USD: 10}\n", "10.00 USD", "tolerance"),
        ("tolerance: {EUR: 5, USD: 10}\n", "10.01 USD", "relance-1"),
        ("etapes: {relance-1: {seuil: {EUR: 50}}}\n", "49.99 EUR", "seuil"),
        ("etapes: {relance-1: {seuil: {EUR: 50}}}\n", "50.00 EUR", "relance-1"),
        ("etapes: {relance-1: {seuil: {EUR: 50}}}\n", "20.00 USD", "relance-1"),
        ("tolerance: 0\n", "0.01 EUR", "relance-1"),
    ],
)
def test_tolerance_and_threshold_by_currency(
    tmp_path: Path, policy: str, amount: str, expected: str
) -> None:
    assert outcome(company(tmp_path, invoice(amount=amount), policy), "2026-03-17") == expected


@pytest.mark.parametrize(
    ("ledger", "expected"),
    [
        (invoice(amount="60.00 EUR") + invoice("F2", amount="39.00 EUR"), "relance-1"),
        (invoice(amount="60.00 EUR") + invoice("F2", amount="38.99 EUR"), "seuil"),
        (invoice(amount="60.00 EUR") + invoice("F2", "2026-06-30", "39.00 EUR"), "seuil"),
        (
            invoice(amount="60.00 EUR") + invoice("F2", amount="39.00 EUR", account="Mairie"),
            "seuil",
        ),
    ],
)
def test_the_threshold_is_the_clients_late_total(
    tmp_path: Path, ledger: str, expected: str
) -> None:
    story = company(tmp_path, ledger, "etapes: {relance-1: {seuil: 99}}\n")
    assert outcome(story, "2026-03-17") == expected


def test_a_threshold_holds_at_its_own_step(tmp_path: Path) -> None:
    """Below relance-2's threshold a claim waits there; it does not jump to the formal notice."""
    story = company(tmp_path, invoice(), "etapes: {relance-2: {seuil: 500}}\n")
    issue(story, "2026-03-17")
    assert outcomes(story, ["2026-03-25", "2026-06-30"]) == ["seuil", "seuil"]


@pytest.mark.parametrize(
    ("step", "day", "expected"),
    [("relance-1", "2026-03-17", "relance-1"), ("relance-2", "2026-03-25", "type-manquant")],
)
def test_a_missing_type_holds_what_claims_interest(
    tmp_path: Path, step: str, day: str, expected: str
) -> None:
    story = company(tmp_path, invoice())
    story.replace('  type: "professionnel"\n', "")
    if step == "relance-2":
        issue(story, "2026-03-17")
    assert outcome(story, day) == expected


def test_a_missing_type_holds_a_formal_notice(tmp_path: Path) -> None:
    policy = "etapes: {mise-en-demeure: {penalites: false, sous: 8}}\n"
    policy += "parcours: {standard: [mise-en-demeure]}\n"
    story = company(tmp_path, invoice(), policy)
    story.replace('  type: "professionnel"\n', "")
    assert outcome(story, "2026-06-30") == "type-manquant"


def test_direct_debit_waits_for_a_rejection(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  paiement: "prelevement"')
    for day in ("2026-03-09", "2026-03-17", "2026-06-30"):
        result = plan(story, day)
        assert result["lettres"] == [] and len(result["attentes"]) == 1
    story.add(credit("2026-03-10", "100.00 EUR"))
    story.add(credit("2026-03-16", "-100.00 EUR").replace("--", ""))
    assert outcome(story, "2026-03-17") == "relance-1"


def test_direct_debit_holds_the_instalment_that_was_not_rejected(tmp_path: Path) -> None:
    """The first debit came back; of the second nobody knows yet."""
    story = company(
        tmp_path,
        """
2026-01-01 * "Facture" ^F1
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-03-10
  Actifs:Clients:Durand  200.00 EUR
    echeance: 2026-04-10
  Produits:Ventes
"""
        + credit("2026-03-10", "100.00 EUR")
        + credit("2026-03-16", "-100.00 EUR").replace("--", ""),
    )
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  paiement: "prelevement"')
    result = plan(story, "2026-04-20")
    assert outcome_in(result, "F1", 1) == "relance-1"
    assert outcome_in(result, "F1", 2) == "prelevement"


def test_the_past_is_replayed_without_what_came_later(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    issue(story, "2026-03-24")
    assert outcomes(story, ["2026-03-16", "2026-03-17", "2026-03-24"]) == [
        "apres", "relance-1", "ecart"
    ]  # fmt: skip


TWO_CURRENCIES = """
2026-01-01 * "Facture et débours" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Actifs:Clients:Durand   20.00 USD @ 0.90 EUR
  Produits:Ventes
"""


def test_a_dispute_stays_in_its_currency(tmp_path: Path) -> None:
    """30 EUR are disputed of an invoice of 100 EUR and 20 USD: 70 EUR at most are claimed."""
    dispute = note("2026-03-12", "#litige ^F1", "montant: 30.00 EUR")
    letters = plan(company(tmp_path, TWO_CURRENCIES + dispute), "2026-03-17")["lettres"]
    assert [x["total"] for x in letters if x["devise"] == "EUR"] == ["70.00"]


def test_each_currency_of_an_invoice_has_its_own_rank(tmp_path: Path) -> None:
    story = company(tmp_path, TWO_CURRENCIES)
    issue(story, "2026-03-17")
    assert {x["rang"] for x in plan(story, "2026-03-25")["lettres"]} == {2}


def test_every_wait_has_its_words(tmp_path: Path) -> None:
    story = company(tmp_path, invoice() + note("2026-03-12", "#litige ^F1"))
    wait = wait_of(plan(story, "2026-03-17"))
    assert wait["motif"] and wait["motif"] != wait["code"]


# ---------------------------------------------------------------- 7. Letters


TWO_LATE = invoice() + invoice("F2", "2026-03-11", "50.00 EUR")


def test_a_formal_notice_never_hides_in_another_letter(tmp_path: Path) -> None:
    """F1 had its notice and is due for a last letter by post, F2 is due for its own notice: the
    words « mise en demeure » and the registered post are what gives F2's its effect."""
    policy = """
etapes: {dernier-avis: {apres: 45, canal: courrier}}
parcours: {standard: [mise-en-demeure, dernier-avis]}
"""
    story = company(tmp_path, invoice(due="2026-01-05"), policy)
    issue(story, "2026-04-01")
    posted(story, "R20260401-01", "2026-04-02", "2026-04-03")
    story.add(invoice("F2", "2026-03-10"))
    for letter in decide(story, "2026-04-21").letters:
        own = [line.step for line in letter.lines if line.step]
        assert letter.step.formal_notice or not any(step.formal_notice for step in own)


def test_other_late_claims_are_listed_for_information(tmp_path: Path) -> None:
    """On 17 March F2 is 6 days late, a day before its own first step."""
    story = company(tmp_path, TWO_LATE)
    result = issue(story, "2026-03-17")
    letter = only_letter(result)
    assert letter["total"] == "100.00"
    other = lines(letter)["F2"]
    assert (other["etape"], other["demande"], other["solde"]) == (None, False, "50.00")
    assert wait_of(result, "F2")["code"] == "apres"
    assert [c.invoice for c in story.books.letters[0].citations] == ["F1"]


def test_a_claim_not_late_is_not_listed(tmp_path: Path) -> None:
    story = company(tmp_path, invoice() + invoice("F2", "2026-03-17"))
    assert lines(only_letter(plan(story, "2026-03-17"))).keys() == {"F1"}


@pytest.mark.parametrize("sort", ["#litige ^F2", "#suspension ^F2"])
def test_a_claim_held_back_is_not_listed(tmp_path: Path, sort: str) -> None:
    """What is disputed or held is not put before the client, not even for information."""
    story = company(tmp_path, TWO_LATE + note("2026-03-12", sort))
    assert lines(only_letter(plan(story, "2026-03-17"))).keys() == {"F1"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-18", "ecart-client"),
        ("2026-03-20", "ecart-client"),
        ("2026-03-23", "relance-1"),  # 5 days: Sunday the 22nd, hence Monday
    ],
)
def test_days_between_runs_that_write_to_one_client(
    tmp_path: Path, day: str, expected: str
) -> None:
    story = company(tmp_path, TWO_LATE)
    issue(story, "2026-03-17")
    assert outcome(story, day, "F2") == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("", ["ecart-client", "relance-1"]), ("ecart-client: 0\n", ["relance-1", "relance-1"])],
)
def test_that_gap_is_inclusive(tmp_path: Path, policy: str, expected: list[str]) -> None:
    """Written to on Thursday 12 March: again from Tuesday the 17th."""
    story = company(tmp_path, invoice(due="2026-03-05") + invoice("F2", "2026-03-09"), policy)
    issue(story, "2026-03-12")
    assert outcomes(story, ["2026-03-16", "2026-03-17"], "F2") == expected


def test_another_client_is_not_held_by_that_gap(tmp_path: Path) -> None:
    story = company(tmp_path, invoice() + invoice("F2", "2026-03-11", account="Mairie"))
    issue(story, "2026-03-17")
    assert outcome(story, "2026-03-18", "F2") == "relance-1"


def test_reminders_before_the_due_date_are_counted_apart(tmp_path: Path) -> None:
    """Due 19 and 20 March: their reminders fall on the 16th and 17th."""
    ledger = invoice() + invoice("F4", "2026-03-19") + invoice("F3", "2026-03-20")
    story = company(tmp_path, ledger)
    issue(story, "2026-03-16")
    assert story.books.letters[0].step == "rappel"
    result = plan(story, "2026-03-17")
    assert outcome_in(result, "F1") == "relance-1"
    assert outcome_in(result, "F3") == "ecart-client"


def test_a_reminder_before_the_due_date_is_a_letter_of_its_own(tmp_path: Path) -> None:
    story = company(tmp_path, invoice() + invoice("F3", "2026-03-20"))
    letters = plan(story, "2026-03-17")["lettres"]
    assert [(x["etape"], x["rang"], [*lines(x)]) for x in letters] == [
        ("rappel", 0, ["F3"]),
        ("relance-1", 1, ["F1"]),
    ] or [(x["etape"], x["rang"], [*lines(x)]) for x in letters] == [
        ("relance-1", 1, ["F1"]),
        ("rappel", 0, ["F3"]),
    ]


def test_grouping_by_invoice(tmp_path: Path) -> None:
    """One letter each, instalments of one invoice together; letters of one run block nothing."""
    ledger = """
2026-01-01 * "Facture" ^F1
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-03-09
  Actifs:Clients:Durand  200.00 EUR
    echeance: 2026-03-10
  Produits:Ventes
""" + invoice("F2", amount="50.00 EUR")
    story = company(tmp_path, ledger, "regroupement: facture\n")
    result = issue(story, "2026-03-17")
    assert sorted(letter["total"] for letter in result["lettres"]) == ["300.00", "50.00"]
    assert sorted(letter["id"] for letter in result["lettres"]) == ["R20260317-01", "R20260317-02"]
    assert len(story.books.letters) == 2


def test_ids_go_on_within_the_day(tmp_path: Path) -> None:
    """A first run wrote to the mairie; later that day Durand's invoice is entered."""
    story = company(tmp_path, invoice("F2", account="Mairie"))
    issue(story, "2026-03-17")
    story.add(invoice())
    assert only_letter(plan(story, "2026-03-17"))["id"] == "R20260317-02"


def keys(names: str) -> set[str]:
    return set(names.split())


def test_the_public_json(tmp_path: Path) -> None:
    """Keys may be added, none removed: scripts of users read them."""
    result = plan(company(tmp_path, TWO_LATE + invoice("F3", "2026-06-30")), "2026-03-17")
    assert {"date", "lettres", "attentes"} <= result.keys()
    letter = only_letter(result)
    wait = wait_of(result, "F3")
    assert letter.keys() >= keys(
        "id compte client etape rang ton canal devise total penalites indemnite factures"
    )
    assert lines(letter)["F1"].keys() >= keys(
        "facture tranche echeance solde jours etape rang penalites indemnite segments"
    )
    assert wait.keys() >= keys("facture tranche compte echeance solde devise motif code prochaine")
    assert (result["date"], wait["solde"], wait["echeance"]) == (
        "2026-03-17",
        "100.00",
        "2026-06-30",
    )


# ---------------------------------------------------------------- 8. Channels


def at(tmp_path: Path, step: str, old: str = "", new: str = "") -> Json:
    """The plan in which Durand's claim reaches `step`, something changed in its account."""
    story = company(tmp_path, invoice(), f"parcours: {{standard: [{step}]}}\n")
    if old:
        story.replace(old, new)
    return plan(story, "2026-06-30")


NAME = 'client: "Durand SARL"'
EMAIL = '  courriel: "compta@durand.example"\n'
PHONE = '  telephone: "01 99 00 00 01"\n'
ADDRESS = '  adresse: "2 rue du Port\\n69002 LYON"\n'


@pytest.mark.parametrize(
    ("step", "old", "new", "channels"),
    [
        ("relance-1", "", "", ["courriel"]),
        ("relance-1", NAME, NAME + '\n  canal: "courrier"', ["courrier"]),
        ("relance-1", NAME, NAME + '\n  canal: "telephone"', ["telephone"]),
        ("relance-1", NAME, NAME + '\n  canal: "sms"', ["sms"]),
        ("relance-2", "", "", ["courriel", "telephone"]),
        ("relance-2", NAME, NAME + '\n  canal: "courriel"', ["courriel"]),
        ("relance-2", PHONE, "", ["courriel"]),
        ("relance-1", EMAIL + PHONE, "", ["courrier"]),
        ("mise-en-demeure", "", "", ["recommande"]),
        ("mise-en-demeure", NAME, NAME + '\n  canal: "courriel"', ["recommande"]),
        ("mise-en-demeure", EMAIL + PHONE, "", ["recommande"]),
    ],
)
def test_channels(tmp_path: Path, step: str, old: str, new: str, channels: list[str]) -> None:
    assert only_letter(at(tmp_path, step, old, new))["canal"] == channels


def test_a_registered_letter_has_no_fallback(tmp_path: Path) -> None:
    wait = wait_of(at(tmp_path, "mise-en-demeure", ADDRESS, ""))
    assert wait["code"] == "adresse-postale-manquante"


LONG = '  adresse: "' + "\\n".join(f"{n} lieu-dit Les Quatre-Vents du Nord" for n in range(5))
LONG += '\\n69002 LYON"\n'
TOO_LONG = "adresse postale trop longue : elle ne tient pas en 6 lignes de 38 signes"


def test_an_address_too_long_for_its_envelope_goes_by_no_post(tmp_path: Path) -> None:
    held = wait_of(at(tmp_path / "a", "mise-en-demeure", ADDRESS, LONG))
    assert (held["code"], held["motif"].split(" (")[0]) == ("adresse-trop-longue", TOO_LONG)
    by_post = LONG + '  canal: "courrier"\n'
    letter = only_letter(at(tmp_path / "b", "relance-1", ADDRESS, by_post))
    assert letter["canal"] == ["courriel"]
    assert letter["remarques"] == [f"courrier impossible : {TOO_LONG} ; courriel à la place"]
    assert only_letter(at(tmp_path / "c", "relance-2", ADDRESS, LONG))["canal"][0] == "courriel"
    alone = wait_of(at(tmp_path / "d", "relance-1", ADDRESS + EMAIL + PHONE, LONG))
    assert alone["code"] == "adresse-trop-longue"


@pytest.mark.parametrize(
    ("written", "why", "remedy"),
    [
        ("mailto:a@x.example", "« mailto:a@x.example » : adresse inut", "retirez « mailto: »"),
        ("a@x..example", "« x..example » n'est pas un domaine", "nom@domaine, sans espace"),
        ("a@x.example.", "« x.example. » n'est pas un domaine", "retirez le point final"),
        ("a b@x.example", "« a b@x.example » : adresse inutil", "nom@domaine, sans espace"),
        ("é@x.example", "« é@x.example » : adresse inutil", "nom@domaine, sans espace"),
        ("a@x.example b@y.example", "« a@x.example b@y", "une virgule entre deux adresses"),
    ],
)
def test_an_email_address_that_cannot_be_used_is_none_at_once(
    tmp_path: Path, written: str, why: str, remedy: str
) -> None:
    story = company(tmp_path, invoice())
    story.replace("compta@durand.example", written)
    (warning,) = story.books.warnings
    assert warning.what.startswith(f"adresse de courriel inutilisable : {why}")
    assert warning.remedy == f"corrigez « courriel » : {remedy}"
    assert only_letter(plan(story, "2026-03-17"))["canal"] == ["courrier"]


def test_a_file_is_never_an_email(tmp_path: Path) -> None:
    """The step contentieux hands the file over; the client's wish for e-mails changes nothing."""
    result = at(tmp_path, "contentieux", NAME, NAME + '\n  canal: "courriel"')
    assert outcome_in(result, "F1") == "contentieux"
    assert all(letter["canal"] == ["dossier"] for letter in result["lettres"])


def test_no_way_to_reach_the_client(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    story.replace(EMAIL + PHONE, "")
    story.replace(ADDRESS, "")
    assert outcome(story, "2026-03-17") == "coordonnees-manquantes"


def test_a_fallback_is_said(tmp_path: Path) -> None:
    assert only_letter(at(tmp_path, "relance-1"))["remarques"] == []
    assert only_letter(at(tmp_path / "sans", "relance-1", EMAIL + PHONE, ""))["remarques"]


# ---------------------------------------------------------------- Money


EARLY = "etapes: {relance-1: {penalites: true}}\n"  # the first letter claims interest


def money(letter: Json) -> tuple[str, str, str]:
    return letter["penalites"], letter["indemnite"], letter["total"]


def first_letter(root: Path, ledger: str, day: str, policy: str = "") -> Json:
    return only_letter(plan(company(root, ledger, EARLY + policy), day))


def test_interest_by_segments(tmp_path: Path) -> None:
    """10 000 due 30 April 2026, to 31 August: 61 days at 12.15 %, 62 at 12.40 %, and 40."""
    letter = first_letter(tmp_path, invoice(due="2026-04-30", amount="10000.00 EUR"), "2026-08-31")
    assert money(letter) == ("413.68", "40.00", "10453.68")
    assert [{k: s[k] for k in ("du", "au", "jours", "taux", "montant")} for s in
            lines(letter)["F1"]["segments"]] == [
        {"du": "2026-05-01", "au": "2026-06-30", "jours": 61, "taux": "12.15", "montant": "203.05"},
        {"du": "2026-07-01", "au": "2026-08-31", "jours": 62, "taux": "12.40", "montant": "210.63"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("imputation", "interest", "total"),
    [
        # 203.13 + 6 203.13 × 12.40 % × 62 / 365 = 130.66
        ("interets", "333.79", "6373.79"),
        # 203.13 + 6 000 × 12.40 % × 62 / 365 = 126.38
        ("principal", "329.51", "6369.51"),
    ],
)
def test_a_partial_payment_on_interest_or_principal(
    tmp_path: Path, imputation: str, interest: str, total: str
) -> None:
    """10 000 due 1 May 2026, 4 000 paid 1 July, to 1 September: the balance stays the ledger's."""
    ledger = invoice(due="2026-05-01", amount="10000.00 EUR") + credit("2026-07-01", "4000.00 EUR")
    letter = first_letter(
        tmp_path, ledger, "2026-09-01", f"penalites: {{imputation: {imputation}}}\n"
    )
    assert money(letter) == (interest, "40.00", total)
    assert lines(letter)["F1"]["solde"] == "6000.00"


def test_a_contract_rate_with_a_payment_on_principal(tmp_path: Path) -> None:
    """10 % on 10 000 for 181 days, on 6 000 for 184: 495.89 + 302.47 = 798.36."""
    ledger = invoice(due="2025-03-10", amount="10000.00 EUR").replace("2026-01-01", "2025-01-01")
    ledger += credit("2025-09-07", "4000.00 EUR")
    policy = 'penalites: {taux: "10", imputation: principal}\n'
    assert money(first_letter(tmp_path, ledger, "2026-03-10", policy)) == (
        "798.36",
        "40.00",
        "6838.36",
    )


@pytest.mark.parametrize(
    ("setting", "interest"),
    [
        ("origine", "12.18"),  # 600 × 12.15 % × 61 / 365
        ("date", "17.64"),  # 1 000 for 41 days = 13.65, 600 for 20 days = 3.99
    ],
)
def test_credit_notes(tmp_path: Path, setting: str, interest: str) -> None:
    """1 000 due 30 April, a credit note of 400 on 10 June, to 30 June."""
    ledger = invoice(due="2026-04-30", amount="1000.00 EUR")
    ledger += credit("2026-06-10", "400.00 EUR", "^F1 ^A1 #avoir")
    letter = first_letter(tmp_path, ledger, "2026-06-30", f"penalites: {{avoirs: {setting}}}\n")
    assert letter["penalites"] == interest


def test_a_public_debtor_keeps_the_rate_of_the_start(tmp_path: Path) -> None:
    """10 000 due 31 May 2026, to 30 September: 122 days at 10.15 % throughout, and 40."""
    ledger = invoice(due="2026-05-31", amount="10000.00 EUR", account="Mairie")
    letter = first_letter(tmp_path, ledger, "2026-09-30")
    assert money(letter) == ("339.26", "40.00", "10379.26")


@pytest.mark.parametrize(
    ("policy", "client", "own", "interest"),
    [
        ("8", "", "", "4.38"),  # 1 000 × 8 % × 20 / 365
        ("8", '\n  taux: "12"', "", "6.58"),
        ("8", '\n  taux: "12"', '  taux: "5"\n', "2.74"),
        ("8", "\n  penalites: FALSE", "", "0.00"),
        ("8", "", "  penalites: FALSE\n", "0.00"),
    ],
)
def test_rates_of_the_policy_the_client_the_invoice(
    tmp_path: Path, policy: str, client: str, own: str, interest: str
) -> None:
    ledger = invoice(amount="1000.00 EUR").replace("  echeance", f"{own}  echeance")
    story = company(tmp_path, ledger, EARLY + f'penalites: {{taux: "{policy}"}}\n')
    story.replace(NAME, NAME + client)
    assert only_letter(plan(story, "2026-03-30"))["penalites"] == interest


@pytest.mark.parametrize("where", ["client", "facture"])
def test_no_interest_agreed_means_no_fee_either(tmp_path: Path, where: str) -> None:
    ledger = invoice()
    if where == "facture":
        ledger = ledger.replace("  echeance", "  penalites: FALSE\n  echeance")
    story = company(tmp_path, ledger, EARLY)
    if where == "client":
        story.replace(NAME, NAME + "\n  penalites: FALSE")
    assert money(only_letter(plan(story, "2026-03-17"))) == ("0.00", "0.00", "100.00")


def test_interest_follows_each_claims_own_step(tmp_path: Path) -> None:
    """F1 reaches relance-2, F2 relance-1: interest and fee for F1 alone.

    100 × 12.15 % × 15 / 365 = 0.50; 100 + 50 + 0.50 + 40.
    """
    story = company(tmp_path, invoice())
    issue(story, "2026-03-17")
    story.add(invoice("F2", "2026-03-18", "50.00 EUR"))
    letter = only_letter(plan(story, "2026-03-25"))
    assert lines(letter)["F2"]["etape"] == "relance-1"
    assert (lines(letter)["F2"]["penalites"], lines(letter)["F2"]["indemnite"]) == ("0.00", "0.00")
    assert money(letter) == ("0.50", "40.00", "190.50")


def test_the_fee_is_due_once_per_invoice(tmp_path: Path) -> None:
    """Two instalments of one invoice and another invoice: 40 twice, in each letter that claims."""
    ledger = """
2026-01-01 * "Facture" ^F1
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-03-09
  Actifs:Clients:Durand  200.00 EUR
    echeance: 2026-03-10
  Produits:Ventes
""" + invoice("F2", amount="50.00 EUR")
    story = company(tmp_path, ledger)
    issue(story, "2026-03-17")
    second = only_letter(issue(story, "2026-03-25"))
    notice = only_letter(issue(story, "2026-04-09"))
    assert (second["etape"], second["indemnite"]) == ("relance-2", "80.00")
    assert (notice["etape"], notice["indemnite"]) == ("mise-en-demeure", "80.00")
    assert sorted(line["indemnite"] for line in second["factures"]) == ["0.00", "40.00", "40.00"]


def test_the_fee_of_a_foreign_letter_is_in_euros_outside_its_total(tmp_path: Path) -> None:
    """1 000 USD × 8 % × 20 / 365 = 4.38 USD."""
    policy = 'penalites: {taux: "8"}\n'
    letter = first_letter(tmp_path, invoice(amount="1000.00 USD"), "2026-03-30", policy)
    assert money(letter) == ("4.38", "40.00", "1004.38")


def test_another_fee_by_policy(tmp_path: Path) -> None:
    letter = first_letter(tmp_path, invoice(), "2026-03-17", "penalites: {indemnite: 0}\n")
    assert letter["indemnite"] == "0.00"


@pytest.mark.parametrize("account", ["Martin", "Club"])
def test_private_persons_owe_interest_from_the_formal_notice(tmp_path: Path, account: str) -> None:
    """1 500 due 1 June 2026, notice received 10 July, 45 days later: 2.75 % → 5.09, no fee."""
    ledger = invoice(due="2026-06-01", amount="1500.00 EUR", account=account)
    last = "etapes: {contentieux: {canal: recommande, penalites: true}}\n"
    story = company(tmp_path, ledger, last)
    for day in ("2026-06-08", "2026-06-16", "2026-07-01"):
        assert money(only_letter(issue(story, day))) == ("0.00", "0.00", "1500.00")
    posted(story, "R20260701-01", "2026-07-08", "2026-07-10")
    letter = only_letter(plan(story, "2026-08-24"))
    assert letter["etape"] == "contentieux"
    assert money(letter) == ("5.09", "0.00", "1505.09")


@pytest.mark.parametrize("where", ["policy", "client", "facture"])
def test_a_contract_rate_does_not_bind_private_persons(tmp_path: Path, where: str) -> None:
    """The legal rate only: the same 5.09 as above, whatever rate is written."""
    ledger = invoice(due="2026-06-01", amount="1500.00 EUR", account="Martin")
    if where == "facture":
        ledger = ledger.replace("  echeance", '  taux: "12"\n  echeance')
    policy = "etapes: {contentieux: {canal: recommande, penalites: true}}\n"
    story = company(tmp_path, ledger, policy + ('penalites: {taux: "12"}\n' * (where == "policy")))
    if where == "client":
        story.replace('client: "Mme Martin"', 'client: "Mme Martin"\n  taux: "12"')
    for day in ("2026-06-08", "2026-06-16", "2026-07-01"):
        issue(story, day)
    posted(story, "R20260701-01", "2026-07-08", "2026-07-10")
    assert only_letter(plan(story, "2026-08-24"))["penalites"] == "5.09"


def test_an_unknown_half_year_stops_interest_and_is_told(tmp_path: Path) -> None:
    """1 000 due 1 December 2026: 30 days at 12.40 % = 10.19; 2027 has no published rate."""
    ledger = invoice(due="2026-12-01", amount="1000.00 EUR")
    story = company(tmp_path, ledger, EARLY)
    result = plan(story, "2027-01-15")
    assert only_letter(result)["penalites"] == "10.19"
    assert any("2027" in text for text in result["avertissements"])


def test_the_policy_gives_the_missing_rate(tmp_path: Path) -> None:
    """15 days more at 2.65 + 10 = 12.65 %: 5.20."""
    ledger = invoice(due="2026-12-01", amount="1000.00 EUR")
    story = company(tmp_path, ledger, EARLY + 'penalites: {bce: {2027-01-01: "2.65"}}\n')
    result = plan(story, "2027-01-15")
    assert only_letter(result)["penalites"] == "15.39"
    assert not any("2027" in text for text in result["avertissements"])


def test_a_disputed_part_is_not_demanded_in_a_formal_notice(tmp_path: Path) -> None:
    """1 000 of which 400 are disputed: at most 600 and what accrues on 600.

    600 × 12.15 % × 30 / 365 = 5.99, from 10 March to 9 April.
    """
    story = company(tmp_path, invoice(amount="1000.00 EUR"))
    story.add(note("2026-03-12", "#litige ^F1", "montant: 400.00 EUR"))
    for day in ("2026-03-17", "2026-03-25"):
        issue(story, day)
    assert money(only_letter(plan(story, "2026-04-09"))) == ("5.99", "40.00", "645.99")


# ---------------------------------------------------------------- Rules without exception

POLICY = Policy.model_validate({"creancier": {"nom": "Essai", "adresse": ["1 rue", "69001 LYON"]}})
DURAND = Client(
    "Actifs:Clients:Durand",
    "Durand",
    Source("x"),
    address=("2 rue du Port", "69002 LYON"),
    emails=("a@durand.example",),
    debtor=DebtorType.PROFESSIONAL,
)
DAYS = st.integers(0, 150).map(lambda n: date(2026, 1, 1) + timedelta(n))


@st.composite
def movement(draw: st.DrawFn) -> Movement:
    number = Decimal(draw(st.integers(-200, 300).filter(bool)))
    return Movement(
        date=draw(DAYS),
        account=DURAND.account,
        number=number,
        currency=draw(st.sampled_from(["EUR", "EUR", "USD"])),
        source=Source("x"),
        invoices=draw(st.sampled_from([(), ("F1",), ("F2",), ("F3",)])),
        own_due=draw(st.none() | DAYS) if number > 0 else None,
        draft=draw(st.integers(0, 9)) == 0,
        entry=draw(st.integers(1, 9)),
    )


@st.composite
def books(draw: st.DrawFn) -> Books:
    drawn = draw(st.lists(movement(), max_size=7))
    placed = [replace(m, source=Source("x", line)) for line, m in enumerate(drawn, 1)]
    movements = sorted(placed, key=lambda m: (m.date, m.source))
    sorts = st.sampled_from([NoteSort.HOLD, NoteSort.DISPUTE, NoteSort.RESUMED, NoteSort.CALL])
    notes = [
        Note(day, DURAND.account, sort, "x", Source("x", 1), links)
        for day, sort, links in draw(
            st.lists(st.tuples(DAYS, sorts, st.sampled_from([(), ("F1",)])), max_size=3)
        )
    ]
    return Books((DURAND,), tuple(movements), tuple(sorted(notes, key=lambda n: n.date)))


@given(books(), DAYS)
@settings(max_examples=60)
def test_every_open_claim_gets_exactly_one_decision(facts: Books, day: date) -> None:
    told = make_plan(OnDay(POLICY, facts, day))
    decided = [line.claim for x in told.letters for line in x.lines if line.step]
    decided += [wait.claim for wait in told.waits]
    known = receivables(facts, POLICY.terms, day).claims
    still_open = [claim for claim in known if claim.balance > 0]
    assert all(decided.count(claim) == 1 for claim in still_open)
    assert all(claim.balance > 0 or claim.unallocated > 0 for claim in decided)


@given(books(), DAYS)
@settings(max_examples=60)
def test_no_letter_asks_for_what_is_paid_or_not_due(facts: Books, day: date) -> None:
    for letter in make_plan(OnDay(POLICY, facts, day)).letters:
        for line in letter.lines:
            assert line.claim.due is not None
            assert 0 < line.claimed <= line.claim.balance
            assert line.claim.due < day or letter.step.before_due
            assert line.claim.currency == letter.currency


@given(books(), st.lists(DAYS, min_size=1, max_size=12, unique=True))
@settings(max_examples=40)
def test_claims_climb_step_by_step_and_never_within_the_gap(facts: Books, runs: list[date]) -> None:
    """Whatever the books and the days of the runs, every letter being posted the day it is made."""
    cited: dict[tuple[str | None, int, str], list[tuple[date, int]]] = {}
    for day in sorted(runs):
        told = [issued(letter) for letter in make_plan(OnDay(POLICY, facts, day)).letters]
        sent = [replace(letter, dispatches=(Dispatch(letter.date),)) for letter in told]
        facts = replace(facts, letters=(*facts.letters, *sent))
        for letter in sent:
            for c in letter.citations:
                place = (c.invoice, c.instalment, c.balance.currency)
                cited.setdefault(place, []).append((day, POLICY.step_order(c.step)))
    for history in cited.values():
        pairs = list(itertools.pairwise(history))
        assert all(later > earlier for (_, earlier), (_, later) in pairs)
        assert all(second - first >= timedelta(POLICY.gap) for (first, _), (second, _) in pairs)


def test_a_name_that_the_letters_face_cannot_draw_waits_alone(tmp_path: Path) -> None:
    story = company(tmp_path, invoice())
    story.replace('client: "Durand SARL"', 'client: "Durand\u2011Roux\u2009SARL"')
    assert outcome(story, "2026-03-17") == "relance-1"
    story.replace('client: "Durand\u2011Roux\u2009SARL"', 'client: "漢字 SARL"')
    wait = wait_of(plan(story, "2026-03-17"))
    assert wait["code"] == "caracteres-manquants"
    assert "« 字 » (U+5B57 CJK UNIFIED IDEOGRAPH-5B57), « 漢 » (U+6F22 " in wait["motif"]
    assert wait["motif"].endswith("translittérez (ledger/main.beancount:11)")


def test_a_number_that_the_letters_face_cannot_draw_is_told_with_its_line(tmp_path: Path) -> None:
    story = company(tmp_path, invoice().replace("  echeance", '  numero: "F\u682a1"\n  echeance'))
    wait = wait_of(plan(story, "2026-03-17"))
    assert "« 株 » (U+682A CJK UNIFIED IDEOGRAPH-682A) ; trans" in wait["motif"]
    assert wait["motif"].endswith("(ledger/main.beancount:36)")


def test_the_fee_is_asked_once_for_an_invoice_with_instalments(tmp_path: Path) -> None:
    """Instalment 1 under formal notice carries the 40 EUR; instalment 2 does not ask again."""
    ledger = """
2026-01-01 * "Facture" ^F1
  Actifs:Clients:Durand  500.00 EUR
    echeance: 2026-01-20
  Actifs:Clients:Durand  500.00 EUR
    echeance: 2026-03-10
  Produits:Ventes
"""
    policy = "parcours: {standard: [relance-2, mise-en-demeure]}\n"
    story = company(tmp_path, ledger, policy)
    assert only_letter(issue(story, "2026-02-05"))["indemnite"] == "40.00"
    assert only_letter(issue(story, "2026-02-20"))["indemnite"] == "40.00"
    assert only_letter(plan(story, "2026-03-25"))["indemnite"] == "0.00"


def test_a_hold_for_ever_is_a_hold(tmp_path: Path) -> None:
    hold = note("2026-03-01", "#suspension", "jusqu-au: 9999-12-31")
    assert outcome(company(tmp_path, invoice() + hold), "2026-03-17") == "suspension"
