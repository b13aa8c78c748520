"""The data package: every data file with source, licence, fields and checksum."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from mixplan.base.paths import DATA_DIR


@cache
def load_descriptor(path: Path = DATA_DIR / "datapackage.json") -> dict[str, Any]:
    """The data package descriptor: every data file with source, licence, fields and checksum."""
    descriptor: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return descriptor


def data_version() -> str:
    """Short hash of the shipped data: the same data give the same version."""
    return hashlib.sha256((DATA_DIR / "datapackage.json").read_bytes()).hexdigest()[:12]
