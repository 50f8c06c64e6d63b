"""The pins: hashes, no registry, licences that may go with a program under the GPL, version 2."""

from __future__ import annotations

from pathlib import Path

import pytest

import licences

PIN = "click==8.5.0 \\\n    --hash=sha256:{digest}\n    # via relance\n"


def test_every_pin_is_in_order() -> None:
    assert list(licences.faults()) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PIN, []),
        ("# https://example.org\n" + PIN, []),
        ("--index-url https://example.org/simple\n" + PIN, ["requirements.txt: names a registry"]),
        ("click==8.5.0\n", ["requirements.txt: no version or no hash: click==8.5.0"]),
        ("click>=8\n" + PIN, ["requirements.txt: no version or no hash: click>=8"]),
    ],
)
def test_a_pin_without_hash_or_with_an_address(tmp_path: Path, text: str, told: list[str]) -> None:
    (tmp_path / "requirements.txt").write_text(text.format(digest="0" * 64))
    seen = [line for line in licences.faults(tmp_path) if "no version" in line or "names" in line]
    assert [line for line in seen if "--index-url" not in line] == told


@pytest.mark.parametrize(
    ("licence", "shipped", "fits"),
    [
        ("MIT", True, True),
        ("BSD-3-Clause", True, True),
        ("MPL-2.0", True, True),
        ("Apache-2.0 OR BSD-3-Clause", True, True),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", True, True),
        ("Apache-2.0", True, False),
        ("Apache-2.0", False, True),
        ("GPL-3.0-only", False, False),
        ("GNU Affero General Public License v3", False, False),
        ("", True, False),
    ],
)
def test_what_may_be_shipped(licence: str, *, shipped: bool, fits: bool) -> None:
    assert (licences.fault("x", (licence,), shipped=shipped) == "") == fits
