"""The planner's decisions on stations, as consolidation reads them from a file."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content, table_rows
from mixplan.base.i18n import gettext as _

KEEP, CLOSE, UNDECIDED = "keep", "close", "undecided"
_DECISIONS = {
    "keep": KEEP,
    "retain": KEEP,
    "保留": KEEP,
    "close": CLOSE,
    "退出": CLOSE,
    "关闭": CLOSE,
    "undecided": UNDECIDED,
    "未定": UNDECIDED,
    "": UNDECIDED,
}
_LOCK_HEADERS = {"id": ("id", "plant_id", "编号"), "decision": ("decision", "lock", "action", "决定", "处置")}


def _positions(
    header: list[str], wanted: Mapping[str, tuple[str, ...]], required: tuple[str, ...], name: str
) -> dict[str, int]:
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


def read_locks(content: bytes, name: str) -> dict[str, str]:
    """The planner's decisions from CSV or XLSX: columns ``id`` and ``decision`` (keep, close, undecided).

    Raises
    ------
    DataError
        Where a column is missing, a decision is unknown or a station is named twice with different decisions.
    """
    header, rows, sheets = table_rows(content, name)
    try:
        at = _positions(header, _LOCK_HEADERS, ("id", "decision"), name)
    except DataError as error:
        raise DataError("\n".join((str(error), *sheets.notes(name)))) from None
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


def locks_file_notes(path: Path) -> list[str]:
    """Which sheet of a workbook with decisions is read and which are not, in sentences."""
    _header, _rows, sheets = table_rows(file_content(path), path.name)
    return sheets.notes(path.name)


def read_decisions(content: bytes, name: str) -> pd.DataFrame:
    """Actions of a consolidation plan: the JSON of ``mixplan consolidate``, by plant id.

    Returns
    -------
    DataFrame
        Index plant id; ``action``, ``capacity`` (after the action, missing where unknown), ``into`` and ``reason``
        where the file has them.
    """
    try:
        document = json.loads(content)
        rows = pd.DataFrame(document["actions"] if isinstance(document, dict) else document)
        rows = rows.rename(columns={"capacity_after": "capacity"}).set_index("plant_id")
        rows.index = rows.index.astype(str)
        rows["action"] = rows["action"].astype(str)
        rows["capacity"] = pd.to_numeric(rows["capacity"]) if "capacity" in rows.columns else np.nan
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            _("{file} 不是整合方案：JSON 中应有 actions 列表，每项有 plant_id 和 action（{error}）。").format(
                file=name, error=error
            )
        ) from None
    if twice := rows.index[rows.index.duplicated()].tolist():
        raise DataError(_("{file} 中站点“{plant}”出现了不止一次。").format(file=name, plant=twice[0]))
    return rows[[column for column in ("action", "capacity", "into", "reason") if column in rows.columns]]


def read_decisions_file(path: Path) -> pd.DataFrame:
    """Actions of a consolidation plan from a file, see `read_decisions`."""
    return read_decisions(file_content(path), path.name)
