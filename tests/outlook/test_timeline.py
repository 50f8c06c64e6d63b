"""The timeline: what will be sent if nobody pays, told before it happens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.outlook.events import Event, named, short_title
from relance.outlook.timeline import Span, Timeline, foresee, known_at, left, told
from relance.policy.settings import DEFAULT_STEPS, Policy
from relance.terminal import cli
from relance.values.amounts import Money
from relance.values.facts import Books, Note
from relance.values.issued import PendingLetter
from relance.values.kinds import NoteSort
from relance.values.problem import Refusal
from story import EVERY_DAY, ONE_INVOICE, Story, company, day_of, issue, past_letter, posted
from whole.test_properties import HERE, START, companies

UNTIL = "2026-06-30"
UNTIL_APRIL = ("--jusqu-au", "2026-04-30")


def ahead(story: Story, start: str, until: str) -> Timeline:
    return foresee(day_of(story, start), date.fromisoformat(until))


def days(timeline: Timeline) -> list[tuple[str, str]]:
    """Each event by its day and its step, or its sort when it is no letter's."""
    return [(str(event.date), event.step or event.kind) for event in timeline.events]


def totals(timeline: Timeline) -> list[str]:
    return [str(event.total) for event in timeline.events]


# From the due date, Tuesday 2026-03-10. The reminder's day, Saturday the 7th, moves before; the
# notice of 9 April is received on the 14th, Easter Monday being the 6th, and 45 days is the 24th.
WHOLE = [
    ("2026-03-06", "rappel"),
    ("2026-03-17", "relance-1"),
    ("2026-03-25", "relance-2"),
    ("2026-04-09", "mise-en-demeure"),
    ("2026-04-24", "contentieux"),
]


def test_the_whole_life_of_an_invoice_that_nobody_pays(tmp_path: Path) -> None:
    timeline = ahead(company(tmp_path, ONE_INVOICE), "2026-03-02", "2026-06-30")
    assert days(timeline) == WHOLE
    # 100 × 12.15 % × 15 / 365 = 0.50, × 30 / 365 = 1.00, and 40 EUR.
    assert totals(timeline) == [
        "100.00 EUR",
        "100.00 EUR",
        "140.50 EUR",
        "141.00 EUR",
        "100.00 EUR",
    ]
    assert [event.rank for event in timeline.events] == [0, 1, 2, 3, 0]


def test_it_ends_on_its_last_day(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    assert days(ahead(story, "2026-03-02", "2026-04-09")) == WHOLE[:4]
    assert days(ahead(story, "2026-03-02", "2026-04-08")) == WHOLE[:3]


def test_it_goes_on_from_the_register(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    issue(story, "2026-03-06")
    issue(story, "2026-03-17")
    assert days(ahead(story, "2026-03-18", "2026-06-30")) == WHOLE[2:]


def test_what_is_dated_later_is_not_known_yet(tmp_path: Path) -> None:
    paid = '\n2026-03-12 * "Durand" "Virement" ^F1\n  Actifs:Banque  100.00 EUR\n'
    story = company(tmp_path, ONE_INVOICE + paid + "  Actifs:Clients:Durand\n")
    assert days(ahead(story, "2026-03-02", "2026-06-30")) == WHOLE
    assert ahead(story, "2026-03-12", "2026-06-30").events == ()


def test_the_timeline_knows_later_money(tmp_path: Path) -> None:
    """Expected on 1 May: no letter meanwhile, nor since, and the claim is told as waiting."""
    expected = """
2026-05-01 * "Durand" "Virement" ^F1
  Actifs:Clients:Durand  -100.00 EUR
  Actifs:Banque
"""
    story = company(tmp_path, ONE_INVOICE + expected)
    timeline = foresee(day_of(story, "2026-03-17").foreseeing(), date(2026, 6, 30))
    assert days(timeline) == []
    assert [wait.code for wait in timeline.undated] == ["reglement-a-venir"]


def test_a_notice_that_nobody_posted_holds_what_follows(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    for day in ("2026-03-17", "2026-03-25", "2026-04-09"):
        issue(story, day)
    held = ahead(story, "2026-04-10", "2026-06-30")
    assert held.events == ()
    assert [wait.code for wait in held.undated] == ["non-postee"]
    posted(story, "R20260409-01", "2026-04-10", received="2026-04-10")
    assert days(ahead(story, "2026-04-10", "2026-06-30")) == WHOLE[4:]


def test_an_old_bank_does_not_hide_what_comes(tmp_path: Path) -> None:
    bank = "grand-livre: {banque: {comptes: [Actifs:Banque], fraicheur: 7}}\n"
    assert days(ahead(company(tmp_path, ONE_INVOICE, bank), "2026-03-02", "2026-06-30")) == WHOLE


def test_a_letter_that_waits_on_a_branch_holds_its_claims(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    pending = PendingLetter(past_letter("R20260317-01", "relance-1", "F1"), "relance/2026-03-17")
    timeline = foresee(day_of(story, "2026-03-18", [pending]), date(2026, 6, 30))
    assert timeline.events == ()
    assert [wait.code for wait in timeline.undated] == ["branche-en-attente"]


def test_two_clients_of_one_number_wait_as_in_the_plan(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + ONE_INVOICE.replace("Durand", "Mairie"))
    timeline = ahead(story, "2026-03-02", "2026-06-30")
    assert timeline.events == ()
    assert [wait.code for wait in timeline.undated] == ["numero-en-double"] * 2


def test_one_person_s_clients_alone(tmp_path: Path) -> None:
    story = company(
        tmp_path, ONE_INVOICE + ONE_INVOICE.replace("Durand", "Mairie").replace("F1", "F2")
    )
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  suivi-par: "Lou"')
    options = ("--suivi-par", "Lou", *UNTIL_APRIL, "--format", "json")
    result = json.loads(run(tmp_path, *options).stdout)
    assert {event["compte"] for event in result["calendrier"]} == {DURAND}
    assert {wait["compte"] for wait in result["attentes"]} == {DURAND}


def test_risks_are_another_view(tmp_path: Path) -> None:
    company(tmp_path, ONE_INVOICE)
    refusal = run(tmp_path, "--risques", *UNTIL_APRIL).exception
    assert isinstance(refusal, Refusal)
    assert "retirez --risques" in str(refusal)


def test_a_promise_that_was_kept_is_no_date_to_come(tmp_path: Path) -> None:
    note = f'\n2026-03-02 note {DURAND} "Promet" #promesse ^F1\n  echeance: 2026-03-20\n'
    part = f'\n2026-03-05 * "Acompte" ^F1\n  Actifs:Banque  40.00 EUR\n  {DURAND}\n'
    amount = "  montant: 40.00 EUR\n"
    kept = ahead(company(tmp_path / "a", ONE_INVOICE + note + amount + part), "2026-03-06", UNTIL)
    assert "promesse" not in [event.kind for event in kept.events]
    running = ahead(company(tmp_path / "b", ONE_INVOICE + note + part), "2026-03-06", UNTIL)
    promised = [event for event in running.events if event.kind == "promesse"]
    assert [str(event.total) for event in promised] == ["60.00 EUR"]


def test_a_declaration_once_sent_is_no_date_to_come(tmp_path: Path) -> None:
    note = (
        f'\n2026-03-01 note {DURAND} "Redressement" #procedure-collective\n'
        "  jugement: 2026-02-25\n  bodacc: 2026-03-06\n"
        f'\n2026-03-12 document {DURAND} "../pieces/d.pdf" #declaration\n'
    )
    story = company(tmp_path, ONE_INVOICE + note)
    story.write("pieces/d.pdf", "Déclaration\n")
    sorts = [event.kind for event in ahead(story, "2026-03-10", UNTIL).events]
    assert "declaration" in sorts
    assert ahead(story, "2026-03-12", UNTIL).events == ()


def test_days_off_are_left_out_but_not_the_first(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    assert days(ahead(story, "2026-03-21", "2026-03-27")) == [("2026-03-21", "relance-1")]
    # Saturday 21 March + 7 days is a Saturday: Monday 30.
    assert days(ahead(story, "2026-03-21", "2026-03-31"))[1:] == [("2026-03-30", "relance-2")]


# ---------------------------------------------------------------- Notes

DURAND = "Actifs:Clients:Durand"


def test_a_promise_is_told_then_its_reminder(tmp_path: Path) -> None:
    note = f'\n2026-03-16 note {DURAND} "Promet" #promesse ^F1\n  echeance: 2026-03-20\n'
    timeline = ahead(company(tmp_path, ONE_INVOICE + note), "2026-03-16", "2026-03-31")
    # Promised for Friday 20; two working days of grace lead to Tuesday 24.
    assert days(timeline) == [("2026-03-20", "promesse"), ("2026-03-25", "relance-1")]


def test_a_hold_ends(tmp_path: Path) -> None:
    note = f'\n2026-03-16 note {DURAND} "Attend" #suspension ^F1\n  jusqu-au: 2026-03-20\n'
    timeline = ahead(company(tmp_path, ONE_INVOICE + note), "2026-03-16", "2026-03-29")
    assert days(timeline) == [("2026-03-20", "fin-de-suspension"), ("2026-03-23", "relance-1")]


PLAN = "".join(
    f'\n2026-03-12 note {DURAND} "Échéancier" #echeancier ^F1\n'
    f"  echeance: {due}\n  montant: 50.00 EUR\n"
    for due in ("2026-04-01", "2026-05-04")
)


def test_a_payment_plan_tells_what_each_instalment_still_expects(tmp_path: Path) -> None:
    paid = '\n2026-03-20 * "Durand" "Acompte" ^F1\n  Actifs:Banque  20.00 EUR\n'
    ledger = ONE_INVOICE + PLAN + paid + f"  {DURAND}\n"
    timeline = ahead(company(tmp_path, ledger), "2026-03-23", "2026-05-05")
    found = [(str(e.date), short_title(e), str(e.total)) for e in timeline.events]
    # Announced three days before, on Friday. Missed on Wednesday 1 April: five working days
    # without Easter Monday end on Thursday 9, and relance-1 comes at last.
    assert found[:3] == [
        ("2026-03-27", "rappel (versement 1)", "30.00 EUR"),
        ("2026-04-01", "versement n° 1", "30.00 EUR"),
        ("2026-04-10", "relance-1 n° 1", "80.00 EUR"),
    ]
    assert [row for row in found if "n° 2" in row[1] and "versement" in row[1]] == [
        ("2026-05-04", "versement n° 2", "50.00 EUR")
    ]


def test_a_plan_that_is_broken_already_expects_nothing(tmp_path: Path) -> None:
    timeline = ahead(company(tmp_path, ONE_INVOICE + PLAN), "2026-04-10", "2026-05-05")
    assert "versement" not in [event.kind for event in timeline.events]


def test_the_declaration_of_an_insolvency(tmp_path: Path) -> None:
    note = (
        f'\n2026-03-01 note {DURAND} "Redressement" #procedure-collective\n'
        "  jugement: 2026-02-25\n  bodacc: 2026-03-06\n"
    )
    story = company(tmp_path, ONE_INVOICE + note)
    timeline = ahead(story, "2026-03-10", "2026-06-30")
    assert days(timeline) == [("2026-05-06", "declaration")]
    assert [wait.code for wait in timeline.undated] == ["procedure-collective"]


def test_limitation_dates_come_after_the_span(tmp_path: Path) -> None:
    timeline = ahead(company(tmp_path, ONE_INVOICE), "2026-03-02", "2026-06-30")
    assert [(str(event.date), event.kind) for event in timeline.beyond] == [
        ("2031-02-10", "prescription")
    ]


# ---------------------------------------------------------------- What is shown


def run(folder: Path, *arguments: str) -> Result:
    words = ["plan", "--dossier", str(folder), "--au", "2026-03-02", *arguments]
    return CliRunner().invoke(cli.relance, words)


def test_the_table_by_week_and_client(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company(tmp_path, ONE_INVOICE)
    with pytest.raises(SystemExit) as status:
        cli.relance(["plan", "--dossier", str(tmp_path), "--au", "2026-03-02", *UNTIL_APRIL])
    assert status.value.code == 0
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "si personne ne paie" in said
    assert "reçue 3 jours ouvrés" in " ".join(said.split())
    week = said[said.index("Semaine 10") : said.index("Semaine 12")].splitlines()
    assert [" ".join(line.split()) for line in week if line.strip()] == [
        "Semaine 10, du 02/03/2026 au 08/03/2026 · 1 lettre",
        "Durand SARL",
        "06/03/2026 rappel F1 100,00 € courriel",
    ]


def test_the_json_adds_to_the_plan_s(tmp_path: Path) -> None:
    company(tmp_path, ONE_INVOICE)
    result = json.loads(run(tmp_path, *UNTIL_APRIL, "--format", "json").stdout)
    assert (result["date"], result["jusqu-au"]) == ("2026-03-02", "2026-04-30")
    assert [wait["code"] for wait in result["attentes"]] == ["apres"]
    assert [(e["date"], e["etape"]) for e in result["calendrier"]] == WHOLE
    assert result["calendrier"][2] == {
        "date": "2026-03-25",
        "sorte": "relance",
        "client": "Durand SARL",
        "compte": DURAND,
        "etape": "relance-2",
        "rang": 2,
        "versement": None,
        "factures": [
            {
                "facture": "F1",
                "tranche": 1,
                "echeance": "2026-03-10",
                "solde": "100.00",
                "devise": "EUR",
            }
        ],
        "total": "140.50",
        "devise": "EUR",
        "canal": ["courriel", "telephone"],
        "detail": None,
    }
    assert any("3 jours ouvrés" in said for said in result["hypotheses"])


def test_it_cannot_end_before_it_begins(tmp_path: Path) -> None:
    company(tmp_path, ONE_INVOICE)
    refusal = run(tmp_path, "--jusqu-au", "2026-03-01").exception
    assert isinstance(refusal, Refusal)
    assert "le 2026-03-01 est avant le 2026-03-02" in str(refusal)


# ---------------------------------------------------------------- Leaving days out


@pytest.mark.parametrize(
    ("condition", "second"),
    [
        ("", "2026-04-16"),  # thirty days after Tuesday 17 March
        ("{si: {jours-min: 20}, ecart: 1}, ", "2026-03-30"),
        ("{si: {jours-min: 20, profil: nouveau}, ecart: 1}, ", "2026-03-30"),
        ("{si: {jours-min: 20, profil: fidele}, ecart: 1}, ", "2026-04-16"),
    ],
)
def test_a_rule_may_shorten_the_gap_on_a_day_of_its_own(
    tmp_path: Path, condition: str, second: str
) -> None:
    story = company(tmp_path, ONE_INVOICE, f"regles: [{condition}{{ecart: 30}}]\n")
    assert days(ahead(story, "2026-03-16", "2026-04-20"))[:2] == [
        ("2026-03-17", "relance-1"),
        (second, "relance-2"),
    ]


def test_a_profile_may_change_on_any_day(tmp_path: Path) -> None:
    """What was said of 31 March 2025 is a year old on 31 March 2026."""
    told_ = f'\n2025-03-31 note {DURAND} "Gêné" #reponse\n  raison: "tresorerie"\n'
    rules = "regles: [{si: {profil: en-difficulte}, ecart: 30}, {ecart: 1}]\n"
    story = company(tmp_path, ONE_INVOICE + told_, rules)
    assert days(ahead(story, "2026-03-16", "2026-04-01")) == [
        ("2026-03-17", "relance-1"),
        ("2026-03-31", "relance-2"),
    ]


# F1 is late enough for its reminder, but the client owes less than the threshold: it goes once
# F2, due on 24 March, is late and nothing holds it, long before F2's own reminder of 2 April.
TOGETHER = ONE_INVOICE + ONE_INVOICE.replace("F1", "F2").replace("03-10", "03-24")
THRESHOLD = EVERY_DAY + "etapes: {rappel: null, relance-1: {apres: 9, seuil: 150}}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("note", "first"),
    [
        ("", "2026-03-25"),
        ("#suspension ^F2\n  jusqu-au: 2026-03-26", "2026-03-27"),
        ("#promesse ^F2\n  echeance: 2026-03-26", "2026-03-29"),
        ("#echeancier ^F2\n  echeance: 2026-03-26\n  montant: 100 EUR", "2026-04-01"),
    ],
)
def test_one_claim_goes_on_the_day_another_is_free(tmp_path: Path, note: str, first: str) -> None:
    written = f'\n2026-03-19 note {DURAND} "Note" {note}\n' if note else ""
    timeline = ahead(company(tmp_path, TOGETHER + written, THRESHOLD), "2026-03-20", "2026-06-30")
    letters = [event for event in timeline.events if event.kind == "relance"]
    assert (str(letters[0].date), letters[0].step) == (first, "relance-1")
    assert [claim.invoice for claim in letters[0].claims] == ["F1"]


CREDITOR = {"nom": "Essai", "adresse": "1 rue\n69001 LYON"}
FAR = {"apres": "9", "canal": "courriel", "seuil": "2000"}
HIGH = {**DEFAULT_STEPS, "relance-1": FAR, "relance-2": FAR | {"apres": "12"}}
POLICIES = [
    Policy.model_validate({"creancier": CREDITOR} | more)
    for more in (
        {},
        {
            "etapes": HIGH,
            "regles": [{"si": {"solde-max": "1500"}, "parcours": "petit-montant"}],
            "ecart-client": "2",
        },
        {"etapes": HIGH, "calendrier": {"jours-ouvres": False}, "ecart-client": "0"},
        {"envoi": {"suivi": True, "validite": "2"}, "regroupement": "facture"},
        {"regles": [{"si": {"profil": ["occasionnel", "fidele"]}, "ecart": "1"}, {"ecart": "30"}]},
        {"regles": [{"si": {"jours-min": "20"}, "ecart": "1"}, {"ecart": "30"}]},
        {"calendrier": {"jours-ouvres": False}, "promesse": {"grace": "0"}, "ecart": "1"},
        {
            "merci": True,
            "rectification": True,
            "penalites": {"reliquat": "relancer"},
            "ecart-client": "0",
        },
        {
            "etapes": {
                **DEFAULT_STEPS,
                "relance-1": {"apres": "1", "canal": "courriel"},
                "relance-2": {"ecart": "2", "canal": "courriel"},
            },
            "ecart": "12",
        },
    )
]
WEEKS = 10


@st.composite
def plans_and_holds(draw: st.DrawFn, books: Books) -> tuple[Note, ...]:
    """Notes on whole accounts, more tangled than those of one invoice."""
    found = []
    for client in books.clients:
        for sort in draw(st.lists(st.sampled_from(LASTING), max_size=2)):
            day = START + timedelta(draw(st.integers(-20, 25)))
            until = day + timedelta(draw(st.integers(0, 40)))
            part = Money(Decimal(draw(st.integers(1, 100000))) / 100, "EUR")
            note = Note(day, client.account, sort, "", HERE, due=until, amount=part, until=until)
            found.append(note)
    return tuple(found)


LASTING = [NoteSort.PAYMENT_PLAN, NoteSort.HOLD, NoteSort.PROMISE, NoteSort.DISPUTE]


def every_day(policy: Policy, books: Books, span: Span) -> tuple[list[Event], Books]:
    """The plan of all the books on every working day, one after the other."""
    plans = []
    day = span.start
    while day <= span.until:
        plans.append(make_plan(OnDay(policy, books, day)))
        letters = (*books.letters, *map(left, plans[-1].letters))
        books = replace(books, letters=letters)
        day = policy.workdays.on_or_after(day + timedelta(1))
    return list(told(plans)), books


def essence(events: Sequence[Event]) -> Sequence[object]:
    """All that an event tells, the order of one day apart."""
    return sorted(
        (
            e.date,
            e.client.account,
            e.step or "",
            e.rank,
            str(e.total),
            tuple(e.channels),
            tuple(named(claim) for claim in e.claims),
        )
        for e in events
        if e.kind in ("relance", "contentieux")
    )


@settings(max_examples=150)
@given(st.data(), companies(), st.sampled_from(POLICIES), st.integers(0, 12))
@pytest.mark.slow
def test_leaving_days_out_changes_nothing(
    data: st.DataObject, books: Books, policy: Policy, before: int
) -> None:
    notes = (*books.notes, *data.draw(plans_and_holds(books)))
    books = replace(books, notes=tuple(sorted(notes, key=lambda note: note.date)))
    start = START + timedelta(before)
    books = known_at(books, start)
    _, books = every_day(policy, books, Span(START, start - timedelta(1)))
    unsent = tuple(replace(letter, dispatches=()) for letter in books.letters)
    books = replace(books, letters=unsent)
    span = Span(start, start + timedelta(weeks=WEEKS))
    expected, _ = every_day(policy, books, span)
    assert essence(foresee(OnDay(policy, books, start), span.until).events) == essence(expected)
