"""What an invoice says under keys that are not read: another due date, that it is paid, another
sum. Whoever wrote it believes that it counts, so the claim must wait for an answer.

Only what looks like one of these is taken; any other key is a memo of its own.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from textwrap import shorten
from typing import Any

from relance.ledger.beancount import Amount
from relance.ledger.mistyped_keys import DEPOSIT, KeyPlace
from relance.policy.settings import LedgerSettings
from relance.text.escapes import plain
from relance.text.locales import bare, french_date
from relance.values.amounts import Money
from relance.values.movement import Saying, Unread


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IMPORTERS = _words("filename lineno import importer imported source ofx csv")
_INVOICE = _words("invoice facture inv bill rechnung")
_NUMBER = _INVOICE | _words("numero num no n nr number id ref reference piece document doc de")
_PARTY = _words(
    "client customer debtor debiteur payeur payer tiers acheteur buyer kunde billto"
    " clientname customername nomclient nomduclient"
)
_DUE = _words(
    "due duedate dueon dueat echeance echeances ech deadline limite datelimite payable exigible"
    " maturity expiry expires terme terms term delai delais paybefore payby zahlbar"
    " faellig faelligkeit zahlungsziel"
)
_PAYMENT = _words("reglement reglements paiement payment pay payments condition conditions")
_IN_DAYS = re.compile(r"\d+ ?(?:j|jours?|d|days?|tage)\b|fin de mois|\bnet \d+|end of month")
_DEBIT = _words("prelevement prelevements sepa directdebit direct debit")
_SUM = _words(
    "montant somme acompte amount sum reste restant total ttc avoir escompte remise rabais discount"
    " deposit balance downpayment credit partial partiel"
)
_STATE = _words("status statut etat state situation stade suivi action")
# What a word of a key or of a state says of an invoice: that it must not be asked for as it is.
_STOPS = _words(
    "paid paye payee payes payees regle reglee regles reglees settled solde soldee"
    " acquitte acquittee encaisse encaissee encaissement cloture cloturee clos close closed"
    " annule annulee annulation cancel canceled cancelled void voided"
    " litige conteste contestee contestation dispute disputed contested bloque bloquee blocage"
    " block blocked hold onhold suspendu suspendue suspension suspended pause stop stopped"
    " exclu exclue exclure exclude excluded ignore ignored skip gel gele gelee frozen"
    " lettre lettree lettrage reconciled rapproche rapprochee"
    " refunded rembourse remboursee writeoff writtenoff perte perdue irrecouvrable baddebt"
    " abandonne abandonnee abandon douteuse douteux contentieux huissier avocat"
    " promesse promis promise promised echelonne echelonnee echeancier reporte reportee report"
    " moratoire affacturage factor cede cedee cession compense compensee compensation"
    " remplace remplacee replaced proforma devis brouillon draft parcours"
)
_REMINDERS = _words(
    "relancer relance relances rappel rappels rappeler reminder reminders remind dunning dun"
)
_OPEN = _words("open ouvert ouverte unpaid impaye impayee actif active due") | _REMINDERS
_NOT = _words("ne pas no not non sans aucun aucune jamais never un")
_LOADERS = {"filename", "lineno"}  # Beancount's own, on every entry
_NO = _words("false non no 0 nein n") | {""}


def said(meta: Mapping[str, Any], settings: LedgerSettings, read: KeyPlace) -> Iterator[Unread]:
    """What an invoice's metadata say under keys that are not `read`, and which of those that
    count have no value."""
    for key in sorted(meta.keys() - _LOADERS - set(settings.other_keys or ())):
        if key not in read.keys:
            if unread := saying(key, meta[key]):
                yield unread
        elif meta[key] is None and key in read.count and not _instead(key, meta, settings.due):
            yield Unread(key, Saying.EMPTY)


def _instead(key: str, meta: Mapping[str, Any], due: Sequence[str]) -> bool:
    """Whether another of the keys of the due date has the value that this one has not."""
    return key in due and any(meta.get(other) is not None for other in due)


def tagged(tags: Iterable[str], settings: LedgerSettings) -> Iterator[Unread]:
    """The tags of an invoice that say that it is paid, or must not be asked for."""
    for tag in sorted(set(tags) - set(settings.other_keys or ())):
        words = _tokens(tag)
        if words & _STOPS and not words & _NOT:
            yield Unread(f"#{tag}", Saying.STATE)


def misplaced(
    meta: Mapping[str, Any], settings: LedgerSettings, written: Container[str]
) -> Iterator[Unread]:
    """What a line of another account says of an invoice: a key below the last line of an entry
    belongs to that line alone. What is `written` in its place too says nothing more."""
    ours = {"relance", DEPOSIT, *settings.due, *settings.invoice.meta}
    for key in sorted(meta.keys() - set(settings.other_keys or ())):
        if key in ours:
            if key not in written:
                yield Unread(key, Saying.ELSEWHERE, _shown(meta[key]), _day(meta[key]))
        elif _tokens(key) & _DUE and (unread := saying(key, meta[key])):
            yield unread


def saying(key: str, value: Any) -> Unread | None:
    """What one key says, if it looks like something that counts."""
    if key.startswith("__") or value is None:
        return None
    words = _tokens(key)
    if words & _IMPORTERS and not words & _DUE:
        return None
    shown = _shown(value)
    if _stops(words, value):
        return Unread(key, Saying.STATE, shown)
    if (day := _day(value)) or _is_term(words, value):
        return Unread(key, Saying.DUE, shown, day)
    if (money := _money(words, value)) is not None:
        return Unread(key, Saying.SUM, shown, amount=money)
    name = _name(key, value)
    return Unread(key, name, shown) if name else None


def _is_term(key: frozenset[str], value: Any) -> bool:
    """Whether it says when to pay, not as a date: `delai: 60`, `conditions: "60 jours"`."""
    if isinstance(value, bool) or not re.search(r"\d", text := bare(_shown(value))):
        return False
    return bool(key & _DUE or (key & _PAYMENT and _IN_DAYS.search(text)))


def _name(key: str, value: Any) -> Saying | None:
    """Whether it names a debtor or has a number."""
    if isinstance(value, str) and _only(key, _PARTY) and value.strip():
        return Saying.PARTY
    words = _tokens(key)
    if isinstance(value, (str, Decimal)) and words & _NUMBER and re.search(r"\d", str(value)):
        return Saying.NUMBER if words & _INVOICE and _only(key, _NUMBER) else Saying.REFERENCE
    return None


def _tokens(text: str) -> frozenset[str]:
    """The words of a key or of a short value, and what they make when they are written together:
    `due-date`, `due_at`, `duedate`."""
    words = re.findall(r"[a-z]+", bare(text))
    return frozenset([*words, "".join(words)] if len(words) == 2 else words)


def _only(key: str, words: frozenset[str]) -> bool:
    """Whether a key is made of these words alone: `num-facture`, `billto`."""
    parts = re.findall(r"[a-z]+", bare(key))
    return bool(parts) and (words.issuperset(parts) or "".join(parts) in words)


def _stops(key: frozenset[str], value: Any) -> bool:
    """Whether it says that the invoice is paid, or must not be asked for."""
    if isinstance(value, Amount):
        return False
    words = _tokens(value) if isinstance(value, str) else frozenset()
    no = value is False or (isinstance(value, str) and bare(value) in _NO)
    if key & _OPEN and not key & _NOT:
        return no
    if key & _REMINDERS:
        return not no
    if key & _STOPS and not key & _NOT:
        return not no and not words & _NOT
    if key & _PAYMENT and words and words <= _DEBIT:
        return True
    negated = words & _NOT and not words & _REMINDERS
    stops = words & _STOPS or (words & _REMINDERS and words & _NOT)
    return bool(key & _STATE and stops and not negated)


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case date():
            return french_date(value)
        case str():
            return shorten(plain(value), 60, placeholder="…")
        case None:
            return ""
    return str(value)


_ISO = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})")
_FRENCH = re.compile(r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4}|\d\d)")
_NAMES = (
    "janvier janv january",
    "fevrier fev february",
    "mars march",
    "avril avr april",
    "mai may",
    "juin june",
    "juillet juil july",
    "aout august",
    "septembre sept september",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
)
_MONTHS = {name: month for month, names in enumerate(_NAMES, 1) for name in names.split()}
_SPELT = re.compile(r"(?P<d>\d{1,2})(?:er)? (?P<name>[a-z]+) (?P<y>\d{4})")


def _day(value: Any) -> date | None:
    """A date, or a text that is one: ISO, JJ/MM/AAAA, « 31 décembre 2026 »."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    if match := _ISO.fullmatch(text) or _FRENCH.fullmatch(text):
        year, month = int(match["y"]), int(match["m"])
    elif (match := _SPELT.fullmatch(bare(text))) and match["name"] in _MONTHS:
        year, month = int(match["y"]), _MONTHS[match["name"]]
    else:
        return None
    try:
        return date(year + 2000 if year < 100 else year, month, int(match["d"]))
    except ValueError:
        return None


_PRICE = re.compile(r"(?P<n>\d[\d  \u202f]*(?:[.,]\d{1,2})?)\s*(?:€|EUR|euros?)", re.IGNORECASE)


def _money(key: frozenset[str], value: Any) -> Money | None:
    """A sum: with its currency, or a plain number under a key that says that it is one."""
    if isinstance(value, Amount) and value.number is not None:
        return Money(value.number, value.currency)
    if isinstance(value, Decimal) and key & _SUM:
        return Money(value, "")
    if isinstance(value, str) and (price := _PRICE.fullmatch(value.strip())):
        number = re.sub(r"\s", "", price["n"]).replace(",", ".")
        return Money(Decimal(number), "EUR")
    return None
