"""Insolvency: what stops, what lives on, until when to declare, and the declaration itself."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from places import LETTERS
from relance.claims.insolvency import Proceedings
from relance.claims.on_day import OnDay
from relance.decision import notices
from relance.files.client_papers import ClientPapers, prepare_declaration
from relance.ledger.company import read_company
from relance.outlook.declaration import declare
from relance.policy.settings import Creditor, Policy
from relance.runs.summary import summarise
from relance.specimens.previews import check_templates
from relance.terminal import cli
from relance.text.frontmatter import front_matter
from relance.text.typography import ordinary
from relance.values.problem import Refusal, Source
from story import (
    CREDITOR,
    EVERY_DAY,
    Story,
    cancelled,
    company,
    decide,
    issue,
    issued,
    lines,
    only_letter,
    outcome,
    past_letter,
    plan,
    put_into_register,
)

DURAND = "Actifs:Clients:Durand"


def invoice(
    link: str = "F1", day: str = "2026-02-10", due: str = "2026-03-10", amount: str = "100.00 EUR"
) -> str:
    return f"""
{day} * "Facture" ^{link}
  echeance: {due}
  {DURAND}  {amount}
  Produits:Ventes
"""


def opened(
    day: str = "2026-03-05", facts: str = "jugement: 2026-03-03", account: str = DURAND
) -> str:
    rows = "".join(f"\n  {fact}" for fact in facts.split("; ") if fact)
    return f'\n{day} note {account} "Redressement judiciaire." #procedure-collective{rows}\n'


WHOLE = 'jugement: 2026-03-03; bodacc: 2026-03-12; mandataire: "Me Garance, 73000 Chambéry"'

# Two instalments, one of them due later; an unlinked payment; an invoice due after the judgment.
STORY = f"""
2025-12-10 * "Site" ^F2025-0100
  {DURAND}  3600.00 EUR
    echeance: 2026-01-15
  {DURAND}  2400.00 EUR
    echeance: 2026-03-31
  Produits:Ventes
2026-01-12 * "Maintenance" ^F2026-0002
  echeance: 2026-02-11
  {DURAND}  820.50 EUR
  Produits:Ventes
2026-02-01 * "Virement"
  Actifs:Banque  500.00 EUR
  {DURAND}
2026-03-01 * "Impression" ^F2026-0010
  echeance: 2026-03-31
  {DURAND}  1000.00 EUR
  Produits:Ventes
2025-11-10 document {DURAND} "p/contrat.pdf" #contrat
2025-11-20 document {DURAND} "p/commande.pdf" ^F2025-0100 #commande
2026-01-08 document {DURAND} "p/livraison.pdf" ^F2025-0100 #livraison
2025-12-10 document {DURAND} "p/F2025-0100.pdf" ^F2025-0100 #facture
2026-02-20 document {DURAND} "p/reclamation.pdf" ^F2025-0100 #litige
2026-01-09 document Actifs:Clients:Martin "p/martin.pdf" #contrat
"""


def story(root: Path, ledger: str, policy: str = "") -> Story:
    """A company with its templates and the documents of `STORY`."""
    made = company(root, ledger, policy)
    shutil.copytree(LETTERS, root / "letters")
    for name in ("contrat", "commande", "livraison", "F2025-0100", "reclamation", "martin"):
        made.write(f"ledger/p/{name}.pdf", "%PDF")
    return made


def papers(made: Story, day: str = "2026-03-20", subject: str = "Durand") -> ClientPapers:
    return prepare_declaration(read_company(made.root), subject, date.fromisoformat(day))


def markdown(made: Story, day: str = "2026-03-20") -> str:
    """The words of the first declaration, with ordinary spaces."""
    return ordinary(next(iter(papers(made, day).files.values())).decode())


def run(made: Story, *arguments: str) -> Result:
    return CliRunner().invoke(cli.relance, [*arguments, "--dossier", str(made.root)])


# ---------------------------------------------------------------- What stops, what lives on


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("", "procedure-collective"),  # invoiced on 10 February
        ("  prestation: 2026-03-02\n  date-facture: 2026-03-20\n", "procedure-collective"),
        ("  prestation: 2026-03-03\n  date-facture: 2026-03-20\n", "relance-1"),
        ("  date-facture: 2026-03-02\n", "procedure-collective"),
        ("  date-facture: 2026-03-03\n", "relance-1"),  # the day of the judgment (R621-4)
    ],
)
def test_a_debt_is_earlier_by_its_birth_not_by_its_due_date(
    tmp_path: Path, dates: str, expected: str
) -> None:
    day = "2026-02-10" if not dates else "2026-03-25"
    ledger = invoice(day=day, due="2026-04-10").replace("  echeance", f"{dates}  echeance")
    assert outcome(company(tmp_path, ledger + opened()), "2026-04-17") == expected


@pytest.mark.parametrize("day", ["2026-03-17", "2026-05-04", "2026-12-01", "2028-06-01"])
def test_no_letter_nor_interest_after_the_judgment(tmp_path: Path, day: str) -> None:
    made = company(tmp_path, invoice() + opened())
    assert plan(made, day)["lettres"] == []


def test_later_debts_live_on(tmp_path: Path) -> None:
    """Born after the judgment, F2 goes through its track with interest of its own: 1 000 at
    12.15 %, 15 days from 10 to 24 April, 4.99. The earlier F1 is not even listed beside it."""
    ledger = invoice() + opened() + invoice("F2", "2026-03-10", "2026-04-09", "1000.00 EUR")
    made = company(tmp_path, ledger, EVERY_DAY)
    assert only_letter(issue(made, "2026-04-16"))["etape"] == "relance-1"
    letter = only_letter(plan(made, "2026-04-24"))
    assert letter["etape"] == "relance-2"
    assert letter["penalites"] == "4.99"
    assert lines(letter).keys() == {"F2"}


def test_a_payment_after_the_judgment_is_not_imputed_to_an_earlier_debt_in_silence(
    tmp_path: Path,
) -> None:
    """Nor is one of the judgment's own day, 3 March."""
    later = f'\n2026-04-02 * "Virement"\n  Actifs:Banque  40.00 EUR\n  {DURAND}\n'
    made = company(tmp_path, invoice() + opened() + later)
    warnings = [ordinary(text) for text in plan(made, "2026-04-17")["avertissements"]]
    assert any("40,00 € reçus le 2 avril 2026, depuis le jugement" in text for text in warnings)
    made.replace("2026-04-02", "2026-03-03")
    assert any("jugement" in text for text in plan(made, "2026-04-17")["avertissements"])
    made.replace("2026-03-03 *", "2026-03-02 *")
    assert not any("jugement" in text for text in plan(made, "2026-04-17")["avertissements"])


# ---------------------------------------------------------------- The deadline


@pytest.mark.parametrize(
    ("published", "deadline"),
    [
        ("2026-10-06", "2026-12-06"),
        ("2026-06-30", "2026-08-30"),
        ("2025-12-31", "2026-02-28"),  # no 31 February
        ("2027-12-31", "2028-02-29"),
        ("2026-11-15", "2027-01-15"),
    ],
)
def test_two_months_after_the_publication(published: str, deadline: str) -> None:
    day = date.fromisoformat(published)
    known = Proceedings(day, stated=True, source=Source("suivi"), published=day)
    assert known.deadline == date.fromisoformat(deadline)


@pytest.mark.slow
def test_goods_under_retention_of_title_are_reclaimed_within_three_months(tmp_path: Path) -> None:
    """C. com. L624-9: published on 12 March 2026, reclaimed by 12 June; the letter reserves it."""
    day = date(2026, 3, 12)
    known = Proceedings(day, stated=True, source=Source("suivi"), published=day)
    assert known.reclaim_by == date(2026, 6, 12)
    assert replace(known, published=None).reclaim_by is None
    made = company(tmp_path, invoice() + opened(facts=WHOLE))
    (due,) = decide(made, "2026-03-13").declarations
    last = "à revendiquer jusqu'au 12 juin 2026 (C. com. L624-9)"
    assert ordinary(notices.opened(due)).endswith(last)
    written = ordinary(markdown(story(tmp_path / "whole", STORY + opened(facts=WHOLE))))
    assert "pas renonciation à revendiquer les biens vendus avec réserve" in written


@pytest.mark.parametrize(
    ("day", "left"), [("2026-03-05", 68), ("2026-05-11", 1), ("2026-05-12", 0), ("2026-05-15", -3)]
)
def test_the_plan_tells_what_to_declare_from_the_first_day(
    tmp_path: Path, day: str, left: int
) -> None:
    """The note is of 5 March, so is the first mention; 12 March + 2 months is 12 May."""
    made = company(tmp_path, invoice() + opened(facts=WHOLE))
    assert plan(made, "2026-03-04")["declarations"] == []
    (told,) = plan(made, day)["declarations"]
    assert told == {
        "compte": DURAND,
        "client": "Durand SARL",
        "suivi_par": None,
        "jugement": "2026-03-03",
        "bodacc": "2026-03-12",
        "mandataire": "Me Garance, 73000 Chambéry",
        "echeance": "2026-05-12",
        "jours": left,
        "totaux": [{"devise": "EUR", "principal": "100.00"}],
        "commande": f"relance dossier {DURAND} --declaration",
    }


@pytest.mark.parametrize(
    ("facts", "day", "said"),
    [
        (WHOLE, "2026-03-20", "au plus tard le 12 mai 2026 (reste 53 jours)"),
        (WHOLE, "2026-05-12", "au plus tard le 12 mai 2026 (c'est aujourd'hui)"),
        (WHOLE, "2026-05-15", "délai passé le 12 mai 2026, depuis 3 jours"),
        ("jugement: 2026-03-03", "2026-03-20", "date de publication à noter"),
    ],
)
def test_the_terminal_and_the_summary_list_it_first(
    tmp_path: Path, facts: str, day: str, said: str
) -> None:
    other = invoice("G1").replace(":Durand", ":Mairie")
    made = company(tmp_path, invoice() + other + opened(facts=facts))
    shown = " ".join(ordinary(run(made, "plan", "--au", day).output).split())
    assert said in shown
    assert shown.index("À déclarer") < shown.index("2 mois après") < shown.index("À émettre")
    decided = decide(made, day)
    summary = ordinary(summarise(decided, made.facts, [issued(x) for x in decided.letters]))
    assert said in summary
    assert summary.index("## À déclarer") < summary.index("## Lettres")


def test_an_unknown_publication_comes_before_a_known_deadline(tmp_path: Path) -> None:
    other = invoice("G1").replace(":Durand", ":Club") + opened(
        facts="jugement: 2026-03-01", account="Actifs:Clients:Club"
    )
    made = company(tmp_path, invoice() + opened(facts=WHOLE) + other)
    told = plan(made, "2026-03-20")["declarations"]
    assert [each["client"] for each in told] == ["Club de voile", "Durand SARL"]


def test_a_later_note_completes_the_first(tmp_path: Path) -> None:
    """The judgment stays that of the first note when the second only tells the publication."""
    made = company(tmp_path, invoice() + opened() + opened("2026-03-16", "bodacc: 2026-03-12"))
    (told,) = plan(made, "2026-03-20")["declarations"]
    assert (told["jugement"], told["echeance"]) == ("2026-03-03", "2026-05-12")


def test_the_document_of_the_declaration_ends_it(tmp_path: Path) -> None:
    made = story(tmp_path, invoice() + opened(facts=WHOLE))
    made.write("ledger/p/declaration.pdf", "%PDF")
    made.add(f'\n2026-03-25 document {DURAND} "p/declaration.pdf" #declaration\n')
    assert len(plan(made, "2026-03-24")["declarations"]) == 1
    assert plan(made, "2026-03-25")["declarations"] == []


def test_nothing_to_declare_once_paid_before_the_judgment(tmp_path: Path) -> None:
    paid = f'\n2026-03-01 * "Virement" ^F1\n  Actifs:Banque  100.00 EUR\n  {DURAND}\n'
    assert plan(company(tmp_path, invoice() + paid + opened()), "2026-03-20")["declarations"] == []


def test_explained(tmp_path: Path) -> None:
    made = company(tmp_path, invoice() + opened(facts=WHOLE))
    said = " ".join(ordinary(run(made, "expliquer", "F1", "--au", "2026-03-20").output).split())
    assert "à déclarer : 100,00 € au plus tard le 12 mai 2026 (reste 53 jours)" in said


# ---------------------------------------------------------------- The figures


@pytest.mark.slow
def test_the_figures_of_a_declaration(tmp_path: Path) -> None:
    """To 3 March at 12.15 %. F2025-0100 (1/2): 3 600 × 17 d = 20.37; on 1 February 500 pay 20.37
    of interest and 479.63 of principal; 3 120.37 × 30 d = 31.16. F2026-0002: 820.50 × 20 d =
    5.46. Interest 56.99. 40 EUR for each of these two invoices. The others fall due later.
    3 920.50 + 3 400 + 56.99 + 80 = 7 457.49."""
    text = markdown(story(tmp_path, STORY + opened(facts=WHOLE)))
    front, body = front_matter(text)
    assert (front["principal"], front["penalites"], front["indemnite"], front["total"]) == (
        *(Decimal("7320.50"), Decimal("56.99")),
        *(Decimal("80.00"), Decimal("7457.49")),
    )
    assert front["arrete-au"] == date(2026, 3, 3)
    assert "| Principal échu | 3 920,50 € |" in body
    assert "| Principal à échoir, aux échéances ci-dessus | 3 400,00 € |" in body
    assert "| Pénalités de retard jusqu'au 3 mars 2026 | 56,99 € |" in body
    assert "| Indemnité forfaitaire de recouvrement (2 factures) | 80,00 € |" in body
    assert "| **Total déclaré à titre chirographaire** | **7 457,49 €** |" in body
    for row in (
        "| F2025-0100 (1/2) | 10/12/2025 | 15/01/2026 | 3 600,00 € | 500,00 € | 3 100,00 € |",
        "| F2025-0100 (2/2) | 10/12/2025 | 31/03/2026 | 2 400,00 € | – | 2 400,00 € | à échoir |",
        "| F2025-0100 (1/2) | 02/02/2026 | 03/03/2026 | 30 | 3 120,37 € | 12,15 % | 31,16 € |",
    ):
        assert row in body


@pytest.mark.slow
def test_who_declares_to_whom(tmp_path: Path) -> None:
    identity = "  siren: '000000091'\n  signataire: Camille Essai, gérante\n"
    made = story(tmp_path, STORY + opened(facts=WHOLE))
    made.write("relance.yaml", CREDITOR + identity)
    front, body = front_matter(markdown(made))
    assert front["destinataire"] == {"nom": "Me Garance", "adresse": ["73000 Chambéry"]}
    assert front["objet"] == "Déclaration de créance au passif de Durand SARL"
    assert "**Atelier Essai**, SIREN 000 000 091, 1 rue des Essais, 69001 LYON" in body
    assert "jugement d'ouverture du 3 mars 2026, publié au BODACC le 12 mars 2026" in body
    assert "**Camille Essai, gérante**" in body
    assert "à titre chirographaire, pour un total de **7 457,49 €**" in body


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"), [("Essai EI", "**Essai EI**"), ("Essai", "**Essai**, EI")]
)
def test_a_form_that_the_name_says_is_said_once(tmp_path: Path, name: str, told: str) -> None:
    made = story(tmp_path, STORY + opened(facts=WHOLE))
    made.write("relance.yaml", CREDITOR.replace("Atelier Essai", name) + "  forme: EI\n")
    assert f"| Créancier | {told}, 1 rue des Essais" in " ".join(markdown(made).split())


@pytest.mark.slow
def test_the_evidence(tmp_path: Path) -> None:
    """What founds the debt, what proves it, then the letters; neither another client's papers,
    nor other sorts, nor a cancelled letter."""
    made = story(tmp_path, STORY + opened(facts=WHOLE))
    first = past_letter("R20260126-01", "relance-1", "F2025-0100")
    put_into_register(made, "2026-01-26", [first])
    second = past_letter("R20260205-01", "relance-2", "F2025-0100", rank=2)
    put_into_register(made, "2026-02-05", [second])
    cancelled(made, "R20260205-01", "2026-02-06")
    front, body = front_matter(markdown(made))
    assert front["pieces"] == [
        "ledger/p/contrat.pdf",
        "ledger/p/commande.pdf",
        "ledger/p/livraison.pdf",
        "ledger/p/F2025-0100.pdf",
        "out/lettres/2026-01-26/R20260126-01.md",
    ]
    assert "| 2 | Bon de commande : F2025-0100 | 20/11/2025 | ledger/p/commande.pdf |" in body
    assert "| 5 | Courrier R20260126-01 (relance-1) : F2025-0100 | 26/01/2026 |" in body


@pytest.mark.parametrize(
    ("receipt", "balance", "total"),
    [
        # On 3 March, 13 days late: 1 000 × 12.15 % × 13 / 365 = 4.33, and the fee.
        ("", "1000.00", "1044.33"),
        # Paid against the law after the judgment: what was due on that day is declared.
        ("2026-03-10 * ^F1", "1000.00", "1044.33"),
        # A credit note, whatever its date: 900 was owed, 900 × 12.15 % × 13 / 365 = 3.89.
        ("2026-03-10 * #avoir ^F1", "900.00", "943.89"),
        # Paid on the day of the judgment, which forbids it from its first hour (R621-4).
        ("2026-03-03 * ^F1", "1000.00", "1044.33"),
        # Paid the day before, 12 days late: 3.99 of interest, 96.01 of principal; then
        # 903.99 × 12.15 % / 365 = 0.30.
        ("2026-03-02 * ^F1", "900.00", "944.29"),
    ],
)
def test_the_amount_due_on_the_day_of_the_judgment(
    tmp_path: Path, receipt: str, balance: str, total: str
) -> None:
    ledger = invoice(due="2026-02-18", amount="1000.00 EUR")
    if receipt:
        date_, flag, *rest = receipt.split()
        ledger += f'\n{date_} {flag} "Reçu" {" ".join(rest)}\n  Actifs:Banque  100.00 EUR\n'
        ledger += f"  {DURAND}\n"
    made = story(tmp_path, ledger + opened(facts=WHOLE))
    front, _ = front_matter(markdown(made))
    assert (str(front["principal"]), str(front["total"])) == (balance, total)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("due", "total"),
    [("2026-03-02", "1040.33"), ("2026-03-03", "1000.00"), ("2026-03-04", "1000.00")],
)
def test_no_interest_nor_fee_when_due_on_or_after_the_judgment(
    tmp_path: Path, due: str, total: str
) -> None:
    """One day late: 1 000 × 12.15 % / 365 = 0.33."""
    ledger = invoice(due=due, amount="1000.00 EUR") + opened(facts=WHOLE)
    front, _ = front_matter(markdown(story(tmp_path, ledger)))
    assert str(front["total"]) == total


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  echeance", "  penalites: FALSE\n  echeance"),
        ('client: "Durand SARL"', 'client: "Durand SARL"\n  penalites: FALSE'),
        ('  type: "professionnel"', '  type: "autre"'),  # no formal notice took effect
    ],
)
def test_what_bears_no_interest(tmp_path: Path, old: str, new: str) -> None:
    made = story(tmp_path, invoice(due="2026-02-18") + opened(facts=WHOLE))
    made.replace(old, new)
    front, _ = front_matter(markdown(made))
    assert str(front["total"]) == "100.00"


def test_a_disputed_and_an_excluded_claim_are_declared_whole(tmp_path: Path) -> None:
    """What is not declared is lost, whatever the house thought of reminding."""
    dispute = f'\n2026-03-01 note {DURAND} "Conteste" ^F1 #litige\n  montant: 30.00 EUR\n'
    excluded = invoice("F2", due="2026-03-31").replace("  echeance", "  relance: FALSE\n  echeance")
    ledger = invoice(due="2026-03-31") + excluded + dispute + opened(facts=WHOLE)
    front, _ = front_matter(markdown(story(tmp_path, ledger)))
    assert str(front["principal"]) == "200.00"


@pytest.mark.slow
def test_one_declaration_per_currency(tmp_path: Path) -> None:
    pounds = invoice("G1", due="2026-02-18", amount="1000.00 GBP")
    made = story(tmp_path, invoice(due="2026-02-18") + pounds + opened(facts=WHOLE))
    files = papers(made).files
    stem = "out/dossiers/durand-sarl/declaration-2026-03-20"
    assert list(files) == [f"{stem}.md", f"{stem}.pdf", f"{stem}-gbp.md", f"{stem}-gbp.pdf"]
    body = ordinary(files[f"{stem}-gbp.md"].decode())
    assert "| **Total déclaré à titre chirographaire** | **1 004,33 GBP** |" in body
    assert "En sus, en euros : indemnité forfaitaire de recouvrement | 40,00 €" in body
    assert "cours du change à la date du jugement" in body
    assert "cours du change" not in ordinary(files[f"{stem}.md"].decode())


# ---------------------------------------------------------------- The command


@pytest.mark.slow
def test_the_command_writes_markdown_and_pdf_and_may_be_repeated(tmp_path: Path) -> None:
    made = story(tmp_path, STORY + opened(facts=WHOLE))
    arguments = ("dossier", "Durand", "--declaration", "--au", "2026-03-20")
    result = run(made, *arguments)
    stem = tmp_path / "out/dossiers/durand-sarl/declaration-2026-03-20"
    assert result.exit_code == 0
    assert "out/dossiers/durand-sarl/declaration-2026-03-20.pdf" in result.output
    pdf = stem.with_suffix(".pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert run(made, *arguments).exit_code == 0
    assert stem.with_suffix(".pdf").read_bytes() == pdf


def test_a_declaration_changed_by_hand_is_not_lost(tmp_path: Path) -> None:
    made = story(tmp_path, STORY + opened(facts=WHOLE))
    arguments = ("dossier", "Durand", "--declaration", "--au", "2026-03-20")
    run(made, *arguments)
    path = tmp_path / "out/dossiers/durand-sarl/declaration-2026-03-20.md"
    path.write_text("le mien", encoding="utf-8")
    refused = run(made, *arguments).exception
    assert isinstance(refused, Refusal) and refused.status == 3
    assert path.read_text(encoding="utf-8") == "le mien"


@pytest.mark.parametrize("arguments", [(), ("Durand", "--declaration", "--releve")])
def test_one_paper_is_asked_for(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    made = company(tmp_path, invoice() + opened(facts=WHOLE))
    assert run(made, "dossier", *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("ledger", "subject", "said"),
    [
        (invoice(), "Durand", ["aucune procédure collective notée"]),
        (invoice() + opened(facts=WHOLE), "Durand SARLE", ["vouliez-vous « Durand SARL »"]),
        (invoice() + opened(facts=""), "Durand", ["« jugement » manque", "« mandataire » manque"]),
        (invoice(day="2026-03-10") + opened(facts=WHOLE), "Durand", ["rien à déclarer"]),
    ],
)
def test_what_forbids_to_declare(
    tmp_path: Path, ledger: str, subject: str, said: list[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        papers(story(tmp_path, ledger), subject=subject)
    assert all(words in str(refused.value) for words in said)
    assert not (tmp_path / "out/dossiers").exists()


@pytest.mark.slow
def test_what_to_look_at_before_it_leaves(tmp_path: Path) -> None:
    facts = 'jugement: 2026-03-03; mandataire: "Me Garance"'
    told = " ".join(w.what for w in papers(story(tmp_path, STORY + opened(facts=facts))).warnings)
    assert "sans copie déclarée : F2026-0002, F2026-0010" in told
    assert "date de publication à noter" in told
    assert "« Me Garance » n'a pas d'adresse" in told


@pytest.mark.slow
def test_a_passed_deadline_is_told_and_stops_nothing(tmp_path: Path) -> None:
    made = papers(story(tmp_path, STORY + opened(facts=WHOLE)), "2026-06-01")
    assert any("délai de déclaration passé le 12" in w.what for w in made.warnings)
    assert made.files


def test_as_the_books_stood_on_a_day(tmp_path: Path) -> None:
    made = read_company(story(tmp_path, STORY + opened(facts=WHOLE)).root)
    (client,) = [c for c in made.books.clients if c.account == DURAND]
    with pytest.raises(Refusal):
        declare(OnDay(made.policy, made.books, date(2026, 3, 4)), client)


# ---------------------------------------------------------------- The template


POLICY = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))


@pytest.mark.slow
def test_the_template_is_tried_by_verifier(tmp_path: Path) -> None:
    assert check_templates(LETTERS, POLICY) == []
    shutil.copytree(LETTERS / "fr", tmp_path / "letters/fr")
    for name in ("page.html", "letter.css"):
        shutil.copy(LETTERS / name, tmp_path / "letters")
    template = tmp_path / "letters/fr/declaration.md"
    template.write_text(template.read_text(encoding="utf-8") + "{{ debitteur }}", encoding="utf-8")
    (problem,) = check_templates(tmp_path / "letters", POLICY)
    assert "vouliez-vous « debiteur »" in problem.what
    template.unlink()
    assert check_templates(tmp_path / "letters", POLICY) == []
