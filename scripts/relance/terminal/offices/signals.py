"""The signals that ask to stop, heard between two waits and never in the middle of something."""

from __future__ import annotations

import signal
import socket
from types import FrameType
from typing import Any, Self

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ears:
    """A context in which these signals only make `end` readable; `heard` holds them in order.

    One that was ignored before (nohup) stays so.
    """

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.end, self._writing = socket.socketpair()
        self._before: dict[int, Any] = {}
        self._woken = -1

    def clear(self) -> None:
        """Have `end` become readable again by the next signal only."""
        self.end.recv(4096)

    def __enter__(self) -> Self:
        for end in (self.end, self._writing):
            end.setblocking(False)  # noqa: FBT003 - the socket's own way to say it
        self._woken = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        for number in STOPS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._woken)
        self.end.close()
        self._writing.close()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.heard.append(number)
