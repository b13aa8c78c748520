"""How long light commands take to start, beside a bare script that reads the same files: CPU seconds of processes."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
GEO, PLANTS = ROOT / "data" / "geo", ROOT / "data" / "plants.csv"
LAYERS = ("ring_roads", "ban_zones", "sensitive_areas", "districts", "water", "towns", "interchanges")

# What nobody who reads these files with these libraries can do without.
BARE = f"""
import geopandas
for name in {LAYERS!r}:
    geopandas.read_file("{GEO.as_posix()}/" + name + ".geojson").to_crs(4548)
"""
BARE_REGISTER = (
    BARE
    + f"""
import pandas
table = pandas.read_csv("{PLANTS.as_posix()}", dtype=str)
geopandas.GeoSeries.from_xy(table["lon"].astype(float), table["lat"].astype(float), crs=4326).to_crs(4548)
"""
)
MIXPLAN = [sys.executable, "-m", "mixplan"]
# Command, and either seconds or a script with how many times its seconds are aimed at.
CASES: list[tuple[list[str], float, str]] = [
    (["--version"], 0.3, ""),
    (["--help"], 0.3, ""),
    (["where", "116.39", "39.99"], 1.5, BARE),
    (["screen"], 1.5, BARE_REGISTER),
    (["targets"], 1.5, "import pandas"),
]


def cpu_seconds(command: list[str]) -> float:
    """CPU seconds, user and system, of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def side_by_side(commands: list[list[str]], runs: int) -> list[float]:
    """Median CPU seconds of each command, taken in turn so that all meet the same load; one run before warms up."""
    taken = [[cpu_seconds(command) for command in commands] for _ in range(runs + 1)][1:]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def main(argv: list[str]) -> int:
    """Print CPU seconds and ratios of the light commands; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks start")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args(argv).runs
    missed = 0
    print("| command | CPU s | bare script | ratio | aim | |\n|---|---|---|---|---|---|")
    for arguments, aim, script in CASES:
        commands = [[*MIXPLAN, *arguments], *([[sys.executable, "-c", script]] if script else [])]
        own, *others = side_by_side(commands, runs)
        measured = own / others[0] if others else own
        missed += measured > aim
        bare, ratio, unit = (f"{others[0]:.2f}", f"{measured:.2f}", "×") if others else ("–", "–", "s")
        verdict = "missed" if measured > aim else ""
        print(f"| `mixplan {' '.join(arguments)}` | {own:.2f} | {bare} | {ratio} | ≤ {aim:g} {unit} | {verdict} |")
    return 1 if missed else 0
