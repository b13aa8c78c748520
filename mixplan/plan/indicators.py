"""The plan's figures as data: reads ``data/indicators.csv`` and refuses rows that cannot be trusted."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import CellError, Column, RowError, number_of, text_cell
from mixplan.base.files.tables import Check, Row, read_table
from mixplan.base.i18n import N_
from mixplan.base.paths import DATA_DIR

PLAN = "京建发〔2011〕535号"
AREAS = ("cement", "concrete", "mortar", "precast", "fleet", "savings", "environment", "management")
KINDS = ("actual", "derived", "target", "milestone", "forecast", "other_target", "reference")
DIRECTIONS = ("at_least", "at_most", "exactly", "none")
BINDING_AREAS = (
    "city",
    "producers",
    "construction_works",
    "ban_zone",
    "rural",
    "affordable_housing",
    "ne_sw_periphery",
    "beijing_and_around",
)
KEY = ("indicator", "series", "year", "period", "kind", "binding_area", "source")
PERIOD = re.compile(r"(\d{4}-\d{4}|\d{4}Q[1-4]|\d{4}-(0[1-9]|1[0-2]))?")


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in allowed:
            raise CellError(N_("应为 {allowed} 之一"), allowed=allowed)
        return value

    return parse


def _year(value: str) -> int:
    year = number_of(value)
    if year != int(year) or not 1990 <= year <= 2100:
        raise CellError(N_("应为 1990–2100 的整数年份"))
    return int(year)


def _step(value: str) -> float:
    step = number_of(value)
    if step <= 0:
        raise CellError(N_("应大于 0，即原文末位数字的步长"))
    return step


def _period(value: str) -> str:
    if not PERIOD.fullmatch(value):
        raise CellError(N_("应为空，或如 2006-2010、2018Q4、2017-01"))
    return value


def _column(code: str, parse: Callable[[str], Any] = text_cell, *, empty: bool = False) -> Column:
    return Column(code, code, parse, required=True, default="" if empty else None)


TABLE = (
    _column("indicator"),
    _column("name"),
    _column("name_en"),
    _column("series"),
    _column("series_en", empty=True),
    _column("area", _one_of(AREAS)),
    _column("year", _year),
    _column("period", _period, empty=True),
    _column("kind", _one_of(KINDS)),
    _column("value", number_of),
    _column("unit"),
    _column("rounding", _step),
    _column("direction", _one_of(DIRECTIONS)),
    _column("binding_area", _one_of(BINDING_AREAS)),
    _column("baseline_series", empty=True),
    _column("clause", empty=True),
    _column("source"),
    _column("note", empty=True),
    _column("note_en", empty=True),
)
COLUMNS = tuple(column.code for column in TABLE)


def _ends_in(period: str, year: int) -> bool:
    """Whether a span of years ends in the year of its row, or a quarter or month lies in it."""
    first, _dash, last = period.partition("-")
    if len(last) == len(first):
        return int(first) < int(last) == year
    return int(period[:4]) == year


def _check_row(row: Row) -> list[RowError]:
    """What one figure's cells must say together; a cell that is wrong by itself is not looked at again."""
    figure = row.record
    wrong = []
    value, unit = figure.get("value"), figure.get("unit")
    if value is not None and (value < 0 or (unit == "%" and value > 100)):
        wrong.append(row.wrong("value", N_("应不小于 0；单位为 % 时不大于 100")))
    if figure.get("source") == PLAN and not figure.get("clause"):
        wrong.append(row.wrong("clause", N_("来自规划的数字要写明条款，如 三（三）")))
    year, period = figure.get("year"), figure.get("period")
    if year is not None and period and not _ends_in(period, year):
        wrong.append(row.wrong("period", N_("应在 year 列的年份 {year} 结束"), year=year))
    if figure.get("kind") in ("target", "milestone", "other_target") and figure.get("direction") == "none":
        wrong.append(row.wrong("direction", N_("目标要写明方向：at_least、at_most 或 exactly")))
    return wrong


def _one_unit() -> Check:
    """An indicator has one unit."""
    units: dict[Any, Any] = {}

    def check(row: Row) -> list[RowError]:
        indicator, unit = row.record.get("indicator"), row.record.get("unit")
        first = units.setdefault(indicator, unit)
        if first == unit:
            return []
        text = N_("指标 {indicator} 在前面的行中用 {unit}，一个指标只能有一个单位")
        return [row.wrong("unit", text, indicator=indicator, unit=first)]

    return check


def _no_figure_twice() -> Check:
    """A figure stands once."""
    seen: dict[tuple[Any, ...], int] = {}

    def check(row: Row) -> list[RowError]:
        first = seen.setdefault(tuple(row.record.get(column) for column in KEY), row.number)
        if first == row.number:
            return []
        text = N_("与第 {line} 行重复（指标、口径、年份、种类、范围、来源都相同）")
        return [row.wrong("indicator", text, line=first)]

    return check


def _strange_baselines(figures: Iterable[Mapping[str, Any]]) -> list[RowError]:
    """Baselines that are no series of their indicator."""
    known = {(figure["indicator"], figure["series"]) for figure in figures}
    return [
        RowError(figure["row"], "baseline_series", figure["baseline_series"], N_("应为同一指标已有的口径"))
        for figure in figures
        if figure["baseline_series"] and (figure["indicator"], figure["baseline_series"]) not in known
    ]


def load_indicators(path: Path = DATA_DIR / "indicators.csv") -> pd.DataFrame:
    """Read every figure of the plan, and what was reported later, one row a figure.

    Parameters
    ----------
    path : Path
        A CSV with the columns of `COLUMNS`.

    Returns
    -------
    DataFrame
        Columns as in the file; ``year`` whole, ``value`` and ``rounding`` (the step of the last digit that the
        source gives) as numbers in ``unit``, all else text, empty where the file is empty.

    Raises
    ------
    DataError
        Naming file, row, column, value and what is allowed. Also where an indicator has two units, a figure
        stands twice, or a figure of the plan has no clause.
    """
    table = read_table(file_content(path), path.name, TABLE, _check_row, _one_unit(), _no_figure_twice())
    table.refuse_errors()
    replace(table, errors=tuple(_strange_baselines(table.records))).refuse_errors()
    frame = pd.DataFrame(list(table.records), columns=list(COLUMNS)).astype({"value": float, "rounding": float})
    frame.attrs["file"] = path.name  # for what is said of it later
    return frame
