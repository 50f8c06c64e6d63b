"""Whether git could commit now: nothing waits for the user, and git knows who commits."""

from __future__ import annotations

from relance.git.program import Git, refused, words
from relance.values.problem import Problem, Source

# What git leaves in its directory while an operation waits for the user.
_UNDER_WAY = {
    "MERGE_HEAD": ("une fusion est en cours", "git commit, ou git merge --abort"),
    "rebase-merge": ("un rebase est en cours", "git rebase --continue, ou --abort"),
    "rebase-apply": ("un rebase est en cours", "git rebase --continue, ou --abort"),
    "CHERRY_PICK_HEAD": ("un cherry-pick est en cours", "git cherry-pick --continue, ou --abort"),
    "REVERT_HEAD": ("un revert est en cours", "git revert --continue, ou --abort"),
    "BISECT_LOG": ("une bissection est en cours", "git bisect reset"),
    "index.lock": ("une commande git est en cours", "si aucune ne tourne plus, supprimez {}"),
}


def under_way(git: Git) -> list[Problem]:
    """Every operation of git that waits for the user."""
    problems = []
    for name, (what, remedy) in _UNDER_WAY.items():
        place = git.directory / name
        if place.exists():
            way_out = f"attendez ou terminez : {remedy.format(place)}"
            problems.append(Problem(Source("git"), what, way_out))
    return problems


def identity(git: Git) -> tuple[Problem, ...]:
    """The complaint when git does not know who commits."""
    for name in ("GIT_COMMITTER_IDENT", "GIT_AUTHOR_IDENT"):
        done = git.attempt("var", name)
        if done.returncode:
            what = f"git ne sait pas qui committe : « {words(done.stderr)} »"
            remedy = 'git config user.name "Prénom Nom" && git config user.email nom@domaine'
            return refused(what, remedy).problems
    return ()
