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


OPENED = """
2025-01-01 open {account}
  pcg: "{pcg}"
"""


def paid_into(account: str, pcg: str = "") -> str:
    """The whole of F1 paid by an entry on this account, opened with a number of the chart."""
    opened = "" if account == "Produits:Ventes" else OPENED.format(account=account, pcg=pcg)
    return opened + PAID.replace("Actifs:Banque ", f"{account} ")


@pytest.mark.parametrize(
    "ledger",
    [
        paid_into("Actifs:Douteux:Durand", "416"),
        paid_into("Actifs:Affacturage", "467"),
        paid_into("Actifs:Factor:BanqueDuNord"),
        paid_into("Passifs:Fournisseurs:Durand", "401"),
        paid_into("Passifs:AcomptesRecus", "4191"),
        paid_into("Passifs:Banque", "512"),
        paid_into("Produits:Ventes"),
        OPENED.format(account="Actifs:Compensation", pcg="467")
        + PAID.replace(
            "Actifs:Banque           100.00 EUR",
            "Actifs:Banque  60.00 EUR\n  Actifs:Compensation  40.00 EUR",
        ),
    ],
    ids=["416", "factor", "factor-2", "fournisseur", "acompte", "passif", "vente", "en-partie"],
)
def test_what_no_bank_received_is_not_thanked_for(tmp_path: Path, ledger: str) -> None:
    assert held(reminded(tmp_path, ledger)) == "merci-sans-argent"


@pytest.mark.parametrize(
    ("account", "pcg"),
    [("Actifs:Banque:CIC", ""), ("Actifs:Caisse", ""), ("Actifs:Qonto", "512"), ("Actifs:531", "")],
)
def test_money_is_in_a_bank_or_a_till_by_name_or_number(
    tmp_path: Path, account: str, pcg: str
) -> None:
    assert thanked(reminded(tmp_path, paid_into(account, pcg)), FIRST) == ["F1"]


@pytest.mark.parametrize(("account", "names"), [("Actifs:Qonto", ["F1"]), ("Actifs:Banque", [])])
def test_the_policy_says_which_accounts_are_a_banks(
    tmp_path: Path, account: str, names: list[str]
) -> None:
    policy = f"{THANKS}grand-livre: {{banque: {{comptes: [Actifs:Qonto]}}}}\n"
    fees = OPENED.format(account="Actifs:Qonto", pcg="") + "".join(
        f'{day} * "Frais"\n  Actifs:Qonto  -1.00 EUR\n  Charges:Pertes\n'
        for day in (REMINDED, FIRST)
    )
    story = company(tmp_path, ONE_INVOICE + fees, policy)
    issue(story, REMINDED)
    story.add(PAID.replace("Actifs:Banque ", f"{account} "))
    assert thanked(story, FIRST) == names
    assert [paid.code for paid in decide(story, FIRST).thanks] == (
        [""] if names else ["merci-sans-argent"]
    )


SISTER = """
2025-01-01 open Actifs:Clients:Lyon
  client: "Durand Lyon"
  adresse: "4 rue du Port\\n69002 LYON"
  {sign}
  type: "professionnel"
2026-03-01 * "Durand Lyon" "Facture" ^F2
  echeance: {due}
  Actifs:Clients:Lyon  200.00 EUR
  Produits:Ventes
"""
SAME_MAILBOX = 'courriel: "Compta@durand.example"'


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        (SAME_MAILBOX, "merci-du"),
        ('siren: "732829320"', "merci-du"),
        ('siren: "732 829 320 00074"', "merci-du"),  # one establishment of it
        ('courriel: "lyon@durand.example"', ""),
    ],
    ids=["courriel", "siren", "siret", "autre"],
)
def test_what_the_same_debtor_owes_on_another_account_holds_them(
    tmp_path: Path, sign: str, code: str
) -> None:
    story = reminded(tmp_path, PAID + SISTER.format(sign=sign, due="2026-03-22"))
    durand = '  courriel: "compta@durand.example"\n'
    story.replace(durand, f'{durand}  siren: "732829320"\n')
    (paid,) = decide(story, FIRST).thanks
    assert paid.code == code
    assert bool(thanked(story, FIRST)) is not bool(code)


def test_an_invoice_moved_to_another_account_holds_them_while_it_is_owed(tmp_path: Path) -> None:
    """F3 of Durand became the debt of Lyon on 12 March, with nothing else in common."""
    sister = SISTER.format(sign='courriel: "lyon@durand.example"', due="2026-05-31")
    moved = """
2026-02-11 * "Durand" "Facture" ^F3
  echeance: 2026-03-11
  Actifs:Clients:Durand  300.00 EUR
  Produits:Ventes
2026-03-12 * "Durand" "Transfert" ^F3
  Actifs:Clients:Lyon     300.00 EUR
  Actifs:Clients:Durand  -300.00 EUR
"""
    story = reminded(tmp_path, PAID + sister + moved)
    (paid,) = decide(story, FIRST).thanks
    assert (paid.code, paid.reason) == (
        "merci-du",
        "F3 reste à régler, au même débiteur sur Actifs:Clients:Lyon",
    )


def test_another_letter_of_the_day_to_the_same_mailbox_holds_them(tmp_path: Path) -> None:
    """F2 of the sister falls due on the 26th: its reminder before that day leaves on the 23rd."""
    story = reminded(tmp_path, PAID + SISTER.format(sign=SAME_MAILBOX, due="2026-03-26"))
    assert [x["etape"] for x in plan(story, FIRST)["lettres"]] == ["rappel"]
    assert held(story) == "merci-ecart"


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
