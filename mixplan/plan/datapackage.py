"""The data package: every data file with source, licence, fields and checksum."""

from functools import cache
from pathlib import Path
from typing import Any

from mixplan.base.files.reading import read_json, short_hash
from mixplan.base.paths import DATA_DIR


@cache
def load_descriptor(path: Path = DATA_DIR / "datapackage.json") -> dict[str, Any]:
    """The data package descriptor: every data file with source, licence, fields and checksum."""
    descriptor: dict[str, Any] = read_json(path)
    return descriptor


def data_version() -> str:
    """Short hash of the shipped data: the same data give the same version."""
    return short_hash(DATA_DIR / "datapackage.json")
