"""The planner's decisions on stations, as consolidation reads them from a file."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import CellError, Column, RowError, code_of, text_cell
from mixplan.base.files.tables import Row, TableFile, read_table
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _
from mixplan.plan.actions import ACTIONS, CLOSE, DECISIONS, RETAIN, UNDECIDED
from mixplan.registers.located import CAPACITY

_WORDS = {"keep": RETAIN, "保留": RETAIN, "退出": CLOSE, "关闭": CLOSE, "未定": UNDECIDED}
COLUMNS = (
    Column("id", "编号", text_cell, required=True, synonyms=("plant_id",)),
    Column(
        "decision",
        "决定",
        code_of(DECISIONS, _WORDS),
        required=True,
        default=UNDECIDED,
        synonyms=("lock", "action", "处置"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class LockFile(TableFile):
    """What the planner has decided beforehand: station to `RETAIN` or `CLOSE`; the undecided are left out."""

    locks: Mapping[str, str]


def read_locks(content: bytes, name: str) -> LockFile:
    """The planner's decisions from CSV or XLSX: columns ``id`` and ``decision`` (retain or keep, close, undecided).

    Raises
    ------
    DataError
        Where a column is missing, a decision is unknown or a station is named twice with different decisions.
    """
    decided: dict[str, str] = {}

    def same_as_before(row: Row) -> list[RowError]:
        plant, decision = row.record.get("id"), row.record.get("decision")
        if plant is None or decision is None or decided.setdefault(plant, decision) == decision:
            return []
        return [row.wrong("id", N_("同一站点前面已有不同的决定"))]

    table = read_table(content, name, COLUMNS, same_as_before)
    table.refuse_errors()
    locks = {plant: decision for plant, decision in decided.items() if decision != UNDECIDED}
    return LockFile(**table.about(), locks=locks)


def read_locks_file(path: Path) -> LockFile:
    """The planner's decisions from a file, see `read_locks`."""
    return read_locks(file_content(path), path.name)


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
        rows = pd.DataFrame(document["actions"] if isinstance(document, dict) else document, dtype=object)
        rows = rows.rename(columns={"capacity_after": "capacity"}).set_index("plant_id")
        rows.index = rows.index.astype(str)
        rows["action"] = rows["action"].astype(str)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            _("{file} 不是整合方案：JSON 中应有 actions 列表，每项有 plant_id 和 action（{error}）。").format(
                file=name, error=error
            )
        ) from None
    if strange := rows.index[~rows["action"].isin(ACTIONS)].tolist():
        raise DataError(
            _("{file} 中站点“{plant}”的 action 是“{value}”，应为 {allowed} 之一。").format(
                file=name, plant=strange[0], value=rows["action"][strange[0]], allowed="、".join(ACTIONS)
            )
        )
    if twice := rows.index[rows.index.duplicated()].tolist():
        raise DataError(_("{file} 中站点“{plant}”出现了不止一次。").format(file=name, plant=twice[0]))
    for column, parse in _VALUES.items():
        if column in rows.columns:
            values = [_value(plant, column, cell, parse, name) for plant, cell in rows[column].items()]
            rows[column] = pd.Series(values, rows.index, dtype=object)
    rows["capacity"] = rows["capacity"].astype(float) if "capacity" in rows.columns else np.nan
    return rows[["action", *(column for column in _VALUES if column in rows.columns)]]


def _word(value: str) -> str:
    """A text in JSON; a list or a table is none."""
    if not isinstance(value, str):
        raise CellError(N_("应为文字"))
    return value


# What an action may say besides, and how it is read.
_VALUES: Mapping[str, Callable[[Any], Any]] = {
    "capacity": lambda value: CAPACITY.parse(str(value)),
    "into": _word,
    "reason": _word,
}


def _value(plant: Any, column: str, value: Any, parse: Callable[[Any], Any], name: str) -> Any:
    """One value of an action; none where it is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    try:
        return parse(value)
    except CellError as error:
        problem = RowError(0, column, str(value), error.text, error.details).message
        raise DataError(
            _("{file} 中站点“{plant}”的 {column} 是“{value}”：{problem}。").format(
                file=name, plant=plant, column=column, value=value, problem=problem
            )
        ) from None


def read_decisions_file(path: Path) -> pd.DataFrame:
    """Actions of a consolidation plan from a file, see `read_decisions`."""
    return read_decisions(file_content(path), path.name)
