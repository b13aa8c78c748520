"""Figures of the plan as records: their texts, units and numbers as planners read them, and looking them up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.plan.words import binding_text, kind_text, pretty, unit_text


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


class Book:
    """The figures by name, so that formulas read like sentences and a missing figure is named."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
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
                _("{file} 中“{indicator}”{when} {match} 应恰有一行，现有 {count} 行。").format(
                    file=self.frame.attrs.get("file", "indicators.csv"),
                    indicator=indicator,
                    when=when,
                    match=_("，").join(match.values()),
                    count=len(found),
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
