"""Parts of the station map page: controls, search, map, card, table."""

import html
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from mixplan import maps, stations
from mixplan.data import KINDS, STATUSES
from mixplan.i18n import gettext as _
from mixplan.i18n import local
from mixplan.stations import OUTSIDE_RINGS, StationFilter
from mixplan.ui import frame, mapview, state
from mixplan.zones import ring_numbers

LAYERS = ("zones", "rings", "areas", "districts", "towns")
PLACE_ZOOM, SHARED_ZOOM, DISTRICT_ZOOM = 12, 11, 10


def layer_label(layer: str) -> str:
    """Name of a switchable map layer."""
    return {
        "zones": _("禁现区"),
        "rings": _("环路"),
        "areas": _("环境敏感区"),
        "districts": _("区县"),
        "towns": _("乡镇与立交桥"),
    }[layer]


@dataclass(frozen=True)
class View:
    """What the planner has set: filters, layers, the day, and the margin round sensitive areas."""

    filter: StationFilter
    shown: tuple[str, ...]
    on: date
    margin_m: float


def controls() -> View:
    """Filters and layers in the sidebar; each is part of the address, so that a view can be shared."""
    book, layers = state.rules(), state.layers()
    st.markdown("**" + _("图层") + "**")
    shown = st.pills(
        _("图层"), LAYERS, selection_mode="multi", default=LAYERS[:4], format_func=layer_label, key="layers",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    first = pd.to_datetime(layers.ban_zones["since"]).min().year
    year = st.slider(
        _("年份（禁现区、规则与区划名称）"),
        first,
        book.period_end.year,
        book.period_end.year,
        key="year",
        bind="query-params",
    )
    on = date(year, 12, 31)
    if not book.in_force(on):
        st.caption(_("规划 {day} 发布，此前没有生效的筛查规则。").format(day=book.document_date))
    st.markdown("**" + _("筛选") + "**")
    kinds = st.pills(
        _("类别"), KINDS, selection_mode="multi", format_func=maps.kind_label, key="kinds", bind="query-params"
    )
    drawn = st.pills(
        _("判定"), list(maps.VERDICT_COLOUR), selection_mode="multi", format_func=maps.verdict_label, key="verdicts",
        bind="query-params",
    )  # fmt: skip
    certainty = st.pills(
        _("把握"), ["certain", "borderline"], selection_mode="multi", format_func=stations.certainty_label,
        key="certainty", bind="query-params",
    )  # fmt: skip
    evidence = st.pills(
        _("依据"), ["sourced", "modelled"], selection_mode="multi", format_func=stations.evidence_label, key="evidence",
        bind="query-params",
    )  # fmt: skip
    rings = st.multiselect(
        _("环路"), [*ring_numbers(layers.rings), OUTSIDE_RINGS], format_func=stations.ring_label, key="rings",
        bind="query-params", placeholder=_("全部"),
    )  # fmt: skip
    names = {str(r["id"]): local(r) for r in layers.districts.drop(columns="geometry").to_dict("records")}
    districts = st.multiselect(
        _("区县"),
        list(names),
        format_func=names.__getitem__,
        key="districts",
        bind="query-params",
        placeholder=_("全部"),
    )
    statuses = st.multiselect(
        _("状态"), STATUSES, default=["inventory_2010", "proposed"], format_func=stations.status_label, key="statuses",
        bind="query-params", placeholder=_("全部"), help=_("只有 2010 年底在册的站点计入规划总量；其余按需显示。"),
    )  # fmt: skip
    rule = book.rule("near_sensitive_area")
    margin_m = st.slider(
        _("敏感区外扩距离（m，假设）"), int(rule.minimum or 0), int(rule.maximum or 0), int(float(rule.value)), 50,
        key="margin", bind="query-params", help=local(rule, "note"),
    )  # fmt: skip
    chosen = StationFilter(kinds, statuses, drawn, certainty, evidence, rings, districts)
    return View(chosen, tuple(shown), on, float(margin_m))


def key_figures(shown: pd.DataFrame) -> None:
    """How many stations are shown, and how they are judged."""
    counts = shown["drawn"].value_counts()
    boxes = st.columns(len(maps.VERDICT_COLOUR) + 2)
    boxes[0].metric(_("显示站点"), frame.number(len(shown)))
    for box, drawn in zip(boxes[1:-1], maps.VERDICT_COLOUR, strict=True):
        box.metric(maps.verdict_label(drawn), frame.number(int(counts.get(drawn, 0))))
    boxes[-1].metric(_("未定位（不上图）"), frame.number(int(shown["lon"].isna().sum())))


def select(plant_id: str | None) -> None:
    """Choose a plant, or none."""
    st.session_state.plant = plant_id


def selected(plants: gpd.GeoDataFrame) -> str | None:
    """The plant chosen by click, search or table, or named in the address (``?plant=…``), where the map then goes."""
    if "plant" not in st.session_state:
        st.session_state.plant = st.query_params.get("plant")
        if st.session_state.plant in plants.index:
            _look_at(plants.geometry[st.session_state.plant], SHARED_ZOOM)
    plant_id: str | None = st.session_state.plant
    if plant_id is None or plant_id not in plants.index:
        st.query_params.pop("plant", None)
        return None
    st.query_params["plant"] = plant_id
    return plant_id


def search_box(plants: gpd.GeoDataFrame) -> None:
    """Find a plant, company, town or interchange by Chinese name or pinyin, and go there."""
    index = state.places()

    def go() -> None:
        key = st.session_state.search
        if key:
            if index["plant_id"][key]:
                select(index["plant_id"][key])
            _look_at(index["geometry"][key], DISTRICT_ZOOM if key.startswith("district:") else PLACE_ZOOM)

    labels = {str(key): str(label) for key, label in index["label"].items()}
    prompt = _("搜索站点、企业、乡镇、立交桥（中文或拼音）")
    st.selectbox(
        prompt, list(labels), index=None, format_func=labels.__getitem__, key="search", on_change=go,
        placeholder=prompt, label_visibility="collapsed",
    )  # fmt: skip


def _look_at(geometry: shapely.Geometry | None, zoom: int) -> None:
    if geometry is not None:
        st.session_state.look_at = maps.place_degrees(geometry), zoom


def draw(
    plants: gpd.GeoDataFrame, shown: pd.DataFrame, judged: pd.DataFrame, findings: pd.DataFrame, view: View
) -> None:
    """The map with the chosen layers, the stations that pass the filter, and the chosen station."""
    layers = state.layers()
    canvas = maps.base_map(layers, mapview.map_assets(), title=_("北京市站点地图"), tiles=mapview.tile_source())
    groups = [state.background(name, view.on) for name in LAYERS if name in view.shown]
    groups.append(maps.group(_("厂站"), *maps.plant_layer(plants.loc[shown.index], judged, shown["district_shown"])))
    plant_id = selected(plants)
    if plant_id is not None and plants.geometry[plant_id] is not None:
        one = plants.loc[[plant_id]]
        own = findings[findings["plant_id"] == plant_id]
        ways = maps.shortest_ways(one, own, maps.targets_by_id(layers))
        groups.append(maps.group(_("所选站点"), *maps.selection_layer(one, ways)))
    centre, zoom = st.session_state.get("look_at", (None, None))
    mapview.show_map(canvas, groups, key="station_map", height=640, centre=centre, zoom=zoom, on_pick=select)


def card(plants: gpd.GeoDataFrame, table: pd.DataFrame, findings: pd.DataFrame) -> None:
    """Everything about the chosen station: each finding in plain words, its clause, source and evidence."""
    plant_id = selected(plants)
    if plant_id is None:
        st.info(_("点击地图上的站点、选中表格中的一行或搜索名称，查看逐条依据。"))
        return
    row = table.loc[plant_id].to_dict()
    with st.container(border=True, key="card"):
        title, close = st.columns([8, 1], vertical_alignment="center")
        title.markdown(f"**{frame.plain(row['name'])}**")
        close.button("✕", on_click=select, args=(None,), help=_("关闭"), type="tertiary", key="card_close")
        capacity = frame.number(row["capacity"], 1, stations.unit_label(row["capacity_unit"]))
        facts = [maps.kind_label(row["kind"]), row["district_shown"], stations.ring_label(row["ring"]), capacity]
        st.caption(" · ".join(frame.plain(str(fact)) for fact in facts))
        if row["evidence"] == "modelled":
            st.warning(_("模型推算站点：按规划总量和公布的分区比例布点，不代表任何真实企业或地址。"))
        st.html("".join(finding_html(f) for f in findings[findings["plant_id"] == plant_id].to_dict("records")))
        error = frame.number(row["location_error_m"], 0, "m")
        st.caption(
            _("定位：{precision}，误差 {error}。依据：{evidence}。来源：{source}").format(
                precision=stations.precision_label(row["location_precision"]),
                error=error,
                evidence=stations.evidence_label(row["evidence"]),
                source=frame.plain(row["source"] or "—"),
            )
        )
        if row["note"]:
            st.caption(_("备注：{note}").format(note=frame.plain(row["note"])))


def finding_html(finding: Mapping[Hashable, Any], say: Callable[[str], str] = maps.verdict_label) -> str:
    """One finding: verdict, rule, clause and the reason in words; ``say`` names the verdict."""
    rule = state.rules().rule(finding["rule_id"])
    drawn = maps.verdict_class(finding["verdict"], finding["certainty"])
    parts = (say(drawn), local(rule, "title"), finding["clause"], finding["reason"])
    verdict, title, clause, reason = (html.escape(str(part)) for part in parts)
    colour = maps.VERDICT_COLOUR[drawn]
    return (
        f'<div class="mp-finding" style="border-color:{colour}">'
        f"<i>{clause}</i><b>{title}</b>{verdict}<br>{reason}</div>"
    )


def table(plants: gpd.GeoDataFrame, shown: pd.DataFrame) -> None:
    """The stations on the map as a sortable table; choosing a row chooses the station."""

    def choose() -> None:
        rows = st.session_state.station_table.selection.rows
        if rows:
            plant_id = str(shown.index[rows[0]])
            select(plant_id)
            _look_at(plants.geometry[plant_id], PLACE_ZOOM)

    if shown.empty:
        st.info(_("没有符合筛选条件的站点。放宽左侧筛选，或清空地址栏参数。"))
        return
    rows = stations.listing(shown)
    st.dataframe(
        rows, hide_index=True, width="stretch", height=420, on_select=choose, selection_mode="single-row",
        key="station_table",
        column_config={
            _("名称"): st.column_config.TextColumn(width=170),
            _("产能"): st.column_config.NumberColumn(format="localized"),
        },
    )  # fmt: skip
    frame.table_downloads(rows, frame.file_name(_("站点筛查")), key="stations")


def totals_tabs(shown: pd.DataFrame) -> None:
    """Flagged stations by ring and by district."""
    st.markdown("**" + _("需治理站点合计") + "**")
    left, right = st.columns(2, gap="medium")
    for box, by in ((left, "ring"), (right, "district_shown")):
        box.dataframe(stations.totals(shown, by), hide_index=True, width="stretch", height="content")
