"""Parts of the overview: the inventory, what screening found, a small map, and what to do next."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.maps import stations as maps_stations
from mixplan.maps import style, web
from mixplan.plan import words
from mixplan.plan.kinds import plant_kinds
from mixplan.screening import stations
from mixplan.screening import verdicts as screening_verdicts
from mixplan.screening.stations import INVENTORY
from mixplan.targets import entries, progress, status
from mixplan.ui import frame, mapview, state
from mixplan.ui.station_map.parts import verdict_figures
from mixplan.ui.targets import parts


def inventory(table: pd.DataFrame) -> None:
    """Sites and capacity of each kind in the inventory, and how many of them are modelled."""
    counted = table[table["status"] == INVENTORY]
    plan_years = _("规划所列存量：水泥、混凝土、砂浆为 2010 年底，预制构件为 2008 年底。")
    kinds = plant_kinds()
    for box, kind in zip(st.columns(len(kinds)), kinds, strict=True):
        rows = counted[counted["kind"] == kind]
        with box.container(border=True):
            st.metric(
                words.kind_label(kind),
                _("{count} 个厂站").format(count=frame.number(len(rows))),
                help=None if "register" in st.session_state else plan_years,
            )
            capacity = frame.number(rows["capacity"].sum(), 0, words.unit_label(kinds[kind].unit))
            modelled = stations.split(rows).modelled
            st.caption(_("产能 {capacity}；其中模型推算 {modelled} 个").format(capacity=capacity, modelled=modelled))


def plan_targets() -> None:
    """The plan's ceilings and targets for 2015 at a glance, with how each stands."""
    frame = entries.with_entries(parts.indicators(), parts.entries())
    items = progress.progress(frame, as_of=progress.latest_year(frame))
    met = sum(item.status == status.Status.MET for item in items)
    nothing = sum(item.status == status.Status.NO_DATA for item in items)
    text = _("规划目标 {count} 项：达标 {met}，无数据 {nothing}，其余 {others}。")
    st.page_link(
        "pages/targets.py",
        label=text.format(count=len(items), met=met, nothing=nothing, others=len(items) - met - nothing),
        width="stretch",
    )


def verdicts(table: pd.DataFrame) -> None:
    """How the stations of the inventory are judged: one figure a verdict, and all of them in one sentence."""
    verdict_figures(table[table["status"] == INVENTORY], st.columns(len(style.VERDICT_COLOUR)))
    st.caption(stations.flag_sentence(stations.flag_count(table)) + _("。"))


def small_map(plants: gpd.GeoDataFrame, judged: pd.DataFrame, table: pd.DataFrame) -> None:
    """The flagged stations over zones and rings."""
    layers, book = state.layers(), state.rules()
    flagged = table[(table["status"] == INVENTORY) & (table["verdict"] == "flag")]
    groups = [
        *(state.background(layer, book.period_end) for layer in ("zones", "districts", "rings")),
        web.group(_("厂站"), *maps_stations.plant_layer(plants.loc[flagged.index], judged, flagged["district_shown"])),
    ]
    canvas = web.base_map(layers, mapview.map_assets(), title=_("需治理站点"))
    mapview.show_map(canvas, groups, key="overview_map", height=430)


def next_steps(table: pd.DataFrame) -> None:
    """What to do next, each step with the page that does it, already filtered."""
    counted = table[table["status"] == INVENTORY]
    unlocated = int(counted["lon"].isna().sum())
    steps = [
        (_("处理 {count} 个确定需治理的站点（{split}）"), ["flag"]),
        (_("核实 {count} 个判定存疑的站点（{split}）"), list(screening_verdicts.DOUBT)),
        (_("补齐 {count} 个站点的资料（{split}）"), ["unknown"]),
    ]
    st.markdown("**" + _("下一步") + "**")
    for text, drawn in steps:
        found = stations.split(counted[counted["drawn"].isin(drawn)])
        st.page_link(
            "pages/station_map.py",
            label=text.format(count=found.count, split=found.text()),
            query_params={"verdicts": drawn, "statuses": INVENTORY},
            width="stretch",
        )
    plan_targets()
    if "register" not in st.session_state:
        st.page_link("pages/station_map.py", label=_("导入自己的登记册，替换模型推算的站点"), width="stretch")
    st.page_link("pages/data.py", label=_("查看数据来源、规则与假设"), width="stretch")
    if unlocated:
        st.caption(_("另有 {count} 个站点未定位，不上图。").format(count=unlocated))
