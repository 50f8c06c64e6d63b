"""The books that the tests of the Fava page show, and the day they show them at."""

from __future__ import annotations

from story import ONE_INVOICE, Story, past_letter, put_into_register

EXTENSION = """
2010-01-01 custom "fava-extension" "relance.fava"
"""

# Martin owes 80 EUR since 1 March 2026; Durand owes 100 EUR, due on 10 March (`ONE_INVOICE`).
TWO_CLIENTS = (
    EXTENSION
    + ONE_INVOICE
    + """
2026-02-01 * "Mme Martin" "Cours de voile" ^F2
  echeance: 2026-03-01
  Actifs:Clients:Martin  80.00 EUR
  Produits:Ventes
"""
)
DAY = "time=2026-03-17"  # Durand is 7 days late: relance-1; Martin 16: relance-1 too

LETTER = "R20260317-01"


def written_to(story: Story) -> Story:
    """Durand got a letter; its PDF is what a file holds, not our business here."""
    put_into_register(story, "2026-03-17", [past_letter(LETTER, "relance-1", "F1")])
    path = f"out/lettres/2026-03-17/{LETTER}"
    (story.root / f"{path}.md").rename(story.root / f"{path}.pdf")
    register = story.root / "out/registre/2026-03-17.beancount"
    register.write_text(register.read_text("utf-8").replace(".md", ".pdf"), encoding="utf-8")
    return story
