"""Points with an amount: demand, planned sites, supply that a planner brings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import Column, year_of
from mixplan.base.files.tables import TableFile, content_version, typed_frame
from mixplan.base.paths import DATA_DIR
from mixplan.city.datums import Datum
from mixplan.registers.located import (
    CAPACITY,
    EVIDENCE,
    ID,
    KIND,
    LAT,
    LOCATION_ERROR,
    LON,
    NAME,
    STATUS,
    located_frame,
    read_located,
)

POINT_COLUMNS = (
    ID,
    replace(LON, required=True),
    replace(LAT, required=True),
    replace(NAME, required=False, default=""),
    CAPACITY,
    replace(CAPACITY, code="weight", header="需求", synonyms=("权重", "需求量", "demand")),
    Column("year", "投产年份", year_of, synonyms=("年份",), numeric=True),
    replace(KIND, required=False, default=""),
    replace(STATUS, default=""),
    EVIDENCE,
    LOCATION_ERROR,
)


@dataclass(frozen=True, kw_only=True)
class PointFile(TableFile):
    """Points that could be read from a file, and the rows that could not, with reasons.

    Attributes
    ----------
    points : GeoDataFrame
        One row a point, index ``id``, columns of `POINT_COLUMNS`, geometry in the metric CRS.
    """

    points: gpd.GeoDataFrame


def read_points(content: bytes, name: str, *, datum: Datum | str = Datum.WGS84, column: str | None = None) -> PointFile:
    """Read points with ``id, lon, lat`` and mostly ``capacity`` or ``weight`` from CSV or XLSX, as a register is read.

    Parameters
    ----------
    content, name, datum
        As in `read_register`. Headers are the codes or their Chinese names; other columns are ignored.
    column : str, optional
        Code of a column that every row must fill as well, such as ``weight``.

    Raises
    ------
    DataError
        Where the file cannot be read at all or lacks a required column.
    """
    columns = tuple(replace(c, required=True) if c.code == column else c for c in POINT_COLUMNS)
    table = read_located(content, name, datum, columns)
    return PointFile(**table.about() | {"version": content_version(content, datum)}, points=point_frame(table.records))


def read_point_file(path: Path, *, datum: Datum | str = Datum.WGS84, column: str | None = None) -> PointFile:
    """Read points from a file, see `read_points`; a file that cannot be opened is a `DataError` as well."""
    return read_points(file_content(path), path.name, datum=datum, column=column)


def complete_points(found: PointFile) -> gpd.GeoDataFrame:
    """Points of a file in which no row is wrong.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed, for every wrong row; none is left out silently.
    """
    found.refuse_errors()
    return found.points


def read_complete_points(
    path: Path, *, datum: Datum | str = Datum.WGS84, column: str | None = None
) -> gpd.GeoDataFrame:
    """Read points from a file of which every row must be right, see `read_points` and `complete_points`."""
    return complete_points(read_point_file(path, datum=datum, column=column))


def point_frame(records: Iterable[Mapping[str, Any]] | pd.DataFrame) -> gpd.GeoDataFrame:
    """Points from records with at least ``id, lon, lat`` (WGS-84 degrees), with every column of `POINT_COLUMNS`."""
    return located_frame(typed_frame(records, POINT_COLUMNS).astype({"id": str}))


@cache
def load_demand(path: Path = DATA_DIR / "demand.csv") -> gpd.GeoDataFrame:
    """The shipped demand points: ``weight`` is the ready-mixed mortar wanted a year (万t); a bad row is an error."""
    return read_complete_points(path, column="weight")
