"""A server of this machine for as long as a benchmark needs it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
_FAULT = "Traceback (most recent call last)"
_STARTS_WITHIN_S = 120.0


@dataclass(frozen=True)
class Server:
    """Where a server is reached, its process, when it was started (performance counter), and what it has said."""

    address: str
    pid: int
    started: float
    log: Path

    def faults(self) -> list[str]:
        """What went wrong in it so far, by its log."""
        return self.log.read_text(encoding="utf-8", errors="replace").split(_FAULT)[1:]


def workbench(*options: str) -> list[str]:
    """Command that serves the workbench."""
    return [sys.executable, "-m", "mixplan", "serve", "--port", "PORT", "--no-browser", *options]


def small_page(folder: Path, name: str, text: str) -> list[str]:
    """Command that serves a page of one script."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return [sys.executable, "-m", "streamlit", "run", str(file), "--server.port", "PORT", "--server.headless", "true"]


@contextlib.contextmanager
def served(command: list[str], folder: Path, **environment: str) -> Iterator[Server]:
    """Begin a server at a free port of this machine, in place of ``PORT`` in the command, and end it afterwards.

    Parameters
    ----------
    folder : Path
        Where it keeps its work and its log.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = {"PYTHONPATH": str(ROOT), "MIXPLAN_HOME": str(folder), "MIXPLAN_JOBS_LINGER_S": "10"}
    around = os.environ | own | environment
    whole = [word.replace("PORT", str(port)) for word in command]
    log = folder / "server.log"
    started = time.perf_counter()
    with log.open("w") as said:
        process = subprocess.Popen(whole, cwd=ROOT, env=around, stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield Server(f"http://127.0.0.1:{port}", process.pid, started, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urlopen(address, timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit("the server did not start")
