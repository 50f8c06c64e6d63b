"""Statements of account: who gets one, once a month, and what keeps one back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from decision.test_thanks import OTHER, entry
from letters.test_letters import SETTING
from relance.decision.client_files import ClientFiles
from relance.decision.outcomes import Letter
from relance.decision.statements import StatementPlan, plan_like, plan_statements
from relance.letters.compose import compose
from relance.report.actions import actions
from relance.text.frontmatter import front_matter
from relance.text.typography import ordinary
from story import (
    EVERY_DAY,
    ONE_INVOICE,
    THREE_INVOICES,
    Story,
    company,
    day_of,
    issue,
    issued,
    outcome,
    plan,
    posted,
    put_into_register,
)

# F1 is due on 10 March: not late on the 2nd, late on the 31st.
EARLY, LATE, NEXT = "2026-03-02", "2026-03-31", "2026-04-01"
DURAND = "Actifs:Clients:Durand"


def stated(story: Story, day: str, *chosen: str) -> StatementPlan:
    return plan_statements(day_of(story, day), frozenset(chosen) or None)


def state(story: Story, day: str) -> list[Letter]:
    """Write the statements of a day into the register."""
    letters = list(stated(story, day).plan.letters)
    put_into_register(story, day, [issued(letter) for letter in letters])
    return letters


def left_out(story: Story, day: str = LATE) -> list[str]:
    """Why the clients of a day get none."""
    return [reason.code for reason in stated(story, day).left_out]


def test_one_for_each_client_who_owes_something(tmp_path: Path) -> None:
    """Late or not: Durand owes F1 and F2, the town F3; the others owe nothing."""
    story = company(tmp_path, THREE_INVOICES, EVERY_DAY)
    for day in (EARLY, LATE):
        letters = stated(story, day).plan.letters
        cited = [[line.claim.label for line in letter.lines] for letter in letters]
        assert cited == [["F1", "F2"], ["F3"]]
        assert all(letter.total.number == 0 and letter.rank == 0 for letter in letters)
    assert [x.client.account for x in stated(story, LATE, DURAND).plan.letters] == [DURAND]


def test_one_a_month_and_one_more_when_asked_for(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE, EVERY_DAY)
    assert len(state(story, EARLY)) == 1
    assert (stated(story, LATE).plan.letters, left_out(story)) == ((), ["releve-deja"])
    assert len(stated(story, LATE, DURAND).plan.letters) == 1
    assert len(stated(story, NEXT).plan.letters) == 1
    assert [x.code for x in stated(story, EARLY, DURAND).left_out] == ["releve-ecart"]


def test_not_beside_a_letter_of_the_day(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE, EVERY_DAY)
    issue(story, "2026-03-17")
    assert left_out(story, "2026-03-17") == ["releve-ecart"]
    assert len(stated(story, "2026-03-18").plan.letters) == 1


NOTES = [
    ('note Actifs:Clients:Durand "Non" ^F1 #litige', "litige"),
    ('note Actifs:Clients:Durand "Attendre" #suspension', "suspension"),
    ('note Actifs:Clients:Durand "RJ" #procedure-collective', "procedure-collective"),
    (
        'note Actifs:Clients:Durand "Plan" #echeancier\n  echeance: 2026-05-01\n  montant: 100 EUR',
        "echeancier",
    ),
]


@pytest.mark.parametrize(("note", "code"), NOTES)
def test_what_keeps_one_back(tmp_path: Path, note: str, code: str) -> None:
    story = company(tmp_path, f"{ONE_INVOICE}{EARLY} {note}\n", EVERY_DAY)
    assert (stated(story, LATE).plan.letters, left_out(story)) == ((), [code])


def test_who_owes_nothing_or_is_left_out_gets_none(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + entry("2026-03-05", "100.00"), EVERY_DAY)
    assert stated(story, LATE) == replace(stated(story, LATE), left_out=())
    assert stated(story, LATE).plan.letters == ()
    story = company(tmp_path / "2", ONE_INVOICE, EVERY_DAY)
    story.replace('  type: "professionnel"\n', '  type: "professionnel"\n  relance: FALSE\n')
    assert stated(story, LATE).plan.letters == ()


def test_a_stale_bank_keeps_all_back(tmp_path: Path) -> None:
    policy = f"{EVERY_DAY}grand-livre: {{banque: {{comptes: [Actifs:Banque], fraicheur: 7}}}}\n"
    assert left_out(company(tmp_path, ONE_INVOICE, policy)) == ["banque-ancienne"]


def test_it_is_no_reminder(tmp_path: Path) -> None:
    """The first reminder comes on its day, whatever statement went before, and counts as one."""
    story = company(tmp_path, ONE_INVOICE, EVERY_DAY)
    state(story, "2026-03-16")
    assert outcome(story, "2026-03-16") == "apres"
    (letter,) = plan(story, "2026-03-17")["lettres"]
    assert (letter["etape"], letter["rang"]) == ("relance-1", 1)
    assert actions(day_of(story, "2026-03-17")) == {}


def test_it_is_found_again_from_its_books(tmp_path: Path) -> None:
    """What `audit` and `rafraichir` compare it with, though it is the second of its month."""
    story = company(tmp_path, THREE_INVOICES, EVERY_DAY)
    state(story, EARLY)
    (letter,) = stated(story, LATE, DURAND).plan.letters
    assert plan_like(day_of(story, LATE), [issued(letter)]).letters == (letter,)


WORDS = {
    "fr": ("Relevé de compte au 31 mars 2026", "ni pénalités de retard, ni indemnité", "Échu"),
    "en": ("Statement of account on 31 March 2026", "neither late-payment interest", "Overdue"),
    "de": ("Kontoauszug", "weder Verzugszinsen", "Fällig"),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_letter_tells_the_account_alone(tmp_path: Path, language: str) -> None:
    """F1, 100, is late; F2, 200, is due on 10 April: 300 in all, and nothing demanded."""
    ledger = ONE_INVOICE + OTHER.format(due="2026-04-10") + entry("2026-03-20", "40.00")
    story = company(tmp_path, ledger, EVERY_DAY)
    (letter,) = stated(story, LATE).plan.letters
    files = ClientFiles(story.books, story.policy.terms)
    text = ordinary(compose(letter, replace(SETTING, language=language, files=files)))
    for words in WORDS[language]:
        assert words in text
    figures = ("60.00", "200.00", "260.00")
    for figure in figures:
        assert (figure if language == "en" else figure.replace(".", ",")) in text
    front, body = front_matter(text)
    assert (front["total"], front["rang"]) == (0, 0)
    assert {"virement", "echeance", "sous"}.isdisjoint(front)
    assert "L441-10" not in body


RETURNED = """
2026-03-09 * "Durand" "Prélèvement" ^F1
  Actifs:Banque           100.00 EUR
  Actifs:Clients:Durand  -100.00 EUR
2026-03-12 * "Durand" "Prélèvement rejeté" ^F1
  Actifs:Clients:Durand   100.00 EUR
  Actifs:Banque          -100.00 EUR
"""
BY_TRANSFER = {"fr": "Par virement", "en": "By bank transfer", "de": "Per Überweisung"}
COLLECTED = {
    "fr": ("Prélevé à l'échéance", "sauf F1"),
    "en": ("Collected by direct debit", "except F1"),
    "de": ("per Lastschrift eingezogen", "ausgenommen F1"),
}


@pytest.mark.parametrize("language", COLLECTED)
def test_only_what_is_to_be_transferred_is_asked_to_be(tmp_path: Path, language: str) -> None:
    """On direct debit nothing is, but for an invoice whose debit came back."""

    def told(ledger: str, *, debited: bool = True) -> tuple[bool, bool, bool]:
        story = company(tmp_path / f"{len(list(tmp_path.iterdir()))}", ledger, EVERY_DAY)
        if debited:
            story.replace(
                'client: "Durand SARL"', 'client: "Durand SARL"\n  paiement: "prelevement"'
            )
        files = ClientFiles(story.books, story.policy.terms)
        (letter,) = stated(story, LATE).plan.letters
        text = ordinary(compose(letter, replace(SETTING, language=language, files=files)))
        debit, except_for = COLLECTED[language]
        return debit in text, except_for in text, BY_TRANSFER[language] in text

    coming = OTHER.format(due="2026-04-10")
    assert told(ONE_INVOICE, debited=False) == (False, False, True)
    assert told(ONE_INVOICE) == (True, False, False)
    assert told(ONE_INVOICE + coming + RETURNED) == (True, True, True)
    assert told(ONE_INVOICE + RETURNED) == (False, False, True)


def test_a_file_to_hand_over_is_not_written_to_unless_its_client_is_named(tmp_path: Path) -> None:
    """F1, due on 10 March, goes to court 45 days later, on 24 April."""
    story = company(tmp_path, ONE_INVOICE, f"{EVERY_DAY}parcours: {{standard: [contentieux]}}\n")
    assert len(stated(story, "2026-04-23").plan.letters) == 1
    assert left_out(story, "2026-04-24") == ["contentieux"]
    assert stated(story, "2026-04-24").plan.letters == ()
    assert len(stated(story, "2026-04-24", DURAND).plan.letters) == 1


DOLLARS = """
2026-02-12 * "Durand" "Facture" ^F2
  echeance: 2026-03-12
  Actifs:Clients:Durand  50.00 USD
  Produits:Ventes
"""


def test_a_dispute_in_one_currency_holds_all_of_the_account(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + DOLLARS, EVERY_DAY)
    assert [x.currency for x in stated(story, LATE).plan.letters] == ["EUR", "USD"]
    story.add(f'{EARLY} note Actifs:Clients:Durand "Non" ^F2 #litige\n')
    assert (stated(story, LATE).plan.letters, left_out(story)) == ((), ["litige"])


def test_a_currency_of_later_in_the_month_is_told_alone(tmp_path: Path) -> None:
    """Whoever gets a statement is not among those who get none."""
    story = company(tmp_path, ONE_INVOICE, EVERY_DAY)
    state(story, EARLY)
    story.add(DOLLARS)
    assert [x.currency for x in stated(story, LATE).plan.letters] == ["USD"]
    assert left_out(story) == []


def test_who_is_named_and_gets_none_is_told_why(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE, EVERY_DAY)
    story.replace('  type: "professionnel"\n', '  type: "professionnel"\n  relance: FALSE\n')
    town = "Actifs:Clients:Mairie"
    answer = stated(story, LATE, DURAND, town)
    told = {x.client.account: (x.code, x.reason) for x in answer.left_out}
    assert answer.plan.letters == ()
    assert told == {
        DURAND: ("exclu", "F1 : client exclu des relances (relance: FALSE)"),
        town: ("releve-solde", "ne doit rien"),
    }


def test_one_that_came_back_tells_that_its_address_is_wrong(tmp_path: Path) -> None:
    """Until another letter left to its client."""
    story = company(tmp_path, ONE_INVOICE, EVERY_DAY)
    (letter,) = state(story, EARLY)
    posted(story, letter.id, "2026-03-03")
    assert plan(story, "2026-03-05")["non_parvenues"] == []
    story.add(f'2026-03-04 note {DURAND} "NPAI" #retour ^{letter.id}\n')
    (back,) = plan(story, "2026-03-05")["non_parvenues"]
    assert (back["id"], back["code"]) == (letter.id, "adresse-a-verifier")
    issue(story, "2026-03-17")
    posted(story, "R20260317-01", "2026-03-17")
    assert plan(story, "2026-03-18")["non_parvenues"] == []
