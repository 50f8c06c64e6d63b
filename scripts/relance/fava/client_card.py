"""A client at a glance: whom to reach and how, what it owes, how it pays, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from urllib.parse import quote

from relance.claims.on_day import OnDay
from relance.claims.profile import ClientProfile, PaymentRecord
from relance.files.explanation import PROMISES_TOLD
from relance.outlook.task import dialled
from relance.text.escapes import plain
from relance.text.locales import decimal, money
from relance.text.words import count
from relance.values.amounts import ZERO
from relance.values.facts import Client

Facts = dict[str, object]


def card(client: Client) -> Facts:
    """Whom to reach, by telephone, e-mail and post; nothing for what the books do not say."""
    return {
        "contact": plain(client.reader or ""),
        "telephone": plain(client.phone or ""),
        "tel": dialled(client.phone or ""),
        "courriels": [
            {"nom": plain(address), "lien": f"mailto:{quote(address, safe='@')}"}
            for address in client.mailed
        ],
        "adresse": list(map(plain, client.address)),
    }


def totals(client: Client, on: OnDay) -> Iterator[Facts]:
    """What it was invoiced, owes, owes late and paid too much: by currency, never added up."""
    claims, overpaid = on.claims_of(client.account), on.overpaid(client.account)
    for currency in sorted({x.currency for x in claims} | {x.currency for x in overpaid}):
        ours = [claim for claim in claims if claim.currency == currency]
        open_ = [claim for claim in ours if claim.balance > 0]
        sums: Mapping[str, Decimal] = {
            "Facturé": sum((claim.amount for claim in ours), ZERO),
            "Encours": sum((claim.balance for claim in open_), ZERO),
            "dont échu": sum((claim.balance for claim in open_ if on.late(claim)), ZERO),
            "Trop-perçu": sum((x.amount for x in overpaid if x.currency == currency), ZERO),
        }
        for title, number in sums.items():
            if number or title == "Encours":
                yield {"titre": title, "somme": money(number, currency)}


def habits(payer: ClientProfile | None) -> Iterator[str]:
    """How a client pays, in sentences."""
    if payer is None:
        return
    record = payer.record
    because = f" : {payer.because}" if payer.because else ""
    yield f"Profil {payer.profile}{because}."
    yield _delay(record)
    if record.late_now:
        yield f"{count(record.late_now, 'créance')} en retard aujourd'hui."
    if record.notices:
        plural = "s" if record.notices > 1 else ""
        yield f"{record.notices} mise{plural} en demeure."
    if record.promises:
        kept = (f"{PROMISES_TOLD[x]} : {number}" for x, number in record.promises.items())
        yield f"Promesses {', '.join(kept)}."
    if record.reasons:
        given = (f"{reason} ({number})" for reason, number in record.reasons.items())
        yield f"Raisons données : {', '.join(given)}."


def _delay(record: PaymentRecord) -> str:
    if record.days_late is None or record.on_time is None:
        paid = f" ({count(record.settled, 'facture')} plus tôt)" if record.settled else ""
        return f"Rien de réglé ces derniers mois{paid}."
    invoices = count(record.recent, "facture")
    if not record.days_late:
        return f"Règle à l'échéance ({invoices} sur la période)."
    days = f"{decimal(record.days_late)} jour{'s' if record.days_late >= 2 else ''}"
    longest = f", au plus {count(record.longest, 'jour')}" if record.recent > 1 else ""
    share = f"{decimal(record.on_time)} % à temps" if record.on_time else "jamais à temps"
    return f"Règle en moyenne {days} après l'échéance{longest} ({invoices}, {share})."
