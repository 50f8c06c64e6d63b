"""Every kind of file that comes in as an importer of beangulp, for `import.py` and Fava's page.

The only package that imports beangulp. It writes nothing: what `relance importer` would write is
handed over as Beancount's own entries, to be saved where one likes. `importers("relance.yaml")`
makes them all. Front door: `file_importer.importers`, `fava_hook.fava_hook`.
"""

from relance.beangulp.fava_hook import fava_hook
from relance.beangulp.file_importer import importers

__all__ = ["fava_hook", "importers"]
