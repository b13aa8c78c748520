"""Run a benchmark by name."""

from __future__ import annotations

import sys

from . import load, reruns, siting, start
from . import map as web_map

BENCHMARKS = {"map": web_map.main, "load": load.main, "reruns": reruns.main, "siting": siting.main, "start": start.main}


def main() -> int:
    """Run the benchmark that is named first on the command line."""
    if len(sys.argv) < 2 or sys.argv[1] not in BENCHMARKS:
        print(f"usage: python -m benchmarks {{{','.join(BENCHMARKS)}}} [options]", file=sys.stderr)
        return 2
    return BENCHMARKS[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
