"""The stations shown as a table."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.screening import stations, verdicts
from mixplan.ui import downloads, session
from mixplan.ui.marked import mark_row
from mixplan.ui.station_map.selection import PLACE_ZOOM, look_at, select, selected


def table(plants: gpd.GeoDataFrame, shown: pd.DataFrame) -> None:
    """The stations on the map as a sortable table; the row of the chosen station is ticked, a tick chooses."""

    def choose() -> None:
        rows = session.widget("station_table").selection.rows
        plant_id = str(shown.index[rows[0]]) if rows else None
        select(plant_id)
        if plant_id is not None:
            look_at(plants.geometry[plant_id], PLACE_ZOOM)

    if shown.empty:
        st.info(_("没有符合筛选条件的站点。请放宽左侧筛选，或点“清除筛选”。"))
        return
    rank = {drawn: order for order, drawn in enumerate(verdicts.DRAWN)}
    shown = shown.sort_values("drawn", key=lambda column: column.map(rank), kind="stable")
    rows = stations.listing(shown)
    mark_row("station_table", shown.index, selected(plants))
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=320,
        on_select=choose,
        selection_mode="single-row",
        key="station_table",
        column_config={
            _("名称"): st.column_config.TextColumn(width=150),
            _("判定"): st.column_config.TextColumn(width=130),
            _("环路"): st.column_config.TextColumn(width=70),
            _("区县"): st.column_config.TextColumn(width=70),
            _("产能"): st.column_config.NumberColumn(format="localized"),
        },
    )
    downloads.table_downloads(rows, file_stem(_("站点筛查")), key="stations")
