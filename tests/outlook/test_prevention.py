"""What `relance verifier` warns of before it does harm, kind by kind."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from relance.claims.on_day import OnDay
from relance.outlook.prevention import longest, look_up, prevent
from relance.terminal import cli
from relance.terminal.model_folder import start
from relance.text.firms import is_company_number
from relance.text.typography import ordinary
from relance.values.kinds import DebtorType
from repositories import named
from story import ACCOUNTS, OPTIONS, Story, company

DAY = date(2026, 4, 1)
# A client of whom nothing is lacking: whatever is told of it comes from the test.
WHOLE = """
2010-01-01 open Actifs:Clients:Durand
  client: "Durand SARL"
  adresse: "2 rue du Port\\n69002 LYON"
  courriel: "compta@durand.example"
  siren: "000000018"
  type: "professionnel"
  delai: 30
2026-01-02 * "Facture payée comptant" ^F0
  Actifs:Clients:Durand   1.00 EUR
  Actifs:Clients:Durand  -1.00 EUR
"""
INVOICE = """
2026-03-02 * "Facture" ^F1
  Actifs:Clients:Durand  1000.00 EUR
  Produits:Ventes
2026-03-02 document Actifs:Clients:Durand "F1.pdf" ^F1 #facture
"""


def story(root: Path, ledger: str = WHOLE + INVOICE, policy: str = "") -> Story:
    made = company(root, ledger, policy, prelude=OPTIONS + ACCOUNTS)
    made.write("ledger/F1.pdf", "%PDF")
    return made


def on(made: Story, day: date = DAY) -> OnDay:
    return OnDay(made.policy, made.books, day)


def warnings(made: Story, day: date = DAY) -> list[str]:
    return [ordinary(problem.what) for problem in prevent(on(made, day))]


def test_nothing_to_say_of_what_is_whole(tmp_path: Path) -> None:
    assert warnings(story(tmp_path)) == []


def test_a_written_period_that_does_not_count_is_told(tmp_path: Path) -> None:
    long = INVOICE.replace("^F1\n  A", '^F1\n  prescription: "5 ans"\n  A')
    short = INVOICE.replace("^F1\n  A", '^F1\n  prescription: "1 an"\n  A')
    assert warnings(story(tmp_path / "short", WHOLE + short)) == []
    assert warnings(story(tmp_path / "long", WHOLE + long)) == [
        "1 « prescription » sans effet : celle de la loi est plus courte : F1 (5 ans)"
    ]


def test_a_public_term_is_counted_from_the_deposit(tmp_path: Path) -> None:
    """Invoiced on 2 March, deposited on the 9th: 30 days end on 8 April, which the law allows."""
    public = WHOLE.replace('"professionnel"', '"public"')
    deposited = INVOICE.replace("^F1\n  A", "^F1\n  depot: 2026-03-09\n  A")
    assert warnings(story(tmp_path, public + deposited)) == []


def test_an_address_too_long_for_its_envelope(tmp_path: Path) -> None:
    rows = [f"{n} lieu-dit Les Quatre-Vents du Nord" for n in range(5)]
    address = "2 rue du Port\\n69002 LYON"
    long = WHOLE.replace(address, "\\n".join([*rows, "69002 LYON"]))
    (problem,) = prevent(on(story(tmp_path / "a", long + INVOICE)))
    assert ordinary(problem.what) == (
        "1 adresse trop longue pour la fenêtre : ni courrier ni recommandé : "
        "Durand SARL (elle ne tient pas en 6 lignes de 38 signes)"
    )
    assert str(problem.source) == "ledger/main.beancount:12"
    full = "\\n".join([*rows[:4], "69002 LYON"]) + '"\n  contact: "Mme Anne-Laure Roux-Delorme'
    (told,) = warnings(story(tmp_path / "b", WHOLE.replace(address, full) + INVOICE))
    assert told == "1 « contact » hors de la fenêtre : l'adresse la remplit : Durand SARL"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Durand SARL", "Durand 株", 12),
        ("2 rue", "2\\n株 rue", 12),
        ('  type: "pro', '  contact: "株"\n  type: "pro', 12),
        ('  type: "pro', '  reference: "株"\n  type: "pro', 12),
        ('"Facture" ^F1', '"Facture" ^F1\n  numero: "F株"', 25),
        ('"Facture" ^F1', '"Facture 株" ^F1', 24),
        ("2026-03-02 doc", '2026-03-03 note Actifs:Clients:Durand "株" #appel\n2026-03-02 doc', 26),
    ],
)
def test_signs_that_the_font_lacks(tmp_path: Path, old: str, new: str, line: int) -> None:
    ledger = WHOLE + INVOICE
    assert old in ledger
    (problem,) = prevent(on(story(tmp_path, ledger.replace(old, new))))
    told = ordinary(problem.what)
    assert told.startswith("1 texte avec un signe que la police des lettres n'a pas : ")
    assert told.endswith(" : « 株 » (U+682A CJK UNIFIED IDEOGRAPH-682A)")
    assert str(problem.source) == f"ledger/main.beancount:{line}"


@pytest.mark.parametrize(
    ("also", "what"),
    [
        ('  siren: "000 000 018"\n', "SIREN 000 000 018"),
        ('  courriel: "Compta@Durand.example"\n', "Compta@Durand.example"),
        ('  siren: "000000018"\n  courriel: "compta@durand.example"\n', "SIREN 000000018"),
        ('  siren: "00000001800016"\n', None),  # an establishment
        ('  siren: "000000018"\n  relance: FALSE\n', None),
    ],
)
def test_one_client_on_two_accounts(tmp_path: Path, also: str, what: str | None) -> None:
    new = '2010-01-01 open Actifs:Clients:Ancien\n  client: "Durand"\n' + also
    told = [x for x in warnings(story(tmp_path, WHOLE + INVOICE + new)) if "deux comptes" in x]
    places = "Actifs:Clients:Ancien (ledger/main.beancount:27), Actifs:Clients:Durand"
    kind = "1 SIREN ou courriel sur deux comptes clients : un seul client ?"
    said = f"{kind} : {what}, {places} (ledger/main.beancount:12)"
    assert [x.partition(" (ledger/main.beancount:27) (")[0] for x in told] == (
        [said] if what else []
    )


# ---------------------------------------------------------------- Due dates


@pytest.mark.parametrize(
    ("debtor", "invoiced", "last"),
    [
        # + 60: 16 March; + 45 is 1 March, so 31 March; 31 January + 45: 17 March.
        ("professionnel", "2026-01-15", "2026-03-31"),
        # + 60: 2 March; + 45 is 15 February, so 28 February; 31 January + 45: 17 March.
        ("professionnel", "2026-01-01", "2026-03-17"),
        # + 60: 30 August; + 45 is 15 August, so 31 August; 31 July + 45: 14 September.
        ("professionnel", "2026-07-01", "2026-09-14"),
        ("public", "2026-01-15", "2026-02-14"),
        ("particulier", "2026-01-15", None),
        ("autre", "2026-01-15", None),
    ],
)
def test_the_longest_term_the_law_allows(debtor: str, invoiced: str, last: str | None) -> None:
    found = longest(DebtorType(debtor), date.fromisoformat(invoiced))
    assert found == (date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("due", "debtor", "told"),
    [
        ("2026-05-15", "professionnel", False),  # 31 March + 45
        ("2026-05-16", "professionnel", True),
        ("2026-04-01", "public", False),
        ("2026-04-02", "public", True),
        ("2027-04-02", "particulier", False),
    ],
)
def test_a_due_date_beyond_the_maximum(tmp_path: Path, due: str, debtor: str, told: bool) -> None:
    """The invoice is of 2 March 2026."""
    made = story(tmp_path)
    made.replace("^F1\n  Actifs", f"^F1\n  echeance: {due}\n  Actifs")
    made.replace('type: "professionnel"', f'type: "{debtor}"')
    found = [text for text in warnings(made) if "au-delà du maximum légal" in text]
    assert bool(found) is told
    assert all("F1 au" in text for text in found)


# ---------------------------------------------------------------- Clients


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  delai: 30\n", "1 client sans « delai »"),
        ('  courriel: "compta@durand.example"\n', "1 client sans « courriel »"),
        ('  siren: "000000018"\n', "1 client sans « siren »"),
        ('  type: "professionnel"\n', "1 client sans « type »"),
        ('  adresse: "2 rue du Port\\n69002 LYON"\n', "1 client sans « adresse »"),
    ],
)
def test_what_a_client_lacks(tmp_path: Path, line: str, words: str) -> None:
    made = story(tmp_path)
    made.replace(line, "")
    assert any(words in text and "Durand SARL" in text for text in warnings(made))


def test_a_private_person_needs_no_siren(tmp_path: Path) -> None:
    made = story(tmp_path)
    made.replace('  siren: "000000018"\n', "")
    made.replace('type: "professionnel"', 'type: "particulier"')
    assert warnings(made) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("69002 LYON", "69002 LYON\\nALLEMAGNE"),
        ("  delai: 30\n", '  delai: 30\n  pays: "DE"\n'),
        ('client: "Durand SARL"', 'client: "Acme Ltd"'),
        ('client: "Durand SARL"', 'client: "Rossi S.r.l."'),
        ('type: "professionnel"', 'type: "public"'),
    ],
)
def test_a_foreign_firm_and_a_public_body_need_no_siren(tmp_path: Path, old: str, new: str) -> None:
    made = story(tmp_path)
    made.replace('  siren: "000000018"\n', "")
    made.replace(old, new)
    assert not any("siren" in text for text in warnings(made))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("000000018", False),  # 1×2 + 8 = 10
        ("000 000 018", False),
        ("000000019", True),
        ("00000001", True),  # eight digits
        ("00000001800010", False),  # a SIRET of that SIREN: 1 + 7 (8×2 = 16) + 2 = 10
        ("00000001800018", True),
    ],
)
def test_the_check_digit_of_a_siren_or_siret(tmp_path: Path, number: str, told: bool) -> None:
    made = story(tmp_path)
    made.replace("000000018", number)
    found = [text for text in warnings(made) if "SIREN ou SIRET à la clé fausse" in text]
    assert [f"{number} (Durand SARL)" in text for text in found] == [True] * told


def test_an_excluded_client_needs_nothing(tmp_path: Path) -> None:
    made = story(tmp_path)
    made.replace('  siren: "000000018"\n', "  relance: FALSE\n")
    assert warnings(made) == []


# ---------------------------------------------------------------- Invoices


@pytest.mark.parametrize(
    ("dated", "entered", "told"),
    [
        ("2026-01-31", "2026-03-02", False),  # 30 days
        ("2026-01-30", "2026-03-02", True),  # 31 days
        ("2025-06-01", "2026-01-02", False),  # brought forward when the accounts were opened
    ],
)
def test_an_invoice_entered_long_after_its_date(
    tmp_path: Path, dated: str, entered: str, told: bool
) -> None:
    made = story(tmp_path)
    made.replace("2026-03-02 *", f"{entered} *")
    made.replace("^F1\n  Actifs", f"^F1\n  date-facture: {dated}\n  Actifs")
    found = [text for text in warnings(made) if "saisie longtemps après" in text]
    assert [("F1 (31 jours)" in text) for text in found] == [True] * told


def test_an_open_invoice_without_copy(tmp_path: Path) -> None:
    made = story(tmp_path)
    made.replace(" #facture", " #commande")
    (text,) = warnings(made)
    assert text.startswith("1 facture ouverte sans copie") and text.endswith(": F1")
    made.add('2026-03-20 * "Virement" ^F1\n  Actifs:Banque  1000.00 EUR\n  Actifs:Clients:Durand\n')
    assert warnings(made) == []


@pytest.mark.parametrize(
    ("place", "rate", "told"),
    [
        ("client", "7.85", True),
        ("client", "7.86", False),  # three times the 2.62 % of the first half of 2026
        ("invoice", "7.85", True),
        ("invoice", "7.86", False),
        ("policy", "7.85", True),
        ("policy", "7.86", False),
        ("client", "bce + 5", True),  # 2.15 + 5 = 7.15
        ("client", "bce + 6", False),
    ],
)
def test_a_contract_rate_below_the_floor(tmp_path: Path, place: str, rate: str, told: bool) -> None:
    policy = f'penalites: {{taux: "{rate}"}}\n' if place == "policy" else ""
    made = story(tmp_path, policy=policy)
    if place == "client":
        made.replace("  delai: 30", f'  delai: 30\n  taux: "{rate}"')
    if place == "invoice":
        made.replace("^F1\n  Actifs", f'^F1\n  taux: "{rate}"\n  Actifs')
    found = [text for text in warnings(made) if "sous le plancher" in text]
    assert ["plancher 7,86 %" in text for text in found] == [True] * told


@pytest.mark.parametrize("place", ["client", "invoice"])
@pytest.mark.parametrize(
    ("rate", "told"), [("10.14", True), ("10.15", False), ("bce + 7", True), ("bce + 8", False)]
)
def test_a_public_body_owes_no_less_than_the_law_says(
    tmp_path: Path, place: str, rate: str, told: bool
) -> None:
    made = story(tmp_path)
    made.replace('type: "professionnel"', 'type: "public"')
    old, after = ("  delai: 30", "") if place == "client" else ("^F1", "\n  Actifs")
    made.replace(old + after, f'{old}\n  taux: "{rate}"{after}')
    found = [text for text in warnings(made) if "L2192-14" in text]
    assert ["loi 10,15 %" in text for text in found] == [True] * told  # 2.15 + 8


@pytest.mark.parametrize("place", ["client", "invoice"])
@pytest.mark.parametrize(
    ("debtor", "key", "words"),
    [
        ("public", "penalites: FALSE", "« penalites: FALSE » envers une personne publique"),
        ("professionnel", "penalites: FALSE", None),
        ("particulier", 'taux: "12"', "« taux » sans effet"),
        ("autre", 'taux: "12"', "« taux » sans effet"),
        ("public", 'taux: "12"', None),
    ],
)
def test_what_has_no_effect(
    tmp_path: Path, place: str, debtor: str, key: str, words: str | None
) -> None:
    made = story(tmp_path)
    made.replace('type: "professionnel"', f'type: "{debtor}"')
    if place == "client":
        made.replace("  delai: 30", f"  delai: 30\n  {key}")
    else:
        made.replace("^F1\n  Actifs", f"^F1\n  {key}\n  Actifs")
    found = warnings(made)
    assert [text.startswith(f"1 {words}") for text in found] == [True] * bool(words)


def test_what_is_settled_or_excluded_is_left_alone(tmp_path: Path) -> None:
    made = story(tmp_path)
    made.replace("^F1\n  Actifs", "^F1\n  relance: FALSE\n  echeance: 2027-01-01\n  Actifs")
    assert warnings(made) == []


# ---------------------------------------------------------------- The policy


def test_a_step_that_no_track_names(tmp_path: Path) -> None:
    policy = "etapes: {visite: {apres: 20, canal: courriel}, huissier: {apres: 60}}\n"
    (text,) = warnings(story(tmp_path, policy=policy))
    assert text == "2 étapes dans aucun parcours, donc jamais atteintes : « visite », « huissier »"


# ---------------------------------------------------------------- Read by people


def test_forty_of_a_kind_make_one_readable_warning(tmp_path: Path) -> None:
    clients = "".join(
        WHOLE.partition("2026-01-02")[0]
        .replace(":Durand", f":C{n:02d}")
        .replace("Durand SARL", f"Client {n:02d}")
        .replace("  delai: 30\n", "")
        .replace("compta@", f"c{n:02d}@")
        .replace(
            "000000018",
            next(filter(is_company_number, (f"{100 + n:08d}{key}" for key in range(10)))),
        )
        for n in range(40)
    )
    made = story(tmp_path, clients + WHOLE + INVOICE)
    (text,) = warnings(made)
    assert text.startswith("40 clients sans « delai »")
    assert text.endswith(" et 35 autres")
    assert text.count("Client ") == 5
    (problem,) = prevent(OnDay(made.policy, made.books, DAY))
    assert str(problem.source).startswith("ledger/main.beancount:")


@pytest.mark.slow
def test_verifier_warns_says_where_to_look_and_succeeds(tmp_path: Path) -> None:
    folder = tmp_path / "neuf"
    start(folder)
    for language in ("en", "de"):  # one language is tried faster than three
        shutil.rmtree(folder / "letters" / language)
    policy = folder / "relance.yaml"
    policy.write_text(named(policy.read_text()))
    read = OPTIONS + ACCOUNTS + WHOLE + INVOICE
    (folder / "ledger/main.beancount").write_text(read, encoding="utf-8")
    arguments = ["verifier", "--au", "2026-04-01", "--dossier", str(folder)]
    result = CliRunner().invoke(cli.relance, arguments)
    assert result.exit_code == 0
    told = ordinary(" ".join(result.output.split()))
    assert ordinary(look_up("SIREN")) in told
    assert "1 facture ouverte sans copie" in told  # F1.pdf is not there


def test_look_up_is_words_alone() -> None:
    assert "https://annuaire-entreprises.data.gouv.fr/entreprise/000000018" in look_up("000000018")
    assert "bodacc.fr" in look_up("000000018")
