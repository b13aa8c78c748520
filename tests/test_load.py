"""The load benchmark's planners do what planners do, and are answered."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from Linux's /proc")
def test_two_planners_at_work_are_answered_without_an_error():
    options = ["--planners", "2", "--seconds", "10", "--think", "1", "--after", "0"]
    command = [sys.executable, "-m", "benchmarks", "load", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=200, check=False)
    row = re.search(r"^\| 2 \| (\d+) \|.*$", done.stdout, flags=re.MULTILINE)
    assert row, done.stdout + done.stderr
    reruns, errors = int(row[1]), int(row[0].split("|")[8])
    assert reruns >= 4
    assert errors == 0, done.stdout
