"""A reviewer on the branch: `rendre`, `retirer` and `rafraichir` on real repositories."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from relance.git.program import Git
from relance.git.repository import Repository
from relance.ledger.company import read_company
from relance.runs.pending import waiting_letters
from relance.runs.unmerged import under_review
from relance.text import frontmatter
from repositories import commit, git, run
from reviews import (
    BRANCH,
    DAY,
    DUPONT,
    DURAND,
    FIRST,
    FOLDER,
    GREETING,
    LEDGER,
    REGISTER,
    SUMMARY,
    done,
    edit,
    faults,
    make_company,
    on_main,
    payment,
    refusal,
    state,
)
from text.test_letter_file import in_its_head

pytestmark = pytest.mark.slow

NB = "\u202f"
OURS, THEIRS = f"{GREETING}\n\nSauf", "Chère Madame Dupont,\n\nSauf"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two letters on their branch, made once: every test changes a copy."""
    folder = make_company(tmp_path_factory.mktemp("modèle") / "société été")
    done(folder, "emettre", "--au", DAY)
    return folder


@pytest.fixture
def company(issued: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(issued, tmp_path / "société été", symlinks=True))


def test_what_the_branch_alone_has_is_under_review(company: Path) -> None:
    """On it, and no more once it is merged, nor on its base."""
    review = under_review(read_company(company))
    assert review is not None
    assert (review.branch, review.home) == (f"relance/{DAY}", "main")
    assert f"R{DAY.replace('-', '')}-01" in {letter.id for letter in review.letters}
    git(company, "switch", "-q", "main")
    assert under_review(read_company(company)) is None
    git(company, "merge", "-q", "--no-ff", "-m", "Relances", review.branch)
    git(company, "switch", "-q", review.branch)
    assert under_review(read_company(company)) is None


def test_letters_set_aside_for_a_plan_are_known_all_the_same(company: Path) -> None:
    """On their branch they are under review, and on another one they do not wait once more."""
    here = read_company(company)
    without = replace(here.books, letters=(), letters_aside=here.books.letter_ids)
    assert under_review(replace(here, books=without)) == under_review(here) is not None
    git(company, "switch", "-q", "main")
    there = read_company(company)
    assert len(waiting_letters(there)) == len(without.letter_ids) > 0
    known = replace(there.books, letters_aside=without.letter_ids)
    assert waiting_letters(replace(there, books=known)) == ()


def committed(folder: Path) -> list[str]:
    """The files that the last commit changes."""
    return git(folder, "diff", "--name-only", "--no-renames", "HEAD^", "HEAD").split()


def sha256(folder: Path, name: str) -> str:
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()


def page(name: str) -> str:
    return name.replace(".md", ".pdf")


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


# ---------------------------------------------------------------- rendre


def test_nothing_edited_makes_no_commit(company: Path) -> None:
    before = state(company)
    assert "aucune lettre retouchée" in done(company, "rendre")
    assert state(company) == before


@pytest.mark.parametrize("in_git", [False, True], ids=["not committed", "committed"])
def test_an_edited_greeting_is_printed_again(company: Path, in_git: bool) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    if in_git:
        commit(company, "retouche")
    other, start = sha256(company, page(DURAND)), git(company, "rev-parse", "HEAD")
    assert faults(company) != []
    assert "R20261007-01 : PDF refait" in done(company, "rendre")
    # The letter, its PDF, its words in the summary, two prints of the register; no amend.
    own = [] if in_git else [DUPONT]
    assert committed(company) == [*own, page(DUPONT), SUMMARY, REGISTER]
    assert THEIRS in text(company, SUMMARY)
    assert git(company, "rev-parse", "HEAD^") == start
    assert git(company, "branch", "--show-current") == BRANCH
    register = text(company, REGISTER)
    assert sha256(company, DUPONT) in register
    assert sha256(company, page(DUPONT)) in register
    assert sha256(company, page(DURAND)) == other
    assert git(company, "status", "--porcelain") == ""
    assert faults(company) == []
    assert "aucune lettre retouchée" in done(company, "rendre")


def test_other_work_stays_where_it_is(company: Path) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    (company / "notes.txt").write_text("brouillon")
    git(company, "add", "notes.txt")
    ledger = company / "ledger/main.beancount"
    ledger.write_text(ledger.read_text() + "\n; à saisir\n")
    done(company, "rendre")
    status = git(company, "status", "--porcelain").split()
    assert status == ["M", "ledger/main.beancount", "A", "notes.txt"]


def test_a_changed_amount_is_refused_by_name(company: Path) -> None:
    edit(company, DUPONT, f"**1{NB}200,00", f"**1{NB}100,00")
    words = refusal(company, "rendre")
    assert re.match(rf"2 {DUPONT}:\d+: R20261007-01 : ", words)
    assert f"« 1{NB}100,00" not in words  # told with ordinary spaces
    assert "« 1 100,00 € » ; les livres disent : « 7 octobre 2026 », « 1 200,00 € »" in words


def test_every_fault_of_every_letter_at_once(company: Path) -> None:
    edit(company, DUPONT, "total: 1200.00", "total: 120.00")
    edit(company, DUPONT, GREETING, "Avant le 3 novembre 2026, s'il vous plaît.")
    edit(company, DURAND, "total: 300.00", "total: 30.00")
    words = refusal(company, "rendre")
    assert "« total » a été changé en 120.00 ; les livres disent 1200.00" in words
    assert "« 3 novembre 2026 » (date) n'est pas dans ce que disent les livres" in words
    assert "R20261007-02 : « total » a été changé en 30.00" in words


def test_an_edit_hidden_by_new_prints_is_still_seen(company: Path) -> None:
    """The measure is the books, not what the branch said before."""
    old = sha256(company, DUPONT)
    edit(company, DUPONT, f"1{NB}200,00", f"1{NB}100,00")
    edit(company, REGISTER, old, sha256(company, DUPONT))
    commit(company, "retouche")
    edit(company, DUPONT, OURS, THEIRS)
    assert "les livres disent" in refusal(company, "rendre")


def test_a_register_that_lies_is_refused(company: Path) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    edit(company, REGISTER, "1200.00 EUR", "1000.00 EUR")
    commit(company, "retouche")
    words = refusal(company, "rendre")
    assert f"{REGISTER}:" in words
    assert "le registre ne dit plus de R20261007-01 ce que disent les livres" in words


def test_a_register_edited_and_not_committed_is_named(company: Path) -> None:
    edit(company, REGISTER, "On ajoute", "On ajoutait")
    assert refusal(company, "rendre").startswith(f"3 {REGISTER}: ce fichier est lu mais")


def test_a_lost_pdf_is_made_again(company: Path) -> None:
    before = sha256(company, page(DUPONT))
    (company / page(DUPONT)).unlink()
    done(company, "rendre")
    assert sha256(company, page(DUPONT)) == before
    assert git(company, "status", "--porcelain") == ""


def test_a_hook_that_refuses_leaves_the_edit_as_it_was(company: Path) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    hook = company / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'orthographe' >&2; exit 1\n")
    hook.chmod(0o755)
    words = refusal(company, "rendre")
    assert "orthographe" in words
    assert "le dépôt est revenu à son état de départ" in words


def test_without_pdfs_in_git(tmp_path: Path) -> None:
    company = make_company(tmp_path / "sans", "git: {pdf: false}\n")
    done(company, "emettre", "--au", DAY)
    before = sha256(company, page(DUPONT))
    edit(company, DUPONT, OURS, THEIRS)
    done(company, "rendre")
    assert committed(company) == [DUPONT, SUMMARY, REGISTER]
    assert sha256(company, page(DUPONT)) != before
    for loose in company.rglob("*.pdf"):
        loose.unlink()
    assert faults(company) == []
    assert "aucune lettre retouchée" in done(company, "rendre")
    done(company, "retirer", "R20261007-02")
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    done(company, "rafraichir", "--au", "2026-10-09")
    assert faults(company) == []
    assert "pdf" not in git(company, "ls-files")


def test_a_text_message_edited_by_hand(tmp_path: Path) -> None:
    steps = "etapes: {relance-1: {apres: 7, canal: [courriel, sms]}}\n"
    company = make_company(tmp_path / "sms", steps)
    done(company, "emettre", "--au", DAY)
    name = DURAND.replace(".md", "-sms.txt")
    if not (company / name).is_file():
        (name,) = [str(p.relative_to(company)) for p in company.rglob("*-sms.txt")][:1]
    edit(company, name, "merci", "un grand merci")
    assert f"{name} : enregistré" in done(company, "rendre")
    assert committed(company) == [name, REGISTER]
    edit(company, name, "300,00", "200,00")
    assert "a pris la place de" in refusal(company, "rendre")


# ---------------------------------------------------------------- Where one may not


COMMANDS = (["rendre"], ["retirer", "R20261007-01"], ["rafraichir", "--au", DAY])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_on_main_there_is_nothing_to_change(company: Path, command: list[str]) -> None:
    git(company, "switch", "-q", "main")
    words = refusal(company, *command)
    assert words.startswith("3 main: aucune lettre à relire sur cette branche")
    assert f"git switch {BRANCH}" in words


@pytest.mark.parametrize(
    ("way", "command"), list(zip(["--no-ff", "--ff-only", "--squash"], COMMANDS, strict=True))
)
def test_a_merged_letter_never_changes(company: Path, way: str, command: list[str]) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    done(company, "rendre")
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", way, BRANCH)
    if way == "--squash":
        commit(company)
    git(company, "switch", "-q", BRANCH)
    edit(company, DUPONT, "Chère Madame Dupont", "Chère Marie")
    assert "sont déjà sur main" in refusal(company, *command)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_a_detached_head_is_no_branch(company: Path, command: list[str]) -> None:
    git(company, "switch", "-q", "--detach")
    assert "aucune branche n'est extraite" in refusal(company, *command)


def test_a_base_that_nothing_tells_is_asked_for(company: Path) -> None:
    git(company, "branch", "-qm", "main", "compta")
    git(company, "branch", "-q", "essai", "compta")
    assert "git config relance.base NOM (compta, essai)" in refusal(company, "rendre")
    git(company, "config", "relance.base", "compta")
    assert "aucune lettre retouchée" in done(company, "rendre")


# ---------------------------------------------------------------- retirer


def test_a_letter_taken_out_is_proposed_again(company: Path) -> None:
    said = done(company, "retirer", "R20261007-01")
    assert "où il reste 1 lettre" in said
    assert committed(company) == [DUPONT, page(DUPONT), SUMMARY, REGISTER]
    assert "R20261007-01" not in text(company, REGISTER)
    summary = text(company, SUMMARY)
    assert "R20261007-01" not in summary
    assert "| relance 1 | 1 | 300,00" in summary.replace("\xa0", " ")
    assert "F2026-0001" in summary
    assert "lettre retirée à la relecture" in summary
    assert faults(company) == []
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", BRANCH)
    assert "F2026-0001" in done(company, "plan", "--au", "2026-10-08").split("En attente")[0]


def test_a_letter_held_back_is_not_proposed_until_the_day_after(company: Path) -> None:
    done(company, "retirer", "R20261007-01", "--jusqu-au", "2026-10-20", "--au", DAY)
    assert "ledger/main.beancount" in committed(company)
    assert "suspendue jusqu'au 20" in text(company, SUMMARY)
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", BRANCH)
    on_last_day = done(company, "plan", "--au", "2026-10-20").split("En attente")
    assert "F2026-0001" in on_last_day[1]
    assert "suspendue jusqu'au 20" in on_last_day[1]
    # By hand: relance-1 was due on 7 October, the hold ends on the 20th, the 21st is a Wednesday.
    assert "F2026-0001" in done(company, "plan", "--au", "2026-10-21").split("En attente")[0]


@pytest.mark.parametrize("base", ["trunk", "compta/2026"])
def test_the_way_back_leads_to_the_base_branch_by_its_name(company: Path, base: str) -> None:
    git(company, "branch", "-qm", "main", base)
    git(company, "config", "relance.base", base)
    assert f"puis envoyez depuis {base} (git switch {base})" in refusal(company, "envoyer")
    said = done(company, "retirer", "R20261007-01", "R20261007-02")
    assert f"pour la supprimer : git switch {base} && git branch -D {BRANCH}" in said
    assert f"git switch {base} && git branch -D {BRANCH}" in refusal(company, "rendre")


def test_a_text_in_another_encoding_is_refused(company: Path) -> None:
    """A call sheet too: nobody could lay it out once it is merged."""
    sheet = DUPONT.replace(".md", "-appel.md")
    (company / sheet).write_bytes("Appelé".encode("latin-1"))
    assert f"{sheet}: ce fichier n'est pas en UTF-8" in refusal(company, "rendre")
    (company / sheet).unlink()
    (company / DUPONT).write_bytes(text(company, DUPONT).encode("latin-1", "replace"))
    commit(company)
    for command in (["rendre"], ["rafraichir", "--au", DAY]):
        assert f"{DUPONT}: ce fichier n'est pas en UTF-8" in refusal(company, *command)


def test_the_last_letter_of_a_branch(company: Path) -> None:
    said = done(company, "retirer", "R20261007-01", "R20261007-02")
    assert f"pour la supprimer : git switch main && git branch -D {BRANCH}" in said
    assert not (company / FOLDER).exists()
    assert not (company / REGISTER).exists()
    assert git(company, "diff", "--name-only", "main", "HEAD") == ""
    assert "ou en ont été retirées" in refusal(company, "rendre")
    git(company, "switch", "-q", "main")
    git(company, "branch", "-qD", BRANCH)
    assert "2 lettres" in done(company, "emettre", "--au", DAY)


def test_the_last_letter_held_back_is_to_be_merged(company: Path) -> None:
    both = ("R20261007-01", "R20261007-02", "--jusqu-au", "2026-10-20", "--au", DAY)
    assert "fusionnez-la pour garder la suspension" in done(company, "retirer", *both)
    notes = [
        line for line in text(company, "ledger/main.beancount").splitlines() if "#susp" in line
    ]
    assert len(notes) == 2


def test_taking_out_twice(company: Path) -> None:
    on_main(company, OTHER)
    git(company, "switch", "-q", "main")
    git(company, "branch", "-qD", BRANCH)
    done(company, "emettre", "--au", DAY)
    done(company, "retirer", "R20261007-01", "--jusqu-au", "2026-10-20", "--au", DAY)
    done(company, "retirer", "R20261007-03")
    summary = text(company, SUMMARY)
    assert "suspendue jusqu'au 20" in summary
    assert summary.count("lettre retirée à la relecture") == 2
    assert faults(company) == []


def test_a_number_taken_out_is_never_given_again(company: Path) -> None:
    """Durand's letter leaves its branch; Roux, due the same day, does not get its number."""
    done(company, "retirer", "R20261007-02")
    on_main(company, OTHER)
    git(company, "switch", "-q", "main")
    planned = json.loads(run(company, "plan", "--au", DAY, "--format", "json").output)
    numbers = {letter["client"]: letter["id"] for letter in planned["lettres"]}
    assert numbers == {"Durand": "R20261007-03", "Roux": "R20261007-04"}
    assert "R20261007-04" in run(company, "expliquer", "Roux", "--au", DAY).output
    done(company, "emettre", "--au", DAY)
    trailers = git(company, "log", "-1", "--format=%(trailers:key=Relance,valueonly)").split()
    assert trailers == ["R20261007-03", "R20261007-04"]


OTHER = """
2026-01-01 open Actifs:Clients:Roux
  client: "Roux"
  courriel: "r@roux.example"
2026-08-31 * "Roux" "Facture" ^F2026-0003
  echeance: 2026-09-28
  Actifs:Clients:Roux  90.00 EUR
  Produits:Ventes
"""


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["R20261007-3"], "2 R20261007-3: aucune lettre « R20261007-3 » sur cette branche"),
        (["R20261007-01", "X"], "2 X: aucune lettre « X »"),
    ],
)
def test_an_unknown_letter(company: Path, names: list[str], words: str) -> None:
    assert words in refusal(company, "retirer", *names)


def test_a_merged_letter_beside_new_ones(company: Path) -> None:
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", BRANCH)
    (company / "ledger/main.beancount").write_text(LEDGER + OTHER)
    commit(company)
    done(company, "emettre", "--au", "2026-10-08")
    words = refusal(company, "retirer", "R20261007-01")
    assert words.startswith("3 R20261007-01: R20261007-01 est déjà fusionnée")
    assert "relance noter --annulation" in words


def test_a_hold_before_today_is_refused(company: Path) -> None:
    words = refusal(company, "retirer", "R20261007-01", "--jusqu-au", "2026-10-01", "--au", DAY)
    assert words.startswith("2 --jusqu-au: le 1er\xa0octobre 2026 est déjà passé au 7\xa0octobre")
    assert "--le" not in words


def test_an_edit_not_committed_is_not_lost(company: Path) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    assert f"3 {DUPONT}: ce fichier est lu mais" in refusal(company, "retirer", "R20261007-01")


# ---------------------------------------------------------------- rafraichir


def test_nothing_new_changes_nothing(company: Path) -> None:
    before = state(company)
    said = done(company, "rafraichir", "--au", DAY)
    assert "R20261007-01 Dupont Frères : inchangée" in said
    assert "rien n'a changé depuis main : aucun commit" in said
    assert state(company) == before


def test_a_paid_letter_goes_and_a_part_payment_changes_its_own(company: Path) -> None:
    paid = payment("Durand", "F2026-0002", "300.00") + payment("Dupont", "F2026-0001", "400.00")
    on_main(company, paid)
    said = done(company, "rafraichir", "--au", "2026-10-09")
    # 1 200.00 - 400.00 = 800.00
    assert "R20261007-01 Dupont Frères : total 1200.00 EUR → 800.00 EUR" in said
    assert "R20261007-02 Durand : retirée (F2026-0002 réglée)" in said
    front = text(company, DUPONT)
    assert "total: 800.00" in front
    assert "date: 2026-10-09" in front
    assert not (company / DURAND).exists()
    register = text(company, REGISTER)
    assert "R20261007-02" not in register
    assert git(company, "rev-parse", "main") in register
    # The base was merged, nothing rewritten: main is an ancestor, and so is the first commit.
    git(company, "merge-base", "--is-ancestor", "main", "HEAD")
    assert git(company, "log", "--format=%s", "-1", "HEAD^") == f"Fusion de main dans {BRANCH}"
    assert faults(company) == []
    assert git(company, "status", "--porcelain") == ""
    assert "rien n'a changé" in done(company, "rafraichir", "--au", "2026-10-09")


def test_a_hand_edit_that_still_holds_is_kept(company: Path) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    done(company, "rendre")
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    assert "retouche gardée" in done(company, "rafraichir", "--au", "2026-10-09")
    assert "Chère Madame Dupont" in text(company, DUPONT)
    assert faults(company) == []
    # The edit is still known as one: the greeting alone differs from what the books give.
    edit(company, DUPONT, "Chère Madame Dupont", "Chère Marie")
    done(company, "rendre")


def test_a_branch_that_an_earlier_version_opened_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its letters said all in their heads; an edit holds, and what nobody edited is no edit."""
    company = make_company(tmp_path / "société")
    with monkeypatch.context() as then:
        then.setattr(frontmatter, "letter_file", in_its_head)
        done(company, "emettre", "--au", DAY)
    edit(company, DUPONT, OURS, THEIRS)
    assert "R20261007-01 : PDF refait" in done(company, "rendre")
    assert "\n  iban: " in text(company, DUPONT).partition("\n---\n")[0]
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    said = done(company, "rafraichir", "--au", "2026-10-09")
    assert "retouche gardée" in said
    assert "retouche perdue" not in said
    for name in (DUPONT, DURAND):
        assert "iban: " not in text(company, name).partition("\n---\n")[0]
    assert "Chère Madame Dupont" in text(company, DUPONT)
    assert faults(company) == []


def test_a_hand_edit_whose_figure_is_past_is_shown_and_lost(company: Path) -> None:
    edit(company, DUPONT, GREETING, f"Bonjour, il reste 1{NB}200,00 €.")
    done(company, "rendre")
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    # 1 200,00 is still the invoice's amount; the day of the letter is another.
    edit(company, DUPONT, "Bonjour, il", "Bonjour, au 7 octobre 2026 il")
    done(company, "rendre")
    said = done(company, "rafraichir", "--au", "2026-10-09")
    assert "retouche perdue (« 7 octobre 2026 » (date) n'est pas dans" in said
    assert "+Bonjour, au 7 octobre 2026 il reste" in said
    assert GREETING in text(company, DUPONT)


def test_a_hand_edit_on_a_line_that_changes_is_shown_and_lost(company: Path) -> None:
    edit(company, DUPONT, "| **Total à régler**", "| **Reste à régler**")
    done(company, "rendre")
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    said = done(company, "rafraichir", "--au", "2026-10-09")
    assert "retouche perdue (elle touche aux lignes qui changent)" in said
    assert "+| **Reste à régler**" in said


def test_all_paid_leaves_a_branch_to_delete(company: Path) -> None:
    paid = payment("Durand", "F2026-0002", "300.00") + payment("Dupont", "F2026-0001", "1200.00")
    on_main(company, paid)
    assert "pour la supprimer" in done(company, "rafraichir", "--au", "2026-10-09")
    assert git(company, "diff", "--name-only", "main", "HEAD") == ""


def test_a_letter_taken_out_stays_out(company: Path) -> None:
    done(company, "retirer", "R20261007-02", "--jusqu-au", "2026-10-20", "--au", DAY)
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    said = done(company, "rafraichir", "--au", "2026-10-09")
    assert "R20261007-02" not in said
    assert "Ces livres demandent" not in said  # the branch holds it back
    assert not (company / DURAND).exists()


def test_what_else_the_books_ask_for_is_counted(company: Path) -> None:
    """One letter taken out without a hold, and Roux's new invoice."""
    done(company, "retirer", "R20261007-02")
    said = done(company, "rafraichir", "--au", "2026-10-09")
    assert "Ces livres demandent une autre lettre : relance emettre" in said
    on_main(company, OTHER)
    said = done(company, "rafraichir", "--au", "2026-10-09")
    assert "Ces livres demandent 2 autres lettres : relance emettre" in said


def test_what_only_the_branch_knows_stops_a_letter(company: Path) -> None:
    """A payment noted on the wrong branch: never dun someone who paid."""
    ledger = company / "ledger/main.beancount"
    ledger.write_text(LEDGER + payment("Dupont", "F2026-0001", "1200.00"))
    commit(company, "règlement")
    said = done(company, "rafraichir", "--au", "2026-10-09")
    assert (
        "R20261007-01 Dupont Frères : retirée (des écritures de cette branche la changent" in said
    )


def test_a_payment_not_committed_is_named(company: Path) -> None:
    ledger = company / "ledger/main.beancount"
    ledger.write_text(LEDGER + payment("Dupont", "F2026-0001", "1200.00"))
    assert "3 ledger/main.beancount: ce fichier est lu mais" in refusal(company, "rafraichir")


def test_an_edit_is_committed_first(company: Path) -> None:
    edit(company, DUPONT, OURS, THEIRS)
    assert f"3 {DUPONT}: ce fichier est lu mais" in refusal(company, "rafraichir", "--au", DAY)


def test_a_conflict_is_a_persons(company: Path) -> None:
    ledger = company / "ledger/main.beancount"
    ledger.write_text(LEDGER.replace(FIRST, f"; vu\n{FIRST}"))
    commit(company, "ici")
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    words = refusal(company, "rafraichir", "--au", "2026-10-09")
    assert "la fusion demande un choix dans : ledger/main.beancount" in words


def test_letters_do_not_go_back_in_time(company: Path) -> None:
    assert "le 6\xa0octobre 2026 est avant" in refusal(company, "rafraichir", "--au", "2026-10-06")


def test_a_broken_ledger_on_the_base_stops_all(company: Path) -> None:
    on_main(company, '\n2026-10-08 * "x"\n  Actifs:Banque  1440,00 EUR\n')
    assert refusal(company, "rafraichir", "--au", "2026-10-09").startswith(
        "2 ledger/main.beancount:"
    )


def test_a_hook_that_refuses_undoes_the_merge_too(company: Path) -> None:
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    hook = company / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ngrep -q Fusion \"$1\" || { echo 'trop long' >&2; exit 1; }\n")
    hook.chmod(0o755)
    assert "trop long" in refusal(company, "rafraichir", "--au", "2026-10-09")


def test_a_branch_opened_by_another_clone(company: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(company), "commun.git")
    git(tmp_path, "clone", "-q", "-b", BRANCH, "commun.git", "anne")
    anne, paul = tmp_path / "anne", tmp_path / "paul"
    git(tmp_path, "clone", "-q", "-b", "main", "commun.git", "paul")
    (paul / "ledger/main.beancount").write_text(LEDGER + payment("Durand", "F2026-0002", "300.00"))
    commit(paul, "règlement")
    git(paul, "push", "-q")
    edit(anne, DUPONT, OURS, THEIRS)
    done(anne, "rendre")
    git(anne, "fetch", "-q")
    # Anne has no main of her own: the remote's is the base.
    said = done(anne, "rafraichir", "--au", "2026-10-09")
    assert "R20261007-02 Durand : retirée (F2026-0002 réglée)" in said
    assert "retouche gardée" in said
    git(anne, "push", "-q")
    git(paul, "pull", "-q", "--no-rebase", "origin", BRANCH)
    assert faults(paul) == []


def test_twins_that_went_apart_are_refused(company: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(company), "commun.git")
    git(company, "remote", "add", "origin", "../commun.git")
    git(tmp_path, "clone", "-q", "-b", "main", "commun.git", "paul")
    (tmp_path / "paul/ledger/main.beancount").write_text(LEDGER + "\n; ailleurs\n")
    commit(tmp_path / "paul")
    git(tmp_path / "paul", "push", "-q")
    on_main(company, "\n; ici\n")
    git(company, "fetch", "-q")
    words = refusal(company, "rafraichir", "--au", "2026-10-09")
    assert "main et origin/main se sont écartées" in words


@pytest.mark.parametrize("last", ["merge", "add", "commit"])
def test_a_killed_refresh_is_taken_back(company: Path, last: str) -> None:
    on_main(company, payment("Dupont", "F2026-0001", "400.00"))
    before, true_run = state(company), Git.run

    def dying(self: Git, *words: str, stdin: bytes = b"") -> bytes:
        said = true_run(self, *words, stdin=stdin)
        return os._exit(9) if last in words else said

    child = os.fork()
    if child == 0:
        Git.run = dying  # type: ignore[method-assign]
        try:
            run(company, "rafraichir", "--au", "2026-10-09")
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert state(company) != before
    said = str(Repository.at(company).recover())
    if last == "commit":  # it was made: it stands
        assert f"est complet sur {BRANCH}" in said
        assert "rien n'a changé" in done(company, "rafraichir", "--au", "2026-10-09")
    else:
        assert "ce qu'il avait commencé a été défait" in said
        assert state(company) == before
        done(company, "rafraichir", "--au", "2026-10-09")
    assert faults(company) == []
