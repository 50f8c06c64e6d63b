"""What an invoice says under keys that nothing reads holds its claim, and is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from story import company, plan, wait_of

DAY = "2026-05-29"


def invoice(entry: str = "", line: str = "", other: str = "", links: str = "^F1") -> str:
    """F1 of 120.00, VAT included, dated 10 February: due on 12 March by the policy's 30 days.
    Metadata of the entry, of the client's line, of the line of income."""
    below = [f"\n    {text}" if text else "" for text in (line, other)]
    return (
        f'2026-02-10 * "Durand" "Facture" {links}\n'
        + (f"  {entry}\n" if entry else "")
        + f"  Actifs:Clients:Durand  120.00 EUR{below[0]}\n"
        + f"  Produits:Ventes  -100.00 EUR{below[1]}\n"
        + "  Produits:Ventes  -20.00 EUR\n"
    )


def code(folder: Path, ledger: str, policy: str = "") -> str | None:
    """Why the claim waits: None when a letter goes."""
    waits = plan(company(folder, ledger, f"delai: 30\n{policy}"), DAY)["attentes"]
    return waits[0]["code"] if waits else None


@pytest.mark.parametrize(
    "key",
    [
        "due: 2026-12-31",
        'due: "2026-12-31"',
        'due-date: "31/12/2026"',
        'due_at: "31.12.26"',
        'date-limite: "31 décembre 2026"',
        "payable-avant: 2026-12-31",
        "due: 31/12/2026",  # a division
        "due2: 2026-12-31",
        "jusqu-au: 2026-12-31",
        "prochaine-relance: 2026-12-20",
        "delai: 60",
        'conditions: "60 jours fin de mois"',
        'paiement: "net 60"',
        'terms: "net 60"',
    ],
)
@pytest.mark.parametrize("where", ["entry", "line"])
def test_another_day_under_a_key_that_is_not_read(tmp_path: Path, key: str, where: str) -> None:
    assert code(tmp_path, invoice(**{where: key})) == "echeance-non-lue"


@pytest.mark.parametrize(
    "key",
    [
        "paid: TRUE",
        'status: "paid"',
        'statut: "payée"',
        'etat: "réglée"',
        "paye: TRUE",
        'paye: "oui"',
        "regle: TRUE",
        "soldee: TRUE",
        "solde: 0.00 EUR",
        "paid: 2026-02-05",
        "payee-le: 2026-03-01",
        'lettrage: "AA"',
        "annule: TRUE",
        'statut: "annulée"',
        "litige: TRUE",
        'suivi: "litige avec M. Roux"',
        "conteste: TRUE",
        "bloque: TRUE",
        "on-hold: TRUE",
        "ne-pas-relancer: TRUE",
        'suivi: "ne pas relancer"',
        'rappel: "non"',
        "dunning: FALSE",
        "exclu: TRUE",
        "irrecouvrable: TRUE",
        "promesse: 2026-12-15",
        "suspension: 2026-12-31",
        'status: "draft"',
        'paiement: "prelevement"',
        'parcours: "doux"',
        "montant: 50.00 EUR",
        "acompte: 50.00 EUR",
        "acompte: 50",
        'acompte: "50,00 €"',
        "paid-amount: 50.00 EUR",
        "escompte: 2.00 EUR",
        'invoice: "2026-9999"',
        'num-facture: "F2026-9999"',
        'client: "Autre SARL"',
        'customer: "Autre SARL"',
        "echeance:",
        "relance:",
    ],
)
@pytest.mark.parametrize("where", ["entry", "line"])
def test_a_state_a_sum_a_name_under_a_key_that_is_not_read(
    tmp_path: Path, key: str, where: str
) -> None:
    assert code(tmp_path, invoice(**{where: key})) == "cle-non-lue"


@pytest.mark.parametrize("key", ["echeance: 2026-12-31", "relance: FALSE", "due: 2026-12-31"])
def test_a_key_below_a_line_of_another_account(tmp_path: Path, key: str) -> None:
    assert code(tmp_path, invoice(other=key)) in ("cle-non-lue", "echeance-non-lue")


@pytest.mark.parametrize(
    "key",
    [
        "due: 2026-03-12",  # the day that is read
        "commande: 2026-01-31",
        'projet: "Site vitrine"',
        'status: "envoyée"',
        'status: "à payer"',
        'status: "non payée"',
        'status: "unpaid"',
        "paid: FALSE",
        'paye: "non"',
        "open: TRUE",
        "rappels: TRUE",
        'mode-reglement: "virement"',
        'paiement: "virement"',
        "ttc: 120.00 EUR",
        "ht: 100.00 EUR",
        "tva: 20.00 EUR",
        "tva: 20",
        'commande: "PO-2026-118"',
        'ref: "VE-12"',
        'invoice: "F 1"',
        'facture-no: "F1"',
        'client: "DURAND"',
        "import: 2026-12-31",
        'type: "prestation"',
        'facture-pdf: "factures/2026-9999.pdf"',
    ],
)
def test_a_memo_holds_nothing(tmp_path: Path, key: str) -> None:
    assert code(tmp_path, invoice(entry=key)) is None


@pytest.mark.parametrize("other", ["taux: 20", "fin: 2026-12-31", "echeance: 2026-03-12"])
def test_a_memo_of_another_account_holds_nothing(tmp_path: Path, other: str) -> None:
    """The last says once more what the entry says."""
    assert code(tmp_path, invoice(entry="echeance: 2026-03-12", other=other)) is None


@pytest.mark.parametrize("key", ["due: 2026-12-31", "paid: TRUE", "acompte: 50.00 EUR"])
def test_the_policy_says_that_a_key_is_of_another_use(tmp_path: Path, key: str) -> None:
    name = key.partition(":")[0]
    assert code(tmp_path, invoice(key), f"grand-livre: {{autres-cles: [{name}]}}\n") is None


def test_the_policy_says_that_a_key_is_the_due_date(tmp_path: Path) -> None:
    ledger = invoice("due: 2026-12-31")
    found = plan(company(tmp_path, ledger, "delai: 30\ngrand-livre: {echeance: [due]}\n"), DAY)
    assert (found["lettres"], [wait["code"] for wait in found["attentes"]]) == ([], ["apres"])


def test_the_words_name_the_key_its_place_and_the_remedy(tmp_path: Path) -> None:
    story = company(tmp_path, invoice("due: 2026-12-31"))
    reason = wait_of(plan(story, DAY))["motif"]
    assert "« due: 31\N{NO-BREAK SPACE}décembre 2026 » (ledger/main.beancount:34)" in reason
    assert "grand-livre.echeance" in reason and "grand-livre.autres-cles" in reason


@pytest.mark.parametrize("key", ['invoice: "2026-014"', "invoice: 14", 'ref: "2026-014"'])
def test_a_debit_without_number_names_the_key_that_has_one(tmp_path: Path, key: str) -> None:
    (wait,) = plan(company(tmp_path, invoice(key, links="")), DAY)["attentes"]
    assert wait["code"] == "sans-numero"
    assert f"« {key.partition(':')[0]} » dans grand-livre.facture.meta" in wait["motif"]


@pytest.mark.parametrize("tag", ["litige", "suspension", "annulee", "payee", "contentieux"])
def test_a_tag_that_says_paid_or_stop(tmp_path: Path, tag: str) -> None:
    ledger = invoice(links=f"^F1 #{tag}")
    assert code(tmp_path, ledger) == "cle-non-lue"
    rule = f"regles: [{{si: {{etiquette: [{tag}]}}, parcours: standard}}]\n"
    (tmp_path / "regle").mkdir()
    assert code(tmp_path / "regle", ledger, rule) is None


@pytest.mark.parametrize("tag", ["chantier", "non-soldee", "a-nouveau"])
def test_any_other_tag_holds_nothing(tmp_path: Path, tag: str) -> None:
    assert code(tmp_path, invoice(links=f"^F1 #{tag}")) is None
