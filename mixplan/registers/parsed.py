"""A table as it was read: kept beside its file, so that no later release reads the same file otherwise unnoticed.

It holds the columns that mixplan knows and nothing else of the file; cells beyond the last column name, which a fault
may quote, are left out. As it may come from another computer, every value is checked anew.
"""

import json
from collections.abc import Mapping, Set
from string import Formatter
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic.dataclasses import dataclass

from mixplan import __version__
from mixplan.base.errors import DataError
from mixplan.base.files.cells import MAX_REGISTER_ROWS, Sheets
from mixplan.base.files.columns import CellError, Column, RowError, shown
from mixplan.base.files.jsonfiles import read_json_text
from mixplan.base.files.tables import TableFile, typed_frame
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.base.records import CLOSED, checked
from mixplan.plan.city import load_city
from mixplan.registers.located import located_frame
from mixplan.registers.plants import COLUMNS, Register
from mixplan.registers.points import POINT_COLUMNS, PointFile, point_frame

_PLAIN_FORMS = ("", ",", "g", ",.0f")  # in which a fault's text may show its numbers
_LONGEST_TEXT = 500
Cell = str | float | None


@dataclass(frozen=True, config=CLOSED)
class FaultRecord:
    """What is wrong or odd in one cell."""

    row: int
    column: str
    value: str
    text: str
    """As it is translated."""
    details: Mapping[str, str | int | float | tuple[str, ...]]


@dataclass(frozen=True, config=CLOSED)
class TableRecord:
    """A register, or a table of points, as it was read."""

    format: Literal[1]
    release: str
    """Of mixplan, which read it."""
    name: str
    version: str
    rows: int
    errors: tuple[FaultRecord, ...]
    doubts: tuple[FaultRecord, ...]
    ignored: tuple[str, ...]
    sheet: str
    sheets_left: tuple[str, ...]
    sheets_hidden: tuple[str, ...]
    without_columns: tuple[str, ...]
    columns: Mapping[str, tuple[Cell, ...]]
    """Cells by column, places in WGS-84 degrees."""


def register_bytes(register: Register) -> bytes:
    """A register as it was read, as JSON."""
    more = {"release": register.release, "without_columns": register.without_columns}
    return _bytes(register, register.plants, COLUMNS, **more)


def point_bytes(points: PointFile) -> bytes:
    """Points as they were read, as JSON."""
    return _bytes(points, points.points, POINT_COLUMNS, release=__version__, without_columns=())


def _bytes(found: TableFile, frame: gpd.GeoDataFrame, columns: tuple[Column, ...], **more: Any) -> bytes:
    table, codes = pd.DataFrame(frame.drop(columns="geometry")).reset_index(), {column.code for column in columns}
    record = {
        "format": 1,
        "name": found.name,
        "version": found.version,
        "rows": found.rows,
        "errors": [_fault(one, codes) for one in found.errors],
        "doubts": [_fault(one, codes) for one in found.doubts],
        "ignored": found.ignored,
        "sheet": found.sheets.read,
        "sheets_left": found.sheets.left,
        "sheets_hidden": found.sheets.hidden,
        "columns": {column.code: [_cell(value) for value in table[column.code]] for column in columns},
        **more,
    }
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _cell(value: Any) -> Any:
    return None if pd.isna(value) else value


def _fault(error: RowError, codes: Set[str]) -> dict[str, Any]:
    value = error.value if error.column in codes else ""
    return {
        "row": error.row,
        "column": error.column,
        "value": value,
        "text": error.text,
        "details": dict(error.details),
    }


def read_register_bytes(content: bytes, name: str) -> Register:
    """The register that `register_bytes` has written.

    Parameters
    ----------
    name : str
        What to call it in messages.

    Raises
    ------
    DataError
        Where it is none, or something in it is not as a register may have it.
    """
    kept, rows = _checked(content, name, COLUMNS)
    plants = located_frame(typed_frame(rows, COLUMNS))
    about = _about(kept, name)
    return Register(**about, plants=plants, without_columns=kept.without_columns, release=kept.release)


def read_point_bytes(content: bytes, name: str) -> PointFile:
    """The points that `point_bytes` has written; see `read_register_bytes`."""
    kept, rows = _checked(content, name, POINT_COLUMNS)
    return PointFile(**_about(kept, name), points=point_frame(rows))


def _checked(content: bytes, name: str, columns: tuple[Column, ...]) -> tuple[TableRecord, list[dict[str, Any]]]:
    """What was written, every cell checked, and its rows."""
    kept = checked(TableRecord, read_json_text(content, name), file=name, tables={}, exact=True)
    if set(kept.columns) != {c.code for c in columns} or len({len(cells) for cells in kept.columns.values()}) != 1:
        raise DataError(_("{file} 不是完整的登记册：列不对，或长短不一。").format(file=name))
    if len(kept.columns["id"]) > MAX_REGISTER_ROWS:
        raise DataError(_("{file} 超过 {limit:,} 行，请分开导入。").format(file=name, limit=MAX_REGISTER_ROWS))
    for column in columns:
        _check_cells(column, kept.columns[column.code], name)
    _check_places(kept, name)
    return kept, [dict(zip(kept.columns, cells, strict=True)) for cells in zip(*kept.columns.values(), strict=True)]


def _about(kept: TableRecord, name: str) -> dict[str, Any]:
    return {
        "name": kept.name,
        "version": kept.version,
        "rows": kept.rows,
        "errors": tuple(_error(one, name) for one in kept.errors),
        "doubts": tuple(_error(one, name) for one in kept.doubts),
        "ignored": kept.ignored,
        "sheets": Sheets(kept.sheet, kept.sheets_left, kept.sheets_hidden),
    }


def _check_cells(column: Column, cells: tuple[Cell, ...], name: str) -> None:
    """Refuse a value that a register's cell of the column could not have."""
    values = set(cells)
    if column.unique and len(values) < len(cells):
        raise DataError(_("{file} 的 {column} 列有重复的值。").format(file=name, column=column.code))
    for value in values - {None} if not column.required else values:
        if value == "" and column.default == "":
            continue
        if isinstance(value, float) != column.numeric or value is None:
            raise _wrong(column, value, name)
        try:
            column.parse(f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value))
        except CellError:
            raise _wrong(column, value, name) from None


def _wrong(column: Column, value: Cell, name: str) -> DataError:
    text = _("{file} 的 {column} 列有不能用的值“{value}”。")
    return DataError(text.format(file=name, column=column.code, value=shown(value)))


def _check_places(kept: TableRecord, name: str) -> None:
    """Refuse places outside the region, or of which only half is there."""
    west, south, east, north = load_city().region
    lon, lat = (np.array(kept.columns[axis], dtype=float) for axis in ("lon", "lat"))
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    nowhere = np.isnan(lon) & np.isnan(lat)
    if not (inside | nowhere).all():
        raise DataError(_("{file} 有站点不在本地区内，或只有一半坐标。").format(file=name))


def _error(kept: FaultRecord, name: str) -> RowError:
    """A fault whose text shows its details plainly, and nothing else."""
    error = RowError(kept.row, kept.column, kept.value, kept.text, tuple(kept.details.items()))
    plain = len(kept.text) <= _LONGEST_TEXT
    try:
        for _text, field, form, conversion in Formatter().parse(kept.text):
            plain &= field is None or (field in kept.details and form in _PLAIN_FORMS and not conversion)
        if plain and error.message:
            return error
    except (ValueError, KeyError, IndexError):
        pass
    raise DataError(_("{file} 记的问题不是 mixplan 写的。").format(file=name))


def read_otherwise(kept: Register, now: Register) -> str:
    """How a release reads the file of a register otherwise than it was read, in a sentence; empty where it does not."""
    old, new = kept.plants, now.plants
    ids = sorted(set(old.index) ^ set(new.index))
    both = old.index.intersection(new.index)
    for column in old.columns.drop("geometry"):
        was, then = old.loc[both, column], new.loc[both, column]
        differs = ~((was == then) | (was.isna() & then.isna()))
        if column in ("lon", "lat"):
            differs &= ~pd.Series(np.isclose(was.astype(float), then.astype(float), atol=1e-9), index=both)
        ids += [str(one) for one in both[differs.to_numpy(bool)]]
    if not ids:
        return ""
    ids = sorted(set(ids))
    text = _(
        "“{name}”由 mixplan {release} 读入，照当时读的使用；本版本会把 {count} 个站点读得不同：{ids}。"
        "要按本版本读，请重新导入。"
    )
    return text.format(name=kept.name, release=kept.release, count=len(ids), ids=listed(ids))
