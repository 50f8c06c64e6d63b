"""An invoice credited after a letter claimed it: its client is told the new figures, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
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


# 1 000 due on 1 July and on the 15th, at 12.40 %: relance-2 on 10 August asked 40 days of the one,
# 13.59, 26 of the other, 8.83, and 40: 62.42.
IN_TWO = """
2026-06-01 * "Durand" "Facture" ^F2
  Actifs:Clients:Durand  1000.00 EUR
    echeance: 2026-07-01
  Actifs:Clients:Durand  1000.00 EUR
    echeance: 2026-07-15
  Produits:Ventes
"""
ASKED_ON = ("2026-07-27", "2026-08-10")


def in_two(root: Path, ledger: str, policy: str = "", days: Sequence[str] = ASKED_ON) -> Story:
    """F2 in two instalments, asked on these days; then the rest of the ledger."""
    story = company(root, IN_TWO, f"rectification: true\n{policy}")
    for day in days:
        issue(story, day)
    story.add(ledger)
    return story


def of_f2(day: str, amount: str) -> str:
    return credit(day, amount, " ^F2 #avoir")


def text_of(story: Story, day: str, language: str = "fr") -> str:
    text = compose(letter_of(story, day), replace(SETTING, language=language))
    return ordinary(text).partition("<!--")[0]


def letter_of(story: Story, day: str) -> Letter:
    (letter,) = decide(story, day).letters
    return letter


WORDS = {
    "fr": (
        "ceux de notre mise en demeure du 31 juillet 2026 compris",
        "Dû au 3 août 2026",
        "Pour le retard, nous réclamions 52,23 € le 31 juillet 2026 (R20260731-01)",
    ),
    "en": (
        "those of our formal notice of 31 July 2026 included",
        "Due on 3 August 2026",
        "we claimed €52.23 on 31 July 2026 (R20260731-01)",
    ),
    "de": (
        "Inverzugsetzung (mise en demeure) vom 31. Juli 2026",
        "Geschuldet am 3. August 2026",
        "forderten wir 52,23 € am 31. Juli 2026 (R20260731-01)",
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
    assert (line.claim.balance, line.fee, line.interest) == (ZERO, ZERO, None)
    text = ordinary(compose(letter, SETTING))
    assert "Plus rien n'est dû sur cette facture." in text.replace("’", "'")
    assert "mise en demeure comprise, sont sans objet" in text
    assert "40,00" not in text


def test_no_penalty_is_spoken_of_that_no_letter_claimed(tmp_path: Path) -> None:
    text = compose(letter_of(reminded(tmp_path), CREDITED_ON), SETTING)
    assert "L441-10" not in text
    assert "Indemnité" not in text


def test_what_is_left_of_a_settled_invoice_is_told_once(tmp_path: Path) -> None:
    """The credit note counts from its day: 62.42 stay demanded, not of each half."""
    policy = "penalites: {avoirs: date, reliquat: relancer}\n"
    story = in_two(tmp_path, of_f2("2026-08-20", "2000.00"), policy)
    text = text_of(story, "2026-08-21")
    assert "| Pénalités de retard, jusqu'au 10 août 2026 | 22,42 € |" in text
    assert "| **Dû au 21 août 2026** | **62,42 €** |" in text
    assert text.count("40,00 €") == 1


SETTLED = {
    "fr": ("du principal de cette facture.", "soldée ne sont pas comptées ici", "Plus rien"),
    "en": ("of the principal of this invoice.", "are not counted here", "Nothing is due"),
    "de": ("Vom Hauptbetrag dieser Rechnung", "hier nicht enthalten", "nichts mehr geschuldet"),
}


@pytest.mark.parametrize("language", SETTLED)
def test_a_settled_invoice_is_asked_nothing_unless_the_policy_does(
    tmp_path: Path, language: str
) -> None:
    """What it left of penalties is to be decided; given up, nothing is due any more. One invoice
    in two halves is one."""
    dated = "penalites: {avoirs: date}\n"
    story = in_two(tmp_path, of_f2("2026-08-20", "2000.00"), dated)
    text, (rest, reserved, nothing) = text_of(story, "2026-08-21", language), SETTLED[language]
    assert rest in text
    assert reserved in text
    assert nothing not in text
    assert "62,42" not in text
    assert "62.42" not in text
    assert {line.fee for line in letter_of(story, "2026-08-21").lines} == {ZERO}
    waived = "penalites: {avoirs: date, reliquat: abandonner}\n"
    story = in_two(tmp_path / "2", of_f2("2026-08-20", "2000.00"), waived)
    assert nothing in text_of(story, "2026-08-21", language)


def test_no_letter_beside_one_that_asks_the_rest_of_the_invoice(tmp_path: Path) -> None:
    """relance-2 of F2 (2/2) asks the fee: a letter of F2 (1/2) would ask it again."""
    story = in_two(tmp_path, of_f2("2026-08-20", "1500.00"), days=["2026-08-10"])
    result = plan(story, "2026-08-21")
    assert [letter["indemnite"] for letter in result["lettres"]] == ["40.00"]
    assert [x["code"] for x in result["rectifications"]] == ["rectification-dite"] * 2
    assert "réclame le reste de la facture" in result["rectifications"][0]["motif"]


REPLACED = {
    "fr": ("pour cette facture, il remplace", "Facture F2", "1 557,15 €", "1 000,00 € | – |"),
    "en": ("for this invoice, it replaces", "Invoice F2", "€1,557.15", "€1,000.00 | – |"),
    "de": ("für diese Rechnung ersetzt sie", "Rechnung F2", "1.557,15 €", "1.000,00 € | – |"),
}


@pytest.mark.parametrize("language", REPLACED)
def test_all_that_was_claimed_of_a_credited_invoice_is_listed(
    tmp_path: Path, language: str
) -> None:
    """43 days of 500, 7.30, 29 of 1 000, 9.85, and 40; the plan speaks of the credited half."""
    story = in_two(tmp_path, of_f2("2026-08-12", "500.00"))
    text = text_of(story, "2026-08-13", language)
    for words in REPLACED[language]:
        assert words in text
    (correction,) = plan(story, "2026-08-13")["rectifications"]
    assert (correction["tranche"], correction["avoirs"]) == (1, "500.00")
    assert letter_of(story, "2026-08-13").lines[0].interest is not None
    issue(story, "2026-08-13")
    assert plan(story, "2026-08-14")["rectifications"] == []


def test_what_holds_one_half_holds_the_invoice(tmp_path: Path) -> None:
    dispute = '2026-08-12 note Actifs:Clients:Durand "Non" ^F2 #litige\n  montant: 10 EUR\n'
    story = in_two(tmp_path, of_f2("2026-08-12", "500.00") + dispute)
    assert only(story, "2026-08-13")["code"] == "litige"
    assert told(story, "2026-08-13") == []


OTHERS = {
    "fr": "Nos autres demandes ne changent pas.",
    "en": "Our other claims are unchanged.",
    "de": "Unsere übrigen Forderungen bleiben unverändert.",
}


@pytest.mark.parametrize("language", OTHERS)
def test_other_invoices_of_the_letter_stay_claimed(tmp_path: Path, language: str) -> None:
    """The same reminder asked F2, which is still open."""
    other = ONE_INVOICE.replace("^F1", "^F2").replace("100.00", "50.00")
    story = company(tmp_path, ONE_INVOICE + other, TELL)
    issue(story, REMINDED)
    story.add(CREDITED)
    assert OTHERS[language] in text_of(story, CREDITED_ON, language)
    assert OTHERS[language] not in text_of(reminded(tmp_path / "2"), CREDITED_ON, language)


def test_a_notice_that_was_not_posted_claimed_nothing(tmp_path: Path) -> None:
    """That of the 31st lies unposted: the last to claim is relance-2 of the 16th: 15 days of
    1 200, 6.12, and 40."""
    story = company(tmp_path, NOTICED, TELL)
    for day in ("2026-07-08", "2026-07-16", "2026-07-31"):
        issue(story, day)
    story.add(credit("2026-08-03", "300.00"))
    text = text_of(story, "2026-08-03")
    assert "| F1 | 16/07/2026 |" in text
    assert "mise en demeure du" not in text
    assert "nous réclamions 46,12 € le 16 juillet 2026 (R20260716-01)" in text


def test_a_second_credit_note_names_the_notice_and_what_was_announced(tmp_path: Path) -> None:
    """The letter between announced, and claimed nothing; the notice stays replaced."""
    story = noticed(tmp_path, credit("2026-08-03", "300.00"))
    issue(story, "2026-08-03")
    story.add(credit("2026-08-04", "100.00"))
    text = text_of(story, "2026-08-04")
    assert "| Facture | Annoncé le | Avoir du | Annoncé | Avoir | Reste dû |" in text
    assert "| F1 | 03/08/2026 | 04/08/2026 | 900,00 € | 100,00 € | 800,00 € |" in text
    assert "ceux de notre mise en demeure du 31 juillet 2026 compris" in text
    assert "nous réclamions 52,23 € le 31 juillet 2026 (R20260731-01)" in text


WAIVED = {"fr": "Reçu ou abandonné", "en": "Received or waived", "de": "Erhalten oder erlassen"}


@pytest.mark.parametrize("language", WAIVED)
def test_what_was_given_up_is_not_called_received(tmp_path: Path, language: str) -> None:
    lost = entry(CREDITED_ON, "25.00").replace("Actifs:Banque", "Charges:Pertes")
    story = reminded(tmp_path, CREDITED + lost)
    assert WAIVED[language] in text_of(story, CREDITED_ON, language)
    paid = reminded(tmp_path / "2", CREDITED + entry(CREDITED_ON, "25.00"))
    assert WAIVED[language] not in text_of(paid, CREDITED_ON, language)


@pytest.mark.parametrize(
    ("language", "nothing"),
    [("fr", "Plus rien"), ("en", "Nothing is due"), ("de", "nichts mehr geschuldet")],
)
def test_a_fee_in_euros_is_something_due(tmp_path: Path, language: str, nothing: str) -> None:
    """A balance and interest of nothing in pounds, but 40 EUR beside."""
    story = in_two(tmp_path, of_f2("2026-08-20", "2000.00"))
    letter = letter_of(story, "2026-08-21")
    first = letter.lines[0]
    assert first.correction is not None
    correction = replace(
        first.correction, fee=Decimal(40), claim=replace(first.claim, currency="GBP")
    )
    line = replace(first, claim=correction.claim, fee=Decimal(40), correction=correction)
    letter = replace(letter, currency="GBP", lines=(line,))
    text = ordinary(compose(letter, replace(SETTING, language=language)))
    assert "40" in text
    assert nothing not in text
