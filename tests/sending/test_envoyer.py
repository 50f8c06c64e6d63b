"""`relance envoyer` against a real mail server: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from click.testing import Result
from keyring.backend import KeyringBackend
from keyring.backends.null import Keyring as NoRing

from dispatching import (
    ISSUED,
    LATE,
    SENT,
    accounts,
    approved,
    at_nine,
    blank,
    cancelled,
    clean,
    dispatched,
    repository,
    run,
    said,
)
from mailserver import PASSWORD, USER, Behaviour, MailServer, certificate, running, wait_until
from relance.sending.attempts import NAME
from relance.terminal import clock
from repositories import commit, git
from story import CREDITOR, Story, company

pytestmark = pytest.mark.usefixtures("one_memory")
THREE_LATE = (
    LATE
    + """\
2026-02-12 * "Mme Martin" "Facture" ^F3
  echeance: 2026-03-10
  Actifs:Clients:Martin  300.00 EUR
  Produits:Ventes
"""
)
PAID = """
2026-03-18 * "Commune" "Virement" ^F2
  Actifs:Clients:Mairie  -200.00 EUR
  Actifs:Banque
"""
# By account, Durand, Mairie, Martin: the order of the letters' ids.
DURAND, MAIRIE, MARTIN = (f"R20260317-0{n}" for n in (1, 2, 3))
ALL = {DURAND: ["courriel"], MAIRIE: ["courriel"], MARTIN: ["courriel"]}


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is nine in the morning, the day after the letters were issued; nobody waits."""
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(SENT))
    monkeypatch.setattr(clock, "pause", lambda _seconds: None)
    monkeypatch.delenv("RELANCE_SMTP_MOT_DE_PASSE", raising=False)
    keyring.set_keyring(NoRing())


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def server(behaviour: Behaviour) -> Iterator[MailServer]:
    with running(behaviour) as server:
        yield server


@pytest.fixture
def story(tmp_path: Path, server: MailServer) -> Story:
    """Three letters approved on 17 March, to be sent on the 18th."""
    made = repository(company(tmp_path, THREE_LATE, server.policy()))
    assert [letter.id for letter in approved(made)] == [DURAND, MAIRIE, MARTIN]
    return made


def send_on(patch: pytest.MonkeyPatch, story: Story, day: str, *more: str) -> Result:
    """Send, on that day."""
    patch.setattr(clock, "now", lambda _zone: at_nine(day))
    return run(story, "envoyer", *more)


def message_id(letter: str) -> str:
    return f"<{letter.lower()}@essai.example>"


def ids(*letters: str) -> list[str]:
    return [message_id(letter) for letter in letters]


# ---------------------------------------------------------------- What leaves is recorded


def test_letters_leave_and_are_recorded_in_one_commit(story: Story, server: MailServer) -> None:
    result = run(story, "envoyer")
    assert result.exit_code == 0, said(result)
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    assert dispatched(story) == ALL
    assert clean(story)
    assert (
        git(story.root, "diff", "--name-only", "HEAD~1") == f"out/registre/{SENT}-envois.beancount"
    )
    assert git(story.root, "log", "-1", "--format=%s") == "Envois du 18 mars 2026 : 3 envoyées"
    trailers = git(story.root, "log", "-1", "--format=%(trailers:key=Relance,valueonly)")
    assert trailers.split() == [DURAND, MAIRIE, MARTIN]
    note = (story.root / f"out/registre/{SENT}-envois.beancount").read_text()
    assert f'message-id: "{message_id(DURAND)}"' in note
    assert 'adresse: "compta@durand.example"' in note


@pytest.mark.slow
def test_again_nothing_leaves(story: Story, server: MailServer) -> None:
    run(story, "envoyer")
    before = git(story.root, "rev-parse", "HEAD")
    assert run(story, "envoyer").exit_code == 0
    assert len(server.received) == 3
    assert git(story.root, "rev-parse", "HEAD") == before


@pytest.mark.slow
def test_only_the_letters_asked_for(story: Story, server: MailServer) -> None:
    assert run(story, "envoyer", "--seulement", MAIRIE).exit_code == 0
    assert server.ids == ids(MAIRIE)
    wrong = said(run(story, "envoyer", "--seulement", "R20260317-09"))
    assert wrong.startswith("2 ")
    assert "vouliez-vous" in wrong


@pytest.mark.slow
def test_a_trial_sends_everything_to_one_address(story: Story, server: MailServer) -> None:
    before = git(story.root, "rev-parse", "HEAD")
    result = run(story, "envoyer", "--essai", "moi@essai.example")
    assert result.exit_code == 0
    assert [each.recipients for each in server.received] == [["moi@essai.example"]] * 3
    assert all(str(x.message["Subject"]).startswith("[ESSAI] ") for x in server.received)
    assert not set(server.ids) & set(ids(DURAND, MAIRIE, MARTIN))
    assert git(story.root, "rev-parse", "HEAD") == before
    assert not (story.root / ".git/relance" / NAME).exists()
    run(story, "envoyer")
    assert server.ids[3:] == ids(DURAND, MAIRIE, MARTIN)


@pytest.mark.slow
def test_without_sending_the_messages_are_files(story: Story, server: MailServer) -> None:
    result = run(story, "envoyer", "--sans-envoi")
    assert result.exit_code == 0
    assert not server.received
    made = sorted(p.name for p in (story.root / f"out/envois/{SENT}").iterdir())
    assert [name[:12] for name in made] == [DURAND, MAIRIE, MARTIN]
    assert clean(story)
    assert "Partirait par courriel : 3 lettres" in said(result)


@pytest.mark.slow
def test_from_the_plan_to_the_mailbox(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issued with its real PDF on a branch, merged, sent; the next reminder answers the first."""
    story = company(tmp_path, THREE_LATE)
    iban = "  iban: FR7630006000011234567890189\n"
    story.write("relance.yaml", CREDITOR + iban + server.policy())
    bill = '2026-02-10 document Actifs:Clients:Durand "F1.pdf" ^F1 #facture\n'
    story.add(bill)
    (story.root / "ledger/F1.pdf").write_bytes(blank("F1"))
    repository(story)
    for day, sent in (("2026-03-17", "2026-03-18"), ("2026-03-25", "2026-03-25")):
        assert run(story, "emettre", "--au", day).exit_code == 0
        assert "3 " in said(send_on(monkeypatch, story, sent))[:2]
        git(story.root, "switch", "-q", "main")
        git(story.root, "merge", "-q", "--no-ff", "-m", "approuvé", f"relance/{day}")
        letter = f"R{day.replace('-', '')}-01"
        result = send_on(monkeypatch, story, sent, "--seulement", letter)
        assert result.exit_code == 0, said(result)
    first, second = (each.message for each in server.received)
    assert (first["In-Reply-To"], str(second["In-Reply-To"])) == (None, message_id(DURAND))
    names = [str(part.get_filename()) for part in first.iter_attachments()]
    assert names == [f"{DURAND}-durand-sarl.pdf", "F1.pdf"]
    page = next(first.iter_attachments()).get_content()
    assert page == next((story.root / f"out/lettres/{ISSUED}").glob(f"{DURAND}*.pdf")).read_bytes()
    assert "Relance n" in str(first["Subject"])


# ---------------------------------------------------------------- What must not leave


def test_a_paid_claim_cancels_its_letter(story: Story, server: MailServer) -> None:
    story.add(PAID)
    commit(story.root)
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert "F2 est réglée" in said(result)
    assert server.ids == ids(DURAND, MARTIN)
    assert cancelled(story) == {MAIRIE}
    assert run(story, "envoyer").exit_code == 0


PLAN_AGREED = """
2026-03-18 note Actifs:Clients:Durand "En une fois, plus tard." ^F1 #echeancier
  echeance: 2026-04-10
  montant: 100.00 EUR
"""
CHANGES = [
    # What happens on the day of the dispatch, and what is said of it.
    ('2026-03-18 * "D" "Acompte" ^F1\n  Actifs:Clients:Durand -40.00 EUR\n  Actifs:Banque\n',
     "F1 : 60,00 € à régler, et non plus 100,00 €"),
    ('2026-04-20 * "D" "Annoncé" ^F1\n  Actifs:Clients:Durand -100.00 EUR\n  Actifs:Banque\n',
     "règlement daté du 20 avril 2026"),
    ('2026-03-18 ! "D" "Virement ?" ^F1\n  Actifs:Clients:Durand -40.00 EUR\n  Actifs:Banque\n',
     "brouillon"),
    ('2026-03-18 * "D" "Sans référence"\n  Actifs:Clients:Durand -100.00 EUR\n  Actifs:Banque\n',
     "F1 est réglée"),
    ('2026-03-18 note Actifs:Clients:Durand "Conteste." ^F1 #litige\n', "litige"),
    ('2026-03-18 note Actifs:Clients:Durand "Un peu." ^F1 #litige\n  montant: 10.00 EUR\n',
     "la part contestée a changé"),
    ('2026-03-18 note Actifs:Clients:Durand "Lundi." ^F1 #promesse\n  echeance: 2026-03-23\n',
     "règlement promis"),
    ('2026-03-18 note Actifs:Clients:Durand "Pause." #suspension\n', "suspendue"),
    ('2026-03-18 note Actifs:Clients:Durand "RJ." #procedure-collective\n  jugement: 2026-03-16\n',
     "procédure collective"),
    (PLAN_AGREED, "échéancier"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("change", "reason"), CHANGES)
def test_what_is_no_longer_true_is_cancelled(
    story: Story, server: MailServer, change: str, reason: str
) -> None:
    story.add(change)
    commit(story.root)
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert reason in said(result)
    assert server.ids == ids(MAIRIE, MARTIN)
    assert cancelled(story) == {DURAND}


@pytest.mark.slow
def test_the_later_of_two_letters_about_a_claim_leaves_alone(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relance 1 of 20 March was never sent and is valid to the 27th, when relance 2 is issued."""
    story = repository(company(tmp_path, THREE_LATE, server.policy()))
    approved(story, "2026-03-20")
    later = [letter.id for letter in approved(story, "2026-03-27")]
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine("2026-03-27"))
    result = run(story, "envoyer")
    assert server.ids == ids(*later)
    assert cancelled(story) == {f"R20260320-0{n}" for n in (1, 2, 3)}
    assert "F1 : relancée depuis par R20260327-01" in said(result)


@pytest.mark.slow
def test_a_client_now_debited_is_not_asked(story: Story, server: MailServer) -> None:
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  paiement: "prelevement"')
    commit(story.root)
    assert "F1 : prélevée désormais, et non rejetée" in said(run(story, "envoyer"))
    assert (server.ids, cancelled(story)) == (ids(MAIRIE, MARTIN), {DURAND})


@pytest.mark.slow
def test_a_channel_changed_since_is_said(story: Story, server: MailServer) -> None:
    """What was approved is an e-mail; the next letter will be posted."""
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  canal: "courrier"')
    commit(story.root)
    result = run(story, "envoyer")
    assert result.exit_code == 0
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    assert said(result).count("le client est maintenant par courrier") == 1


@pytest.mark.slow
def test_a_corrected_due_date_or_type_cancels(story: Story, server: MailServer) -> None:
    story.replace("^F1\n  echeance: 2026-03-10", "^F1\n  echeance: 2026-03-11")
    story.replace(
        'finances@valbois.example"\n  type: "public"', 'finances@valbois.example"\n  type: "autre"'
    )
    commit(story.root)
    result = said(run(story, "envoyer"))
    assert "l'échéance est maintenant 11 mars 2026" in result
    assert "le type du débiteur est maintenant autre" in result
    assert server.ids == ids(MARTIN)


@pytest.mark.slow
def test_a_stale_bank_keeps_every_letter_and_cancels_none(
    tmp_path: Path, server: MailServer
) -> None:
    banking = "grand-livre: {banque: {comptes: [Actifs:Banque], fraicheur: 1}}\n"
    seen = '2026-03-16 * "Frais"\n  Actifs:Banque  -1.00 EUR\n  Charges:Pertes\n'
    story = repository(company(tmp_path, THREE_LATE + seen, server.policy() + banking))
    approved(story)
    result = run(story, "envoyer")
    assert (result.exit_code, server.ids, cancelled(story)) == (4, [], set())
    assert "dernière écriture de banque du 16 mars 2026" in said(result)


@pytest.mark.slow
def test_a_trial_dated_back_knows_what_was_paid_since(
    story: Story, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.add(PAID.replace("03-18", "03-20"))
    commit(story.root)
    trial = ("--au", SENT, "--essai", "moi@essai.example")
    assert send_on(monkeypatch, story, "2026-03-20", *trial).exit_code == 0
    assert len(server.received) == 2  # Durand and Martin


@pytest.mark.slow
@pytest.mark.parametrize(
    ("day", "leave"),
    [
        ("2026-03-24", 3),  # five working days after Tuesday the 17th
        ("2026-03-25", 0),
    ],
)
def test_letters_leave_within_their_validity(
    story: Story, server: MailServer, monkeypatch: pytest.MonkeyPatch, day: str, leave: int
) -> None:
    result = send_on(monkeypatch, story, day)
    assert result.exit_code == 0
    assert len(server.received) == leave
    assert ("Trop anciennes" in said(result)) is (leave == 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "day",
    [
        # relance-1 gives 5 days: 17 March + 5 = Sunday the 22nd, so Monday the 23rd.
        "2026-03-20",  # 3 days before: they leave
        "2026-03-23",
    ],
)
def test_not_within_three_days_of_the_deadline(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    leaves = day == "2026-03-20"
    policy = server.policy() + "etapes: {relance-1: {sous: 5}}\n"
    story = repository(company(tmp_path, THREE_LATE, policy))
    approved(story)
    result = send_on(monkeypatch, story, day)
    assert (result.exit_code, len(server.received)) == ((0, 3) if leaves else (4, 0))
    assert ("son échéance du 23 mars 2026 est à moins de 3 jours" in said(result)) is not leaves
    assert len(cancelled(story)) == (0 if leaves else 3)


@pytest.mark.slow
def test_a_reminder_leaves_before_the_due_date_only(
    tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Due on Friday the 20th: reminded on the 17th, sent on the 19th, not on the 20th."""
    due = THREE_LATE.replace("echeance: 2026-03-10", "echeance: 2026-03-20")
    story = repository(company(tmp_path, due, server.policy()))
    assert {letter.rank for letter in approved(story)} == {0}
    assert send_on(monkeypatch, story, "2026-03-19", "--seulement", DURAND).exit_code == 0
    late = send_on(monkeypatch, story, "2026-03-20", "--seulement", MAIRIE)
    assert late.exit_code == 4
    assert "le rappel n'a plus d'objet" in said(late)
    assert server.ids == ids(DURAND)


# ---------------------------------------------------------------- Refused before anything


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-03-17", "2026-03-19", "2027-03-18"])
def test_another_day_than_today_is_refused(story: Story, server: MailServer, day: str) -> None:
    before = git(story.root, "rev-parse", "HEAD")
    result = said(run(story, "envoyer", "--au", day))
    assert result.startswith("2 --au: une lettre part le jour où elle est envoyée")
    assert "18 mars 2026" in result
    assert (server.received, git(story.root, "rev-parse", "HEAD")) == ([], before)


@pytest.mark.slow
def test_today_may_be_said(story: Story, server: MailServer) -> None:
    assert run(story, "envoyer", "--au", SENT).exit_code == 0
    assert len(server.received) == 3


@pytest.mark.slow
def test_a_look_at_another_day_says_what_it_is(story: Story, server: MailServer) -> None:
    result = said(run(story, "envoyer", "--au", "2026-03-19", "--sans-envoi"))
    assert result.startswith("0 ")
    assert "Partirait par courriel : 3 lettres" in result
    assert "envoie pour de bon" not in result
    assert "relance envoyer envoie ce qui doit partir le 18 mars 2026" in result
    assert not server.received


def test_a_day_off_is_refused(
    story: Story, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = said(send_on(monkeypatch, story, "2026-03-21"))
    assert result.startswith("3 ")
    assert "n'est pas un jour ouvré" in result
    assert "23 mars 2026" in result
    assert not server.received


def test_an_unmerged_branch_is_refused(story: Story) -> None:
    git(story.root, "switch", "-qc", "relance/2026-03-17")
    assert "3 relance/2026-03-17: les lettres de cette branche" in said(run(story, "envoyer"))


def test_letters_that_the_base_does_not_hold_stay(tmp_path: Path, server: MailServer) -> None:
    """Whatever the branch is called: approved is what main holds."""
    story = repository(company(tmp_path, THREE_LATE, server.policy()))
    git(story.root, "switch", "-qc", f"relance/{ISSUED}")
    approved(story)
    git(story.root, "switch", "-qc", "relecture-martine")
    result = said(run(story, "envoyer"))
    assert result.startswith("3 ")
    assert "pas fusionnée dans main" in result
    assert server.ids == []


@pytest.mark.slow
def test_an_old_branch_does_not_know_what_has_left(story: Story, server: MailServer) -> None:
    git(story.root, "branch", "ancienne")
    run(story, "envoyer", "--seulement", MAIRIE)
    git(story.root, "switch", "-q", "ancienne")
    result = said(run(story, "envoyer"))
    assert result.startswith("3 ")
    assert "il manque ici des commits de main" in result
    assert server.ids == ids(MAIRIE)


def test_an_uncommitted_register_is_refused(story: Story) -> None:
    path = story.root / f"out/registre/{ISSUED}.beancount"
    path.write_text(path.read_text() + "\n;; à la main\n")
    assert f"3 out/registre/{ISSUED}.beancount" in said(run(story, "envoyer"))


@pytest.fixture
def far(story: Story, tmp_path: Path) -> Path:
    """The remote that the story's main branch follows."""
    place = tmp_path.parent / f"{tmp_path.name}-ailleurs.git"
    git(story.root, "init", "-q", "--bare", "-b", "main", str(place))
    git(story.root, "remote", "add", "origin", str(place))
    git(story.root, "push", "-qu", "origin", "main")
    return place


@pytest.fixture
def twin(far: Path) -> Story:
    """Another machine's clone, made before anything leaves."""
    place = far.with_suffix(".deux")
    git(far, "clone", "-q", str(far), str(place))
    return Story(place)


@pytest.mark.slow
def test_two_machines_send_once(story: Story, twin: Story, server: MailServer) -> None:
    """The second has not fetched; it asks, refuses, and after git pull has nothing to send."""
    assert "git push" in said(run(story, "envoyer"))
    git(story.root, "push", "-q")
    result = said(run(twin, "envoyer"))
    assert result.startswith("3 ")
    assert "il manque ici 1 commit de la branche distante" in result
    git(twin.root, "pull", "-q")
    assert run(twin, "envoyer").exit_code == 0
    assert len(server.ids) == len(ALL)


@pytest.mark.slow
def test_a_remote_out_of_reach_stops_all_but_those_who_say_so(
    story: Story, far: Path, server: MailServer
) -> None:
    far.rename(far.with_suffix(".loin"))
    result = said(run(story, "envoyer"))
    assert result.startswith("3 ")
    assert "impossible de savoir si une lettre est partie d'ailleurs" in result
    assert "--hors-ligne" in result
    assert server.ids == []
    assert run(story, "envoyer", "--sans-envoi").exit_code == 0
    assert run(story, "envoyer", "--hors-ligne").exit_code == 0
    assert server.ids == ids(*ALL)


@pytest.mark.slow
def test_behind_what_was_last_fetched_is_refused_offline_too(story: Story, far: Path) -> None:
    assert far.is_dir()
    later = git(story.root, "commit-tree", "-p", "HEAD", "-m", "envois", "HEAD^{tree}")
    git(story.root, "push", "-q", "origin", f"{later}:main")
    assert "git pull" in said(run(story, "envoyer", "--hors-ligne"))


@pytest.mark.slow
def test_a_trial_needs_no_commit_that_is_missing(
    story: Story, far: Path, server: MailServer
) -> None:
    """It reaches the tester alone and records nothing, so what left from elsewhere is no matter."""
    assert far.is_dir()
    later = git(story.root, "commit-tree", "-p", "HEAD", "-m", "envois", "HEAD^{tree}")
    git(story.root, "push", "-q", "origin", f"{later}:main")
    assert "git pull" in said(run(story, "envoyer", "--sans-envoi"))  # its papers could be posted
    before = git(story.root, "rev-parse", "HEAD")
    assert run(story, "envoyer", "--essai", "moi@essai.example").exit_code == 0
    assert [each.recipients for each in server.received] == [["moi@essai.example"]] * 3
    assert (git(story.root, "rev-parse", "HEAD"), git(story.root, "status", "-s")) == (before, "")


@pytest.mark.slow
def test_a_letter_that_is_not_the_attested_one_lets_nothing_leave(
    story: Story, server: MailServer
) -> None:
    (page,) = (story.root / f"out/lettres/{ISSUED}").glob(f"{MAIRIE}*.pdf")
    page.write_text("%PDF-1.7 autre\n")
    commit(story.root)
    result = run(story, "envoyer")
    assert result.exit_code == 2
    assert "n'est plus celui que le registre atteste" in str(result.exception)
    assert (server.ids, cancelled(story)) == ([], set())


@pytest.mark.slow
def test_a_letter_to_an_account_that_is_no_client_any_more_stays(
    story: Story, server: MailServer
) -> None:
    lines = '  client: "Durand SARL"\n  adresse: "2 rue du Port\\n69002 LYON"\n'
    story.replace(lines, "")
    commit(story.root)
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert "ce compte n'a plus de « client: »" in said(result)
    assert (server.ids, cancelled(story)) == (ids(MAIRIE, MARTIN), set())
    noted = run(story, "noter", "--envoi", DURAND, "--courrier")
    assert noted.exit_code == 2
    assert "Actifs:Clients:Durand, n'a plus de « client: »" in said(noted)


def test_another_run_is_refused(story: Story) -> None:
    from relance.git.repository import Repository  # noqa: PLC0415

    with Repository.at(story.root).lock():
        assert "un autre passage est en cours" in said(run(story, "envoyer"))


# ---------------------------------------------------------------- Ids given twice


def taken_back(story: Story, change: tuple[str, str]) -> None:
    """All letters leave; then the books are as before them, changed, and letters issued anew."""
    run(story, "envoyer", "--seulement", DURAND)
    git(story.root, "reset", "-q", "--hard", "HEAD~2")
    story.replace(*change)
    commit(story.root)
    approved(story)


@pytest.mark.slow
def test_an_id_given_to_another_client_is_another_letter(story: Story, server: MailServer) -> None:
    """Durand's letter left as -01; issued again, -01 is the commune's and Martin's is -02."""
    taken_back(story, ("Actifs:Clients:Durand  100.00 EUR", "Actifs:Clients:Martin  100.00 EUR"))
    result = run(story, "envoyer")
    assert result.exit_code == 0
    assert f"une autre lettre {DURAND} est partie" in said(result)
    assert dispatched(story) == {DURAND: ["courriel"], MAIRIE: ["courriel"]}
    assert [each.recipients for each in server.received[1:]] == [
        ["finances@valbois.example"],
        ["martin@lac.example"],
    ]
    assert "autre lettre" not in said(run(story, "envoyer"))


@pytest.mark.slow
def test_the_same_client_is_not_sent_another_text_of_one_id(
    story: Story, server: MailServer
) -> None:
    taken_back(story, ("Actifs:Clients:Durand  100.00 EUR", "Actifs:Clients:Durand  101.00 EUR"))
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert "un autre texte de même numéro est parti au même client" in said(result)
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    assert set(dispatched(story)) == {MAIRIE, MARTIN}
    assert run(story, "noter", "--envoi", DURAND, "--non-parti").exit_code == 0
    assert run(story, "envoyer").exit_code == 0
    assert server.ids == ids(DURAND, MAIRIE, MARTIN, DURAND)
    assert dispatched(story) == ALL


# ---------------------------------------------------------------- What a server can answer


def states(story: Story) -> dict[str, list[str]]:
    """The states that the journal went through, letter by letter."""
    found: dict[str, list[str]] = {}
    for line in (story.root / ".git/relance" / NAME).read_text().splitlines():
        kept = json.loads(line)
        found.setdefault(kept["letter"], []).append(kept["state"])
    return found


@pytest.mark.slow
def test_the_intention_comes_before_the_result(story: Story) -> None:
    run(story, "envoyer")
    assert states(story) == {letter: ["intention", "partie"] for letter in ALL}


@pytest.mark.slow
def test_a_refused_letter_stays_and_the_others_leave(
    story: Story, server: MailServer, behaviour: Behaviour
) -> None:
    behaviour.refuse["finances@valbois.example"] = "550 boite inconnue"
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert "550 boite inconnue" in said(result)
    assert server.ids == ids(DURAND, MARTIN)
    behaviour.refuse.clear()
    assert run(story, "envoyer").exit_code == 0
    assert server.ids == ids(DURAND, MARTIN, MAIRIE)


@pytest.mark.slow
def test_one_recipient_of_several_is_refused(
    tmp_path: Path, server: MailServer, behaviour: Behaviour
) -> None:
    """The letter has left for the other one; the note and the terminal say who was refused."""
    story = company(tmp_path, THREE_LATE, server.policy())
    story.replace('"compta@durand.example"', '"compta@durand.example, chef@durand.example"')
    repository(story)
    approved(story)
    behaviour.refuse["chef@durand.example"] = "550 inconnu"
    result = run(story, "envoyer", "--seulement", DURAND)
    assert result.exit_code == 0, said(result)
    words = said(result)
    listed = words[words.index("Parti par courriel") : words.index("partie, mais refusée")]
    assert "compta@durand.example" in listed
    assert "chef@durand.example" not in listed
    assert server.received[0].recipients == ["compta@durand.example"]
    note = (story.root / f"out/registre/{SENT}-envois.beancount").read_text()
    assert 'refuse: "chef@durand.example"' in note
    assert 'adresse: "compta@durand.example"' in note


@pytest.mark.slow
def test_a_copy_alone_is_no_reminder(
    tmp_path: Path, server: MailServer, behaviour: Behaviour
) -> None:
    story = company(tmp_path, THREE_LATE, server.policy(", copie-cachee: archive@essai.example"))
    story.replace(
        'compta@durand.example"', 'compta@durand.example"\n  copie: "chef@durand.example"'
    )
    repository(story)
    approved(story)
    behaviour.refuse["compta@durand.example"] = "550 inconnu"
    assert run(story, "envoyer", "--seulement", DURAND).exit_code == 4
    assert not server.received
    behaviour.refuse.clear()
    assert run(story, "envoyer", "--seulement", DURAND).exit_code == 0
    (received,) = server.received
    assert received.recipients == [
        "compta@durand.example", "chef@durand.example", "archive@essai.example",
    ]  # fmt: skip
    assert b"archive@essai.example" not in received.content


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["451 plus tard", "554 contenu refuse"])
def test_a_refusal_after_the_text_is_sure(
    story: Story, server: MailServer, behaviour: Behaviour, answer: str
) -> None:
    behaviour.data = lambda number: answer if number == 2 else "250 ok"
    assert run(story, "envoyer").exit_code == 4
    assert states(story)[MAIRIE] == ["intention", "non-partie"]
    assert run(story, "envoyer").exit_code == 0
    assert server.ids == ids(DURAND, MARTIN, MAIRIE)


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["451 plus tard", "421 je ferme"])
def test_a_temporary_refusal_of_the_sender(
    story: Story, server: MailServer, behaviour: Behaviour, answer: str
) -> None:
    behaviour.sender = answer
    assert run(story, "envoyer").exit_code == 4
    behaviour.sender = "250 ok"
    assert run(story, "envoyer").exit_code == 0
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)


@pytest.mark.slow
@pytest.mark.parametrize("accepted", [True, False])
def test_a_connection_dropped_after_the_text_is_uncertain(
    story: Story, server: MailServer, behaviour: Behaviour, accepted: bool
) -> None:
    behaviour.drop = lambda number: number == 2
    behaviour.data = lambda number: "250 ok" if accepted or number != 2 else "554 non"
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert f"relance noter --envoi {MAIRIE} --parti" in said(result)
    came = ids(DURAND, MAIRIE, MARTIN) if accepted else ids(DURAND, MARTIN)
    assert server.ids == came
    assert dispatched(story) == {DURAND: ["courriel"], MARTIN: ["courriel"]}
    again = run(story, "envoyer")
    assert again.exit_code == 4
    assert "Incertain" in said(again)
    assert server.ids == came
    before = run(story, "noter", "--annulation", MAIRIE, "--motif", "erreur", "--le", SENT)
    assert f"3 annulation: l'envoi de {MAIRIE}, du 18 mars 2026, est incertain" in said(before)
    # A person looks into the mailbox, and says.
    said_so = "--parti" if accepted else "--non-parti"
    assert run(story, "noter", "--envoi", MAIRIE, said_so, "--commit").exit_code == 0
    assert run(story, "envoyer").exit_code == 0
    assert sorted(server.ids) == ids(DURAND, MAIRIE, MARTIN)
    assert dispatched(story) == ALL
    assert clean(story)


@pytest.mark.slow
def test_a_letter_said_not_to_have_left_may_be_cancelled(
    story: Story, server: MailServer, behaviour: Behaviour
) -> None:
    behaviour.drop = lambda number: number == 2
    run(story, "envoyer")
    assert run(story, "noter", "--envoi", MAIRIE, "--non-parti").exit_code == 0
    done = run(story, "noter", "--annulation", MAIRIE, "--le", SENT, "--commit")
    assert done.exit_code == 0, said(done)
    assert cancelled(story) == {MAIRIE}


@pytest.mark.slow
def test_a_letter_that_left_unrecorded_is_not_cancelled(story: Story, server: MailServer) -> None:
    """The hook refused the notes: the journal alone knows."""
    hook = story.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    run(story, "envoyer")
    hook.unlink()
    refused = said(run(story, "noter", "--annulation", DURAND, "--le", SENT))
    assert f"3 annulation: l'envoi de {DURAND}, du 18 mars 2026, a eu lieu" in refused


@pytest.mark.slow
def test_a_letter_cancelled_by_hand_leaves_by_no_other_channel(
    story: Story, server: MailServer
) -> None:
    """Durand was telephoned; the cancellation frees no step, and the e-mail stays."""
    notes = "".join(
        f'{SENT} note Actifs:Clients:Durand "x" #{sort} ^{DURAND}\n{more}'
        for sort, more in (("envoi", '  canal: "telephone"\n'), ("annulation", ""))
    )
    place = f"out/registre/{ISSUED}.beancount"
    text = (story.root / place).read_text()
    story.write(place, text.replace('canal: "courriel"', 'canal: "courriel, telephone"') + notes)
    commit(story.root)
    run(story, "envoyer")
    assert message_id(DURAND) not in server.ids
    assert cancelled(story) == set()


@pytest.mark.slow
def test_a_slow_answer_is_uncertain(
    tmp_path: Path, behaviour: Behaviour, server: MailServer
) -> None:
    behaviour.slow = 1.5
    quick = server.policy().replace("delai: 2", "delai: 1")
    story = repository(company(tmp_path, THREE_LATE, quick))
    approved(story)
    result = run(story, "envoyer", "--seulement", DURAND)
    assert result.exit_code == 4
    assert "timed out" in said(result)
    assert states(story) == {DURAND: ["intention", "incertaine"]}
    assert server.ids == ids(DURAND)


@pytest.mark.slow
def test_a_server_that_answers_no_more_is_left_alone(
    story: Story, server: MailServer, behaviour: Behaviour
) -> None:
    behaviour.drop = lambda _number: True
    result = run(story, "envoyer")
    assert "envoi arrêté" in said(result)
    assert MARTIN not in states(story)


@pytest.mark.slow
def test_only_an_uncertain_letter_is_settled(story: Story) -> None:
    run(story, "envoyer")
    assert "2 envoi: l'envoi de" in said(run(story, "noter", "--envoi", DURAND, "--parti"))
    for wrong in (["--parti"], ["--envoi", DURAND, "--parti", "--non-parti"]):
        assert run(story, "noter", *wrong).exit_code == 2
    dated = run(story, "noter", "--envoi", DURAND, "--parti", "--au", SENT)  # its day is known
    assert "vont avec --envoi LETTRE seulement" in said(dated)


# ---------------------------------------------------------------- How the server is reached


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A server with STARTTLS and login, whose authority this machine trusts."""
    context, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.setenv("RELANCE_SMTP_MOT_DE_PASSE", PASSWORD)
    with running(tls=context, login=True) as server:
        yield server


@pytest.fixture
def secure_story(tmp_path: Path, secured: MailServer) -> Story:
    made = repository(company(tmp_path / "entreprise", THREE_LATE, secured.policy()))
    approved(made)
    return made


@pytest.mark.slow
def test_starttls_and_login(secure_story: Story, secured: MailServer) -> None:
    result = run(secure_story, "envoyer")
    assert result.exit_code == 0, said(result)
    assert [each.tls for each in secured.received] == [True] * 3


@pytest.mark.slow
def test_tls_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with running(tls=context, at_once=True) as server:
        story = repository(company(tmp_path / "entreprise", THREE_LATE, server.policy()))
        approved(story)
        assert run(story, "envoyer").exit_code == 0
        assert [each.tls for each in server.received] == [True] * 3


class Ring(KeyringBackend):
    """A keyring that holds one password."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        asked = (service, username) == ("relance", f"{USER}@localhost")
        return PASSWORD if asked else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError(f"{service} keeps no {password} of {username}")


@pytest.mark.slow
def test_the_password_from_the_keyring(
    secure_story: Story, secured: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RELANCE_SMTP_MOT_DE_PASSE")
    keyring.set_keyring(Ring())  # type: ignore[no-untyped-call]
    assert run(secure_story, "envoyer").exit_code == 0
    assert len(secured.received) == 3


def nothing_left(story: Story, server: MailServer) -> str:
    """What is said of a run that reached no server: no intention, no note, no message."""
    before = git(story.root, "rev-parse", "HEAD")
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert (server.received, dispatched(story)) == ([], {})
    assert git(story.root, "rev-parse", "HEAD") == before
    assert not (story.root / ".git/relance" / NAME).exists()
    return said(result)


@pytest.mark.slow
def test_a_wrong_password(
    secure_story: Story, secured: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELANCE_SMTP_MOT_DE_PASSE", "ceci-est-faux")
    told = nothing_left(secure_story, secured)
    assert "refuse l'utilisateur ou le mot de passe" in told
    assert "ceci-est-faux" not in told


@pytest.mark.slow
def test_no_password(
    secure_story: Story, secured: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RELANCE_SMTP_MOT_DE_PASSE")
    assert "pas de mot de passe pour camille" in nothing_left(secure_story, secured)


@pytest.mark.slow
def test_a_certificate_of_nobody_we_know(
    secure_story: Story, secured: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificat de localhost" in nothing_left(secure_story, secured)


@pytest.mark.slow
def test_a_certificate_of_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = certificate(tmp_path, "ailleurs.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with running(tls=context) as server:
        story = repository(company(tmp_path / "entreprise", THREE_LATE, server.policy()))
        approved(story)
        assert "certificat de localhost" in nothing_left(story, server)


@pytest.mark.slow
def test_a_server_without_starttls_gets_nothing(tmp_path: Path, server: MailServer) -> None:
    policy = server.policy().replace("aucune", "starttls")
    story = repository(company(tmp_path, THREE_LATE, policy))
    approved(story)
    assert "n'offre pas ce qu'il faut" in nothing_left(story, server)


@pytest.mark.slow
def test_no_server_at_all(tmp_path: Path, server: MailServer) -> None:
    story = repository(
        company(tmp_path, THREE_LATE, "courriel: {expediteur: compta@essai.example}\n")
    )
    approved(story)
    assert "aucun serveur dans la politique" in nothing_left(story, server)


@pytest.mark.slow
def test_nobody_listens(tmp_path: Path) -> None:
    with running() as gone:
        policy = gone.policy()
    story = repository(company(tmp_path, THREE_LATE, policy))
    approved(story)
    told = nothing_left(story, gone)
    assert told.count("injoignable : connexion refusée ; vérifiez courriel.serveur") == 1
    assert "Errno" not in told
    assert told.index("connexion refusée") < told.index(DURAND)  # above the table of the three


@pytest.mark.slow
def test_a_server_nobody_knows(tmp_path: Path, server: MailServer) -> None:
    policy = server.policy().replace("localhost", "inconnu.invalid").replace("aucune", "tls")
    story = repository(company(tmp_path, THREE_LATE, policy))
    approved(story)
    assert "injoignable : nom introuvable" in nothing_left(story, server)


# ---------------------------------------------------------------- Two hundred letters


@pytest.mark.parametrize("count", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_many_letters_each_once(
    tmp_path: Path, server: MailServer, behaviour: Behaviour, count: int
) -> None:
    """Refusals, drops and doubts among many: what came is what was recorded or is uncertain, and
    the second run sends only what surely did not leave."""
    story = repository(company(tmp_path, accounts(range(count)), server.policy()))
    letters = [letter.id for letter in approved(story)]
    assert len(letters) == count
    behaviour.refuse = {f"c{n:03}@clients.example": "450 plus tard" for n in range(0, count, 10)}
    behaviour.data = lambda number: "451 plus tard" if number % 7 == 3 else "250 ok"
    behaviour.drop = lambda number: number % 9 == 2
    assert run(story, "envoyer").exit_code == 4
    first = set(server.ids)
    ended = {letter: gone[-1] for letter, gone in states(story).items()}
    uncertain = {letter for letter, state in ended.items() if state == "incertaine"}
    sent = {letter for letter, state in ended.items() if state == "partie"}
    assert uncertain
    assert len(sent) < count - len(uncertain)
    assert set(ids(*sent)) <= first <= set(ids(*sent | uncertain))
    assert set(dispatched(story)) == sent
    behaviour.refuse, behaviour.data = {}, lambda _number: "250 ok"
    behaviour.drop = lambda _number: False
    run(story, "envoyer")
    assert len(server.ids) == len(set(server.ids))
    assert set(server.ids) | set(ids(*uncertain)) == set(ids(*letters))
    assert set(dispatched(story)) == set(letters) - uncertain


# ---------------------------------------------------------------- Killed in the middle

DRIVER = f"""
import sys
from datetime import datetime
from zoneinfo import ZoneInfo
from relance.terminal import clock, cli
clock.now = lambda zone: datetime.fromisoformat("{SENT}T09:00").replace(tzinfo=ZoneInfo(zone))
clock.pause = lambda seconds: None
sys.argv = ["relance", "envoyer", "--dossier", sys.argv[1]]
cli.main()
"""


def killed_when(story: Story, condition: Callable[[], bool]) -> None:
    """Start sending in a process of its own, and kill it at that moment."""
    words = [sys.executable, "-c", DRIVER, str(story.root)]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        words, env=path, stdout=subprocess.DEVNULL, start_new_session=True
    ) as sending:
        try:
            wait_until(lambda: condition() or sending.poll() is not None, 300)
            assert sending.poll() is None, "it ended before"
        finally:
            os.killpg(sending.pid, signal.SIGKILL)  # git and its hooks with it: a power cut


@pytest.mark.slow
def test_killed_while_the_server_thinks(
    story: Story, server: MailServer, behaviour: Behaviour
) -> None:
    """The first letter's result is in the journal alone, the second's intention too; the third
    was not begun."""
    handler = server.handler
    behaviour.hold = lambda number: number == 2
    killed_when(story, lambda: handler.seen == 2)
    assert dispatched(story) == {}
    behaviour.hold = lambda _number: False
    again = run(story, "envoyer")
    assert again.exit_code == 4
    assert f"Retrouvé d'un envoi interrompu, et noté : {DURAND}" in said(again)
    assert "interrompu avant la réponse du serveur" in said(again)
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    assert dispatched(story) == {DURAND: ["courriel"], MARTIN: ["courriel"]}
    assert run(story, "noter", "--envoi", MAIRIE, "--parti", "--commit").exit_code == 0
    assert run(story, "envoyer").exit_code == 0
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    assert dispatched(story) == ALL


@pytest.mark.slow
def test_killed_while_it_records(story: Story, server: MailServer) -> None:
    """All have left; the commit was not made. The next run records them, and none goes twice."""
    hook, sign = story.root / ".git/hooks/pre-commit", story.root / ".git/ici"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{sign}'\nsleep 20\nexit 1\n")
    hook.chmod(0o755)
    killed_when(story, sign.exists)
    hook.unlink()
    (story.root / ".git/index.lock").unlink(missing_ok=True)
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    again = run(story, "envoyer")
    assert again.exit_code == 0, said(again)
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    assert dispatched(story) == ALL
    assert clean(story)


@pytest.mark.slow
def test_a_hook_that_refuses_the_notes(story: Story, server: MailServer) -> None:
    hook = story.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho pas maintenant >&2\nexit 1\n")
    hook.chmod(0o755)
    assert run(story, "envoyer").exit_code == 3
    assert clean(story)
    hook.unlink()
    assert run(story, "envoyer").exit_code == 0
    assert server.ids == ids(DURAND, MAIRIE, MARTIN)
    assert dispatched(story) == ALL
