"""The board of all targets."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.charts.theme import LINES, PALE, SOFT, AnyChart, themed, wrapped
from mixplan.maps.style import DIM, GREEN, INK, STATUS_COLOUR
from mixplan.plan.words import direction_text, pretty
from mixplan.targets.progress import TargetProgress, baseline_text
from mixplan.targets.status import Status, status_text

STATUS_SIGN = {Status.MET: "●", Status.ON_TRACK: "▲", Status.BEHIND: "▼", Status.NO_DATA: "○"}

# The board's bars end here, in percent of the target; longer ones are cut and their figure still stands beside.
BOARD_END = 155.0


def _share(value: float | None, target: float) -> float | None:
    """A value in percent of its target, cut at the board's end."""
    if value is None or not target:
        return None
    return min(value / target * 100, BOARD_END)


def _latest_text(item: TargetProgress) -> str:
    """Latest actual, else the baseline, marked as such and with a star where it counts something else."""
    if item.actual:
        return f"{pretty(item.actual.value, digits=item.actual.digits)} ({item.actual.when})"
    if item.baseline is None:
        return "—"
    text = _("基线 {value} ({when})").format(
        value=pretty(item.baseline.value, digits=item.baseline.digits), when=item.baseline.when
    )
    return text + (" *" if item.baseline_basis == "other_series" else "")


def board_data(items: Sequence[TargetProgress]) -> pd.DataFrame:
    """What the board draws: each target's latest value, baseline and path in percent of the target."""
    rows = []
    for item in items:
        target = item.target
        actual = item.actual.value if item.actual else None
        low, high = {"at_least": (100.0, BOARD_END), "at_most": (0.0, 100.0)}.get(target.direction, (99.0, 101.0))
        rows.append(
            {
                "label": wrapped(local(target)),
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


# Where the columns of words begin, on the scale of the bars, and where the scale ends.
_COLUMNS = {"status_text": 160, "target_text": 197, "latest_text": 252, "pace_text": 318}
_SCALE_END = 352


def board_chart(items: Sequence[TargetProgress], *, width: int = 1180) -> AnyChart:
    """All targets at a glance as bullets on one scale: 100 % is the target, the tinted side fulfils it.

    Parameters
    ----------
    items : sequence of TargetProgress
        As `targets.progress` gives them; one as-of year.
    width : int
        Pixels of the plot, without the names at its left.
    """
    rows = alt.Axis(
        title=None,
        labelLimit=360,
        ticks=False,
        domain=False,
        labelPadding=14,
        labelExpr=LINES,
        labelLineHeight=14,
    )
    base = alt.Chart(board_data(items)).encode(y=alt.Y("label:N", sort=None, axis=rows))
    colour = alt.Color(
        "status:N",
        scale=alt.Scale(domain=[str(s) for s in Status], range=[STATUS_COLOUR[s] for s in Status]),
        legend=None,
    )
    title = alt.TitleParams(
        _("规划目标进度（截至 {year} 年）").format(year=items[0].as_of),
        subtitle=_(
            "横轴：占目标的百分比。黑线 = 目标；浅绿 = 满足目标的一侧；色条 = 最近实绩；"
            "○ = 基线；灰竖条 = 路径值；* 口径不同"
        ),
        offset=26,
    )
    layers = alt.layer(*_bullets(base, colour), *_words(base, colour))
    return themed(layers.properties(width=width, height=alt.Step(31), title=title))


def _tips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("label:N", title=_("指标")),
        alt.Tooltip("target_text:N", title=_("目标")),
        alt.Tooltip("latest_text:N", title=_("最近实绩")),
        alt.Tooltip("baseline_text:N", title=_("基线")),
        alt.Tooltip("reason:N", title=_("说明")),
        alt.Tooltip("clause:N", title=_("依据")),
    ]


def _bullets(base: alt.Chart, colour: alt.Color) -> list[alt.Chart]:
    """The left half: track, side that fulfils the target, bar of the latest actual, target, path and baseline."""
    scale, tip = alt.Scale(domain=[0, _SCALE_END], nice=False), _tips()
    axis = alt.Axis(values=[0, 50, 100, 150], format="d", labelExpr="datum.value + ' %'", grid=False, title=None)
    track = base.mark_bar(height=20, color=PALE).encode(x=alt.X("zero:Q", scale=scale, axis=axis), x2="end:Q")
    goal = alt.Chart(pd.DataFrame({"at": [100.0]})).mark_rule(color=INK, strokeWidth=2)
    start = base.mark_point(shape="circle", size=85, color=INK, fill="white", strokeWidth=1.8, opacity=1)
    return [
        track.transform_calculate(end=str(BOARD_END)),
        base.mark_bar(height=20, color=GREEN, opacity=0.16).encode(x="zone_from:Q", x2="zone_to:Q", tooltip=tip),
        base.mark_bar(height=9).encode(x="zero:Q", x2="bar:Q", color=colour, tooltip=tip),
        goal.encode(x=alt.X("at:Q", scale=scale)),
        base.mark_tick(color=INK, thickness=3, height=20, opacity=0.55).encode(x="path:Q", tooltip=tip),
        start.encode(x="baseline:Q", tooltip=tip),
    ]


def _words(base: alt.Chart, colour: alt.Color) -> list[alt.Chart]:
    """The right half: status, target, latest value and pace in words, each below its heading."""
    heads = {
        "status_text": _("状态"),
        "target_text": _("目标"),
        "latest_text": _("现值"),
        "pace_text": _("每年需变化"),
    }
    paints: dict[str, Any] = {
        "status_text": colour,
        "latest_text": alt.condition("datum.dim", alt.value(DIM), alt.value(INK)),
    }
    texts = []
    for column, at in _COLUMNS.items():
        mark = base.mark_text(align="left", fontSize=13, fontWeight=600 if column == "status_text" else 400)
        mark = mark.encode(x=alt.datum(at), text=f"{column}:N", tooltip=_tips())
        texts.append(mark.encode(color=paints[column]) if column in paints else mark)
        head = alt.Chart(pd.DataFrame({"head": [heads[column]]})).mark_text(
            align="left", fontSize=13, color=SOFT, y=-10
        )
        texts.append(head.encode(x=alt.datum(at), text="head:N"))
    return texts
