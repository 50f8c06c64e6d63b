"""What an invoice says under keys that are not read, and that its claim therefore waits for."""

from __future__ import annotations

import re
from datetime import date

from relance.claims.claim import Doubt
from relance.text.firms import is_named
from relance.text.locales import bare
from relance.values.facts import Client
from relance.values.movement import Movement, Saying, Unread

_TELL = "nommez-la dans grand-livre.autres-cles"
_OTHERWISE = f"si elle dit autre chose, {_TELL}"


def unread(movement: Movement, client: Client, due: date | None) -> Doubt | None:
    """The first key of an invoice that says something which nothing takes into account; `due` is
    the day that is read."""
    if movement.credit_note:
        reason = f"débit étiqueté #avoir ({movement.source}) : un avoir saisi à l'envers ?"
        return Doubt("debit-inexplique", f"{reason} Corrigez son sens, ou ôtez l'étiquette")
    invoiced = movement.invoiced or movement.date
    taken_over = movement.opening and movement.invoiced is None
    if movement.own_due and movement.own_due < invoiced and not taken_over:
        days = f"échéance du {movement.own_due:%d/%m/%Y}, facture du {invoiced:%d/%m/%Y}"
        remedy = "corrigez l'une des deux, ou écrivez date-facture"
        return Doubt("echeance-avant-facture", f"{days} ({movement.source}) : {remedy}")
    deposited = movement.deposited
    if deposited and deposited > invoiced and not client.owes_from_deposit:
        what = f"« depot: {deposited:%d/%m/%Y} » ({movement.source}) ne compte que pour un client"
        remedy = "écrivez l'échéance qui en résulte, ou retirez-le"
        return Doubt("echeance-non-lue", f"{what} public : {remedy}")
    for key in movement.unread:
        if doubt := _doubt(key, movement, client, due):
            return doubt
    return None


def of_numbers(movement: Movement) -> str:
    """Which unread keys of a debit without a number may be its number: « » when none may."""
    keys = [
        unread_key.key
        for unread_key in movement.unread
        if unread_key.saying in (Saying.NUMBER, Saying.REFERENCE)
    ]
    return ", ".join(f"« {key} »" for key in dict.fromkeys(keys))


def _doubt(mark: Unread, movement: Movement, client: Client, due: date | None) -> Doubt | None:
    written = f"« {mark.key}: {mark.value} »" if mark.value else f"« {mark.key} »"
    written = f"{written} ({movement.source})"
    reason = None
    match mark.saying:
        case Saying.DUE if _says_another_day(mark, movement, due):
            reason = f"{written} n'est pas lu : si c'est l'échéance, nommez cette clé dans"
            return Doubt("echeance-non-lue", f"{reason} grand-livre.echeance ; {_OTHERWISE}")
        case Saying.STATE:
            remedy = "saisissez le règlement, la note ou relance: FALSE"
            reason = f"{written} n'est pas lu : {remedy} ; {_OTHERWISE}"
        case Saying.SUM:
            remedy = "une somme se dit par une écriture"
            reason = f"{written} n'est pas lu : {remedy} ; {_OTHERWISE}"
        case Saying.NUMBER if movement.invoices and not _same_number(mark.value, movement):
            asked = f"le numéro lu est {movement.invoices[0]}, lequel est le bon ?"
            reason = f"{written} n'est pas lu : {asked} S'il est autre chose, {_TELL}"
        case Saying.PARTY if not is_named(mark.value, client.label, client.account):
            reason = f"{written} n'est pas {client.label} : corrigez le compte ; {_OTHERWISE}"
        case Saying.EMPTY:
            written = f"« {mark.key}: » n'a pas de valeur ({movement.source})"
            reason = f"{written} : écrivez-la, ou retirez la ligne"
        case Saying.ELSEWHERE if mark.value not in movement.invoices:
            remedy = "mettez-la sous la première ligne de l'écriture"
            reason = f"{written} est sous la ligne d'un autre compte : {remedy}"
    return Doubt("cle-non-lue", reason) if reason else None


def _says_another_day(mark: Unread, movement: Movement, due: date | None) -> bool:
    invoiced = movement.invoiced or movement.date
    return mark.day is None or (mark.day > invoiced and mark.day != due)


def _same_number(text: str, movement: Movement) -> bool:
    """Whether a number is the invoice's, however it is spelt: « 2026 031 », F2026-031."""
    written = _joined(text)
    numbers = [_joined(name) for name in (*movement.invoices, movement.label or "") if name]
    return any(name in written or written in name for name in numbers)


def _joined(text: str) -> str:
    return re.sub(r"[\W_]", "", bare(text))
