"""The firm's own rules: which one wins, what it changes, which can never match."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories import company, invoice_entry, issue, only_letter, plan

from relance.letters.compose import LetterSetting, compose
from relance.plan import make_plan
from relance.policy import Rule
from relance.rules import idle
