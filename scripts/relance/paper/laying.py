"""One letter laid out where it is wanted: what this process, a worker and a cluster share."""

from __future__ import annotations

from pathlib import Path

from relance.paper import pdf
from relance.paper.job import Job, Made
from relance.values.problem import Refusal


def lay_out(job: Job, folder: Path) -> Made:
    """The letter's page, or what is wrong with it; `folder` is `letters/`."""
    try:
        return Made(job.name, job.client, pdf.render(job.markdown, folder))
    except Refusal as refusal:
        return Made(job.name, job.client, problems=refusal.problems)
