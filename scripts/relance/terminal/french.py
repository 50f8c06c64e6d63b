"""click's own words (usage, options, complaints) in French, whatever the user's locale."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

DOMAIN = "click"
CATALOGUES = Path(__file__).parents[1] / "locale"


def speak_french() -> None:
    """Make every later `gettext` of this process French; call it before importing click.

    click translates some of its texts while it is imported, the others when it prints them.
    `LANGUAGE` is the only way to tell `gettext` the language; programs that we run with
    `LC_ALL=C` ignore it.
    """
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)
