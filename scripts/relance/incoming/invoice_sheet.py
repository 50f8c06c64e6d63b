"""A sheet of invoices: one row each, what is paid of it in whichever way people say so."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from relance.incoming import bank_text
from relance.incoming.client_sheet import party_of
from relance.incoming.csv_profiles import column_word
from relance.incoming.invoice import (
    DocumentKind,
    Invoice,
    Party,
    Payment,
    Reference,
    StatedAmount,
    VatLine,
)
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.sheets import SheetHeader, SheetRow, columns_of, header_of, rows_of
from relance.text.escapes import short
from relance.text.locales import is_currency
from relance.values.amounts import ZERO
from relance.values.problem import Problem, Refusal, Source

SHEET = "factures"
_NEEDED = ("numero", "date", "client")
_SUMS = ("total", "ht")
_PAID = {"payee", "paye", "reglee", "regle", "soldee", "solde", "acquittee", "acquitte", "oui", "x"}
_PAID |= {"encaissee", "encaisse", "ok", "paid", "vrai", "true"}
_OPEN = {"", "impayee", "impaye", "nonpayee", "nonpaye", "nonreglee", "nonregle", "non", "emise"}
_OPEN |= {"envoyee", "enattente", "enattentedepaiement", "aregler", "apayer", "due", "ouverte"}
_OPEN |= {"enretard", "echue", "arelancer", "relancee", "facturee", "faux", "false", "unpaid"}
_NOT_ISSUED = {"brouillon", "annulee", "annule", "devis", "proforma", "abandonnee", "bondecommande"}
_CREDITS = {"avoir", "notedecredit", "factureavoir", "facturedavoir"}
_INVOICES = {"", "facture", "factures", "acompte", "facturedacompte", "facturedesolde", "solde"}


def _recognises(head: Head) -> bool:
    sheet = header_of(head.lines, columns_of(SHEET), _NEEDED)
    return sheet is not None and not {*_SUMS}.isdisjoint(sheet.names)


def read(content: bytes, file: str) -> Reading[Invoice]:
    """The invoices of a sheet, the seller left out: it is whose sheet this is. Each row that cannot
    be taken is a fault; `Refusal` (2) for what is no such sheet."""
    sheet, rows = rows_of(content, file, columns_of(SHEET), _NEEDED)
    invoices: dict[str, Invoice] = {}
    faults: list[Problem] = []
    remarks = [*_of_total(sheet, file), *sheet.unread(file)]
    for row in rows:
        about = f"la facture « {short(row['numero'], 40)} »"
        try:
            invoice = _invoice(row)
        except ValueError as why:
            faults.append(row.fault(f"{about} n'est pas prise : {why}"))
            continue
        if invoice is None:
            reason = short(f"{row['nature']} {row['statut']}", 40)
            remedy = "elle ne demande aucun paiement"
            remarks.append(Problem(row.source, f"{about} est laissée : « {reason} »", remedy))
        elif first := invoices.get(invoice.number):
            what = f"{about} n'est pas prise : son numéro est déjà à la ligne {first.source.line}"
            faults.append(row.fault(what))
        else:
            invoices[invoice.number] = invoice
    return Reading(tuple(invoices.values()), tuple(faults), tuple(remarks))


def _of_total(sheet: SheetHeader, file: str) -> Iterator[Problem]:
    """A column that is only called « Montant » is with VAT, unless another one is of the VAT."""
    if "total" not in sheet.names or "ht" in sheet.names:
        return
    written = sheet.written[sheet.names.index("total")]
    if column_word(written) not in {"montant", "montanttotal", "total"}:
        return
    source, remedy = Source(file, sheet.line), "nommez-la « Montant TTC » ou « Montant HT »"
    if "montant-tva" in sheet.names:
        what = f"on ne sait si la colonne « {short(written, 40)} » est HT ou TTC"
        raise Refusal([Problem(source, what, remedy)])
    yield Problem(source, f"la colonne « {short(written, 40)} » est lue comme TTC", remedy)


def _invoice(row: SheetRow) -> Invoice | None:
    """The invoice of a row, None for what asks for nothing yet; ValueError, in words that follow a
    colon, when it cannot be taken."""
    nature, status = column_word(row["nature"]), column_word(row["statut"])
    if {nature, status} & _NOT_ISSUED:
        return None
    if not row["numero"]:
        raise ValueError("son numéro manque")
    if nature not in _CREDITS | _INVOICES:
        raise ValueError(f"« {short(row['nature'], 40)} » n'est ni facture ni avoir")
    stated, tax = _total(row)
    credit = stated < ZERO or bool(row["avoir-de"]) or nature in _CREDITS
    total = abs(stated)
    prepaid = _prepaid(row, total)
    issued = bank_text.day(row["date"])
    due = bank_text.day(row["echeance"]) if row["echeance"] else None
    if due and due < issued:
        raise ValueError("son échéance précède sa date")
    return Invoice(
        kind=DocumentKind.CREDIT_NOTE if credit else DocumentKind.INVOICE,
        code="381" if credit else "380",
        number=row["numero"],
        issued=issued,
        due=due,
        instalments=(),
        terms="",
        delivered=bank_text.day(row["prestation"]) if row["prestation"] else None,
        currency=_currency(row),
        seller=Party(""),
        buyer=party_of(row),
        total=_figure(row, total, "total"),
        vat=_vat(row, tax, total),
        prepaid=_figure(row, prepaid, "regle"),
        rounding=ZERO,
        payable=_figure(row, total - prepaid, "solde"),
        refers_to=(Reference(row["avoir-de"], None),) if row["avoir-de"] else (),
        payment=Payment(),
        notes=(row["objet"],) if row["objet"] else (),
        source=row.source,
    )


def _figure(row: SheetRow, value: Decimal, column: str) -> StatedAmount:
    return StatedAmount(value, row.source, column)


def _vat(row: SheetRow, tax: Decimal | None, total: Decimal) -> tuple[VatLine, ...]:
    """The VAT as one line of no known rate, when the sheet says it."""
    if tax is None:
        return ()
    base = _figure(row, total - abs(tax), "ht")
    return (VatLine("", None, base, _figure(row, abs(tax), "montant-tva")),)


def _currency(row: SheetRow) -> str:
    text = row["devise"].upper().replace("€", "EUR").replace("EUROS", "EUR") or "EUR"
    if not is_currency(text):
        raise ValueError(f"sa devise « {short(row['devise'], 20)} » n'est pas connue")
    return text


def _total(row: SheetRow) -> tuple[Decimal, Decimal | None]:
    """The sum with VAT and the VAT, of which two of three columns say the third."""
    stated, net, tax = (
        bank_text.amount(row[column]) if row[column] else None
        for column in ("total", "ht", "montant-tva")
    )
    if net is not None and tax is not None:
        if stated not in (None, net + tax):
            raise ValueError("son TTC n'est pas la somme du HT et de la TVA")
        return net + tax, tax
    if stated is None:
        raise ValueError("son montant TTC manque")
    return stated, stated - net if net is not None else tax


def _prepaid(row: SheetRow, total: Decimal) -> Decimal:
    """What is paid of it, as amounts, as a day or as a word say; they must agree."""
    paid = _paid_amount(row["regle"], total)
    left = abs(bank_text.amount(row["solde"])) if row["solde"] else None
    if row["regle-le"]:
        bank_text.day(row["regle-le"])
    word, unsaid = column_word(row["statut"]), paid is None and left is None
    if word not in _PAID | _OPEN and unsaid:
        raise ValueError(f"son statut « {short(row['statut'], 40)} » ne dit pas si elle est payée")
    settled = word in _PAID or (bool(row["regle-le"]) and unsaid)
    said = {*([paid] if paid is not None else []), *([total - left] if left is not None else [])}
    said |= {total} if settled else set()
    if len(said) > 1:
        raise ValueError("ses colonnes ne disent pas la même chose de ce qui est payé")
    prepaid = said.pop() if said else ZERO
    if not ZERO <= prepaid <= total:
        raise ValueError("plus que son total est dit payé, ou moins que rien")
    return prepaid


def _paid_amount(text: str, total: Decimal) -> Decimal | None:
    """« 300,00 », « oui », « non » or the day of the payment in a column that says what is paid."""
    word = column_word(text)
    if not text or word in _OPEN:
        return ZERO if text else None
    if word in _PAID:
        return total
    try:
        bank_text.day(text)
    except ValueError:
        return abs(bank_text.amount(text))
    return total


KIND = Kind("tableau de factures", _recognises, read)
