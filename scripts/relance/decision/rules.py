"""The firm's own rules: the first one whose condition holds says what is done otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.claim import Claim
from relance.policy.settings import Condition, Rule, Step
from relance.values.kinds import Profile, Tone

# How one speaks to whom when neither rule nor step says: a first delay is an oversight.
_TONES = {
    Profile.FIRST_DELAY: Tone.GENTLE,
    Profile.LOYAL: Tone.GENTLE,
    Profile.BAD_PAYER: Tone.FIRM,
}


@dataclass(frozen=True, slots=True)
class ClaimSituation:
    """What rules look at: one claim, and the late claims of its client in its currency.

    `total` and `largest` are amounts in the claim's currency, `late` a number of claims,
    `days` the claim's days late, negative before its due date.
    """

    claim: Claim
    total: Decimal
    largest: Decimal
    late: int
    days: int
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """The rule that wins for a claim, and its place in the file, from 1."""

    place: int
    rule: Rule

    def __str__(self) -> str:
        """« règle 2 (solde-max 100) : parcours petit-montant »."""
        return f"règle {self.place} ({_condition(self.rule)}) : {_effect(self.rule)}"


def matching(rules: Sequence[Rule], situation: ClaimSituation) -> RuleMatch | None:
    """The first rule whose whole condition holds."""
    for place, rule in enumerate(rules, 1):
        if _holds(rule.condition, situation):
            return RuleMatch(place, rule)
    return None


def tone_of(match: RuleMatch | None, step: Step, profile: Profile | None) -> Tone:
    """The rule's tone, else the step's, else the one that suits the client."""
    if match is not None and match.rule.tone is not None:
        return match.rule.tone
    return step.tone or _TONES.get(profile or Profile.NEW, Tone.NEUTRAL)


def _holds(asked: Condition, situation: ClaimSituation) -> bool:
    claim = situation.claim
    client = claim.client
    return (
        _within(asked.balance_min, situation.total, asked.balance_max)
        and _within(asked.claim_min, situation.largest, asked.claim_max)
        and _within(asked.claims_min, situation.late, asked.claims_max)
        and _within(asked.days_min, situation.days, asked.days_max)
        and (not asked.currencies or claim.currency in asked.currencies)
        and (not asked.debtors or client.debtor in asked.debtors)
        and (not asked.profiles or situation.profile in asked.profiles)
        and (not asked.clients or bool({client.account, client.name} & set(asked.clients)))
        and (not asked.tags or bool(claim.tags & set(asked.tags)))
    )


def _within(low: Decimal | int | None, value: Decimal | int, high: Decimal | int | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


# ---------------------------------------------------------------- In words


def _condition(rule: Rule) -> str:
    parts = [f"{key} {_words(value)}" for key, value in _asked(rule.condition)]
    return ", ".join(parts) or "sans condition"


def _asked(condition: Condition) -> Iterator[tuple[str, object]]:
    """The keys a condition names, in French, with their values."""
    for name, field in Condition.model_fields.items():
        value = getattr(condition, name)
        if value is not None:
            yield str(field.validation_alias), value


def _words(value: object) -> str:
    return " ou ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _effect(rule: Rule) -> str:
    effects = {
        "parcours": rule.track,
        "ton": rule.tone,
        "canal-en-plus": " et ".join(rule.extra or ()),
        "ecart": rule.gap,
    }
    return ", ".join(f"{key} {value}" for key, value in effects.items() if value)


# ---------------------------------------------------------------- Rules that never match


def idle(rules: Sequence[Rule]) -> Iterator[tuple[int, str]]:
    """The rules that can never match, by their place from 1, each with the reason in French."""
    for place, rule in enumerate(rules, 1):
        if contradiction := _contradiction(rule.condition):
            yield place, contradiction
            continue
        for before, other in enumerate(rules[: place - 1], 1):
            if _covers(other.condition, rule.condition):
                yield place, f"la règle {before} l'emporte toujours sur elle"
                break


def _contradiction(asked: Condition) -> str:
    bounds: dict[str, tuple[Decimal | int | None, Decimal | int | None]] = {
        "solde": (asked.balance_min, asked.balance_max),
        "creance": (asked.claim_min, asked.claim_max),
        "creances": (asked.claims_min, asked.claims_max),
        "jours": (asked.days_min, asked.days_max),
    }
    crossed = [
        name for name, (low, high) in bounds.items() if low and high is not None and low > high
    ]
    return f"{crossed[0]}-min dépasse {crossed[0]}-max" if crossed else ""


def _covers(wide: Condition, narrow: Condition) -> bool:
    """Whether everything that meets `narrow` meets `wide`."""
    lows = ("balance_min", "claim_min", "claims_min", "days_min")
    highs = ("balance_max", "claim_max", "claims_max", "days_max")
    words = ("currencies", "debtors", "profiles", "clients", "tags")
    return (
        all(_bounded(getattr(wide, k), getattr(narrow, k), upper=False) for k in lows)
        and all(_bounded(getattr(wide, k), getattr(narrow, k), upper=True) for k in highs)
        and all(_among(getattr(wide, k), getattr(narrow, k)) for k in words)
    )


def _bounded(wide: Decimal | None, narrow: Decimal | None, *, upper: bool) -> bool:
    if wide is None:
        return True
    if narrow is None:
        return False
    return narrow <= wide if upper else narrow >= wide


def _among(wide: tuple[str, ...] | None, narrow: tuple[str, ...] | None) -> bool:
    return not wide or (bool(narrow) and set(narrow or ()) <= set(wide))
