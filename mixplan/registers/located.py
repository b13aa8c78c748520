"""Rows with coordinates: read, placed and checked against the region."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.files.columns import Column, RowError, amount_between, code_of, id_cell, text_cell
from mixplan.base.files.tables import Check, Row, Table, read_table
from mixplan.base.i18n import N_
from mixplan.city.crs import points_metric
from mixplan.city.datums import Datum, to_wgs84
from mixplan.plan.city import load_city
from mixplan.plan.kinds import STATUSES, plant_kinds
from mixplan.plan.rules import load_rules
from mixplan.registers.spellings import EVIDENCE_WORDS, STATUS_WORDS, UNIT_WORDS, kind_cell

_COORDINATE = amount_between(-1e8, 1e8)  # degrees or metres; checked against the region once the datum is applied
_DEGREES = ("度", "m")  # coordinates of a metric grid stand in metres

# Columns that tables of places have in common.
ID = Column("id", "编号", id_cell, required=True, unique=True)
NAME = Column("name", "名称", text_cell, required=True, synonyms=("站点名称", "厂站名称"))
KIND = Column("kind", "类别", kind_cell, required=True, synonyms=("类型",))
STATUS = Column("status", "状态", code_of(STATUSES, STATUS_WORDS), default="inventory_2010")
LON = Column("lon", "经度", _COORDINATE, synonyms=("东坐标", "longitude"), numeric=True, units=_DEGREES)
LAT = Column("lat", "纬度", _COORDINATE, synonyms=("北坐标", "latitude"), numeric=True, units=_DEGREES)
LOCATION_ERROR = Column("location_error_m", "定位误差(m)", amount_between(0, 100_000), numeric=True, units=("m",))
CAPACITY = Column(
    "capacity",
    "产能",
    amount_between(0, 100_000),
    synonyms=("年产能", "设计能力"),
    numeric=True,
    units=("万t", "万m³"),
    per=("年",),
)
EVIDENCE = Column("evidence", "依据类型", code_of(("sourced", "modelled"), EVIDENCE_WORDS), default="sourced")


def check_units(row: Row) -> list[RowError]:
    """Fill in the unit of a plant's capacity from its kind, or say that it is not the kind's."""
    if (code := row.record.get("kind")) is None:
        return []
    expected = plant_kinds()[code].unit
    if row.record.get("capacity_unit") is None:
        row.record["capacity_unit"] = expected
    if row.record["capacity_unit"] == expected:
        return []
    return [row.wrong("capacity_unit", N_("{kind} 的产能单位应为 {unit}"), kind=code, unit=expected)]


def _check_capacity_header(row: Row) -> list[RowError]:
    """An error where the capacity's header states one unit, and the row's own unit or kind asks for another."""
    kind = plant_kinds().get(row.record.get("kind") or "")
    unit = row.record.get("capacity_unit") or (kind.unit if kind else None)
    stated = row.header_units.get("capacity")
    if row.record.get("capacity") is None or unit is None or not stated:
        return []
    if unit in (UNIT_WORDS[word] for word in stated):
        return []
    own = next(word for word, code in UNIT_WORDS.items() if code == unit)
    text = N_("列名的单位是 {stated}，这一行按产能单位或类别应为 {unit}")
    return [row.wrong("capacity", text, stated=tuple(stated), unit=own)]


def _place(records: Sequence[dict[str, Any]], datum: Datum | str) -> tuple[list[dict[str, Any]], list[RowError]]:
    """Records in WGS-84 degrees, and an error for each that has only half or impossible coordinates."""
    x, y = (np.array([record[axis] for record in records], dtype=float) for axis in ("lon", "lat"))
    lon, lat = to_wgs84(x, y, datum)
    west, south, east, north = load_city().region
    placed, errors = [], []
    for record, a, b, east_deg, north_deg in zip(records, x, y, lon, lat, strict=True):
        if np.isnan(a) != np.isnan(b):
            half = "lon" if np.isnan(a) else "lat"
            errors.append(RowError(record["row"], half, "", N_("经度和纬度要么都有，要么都空")))
        elif not np.isnan(a) and not (west <= east_deg <= east and south <= north_deg <= north):
            errors.append(place_error(record["row"], float(a), float(b), datum))
        else:
            placed.append(record | {"lon": east_deg, "lat": north_deg})
    return placed, errors


def place_error(row: int, x: float, y: float, datum: Datum | str) -> RowError:
    """Why a coordinate outside the region cannot be right: swapped, of no known grid, or elsewhere."""
    west, south, east, north = load_city().region
    value = f"{x:.10g}, {y:.10g}"
    swapped = (west <= y <= east and south <= x <= north) or (3.9e6 <= x <= 5e6 and not 3.9e6 <= y <= 5e6)
    if swapped:
        return RowError(row, "lon", value, N_("经纬度（或东、北坐标）似乎颠倒了"))
    if abs(x) > 180 and datum == Datum.CGCS2000:
        text = N_("东坐标无法识别：应为 200000–800000（EPSG:4548）或 39200000–39800000（EPSG:4527，39 带）")
        return RowError(row, "lon", value, text)
    details = (("west", west), ("east", east), ("south", south), ("north", north))
    return RowError(
        row, "lon", value, N_("经度应在 {west:g}–{east:g}，纬度应在 {south:g}–{north:g}，请核对坐标系"), details
    )


def fill_location_errors(plants: pd.DataFrame, default_m: float | None) -> None:
    """Fill in errors left open: by how the plant is located, or the planner's own figure for exact places."""
    book = load_rules()
    located = plants["lon"].notna() & plants["location_error_m"].isna()
    for precision in ("village", "township_centre", "district_only"):
        rows = located & (plants["location_precision"] == precision)
        plants.loc[rows, "location_error_m"] = book.figure(f"location_error_{precision}_m")
    if default_m is not None:
        exact = located & plants["location_precision"].isin(["plant_point", "street_address"])
        plants.loc[exact, "location_error_m"] = default_m


def read_located(content: bytes, name: str, datum: Datum | str, columns: tuple[Column, ...], *checks: Check) -> Table:
    """Read a table whose rows have places: good rows in WGS-84, errors of the others by row, see `read_table`."""
    table = read_table(content, name, columns, *checks, _check_capacity_header)
    placed, errors = _place(table.records, datum)
    in_order = sorted((*table.errors, *errors), key=lambda error: error.row)
    return replace(table, records=tuple(placed), errors=tuple(in_order))


def located_frame(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Rows by their ``id``, as points at their ``lon`` and ``lat`` in the metric CRS; none where these are missing."""
    geometry = points_metric(frame["lon"], frame["lat"])
    geometry.index = frame.index
    return gpd.GeoDataFrame(frame, geometry=geometry).set_index("id")
