"""Figures of the plan as records: their texts, units and numbers as planners read them, and looking them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _


def area_text(area: str) -> str:
    """Group of indicators in the reader's language."""
    return {
        "cement": _("水泥"),
        "concrete": _("预拌混凝土"),
        "mortar": _("预拌砂浆"),
        "precast": _("预制构件"),
        "fleet": _("物流装备"),
        "savings": _("节能减排"),
        "environment": _("环境与建设规模"),
        "management": _("监督与资金"),
    }[area]


def binding_text(binding_area: str) -> str:
    """Area that a figure binds or counts, in the reader's language."""
    return {
        "city": _("全市"),
        "producers": _("水泥生产企业"),
        "construction_works": _("全市建设工程"),
        "ban_zone": _("禁现区建设工程"),
        "rural": _("农村"),
        "affordable_housing": _("保障性住宅"),
        "ne_sw_periphery": _("东北部、西南部五环外及周边"),
        "beijing_and_around": _("本市及周边"),
    }[binding_area]


def kind_text(kind: str) -> str:
    """Kind of a figure in the reader's language."""
    return {
        "actual": _("实绩"),
        "derived": _("推算"),
        "target": _("目标"),
        "milestone": _("节点目标"),
        "forecast": _("预测"),
        "other_target": _("其他规划或报道的目标"),
        "reference": _("参照"),
        "entry": _("填报"),
    }[kind]


def unit_text(unit: str) -> str:
    """Unit in the reader's language; 万t and 万m³ (ten thousand tonnes, cubic metres) stay as the plan has them."""
    if get_language() == "zh":
        return unit
    english = {
        "万t/年": "万t/yr",
        "万m³/年": "万m³/yr",
        "t/年": "t/yr",
        "t/班": "t per shift",
        "环": "ring",
        "万t标煤": "万tce",
        "亿条": "亿 bags",
        "条/t": "bags/t",
        "家": "companies",
        "个": "in number",
        "台": "mixers",
        "辆": "vehicles",
        "条": "lines",
        "倍": "×",
        "百分点": "points",
        "亿元": "亿CNY",
        "万元": "万CNY",
        "家次": "inspections",
        "年": "year",
        "次": "runs",
        "个/年": "a year",
        "万t·km/年": "万t·km/yr",
        "元/t": "CNY/t",
        "元/(t·km)": "CNY/(t·km)",
        "元/(m³·km)": "CNY/(m³·km)",
        "万元/条": "万CNY per line",
        "万元/站": "万CNY per station",
        "万元/万m³": "万CNY/万m³",
        "万元/(站·年)": "万CNY/(station·yr)",
        "万元/(万m³·年)": "万CNY/(万m³·yr)",
        "万元/(分·年)": "万CNY/(point·yr)",
    }
    return english.get(unit, unit)


def pretty(value: float | None, unit: str = "", digits: int = 1) -> str:
    """A number as planners read it: thousands separators, no needless zeros, its unit, — where there is none."""
    if value is None or value != value:
        return "—"
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    # A true minus sign: readable on a projector, and no spreadsheet takes the text for a formula.
    text = "0" if text == "-0" else text.replace("-", "−")
    return f"{text} {unit_text(unit)}" if unit else text


def at_most_pct(share: float, digits: int = 1) -> float:
    """A proven share in percent, rounded up: what is said as "at most" must never be less than what was proven."""
    return ceil(share * 100 * 10.0**digits - 1e-9) / 10.0**digits  # 7 % in binary is a little more than 7 %


def pretty_change(value: float | None, unit: str) -> str:
    """A difference as planners read it; rates differ by percentage points."""
    return pretty(value, "百分点" if unit == "%" else unit)


def direction_words(direction: str) -> str:
    """Direction of a target in words, for tables that go to a spreadsheet."""
    return {"at_least": _("不低于"), "at_most": _("不高于"), "exactly": _("等于"), "none": "—"}[direction]


def direction_text(direction: str) -> str:
    """Direction of a target as a sign."""
    return {"at_least": "≥", "at_most": "≤", "exactly": "=", "none": ""}[direction]


@dataclass(frozen=True)
class Figure:
    """One row of ``indicators.csv``, or one annual actual that a planner entered."""

    indicator: str
    name: str
    name_en: str
    series: str
    series_en: str
    area: str
    year: int
    period: str
    kind: str
    value: float
    unit: str
    rounding: float
    direction: str
    binding_area: str
    baseline_series: str
    clause: str
    source: str
    note: str
    note_en: str

    @property
    def tolerance(self) -> float:
        """Half of the last digit that the source gives."""
        return self.rounding / 2

    @property
    def when(self) -> str:
        """Year, period, quarter or month that the figure speaks of."""
        return self.period or str(self.year)

    @property
    def time(self) -> float:
        """Moment on a time axis on which a year's figure stands at that year's end."""
        if "Q" in self.period:
            return self.year - 1 + int(self.period[-1]) / 4
        if self.period and not self.cumulative:
            return self.year - 1 + int(self.period[-2:]) / 12
        return float(self.year)

    @property
    def cumulative(self) -> bool:
        """Whether the figure covers several years."""
        return len(self.period) == len("2006-2010")

    @property
    def digits(self) -> int:
        """Decimals that the source gives."""
        return max(0, -int(np.floor(np.log10(self.rounding) + 1e-9)))

    def text(self) -> str:
        """Value with unit, as many decimals as the source has."""
        return pretty(self.value, self.unit, self.digits)


def figures(frame: pd.DataFrame) -> tuple[Figure, ...]:
    """Rows of the indicator table as records."""
    names = list(Figure.__dataclass_fields__)
    return tuple(Figure(**{str(k): v for k, v in row.items()}) for row in frame[names].to_dict("records"))


def figure_table(rows: Sequence[Figure]) -> pd.DataFrame:
    """Figures as a table with source and clause, in the reader's language."""
    return pd.DataFrame(
        [
            {
                _("年份"): row.when,
                _("种类"): kind_text(row.kind),
                _("口径"): local(row, "series"),
                _("数值"): row.value,
                _("单位"): unit_text(row.unit),
                _("范围"): binding_text(row.binding_area),
                _("条款"): row.clause or "—",
                _("来源"): row.source,
                _("说明"): local(row, "note"),
            }
            for row in sorted(rows, key=lambda row: (row.time, row.kind))
        ]
    )


def percent(share: float | None) -> str:
    """A share as it is written everywhere: one decimal, — where there is none."""
    return "—" if share is None or share != share else f"{100 * share:.1f} %"


def divide(above: float, below: float) -> float:
    """A quotient, missing where the divisor is nought: a wrong figure must end in the audit, not in a crash."""
    return above / below if below else float("nan")


class Book:
    """The figures by name, so that formulas read like sentences and a missing figure is named."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._rows = figures(frame)

    def get(self, indicator: str, when: int | str, **match: str) -> Figure:
        """The one figure of an indicator in a year or period, narrowed by any other column.

        Raises
        ------
        DataError
            Where there is no such figure, or more than one.
        """
        period = when if isinstance(when, str) else ""
        found = [
            row
            for row in self._rows
            if row.indicator == indicator
            and row.period == period
            and (period or row.year == when)
            and all(getattr(row, column) == wanted for column, wanted in match.items())
        ]
        if len(found) != 1:
            raise DataError(
                _("indicators.csv 中“{indicator}”{when} {match} 应恰有一行，现有 {count} 行。").format(
                    indicator=indicator, when=when, match="，".join(match.values()), count=len(found)
                )
            )
        return found[0]

    def all(self, indicator: str, **match: str) -> list[Figure]:
        """All figures of an indicator, narrowed by any other column."""
        return [
            row
            for row in self._rows
            if row.indicator == indicator and all(getattr(row, column) == v for column, v in match.items())
        ]
