"""The plan's figures as data: reads ``data/indicators.csv`` and refuses rows that cannot be trusted."""

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import read_text_table
from mixplan.base.i18n import gettext as _
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
TEXT_COLUMNS = (
    "indicator",
    "name",
    "name_en",
    "series",
    "series_en",
    "area",
    "period",
    "kind",
    "unit",
    "direction",
    "binding_area",
    "baseline_series",
    "clause",
    "source",
    "note",
    "note_en",
)
NUMBER_COLUMNS = ("year", "value", "rounding")
COLUMNS = (*TEXT_COLUMNS[:6], "year", "period", "kind", "value", "unit", "rounding", *TEXT_COLUMNS[9:])
KEY = ("indicator", "series", "year", "period", "kind", "binding_area", "source")
PERIOD = re.compile(r"(\d{4}-\d{4}|\d{4}Q[1-4]|\d{4}-(0[1-9]|1[0-2]))?")

# The sixteen districts and counts of 2010–2015, in the usual order.
DISTRICTS = {
    "东城区": "Dongcheng",
    "西城区": "Xicheng",
    "朝阳区": "Chaoyang",
    "丰台区": "Fengtai",
    "石景山区": "Shijingshan",
    "海淀区": "Haidian",
    "门头沟区": "Mentougou",
    "房山区": "Fangshan",
    "通州区": "Tongzhou",
    "顺义区": "Shunyi",
    "昌平区": "Changping",
    "大兴区": "Daxing",
    "怀柔区": "Huairou",
    "平谷区": "Pinggu",
    "密云县": "Miyun",
    "延庆县": "Yanqing",
}


def _refuse(path: Path, line: int, column: str, value: object, allowed: str) -> DataError:
    return DataError(
        _("{file} 第 {line} 行 {column} 列的值“{value}”不可用：{allowed}").format(
            file=path.name, line=line, column=column, value=value, allowed=allowed
        )
    )


def _one_of(allowed: Iterable[str]) -> str:
    return _("应为 {allowed} 之一。").format(allowed="、".join(allowed))


def _number(text: str, path: Path, line: int, column: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _refuse(path, line, column, text, _("应为不带分隔符的数字。")) from None
    if not abs(value) < float("inf"):
        raise _refuse(path, line, column, text, _("应为有限的数字。"))
    return value


def _ends_in(period: str, year: int) -> bool:
    """Whether a span of years ends in the year of its row, or a quarter or month lies in it."""
    first, _dash, last = period.partition("-")
    if len(last) == len(first):
        return int(first) < int(last) == year
    return int(period[:4]) == year


def load_indicators(path: Path = DATA_DIR / "indicators.csv") -> pd.DataFrame:
    """Read every figure of the plan, and what was reported later, one row a figure.

    Parameters
    ----------
    path : Path
        A UTF-8 CSV with the columns of `COLUMNS`.

    Returns
    -------
    DataFrame
        Columns as in the file; ``year`` whole, ``value`` and ``rounding`` (the step of the last digit that the
        source gives) as numbers in ``unit``, all else text, empty where the file is empty.

    Raises
    ------
    DataError
        Naming file, line, column, value and what is allowed. Also where an indicator has two units, a figure
        stands twice, or a figure of the plan has no clause.
    """
    raw = read_text_table(path)
    if missing := [column for column in COLUMNS if column not in raw.columns]:
        raise DataError(
            _("{file} 缺少列 {missing}；应有 {columns}。").format(
                file=path.name, missing="、".join(missing), columns="、".join(COLUMNS)
            )
        )
    frame = pd.DataFrame({column: raw[column].str.strip() for column in COLUMNS})
    numbers: dict[str, list[float]] = {column: [] for column in NUMBER_COLUMNS}
    units: dict[str, str] = {}
    seen: dict[tuple[str, ...], int] = {}
    baselines = set(zip(frame["indicator"], frame["series"], strict=True))
    for line, row in enumerate(frame.to_dict("records"), start=2):
        for column in NUMBER_COLUMNS:
            numbers[column].append(_number(row[column], path, line, column))
        year, value, rounding = (numbers[column][-1] for column in NUMBER_COLUMNS)
        if year != int(year) or not 1990 <= year <= 2100:
            raise _refuse(path, line, "year", row["year"], _("应为 1990–2100 的整数年份。"))
        if value < 0 or (row["unit"] == "%" and value > 100):
            raise _refuse(path, line, "value", row["value"], _("应不小于 0；单位为 % 时不大于 100。"))
        if rounding <= 0:
            raise _refuse(path, line, "rounding", row["rounding"], _("应大于 0，即原文末位数字的步长。"))
        for column, allowed in (
            ("area", AREAS),
            ("kind", KINDS),
            ("direction", DIRECTIONS),
            ("binding_area", BINDING_AREAS),
        ):
            if row[column] not in allowed:
                raise _refuse(path, line, column, row[column], _one_of(allowed))
        for column in ("indicator", "name", "name_en", "series", "unit", "source"):
            if not row[column]:
                raise _refuse(path, line, column, "", _("不能为空。"))
        if row["source"] == PLAN and not row["clause"]:
            raise _refuse(path, line, "clause", "", _("来自规划的数字要写明条款，如 三（三）。"))
        if not PERIOD.fullmatch(row["period"]):
            raise _refuse(path, line, "period", row["period"], _("应为空，或如 2006-2010、2018Q4、2017-01。"))
        if row["period"] and not _ends_in(row["period"], int(year)):
            raise _refuse(
                path, line, "period", row["period"], _("应在 year 列的年份 {year} 结束。").format(year=int(year))
            )
        if row["kind"] in ("target", "milestone", "other_target") and row["direction"] == "none":
            raise _refuse(path, line, "direction", "none", _("目标要写明方向：at_least、at_most 或 exactly。"))
        if row["baseline_series"] and (row["indicator"], row["baseline_series"]) not in baselines:
            raise _refuse(path, line, "baseline_series", row["baseline_series"], _("应为同一指标已有的口径。"))
        if units.setdefault(row["indicator"], row["unit"]) != row["unit"]:
            raise _refuse(
                path,
                line,
                "unit",
                row["unit"],
                _("指标 {indicator} 在前面的行中用 {unit}，一个指标只能有一个单位。").format(
                    indicator=row["indicator"], unit=units[row["indicator"]]
                ),
            )
        key = tuple(str(row[column]) for column in KEY)
        if key in seen:
            raise _refuse(
                path,
                line,
                "indicator",
                row["indicator"],
                _("与第 {line} 行重复（指标、口径、年份、种类、范围、来源都相同）。").format(line=seen[key]),
            )
        seen[key] = line
    frame["year"] = pd.Series(numbers["year"], index=frame.index).astype(int)
    frame["value"] = pd.Series(numbers["value"], index=frame.index, dtype=float)
    frame["rounding"] = pd.Series(numbers["rounding"], index=frame.index, dtype=float)
    return frame
