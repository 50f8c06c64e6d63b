"""What decides the bytes of a page beside its letter: the programs that make it."""

from __future__ import annotations

import platform
import zlib
from functools import cache
from importlib.metadata import version

from relance import __version__
from relance.values.source_print import source_print

_ENGINES = ("weasyprint", "pydyf", "markdown", "jinja2", "fonttools", "font-source-sans-pro")


@cache
def versions() -> dict[str, str]:
    """The versions of this machine by name, our own with the fingerprint of our source."""
    from relance.paper.engine import pango_version

    python = ".".join(platform.python_version_tuple()[:2])
    engines = {name: version(name) for name in _ENGINES}
    own = {"relance": f"{__version__} ({source_print()[:8]})", "python": python}
    return own | engines | {"pango": pango_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}


def differences(theirs: dict[str, str], ours: dict[str, str]) -> str:
    """« weasyprint 69.0 au lieu de 70.0 », "" when nothing differs."""
    return ", ".join(
        f"{name} {theirs.get(name, 'absent')} au lieu de {ours[name]}"
        for name in ours
        if theirs.get(name) != ours[name]
    )
