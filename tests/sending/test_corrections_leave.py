"""A corrected statement leaves, or is cancelled when its figures changed once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision.test_corrections import CREDITED, CREDITED_ON, IN_TWO, REMINDED, TELL, credit, of_f2
from decision.test_thanks import entry
from dispatching import approved, at_nine, cancelled, dispatched, repository, run, said
from mailserver import MailServer
from relance.terminal import clock
from repositories import commit
from story import ONE_INVOICE, Story, company

SENT, TOLD = "2026-03-19", "R20260318-01"


@pytest.fixture
def story(tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Story:
    """F1 was reminded on 17 March, credited on the 18th, its statement is of that day."""
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(SENT))
    made = repository(company(tmp_path, ONE_INVOICE, f"{TELL}{server.policy()}"))
    approved(made, REMINDED)
    made.add(CREDITED)
    assert [letter.id for letter in approved(made, CREDITED_ON)] == [TOLD]
    return made


@pytest.mark.slow
def test_it_leaves(story: Story, server: MailServer) -> None:
    result = run(story, "envoyer", "--seulement", TOLD)
    assert result.exit_code == 0, said(result)
    assert dispatched(story)[TOLD] == ["courriel"]
    assert "décompte rectifié" in str(server.received[0].message["Subject"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ledger", "told"),
    [
        (credit(SENT, "20.00"), "50,00 € à régler, et non plus 70,00 €"),
        (entry(SENT, "70.00"), "0,00 € à régler, et non plus 70,00 €"),
        (f'\n{SENT} note Actifs:Clients:Durand "Non" ^F1 #litige\n', "un litige est ouvert"),
    ],
    ids=["avoir", "reglement", "litige"],
)
def test_it_is_cancelled_when_its_figures_changed(
    story: Story, server: MailServer, ledger: str, told: str
) -> None:
    story.add(ledger)
    commit(story.root)
    result = run(story, "envoyer", "--seulement", TOLD)
    assert result.exit_code == 4
    assert told in said(result)
    assert server.received == []
    assert cancelled(story) == {TOLD}


GIVEN_UP = '\n{day} note Actifs:Clients:Durand "Geste" ^F2 #abandon-penalites\n'


@pytest.mark.parametrize(
    ("day", "letter"),
    [("2026-08-10", "R20260810-01"), ("2026-08-13", "R20260813-01")],
    ids=["relance-2", "rectification"],
)
def test_penalties_given_up_since_are_not_sent(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch, day: str, letter: str
) -> None:
    """Both print interest and 40 that the note gives up; the balances are as they were."""
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(day))
    story = repository(company(tmp_path, IN_TWO, f"rectification: true\n{server.policy()}"))
    approved(story, "2026-07-27")
    approved(story, "2026-08-10")
    if day > "2026-08-10":
        story.add(of_f2("2026-08-12", "500.00"))
        assert [x.step for x in approved(story, day)] == ["rectification"]
    story.add(GIVEN_UP.format(day=day))
    commit(story.root)
    result = run(story, "envoyer", "--seulement", letter)
    assert result.exit_code == 4
    assert "ses pénalités sont abandonnées" in said(result)
    assert server.received == []
    assert letter in cancelled(story)
