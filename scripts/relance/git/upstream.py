"""What the branch checked out follows elsewhere, and whether it is behind."""

from __future__ import annotations

import os

from relance.git.program import Git


def behind(git: Git) -> int:
    """How many commits of its upstream, as last fetched, the branch does not have."""
    done = git.attempt("rev-list", "--count", "HEAD..@{upstream}")
    return 0 if done.returncode else int(done.stdout)


def fetch(git: Git) -> None:
    """Ask the remote of the branch for its news; refused in git's own words. Without a
    remote to follow, nothing is asked."""
    followed = git.attempt("config", "--get", f"branch.{git.branch()}.remote")
    if remote := os.fsdecode(followed.stdout).strip():
        git.run("fetch", "--quiet", "--", remote)


def has_upstream(git: Git) -> bool:
    """Whether the branch follows one elsewhere."""
    return not git.attempt("rev-parse", "--quiet", "--verify", "@{upstream}").returncode
