"""Chromium before a Fava that is really served."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import prepare

MISSING = """\
ces essais conduisent Chromium, qui manque à cette machine
    Debian, Ubuntu : sudo apt install chromium
    Fedora : sudo dnf install chromium
    macOS : brew install --cask google-chrome"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    program = prepare.any_of(prepare.TEST_PROGRAMS["chromium"])
    if program is None:
        pytest.fail(MISSING)
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@contextmanager
def served(ledger: Path) -> Iterator[str]:
    """Where Fava serves a ledger meanwhile."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "fava.cli", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen([*command, str(ledger)], stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}/beancount"
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), 1)):
            return
        time.sleep(0.1)
    pytest.fail("Fava ne répond pas")


@contextmanager
def shown(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """An empty page, and whatever the browser will complain of."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    yield page, complaints
    page.close()
