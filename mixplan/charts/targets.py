"""Charts: one theme, a Chinese font that needs no network, and each chart as PNG or SVG bytes.

Colours are Okabe and Ito's, which stay apart for colour-blind readers; every colour also has a shape, a sign or a
word. Sizes are chosen for a projector. Each chart has a table twin in the module that gives its data.
"""

import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.plan.figures import Figure
from mixplan.plan.words import direction_text, kind_text, pretty, unit_text
from mixplan.targets.balance import MEASURES, basis_text, measure_text
from mixplan.targets.progress import ACTUAL_KINDS, Progress, Status, baseline_text, status_text
from mixplan.targets.savings import Saving

VERMILLION, ORANGE, BLUE, GREEN = "#D55E00", "#E69F00", "#0072B2", "#009E73"
SKY, PURPLE, GREY, INK, PALE = "#56B4E9", "#CC79A7", "#999999", "#333333", "#F1F3F5"
FONT = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"

STATUS_COLOUR = {
    Status.MET: BLUE,
    Status.ON_TRACK: GREEN,
    Status.BEHIND: VERMILLION,
    Status.NO_DATA: "#6B6B6B",
}
STATUS_SIGN = {Status.MET: "●", Status.ON_TRACK: "▲", Status.BEHIND: "▼", Status.NO_DATA: "○"}
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
MEASURE_COLOUR = {"capacity": GREY, "limit": INK, "output": BLUE, "use": SKY, "demand": ORANGE}

# The board's bars end here, in percent of the target; longer ones are cut and their figure still stands beside.
BOARD_END = 155.0

AnyChart = alt.LayerChart | alt.FacetChart


def theme() -> dict[str, Any]:
    """Vega-Lite configuration shared by every chart."""
    return {
        "font": FONT,
        "background": "white",
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "fontSize": 16,
            "fontWeight": 600,
            "color": INK,
            "subtitleColor": "#555555",
            "subtitleFontSize": 13,
            "offset": 12,
            "font": FONT,
            "subtitleFont": FONT,
        },
        "axis": {
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": 400,
            "labelColor": INK,
            "titleColor": "#555555",
            "gridColor": "#E3E6E8",
            "domainColor": "#BBBBBB",
            "tickColor": "#BBBBBB",
            "labelFont": FONT,
            "titleFont": FONT,
        },
        "legend": {
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": 400,
            "labelLimit": 420,
            "orient": "bottom",
            "labelFont": FONT,
            "titleFont": FONT,
        },
        "text": {"font": FONT, "fontSize": 13, "color": INK},
    }


def themed(chart: AnyChart) -> AnyChart:
    """Put the theme on a finished chart."""
    # A page sets the width and leaves the height of the plot alone, whatever title and legend take.
    sized = chart.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    configured: AnyChart = sized.configure(**theme())
    return configured


@cache
def _fonts_registered() -> bool:
    import vl_convert
    from pylopdf_fonts_zh_cn import sans_path

    vl_convert.register_font_directory(str(sans_path().parent))
    return True


def _spec(chart: AnyChart) -> tuple[dict[str, Any], str]:
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    return chart.to_dict(), version


def chart_png(chart: AnyChart, scale: float = 2.0) -> bytes:
    """A chart as a PNG, drawn without network and with the Chinese font that is shipped.

    Parameters
    ----------
    chart : altair chart
        With its size in pixels.
    scale : float
        Pixels in the picture for one pixel of the chart; 2 suits a slide.
    """
    import vl_convert

    _fonts_registered()
    spec, version = _spec(chart)
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=version, scale=scale, allowed_base_urls=[]))


def chart_svg(chart: AnyChart) -> bytes:
    """A chart as an SVG with text as text, so that it can be edited; the reader's own Chinese font is used."""
    import vl_convert

    _fonts_registered()
    spec, version = _spec(chart)
    return str(vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[])).encode("utf-8")


# --- the board -------------------------------------------------------------------------------------------------


def _share(value: float | None, target: float) -> float | None:
    """A value in percent of its target, cut at the board's end."""
    if value is None or not target:
        return None
    return min(value / target * 100, BOARD_END)


def _wrapped(name: str, *, chinese: int = 14, latin: int = 34) -> str:
    """A name broken into lines of at most so many characters; `_LINES` makes the axis show them."""
    if get_language() == "en":
        return "\n".join(textwrap.wrap(name, latin))
    if len(name) <= chinese:
        return name
    return "\n".join(textwrap.wrap(name, chinese))


_LINES = "split(datum.value, '\\n')"


def _latest_text(item: Progress) -> str:
    """Latest actual, else the baseline, marked as such and with a star where it counts something else."""
    if item.actual:
        return f"{pretty(item.actual.value, digits=item.actual.digits)} ({item.actual.when})"
    if item.baseline is None:
        return "—"
    text = _("基线 {value} ({when})").format(
        value=pretty(item.baseline.value, digits=item.baseline.digits), when=item.baseline.when
    )
    return text + (" *" if item.baseline_basis == "other_series" else "")


def board_data(items: Sequence[Progress]) -> pd.DataFrame:
    """What the board draws: each target's latest value, baseline and path in percent of the target."""
    rows = []
    for item in items:
        target = item.target
        actual = item.actual.value if item.actual else None
        low, high = {"at_least": (100.0, BOARD_END), "at_most": (0.0, 100.0)}.get(target.direction, (99.0, 101.0))
        rows.append(
            {
                "label": _wrapped(local(target)),
                "zone_from": low,
                "zone_to": high,
                "bar": _share(actual, target.value),
                "zero": 0.0,
                "baseline": _share(item.baseline.value, target.value) if item.baseline else None,
                "path": _share(item.path_at(item.as_of), target.value) if item.path else None,
                "status": str(item.status),
                "status_text": f"{STATUS_SIGN[item.status]} {status_text(item.status)}",
                "target_text": f"{direction_text(target.direction)} {target.text()}",
                "latest_text": _latest_text(item),
                "dim": item.actual is None,
                "baseline_text": baseline_text(item),
                "pace_text": "—"
                if item.pace_needed is None
                else ("+" if item.pace_needed > 0 else "") + pretty(item.pace_needed),
                "reason": item.reason,
                "clause": target.clause,
            }
        )
    return pd.DataFrame(rows)


def board_chart(items: Sequence[Progress], *, width: int = 1180) -> AnyChart:
    """All targets at a glance as bullets on one scale: 100 % is the target, the tinted side fulfils it.

    Parameters
    ----------
    items : sequence of Progress
        As `targets.progress` gives them; one as-of year.
    width : int
        Pixels of the plot, without the names at its left.
    """
    data = board_data(items)
    as_of = items[0].as_of
    columns = {"status_text": 160, "target_text": 197, "latest_text": 252, "pace_text": 318}
    end = 352
    scale = alt.Scale(domain=[0, end], nice=False)
    axis = alt.Axis(values=[0, 50, 100, 150], format="d", labelExpr="datum.value + ' %'", grid=False, title=None)
    y = alt.Y(
        "label:N",
        sort=None,
        axis=alt.Axis(
            title=None,
            labelLimit=360,
            ticks=False,
            domain=False,
            labelPadding=14,
            labelExpr=_LINES,
            labelLineHeight=14,
        ),
    )
    colour = alt.Color(
        "status:N",
        scale=alt.Scale(domain=[str(s) for s in Status], range=[STATUS_COLOUR[s] for s in Status]),
        legend=None,
    )
    tip = [
        alt.Tooltip("label:N", title=_("指标")),
        alt.Tooltip("target_text:N", title=_("目标")),
        alt.Tooltip("latest_text:N", title=_("最近实绩")),
        alt.Tooltip("baseline_text:N", title=_("基线")),
        alt.Tooltip("reason:N", title=_("说明")),
        alt.Tooltip("clause:N", title=_("依据")),
    ]
    base = alt.Chart(data).encode(y=y)
    track = base.mark_bar(height=20, color=PALE).encode(x=alt.X("zero:Q", scale=scale, axis=axis), x2="end:Q")
    track = track.transform_calculate(end=str(BOARD_END))
    zone = base.mark_bar(height=20, color=GREEN, opacity=0.16).encode(x="zone_from:Q", x2="zone_to:Q", tooltip=tip)
    bar = base.mark_bar(height=9).encode(x="zero:Q", x2="bar:Q", color=colour, tooltip=tip)
    goal = (
        alt.Chart(pd.DataFrame({"at": [100.0]}))
        .mark_rule(color=INK, strokeWidth=2)
        .encode(x=alt.X("at:Q", scale=scale))
    )
    path = base.mark_tick(color=INK, thickness=3, height=20, opacity=0.55).encode(x="path:Q", tooltip=tip)
    start = base.mark_point(shape="circle", size=85, color=INK, fill="white", strokeWidth=1.8, opacity=1).encode(
        x="baseline:Q", tooltip=tip
    )
    texts = []
    heads = {
        "status_text": _("状态"),
        "target_text": _("目标"),
        "latest_text": _("现值"),
        "pace_text": _("每年需变化"),
    }
    for column, at in columns.items():
        mark = base.mark_text(align="left", fontSize=13, fontWeight=600 if column == "status_text" else 400)
        mark = mark.encode(x=alt.datum(at), text=f"{column}:N", tooltip=tip)
        if column == "status_text":
            mark = mark.encode(color=colour)
        elif column == "latest_text":
            mark = mark.encode(color=alt.condition("datum.dim", alt.value("#6B6B6B"), alt.value("#111111")))
        texts.append(mark)
        texts.append(
            alt.Chart(pd.DataFrame({"head": [heads[column]]}))
            .mark_text(align="left", fontSize=13, color="#555555", y=-10)
            .encode(x=alt.datum(at), text="head:N")
        )
    title = alt.TitleParams(
        _("规划目标进度（截至 {year} 年）").format(year=as_of),
        subtitle=_(
            "横轴：占目标的百分比。黑线 = 目标；浅绿 = 满足目标的一侧；色条 = 最近实绩；"
            "○ = 基线；灰竖条 = 路径值；* 口径不同"
        ),
        offset=26,
    )
    return themed(
        alt.layer(track, zone, bar, goal, path, start, *texts).properties(width=width, height=alt.Step(31), title=title)
    )


# --- one indicator ---------------------------------------------------------------------------------------------


def missing_years(item: Progress) -> list[int]:
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
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in _runs(years))


def indicator_chart(
    rows: Sequence[Figure], item: Progress | None = None, *, width: int = 860, height: int = 360
) -> AnyChart:
    """One indicator over time: figures by definition and kind, the straight path, and where no actual exists.

    Only actuals of consecutive years and the same definition are joined; nothing is interpolated.

    Parameters
    ----------
    rows : sequence of Figure
        All figures of one indicator; five-year totals are left to the table.
    item : Progress, optional
        Where the indicator has a target of the plan: adds path, gaps in the actuals and status.
    """
    shown = [row for row in rows if not row.cumulative and (item is None or row.year <= _last_year(row, item))]
    main = item.target.series if item else ""
    names = sorted({row.series for row in shown}, key=lambda name: (name != main, name))
    series_label = {row.series: local(row, "series") for row in shown}
    unit = unit_text(shown[0].unit) if shown else ""
    span = max((row.value for row in shown), default=0.0) - min((row.value for row in shown), default=0.0)
    data = pd.DataFrame(
        [
            {
                "time": row.time,
                "value": row.value,
                "kind": kind_text(row.kind),
                "series": series_label[row.series],
                "label": pretty(row.value, digits=row.digits) + (f" ({row.when})" if row.period and item else ""),
                "when": row.when,
                "place": _label_place(row, shown, near=0.2 * span),
                "source": " ".join(filter(None, (row.source, row.clause))),
                "note": local(row, "note"),
            }
            for row in shown
        ],
        columns=["time", "value", "kind", "series", "label", "when", "place", "source", "note"],
    )
    times = [*data["time"], *([float(item.path[0][0]), float(item.as_of)] if item and item.path else [])] or [0.0]
    low, high = int(min(times)), int(-(-max(times) // 1))
    step = max(1, (high - low) // 14 + 1) if high - low > 14 else 1
    scale = alt.Scale(domain=[low - 0.6, high + 0.6], nice=False)
    axis = alt.Axis(values=list(range(low, high + 1, step)), format="d", title=None, grid=False)
    x = alt.X("time:Q", scale=scale, axis=axis)
    y = alt.Y("value:Q", scale=alt.Scale(zero=False, nice=True, padding=18), axis=alt.Axis(title=None, tickCount=6))
    tip = [
        alt.Tooltip("when:N", title=_("年份")),
        alt.Tooltip("label:N", title=_("数值")),
        alt.Tooltip("kind:N", title=_("种类")),
        alt.Tooltip("series:N", title=_("口径")),
        alt.Tooltip("source:N", title=_("来源")),
        alt.Tooltip("note:N", title=_("说明")),
    ]
    labels = [series_label[name] for name in names]
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=labels, range=list(SERIES_COLOURS[: len(labels)])),
        legend=alt.Legend(title=_("口径"), columns=2, symbolType="circle"),
    )
    kinds = [kind for kind in KIND_SHAPE if kind in {row.kind for row in shown}]
    shape = alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=[kind_text(k) for k in kinds], range=[KIND_SHAPE[k] for k in kinds]),
        legend=alt.Legend(title=_("种类"), columns=3),
    )
    layers: list[alt.Chart] = []
    subtitle: list[str] = []
    if item:
        gaps = missing_years(item)
        if gaps:
            bands = pd.DataFrame([{"from": a - 0.5, "to": b + 0.5, "text": _("无实绩")} for a, b in _runs(gaps)])
            layers.append(
                alt.Chart(bands).mark_rect(color=PALE).encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q")
            )
            layers.append(
                alt.Chart(bands)
                .transform_calculate(middle="(datum.from + datum.to) / 2")
                .mark_text(color="#6B6B6B", fontSize=13, y=height - 10)
                .encode(x="middle:Q", text="text:N")
            )
            subtitle.append(_("{years} 年没有实绩，图中不作内插").format(years=years_text(gaps)))
        if item.path:
            corners = pd.DataFrame([{"time": year, "value": value} for year, value in item.path])
            layers.append(
                alt.Chart(corners).mark_line(color="#6B6B6B", strokeDash=[6, 4], strokeWidth=2).encode(x=x, y=y)
            )
            basis = {"other_series": _("虚线：直线路径（基线口径不同，仅供参考）")}
            subtitle.append(basis.get(item.baseline_basis, _("虚线：到目标的直线路径")))
        else:
            subtitle.append(_("规划没有给出基线，不画路径"))
    joined = joined_actuals(shown)
    if len(joined):
        layers.append(alt.Chart(joined).mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, detail="run:N"))
    points = alt.Chart(data).encode(x=x, y=y)
    layers.append(points.mark_point(filled=True, size=130, opacity=1).encode(color=colour, shape=shape, tooltip=tip))
    for place, at in _LABEL_PLACES.items():
        text = points.transform_filter(f"datum.place == '{place}'").mark_text(**at, fontSize=13, fontWeight=600)
        layers.append(text.encode(text="label:N", tooltip=tip))
    name = local(shown[0]) if shown else ""
    head = f"{name} ({unit})"
    if item:
        head += f"  ·  {direction_text(item.target.direction)} {item.target.text()}  ·  "
        head += f"{STATUS_SIGN[item.status]} {status_text(item.status)}"
    return themed(
        alt.layer(*layers)
        .resolve_scale(shape="independent")
        .properties(width=width, height=height, title=alt.TitleParams(head, subtitle=["；".join(subtitle)]))
    )


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


def _last_year(row: Figure, item: Progress) -> int:
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


# --- supply and demand -----------------------------------------------------------------------------------------


def balance_chart(data: pd.DataFrame, product: str, title: str, *, width: int = 330, height: int = 260) -> AnyChart:
    """Capacity, output, use and demand of one product by year; the title says how far capacity was used."""
    part = data[(data["product"] == product)]
    amounts = part[part["measure"].isin(MEASURE_COLOUR)].copy()
    amounts["text"] = [pretty(v, digits=0 if v >= 1000 else 1) for v in amounts["value"]]
    amounts["measure_text"] = [measure_text(m) for m in amounts["measure"]]
    amounts["basis_text"] = [basis_text(b) for b in amounts["basis"]]
    amounts["given"] = amounts["basis"] == "stated"
    unit = unit_text(str(amounts["unit"].iloc[0]))
    order = [measure_text(m) for m in MEASURES if m in set(amounts["measure"])]
    colours = [MEASURE_COLOUR[m] for m in MEASURES if m in set(amounts["measure"])]
    lines = []
    for measure in ("utilisation", "cover"):
        cells = part[part["measure"] == measure].sort_values("year")
        if len(cells):
            steps = " → ".join(
                f"{pretty(v, u, 1 if measure == 'utilisation' else 2)} ({y})"
                for v, u, y in zip(*(cells[c] for c in ("value", "unit", "year")), strict=True)
            )
            lines.append(f"{measure_text(measure)} {steps}")
    base = alt.Chart(amounts).encode(
        x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelFontSize=14)),
        xOffset=alt.XOffset("measure_text:N", sort=order),
        y=alt.Y("value:Q", axis=alt.Axis(title=unit, tickCount=5)),
        tooltip=[
            alt.Tooltip("year:O", title=_("年份")),
            alt.Tooltip("measure_text:N", title=_("项目")),
            alt.Tooltip("value:Q", title=unit, format=",.1f"),
            alt.Tooltip("basis_text:N", title=_("由来")),
            alt.Tooltip("formula:N", title=_("依据")),
        ],
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "measure_text:N",
            scale=alt.Scale(domain=order, range=colours),
            legend=alt.Legend(title=None, columns=4),
        ),
        opacity=alt.Opacity("given:N", scale=alt.Scale(domain=[True, False], range=[1.0, 0.62]), legend=None),
    )
    texts = base.mark_text(dy=-8, fontSize=11.5).encode(text="text:N")
    return themed(
        alt.layer(bars, texts).properties(width=width, height=height, title=alt.TitleParams(title, subtitle=lines))
    )


def waterfall_chart(data: pd.DataFrame, title: str, *, width: int = 560, height: int = 300) -> AnyChart:
    """Steps from one capacity to the next: totals blue, what goes vermillion, what comes green, what is spare grey."""
    frame = data.copy()
    change = frame["kind"].isin(["change", "spare"])
    frame["colour"] = BLUE
    frame.loc[change & (frame["amount"] < 0), "colour"] = VERMILLION
    frame.loc[change & (frame["amount"] >= 0), "colour"] = GREEN
    frame.loc[frame["kind"] == "spare", "colour"] = GREY
    frame.loc[frame["kind"] == "reference", "colour"] = ORANGE
    frame["text"] = [("+" if c and a > 0 else "") + pretty(a) for a, c in zip(frame["amount"], change, strict=True)]
    frame["label"] = [_wrapped(label, chinese=6, latin=11) for label in frame["label"]]
    frame["top"] = frame[["start", "end"]].max(axis=1)
    frame["next"] = frame["label"].shift(-1)
    unit = unit_text(str(frame["unit"].iloc[0]))
    x = alt.X("label:N", sort=None, axis=alt.Axis(title=None, labelAngle=0, labelLimit=170, labelExpr=_LINES))
    tip = [
        alt.Tooltip("label:N", title=_("步骤")),
        alt.Tooltip("text:N", title=unit),
        alt.Tooltip("clause:N", title=_("依据")),
    ]
    base = alt.Chart(frame).encode(x=x)
    y = alt.Y("start:Q", axis=alt.Axis(title=unit, tickCount=5))
    bars = base.mark_bar(size=54).encode(y=y, y2="end:Q", color=alt.Color("colour:N", scale=None), tooltip=tip)
    links = (
        base.transform_filter("datum.next != null")
        .mark_rule(color="#888888", strokeDash=[3, 3])
        .encode(y="end:Q", x2="next:N")
    )
    texts = base.mark_text(dy=-10, fontSize=15, fontWeight=600).encode(y="top:Q", text="text:N", tooltip=tip)
    return themed(
        alt.layer(links, bars, texts).properties(width=width, height=height, title=alt.TitleParams(f"{title} ({unit})"))
    )


# --- savings ---------------------------------------------------------------------------------------------------


def savings_chart(items: Sequence[Saving], *, width: int = 620) -> AnyChart:
    """Savings of the plan's path and of the chosen case, in percent of what the plan expects (100 % = expectation)."""
    plan, chosen = _("按规划路径测算"), _("假设情景")
    rows = []
    for item in items:
        for case, value in ((plan, item.plan_path), (chosen, item.what_if)):
            rows.append(
                {
                    "label": local(item.saved) + ("" if item.same_definition else " *"),
                    "case": case,
                    "share": value / item.expected.value * 100,
                    "text": pretty(value, item.saved.unit),
                    "text_at": 100.5
                    if 80 <= value / item.expected.value * 100 < 100
                    else value / item.expected.value * 100,
                    "expected": item.expected.text(),
                }
            )
    data = pd.DataFrame(rows)
    end = max(130.0, float(data["share"].max()) * 1.25)
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", sort=None, axis=alt.Axis(title=None, labelLimit=220, ticks=False, domain=False)),
        yOffset=alt.YOffset("case:N", sort=[plan, chosen]),
        tooltip=[
            alt.Tooltip("label:N", title=_("项目")),
            alt.Tooltip("case:N", title=_("情景")),
            alt.Tooltip("text:N", title=_("测算")),
            alt.Tooltip("expected:N", title=_("规划预期")),
        ],
    )
    x = alt.X(
        "share:Q",
        scale=alt.Scale(domain=[0, end], nice=False),
        axis=alt.Axis(title=_("占规划预期的百分比"), labelExpr="datum.value + ' %'", tickCount=6),
    )
    bars = base.mark_bar().encode(
        x=x,
        color=alt.Color(
            "case:N",
            scale=alt.Scale(domain=[plan, chosen], range=[BLUE, ORANGE]),
            legend=alt.Legend(title=None),
        ),
    )
    texts = base.mark_text(align="left", dx=5, fontSize=13).encode(x="text_at:Q", text="text:N")
    goal = alt.Chart(pd.DataFrame({"at": [100.0]})).mark_rule(color=INK, strokeWidth=2).encode(x="at:Q")
    odd = any(not item.same_definition for item in items)
    note = _("黑线 = 规划对 2011–2015 年的预期") + (_("；* 规划前后口径不同，不能直接比较") if odd else "")
    return themed(
        alt.layer(bars, goal, texts).properties(
            width=width, height=alt.Step(22), title=alt.TitleParams(_("节能减排测算"), subtitle=note)
        )
    )
