"""What every section of the policy is: a frozen model, its keys in French and documented."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A mapping of the file: its keys and no others."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,  # each section within the policy that holds it, not also by itself
        extra="forbid",
        validate_default=True,
        validate_by_alias=True,
        validate_by_name=True,  # for values made in code: a file is read by its French keys alone
    )


def key(name: str, description: str, default: object = ...) -> Any:
    """A key: its French name, its documentation, its default as one would write it."""
    return Field(default, validation_alias=name, title=name, description=description)
