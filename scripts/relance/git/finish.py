"""The end of a commit that git made and the run did not see: index and files as HEAD holds them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from relance.git.program import Git, fields
from relance.git.transaction import remove
from relance.git.transaction_record import TransactionRecord


def finish(git: Git, record: TransactionRecord, branch: str) -> list[str]:
    """Set index and files of the record's paths to HEAD where they are still the old ones, or
    gone; what somebody has changed since stays, and is told. Nothing when another branch is
    checked out."""
    if git.branch() != branch:
        return []
    remarks = _finish_index(git, record)
    committed = git.tree()
    for path in record.blobs:
        remarks += _finish_file(git, record, path, gone=path not in committed)
    return remarks


def _finish_index(git: Git, record: TransactionRecord) -> list[str]:
    """The index of the record's paths as HEAD, but for what is neither old nor new."""
    rows = fields(git.run("ls-tree", "-rz", "HEAD"))
    committed = {path: meta for meta, path in (row.split("\t", 1) for row in rows)}
    staged, lines, remarks = git.index(), [], list[str]()
    for path in record.blobs:
        mode, _kind, blob = committed.get(path, "0 - ").split(" ")
        old = record.index.get(path, " ").split(" ")[1]
        if staged.get(path, "") == blob:
            continue
        if staged.get(path, "") in ("", old, record.blobs[path]):
            lines.append(f"{mode} {blob or '0' * len(record.base)}\t{path}\0")
        else:
            remarks.append(f"{path} est préparé autrement que committé : git status le montre")
    if lines:
        git.run("update-index", "-z", "--index-info", stdin=os.fsencode("".join(lines)))
    return remarks


def _finish_file(git: Git, record: TransactionRecord, path: str, *, gone: bool) -> Iterator[str]:
    """A file of the record as HEAD holds it, unless somebody has changed it since."""
    target = git.top / path
    held = target.read_bytes() if target.is_file() and not target.is_symlink() else None
    if held is None and os.path.lexists(target):
        yield f"{path} n'est plus un fichier : git status le montre"
    elif held is not None and hashlib.sha256(held).hexdigest() == record.files.get(path):
        return
    elif held is not None and held != record.copy_of(git, path):
        yield f"{path} a changé depuis : git status le montre"
    elif gone:
        remove(target)
    else:
        git.run(
            "checkout-index", "--force", "--index", "-z", "--stdin", stdin=os.fsencode(path) + b"\0"
        )
