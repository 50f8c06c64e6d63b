"""The page « Relances » of Fava: `custom "fava-extension" "relance.fava"` in the ledger.

The only package that imports Fava and Flask; it reads and shows, and writes nothing. Front door:
`extension.Relances`.
"""

from relance.fava.extension import Relances

__all__ = ["Relances"]
