"""The guide's pages, in the order of its table of contents."""

from __future__ import annotations

import re

from places import ROOT

FOLDER = ROOT / "scripts/relance/guide"
CONTENTS = (FOLDER / "README.md").read_text(encoding="utf-8")
PAGES = {
    name: (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\(([a-z-]+)\.md\)", CONTENTS)
}
GUIDE = "\n".join(PAGES.values())


def pages(*names: str) -> str:
    """The text of these pages, one after the other."""
    return "\n".join(PAGES[name] for name in names)
