"""Everything about the chosen station."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city import rings as city_rings
from mixplan.plan import words
from mixplan.screening import stations
from mixplan.ui import texts
from mixplan.ui.comments import box
from mixplan.ui.comments.targets import on_station
from mixplan.ui.findings import finding_html
from mixplan.ui.station_map.selection import select, selected


def card(plants: gpd.GeoDataFrame, table: pd.DataFrame, findings: pd.DataFrame) -> None:
    """Everything about the chosen station: each finding in plain words, its clause, source and evidence."""
    plant_id = selected(plants)
    if plant_id is None:
        st.info(_("点击地图上的站点、选中表格中的一行或搜索名称，查看逐条依据。"))
        return
    row = table.loc[plant_id].to_dict()
    with st.container(border=True, key="card"):
        title, close = st.columns([8, 1], vertical_alignment="center")
        title.markdown(f"**{texts.plain(row['name'])}**")
        close.button("✕", on_click=select, args=(None,), help=_("关闭"), type="tertiary", key="card_close")
        capacity = texts.number(row["capacity"], 1, words.unit_label(row["capacity_unit"]))
        facts = [words.kind_label(row["kind"]), row["district_shown"], city_rings.ring_label(row["ring"]), capacity]
        st.caption(texts.plain(" · ".join(str(fact) for fact in facts)))
        if row["evidence"] == "modelled":
            st.warning(_("模型推算站点：按规划总量和公布的分区比例布点，不代表任何真实企业或地址。"))
        own = findings[findings["plant_id"] == plant_id].to_dict("records")
        if own:
            texts.html(*(finding_html(finding) for finding in own))
        else:
            st.write(texts.plain(stations.no_rule_sentence()))
        error = texts.number(row["location_error_m"], 0, "m")
        st.caption(
            texts.plain(
                _("定位：{precision}，误差 {error}。依据：{evidence}。来源：{source}").format(
                    precision=words.precision_label(row["location_precision"]),
                    error=error,
                    evidence=words.evidence_label(row["evidence"]),
                    source=row["source"] or "—",
                )
            )
        )
        if row["note"]:
            st.caption(_("备注：{note}").format(note=texts.plain(row["note"])))
        box.folded(on_station(plants, plant_id))
