"""Who owes: the clients declared on `open` directives, and whose each account is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from relance.ledger.beancount import OpenEntry
from relance.ledger.client_names import MOST, nfc
from relance.ledger.fields import Complaints, Fields
from relance.ledger.mistyped_keys import CLIENT, Watch
from relance.policy.settings import Policy
from relance.text.addresses import Unusable, ascii_address
from relance.text.escapes import plain
from relance.text.firms import compact, is_valid
from relance.text.locales import country_name, enumeration
from relance.text.postal import country_in, known_country
from relance.values.facts import Client
from relance.values.kinds import Channel, Civility, DebtorType, Profile
from relance.values.problem import Source, nearest
from relance.values.terms import Terms

_DEBTORS = {kind.value: kind for kind in DebtorType}
_CHANNELS = {channel.value: channel for channel in Channel if channel is not Channel.FILE}
_PROFILES = {profile.value: profile for profile in Profile}
_CIVILITIES = {civility.value: civility for civility in Civility}
_MEANS = {name: name for name in ("prelevement", "virement", "cheque", "carte", "especes")}


class Clients:
    """Whose an account is: the nearest declared client above it, below a configured prefix."""

    def __init__(self, prefixes: Iterable[str], declared: Iterable[Client]) -> None:
        self._prefixes = tuple(nfc(prefix) for prefix in prefixes)
        self._declared = {nfc(client.account): client for client in declared}
        self.known: dict[str, Client | None] = {}  # what `of` answered already

    @property
    def all(self) -> tuple[Client, ...]:
        """Every declared client, by account."""
        return tuple(self._declared[name] for name in sorted(self._declared))

    def names(self, account: str) -> bool:
        """Whether it is one of the prefixes itself."""
        return nfc(account) in self._prefixes

    def of(self, account: str) -> Client | None:
        """The client of an account; None when it lies below no prefix.

        Below a prefix but under no `client:`, the account stands for a client without name.
        """
        if account not in self.known:
            self.known[account] = self._find(nfc(account), account)
        return self.known[account]

    def _find(self, name: str, account: str) -> Client | None:
        prefix = next((p for p in self._prefixes if name == p or name.startswith(p + ":")), None)
        if prefix is None:
            return None
        while len(name) >= len(prefix):
            if name in self._declared:
                return self._declared[name]
            name = name.rpartition(":")[0]
        return Client(account, None, Source("grand livre"))


def read_clients(entries: Iterable[Any], policy: Policy, complaints: Complaints) -> Clients:
    """Read the clients; a prefix without account, one account written in two Unicode forms:
    faults."""
    opened = [entry for entry in entries if isinstance(entry, OpenEntry)]
    clients = Clients(policy.ledger.accounts, ())
    below = [entry for entry in opened if clients.of(entry.account)]
    _check_prefixes(policy, [entry.account for entry in opened], complaints)
    _check_forms(below, complaints)
    keys = Watch(CLIENT, policy.ledger, complaints)
    for entry in below:
        keys.look(entry.meta)
    declared = [
        _read_client(entry, policy, complaints) for entry in below if "client" in entry.meta
    ]
    return Clients(policy.ledger.accounts, declared)


def _check_prefixes(policy: Policy, accounts: list[str], complaints: Complaints) -> None:
    names = [nfc(account) for account in accounts]
    parents = {name[:end] for name in names for end in _ends(name)}
    for prefix in map(nfc, policy.ledger.accounts):
        if prefix not in parents:
            complaints.fault(
                Source(policy.ledger.file),
                f"aucun compte ouvert sous « {prefix} » (grand-livre.comptes)",
                _other_prefix(prefix, sorted(name for name in parents if ":" in name)),
            )


def _other_prefix(prefix: str, names: list[str]) -> str:
    """What can be written instead of a prefix without account; never a root, whose accounts are
    not all clients'."""
    if close := difflib.get_close_matches(prefix, names, 1, _TYPING_SLIP):
        return f"vouliez-vous « {close[0]} » ?"
    opened = f"ouvrez un compte par client : 2026-01-01 open {prefix}:Durand"
    of_root = [name for name in names if name.partition(":")[0] == prefix.partition(":")[0]]
    names = of_root or names
    if not names:
        return opened
    more = [f"{len(names) - MOST} de plus"] if len(names) > MOST else []
    shown = enumeration([*nearest(prefix, names)[:MOST], *more])
    return f"{opened} ; ou nommez dans grand-livre.comptes celui des clients, parmi {shown}"


_TYPING_SLIP = 0.8  # how alike two names are that a slip of the finger tells apart


def _ends(name: str) -> list[int]:
    return [i for i, letter in enumerate(name) if letter == ":"] + [len(name)]


def _check_forms(opened: list[Any], complaints: Complaints) -> None:
    first: dict[str, Any] = {}
    for entry in opened:
        if (other := first.setdefault(nfc(entry.account), entry)) is not entry:
            complaints.fault(
                complaints.place(entry.meta),
                f"« {entry.account} » est déjà ouvert ({complaints.place(other.meta)}) "
                "sous une autre forme Unicode des accents",
                "réécrivez les deux noms au clavier, en forme composée (NFC)",
            )


def _read_client(entry: Any, policy: Policy, complaints: Complaints) -> Client:
    fields = Fields(complaints, entry.meta)
    means = fields.choice("paiement", _MEANS)
    return Client(
        account=entry.account,
        name=_visible(fields.text("client")),
        source=fields.source,
        address=_lines(fields.text("adresse")),
        contact=fields.text("contact"),
        emails=_emails("courriel", fields, complaints),
        copies=_emails("copie", fields, complaints),
        reminder_contact=fields.text("contact-relance"),
        reminder_emails=_emails("courriel-relance", fields, complaints)
        if fields.text("courriel-relance")
        else None,
        phone=fields.text("telephone"),
        siren=fields.text("siren"),
        debtor=fields.choice("type", _DEBTORS),
        terms=_terms(fields),
        channel=fields.choice("canal", _CHANNELS),
        track=fields.choice("parcours", {name: name for name in policy.tracks}),
        rate=fields.rate(),
        bears_interest=fields.flag("penalites") is not False,
        reference=fields.text("reference"),
        followed_by=fields.text("suivi-par"),
        direct_debit=means == "prelevement",
        pays_otherwise=means not in (None, "virement"),
        excluded=fields.flag("relance") is False,
        profile=fields.choice("profil", _PROFILES),
        language=fields.text("langue"),
        country=_country(fields, complaints),
        payment_link=fields.link("lien-paiement"),
        aliases=_names(fields.text("autres-noms")),
        payer_ibans=_ibans(fields, complaints),
        mandates=_several(fields.text("mandat")),
        vat=fields.text("tva"),
        limitation=fields.period() or policy.limitation,
        civility=fields.choice("civilite", _CIVILITIES),
        succeeds=tuple(map(nfc, _names(fields.text("succede")))),
    )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in (text or "").splitlines())))


def _names(text: str | None) -> tuple[str, ...]:
    """Names one a line, or between semicolons: a comma may stand in one."""
    return tuple(filter(None, (name.strip() for name in re.split(r"[;\n]", text or ""))))


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, re.split(r"[,;\n]", text or ""))))


def _ibans(fields: Fields, complaints: Complaints) -> tuple[str, ...]:
    """The accounts that the client pays from; one that is no IBAN counts as absent, and is told."""
    ibans = []
    for written in _several(fields.text("iban-payeur")):
        if is_valid("iban", written):
            ibans.append(compact("iban", written))
        else:
            what = f"« iban-payeur » : « {plain(written)} » n'est pas un IBAN"
            complaints.warn(fields.source, what, "vérifiez chaque caractère")
    return tuple(dict.fromkeys(ibans))


def _emails(key: str, fields: Fields, complaints: Complaints) -> tuple[str, ...]:
    """The addresses to which mail can be sent; another counts as absent, with a warning, so that
    the plan takes the next channel at once."""
    usable = []
    for address in _several(fields.text(key)):
        try:
            ascii_address(address)
        except Unusable as unusable:
            what = f"adresse de courriel inutilisable : {unusable}"
            complaints.warn(fields.source, what, f"corrigez « {key} » : {_correction(address)}")
        else:
            usable.append(address)
    return tuple(dict.fromkeys(usable))


def _correction(address: str) -> str:
    """What is to be done to an address of one of the usual slips."""
    if address.lower().startswith("mailto:"):
        return "retirez « mailto: »"
    if address.count("@") > 1:
        return "une virgule entre deux adresses"
    return "retirez le point final" if address.endswith(".") else "nom@domaine, sans espace"


def _visible(name: str | None) -> str | None:
    """A name of which something can be read; the account stands for any other."""
    return name if name and plain(name) else None


def _country(fields: Fields, complaints: Complaints) -> str | None:
    """The country of `pays`; one that contradicts the address is told, and the address stands."""
    written = fields.text("pays")
    code = known_country(written) if written else None
    if written and code is None:
        fields.wrong("pays", f"ne connaît pas « {written} »", 'écrivez "DE" ou "Allemagne"')
    named = country_in(_lines(fields.text("adresse"))) if code else None
    if code and named and code != named:
        what = f"« pays » dit « {country_name(code)} », l'adresse « {country_name(named)} »"
        complaints.warn(fields.source, what, "corrigez l'un des deux")
    return code


def _terms(fields: Fields) -> Terms | None:
    key, value = fields.raw("delai")
    if value is None:
        return None
    terms = None if isinstance(value, bool) else Terms.parse(str(value))
    if terms is None:
        fields.wrong(
            key, f"ne se comprend pas : {value}", 'écrivez 30, "45 fin de mois" ou "fin de mois 45"'
        )
    return terms
