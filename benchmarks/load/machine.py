"""What a server and its processes take of the machine, read from /proc (Linux only)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Use:
    """What a family of processes has taken: CPU seconds since its start, memory now."""

    app_cpu_s: float  # processes that serve pages
    other_cpu_s: float  # all others: workers of long work, the proxy
    private_mb: float  # memory that is theirs alone, serving processes only
    resident_mb: float

    def memory(self) -> str:
        """Memory of the serving processes in words."""
        return f"private {self.private_mb:.0f} MB, RSS {self.resident_mb:.0f} MB"


def family(root: int) -> list[int]:
    """A process and all below it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            below.setdefault(parent, []).append(int(entry.name))
    found, to_do = [], [root]
    while to_do:
        found.append(to_do.pop())
        to_do += below.get(found[-1], [])
    return found


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def use(root: int) -> Use:
    """What a server has taken so far, its workers told apart."""
    app = other = private = resident = 0.0
    members = family(root)
    serving = [process for process in members if _serves(process)]
    if len(serving) > 1:
        serving.remove(root)  # hands on to the others
    for process in members:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines() if process in serving else []
        except OSError:  # it has ended meanwhile
            continue
        seconds, ended = ((int(fields[at]) + int(fields[at + 1])) / _TICKS for at in (11, 13))
        other += ended  # by processes below it that are gone
        if not lines:
            other += seconds
            continue
        app += seconds
        memory = {name: int(size.split()[0]) / 1024 for name, size in (line.split(":") for line in lines[1:])}
        private += memory["Private_Clean"] + memory["Private_Dirty"]
        resident += memory["Rss"]
    return Use(app, other, private, resident)


def _serves(process: int) -> bool:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"mixplan" in words and b"serve" in words
