"""A real server and a real Chromium with the network cut: every request that leaves 127.0.0.1 fails the test."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import shapes
from playwright.sync_api import Browser, FilePayload, Frame, Page, Playwright, WebSocket, expect, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mixplan.ui.pages import HOME, page_groups

expect.set_options(timeout=60_000)  # as long as a page waits for anything else: other tests keep the machine busy

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "tests" / "output"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                reason = "no Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk) or set CHROMIUM"
                item.add_marker(pytest.mark.skip(reason=reason))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, *options: str, path: str = "", port: int | None = None) -> Iterator[str]:
    """A workbench of its own, with the options of ``mixplan serve``; its address, once it answers."""
    port = port or free_port()
    environment = {**os.environ, "MIXPLAN_HOME": str(folder / "home")}
    environment["MIXPLAN_JOBS_LINGER_S"] = "5"  # else a test would wait long for workers to end
    command = [sys.executable, "-m", "mixplan", "serve", "--port", str(port), "--no-browser", *options]
    address = f"http://127.0.0.1:{port}{path}"
    with (folder / "log.txt").open("w+") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            for _attempt in range(120):
                try:
                    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                        break
                except OSError:
                    time.sleep(0.5)
            else:
                log.seek(0)
                pytest.fail(f"the workbench did not start:\n{log.read()}")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=60)
            finally:
                process.kill()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's folder of the server that the stories share."""
    return tmp_path_factory.mktemp("server") / "home"


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[str]:
    with serving(home.parent) as address:
        yield address


@pytest.fixture(scope="session")
def playwright_() -> Iterator[Playwright]:
    """There can be one at a time."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright_: Playwright) -> Iterator[Browser]:
    chromium = playwright_.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield chromium
    chromium.close()


class Workbench:
    """One browser tab on the workbench, offline but for the server."""

    def __init__(self, browser: Browser, server: str, **how: Any) -> None:
        self.server = server
        self.outside: list[str] = []
        self.context = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="zh-CN", **how)
        self.context.route("**/*", self._only_here)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("websocket", self._listen)
        self.waiting = False  # a run has been asked for and has not ended

    def _only_here(self, route) -> None:
        if route.request.url.startswith((self.server, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._asked)
        socket.on("framereceived", self._answered)

    def _asked(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.waiting = True

    def _answered(self, frame: str | bytes) -> None:
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        if message.WhichOneof("type") == "script_finished":
            self.waiting = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def open(self, path: str) -> Page:
        """Open an address and wait until the page has run through."""
        self.waiting = True  # a page asks for its first run by itself
        self.page.goto(f"{self.server}/{path}")
        self.settle()
        return self.page

    def go(self, name: str) -> None:
        """Go to a page by the navigation, through the group that it stands in."""
        place = next(place for place, titles in enumerate(page_groups().values()) if name in titles)
        if place:  # those of the first group stand open
            self.page.get_by_test_id("stTopNavSection").nth(place - 1).click()
        address = "" if name == HOME else name
        self.page.locator(f'a[data-testid^="stTopNav"][href$="/{address}"]').click()

    def settle(self) -> None:
        """Wait until what the page has asked for is there, however long the server takes to begin with it.

        A page may take 700 ms to ask, as where somebody is still typing; what it has is there when it asks for nothing
        more for 500 ms.
        """
        began = time.monotonic()
        while not self.waiting and time.monotonic() < began + 0.7:
            self.page.wait_for_timeout(50)
        quiet_since = time.monotonic()
        while time.monotonic() < quiet_since + 0.5:
            self.page.wait_for_timeout(50)
            if self.waiting:
                quiet_since = time.monotonic()
            assert quiet_since < began + 60, "the page has not run through"
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')

    def import_register(self, file: Path | FilePayload) -> Page:
        """Bring a register in WGS-84 of one's own into the session, as a planner does."""
        page = self.open("station_map")
        page.get_by_text("导入自己的登记册").click()
        self.settle()
        page.locator('input[aria-label="坐标系"]').fill("WGS")
        page.get_by_role("option", name="WGS-84").click()
        self.settle()
        page.locator('input[type="file"]').set_input_files(file)
        page.locator('[data-testid="stFileChip"]').wait_for()
        self.settle()
        page.locator("button:not([disabled])", has_text=re.compile("^导入$")).click()
        self.settle()
        return page

    def map(self) -> Frame:
        """The frame of the map, once it has drawn plants or rings."""
        self.page.wait_for_selector('iframe[title*="st_folium"]')
        frame = next(f for f in self.page.frames if "st_folium" in f.url)
        frame.wait_for_function(f"window.map && {shapes('roads')} > 4")
        return frame

    def marks(self) -> int:
        """Plants on the map."""
        return int(self.map().evaluate(shapes("plants")))

    def paths(self, pane: str) -> int:
        """Shapes in one pane of the map."""
        return int(self.map().evaluate(shapes(pane)))

    def picture(self, name: str) -> bytes:
        """Screenshot, kept for the eye."""
        OUTPUT.mkdir(exist_ok=True)
        return self.page.screenshot(path=OUTPUT / f"{name}.png")


@pytest.fixture
def workbench(browser: Browser, server: str) -> Iterator[Workbench]:
    """A planner's browser."""
    yield from _looked_at(browser, server)


@pytest.fixture
def another(browser: Browser, server: str) -> Iterator[Workbench]:
    """A second planner's browser."""
    yield from _looked_at(browser, server)


def _looked_at(browser: Browser, server: str) -> Iterator[Workbench]:
    bench = Workbench(browser, server)
    yield bench
    broken = bench.page.locator('.st-key-page_fault, [data-testid="stException"]').count()
    bench.context.close()
    assert broken == 0, "the page shows a fault"
    assert bench.outside == [], f"requests that left the server: {bench.outside}"
