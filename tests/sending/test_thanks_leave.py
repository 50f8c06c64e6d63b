"""A thank-you leaves, or is cancelled when the payment came back or something else is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision.test_thanks import (
    FIRST,
    OTHER,
    PAID,
    PAID_ON,
    REMINDED,
    SAME_MAILBOX,
    SISTER,
    THANKS,
    entry,
)
from dispatching import approved, at_nine, cancelled, dispatched, repository, run, said
from mailserver import MailServer
from relance.terminal import clock
from repositories import commit
from story import ONE_INVOICE, Story, company

SENT = "2026-03-24"


@pytest.fixture
def story(tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Story:
    """F1 was reminded on 17 March, paid on the 20th; its thanks are of the 23rd."""
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(SENT))
    made = repository(company(tmp_path, ONE_INVOICE, f"{THANKS}{server.policy()}"))
    approved(made, REMINDED)
    made.add(PAID)
    assert [letter.step for letter in approved(made, FIRST)] == ["merci"]
    return made


THANKED = "R20260323-01"


@pytest.mark.slow
def test_they_leave(story: Story, server: MailServer) -> None:
    result = run(story, "envoyer", "--seulement", THANKED)
    assert result.exit_code == 0, said(result)
    assert dispatched(story)[THANKED] == ["courriel"]
    assert "règlement bien reçu" in str(server.received[0].message["Subject"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ledger", "told"),
    [
        (entry(SENT, "-100.00").replace("--", ""), "la facture est de nouveau ouverte"),
        (
            entry("2026-03-23", "-100.00").replace("--", "") + entry(SENT, "100.00"),
            "un règlement en est déjà revenu",
        ),
        (OTHER.format(due=PAID_ON), "F2 reste à régler"),
        (SISTER.format(sign=SAME_MAILBOX, due=PAID_ON), "au même débiteur sur"),
        (f'\n{SENT} note Actifs:Clients:Durand "Non" ^F1 #litige\n', "un litige est ouvert"),
        (f'\n{SENT} note Actifs:Clients:Durand "RJ" #procedure-collective\n', "procédure"),
    ],
    ids=["revenu", "revenu-puis-paye", "autre-facture", "autre-compte", "litige", "procedure"],
)
def test_they_are_cancelled_when_they_would_be_wrong(
    story: Story, server: MailServer, ledger: str, told: str
) -> None:
    story.add(ledger)
    commit(story.root)
    result = run(story, "envoyer", "--seulement", THANKED)
    assert result.exit_code == 4
    assert told in said(result)
    assert server.received == []
    assert cancelled(story) == {THANKED}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (" ^F1\n  Actifs:Banque ", " ^F1 #avoir\n  Actifs:Banque ", "ce n'est plus un règlement"),
        (" ^F1\n  Actifs:Banque ", " ^F1\n  Produits:Ventes ", "aucun compte de banque"),
        (PAID_ON, "2026-03-19", "réglée le 19 mars 2026, et non plus le 20 mars 2026"),
        (PAID_ON, "2026-03-16", "ce n'est plus un règlement reçu après la relance"),
    ],
    ids=["avoir", "sans-argent", "autre-jour", "avant-la-relance"],
)
def test_they_are_cancelled_when_the_payment_was_corrected(
    story: Story, server: MailServer, before: str, after: str, told: str
) -> None:
    """The day that the letter prints, and what it calls a payment, are those of the books."""
    story.replace(before, after)
    commit(story.root)
    result = run(story, "envoyer", "--seulement", THANKED)
    assert result.exit_code == 4
    assert told in said(result)
    assert server.received == []
    assert cancelled(story) == {THANKED}
