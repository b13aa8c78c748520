"""Parts of the station map page: controls, search, map, card, table."""

import html
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city import crs
from mixplan.city import rings as city_rings
from mixplan.city.districts import district_labels
from mixplan.city.rings import OUTSIDE_RINGS, ring_numbers
from mixplan.maps import ground, style, web
from mixplan.maps import stations as maps_stations
from mixplan.maps.paper import stations as paper_stations
from mixplan.plan import words
from mixplan.plan.kinds import STATUSES, plant_kinds
from mixplan.screening import stations, verdicts
from mixplan.screening.stations import StationFilter
from mixplan.ui import address, frame, mapview, state

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


FILTERS = ("kinds", "verdicts", "certainty", "evidence", "rings", "districts", "statuses")


def controls() -> View:
    """Filters and layers in the sidebar; each is part of the address, so that a view can be shared."""
    book, layers = state.rules(), state.layers()
    pills = partial(st.pills, selection_mode="multi")
    frame.heading(_("图层"))
    shown = address.many(
        pills, _("图层"), LAYERS, "layers", LAYERS[:4], format_func=layer_label, label_visibility="collapsed"
    )
    first, last = pd.to_datetime(layers.ban_zones["since"]).min().year, book.period_end.year
    year = address.slider(_("年份（禁现区、规则与区划名称）"), first, last, last, "year")
    on = date(year, 12, 31)
    if on < book.document_date:
        st.caption(_("规划 {day} 发布，这一天还没有规划规定的筛查规则。").format(day=book.document_date))
    frame.heading(_("筛选"))
    kinds = address.many(pills, _("类别"), list(plant_kinds()), "kinds", format_func=words.kind_label)
    drawn = address.many(pills, _("判定"), list(style.VERDICT_COLOUR), "verdicts", format_func=verdicts.verdict_label)
    certainty = address.many(
        pills, _("把握"), ["certain", "borderline"], "certainty", format_func=words.certainty_label
    )
    evidence = address.many(pills, _("依据"), ["sourced", "modelled"], "evidence", format_func=words.evidence_label)
    every = _("全部")
    rings = address.many(
        st.multiselect,
        _("环路"),
        [*ring_numbers(layers.rings), OUTSIDE_RINGS],
        "rings",
        format_func=city_rings.ring_label,
        placeholder=every,
    )
    names = district_labels(layers.districts, on, book)
    districts = address.many(
        st.multiselect, _("区县"), list(names), "districts", format_func=names.__getitem__, placeholder=every
    )
    statuses = address.many(
        st.multiselect,
        _("状态"),
        STATUSES,
        "statuses",
        ["inventory_2010", "proposed"],
        format_func=words.status_label,
        placeholder=every,
        help=_("只有 2010 年底在册的站点计入规划总量；其余按需显示。"),
    )
    st.button(_("清除筛选"), on_click=address.clear, args=FILTERS, width="stretch")
    rule = book.rule("near_sensitive_area")
    margin_m = address.slider(
        _("敏感区外扩距离（m，假设）"),
        int(rule.minimum or 0),
        int(rule.maximum or 0),
        int(float(rule.value)),
        "margin",
        50,
        help=local(rule, "note"),
    )
    chosen = StationFilter(kinds, statuses, drawn, certainty, evidence, rings, districts)
    return View(chosen, tuple(shown), on, float(margin_m))


def key_figures(shown: pd.DataFrame) -> None:
    """How many stations are shown, how they are judged, and how many of each are modelled."""
    boxes = st.columns(len(style.VERDICT_COLOUR) + 2)
    boxes[0].metric(_("显示站点"), frame.number(len(shown)))
    verdict_figures(shown, boxes[1:-1])
    boxes[-1].metric(_("未定位（不上图）"), frame.number(int(shown["lon"].isna().sum())))


def verdict_figures(table: pd.DataFrame, boxes: Sequence[Any]) -> None:
    """One figure a verdict, each split into real and modelled stations."""
    for box, drawn in zip(boxes, style.VERDICT_COLOUR, strict=True):
        rows = table[table["drawn"] == drawn]
        box.metric(verdicts.verdict_label(drawn), frame.number(len(rows)))
        box.caption(stations.split(rows).text())


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
        prompt,
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key="search",
        on_change=go,
        placeholder=prompt,
        label_visibility="collapsed",
    )


def _look_at(geometry: shapely.Geometry | None, zoom: int) -> None:
    if geometry is not None:
        st.session_state.look_at = crs.place_degrees(geometry), zoom


def draw(
    plants: gpd.GeoDataFrame,
    table: pd.DataFrame,
    shown: pd.DataFrame,
    judged: pd.DataFrame,
    findings: pd.DataFrame,
    view: View,
) -> None:
    """The map with the chosen layers, the stations that pass the filter, and the chosen station."""
    layers = state.layers()
    canvas = web.base_map(layers, mapview.map_assets(), title=_("北京市站点地图"), tiles=mapview.tile_source())
    groups = [state.background(name, view.on) for name in LAYERS if name in view.shown]
    plant_id = selected(plants)
    marks = shown.index if plant_id is None or plant_id in shown.index else shown.index.append(pd.Index([plant_id]))
    groups.append(web.group(_("厂站"), *maps_stations.plant_layer(plants.loc[marks], judged, table["district_shown"])))
    if found := st.session_state.get("search"):
        groups.append(web.group(_("搜索结果"), *ground.place_layer(state.places().loc[[found]])))
    if plant_id is not None and plants.geometry[plant_id] is not None:
        one = plants.loc[[plant_id]]
        own = findings[findings["plant_id"] == plant_id]
        ways = maps_stations.shortest_ways(one, own, maps_stations.targets_by_id(layers))
        groups.append(web.group(_("所选站点"), *maps_stations.selection_layer(one, ways)))
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
        capacity = frame.number(row["capacity"], 1, words.unit_label(row["capacity_unit"]))
        facts = [words.kind_label(row["kind"]), row["district_shown"], city_rings.ring_label(row["ring"]), capacity]
        st.caption(" · ".join(frame.plain(str(fact)) for fact in facts))
        if row["evidence"] == "modelled":
            st.warning(_("模型推算站点：按规划总量和公布的分区比例布点，不代表任何真实企业或地址。"))
        own = findings[findings["plant_id"] == plant_id].to_dict("records")
        if own:
            st.html("".join(finding_html(finding) for finding in own))
        else:
            st.write(stations.no_rule_sentence())
        error = frame.number(row["location_error_m"], 0, "m")
        st.caption(
            _("定位：{precision}，误差 {error}。依据：{evidence}。来源：{source}").format(
                precision=words.precision_label(row["location_precision"]),
                error=error,
                evidence=words.evidence_label(row["evidence"]),
                source=frame.plain(row["source"] or "—"),
            )
        )
        if row["note"]:
            st.caption(_("备注：{note}").format(note=frame.plain(row["note"])))


def finding_html(finding: Mapping[Hashable, Any], say: Callable[[str], str] = verdicts.verdict_label) -> str:
    """One finding: rule, verdict (named by ``say``), clause, reason, and the note of a rule that is an assumption."""
    rule = state.rules().rule(finding["rule_id"])
    drawn = verdicts.verdict_class(finding["verdict"], finding["certainty"])
    flagged = finding["verdict"] == "flag"
    verdict = _("提示") if rule.advisory and flagged else say(drawn)
    colour = style.VERDICT_COLOUR["unknown" if rule.advisory and flagged else drawn]
    note = ""
    if flagged and rule.kind == "assumption":
        note = "<br><small>" + html.escape(_("假设：{note}").format(note=local(rule, "note"))) + "</small>"
    parts = (local(rule, "title"), verdict, finding["clause"], finding["reason"])
    title, verdict, clause, reason = (html.escape(str(part)) for part in parts)
    return (
        f'<div class="mp-finding" style="border-color:{colour}">'
        f"<i>{clause}</i><b>{title}</b>{verdict}<br>{reason}{note}</div>"
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
        st.info(_("没有符合筛选条件的站点。请放宽左侧筛选，或点“清除筛选”。"))
        return
    rank = {drawn: order for order, drawn in enumerate(style.VERDICT_COLOUR)}
    shown = shown.sort_values("drawn", key=lambda column: column.map(rank), kind="stable")
    rows = stations.listing(shown)
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
            _("判定"): st.column_config.TextColumn(width=110),
            _("环路"): st.column_config.TextColumn(width=70),
            _("区县"): st.column_config.TextColumn(width=70),
            _("产能"): st.column_config.NumberColumn(format="localized"),
        },
    )
    frame.table_downloads(rows, frame.file_name(_("站点筛查")), key="stations")


def totals_tabs(shown: pd.DataFrame) -> None:
    """Flagged stations by ring and by district."""
    st.markdown("**" + _("各环路、各区县的站点") + "**")
    left, right = st.columns(2, gap="medium")
    for box, by in ((left, "ring"), (right, "district_shown")):
        box.dataframe(stations.totals(shown, by), hide_index=True, width="stretch", height="content")


def static_download(shown: gpd.GeoDataFrame, judged: pd.DataFrame, view: View) -> None:
    """The stations shown as a map for print and slides, drawn when asked for."""
    frame.map_downloads(
        lambda: paper_stations.station_map(shown, judged, state.layers(), state.rules(), on=view.on, shown=view.shown),
        frame.file_name(_("站点图"), view.on.isoformat()),
        key="station_map_file",
    )
