"""What documents relance.yaml: the JSON Schema for editors, the table of keys for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_origin

from relance.policy.settings import NAME, Policy, Raw, Section, keys_of, section_in

TITLE = "La politique de relance (relance.yaml)"


def documented_keys() -> list[tuple[str, str, str]]:
    """Every key as (dotted name, default as one would write it, what it means in French).

    The steps' keys read `etapes.<nom>.apres`, the rules' `regles[].parcours`.
    """
    return list(_documented(Policy, "", {}))


def _documented(
    section: type[Section], prefix: str, defaults: Raw
) -> Iterator[tuple[str, str, str]]:
    for key, field in keys_of(section).items():
        default = defaults.get(key, field.default)
        kind, inner = get_origin(field.annotation), section_in(field.annotation)
        text = "obligatoire" if field.is_required() and key not in defaults else _flow(default)
        if inner and isinstance(default, Mapping) and kind is not dict:
            text = ""  # its keys tell their own defaults
        elif inner and default and isinstance(default, Mapping):
            text = _flow(list(default))
        yield f"{prefix}{key}", text, str(field.description)
        if inner:
            joint = ".<nom>." if kind is dict else "[]." if kind is tuple else "."
            below = default if isinstance(default, Mapping) and kind is not dict else {}
            yield from _documented(inner, f"{prefix}{key}{joint}", below)


def _flow(value: object) -> str:
    """A default as one would write it in the file, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and re.fullmatch(r"[\w.:+/-][\w.:+/ -]*", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def json_schema() -> dict[str, object]:
    """The JSON Schema of relance.yaml, for completion and checks in an editor."""
    schema = Policy.model_json_schema(by_alias=True)
    for definition in (schema, *schema["$defs"].values()):
        definition.pop("title", None)  # names and docstrings of the code; the keys have their own
        definition.pop("description", None)
        definition.get("properties", {}).pop(NAME, None)
    for name in ("Step", "Grace"):  # the defaults fill what is left out
        schema["$defs"][name].pop("required")
    properties = schema["properties"]
    _let_null(schema["$defs"]["Step"]["properties"])
    for table in (properties["etapes"], properties["parcours"]):
        _let_null(table, "additionalProperties")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": TITLE, **schema}


def _let_null(schemas: dict[str, Any], *keys: str) -> None:
    """Let `null`, which removes a default, stand for these keys (all without `keys`)."""
    for key in keys or tuple(schemas):
        schemas[key] = {"anyOf": [schemas[key], {"type": "null"}]}
