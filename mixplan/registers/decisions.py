"""The planner's decisions on stations, as consolidation reads them from a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import CellError, Column, RowError, code_of, id_cell, shown, year_of
from mixplan.base.files.jsonfiles import read_json_text
from mixplan.base.files.tables import Row, TableFile, read_table
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _
from mixplan.plan.actions import ACTIONS, CLOSE, DECISIONS, RETAIN, UNDECIDED
from mixplan.registers.items import Items
from mixplan.registers.located import CAPACITY
from mixplan.registers.plan_checks import check_actions, check_flows

_WORDS = {"keep": RETAIN, "保留": RETAIN, "退出": CLOSE, "关闭": CLOSE, "未定": UNDECIDED}
COLUMNS = (
    Column("id", "编号", id_cell, required=True, synonyms=("plant_id",)),
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
    if not table.records:
        raise DataError(_("{file} 里没有一行可用。").format(file=name))
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
    document = read_json_text(content, name)
    rows = _actions(document, name)
    records: dict[str, dict[str, Any]] = {}
    written: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        plant = row.get("plant_id") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(plant, str | int) or isinstance(plant, bool):
            raise DataError(
                _("{file} 中 actions 第 {number} 项不可用：每项应为对象，有 plant_id（文字）和 action。").format(
                    file=name, number=number
                )
            )
        plant = _value(number, "plant_id", str(plant), id_cell, name)
        if plant in records:
            raise DataError(_("{file} 中站点“{plant}”出现了不止一次。").format(file=name, plant=plant))
        records[plant], written[plant] = _action(plant, row, name), row
    check_actions(records, written, name)
    if isinstance(document, dict):
        check_flows(Items.of(document, "flows", name), records)
    found = [
        column for column in ("capacity", "into", "reason") if any(column in record for record in records.values())
    ]
    table = pd.DataFrame.from_dict(records, orient="index", dtype=object).reindex(columns=["action", *found])
    table = table.astype(object).where(table.notna(), None).rename_axis("plant_id")
    return table.assign(capacity=table["capacity"].astype(float) if "capacity" in found else np.nan)


def _actions(document: Any, name: str) -> list[Any]:
    """The list of actions, which is the document or stands in it."""
    rows = document.get("actions") if isinstance(document, dict) else document
    if not isinstance(rows, list) or not rows:
        raise DataError(
            _("{file} 不是整合方案：JSON 中应有 actions 列表，每项有 plant_id 和 action。").format(file=name)
        )
    return rows


def _action(plant: str, row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One action with what it says besides."""
    if (action := row.get("action")) not in ACTIONS:
        raise DataError(
            _("{file} 中站点“{plant}”的 action 是“{value}”，应为 {allowed} 之一。").format(
                file=name, plant=plant, value=shown(action), allowed=_("、").join(ACTIONS)
            )
        )
    if {"capacity", "capacity_after"} <= row.keys():
        raise DataError(
            _("{file} 中站点“{plant}”既有 capacity 又有 capacity_after，只应有一个。").format(file=name, plant=plant)
        )
    values = {key: _value(plant, key, row[key], read, name) for key, read in _VALUES.items() if key in row}
    return {"action": action} | {("capacity" if key == "capacity_after" else key): values[key] for key in values}


def _word(value: str) -> str:
    """A text in JSON; a list or a table is none."""
    if not isinstance(value, str):
        raise CellError(N_("应为文字"))
    return value


# What an action may say besides, and how it is read.
_VALUES: Mapping[str, Callable[[Any], Any]] = {
    "capacity": lambda value: CAPACITY.parse(str(value)),
    "capacity_after": lambda value: CAPACITY.parse(str(value)),
    "capacity_before": lambda value: CAPACITY.parse(str(value)),
    "year": lambda value: year_of(str(value)),
    "into": lambda value: id_cell(_word(value)),
    "reason": _word,
}


def _value(plant: Any, column: str, value: Any, parse: Callable[[Any], Any], name: str) -> Any:
    """One value of an action; none where it is missing."""
    if value is None:
        return None
    try:
        return parse(value)
    except CellError as error:
        problem = RowError(0, column, str(value), error.text, error.details).message
        raise DataError(
            _("{file} 中站点“{plant}”的 {column} 是“{value}”：{problem}。").format(
                file=name, plant=plant, column=column, value=shown(value), problem=problem
            )
        ) from None


def read_decisions_file(path: Path) -> pd.DataFrame:
    """Actions of a consolidation plan from a file, see `read_decisions`."""
    return read_decisions(file_content(path), path.name)
