"""How the firm says, in its policy, that its banks name the columns of their exports."""

from __future__ import annotations

from relance.incoming.csv_profiles import Above, CsvProfile, column_word
from relance.policy.importing import CsvColumns, ImportSettings


def own_profiles(settings: ImportSettings) -> tuple[CsvProfile, ...]:
    """The firm's own profiles, as files are read with them."""
    return tuple(_profile(name, columns) for name, columns in settings.csv.items())


def _profile(name: str, columns: CsvColumns) -> CsvProfile:
    named = columns.model_dump(exclude_none=True, by_alias=False)
    labels, booked, above = named.pop("labels"), named.pop("booked", ()), named.pop("above", {})
    return CsvProfile(
        name,
        labels=tuple(labels),
        booked=tuple(map(column_word, booked)),
        above=Above(**above),
        **named,
    )
