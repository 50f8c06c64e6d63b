"""The calendar file: read back as an agenda would, imported again after something happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from relance.outlook.calendar_file import calendar_file
from relance.outlook.timeline import foresee
from relance.terminal import cli
from relance.values.problem import Refusal
from story import ONE_INVOICE, Story, company, day_of

Entry = dict[str, Any]  # its properties by name, in capitals

DURAND = "Actifs:Clients:Durand"
UNTIL = date(2026, 6, 30)
NOTES = f"""
2026-03-01 note {DURAND} "Promet" #promesse ^F1
  echeance: 2026-03-12
2026-03-01 note Actifs:Clients:Mairie "Plan" #echeancier ^F2
  echeance: 2026-04-01
  montant: 50.00 EUR
2026-03-01 note Actifs:Clients:Mairie "Plan" #echeancier ^F2
  echeance: 2026-05-04
  montant: 50.00 EUR
2026-03-01 note Actifs:Clients:Club "Redressement" #procedure-collective
  jugement: 2026-02-27
  bodacc: 2026-03-02
"""
LEDGER = (
    ONE_INVOICE
    + ONE_INVOICE.replace("Durand", "Mairie").replace("F1", "F2")
    + ONE_INVOICE.replace("Durand", "Club").replace("F1", "F3")
    + NOTES
)
PART = f"""
2026-03-03 * "Durand" "Acompte" ^F1
  Actifs:Banque  30.00 EUR
  {DURAND}
"""


def content(story: Story, day: str, until: date = UNTIL) -> bytes:
    timeline = foresee(day_of(story, day), until)
    return calendar_file(story.policy.creditor, timeline)


def entries(found: bytes) -> dict[str, Entry]:
    """The entries by UID, as an agenda keeps them."""
    events = [dict(event) for event in Calendar.from_ical(found).walk("VEVENT")]
    by_uid: dict[str, Entry] = {str(event["UID"]): event for event in events}
    assert len(by_uid) == len(events), "two entries under one UID"
    return by_uid


def told(found: bytes) -> list[tuple[str, str]]:
    """Each entry by its day and what it says first."""
    return sorted(
        (str(entry["DTSTART"].dt), str(entry["SUMMARY"]).replace("\u00a0", " "))
        for entry in entries(found).values()
    )


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return company(tmp_path, LEDGER)


def test_every_sort_of_date(story: Story) -> None:
    assert told(content(story, "2026-03-02", date(2026, 3, 31))) == [
        ("2026-03-12", "règlement promis : Durand SARL (100,00 €)"),
        ("2026-03-17", "relance-1 n° 1 : Durand SARL, F1"),
        ("2026-03-25", "appeler Durand SARL (01 99 00 00 01) : F1"),
        ("2026-03-25", "relance-2 n° 2 : Durand SARL, F1"),
        ("2026-03-27", "rappel (versement 1) : Commune de Valbois, F2"),
        ("2026-04-01", "versement n° 1 : Commune de Valbois (50,00 €)"),
        ("2026-05-02", "dernier jour pour déclarer les créances : Club de voile (100,00 €)"),
        ("2026-05-04", "versement n° 2 : Commune de Valbois (50,00 €)"),
        ("2030-12-31", "prescription : dernier jour pour agir : Commune de Valbois, F2"),
        ("2031-02-10", "prescription : dernier jour pour agir : Club de voile, F3"),
        ("2031-02-10", "prescription : dernier jour pour agir : Durand SARL, F1"),
    ]


def test_days_are_whole_and_free(story: Story) -> None:
    for entry in entries(content(story, "2026-03-02")).values():
        start, end = entry["DTSTART"], entry["DTEND"]
        assert start.params["VALUE"] == "DATE"
        assert (end.dt - start.dt).days == 1
        assert entry["TRANSP"] == "TRANSPARENT"


def test_the_same_day_and_books_give_the_same_bytes(story: Story) -> None:
    assert content(story, "2026-03-02") == content(story, "2026-03-02")


def test_lines_end_and_fold_as_the_standard_says(story: Story) -> None:
    lines = content(story, "2026-03-02").split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert all(b"\n" not in line and len(line) <= 75 for line in lines)


def test_importing_again_after_a_payment_doubles_nothing(story: Story) -> None:
    before = entries(content(story, "2026-03-02"))
    story.add(PART)
    after = entries(content(story, "2026-03-03"))
    assert after.keys() == before.keys()
    for uid, entry in after.items():
        assert entry["SEQUENCE"] == before[uid]["SEQUENCE"] + 1
        assert entry["DTSTAMP"].dt.date() == date(2026, 3, 3)


@pytest.mark.slow
def test_a_payment_moves_the_limitation_under_its_uid(story: Story) -> None:
    def limits(found: bytes) -> dict[str, tuple[date, str]]:
        return {
            uid: (entry["DTSTART"].dt, str(entry["DESCRIPTION"]).replace("\u00a0", " "))
            for uid, entry in entries(found).items()
            if "Durand" in entry["SUMMARY"] and "prescription" in entry["SUMMARY"]
        }

    ((uid, (first, _)),) = limits(content(story, "2026-03-02")).items()
    story.add(PART)
    ((same, (moved, said)),) = limits(content(story, "2026-03-03")).items()
    assert (uid, first, moved) == (same, date(2031, 2, 10), date(2031, 3, 3))
    assert "Prescription le 10 février 2031, reportée au 3 mars 2031." in said


def test_a_later_due_date_moves_the_reminder_under_its_uid(story: Story) -> None:
    before = entries(content(story, "2026-03-02"))
    story.replace(
        "echeance: 2026-03-10\n  Actifs:Clients:Durand", "echeance: 2026-03-20\n  " + DURAND
    )
    after = entries(content(story, "2026-03-02"))
    # A reminder before the due date is to come again, and nothing else is new.
    (new,) = after.keys() - before.keys()
    assert after[new]["SUMMARY"].startswith("rappel : ")
    assert before.keys() < after.keys()
    days = {
        step: (before[uid]["DTSTART"].dt, after[uid]["DTSTART"].dt)
        for uid in before
        for step in [str(before[uid]["SUMMARY"])]
        if step.startswith("relance-1") and "Durand" in step
    }
    # Seven days after Friday 20 March.
    assert list(days.values()) == [(date(2026, 3, 17), date(2026, 3, 27))]


def test_a_promise_put_off_keeps_its_uid(story: Story) -> None:
    def promise(found: bytes) -> list[tuple[str, date]]:
        return [
            (uid, entry["DTSTART"].dt)
            for uid, entry in entries(found).items()
            if "promis" in entry["SUMMARY"]
        ]

    ((uid, _),) = promise(content(story, "2026-03-02"))
    story.add(f'\n2026-03-03 note {DURAND} "Encore" #promesse ^F1\n  echeance: 2026-03-19\n')
    assert promise(content(story, "2026-03-03")) == [(uid, date(2026, 3, 19))]


def test_two_companies_do_not_share_a_uid(tmp_path: Path) -> None:
    one, other = company(tmp_path / "a", LEDGER), company(tmp_path / "b", LEDGER)
    other.write("relance.yaml", "creancier: {nom: Autre, adresse: [1 rue, 69001 LYON]}\n")
    shared = (
        entries(content(one, "2026-03-02")).keys() & entries(content(other, "2026-03-02")).keys()
    )
    assert shared == set()


HOSTILE = 'Dur;and, \\\\ SARL\u202e\\nBEGIN:VEVENT\\nUID:x \\"y\\" é'


def test_hostile_names_stay_words(story: Story) -> None:
    story.replace('client: "Durand SARL"', f'client: "{HOSTILE}"')
    found = content(story, "2026-03-02")
    summaries = [str(entry["SUMMARY"]) for entry in entries(found).values()]
    own = next(summary for summary in summaries if summary.startswith("relance-1"))
    assert own == 'relance-1 n° 1 : Dur;and, \\ SARL BEGIN:VEVENT UID:x "y" é, F1'
    assert found.count(b"\r\nBEGIN:VEVENT\r\n") == len(summaries)


# ---------------------------------------------------------------- The file


def run(folder: Path, *arguments: str) -> Result:
    words = ["plan", "--dossier", str(folder), "--au", "2026-03-02", *arguments]
    return CliRunner().invoke(cli.relance, words)


def test_it_is_written_and_written_again(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "agenda.ics"
    assert run(story.root, "--ics", str(path)).exit_code == 0
    first = path.read_bytes()
    # Three months when nothing says how far.
    assert first == content(story, "2026-03-02", date(2026, 6, 2))
    assert run(story.root, "--ics", str(path), "--jusqu-au", "2026-03-31").exit_code == 0
    assert path.read_bytes() == content(story, "2026-03-02", date(2026, 3, 31))


def test_a_dash_is_the_standard_output(story: Story) -> None:
    result = run(story.root, "--ics", "-")
    assert result.stdout_bytes == content(story, "2026-03-02", date(2026, 6, 2))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--ics", "relance.yaml"], "n'est pas un calendrier"),
        (["--ics", "nulle-part/a.ics"], "ne peut pas être écrit"),
        (["--ics", "a.ics", "--format", "json"], "un calendrier a sa propre forme"),
        (["--ics", "a.ics", "--politique", "relance.yaml"], "ne montre qu'une politique"),
    ],
)
def test_what_is_refused(
    story: Story, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(story.root)
    before = (story.root / "relance.yaml").read_bytes()
    refusal = run(story.root, *options).exception
    assert isinstance(refusal, Refusal)
    assert said in str(refusal)
    assert (story.root / "relance.yaml").read_bytes() == before
    assert not (story.root / "a.ics").exists()
