"""The house's specimen: every element of a letter on one sheet, and a window to try."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from relance.letters.compose import LetterSetting, compose_specimen
from relance.paper import pdf
from relance.policy.model import Policy
from relance.specimens import books, reminders

CHARTER, WINDOW = "charte", "fenetre"


def specimen(policy: Policy, templates: Path) -> dict[str, bytes]:
    """The specimen's files by name: the charter and the sheet to try in a window envelope, with
    the firm's own name and measures. Raises Refusal for a fault of a template."""
    step = max(policy.steps.values(), key=lambda step: step.interest)  # the fullest letter
    letter, _ = next(reminders.specimens(step))
    setting = LetterSetting(policy.creditor, templates, books.documents(), page=policy.page)
    tried = replace(setting, page=policy.page.model_copy(update={"folds": True}))
    charter = compose_specimen(letter, setting, CHARTER)
    window = compose_specimen(letter, tried, WINDOW)
    return {
        f"{CHARTER}.md": charter.encode(),
        f"{CHARTER}.pdf": pdf.render(charter, templates),
        f"{WINDOW}.pdf": pdf.render(window, templates),
    }
