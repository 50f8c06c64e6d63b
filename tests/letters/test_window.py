"""The address as it is printed: within the window of the envelope, whatever its length."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from letters.test_letters import MULLER, SETTING, letter, line
from places import LETTERS
from relance.letters.compose import compose
from relance.paper.pdf import render

MM = 25.4 / 72
FOUR = ("Bâtiment Chambord", "112 avenue du Parc", "BP 40012", "69003 LYON")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "contact", "address", "country", "last"),
    [
        ("Durand SARL", "Mme Roux", FOUR, None, "LYON"),
        ("Durand SARL", "Mme Roux", ("Service achats", *FOUR), None, "LYON"),
        ("Société coopérative des artisans menuisiers du Dauphiné", "Mme Roux", FOUR, None, "LYON"),
        ("Durand GmbH", "Frau Roth", (*FOUR[:3], "10117 BERLIN"), "DE", "ALLEMAGNE"),
        ("W" * 31, "M" * 34, ("W" * 20, "M" * 31, "W" * 28, "69003 LYON"), None, "LYON"),
    ],
    ids=["six", "seven", "name", "abroad", "wide"],
)
def test_the_last_line_stands_in_the_window(
    name: str,
    contact: str,
    address: tuple[str, ...],
    country: str | None,
    last: str,
    tmp_path: Path,
) -> None:
    client = replace(MULLER, name=name, contact=contact, address=address, country=country)
    text = compose(replace(letter("relance-1", line("relance-1")), client=client), SETTING)
    (tmp_path / "a.pdf").write_bytes(render(text, LETTERS))
    command = ["pdftotext", "-bbox", str(tmp_path / "a.pdf"), "-"]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.findall(r'xMin="(.*)" yMin="(.*)" xMax="(.*)" yMax="(.*)">(.*)</word>', words)
    places = [(*(float(x) * MM for x in place[:4]), place[4]) for place in found]
    right = [p for p in places if p[0] >= 109 and 50 <= p[1] <= 100]
    panel = [p for p in right if p[1] <= min(y for _, y, _, _, w in right if w == last) + 0.5]
    assert panel[-1][4] == last
    assert min(p[1] for p in panel) >= 54.5  # mm
    assert max(p[3] for p in panel) <= 85.5
    assert max(p[2] for p in panel) <= 195
