"""Two machines that share a remote: each hears of the other's letters before its own leave."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring as NoRing

from dispatching import LATE, SENT, approved, at_nine, cancelled, dispatched, repository, run, said
from mailserver import MailServer
from relance.git.program import Git
from relance.git.shared_file import REF, SharedFile
from relance.sending.elsewhere import Elsewhere
from relance.terminal import clock
from repositories import commit, git
from story import Story, company

DURAND, MAIRIE = "R20260317-01", "R20260317-02"


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(SENT))
    monkeypatch.setattr(clock, "pause", lambda _seconds: None)
    keyring.set_keyring(NoRing())


@pytest.fixture
def one(tmp_path: Path, server: MailServer) -> Story:
    """A machine with two approved letters, and its remote."""
    made = repository(company(tmp_path / "un", LATE, server.policy()))
    assert [letter.id for letter in approved(made)] == [DURAND, MAIRIE]
    git(made.root, "init", "-q", "--bare", "-b", "main", str(far(made)))
    git(made.root, "remote", "add", "origin", str(far(made)))
    git(made.root, "push", "-qu", "origin", "main")
    return made


@pytest.fixture
def two(one: Story) -> Story:
    """Another machine's clone, made before anything leaves."""
    place = one.root.with_name("deux")
    git(one.root, "clone", "-q", str(far(one)), str(place))
    return Story(place)


def far(story: Story) -> Path:
    """The remote."""
    return story.root.with_name("loin.git")


def shared(story: Story) -> list[tuple[str, str, str]]:
    """What the remote knows: letter, channel, state."""
    text = git(far(story), "show", f"{REF}:envois.jsonl")
    rows = [json.loads(row) for row in text.splitlines()]
    return [(row["letter"], row["channel"], row["state"]) for row in rows]


def put(far: Path, content: str) -> None:
    """As if a machine had left this there."""

    def made(text: str, *command: str) -> str:
        done = subprocess.run(
            ["git", *command], cwd=far, input=text, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    blob = made(content, "hash-object", "-w", "--stdin")
    tree = made(f"100644 blob {blob}\tenvois.jsonl\n", "mktree")
    made("", "update-ref", REF, made("", "commit-tree", tree, "-m", "envois"))


def change(far: Path, before: str, after: str) -> None:
    """As if the first machine had stopped there."""
    put(far, git(far, "show", f"{REF}:envois.jsonl").replace(f'"{before}"', f'"{after}"') + "\n")


@pytest.mark.slow
def test_the_second_machine_hears_of_what_left_though_nothing_was_pushed(
    one: Story, two: Story, server: MailServer
) -> None:
    assert run(one, "envoyer").exit_code == 0
    assert shared(one) == [(DURAND, "courriel", "partie"), (MAIRIE, "courriel", "partie")]
    result = run(two, "envoyer")
    assert result.exit_code == 4
    assert "partie d'une autre machine" in " ".join(result.output.split())
    assert len(server.received) == 2
    git(one.root, "push", "-q")
    git(two.root, "pull", "-q")
    assert run(two, "envoyer").exit_code == 0
    assert len(server.received) == 2
    assert dispatched(two) == {DURAND: ["courriel"], MAIRIE: ["courriel"]}


@pytest.mark.slow
def test_what_left_from_the_first_is_not_cancelled_by_the_second(
    one: Story, two: Story, server: MailServer
) -> None:
    """Paid since: the letter is no longer true, but it left, and its note is not here yet."""
    assert run(one, "envoyer").exit_code == 0
    paid = '\n2026-03-18 * "Durand" "Virement" ^F1\n  Actifs:Banque  100.00 EUR\n'
    books = two.root / "ledger/main.beancount"
    books.write_text(f"{books.read_text()}{paid}  Actifs:Clients:Durand\n")
    commit(two.root)
    assert run(two, "envoyer").exit_code == 4
    assert cancelled(two) == set()
    assert len(server.received) == 2


@pytest.mark.slow
def test_what_another_announced_meanwhile_does_not_keep_ours_from_being_told(
    one: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second announces while the first sends: the first tells what became of its own."""
    tell = Elsewhere.tell

    def late(first: Elsewhere) -> None:
        text = git(far(one), "show", f"{REF}:envois.jsonl")
        other = text.splitlines()[0].replace(DURAND, "R20260317-09")
        put(far(one), f"{text}\n{other}\n")
        tell(first)

    monkeypatch.setattr(Elsewhere, "tell", late)
    assert run(one, "envoyer").exit_code == 0
    states = {letter: state for letter, _, state in shared(one)}
    assert (states[DURAND], states[MAIRIE]) == ("partie", "partie")
    assert "R20260317-09" in states


@pytest.mark.slow
def test_nothing_private_goes_to_the_remote(one: Story) -> None:
    run(one, "envoyer")
    text = git(far(one), "show", f"{REF}:envois.jsonl")
    keys = {key for row in text.splitlines() for key in json.loads(row)}
    assert keys == {"letter", "channel", "state", "day", "markdown_sha256", "machine", "name"}
    assert "durand" not in text.casefold()


@pytest.mark.slow
def test_what_the_first_began_and_did_not_end_is_uncertain_for_the_second(
    one: Story, two: Story, server: MailServer
) -> None:
    run(one, "envoyer")
    change(far(one), "partie", "intention")
    result = run(two, "envoyer")
    assert result.exit_code == 4
    assert len(server.received) == 2
    assert "commencé d'une autre machine" in " ".join(result.output.split())
    assert run(two, "noter", "--envoi", DURAND, "--non-parti").exit_code == 0
    assert run(two, "noter", "--envoi", MAIRIE, "--parti", "--commit").exit_code == 0
    assert run(two, "envoyer").exit_code == 0
    assert [mail.recipients for mail in server.received[2:]] == [["compta@durand.example"]]
    assert dispatched(two) == {DURAND: ["courriel"], MAIRIE: ["courriel"]}


@pytest.mark.slow
def test_what_the_first_says_it_did_not_send_leaves_from_the_second(
    one: Story, two: Story, server: MailServer
) -> None:
    run(one, "envoyer")
    change(far(one), "partie", "intention")
    assert run(two, "envoyer").exit_code == 4
    change(far(one), "intention", "non-partie")
    assert run(two, "envoyer").exit_code == 0
    assert len(server.received) == 4


@pytest.mark.slow
def test_both_at_the_same_moment_only_one_sends(
    one: Story, two: Story, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first announces after the second has looked: the second's announcement is refused."""
    look = SharedFile.of
    ran = list[int]()

    def late(of_second: Git) -> SharedFile | None:
        seen = look(of_second)
        if not ran:
            ran.append(0)
            ran[0] = run(one, "envoyer").exit_code
        return seen

    monkeypatch.setattr(SharedFile, "of", late)
    result = said(run(two, "envoyer"))
    assert ran == [0]
    assert result.startswith("3 ")
    assert "une autre machine vient d'annoncer un envoi" in result
    assert len(server.received) == 2


@pytest.mark.slow
def test_a_remote_that_takes_no_announcement_lets_nothing_leave(
    one: Story, server: MailServer
) -> None:
    hook = far(one) / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho lecture seule >&2\nexit 1\n")
    hook.chmod(0o755)
    result = said(run(one, "envoyer"))
    assert result.startswith("3 ")
    assert "--hors-ligne" in result
    assert server.received == []
    assert run(one, "envoyer", "--hors-ligne").exit_code == 0
    assert len(server.received) == 2


@pytest.mark.slow
def test_a_damaged_file_of_the_remote_is_refused(one: Story, server: MailServer) -> None:
    put(far(one), "[1]\n")
    result = said(run(one, "envoyer"))
    assert result.startswith("3 ")
    assert "est illisible" in result
    assert server.received == []
