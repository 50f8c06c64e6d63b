"""Payment plans: where they stand, what they hold, the reminders of their instalments, offers.

In 2026, 30 March is a Monday, 6 April Easter Monday, 30 May a Saturday.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from places import LETTERS
from relance.claims.claim import Receipt
from relance.claims.instalments import Cadence, days_of, equal_parts, parts_of
from relance.claims.on_day import OnDay
from relance.claims.payment_plans import (
    Instalment,
    Leniency,
    PaymentPlan,
    Standing,
    agreed_plans,
    state,
)
from relance.decision.planner import make_plan
from relance.files.plan_papers import notes
from relance.files.plan_proposals import Proposal, Wish, propose
from relance.letters.compose import LetterSetting, compose
from relance.policy.settings import Creditor, Policy
from relance.runs.summary import summarise
from relance.specimens.verification import verify
from relance.terminal.cli import relance
from relance.text.typography import ordinary
from relance.values.amounts import Money
from relance.values.dates import Workdays
from relance.values.facts import Books, Client, Note
from relance.values.issued import Dispatch, PendingLetter
from relance.values.kinds import DebtorType, NoteSort
from relance.values.movement import Movement
from relance.values.problem import Refusal, Source
from story import (
    ONE_INVOICE,
    Json,
    Story,
    company,
    day_of,
    decide,
    issue,
    issued,
    lines,
    only_letter,
    outcome,
    outcomes,
    plan,
    wait_of,
)

HERE = Source("ledger/main.beancount", 1)


def day(text: str) -> date:
    """A day of 2026, "03-30"."""
    return date.fromisoformat(f"2026-{text}")


# ---------------------------------------------------------------- Where a plan stands

# 100 by 30 every two months, agreed on 12 March: the plan of most tests here.
INSTALMENTS = [("03-30", "30"), ("05-30", "30"), ("07-30", "30"), ("09-30", "10")]
PLAN = PaymentPlan(
    "Actifs:Clients:Durand",
    day("03-12"),
    ("F1",),
    "EUR",
    tuple(Instalment(n, day(due), Decimal(x)) for n, (due, x) in enumerate(INSTALMENTS, 1)),
    HERE,
)
WEEK = Leniency(5, Decimal(1), Workdays())


def received(*payments: str) -> list[Receipt]:
    """Payments "03-30 30.00"; a credit note "03-30 30.00 avoir"."""
    words = [payment.split() for payment in payments]
    return [Receipt(day(w[0]), Decimal(w[1]), credit_note=len(w) > 2) for w in words]


@pytest.mark.parametrize(
    ("payments", "on", "standing", "place", "missing"),
    [
        # 5 working days after Monday 30 March, Easter Monday left out: through Tuesday 7 April
        ([], "03-12", Standing.RUNNING, 1, "30"),
        ([], "04-07", Standing.RUNNING, 1, "30"),
        ([], "04-08", Standing.BROKEN, 1, "30"),
        # in order, from the plan's own day on
        (["03-11 30"], "04-08", Standing.BROKEN, 1, "30"),
        (["03-12 30"], "04-08", Standing.RUNNING, 2, "30"),
        (["03-30 30"], "06-05", Standing.RUNNING, 2, "30"),  # Friday, the fifth after Saturday
        (["03-30 30"], "06-06", Standing.BROKEN, 2, "30"),
        # in part, at once for several, too much for one
        (["03-30 20"], "04-08", Standing.BROKEN, 1, "10"),
        (["03-30 20", "04-07 10"], "04-08", Standing.RUNNING, 2, "30"),
        (["03-30 50"], "04-08", Standing.RUNNING, 2, "10"),
        (["03-30 90"], "04-08", Standing.RUNNING, 4, "10"),
        (["03-30 100"], "04-08", Standing.KEPT, None, "0"),
        (["03-30 100"], "12-31", Standing.KEPT, None, "0"),
        # the shortfall that a claim is forgiven, an instalment is forgiven too
        (["03-30 29.00"], "04-08", Standing.RUNNING, 2, "30"),
        (["03-30 28.99"], "04-08", Standing.BROKEN, 1, "1.01"),
        # what came later was not there yet; made good, the plan goes on
        (["04-09 30"], "04-08", Standing.BROKEN, 1, "30"),
        (["04-09 30"], "04-09", Standing.RUNNING, 2, "30"),
        # a credit note is no payment: it takes the last instalments away
        (["03-20 30 avoir"], "04-08", Standing.BROKEN, 1, "30"),
        (["03-20 30 avoir", "03-30 70"], "12-31", Standing.KEPT, None, "0"),
        (["03-20 30 avoir", "03-30 60"], "04-08", Standing.RUNNING, 3, "10"),
        (["03-20 80 avoir"], "04-08", Standing.BROKEN, 1, "20"),
    ],
)
def test_where_a_plan_stands(
    payments: list[str], on: str, standing: Standing, place: int | None, missing: str
) -> None:
    found = state(PLAN, received(*payments), WEEK, day(on))
    at = found.instalment.place if found.instalment else None
    assert (found.standing, at, found.missing) == (standing, place, Decimal(missing))


def test_without_grace_the_day_after_breaks() -> None:
    strict = Leniency(0, Decimal(1), Workdays())
    days = [day("03-30"), day("03-31")]
    found = [state(PLAN, [], strict, each).standing for each in days]
    assert found == [Standing.RUNNING, Standing.BROKEN]


def written(due: str, amount: str, on: str = "03-12", **facts: object) -> Note:
    number, _, currency = amount.partition(" ")
    money = Money(Decimal(number), currency or "EUR")
    note = Note(day(on), "A", NoteSort.PAYMENT_PLAN, "", HERE, ("F1",), day(due), money)
    return replace(note, **facts)  # type: ignore[arg-type]


def test_the_notes_of_one_day_about_the_same_invoices_are_one_plan() -> None:
    one = [written("05-30", "30"), written("03-30", "40")]
    (found,) = agreed_plans(one)
    assert [(x.place, x.due, x.amount) for x in found.instalments] == [
        (1, day("03-30"), Decimal(40)),
        (2, day("05-30"), Decimal(30)),
    ]
    assert len(agreed_plans([*one, written("05-30", "30", "03-13")])) == 2
    assert len(agreed_plans([*one, written("05-30", "30", invoices=("F2",))])) == 2
    assert len(agreed_plans([*one, written("05-30", "30", invoices=())])) == 2
    assert len(agreed_plans([*one, written("05-30", "30 USD")])) == 2


def test_two_notes_for_one_day_are_one_instalment() -> None:
    (found,) = agreed_plans([written("03-30", "30"), written("03-30", "20")])
    assert found.instalments == (Instalment(1, day("03-30"), Decimal(50)),)


# ---------------------------------------------------------------- What it holds


def agreed(
    *instalments: tuple[str, str], on: str = "03-12", link: str = " ^F1", account: str = "Durand"
) -> str:
    """The notes of a plan."""
    return "".join(
        f'\n2026-{on} note Actifs:Clients:{account} "Convenu."{link} #echeancier\n'
        f"  echeance: 2026-{due}\n  montant: {amount if ' ' in amount else amount + '.00 EUR'}\n"
        for due, amount in instalments
    )


def paid(on: str, amount: str, link: str = " ^F1") -> str:
    return f"""
2026-{on} * "Virement"{link}
  Actifs:Clients:Durand  -{amount}.00 EUR
  Actifs:Banque
"""


def invoice(link: str, due: str, amount: str = "100.00 EUR", on: str = "02-10") -> str:
    return f"""
2026-{on} * "Facture" ^{link}
  echeance: 2026-{due}
  Actifs:Clients:Durand  {amount}
  Produits:Ventes
"""


def in_plan(tmp_path: Path, more: str = "", policy: str = "") -> Story:
    """Scenario 25: 100 due 10 March, by 30 every two months from 30 March."""
    return company(tmp_path, ONE_INVOICE + agreed(*INSTALMENTS) + more, policy)


@pytest.mark.slow
def test_scenario_25_kept_to_its_end(tmp_path: Path) -> None:
    """30, 30, 30, 10: nothing but waits and, before each date, its reminder."""
    more = paid("03-30", "30") + paid("05-29", "30") + paid("07-30", "30") + paid("09-30", "10")
    story = in_plan(tmp_path, more)
    told: list[tuple[str, str, str]] = []
    for n in range(230):
        letters = issue(story, str(day("03-12") + timedelta(n)))["lettres"]
        told += [(x["id"], x["etape"], x["total"]) for x in letters]
    assert told == [
        ("R20260327-01", "rappel", "30.00"),
        ("R20260527-01", "rappel", "30.00"),
        ("R20260727-01", "rappel", "30.00"),
        ("R20260925-01", "rappel", "10.00"),  # three days before is a Sunday
    ]
    assert outcome(story, "2026-10-20") is None


def test_scenario_25_one_missed(tmp_path: Path) -> None:
    """The second is not paid: broken after 5 working days, the claim takes its first step."""
    story = in_plan(tmp_path, paid("03-30", "30"))
    days = ["2026-04-20", "2026-06-05", "2026-06-08"]
    assert outcomes(story, days) == ["echeancier", "echeancier", "relance-1"]
    letter = only_letter(plan(story, "2026-06-08"))
    assert letter["total"] == "70.00"
    assert letter["echeance_manquee"] == {
        "date": "2026-05-30", "montant": "30.00", "manque": "30.00", "accord": "2026-03-12"
    }  # fmt: skip


def test_the_wait_names_the_next_instalment(tmp_path: Path) -> None:
    story = in_plan(tmp_path, paid("03-30", "20"))
    wait = wait_of(plan(story, "2026-03-31"))
    assert ordinary(wait["motif"]) == (
        "échéancier du 12 mars 2026 en cours : versement 1/4 de 30,00 € le 30 mars 2026, "
        "dont 10,00 € restent à recevoir"
    )
    assert wait["prochaine"] == {"etape": "relance-1", "date": "2026-04-08"}


def test_a_broken_plan_resumes_where_the_register_left_the_claim(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    assert only_letter(issue(story, "2026-03-17"))["etape"] == "relance-1"
    story.add(agreed(("04-30", "50"), ("06-30", "50"), on="03-20"))
    assert outcome(story, "2026-04-08") == "echeancier"
    issue(story, "2026-04-27")  # the reminder of the first instalment
    after = ["2026-05-11", "2026-05-12"]  # 1 and 8 May are holidays: five days end on the 11th
    assert outcomes(story, after) == ["echeancier", "relance-2"]
    assert only_letter(plan(story, "2026-05-12"))["rang"] == 2


def test_made_good_the_plan_goes_on(tmp_path: Path) -> None:
    story = in_plan(tmp_path, paid("04-09", "30"))
    days = ["2026-04-08", "2026-04-09"]
    assert outcomes(story, days) == ["relance-1", "echeancier"]


def test_the_latest_plan_replaces_the_older(tmp_path: Path) -> None:
    story = in_plan(tmp_path, agreed(("06-30", "100"), on="04-08"))
    assert outcome(story, "2026-04-08") == "echeancier"
    assert outcomes(story, ["2026-07-07", "2026-07-08"]) == ["echeancier", "relance-1"]


def test_a_plan_of_the_account_holds_what_was_there_that_day(tmp_path: Path) -> None:
    ledger = (
        ONE_INVOICE
        + invoice("F2", "03-10")
        + agreed(("06-30", "200"), link="")
        + invoice("F3", "03-20", on="03-13")
    )
    story = company(tmp_path, ledger)
    found = [outcome(story, "2026-03-27", name) for name in ("F1", "F2", "F3")]
    assert found == ["echeancier", "echeancier", "relance-1"]


def test_a_plan_in_another_currency_holds_and_is_told(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + agreed(("03-30", "100.00 USD")))
    result = plan(story, "2026-05-12")
    assert "échéancier en USD d'une créance en EUR" in wait_of(result)["motif"]
    (warning,) = result["avertissements"]
    assert "est en USD, ce qu'il couvre en EUR" in ordinary(warning)


def test_a_plan_of_the_account_leaves_other_currencies_alone(tmp_path: Path) -> None:
    ledger = ONE_INVOICE + invoice("F2", "03-10", "100.00 USD") + agreed(("06-30", "100"), link="")
    story = company(tmp_path, ledger)
    found = [outcome(story, "2026-03-17", name) for name in ("F1", "F2")]
    assert found == ["echeancier", "relance-1"]
    assert plan(story, "2026-03-17")["avertissements"] == []


@pytest.mark.parametrize(
    ("before", "sums"),
    [
        ("", ""),
        (paid("03-12", "30"), ""),  # the deposit paid that day settles the first instalment
        (paid("03-11", "30"), "ce qu'il couvre devait 70,00 €"),
        (invoice("F1", "03-20", "50.00 EUR", "02-11"), "ce qu'il couvre devait 150,00 €"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_add_up_is_told(tmp_path: Path, before: str, sums: str) -> None:
    story = company(tmp_path, ONE_INVOICE + before + agreed(*INSTALMENTS))
    told = [ordinary(warning) for warning in plan(story, "2026-03-20")["avertissements"]]
    whole = "l'échéancier du 12 mars 2026 fait 100,00 € en tout"
    assert [sums in warning and whole in warning for warning in told] == ([True] if sums else [])
    rows = (story.root / "ledger/main.beancount").read_text(encoding="utf-8").splitlines()
    last = max(n for n, row in enumerate(rows, 1) if "#echeancier" in row)
    assert all(warning.startswith(f"ledger/main.beancount:{last}: ") for warning in told)


def test_a_plan_that_decides_nothing_any_more_is_not_told(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + agreed(("03-30", "90")) + paid("03-30", "100"))
    assert plan(story, "2026-04-20")["avertissements"] == []


@pytest.mark.slow
def test_verifier_tells_it_too(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + agreed(("03-30", "90")))
    ours = shutil.ignore_patterns("en", "de")  # one language is tried faster than three
    shutil.copytree(LETTERS, tmp_path / "letters", ignore=ours)
    warnings = ordinary("\n".join(map(str, verify(story.facts, day_of(story, "2026-03-20")))))
    assert "fait 90,00 € en tout, mais ce qu'il couvre devait 100,00 €" in warnings


# ---------------------------------------------------------------- Reminders of instalments


def test_an_instalment_is_reminded_once_in_its_window(tmp_path: Path) -> None:
    """From Friday 27 March, three days before, to Sunday 29, the eve; asked once."""
    story = in_plan(tmp_path)
    days = ["2026-03-26", "2026-03-27", "2026-03-29", "2026-03-30"]
    assert outcomes(story, days) == ["echeancier", "rappel", "rappel", "echeancier"]
    letter = only_letter(issue(story, "2026-03-27"))
    assert (letter["etape"], letter["rang"], letter["total"]) == ("rappel", 0, "30.00")
    assert letter["versement"]["date"] == "2026-03-30"
    assert outcome(story, "2026-03-28") == "echeancier"
    (citation,) = story.books.letters[-1].citations
    assert (citation.instalment_due, citation.due) == (day("03-30"), day("03-10"))
    assert citation.balance.number == 100


def test_a_partly_paid_instalment_is_reminded_for_its_rest(tmp_path: Path) -> None:
    story = in_plan(tmp_path, paid("03-20", "10"))
    assert only_letter(plan(story, "2026-03-27"))["total"] == "20.00"


@pytest.mark.parametrize(
    ("policy", "more", "on"),
    [
        ("parcours: {standard: [relance-1, relance-2]}\n", "", "2026-03-27"),  # no such step
        ("", paid("03-20", "30"), "2026-03-27"),  # paid already
        ("", '\n2026-03-20 note Actifs:Clients:Durand "." #suspension\n', "2026-03-27"),
        ("", '\n2026-03-20 note Actifs:Clients:Durand "." ^F1 #litige\n', "2026-03-27"),
        ("grand-livre: {banque: {comptes: [Actifs:Banque]}}\n", "", "2026-03-27"),
    ],
)
def test_no_reminder_of_an_instalment(tmp_path: Path, policy: str, more: str, on: str) -> None:
    story = in_plan(tmp_path, more, policy)
    assert plan(story, on)["lettres"] == []


def test_a_step_of_the_track_gives_the_reminder_its_day_and_channel(tmp_path: Path) -> None:
    policy = "etapes: {rappel: {apres: -10, canal: courrier, seuil: 5000}}\n"
    story = in_plan(tmp_path, policy=policy)
    assert outcomes(story, ["2026-03-19", "2026-03-20"]) == ["echeancier", "rappel"]
    assert only_letter(plan(story, "2026-03-20"))["canal"] == ["courrier"]


def test_the_client_gap_before_the_due_date_holds_it(tmp_path: Path) -> None:
    """F2, due 27 March, is reminded on the 24th: 5 days later is Sunday, then the day itself."""
    story = in_plan(tmp_path, invoice("F2", "03-27"))
    assert only_letter(issue(story, "2026-03-24"))["factures"][0]["facture"] == "F2"
    assert outcome(story, "2026-03-27") == "echeancier"


def test_it_opens_no_gap_for_the_steps_of_the_track(tmp_path: Path) -> None:
    """Reminded on Friday 27 March with no grace: relance-1 on Tuesday 31, within the gap of 7."""
    story = in_plan(tmp_path, policy="echeancier: {grace: 0}\necart-client: 0\n")
    issue(story, "2026-03-27")
    letter = only_letter(plan(story, "2026-03-31"))
    assert (letter["etape"], letter["rang"]) == ("relance-1", 1)


def test_the_oldest_claims_take_the_instalment(tmp_path: Path) -> None:
    """50 of an instalment of 120: F1 of 100 takes it all, F2 waits; the next takes both."""
    ledger = ONE_INVOICE + invoice("F2", "03-20", "140.00 EUR")
    story = company(tmp_path, ledger + agreed(("03-30", "80"), ("05-29", "160"), link=" ^F1 ^F2"))
    letter = only_letter(issue(story, "2026-03-27"))
    assert {name: line["versement"] for name, line in lines(letter).items()} == {"F1": "80.00"}
    assert outcome(story, "2026-03-28", "F2") == "echeancier"
    story.add(paid("03-30", "80"))
    letter = only_letter(plan(story, "2026-05-26"))
    shares = {name: line["versement"] for name, line in lines(letter).items()}
    assert shares == {"F1": "20.00", "F2": "140.00"}
    assert letter["total"] == "160.00"


def test_it_is_a_letter_of_its_own(tmp_path: Path) -> None:
    story = in_plan(tmp_path, invoice("F2", "03-30"))
    letters = plan(story, "2026-03-27")["lettres"]
    assert [x["versement"] is None for x in letters] == [True, False]
    assert [set(lines(x)) for x in letters] == [{"F2"}, {"F1"}]


def test_a_reminder_on_a_branch_is_not_written_again(tmp_path: Path) -> None:
    story = in_plan(tmp_path)
    (letter,) = decide(story, "2026-03-27").letters
    waiting = [PendingLetter(issued(letter), "relance/2026-03-27")]
    assert plan(story, "2026-03-28", waiting)["lettres"] == []


def test_no_reminder_before_a_direct_debit(tmp_path: Path) -> None:
    story = in_plan(tmp_path)
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  paiement: "prelevement"')
    assert plan(story, "2026-03-27")["lettres"] == []


# ---------------------------------------------------------------- Words


def body(story: Story, on: str) -> str:
    (letter,) = decide(story, on).letters
    text = ordinary(compose(letter, LetterSetting(story.policy.creditor, LETTERS)))
    return text.split("---\n", 2)[2]


def test_the_reminder_asks_for_the_instalment_alone(tmp_path: Path) -> None:
    text = body(in_plan(tmp_path), "2026-03-27")
    assert "l'échéancier convenu le 12 mars 2026" in text
    assert "**À verser au plus tard le 30 mars 2026** | **30,00 €**" in text
    assert "retard" not in text


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("", "30,00 € le 30 mars 2026. Nous ne l'avons pas enregistré."),
        (paid("03-30", "12"), "30,00 € le 30 mars 2026. Il y manque à ce jour 18,00 €."),
    ],
)  # fmt: skip
def test_the_next_letter_says_which_instalment_was_missed(
    tmp_path: Path, more: str, sentence: str
) -> None:
    story = in_plan(tmp_path, more)
    assert sentence in body(story, "2026-04-08")


def test_every_step_after_the_due_date_says_it(tmp_path: Path) -> None:
    story = in_plan(tmp_path)
    told = []
    for on in ("2026-04-08", "2026-04-15", "2026-04-24"):
        told.append((decide(story, on).letters[0].step.name, body(story, on)))
        issue(story, on)
    assert [step for step, _ in told] == ["relance-1", "relance-2", "mise-en-demeure"]
    assert all("L'échéancier convenu le 12 mars 2026 prévoyait" in text for _, text in told)


def test_nothing_is_said_of_a_plan_that_was_kept(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + agreed(("03-30", "50")) + paid("03-30", "50"))
    assert "échéancier" not in body(story, "2026-04-08")


# ---------------------------------------------------------------- Without exception

POLICY = Policy(creditor=Creditor(name="Essai", address=("1 rue", "69001 LYON")))
DURAND = Client(
    "Actifs:Clients:Durand",
    "Durand",
    HERE,
    address=("2 rue du Port", "69002 LYON"),
    emails=("a@durand.example",),
    debtor=DebtorType.PROFESSIONAL,
)
OFFSETS = st.integers(0, 100)


@st.composite
def companies_in_plan(draw: st.DrawFn) -> Books:
    """One or two invoices, a plan or two about one or both, payments at any time."""
    movements, notes = list[Movement](), list[Note]()
    for n, name in enumerate(draw(st.sampled_from([("F1",), ("F1", "F2")]))):
        due = day("01-20") + timedelta(draw(OFFSETS))
        amount = Decimal(draw(st.integers(2, 300)))
        movements.append(
            Movement(
                day("01-05"), DURAND.account, amount, "EUR", HERE, (name,), own_due=due, entry=n
            )
        )
    for _ in range(draw(st.integers(0, 3))):
        on = day("01-10") + timedelta(draw(OFFSETS))
        amount = Decimal(draw(st.integers(1, 150)))
        links = draw(st.sampled_from([(), ("F1",)]))
        movements.append(Movement(on, DURAND.account, -amount, "EUR", HERE, links, entry=9))
    for _ in range(draw(st.integers(1, 2))):
        on = day("01-10") + timedelta(draw(st.integers(0, 60)))
        links = draw(st.sampled_from([(), ("F1",)]))
        offsets = draw(st.lists(OFFSETS, min_size=1, max_size=4))
        notes.extend(
            Note(
                on, DURAND.account, NoteSort.PAYMENT_PLAN, "", HERE, links, on + timedelta(offset),
                Money(Decimal(draw(st.integers(1, 100))), "EUR"),
            )
            for offset in offsets
        )  # fmt: skip
    by_date = sorted(movements, key=lambda m: m.date)
    return Books((DURAND,), tuple(by_date), tuple(sorted(notes, key=lambda n: n.date)))


def run(books: Books, days: range) -> Books:
    """The books after a run on each of these days, every letter posted at once."""
    for n in days:
        told = make_plan(OnDay(POLICY, books, day("01-10") + timedelta(n))).letters
        sent = [replace(issued(x), dispatches=(Dispatch(x.date),)) for x in told]
        books = replace(books, letters=(*books.letters, *sent))
    return books


@given(companies_in_plan())
@settings(max_examples=25)
@pytest.mark.slow
def test_an_instalment_is_reminded_at_most_once_and_moves_no_step(books: Books) -> None:
    """Run day after day: one reminder per claim and instalment; without the reminders, in a
    policy of no reminder before the due date, the steps of the track are the same."""
    ran = run(books, range(0, 150, 1))
    cited = [c for letter in ran.letters for c in letter.citations]
    reminders = Counter((c.invoice, c.instalment_due) for c in cited if c.instalment_due)
    assert all(times == 1 for times in reminders.values())
    assert all(c.rank == 0 and c.step == "rappel" for c in cited if c.instalment_due)
    kept = [
        replace(letter, citations=tuple(c for c in letter.citations if not c.instalment_due))
        for letter in ran.letters
    ]
    forgotten = replace(ran, letters=tuple(letter for letter in kept if letter.citations))
    for n in range(0, 170, 10):
        on = day("01-10") + timedelta(n)
        assert track_steps(ran, on) == track_steps(forgotten, on)


def track_steps(books: Books, on: date) -> dict[str | None, str]:
    """The steps of the track due on a day, reminders of instalments and their gap apart."""
    found = make_plan(OnDay(POLICY, books, on))
    return {
        line.claim.invoice: line.step.name
        for letter in found.letters
        for line in letter.lines
        if line.step and not line.instalment and not line.step.before_due
    }


@given(companies_in_plan(), OFFSETS)
@settings(max_examples=60)
def test_a_reminder_never_asks_more_than_the_instalment_or_the_balance(
    books: Books, after: int
) -> None:
    on = day("01-10") + timedelta(after)
    for letter in make_plan(OnDay(POLICY, books, on)).letters:
        if letter.running:
            assert 0 < letter.principal <= letter.running.missing
            assert all(0 < line.claimed <= line.claim.balance for line in letter.lines)
            assert letter.running.instalment is not None
            assert on < letter.running.instalment.due


# ---------------------------------------------------------------- Old disputes

DISPUTED = ONE_INVOICE + '\n2026-03-12 note Actifs:Clients:Durand "Conteste tout." ^F1 #litige\n'


@pytest.mark.parametrize(
    ("policy", "on", "days", "alert"),
    [
        ("", "2026-04-11", 30, False),
        ("", "2026-04-12", 31, True),
        ("litige: {alerte: 7}\n", "2026-03-19", 7, False),
        ("litige: {alerte: 7}\n", "2026-03-20", 8, True),
    ],
)
def test_an_old_dispute_is_an_alert(
    tmp_path: Path, policy: str, on: str, days: int, alert: bool
) -> None:
    (dispute,) = plan(company(tmp_path, DISPUTED, policy), on)["litiges"]
    assert (dispute["facture"], dispute["jours"], dispute["alerte"]) == ("F1", days, alert)
    assert dispute["texte"] == "Conteste tout."


def test_a_disputed_part_has_an_age_too_and_more_notes_do_not_renew_it(tmp_path: Path) -> None:
    more = (
        '\n2026-04-20 note Actifs:Clients:Durand "Seulement 30." ^F1 #litige\n'
        "  montant: 30.00 EUR\n"
    )
    (dispute,) = plan(company(tmp_path, DISPUTED + more), "2026-04-21")["litiges"]
    assert (dispute["conteste"], dispute["depuis"], dispute["jours"]) == ("30.00", "2026-03-12", 40)
    assert dispute["texte"] == "Seulement 30."


def test_a_dispute_closed_or_of_a_paid_invoice_is_no_dispute(tmp_path: Path) -> None:
    closed = '\n2026-03-20 note Actifs:Clients:Durand "Réglé." ^F1 #litige-clos\n'
    assert plan(company(tmp_path / "a", DISPUTED + closed), "2026-05-20")["litiges"] == []
    settled = DISPUTED + paid("03-20", "100")
    assert plan(company(tmp_path / "b", settled), "2026-05-20")["litiges"] == []


def test_old_disputes_come_first_in_the_terminal_and_the_summary(tmp_path: Path) -> None:
    story = company(tmp_path, DISPUTED)
    args = ["plan", "--dossier", str(story.root), "--au", "2026-04-12"]
    result = CliRunner().invoke(relance, args, catch_exceptions=False)
    printed = ordinary(result.output)
    assert printed.index("À régler avant de relancer : 1 litige") < printed.index("À émettre")
    assert "31 jours Durand SARL : Conteste tout." in printed
    text = ordinary(summarise(decide(story, "2026-04-12"), story.facts, []))
    assert text.index("## À régler avant de relancer") < text.index("## En attente")
    assert "| Durand SARL | F1 | 100,00 € | 31 jours | Conteste tout. |" in text
    recent = summarise(decide(story, "2026-04-11"), story.facts, [])
    assert "À régler avant de relancer" not in recent


# ---------------------------------------------------------------- Instalments


@pytest.mark.parametrize(
    ("total", "count", "parts"),
    [
        ("100.00", 3, "33.33 33.33 33.34"),
        ("200.00", 3, "66.67 66.67 66.66"),
        ("90.00", 3, "30.00 30.00 30.00"),
        ("0.05", 2, "0.03 0.02"),
        ("100.00", 1, "100.00"),
    ],
)
def test_equal_parts(total: str, count: int, parts: str) -> None:
    assert equal_parts(Decimal(total), count) == tuple(map(Decimal, parts.split()))


@pytest.mark.parametrize(
    ("total", "each", "parts"),
    [("100", "30", "30 30 30 10"), ("90", "30", "30 30 30"), ("20", "30", "20")],
)
def test_parts_of_a_given_amount(total: str, each: str, parts: str) -> None:
    assert parts_of(Decimal(total), Decimal(each)) == tuple(map(Decimal, parts.split()))


@pytest.mark.parametrize(
    ("first", "every", "count", "expected"),
    [
        ("2026-12-05", "1m", 3, "2026-12-07 2027-01-05 2027-02-05"),  # 5 December: a Saturday
        ("2026-01-31", "1m", 4, "2026-02-02 2026-03-02 2026-03-31 2026-04-30"),
        ("2027-12-31", "2m", 3, "2027-12-31 2028-02-29 2028-05-02"),  # 30 April: a Sunday, 1 May
        ("2026-03-30", "15j", 3, "2026-03-30 2026-04-14 2026-04-29"),
    ],
)
def test_days(first: str, every: str, count: int, expected: str) -> None:
    cadence = Cadence.parse(every)
    assert cadence is not None
    found = days_of(date.fromisoformat(first), cadence, count, Workdays())
    assert " ".join(map(str, found)) == expected


@pytest.mark.parametrize("text", ["", "m", "0m", "1", "1x", "-1m", "1.5m", "1 mois"])
def test_cadences_that_are_none(text: str) -> None:
    assert Cadence.parse(text) is None


@given(st.integers(1, 10**7), st.integers(1, 60))
def test_parts_always_add_up(pennies: int, count: int) -> None:
    total = Decimal(pennies) / 100
    assert sum(equal_parts(total, count)) == total
    assert sum(parts_of(total, Decimal(count))) == total


# ---------------------------------------------------------------- Offers


def offered(story: Story, *more: str, on: str = "2026-03-23") -> Json:
    """What `relance noter Durand` answers: its status and its words."""
    args = ["noter", "Durand", "--dossier", str(story.root), "--au", on, *more]
    result = CliRunner().invoke(relance, args)
    refusal = result.exception if isinstance(result.exception, Refusal) else None
    if result.exception and not refusal and not isinstance(result.exception, SystemExit):
        raise result.exception
    return {"refusal": ordinary(str(refusal or "")), "status": result.exit_code}


def with_letters(tmp_path: Path, ledger: str, policy: str = "") -> Story:
    story = company(tmp_path, ledger, policy)
    (tmp_path / "letters").symlink_to(LETTERS)
    return story


def letter_of(story: Story, name: str = "2026-03-23-durand-sarl") -> str:
    assert (story.root / f"out/propositions/{name}.pdf").read_bytes().startswith(b"%PDF")
    text = (story.root / f"out/propositions/{name}.md").read_text(encoding="utf-8")
    return ordinary(text)


@pytest.mark.slow
def test_an_offer_is_a_letter_and_nothing_else(tmp_path: Path) -> None:
    story = with_letters(tmp_path, ONE_INVOICE)
    before = (tmp_path / "ledger/main.beancount").read_text(encoding="utf-8")
    assert offered(story, "--echeancier", "3", "--des", "2026-04-05") == {
        "refusal": "",
        "status": 0,
    }
    text = letter_of(story)
    assert "| 1 | 7 avril 2026 | 33,33 € |" in text  # the 5th is Easter Sunday
    assert "| 2 | 5 mai 2026 | 33,33 € |" in text
    assert "| 3 | 5 juin 2026 | 33,34 € |" in text
    assert "| **Total** | | **100,00 €** |" in text
    assert "continuent de courir" in text
    assert "5 jours ouvrés après sa date, le solde redevient exigible" in text
    assert "reconnais devoir à Atelier Essai la somme de 100,00 € (facture F1)" in text
    assert (tmp_path / "ledger/main.beancount").read_text(encoding="utf-8") == before


@pytest.mark.slow
def test_a_private_person_writes_the_sum_and_is_told_of_no_interest(tmp_path: Path) -> None:
    """C. civ. 1376 and 1344-1: no formal notice took effect."""
    story = with_letters(tmp_path, ONE_INVOICE)
    story.replace('  type: "professionnel"', '  type: "particulier"')
    offered(story, "--echeancier", "2", "--des", "2026-04-07")
    text = letter_of(story)
    reply = text.partition("## Réponse de")[2]
    assert "la somme que j'écris ci-dessous de ma main, en toutes lettres et en chiffres" in reply
    assert "| Somme en toutes lettres | …" in reply
    assert "| Somme en chiffres | …" in reply
    assert "100,00 €" not in reply
    assert "Intérêts de retard" not in text


@pytest.mark.slow
def test_interest_waived_if_the_plan_is_kept(tmp_path: Path) -> None:
    story = with_letters(tmp_path, ONE_INVOICE)
    offered(story, "--echeancier", "2", "--des", "2026-04-07", "--interets", "abandonnes")
    assert "nous renonçons aux intérêts de retard sur cette facture" in letter_of(story)


@pytest.mark.slow
def test_the_same_offer_keeps_its_name_another_takes_the_next(tmp_path: Path) -> None:
    story = with_letters(tmp_path, ONE_INVOICE)
    for count in ("3", "3", "4"):
        offered(story, "--echeancier", count, "--des", "2026-04-07")
    names = sorted(p.name for p in (tmp_path / "out/propositions").glob("*.md"))
    assert names == ["2026-03-23-durand-sarl-2.md", "2026-03-23-durand-sarl.md"]


@pytest.mark.slow
def test_an_accepted_offer_holds_its_claims(tmp_path: Path) -> None:
    """Scenario 25 by the command: 30, 30, 30, 10 every two months."""
    story = with_letters(tmp_path, ONE_INVOICE)
    args = ["--versement", "30", "--des", "2026-03-30", "--tous-les", "2m", "--facture", "F1"]
    assert offered(story, *args, "--accepte")["status"] == 0
    again = Story(tmp_path)
    found = [(note.due, note.amount, note.invoices) for note in again.books.notes]
    amounts = [Money(Decimal(f"{n}.00"), "EUR") for n in (30, 30, 30, 10)]
    days = [day("03-30"), day("06-01"), day("07-30"), day("09-30")]  # 30 May: a Saturday
    assert found == [(due, x, ("F1",)) for due, x in zip(days, amounts, strict=True)]
    assert outcome(again, "2026-03-24") == "echeancier"
    assert plan(again, "2026-03-24")["avertissements"] == []


def test_an_offer_for_the_whole_account_names_no_invoice(tmp_path: Path) -> None:
    story = with_letters(tmp_path, ONE_INVOICE + invoice("F2", "04-10", "50.00 EUR"))
    proposal = offer(story, "2026-03-23", count=2)
    assert proposal.total == Money(Decimal("150.00"), "EUR")
    assert [note.links for note in notes(proposal)] == [(), ()]
    assert {note.tags for note in notes(proposal)} == {("echeancier",)}


def offer(story: Story, on: str, count: int) -> Proposal:
    (client,) = [c for c in story.books.clients if c.label == "Durand SARL"]
    wish = Wish(client, date(2026, 4, 7), Cadence(1, months=True), count=count)
    return propose(OnDay(story.policy, story.books, date.fromisoformat(on)), wish)


THREE = ["--echeancier", "3", "--des", "2026-04-07"]


@pytest.mark.parametrize(
    ("more", "args", "what"),
    [
        ("", ["--echeancier", "3"], "--des: quel jour pour le premier versement ?"),
        ("", ["--des", "2026-04-07"], "donnez --echeancier ou --versement"),
        ("", ["--accepte"], "donnez --echeancier ou --versement"),
        ("", ["--versement", "0", "--des", "2026-04-07"], "un versement est positif"),
        ("", [*THREE, "--versement", "30"], "donnez --echeancier ou --versement"),
        ("", ["--echeancier", "3", "--des", "2026-03-20"], "le 20 mars 2026 est passé"),
        ("", [*THREE, "--facture", "F9"], "ne doit rien sur « F9 »"),
        ("", [*THREE[:3], "2026-04-03", "--tous-les", "1j"], "le même jour ouvré"),
        ("", ["--versement", "0.10", "--des", "2026-04-07"], "100,00 € en 1000 versements"),
        ("", ["--versement", "9" * 44, "--des", "2026-04-07"], "un versement est positif"),
        ("", ["--versement", "-5", "--des", "2026-04-07"], "un versement est positif"),
        ("", ["--versement", "100", "--des", "2026-04-07"], "un seul versement n'étale rien"),
        (paid("03-20", "100"), THREE, "Durand SARL ne doit rien"),
        (
            '\n2026-03-20 note Actifs:Clients:Durand "." ^F1 #litige\n  montant: 30.00 EUR\n',
            THREE,
            "F1 est contestée pour 30,00 €",
        ),
        (
            '\n2026-03-20 note Actifs:Clients:Durand "." #procedure-collective\n',
            THREE,
            "procédure collective ouverte le 20 mars 2026",
        ),
        (
            invoice("F2", "04-10", "10.00 USD"),
            THREE,
            "ces factures sont en EUR, USD",
        ),
    ],
)  # fmt: skip
def test_offers_that_cannot_be(tmp_path: Path, more: str, args: list[str], what: str) -> None:
    story = with_letters(tmp_path, ONE_INVOICE + more)
    assert what in offered(story, *args)["refusal"]
    assert not (tmp_path / "out/propositions").exists()


def test_a_public_body_is_owed_interest_whatever_was_said(tmp_path: Path) -> None:
    ledger = ONE_INVOICE.replace("Clients:Durand", "Clients:Mairie")
    story = with_letters(tmp_path, ledger)
    (client,) = [c for c in story.books.clients if c.debtor is DebtorType.PUBLIC]
    wish = Wish(client, day("04-07"), Cadence(1, months=True), count=2)
    assert propose(OnDay(story.policy, story.books, day("03-23")), wish).remark == ""
    waived = propose(OnDay(story.policy, story.books, day("03-23")), replace(wish, waived=True))
    assert "sans effet (L2192-13)" in waived.remark


def test_an_offer_comes_alone(tmp_path: Path) -> None:
    story = with_letters(tmp_path, ONE_INVOICE)
    assert offered(story, *THREE, "--appel", "Rappelle demain.")["status"] == 2
    assert not (tmp_path / "out/propositions").exists()


def test_an_unknown_client_is_told(tmp_path: Path) -> None:
    story = with_letters(tmp_path, ONE_INVOICE)
    args = ["noter", "Dupond", *THREE, "--dossier", str(story.root), "--au", "2026-03-23"]
    refusal = CliRunner().invoke(relance, args).exception
    assert "aucun client, ou plusieurs, sous « Dupond »" in str(refusal)


@pytest.mark.slow
def test_an_accepted_offer_is_dated_as_told(tmp_path: Path) -> None:
    story = with_letters(tmp_path, ONE_INVOICE)
    assert offered(story, *THREE, "--accepte", "--le", "2026-03-20")["status"] == 0
    assert {note.date for note in Story(tmp_path).books.notes} == {day("03-20")}
