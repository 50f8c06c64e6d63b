"""Files of documents and notes alone, read beside Beancount's own parser, whose answers count."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import beancount
import pytest
from beancount.parser import grammar, parser
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.companies import CHECKOUT, write_company, write_register
from relance.ledger import beancount as ledger
from relance.ledger import loading, plain_files
from relance.ledger.register_writer import write_run
from story import REGISTER_HEADER, past_letter

DAY = date(2026, 3, 17)
AFTER = """
2026-03-18 note Actifs:Clients:Durand "R20260317-01 envoyée." #envoi ^R20260317-01
  relance: "R20260317-01"
  canal: "courriel"
  message-id: "<R20260317-01@fabrique.example>"
  recu: 2026-03-19
; une remarque
2026-03-18 document Actifs:Clients:Durand "/preuves/../accusé.pdf"
2026-03-19 note Actifs:Clients:Été-9 "Sans rien"
2026-03-20 document Actifs:Clients:Durand "../.."
"""


def register() -> str:
    """The register of a run, as it is written, and what came after it."""
    letters = [past_letter(f"R20260317-0{n}", "relance-1", "F1", f"F{n}") for n in (1, 2)]
    roots = {"Actifs": "name_assets"}
    return write_run(DAY, letters, roots, lambda c: f"{c.invoice} : relance n° {c.rank}.") + AFTER


def read_plainly(path: Path) -> tuple[list[Any], Any] | None:
    builder = grammar.Builder()
    if not plain_files.plain_file(str(path), builder):
        return None
    entries, errors, options = builder.finalize()
    assert errors == []
    return entries, options


def compare(path: Path) -> bool:
    """What is read plainly is what Beancount reads, to the type; whether it was."""
    ours = read_plainly(path)
    if ours is None:
        return False
    entries, errors, options = parser.parse_file(str(path))
    assert errors == []
    assert ours[0] == entries
    assert [*map(described, ours[0])] == [*map(described, entries)]
    assert without_context(ours[1]) == without_context(options)
    return True


def described(entry: Any) -> tuple[object, ...]:
    """What equal entries can differ in: order and types of metadata, the sign of nothing."""
    return (type(entry), repr(entry), [(key, type(x)) for key, x in entry.meta.items()])


def without_context(options: Any) -> dict[str, Any]:
    """The options but for how numbers are best shown, which nothing here asks."""
    return {key: value for key, value in options.items() if key != "dcontext"}


def test_registers_are_read_as_beancount_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "2026-03-17.beancount"
    path.write_text(register(), encoding="utf-8")
    assert compare(path)
    entries, _ = read_plainly(path) or ([], None)
    assert Counter(type(entry).__name__ for entry in entries) == {"Document": 4, "Note": 6}
    (sent,) = (entry for entry in entries if "envoi" in entry.tags)
    assert (sent.date, sent.meta["recu"]) == (date(2026, 3, 18), date(2026, 3, 19))
    assert sent.meta["lineno"] == register().split("\n").index(AFTER.split("\n")[1]) + 1


@pytest.mark.slow
def test_registers_of_a_company_are_read_plainly(tmp_path: Path) -> None:
    write_company(tmp_path, 100)
    write_register(tmp_path, 150)
    files = [*CHECKOUT.glob("out/registre/2*"), *tmp_path.glob("out/registre/2*")]
    assert len(files) > 40
    for path in files:
        assert compare(path), path.read_text("utf-8")


WRITTEN = register()
PIECES = [
    *(
        '"',
        "\\",
        "\\n",
        " ",
        "  ",
        "\t",
        "\r",
        "\n",
        "\n\n",
        ";",
        "#",
        "^",
        ":",
        "-",
        "'",
        "é",
        "\0",
    ),
    *("0", "12", "-0.00 EUR", "1,000.00 EUR", "2026-02-30", "1.5", "12 / 0", "TRUE", "EUR", "USD"),
    *("\n  clé: 1", "\n  Cle: 1", "\n  cle:", "\n  cle: A:B", '\n  lineno: "9"', "\n  x: 1"),
    *("\n  cle: -12.00 EUR", "\n  cle: 12.00  EUR", "\n    cle: 1", "\n  ; note", "\n; note"),
    *("#tag", "^lien ", " #a/b.c ^d", "Passifs", "x", "*", "\u2028", "\u00a0", "\x0b", "\ufeff"),
    *("pushtag #x\n", 'include "x"\n', 'option "title" "x"\n', 'option "name_assets" "Passifs"\n'),
]


@settings(max_examples=400)
@given(data=st.data())
@pytest.mark.slow
def test_whatever_else_stands_there_is_for_beancount(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Signs taken out, put in, put in the place of others: plainly read is rightly read."""
    path = tmp_path_factory.getbasetemp() / "2026-03-17.beancount"
    path.write_text(edited(data.draw), encoding="utf-8", newline="")
    compare(path)


def edited(draw: Any) -> str:
    text = WRITTEN
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.sampled_from([0, 0, 1, 2, 9]))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


@pytest.mark.parametrize(
    "line",
    [
        '2026-03-18 note Actifs:Clients:Durand "Il dit \\"non\\""',
        '2026-03-18 note Actifs:Clients:Durand "Sur\ndeux lignes"',
        '2026-02-30 note Actifs:Clients:Durand "Un jour qui n\'est pas"',
        '2026-03-18 note Clients:Durand "Un compte qui n\'est pas"',
        '2026-03-18 note Actifs:Clients:Durand "Texte"\n  montant: 12 / 0',
        '2026-03-18 note Actifs:Clients:Durand "Texte" ; une remarque',
        '2026-03-18 note Actifs:Clients:Durand "Texte"\n  seul: TRUE',
        "2026-03-18 close Actifs:Clients:Durand",
        "pushtag #brouillon",
    ],
)
def test_a_file_with_more_in_it_is_left_to_beancount(tmp_path: Path, line: str) -> None:
    path = tmp_path / "2026-03-17.beancount"
    path.write_text(f"{register()}{line}\n", encoding="utf-8")
    assert read_plainly(path) is None


@pytest.mark.parametrize(
    "head", ["", 'include "autre.beancount"\n', "pushtag #x\n", 'plugin "x"\n', "* titre\n"]
)
def test_the_head_has_options_alone(tmp_path: Path, head: str) -> None:
    path = tmp_path / "2026-03-17.beancount"
    path.write_text(head + register(), encoding="utf-8")
    assert (read_plainly(path) is not None) == (not head)


def test_what_is_no_text_is_left_to_beancount(tmp_path: Path) -> None:
    path = tmp_path / "2026-03-17.beancount"
    path.write_bytes(register().encode().replace(b"relance n", b"\xff"))
    assert read_plainly(path) is None


def test_another_version_of_beancount_reads_all_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "2026-03-17.beancount"
    path.write_text(register(), encoding="utf-8")
    monkeypatch.setattr(beancount, "__version__", "3.9.9")
    assert read_plainly(path) is None


def test_the_header_of_a_register_is_no_such_file(tmp_path: Path) -> None:
    path = tmp_path / "0000-entete.beancount"
    path.write_text(REGISTER_HEADER, encoding="utf-8")
    assert read_plainly(path) is None


def test_a_ledger_has_its_registers_read_so(monkeypatch: pytest.MonkeyPatch) -> None:
    plain: set[str] = set()

    def watched(name: str, builder: Any) -> bool:
        if plainly := plain_files.plain_file(name, builder):
            plain.add(name)
        return plainly

    monkeypatch.setattr(loading, "plain_file", watched)
    ledger.load(CHECKOUT / "ledger/main.beancount", CHECKOUT)
    assert plain == set(map(str, CHECKOUT.glob("out/registre/2*")))
