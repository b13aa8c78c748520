"""The tables that a planner has brought, a register above all: as they were read then, else read from their files."""

from collections.abc import Callable

from mixplan import __version__
from mixplan.base.errors import DataError
from mixplan.city.datums import Datum
from mixplan.projects.project import FileUse
from mixplan.registers.parsed import read_otherwise, read_point_bytes, read_register_bytes
from mixplan.registers.plants import Register, read_register
from mixplan.registers.points import PointFile, read_points

Get = Callable[[str], bytes]
"""What the store has under a hash for the project."""


def register_from(use: FileUse, get: Get) -> Register:
    """A register of the project, as it was read when it was brought; from its file where that is not kept."""
    return read_register_bytes(get(use.parsed), use.name) if use.parsed else _read(use, get)


def points_from(use: FileUse, get: Get, *, column: str | None = None) -> PointFile:
    """Points of the project, as they were read when they were brought; ``column`` is one that every row must fill."""
    if use.parsed:
        return read_point_bytes(get(use.parsed), use.name)
    return read_points(get(use.content), use.name, datum=datum_of(use), column=column)


def register_read_otherwise(use: FileUse, get: Get) -> str:
    """How this release reads the file of a register otherwise than it was read, in a sentence; mostly empty."""
    kept = register_from(use, get)
    if kept.release == __version__:
        return ""
    try:
        return read_otherwise(kept, _read(use, get))
    except DataError:  # the file has stayed on another computer, or is no register to this release
        return ""


def _read(use: FileUse, get: Get) -> Register:
    error_m = 0.0 if use.location_error_m is None else float(use.location_error_m)
    return read_register(get(use.content), use.name, datum=datum_of(use), default_location_error_m=error_m)


def datum_of(use: FileUse) -> str:
    """Datum of a file's coordinates as it was named; one that is none is refused where it is used."""
    return use.datum or Datum.WGS84.value
