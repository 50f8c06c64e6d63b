"""The versions that a letter records against those installed here."""

from __future__ import annotations

from dataclasses import dataclass

PROGRAM = "relance"


@dataclass(frozen=True, slots=True)
class Engines:
    """What changed between two sets of versions; a letter's words depend on the program alone,
    the bytes of its PDF on every engine."""

    changes: tuple[str, ...]
    same_program: bool

    @property
    def same(self) -> bool:
        """Whether the PDF can be made again to the byte."""
        return not self.changes

    def __str__(self) -> str:
        return f"autre version : {', '.join(self.changes)}" if self.changes else ""


def compared(recorded: str | None, ours: str) -> Engines:
    """Compare « relance 0.1.0, weasyprint 70.0 » with what is installed."""
    if not recorded:
        return Engines(("non notée",), same_program=False)
    then, now = _versions(recorded), _versions(ours)
    changes = tuple(
        f"{name} {then.get(name, '?')} → {now.get(name, '?')}"
        for name in dict.fromkeys([*then, *now])
        if then.get(name) != now.get(name)
    )
    return Engines(changes, same_program=then.get(PROGRAM) == now.get(PROGRAM))


def _versions(text: str) -> dict[str, str]:
    pairs = (part.strip().rpartition(" ") for part in text.split(","))
    return {name: version for name, _, version in pairs}
