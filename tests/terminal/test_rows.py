"""Lines and columns of a terminal: expectations counted by hand."""

from __future__ import annotations

import pytest
from rich.text import Text

from relance.terminal.views.breaking import lines_of
from relance.terminal.views.rows import Rows


def broken(text: str, width: int, hang: int = 0, *, cut: bool = False) -> list[str]:
    return [line.plain for line in lines_of(Text(text), width, hang, cut=cut)]


def test_what_goes_on_is_set_in() -> None:
    assert broken("un deux trois quatre", 9, 2) == ["un deux", "  trois", "  quatre"]
    assert broken("    → un deux trois", 12) == ["    → un", "      deux", "      trois"]
    assert broken("un\n    deux trois", 9) == ["un", "    deux", "    trois"]


def test_a_line_is_broken_at_no_blank_that_joins_and_before_no_sign() -> None:
    assert broken("dus le 20\xa0juillet", 13) == ["dus le", "20\xa0juillet"]
    assert broken("somme reçue : à affecter", 12) == ["somme", "reçue : à", "affecter"]
    assert broken("lire « un mot »", 8) == ["lire", "« un", "mot »"]


@pytest.mark.parametrize(
    "command",
    [
        "relance emettre --au 2026-11-21",
        "relance noter --envoi R20261117-03 --le 2026-11-18",
        "git switch main && git pull",
        "/opt/r/relance dossier Actifs:Clients:Dupont --declaration",
        'relance noter Dupont --appel "un mot ou deux"',
    ],
)
def test_a_command_is_never_broken(command: str) -> None:
    assert broken(f"puis {command}, voilà", 20, 2) == ["puis", f"  {command},", "  voilà"]


def test_a_word_too_long_is_cut_in_a_column_alone() -> None:
    assert broken("a bcdefgh i", 4, cut=True) == ["a", "bcde", "fgh", "i"]
    assert broken("a bcdefgh i", 4) == ["a", "bcdefgh", "i"]


def laid_out(columns: Rows, width: int) -> list[str]:
    return [line.plain for line in columns.lines(width)]


def test_columns_are_as_wide_as_their_widest_cell_and_the_last_one_wraps() -> None:
    columns = Rows([("", 3), ("r", 5), ("", 0)])
    columns.add_row("a", "1,0", "un deux trois")
    columns.add_row("abcd", "10,0", "")
    columns.add_row("", "", Text("quatre"))
    assert laid_out(columns, 22) == [
        "a       1,0  un deux",
        "             trois",
        "abcd   10,0",
        "             quatre",
    ]


def test_of_two_columns_that_wrap_the_wider_one_gives_way() -> None:
    columns = Rows([("", 0), ("", 0)])
    columns.add_row("avant", "un deux trois quatre cinq six")
    assert laid_out(columns, 25) == ["avant  un deux trois", "       quatre cinq six"]


def test_no_cell_is_lost_on_a_narrow_screen() -> None:
    columns = Rows([("", 6), ("r", 6)])
    columns.add_row("abcdef", "123456")
    assert laid_out(columns, 8) == ["abc  123", "def  456"]
