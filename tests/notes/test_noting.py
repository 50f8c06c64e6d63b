"""`relance noter`: each sort written as by hand, proven before it is written, committed alone."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.ops import validation
from beancount.scripts.format import main as bean_format
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.ledger.beancount import aligned
from relance.notes.addition import add_notes
from relance.notes.note import NewNote
from relance.terminal import cli, interview
from relance.text.escapes import one_line
from relance.text.typography import ordinary
from relance.values.amounts import Money
from relance.values.facts import Note
from relance.values.issued import Dispatch
from relance.values.kinds import NoteSort
from relance.values.problem import Refusal, Source
from story import (
    REGISTER_HEADER,
    THREE_INVOICES,
    Story,
    company,
    outcome,
    past_letter,
    put_into_register,
)

DURAND = "Actifs:Clients:Durand"
LETTER = "R20260317-01"
DAY = "2026-03-20"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Durand owes F1 and F2, and was sent one letter."""
    made = company(tmp_path, THREE_INVOICES)
    made.write("ledger/main.beancount", aligned(written(made)))
    put_into_register(made, "2026-03-17", [past_letter(LETTER, "relance-1", "F1")])
    return made


def run(story: Story, *arguments: str, text: str | None = None) -> Result:
    """The command in the story's folder; a refusal told by its exit status and its text."""
    words = ["noter", *arguments, "--dossier", str(story.root)]
    result = CliRunner().invoke(cli.relance, words, input=text)
    if isinstance(result.exception, Refusal):
        result.exit_code = int(result.exception.status)
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def note(story: Story, *arguments: str, day: str = DAY) -> Story:
    """The story after a note that must be taken."""
    result = run(story, *arguments, "--le", day)
    assert result.exit_code == 0, result.exception
    return Story(story.root)


def contents(story: Story) -> dict[str, bytes]:
    files = (path for path in story.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path.relative_to(story.root)): path.read_bytes() for path in files}


def refused(story: Story, *arguments: str) -> str:
    """What is said of a refused note; nothing was written."""
    before = contents(story)
    result = run(story, *arguments)
    assert isinstance(result.exception, Refusal)
    assert contents(story) == before
    return ordinary(f"{result.exit_code} {result.exception}")


def written(story: Story, path: str = "ledger/main.beancount") -> str:
    return (story.root / path).read_text(encoding="utf-8")


def faults(story: Story) -> list[object]:
    """What bean-check says of the whole ledger, letters that only the register knows apart."""
    path = str(story.root / "ledger/main.beancount")
    checks = validation.HARDCORE_VALIDATIONS
    _, errors, _ = loader.load_file(path, extra_validations=checks)
    return list(errors)


def formatted(path: Path) -> str:
    """The file as bean-format leaves it."""
    result = CliRunner().invoke(bean_format, [str(path)])
    assert result.exit_code == 0
    return result.output


# ---------------------------------------------------------------- Every sort, as by hand

FOLLOW_UP = [
    (
        ["--appel", "Mme Roux paie lundi.", "--facture", "F1", "--raison", "tresorerie"],
        '"Mme Roux paie lundi." ^F1 #appel\n  raison: "tresorerie"\n',
    ),
    (["--courriel", "Demande un duplicata."], '"Demande un duplicata." #courriel\n'),
    (
        ["--reponse", "En cours.", "--facture", "F1", "--facture", "F2", "--raison", "validation"],
        '"En cours." ^F1 ^F2 #reponse\n  raison: "validation"\n',
    ),
    (
        ["--promesse", "2026-04-05", "--montant", "100.00", "--facture", "F1"],  # all of it
        (
            '"Promesse de règlement de 100,00 € pour le 5 avril 2026 (F1)." ^F1 #promesse\n'
            "  echeance: 2026-04-05\n  montant: 100.00 EUR\n"
        ),
    ),
    (
        ["--promesse", "2026-04-01", "--texte", "Promis."],
        '"Promis." #promesse\n  echeance: 2026-04-01\n',
    ),
    (["--litige"], '"Facturation contestée." #litige\n'),
    (
        ["--litige", "Deux portes rayées.", "--montant", "60,50 €", "--facture", "F2"],
        '"Deux portes rayées." ^F2 #litige\n  montant: 60.50 EUR\n',
    ),
    (["--litige-clos", "--facture", "F2"], '"Litige réglé (F2)." ^F2 #litige-clos\n'),
    (
        ["--suspension", "--jusqu-au", "2026-05-01"],
        '"Relances suspendues jusqu\'au 1er mai 2026." #suspension\n  jusqu-au: 2026-05-01\n',
    ),
    (["--suspension", "On attend l'avoir."], '"On attend l\'avoir." #suspension\n'),
    (["--reprise"], '"Reprise des relances." #reprise\n'),
    (
        [
            *("--procedure-collective", "--jugement", "2026-03-10", "--bodacc", "2026-03-18"),
            *("--mandataire", "Me Garance, 73000 Chambéry"),
        ],
        (
            '"Procédure collective ouverte le 10 mars 2026." #procedure-collective\n'
            "  jugement: 2026-03-10\n  bodacc: 2026-03-18\n"
            '  mandataire: "Me Garance, 73000 Chambéry"\n'
        ),
    ),
    (
        ["--reconnaissance", "--facture", "F1"],
        '"Reconnaît devoir la somme (F1)." ^F1 #reconnaissance\n',
    ),
]


@pytest.mark.parametrize(("arguments", "words"), FOLLOW_UP, ids=lambda x: str(x)[:40])
def test_a_follow_up_note(story: Story, arguments: list[str], words: str) -> None:
    before = written(story)
    after = note(story, "Durand", *arguments)
    assert written(after) == f"{before}\n{DAY} note {DURAND} {words}"
    assert len(after.books.notes) == 1
    assert faults(after) == []
    assert formatted(story.root / "ledger/main.beancount") == written(after)


def test_a_note_reads_back(story: Story) -> None:
    after = note(story, "durand", "--promesse", "2026-04-05", "--montant", "80", "--facture", "F1")
    assert [replace(n, source=Source("")) for n in after.books.notes] == [
        Note(
            date(2026, 3, 20),
            DURAND,
            NoteSort.PROMISE,
            "Promesse de règlement de 80,00 € pour le 5 avril 2026 (F1).",
            Source(""),
            ("F1",),
            due=date(2026, 4, 5),
            amount=Money(Decimal("80.00"), "EUR"),
        )
    ]


@pytest.mark.slow
def test_a_note_counts_at_once(story: Story) -> None:
    assert outcome(story, "2026-03-24", "F2") == "relance-1"
    after = note(story, "Durand", "--suspension", "--facture", "F2")
    assert outcome(after, "2026-03-24", "F2") == "suspension"
    assert outcome(note(after, "Durand", "--reprise", day="2026-03-23"), "2026-03-24", "F2") == (
        "relance-1"
    )


def test_the_diff_is_shown(story: Story) -> None:
    result = run(story, "Durand", "--appel", "Rappeler.", "--le", DAY)
    assert result.output.splitlines()[:2] == [
        "--- a/ledger/main.beancount",
        "+++ b/ledger/main.beancount",
    ]
    assert f'+{DAY} note {DURAND} "Rappeler." #appel' in result.output.splitlines()


@pytest.mark.parametrize(
    "name", ["Durand SARL", "durand", "DURAND", DURAND, "clients:durand", "sarl"]
)
def test_the_client_by_account_or_name(story: Story, name: str) -> None:
    assert note(story, name, "--appel", "x").books.notes[0].account == DURAND


def test_an_invoice_knows_its_client_when_its_penalties_are_waived(story: Story) -> None:
    """One or several, with a reason; the note's words say both."""
    note(story, "--abandon-penalites", "F3", "--motif", "geste commercial")
    assert 'Clients:Mairie "Pénalités abandonnées : geste commercial (F3)." ^F3' in written(story)
    two = note(story, "--abandon-penalites", "F1, F2")
    assert {n.invoices for n in two.books.notes} == {("F3",), ("F1", "F2")}
    assert "aucune facture « F9 »" in refused(story, "--abandon-penalites", "F9")
    assert "pas de facture « F3 »" in refused(story, "Durand", "--abandon-penalites", "F3")
    assert "de quelle facture" in refused(story, "--abandon-penalites", " , ")


def test_the_invoice_by_the_number_that_letters_print(story: Story) -> None:
    story.replace("^F1\n", '^F1\n  numero: "FA 2026/1"\n')
    after = note(story, "Durand", "--appel", "x", "--facture", "FA 2026/1")
    assert after.books.notes[0].invoices == ("F1",)


@pytest.mark.parametrize("number", ["2026 031", "F°31", 'F"31', "F\\31", "R20260317-01"])
def test_an_invoice_that_no_link_spells(tmp_path: Path, number: str) -> None:
    quoted = number.replace("\\", "\\\\").replace('"', '\\"')
    story = company(tmp_path, THREE_INVOICES.replace(" ^F1\n", f'\n  facture: "{quoted}"\n'))
    after = note(story, "Durand", "--appel", "x", "--facture", number)
    assert after.books.notes[0].invoices == (number,)
    assert "une note pour elle seule" in refused(
        after, "Durand", "--appel", "y", "--facture", number, "--facture", "F2"
    )


# ---------------------------------------------------------------- What happens to a letter

HEADER = """\
;; -*- mode: beancount; coding: utf-8; -*-
;; Envois du 2026-03-20 : ce qui est arrivé aux lettres après leur approbation.

option "name_assets" "Actifs"

"""
FATES = f"out/registre/{DAY}-envois.beancount"

OF_LETTERS = [
    (
        ["--envoi", LETTER, "--recommande", "1A0123456789", "--recu", "2026-03-23"],
        (
            f'"{LETTER} envoyée en recommandé n° 1A0123456789, reçue le 23 mars 2026."'
            f" #envoi ^{LETTER}\n"
            f'  relance: "{LETTER}"\n  canal: "recommande"\n  numero: "1A0123456789"\n'
            "  recu: 2026-03-23\n"
        ),
    ),
    (
        ["--envoi", LETTER, "--courriel", "compta@durand.example"],
        (
            f'"{LETTER} envoyée par courriel à compta@durand.example." #envoi ^{LETTER}\n'
            f'  relance: "{LETTER}"\n  canal: "courriel"\n  adresse: "compta@durand.example"\n'
        ),
    ),
    (
        ["--envoi", LETTER, "--courrier"],
        (
            f'"{LETTER} envoyée par courrier." #envoi ^{LETTER}\n'
            f'  relance: "{LETTER}"\n  canal: "courrier"\n'
        ),
    ),
    (
        ["Durand", "--envoi", LETTER, "--telephone", "--texte", "Lue au téléphone."],
        f'"Lue au téléphone." #envoi ^{LETTER}\n  relance: "{LETTER}"\n  canal: "telephone"\n',
    ),
    (
        ["--retour", LETTER, "--motif", "inconnu à l'adresse"],
        (
            f'"{LETTER} revenue : inconnu à l\'adresse." #retour ^{LETTER}\n'
            f'  relance: "{LETTER}"\n  motif: "inconnu à l\'adresse"\n'
        ),
    ),
    (
        ["--annulation", LETTER],
        f'"{LETTER} annulée." #annulation ^{LETTER}\n  relance: "{LETTER}"\n',
    ),
]


@pytest.mark.parametrize(("arguments", "words"), OF_LETTERS, ids=lambda x: str(x)[:40])
def test_the_fate_of_a_letter(story: Story, arguments: list[str], words: str) -> None:
    before = contents(story)
    after = note(story, *arguments)
    assert written(after, FATES) == f"{HEADER}{DAY} note {DURAND} {words}"
    assert contents(after).keys() - before.keys() == {FATES}
    assert faults(after) == []
    assert formatted(story.root / FATES) == written(after, FATES)


def test_the_fate_reads_back(story: Story) -> None:
    after = note(story, "--envoi", LETTER, "--recommande", "1A", "--recu", "2026-03-23")
    (letter,) = after.books.letters
    assert letter.dispatches == (
        Dispatch(date(2026, 3, 20), "recommande", "1A", date(2026, 3, 23)),
    )


@pytest.mark.slow
def test_a_letter_that_left_is_not_cancelled(story: Story) -> None:
    """It would be sent a second time; one that came back may be, and so may one never sent."""
    after = note(story, "--envoi", LETTER, "--recommande", "1A 234")
    said = refused(after, "--annulation", LETTER, "--motif", "erreur", "--le", "2026-03-24")
    assert said == (
        f"2 annulation: {LETTER} est partie le 20 mars 2026, recommandé : cela ne s'annule plus\n"
        "    → revenue, notez d'abord --retour ; sinon notez ce qui suit (--reponse, --litige, "
        "--suspension), ou écrivez au client"
    )
    after = note(after, "--retour", LETTER, day="2026-03-23")
    after = note(after, "--annulation", LETTER, day="2026-03-24")
    (letter,) = after.books.letters
    assert letter.cancelled_on == date(2026, 3, 24)


def test_fates_of_one_day_share_a_file(story: Story) -> None:
    note(story, "--envoi", LETTER, "--courriel")
    first = written(story, FATES)
    note(story, "--retour", LETTER)
    assert written(story, FATES) == (
        f'{first}\n{DAY} note {DURAND} "{LETTER} revenue." #retour ^{LETTER}\n'
        f'  relance: "{LETTER}"\n'
    )
    assert faults(story) == []


def test_the_ledger_must_read_the_register(story: Story) -> None:
    header = "out/registre/0000-entete.beancount"
    story.replace("../out/registre/*.beancount", "../out/registre/2*.beancount")
    (story.root / header).unlink()
    assert "n'inclut pas le registre" in refused(
        story, "--envoi", LETTER, "--courriel", "--le", DAY
    )


# ---------------------------------------------------------------- Hostile words

HOSTILE = [
    'dit "Le Phare"',
    "fin avec \\",
    '\\"',
    "ligne 1\nligne 2",
    'x" #litige ^F9\n2026-03-17 close Actifs:Clients:Durand ; "',
    "tab\tulation",
    "a\x00\x07\x1b[31mb",
    "; commentaire",
    "e\u0301te\u0301",
    "\u202egnp",
    "100.00 EUR",
    "$(id) `id` {{ 7*7 }}",
    "x" * 5000,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(story: Story, words: str) -> None:
    after = note(story, "Durand", "--procedure-collective", words, *(
        "--jugement", "2026-03-10", "--mandataire", words
    ))  # fmt: skip
    (read,) = after.books.notes
    assert (read.text, read.trustee, read.invoices) == (one_line(words), one_line(words), ())
    assert faults(after) == []
    after = note(after, "--retour", LETTER, "--motif", words)
    after = note(after, "--envoi", LETTER, "--recommande", words)
    assert after.books.letters[0].dispatches[0].number == one_line(words)
    assert faults(after) == []
    assert formatted(story.root / FATES) == written(after, FATES)


@given(st.text(max_size=40).filter(one_line))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.slow
def test_any_words_read_back(story: Story, words: str) -> None:
    new = NewNote(date(2026, 3, 20), DURAND, words, ("appel",))
    addition = add_notes(story.facts, [new])
    assert addition.new.count("\n") == (addition.old or "").count("\n") + 2


def test_the_diff_commands_no_terminal(story: Story) -> None:
    story.add("; \x1b]0;titre\x07\n")
    result = run(story, "Durand", "--appel", "x", "--le", DAY)
    assert "titre" in result.output and "\x1b" not in result.output


# ---------------------------------------------------------------- Where it goes

NOTE = f'2026-03-01 note {DURAND} "Appel." #appel\n'
OTHER = '2026-03-02 note Actifs:Clients:Mairie "Appel." #appel\n'
NEW = f'{DAY} note {DURAND} "x" #appel\n'


def placed(story: Story, files: Mapping[str, str]) -> dict[str, str]:
    """The files changed by a note on Durand, these being beside the ledger."""
    for name in files:
        main = written(story)
        story.write("ledger/main.beancount", f'include "{name}"\n{main}')
    for name, text in files.items():
        story.write(f"ledger/{name}", REGISTER_HEADER + text)
    before = contents(story)
    note(story, "Durand", "--appel", "x")
    after = contents(story)
    assert faults(story) == []
    changed = {name for name in after if after[name] != before.get(name)}
    return {name: after[name].decode().removeprefix(REGISTER_HEADER) for name in changed}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # No follow-up file: the one that opens the account, at its end (next test).
        # The follow-up file, empty but for its options.
        ({"suivi.beancount": ""}, ("suivi.beancount", f"\n{NEW}")),
        # After the last note of the file that holds the client's latest.
        (
            {"suivi.beancount": OTHER, "durand.beancount": NOTE + "\n; fin\n"},
            ("durand.beancount", f"{NOTE}\n{NEW}\n; fin\n"),
        ),
        # The file's last note is another client's, with keys and a string of two lines.
        (
            {"suivi.beancount": NOTE + OTHER + '  motif: "une; \\" \n\n deux"\n  aa: 1\n;; B\n'},
            (
                "suivi.beancount",
                NOTE + OTHER + f'  motif: "une; \\" \n\n deux"\n  aa: 1\n\n{NEW}\n;; B\n',
            ),
        ),
        # What follows stays apart by one empty line; without a final line feed too.
        (
            {"suivi.beancount": NOTE + '\n\n2026-03-05 event "x" "y"'},
            ("suivi.beancount", f'{NOTE}\n{NEW}\n\n2026-03-05 event "x" "y"'),
        ),
        ({"suivi.beancount": NOTE.rstrip()}, ("suivi.beancount", f"{NOTE}\n{NEW}")),
    ],
)
def test_where_a_note_goes(story: Story, files: dict[str, str], expected: tuple[str, str]) -> None:
    name, text = expected
    assert placed(story, files) == {f"ledger/{name}": text}


def test_without_a_follow_up_file_where_the_account_is_opened(story: Story) -> None:
    (changed,) = placed(story, {"2026.beancount": ""})
    assert changed == "ledger/main.beancount"


def test_a_register_takes_no_follow_up_note(story: Story) -> None:
    story.write("out/registre/2026-03-01-autre.beancount", REGISTER_HEADER + NOTE)
    assert list(placed(story, {})) == ["ledger/main.beancount"]


def test_a_file_gets_the_option_of_its_accounts(story: Story) -> None:
    story.write("ledger/main.beancount", f'include "suivi.beancount"\n{written(story)}')
    story.write("ledger/suivi.beancount", ";; Le suivi.\n")
    note(story, "Durand", "--appel", "x")
    assert written(story, "ledger/suivi.beancount") == f";; Le suivi.\n\n{REGISTER_HEADER}\n{NEW}"


def test_lines_end_as_they_did(story: Story) -> None:
    path = story.root / "ledger/main.beancount"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    note(story, "Durand", "--appel", "x")
    assert path.read_bytes().endswith(NEW.encode().replace(b"\n", b"\r\n"))
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


def test_a_ledger_that_leaves_the_folder_is_still_proven(tmp_path: Path) -> None:
    story = company(tmp_path / "société", THREE_INVOICES)
    (tmp_path / "ailleurs.beancount").write_text(REGISTER_HEADER + NOTE, encoding="utf-8")
    story.add('include "../../ailleurs.beancount"\n')
    note(story, "Durand", "--appel", "x")
    assert (tmp_path / "ailleurs.beancount").read_text("utf-8").endswith(NEW)


def test_a_note_that_would_not_read_back_is_not_written(story: Story) -> None:
    """Under `pushtag` Beancount would add a tag to it."""
    story.add(f"pushtag #urgent\n{NOTE}poptag #urgent\n")
    said = refused(story, "Durand", "--suspension", "--le", DAY)
    assert said.startswith("2 ledger/main.beancount: ")


def test_notes_of_one_client_go_together(story: Story) -> None:
    """As a payment plan writes its instalments."""
    days = [date(2026, 4, 1), date(2026, 5, 1)]
    notes = [
        NewNote(
            date(2026, 3, 20), DURAND, f"Versement {n} sur 2.", ("echeancier",), ("F1",),
            {"echeance": day, "montant": Money(Decimal("50.00"), "EUR")},
        )
        for n, day in enumerate(days, 1)
    ]  # fmt: skip
    addition = add_notes(story.facts, notes)
    assert story.books.notes == Story(story.root).books.notes == ()
    addition.write()
    told = [(n.due, str(n.amount)) for n in Story(story.root).books.notes]
    assert told == [(day, "50.00 EUR") for day in days]


def test_a_file_that_changed_meanwhile_is_left_alone(story: Story) -> None:
    addition = add_notes(story.facts, [NewNote(date(2026, 3, 20), DURAND, "x", ("appel",))])
    story.add("; écrit entre-temps\n")
    with pytest.raises(Refusal, match="a changé entre-temps"):
        addition.write()
    assert written(story).endswith("; écrit entre-temps\n")


# ---------------------------------------------------------------- Refusals

REFUSALS = [
    (["--appel", "x"], ["client: de quel client ?"]),
    (["Durant SARL", "--appel", "x"], ["aucun client « Durant SARL »", "« Durand SARL »"]),
    (["m", "--appel", "x"], ["plusieurs clients", "Commune de Valbois (", "Mme Martin ("]),
    (["Durand"], ["sorte: quelle sorte de note ?", "--promesse, --litige"]),
    (["Durand", "--litige", "--reprise"], ["plusieurs sortes de note : --litige, --reprise"]),
    (["Durand", "--appel", ""], ["appel: le texte est vide"]),
    (["Durand", "--appel", "\n\x07 "], ["appel: le texte est vide"]),
    (["Durand", "--courriel"], ["courriel: le texte est vide"]),
    (["Durand", "--reprise", "x", "--texte", "y"], ["deux textes : --reprise et --texte"]),
    (["Durand", "--appel", "x", "--facture", "F4"], ["n'a pas de facture « F4 »", "F1"]),
    (["Durand", "--appel", "x", "--facture", "F3"], ["n'a pas de facture « F3 »"]),
    (["Durand", "--appel", "x", "--raison", "tresor"], ["ne connaît pas « tresor »", "tresorerie"]),
    (["Durand", "--litige", "--raison", "autre"], ["--raison ne va pas avec --litige"]),
    (["Durand", "--promesse", "31/02/2026"], ["promesse: « 31/02/2026 » n'est pas une date"]),
    (["Durand", "--promesse", "2026-03-19"], ["echeance: le 19 mars 2026 vient avant la note"]),
    (["Durand", "--litige", "--montant", "82O"], ["montant: « 82O » n'est pas un montant"]),
    (
        ["Durand", "--litige", "--montant", "1,440"],
        ["montant: « 1,440 » se lit de deux façons", "écrivez 1440.00 ou 1.44"],
    ),
    (["Durand", "--litige", "--montant", "1.445"], ["se lit de deux façons", "écrivez 1445.00"]),
    (["Durand", "--litige", "--montant", "-5"], ["montant: « -5 » n'est pas un montant"]),
    (["Durand", "--litige", "--montant", "NaN"], ["montant: « NaN » n'est pas un montant"]),
    (["Durand", "--litige", "--montant", "0"], ["montant: « 0.00 EUR » n'est pas positif"]),
    (["Durand", "--litige", "--montant", "5 GBP"], ["ne doit rien en GBP", "au choix : EUR"]),
    # Durand owes 100 for F1 and 200 for F2.
    (
        ["Durand", "--litige", "--montant", "100.01", "--facture", "F1"],
        ["montant: litige de 100,01 € : F1 ne devait que 100,00 € le 20 mars 2026", "100.00 EUR"],
    ),
    (
        ["Durand", "--promesse", "2026-04-05", "--montant", "300.01"],
        ["promesse de 300,01 € : le compte ne devait que 300,00 €", "pénalités et indemnité"],
    ),
    (
        ["Durand", *("--litige", "--montant", "301", "--facture", "F1", "--facture", "F2")],
        ["F1 et F2 ne devaient que 300,00 €"],
    ),
    (["Durand", "--litige", "--montant", "9" * 44], ["montant: « 9", "pas une somme possible"]),
    (["Durand", "--promesse", DAY, "--montant", "9" * 16], ["n'est pas une somme possible"]),
    (["x" * 10_000, "--appel", "x"], [f"aucun client « {'x' * 119}… »"]),
    (["Durand", "--suspension", "--jusqu-au", "2026-03-19"], ["jusqu-au: le 19 mars"]),
    (["Durand", "--procedure-collective"], ["jugement: manque à cette note"]),
    (["Durand", "--procedure-collective", "--jugement", "2026-03-21"], ["le 21 mars 2026 vient"]),
    (
        ["Durand", "--procedure-collective", "--jugement", "2026-03-10", "--bodacc", "2026-03-09"],
        ["bodacc: le 9 mars 2026 vient avant le jugement"],
    ),
    (
        ["Durand", "--procedure-collective", "--jugement", "2026-03-10", "--mandataire", ""],
        ["mandataire: la valeur est vide"],
    ),
    (
        ["Durand", "--procedure-collective", "--jugement", "2026-03-10", "--facture", "F1"],
        ["--facture ne va pas avec --procedure-collective"],
    ),
    (["--envoi", "R20260317-02", "--courriel"], ["pas de lettre « R20260317-02 »", LETTER]),
    (["Martin", "--envoi", LETTER, "--courriel"], [f"{LETTER} est une lettre à Durand SARL"]),
    (["--envoi", LETTER], ["canal: par quel canal", "--recommande, --courrier"]),
    (["--envoi", LETTER, "--sms", "--courrier"], ["canal: par quel canal"]),
    (["--envoi", LETTER, "--sms", "--recu", "2026-03-19"], ["recu: le 19 mars 2026 vient avant"]),
    (["--retour", LETTER, "--recu", "2026-03-21"], ["--recu ne va pas avec --retour", "--motif"]),
    (["--retour", LETTER, "--facture", "F1"], ["--facture ne va pas avec --retour"]),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "words"), REFUSALS, ids=lambda x: " ".join(x)[:50])
def test_what_is_refused(story: Story, arguments: list[str], words: list[str]) -> None:
    said = refused(story, *arguments, "--le", DAY)
    assert said.startswith("2 ")
    assert said.count("    → ") == 1, said
    assert all(each in said for each in words), said


def test_a_note_before_the_account_is_open(story: Story) -> None:
    said = refused(story, "Durand", "--appel", "x", "--le", "2009-12-31")
    assert "le: « Actifs:Clients:Durand » n'est ouvert que le 1er janvier 2010" in said


def test_a_fate_before_the_letter(story: Story) -> None:
    said = refused(story, "--envoi", LETTER, "--courriel", "--le", "2026-03-16")
    assert f"le: {LETTER} n'est émise que le 17 mars 2026" in said


def test_every_fault_at_once(story: Story) -> None:
    said = refused(
        story, "Durand", "--litige", *("--montant", "x", "--facture", "F9"),
        *("--jusqu-au", "2026-05-01", "--le", "2009-01-01"),
    )  # fmt: skip
    assert [row.partition(":")[0].removeprefix("2 ") for row in said.splitlines()[::2]] == [
        "jusqu-au", "montant", "le", "facture"
    ]  # fmt: skip


def test_two_currencies_ask_for_one(story: Story) -> None:
    story.add(
        '\n2026-02-12 * "Durand" "Facture" ^F5\n  echeance: 2026-03-12\n'
        f"  {DURAND}  300.00 GBP\n  Produits:Ventes\n"
    )
    said = refused(story, "Durand", "--litige", "--montant", "20", "--le", DAY)
    assert "dans quelle devise ? Durand SARL doit en EUR et en GBP" in said
    after = note(story, "Durand", "--litige", "--montant", "20", "--facture", "F5")
    after = note(after, "Durand", "--litige", "--montant", "20 EUR")
    assert {str(n.amount) for n in after.books.notes} == {"20.00 GBP", "20.00 EUR"}


def test_the_same_note_twice(story: Story) -> None:
    note(story, "Durand", "--appel", "x", "--facture", "F1")
    said = refused(story, "Durand", "--appel", "x", "--facture", "F1", "--le", DAY)
    assert "appel: cette note est déjà écrite (ledger/main.beancount:" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--annulation", LETTER], "est annulée depuis le 20 mars 2026"),
        (["--envoi", LETTER, "--recommande", "1A"], "est déjà au registre"),
    ],
)
def test_the_same_fate_twice(story: Story, arguments: list[str], words: str) -> None:
    note(story, *arguments)
    assert words in refused(story, *arguments, "--le", DAY)


def test_a_receipt_comes_later(story: Story) -> None:
    """The register is added to: the signed receipt is a second note of the dispatch."""
    sent = ["--envoi", LETTER, "--recommande", "1A"]
    note(story, *sent)
    after = note(story, *sent, "--recu", "2026-03-24")
    assert [d.received for d in after.books.letters[0].dispatches] == [None, date(2026, 3, 24)]


SECOND, OTHER = "R20260317-02", "R20260317-03"  # to Durand too, to the Mairie


@pytest.fixture
def three(story: Story) -> Story:
    """Two letters to Durand, one to the Mairie; the first left registered as 1A 234."""
    mairie = "Actifs:Clients:Mairie"
    letters = [
        past_letter(SECOND, "rappel", "F2"),
        past_letter(OTHER, "relance-1", "F3", account=mairie),
    ]
    put_into_register(story, "2026-03-17", letters)
    return note(story, "--envoi", LETTER, "--recommande", "1A 234")


@pytest.mark.parametrize(
    ("letter", "number", "day"),
    [
        (OTHER, "1A 234", DAY),  # another client
        (OTHER, "1a234", DAY),  # however it is written
        (SECOND, "1A 234", "2026-03-23"),  # another day: another envelope
    ],
)
def test_a_registered_number_is_that_of_one_envelope(
    three: Story, letter: str, number: str, day: str
) -> None:
    said = refused(three, "--envoi", letter, "--recommande", number, "--le", day)
    assert said.startswith(
        f"2 recommande: le n° {number} est celui de {LETTER}, partie le 20 mars 2026"
    )
    assert refused(three, "--envoi", letter, "--courrier", number, "--le", day)


@pytest.mark.slow
def test_two_letters_of_one_envelope_share_its_number(three: Story) -> None:
    after = note(three, "--envoi", SECOND, "--recommande", "1A 234")
    received = ("--recommande", "1A 234", "--recu", "2026-03-26")
    after = note(after, "--envoi", LETTER, *received, day="2026-03-25")
    after = note(after, "--envoi", SECOND, *received, day="2026-03-26")
    assert [len(letter.dispatches) for letter in after.books.letters] == [2, 2, 0]


@pytest.mark.slow
def test_a_telephone_number_is_that_of_no_envelope(three: Story) -> None:
    after = note(three, "--envoi", LETTER, "--telephone", "01 99 00 00 01")
    after = note(after, "--envoi", SECOND, "--telephone", "01 99 00 00 01", day="2026-03-23")
    assert [len(letter.dispatches) for letter in after.books.letters] == [2, 1, 0]


def test_a_broken_ledger_takes_no_note(story: Story) -> None:
    story.add("2026-03-01 nonsense\n")
    assert "ledger/main.beancount:" in refused(story, "Durand", "--appel", "x")


def test_nobody_to_ask(story: Story) -> None:
    result = run(story)
    assert result.exit_code == 2
    assert "indiquez un client et une note" in result.output


# ---------------------------------------------------------------- In git


def git(story: Story, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=story.root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def kept(story: Story) -> Story:
    """The story in a repository, all of it committed."""
    git(story, "init", "-qb", "main")
    git(story, "add", "-A")
    git(story, "commit", "-qm", "livres")
    return story


CALL = ("Durand", "--appel", "Paie lundi.", "--facture", "F1", "--le", DAY, "--commit")


def test_the_note_is_committed_alone(kept: Story) -> None:
    kept.write("relance.yaml", written(kept, "relance.yaml") + "ecart: 8\n")
    kept.write("brouillon.txt", "x")
    git(kept, "add", "relance.yaml", "brouillon.txt")
    assert run(kept, *CALL).exit_code == 0
    assert git(kept, "show", "--name-only", "--format=%B") == (
        "Suivi de Durand SARL : appel (F1)\n\nPaie lundi.\n\n\nledger/main.beancount"
    )
    assert git(kept, "status", "--porcelain").split("\n") == ["A  brouillon.txt", "M  relance.yaml"]
    assert git(kept, "branch", "--show-current") == "main"


@pytest.mark.slow
def test_a_note_killed_before_its_commit_is_undone_by_the_next(kept: Story) -> None:
    """The same command again writes it: it was there, and not « déjà écrite »."""
    hook = kept.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nkill -9 $(ps -o ppid= -p $PPID)\nexit 1\n")
    hook.chmod(0o755)
    asked = ["noter", *CALL, "--dossier", str(kept.root)]
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "relance", *asked]
    done = subprocess.run(command, env=os.environ | paths, check=False)
    assert done.returncode == -signal.SIGKILL
    assert "Paie lundi." in (kept.root / "ledger/main.beancount").read_text()
    while (kept.root / ".git/index.lock").exists():  # that git, which the program left alone
        time.sleep(0.02)
    hook.unlink()
    while "un autre passage est en cours" in (said := ordinary(run(kept, *CALL).output)):
        time.sleep(0.02)
    assert "ce qu'il avait commencé a été défait" in said
    assert git(kept, "log", "-1", "--format=%s") == "Suivi de Durand SARL : appel (F1)"
    assert git(kept, "status", "--porcelain") == ""


@pytest.mark.slow
def test_a_note_written_and_not_committed_is_no_end(kept: Story) -> None:
    run(kept, *CALL[:-1])
    assert "n'est pas tel que committé" in refused_by_git(kept, *CALL)


@pytest.mark.slow
def test_a_new_register_file_is_committed_alone(kept: Story) -> None:
    kept.write("brouillon.txt", "x")
    git(kept, "add", "brouillon.txt")
    assert run(kept, "--envoi", LETTER, "--courriel", "--le", DAY, "--commit").exit_code == 0
    assert git(kept, "show", "--name-only", "--format=%s").split("\n") == [
        f"Suivi de Durand SARL : envoi ({LETTER})", "", FATES
    ]  # fmt: skip
    assert git(kept, "status", "--porcelain") == "A  brouillon.txt"


def state(story: Story) -> tuple[str, ...]:
    return (
        git(story, "rev-parse", "HEAD"),
        git(story, "status", "--porcelain"),
        git(story, "diff", "--cached"),
    )


def refused_by_git(story: Story, *arguments: str) -> str:
    """What is said when the note cannot be committed; status 3, repository and files as before."""
    before = state(story)
    said = refused(story, *arguments)
    assert state(story) == before
    assert said.startswith("3 ")
    return said


@pytest.mark.slow
@pytest.mark.parametrize("staged", [True, False])
def test_a_file_with_other_changes_is_not_committed(kept: Story, staged: bool) -> None:
    kept.add("; en cours de saisie\n")
    if staged:
        git(kept, "add", "-A")
    assert "n'est pas tel que committé" in refused_by_git(kept, *CALL)


def test_a_file_that_git_does_not_know_is_not_committed(kept: Story) -> None:
    kept.write(FATES, REGISTER_HEADER)
    said = refused_by_git(kept, "--envoi", LETTER, "--courriel", "--le", DAY, "--commit")
    assert "n'est pas committé" in said


@pytest.mark.slow
def test_a_file_deleted_but_tracked_is_not_made_again(kept: Story) -> None:
    kept.write(FATES, REGISTER_HEADER)
    git(kept, "add", "-A")
    git(kept, "commit", "-qm", "envois")
    (kept.root / FATES).unlink()
    said = refused_by_git(kept, "--envoi", LETTER, "--courriel", "--le", DAY, "--commit")
    assert "qui a été supprimé" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [CALL, ("--envoi", LETTER, "--courriel", "--le", DAY, "--commit")]
)
def test_a_hook_that_refuses_leaves_all_as_it_was(kept: Story, arguments: tuple[str, ...]) -> None:
    hook = kept.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'error: pas ce soir' >&2\nexit 1\n")
    hook.chmod(0o755)
    kept.write("brouillon.txt", "x")
    git(kept, "add", "brouillon.txt")
    assert "pas ce soir" in refused_by_git(kept, *arguments)


def test_a_detached_head_takes_no_note(kept: Story) -> None:
    git(kept, "switch", "-q", "--detach")
    assert "HEAD détachée" in refused_by_git(kept, *CALL)


def test_outside_git(story: Story) -> None:
    assert "n'est pas dans un dépôt git" in refused(story, *CALL)
    assert note(story, *CALL[:-3]).books.notes


# ---------------------------------------------------------------- Question by question


@pytest.fixture
def someone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Click's runner is no terminal, but its input answers."""
    monkeypatch.setattr(interview, "on_terminal", lambda: True)


def answered(story: Story, *answers: str) -> str:
    """What is printed when the questions get these answers."""
    result = run(story, text="".join(f"{answer}\n" for answer in answers))
    assert result.exit_code == 0, result.output
    return result.output


def test_an_interview(story: Story, someone: None) -> None:
    said = answered(
        story, *("Durant SARL", "Durand"), *("promise", "promesse"), *("31/02/2026", "05/04/2026"),
        *("F9", "F1"), *("beaucoup", "60"), "", DAY, "o",
    )  # fmt: skip
    assert "Clients : Club de voile, Durand SARL, Commune de Valbois, Mme Martin" in said
    assert "« Durant SARL » : vouliez-vous « Durand SARL » ?" in said
    assert "« 31/02/2026 » n'est pas une date" in said
    assert "05/04/2026 : dimanche\xa05\xa0avril 2026" in said
    assert "facture « F9 » : " in said
    assert "« beaucoup » : un montant et sa devise (EUR)" in said
    assert written(story).endswith(
        f'\n\n{DAY} note {DURAND} "Promesse de règlement de 60,00 € pour le 5 avril 2026 (F1)."'
        " ^F1 #promesse\n  echeance: 2026-04-05\n  montant: 60.00 EUR\n"
    )


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["appel", "F1, F2", "", "Rappeler."], '"Rappeler." ^F1 ^F2 #appel\n'),
        (
            ["reponse", "", "tresor", "tresorerie", "Pas avant mai."],
            '"Pas avant mai." #reponse\n  raison: "tresorerie"\n',
        ),
        (["litige", "F1", "", ""], '"Facturation contestée (F1)." ^F1 #litige\n'),
        (["suspension", "", "2026-05-01", "Avoir promis."],
         '"Avoir promis." #suspension\n  jusqu-au: 2026-05-01\n'),
        (["procedure-collective", "2026-03-10", "", "", ""],
         ('"Procédure collective ouverte le 10 mars 2026." #procedure-collective\n'
         "  jugement: 2026-03-10\n")),
    ],
)  # fmt: skip
def test_an_interview_about(story: Story, someone: None, answers: list[str], expected: str) -> None:
    answered(story, "Durand", *answers, DAY, "o")
    assert written(story).endswith(f"\n{DAY} note {DURAND} {expected}")


def test_an_interview_about_a_letter(story: Story, someone: None) -> None:
    answered(story, "Durand", "envoi", "", "recommande", "1A", "2026-03-23", "", DAY, "o")
    (dispatch,) = Story(story.root).books.letters[0].dispatches
    assert dispatch == Dispatch(date(2026, 3, 20), "recommande", "1A", date(2026, 3, 23))


def test_a_note_that_is_not_agreed_to_is_not_written(story: Story, someone: None) -> None:
    before = contents(story)
    said = answered(story, "Durand", "appel", "", "", "Rappeler.", DAY, "n")
    assert f'+{DAY} note {DURAND} "Rappeler." #appel' in said
    assert contents(story) == before


@pytest.mark.slow
def test_on_a_real_terminal_the_questions_come(story: Story) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "relance", "noter", "--dossier", str(story.root)]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE) as asking:
        os.write(ours, f"Durand\nreprise\n\n\n{DAY}\no\n".encode())
        said = asking.communicate(timeout=30)[0].decode()
    os.close(ours)
    os.close(theirs)
    assert asking.returncode == 0
    assert "ledger/main.beancount est à jour" in said
    assert [n.sort for n in Story(story.root).books.notes] == [NoteSort.RESUMED]


# ---------------------------------------------------------------- Approved, and happened


@pytest.mark.parametrize(
    ("more", "key", "day"),
    [
        (["--courriel", "--le", "2026-11-23"], "le", "23 novembre 2026"),  # it is the 22nd
        (["--recommande", "1A", "--le", DAY, "--recu", "2027-03-22"], "recu", "22 mars 2027"),
        (["--courrier", "--au", "2027-03-20"], "le", "20 mars 2027"),
    ],
)
def test_a_fate_to_come_is_refused(story: Story, more: list[str], key: str, day: str) -> None:
    assert f"2 {key}: le {day} est à venir" in refused(story, "--envoi", LETTER, *more)


def test_a_fate_of_today_is_taken(story: Story) -> None:
    after = note(story, "--envoi", LETTER, "--recommande", "1A", day="2026-11-22")
    assert [d.date for x in after.books.letters for d in x.dispatches] == [date(2026, 11, 22)]


@pytest.mark.slow
def test_a_letter_is_approved_before_its_fate_is_noted(tmp_path: Path) -> None:
    """On its own branch, then from main: nothing is noted. Once merged, it is."""
    story = company(tmp_path, THREE_INVOICES)
    git(story, "init", "-qb", "main", ".")
    git(story, "add", "-A")
    git(story, "commit", "-qm", "livres")
    git(story, "switch", "-qc", "relance/2026-03-17")
    put_into_register(story, "2026-03-17", [past_letter(LETTER, "relance-1", "F1")])
    git(story, "add", "-A")
    git(story, "commit", "-qm", "lettres")
    told = f"3 {{}}: {LETTER} n'est pas encore approuvée : seule la branche relance/2026-03-17"
    assert told.format("envoi") in refused(story, "--envoi", LETTER, "--courriel", "--le", DAY)
    assert told.format("retour") in refused(story, "--retour", LETTER, "--le", DAY)
    git(story, "switch", "-q", "main")
    said = refused(story, "--envoi", LETTER, "--courriel", "--le", DAY)
    assert told.format("envoi") in said
    assert "relance approuver relance/2026-03-17" in said
    git(story, "merge", "-q", "--no-ff", "-m", "approuvé", "relance/2026-03-17")
    assert run(story, "--envoi", LETTER, "--courriel", "--le", DAY).exit_code == 0
