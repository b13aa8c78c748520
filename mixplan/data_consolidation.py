"""Tables that consolidation reads: demand points and the planner's decisions."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from mixplan.data import file_content, table_rows
from mixplan.errors import DataError
from mixplan.geo import REGION, Datum, points_metric, to_wgs84
from mixplan.i18n import gettext as _
from mixplan.paths import DATA_DIR

DEMAND_HEADERS = {
    "id": ("id", "编号"),
    "lon": ("lon", "经度", "longitude", "x"),
    "lat": ("lat", "纬度", "latitude", "y"),
    "weight": ("weight", "需求", "权重", "demand"),
    "name": ("name", "名称"),
    "name_en": ("name_en",),
    "district": ("district", "区", "区县"),
}
KEEP, CLOSE, UNDECIDED = "keep", "close", "undecided"
_DECISIONS = {
    "keep": KEEP, "retain": KEEP, "保留": KEEP, "close": CLOSE, "退出": CLOSE, "关闭": CLOSE,
    "undecided": UNDECIDED, "未定": UNDECIDED, "": UNDECIDED,
}  # fmt: skip
_LOCK_HEADERS = {"id": ("id", "plant_id", "编号"), "decision": ("decision", "lock", "action", "决定", "处置")}


def _positions(header: list[str], wanted: Mapping[str, tuple[str, ...]], required: tuple[str, ...], name: str
               ) -> dict[str, int]:  # fmt: skip
    found: dict[str, int] = {}
    for code, spellings in wanted.items():
        for position, cell in enumerate(header):
            if cell.strip().lower() in spellings:
                found.setdefault(code, position)
    missing = [code for code in required if code not in found]
    if missing:
        raise DataError(
            _("{file} 缺少必需的列：{missing}；第 1 行读到的是：{found}。").format(
                file=name, missing="、".join(missing), found="、".join(cell for cell in header if cell) or "—"
            )
        )
    return found


def _wrong(name: str, row: int, column: str, value: str, message: str) -> DataError:
    return DataError(
        _("{file} 第 {row} 行，{column} 列，值“{value}”：{message}。").format(
            file=name, row=row, column=column, value=value, message=message
        )
    )


def _number(text: str, name: str, row: int, column: str, low: float, high: float) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        raise _wrong(name, row, column, text, _("应为数字")) from None
    if not low <= value <= high:
        raise _wrong(name, row, column, text, _("应在 {low:g} 与 {high:g} 之间").format(low=low, high=high))
    return value


def read_demand(content: bytes, name: str, *, datum: Datum | str = Datum.WGS84) -> gpd.GeoDataFrame:
    """Demand points from CSV or XLSX with the columns of ``data/demand.csv``; any wrong cell is an error.

    Returns
    -------
    GeoDataFrame
        Index ``id``; ``name``, ``district``, ``weight`` (the file's own unit a year), metric points.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed.
    """
    header, rows = table_rows(content, name)
    at = _positions(header, DEMAND_HEADERS, ("id", "lon", "lat", "weight"), name)
    west, south, east, north = REGION
    records = []
    seen: dict[str, int] = {}
    for number, row in rows:
        cell = {code: row[position] if position < len(row) else "" for code, position in at.items()}
        if not cell["id"]:
            raise _wrong(name, number, "id", "", _("不能为空"))
        if cell["id"] in seen:
            raise _wrong(name, number, "id", cell["id"], _("与第 {row} 行重复").format(row=seen[cell["id"]]))
        seen[cell["id"]] = number
        lon = _number(cell["lon"], name, number, "lon", -1e8, 1e8)
        lat = _number(cell["lat"], name, number, "lat", -1e8, 1e8)
        weight = _number(cell["weight"], name, number, "weight", 0.0, 1e6)
        x, y = (float(v[0]) for v in to_wgs84([lon], [lat], datum))
        if not (west <= x <= east and south <= y <= north):
            message = _("经度应在 {west:g}–{east:g}，纬度应在 {south:g}–{north:g}，请核对坐标系")
            message = message.format(west=west, east=east, south=south, north=north)
            raise _wrong(name, number, "lon", f"{lon:g}, {lat:g}", message)
        records.append((cell["id"], cell.get("name") or cell["id"], cell.get("district", ""), weight, x, y))
    frame = pd.DataFrame(records, columns=["id", "name", "district", "weight", "lon", "lat"]).set_index("id")
    points = points_metric(frame["lon"].to_numpy(float), frame["lat"].to_numpy(float))
    points.index = frame.index
    return gpd.GeoDataFrame(frame, geometry=points)


def read_demand_file(path: Path, *, datum: Datum | str = Datum.WGS84) -> gpd.GeoDataFrame:
    """Demand points from a file, see `read_demand`."""
    return read_demand(file_content(path), path.name, datum=datum)


@cache
def load_demand(path: Path = DATA_DIR / "demand.csv") -> gpd.GeoDataFrame:
    """The shipped demand points; their weights are mortar demand and are scaled before they stand for concrete."""
    return read_demand_file(path)


def read_locks(content: bytes, name: str) -> dict[str, str]:
    """The planner's decisions from CSV or XLSX: columns ``id`` and ``decision`` (keep, close, undecided).

    Raises
    ------
    DataError
        Where a column is missing, a decision is unknown or a station is named twice with different decisions.
    """
    header, rows = table_rows(content, name)
    at = _positions(header, _LOCK_HEADERS, ("id", "decision"), name)
    locks: dict[str, str] = {}
    for number, row in rows:
        plant, word = (row[at[code]] if at[code] < len(row) else "" for code in ("id", "decision"))
        if not plant:
            raise _wrong(name, number, "id", "", _("不能为空"))
        decision = _DECISIONS.get(word.strip().lower())
        if decision is None:
            allowed = _("应为 keep（保留）、close（退出）或 undecided（未定）")
            raise _wrong(name, number, "decision", word, allowed)
        if locks.get(plant, decision) != decision:
            raise _wrong(name, number, "id", plant, _("同一站点前面已有不同的决定"))
        locks[plant] = decision
    return {plant: decision for plant, decision in locks.items() if decision != UNDECIDED}


def read_locks_file(path: Path) -> dict[str, str]:
    """The planner's decisions from a file, see `read_locks`."""
    return read_locks(file_content(path), path.name)
