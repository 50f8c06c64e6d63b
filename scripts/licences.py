"""Check the pins: each has its hashes and names no registry, and what the program is shipped
with may be combined with a program under the GPL, version 2 only.

Licences are read from the installed packages' own metadata: run it in the project's .venv.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

HERE = Path(__file__).parent
SHIPPED = ("requirements.txt", "requirements-rapports.txt")  # the other pins only test and show
# https://www.gnu.org/licenses/license-list.html: those that version 2 may be combined with.
COMPATIBLE = re.compile(
    r"\b(?:0BSD|BSD|MIT|MIT-0|MIT-CMU|ISC|Zlib|CC0|Unlicense|Public Domain|PSF|Python Software"
    r"|MPL|Mozilla|LGPL|Lesser General|GPL-2|GPLv2|General Public License v2|OFL)\b|Kiwi|GPLv2\+"
)
REFUSED = re.compile(r"AGPL|Affero|GPL-?v?3|General Public License v3", re.IGNORECASE)
# Under a licence that version 3 alone may be combined with, and not to be avoided.
EXCEPTED = {
    "regex": "Beancount, itself under version 2 alone, is built on it",
    "trove-classifiers": "it builds the package, and is no part of it",
    "tzdata": "the data are in the public domain",
    "zopfli": "an optional part of the fonts' library, never called",
}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def faults(folder: Path = HERE) -> Iterator[str]:
    """Everything that is wrong with the pins of a folder, a line each."""
    for path in sorted(folder.glob("requirements*.txt")):
        text = path.read_text(encoding="utf-8")
        yield from (f"{path.name}: {what}" for what in _unpinned(text))
        for name in dict.fromkeys(match[1] for match in _PIN.finditer(text)):
            if what := fault(name, licences(name), shipped=path.name in SHIPPED):
                yield f"{path.name}: {name}: {what}"


def _unpinned(text: str) -> Iterator[str]:
    text = re.sub(r"(?m)^ *#.*\n", "", text)
    if re.search(r"https?://|--(?:extra-)?index-url|--find-links", text):
        yield "names a registry"
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if block.strip() and not (_PIN.match(block) and "--hash=sha256:" in block):
            yield f"no version or no hash: {block.splitlines()[0]}"


def licences(name: str) -> tuple[str, ...] | None:
    """What an installed package says of its licence; None when it is not installed here."""
    try:
        about = metadata(name)
    except PackageNotFoundError:  # for another system
        return None
    if expression := about.get_all("License-Expression"):
        return tuple(expression)
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    return tuple(classified or about.get_all("License") or [""])


def fault(name: str, told: Iterable[str] | None, *, shipped: bool) -> str:
    """What is wrong with a package under any of these licences, if anything."""
    if told is None:
        return ""
    choices = [choice for text in told for choice in re.split(r"\bOR\b", text)]
    if all(REFUSED.search(choice) for choice in choices):
        return f"not to be combined with this program: {', '.join(choices)}"
    if shipped and name not in EXCEPTED and not any(map(COMPATIBLE.search, choices)):
        return f"licence unknown or not to be combined: {', '.join(choices)}"
    return ""


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or None)
