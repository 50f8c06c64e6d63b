"""`relance envoyer --retours`: what came back is noted once, what is not sure is asked."""

from __future__ import annotations

import mailbox
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bounces import EXIM, GMAIL, OVH, POSTFIX, POSTFIX_DELAYED
from dispatching import LATE, approved, at_nine, clean, repository, run, said
from guide_pages import pages
from markdown_parts import blocks
from relance.sending import returned_mail
from relance.terminal import clock
from relance.text.typography import ordinary
from relance.values.issued import Return
from relance.values.kinds import ReturnCause
from repositories import commit, git
from repositories import run as of_folder
from story import Story, company

DURAND, MAIRIE = "R20260317-01", "R20260317-02"
SENT = f"""\
option "name_assets" "Actifs"
2026-03-18 note Actifs:Clients:Durand "{DURAND} envoyée par courriel." #envoi ^{DURAND}
  relance: "{DURAND}"
  canal: "courriel"
  adresse: "compta@durand.example"
  message-id: "<r20260317-01@essai.example>"
2026-03-18 note Actifs:Clients:Mairie "{MAIRIE} envoyée par courriel." #envoi ^{MAIRIE}
  relance: "{MAIRIE}"
  canal: "courriel"
  adresse: "finances@valbois.example"
  message-id: "<r20260317-02@essai.example>"
"""


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine("2026-03-20"))


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Two letters that left by e-mail on 18 March 2026; it is the 20th."""
    made = repository(company(tmp_path / "firme", LATE))
    assert [letter.id for letter in approved(made)] == [DURAND, MAIRIE]
    return sent(made, SENT)


def sent(story: Story, register: str) -> Story:
    story.write("out/registre/2026-03-18-envois.beancount", register)
    commit(story.root, "Envois")
    return story


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """A maildir with these messages."""

    def written(*messages: bytes) -> Path:
        for name in ("cur", "new", "tmp"):
            (tmp_path / "retours" / name).mkdir(parents=True, exist_ok=True)
        for number, message in enumerate(messages):
            (tmp_path / f"retours/new/{number}").write_bytes(message)
        return tmp_path / "retours"

    return written


def returns(story: Story, letter: str = DURAND) -> tuple[Return, ...]:
    (issued,) = (x for x in Story(story.root).books.letters if x.id == letter)
    return issued.returns


@pytest.mark.slow
def test_a_wrong_address_is_noted_and_holds_its_claims(
    story: Story, put: Callable[..., Path]
) -> None:
    result = run(story, "envoyer", "--retours", str(put(POSTFIX)))
    assert result.exit_code == 0
    assert "Revenue, c'est noté : 1 lettre" in said(result)
    assert returns(story) == (Return(date(2026, 3, 18), ReturnCause.UNKNOWN, "courriel"),)
    assert clean(story)
    assert git(story.root, "log", "-1", "--format=%s") == "Envois du 18 mars 2026 : 1 revenue"
    note = (story.root / "out/registre/2026-03-18-envois.beancount").read_text("utf-8")
    assert note.endswith(
        '2026-03-18 note Actifs:Clients:Durand "R20260317-01 revenue, courriel à'
        ' compta@durand.example." #retour ^R20260317-01\n'
        '  relance: "R20260317-01"\n'
        '  canal: "courriel"\n'
        '  raison: "inconnu"\n'
        '  motif: "550 5.1.1 <compta@durand.example>: Recipient address rejected: User'
        ' unknown in virtual mailbox table"\n'
    )
    plan = said(run(story, "plan", "--au", "2026-03-20"))
    assert "R20260317-01 revenue le 18 mars 2026, adresse à vérifier" in plan


@pytest.mark.slow
def test_a_second_reading_notes_nothing(story: Story, put: Callable[..., Path]) -> None:
    box = put(POSTFIX, POSTFIX, GMAIL)
    run(story, "envoyer", "--retours", str(box))
    before = git(story.root, "rev-parse", "HEAD")
    result = run(story, "envoyer", "--retours", str(box))
    assert "Déjà notée : 1 lettre" in said(result)
    assert git(story.root, "rev-parse", "HEAD") == before
    assert len(returns(story)) == 1


@pytest.mark.slow
def test_a_delay_is_told_only(story: Story, put: Callable[..., Path]) -> None:
    before = git(story.root, "rev-parse", "HEAD")
    result = run(story, "envoyer", "--retours", str(put(POSTFIX_DELAYED)))
    assert "Retardée : le serveur essaie encore, rien n'est noté : 1 lettre" in said(result)
    assert git(story.root, "rev-parse", "HEAD") == before


@pytest.mark.slow
def test_what_came_back_is_told_as_the_guide_shows_it(
    story: Story, put: Callable[..., Path]
) -> None:
    (shown,) = blocks(pages("envoyer"), "text")
    delayed = POSTFIX_DELAYED.replace(b"r20260317-01@", b"r20260317-02@")
    delayed = delayed.replace(b"compta@durand", b"finances@valbois")
    absence = b"Subject: Absence\n\nAbsent.\n"
    folder = str(put(POSTFIX, delayed, absence))
    result = of_folder(story.root, "envoyer", "--retours", folder, columns=80)
    command, _, told = ordinary(shown).partition("\n")
    assert command == "$ relance envoyer --retours ~/Maildir/.Retours"
    assert ordinary(result.output).splitlines() == told.splitlines()


@pytest.mark.slow
def test_a_server_that_gave_up_does_not_accuse_the_address(
    story: Story, put: Callable[..., Path]
) -> None:
    """« refused » in its words is no refusal of the addressee, which would count as presented."""
    late = POSTFIX_DELAYED.replace(b"Action: delayed", b"Action: failed").replace(
        b"Connection timed out", b"Connection refused"
    )
    result = run(story, "envoyer", "--retours", str(put(late)))
    assert f"relance noter --retour {DURAND} --raison RAISON" in said(result)
    assert returns(story) == (Return(date(2026, 3, 18), None, "courriel"),)
    plan = said(run(story, "plan", "--au", "2026-03-20"))
    assert "revenue le 18 mars 2026 sans motif" in plan


@pytest.mark.slow
def test_a_full_mailbox_of_a_provider_is_an_address_to_look_at(
    story: Story, put: Callable[..., Path]
) -> None:
    run(story, "envoyer", "--retours", str(put(OVH)))
    assert [back.cause for back in returns(story)] == [ReturnCause.ADDRESS]


@pytest.mark.slow
def test_one_address_of_two_is_told_and_both_are_noted(
    story: Story, put: Callable[..., Path]
) -> None:
    two = SENT.replace('"compta@durand.example"', '"compta@durand.example, chef@durand.example"')
    sent(story, two)
    result = run(story, "envoyer", "--retours", str(put(POSTFIX)))
    assert "Revenue d'une adresse seulement, arrivée ailleurs : 1 lettre" in said(result)
    assert returns(story) == ()
    other = POSTFIX.replace(b"compta@durand.example", b"chef@durand.example")
    run(story, "envoyer", "--retours", str(put(POSTFIX, other)))
    assert [back.cause for back in returns(story)] == [ReturnCause.UNKNOWN]


@pytest.mark.slow
def test_a_copy_that_comes_back_is_not_the_letter(story: Story, put: Callable[..., Path]) -> None:
    story.write(
        "ledger/main.beancount",
        (story.root / "ledger/main.beancount")
        .read_text("utf-8")
        .replace('courriel: "compta@durand.example"',
                 'courriel: "compta@durand.example"\n  copie: "conseil@cabinet.example"'),
    )  # fmt: skip
    sent(
        story,
        SENT.replace('"compta@durand.example"', '"compta@durand.example, conseil@cabinet.example"'),
    )
    copy = POSTFIX.replace(b"compta@durand.example", b"conseil@cabinet.example")
    assert "arrivée ailleurs" in said(run(story, "envoyer", "--retours", str(put(copy))))
    run(story, "envoyer", "--retours", str(put(POSTFIX)))
    assert len(returns(story)) == 1


@pytest.mark.slow
def test_an_address_that_is_not_that_of_the_letter_is_asked(
    story: Story, put: Callable[..., Path]
) -> None:
    elsewhere = POSTFIX.replace(b"compta@durand.example", b"bob@ailleurs.example")
    result = run(story, "envoyer", "--retours", str(put(elsewhere)))
    assert "Peut-être revenue, à vous de le dire : 1 lettre" in said(result)
    assert f"relance noter --retour {DURAND} --raison inconnu --commit" in said(result)
    assert returns(story) == ()


@pytest.mark.slow
def test_the_same_subject_and_recipient_are_a_question_only(
    story: Story, put: Callable[..., Path]
) -> None:
    subject = "Relance n° 1 : facture F1 échue"
    named = next((story.root / "out/lettres/2026-03-17").glob(f"{DURAND}-*.md")).read_text("utf-8")
    assert f"objet: {subject!r}".replace("'", '"') in named.replace("'", '"').replace("\u00a0", " ")
    unnamed = GMAIL.replace(b"<r20260317-01@essai.example>", b"<autre@essai.example>")
    result = run(story, "envoyer", "--retours", str(put(unnamed)))
    assert "même destinataire et même objet" in said(result)
    assert returns(story) == ()


@pytest.mark.slow
def test_what_speaks_of_no_letter_is_counted(story: Story, put: Callable[..., Path]) -> None:
    foreign = POSTFIX.replace(b"r20260317-01@", b"newsletter@").replace(b"facture_F1", b"promo")
    absence = b"Subject: Absence\nIn-Reply-To: <r20260317-01@essai.example>\n\nAbsent.\n"
    result = run(story, "envoyer", "--retours", str(put(foreign, absence)))
    assert "2 messages sans rapport avec une lettre du registre" in said(result)
    assert "rien de nouveau n'est revenu" in said(result)


@pytest.mark.slow
def test_a_call_made_since_is_not_taken_back(story: Story, put: Callable[..., Path]) -> None:
    call = f"""\
2026-03-18 note Actifs:Clients:Durand "Appelé." #envoi ^{DURAND}
  relance: "{DURAND}"
  canal: "telephone"
"""
    sent(story, SENT + call)
    run(story, "envoyer", "--retours", str(put(POSTFIX)))
    (letter,) = (x for x in Story(story.root).books.letters if x.id == DURAND)
    assert [dispatch.channel for dispatch in letter.gone] == ["telephone"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("day", "noted"),
    [
        (b"Tue, 01 Jan 2030 09:00:00 +0100", date(2026, 3, 20)),  # no later than today
        (b"Mon, 01 Jan 2001 09:00:00 +0100", date(2026, 3, 18)),  # no earlier than it left
        (b"Fri, 20 Mar 2026 00:30:00 +0100", date(2026, 3, 20)),
        (b"Thu, 19 Mar 2026 23:30:00 +0000", date(2026, 3, 20)),  # half past midnight here
        (b"hier", date(2026, 3, 20)),
    ],
)
def test_the_day_is_between_the_sending_and_today(
    story: Story, put: Callable[..., Path], day: bytes, noted: date
) -> None:
    box = put(POSTFIX.replace(b"Wed, 18 Mar 2026 09:00:04 +0100 (CET)", day))
    run(story, "envoyer", "--retours", str(box))
    assert [back.date for back in returns(story)] == [noted]


@pytest.mark.slow
def test_an_mbox_and_single_messages_are_read_too(story: Story, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "retours.mbox")
    other = EXIM.replace(b"r20260317-01", b"r20260317-02").replace(
        b"compta@durand.example", b"finances@valbois.example"
    )
    for message in (POSTFIX, other):
        box.add(message)
    box.close()
    run(story, "envoyer", "--retours", str(tmp_path / "retours.mbox"))
    assert [len(returns(story, letter)) for letter in (DURAND, MAIRIE)] == [1, 1]
    (tmp_path / "un.eml").write_bytes(POSTFIX)
    assert "Déjà notée" in said(run(story, "envoyer", "--retours", str(tmp_path / "un.eml")))
    (tmp_path / "lot").mkdir()
    (tmp_path / "lot/un.eml").write_bytes(POSTFIX)
    (tmp_path / "lot/liste.txt").write_bytes(POSTFIX)
    result = said(run(story, "envoyer", "--retours", str(tmp_path / "lot")))
    assert "Déjà notée : 1 lettre" in result


@pytest.mark.slow
def test_what_is_too_large_too_many_or_no_file_is_left_out(
    story: Story, put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = put(b"x" * 5_000, POSTFIX, POSTFIX)
    os.mkfifo(box / "new/tube")
    (box / "new/lien").symlink_to("/etc/passwd")
    monkeypatch.setattr(returned_mail, "MOST_BYTES", 4_000)
    monkeypatch.setattr(returned_mail, "MOST_MESSAGES", 2)
    result = run(story, "envoyer", "--retours", str(box))
    assert "ce message dépasse 0 Mo : il n'est pas lu" in said(result)
    assert "au-delà de 2 messages, le reste n'est pas lu" in said(result)
    assert len(returns(story)) == 1


@pytest.mark.slow
def test_it_sends_nothing_and_goes_with_no_sending(story: Story, put: Callable[..., Path]) -> None:
    box = str(put(POSTFIX))
    for more in (["--essai", "a@b.example"], ["--sans-envoi"], ["--au", "2026-03-20"]):
        result = run(story, "envoyer", "--retours", box, *more)
        assert result.exit_code == 2
        assert "--retours lit ce qui est revenu" in said(result)
    git(story.root, "switch", "-qc", "relance/2026-03-19")
    assert run(story, "envoyer", "--retours", box).exit_code == 3
    assert returns(story) == ()
