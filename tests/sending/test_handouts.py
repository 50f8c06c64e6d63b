"""What people dispatch themselves, from the approved letter to its note, and what waits for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from dispatching import (
    LATE,
    SENT,
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
from relance.paper.assembly import page_count
from relance.terminal import clock
from relance.text.typography import ordinary
from relance.values.issued import Dispatch
from relance.values.kinds import Channel
from repositories import commit, git
from story import CREDITOR, Story, company, outcome, past_letter

pytestmark = pytest.mark.slow

PAID = """
2026-03-18 * "Durand" "Virement" ^F1
  Actifs:Clients:Durand  -100.00 EUR
  Actifs:Banque
"""
DURAND, MAIRIE = "R20260317-01", "R20260317-02"


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(SENT))


def ready(folder: Path, step: str, ledger: str = LATE, policy: str = "") -> Story:
    """Letters of relance-1 by these channels, approved on 17 March."""
    story = repository(company(folder, ledger, f"etapes: {{relance-1: {step}}}\n{policy}"))
    approved(story)
    return story


def table(story: Story, name: str) -> list[list[str]]:
    """A file of the day, as a spreadsheet reads it."""
    path = story.root / f"out/envois/{SENT}/{name}"
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


def noted(story: Story, letter: str, *how: str, day: str = SENT) -> None:
    result = run(story, "noter", "--envoi", letter, *how, "--le", day, "--commit")
    assert result.exit_code == 0, said(result)


# ---------------------------------------------------------------- Each channel


def test_letters_to_post(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: courrier}")
    result = run(story, "envoyer")
    assert result.exit_code == 0, said(result)
    assert "A poster : 2 lettres" in said(result).replace("À", "A")
    assert f"relance noter --envoi {DURAND} --courrier --commit" in said(result)
    head, first, second = table(story, "bordereau.csv")
    assert [first[head.index("ville")], second[head.index("ville")]] == ["VALBOIS", "LYON"]
    assert [first[head.index("recommande")], second[head.index("page-debut")]] == ["non", "2"]
    here = story.root / f"out/envois/{SENT}"
    assert page_count((here / "tirage.pdf").read_bytes(), "tirage.pdf") == 2
    with pikepdf.open(here / "tirage.pdf") as printed:
        assert ordinary(str(printed.docinfo["/Title"])) == "Lettres à poster du 18 mars 2026"
        assert str(printed.Root.Lang) == "fr"
    assert (here / "bordereau.pdf").is_file()
    assert clean(story)


def test_text_messages_are_a_file_of_numbers_and_texts(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: sms}")
    run(story, "envoyer")  # the commune has no telephone: its letter is an e-mail
    head, row = table(story, "sms.csv")
    assert head == ["lettre", "numero", "texte", "remis-le"]
    assert row[:2] == [DURAND, "+33199000001"]
    assert "100,00 €" in row[2]
    assert len(row[2]) <= 160


def test_a_number_made_unreadable_since_is_said(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: sms}")
    story.replace('"01 99 00 00 01"', '"poste 12"')
    commit(story.root)
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert "numéro à écrire avec son indicatif" in said(result)
    assert f"--envoi {DURAND} --sms" not in said(result)


def edited(path: Path, _outside: Path) -> None:
    path.write_text("Payez 9 999,00 EUR ce jour.\n")


def linked(path: Path, outside: Path) -> None:
    path.unlink()
    path.symlink_to(outside)
    git(path.parent, "commit", "-qam", "lien")


@pytest.mark.parametrize(
    ("tamper", "why"),
    [(edited, "n'est pas tel que committé"), (linked, "est introuvable ou hors du dépôt")],
)
@pytest.mark.parametrize("channel", ["sms", "[telephone, courriel]", "courrier"])
def test_only_what_is_committed_is_handed_over(
    tmp_path_factory: pytest.TempPathFactory,
    channel: str,
    tamper: Callable[[Path, Path], None],
    why: str,
) -> None:
    """The text, the call sheet and the enclosure; a text message is attested like a letter."""
    outside = tmp_path_factory.mktemp("ailleurs") / "secret.txt"
    outside.write_bytes(blank("secret"))
    enclosed = '2026-02-10 document Actifs:Clients:Durand "../pieces/F1.pdf" ^F1 #facture\n'
    story = company(
        tmp_path_factory.mktemp("ici"), LATE, f"etapes: {{relance-1: {{canal: {channel}}}}}\n"
    )
    story.write("pieces/F1.pdf", "")
    (story.root / "pieces/F1.pdf").write_bytes(blank("F1"))
    story.add(enclosed)
    approved(repository(story))
    pattern = {
        "sms": f"out/lettres/*/{DURAND}*-sms.txt",
        "[telephone, courriel]": f"out/lettres/*/{DURAND}*-appel.md",
        "courrier": "pieces/F1.pdf",
    }[channel]
    (path,) = story.root.glob(pattern)
    tamper(path, outside)
    result = run(story, "envoyer", "--seulement", DURAND)
    assert result.exit_code == (2 if channel == "sms" else 4), said(result)
    assert ("le registre atteste" if channel == "sms" else why) in said(result)
    names = {each.name for each in story.root.glob("out/envois/*/*")}
    assert not names & {"sms.csv", "appels.csv", "appels.pdf", "tirage.pdf"}


def test_calls_are_a_list_with_their_sheets(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: [telephone, courriel]}")
    run(story, "envoyer", "--seulement", DURAND)
    head, row = table(story, "appels.csv")
    called = dict(zip(head, row, strict=True))
    assert called["telephone"] == "01 99 00 00 01"
    assert called["total"] == "100.00 EUR"
    sheets = story.root / f"out/envois/{SENT}/appels.pdf"
    with pikepdf.open(sheets) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [f"{DURAND} Durand SARL"]
    assert (story.root / called["fiche"]).read_text(encoding="utf-8").startswith("---\n")


@pytest.mark.parametrize(
    ("sheet", "why"),
    [("Appelé", "n'est pas en UTF-8"), ("Appel\n", "l'en-tête manque"), ("---\n{}\n---\n", "")],
)
def test_a_call_sheet_that_cannot_be_laid_out_stops_no_other(
    tmp_path: Path, sheet: str, why: str
) -> None:
    story = ready(tmp_path, "{canal: [telephone, courrier]}")
    (path,) = story.root.glob(f"out/lettres/*/{DURAND}*-appel.md")
    path.write_bytes(sheet.encode("latin-1"))
    commit(story.root)
    result = run(story, "envoyer")
    assert result.exit_code == 4
    assert why in said(result)
    assert (story.root / f"out/envois/{SENT}/tirage.pdf").is_file()
    assert not (story.root / f"out/envois/{SENT}/appels.pdf").exists()


def test_foreign_text_is_no_formula(tmp_path: Path) -> None:
    story = company(tmp_path, LATE, "etapes: {relance-1: {canal: telephone}}\n")
    story.replace('client: "Durand SARL"', 'client: "=1+1"')
    repository(story)
    approved(story)
    run(story, "envoyer")
    assert table(story, "appels.csv")[1][1] == "'=1+1"


# ---------------------------------------------------------------- Which channels remain


def test_a_page_kept_out_of_git_is_made_again_or_kept(tmp_path: Path) -> None:
    """Another clone has the letters to post but no page; then a style sheet of its own."""
    policy = "etapes: {relance-1: {canal: courrier}}\ngit: {branche: '', pdf: false}\n"
    story = company(tmp_path / "ici", LATE)
    story.write("relance.yaml", f"{CREDITOR}  iban: FR7630006000011234567890189\n{policy}")
    repository(story)
    assert run(story, "emettre", "--au", "2026-03-17").exit_code == 0
    clone = Story(tmp_path / "clone")
    git(story.root, "clone", "-q", str(story.root), str(clone.root))
    assert not [*clone.root.glob("out/lettres/*/*.pdf")]
    result = run(clone, "envoyer")
    assert result.exit_code == 0, said(result)
    here = clone.root / f"out/envois/{SENT}/tirage.pdf"
    assert page_count(here.read_bytes(), "tirage.pdf") == 2
    style = clone.root / "letters/letter.css"
    style.write_text(style.read_text() + "\nbody { color: #111 }\n")
    result = run(clone, "envoyer")
    assert result.exit_code == 4
    assert "refait ici, ce PDF n'est pas celui approuvé (fait avec relance" in said(result)


@pytest.mark.parametrize(
    ("planned", "noted", "left"),
    [
        (("courriel", "telephone"), (), ["courriel", "telephone"]),
        (("courriel", "telephone"), ("courriel",), ["telephone"]),
        (("courriel", "telephone"), ("telephone",), ["courriel"]),
        (("courriel",), ("courrier",), []),  # posted instead of e-mailed: it has left
        (("courriel", "telephone"), ("courrier",), ["telephone"]),
        (("courriel", "telephone"), (None,), []),
        (("dossier",), (), []),
        (("courriel", "pigeon"), (), ["courriel"]),
    ],
)
def test_what_remains_of_a_letter(
    planned: tuple[str, ...], noted: tuple[str | None, ...], left: list[str]
) -> None:
    letter = past_letter(DURAND, "relance-1", "F1")
    sent = tuple(Dispatch(letter.date, channel) for channel in noted)
    object.__setattr__(letter, "channels", planned)
    object.__setattr__(letter, "dispatches", sent)
    assert letter.remaining == tuple(map(Channel, left))


def test_a_posted_letter_is_listed_no_more(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: courrier}")
    run(story, "envoyer")
    noted(story, DURAND, "--courrier")
    again = said(run(story, "envoyer"))
    assert DURAND not in again
    assert MAIRIE in again
    assert dispatched(story) == {DURAND: ["courrier"]}


def test_what_was_handed_over_before_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = ready(tmp_path, "{canal: sms}")
    run(story, "envoyer")
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine("2026-03-19"))
    assert "(remis le 18 mars 2026 : déjà fait ? notez-le)" in said(run(story, "envoyer"))
    path = story.root / "out/envois/2026-03-19/sms.csv"
    assert path.read_text().splitlines()[1].endswith(f",{SENT}")


def test_files_of_letters_noted_since_are_removed(tmp_path: Path) -> None:
    """Sent at once by the service: the file must not tempt anyone to send it again."""
    story = ready(tmp_path, "{canal: sms}")
    run(story, "envoyer")
    noted(story, DURAND, "--sms", "+33199000001")
    (story.root / f"out/envois/{SENT}/a-moi.txt").write_text("x")
    run(story, "envoyer")
    left = [path.name for path in (story.root / f"out/envois/{SENT}").iterdir()]
    assert left == ["a-moi.txt"]


def test_a_folder_that_takes_no_writing(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: sms}")
    (story.root / "out/envois").write_text("un fichier à la place du dossier")
    assert "3 out/envois/2026-03-18: écriture impossible" in said(run(story, "envoyer"))


@pytest.mark.parametrize("link", ["out/envois", f"out/envois/{SENT}", f"out/envois/{SENT}/sms.csv"])
def test_nothing_is_written_through_a_link(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, link: str
) -> None:
    story = ready(tmp_path, "{canal: sms}")
    elsewhere = tmp_path_factory.mktemp("ailleurs")
    kept = elsewhere / "sms.csv"
    kept.write_text("à moi")
    place = story.root / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(kept if link.endswith(".csv") else elsewhere)
    assert f"3 {link}: c'est un lien symbolique" in said(run(story, "envoyer"))
    assert kept.read_text() == "à moi"
    assert [*elsewhere.rglob("*")] == [kept]


def test_what_is_in_a_persons_hands_is_not_cancelled(tmp_path: Path) -> None:
    """Handed over on the 18th, paid that day: it may lie in the letter box already."""
    story = ready(tmp_path, "{canal: courrier}")
    run(story, "envoyer")
    story.add(PAID)
    commit(story.root)
    again = run(story, "envoyer")
    assert again.exit_code == 0
    assert "Sans objet" in said(again)
    assert cancelled(story) == set()


def test_what_nobody_was_handed_is_cancelled(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: courrier}")
    run(story, "envoyer", "--sans-envoi")  # a look is no hand-over
    story.add(PAID)
    commit(story.root)
    assert run(story, "envoyer").exit_code == 4
    assert cancelled(story) == {DURAND}


# ---------------------------------------------------------------- End to end


def test_a_formal_notice_counts_from_its_posting_only(tmp_path: Path) -> None:
    """A notice of 17 March, posted on the 19th (Thursday): received three working days later, on
    Tuesday the 24th, its 8 days end on 1 April; the next step (due + 22) waits for that."""
    policy = (
        "etapes: {relance-1: {canal: recommande, penalites: true, effet: mise-en-demeure, "
        "sous: 8}, relance-2: {apres: 14, canal: courrier}}\n"
    )
    story = repository(company(tmp_path, LATE, policy))
    approved(story)
    assert run(story, "envoyer").exit_code == 0
    assert outcome(Story(story.root), "2026-03-27") == "non-postee"
    noted(story, DURAND, "--recommande", "1A 234", day="2026-03-19")
    assert dispatched(story) == {DURAND: ["recommande"]}
    days = ["2026-03-27", "2026-04-01", "2026-04-02"]
    assert [outcome(Story(story.root), day) for day in days] == ["sous", "sous", "relance-2"]


def test_a_tracked_letter_that_never_left_is_due_again(tmp_path: Path) -> None:
    """`envoi.suivi`: within five working days of 17 March the claim waits for its dispatch, until
    Tuesday the 24th; then the letter is void and its step is due again."""
    story = ready(tmp_path, "{canal: courrier}", policy="envoi: {suivi: true}\n")
    days = ["2026-03-24", "2026-03-25"]
    waits, again = (outcome(Story(story.root), day, "F2") for day in days)
    assert (waits, again) == ("non-envoyee", "relance-1")
    noted(story, DURAND, "--courrier")
    assert outcome(Story(story.root), "2026-03-25", "F1") == "relance-2"


def test_a_cancelled_letter_is_issued_again_for_what_is_left(tmp_path: Path) -> None:
    story = ready(tmp_path, "{canal: courrier}")
    story.add(PAID.replace("-100.00", " -40.00"))
    commit(story.root)
    assert run(story, "envoyer").exit_code == 4
    assert cancelled(story) == {DURAND}
    again = {letter.id: str(letter.total) for letter in approved(Story(story.root), "2026-03-19")}
    assert again == {"R20260319-01": "60.00 EUR"}
    assert git(story.root, "log", "-1", "--format=%s") == "Relances du 2026-03-19"
