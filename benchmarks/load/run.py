"""The benchmark: a server of its own, more and more planners, and a table of what they waited for and what it cost."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import Server, served, workbench

from .machine import Use, use
from .planner import PAGES, Planner, Rerun

AIMS_S = {20: 1.0, 40: 2.0}  # 95 % of reruns are to take no longer, by number of planners
MOST_MB = 25.0  # private memory that a session may add
MOST_LONGER = 1.5  # with sessions that solve beside them, planners wait for at most so many times as long
SOLVE_BUTTON = "con_solve"


@dataclass(frozen=True)
class Level:
    """What some planners waited for, and what the server took meanwhile."""

    planners: int
    solves: int
    slowest: list[Rerun]  # the longest first
    waited_s: list[float]  # of each rerun, sorted
    sent_kb: float  # a rerun, median
    errors: list[str]
    before: Use
    after: Use
    took_s: float
    driver_cpu_s: float

    def waited(self, share: float) -> float:
        """Seconds within which that share of the reruns was done."""
        if not self.waited_s:
            return math.nan
        return self.waited_s[min(len(self.waited_s) - 1, math.ceil(share * len(self.waited_s)) - 1)]

    def row(self) -> str:
        """A row of the table."""
        reruns = len(self.waited_s)
        app, other = self.after.app_cpu_s - self.before.app_cpu_s, self.after.other_cpu_s - self.before.other_cpu_s
        growth = (self.after.private_mb - self.before.private_mb) / (self.planners + self.solves)
        aim = AIMS_S.get(self.planners)
        missed = (aim is not None and self.waited(0.95) > aim) or bool(self.errors) or growth > MOST_MB
        cells = [
            f"{self.planners}" + (f" + {self.solves} solving" if self.solves else ""),
            f"{reruns}",
            f"{reruns / self.took_s:.1f}",
            *(f"{self.waited(share):.2f}" for share in (0.5, 0.95, 1.0)),
            "–" if aim is None else f"≤ {aim:g}",
            f"{len(self.errors)}",
            f"{1000 * app / max(reruns, 1):.0f}",
            f"{other:.1f}",
            f"{self.driver_cpu_s:.1f}",
            f"{self.sent_kb:.1f}",
            f"{growth:.1f}",
            f"{self.after.resident_mb:.0f}",
            "missed" if missed else "",
        ]
        return f"| {' | '.join(cells)} |"


HEAD = (
    "| planners | reruns | a second | p50 s | p95 s | max s | aim p95 | errors | server CPU ms/rerun | other CPU s "
    "| driver CPU s | kB/rerun | MB/session | RSS MB | |"
)


async def level(address: str, root: int, planners: int, *, seconds: float, think_s: float, solves: int) -> Level:
    """Let some planners work for some seconds, others solving beside them."""
    before, begun, own = use(root), time.monotonic(), time.process_time()
    working = [Planner(address, random.Random(number), think_s) for number in range(planners)]
    solving = [Planner(address, random.Random(-1 - number), 2.0) for number in range(solves)]
    tasks = [planner.work(seconds) for planner in working]
    tasks += [planner.work(seconds, press=SOLVE_BUTTON) for planner in solving]
    await asyncio.gather(*tasks)
    took, driver = time.monotonic() - begun, time.process_time() - own
    reruns = [rerun for planner in working for rerun in planner.reruns]
    errors = [error for planner in (*working, *solving) for error in planner.errors]
    sizes = sorted(rerun.size for rerun in reruns) or [0]
    slowest = sorted(reruns, key=lambda rerun: -rerun.seconds)
    waited = [rerun.seconds for rerun in reversed(slowest)]
    median_kb = sizes[len(sizes) // 2] / 1024
    return Level(planners, solves, slowest, waited, median_kb, errors, before, use(root), took, driver)


async def warm_up(address: str, root: int, workers: int) -> None:
    """Open every page once in each process and let them come to rest: nobody waits for what is done a single time."""
    end = time.monotonic() + 120
    for number in range(workers):
        await _tour(address, number, end)
    busy_s = 1.0
    while busy_s > 0.1 and time.monotonic() < end:  # they open their own pages once as well
        before = use(root).app_cpu_s
        await asyncio.sleep(2)
        busy_s = use(root).app_cpu_s - before


async def _tour(address: str, number: int, end: float) -> None:
    while True:
        planner = Planner(address, random.Random(0), 0.0, name=f"{number:032x}")
        await planner.tour(list(dict.fromkeys(PAGES)))
        if not planner.errors:
            return
        if planner.reruns or time.monotonic() > end:  # else this process has not started yet
            raise SystemExit("; ".join(planner.errors))
        await asyncio.sleep(0.5)


def main(argv: list[str]) -> int:
    """Print the table; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks load")
    parser.add_argument("--planners", type=int, nargs="+", default=[1, 10, 20, 40])
    parser.add_argument("--seconds", type=float, default=180.0, help="how long each number of planners works")
    parser.add_argument("--think", type=float, default=5.0, help="seconds between a planner's changes, on average")
    parser.add_argument("--after", type=float, default=180.0, help="seconds after the last has left")
    parser.add_argument("--workers", type=int, default=1, help="serving processes")
    parser.add_argument(
        "--solves", type=int, default=0, help="sessions that solve beside the planners, in a second run"
    )
    parser.add_argument("--log", type=Path, help="file to keep what the server has said")
    parser.add_argument("--slowest", type=int, default=0, help="how many of the slowest reruns to name")
    chosen = parser.parse_args(argv)
    several = ["--workers", str(chosen.workers)] if chosen.workers > 1 else []
    # The workers of long work stay for a moment after the server has ended, and may still write there.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        with served(workbench(*several), Path(home)) as server:
            missed = asyncio.run(_levels(server, chosen))
        if chosen.log:
            chosen.log.write_bytes(server.log.read_bytes())
        if faults := server.faults():
            print(f"\n{len(faults)} faults in the server's log, the first:\n{faults[0][:2000]}")
    return 1 if missed or faults else 0


async def _levels(server: Server, chosen: argparse.Namespace) -> bool:
    address, root = server.address, server.pid
    await warm_up(address, root, chosen.workers)
    start = use(root)
    print(f"{chosen.workers} serving process(es), {os.cpu_count()} cores; when warm {start.memory()}\n")
    print(f"{HEAD}\n|{'---|' * HEAD.count(' |')}")
    rows = []
    for planners in chosen.planners:
        for solves in dict.fromkeys((0, chosen.solves)):
            rows.append(
                await level(address, root, planners, seconds=chosen.seconds, think_s=chosen.think, solves=solves)
            )
            print(rows[-1].row(), flush=True)
    most_longer = 0.0
    for without, beside in zip(rows[::2], rows[1::2], strict=True) if chosen.solves else []:
        most_longer = max(most_longer, times := longer(without, beside))
        took_s = beside.after.other_cpu_s - beside.before.other_cpu_s
        print(
            f"{chosen.solves} who solve took {took_s:.0f} s of CPU and had {beside.planners} others wait "
            f"{times:.2f} times as long (aim: at most {MOST_LONGER:g})"
        )
    for row in rows if chosen.slowest else []:
        print(f"\nThe slowest with {row.planners}:")
        for rerun in row.slowest[: chosen.slowest]:
            print(f"{rerun.seconds:6.2f} s {rerun.size / 1024:6.1f} kB  {rerun.page or 'overview'}: {rerun.what}")
    for error, count in _counted(rows):
        print(f"\n{count} × {error}")
    await asyncio.sleep(chosen.after)
    end = use(root)
    grown = end.resident_mb / start.resident_mb - 1
    print(f"\n{chosen.after:.0f} s after they left: {end.memory()}, RSS {grown:+.0%} (aim: within 20 %)")
    missed = any(row.row().endswith("missed |") for row in rows) or (chosen.after >= 180 and grown > 0.2)
    return missed or most_longer > MOST_LONGER


def longer(without: Level, beside: Level) -> float:
    """How many times as long planners wait while others solve: of median and 95 % the larger."""
    return max(beside.waited(share) / without.waited(share) for share in (0.5, 0.95))


def _counted(rows: list[Level]) -> list[tuple[str, int]]:
    errors = [error for row in rows for error in row.errors]
    return [(error, errors.count(error)) for error in dict.fromkeys(errors)]
