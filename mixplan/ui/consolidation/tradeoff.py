"""The trade-off between flagged stations kept and haul."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.consolidation import tables, tradeoff
from mixplan.maps import style
from mixplan.projects.staleness import plan_sentence
from mixplan.ui import downloads, runs, texts, work
from mixplan.ui.consolidation import plans
from mixplan.ui.consolidation.asked import CON
from mixplan.ui.consolidation.solve import start
from mixplan.ui.consolidation.workspace import faded
from mixplan.ui.tables import show_chart


def tradeoff_tab() -> None:
    """The trade-off as a chart and a table; a point of it can be adopted as the plan."""
    try:
        found = plans.tradeoff_points()
    except MixplanError as problem:
        texts.message("warning", str(problem))
        found = None
    st.caption(_("每一点是在“最多保留若干需治理站点”下代价最小的目标年方案（问题分值不计入代价）。约需一至两分钟。"))
    if found is None or found.stale:
        if found is not None:
            texts.message("warning", plan_sentence(found.changed))
        st.button(
            _("计算取舍曲线"),
            key="con_pareto",
            disabled=runs.running(CON),
            on_click=start,
            args=("tradeoff",),
        )
    if found is not None:
        with faded("tradeoff", found.stale):
            _points(found)


def _points(found: plans.Tradeoff) -> None:
    points = found.points
    if not points:
        st.info(_("没有可行的点。"))
        return
    table = tables.pareto_table(points)
    left, right = st.columns(2, gap="medium")
    with left:
        drawn = tuple((point.flagged, point.mean_haul_km) for point in points)
        show_chart(lambda: _chart(points), key="con_tradeoff", version=drawn, look="streamlit")
    with right:
        st.dataframe(table, hide_index=True, width="stretch", height="content")
        labels = [f"{p.flagged} · {p.mean_haul_km:.2f} km · {p.sites}" for p in points]
        pick = st.selectbox(
            _("采用一点（需治理站点 · 平均运距 · 站点数）"),
            range(len(points)),
            format_func=labels.__getitem__,
            key="con_pick",
        )
        adopt, drop = st.columns(2)
        adopt.button(
            _("采用这一点"),
            type="primary",
            key="con_adopt",
            width="stretch",
            on_click=plans.adopt,
            args=(pick,),
        )
        drop.button(
            _("回到按权重的方案"),
            disabled=work.project().consolidation.shown != "tradeoff",
            key="con_drop",
            width="stretch",
            on_click=plans.show,
            args=(None,),
        )
        downloads.table_downloads(table, file_stem(_("取舍曲线")), key="con_front")


def _chart(points: list[tradeoff.Point]) -> alt.LayerChart:
    data = pd.DataFrame({"flagged": [p.flagged for p in points], "haul": [p.mean_haul_km for p in points]})
    base = alt.Chart(data).encode(
        x=alt.X("flagged:Q", title=_("保留的需治理站点（个）"), scale=alt.Scale(zero=False)),
        y=alt.Y("haul:Q", title=_("平均运距（km）"), scale=alt.Scale(zero=False)),
        tooltip=[
            alt.Tooltip("flagged:Q", title=_("需治理站点")),
            alt.Tooltip("haul:Q", title=_("平均运距（km）"), format=".2f"),
        ],
    )
    chart = base.mark_line(color=style.GREY) + base.mark_point(size=110, filled=True, color=style.BLUE, opacity=1)
    sized: alt.LayerChart = chart.properties(height=300)
    return sized
