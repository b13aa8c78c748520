"""Reads one file in a process of its own, and prints what that took: MB at most, CPU seconds, and what was said."""

import json
import resource
import sys
import time
from pathlib import Path

from fuzz import documents, networks, tables  # their readers, and what these load

from mixplan.base.errors import MixplanError

READERS = {
    kind.entrance.name: kind.entrance.read for kind in (*tables.KINDS, *documents.DOCUMENTS, networks.NETWORK)
} | {"orlib": networks.ORLIB.read, "template": networks.TEMPLATE.read}


def peak_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(entrance: str, path: str) -> None:
    """Read the file through the entrance."""
    warm = tables.PLANTS
    warm.entrance.read("\n".join(",".join(row) for row in warm.rows).encode(), "a.csv")
    content = Path(path).read_bytes()
    before, began = peak_mb(), time.process_time()
    try:
        said = READERS[entrance](content, Path(path).name)[1]
    except MixplanError as error:
        said = [str(error)]
    print(json.dumps({"mb": peak_mb() - before, "seconds": time.process_time() - began, "said": "\n".join(said)[:300]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
