"""What will hinder a payment or a reminder one day, told before it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from relance.claims.claim import Claim
from relance.claims.limitation import limitation
from relance.claims.on_day import OnDay
from relance.decision.channels import on_envelope
from relance.outlook.agreed_rates import below_floor, below_the_law
from relance.outlook.double_accounts import shared
from relance.outlook.hindrances import Finding, grouped
from relance.outlook.signs import hidden_signs, unprintable_texts
from relance.policy.output import Window
from relance.policy.settings import Policy
from relance.text.address_panel import TooLong
from relance.text.firms import is_company_number, is_foreign
from relance.text.locales import short_date
from relance.text.postal import at_home
from relance.values.dates import end_of_month
from relance.values.facts import Books, Client
from relance.values.kinds import DebtorType
from relance.values.problem import Problem, Source

LATE_ENTRY = 30  # days between an invoice and its entry from which it is worth a word


def prevent(on: OnDay) -> tuple[Problem, ...]:
    """The warnings about clients, open invoices and policy at a date, grouped by kind."""
    open_ = [c for c in on.open if not c.client.excluded and not c.excluded]
    clients = [client for client in on.books.clients if not client.excluded]
    findings = [
        *_unnamed_steps(on.policy),
        *(finding for client in clients for finding in _about_client(client)),
        *(f for client in clients for f in _about_envelope(client, on.policy.page.window)),
        *(finding for claim in open_ for finding in _about_claim(claim)),
        *_on_two_accounts(clients),
        *unprintable_texts(clients, open_, on),
        *hidden_signs(clients, open_),
        *_without_copy(open_, on.books, on.day),
        *_entered_late(open_, on.books, on.day),
        *(finding for claim in open_ for finding in _served_late(claim)),
        *below_floor(on, clients, open_),
        *below_the_law(on, clients, open_),
    ]
    return tuple(grouped(findings))


def look_up(siren: str) -> str:
    """Where anyone can see whether a company exists, and whether it is in proceedings."""
    return (
        f"https://annuaire-entreprises.data.gouv.fr/entreprise/{siren} ; procédures collectives "
        "sur https://www.bodacc.fr, recherche par SIREN"
    )


def _unnamed_steps(policy: Policy) -> Iterator[Finding]:
    named = {name for track in policy.tracks.values() for name in track}
    for name in policy.steps:
        if name not in named:
            yield Finding(
                "{n} étape{s} dans aucun parcours, donc jamais atteinte{s}",
                f"« {name} »",
                Source("relance.yaml"),
                "nommez-la dans « parcours », ou retirez-la (null)",
            )


# ---------------------------------------------------------------- Clients


def _about_client(client: Client) -> Iterator[Finding]:
    """What this client's account does not say, or says in vain."""

    def finding(kind: str, remedy: str, subject: str = "") -> Finding:
        return Finding(kind, subject or client.label, client.source, remedy)

    if client.debtor is None:
        kind = "{n} client{s} sans « type » : ni pénalités ni mise en demeure"
        yield finding(kind, 'ajoutez type: "professionnel", "public", "particulier" ou "autre"')
    if not client.address:
        kind = "{n} client{s} sans « adresse » : aucune lettre recommandée"
        yield finding(kind, 'ajoutez adresse: "1 rue …\\n69000 LYON"')
    if not client.mailed:
        yield finding("{n} client{s} sans « courriel » : aucun courriel", 'ajoutez courriel: "…"')
    if client.terms is None:
        kind = "{n} client{s} sans « delai » : celui de la politique s'applique, s'il y en a un"
        yield finding(kind, "convenez-en par écrit, puis ajoutez delai: 30")
    yield from _about_number(client)
    if client.debtor in (DebtorType.CONSUMER, DebtorType.OTHER) and client.rate:
        yield finding(_NO_EFFECT, _LEGAL_RATE_ONLY)
    if client.debtor is DebtorType.PUBLIC and not client.bears_interest:
        yield finding(_VOID, "retirez « penalites: FALSE »")


def _about_envelope(client: Client, window: Window) -> Iterator[Finding]:
    """What of the client's address its envelope's window does not show."""
    if not client.address:
        return
    try:
        fitted = on_envelope(client, window)
    except TooLong as reason:
        kind = "{n} adresse{s} trop longue{s} pour la fenêtre : ni courrier ni recommandé"
        subject = f"{client.label} ({reason})"
        yield Finding(
            kind, subject, client.source, "abrégez-la : six lignes de 38 signes, sept à l'étranger"
        )
        return
    if fitted.without_contact:
        kind = "{n} « contact » hors de la fenêtre : l'adresse la remplit"
        yield Finding(kind, client.label, client.source, "abrégez l'adresse pour qu'il s'imprime")


_NO_EFFECT = "{n} « taux » sans effet : un particulier ne doit que le taux légal"
_LEGAL_RATE_ONLY = "retirez « taux » (C. civ. 1231-6)"
_VOID = (
    "{n} « penalites: FALSE » envers une personne publique : y renoncer est réputé non écrit "
    "(C. commande publique L2192-14)"
)


def _about_number(client: Client) -> Iterator[Finding]:
    if client.siren is None:
        # A foreign firm has none; a public body pays whatever its number.
        french = at_home(client.address, client.country) and not is_foreign(client.label)
        if client.debtor is DebtorType.PROFESSIONAL and french:
            kind = "{n} client{s} sans « siren » : ni identité sûre ni veille des procédures"
            yield Finding(kind, client.label, client.source, 'ajoutez siren: "123456789"')
    elif not is_company_number(client.siren):
        kind = "{n} SIREN ou SIRET à la clé fausse"
        subject = f"{client.siren} ({client.label})"
        yield Finding(kind, subject, client.source, "recopiez-le de l'annuaire des entreprises")


# ---------------------------------------------------------------- Open invoices


def longest(debtor: DebtorType | None, invoiced: dt.date) -> dt.date | None:
    """The latest due date that the law allows; None where it sets none.

    Between professionals 60 days, or 45 and the end of the month in either reading (C. com.
    L441-10 I): the longest of the three. Public bodies 30 (R2192-10; hospitals 50, public
    undertakings 60, which only their contract tells).
    """
    if debtor is DebtorType.PUBLIC:
        return invoiced + timedelta(30)
    if debtor is not DebtorType.PROFESSIONAL:
        return None
    return max(
        invoiced + timedelta(60),
        end_of_month(invoiced + timedelta(45)),
        end_of_month(invoiced) + timedelta(45),
    )


def _about_claim(claim: Claim) -> Iterator[Finding]:
    client, name = claim.client, claim.label or str(claim.source)
    received = claim.deposited if client.owes_from_deposit else None
    last = longest(client.debtor, received or claim.invoiced)
    if claim.due and last and claim.due > last:
        kind = "{n} échéance{s} au-delà du maximum légal (C. com. L441-10, C. cde publ. R2192-10)"
        due, limit = short_date(claim.due), short_date(last)
        remedy = "raccourcissez le délai ; certains secteurs et établissements ont le leur"
        yield Finding(kind, f"{name} au {due} au lieu du {limit}", claim.source, remedy)
    if claim.limitation and not limitation(claim).period:
        kind = "{n} « prescription » sans effet : celle de la loi est plus courte"
        yield Finding(kind, f"{name} ({claim.limitation})", claim.source, "retirez-la")
    if client.debtor is DebtorType.PUBLIC and not claim.bears_interest:
        yield Finding(_VOID, name, claim.source, "retirez « penalites: FALSE »")
    if client.debtor in (DebtorType.CONSUMER, DebtorType.OTHER) and claim.rate:
        yield Finding(_NO_EFFECT, name, claim.source, _LEGAL_RATE_ONLY)


def _without_copy(claims: Iterable[Claim], books: Books, day: dt.date) -> Iterator[Finding]:
    copied = {
        (document.account, name)
        for document in books.documents
        if document.copy and document.date <= day
        for name in document.invoices
    }
    for claim in claims:
        account = claim.client.account
        if claim.invoice and (account, claim.invoice) not in copied:
            kind = "{n} facture{s} ouverte{s} sans copie : rien à joindre aux relances"
            name = claim.invoice
            remedy = f'AAAA-MM-JJ document {account} "pieces/{name}.pdf" ^{name} #facture'
            yield Finding(kind, claim.label, claim.source, remedy)


def _served_late(claim: Claim) -> Iterator[Finding]:
    """Work done after the day on which it was due: one of the two is wrong, or paid in advance."""
    if claim.service and claim.due and claim.service > claim.due:
        kind = "{n} prestation{s} datée{s} après l'échéance"
        subject = f"{claim.numbered} ({short_date(claim.service)})"
        yield Finding(kind, subject, claim.source, "corrigez « prestation », ou l'échéance")


def _entered_late(claims: Sequence[Claim], books: Books, day: dt.date) -> Iterator[Finding]:
    """Invoices whose `date-facture` is long before their entry; the first day of the clients'
    accounts, on which older balances are brought forward, apart."""
    first = min((movement.date for movement in books.movements), default=day)
    open_ = {(claim.client.account, claim.invoice) for claim in claims}
    for movement in books.movements:
        if movement.invoiced is None or not first < movement.date <= day:
            continue
        late = (movement.date - movement.invoiced).days
        if late > LATE_ENTRY and any((movement.account, n) in open_ for n in movement.invoices):
            kind = "{n} facture{s} saisie{s} longtemps après leur date"
            subject = f"{movement.label or movement.invoices[0]} ({late} jours)"
            remedy = "facturez et saisissez sans attendre : le délai court depuis la facture"
            yield Finding(kind, subject, movement.source, remedy)


def _on_two_accounts(clients: Iterable[Client]) -> Iterator[Finding]:
    """What makes two clients of one: each account gets first letters of its own."""
    for one in shared(clients):
        kind = "{n} SIREN ou courriel{s} sur deux comptes clients : un seul client ?"
        yield Finding(
            kind,
            f"{one.what}, {one.accounts}",
            one.clients[0].source,
            "gardez un compte par client : succede: \"l'ancien\" à l'ouverture de celui qui reste",
        )
