"""The page « Relances » of Fava: `custom "fava-extension" "relance.fava"` in the ledger."""

from relance.fava.extension import Relances

__all__ = ["Relances"]
