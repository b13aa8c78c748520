"""The list of stations, with reasons."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.consolidation import stations as consolidation_stations
from mixplan.plan.actions import UNDECIDED
from mixplan.plan.words import action_label, decision_label, labelled
from mixplan.screening import stations
from mixplan.screening.verdicts import FLAG
from mixplan.ui import session, work
from mixplan.ui.consolidation.decisions import own_decisions
from mixplan.ui.consolidation.map import MAP_PX
from mixplan.ui.consolidation.workspace import Workspace, reasons_of, select
from mixplan.ui.marked import mark_row
from mixplan.ui.tables import WRAPPED_PX
from mixplan.ui.texts import plain, shown


def flagged_list(space: Workspace) -> None:
    """Stations in need of consolidation with reasons; choosing a row chooses the station."""
    some = space.case.stations
    views_of = {"flagged": _("需治理"), "all": _("全部"), "verify": _("待核实"), "locked": _("已决定")}
    which = st.pills(
        _("清单"),
        list(views_of),
        default="flagged",
        format_func=shown(views_of.__getitem__),
        key="con_view",
        label_visibility="collapsed",
        required=True,
        persist_state="session",
    )
    query = st.text_input(
        _("按名称、企业或区县筛选"),
        key="con_query",
        placeholder=_("按名称、企业或区县筛选"),
        label_visibility="collapsed",
    )
    if which == "flagged":
        some = consolidation_stations.flagged_list(space.case.stations)
    elif which == "verify":
        some = some[(some["status_note"] != "") | (some["unknown"] != "")]
    elif which == "locked":
        some = some[some["lock"] != UNDECIDED]
    if query:
        text = some["name"] + " " + some["company"].fillna("") + " " + some["district"].fillna("")
        some = some[text.str.contains(query, case=False, regex=False)]
    flagged, certain = (
        stations.split(space.case.stations[space.case.stations[name]]) for name in ("flagged", "certain")
    )
    if some.empty:
        st.info(_("没有符合条件的站点。"))
    else:
        _list(space, some)
    st.caption(
        plain(
            _(
                "{shown} 个站点；{flagged} 个需治理（{flagged_split}），其中 {certain} 个确定（{certain_split}），"
                "其余待核实；自己的决定 {locks} 项"
            ).format(
                shown=len(some),
                flagged=flagged.count,
                flagged_split=flagged.text(),
                certain=certain.count,
                certain_split=certain.text(),
                locks=len(own_decisions()),
            )
        )
    )
    st.button(
        _("撤销"),
        on_click=work.undo,
        disabled=not work.steps()[0],
        help=_("收回上一步改动，和侧栏的撤销相同。"),
        key="con_undo",
        icon=":material/undo:",
    )


def _list(space: Workspace, some: gpd.GeoDataFrame) -> None:
    flags = space.findings[(space.findings["verdict"] == FLAG) & space.findings["plant_id"].isin(some.index)]
    why = flags.groupby("plant_id", sort=False)["reason"].agg(" ".join)
    shown: dict[str, Any] = {_("名称"): some["name"]}
    if space.plan is not None:
        actions = space.plan.actions.reindex(some.index)
        years = actions["year"].astype(object).where(actions["year"].notna(), "")
        shown[_("处置")] = labelled(actions["action"], action_label) + (
            " " + years.astype(str) if space.plan.case.settings.phased else ""
        )
    shown[_("筛查理由")] = why.reindex(some.index).fillna("—")
    if own_decisions():
        shown[_("决定")] = labelled(some["lock"], decision_label)
    shown[_("分值")] = (some["points"] + some["note_points"]).round(1)
    if space.shown is not None:
        shown[_("方案理由")] = reasons_of(space.shown).reindex(some.index)

    def choose() -> None:
        rows = session.widget("con_list").selection.rows
        select(str(some.index[rows[0]]) if rows else None)

    mark_row("con_list", some.index, space.plant)
    st.dataframe(
        pd.DataFrame(shown),
        hide_index=True,
        width="stretch",
        height=MAP_PX,
        row_height=WRAPPED_PX,
        on_select=choose,
        selection_mode="single-row",
        key="con_list",
        placeholder="—",
        column_config={
            _("名称"): st.column_config.TextColumn(width=92),
            _("处置"): st.column_config.TextColumn(width=80),
            _("决定"): st.column_config.TextColumn(width=70),
            _("分值"): st.column_config.NumberColumn(width=46),
            _("筛查理由"): st.column_config.TextColumn(width=140),
            _("方案理由"): st.column_config.TextColumn(width=320),
        },
    )
