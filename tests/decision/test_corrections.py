"""An invoice credited after a letter claimed it: its client is told the new figures, once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from decision.test_thanks import entry
from letters.test_letters import SETTING
from relance.decision.outcomes import Letter
from relance.decision.planner import make_plan
from relance.files.explanation import explain
from relance.letters.compose import compose
from relance.report.actions import actions
from relance.text.frontmatter import front_matter
from relance.text.typography import ordinary
from relance.values.amounts import ZERO
from story import (
    EVERY_DAY,
    ONE_INVOICE,
    Json,
    Story,
    company,
    day_of,
    decide,
    issue,
    only_letter,
    outcome,
    plan,
    posted,
)

# F1, 100, was due on 10 March; relance-1 on the 17th, credited by 30 on the 18th.
REMINDED, CREDITED_ON = "2026-03-17", "2026-03-18"
TELL = f"{EVERY_DAY}rectification: true\n"


def credit(day: str, amount: str, link: str = " ^F1 #avoir") -> str:
    return entry(day, amount, link).replace("Actifs:Banque", "Produits:Ventes")


CREDITED = credit(CREDITED_ON, "30.00")


def reminded(root: Path, ledger: str = CREDITED, policy: str = TELL) -> Story:
    """F1 reminded on 17 March; then the rest of the ledger."""
    story = company(root, ONE_INVOICE, policy)
    issue(story, REMINDED)
    story.add(ledger)
    return story


def told(story: Story, day: str) -> list[tuple[str, str, str]]:
    """What letters of a day put right: the number, what was claimed, what is owed."""
    lines = [line for letter in decide(story, day).letters for line in letter.lines]
    return [
        (x.claim.label, f"{x.correction.claimed:.2f}", f"{x.claim.balance:.2f}")
        for x in lines
        if x.correction
    ]


def only(story: Story, day: str = CREDITED_ON) -> Json:
    """The one invoice to put right of a day."""
    (correction,) = plan(story, day)["rectifications"]
    assert isinstance(correction, dict)
    return correction


def test_the_client_is_told_once_of_each_credit_note(tmp_path: Path) -> None:
    story = reminded(tmp_path)
    letter = only_letter(issue(story, CREDITED_ON))
    assert (letter["etape"], letter["rang"], letter["total"]) == ("rectification", 0, "0.00")
    assert only(reminded(tmp_path / "2"))["motif"] == "une lettre du jour le dit"
    for day in (CREDITED_ON, "2026-03-19", "2026-03-24"):
        assert plan(story, day)["rectifications"] == []
    story.add(credit("2026-03-19", "20.00"))
    assert told(story, "2026-03-19") == [("F1", "70.00", "50.00")]
    issue(story, "2026-03-19")
    assert told(story, "2026-03-20") == []


def test_by_default_it_is_said_in_the_house_alone(tmp_path: Path) -> None:
    story = reminded(tmp_path, policy=EVERY_DAY)
    assert plan(story, CREDITED_ON)["lettres"] == []
    assert (only(story)["reclame"], only(story)["avoirs"]) == ("100.00", "30.00")
    assert (only(story)["solde"], only(story)["code"]) == ("70.00", "rectification")
    on = day_of(story, CREDITED_ON)
    words = ordinary(" ".join(explain(on, "F1", make_plan(on)).decisions))
    assert "à rectifier : 100,00 € réclamés par R20260317-01, avoir de 30,00 €" in words
    assert "attente" in words


def test_old_credit_notes_are_not_dug_out(tmp_path: Path) -> None:
    """30 days after the 18th of March is the 17th of April."""
    policy = f"{TELL}parcours: {{standard: [relance-1]}}\n"
    story = reminded(tmp_path, policy=policy)
    assert told(story, "2026-04-17") == [("F1", "100.00", "70.00")]
    assert told(story, "2026-04-18") == []
    assert plan(story, "2026-04-18")["rectifications"] == []


def test_what_no_letter_claimed_needs_none(tmp_path: Path) -> None:
    """Before the first reminder, in one that says it, for less than the tolerance."""
    story = company(tmp_path, ONE_INVOICE + CREDITED, TELL)
    assert plan(story, CREDITED_ON)["rectifications"] == []
    story = company(tmp_path / "2", ONE_INVOICE + credit("2026-03-16", "30.00"), TELL)
    issue(story, REMINDED)
    assert plan(story, CREDITED_ON)["rectifications"] == []
    story = reminded(tmp_path / "3", credit(CREDITED_ON, "1.00"))
    assert plan(story, CREDITED_ON)["rectifications"] == []


def test_a_reminder_that_never_left_claimed_nothing(tmp_path: Path) -> None:
    story = reminded(tmp_path, policy=f"{TELL}envoi: {{suivi: true}}\n")
    assert plan(story, CREDITED_ON)["rectifications"] == []
    posted(story, "R20260317-01", REMINDED)
    assert told(story, CREDITED_ON) == [("F1", "100.00", "70.00")]


def test_the_days_reminder_says_it_itself(tmp_path: Path) -> None:
    """relance-2 on the 25th asks 70: no second letter beside it, and nothing changes of it."""
    letters = []
    for number, policy in enumerate((EVERY_DAY, TELL)):
        story = reminded(tmp_path / str(number), credit("2026-03-25", "30.00"), policy)
        letters.append(decide(story, "2026-03-25").letters)
        assert only(story, "2026-03-25")["code"] == "rectification-dite" or policy == EVERY_DAY
    assert letters[0] == letters[1]
    assert [(x.step.name, f"{x.principal:.2f}") for x in letters[1]] == [("relance-2", "70.00")]


def test_a_credit_note_booked_after_the_letter_under_an_earlier_day(tmp_path: Path) -> None:
    """Of the 16th, but the letter of the 17th asked the whole: it did not know it."""
    story = reminded(tmp_path, credit("2026-03-16", "30.00"))
    assert told(story, CREDITED_ON) == [("F1", "100.00", "70.00")]


def test_a_payment_booked_late_is_no_credit_note(tmp_path: Path) -> None:
    """The letter knew of the credit note (70), not of the payment of the 16th."""
    story = company(tmp_path, ONE_INVOICE + credit("2026-03-12", "30.00"), TELL)
    issue(story, REMINDED)
    story.add(entry("2026-03-16", "20.00"))
    assert plan(story, CREDITED_ON)["rectifications"] == []


def test_payments_since_are_told_beside(tmp_path: Path) -> None:
    story = reminded(tmp_path, CREDITED + entry(CREDITED_ON, "25.00"))
    (letter,) = decide(story, CREDITED_ON).letters
    text = ordinary(compose(letter, SETTING))
    assert "| F1 | 17/03/2026 | 18/03/2026 | 100,00 € | 30,00 € | 25,00 € | 45,00 € |" in text


def test_who_paid_the_rest_knows_it(tmp_path: Path) -> None:
    story = reminded(tmp_path, CREDITED + entry("2026-03-19", "70.00"))
    assert plan(story, "2026-03-19")["rectifications"] == []


def test_what_was_disputed_was_not_claimed(tmp_path: Path) -> None:
    """40 of the 100 in dispute: the letter asked 60. A credit note of 30 corrects nothing, one of
    50 more than the letter left out: that is for a person to write."""
    dispute = '2026-03-12 note Actifs:Clients:Durand "Pas ça" ^F1 #litige\n  montant: 40 EUR\n'
    over = f'{CREDITED_ON} note Actifs:Clients:Durand "Réglé" ^F1 #litige-clos\n'
    for number, (amount, code) in enumerate((("30.00", None), ("50.00", "rectification"))):
        story = company(tmp_path / str(number), ONE_INVOICE + dispute, TELL)
        assert only_letter(issue(story, REMINDED))["total"] == "60.00"
        story.add(credit(CREDITED_ON, amount) + over)
        found = plan(story, CREDITED_ON)["rectifications"]
        assert [correction["code"] for correction in found] == ([code] if code else [])


HELD = [
    ('note Actifs:Clients:Durand "Non" ^F1 #litige', "litige"),
    ('note Actifs:Clients:Durand "Attendre" #suspension', "suspension"),
    ('note Actifs:Clients:Durand "RJ" #procedure-collective', "procedure-collective"),
    (
        'note Actifs:Clients:Durand "Plan" #echeancier\n  echeance: 2026-04-01\n  montant: 70 EUR',
        "echeancier",
    ),
]


@pytest.mark.parametrize(("note", "code"), HELD)
def test_what_holds_letters_holds_this_one(tmp_path: Path, note: str, code: str) -> None:
    story = reminded(tmp_path, f"{CREDITED}{CREDITED_ON} {note}\n")
    assert only(story)["code"] == code
    assert told(story, CREDITED_ON) == []


def test_money_to_give_back_is_for_a_person(tmp_path: Path) -> None:
    other = '\n2026-03-18 * "Durand" "Virement"\n  Actifs:Banque  500.00 EUR\n'
    story = reminded(tmp_path, CREDITED + other + "  Actifs:Clients:Durand  -500.00 EUR\n")
    assert told(story, CREDITED_ON) == []


def test_it_is_no_reminder(tmp_path: Path) -> None:
    """relance-2 comes on its day, and counts two reminders, not three."""
    story = reminded(tmp_path)
    issue(story, CREDITED_ON)
    assert outcome(story, "2026-03-24") == "apres"
    letter = only_letter(plan(story, "2026-03-25"))
    assert (letter["etape"], letter["rang"]) == ("relance-2", 2)
    (done,) = actions(day_of(story, "2026-03-25")).values()
    assert [action.step for action in done] == ["relance-1"]


# 1 200 owed by a trader since 1 July at 12.40 %: the notice of the 31st asked 30 days, 12.23, and
# 40. 300 credited on 3 August leave 900: 33 days, 10.09, and 40.
NOTICED = """
2026-06-01 * "Durand" "Facture" ^F1
  echeance: 2026-07-01
  Actifs:Clients:Durand  1200.00 EUR
  Produits:Ventes
"""


def noticed(root: Path, ledger: str, policy: str = TELL) -> Story:
    story = company(root, NOTICED, policy)
    for day in ("2026-07-08", "2026-07-16", "2026-07-31"):
        issue(story, day)
    posted(story, "R20260731-01", "2026-08-01", "2026-08-02")
    story.add(ledger)
    return story


def letter_of(story: Story, day: str) -> Letter:
    (letter,) = decide(story, day).letters
    return letter


WORDS = {
    "fr": (
        "ceux de notre mise en demeure du 31 juillet 2026 compris",
        "Dû au 3 août 2026",
        "réclamait 52,23 €",
    ),
    "en": (
        "those of our formal notice of 31 July 2026 included",
        "Due on 3 August 2026",
        "claimed €52.23",
    ),
    "de": (
        "Inverzugsetzung (mise en demeure) vom 31. Juli 2026",
        "Geschuldet am 3. August 2026",
        "forderte 52,23 €",
    ),
}


@pytest.mark.parametrize("language", WORDS)
def test_a_notice_that_claimed_too_much_is_put_right(tmp_path: Path, language: str) -> None:
    """Its penalties are reckoned anew; the letter itself demands nothing."""
    story = noticed(tmp_path, credit("2026-08-03", "300.00"))
    text = ordinary(compose(letter_of(story, "2026-08-03"), replace(SETTING, language=language)))
    for words in WORDS[language]:
        assert words in text
    figures = ("900.00", "10.09", "950.09") if language == "en" else ("900,00", "10,09", "950,09")
    assert all(figure in text for figure in figures)
    front, _ = front_matter(text)
    assert (front["total"], front["rang"]) == (0, 0)
    assert {"virement", "sous", "pieces"}.isdisjoint(front)


def test_nothing_is_left_of_what_was_never_owed(tmp_path: Path) -> None:
    """A whole credit note counts from the due date: no interest, no fee, no formal notice."""
    story = noticed(tmp_path, credit("2026-08-03", "1200.00"))
    letter = letter_of(story, "2026-08-03")
    (line,) = letter.lines
    assert line.interest is not None
    assert (line.claim.balance, line.fee, line.interest.total) == (ZERO, ZERO, ZERO)
    text = ordinary(compose(letter, SETTING))
    assert "Plus rien n'est dû sur cette facture." in text.replace("’", "'")
    assert "mise en demeure comprise, sont sans objet" in text
    assert "40,00" not in text


def test_no_penalty_is_spoken_of_that_no_letter_claimed(tmp_path: Path) -> None:
    text = compose(letter_of(reminded(tmp_path), CREDITED_ON), SETTING)
    assert "L441-10" not in text
    assert "Indemnité" not in text
