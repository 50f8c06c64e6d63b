"""`sommaire.md`: what is looked at first, what changed, what waits, and never too long."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from places import ROOT
from relance.decision.outcomes import Plan
from relance.decision.statements import plan_statements
from relance.runs.summary import LIMIT, summarise
from relance.runs.summary.changes import changes
from relance.runs.summary.folded_letters import retold
from relance.runs.summary.spoken_codes import SPOKEN, step_and_rank
from relance.runs.summary.text import SummarySection, fitted
from relance.text.escapes import quiet
from relance.text.typography import ordinary
from relance.values.issued import IssuedLetter
from story import (
    EVERY_DAY,
    Story,
    company,
    day_of,
    decide,
    issue,
    issued,
    past_letter,
    put_into_register,
)


def invoice(number: str, due: str, amount: str = "100.00", client: str = "Durand") -> str:
    return f"""
2026-02-01 * "Facture" ^{number}
  echeance: {due}
  Actifs:Clients:{client}  {amount} EUR
  Produits:Ventes
"""


def summary(story: Story, day: str) -> str:
    decided = decide(story, day)
    return ordinary(summarise(decided, story.facts, [issued(x) for x in decided.letters]))


def section(text: str, title: str) -> str:
    """What stands under a heading, down to the next of its level."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


# ---------------------------------------------------------------- Letters


def test_title_totals_and_links(tmp_path: Path) -> None:
    """On 17 March both are seven days late or more; the notice is for later."""
    books = invoice("F1", "2026-03-10", "1200.00") + invoice("F2", "2026-03-05", "50.00", "Martin")
    text = summary(company(tmp_path, books, EVERY_DAY), "2026-03-17")
    assert text.startswith("# Relances du 17 mars 2026 : 2 lettres, 1 250,00 €\n\nAtelier Essai\n")
    assert "| relance 1 | 2 | 1 250,00 € |" in text
    row = "| [R20260317-01](R20260317-01.md) | [PDF](R20260317-01.pdf) | Durand SARL "
    assert f"{row}| relance n° 1 | courriel | 1 |  | 1 200,00 € |" in section(text, "Lettres")


def test_without_pdfs_in_git_no_link_is_dead(tmp_path: Path) -> None:
    policy = EVERY_DAY + "git: {pdf: false}\n"
    text = summary(company(tmp_path, invoice("F1", "2026-03-10"), policy), "2026-03-17")
    assert ".pdf" not in text


def test_how_to_decide_names_the_branch(tmp_path: Path) -> None:
    text = summary(company(tmp_path, invoice("F1", "2026-03-10"), EVERY_DAY), "2026-03-17")
    assert "`relance/2026-03-17`" in section(text, "Décider")
    assert "`relance retirer R20260317-01`" in section(text, "Décider")
    unreviewed = company(
        tmp_path / "b", invoice("F1", "2026-03-10"), EVERY_DAY + 'git: {branche: ""}\n'
    )
    assert "## Décider" not in summary(unreviewed, "2026-03-17")


# ---------------------------------------------------------------- What to look at first


def first(story: Story, day: str) -> str:
    return section(summary(story, day), "À vérifier d'abord")


def test_a_big_amount(tmp_path: Path) -> None:
    """5 000 by default, that sum included; a table says otherwise by currency."""
    books = invoice("F1", "2026-03-10", "5000.00") + invoice("F2", "2026-03-10", "4999.99", "Club")
    told = first(company(tmp_path, books, EVERY_DAY), "2026-03-17")
    assert "- **Gros montant** : [R20260317-02](R20260317-02.md) Durand SARL, 5 000,00 €" in told
    assert "Club" not in told
    policy = EVERY_DAY + "revue: {gros-montant: {GBP: 10}}\n"
    assert "Gros montant" not in first(company(tmp_path / "b", books, policy), "2026-03-17")


NOTICE = EVERY_DAY + "parcours: {standard: [mise-en-demeure]}\n"


def test_one_client_on_two_accounts(tmp_path: Path) -> None:
    again = '2010-01-01 open Actifs:Clients:Ancien\n  client: "Durand"\n'
    again += '  courriel: "compta@durand.example"\n'
    story = company(tmp_path, again + invoice("F1", "2026-03-10"))
    said = first(story, "2026-03-17")
    assert "Peut-être un seul client sur deux comptes" in said
    assert "Actifs:Clients:Ancien (ledger/main.beancount:" in said
    # two first letters of one day are told together
    story.add(invoice("F2", "2026-03-10").replace("Actifs:Clients:Durand", "Actifs:Clients:Ancien"))
    said = first(story, "2026-03-17").split("deux comptes")[1].splitlines()[0]
    assert "R20260317-01" in said and "R20260317-02" in said
    story.replace('  client: "Durand"\n', '  client: "Durand"\n  relance: FALSE\n')
    assert "deux comptes" not in summary(story, "2026-03-17")
    story.replace("  relance: FALSE\n", '  succede: "Actifs:Clients:Durand"\n')
    assert "deux comptes" not in summary(story, "2026-03-17")


def test_a_first_formal_notice(tmp_path: Path) -> None:
    story = company(tmp_path, invoice("F1", "2026-03-10"), NOTICE)
    assert "- **Première mise en demeure à ce client** : [R20260410-01]" in first(
        story, "2026-04-10"
    )
    put_into_register(story, "2026-02-20", [past_letter("R20260220-01", "mise-en-demeure", "F0")])
    assert "Première" not in first(story, "2026-04-10")


def test_a_part_in_dispute(tmp_path: Path) -> None:
    note = '2026-03-12 note Actifs:Clients:Durand "Casse." ^F1 #litige\n  montant: 40.00 EUR\n'
    told = first(company(tmp_path, invoice("F1", "2026-03-10") + note, EVERY_DAY), "2026-03-17")
    assert "**Une partie est contestée, et n'est pas réclamée** : [R20260317-01]" in told
    assert "Durand SARL, 60,00 €" in told


def test_missing_facts_are_counted(tmp_path: Path) -> None:
    books = invoice("F1", "2026-03-10") + "2026-02-01 open Actifs:Clients:Inconnu\n"
    books += invoice("F2", "2026-03-10", client="Inconnu")
    told = first(company(tmp_path, books, EVERY_DAY), "2026-03-17")
    assert "- **1 créance sans lettre, faute d'une donnée** : client inconnu (1)" in told


def test_a_rate_that_is_not_published(tmp_path: Path) -> None:
    policy = EVERY_DAY + "parcours: {standard: [relance-2]}\n"
    books = invoice("F1", "2035-03-10").replace("2026-02-01", "2035-02-01")
    story = company(tmp_path, books, policy)
    assert "taux inconnu à partir du" in first(story, "2035-04-10")


def test_bank_details_that_changed_since_the_last_letter(tmp_path: Path) -> None:
    """Whoever can change the IBAN can have clients pay someone else."""
    policy = "creancier: {nom: A, adresse: [B], iban: IBAN}\n"
    story = company(tmp_path, invoice("F1", "2026-03-10"))
    put_into_register(story, "2026-02-20", [past_letter("R20260220-01", "rappel", "F0", rank=0)])
    story.write(
        "out/lettres/2026-02-20/R20260220-01.md",
        "---\ncreancier:\n  nom: A\n  iban: FR7600000000000000001234519\n---\nLettre\n",
    )
    for iban, changed in (
        ("FR7600000000000000001234519", False),
        ("FR7630006000011234567890189", True),
    ):
        story.write("relance.yaml", policy.replace("IBAN", iban))
        told = first(story, "2026-03-17")
        assert ("L'IBAN imprimé a changé** : FR76 3000 6000 0112" in told) == changed
        assert ("donnait FR76 0000 0000" in told) == changed
    letter = story.root / "out/lettres/2026-02-20/R20260220-01.md"
    letter.write_bytes(letter.read_bytes() + "Échéance".encode("latin-1"))
    assert "donnait FR76 0000 0000" in first(story, "2026-03-17")


# ---------------------------------------------------------------- What changed


def changed(story: Story, day: str) -> str:
    return section(summary(story, day), "Depuis la dernière lettre")


def test_what_changed_since_the_last_letter(tmp_path: Path) -> None:
    """F1 has its second letter, F2 its first after the reminder before its due date, which was
    the second letter of the 17th; 30 came in for F1, and the client called."""
    books = invoice("F1", "2026-03-10") + invoice("F2", "2026-03-18", "80.00")
    story = company(tmp_path, books, EVERY_DAY)
    issue(story, "2026-03-17")
    story.add(
        '2026-03-20 note Actifs:Clients:Durand "Rappellera." ^F1 #appel\n'
        '2026-03-20 * "Virement" ^F1\n  Actifs:Banque  30.00 EUR\n'
        "  Actifs:Clients:Durand  -30.00 EUR\n"
        '2026-03-21 * "Abandon" ^F1\n  Charges:Pertes  5.00 EUR\n'  # nothing came in
        "  Actifs:Clients:Durand  -5.00 EUR\n"
    )
    assert (
        "| Durand SARL | R20260317-02, il y a 8 jours "
        "| relance 1 → relance 2 : F1<br>rappel → relance 1 : F2 "
        "| en retard : F2<br>reçu 30,00 €<br>appel le 20/03/2026 |"
    ) in changed(story, "2026-03-25")


def test_what_asks_for_nothing_is_no_last_letter(tmp_path: Path) -> None:
    """Relance 1 of the 17th is the last one, whatever statement left on the 20th; a statement has
    no row."""
    story = company(tmp_path, invoice("F1", "2026-03-10"), EVERY_DAY)
    issue(story, "2026-03-17")
    statement = past_letter("R20260320-01", "releve", "F1", rank=0)
    put_into_register(story, "2026-03-20", [statement])
    told = changed(story, "2026-03-25")
    assert "| Durand SARL | R20260317-01, il y a 8 jours | relance 1 → relance 2 : F1 |" in told
    plan = plan_statements(day_of(story, "2026-04-01")).plan
    assert len(plan.letters) == 1
    assert changes(plan, story.books) == ()


def test_a_client_without_a_letter_so_far(tmp_path: Path) -> None:
    story = company(tmp_path, invoice("F1", "2026-03-10"), EVERY_DAY)
    assert "| Durand SARL | aucune | relance 1 : F1 |  |" in changed(story, "2026-03-17")


# ---------------------------------------------------------------- What waits, what comes


def test_waits_by_what_they_ask_for(tmp_path: Path) -> None:
    books = invoice("F1", "2026-03-10")
    books += '2026-03-12 note Actifs:Clients:Durand "Casse." ^F1 #litige\n'
    books += "".join(invoice(f"G{n}", "2026-03-30", "10.00", "Martin") for n in range(6))
    text = section(summary(company(tmp_path, books, EVERY_DAY), "2026-03-17"), "En attente")
    assert text.startswith("\n7 créances, 160,00 €.\n")
    mine, _, patient = text.partition("### Rien ne presse")
    assert "### À vous d'agir" in mine
    assert "| Durand SARL | F1 | 100,00 € | litige ouvert depuis 5 j" in mine
    assert "<summary>Étape suivante à venir : 6 créances, 60,00 €</summary>" in patient
    assert (
        "| Mme Martin | G0 | 10,00 € | échéance le 30 mars 2026 | rappel le 27/03/2026 |" in patient
    )


def test_the_dates_to_come_are_those_of_the_timeline(tmp_path: Path) -> None:
    """Nothing of the day itself, which the letters tell; 25 March is the second reminder."""
    story = company(tmp_path, invoice("F1", "2026-03-10"), EVERY_DAY)
    text = section(summary(story, "2026-03-17"), "Prochaines dates")
    assert "Jusqu'au 31 mars 2026" in text
    assert "| 25/03/2026 | Durand SARL | relance-2 n° 2 | F1 |" in text
    assert "17/03/2026" not in text


# ---------------------------------------------------------------- Length and hostile words

HOSTILE = "Dupont @equipe closes #12 | </details> ](x) GH-3 https://essai.example `x` <b>é</b>"


def crowd(folder: Path, letters: int, waits: int, name: str) -> Story:
    """So many clients with a letter and so many claims that wait."""
    accounts, facts = [], []
    for n in range(letters):
        accounts.append(
            f'2010-01-01 open Actifs:Clients:C{n}\n  client: "{n} {name}"\n'
            f'  courriel: "c{n}@essai.example"\n  type: "professionnel"\n'
        )
        facts.append(invoice(f"F{n}", "2026-03-10", client=f"C{n}"))
    facts += [invoice(f"W{n}", "2026-03-30", "10.00", f"C{n % letters}") for n in range(waits)]
    return company(folder, "".join(accounts + facts), EVERY_DAY)


def made(story: Story, day: str) -> tuple[str, Plan, list[IssuedLetter]]:
    plan = decide(story, day)
    letters = [issued(letter) for letter in plan.letters]
    return summarise(plan, story.facts, letters), plan, letters


@pytest.mark.parametrize("name", ["Menuiserie", HOSTILE * 20], ids=["plain", "hostile"])
@pytest.mark.slow
def test_it_never_exceeds_what_a_server_takes(tmp_path: Path, name: str) -> None:
    story = crowd(tmp_path, 200, 2_000, name)
    text, plan, letters = made(story, "2026-03-17")
    assert (len(plan.letters), len(plan.waits)) == (200, 2_000)
    assert len(text) <= len(text.encode()) <= LIMIT == 60_000
    assert text == summarise(plan, story.facts, letters)
    assert text.count("<details>") == text.count("\n</details>\n") == 1
    # Every letter and every wait is shown or counted.
    hidden = [int(n) for n in re.findall(r"^… et (\d+) de plus", text, re.MULTILINE)]
    shown = len(re.findall(r"^\| \[R", text, re.MULTILINE)) + len(
        re.findall(r"^\|[^|]*\| W\d", text, re.MULTILINE)
    )
    assert hidden
    assert text.count("\n## ") == 5
    assert shown >= 50
    assert "toutes sont dans `out/lettres/2026-03-17/`" in text or "[R20260317-200]" in text
    assert "`relance plan --au 2026-03-17` les donne toutes" in text


def test_foreign_words_call_nobody_and_close_nothing() -> None:
    said = quiet(HOSTILE)
    assert said == (
        "Dupont @&#8203;equipe closes #&#8203;12 &#124; &lt;/details&gt; \\](x) GH-&#8203;3 "
        "https&#58;//&#8203;essai.example &#96;x&#96; &lt;b&gt;é&lt;/b&gt;"
    )


def test_foreign_words_are_cut_before_they_are_escaped() -> None:
    assert quiet("<" * 200, 3) == "&lt;&lt;…"


@pytest.mark.parametrize(
    ("limit", "shown"),
    [(20_000, (100, 100)), (7_000, (100, 36)), (1_000, (9, 9))],
)
def test_the_first_sections_take_the_room(limit: int, shown: tuple[int, int]) -> None:
    """A hundred rows of 50 bytes twice. Whole, a section takes 1 + 100 x 51 + 2 = 5 103 bytes;
    without a row 1 + 2 + 30 + 2 = 35, the sentence being 30. Of 7 000 less the last line feed the
    second has 1 896 left: (1 896 - 35) / 51 = 36.5. Of 1 000 each keeps 500: 465 / 51 = 9.1."""
    a = SummarySection("a", ("x" * 50,) * 100, rest="ailleurs.", floor=500)
    b = SummarySection("b", ("y" * 50,) * 100, rest="ailleurs.", floor=500)
    text = fitted([a, b], limit)
    assert len(text.encode()) <= limit
    assert (text.count("x" * 50), text.count("y" * 50)) == shown


def test_a_day_without_letters_has_no_length_to_fear(tmp_path: Path) -> None:
    story = company(tmp_path, "", EVERY_DAY)
    plan = decide(story, "2026-03-17")
    assert summarise(plan, story.facts, []) == "# Relances du 17\xa0mars 2026\n\nAtelier Essai\n"
    assert plan.date == date(2026, 3, 17)


def test_what_the_bank_says_comes_first_of_all(tmp_path: Path) -> None:
    books = (
        invoice("F1", "2026-03-10")
        + """
2010-01-01 open Actifs:Attente
2026-03-16 ! "ZORRO | x" "VIREMENT"
  import: "banque:1/b@2026-03-16=100.00"
  rapprochement: "inconnu : ni facture citée ni payeur connu"
  payeur: "ZORRO | x"
  Actifs:Banque  100.00 EUR
  Actifs:Attente
"""
    )
    text = summary(company(tmp_path, books, EVERY_DAY), "2026-03-17")
    title = "À rapprocher d'abord, la banque le dit"
    assert re.findall("^## (.+)$", text, re.MULTILINE)[:2] == ["Aujourd'hui", title]
    assert "- **À rapprocher, la banque le dit** : " in text
    (row,) = [line for line in section(text, title).splitlines() if "100,00 €" in line]
    assert row.startswith("| 16/03/2026 | 100,00 € | ZORRO ")
    assert "inconnu : ni facture citée ni payeur connu" in row
    assert "100,00 € reçus le 16/03/2026" in section(text, "En attente")


# ---------------------------------------------------------------- The letters in full


def in_full(story: Story, day: str, texts: dict[str, str]) -> str:
    decided = decide(story, day)
    letters = [issued(x) for x in decided.letters]
    return summarise(decided, story.facts, letters, texts=lambda letter: texts[letter.id])


def test_each_letter_is_folded_with_its_words(tmp_path: Path) -> None:
    story = company(tmp_path, invoice("F1", "2026-03-10"), EVERY_DAY)
    text = in_full(story, "2026-03-17", {"R20260317-01": "---\nobjet: Relance\n---\n\nMonsieur,\n"})
    assert text.endswith(
        "## Les lettres, en entier\n\n<details>\n"
        "<summary>R20260317-01 · Durand SARL · relance n° 1 · 100,00\xa0€</summary>\n\n"
        "**Relance**\n\nMonsieur,\n\n</details>\n"
    )


def test_what_a_letter_says_stays_in_its_fold_and_calls_nobody(tmp_path: Path) -> None:
    story = company(tmp_path, invoice("F1", "2026-03-10"), EVERY_DAY)
    said = "## Titre\n\n</details><img src=x> @camille #12 <https://payer.example/a@b#c>"
    told = in_full(story, "2026-03-17", {"R20260317-01": f"---\nobjet: '@x'\n---\n\n{said}\n"})
    body = told.split("</summary>")[1]
    assert "**@&#8203;x**\n\n**Titre**\n\n&lt;/details>&lt;img src=x> @&#8203;camille" in body
    assert " #&#8203;12 <https://payer.example/a@b#c>\n\n</details>\n" in body
    assert body.count("</details>") == 1


def test_letters_fill_the_room_that_all_else_leaves(tmp_path: Path) -> None:
    books = "".join(
        invoice(f"F{n}", "2026-03-10", client=client)
        for n, client in enumerate(("Durand", "Martin", "Mairie", "Club"))
    )
    story = company(tmp_path, books, EVERY_DAY)
    names = [letter.id for letter in decide(story, "2026-03-17").letters]
    long = f"---\nobjet: Relance\n---\n\n{'mot ' * 5_000}\n"  # 20 000 bytes each: two fit
    text = in_full(story, "2026-03-17", dict.fromkeys(names, long))
    assert len(text.encode()) <= LIMIT
    assert text.count("<summary>R2026") == 2
    assert text.endswith("… et 2 de plus, dans `out/lettres/2026-03-17/`.\n")
    assert "## Décider" in text


def test_a_letter_retouched_is_retold() -> None:
    summary = (
        "<details>\n<summary>R1-01 · A</summary>\n\n**O**\n\nAncien\n\n</details>\n"
        "<details>\n<summary>R1-02 · B</summary>\n\nAutre\n\n</details>\n"
    )
    text = "---\nobjet: O\n---\n\nNouveau \\1\n"
    assert retold(summary, {"R1-01": text}) == summary.replace("Ancien", "Nouveau \\1")
    assert retold(summary, {"R1-03": text}) == summary
    far = retold(summary, {"R1-02": f"---\nobjet: O\n---\n\n{'x' * LIMIT}\n"})
    assert "· B</summary>\n\nSon texte est dans son fichier.\n\n</details>" in far


# ---------------------------------------------------------------- Words for codes


def test_every_code_of_the_guide_has_its_words() -> None:
    codes = re.findall(
        r"^\| `([a-z-]+)` \|",
        (ROOT / "scripts/relance/guide/attentes.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(codes) > 40
    assert set(codes) <= SPOKEN.keys()


@pytest.mark.parametrize(
    ("step", "rank", "said"),
    [
        ("rappel", 0, "rappel"),
        ("relance-1", 1, "relance n° 1"),
        ("relance-2", 3, "relance 2, n° 3"),
        ("mise-en-demeure", 2, "mise en demeure, n° 2"),
    ],
)
def test_a_step_is_said_in_words(step: str, rank: int, said: str) -> None:
    assert step_and_rank(step, rank) == said
