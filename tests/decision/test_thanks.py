"""Thanks for an invoice paid after a reminder: once, and never beside something that is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from letters.test_letters import SETTING
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.files.explanation import explain
from relance.letters.compose import compose
from relance.outlook.people import only
from relance.outlook.timeline import foresee
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
    decide,
    issue,
    only_letter,
    plan,
)

# F1 was due on 10 March, relance-1 is of the 17th; paid on the 20th, thanks may leave from the
# 23rd (3 days later) to 2 April (10 days after that).
REMINDED, PAID_ON, FIRST, LAST, OVER = (
    "2026-03-17",
    "2026-03-20",
    "2026-03-23",
    "2026-04-02",
    "2026-04-03",
)
THANKS = f"{EVERY_DAY}merci: true\n"


def entry(day: str, amount: str, link: str = " ^F1", client: str = "Durand") -> str:
    return f"""
{day} * "{client}" "Virement"{link}
  Actifs:Banque           {amount} EUR
  Actifs:Clients:{client}  -{amount} EUR
"""


PAID = entry(PAID_ON, "100.00")


def reminded(root: Path, ledger: str = PAID, policy: str = THANKS) -> Story:
    """F1 reminded on 17 March; then the rest of the ledger."""
    story = company(root, ONE_INVOICE, policy)
    issue(story, REMINDED)
    story.add(ledger)
    return story


def thanked(story: Story, day: str) -> list[str]:
    """The invoices that letters of a day give thanks for."""
    letters = [x for x in decide(story, day).letters if x.step.name == "merci"]
    return [line.claim.label for letter in letters for line in letter.lines]


def held(story: Story, day: str = FIRST) -> str:
    """Why the only thanks of a day do not leave."""
    (paid,) = decide(story, day).thanks
    assert thanked(story, day) == []
    return paid.code


def test_thanks_leave_once_within_their_days(tmp_path: Path) -> None:
    story = reminded(tmp_path)
    days = (PAID_ON, "2026-03-22", FIRST, LAST, OVER, "2026-12-01")
    assert [thanked(story, day) for day in days] == [[], [], ["F1"], ["F1"], [], []]
    assert held(story, "2026-03-22") == "merci-ecart"
    letter = only_letter(issue(story, FIRST))
    assert (letter["etape"], letter["rang"], letter["canal"]) == ("merci", 0, ["courriel"])
    assert (letter["total"], letter["penalites"], letter["indemnite"]) == ("0.00", "0.00", "0.00")
    for day in (FIRST, "2026-03-24", LAST):
        assert plan(story, day)["lettres"] == []


def test_nobody_is_thanked_unless_the_policy_says_so(tmp_path: Path) -> None:
    story = reminded(tmp_path, policy=EVERY_DAY)
    assert plan(story, FIRST)["lettres"] == []
    assert decide(story, FIRST).thanks == ()


def test_its_days_are_working_days(tmp_path: Path) -> None:
    """Paid on Wednesday 18 March: three days later is Saturday, so from Monday the 23rd."""
    story = reminded(tmp_path, entry("2026-03-18", "100.00"), "merci: true\n")
    (paid,) = decide(story, "2026-03-20").thanks
    assert str(paid.earliest) == "2026-03-23"


def test_its_gap_is_the_policys(tmp_path: Path) -> None:
    policy = f"{THANKS}etapes: {{merci: {{ecart: 10, canal: courrier}}}}\n"
    story = reminded(tmp_path, policy=policy)
    assert thanked(story, "2026-03-29") == []
    assert only_letter(plan(story, "2026-03-30"))["canal"] == ["courrier"]


def test_what_was_not_reminded_is_not_thanked_for(tmp_path: Path) -> None:
    """Nor what was reminded before its due date alone, nor what was paid before its reminder."""
    story = company(tmp_path, ONE_INVOICE + PAID, THANKS)
    assert decide(story, FIRST).thanks == ()
    story = company(tmp_path / "2", ONE_INVOICE, THANKS)
    issue(story, "2026-03-07")
    story.add(entry("2026-03-09", "100.00"))
    assert decide(story, "2026-03-12").thanks == ()
    story = reminded(tmp_path / "3", entry("2026-03-16", "100.00"))
    assert decide(story, "2026-03-19").thanks == ()


CREDITED = entry(PAID_ON, "100.00", " ^F1 #avoir").replace("Actifs:Banque", "Produits:Ventes")
GIVEN_UP = entry(PAID_ON, "40.00").replace("Actifs:Banque", "Charges:Pertes")


@pytest.mark.parametrize(
    "ledger",
    [
        CREDITED,
        entry("2026-03-19", "60.00") + GIVEN_UP,
        entry(PAID_ON, "99.99"),
        PAID + entry("2026-03-21", "-100.00").replace("--", ""),
    ],
    ids=["avoir", "abandon", "en-partie", "revenu"],
)
def test_only_money_that_stayed_and_settles_it_is_thanked_for(tmp_path: Path, ledger: str) -> None:
    story = reminded(tmp_path, ledger)
    assert decide(story, FIRST).thanks == ()
    assert thanked(story, FIRST) == []


def test_a_credit_note_before_the_reminder_does_not_matter(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE, THANKS)
    story.add(CREDITED.replace(PAID_ON, "2026-03-12").replace("100.00", "30.00"))
    issue(story, REMINDED)
    story.add(entry(PAID_ON, "70.00"))
    assert thanked(story, FIRST) == ["F1"]


def test_an_invoice_in_parts_is_thanked_for_once_it_is_whole(tmp_path: Path) -> None:
    """50 due on 10 March and 50 on 20 April: the first reminded and paid, then the second."""
    parts = ONE_INVOICE.replace("  echeance: 2026-03-10\n", "").replace(
        "  Actifs:Clients:Durand  100.00 EUR\n",
        "  Actifs:Clients:Durand  50.00 EUR\n    echeance: 2026-03-10\n"
        "  Actifs:Clients:Durand  50.00 EUR\n    echeance: 2026-04-20\n",
    )
    story = company(tmp_path, parts, THANKS)
    issue(story, REMINDED)
    story.add(entry(PAID_ON, "50.00"))
    assert decide(story, FIRST).thanks == ()
    story.add(entry("2026-04-19", "50.00"))
    assert thanked(story, "2026-04-22") == ["F1", "F1"]
    (decided,) = decide(story, "2026-04-22").letters
    assert "| F1 | 10/02/2026 | 19/04/2026 | 100,00 € |" in ordinary(compose(decided, SETTING))


OTHER = """
2026-03-01 * "Durand" "Facture" ^F2
  echeance: {due}
  Actifs:Clients:Durand  200.00 EUR
  Produits:Ventes
"""


@pytest.mark.parametrize(
    ("ledger", "code"),
    [
        (PAID + OTHER.format(due="2026-03-22"), "merci-du"),
        (PAID + OTHER.format(due="2026-03-15"), "merci-du"),
        (entry(PAID_ON, "100.00", ""), "credit-non-affecte"),
        (entry(PAID_ON, "120.00"), "merci-trop-percu"),
        (PAID + f'{PAID_ON} note Actifs:Clients:Durand "Non" ^F1 #litige\n', "litige"),
        (PAID + f'{PAID_ON} note Actifs:Clients:Durand "Attendre" #suspension\n', "suspension"),
        (PAID + f'{PAID_ON} note Actifs:Clients:Durand "RJ" #procedure-collective\n', "procedure"),
    ],
)
def test_what_is_asked_or_doubtful_holds_thanks(tmp_path: Path, ledger: str, code: str) -> None:
    assert held(reminded(tmp_path, ledger)).startswith(code)


def test_an_invoice_not_yet_due_holds_nothing(tmp_path: Path) -> None:
    story = reminded(tmp_path, PAID + OTHER.format(due="2026-05-31"))
    assert thanked(story, FIRST) == ["F1"]


def test_another_letter_of_the_day_holds_them(tmp_path: Path) -> None:
    """F2 falls due on the 26th: its reminder before that day leaves on the 23rd."""
    story = reminded(tmp_path, PAID + OTHER.format(due="2026-03-26"))
    assert [x["etape"] for x in plan(story, FIRST)["lettres"]] == ["rappel"]
    assert held(story) == "merci-ecart"


def test_a_payment_that_came_back_once_holds_them(tmp_path: Path) -> None:
    back = entry("2026-03-19", "-100.00").replace("--", "")
    story = reminded(tmp_path, entry("2026-03-18", "100.00") + back + PAID)
    assert held(story) == "merci-rejet"


def test_penalties_that_were_demanded_hold_them(tmp_path: Path) -> None:
    """relance-2 on 25 March asks them; once they are given up, nothing is asked any more."""
    story = company(tmp_path, ONE_INVOICE, THANKS)
    for day in (REMINDED, "2026-03-25"):
        issue(story, day)
    story.add(entry("2026-03-28", "100.00"))
    assert held(story, "2026-03-31") == "merci-du"
    story.add('2026-03-30 note Actifs:Clients:Durand "Geste" ^F1 #abandon-penalites\n')
    assert thanked(story, "2026-03-31") == ["F1"]


def test_excluded_clients_and_invoices_get_none(tmp_path: Path) -> None:
    story = reminded(tmp_path)
    story.replace('  type: "professionnel"\n', '  type: "professionnel"\n  relance: FALSE\n')
    assert held(story) == "exclu"


def test_who_reads_no_mail_is_not_called_instead(tmp_path: Path) -> None:
    story = reminded(tmp_path)
    story.replace('  courriel: "compta@durand.example"\n', '  canal: "telephone"\n')
    assert only_letter(plan(story, FIRST))["canal"] == ["courrier"]
    story.replace('  adresse: "2 rue du Port\\n69002 LYON"\n', "")
    assert held(story) == "coordonnees-manquantes"


def test_thanks_are_no_reminder(tmp_path: Path) -> None:
    """They neither hold the next reminder back nor count in what letters brought."""
    later = OTHER.format(due="2026-03-24")  # its relance-1 is due on the 31st
    story = reminded(tmp_path)
    issue(story, FIRST)
    story.add(later)
    on = day_of(story, "2026-03-31")
    assert on.history.last_run("Actifs:Clients:Durand", before_due=True) is None
    assert [x["etape"] for x in plan(story, "2026-03-31")["lettres"]] == ["relance-1"]
    (done,) = actions(on).values()
    assert [action.step for action in done] == ["relance-1"]


def test_expliquer_and_the_days_to_come_tell_them(tmp_path: Path) -> None:
    story = reminded(tmp_path)
    on = day_of(story, "2026-03-22")
    told = " ".join(explain(on, "F1", make_plan(on)).decisions)
    assert "remerciement : à partir du 23 mars 2026, si le règlement ne revient pas" in ordinary(
        told
    )
    on = day_of(story, FIRST)
    told = " ".join(explain(on, "F1", make_plan(on)).decisions)
    assert "payée le 20 mars 2026 après une relance" in ordinary(told)
    (event,) = foresee(day_of(story, PAID_ON), on.day).events
    assert (event.step, str(event.date)) == ("merci", FIRST)


def test_each_person_sees_those_of_their_clients(tmp_path: Path) -> None:
    whole = decide(reminded(tmp_path), FIRST)
    assert len(only(whole, lambda _client: True).thanks) == 1
    assert only(whole, lambda _client: False).thanks == ()


WORDS = {
    "fr": ("Facture F1 : règlement bien reçu", "aucune facture échue ne reste à régler"),
    "en": ("Invoice F1: payment received", "no overdue invoice remains to be paid"),
    "de": ("Rechnung F1: Zahlung eingegangen", "keine fällige Rechnung mehr offen"),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_letter_asks_for_nothing(tmp_path: Path, language: str) -> None:
    """No IBAN, no payment code, no enclosure; neither interest nor fee is spoken of."""
    (decided,) = decide(reminded(tmp_path), FIRST).letters
    text = ordinary(compose(decided, replace(SETTING, language=language)))
    front, body = front_matter(text)
    for words in WORDS[language]:
        assert words in text
    assert front["total"] == 0
    assert {"virement", "pieces", "echeance", "sous"}.isdisjoint(front)
    for word in ("IBAN", "FR76", "L441-10", "40,00", "intérêt", "interest", "Zinsen"):
        assert word not in body


def test_demands_are_the_same_with_thanks(tmp_path: Path) -> None:
    """Of the three invoices F1 is paid: the letters about the others do not change by a word."""
    plans = []
    for number, policy in enumerate((EVERY_DAY, THANKS)):
        story = company(tmp_path / str(number), THREE_INVOICES, policy)
        issue(story, REMINDED)
        story.add(PAID)
        plans.append(
            [
                make_plan(OnDay(story.policy, story.books, day_of(story, d).day))
                for d in (FIRST, "2026-03-26", "2026-04-10")
            ]
        )
    for without, with_thanks in zip(*plans, strict=True):
        asking = [x for x in with_thanks.letters if not x.informs]
        assert asking == list(without.letters)
        assert with_thanks.waits == without.waits
