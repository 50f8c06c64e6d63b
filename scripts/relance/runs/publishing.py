"""From a branch of letters to a request for review: pushed, opened, or how to do it by hand."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from relance.git import forge, remote
from relance.git.branches import BranchFile, latest_file, local_branches
from relance.git.forge import ReviewRequest
from relance.git.remote import Remote, Site
from relance.git.repository import Repository
from relance.runs.pending import PREFIX
from relance.runs.summary import LIMIT
from relance.values.problem import Problem, Refusal, refuse

SUMMARY = "sommaire.md"
_LINK = re.compile(r"(?<!\\)\[([^\]\[]*)\]\((?!https?://)([^()\s]+)\)")


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a branch: the address of its request, else `commands` for a person to type
    and the `form` of the server where there is one. `known` when the request was there already;
    `faults` say why something was left to do."""

    branch: str
    remote: str
    url: str = ""
    known: bool = False
    commands: tuple[str, ...] = ()
    form: str = ""
    faults: tuple[Problem, ...] = ()


def destination(repository: Repository, branch: str, template: str) -> Remote:
    """Where the branches of a run will go, asked before anything is written (2, 3)."""
    if not template:
        remedy = "retirez --pousser, ou donnez une branche aux relances : relance/{date}"
        raise refuse("git.branche", "sans branche, il n'y a pas de demande à ouvrir", remedy)
    return remote.find(repository.git, branch)


def publish(repository: Repository, where: Remote, branch: str) -> Published:
    """Push the branch, then open its request unless it has one; a second time changes nothing.

    Never forces. A push or a server that refuses leaves the branch as it is, and says so.
    """
    git = repository.git
    request = _request(repository, where, branch)
    by_hand = _by_hand(where, request)
    try:
        remote.push(git, where, branch)
    except Refusal as refused:
        return Published(branch, where.name, commands=by_hand, faults=refused.problems)
    server = forge.signed_in(where, git.top)
    form = where.site.new_request(request.base, branch) if where.site else ""
    if server is None:
        return Published(branch, where.name, commands=by_hand, form=form)
    try:
        if url := forge.existing(server, branch, git.top):
            return Published(branch, where.name, url, known=True)
        return Published(branch, where.name, forge.open_request(server, request, git.top))
    except Refusal as refused:
        return Published(branch, where.name, commands=by_hand, form=form, faults=refused.problems)


def unpublished(repository: Repository, day: str) -> tuple[str, ...]:
    """The branches of letters of a day that are here: where one stands, else those of the day."""
    current = repository.branch() or ""
    if current.startswith(PREFIX):
        return (current,)
    here = local_branches(repository.git, PREFIX)
    return tuple(name for name in here if re.search(rf"{day}(-\d+)?$", name))


def _request(repository: Repository, where: Remote, branch: str) -> ReviewRequest:
    """The request of a branch, its text written into the git directory."""
    git, base = repository.git, remote.main_branch(repository.git, where)
    summary = latest_file(git, branch, SUMMARY) or BranchFile(SUMMARY, f"# Relances, {branch}\n")
    title, _, rest = summary.text.partition("\n")
    git.own.mkdir(exist_ok=True)
    file = git.own / f"demande-{branch.replace('/', '-')}.md"
    folder = Path(summary.path).parent.as_posix()
    file.write_text(body(rest.lstrip("\n"), _linker(where.site, branch, folder)), encoding="utf-8")
    return ReviewRequest(branch, base, title.removeprefix("# "), file)


def _linker(site: Site | None, branch: str, folder: str) -> Callable[[str], str]:
    """From a link that works beside the summary to one that works in a request."""
    if site is None:
        return lambda link: link
    return lambda link: site.file(branch, os.path.normpath(f"{folder}/{link}"))


def body(text: str, linked: Callable[[str], str]) -> str:
    """The summary as a request shows it: no server resolves a relative link there.

    As many links as fit in the limit are made whole, in order; the words of the others stay.
    """
    bare = _LINK.sub(r"\1", text)
    left = LIMIT - len(bare.encode())

    def whole(link: re.Match[str]) -> str:
        nonlocal left
        made = f"[{link[1]}]({linked(link[2])})"
        left -= len(made.encode()) - len(link[1].encode())
        return made if left >= 0 else link[1]

    return _LINK.sub(whole, text)


def _by_hand(where: Remote, request: ReviewRequest) -> tuple[str, ...]:
    """The commands that do the same: the push, then the request with the fitting program."""
    command, rest = forge.opening_command(forge.candidates(where)[0], request)
    return (shlex.join(remote.push_command(where, request.branch)), shlex.join(command) + rest)
