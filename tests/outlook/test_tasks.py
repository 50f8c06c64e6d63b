"""Today at a glance: each thing that a person must do, from books one can check by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from claims.test_penalty_account import dunned, paid
from relance.decision.planner import make_plan
from relance.outlook.task import Task, TaskKind, UnderReview
from relance.outlook.tasks import Today, at_a_glance, in_short
from relance.policy.creditor import PLACEHOLDER
from relance.runs.summary import summarise
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.issued import PendingLetter
from story import ONE_INVOICE, Story, company, day_of, past_letter, posted, put_into_register

TRACKED = "envoi: {validite: 5}\n"
NEXT_MONTH = (
    '2026-03-12 note Actifs:Clients:Durand "Promis." #promesse ^F1\n  echeance: 2026-03-20\n'
)


OPENED = """\
2026-03-12 note Actifs:Clients:Durand "RJ" #procedure-collective
  jugement: 2026-03-05
  bodacc: 2026-03-10
"""


def glance(story: Story, day: str, pending: tuple[PendingLetter, ...] = ()) -> Today:
    on = day_of(story, day, pending)
    return at_a_glance(on, make_plan(on))


def only(story: Story, day: str, pending: tuple[PendingLetter, ...] = ()) -> Task:
    (task,) = glance(story, day, pending).tasks
    return task


def sums(task: Task) -> list[str]:
    return [f"{total.number} {total.currency}" for total in task.totals]


@pytest.mark.parametrize(
    ("day", "more", "kind", "who", "total", "command"),
    [
        ("2026-03-17", "", TaskKind.ISSUE, "1 lettre", "100.00 EUR", "relance emettre"),
        (  # the law's two months run from the BODACC
            "2026-03-17",
            OPENED,
            TaskKind.DECLARATION,
            "Durand SARL",
            "100.00 EUR",
            "relance dossier Actifs:Clients:Durand --declaration",
        ),
        (
            "2026-03-17",
            '2026-03-12 * "Virement"\n  Actifs:Clients:Durand  -100.00 EUR\n  Actifs:Banque\n',
            TaskKind.BANK,
            "Durand SARL",
            "100.00 EUR",
            "relance expliquer F1",
        ),
        (  # the day has come, its grace runs
            "2026-03-20",
            NEXT_MONTH,
            TaskKind.PROMISE,
            "Durand SARL",
            "100.00 EUR",
            "relance expliquer Actifs:Clients:Durand",
        ),
        (
            "2026-05-20",
            '2026-03-12 note Actifs:Clients:Durand "Livraison abîmée" #litige ^F1\n',
            TaskKind.DISPUTE,
            "Durand SARL",
            "100.00 EUR",
            "relance noter --litige-clos F1",
        ),
    ],
)
def test_one_thing_to_do(
    tmp_path: Path, day: str, more: str, kind: TaskKind, who: str, total: str, command: str
) -> None:
    task = only(company(tmp_path, f"{ONE_INVOICE}\n{more}"), day)
    assert (task.kind, task.who, sums(task), task.command) == (kind, who, [total], command)


def test_the_last_day_of_a_declaration_is_its_deadline(tmp_path: Path) -> None:
    opened = '2026-03-12 note Actifs:Clients:Durand "RJ" #procedure-collective\n'
    story = company(tmp_path, f"{ONE_INVOICE}\n{opened}  bodacc: 2026-03-10\n")
    assert only(story, "2026-03-17").deadline == date.fromisoformat("2026-05-10")


def test_a_promise_to_come_asks_nothing(tmp_path: Path) -> None:
    story = company(tmp_path, f"{ONE_INVOICE}\n{NEXT_MONTH}")
    today = glance(story, "2026-03-17")
    assert today.tasks == ()
    coming = "Rien à faire aujourd'hui. Ensuite, le 20 mars 2026 : règlement promis : Durand SARL."
    assert ordinary(in_short(today)) == coming


def test_nothing_at_all(tmp_path: Path) -> None:
    today = glance(company(tmp_path, ""), "2026-03-17")
    assert in_short(today) == "Rien à faire aujourd'hui, et rien d'attendu."


def test_a_claim_that_is_soon_barred(tmp_path: Path) -> None:
    """A consumer's two years from 10 June 2024 end on 10 June 2026 (C. conso. L218-2)."""
    sold = ONE_INVOICE.replace("2026-02-10", "2024-06-10").replace("2026-03-10", "2024-07-10")
    story = company(tmp_path, sold.replace("Durand", "Martin"))
    (before, after) = ("2026-03-11", "2026-03-12")  # 91 and 90 days before
    assert glance(story, before).of(TaskKind.LIMITATION) == ()
    (barred,) = glance(story, after).of(TaskKind.LIMITATION)
    assert barred.deadline == date.fromisoformat("2026-06-10")
    assert barred.command == "relance dossier Actifs:Clients:Martin"
    assert glance(story, after).tasks[0].kind is TaskKind.LIMITATION


def test_what_waits_on_a_branch_is_to_be_approved(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    waiting = PendingLetter(past_letter("R20260316-01", "relance-1", "F1"), "relance/2026-03-16")
    task = only(story, "2026-03-17", (waiting,))
    assert (task.kind, task.command) == (TaskKind.REVIEW, "relance approuver relance/2026-03-16")
    assert (task.who, sums(task), task.since) == (
        "1 lettre",
        ["100.00 EUR"],
        date.fromisoformat("2026-03-16"),
    )


def test_what_is_under_review_here_may_not_leave(tmp_path: Path) -> None:
    story = on_its_way(tmp_path, "courriel", "telephone")
    on = day_of(story, "2026-03-17")
    as_whole_books_have_them = tuple(replace(letter, base="c" * 40) for letter in on.letters)
    review = UnderReview("relance/2026-03-16", "main", as_whole_books_have_them)
    (task,) = at_a_glance(on, make_plan(on), review).tasks
    assert (task.kind, task.who) == (TaskKind.REVIEW, "1 lettre")
    assert task.command == "relance approuver relance/2026-03-16"


def on_its_way(root: Path, *channels: str, policy: str = TRACKED) -> Story:
    """A letter of Monday 16 March, approved."""
    story = company(root, ONE_INVOICE, policy)
    letter = replace(past_letter("R20260316-01", "relance-1", "F1"), channels=channels)
    put_into_register(story, "2026-03-16", [letter])
    return story


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (("courriel",), [(TaskKind.EMAIL, "1 courriel", "relance envoyer")]),
        (("recommande",), [(TaskKind.POST, "1 lettre", "relance envoyer")]),
        (("sms",), [(TaskKind.TEXT, "1 SMS", "relance envoyer")]),
        (
            ("courriel", "telephone"),
            [
                (TaskKind.EMAIL, "1 courriel", "relance envoyer"),
                (TaskKind.CALL, "Durand SARL", "relance noter --envoi R20260316-01 --telephone"),
            ],
        ),
    ],
)
def test_what_is_to_leave(
    tmp_path: Path, channels: tuple[str, ...], expected: list[tuple[TaskKind, str, str]]
) -> None:
    """Until the fifth working day; then only what became of it is asked."""
    story = on_its_way(tmp_path, *channels)
    tasks = glance(story, "2026-03-23").tasks
    assert [(task.kind, task.who, task.command) for task in tasks] == expected
    assert [task.phone for task in tasks if task.phone] == ["01 99 00 00 01"] * (len(tasks) - 1)
    kinds = {task.kind for task in glance(story, "2026-03-24").tasks}
    assert not kinds & {TaskKind.EMAIL, TaskKind.POST, TaskKind.TEXT, TaskKind.CALL}
    assert TaskKind.UNDELIVERED in kinds


def test_what_has_left_or_is_paid_is_not_to_leave(tmp_path: Path) -> None:
    story = on_its_way(tmp_path / "sent", "courriel")
    posted(story, "R20260316-01", "2026-03-17")
    assert glance(story, "2026-03-18").tasks == ()
    story = on_its_way(tmp_path / "paid", "courriel")
    story.add('2026-03-17 * "Reçu" ^F1\n  Actifs:Clients:Durand  -100.00 EUR\n  Actifs:Banque\n')
    assert glance(story, "2026-03-18").tasks == ()


def test_a_firm_that_does_not_note_its_dispatches_is_not_asked_for_them(tmp_path: Path) -> None:
    story = on_its_way(tmp_path, "courriel", policy="envoi: {suivi: false}\n")
    assert glance(story, "2026-03-17").tasks == ()


def test_a_formal_notice_is_to_be_posted_whatever_the_firm_notes(tmp_path: Path) -> None:
    """It takes effect from its posting: nobody else can tell that day."""
    story = company(tmp_path, ONE_INVOICE, "envoi: {suivi: false}\n")
    notice = past_letter("R20260316-01", "mise-en-demeure", "F1", rank=3)
    put_into_register(story, "2026-03-16", [replace(notice, channels=("recommande",))])
    (task,) = glance(story, "2026-03-17").tasks
    assert (task.kind, task.command) == (TaskKind.POST, "relance envoyer")
    (task,) = glance(story, "2026-03-24").tasks
    assert (task.kind, task.command) == (
        TaskKind.UNDELIVERED,
        "relance noter --envoi R20260316-01 --recommande --le JJ/MM/AAAA",
    )


def test_what_stops_every_letter_comes_first(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    policy = (tmp_path / "relance.yaml").read_text(encoding="utf-8")
    story.write("relance.yaml", policy.replace("Atelier Essai", PLACEHOLDER))
    tasks = json.loads(run(story, "--au", "2026-03-17", "--format", "json").output)["taches"]
    assert [(task["sorte"], task["commande"]) for task in tasks] == [
        ("corriger", "relance verifier"),
        ("emettre", "relance emettre"),
    ]
    assert (tasks[0]["fichier"], tasks[0]["ligne"]) == ("relance.yaml", 2)


def test_penalties_are_to_be_decided(tmp_path: Path) -> None:
    """1 500.00 at 12.40 % for 30 days is 15.29, and the fee of 40.00."""
    task = only(dunned(tmp_path, paid("2026-08-10", "1500.00")), "2026-08-11")
    assert (task.kind, sums(task)) == (TaskKind.PENALTIES, ["55.29 EUR"])
    assert task.command == "relance noter --abandon-penalites F1"


def test_what_the_books_lack_is_told_by_client_and_reason(tmp_path: Path) -> None:
    two = ONE_INVOICE + ONE_INVOICE.replace("^F1", "").replace("100.00", "70.00")
    task = only(company(tmp_path, two.replace("^F1", "")), "2026-03-17")
    assert (task.kind, task.who, sums(task)) == (TaskKind.MISSING, "Durand SARL", ["170.00 EUR"])


def test_the_law_first_then_money_then_the_rest(tmp_path: Path) -> None:
    kinds = [
        task.kind
        for task in glance(
            company(
                tmp_path,
                ONE_INVOICE
                + ONE_INVOICE.replace("F1", "F2").replace("Clients:Durand", "Clients:Martin")
                + ONE_INVOICE.replace("F1", "F3").replace("Clients:Durand", "Clients:Club")
                + '2026-03-12 note Actifs:Clients:Martin "RJ" #procedure-collective\n'
                + '2026-03-12 * "Virement"\n  Actifs:Clients:Club  -100.00 EUR\n  Actifs:Banque\n',
            ),
            "2026-03-17",
        ).tasks
    ]
    assert kinds == [TaskKind.DECLARATION, TaskKind.BANK, TaskKind.ISSUE]


# ---------------------------------------------------------------- As it is shown


def run(story: Story, *arguments: str) -> Result:
    done = CliRunner().invoke(cli.relance, ["--dossier", str(story.root), *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_the_command_without_a_name(tmp_path: Path) -> None:
    shown = ordinary(run(company(tmp_path, ONE_INVOICE), "--au", "2026-03-17").output)
    lines = shown.splitlines()
    assert lines[1] == "Atelier Essai · mardi 17 mars 2026"
    assert lines[3] == "À écrire  → relance emettre"
    assert not [line for line in lines if line != line.rstrip()]


def test_long_lists_are_folded(tmp_path: Path) -> None:
    many = "".join(
        f'2026-03-{n:02} * "Virement {n}"\n  Actifs:Clients:{who}  -{n}.00 EUR\n  Actifs:Banque\n'
        for n, who in enumerate(("Durand", "Martin", "Club", "Mairie"), 1)
    )
    invoices = "".join(
        ONE_INVOICE.replace("F1", f"F{n}")
        .replace("Clients:Durand", f"Clients:{who}")
        .replace("100.00", f"{n}.00")
        for n, who in enumerate(("Durand", "Martin", "Club", "Mairie"), 1)
    )
    story = company(tmp_path, many + invoices)
    tasks = json.loads(run(story, "--au", "2026-03-17", "--format", "json").output)["taches"]
    assert [task["sorte"] for task in tasks] == ["rapprocher"] * 4
    assert [task["montants"][0]["montant"] for task in tasks] == ["4.00", "3.00", "2.00", "1.00"]


def test_the_public_json(tmp_path: Path) -> None:
    story = on_its_way(tmp_path, "telephone")
    told = json.loads(ordinary(run(story, "--au", "2026-03-17", "--format", "json").output))
    (call,) = told["taches"]
    assert call == {
        "sorte": "appeler",
        "titre": "Appels à passer",
        "qui": "Durand SARL",
        "compte": "Actifs:Clients:Durand",
        "montants": [{"montant": "100.00", "devise": "EUR"}],
        "quoi": "relance-1 du 16 mars 2026, R20260316-01",
        "factures": ["F1"],
        "depuis": "2026-03-16",
        "echeance": None,
        "telephone": "01 99 00 00 01",
        "commande": "relance noter --envoi R20260316-01 --telephone",
        "fichier": "out/registre/2026-03-16.beancount",
        "ligne": call["ligne"],
    }


def test_a_calendar_of_the_day(tmp_path: Path) -> None:
    story = on_its_way(tmp_path, "telephone")
    text = run(story, "--au", "2026-03-17", "--ics", "-").stdout_bytes
    (entry,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(entry["summary"]).startswith("Appels à passer : Durand SARL 01 99 00 00 01")
    assert entry.decoded("dtstart") == date.fromisoformat("2026-03-17")


def test_the_summary_begins_with_the_day(tmp_path: Path) -> None:
    story = on_its_way(tmp_path, "telephone")
    decided = make_plan(day_of(story, "2026-03-17"))
    text = summarise(decided, story.facts, [])
    assert "## Aujourd'hui\n\n- **Appels à passer** : Durand SARL, 100,00" in text


def test_help_where_no_company_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Commandes:" in CliRunner().invoke(cli.relance, []).output
