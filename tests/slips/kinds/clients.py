"""Slips where a client's account is opened."""

from __future__ import annotations

import re

from slips.writing import Place, Slip, each, slip

CLIENTS = ("client", "excluded-client")


@slip(*CLIENTS)
def client_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^  client: .*\n", ""))


@each(("nom", "name", "customer", "clients", "clent", "raison-sociale"), *CLIENTS)
def client_under_another_key(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("  client:", f"  {key}:"))


@slip("client")
def type_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^  type: .*\n", ""))


@each(("types", "tipe", "categorie", "sorte", "Type"), "client")
def type_under_another_key(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("  type:", f"  {key}:"))


@each(("pro", "professionel", "privé", "entreprise", "Professionnel", "publique"), "client")
def type_misspelt(place: Place, word: str) -> Slip | None:
    return place.becomes(place.sub(r'type: "[a-z]*"', f'type: "{word}"'))


@each(("delais", "dela", "terme", "paiement", "delai-paiement", "jours"), "client")
def terms_under_another_key(place: Place, key: str) -> Slip | None:
    """Where they are other than the policy's; where they are the same nothing is lost."""
    return place.becomes(place.text.replace("  delai:", f"  {key}:"))


@each(('"30 jours"', '"trente"', '"30j"', '"30 fdm"', "-30", "30.5"), "client")
def terms_in_words(place: Place, words: str) -> Slip | None:
    return place.becomes(place.sub(r"delai: \d+", f"delai: {words}"))


@each(
    ("relances: FALSE", "relanse: FALSE", "relancer: FALSE", "ne-pas-relancer: TRUE",
     "exclu: TRUE", 'relance: "FALSE"', 'relance: "non"', "Relance: FALSE", "relance: 0",
     "rappel: FALSE", "reminders: FALSE"),
    "excluded-client",
)  # fmt: skip
def exclusion_miswritten(place: Place, line: str) -> Slip | None:
    return place.becomes(place.text.replace("relance: FALSE", line))


@slip("client")
def email_with_two_signs(place: Place) -> Slip | None:
    """Told; the letter goes by post."""
    return place.becomes(place.text.replace("compta@", "compta@@"))


@slip("client")
def email_with_two_points(place: Place) -> Slip | None:
    return place.becomes(place.text.replace(".example", "..example"))


@slip("client")
def address_without_quotes(place: Place) -> Slip | None:
    return place.becomes(place.sub(r'adresse: "(.*)"', r"adresse: \1"))


@each(("adress", "addresse", "address", "adresses"), "client")
def address_key_misspelt(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("adresse:", f"{key}:"))


@slip("client")
def name_of_another_client(place: Place) -> Slip | None:
    """Two accounts under one name, as after a copy."""
    other = place.random.choice(place.others("client", same_client=False))
    name = re.findall(r'client: "([^"]*)"', other.text)[0]
    return place.becomes(place.sub(r'client: "[^"]*"', f'client: "{name}"'))


@slip("client")
def address_and_email_of_another_client(place: Place) -> Slip | None:
    """The whole block copied, the name alone changed."""
    other = place.random.choice(place.others("client", same_client=False))
    lines = re.findall(r"(?m)^  (?:adresse|courriel): .*\n", other.text)
    text = place.sub(r"^  adresse: .*\n  courriel: .*\n", "")
    return (text and place.becomes(text + "".join(lines))) or None


@slip(*CLIENTS)
def opened_too_late(place: Place) -> Slip | None:
    return place.becomes("2026-12-31" + place.text[10:])


@slip(*CLIENTS)
def opening_forgotten(place: Place) -> Slip | None:
    return place.becomes(f"; {place.text}".replace("\n", "\n;"))


@slip(*CLIENTS)
def opened_in_another_currency(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"(open \S+)( EUR)?$", r"\1 USD"))


@slip(*CLIENTS)
def opened_twice(place: Place) -> Slip | None:
    return place.twice(place.text)
