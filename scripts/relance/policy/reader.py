"""Reading relance.yaml: its merge with the defaults, and every fault at once, each at its place.

Merge rule. Mappings merge with the defaults key by key and at every depth, `null` removes a
known key, lists replace. A default track loses the steps that the user removed, and goes when none
is left; a track that the user wrote may only name steps that exist.

Order of the steps. They rank by `apres`; equal ones keep the order of the file, the defaults
first. A step never ranks before one that precedes it in a track: so one without `apres` comes
right after the step it follows, and a step that the user adds lands where it is used.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from relance.policy.settings import (
    DEFAULT_STEPS,
    DEFAULT_TRACKS,
    NAME,
    STANDARD,
    Policy,
    Section,
    Step,
)
from relance.policy.step_settings import REMAINDER
from relance.policy.value_checks import FAULT, shown
from relance.text.yamlfile import Trail, YamlDocument, load
from relance.values.problem import Problem, Refusal, Source, refuse, suggest

Raw = Mapping[str, object]
Fault = tuple[Trail, str, str]  # where, what, remedy

_NEVER = -(10**6)  # the rank of a step that has no `apres`, before its tracks place it


def read_policy(path: Path) -> Policy:
    """The policy of a file; raises Refusal with all its faults, named by the file's name."""
    document = load(_read_text(path), path.name)
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        what = f"des clés (« clé: valeur ») sont attendues, pas {shown(value)}"
        raise Refusal([Problem(Source(path.name, 1, 1), what, "commencez par « creancier: »")])
    merged = merge_with_defaults(value)
    policy, problems = _validated(merged, document)
    problems += [
        Problem(document.place(trail), what, remedy)
        for trail, what, remedy in _sense(merged, value)
    ]
    syntax = {problem.source for problem in document.problems}
    problems = document.problems + [p for p in problems if p.source not in syntax]
    if problems or policy is None:
        top = Source(path.name, 1, 1)  # of what is not written anywhere
        placed = {p if p.source.line else replace(p, source=top) for p in problems}
        raise Refusal(sorted(placed))
    return policy.model_copy(update={"steps": _ranked(policy)})


def place_in_policy(path: Path, trail: Trail) -> Source:
    """Where a key of a policy file is written."""
    return load(_read_text(path), path.name).place(trail)


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes().removeprefix(BOM_UTF8)
    except FileNotFoundError:
        remedy = "relance init crée un dossier complet ; --dossier en désigne un autre"
        raise refuse(path.name, "ce fichier n'existe pas", remedy) from None
    except OSError as error:
        what = "ce fichier ne peut pas être lu"
        what = "c'est un dossier, pas un fichier" if isinstance(error, IsADirectoryError) else what
        raise refuse(path.name, what, f"vérifiez {path} et ses droits d'accès") from None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Refusal([_encoding_problem(content, error.start, path.name)]) from None


def _encoding_problem(content: bytes, start: int, name: str) -> Problem:
    before = content[:start]
    column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
    source = Source(name, before.count(b"\n") + 1, column)
    what = f"ce fichier n'est pas en UTF-8 (octet {content[start]:#04x})"
    return Problem(source, what, "enregistrez-le en UTF-8 depuis votre éditeur")


# ---------------------------------------------------------------- Merging


def merge_with_defaults(written: Raw) -> dict[str, object]:
    """The keys of a file with the defaults below them (merge rule above)."""
    merged = dict(written)
    for key, default in _defaults():
        mine = written.get(key, {})
        merged[key] = _merge(default, mine, (key,)) if isinstance(mine, Mapping) else mine
    steps, tracks, mine = merged["etapes"], merged["parcours"], written.get("parcours", {})
    if isinstance(steps, Mapping) and isinstance(tracks, Mapping) and isinstance(mine, Mapping):
        merged["parcours"] = dict(_kept_tracks(tracks, mine, steps))
    return merged


def _defaults() -> Iterator[tuple[str, Raw]]:
    for field in Policy.model_fields.values():
        if isinstance(field.default, Mapping):
            yield str(field.validation_alias), field.default


def _merge(default: Raw, mine: Raw, trail: Trail) -> dict[str, object]:
    merged = dict(default)
    for key, value in mine.items():
        below = merged.get(key)
        if value is None and (key in merged or _is_removable(trail, key)):
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            default_below = below if isinstance(below, Mapping) else {}
            merged[key] = _merge(default_below, value, (*trail, key))
        else:
            merged[key] = value
    return merged


def _is_removable(trail: Trail, key: str) -> bool:
    """Whether `null` may take away a key that no default gives: one of its section, a step, a
    track. Any other stays, and is refused."""
    if trail in (("etapes",), ("parcours",)):
        return True  # `_removals` says which of them do not exist
    owner = _section_at(trail)
    return owner is not _section_at(trail[:-1]) and key in keys_of(owner)


def _kept_tracks(tracks: Raw, mine: Raw, steps: Raw) -> Iterator[tuple[str, object]]:
    for name, track in tracks.items():
        if name in mine or not isinstance(track, list):
            yield name, track
        elif (kept := [step for step in track if step in steps]) or name == STANDARD:
            yield name, kept


def _ranked(policy: Policy) -> dict[str, Step]:
    ranks = {
        name: (_NEVER if step.after is None else step.after, 0)
        for name, step in policy.steps.items()
    }
    for _ in ranks:  # one round at most for each step that another one pushes back
        for track in policy.tracks.values():
            for before, after in pairwise(track):
                if ranks[after] <= ranks[before]:
                    ranks[after] = (ranks[before][0], ranks[before][1] + 1)
    return {name: policy.steps[name] for name in sorted(ranks, key=lambda name: ranks[name])}


# ---------------------------------------------------------------- What does not make sense


def _sense(merged: Raw, written: Raw) -> Iterator[Fault]:
    """What keys say of each other: steps, tracks and rules, whatever else is wrong."""
    steps, tracks, rules = merged["etapes"], merged["parcours"], merged.get("regles")
    yield from _removals(written)
    if not isinstance(tracks, Mapping):
        return
    if STANDARD not in tracks:
        yield ("parcours", STANDARD), f"le parcours « {STANDARD} » est obligatoire", "gardez-le"
    if isinstance(steps, Mapping):
        yield from _remainder_faults(steps.get(REMAINDER))
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


def _remainder_faults(step: object) -> Iterator[Fault]:
    if isinstance(step, Mapping) and step.get("effet"):
        what = "une lettre de reliquat ne met pas en demeure"
        yield ("etapes", REMAINDER, "effet"), what, "retirez « effet »"


def _track_faults(name: str, track: list[Any], steps: Raw, *, written: bool) -> Iterator[Fault]:
    here: Trail = ("parcours", name) if written else ("etapes",)
    if not track:
        yield here, f"le parcours « {name} » n'a aucune étape", "donnez-lui-en au moins une"
    late = False
    for index, step in enumerate(track):
        if not isinstance(step, str):
            continue
        place: Trail = (*here, index) if written else (*here, step)
        if step not in steps:
            yield place, f"étape inconnue : « {step} »", suggest(step, steps)
            continue
        if step == REMAINDER:
            what = f"l'étape « {step} » suit le règlement d'une facture : aucun parcours n'y mène"
            yield place, what, "retirez-la ; penalites: {reliquat: relancer} la fait partir"
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


# ---------------------------------------------------------------- Telling

_KEYS = "écrivez-les au-dessous, décalées de deux espaces, ou entre accolades"
_EXPECTED = {
    "bool_type": ("true (oui) ou false (non) est attendu", "écrivez true ou false"),
    "dict_type": ("des clés (« clé: valeur ») sont attendues", _KEYS),
    "model_type": ("des clés (« clé: valeur ») sont attendues", _KEYS),
    "tuple_type": ("une liste est attendue", "écrivez [a, b]"),
}


def _validated(merged: Raw, document: YamlDocument) -> tuple[Policy | None, list[Problem]]:
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
        remedy = suggest(str(last), keys_of(_section_at(trail[:-1])))
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
    field = keys_of(_section_at(trail[:-1])).get(str(trail[-1]))
    return field is not None and field.is_required()


def keys_of(section: type[Section]) -> dict[str, FieldInfo]:
    """The French keys of a section."""
    fields = {str(field.validation_alias): field for field in section.model_fields.values()}
    return {key: field for key, field in fields.items() if key != NAME}


def _section_at(trail: Trail) -> type[Section]:
    section: type[Section] = Policy
    for part in trail:
        if field := keys_of(section).get(str(part)):
            section = section_in(field.annotation) or section
    return section


def section_in(annotation: object) -> type[Section] | None:
    """The section that a type holds, in a table, in a list, or as one of several choices."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(section_in, get_args(annotation))), None)
