"""New files of the platform put into the inbox, and where the next run goes on.

Each file appears whole under its name, then the mark moves: a run that is stopped anywhere fetches
one file again at most, under the same name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from relance.platforms.flow_service import Flow, FlowService
from relance.text.escapes import short
from relance.text.writing import unwritable
from relance.values.problem import Problem, Refusal, Source, Status

MARK = ".plateforme.json"  # in the inbox, which git ignores
MOST = 10_000  # files of one run
_OVERLAP = dt.timedelta(hours=1)  # what a platform may tell late is asked for once more


@dataclass(slots=True)
class Collected:
    """What a run fetched, and what a person should know of the rest; `stopped` is why it ended
    before its end."""

    files: list[Path] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    stopped: Refusal | None = None


@dataclass(slots=True)
class _Mark:
    """How far a mailbox was read: up to `until`, with the flows since then that were fetched."""

    path: Path
    until: dt.datetime
    fetched: dict[str, dt.datetime]

    def keep(self) -> None:
        """Write it, whole or not at all."""
        oldest = self.until - _OVERLAP
        self.fetched = {name: day for name, day in self.fetched.items() if day >= oldest}
        kept = {name: day.isoformat() for name, day in self.fetched.items()}
        partial = self.path.with_name(f"{self.path.name}.partiel")
        partial.write_text(json.dumps({"jusqu-a": self.until.isoformat(), "lus": kept}), "utf-8")
        partial.replace(self.path)


def collect(
    service: FlowService,
    inbox: Path,
    since: dt.date,
    now: dt.datetime,
) -> Collected:
    """Fetch what changed since the last run, or since that day, into the inbox. What stops it is
    told, and what came before stays."""
    done = Collected()
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        mailbox = _Mailbox(service, inbox, now, done)
        mailbox.empty(_mark(inbox / MARK, since))
    except OSError as fault:
        done.stopped = Refusal([unwritable(fault)], Status.REFUSED_STATE)
    except Refusal as refusal:
        done.stopped = refusal
    return done


@dataclass(frozen=True, slots=True)
class _Mailbox:
    service: FlowService
    inbox: Path
    now: dt.datetime
    done: Collected

    def empty(self, mark: _Mark) -> None:
        """Fetch what is new. The mark goes as far as nothing before it lacks, and never beyond
        now, whatever the clock of the platform says."""
        lacks = False
        for flow in self.service.since(mark.until - _OVERLAP):
            if flow.failed:
                self._remark(flow, "la plateforme a refusé ce fichier, il n'est pas pris")
            elif flow.id not in mark.fetched:
                if len(self.done.files) >= MOST:
                    what = f"{MOST} fichiers sont là, il y en a d'autres"
                    self.done.remarks.append(Problem(Source(self.inbox.name), what, "recommencez"))
                    return
                if self._fetch(flow):
                    mark.fetched[flow.id] = flow.changed
                else:
                    lacks = True
            if not lacks:
                mark.until = max(mark.until, min(flow.changed, self.now))
            mark.keep()

    def _fetch(self, flow: Flow) -> bool:
        """Put the file in its place; False when the platform has it no longer."""
        content = self.service.content(flow)
        if content is None:
            self._remark(flow, "la plateforme n'a plus ce fichier, il sera redemandé")
            return False
        path = self.inbox / name_of(flow, _suffix(content))
        partial = path.with_name(f".{path.name}.partiel")
        partial.write_bytes(content)
        partial.replace(path)
        self.done.files.append(path)
        return True

    def _remark(self, flow: Flow, what: str) -> None:
        source = Source(self.inbox.name)
        remedy = "voyez pourquoi chez elle"
        self.done.remarks.append(Problem(source, f"{short(flow.id, 60)} : {what}", remedy))


def name_of(flow: Flow, suffix: str) -> str:
    """How a flow's file is called: by its id, whatever signs that has."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", flow.id)[:60].strip("-.")
    mark = hashlib.sha256(flow.id.encode("utf-8", "replace")).hexdigest()[:8]
    return f"plateforme-{name or 'fichier'}-{mark}{suffix}"


def _suffix(content: bytes) -> str:
    """For people: what reads the file goes by its content."""
    starts = {b"%PDF": ".pdf", b"PK\x03\x04": ".zip"}
    return next((end for start, end in starts.items() if content.startswith(start)), ".xml")


def _mark(path: Path, since: dt.date) -> _Mark:
    """Where the last run stopped; a mark that cannot be read is none: what comes again is known
    by the import."""
    start = dt.datetime.combine(since, dt.time(), dt.UTC)
    try:
        kept = json.loads(path.read_text("utf-8"))
        fetched = {str(name): _moment(text) for name, text in kept["lus"].items()}
        return _Mark(path, _moment(kept["jusqu-a"]), fetched)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Mark(path, start, {})


def _moment(text: object) -> dt.datetime:
    moment = dt.datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
