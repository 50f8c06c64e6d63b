"""`relance releves`: a branch of its own, reviewed, dispatched and proved as letters are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from decision.test_thanks import entry
from dispatching import at_nine, cancelled, dispatched, repository, said
from dispatching import run as send
from mailserver import Behaviour, MailServer, running
from relance.terminal import clock
from relance.text.typography import ordinary
from repositories import commit, git, run
from story import EVERY_DAY, THREE_INVOICES, Story, company

DAY, SENT = "2026-04-01", "2026-04-02"
BRANCH = f"relance/{DAY}"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running(Behaviour()) as server:
        yield server


@pytest.fixture
def story(tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Durand owes F1 and F2; its statement of 1 April is on its branch."""
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(SENT))
    policy = f"{EVERY_DAY}{server.policy()}"
    made = repository(company(tmp_path / "société", THREE_INVOICES, policy))
    result = run(made.root, "releves", "--au", DAY, "Durand SARL")
    assert result.exit_code == 0, result.output
    assert git(made.root, "branch", "--show-current") == BRANCH
    return made


def approve(story: Story) -> None:
    git(story.root, "switch", "-q", "main")
    assert run(story.root, "approuver", BRANCH, "--oui").exit_code == 0


@pytest.mark.slow
def test_it_is_reviewed_sent_and_proved_as_letters_are(story: Story, server: MailServer) -> None:
    summary = (story.root / f"out/lettres/{DAY}/sommaire.md").read_text(encoding="utf-8")
    assert ordinary(summary).startswith("# Relevés de compte du 1er avril 2026 : 1 lettre\n")
    assert run(story.root, "verifier", "--contre", "main", "--au", DAY).exit_code == 0
    approve(story)
    result = send(story, "envoyer")
    assert result.exit_code == 0, said(result)
    assert "0,00" not in said(result)
    assert dispatched(story) == {"R20260401-01": ["courriel"]}
    assert "Relevé de compte" in str(server.received[0].message["Subject"])
    audited = run(story.root, "audit")
    assert audited.exit_code == 0
    assert "1 prouvée" in audited.output


@pytest.mark.slow
def test_a_second_one_of_the_day_changes_nothing(story: Story) -> None:
    git(story.root, "switch", "-q", "main")
    result = run(story.root, "releves", "--au", DAY, "Durand SARL")
    assert result.exit_code == 0
    assert "releve-ecart" in result.output
    assert "rien de nouveau" in result.output


@pytest.mark.slow
def test_the_reminders_of_the_day_do_not_wait_for_its_approval(story: Story) -> None:
    git(story.root, "switch", "-q", "main")
    result = run(story.root, "plan", "--au", DAY)
    assert "branche-en-attente" not in result.output
    assert "relance-1" in result.output


@pytest.mark.slow
def test_a_balance_that_changed_under_review_is_said(story: Story) -> None:
    """40 came in for F1: 300 in all before, 260 now."""
    git(story.root, "switch", "-q", "main")
    story.add(entry(DAY, "40.00"))
    commit(story.root)
    git(story.root, "switch", "-q", BRANCH)
    result = run(story.root, "verifier", "--contre", "main", "--au", DAY)
    assert "F1 n'est plus ce qu'en dit R20260401-01" in ordinary(str(result.exception))
    result = run(story.root, "rafraichir")
    assert "total 300.00 EUR → 260.00 EUR" in result.output


@pytest.mark.slow
def test_a_name_that_nobody_has_is_refused(story: Story) -> None:
    git(story.root, "switch", "-q", "main")
    result = run(story.root, "releves", "--au", DAY, "Durant", "Personne")
    assert result.exit_code == 2
    assert str(result.exception).count("aucun client de ce nom") == 2


LATER = """
2026-03-20 * "Durand" "Facture" ^F9
  echeance: 2026-04-30
  Actifs:Clients:Durand  50.00 EUR
  Produits:Ventes
"""

DOLLARS = f"""
2026-03-20 * "Durand" "Facture" ^F9
  echeance: 2026-04-30
  Actifs:Clients:Durand  50.00 USD
  Produits:Ventes
{SENT} note Actifs:Clients:Durand "Non" ^F9 #litige
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ledger", "told"),
    [
        (DOLLARS, "F9 : un litige est ouvert"),
        (entry(SENT, "100.00"), "F1 est réglée"),
        (entry(SENT, "20.00"), "80,00 € à régler, et non plus 100,00 €"),
        (LATER, "F9 manque à ce relevé"),
        (f'\n{SENT} note Actifs:Clients:Durand "Non" ^F1 #litige\n', "un litige est ouvert"),
    ],
    ids=["autre-devise", "reglee", "en-partie", "facture-oubliee", "litige"],
)
def test_it_is_cancelled_when_the_account_changed(
    story: Story, server: MailServer, ledger: str, told: str
) -> None:
    approve(story)
    story.add(ledger)
    commit(story.root)
    result = send(story, "envoyer")
    assert result.exit_code == 4
    assert told in said(result)
    assert server.received == []
    assert cancelled(story) == {"R20260401-01"}
