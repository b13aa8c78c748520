"""The load benchmark's planners do what planners do, and are answered."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.load.machine import Use
from benchmarks.load.run import Level, longer

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


def waits(*seconds: float) -> Level:
    """Planners who waited that long."""
    use = Use(0.0, 0.0, 0.0, 0.0)
    return Level(12, 2, [], sorted(seconds), 0.0, [], use, use, 30.0, 0.0)


@pytest.mark.parametrize(
    ("beside", "times"),
    [((1, 1, 1, 4), 1.0), ((1, 1.6, 1.6, 4), 1.6), ((1, 1, 1, 8), 2.0), ((0.5, 0.5, 0.5, 2), 0.5)],
    ids=["the same", "the median is longer", "the slowest are longer", "shorter"],
)
def test_solving_lengthens_what_others_wait_for_by_the_worse_of_median_and_slowest(beside, times):
    assert longer(waits(1, 1, 1, 4), waits(*beside)) == pytest.approx(times)
