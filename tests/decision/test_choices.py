"""What was chosen where nothing is written: rules 6.10, 7.6 and 13.1 to 13.11.

In 2026, 10 March is a Tuesday.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from story import (
    EVERY_DAY,
    claims,
    company,
    issue,
    lines,
    only_letter,
    outcome,
    outcomes,
    past_letter,
    plan,
    posted,
    put_into_register,
)

TRACKED = "envoi: {suivi: true, validite: 5}\n"
ANYBODY = '  type: "professionnel"\n2010-01-01 open Actifs:Clients:Mairie'
TYPELESS = "2010-01-01 open Actifs:Clients:Mairie"
CLAIMING = "etapes: {relance-1: {penalites: true, seuil: 500}}\n"
BANK = "grand-livre: {banque: {comptes: [Actifs:Banque]}}\n"
TWO = "regles: [{si: {solde-max: 100}, parcours: petit-montant}]\n"


def invoice(
    link: str = "F1", due: str = "2026-03-10", amount: str = "100.00 EUR", account: str = "Durand"
) -> str:
    return f"""
2026-01-01 * "Facture" ^{link}
  echeance: {due}
  Actifs:Clients:{account}  {amount}
  Produits:Ventes
"""


def note(day: str, sort: str, *metadata: str) -> str:
    rows = "".join(f"\n  {row}" for row in metadata)
    return f'\n{day} note Actifs:Clients:Durand "Suivi" {sort}{rows}\n'


# ---------------------------------------------------------------- Rule 3.2


def deposited(account: str, *more: str) -> str:
    rows = "".join(f"  {row}\n" for row in more)
    return f"""
2026-08-20 * "Facture" ^F1
{rows}  depot: 2026-09-03
  Actifs:Clients:{account}  100.00 EUR
  Produits:Ventes
"""


@pytest.mark.parametrize(
    ("more", "policy", "due"),
    [
        ((), "", "2026-10-03"),  # 30 days from Thursday 3 September
        ((), "delai: null\n", "2026-10-03"),  # the law's own
        ((), "delai: 50\n", "2026-10-23"),  # a hospital
        (("echeance: 2026-09-19",), "", "2026-10-03"),  # counted from the invoice
        (("echeance: 2026-10-20",), "", "2026-10-20"),  # agreed later
        (("echeance: 2026-09-19",), "grand-livre: {autres-cles: [depot]}\n", "2026-09-19"),
    ],
)
def test_the_term_of_a_public_body_runs_from_the_deposit(
    tmp_path: Path, more: tuple[str, ...], policy: str, due: str
) -> None:
    story = company(tmp_path, deposited("Mairie", *more), policy)
    (claim,) = claims(story, "2026-09-10").values()
    assert claim.due == date.fromisoformat(due)
    assert claim.doubt is None


@pytest.mark.parametrize("account", ["Durand", "Martin", "Club"])
def test_a_deposit_at_a_client_who_is_no_public_body_is_asked_about(
    tmp_path: Path, account: str
) -> None:
    story = company(tmp_path, deposited(account, "echeance: 2026-09-19"))
    assert outcome(story, "2026-09-28") == "echeance-non-lue"


def test_a_deposit_counts_for_a_client_of_unknown_type(tmp_path: Path) -> None:
    story = company(tmp_path, deposited("Durand", "echeance: 2026-09-19"))
    story.replace(ANYBODY, TYPELESS)
    assert outcome(story, "2026-09-28") == "apres"


# ---------------------------------------------------------------- Rules 6.10 and 7.6


@pytest.mark.parametrize(
    ("policy", "debit", "day", "expected"),
    [
        ("", True, "2026-03-11", "prelevement"),  # and its day has not come
        (CLAIMING, False, "2026-03-11", "apres"),  # and it owes less than the threshold
        (CLAIMING, False, "2026-03-17", "seuil"),  # and the type is missing
        (CLAIMING.replace(", seuil: 500", "") + BANK, False, "2026-03-17", "type-manquant"),
        (BANK, False, "2026-03-17", "banque-ancienne"),
    ],
)
def test_the_first_reason_at_a_step_is_said(
    tmp_path: Path, policy: str, debit: bool, day: str, expected: str
) -> None:
    story = company(tmp_path, invoice(), policy)
    story.replace(ANYBODY, TYPELESS)
    if debit:
        story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  paiement: "prelevement"')
    assert outcome(story, day) == expected


def test_the_client_gap_is_said_before_the_bank(tmp_path: Path) -> None:
    story = company(tmp_path, invoice() + invoice("F2", "2026-03-11"), BANK)
    letter = past_letter("R20260317-01", "relance-1", "F1")
    put_into_register(story, "2026-03-17", [letter])
    assert outcome(story, "2026-03-18", "F2") == "ecart-client"
    assert outcome(story, "2026-03-23", "F2") == "banque-ancienne"


def test_a_policy_rate_binds_no_public_body(tmp_path: Path) -> None:
    """1 000 × 20 days: 5 % = 2.74 for the professional, 10.15 % = 5.56 for the public body."""
    policy = 'etapes: {relance-1: {penalites: true}}\npenalites: {taux: "5"}\n'
    ledger = invoice(amount="1000.00 EUR") + invoice("F2", "2026-03-10", "1000.00 EUR", "Mairie")
    letters = plan(company(tmp_path, ledger, policy), "2026-03-30")["lettres"]
    assert [letter["penalites"] for letter in letters] == ["2.74", "5.56"]


def test_a_lower_rate_of_a_public_body_is_unwritten(tmp_path: Path) -> None:
    """10 000 due on 31 August, 84 days later: 2.40 + 8 = 10.40 %, 239.34, not 5 %, 115.07."""
    policy = "etapes: {relance-1: {penalites: true}}\n"
    ledger = invoice(due="2026-08-31", amount="10000.00 EUR", account="Mairie")
    story = company(tmp_path, ledger, policy)
    story.replace('  type: "public"\n', '  type: "public"\n  taux: "5"\n')
    (letter,) = plan(story, "2026-11-23")["lettres"]
    assert letter["penalites"] == "239.34"


# ---------------------------------------------------------------- Section 13


def test_an_unlinked_draft_payment_holds_every_currency(tmp_path: Path) -> None:
    draft = """
2026-03-05 ! "Durand" "VIR"
  Actifs:Clients:Durand  -10.00 EUR
  Actifs:Banque
"""
    ledger = invoice() + invoice("F2", amount="80.00 USD") + draft
    story = company(tmp_path, ledger)
    said = [outcome(story, "2026-03-17", name) for name in ("F1", "F2")]
    assert said == ["reglement-brouillon", "reglement-brouillon"]


def test_a_late_dispatch_note_revives_a_void_letter(tmp_path: Path) -> None:
    """Void from 25 March on, its `#envoi` is of the 27th: relance-1 is not written again."""
    story = company(tmp_path, invoice(), TRACKED)
    issue(story, "2026-03-17")
    assert outcome(story, "2026-03-26") == "relance-1"
    posted(story, "R20260317-01", "2026-03-27")
    assert outcomes(story, ["2026-03-26", "2026-03-27"]) == ["relance-1", "relance-2"]


def test_an_unposted_notice_holds_its_second_table_too(tmp_path: Path) -> None:
    """The notice for F1 also cites F2, whose own step is relance-2."""
    story = company(tmp_path, invoice() + invoice("F2", "2026-03-24"), EVERY_DAY)
    for day in ("2026-03-17", "2026-03-25", "2026-04-01", "2026-04-09"):
        issue(story, day)
    (notice,) = [x for x in story.books.letters if x.step == "mise-en-demeure"]
    steps = {citation.invoice: citation.step for citation in notice.citations}
    assert steps == {"F1": "mise-en-demeure", "F2": "relance-2"}
    assert [outcome(story, "2026-06-01", name) for name in ("F1", "F2")] == ["non-postee"] * 2


@pytest.mark.parametrize("other", ["exclusion", "insolvency"])
def test_a_doubt_is_said_before_exclusion_and_insolvency(tmp_path: Path, other: str) -> None:
    story = company(tmp_path, invoice() + invoice(account="Mairie"))
    if other == "exclusion":
        story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  relance: FALSE')
    else:
        story.add(note("2026-03-01", "#procedure-collective", "jugement: 2026-03-01"))
    said = [wait["code"] for wait in plan(story, "2026-03-17")["attentes"]]
    assert said == ["numero-en-double", "numero-en-double"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("relance-2", "derniere-etape"),
        ("mise-en-demeure", "non-postee"),
        ("relance-2", "non-envoyee"),
    ],
)
def test_claims_at_their_end_are_not_listed_for_information(
    tmp_path: Path, step: str, expected: str
) -> None:
    silent = "envoi: {validite: 5}\n" if expected == "non-envoyee" else ""
    policy = f"ecart-client: 0\n{silent}"
    story = company(tmp_path, invoice(due="2026-01-05") + invoice("F2"), policy)
    put_into_register(story, "2026-03-02", [past_letter("R20260302-01", step, "F1")])
    if expected == "derniere-etape":
        track = 'client: "Durand SARL"\n  parcours: "court"'
        story.replace('client: "Durand SARL"', track)
        policy = (story.root / "relance.yaml").read_text(encoding="utf-8")
        story.write("relance.yaml", policy + "parcours: {court: [relance-1, relance-2]}\n")
    told = plan(story, "2026-03-17")
    assert outcome(story, "2026-03-17") == expected
    assert lines(only_letter(told)).keys() == {"F2"}


@pytest.mark.parametrize(
    ("notes", "track"),
    [
        ("", "standard"),  # 60 and 60
        (note("2026-03-12", "#suspension ^F2"), "petit-montant"),
        (note("2026-03-12", "#litige ^F2", "montant: 20.00 EUR"), "petit-montant"),
        (note("2026-03-12", "#litige ^F2", "montant: 19.99 EUR"), "standard"),
    ],
)
def test_totals_leave_out_what_is_held_and_disputed(tmp_path: Path, notes: str, track: str) -> None:
    ledger = invoice(amount="60.00 EUR") + invoice("F2", amount="60.00 EUR") + notes
    story = company(tmp_path, ledger, TWO)
    issue(story, "2026-03-17")
    (letter,) = story.books.letters
    assert letter.track == track


def test_a_disputed_amount_goes_to_the_oldest_first(tmp_path: Path) -> None:
    """130 of the account are disputed: all of F1, and 30 of F2, which is due later."""
    ledger = (
        invoice("F2", "2026-03-11")
        + invoice()
        + note("2026-03-12", "#litige", "montant: 130.00 EUR")
    )
    story = company(tmp_path, ledger, EVERY_DAY)
    letter = only_letter(plan(story, "2026-03-18"))
    assert outcome(story, "2026-03-18") == "litige"
    assert lines(letter)["F2"]["conteste"] == "30.00"
