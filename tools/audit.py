"""Which locked dependencies have known advisories, by a database of advisories; where it cannot be asked, say so.

``python tools/audit.py`` asks the OSV database, or the mirror of it that ``MIXPLAN_ADVISORIES`` names. The exit code is
1 where there are advisories, and 0 otherwise: whether there are any is then "none known" or "unknown", as printed.
"""

import json
import os
import re
import sys
import urllib.request
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements-dev.lock"
DATABASE = "https://api.osv.dev/v1/querybatch"
WAIT_S = 20


def pinned(lock: str) -> list[tuple[str, str]]:
    """Name and version of every package of a lock file."""
    return re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, flags=re.MULTILINE)


def advisories(packages: list[tuple[str, str]], database: str) -> dict[tuple[str, str], list[str]]:
    """Numbers of the advisories on each package that has any.

    Raises
    ------
    OSError
        Where the database cannot be reached.
    ValueError
        Where it does not answer for every package.
    """
    asked = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    body = json.dumps({"queries": asked}).encode()
    request = urllib.request.Request(database, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
        results = json.load(answer)["results"]
    if len(results) != len(packages):
        raise ValueError(f"{len(packages)} packages asked for, {len(results)} answered")
    found = zip(packages, results, strict=True)
    return {package: [one["id"] for one in result["vulns"]] for package, result in found if result.get("vulns")}


def main() -> int:
    """Print what is known."""
    packages = pinned(LOCK.read_text(encoding="utf-8"))
    database = os.environ.get("MIXPLAN_ADVISORIES", DATABASE)
    try:
        found = advisories(packages, database)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        print(f"UNKNOWN: whether any of {len(packages)} locked packages has a known advisory could not be found out.")
        print(f"The database {database} did not answer ({type(problem).__name__}: {problem}).")
        print("Run it where that address can be reached, or name a mirror in MIXPLAN_ADVISORIES.")
        return 0
    for (name, version), numbers in found.items():
        print(f"{name} {version}: {', '.join(numbers)}")
    print(f"{len(found)} of {len(packages)} locked packages have advisories known to {database}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
