"""The worked cases: which step, on which day, for how much.

D is 2026-03-10, a Tuesday, unless said otherwise. Stories that count plain days switch the
calendar of working days off.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from relance.runs.conditions import check_date
from relance.values.problem import Refusal
from story import (
    EVERY_DAY,
    ONE_INVOICE,
    Story,
    balances,
    claims,
    company,
    decide,
    issue,
    lines,
    only_letter,
    outcome,
    outcomes,
    past_letter,
    plan,
    posted,
    put_into_register,
    refusal,
    wait_of,
)

THREE_STEPS = (
    EVERY_DAY
    + """
etapes: {un: {apres: 5}, deux: {apres: 20}, trois: {apres: 40}}
parcours: {standard: [un, deux, trois]}
"""
)


def one_step(after: int) -> str:
    return f"{EVERY_DAY}etapes: {{un: {{apres: {after}}}}}\nparcours: {{standard: [un]}}\n"


def paid(day: str, amount: str = "100.00", invoice: str = "F1") -> str:
    return f"""
{day} * "Durand" "Virement" ^{invoice}
  Actifs:Banque           {amount} EUR
  Actifs:Clients:Durand  -{amount} EUR
"""


def noted(day: str, sort: str, *metadata: str, account: str = "Durand") -> str:
    rows = "".join(f"\n  {row}" for row in metadata)
    return f'\n{day} note Actifs:Clients:{account} "Suivi" ^F1 #{sort}{rows}\n'


# ---------------------------------------------------------------- Steps and days


def test_1_three_steps(tmp_path: Path) -> None:
    """D+4 = 03-14, D+5 = 03-15, D+30 = 04-09, D+50 = 04-29."""
    invoice_a = ONE_INVOICE.replace("^F1", "^FA") + paid("2026-03-09", invoice="FA")
    story = company(tmp_path, ONE_INVOICE + invoice_a, THREE_STEPS)
    assert plan(story, "2026-03-14")["lettres"] == []
    assert outcomes(story, ["2026-03-15", "2026-04-09"]) == ["un", "un"]  # never issued: still one
    issue(story, "2026-03-15")
    story.add(noted("2026-04-01", "suspension"))
    assert outcome(story, "2026-04-09") == "suspension"
    story.add(noted("2026-04-09", "reprise"))
    assert outcome(story, "2026-04-09") == "deux"
    story.add(paid("2026-04-20"))
    late = plan(story, "2026-04-29")
    assert late["lettres"] == [] and late["attentes"] == []


def test_2_last_step_reached(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE, one_step(0))
    assert outcome(story, "2026-03-11") == "un"  # D+1, the first late day
    issue(story, "2026-03-11")
    wait = wait_of(plan(story, "2026-03-12"))
    assert wait["code"] == "derniere-etape"
    assert "dernière étape" in wait["motif"]


@pytest.mark.parametrize(
    ("after", "day", "expected"),
    [
        (10, "2026-03-19", "apres"),  # 9 days
        (10, "2026-03-20", "un"),
        (10, "2026-03-21", "un"),
        (0, "2026-03-10", "apres"),  # due today is not late
        (0, "2026-03-11", "un"),
    ],
)
def test_3_triggers_are_inclusive_and_late_is_strict(
    tmp_path: Path, after: int, day: str, expected: str
) -> None:
    assert outcome(company(tmp_path, ONE_INVOICE, one_step(after)), day) == expected


def test_4_a_very_late_claim_starts_with_the_first_step(tmp_path: Path) -> None:
    """On 2026-06-01 (a Monday): due 365, 25 and 8 days before; then one step each, 7 days later."""
    dues = {"F365": "2025-06-01", "F25": "2026-05-07", "F8": "2026-05-24"}
    ledger = "".join(
        ONE_INVOICE.replace("^F1", f"^{invoice}")
        .replace("2026-02-10", f"{due[:5]}04-30")
        .replace("2026-03-10", due)
        for invoice, due in dues.items()
    )
    story = company(tmp_path, ledger, EVERY_DAY)
    issue(story, "2026-06-01")
    told = story.books.letters[0].citations
    assert {c.invoice: c.step for c in told} == dict.fromkeys(dues, "relance-1")
    assert plan(story, "2026-06-07")["lettres"] == []
    following = lines(only_letter(plan(story, "2026-06-08")))
    assert {invoice: line["etape"] for invoice, line in following.items()} == {
        **dict.fromkeys(dues, "relance-2")
    }


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2012-02-05", "ecart"), ("2012-02-11", "deux"), ("2012-02-20", "deux")],
)
def test_5_gap_of_ten_days(tmp_path: Path, day: str, expected: str) -> None:
    ledger = ONE_INVOICE.replace("2026-02-10", "2011-12-01").replace("2026-03-10", "2012-01-01")
    policy = f"{EVERY_DAY}ecart: 10\netapes: {{un: {{apres: 3}}, deux: {{apres: 10}}}}\n"
    story = company(tmp_path, ledger, policy + "parcours: {standard: [un, deux]}\n")
    issue(story, "2012-02-01")
    assert outcome(story, day) == expected


def test_5b_a_first_step_issued_late_moves_the_second(tmp_path: Path) -> None:
    """Steps +3 and +10, the first issued on D+14 = 03-24: the second on D+21 = 03-31."""
    policy = f"{EVERY_DAY}etapes: {{un: {{apres: 3}}, deux: {{apres: 10}}}}\n"
    story = company(tmp_path, ONE_INVOICE, policy + "parcours: {standard: [un, deux]}\n")
    issue(story, "2026-03-24")
    assert outcomes(story, ["2026-03-30", "2026-03-31"]) == ["ecart", "deux"]


def test_6_a_missed_day_is_caught_up_once(tmp_path: Path) -> None:
    """Trigger D+7 = 03-17; the run is on the 18th."""
    story = company(tmp_path, ONE_INVOICE)
    assert outcome(story, "2026-03-18") == "relance-1"
    issue(story, "2026-03-18")
    assert issue(story, "2026-03-18")["lettres"] == []
    assert len(story.books.letters) == 1


def test_7_a_hold_with_an_end(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    story.add(noted("2026-03-12", "suspension", "jusqu-au: 2026-03-24"))
    days = ["2026-03-23", "2026-03-24", "2026-03-25"]
    assert outcomes(story, days) == ["suspension", "suspension", "relance-1"]


def test_8_a_dispute_then_closed(tmp_path: Path) -> None:
    """15 days late = 03-25: nothing; closed that day: at once."""
    story = company(tmp_path, ONE_INVOICE + noted("2026-03-12", "litige"))
    assert outcome(story, "2026-03-25") == "litige"
    story.add(noted("2026-03-25", "litige-clos"))
    assert outcome(story, "2026-03-25") == "relance-1"


def test_8b_a_disputed_part_leaves_the_rest_claimed(tmp_path: Path) -> None:
    """100 of which 30 are disputed: 70 demanded, the ledger's balance stays 100."""
    story = company(tmp_path, ONE_INVOICE + noted("2026-03-12", "litige", "montant: 30.00 EUR"))
    letter = only_letter(plan(story, "2026-03-17"))
    assert letter["total"] == "70.00"
    assert lines(letter)["F1"]["solde"] == "100.00"
    assert lines(letter)["F1"]["conteste"] == "30.00"


def test_8c_a_dispute_about_the_whole_balance_by_amount_waits(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + noted("2026-03-12", "litige", "montant: 100.00 EUR"))
    assert outcome(story, "2026-03-17") == "litige"


def test_9_a_first_step_without_apres_is_refused(tmp_path: Path) -> None:
    policy = "etapes: {un: {ecart: 7}}\nparcours: {standard: [un]}\n"
    said = refusal(tmp_path, ONE_INVOICE, policy)
    assert said.startswith("relance.yaml:5:") and "apres" in said


def test_9_a_run_before_the_last_register_is_refused(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    issue(story, "2026-03-18")
    check_date(story.facts, date(2026, 3, 18))
    with pytest.raises(Refusal) as refused:
        check_date(story.facts, date(2026, 3, 17))
    assert refused.value.status == 3


def test_9b_the_track_is_frozen(tmp_path: Path) -> None:
    """150 due: standard. 60 paid: 90 < 100, a new claim would be petit-montant."""
    ledger = ONE_INVOICE.replace("100.00", "150.00")
    policy = "regles:\n  - {si: {solde-max: 100}, parcours: petit-montant}\n"
    story = company(tmp_path, ledger, policy)
    issue(story, "2026-03-17")
    story.add(paid("2026-03-20", "60.00"))
    assert outcome(story, "2026-03-25") == "relance-2"
    assert story.books.letters[0].track == "standard"


def test_9c_a_corrected_due_date_keeps_the_steps(tmp_path: Path) -> None:
    """03-10 was a mistake for 03-12: relance-1 is issued already, relance-2 falls on 03-27."""
    story = company(tmp_path, ONE_INVOICE)
    issue(story, "2026-03-17")
    story.replace("echeance: 2026-03-10", "echeance: 2026-03-12")
    assert outcomes(story, ["2026-03-26", "2026-03-27"]) == ["apres", "relance-2"]


def at_formal_notice(tmp_path: Path) -> Story:
    """relance-1 on 04-14, relance-2 on 04-21, the notice on Monday 05-18."""
    story = company(tmp_path, ONE_INVOICE)
    for day in ("2026-04-14", "2026-04-21", "2026-05-18"):
        issue(story, day)
    assert story.books.letters[-1].step == "mise-en-demeure"
    return story


def test_9d_a_formal_notice_never_posted(tmp_path: Path) -> None:
    story = at_formal_notice(tmp_path)
    assert outcome(story, "2026-07-17") == "non-postee"  # 60 days later


def test_9d_a_formal_notice_posted_without_receipt(tmp_path: Path) -> None:
    """Posted Monday 06-01, in effect Thursday 06-04; 8 days given: Friday 06-12 is the last."""
    story = at_formal_notice(tmp_path)
    posted(story, "R20260518-01", "2026-06-01")
    days = ["2026-06-11", "2026-06-12", "2026-06-15"]
    assert outcomes(story, days) == ["sous", "sous", "contentieux"]


def test_10_own_track_over_rule_over_default(tmp_path: Path) -> None:
    """100 due: the rule says petit-montant, Durand's own account says doux."""
    rule = "regles:\n  - {si: {solde-max: 100}, parcours: petit-montant}\n"
    policy = rule + "parcours: {doux: [relance-1]}\n"
    story = company(tmp_path, ONE_INVOICE, policy)
    assert decide(story, "2026-03-17").letters[0].track == "petit-montant"
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  parcours: "doux"')
    assert decide(story, "2026-03-17").letters[0].track == "doux"
    story.replace('parcours: "doux"', 'parcours: "doux"\n  relance: FALSE')
    assert outcome(story, "2026-03-17") == "exclu"


INSTALMENTS = """
2026-02-10 * "Durand" "Facture" ^F1
  Actifs:Clients:Durand  50.00 EUR
    echeance: 2026-03-15
  Actifs:Clients:Durand  50.00 EUR
    echeance: 2026-03-20
  Produits:Ventes
"""


def test_11_instalments(tmp_path: Path) -> None:
    """Due D+5 and D+10; on D+6 = Monday 03-16 only the first is late."""
    story = company(tmp_path, INSTALMENTS, one_step(0))
    letter = only_letter(plan(story, "2026-03-16"))
    assert letter["total"] == "50.00"
    assert [(line["facture"], line["tranche"]) for line in letter["factures"]] == [("F1", 1)]
    story.add(paid("2026-03-16", "50.00"))
    assert plan(story, "2026-03-16")["lettres"] == []
    story.add("""
2026-03-17 * "Durand" "Virement rejeté" ^F1
  Actifs:Banque          -50.00 EUR
  Actifs:Clients:Durand   50.00 EUR
""")
    line = only_letter(plan(story, "2026-03-17"))["factures"][0]
    assert (line["echeance"], line["tranche"], line["solde"]) == ("2026-03-15", 1, "50.00")


def test_12_a_debit_rejected_after_35_days(tmp_path: Path) -> None:
    """relance-1 on 03-17, paid 03-18, rejected 35 days later on 04-22: relance-2, of D+15."""
    story = company(tmp_path, ONE_INVOICE)
    issue(story, "2026-03-17")
    story.add(paid("2026-03-18"))
    assert outcome(story, "2026-04-21") is None
    story.add("""
2026-04-22 * "Durand" "Prélèvement rejeté" ^F1
  Actifs:Banque          -100.00 EUR
  Actifs:Clients:Durand   100.00 EUR
""")
    line = only_letter(plan(story, "2026-04-22"))["factures"][0]
    assert (line["etape"], line["echeance"], line["jours"]) == ("relance-2", "2026-03-10", 43)


# ---------------------------------------------------------------- Amounts


@pytest.mark.parametrize(
    ("owed", "expected"), [("0.09", "tolerance"), ("0.10", "tolerance"), ("0.11", "relance-1")]
)
def test_13_tolerance(tmp_path: Path, owed: str, expected: str) -> None:
    story = company(tmp_path, ONE_INVOICE.replace("100.00", owed), "tolerance: 0.10\n")
    assert outcome(story, "2026-03-17") == expected


@pytest.mark.parametrize(("owed", "expected"), [("99.00", "relance-1"), ("98.99", "seuil")])
def test_13b_threshold(tmp_path: Path, owed: str, expected: str) -> None:
    policy = "etapes: {relance-1: {seuil: 99.00}}\n"
    story = company(tmp_path, ONE_INVOICE.replace("100.00", owed), policy)
    assert outcome(story, "2026-03-17") == expected


@pytest.mark.parametrize(("credit", "expected"), [("21.00", "relance-1"), ("21.01", "seuil")])
def test_14_threshold_and_letter_use_the_same_figure(
    tmp_path: Path, credit: str, expected: str
) -> None:
    """200 - 50 paid - 30 credited - 21 without a link = 99.00, the threshold."""
    ledger = ONE_INVOICE.replace("100.00", "200.00") + paid("2026-03-01", "50.00")
    ledger += f"""
2026-03-02 * "Durand" "Avoir" ^F1 ^A1 #avoir
  Actifs:Clients:Durand  -30.00 EUR
  Produits:Ventes

2026-03-03 * "Durand" "VIR DURAND"
  Actifs:Clients:Durand  -{credit} EUR
  Actifs:Banque
"""
    story = company(tmp_path, ledger, "etapes: {relance-1: {seuil: 99.00}}\n")
    assert outcome(story, "2026-03-17") == expected
    if expected == "relance-1":
        assert only_letter(plan(story, "2026-03-17"))["total"] == "99.00"


UNLINKED = """
2026-03-03 * "Durand" "VIR DURAND"
  Actifs:Clients:Durand  -50.00 EUR
  Actifs:Banque
"""


def test_15_an_unlinked_credit(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + UNLINKED)
    letter = only_letter(plan(story, "2026-03-17"))
    assert letter["total"] == "50.00" and lines(letter)["F1"]["solde"] == "50.00"
    (receipt,) = claims(story, "2026-03-17")["F1", 1].receipts
    assert not receipt.linked  # so that the letter tells it on a line of its own


@pytest.mark.parametrize("credit", ["100.00", "120.00"])
def test_15b_a_claim_covered_by_an_unlinked_credit(tmp_path: Path, credit: str) -> None:
    story = company(tmp_path, ONE_INVOICE + UNLINKED.replace("50.00", credit))
    wait = wait_of(plan(story, "2026-03-17"))
    assert (wait["code"], wait["solde"]) == ("credit-non-affecte", "100.00")


def test_16_a_credit_note_then_cancelled(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        ONE_INVOICE
        + """
2026-03-02 * "Durand" "Avoir" ^F1 ^A1 #avoir
  Actifs:Clients:Durand  -100.00 EUR
  Produits:Ventes
""",
    )
    assert outcome(story, "2026-03-17") is None
    story.add("""
2026-03-12 * "Durand" "Annulation de l'avoir" ^F1 ^A1 #avoir
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
""")
    line = only_letter(plan(story, "2026-03-17"))["factures"][0]
    assert (line["etape"], line["solde"], line["echeance"]) == ("relance-1", "100.00", "2026-03-10")


def test_17_a_partial_payment(tmp_path: Path) -> None:
    story = company(
        tmp_path, ONE_INVOICE.replace("100.00", "1000.00") + paid("2026-03-01", "400.00")
    )
    letter = only_letter(issue(story, "2026-03-17"))
    assert letter["total"] == "600.00"
    assert str(story.books.letters[0].citations[0].balance) == "600.00 EUR"


def test_18_two_currencies(tmp_path: Path) -> None:
    dollars = ONE_INVOICE.replace("^F1", "^F2").replace("100.00 EUR", "100.00 USD @ 0.90 EUR")
    story = company(tmp_path, ONE_INVOICE + dollars)
    letters = plan(story, "2026-03-17")["lettres"]
    assert {(x["devise"], x["total"]) for x in letters} == {("EUR", "100.00"), ("USD", "100.00")}


@pytest.mark.parametrize(
    ("rate", "day", "interest"),
    [
        ("8", "2026-03-30", "0.44"),  # 100 × 8 % × 20 / 365 = 0.438
        ("10", "2026-03-25", "0.41"),  # 100 × 10 % × 15 / 365 = 0.411
    ],
)
def test_19_interest(tmp_path: Path, rate: str, day: str, interest: str) -> None:
    policy = f'penalites: {{taux: "{rate}"}}\netapes: {{relance-1: {{penalites: true}}}}\n'
    letter = only_letter(plan(company(tmp_path, ONE_INVOICE, policy), day))
    assert (letter["penalites"], letter["indemnite"]) == (interest, "40.00")


def test_20_principal_paid_leaves_the_reminders(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + paid("2026-06-01"))
    result = plan(story, "2026-06-02")
    assert result["lettres"] == [] and balances(story, "2026-06-02") == {}


# ---------------------------------------------------------------- People and channels


def test_21_an_email_step_without_address(tmp_path: Path) -> None:
    story = company(
        tmp_path, ONE_INVOICE + ONE_INVOICE.replace("^F1", "^F2").replace("Durand", "Club")
    )
    story.replace('  courriel: "compta@durand.example"\n  telephone: "01 99 00 00 01"\n', "")
    letter = next(x for x in plan(story, "2026-03-17")["lettres"] if x["client"] == "Durand SARL")
    assert letter["canal"] == ["courrier"]
    assert letter["remarques"]
    story.replace('  adresse: "2 rue du Port\\n69002 LYON"\n', "")
    result = plan(story, "2026-03-17")
    wait = wait_of(result)
    assert wait["code"] == "coordonnees-manquantes"
    assert "oordonnées manquantes" in wait["motif"]
    assert [letter["client"] for letter in result["lettres"]] == ["Club de voile"]


def test_22_an_invoice_without_any_due_date(tmp_path: Path) -> None:
    ledger = ONE_INVOICE.replace("  echeance: 2026-03-10\n", "")
    story = company(tmp_path, ledger + ONE_INVOICE.replace("^F1", "^F2"), "delai: null\n")
    result = plan(story, "2026-03-17")
    wait = wait_of(result)
    line = story.books.movements[0].source.line
    assert (wait["code"], wait["echeance"]) == ("sans-echeance", None)
    assert f"ledger/main.beancount:{line}" in wait["motif"]
    assert lines(only_letter(result)).keys() == {"F2"}


LADDER = """
ecart-client: 0
etapes:
  e1: {apres: 1}
  e2: {apres: 2}
  e3: {apres: 3, penalites: true}
  e4: {apres: 4, canal: recommande, penalites: true, effet: mise-en-demeure, sous: 8}
parcours: {standard: [e1, e2, e3, e4]}
"""


def ladder(tmp_path: Path, last: dict[str, int]) -> Story:
    """Four invoices due D; `last` says how many steps each had, e1 on 03-11, e2 on 03-12…"""
    ledger = "".join(ONE_INVOICE.replace("^F1", f"^F{n}") for n in (1, 2, 3, 4))
    story = company(tmp_path, ledger, LADDER)
    for rank in (1, 2, 3):
        cited = [invoice for invoice, steps in last.items() if steps >= rank]
        if cited:
            letter = past_letter(f"R202603{10 + rank}-01", f"e{rank}", *cited, rank=rank)
            put_into_register(story, f"2026-03-{10 + rank}", [letter])
    return story


def test_24_one_letter_each_claim_one_step_up(tmp_path: Path) -> None:
    """Ready for e3, e3, e2, e1: the text of e3, interest on the first two alone.

    100 × 12.15 % × 14 / 365 = 0.466 each on 03-24, 40 each: 400 + 0.94 + 80 = 480.94.
    """
    story = ladder(tmp_path, {"F1": 2, "F2": 2, "F3": 1})
    letter = only_letter(plan(story, "2026-03-24"))
    told = lines(letter)
    assert {f: line["etape"] for f, line in told.items()} == {
        "F1": "e3", "F2": "e3", "F3": "e2", "F4": "e1"
    }  # fmt: skip
    assert [told[f]["penalites"] for f in ("F1", "F2", "F3", "F4")] == [
        "0.47",
        "0.47",
        "0.00",
        "0.00",
    ]
    assert [told[f]["indemnite"] for f in ("F1", "F2", "F3", "F4")] == [
        "40.00",
        "40.00",
        "0.00",
        "0.00",
    ]
    assert (letter["etape"], letter["rang"], letter["total"]) == ("e3", 3, "480.94")


def test_24_a_formal_notice_demands_only_what_reached_it(tmp_path: Path) -> None:
    """Ready for e4, e3, e2, e1: 100 + 0.47 + 40 demanded, the others apart; all move up."""
    story = ladder(tmp_path, {"F1": 3, "F2": 2, "F3": 1})
    letter = only_letter(issue(story, "2026-03-24"))
    assert (letter["etape"], letter["total"]) == ("e4", "140.47")
    demanded = {f: line["demande"] for f, line in lines(letter).items()}
    assert demanded == {"F1": True, "F2": False, "F3": False, "F4": False}
    cited = {
        c.invoice: c.step for x in story.books.letters if x.id == letter["id"] for c in x.citations
    }
    assert cited == {"F1": "e4", "F2": "e3", "F3": "e2", "F4": "e1"}
