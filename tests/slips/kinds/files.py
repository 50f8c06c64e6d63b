"""Slips in what holds the books together: includes, options, accounts; and in the policy."""

from __future__ import annotations

from slips.books import MAIN
from slips.writing import Place, Slip, each, slip


@slip("include")
def include_forgotten(place: Place) -> Slip | None:
    return place.becomes(";; " + place.text)


@slip("include")
def include_twice(place: Place) -> Slip | None:
    return place.twice(place.text)


@slip("include")
def include_misspelt(place: Place) -> Slip | None:
    return place.becomes(place.text.replace(".beancount", ".beancont"))


@slip("include-register")
def register_not_included(place: Place) -> Slip | None:
    return place.becomes(";; " + place.text)


@slip("include-register")
def register_of_another_folder(place: Place) -> Slip | None:
    return place.becomes(place.text.replace("../out", "out"))


@slip("options")
def options_forgotten(place: Place) -> Slip | None:
    return place.becomes(";;\n")


@slip("options")
def option_misspelt(place: Place) -> Slip | None:
    return place.becomes(place.text.replace("name_assets", "name_asset"))


@slip("options")
def root_in_english(place: Place) -> Slip | None:
    return place.becomes(place.text.replace('"Actifs"', '"Assets"'))


@slip("account")
def account_not_opened(place: Place) -> Slip | None:
    """The account above the clients' is used by nobody."""
    return place.becomes(";; " + place.text)


@slip("account")
def account_opened_too_late(place: Place) -> Slip | None:
    return place.becomes("2026-12-31" + place.text[10:])


def policy(place: Place, old: str, new: str) -> Slip | None:
    return place.becomes(place.text.replace(old, new))


@slip("policy")
def policy_rate_with_comma_in_flow(place: Place) -> Slip | None:
    return policy(place, "taux: 12.5", "taux: 12,5")


@slip("policy")
def policy_fee_with_comma_in_flow(place: Place) -> Slip | None:
    return policy(place, "indemnite: 42.50", "indemnite: 42,50")


@slip("policy")
def policy_number_with_comma(place: Place) -> Slip | None:
    return policy(place, "tolerance: 1.50", "tolerance: 1,50")


@each(("foo: null", "foo: 1", "taux:", "delais: null", "relance-1:", "ecart-clients: 12"), "policy")
def policy_with_an_unknown_key(place: Place, line: str) -> Slip | None:
    return place.becomes(place.text + line + "\n")


@each(("penalite", "penalties", "pénalités", "Penalites"), "policy")
def policy_key_misspelt(place: Place, key: str) -> Slip | None:
    return policy(place, "penalites:", f"{key}:")


@each(("tolerance:", "ecart:", "delai:", "promesse:"), "policy")
def policy_key_indented(place: Place, key: str) -> Slip | None:
    return policy(place, f"\n{key}", f"\n  {key}")


@slip("policy")
def policy_key_not_indented(place: Place) -> Slip | None:
    return policy(place, "\n  fichier:", "\nfichier:")


@slip("policy")
def policy_with_a_tab(place: Place) -> Slip | None:
    return policy(place, "\n  fichier:", "\n\tfichier:")


@each(("30 jours", "30j", "1 mois", "trente", "-30", "30.5"), "policy")
def policy_terms_in_another_unit(place: Place, words: str) -> Slip | None:
    return policy(place, "delai: 30", f"delai: {words}")


@each(("1 semaine", "7 jours", "-7", "0.5", "oui"), "policy")
def policy_gap_in_another_unit(place: Place, words: str) -> Slip | None:
    return policy(place, "ecart: 7", f"ecart: {words}")


@each(("12.5 %", "12.5%", "0.125", "1250"), "policy")
def policy_rate_in_another_unit(place: Place, words: str) -> Slip | None:
    """A rate of one in a thousand or of a thousand in a hundred is no rate."""
    return policy(place, "taux: 12.5", f"taux: {words}")


@each(("40 €", "40 EUR", "-40", "quarante"), "policy")
def policy_fee_in_another_unit(place: Place, words: str) -> Slip | None:
    return policy(place, "indemnite: 42.50", f"indemnite: {words}")


@slip("policy")
def policy_key_twice(place: Place) -> Slip | None:
    return place.becomes(place.text + "delai: 60\n")


@slip("policy")
def policy_colon_without_space(place: Place) -> Slip | None:
    return policy(place, "delai: 30", "delai:30")


@slip("policy")
def policy_of_another_prefix(place: Place) -> Slip | None:
    return policy(place, "[Actifs:Clients]", "[Actifs:Client]")


@slip("policy")
def policy_of_a_narrower_prefix(place: Place) -> Slip | None:
    """All the other clients are no clients any more."""
    return policy(place, "[Actifs:Clients]", "[Actifs:Clients:Muller]")


@slip("policy")
def policy_of_another_file(place: Place) -> Slip | None:
    """One of the included files in the place of the one that includes them."""
    return policy(place, MAIN, "ledger/2026.beancount")


@slip("policy")
def policy_rule_with_a_comma(place: Place) -> Slip | None:
    return policy(place, "solde-max: 100,", "solde-max: 100,50,") or policy(
        place, "{solde-max: 100}", "{solde-max: 100,50}"
    )


@slip("policy")
def policy_of_an_unknown_track(place: Place) -> Slip | None:
    return policy(place, "petit-montant", "petits-montants")
