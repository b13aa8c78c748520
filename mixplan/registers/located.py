"""Rows with coordinates: read, placed and checked against the region."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import Sheets, read_cells
from mixplan.base.files.columns import Column, RowError, amount_between, columns_of, read_row
from mixplan.base.files.units import header_units
from mixplan.base.i18n import N_
from mixplan.city.crs import REGION
from mixplan.city.datums import Datum, to_wgs84
from mixplan.plan.kinds import plant_kinds
from mixplan.plan.rules import load_rules
from mixplan.registers.spellings import UNIT_WORDS

COORDINATE = amount_between(-1e8, 1e8)  # degrees or metres; checked against the region once the datum is applied
# Coordinates of a metric grid stand in metres.
DEGREES, AMOUNTS, YEARLY = ("度", "m"), ("万t", "万m³"), ("年",)


def _check_capacity_header(record: dict[str, Any], number: int, stated: list[str]) -> list[RowError]:
    """An error where the capacity's header states one unit, and the row's own unit or kind asks for another."""
    kind = plant_kinds().get(record.get("kind") or "")
    unit = record.get("capacity_unit") or (kind and kind.unit)
    if record.get("capacity") is None or unit is None or not stated or unit in (UNIT_WORDS[word] for word in stated):
        return []
    own = next(word for word, code in UNIT_WORDS.items() if code == unit)
    details = (("stated", tuple(stated)), ("unit", own))
    return [
        RowError(
            number,
            "capacity",
            f"{record['capacity']:g}",
            N_("列名的单位是 {stated}，这一行按产能单位或类别应为 {unit}"),
            details,
        )
    ]


def check_units(record: dict[str, Any], number: int) -> list[RowError]:
    kind = record.get("kind")
    if kind is None:
        return []
    expected = plant_kinds()[kind].unit
    if record.get("capacity_unit") is None:
        record["capacity_unit"] = expected
    if record["capacity_unit"] != expected:
        details = (("kind", kind), ("unit", expected))
        return [RowError(number, "capacity_unit", record["capacity_unit"], N_("{kind} 的产能单位应为 {unit}"), details)]
    return []


def _place(records: pd.DataFrame, datum: Datum | str) -> tuple[pd.DataFrame, list[RowError]]:
    """WGS-84 coordinates for the records, and an error for each row that has only half or impossible ones."""
    x, y = records["lon"].to_numpy(float), records["lat"].to_numpy(float)
    lon, lat = to_wgs84(x, y, datum)
    west, south, east, north = REGION
    with np.errstate(invalid="ignore"):
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    errors = []
    for row, a, b, good in zip(records["row"], x, y, inside, strict=True):
        if np.isnan(a) != np.isnan(b):
            errors.append(RowError(int(row), "lon" if np.isnan(a) else "lat", "", N_("经度和纬度要么都有，要么都空")))
        elif not good and not np.isnan(a):
            errors.append(place_error(int(row), float(a), float(b), datum))
    return records.assign(lon=lon, lat=lat), errors


def place_error(row: int, x: float, y: float, datum: Datum | str) -> RowError:
    """Why a coordinate outside the region cannot be right: swapped, of no known grid, or elsewhere."""
    west, south, east, north = REGION
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


def read_located(
    content: bytes,
    name: str,
    datum: Datum | str,
    columns: tuple[Column, ...],
    check: Callable[[dict[str, Any], int], list[RowError]] = lambda record, number: [],
) -> tuple[pd.DataFrame, tuple[RowError, ...], tuple[str, ...], int, Sheets, tuple[str, ...]]:
    """Good rows in WGS-84, errors of the others by row, and headers that belong to no column.

    Then the number of rows, the sheets, and the headers of coordinates that the file lacks. ``check`` looks at a row as
    a whole once its cells are read.
    """
    header, rows, sheets = read_cells(content, name)
    try:
        positions, ignored = columns_of(header, name, columns)
    except DataError as error:
        raise DataError("\n".join((str(error), *sheets.notes(name)))) from None
    stated = header_units(header[positions["capacity"]])[0] if "capacity" in positions else []
    records, errors = [], []
    first_seen: dict[str, int] = {}
    for number, row in rows:
        record, row_errors = read_row(row, positions, number, columns)
        row_errors += check(record, number) + _check_capacity_header(record, number, stated)
        key = record.get("id")
        if key in first_seen:
            row_errors.append(RowError(number, "id", str(key), N_("与第 {row} 行重复"), (("row", first_seen[key]),)))
        elif key:
            first_seen[key] = number
        errors += row_errors
        if not row_errors:
            records.append({**record, "row": number})
    frame, place_errors = _place(pd.DataFrame(records, columns=[c.code for c in columns] + ["row"]), datum)
    frame = frame[~frame["row"].isin([e.row for e in place_errors])].drop(columns="row")
    in_order = tuple(sorted(errors + place_errors, key=lambda e: e.row))
    lacking = tuple(column.header for column in columns if column.code in {"lon", "lat"} - positions.keys())
    return frame, in_order, ignored, len(rows), sheets, lacking
