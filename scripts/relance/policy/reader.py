"""Reading relance.yaml: its merge with the defaults, and every fault at once, each at its place.

Merge rule. Mappings merge with the defaults key by key and at every depth, `null` removes a
known key, lists replace. A default track loses the steps that the user removed, and goes when none
is left; a track that the user wrote may only name steps that exist.

Order of the steps. They rank by `apres`; equal ones keep the order of the file, the defaults
first. A step never ranks before one that precedes it in a track: so one without `apres` comes
right after the step it follows, and a step that the user adds lands where it is used.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from relance.policy.policy_faults import contradictions, section_at, validated
from relance.policy.settings import STANDARD, Policy, Raw, Step, keys_of
from relance.policy.value_checks import shown
from relance.text.yamlfile import Trail, load
from relance.values.problem import Problem, Refusal, Source, refuse

_NEVER = -(10**6)  # the rank of a step that has no `apres`, before its tracks place it


def read_policy(path: Path) -> Policy:
    """The policy of a file; raises Refusal with all its faults, named by the file's name."""
    document = load(_read_text(path), path.name)
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        what = f"des clés (« clé: valeur ») sont attendues, pas {shown(value)}"
        raise Refusal([Problem(Source(path.name, 1, 1), what, "commencez par « creancier: »")])
    merged = merge_with_defaults(value)
    policy, problems = validated(merged, document)
    problems += [
        Problem(document.place(trail), what, remedy)
        for trail, what, remedy in contradictions(merged, value)
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
    if path.exists() and not (path.is_file() or path.is_dir()):  # read, a pipe would never end
        raise refuse(path.name, "ce n'est pas un fichier ordinaire", f"remplacez {path}")
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
    owner = section_at(trail)
    return owner is not section_at(trail[:-1]) and key in keys_of(owner)


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
