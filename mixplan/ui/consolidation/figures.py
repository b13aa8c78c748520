"""The plan in figures, at its end and year by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.consolidation import tables
from mixplan.maps import style
from mixplan.ui import texts
from mixplan.ui.consolidation.plans import Shown
from mixplan.ui.consolidation.workspace import Workspace, faded
from mixplan.ui.tables import show_chart


def key_figures(space: Workspace) -> None:
    """Capacity, stations, flags, haul and dust: at the end of the plan, against the inventory."""
    if space.plan is None:
        return
    first, last = (space.plan.totals.iloc[n].to_dict() for n in (0, -1))
    with faded("figures", space.stale):
        _figures(first, last)


def _figures(first: Mapping[Any, Any], last: Mapping[Any, Any]) -> None:
    boxes = st.columns(8)
    figures = [
        (_("产能"), "capacity", 0, "", _("产能（万m³/年）")),
        (_("站点"), "sites", 0, "", _("站点")),
        (_("利用率"), "utilisation_pct", 1, "%", _("利用率（%）")),
        (_("需治理"), "flagged", 0, "", _("需治理站点")),
        (_("五环内"), "inside_fifth_pct", 1, "%", _("五环内占比（%）")),
        (_("敏感区"), "sensitive", 0, "", _("敏感区内或附近站点")),
        (_("运距"), "mean_haul_km", 1, " km", _("平均运距（km）")),
        (_("扬尘"), "dust_index", 0, "", _("扬尘指数（起始=100）")),
    ]
    for box, (label, column, digits, unit, meaning) in zip(boxes, figures, strict=True):
        change = round(last[column] - first[column], digits)
        box.metric(
            texts.plain(label),
            texts.plain(texts.number(last[column], digits) + unit),
            texts.change(f"{change:+,.{digits}f}" if change else None),
            delta_color="off",
            help=texts.plain(
                _("{meaning}，起始 {value}").format(meaning=meaning, value=texts.number(first[column], digits))
            ),
        )


def years(space: Workspace) -> None:
    """Capacity against its limit and stations, year by year."""
    if space.shown is None:
        return
    with faded("years", space.stale):
        _years(space.shown)


def _years(shown: Shown) -> None:
    plan = shown.plan
    show_chart(lambda: years_chart(plan.totals), key="con_years", version=shown.key, look="streamlit")
    st.caption(_("柱：产能，柱上为站点数；红线：当年上限；黑线：需求。"))
    rows = tables.totals_table(plan, rounded=False).set_index(_("年份")).T.rename_axis(None, axis=1)
    rows = rows.map(lambda value: texts.number(value, 0 if (value or 0) >= 1000 else 1).removesuffix(".0"))
    # Plain HTML: six years and their labels fit a narrow column only where the labels may wrap.
    texts.html_table(rows, "mp-figures")


def years_chart(table: pd.DataFrame) -> alt.LayerChart:
    """Capacity of every year against its limit and the demand, with the stations that stand."""
    rows = table[["year", "capacity", "limit", "sites", "demand"]].assign(year=table["year"].astype(str))
    bars = (
        alt.Chart(rows)
        .mark_bar(color=style.BLUE, opacity=0.75, size=26)
        .encode(
            x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("capacity:Q", title=_("产能（万m³/年）")),
            tooltip=[
                alt.Tooltip("year:N", title=_("年份")),
                alt.Tooltip("capacity:Q", title=_("产能"), format=",.0f"),
                alt.Tooltip("sites:Q", title=_("站点")),
            ],
        )
    )
    ticks = alt.Chart(rows).mark_tick(color=style.VERMILLION, thickness=3, size=34).encode(x="year:N", y="limit:Q")
    wanted = alt.Chart(rows).mark_tick(color="#333", thickness=2, size=34).encode(x="year:N", y="demand:Q")
    text = alt.Chart(rows).mark_text(dy=-8, fontSize=12).encode(x="year:N", y="capacity:Q", text="sites:Q")
    chart: alt.LayerChart = (bars + ticks + wanted + text).properties(height=210)
    return chart
