"""Where things lie in the repository that the tests stand in."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LETTERS = ROOT / "letters"
