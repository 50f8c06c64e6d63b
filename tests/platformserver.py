"""A platform on this machine that speaks XP Z12-013: tokens, flows searched and fetched; with the
troubles that it is told to have."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

CLIENT, SECRET = "atelier-lumen", "s3cret"


@dataclass
class StoredFlow:
    """A file at the platform."""

    id: str
    updated: str
    content: bytes
    kind: str = "CustomerInvoiceLC"
    ack: str = "Ok"
    sha256: str = ""


@dataclass
class Platform:
    """What it holds, and the troubles to come: `search`, `get` and `token` take the next of their
    own list (a status, « slow », « half », « cut », « chunk », « bare »), then answer well."""

    flows: list[StoredFlow] = field(default_factory=list)
    troubles: dict[str, list[str]] = field(default_factory=dict)
    page: int = 100  # the most it gives at once
    retry_after: str = ""
    order: int = 1  # -1: the latest first
    raw: dict[str, bytes] = field(default_factory=dict)  # answered whatever is asked
    asked: list[tuple[str, str]] = field(default_factory=list)
    searches: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0
    url: str = ""

    def trouble(self, what: str) -> str:
        left = self.troubles.get(what, [])
        return left.pop(0) if left else ""

    def got(self) -> list[str]:
        return [path for method, path in self.asked if method == "GET"]

    def results(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        where = query["where"]
        chosen = sorted(
            (
                flow
                for flow in self.flows
                if flow.updated > where["updatedAfter"] and flow.kind in where["flowType"]
            ),
            key=lambda flow: flow.updated,
        )[:: self.order]
        return [
            {
                "flowId": flow.id,
                "updatedAt": flow.updated,
                "flowType": flow.kind,
                "flowDirection": "In",
                "acknowledgement": {"status": flow.ack},
                "sha256": flow.sha256,
            }
            for flow in chosen[: min(query["limit"], self.page)]
        ]


class Server(ThreadingHTTPServer):
    """A server with its platform."""

    daemon_threads = True
    platform: Platform

    def handle_error(self, *_: object) -> None:
        """A client that went away is none."""


class Handler(BaseHTTPRequestHandler):
    """Answers as the platform of its server does."""

    protocol_version = "HTTP/1.1"
    server: Server

    @property
    def platform(self) -> Platform:
        return self.server.platform

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.platform.asked.append(("POST", self.path))
        if self.path == "/token":
            self._token(parse_qs(body.decode()))
        elif self._allowed("search"):
            query = json.loads(body)
            self.platform.searches.append(query)
            found = {"limit": self.platform.page, "results": self.platform.results(query)}
            self._answer("search", json.dumps(found).encode())

    def do_GET(self) -> None:
        self.platform.asked.append(("GET", self.path))
        name = unquote(urlsplit(self.path).path.rpartition("/")[2])
        if self._allowed("get"):
            content = next((x.content for x in self.platform.flows if x.id == name), None)
            if content is None:
                self._send(404, b'{"errorMessage": "no such flow"}')
            else:
                self._answer("get", content)

    def _token(self, form: dict[str, list[str]]) -> None:
        if form.get("client_id") != [CLIENT] or form.get("client_secret") != [SECRET]:
            self._send(401, b"{}")
            return
        self.platform.tokens += 1
        self._answer("token", json.dumps({"access_token": f"t{self.platform.tokens}"}).encode())

    def _allowed(self, what: str) -> bool:
        good = self.headers["Authorization"] == f"Bearer t{self.platform.tokens}"
        trouble = self.platform.troubles.get(what, [""])[:1]
        if not good or trouble == ["401"]:
            self.platform.trouble(what)
            self._send(401, b"{}")
            return False
        return True

    def _answer(self, what: str, body: bytes) -> None:
        trouble = self.platform.trouble(what)
        body = self.platform.raw.get(what, body)
        if trouble.isdigit():
            self._send(int(trouble), b'{"errorMessage": "en panne"}')
        elif trouble == "slow":
            time.sleep(0.6)
            self._send(200, body)
        elif trouble == "drip":
            self._send(200, body, drip=True)
        elif trouble == "half":
            self._send(200, body[: len(body) // 2], told=len(body))
        elif trouble == "cut":
            self.close_connection = True
        elif trouble in ("chunk", "bare"):
            self._unmeasured(body[: len(body) // 2], chunked=trouble == "chunk")
        else:
            self._send(200, body)

    def _send(self, status: int, body: bytes, told: int = -1, *, drip: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if told < 0 else told))
        if status == 429 and self.platform.retry_after:
            self.send_header("Retry-After", self.platform.retry_after)
        self.end_headers()
        for place in range(len(body)) if drip else ():
            self.wfile.write(body[place : place + 1])
            time.sleep(0.05)
        if not drip:
            self.wfile.write(body)
        self.close_connection = told >= 0

    def _unmeasured(self, body: bytes, *, chunked: bool) -> None:
        """An answer without its length that stops in its middle."""
        self.send_response(200)
        self.send_header("Connection", "close")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write((b"%x\r\n" % len(body) if chunked else b"") + body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(platform: Platform) -> Iterator[Platform]:
    """The platform at `platform.url` while it is needed."""

    server = Server(("127.0.0.1", 0), Handler)
    server.platform = platform
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
