"""The whole life of an invoice or a client, and the reasoning behind today's decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from relance.claims.claim import Claim
from relance.claims.history import key
from relance.claims.insolvency import ToDeclare
from relance.claims.on_day import OnDay
from relance.claims.penalty_reckoning import HOME
from relance.claims.profile import ClientProfile, PaymentRecord
from relance.claims.promises import PromiseOutcome
from relance.decision import notices
from relance.decision.notices import deadline, opened, sums_to_declare, time_barred
from relance.decision.outcomes import Letter, Line, Plan, Wait
from relance.decision.penalty_words import account_lines, left
from relance.decision.status_words import arrival
from relance.ledger.client_names import find_client, matching, named_like
from relance.outlook.chronicle import ChronicleEntry, Subject, chronicle
from relance.outlook.prevention import look_up
from relance.text.escapes import short
from relance.text.firms import siren_of
from relance.text.locales import decimal, french_date, money
from relance.values.facts import Client, Commit
from relance.values.kinds import Profile
from relance.values.problem import refuse


@dataclass(frozen=True, slots=True)
class Explanation:
    """Who and what, everything that happened in order, and what is decided today."""

    title: str
    facts: tuple[str, ...]
    events: tuple[ChronicleEntry, ...]
    decisions: tuple[str, ...]


def explain(
    on: OnDay, subject: str, plan: Plan, arrivals: Mapping[str, Commit] | None = None
) -> Explanation:
    """Explain an invoice by its number, or a client by account or name, at the date
    of the plan.

    `arrivals` are the commits that brought each file of the register, where git knows them.
    Raises `Refusal` when the books know neither.
    """
    books, claims = on.books, on.claims
    named = [c for c in claims if subject in (c.invoice, c.label)]
    client = named[0].client if named else find_client(books.clients, subject)
    if client is None:
        names = {name or "" for c in claims for name in (c.invoice, c.label)}
        what = "ni facture ni client de ce nom"
        if matching(books.clients, subject):
            what = "plusieurs clients de ce nom"
        raise refuse(short(subject), what, named_like(subject, books.clients, sorted(names - {""})))
    invoice = named[0].invoice if named else None
    shown = named or on.claims_of(client.account)
    return Explanation(
        title=f"{named[0].label} · {client.label}" if named else client.label,
        facts=(
            *client_facts(client, plan),
            *(_claim_fact(claim, on) for claim in shown),
            *(_invoice_penalties(named, on) if named else penalty_facts(client, on)),
        ),
        events=chronicle(on, Subject(client, invoice), arrivals),
        decisions=tuple(_decisions(shown, plan, on)),
    )


def client_facts(client: Client, plan: Plan) -> tuple[str, ...]:
    """Who a client is, how it pays, what is to be declared."""
    return (
        *identity_facts(client),
        *_profile_facts(plan.profiles.get(client.account)),
        *declaration_facts(client, plan),
    )


def declaration_facts(client: Client, plan: Plan) -> tuple[str, ...]:
    """What of a client is to be declared to its trustee."""
    ours = (debts for debts in plan.declarations if debts.client.account == client.account)
    return tuple(map(_to_declare, ours))


def identity_facts(client: Client) -> list[str]:
    """Which account a client has, of what kind it is, who deals with it."""
    kind = client.debtor.value if client.debtor else "type inconnu"
    facts = [f"{client.account} ({client.source}), {kind}"]
    if client.followed_by:
        facts.append(f"suivi par {client.followed_by}")
    if client.excluded:
        facts.append("exclu des relances")
    if siren := siren_of(client.siren or ""):
        facts.append(f"à vérifier : {look_up(siren)}")
    return facts


def _profile_facts(payer: ClientProfile | None) -> list[str]:
    """The profile, why, and its figures."""
    if payer is None:
        return []
    facts = [f"profil {payer.profile} : {payer.because}", *_record_facts(payer.record)]
    if payer.profile is Profile.IN_DIFFICULTY:
        facts.append("proposer un échéancier")
    return facts


def _record_facts(record: PaymentRecord) -> Iterator[str]:
    if not record.settled:  # the profile says so already
        lately = ""
    else:
        lately = f"factures réglées : {record.settled}, dont {record.recent} sur la période"
    if record.days_late is not None and record.on_time is not None:
        share = f"{decimal(record.on_time)} % à temps"
        lately += f" (retard moyen {decimal(record.days_late)} j, {share})"
    yield f"{lately}{' ; ' if lately else ''}en retard aujourd'hui : {record.late_now}"
    promises = ", ".join(f"{PROMISES_TOLD[x]} : {number}" for x, number in record.promises.items())
    promises = f" ; promesses {promises}" if promises else ""
    yield f"mises en demeure : {record.notices}{promises}"
    if reasons := ", ".join(f"{word} ({number})" for word, number in record.reasons.items()):
        yield f"raisons données : {reasons}"


PROMISES_TOLD = {
    PromiseOutcome.RUNNING: "en cours",
    PromiseOutcome.KEPT: "tenues",
    PromiseOutcome.PARTLY_KEPT: "tenues en partie",
    PromiseOutcome.BROKEN: "rompues",
    PromiseOutcome.REPLACED: "remplacées",
}


def _name(claim: Claim) -> str:
    return claim.numbered or "sans numéro"


def _to_declare(due: ToDeclare) -> str:
    sums = sums_to_declare(due)
    return f"à déclarer : {sums} {deadline(due)}, {opened(due)} ({due.proceedings.source})"


def _claim_fact(claim: Claim, on: OnDay) -> str:
    due = french_date(claim.due) if claim.due else "sans échéance"
    sums = f"{money(claim.amount, claim.currency)}, reste {money(claim.balance, claim.currency)}"
    fact = f"{_name(claim)} : {sums}, échéance {due} ({claim.source})"
    if claim.balance <= 0:
        return fact
    return f"{fact}, {time_barred(on.limitation(claim))} (calcul, à faire vérifier)"


def penalty_facts(client: Client, on: OnDay) -> Iterator[str]:
    """The penalty accounts of which letters demanded something of a client."""
    for account in on.penalties.followed(client.account):
        yield from account_lines(account)


def _invoice_penalties(claims: Sequence[Claim], on: OnDay) -> Iterator[str]:
    """Those of one invoice, demanded or not, with the fee that is in euros."""
    for currency in dict.fromkeys((*(claim.currency for claim in claims), HOME)):
        yield from account_lines(on.penalties.of(claims[0], currency))


# ---------------------------------------------------------------- What is decided


def decided(
    claims: Sequence[Claim], plan: Plan, on: OnDay
) -> Iterator[tuple[Claim, tuple[str, ...]]]:
    """Each claim with what is decided of it, then why, and what proves that it arrived, a line
    each."""
    waits = {key(wait.claim): wait for wait in plan.waits}
    lines, informed = (
        {key(line.claim): (line, x) for x in letters for line in x.lines if line.step}
        for letters in (
            [letter for letter in plan.letters if not letter.informs],
            [letter for letter in plan.letters if letter.informs],
        )
    )
    for claim in claims:
        beside = [*filter(None, [arrival(on, claim)]), *_uncorrected(claim, plan)]
        in_letter = list(_in_letter(*informed[key(claim)])) if key(claim) in informed else []
        if key(claim) in lines:
            yield claim, (*_in_letter(*lines[key(claim)]), *beside)
        elif key(claim) in waits:
            yield claim, (_waiting(waits[key(claim)]), *beside, *in_letter)
        elif in_letter:
            yield claim, tuple(in_letter)
        else:
            yield claim, (_settled(claim, plan, on), *_uncorrected(claim, plan))


def _settled(claim: Claim, plan: Plan, on: OnDay) -> str:
    account = on.penalties.of(claim)
    if not account.left.total:
        return f"soldée{_unthanked(claim, plan)}"
    paid = f"soldée le {french_date(account.settled_on)}" if account.settled_on else "soldée"
    outcome = next(
        (
            f" : {notices.remainder_outcome(remainder)} ({remainder.command})"
            for remainder in plan.remainders
            if (remainder.account.client, remainder.account.invoice)
            == (claim.client, claim.invoice)
        ),
        "",
    )
    return f"{paid} ; reste {left(account)} de pénalités demandées{outcome}"


def _uncorrected(claim: Claim, plan: Plan) -> Iterator[str]:
    """Why its client is not told today of a credit note that came after a letter."""
    for correction in plan.corrections:
        if key(correction.claim) == key(claim) and not correction.ready:
            sums = notices.correction_sums(correction)
            yield f"à rectifier : {sums} ; {correction.reason} ({correction.code})"


def _unthanked(claim: Claim, plan: Plan) -> str:
    """Why thanks for its invoice, due or soon due, do not leave today."""
    reasons = (
        f" ; remerciement : {paid.reason} ({paid.code})"
        for paid in plan.thanks
        if any(key(claim) == key(other) for other in paid.claims)
    )
    return next(reasons, "")


def _in_letter(line: Line, letter: Letter) -> Iterator[str]:
    assert line.step is not None
    yield f"{line.step.name}, parcours {line.track}, dans {letter.id}"
    yield f"parce que : {line.because}"
    if line.rule:
        yield line.rule
    yield from letter.remarks


def _waiting(wait: Wait) -> str:
    after = f" ; ensuite {wait.next_step}" if wait.next_step not in (None, wait.code) else ""
    when = f" le {french_date(wait.next_date)}" if wait.next_date else ""
    return f"attente {wait.code}, {wait.reason}{after}{when}"


def _decisions(claims: Sequence[Claim], plan: Plan, on: OnDay) -> Iterator[str]:
    for claim, (what, *why) in decided(claims, plan, on):
        yield f"{_name(claim)} : {what}"
        yield from (f"  {reason}" for reason in why)
