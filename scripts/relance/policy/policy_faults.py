"""What is wrong with a policy: its keys one by one, each complaint in French at its place, and what
they say of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from relance.policy.settings import (
    DEFAULT_STEPS,
    DEFAULT_TRACKS,
    STANDARD,
    Policy,
    Raw,
    Section,
    keys_of,
    section_in,
)
from relance.policy.step_settings import APART, INFORMATION_STEPS, REMAINDER, WRITTEN
from relance.policy.value_checks import FAULT, shown
from relance.text.yamlfile import Trail, YamlDocument
from relance.values.kinds import Information
from relance.values.problem import Problem, suggest

# Why no track leads to a step, and what makes its letter leave.
_BROUGHT_BY = {
    REMAINDER: ("suit le règlement d'une facture", "penalites: {reliquat: relancer}"),
    Information.THANKS: ("suit le règlement d'une facture", "merci: true"),
    Information.CORRECTION: ("suit un avoir", "rectification: true"),
    Information.STATEMENT: ("a sa propre commande", "relance releves"),
}

Fault = tuple[Trail, str, str]  # where, what, remedy

_KEYS = "écrivez-les au-dessous, décalées de deux espaces, ou entre accolades"
_EXPECTED = {
    "bool_type": ("true (oui) ou false (non) est attendu", "écrivez true ou false"),
    "dict_type": ("des clés (« clé: valeur ») sont attendues", _KEYS),
    "model_type": ("des clés (« clé: valeur ») sont attendues", _KEYS),
    "tuple_type": ("une liste est attendue", "écrivez [a, b]"),
}


def validated(merged: Raw, document: YamlDocument) -> tuple[Policy | None, list[Problem]]:
    """The policy that the keys make, or what is wrong with them one by one, at their places."""
    try:
        return Policy.model_validate(merged, by_alias=True, by_name=False), []
    except ValidationError as failed:
        return None, [_told(error, document) for error in failed.errors(include_url=False)]


def _told(error: ErrorDetails, document: YamlDocument) -> Problem:
    """One of pydantic's complaints in French, at its place in the file."""
    location = error["loc"]
    # "#…" names a branch of the model and "[key]" the key itself: no key of the file.
    trail: Trail = tuple(p for p in location if p != "[key]" and not str(p).startswith("#"))
    names = [part for part in trail if isinstance(part, str)]
    last, kind, context = trail[-1], error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        remedy = suggest(str(last), keys_of(section_at(trail[:-1])))
        return Problem(document.key_place(trail), f"clé inconnue « {last} »", remedy)
    if kind == "missing" or (error["input"] is None and _is_required(trail)):
        what = " : ".join([*(f"« {part} »" for part in names[-2:-1]), f"il manque « {last} »"])
        return Problem(document.place(trail), what, f"ajoutez « {last}: … »")
    source = document.key_place(trail) if location[-1] == "[key]" else document.place(trail)
    if kind == FAULT:
        what, remedy = context["what"], context["remedy"]
    else:
        unlike = ("une autre valeur est attendue", "retirez la clé : sa valeur par défaut vaut")
        expected, remedy = _EXPECTED.get(kind, unlike)
        what = f"{expected}, pas {shown(error['input'])}"
    if error["input"] is None and kind != FAULT:
        remedy = "retirez la clé pour garder la valeur par défaut"
    owner = names[-2 if location[-1] == "[key]" else -1]
    return Problem(source, f"« {owner} » : {what}", remedy)


def _is_required(trail: Trail) -> bool:
    field = keys_of(section_at(trail[:-1])).get(str(trail[-1]))
    return field is not None and field.is_required()


def section_at(trail: Trail) -> type[Section]:
    """The section that holds what a trail leads to."""
    section: type[Section] = Policy
    for part in trail:
        if field := keys_of(section).get(str(part)):
            section = section_in(field.annotation) or section
    return section


def contradictions(merged: Raw, written: Raw) -> Iterator[Fault]:
    """What keys say of each other: steps, tracks and rules, whatever else is wrong."""
    steps, tracks, rules = merged["etapes"], merged["parcours"], merged.get("regles")
    yield from _removals(written)
    if not isinstance(tracks, Mapping):
        return
    if STANDARD not in tracks:
        yield ("parcours", STANDARD), f"le parcours « {STANDARD} » est obligatoire", "gardez-le"
    if isinstance(steps, Mapping):
        yield from _apart_faults(steps)
        own_tracks = written.get("parcours")
        for name, track in tracks.items():
            if isinstance(track, list):
                mine = isinstance(own_tracks, Mapping) and name in own_tracks
                yield from _track_faults(name, track, steps, written=mine)
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        track = rule.get("parcours") if isinstance(rule, Mapping) else None
        if isinstance(track, str) and track not in tracks:
            what = f"parcours inconnu : « {track} »"
            yield ("regles", index, "parcours"), what, suggest(track, tracks)


def _removals(written: Raw) -> Iterator[Fault]:
    for key, default in (("etapes", DEFAULT_STEPS), ("parcours", DEFAULT_TRACKS)):
        mine = written.get(key)
        for name, value in mine.items() if isinstance(mine, Mapping) else ():
            if value is None and name not in default:
                what = f"« {name} » n'existe pas : rien à retirer"
                yield (key, name), what, suggest(name, default)


def _apart_faults(steps: Raw) -> Iterator[Fault]:
    """The steps to which no track leads: none gives formal notice."""
    remainder = steps.get(REMAINDER)
    if isinstance(remainder, Mapping) and remainder.get("effet"):
        what = "une lettre de reliquat ne met pas en demeure"
        yield ("etapes", REMAINDER, "effet"), what, "retirez « effet »"
    for name in INFORMATION_STEPS:
        yield from _information_faults(name, steps.get(name))


def _information_faults(name: str, step: object) -> Iterator[Fault]:
    """A letter that asks for nothing has nothing of a demand, and is written on a page."""
    if not isinstance(step, Mapping):
        return
    for asking in ("effet", "penalites", "sous"):
        if step.get(asking):
            what = f"une lettre « {name} » ne réclame rien"
            yield ("etapes", name, asking), what, f"retirez « {asking} »"
    channels = step.get("canal")
    for channel in channels if isinstance(channels, list) else [channels]:
        if channel not in {None, *WRITTEN}:
            what = f"une lettre « {name} » part par courriel ou par courrier"
            yield ("etapes", name, "canal"), what, "courriel ou courrier"


def _track_faults(name: str, track: list[Any], steps: Raw, *, written: bool) -> Iterator[Fault]:
    here: Trail = ("parcours", name) if written else ("etapes",)
    if not track:
        yield here, f"le parcours « {name} » n'a aucune étape", "donnez-lui-en au moins une"
    late = False
    for index, step in enumerate(track):
        if not isinstance(step, str):
            continue
        place: Trail = (*here, index) if written else (*here, step)
        if step in APART:
            follows, key = _BROUGHT_BY[step]
            what = f"l'étape « {step} » {follows} : aucun parcours n'y mène"
            yield place, what, f"retirez-la ; {key} la fait partir"
            continue
        if step not in steps:
            yield place, f"étape inconnue : « {step} »", suggest(step, steps)
            continue
        if step in track[:index]:
            yield place, f"l'étape « {step} » est deux fois dans ce parcours", "gardez-la une fois"
        after = _after(steps[step])
        if after is None and not late:
            what = f"« {step} », sans « apres », ouvre le parcours « {name} » après l'échéance"
            yield place, what, "donnez-lui « apres », ou mettez une autre étape avant elle"
        late = late or after is None or after >= 0


def _after(step: object) -> int | None:
    """The `apres` of a step not checked yet, 0 when what it says is told as a fault elsewhere."""
    if not isinstance(step, Mapping):
        return 0
    text = step.get("apres", None if "ecart" in step else "0")
    readable = isinstance(text, str) and re.fullmatch("[-+]?[0-9]{1,4}", text)
    return None if text is None else int(str(text)) if readable else 0
