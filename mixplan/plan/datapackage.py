"""The data package: every data file with source, licence, fields and checksum."""

from functools import cache
from pathlib import Path
from typing import Any

from mixplan.base.files.jsontext import digest
from mixplan.base.files.reading import read_json
from mixplan.base.paths import DATA_DIR


@cache
def load_descriptor(path: Path = DATA_DIR / "datapackage.json") -> dict[str, Any]:
    """The data package descriptor: every data file with source, licence, fields and checksum."""
    descriptor: dict[str, Any] = read_json(path)
    return descriptor


SOLVED = "solved"  # folder of what the program itself has worked out of the other data
_NOT_GIVEN = (f"{SOLVED}/", "schemas/")  # made by the program, and from nothing but the rest


@cache
def data_version() -> str:
    """Short hash of the shipped data: the same data give the same version.

    Solved cases do not count: each is made for one version of the data, and would change it by being there.
    """
    given = {one["path"]: one["hash"] for one in load_descriptor()["resources"]}
    return digest({path: found for path, found in given.items() if not path.startswith(_NOT_GIVEN)})[:12]


@cache
def solved(name: str) -> dict[str, Any]:
    """A case that is shipped solved, by the name of its file."""
    record: dict[str, Any] = read_json(DATA_DIR / SOLVED / f"{name}.json")
    return record
