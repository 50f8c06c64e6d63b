"""Promises judged at a date, and what follow-up notes add to the next letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from places import LETTERS
from relance.claims.promises import Promise, PromiseOutcome
from relance.files.explanation import explain
from relance.letters.compose import LetterSetting, compose
from relance.text.typography import ordinary
from relance.values.kinds import Reason
from story import (
    EVERY_DAY,
    ONE_INVOICE,
    Story,
    cancelled,
    company,
    day_of,
    decide,
    issue,
    only_letter,
    outcome,
    plan,
    posted,
    refusal,
)

# 10 February, due on Tuesday 10 March.
SECOND = ONE_INVOICE.replace("^F1", "^F2").replace("100.00", "250.00")


def note(day: str, sort: str, *metadata: str, text: str = "Suivi.") -> str:
    rows = "".join(f"  {row}\n" for row in metadata)
    return f'\n{day} note Actifs:Clients:Durand "{text}" {sort}\n{rows}'


def promise(day: str, due: str, amount: str = "", link: str = "^F1") -> str:
    montant = [f"montant: {amount}"] if amount else []
    return note(day, f"{link} #promesse", f"echeance: {due}", *montant)


def payment(day: str, amount: str, link: str = "^F1", tag: str = "") -> str:
    other = "Produits:Ventes" if tag else "Actifs:Banque"
    return f'\n{day} * "Virement" {link} {tag}\n  {other}  {amount} EUR\n  Actifs:Clients:Durand\n'


def judged(story: Story, day: str) -> tuple[Promise, ...]:
    return day_of(story, day).promises.of("Actifs:Clients:Durand")


def outcomes(story: Story, day: str) -> list[PromiseOutcome]:
    return [promise.outcome for promise in judged(story, day)]


RUNNING, KEPT, PARTLY, BROKEN, REPLACED = (
    PromiseOutcome.RUNNING,
    PromiseOutcome.KEPT,
    PromiseOutcome.PARTLY_KEPT,
    PromiseOutcome.BROKEN,
    PromiseOutcome.REPLACED,
)

# For Friday 20 March: two working days of grace lead to Tuesday the 24th.
PROMISED = promise("2026-03-12", "2026-03-20", "60.00 EUR")
ALL = promise("2026-03-12", "2026-03-20")


@pytest.mark.parametrize(
    ("ledger", "day", "expected"),
    [
        (PROMISED, "2026-03-24", RUNNING),
        (PROMISED, "2026-03-25", BROKEN),
        (PROMISED + payment("2026-03-24", "60.00"), "2026-03-25", KEPT),
        (PROMISED + payment("2026-03-16", "60.00"), "2026-03-16", KEPT),  # before its day
        (PROMISED + payment("2026-03-24", "59.00"), "2026-03-25", KEPT),  # within the tolerance
        (PROMISED + payment("2026-03-24", "58.99"), "2026-03-25", PARTLY),
        (PROMISED + payment("2026-03-24", "58.99"), "2026-03-24", RUNNING),
        (PROMISED + payment("2026-03-25", "60.00"), "2026-03-25", BROKEN),  # a day late
        (PROMISED + payment("2026-03-11", "30.00"), "2026-03-25", BROKEN),  # paid before it
        # 60 were promised when only 40 remained: 40 keep the promise
        (
            payment("2026-03-11", "60.00") + PROMISED + payment("2026-03-20", "40.00"),
            "2026-03-25",
            KEPT,
        ),
        # without an amount, the whole balance of that time
        (ALL + payment("2026-03-20", "60.00"), "2026-03-25", PARTLY),
        (ALL + payment("2026-03-20", "100.00"), "2026-03-25", KEPT),
        (
            payment("2026-03-11", "60.00") + ALL + payment("2026-03-20", "40.00"),
            "2026-03-25",
            KEPT,
        ),
        # what a credit note takes off was not owed, and is no payment either
        (
            ALL + payment("2026-03-16", "60.00", tag="#avoir") + payment("2026-03-17", "40.00"),
            "2026-03-25",
            KEPT,
        ),
        (ALL + payment("2026-03-16", "60.00", tag="#avoir"), "2026-03-25", BROKEN),
        # a payment without reference counts where it is imputed
        (PROMISED + payment("2026-03-20", "60.00", link=""), "2026-03-25", KEPT),
        # the grace is the policy's
        (ALL, "2026-03-20", RUNNING),
    ],
)
def test_a_promise_is_judged_at_the_date(
    tmp_path: Path, ledger: str, day: str, expected: PromiseOutcome
) -> None:
    assert outcomes(company(tmp_path, ONE_INVOICE + ledger), day) == [expected]


def test_the_grace_is_in_working_days(tmp_path: Path) -> None:
    for name, policy, last in (
        ("a", "promesse: {grace: 0}\n", "2026-03-20"),
        ("b", EVERY_DAY, "2026-03-22"),
        ("c", "promesse: {grace: 3}\n", "2026-03-25"),
    ):
        story = company(tmp_path / name, ONE_INVOICE + PROMISED, policy)
        (found,) = judged(story, "2026-03-12")
        assert found.last == date.fromisoformat(last)


def test_a_returned_payment_breaks_the_promise(tmp_path: Path) -> None:
    returned = """
2026-03-23 * "Chèque rejeté" ^F1
  Actifs:Clients:Durand  60.00 EUR
  Actifs:Banque
"""
    ledger = ONE_INVOICE + PROMISED + payment("2026-03-20", "60.00")
    assert outcomes(company(tmp_path / "a", ledger), "2026-03-25") == [KEPT]
    assert outcomes(company(tmp_path / "b", ledger + returned), "2026-03-25") == [BROKEN]


LATER = promise("2026-03-18", "2026-04-03", "60.00 EUR")


@pytest.mark.parametrize(
    ("ledger", "day", "expected"),
    [
        (PROMISED + LATER, "2026-03-17", [RUNNING]),
        (PROMISED + LATER, "2026-03-25", [REPLACED, RUNNING]),
        (PROMISED + LATER, "2026-04-15", [REPLACED, BROKEN]),
        # kept before the newer one was made
        (PROMISED + payment("2026-03-17", "60.00") + LATER, "2026-04-15", [KEPT, BROKEN]),
        # once broken, a newer one repairs nothing
        (
            PROMISED + promise("2026-03-25", "2026-04-03") + payment("2026-04-02", "100.00"),
            "2026-04-15",
            [BROKEN, KEPT],
        ),
        # another invoice's promise replaces nothing
        (
            PROMISED + promise("2026-03-18", "2026-04-03", link="^F2"),
            "2026-03-25",
            [BROKEN, RUNNING],
        ),
        # the whole account's promise replaces one invoice's, and half of it the other way round
        (
            PROMISED + promise("2026-03-18", "2026-04-03", link=""),
            "2026-03-25",
            [REPLACED, RUNNING],
        ),
        (
            promise("2026-03-12", "2026-03-20", link="")
            + promise("2026-03-18", "2026-04-03")
            + payment("2026-03-20", "250.00", link="^F2"),
            "2026-03-25",
            [KEPT, RUNNING],
        ),
    ],
)
def test_a_newer_promise_replaces_one_that_still_runs(
    tmp_path: Path, ledger: str, day: str, expected: list[PromiseOutcome]
) -> None:
    assert outcomes(company(tmp_path, ONE_INVOICE + SECOND + ledger), day) == expected


def test_an_account_s_promise_is_about_what_falls_due_by_its_day(tmp_path: Path) -> None:
    later = SECOND.replace("echeance: 2026-03-10", "echeance: 2026-04-10")
    ledger = ONE_INVOICE + later + promise("2026-03-12", "2026-03-20", link="")
    kept = company(tmp_path / "a", ledger + payment("2026-03-20", "100.00"))
    assert outcomes(kept, "2026-03-25") == [KEPT]
    # an amount counts on everything
    amount = ledger.replace("echeance: 2026-03-20", "echeance: 2026-03-20\n  montant: 350.00 EUR")
    partly = company(tmp_path / "b", amount + payment("2026-03-20", "100.00"))
    assert outcomes(partly, "2026-03-25") == [PARTLY]


def test_a_promise_in_one_currency_says_nothing_of_another(tmp_path: Path) -> None:
    pounds = ONE_INVOICE.replace("^F1", "^F3").replace("EUR", "GBP")
    ledger = ONE_INVOICE + pounds + promise("2026-03-12", "2026-03-20", "100.00 GBP", link="")
    letters = {x.currency: x for x in decide(company(tmp_path, ledger), "2026-03-25").letters}
    assert letters["EUR"].broken_promise is None
    assert letters["GBP"].broken_promise is not None
    paid = company(tmp_path / "b", ledger + payment("2026-03-20", "100.00"))
    assert outcomes(paid, "2026-03-25") == [BROKEN]


# ---------------------------------------------------------------- The next letter names it


def letter_text(story: Story, day: str) -> str:
    (letter,) = decide(story, day).letters
    setting = LetterSetting(story.policy.creditor, LETTERS, story.books.documents)
    return ordinary(compose(letter, setting))


SENTENCE = "Le règlement de 60,00 € annoncé pour le 20 mars 2026 ne nous est pas parvenu."


def test_the_next_letter_names_a_broken_promise_once(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + PROMISED)
    assert outcome(story, "2026-03-24") == "promesse"
    assert SENTENCE in letter_text(story, "2026-03-25")
    remarks = only_letter(plan(story, "2026-03-25"))["remarques"]
    assert remarks == ["promesse pour le 20\u00a0mars 2026 rompue : la lettre le dit"]
    told = explain(day_of(story, "2026-03-25"), "F1", decide(story, "2026-03-25"))
    assert f"  {remarks[0]}" in told.decisions
    assert any("(pour le 20\u00a0mars 2026 : rompue)" in event.what for event in told.events)
    issue(story, "2026-03-25")
    assert outcome(story, "2026-04-07") == "relance-2"
    assert "annoncé" not in letter_text(story, "2026-04-07")


def test_a_cancelled_letter_said_nothing(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + PROMISED)
    issue(story, "2026-03-25")
    cancelled(story, "R20260325-01", "2026-03-26")
    assert SENTENCE in letter_text(story, "2026-04-07")


@pytest.mark.parametrize("tone", ["doux", "neutre", "ferme"])
def test_every_tone_names_it(tmp_path: Path, tone: str) -> None:
    story = company(tmp_path, ONE_INVOICE + PROMISED, f"regles:\n  - {{ton: {tone}}}\n")
    text = letter_text(story, "2026-03-25")
    assert text.count(SENTENCE) == 1
    assert "oubli" not in text  # who promised had not forgotten


def test_each_later_step_names_it_too(tmp_path: Path) -> None:
    """Relance-1 on Tuesday 17 March; a promise for 20 April, broken on the 23rd."""
    story = company(tmp_path, ONE_INVOICE)
    issue(story, "2026-03-17")
    story.add(promise("2026-03-18", "2026-04-20", "60.00 EUR"))
    assert outcome(story, "2026-04-23") == "relance-2"
    sentence = "annoncé pour le 20 avril 2026 ne nous est pas parvenu"
    assert sentence in letter_text(story, "2026-04-23")
    issue(story, "2026-04-23")
    story.add(promise("2026-04-24", "2026-05-20"))
    assert outcome(story, "2026-05-26") == "mise-en-demeure"
    text = letter_text(story, "2026-05-26")
    # no amount was promised, none is named
    assert "Le règlement annoncé pour le 20 mai 2026 ne nous est pas parvenu." in text
    assert "20 avril" not in text
    issue(story, "2026-05-26")
    posted(story, "R20260526-01", "2026-05-27", "2026-05-28")
    found = decide(story, "2026-07-01").profiles["Actifs:Clients:Durand"]
    assert (found.record.broken_promises, found.record.notices) == (2, 1)
    assert found.profile == "mauvais-payeur"


@pytest.mark.parametrize(
    ("ledger", "said"),
    [
        (payment("2026-03-20", "25.00"), "parvenu qu'en partie (25,00 €)."),
        (payment("2026-03-25", "20.00"), "parvenu qu'en partie (20,00 €)."),
        # it came late, but it came: nothing is reproached
        (payment("2026-03-25", "60.00"), None),
        # the newest promise alone counts
        (
            promise("2026-03-25", "2026-03-26", "10.00 EUR") + payment("2026-03-26", "10.00"),
            None,
        ),
    ],
)
def test_the_letter_tells_what_stands_on_its_day(
    tmp_path: Path, ledger: str, said: str | None
) -> None:
    text = letter_text(company(tmp_path, ONE_INVOICE + PROMISED + ledger), "2026-03-31")
    assert (said in text) if said else ("annoncé" not in text)


def test_a_promise_about_another_invoice_is_not_named(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + SECOND + PROMISED + payment("2026-03-26", "100.00"))
    assert "annoncé" not in letter_text(story, "2026-03-27")


# ---------------------------------------------------------------- Reasons


@pytest.mark.parametrize("sort", ["appel", "reponse", "courriel"])
@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_is_a_typed_value(tmp_path: Path, sort: str, reason: Reason) -> None:
    said = note("2026-03-12", f"^F1 #{sort}", f'raison: "{reason}"')
    story = company(tmp_path, ONE_INVOICE + said)
    assert [found.reason for found in story.books.notes] == [reason]
    assert outcome(story, "2026-03-17") == "relance-1"  # it holds nothing


def test_a_wrong_reason_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    told = refusal(tmp_path / "a", ONE_INVOICE + note("2026-03-12", "#appel", 'raison: "tresorie"'))
    assert "« raison » ne connaît pas « tresorie »" in told
    assert "vouliez-vous « tresorerie » ?" in told
    told = refusal(
        tmp_path / "b", ONE_INVOICE + note("2026-03-12", "#reponse", 'raison: "en vacances"')
    )
    assert "facture-non-recue, litige, tresorerie, validation, retard-interne, autre" in told


def test_a_reason_elsewhere_counts_for_nothing_and_is_told(tmp_path: Path) -> None:
    said = note("2026-03-12", "^F1 #litige", 'raison: "litige"')
    story = company(tmp_path, ONE_INVOICE + said)
    assert [found.reason for found in story.books.notes] == [None]
    told = " ".join(map(str, story.books.warnings))
    assert "« raison » ne compte pas sous une note #litige" in told


NOT_RECEIVED = note("2026-03-12", "^F1 #appel", 'raison: "facture-non-recue"')
COPY = '\n2026-02-10 document Actifs:Clients:Durand "pieces/F1.pdf" ^F1 #facture\n'
ASKED = (
    "Vous nous avez indiqué ne pas avoir reçu la facture F1 : sa copie est jointe à ce courrier."
)


def with_copy(root: Path, *parts: str) -> Story:
    story = company(root, "".join((ONE_INVOICE, COPY, *parts)))
    story.write("ledger/pieces/F1.pdf", "%PDF")
    return story


def test_the_next_letter_brings_the_copy_that_never_came(tmp_path: Path) -> None:
    story = with_copy(tmp_path, NOT_RECEIVED)
    letter = only_letter(plan(story, "2026-03-17"))
    assert letter["remarques"] == ["F1 jamais reçue, dit le client : copie jointe"]
    text = letter_text(story, "2026-03-17")
    assert ASKED in text
    assert "Pièce jointe : copie de la facture F1." in text
    issue(story, "2026-03-17")
    assert ASKED not in letter_text(story, "2026-04-01")
    story.add(NOT_RECEIVED.replace("03-12", "03-17"))  # they still have not got it
    assert ASKED in letter_text(story, "2026-04-01")


def test_a_missing_copy_is_told_and_never_announced(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + NOT_RECEIVED)
    result = plan(story, "2026-03-17")
    (warning,) = result["avertissements"]
    assert "copie à joindre : F1, que Durand SARL dit n'avoir pas reçue" in warning
    assert 'document Actifs:Clients:Durand "pieces/F1.pdf" ^F1 #facture' in warning
    assert only_letter(result)["remarques"] == [
        "F1 jamais reçue, dit le client : copie à joindre, aucune n'est déclarée"
    ]
    text = letter_text(story, "2026-03-17")
    assert "copie" not in text


@pytest.mark.parametrize(
    "said",
    [
        NOT_RECEIVED.replace("^F1", "^F2"),
        NOT_RECEIVED.replace("facture-non-recue", "validation"),
        NOT_RECEIVED.replace("2026-03-12", "2026-03-18"),
        "",
    ],
)
def test_no_copy_is_announced_to_who_did_not_ask(tmp_path: Path, said: str) -> None:
    story = with_copy(tmp_path, SECOND, payment("2026-03-11", "250.00", link="^F2"), said)
    assert "indiqué" not in letter_text(story, "2026-03-17")


def test_a_note_about_the_whole_account_asks_for_every_copy(tmp_path: Path) -> None:
    said = NOT_RECEIVED.replace("^F1 ", "")
    copy = COPY.replace("F1", "F2")
    story = with_copy(tmp_path, SECOND, copy, said)
    story.write("ledger/pieces/F2.pdf", "%PDF")
    assert "ne pas avoir reçu les factures F1 et F2 : leurs copies sont jointes" in letter_text(
        story, "2026-03-17"
    )
