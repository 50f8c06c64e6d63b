"""What can stand on an entry, as the guide's table says it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guide_pages import GUIDE
from markdown_parts import section
from relance.values.problem import Refusal
from story import Story, company, plan

DAY = "2026-04-15"
TABLE = section(GUIDE, "Ce qui compte sur une écriture")
ROWS = re.findall(r"^\| (\S+) \| `(.+?)` \| (.+?) \|", TABLE, re.MULTILINE)

BILL = """
2026-02-10 {flag} "Durand" "Facture" {link}{mark}
{key}  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
"""
PAID = """
2026-03-01 {flag} "Durand" "Virement" {link}{mark}
{key}  Actifs:Clients:Durand  -40.00 EUR
  Actifs:Banque
"""
OPENED = """
2010-01-01 open Actifs:Clients:Lumen
  client: "Lumen"
  courriel: "a@lumen.example"
  type: "professionnel"
{key}2026-02-10 * "Lumen" "Facture" ^F2026-0005
  Actifs:Clients:Lumen  100.00 EUR
  Produits:Ventes
"""
NOTE = '2026-03-01 note Actifs:Clients:Durand "Vu." ^F2026-0001 {mark}\n'
PLAIN = {"flag": "*", "link": "^F2026-0001", "mark": "", "key": ""}


def with_mark(template: str, written: str) -> str:
    """An entry with one thing more."""
    if len(written) == 1:
        return template.format(**PLAIN | {"flag": written})
    if written.startswith("^F"):
        return template.format(**PLAIN | {"link": written})
    if written[0] in "^#;":
        return template.format(**PLAIN | {"mark": f" {written}"})
    return template.format(**PLAIN | {"key": f"  {written}\n"})


def books(tmp_path: Path, place: str, written: str) -> Story:
    """A company with that on its invoice, its payment, a client's account or a note."""
    bill = BILL.format(**PLAIN)
    texts = {
        "facture": lambda: with_mark(BILL, written),
        "règlement": lambda: bill + with_mark(PAID, written),
        "compte": lambda: with_mark(OPENED, written),
        "note": lambda: bill + NOTE.format(mark=written),
    }
    return company(tmp_path, texts[place](), "delai: 30\n")


def outcome_of(story: Story) -> tuple[object, ...]:
    """What is asked, and what waits why."""
    decided = plan(story, DAY)
    letters = [(x["total"], [y["facture"] for y in x["factures"]]) for x in decided["lettres"]]
    return (letters, [(x["facture"], x["code"]) for x in decided["attentes"]])


@pytest.mark.parametrize(("place", "written", "said"), ROWS)
def test_what_stands_on_an_entry(tmp_path: Path, place: str, written: str, said: str) -> None:
    story = books(tmp_path / "a", place, written)
    if said == "refusé":
        with pytest.raises(Refusal):
            plan(story, DAY)
        return
    codes = [wait["code"] for wait in plan(story, DAY)["attentes"]]
    if held := re.fullmatch(r"retient \(`(.+)`\)", said):
        assert codes == [held[1]] and not plan(story, DAY)["lettres"]
        return
    without = {"facture": "memo: 1", "règlement": "memo: 1", "compte": "memo: 1", "note": "#appel"}
    same = outcome_of(story) == outcome_of(books(tmp_path / "b", place, without[place]))
    reads_alike = written in {"^F2026-0001", "#appel"}  # what the others have already
    assert same == (said == "sans effet" or reads_alike)
    assert said in {"lu", "sans effet"}
    told = any(written in problem.what for problem in story.books.ignored)
    assert told == (said == "sans effet" and written[0] in "^#")


def test_the_table_has_every_place() -> None:
    assert {place for place, _, _ in ROWS} == {"facture", "règlement", "compte", "note"}
    assert len(ROWS) > 25


def test_tags_and_links_that_nothing_reads_are_told(tmp_path: Path) -> None:
    """Twelve tags: the ten that most lines bear, and the number of the others."""
    lines = "".join(
        BILL.format(**PLAIN | {"link": f"^F2026-{n:04d}", "mark": f" #projet-{n:02d} #ouest"})
        for n in range(1, 12)
    )
    told = company(tmp_path, lines).books.ignored
    assert len(told) == 11
    assert told[0].what.startswith("rien ne lit #ouest, sur 11 lignes")
    assert told[0].source.line > 0
    assert "2 autres" in told[-1].what


def test_keys_of_another_use_are_not_told(tmp_path: Path) -> None:
    policy = "grand-livre: {autres-cles: [ouest, CMD-12]}\n"
    policy += "regles: [{si: {etiquette: vip}, ton: ferme}]\n"
    bill = BILL.format(**PLAIN | {"mark": " ^CMD-12 #ouest #vip"})
    assert company(tmp_path, bill, policy).books.ignored == ()
