"""A sheet of clients: one row each, its columns by the words people use for our keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relance.incoming.csv_profiles import column_word
from relance.incoming.invoice import Party
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.sheets import SheetRow, columns_of, header_of, rows_of
from relance.text.escapes import short
from relance.text.postal import known_country
from relance.values.kinds import DebtorType
from relance.values.problem import Problem, Source
from relance.values.terms import Terms


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client: who it is, and the keys of the books that its row fills, in our order."""

    party: Party
    keys: tuple[tuple[str, object], ...]
    source: Source


SHEET = "clients"
_NEEDED = ("client",)
# One of them beside the name makes a sheet of clients; a sheet of invoices has numbers and sums.
_TELLING = ("adresse", "courriel", "siren", "siret", "telephone", "type", "delai")
_TYPES = {
    DebtorType.PROFESSIONAL: "professionnel professionnelle pro entreprise societe b2b",
    DebtorType.PUBLIC: "public publique collectivite administration mairie b2g",
    DebtorType.CONSUMER: "particulier particuliere prive consommateur b2c",
    DebtorType.OTHER: "autre association copropriete syndic",
}


def _recognises(head: Head) -> bool:
    sheet = header_of(head.lines, columns_of(SHEET), _NEEDED)
    return sheet is not None and not {*_TELLING}.isdisjoint(sheet.names)


def read(content: bytes, file: str) -> Reading[ClientRow]:
    """The clients of a sheet, each row that cannot be taken a fault; `Refusal` (2) for no sheet."""
    sheet, rows = rows_of(content, file, columns_of(SHEET), _NEEDED)
    clients: list[ClientRow] = []
    faults: list[Problem] = []
    for row in rows:
        try:
            clients.append(ClientRow(party_of(row), tuple(_keys(row)), row.source))
        except ValueError as why:
            about = short(row["client"], 60) or "sans nom"
            faults.append(row.fault(f"le client « {about} » n'est pas pris : {why}"))
    return Reading(tuple(clients), tuple(faults), tuple(sheet.unread(file)))


def party_of(row: SheetRow) -> Party:
    """Who a row names; ValueError, in words that follow a colon, when it says so badly."""
    name = f"{row['prenom']} {row['client']}".strip()
    if not row["client"]:
        raise ValueError("son nom manque")
    locality = f"{row['code-postal']} {row['ville']}".strip()
    siren, siret = (re.sub(r"[\s.]", "", row[column]) for column in ("siren", "siret"))
    if siren and not re.fullmatch(r"\d{9}|\d{14}", siren, re.ASCII):
        raise ValueError(f"le SIREN « {short(row['siren'], 40)} » n'a pas 9 chiffres")
    if siret and not re.fullmatch(r"\d{14}", siret, re.ASCII):
        raise ValueError(f"le SIRET « {short(row['siret'], 40)} » n'a pas 14 chiffres")
    return Party(
        name,
        address=tuple(filter(None, (row["adresse"], row["adresse-2"], locality))),
        country=_country(row["pays"]),
        siren=(siren or siret)[:9],
        siret=siret or (siren if siren[9:] else ""),
        vat=re.sub(r"[\s.-]", "", row["tva"]).upper(),
        email=re.split(r"[,;\s]+", row["courriel"])[0],
    )


def _country(text: str) -> str:
    code = known_country(text) if text else ""
    if code is None:
        raise ValueError(f"le pays « {short(text, 40)} » n'est pas connu")
    return code


def _keys(row: SheetRow) -> Iterator[tuple[str, str]]:
    """The keys beside who it is, as the books write them."""
    if emails := ", ".join(filter(None, re.split(r"[,;\s]+", row["courriel"]))):
        yield "courriel", emails
    for key in ("telephone", "contact", "reference", "langue", "suivi-par"):
        if row[key]:
            yield key, row[key]
    if row["type"]:
        yield "type", _type(row["type"])
    if row["delai"]:
        yield "delai", _terms(row["delai"])


def _type(text: str) -> str:
    word = column_word(text)
    debtor = next((debtor for debtor, words in _TYPES.items() if word in words.split()), None)
    if debtor is None:
        choices = ", ".join(_TYPES)
        raise ValueError(f"le type « {short(text, 40)} » n'est pas connu ; au choix : {choices}")
    return debtor


def _terms(text: str) -> str:
    """« 45 jours fin de mois » as the books write it: « 45 fin de mois »."""
    words = re.sub(r"\b(?:jours?|j|à|net|date de facture)\b|(?<=\d)j\b", " ", text.casefold())
    terms = " ".join(words.split())
    if column_word(text) in _AT_ONCE:
        return "0"
    if Terms.parse(terms) is None:
        raise ValueError(f"le délai « {short(text, 40)} » ne se lit pas ; écrivez 30 jours")
    return terms


_AT_ONCE = {"areception", "comptant", "areceptiondefacture", "immediat"}
KIND = Kind("tableau de clients", _recognises, read)
