"""A litigation file by the French names that its templates use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from relance.files.account import DebtAccount, DebtLine, SetOff
from relance.files.casefile import CaseFile, Moment
from relance.files.exhibits import CaseExhibit
from relance.letters.compose import LetterSetting
from relance.letters.letter_facts import Facts, creditor_facts, recipient, segment_facts
from relance.letters.mentions import NAME, mentions
from relance.values.amounts import ZERO, cents
from relance.values.kinds import DebtorType

# How a court is seized: never an order for payment against a public body, nor any action for
# payment once proceedings are open.
ORDER, PUBLIC, INSOLVENT = "injonction", "public", "collective"


def reference(case: CaseFile) -> str:
    """« DC20261121 »."""
    return f"DC{case.day:%Y%m%d}"


def front(case: CaseFile, setting: LetterSetting, currency: str = "EUR") -> Facts:
    """The front matter of every sheet of the file."""
    return {
        "relance": reference(case),
        "date": case.day,
        "type": case.client.debtor.value if case.client.debtor else None,
        "canal": ["dossier"],
        "devise": currency,
        "destinataire": recipient(case.client),
        "creancier": creditor_facts(setting.creditor),
    }


def whole(case: CaseFile, setting: LetterSetting) -> Facts:
    """What every template of the file may name."""
    sentences = mentions(setting.folder / NAME, case.client.debtor, case.day)
    opened = case.proceedings
    return front(case, setting) | {
        "langue": setting.language,
        "type": case.client.debtor.value if case.client.debtor else "",
        "mentions": {key.replace("-", "_"): sentence for key, sentence in sentences.items()},
        "voie": way(case),
        "procedure": {"jugement": opened.judgment, "mandataire": opened.trustee}
        if opened
        else None,
        "comptes": [account_facts(case, account) for account in case.accounts],
        "manques": [{"sorte": gap.code, "quoi": list(gap.about)} for gap in case.gaps],
        "pieces": [exhibit_facts(exhibit) for exhibit in case.exhibits],
        "chronologie": [_moment(moment) for moment in case.moments],
        "prescriptions": [
            _limitation(line)
            for account in case.accounts
            for line in (*account.due, *account.later)
        ],
    }


def way(case: CaseFile) -> str:
    """Which data a court is seized with; never which court, nor whether it should be."""
    if case.proceedings is not None:
        return INSOLVENT
    return PUBLIC if case.client.debtor is DebtorType.PUBLIC else ORDER


def account_facts(case: CaseFile, account: DebtAccount) -> Facts:
    """One currency: its totals, its claims, how its payments were set off."""
    return {
        "devise": account.currency,
        "arrete_au": account.stopped_on,
        "taux_inconnu": min(
            (
                x.interest.unknown_from
                for x in account.due
                if x.interest and x.interest.unknown_from
            ),
            default=None,
        ),
        "factures": [line_facts(case, line) for line in account.due],
        "a_venir": [line_facts(case, line) for line in account.later],
        "reglees": [line_facts(case, line) for line in account.settled],
        "segments": _segments(account.due),
        "imputations": _set_offs(account.due),
        "solde": cents(account.balance),
        "interets": cents(account.total("accrued")),
        "penalites_recues": cents(account.total("paid")),
        "principal": cents(account.total("principal_left")),
        "interets_dus": cents(account.total("interest_owed")),
        "indemnite": cents(account.total("fee")),
        "indemnites": sum(1 for line in account.due if line.fee),
        "conteste": cents(account.total("disputed")),
        "total": cents(account.asked),
    }


def line_facts(case: CaseFile, line: DebtLine) -> Facts:
    """One claim with its money, and the exhibits that are about it."""
    claim = line.claim
    return {
        "numero": claim.numbered if claim.label else "",
        "facture": claim.label,
        "date": claim.invoiced,
        "echeance": claim.due,
        "montant": cents(claim.amount),
        "recu": cents(claim.received),
        "solde": cents(claim.balance),
        "conteste": cents(line.disputed),
        "depuis": line.since,
        "interets": cents(line.accrued),
        "principal": cents(line.principal_left),
        "interets_dus": cents(line.interest_owed),
        "indemnite": cents(line.fee),
        "taux": line.interest.segments[-1].rate
        if line.interest and line.interest.segments
        else None,
        "contrat": line.agreed,
        "mise_en_demeure": line.notice,
        "copies": list(case.numbers_of(claim.label)),
        "pieces": [e.number for e in case.exhibits if claim.label in e.numbers],
    }


def _segments(lines: Iterable[DebtLine]) -> list[Facts]:
    return [
        {"numero": line.claim.numbered, **segment_facts(segment)}
        for line in lines
        if line.interest
        for segment in line.interest.segments
    ]


def _set_offs(lines: Iterable[DebtLine]) -> list[Facts]:
    """How each receipt was set off; without interest it went to the principal."""
    return [_set_off(line, use) for line in lines for use in uses(line)]


def uses(line: DebtLine) -> Sequence[SetOff]:
    """The receipts of a claim as they were set off, also of one that bears no interest."""
    if line.uses:
        return line.uses
    left, settled = line.claim.amount, []
    for receipt in line.claim.receipts:
        left -= receipt.amount
        settled.append(SetOff(receipt, ZERO, receipt.amount, left, ZERO))
    return settled


def _set_off(line: DebtLine, use: SetOff) -> Facts:
    return {
        "date": use.receipt.date,
        "avoir": use.receipt.credit_note,
        "sans_reference": not use.receipt.linked,
        "numero": line.claim.numbered,
        "montant": use.receipt.amount,
        "interets": use.interest,
        "principal": use.principal,
        "reste": use.principal_left,
        "interets_restants": use.interest_owed,
    }


def _limitation(line: DebtLine) -> Facts:
    claim = line.claim
    return {
        "numero": claim.numbered if claim.label else "",
        "prestation": claim.service,
        "date": claim.invoiced,
        "echeance": claim.due,
        "depart": min(day for day in (claim.service, claim.invoiced, claim.due) if day),
        "origine": line.limitation.original,
        "reportee": line.limitation.moved,
        "delai": str(line.limitation.period or ""),
        "actes": sorted(
            {*line.acts, *(r.date for r in claim.receipts if r.linked and r.is_payment)}
        ),
    }


def exhibit_facts(exhibit: CaseExhibit) -> Facts:
    """One exhibit of the schedule."""
    letter = exhibit.letter
    return {
        "numero": exhibit.number,
        "sorte": exhibit.sort,
        "date": exhibit.date,
        "fichier": exhibit.path.rpartition("/")[2],
        "numeros": list(exhibit.numbers),
        "lettre": letter.id if letter else "",
        "etape": letter.step if letter else "",
        "rang": letter.rank if letter else 0,
        "canaux": list(letter.channels) if letter else [],
        "envois": [
            {"date": d.date, "canal": d.channel, "numero": d.number, "recu": d.received}
            for d in (letter.dispatches if letter else ())
        ],
    }


def _moment(moment: Moment) -> Facts:
    event = moment.event
    return {
        "date": event.date,
        "sorte": event.sort,
        "texte": event.what,
        "montant": event.amount.number if event.amount else None,
        "devise": event.amount.currency if event.amount else "",
        "pieces": list(moment.exhibits),
    }
