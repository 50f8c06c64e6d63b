"""Hidden marks in what the books say of a client or an invoice are told before any letter."""

from __future__ import annotations

from pathlib import Path

from outlook.test_prevention import INVOICE, WHOLE, story, warnings


def test_a_name_with_a_direction_mark_is_told_with_its_code(tmp_path: Path) -> None:
    (client,) = [line for line in WHOLE.splitlines() if line.strip().startswith("client:")]
    marked = client.replace('"', '"\u202e', 1)
    (told,) = warnings(story(tmp_path, WHOLE.replace(client, marked) + INVOICE))
    assert told.startswith("1 texte avec un signe invisible, qui peut en montrer un autre : ")
    assert told.endswith(" : U+202E")
    assert "\u202e" not in told


def test_a_number_with_a_zero_width_mark_is_told(tmp_path: Path) -> None:
    numbered = INVOICE.replace("^F1\n  A", '^F1\n  numero: "F\u200b1"\n  A')
    assert numbered != INVOICE
    (told,) = warnings(story(tmp_path, WHOLE + numbered))
    assert told.endswith("F1 : U+200B")
