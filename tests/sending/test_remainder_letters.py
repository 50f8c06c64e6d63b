"""A letter that asks what a paid invoice left of its penalties leaves, or is cancelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.test_penalty_account import INVOICE, RUNS, paid
from dispatching import approved, at_nine, cancelled, dispatched, repository, run, said
from mailserver import MailServer
from relance.terminal import clock
from repositories import commit
from story import EVERY_DAY, Story, company, posted

LETTER, SENT = "R20260825-01", "2026-08-26"
WAIVER = 'note Actifs:Clients:Durand "Geste" ^F1 #abandon-penalites'


@pytest.fixture
def story(tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The principal was paid on 10 August; the letter of the 25th asks 55.29."""
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(SENT))
    policy = f"penalites: {{reliquat: relancer}}\n{server.policy()}"
    ledger = INVOICE + paid("2026-08-10", "1500.00")
    made = repository(company(tmp_path, ledger, f"{EVERY_DAY}{policy}"))
    for day in RUNS:
        approved(made, day)
    posted(made, "R20260731-01", "2026-08-01", "2026-08-03")
    assert [letter.id for letter in approved(made, "2026-08-25")] == [LETTER]
    return made


@pytest.mark.slow
def test_it_leaves_while_that_is_left(story: Story, server: MailServer) -> None:
    result = run(story, "envoyer", "--seulement", LETTER)
    assert result.exit_code == 0, said(result)
    assert dispatched(story)[LETTER] == ["courriel"]
    assert "reste à régler" in str(server.received[0].message["Subject"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (paid(SENT, "55.29"), "0,00 € de pénalités à régler, et non plus 55,29 €"),
        (paid(SENT, "20.00"), "35,29 € de pénalités à régler, et non plus 55,29 €"),
        (f"\n{SENT} {WAIVER}\n", "0,00 € de pénalités à régler, et non plus 55,29 €"),
        (f'\n{SENT} note Actifs:Clients:Durand "Non" ^F1 #litige\n', "un litige est ouvert"),
        (paid(SENT, "-1500.00").replace("--", ""), "la facture est de nouveau ouverte"),
    ],
)
def test_it_is_cancelled_when_that_is_no_longer_true(
    story: Story, server: MailServer, entry: str, told: str
) -> None:
    story.add(entry)
    commit(story.root)
    result = run(story, "envoyer", "--seulement", LETTER)
    assert result.exit_code == 4
    assert told in said(result)
    assert server.received == []
    assert cancelled(story) == {LETTER}
