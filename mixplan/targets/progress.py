"""Where every target of the plan stands in a year, and what planners' own actuals add to it.

Every figure comes from ``data/indicators.csv`` (`mixplan.plan.indicators`); nothing here is a number of the plan.
All functions are pure: frame in, records out. Formulas are explained for planners in ``docs/targets.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.plan.figures import Figure, figures
from mixplan.plan.words import area_text, binding_text, direction_text, direction_words, pretty, unit_text
from mixplan.targets.status import Status, judge, satisfies, status_text

ACTUAL_KINDS = ("actual", "derived")
PLAN_TARGET_KINDS = ("target", "milestone")


@dataclass(frozen=True)
class TargetProgress:
    """One target of the plan and how it stands.

    Attributes
    ----------
    target : Figure
        The plan's final target.
    milestones : tuple of Figure
        Targets of the plan on the way.
    baseline : Figure or None
        Where the straight path starts.
    baseline_basis : str
        ``same`` (same definition), ``other_series`` (the plan only gives another definition), ``first_report``
        (no baseline in the plan: first actual reported) or ``none``.
    actuals : tuple of Figure
        Actuals after the baseline and up to the as-of year, by time; none after the first that is of the target year
        or later, because that one decides.
    path : tuple of (int, float)
        Corners of the straight path, years and values.
    path_value : float or None
        The path in the latest actual's year, or in the as-of year where there is no actual.
    gap : float or None
        Target minus latest known value (baseline where no actual exists), 0 where fulfilled, in the unit.
    pace_planned, pace_needed : float or None
        Change a year from baseline to target, and from the latest known value to the target.
    """

    target: Figure
    milestones: tuple[Figure, ...]
    baseline: Figure | None
    baseline_basis: str
    actuals: tuple[Figure, ...]
    path: tuple[tuple[int, float], ...]
    path_value: float | None
    gap: float | None
    pace_planned: float | None
    pace_needed: float | None
    as_of: int
    status: Status
    reason: str

    @property
    def indicator(self) -> str:
        """Indicator id."""
        return self.target.indicator

    @property
    def actual(self) -> Figure | None:
        """Latest actual after the baseline; past the target year the one that decides."""
        return self.actuals[-1] if self.actuals else None

    @property
    def latest(self) -> Figure | None:
        """Latest known value: an actual, else the baseline."""
        return self.actual or self.baseline

    def path_at(self, year: float) -> float | None:
        """Value of the straight path in a year; the target after its year, nothing before the path starts."""
        return _on_path(self.path, year)


def _reason(status: Status, actual: Figure | None, target: Figure, path: float | None, as_of: int) -> str:
    """Why a target has its status, in one sentence."""
    if actual is None:
        return _("截至 {year} 年没有基线之后的实绩。").format(year=as_of)
    values = {
        "when": actual.when,
        "value": actual.text(),
        "sign": direction_text(target.direction),
        "target": target.text(),
        "path": pretty(path, target.unit),
        "year": target.year,
    }
    if status is Status.MET:
        return _("{when} 的 {value} 满足目标（{sign} {target}）。").format(**values)
    if status is Status.ON_TRACK:
        return _("{when} 的 {value} 不差于直线路径的 {path}。").format(**values)
    if status is Status.BEHIND and actual.year >= target.year:
        return _("目标年 {year} 已到，{when} 的 {value} 未满足目标（{sign} {target}）。").format(**values)
    if status is Status.BEHIND:
        exact = target.direction == "exactly"
        if exact and path is not None and (actual.value > target.value) == (path <= target.value):
            return _("{when} 的 {value} 已越过目标 {target}。").format(**values)
        return _("{when} 的 {value} 差于直线路径的 {path}。").format(**values)
    if as_of > target.year:
        return _("目标年 {year} 的实绩没有报告，最近的是 {when} 的 {value}。").format(**values)
    return _("规划没有给出基线，{when} 的 {value} 是第一个实绩，还不能判断快慢。").format(**values)


def progress_of(rows: Sequence[Figure], target: Figure, *, as_of: int) -> TargetProgress:
    """How one target of the plan stands in a year.

    Parameters
    ----------
    rows : sequence of Figure
        All figures of the indicator; other series serve only as a baseline that the target row names.
    target : Figure
        The final target.
    as_of : int
        Actuals after this year are left out.
    """
    if mixed := {row.unit for row in rows} - {target.unit}:
        raise DataError(
            _("指标“{indicator}”混用了单位 {units}，目标的单位是 {unit}。").format(
                indicator=target.indicator, units=_("、").join(sorted(mixed)), unit=target.unit
            )
        )
    start = _start(rows, target, as_of)
    milestones = tuple(sorted(_same(rows, target, ("milestone",)), key=lambda row: row.year))
    path = _path(start.baseline, milestones, target)
    actual = start.actuals[-1] if start.actuals else None
    path_value = _on_path(path, actual.year if actual else as_of)
    status = judge(
        direction=target.direction,
        target=target.value,
        target_year=target.year,
        actual=actual.value if actual else None,
        actual_year=actual.year if actual else None,
        path=path_value,
        as_of=as_of,
        tolerance=target.tolerance,
    )
    gap, pace_needed = _gap(actual or start.baseline, target)
    return TargetProgress(
        target,
        milestones,
        start.baseline,
        start.basis,
        start.actuals,
        path,
        path_value,
        gap,
        (path[-1][1] - path[0][1]) / (path[-1][0] - path[0][0]) if path else None,
        pace_needed,
        as_of,
        status,
        _reason(status, actual, target, path_value, as_of),
    )


def _same(rows: Sequence[Figure], target: Figure, kinds: Sequence[str]) -> list[Figure]:
    """Figures that count what the target counts."""
    return [row for row in rows if row.series == target.series and not row.cumulative and row.kind in kinds]


@dataclass(frozen=True)
class _Start:
    """Where a target starts from, and what has been reported since."""

    baseline: Figure | None
    basis: str
    actuals: tuple[Figure, ...]


def _start(rows: Sequence[Figure], target: Figure, as_of: int) -> _Start:
    reported = sorted(
        (row for row in _same(rows, target, ACTUAL_KINDS) if row.year <= as_of), key=lambda row: (row.time, row.year)
    )
    # The plan's own baseline carries a clause; what was reported later does not.
    baseline, basis = next((row for row in reversed(reported) if row.clause), None), "same"
    if baseline is None:
        baseline, basis = _other_baseline(rows, target, as_of), "other_series"
    actuals = [row for row in reported if baseline is None or (row.time > baseline.time and not row.clause)]
    if baseline is None:
        basis = "none"
        if len(actuals) > 1 and actuals[0].year < target.year:
            baseline, basis = actuals[0], "first_report"
    # Due at the end of its year: that year's actual decides, or the first one after it; what follows changes nothing.
    due = next((n for n, row in enumerate(actuals, start=1) if row.time >= target.time), len(actuals))
    return _Start(baseline, basis, tuple(actuals[:due]))


def _other_baseline(rows: Sequence[Figure], target: Figure, as_of: int) -> Figure | None:
    """Baseline in the other definition that the target row names."""
    others = [
        row
        for row in rows
        if target.baseline_series
        and row.series == target.baseline_series
        and row.kind in ACTUAL_KINDS
        and row.year <= as_of
        and not row.cumulative
        and row.clause
    ]
    return max(others, key=lambda row: row.year, default=None)


def _path(baseline: Figure | None, milestones: Sequence[Figure], target: Figure) -> tuple[tuple[int, float], ...]:
    """Corners of the straight path from the baseline over the milestones to the target."""
    corners: dict[int, float] = {}
    if baseline is not None and baseline.year < target.year:
        # A baseline that already fulfils the target has nothing to climb: the path is the target itself.
        kept = satisfies(target.direction, baseline.value, target.value, target.tolerance)
        corners[baseline.year] = target.value if kept else baseline.value
    corners |= {row.year: row.value for row in milestones} | {target.year: target.value}
    return tuple(sorted(corners.items())) if len(corners) > 1 else ()


def _on_path(path: Sequence[tuple[int, float]], year: float) -> float | None:
    if not path or year < path[0][0]:
        return None
    years, values = zip(*path, strict=True)
    return float(np.interp(year, years, values))


def _gap(latest: Figure | None, target: Figure) -> tuple[float | None, float | None]:
    """What is missing to the target, and how much a year that is until the target year."""
    if latest is None:
        return None, None
    fulfilled = satisfies(target.direction, latest.value, target.value, target.tolerance)
    gap = 0.0 if fulfilled else target.value - latest.value
    if latest.year < target.year:
        return gap, gap / (target.year - latest.year)
    return gap, 0.0 if fulfilled else None


def progress(frame: pd.DataFrame, *, as_of: int | None = None) -> tuple[TargetProgress, ...]:
    """How every target of the plan stands in a year, in the plan's order.

    Parameters
    ----------
    frame : DataFrame
        As `load_indicators` gives it, with planners' actuals added by `with_entries` where there are any.
    as_of : int, optional
        Year to look from; by default `latest_year`.
    """
    year = latest_year(frame) if as_of is None else as_of
    rows = figures(frame)
    return tuple(
        progress_of([row for row in rows if row.indicator == target.indicator], target, as_of=year)
        for target in rows
        if target.kind == "target"
    )


def latest_year(frame: pd.DataFrame) -> int:
    """Latest year in which a tracked series has a target or an actual: the year the board looks from by default."""
    return year_span(frame)[1]


def year_span(frame: pd.DataFrame) -> tuple[int, int]:
    """First and last year with a target or an actual of any tracked series."""
    tracked = frame[frame["kind"] == "target"]
    series = set(zip(tracked["indicator"], tracked["series"], strict=True))
    on_record = [
        year
        for indicator, name, kind, year in zip(
            frame["indicator"], frame["series"], frame["kind"], frame["year"], strict=True
        )
        if (indicator, name) in series and kind in (*ACTUAL_KINDS, *PLAN_TARGET_KINDS)
    ]
    if not on_record:
        raise DataError(_("数据中没有一条规划目标（kind = target）。"))
    return int(min(on_record)), int(max(on_record))


def baseline_text(item: TargetProgress) -> str:
    """Where the path starts, and whether that figure counts the same thing as the target."""
    if item.baseline is None:
        return _("规划未给出")
    text = f"{item.baseline.text()} ({item.baseline.when})"
    if item.baseline_basis == "other_series":
        return text + _("，口径不同")
    if item.baseline_basis == "first_report":
        return text + _("，首个实绩")
    return text


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def progress_table(items: Sequence[TargetProgress]) -> pd.DataFrame:
    """The board as a table: one row a target, in the reader's language."""
    return pd.DataFrame(
        [
            {
                _("领域"): area_text(item.target.area),
                _("指标"): local(item.target),
                _("状态"): status_text(item.status),
                _("方向"): direction_words(item.target.direction),
                _("目标"): item.target.value,
                _("单位"): unit_text(item.target.unit),
                _("目标年"): item.target.year,
                _("基线"): item.baseline.value if item.baseline else None,
                _("基线说明"): baseline_text(item),
                _("最近实绩"): item.actual.value if item.actual else None,
                _("实绩时间"): item.actual.when if item.actual else "—",
                _("路径值"): _rounded(item.path_value),
                _("差距"): _rounded(item.gap),
                _("每年需变化"): _rounded(item.pace_needed),
                _("规划的每年变化"): _rounded(item.pace_planned),
                _("约束范围"): binding_text(item.target.binding_area),
                _("依据"): item.target.clause,
                _("说明"): " ".join(filter(None, (item.reason, local(item.target, "note")))),
            }
            for item in items
        ]
    )


def progress_record(item: TargetProgress) -> dict[str, Any]:
    """One target for ``--json``: raw numbers, codes and units, no language in the keys."""

    def brief(figure: Figure | None) -> dict[str, Any] | None:
        if figure is None:
            return None
        return {
            "year": figure.year,
            "period": figure.period,
            "value": figure.value,
            "kind": figure.kind,
            "series": figure.series,
            "clause": figure.clause,
            "source": figure.source,
        }

    return {
        "indicator": item.indicator,
        "name": local(item.target),
        "area": item.target.area,
        "series": item.target.series,
        "unit": item.target.unit,
        "direction": item.target.direction,
        "binding_area": item.target.binding_area,
        "clause": item.target.clause,
        "source": item.target.source,
        "as_of": item.as_of,
        "status": str(item.status),
        "reason": item.reason,
        "target": brief(item.target),
        "milestones": [brief(figure) for figure in item.milestones],
        "baseline": brief(item.baseline),
        "baseline_basis": item.baseline_basis,
        "actual": brief(item.actual),
        "path": [{"year": year, "value": value} for year, value in item.path],
        "path_value": item.path_value,
        "gap": item.gap,
        "pace_planned": item.pace_planned,
        "pace_needed": item.pace_needed,
    }
