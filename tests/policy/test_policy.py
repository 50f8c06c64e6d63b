"""relance.yaml: its defaults, its merge rule, its exact figures, and every mistake told whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from places import ROOT
from relance.policy.importing import BankLines, account_at
from relance.policy.json_schema import documented_keys, json_schema
from relance.policy.reader import merge_with_defaults, read_policy
from relance.policy.settings import Grouping, Policy, Step
from relance.text.frontmatter import dump
from relance.text.yamlfile import YamlDocument, load, typed
from relance.values.dates import Workdays
from relance.values.kinds import Channel, CreditNotes, DebtorType, Imputation
from relance.values.problem import Problem, Refusal, Source
from relance.values.terms import Rate, Terms

DATA = ROOT / "scripts/relance/data"
CREDITOR = "creancier: {nom: Atelier Lumen, adresse: 12 rue des Lanternes}\n"

Reader = Callable[[str], Policy]


@pytest.fixture(name="read")
def _read(tmp_path: Path) -> Reader:
    """Read a policy made of a creditor and the given text."""

    def read(text: str) -> Policy:
        path = tmp_path / "relance.yaml"
        path.write_text(CREDITOR + text, encoding="utf-8")
        return read_policy(path)

    return read


def problems_of(action: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value.problems


# ---------------------------------------------------------------- Mistakes


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    (problem,) = problems_of(lambda: read_policy(tmp_path / "relance.yaml"))
    assert problem == Problem(
        Source("relance.yaml"),
        "ce fichier n'existe pas",
        "relance init crée un dossier complet ; --dossier en désigne un autre",
    )


def test_a_folder_and_a_file_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "boucle").symlink_to("boucle")
    (folder,) = problems_of(lambda: read_policy(tmp_path / "dossier"))
    (loop,) = problems_of(lambda: read_policy(tmp_path / "boucle"))
    assert folder.what == "c'est un dossier, pas un fichier"
    assert loop.what == "ce fichier ne peut pas être lu"


def test_faults_of_every_kind_come_at_once(read: Reader) -> None:
    text = """\
ecart: 0
ecart: 7
delais: 30
git: !vrai {pdf: oui}
etapes: {relance-1: {apres: sept}}
parcours: {court: [fin]}
regles: [{parcours: long}]
"""
    problems = problems_of(lambda: read(text))
    assert [problem.source.line for problem in problems] == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.slow
@pytest.mark.parametrize("depth", [60, 400, 700])
def test_brackets_without_end_are_refused(read: Reader, depth: int) -> None:
    problems = problems_of(lambda: read("regles: " + "[" * depth + "]" * depth))
    assert problems[-1].what == "trop de niveaux les uns dans les autres"


def test_a_file_with_a_byte_order_mark_reads_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "relance.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + CREDITOR.encode())
    assert read_policy(path).creditor.name == "Atelier Lumen"
    path.write_bytes(b"\xef\xbb\xbf# \xc3\xa9t\xe9")
    (problem,) = problems_of(lambda: read_policy(path))
    assert problem.source == Source("relance.yaml", 1, 5)


# ---------------------------------------------------------------- Defaults


def step(name: str, after: int, *channels: Channel, **more: Any) -> Step:
    return Step(name=name, after=after, channels=channels, **more)


def test_the_smallest_policy_has_the_defaults_of_law_and_custom(read: Reader) -> None:
    policy = read("")
    notice = {
        DebtorType.PROFESSIONAL: 8,
        DebtorType.PUBLIC: 15,
        DebtorType.CONSUMER: 15,
        DebtorType.OTHER: 15,
    }
    assert list(policy.steps.values()) == [
        step("rappel", -3, Channel.EMAIL),
        step("relance-1", 7, Channel.EMAIL),
        step("relance-2", 15, Channel.EMAIL, Channel.PHONE, interest=True, deadline=8),
        step(
            "mise-en-demeure",
            30,
            Channel.REGISTERED,
            interest=True,
            effect="mise-en-demeure",
            deadline=notice,
        ),
        step("contentieux", 45, Channel.FILE),
    ]
    assert policy.tracks == {
        "standard": ("rappel", "relance-1", "relance-2", "mise-en-demeure", "contentieux"),
        "petit-montant": ("rappel", "relance-1", "mise-en-demeure"),
    }
    assert (policy.rules, policy.terms) == ((), Terms(30))
    assert (policy.gap, policy.client_gap, policy.grouping) == (7, 5, Grouping.CLIENT)
    assert (policy.promise.grace, policy.payment_plan.grace) == (2, 5)
    assert policy.tolerance_for("EUR") == policy.tolerance_for("USD") == Decimal(1)


def test_the_sections_have_their_defaults(read: Reader) -> None:
    policy = read("")
    ledger, interest = policy.ledger, policy.interest
    assert (ledger.file, ledger.accounts) == ("ledger/main.beancount", ("Actifs:Clients",))
    assert (ledger.bank, ledger.due, ledger.invoice.meta) == (None, ("echeance",), ("facture",))
    assert ledger.invoice.link is None
    assert (interest.rate, interest.fee) == (None, Decimal(40))
    assert interest.imputation is Imputation.INTEREST
    assert interest.credit_notes is CreditNotes.ORIGIN
    assert (interest.ecb, interest.legal) == ({}, {})
    assert policy.workdays == Workdays("FR", None, enabled=True)
    assert policy.calendar.timezone == "Europe/Paris"
    assert (policy.dispatch.tracked, policy.dispatch.validity) == (False, 5)
    assert (policy.git.branch, policy.git.pdf) == ("relance/{date}", True)


# ---------------------------------------------------------------- Merging


def test_a_step_keeps_the_default_keys_that_the_file_does_not_write(read: Reader) -> None:
    changed = read("etapes: {mise-en-demeure: {apres: 40, sous: {public: 20}}}").steps[
        "mise-en-demeure"
    ]
    assert (changed.after, changed.formal_notice, changed.interest) == (40, True, True)
    assert changed.days_given(DebtorType.PUBLIC) == 20
    assert changed.days_given(DebtorType.PROFESSIONAL) == 8


def test_null_removes_a_key_of_a_step(read: Reader) -> None:
    changed = read("etapes: {relance-2: {sous: null, penalites: null}}").steps["relance-2"]
    assert (changed.deadline, changed.interest, changed.after) == (None, False, 15)


def test_lists_replace(read: Reader) -> None:
    policy = read("etapes: {relance-2: {canal: sms}}\nparcours: {petit-montant: [relance-1]}")
    assert policy.steps["relance-2"].channels == (Channel.SMS,)
    assert policy.tracks["petit-montant"] == ("relance-1",)


def test_a_default_track_loses_the_step_that_null_removes(read: Reader) -> None:
    policy = read("etapes: {relance-1: null, rappel: null, mise-en-demeure: null}")
    assert list(policy.steps) == ["relance-2", "contentieux"]
    assert policy.tracks == {"standard": ("relance-2", "contentieux")}


def test_null_removes_a_track(read: Reader) -> None:
    assert list(read("parcours: {petit-montant: null}").tracks) == ["standard"]


def test_half_a_section_keeps_the_other_half(read: Reader) -> None:
    policy = read(
        "promesse: {}\npenalites: {imputation: principal}\ngrand-livre: {fichier: a.bean}"
    )
    assert policy.promise.grace == 2
    assert policy.interest.imputation is Imputation.PRINCIPAL
    assert policy.interest.fee == Decimal(40)
    assert (policy.ledger.file, policy.ledger.accounts) == ("a.bean", ("Actifs:Clients",))


def test_a_policy_that_writes_every_default_reads_as_one_that_writes_none(read: Reader) -> None:
    design = """\
grand-livre: {fichier: ledger/main.beancount, comptes: [Actifs:Clients], banque: null}
delai: 30
etapes:
  rappel:          {apres: -3, canal: courriel}
  relance-1:       {apres: 7,  canal: courriel}
  relance-2:       {apres: 15, canal: [courriel, telephone], penalites: true, sous: 8}
  mise-en-demeure: {apres: 30, canal: recommande, penalites: true, effet: mise-en-demeure,
                    sous: {professionnel: 8, public: 15, particulier: 15, autre: 15}}
  contentieux:     {apres: 45, canal: dossier}
parcours:
  standard: [rappel, relance-1, relance-2, mise-en-demeure, contentieux]
  petit-montant: [rappel, relance-1, mise-en-demeure]
regles: []
penalites: {taux: loi, indemnite: 40, imputation: interets, avoirs: origine}
tolerance: 1
ecart: 7
ecart-client: 5
regroupement: client
promesse: {grace: 2}
echeancier: {grace: 5}
calendrier: {jours-ouvres: true, pays: FR, departement: null, fuseau: Europe/Paris}
envoi: {suivi: null, validite: 5}
git: {branche: "relance/{date}", pdf: true}
"""
    assert read(design) == read("")


def test_merging_leaves_the_defaults_as_they_were() -> None:
    before = merge_with_defaults({})
    merge_with_defaults({"etapes": {"rappel": None, "relance-1": {"apres": "9"}}})
    assert merge_with_defaults({}) == before


# ---------------------------------------------------------------- Order of the steps


def test_a_new_step_ranks_by_its_days(read: Reader) -> None:
    policy = read("etapes: {relance-3: {apres: 22}}")
    assert [policy.step_order(name) for name in ("relance-2", "relance-3", "mise-en-demeure")] == [
        2,
        3,
        4,
    ]


def test_a_step_without_days_ranks_after_the_one_it_follows(read: Reader) -> None:
    text = "etapes: {avis: {ecart: 10}}\nparcours: {court: [relance-1, avis, mise-en-demeure]}"
    order = list(read(text).steps)
    assert order[1:4] == ["relance-1", "avis", "relance-2"]


def test_a_step_never_ranks_before_one_that_precedes_it_in_a_track(read: Reader) -> None:
    text = """\
etapes: {second: {apres: 5}, premier: {apres: 5}, tardif: {apres: 60}, suite: {apres: 10}}
parcours: {autre: [premier, second], long: [tardif, suite]}
"""
    order = list(read(text).steps)
    assert order.index("premier") + 1 == order.index("second")
    assert order[-2:] == ["tardif", "suite"]


def test_steps_of_one_day_keep_the_order_of_the_file(read: Reader) -> None:
    order = list(read("etapes: {b: {apres: 20}, a: {apres: 20}}").steps)
    assert order[3:5] == ["b", "a"]


# ---------------------------------------------------------------- Figures


def test_amounts_keep_their_text(read: Reader) -> None:
    policy = read('penalites: {indemnite: 40.00}\ntolerance: {EUR: "0.10", JPY: 100}')
    assert str(policy.interest.fee) == "40.00"
    assert str(policy.tolerance_for("EUR")) == "0.10"
    assert policy.tolerance_for("JPY") == 100
    assert policy.tolerance_for("USD") == 1


def test_a_number_that_a_float_cannot_hold_stays_exact(read: Reader) -> None:
    tolerance = read("tolerance: 12345678901234.56789").tolerance_for("EUR")
    assert tolerance == Decimal("12345678901234.56789")


def test_up_to_two_decimals_may_follow_a_comma(read: Reader) -> None:
    policy = read('penalites: {indemnite: "40,50"}\ntolerance: 12,5')
    assert policy.interest.fee == Decimal("40.50")
    assert policy.tolerance_for("EUR") == Decimal("12.5")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("30", Terms(30)),
        ('"30"', Terms(30)),
        ("45 fin de mois", Terms(45, "after")),
        ("fin de mois 45", Terms(45, "before")),
        ("null", None),
    ],
)
def test_terms(read: Reader, written: str, expected: Terms | None) -> None:
    assert read(f"delai: {written}").terms == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("loi", None),
        ("12.5", Rate("fixed", Decimal("12.5"))),
        ('"12.5"', Rate("fixed", Decimal("12.5"))),
        ("bce + 12", Rate("ecb", Decimal(12))),
        ("3 x taux legal", Rate("legal", Decimal(3))),
    ],
)
def test_rates(read: Reader, written: str, expected: Rate | None) -> None:
    assert read(f"penalites: {{taux: {written}}}").interest.rate == expected


def test_dated_rates_are_read_by_their_date(read: Reader) -> None:
    interest = read('penalites: {bce: {2027-01-01: "2.65"}, legal: {2027-07-01: 3.10}}').interest
    assert interest.ecb == {date(2027, 1, 1): Decimal("2.65")}
    assert interest.legal == {date(2027, 7, 1): Decimal("3.10")}


def test_the_days_given_and_the_threshold_depend_on_debtor_and_currency(read: Reader) -> None:
    text = "etapes: {relance-1: {sous: {public: 20}, seuil: {EUR: 99.00}}, relance-2: {seuil: 5}}"
    steps = read(text).steps
    assert steps["relance-1"].days_given(DebtorType.PUBLIC) == 20
    assert steps["relance-1"].days_given(DebtorType.OTHER) is None
    assert steps["relance-1"].days_given(None) is None
    assert steps["relance-2"].days_given(None) == 8
    assert steps["relance-1"].threshold_for("EUR") == Decimal("99.00")
    assert steps["relance-1"].threshold_for("USD") is None
    assert steps["relance-2"].threshold_for("USD") == 5
    assert steps["rappel"].threshold_for("EUR") is None


def test_a_step_knows_its_template_and_its_side_of_the_due_date(read: Reader) -> None:
    steps = read("etapes: {relance-1: {lettre: ferme, apres: 0}}").steps
    assert (steps["rappel"].template, steps["relance-1"].template) == ("rappel", "ferme")
    assert (steps["rappel"].before_due, steps["relance-1"].before_due) == (True, False)


def test_rules_are_read_in_their_order(read: Reader) -> None:
    text = "regles: [{si: {solde-max: 99.90}, parcours: petit-montant}, {parcours: standard}]"
    first, last = read(text).rules
    assert (first.condition.balance_max, first.track) == (Decimal("99.90"), "petit-montant")
    assert (last.condition.balance_max, last.track) == (None, "standard")


@pytest.mark.parametrize(("department", "code"), [("67", "6AE"), ("68", "6AE"), ("57", "57")])
def test_alsace_and_moselle_rest_on_saint_stephens_day(
    read: Reader, department: str, code: str
) -> None:
    workdays = read(f"calendrier: {{departement: {department}}}").workdays
    assert workdays == Workdays("FR", code)
    saint_stephen = date(2025, 12, 26)  # a Friday
    assert workdays.is_off(saint_stephen)
    assert not read("").workdays.is_off(saint_stephen)


def test_the_numbers_of_the_creditor_lose_their_spaces_and_keep_their_zeros(tmp_path: Path) -> None:
    path = tmp_path / "relance.yaml"
    path.write_text(
        """\
creancier:
  nom: Atelier Lumen
  adresse: |
    12 rue des Lanternes

    69004 LYON
  capital: 10 000 €
  siren: 000000091
  tva: FR 91 000 000 091
  iban: fr76 0000 0000 0000 0000 1234 519
  telephone: 0199001234
  logo: letters/logo.svg
""",
        encoding="utf-8",
    )
    creditor = read_policy(path).creditor
    assert creditor.address == ("12 rue des Lanternes", "69004 LYON")
    assert (creditor.siren, creditor.vat) == ("000000091", "FR91000000091")
    assert (creditor.iban, creditor.phone) == ("FR7600000000000000001234519", "0199001234")
    assert (creditor.capital, creditor.logo) == ("10 000 €", "logo.svg")


def test_other_books_are_read_by_their_own_keys(read: Reader) -> None:
    ledger = read("""\
grand-livre:
  comptes: [Assets:Receivable, Assets:AR]
  banque: {comptes: Assets:Bank}
  facture: {lien: 'inv-(\\d+)', meta: [facture, invoice]}
  echeance: [echeance, due]
""").ledger
    assert ledger.accounts == ("Assets:Receivable", "Assets:AR")
    assert ledger.bank is not None
    assert (ledger.bank.accounts, ledger.bank.freshness) == (("Assets:Bank",), 7)
    assert (ledger.invoice.link, ledger.invoice.meta) == (r"inv-(\d+)", ("facture", "invoice"))
    assert ledger.due == ("echeance", "due")


def test_an_empty_branch_is_the_current_one(read: Reader) -> None:
    assert read('git: {branche: ""}').git.branch == ""


def test_a_policy_does_not_change(read: Reader) -> None:
    policy = read("")
    with pytest.raises(ValidationError, match="frozen"):
        setattr(policy, "gap", 3)  # noqa: B010 (mypy knows already that it is read-only)


# ---------------------------------------------------------------- Whatever is written

KEYS = [dotted.rpartition(".")[2] for dotted, _, _ in documented_keys()]
SCALARS = st.one_of(
    st.sampled_from(
        ["", "~", "true", "0", "-1", "7", "1,5", "2027-01-01", "FR", "courriel", "rappel", "[", "€"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=6),
)
TREES = st.recursive(
    SCALARS | st.booleans() | st.none() | st.integers(-10, 10**6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=8,
)


def complaints(read: Reader, text: str) -> tuple[Problem, ...]:
    """What is said of a file, nothing when it is accepted; any other failure is a bug of ours."""
    try:
        read(text)
    except Refusal as refusal:
        return refusal.problems
    return ()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=st.dictionaries(st.sampled_from([key for key in KEYS if "." not in key]), TREES))
@pytest.mark.slow
def test_any_keys_with_any_values_make_a_policy_or_french_complaints(
    read: Reader, tree: dict[str, object]
) -> None:
    tree.pop("creancier", None)
    problems = complaints(read, dump(tree) if tree else "")
    assert all(problem.source.line for problem in problems)
    told = " ".join(map(str, problems))
    assert not any(word in told for word in ("Input", "should", "valid ", "Value error"))


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("aé:-[]{}'\"&*!|>%@`#,? \n\t\x00\x85\ufeff7"), max_size=30))
def test_any_text_makes_a_policy_or_complaints(read: Reader, text: str) -> None:
    assert all(problem.source.path == "relance.yaml" for problem in complaints(read, text))


# ---------------------------------------------------------------- Documentation


def test_every_key_is_documented_in_french_with_its_default() -> None:
    keys = {dotted: (default, text) for dotted, default, text in documented_keys()}
    assert keys["creancier.nom"][0] == "obligatoire"
    assert keys["promesse.grace"][0] == "2"
    assert keys["echeancier.grace"][0] == "5"
    assert keys["git.branche"][0] == '"relance/{date}"'
    assert keys["grand-livre.comptes"][0] == "[Actifs:Clients]"
    assert keys["calendrier.jours-ouvres"][0] == "true"
    assert keys["etapes.<nom>.apres"][0] == "null"
    assert keys["regles[].si.solde-max"][0] == "null"
    assert all(text.endswith((".", "…")) for _, text in keys.values())
    assert not any("#" in dotted for dotted in keys)


def test_the_schema_knows_the_keys_and_no_others() -> None:
    schema: dict[str, Any] = json_schema()
    objects = [schema, *(part for part in schema["$defs"].values() if part["type"] == "object")]
    assert all(part["additionalProperties"] is False for part in objects)
    properties = [prop for part in objects for prop in part["properties"].values()]
    described = [p if "description" in p else p["anyOf"][0] for p in properties]
    assert all(prop["description"] and prop["title"] for prop in described)
    documented = {
        dotted.rpartition(".")[2].removesuffix("[]") for dotted, _, _ in documented_keys()
    }
    assert {key for part in objects for key in part["properties"]} == documented


def test_the_schema_asks_for_what_has_no_default_and_for_nothing_else() -> None:
    schema: dict[str, Any] = json_schema()
    required = {name: part.get("required") for name, part in schema["$defs"].items()}
    assert schema["required"] == ["creancier"]
    assert {name: keys for name, keys in required.items() if keys} == {
        "Bank": ["comptes"],
        "CsvColumns": ["date", "libelle"],
        "Creditor": ["nom", "adresse"],
        "PlatformSettings": ["adresse", "jeton", "client", "depuis"],
    }


def test_the_schema_takes_numbers_and_texts_where_both_are_read_and_null_to_remove() -> None:
    schema: dict[str, Any] = json_schema()
    fee = schema["$defs"]["InterestSettings"]["properties"]["indemnite"]
    assert fee["type"] == ["number", "string"]
    assert schema["properties"]["ecart"]["minimum"] == 1
    assert {"type": "null"} in schema["properties"]["etapes"]["additionalProperties"]["anyOf"]
    assert {"type": "null"} in schema["$defs"]["Step"]["properties"]["sous"]["anyOf"]


# ---------------------------------------------------------------- YAML with places


def test_places_are_those_of_keys_and_of_values() -> None:
    document = load("a:\n  b: [7, {c: 1}]\n", "x.yaml")
    assert document.value == {"a": {"b": ["7", {"c": "1"}]}}
    assert document.key_place(("a", "b")) == Source("x.yaml", 2, 3)
    assert document.place(("a", "b", 0)) == Source("x.yaml", 2, 7)
    assert document.place(("a", "b", 1, "c")) == Source("x.yaml", 2, 14)
    assert document.place(("a", "b", 1, "absente")) == Source("x.yaml", 2, 10)
    assert YamlDocument("x.yaml").place(("a",)) == Source("x.yaml")


@pytest.mark.parametrize(
    ("written", "value"),
    [("012", 12), ("0x1F", 31), ("1_000", 1000), ("40.", Decimal(40)), ("1e3", Decimal("1e3"))],
)
def test_numbers_of_yaml(written: str, value: object) -> None:
    assert load(f"a: {written}", "x", typed).value == {"a": value}


def test_the_schema_that_the_example_refers_to_is_the_models() -> None:
    """`relance schema > scripts/relance/data/relance.schema.json` after a change of the model."""
    written = (DATA / "relance.schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == json_schema()


# ---------------------------------------------------------------- Files that come in


def test_accounts_of_files_that_come_in(read: Reader) -> None:
    importing = read("""\
importer:
  ventes: {20: Revenus:Ventes, "5.50": Revenus:Livres}
  tva: Passifs:TVA
  comptes: {fr76 0000 0000 0000 0000 1234 519: Actifs:Banque, "00012345": Actifs:Caisse}
  csv: {la-mienne: {date: Date, libelle: [Libellé, Détail], debit: Débit, credit: Crédit}}
""").importing
    assert importing.sales and account_at(importing.sales, Decimal("5.5")) == "Revenus:Livres"
    assert account_at(importing.sales, Decimal("20.00")) == "Revenus:Ventes"
    assert account_at(importing.sales, Decimal(10)) is None
    assert importing.vat and account_at(importing.vat, Decimal(10)) == "Passifs:TVA"
    assert importing.accounts == {
        "FR7600000000000000001234519": "Actifs:Banque",
        "00012345": "Actifs:Caisse",
    }
    assert importing.csv["la-mienne"].labels == ("Libellé", "Détail")
    assert importing.lines is BankLines.CLIENTS


def test_money_of_nobody_waits_below_the_books_own_assets(read: Reader) -> None:
    roots = {"name_assets": "Actifs"}
    assert read("").importing.suspense_account(roots.__getitem__) == "Actifs:Attente"
    chosen = read("importer: {attente: Passifs:AReclasser}").importing
    assert chosen.suspense_account(roots.__getitem__) == "Passifs:AReclasser"


def test_account_numbers_of_files_that_come_in(read: Reader) -> None:
    twice, odd = (
        problems_of(lambda text=text: read(f"importer: {{comptes: {{{text}}}}}"))[0].what  # type: ignore[misc]
        for text in ("12345: Actifs:B, 123 45: Actifs:C", "banque ?: Actifs:B")
    )
    assert twice == "« comptes » : un compte bancaire y est deux fois"
    assert odd == "« comptes » : « BANQUE? » n'est pas un numéro de compte"


def test_a_pipe_is_no_policy(tmp_path: Path) -> None:
    """Read, it would be waited for without end."""
    os.mkfifo(tmp_path / "relance.yaml")
    with pytest.raises(Refusal, match="ce n'est pas un fichier ordinaire"):
        read_policy(tmp_path / "relance.yaml")


@pytest.mark.parametrize("text", ["%YAML 1.9\n---\n", "creancier:\n  adresse: |\n \n    LYON\n"])
def test_yaml_that_its_reader_falls_over_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "relance.yaml").write_text(text)
    with pytest.raises(Refusal, match="YAML"):
        read_policy(tmp_path / "relance.yaml")
