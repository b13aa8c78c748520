"""One indicator over time.

Sizes are chosen for a projector. Each chart has a table twin in the module that gives its data.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.charts.board import STATUS_SIGN
from mixplan.charts.theme import PALE, AnyChart, themed
from mixplan.maps.style import BLUE, DIM, GREEN, GREY, ORANGE, PURPLE, SKY
from mixplan.plan.figures import Figure
from mixplan.plan.words import direction_text, kind_text, pretty, unit_text
from mixplan.targets.progress import ACTUAL_KINDS, TargetProgress
from mixplan.targets.status import status_text

SERIES_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, GREY)
KIND_SHAPE = {
    "actual": "circle",
    "derived": "square",
    "target": "diamond",
    "milestone": "triangle-right",
    "forecast": "triangle-up",
    "other_target": "triangle-down",
    "reference": "cross",
}


def missing_years(item: TargetProgress) -> list[int]:
    """Years of the plan up to the as-of year for which no actual is known."""
    known = {figure.year for figure in item.actuals}
    start = item.baseline.year if item.baseline else min(f.year for f in (*item.milestones, item.target)) - 1
    return [year for year in range(start + 1, min(item.as_of, item.target.year) + 1) if year not in known]


def _runs(years: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs


def years_text(years: Sequence[int]) -> str:
    """Years as planners write them: 2011–2013、2015."""
    return _("、").join(str(a) if a == b else f"{a}–{b}" for a, b in _runs(years))


def indicator_chart(
    rows: Sequence[Figure], item: TargetProgress | None = None, *, width: int = 860, height: int = 360
) -> AnyChart:
    """One indicator over time: figures by definition and kind, the straight path, and where no actual exists.

    Only actuals of consecutive years and the same definition are joined; nothing is interpolated.

    Parameters
    ----------
    rows : sequence of Figure
        All figures of one indicator; five-year totals are left to the table.
    item : TargetProgress, optional
        Where the indicator has a target of the plan: adds path, gaps in the actuals and status.
    """
    shown = [row for row in rows if not row.cumulative and (item is None or row.year <= _last_year(row, item))]
    data = _points(shown, item)
    years = _years(data, item)
    value = alt.Scale(zero=False, nice=True, padding=18)
    y = alt.Y("value:Q", scale=value, axis=alt.Axis(title=None, tickCount=6))
    colour, points = _series_colour(shown, item), alt.Chart(data).encode(x=years, y=y)
    layers: list[alt.Chart] = []
    if item:
        layers += [*_gap_bands(item, years, height), *_path(item, years, y)]
    joined = joined_actuals(shown)
    if len(joined):
        line = alt.Chart(joined).mark_line(strokeWidth=2.5)
        layers.append(line.encode(x=years, y=y, color=colour, detail="run:N"))
    marks = points.mark_point(filled=True, size=130, opacity=1)
    layers.append(marks.encode(color=colour, shape=_kind_shape(shown), tooltip=_tips()))
    for place, at in _LABEL_PLACES.items():
        text = points.transform_filter(f"datum.place == '{place}'").mark_text(**at, fontSize=13, fontWeight=600)
        layers.append(text.encode(text="label:N", tooltip=_tips()))
    title = alt.TitleParams(_heading(shown, item), subtitle=[_("；").join(_notes(item) if item else [])])
    return themed(
        alt.layer(*layers).resolve_scale(shape="independent").properties(width=width, height=height, title=title)
    )


def _points(shown: Sequence[Figure], item: TargetProgress | None) -> pd.DataFrame:
    """What is drawn of each figure: when, how much, what kind, how it is labelled and where the label stands."""
    values = [row.value for row in shown]
    near = 0.2 * (max(values, default=0.0) - min(values, default=0.0))
    columns = ["time", "value", "kind", "series", "label", "when", "place", "source", "note"]
    rows = [
        (
            row.time,
            row.value,
            kind_text(row.kind),
            local(row, "series"),
            pretty(row.value, digits=row.digits) + (f" ({row.when})" if row.period and item else ""),
            row.when,
            _label_place(row, shown, near=near),
            " ".join(filter(None, (row.source, row.clause))),
            local(row, "note"),
        )
        for row in shown
    ]
    return pd.DataFrame(rows, columns=columns)


def _years(data: pd.DataFrame, item: TargetProgress | None) -> alt.X:
    """The axis of years, wide enough for the figures and the path."""
    times = [*data["time"], *([float(item.path[0][0]), float(item.as_of)] if item and item.path else [])] or [0.0]
    low, high = int(min(times)), int(-(-max(times) // 1))
    step = max(1, (high - low) // 14 + 1) if high - low > 14 else 1
    axis = alt.Axis(values=list(range(low, high + 1, step)), format="d", title=None, grid=False)
    return alt.X("time:Q", scale=alt.Scale(domain=[low - 0.6, high + 0.6], nice=False), axis=axis)


def _tips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("when:N", title=_("年份")),
        alt.Tooltip("label:N", title=_("数值")),
        alt.Tooltip("kind:N", title=_("种类")),
        alt.Tooltip("series:N", title=_("口径")),
        alt.Tooltip("source:N", title=_("来源")),
        alt.Tooltip("note:N", title=_("说明")),
    ]


def _series_colour(shown: Sequence[Figure], item: TargetProgress | None) -> alt.Color:
    """A colour for each definition, the target's own first."""
    main = item.target.series if item else ""
    label = {row.series: local(row, "series") for row in shown}
    labels = [label[name] for name in sorted(label, key=lambda name: (name != main, name))]
    return alt.Color(
        "series:N",
        scale=alt.Scale(domain=labels, range=list(SERIES_COLOURS[: len(labels)])),
        legend=alt.Legend(title=_("口径"), columns=2, symbolType="circle"),
    )


def _kind_shape(shown: Sequence[Figure]) -> alt.Shape:
    """A shape for each kind of figure."""
    kinds = [kind for kind in KIND_SHAPE if kind in {row.kind for row in shown}]
    return alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=[kind_text(k) for k in kinds], range=[KIND_SHAPE[k] for k in kinds]),
        legend=alt.Legend(title=_("种类"), columns=3),
    )


def _gap_bands(item: TargetProgress, years: alt.X, height: int) -> list[alt.Chart]:
    """Grey bands where no actual is known."""
    gaps = missing_years(item)
    if not gaps:
        return []
    bands = alt.Chart(pd.DataFrame([{"time": a - 0.5, "to": b + 0.5, "text": _("无实绩")} for a, b in _runs(gaps)]))
    middle = bands.transform_calculate(middle="(datum.time + datum.to) / 2")
    return [
        bands.mark_rect(color=PALE).encode(x=years, x2="to:Q"),
        middle.mark_text(color=DIM, fontSize=13, y=height - 10).encode(x="middle:Q", text="text:N"),
    ]


def _path(item: TargetProgress, years: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The straight path to the target, where the plan gives a baseline."""
    if not item.path:
        return []
    corners = pd.DataFrame([{"time": year, "value": value} for year, value in item.path])
    return [alt.Chart(corners).mark_line(color=DIM, strokeDash=[6, 4], strokeWidth=2).encode(x=years, y=y)]


def _notes(item: TargetProgress) -> list[str]:
    """What is to say about gaps and path."""
    gaps, notes = missing_years(item), []
    if gaps:
        notes.append(_("{years} 年没有实绩，图中不作内插").format(years=years_text(gaps)))
    if not item.path:
        notes.append(_("规划没有给出基线，不画路径"))
    elif item.baseline_basis == "other_series":
        notes.append(_("虚线：直线路径（基线口径不同，仅供参考）"))
    else:
        notes.append(_("虚线：到目标的直线路径"))
    return notes


def _heading(shown: Sequence[Figure], item: TargetProgress | None) -> str:
    """The indicator with its unit, its target and how it stands."""
    name, unit = (local(shown[0]), unit_text(shown[0].unit)) if shown else ("", "")
    head = f"{name} ({unit})"
    if item is None:
        return head
    status = f"{STATUS_SIGN[item.status]} {status_text(item.status)}"
    return f"{head}  ·  {direction_text(item.target.direction)} {item.target.text()}  ·  {status}"


_LABEL_PLACES: dict[str, dict[str, Any]] = {
    "above": {"dy": -15},
    "below": {"dy": 18},
    "right": {"dx": 11, "align": "left"},
}


def _label_place(row: Figure, shown: Sequence[Figure], *, near: float) -> str:
    """Where a point's figure stands so that it covers no near point: above, below one above it, else at its right."""
    beside = [other.value - row.value for other in shown if abs(other.time - row.time) < 0.7]
    higher = any(0 < step < near for step in beside)
    lower = any(-near < step < 0 for step in beside)
    return "right" if higher and lower else "below" if higher else "above"


def _last_year(row: Figure, item: TargetProgress) -> int:
    """Last year that an indicator's chart shows: of actuals the as-of year, of what is ahead the target year too."""
    return item.as_of if row.kind in ACTUAL_KINDS else max(item.as_of, item.target.year)


def joined_actuals(rows: Sequence[Figure]) -> pd.DataFrame:
    """Pairs of actuals of consecutive years and the same definition: the only ones that a line may join."""
    out = []
    actual = sorted((r for r in rows if r.kind in ACTUAL_KINDS and not r.period), key=lambda r: r.time)
    for first in actual:
        for second in actual:
            if second.series == first.series and second.year - first.year == 1:
                run = f"{first.series}{first.year}"
                out += [
                    {"time": f.time, "value": f.value, "series": local(f, "series"), "run": run}
                    for f in (first, second)
                ]
    return pd.DataFrame(out, columns=["time", "value", "series", "run"])
