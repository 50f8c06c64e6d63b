"""The request for review, opened by the server's own program: gh (GitHub) or glab (GitLab)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from relance.git.program import refused, words
from relance.git.remote import Remote

_QUIET = {"GH_PROMPT_DISABLED": "1", "NO_PROMPT": "1", "NO_COLOR": "1"}
_TIMEOUT = 60  # seconds; a server that does not answer must not hold the run


class Forge(StrEnum):
    """The programs that know how to open a request."""

    GITHUB = "gh"
    GITLAB = "glab"


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What is asked to be merged into what; `body` is the file of its text."""

    branch: str
    base: str
    title: str
    body: Path


def candidates(remote: Remote) -> tuple[Forge, ...]:
    """The programs that fit the remote's server, by its name."""
    host = remote.site.host if remote.site else ""
    if "gitlab" in host:
        return (Forge.GITLAB,)
    return (Forge.GITHUB,) if "github" in host else (Forge.GITHUB, Forge.GITLAB)


def signed_in(remote: Remote, folder: Path) -> Forge | None:
    """The first of them that is installed and signed in to that server."""
    host = ("--hostname", remote.site.host) if remote.site else ()
    for forge in candidates(remote):
        if shutil.which(forge) and _ran(folder, forge, "auth", "status", *host).returncode == 0:
            return forge
    return None


def existing(forge: Forge, branch: str, folder: Path) -> str | None:
    """The address of the open request of a branch, None when there is none."""
    asked: tuple[str, ...]
    if forge is Forge.GITHUB:
        asked = ("pr", "list", "--head", branch, "--state", "open", "--json", "url")
    else:
        asked = ("mr", "list", "--source-branch", branch, "--output", "json")
    answer = _answer(folder, forge, *asked)
    try:
        requests = json.loads(answer or "[]")
        return str(requests[0]["url" if forge is Forge.GITHUB else "web_url"]) if requests else None
    except (ValueError, LookupError, TypeError):
        what = f"réponse incomprise de {forge} : « {answer[:80]} »"
        raise refused(what, "mettez-le à jour") from None


def open_request(forge: Forge, request: ReviewRequest, folder: Path) -> str:
    """Open the request; its address, as the program says it."""
    text = request.body.read_text(encoding="utf-8")
    body = ("--body-file", str(request.body)) if forge is Forge.GITHUB else ("--description", text)
    answer = _answer(folder, *_opening(forge, request, body))
    return next((word for word in answer.split() if word.startswith("https://")), answer.strip())


def opening_command(forge: Forge, request: ReviewRequest) -> tuple[tuple[str, ...], str]:
    """What a person would type, and what follows it that a shell must see unquoted."""
    if forge is Forge.GITHUB:
        return _opening(forge, request, ("--body-file", str(request.body))), ""
    return _opening(forge, request, ()), f' --description "$(cat {_quoted(request.body)})"'


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


def _opening(forge: Forge, request: ReviewRequest, body: tuple[str, ...]) -> tuple[str, ...]:
    title = ("--title", request.title)
    if forge is Forge.GITHUB:
        branches = ("--base", request.base, "--head", request.branch)
        return ("gh", "pr", "create", *branches, *title, *body)
    branches = ("--target-branch", request.base, "--source-branch", request.branch)
    return ("glab", "mr", "create", *branches, *title, "--yes", *body)


def _answer(folder: Path, *command: str) -> str:
    done = _ran(folder, *command)
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "replace")
    complaint = words(done.stderr) or words(done.stdout) or f"statut {done.returncode}"
    what = f"« {' '.join(command[:3])} » a échoué : « {complaint} »"
    raise refused(what, "ouvrez la demande à la main")


def _ran(folder: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    """The program's outcome; one that does not answer counts as one that failed."""
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=os.environ | _QUIET,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        return subprocess.CompletedProcess(command, 1, b"", str(fault).encode())
