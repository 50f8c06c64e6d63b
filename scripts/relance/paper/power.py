"""What may be used to lay out letters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Power:
    """So many processes of this machine (None: as many as its cores), or the cluster at an
    address."""

    workers: int | None = None
    cluster: str | None = None

    @property
    def asked(self) -> bool:
        """Whether anything else than the usual was asked for."""
        return self.workers is not None or self.cluster is not None
