"""A small file that all clones share beside their branches: a ref of the remote.

It changes by one push that the remote takes only if nobody changed it in between, so that two
machines never both believe to be first. No branch moves, and no hook of a push runs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from relance.git.program import Git, refused, words

REF = "refs/relance/envois"
_HERE = "refs/relance/distant/envois"
_NAME = "envois.jsonl"
_LOST = ("stale info", "[rejected]", "cannot lock ref", "failed to update ref", "already exists")


@dataclass(frozen=True, slots=True)
class SharedFile:
    """The file as the remote has it; `tip` is the commit that holds it, "" when there is none."""

    git: Git
    remote: str
    tip: str
    content: bytes

    @classmethod
    def of(cls, git: Git) -> SharedFile | None:
        """The file of the remote that the branch follows; None when it follows none. Refused (3)
        when the remote does not answer."""
        followed = git.attempt("config", "--get", f"branch.{git.branch()}.remote")
        remote = os.fsdecode(followed.stdout).strip()
        if not remote:
            return None
        listed = git.run("ls-remote", "--quiet", "--", remote, REF)
        if not listed:
            return cls(git, remote, "", b"")
        silent = ("--quiet", "--no-tags", "--no-write-fetch-head")
        git.run("fetch", *silent, "--", remote, f"+{REF}:{_HERE}")
        tip = git.run("rev-parse", "--verify", _HERE).decode().strip()
        return cls(git, remote, tip, git.run("cat-file", "blob", f"{tip}:{_NAME}"))

    def replaced(self, content: bytes) -> SharedFile:
        """The file with other content, on the remote when this returns. Refused (3) when someone
        changed it meanwhile, or when the remote takes no such push."""
        blob = self.git.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()
        line = f"100644 blob {blob}\t{_NAME}\n".encode()
        tree = self.git.run("mktree", stdin=line).decode().strip()
        parents = ("-p", self.tip) if self.tip else ()
        made = self.git.run("commit-tree", tree, *parents, "-m", "relance: envois")
        tip = made.decode().strip()
        lease = f"--force-with-lease={REF}:{self.tip}"
        done = self.git.attempt(
            "push", "--quiet", "--no-verify", lease, "--", self.remote, f"{tip}:{REF}"
        )
        if done.returncode:
            raise _not_taken(done.stderr)
        return SharedFile(self.git, self.remote, tip, content)


def _not_taken(errors: bytes) -> Exception:
    said = words(errors)
    if any(sign.encode() in errors for sign in _LOST):
        what = "une autre machine vient d'annoncer un envoi"
        return refused(what, "attendez qu'elle finisse, git pull, puis recommencez", REF)
    what = f"le dépôt distant n'a pas pris l'annonce de cet envoi : « {said} »"
    remedy = "rétablissez l'accès en écriture ; --hors-ligne si rien ne part d'une autre machine"
    return refused(what, remedy, REF)
