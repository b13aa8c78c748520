"""Energy, CO₂, dust, bags and solid waste saved by bulk cement, from the plan's own 2006–2010 figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import divide
from mixplan.plan.figures import Book, Figure, figures
from mixplan.plan.words import pretty, unit_text

# Units in which a saving per tonne of bulk cement is easy to read: factor from (saving unit ÷ 万t).
FACTOR_UNITS: Mapping[str, tuple[float, str]] = {
    "万t标煤": (1000.0, "kgce/t"),
    "万t": (1000.0, "kg/t"),
    "亿条": (10000.0, "条/t"),
}


@dataclass(frozen=True)
class Saving:
    """One saving: its factor from the plan's past period, the plan's expectation and what the factor gives.

    Attributes
    ----------
    saved : Figure
        What the plan credits to the past period.
    factor : float
        Saving per tonne of bulk cement in ``factor_unit``: saved ÷ bulk cement used in the same period.
    expected : Figure
        What the plan expects of its own period.
    plan_path, what_if : float
        The factor times the bulk cement of the plan's path, and of the chosen one, in the saving's unit.
    implied_bulk_wan_t : float
        Bulk cement that the expectation would need at the past factor.
    """

    saved: Figure
    factor: float
    factor_unit: str
    expected: Figure
    plan_path: float
    what_if: float
    implied_bulk_wan_t: float

    @property
    def same_definition(self) -> bool:
        """Whether past and expected figures count the same thing."""
        return self.saved.series == self.expected.series


def bulk_path(frame: pd.DataFrame, *, rate_pct: float | None = None, cement_wan_t: float | None = None) -> pd.DataFrame:
    """Bulk cement use in each year of the plan, on a straight path to a final use rate and cement demand.

    Parameters
    ----------
    frame : DataFrame
        As `load_indicators` gives it.
    rate_pct : float, optional
        Use rate in the last year, in %; by default the plan's target.
    cement_wan_t : float, optional
        All cement used in the last year, in 万t; by default the plan's forecast.

    Returns
    -------
    DataFrame
        year, cement_wan_t, rate_pct, bulk_wan_t; both inputs run straight from the base year, bulk is their product.
    """
    book = Book(frame)
    target = book.all("cement_bulk_use_rate", kind="target")[0]
    rates = [f for f in book.all("cement_bulk_use_rate", kind="actual", series=target.series) if f.clause]
    base = max(rates, key=lambda f: f.year)
    used = book.get("cement_use", base.year).value
    rate_end = target.value if rate_pct is None else rate_pct
    used_end = book.get("cement_demand", target.year).value if cement_wan_t is None else cement_wan_t
    years = np.arange(base.year + 1, target.year + 1)
    ends = [base.year, target.year]
    cement = np.interp(years, ends, [used, used_end])
    rate = np.interp(years, ends, [base.value, rate_end])
    return pd.DataFrame({"year": years, "cement_wan_t": cement, "rate_pct": rate, "bulk_wan_t": cement * rate / 100})


def savings(
    frame: pd.DataFrame, *, rate_pct: float | None = None, cement_wan_t: float | None = None
) -> tuple[Saving, ...]:
    """Energy, CO₂, dust, bags and solid waste saved by using cement in bulk, from the plan's own past figures.

    factor = saving of the past five years ÷ bulk cement used in the same years;
    saving of a path = factor × bulk cement of the path (`bulk_path`).
    """
    book = Book(frame)
    plan = float(bulk_path(frame)["bulk_wan_t"].sum())
    chosen = float(bulk_path(frame, rate_pct=rate_pct, cement_wan_t=cement_wan_t)["bulk_wan_t"].sum())
    out = []
    for expected in (f for f in figures(frame) if f.area == "savings" and f.kind == "forecast"):
        saved = next(f for f in book.all(expected.indicator, kind="actual"))
        used = book.get("cement_bulk_use", saved.period)
        raw = divide(saved.value, used.value)
        scale, unit = FACTOR_UNITS[saved.unit]
        out.append(Saving(saved, raw * scale, unit, expected, raw * plan, raw * chosen, divide(expected.value, raw)))
    return tuple(out)


def savings_table(items: Sequence[Saving]) -> pd.DataFrame:
    """Savings with their derivation, as a table in the reader's language."""
    return pd.DataFrame(
        [
            {
                _("项目"): local(item.saved),
                _("单位"): unit_text(item.saved.unit),
                _("{period} 实绩").format(period=item.saved.period): item.saved.value,
                _("每吨散装水泥"): pretty(item.factor, item.factor_unit, 2),
                _("规划预期 {period}").format(period=item.expected.period): item.expected.value,
                _("按规划路径测算"): round(item.plan_path, 1),
                _("测算 ÷ 预期（%）"): round(divide(item.plan_path, item.expected.value) * 100, 1),
                _("假设情景"): round(item.what_if, 1),
                _("情景与规划路径之差"): round(item.what_if - item.plan_path, 1),
                _("预期对应的散装水泥（万t）"): round(item.implied_bulk_wan_t, 0),
                _("口径"): _("相同")
                if item.same_definition
                else f"{local(item.saved, 'series')} → {local(item.expected, 'series')}",
            }
            for item in items
        ]
    )
