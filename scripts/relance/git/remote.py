"""The remote repository: where it is, what its pages are called, news of it, a push."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from relance.git.program import Git, refused
from relance.git.repository import Repository
from relance.values.problem import Refusal

# https://user@host:port/path, or user@host:path as ssh has it; the host may be [an IPv6 address].
_HOST = r"(?P<host>\[.*?\]|[^/:]+)"
_URL = re.compile(rf"(?P<scheme>[\w+]+)://(?:[^@/]*@)?{_HOST}(?::\d+)?/+(?P<path>.+)")
_SCP = re.compile(rf"(?P<scheme>)(?:[^@/:]+@)?{_HOST}:(?P<path>.+)")
_WITH_PAGES = ("", "http", "https", "ssh", "git")


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of a repository on its server, `https://<host>/<path>`."""

    host: str
    path: str
    gitlab: bool = False

    def file(self, branch: str, path: str) -> str:
        """The address of a file as a branch holds it."""
        return f"{self._root}/blob/{quote(branch)}/{quote(path)}"

    def new_request(self, base: str, branch: str) -> str:
        """The address of the form that opens a request."""
        if not self.gitlab:
            return f"{self._root}/compare/{quote(base)}...{quote(branch)}?expand=1"
        chosen = "merge_request%5Bsource_branch%5D"
        return f"{self._root}/merge_requests/new?{chosen}={quote(branch, safe='')}"

    @property
    def _root(self) -> str:
        return f"https://{self.host}/{self.path}{'/-' if self.gitlab else ''}"


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote by its name; `site` is None for a folder or an address of another form."""

    name: str
    site: Site | None


def has_remote(git: Git) -> bool:
    """Whether there is a repository elsewhere to push to."""
    return bool(git.run("remote").strip())


def find(git: Git, branch: str) -> Remote:
    """The remote of a branch: the one it follows, else origin, else the only one (3)."""
    remotes = os.fsdecode(git.run("remote")).split("\n")[:-1]
    followed = git.attempt("config", "--get", f"branch.{branch}.remote")
    wanted = [
        os.fsdecode(followed.stdout).strip(),
        "origin",
        *(remotes if len(remotes) == 1 else ()),
    ]
    name = next((remote for remote in wanted if remote in remotes), None)
    if name is None:
        what = "ce dépôt n'a aucun dépôt distant" if not remotes else "quel dépôt distant ?"
        remedy = "git remote add origin ADRESSE ; ou recommencez sans pousser"
        raise refused(what, remedy)
    url = os.fsdecode(git.run("remote", "get-url", "--push", name)).strip()
    return Remote(name, site_of(url))


def site_of(url: str) -> Site | None:
    """The pages behind the address git pushes to; a password in the address is left behind."""
    address = _URL.fullmatch(url) or _SCP.fullmatch(url)
    if address is None or address["scheme"] not in _WITH_PAGES or address["path"].startswith("/"):
        return None
    path = address["path"].rstrip("/").removesuffix(".git").strip("/")
    return Site(address["host"], path, gitlab="gitlab" in address["host"])


def push_command(remote: Remote, branch: str) -> tuple[str, ...]:
    """What is run, and what a person would type: never forced."""
    reference = f"refs/heads/{branch}"
    return ("git", "push", "--set-upstream", remote.name, f"{reference}:{reference}")


def push(git: Git, remote: Remote, branch: str) -> None:
    """Push the branch and nothing else; refused (3) in git's own words."""
    git.run(*push_command(remote, branch)[1:])


def main_branch(git: Git, remote: Remote) -> str:
    """The branch that requests are for: the remote's own, else main, else master."""
    head = git.attempt("symbolic-ref", "--quiet", f"refs/remotes/{remote.name}/HEAD")
    if head.returncode == 0:
        name = os.fsdecode(head.stdout).strip()
        return name.removeprefix(f"refs/remotes/{remote.name}/")
    return "master" if git.commit("refs/heads/main") is None else "main"


def origin(repository: Repository) -> str:
    """Where `origin` is, however it is spelt, "" without one; a folder of this machine is told by
    its git directory."""
    output = repository.git.attempt("remote", "get-url", "origin")
    url = os.fsdecode(output.stdout).removesuffix("\n").removeprefix("file://")
    if output.returncode or not url:
        return ""
    place = repository.git.top / url
    if os.path.isdir(place):  # noqa: PTH112 - Path's own fails on an address that is too long
        return _directory(place)
    address = _URL.fullmatch(url) or _SCP.fullmatch(url)
    host, path = (address["host"].lower(), address["path"].lstrip("/")) if address else ("", url)
    return f"{host}/{path.rstrip('/').removesuffix('.git')}"


def _directory(place: Path) -> str:
    """The git directory of a folder: its own, or the folder itself when it is bare."""
    try:
        return Repository.at(place).home
    except Refusal:
        return str(place.resolve())


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
