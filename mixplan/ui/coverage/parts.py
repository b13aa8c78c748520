"""Parts of the coverage page: controls, figures, map, curve, gaps, table, files."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import networkx as nx
import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.columns import error_sentence
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import percent
from mixplan.charts.coverage import curve_chart, curve_table
from mixplan.city.haul import haul_ways
from mixplan.city.networks import read_network
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.coverage import words as coverage_words
from mixplan.coverage.picture import Picture, picture_of
from mixplan.maps import coverage, legend, web
from mixplan.maps.paper import coverage as paper_coverage
from mixplan.maps.paper import sheet
from mixplan.plan import words
from mixplan.plan.datapackage import data_version
from mixplan.registers.points import PointFile, load_demand
from mixplan.registers.proposals import read_sites
from mixplan.ui import address, frame, mapview, state
from mixplan.ui.targets.parts import chart_with_table

SITES = "siting_sites"  # proposal of the siting page: a list of records id, lon, lat, capacity
PLAN = "consolidation_plan"  # plan of the consolidation page: a table by plant id with action and, if known, capacity
_CURVE_KM = tuple(float(km) for km in range(5, 61))
_SERVED_KM = tuple(float(km) for km in range(5, 61, 5))


@dataclass(frozen=True)
class View:
    """What the planner has set."""

    subject: coverage_supply.Theme
    radius_km: float
    year: int
    by: str
    shade: str
    sites: gpd.GeoDataFrame | None
    plan: pd.DataFrame | None
    network: nx.Graph | None
    version: str  # of everything above that is no plain setting


@dataclass(frozen=True)
class Answer:
    """What the page shows: with the proposal, and the present supply to compare with where there is a proposal."""

    view: View
    now: Picture
    before: Picture | None
    unlocated: int
    unlocated_capacity: float


# --- settings ---------------------------------------------------------------------------------------------------------


def _theme_label(kind: str) -> str:
    return {"mortar": _("砂浆厂"), "concrete": _("搅拌站")}[kind]


def _shade_label(shade: str) -> str:
    return {"distance": _("最近供应"), "spare": _("产能余量")}[shade]


def controls() -> View:
    """Settings in the sidebar; all but the files are part of the address, so that a view can be shared."""
    book = state.rules()
    kind = address.one(_("供应"), ["mortar", "concrete"], "theme", format_func=_theme_label)
    subject = coverage_supply.theme(kind, book)
    note = local(book.parameters[f"coverage_radius_{kind}_km"], "title")
    radius = address.slider(
        _("半径（km，假设）"),
        int(subject.minimum_km),
        int(subject.maximum_km),
        int(subject.radius_km),
        f"radius_{kind}",
        help=note,
    )
    first = int(state.layers().ban_zones["since"].dt.year.min())
    last = book.period_end.year
    year = address.slider(_("年份（禁现区与新线投产）"), first, last, last, "year")
    shade = address.one(_("底色"), ["distance", "spare"], "shade", format_func=_shade_label)
    by = address.one(_("统计单元"), list(coverage_ground.BY), "by", format_func=coverage_words.by_label)
    sites, sites_version = _proposal() if kind == "mortar" else (None, "")
    plan, plan_version = _consolidation() if kind == "concrete" else (None, "")
    network, network_version = _network()
    version = "|".join([state.register()[1], data_version(), sites_version, plan_version, network_version])
    return View(subject, float(radius), year, by, shade, sites, plan, network, version)


def _problems(found: PointFile) -> None:
    for note in found.notes:
        frame.message("warning", note)
    for error in found.errors[:5]:
        frame.message("error", error_sentence(error, found.name))
    if len(found.errors) > 5:
        frame.message("error", _("还有 {count} 处问题。").format(count=len(found.errors) - 5))


def _proposal() -> tuple[gpd.GeoDataFrame | None, str]:
    """The proposal in use: an uploaded file, else what the siting page left in the session."""
    with st.expander(_("新线方案"), expanded=False):
        upload = st.file_uploader(
            _("CSV、XLSX 或 mixplan site 的 JSON：id, lon, lat, capacity（万t/年），可加 year"),
            type=["csv", "xlsx", "json"],
            key="coverage_sites",
        )
        if upload is not None:
            try:
                found = read_sites(upload.getvalue(), upload.name)
                _problems(found)
                return coverage_supply.planned_sites(found.points), f"file-{found.version}"
            except MixplanError as problem:
                frame.message("error", str(problem))
        sites = st.session_state.get(SITES) or []
        if not len(sites):
            st.caption(_("没有方案：在“新线布局”页提出，或在此导入。"))
            return None, ""
        use = st.toggle(_("加上“新线布局”的方案"), value=True, key="coverage_use_sites")
    return (coverage_supply.planned_sites(sites), f"sites-{list(sites)!r}") if use else (None, "")


def _consolidation() -> tuple[pd.DataFrame | None, str]:
    """The consolidation plan in use, where the session has one."""
    plan: pd.DataFrame | None = st.session_state.get(PLAN)
    if plan is None or plan.empty:
        return None, ""
    use = st.toggle(_("按治理整合方案"), value=True, key="coverage_use_plan")
    return (plan, f"plan-{pd.util.hash_pandas_object(plan.astype(str)).sum()}") if use else (None, "")


def _network() -> tuple[nx.Graph | None, str]:
    """A road network for this session: then the radius is a haul along it."""
    with st.expander(_("按路网运距"), expanded=False):
        upload = st.file_uploader(
            _("路网：GeoJSON 线或 GraphML（WGS-84）；半径改为沿路网的运距"),
            type=["geojson", "json", "graphml"],
            key="coverage_network",
        )
        if upload is None:
            return None, ""
        try:
            return _read_network(upload.getvalue(), upload.name), f"network-{upload.file_id}"
        except MixplanError as problem:
            frame.message("error", str(problem))
    return None, ""


@st.cache_resource(show_spinner=False, max_entries=2)
def _read_network(content: bytes, name: str) -> nx.Graph:
    return read_network(content, name)


# --- results, computed once -------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=24)
def _seen(
    version: str, kind: str, year: int, by: str, changed: bool, _plants: gpd.GeoDataFrame, _view: View
) -> reach.Reach:
    book = state.rules()
    supply = coverage_supply.supply_points(_plants, kind=kind)
    if changed and _view.plan is not None:
        supply = coverage_supply.with_consolidation(supply, _view.plan)
    if changed and _view.sites is not None:
        supply = coverage_supply.with_proposal(supply, coverage_supply.in_production(_view.sites, year, book))
    demand = coverage_supply.themed_demand(load_demand(), _view.subject)
    ground = coverage_ground.zone_ground(state.layers(), demand, book, year=year, by=by)
    ways = haul_ways(_view.network, book) if _view.network is not None else None
    return reach.reach(ground, supply, ways=ways)


@st.cache_resource(show_spinner=False, max_entries=128)
def _picture(version: str, kind: str, year: int, by: str, changed: bool, radius_km: float, _r: reach.Reach) -> Picture:
    book = state.rules()
    return picture_of(coverage_supply.theme(kind, book), _r, radius_km, state.layers(), book)


@st.cache_resource(show_spinner=False, max_entries=24)
def _curve(version: str, kind: str, year: int, changed: bool, _r: reach.Reach) -> pd.DataFrame:
    served = coverage_result.curve(_r, _SERVED_KM)[["radius_km", "served_share"]]
    table = coverage_result.curve(_r, _CURVE_KM, served=False).drop(columns="served_share").merge(served, how="left")
    table["served_share"] = table["served_share"].interpolate()
    return table


def answer(view: View) -> Answer:
    """Coverage with the proposal or plan in use, and without it to compare."""
    plants, _version = state.register()
    changed = view.sites is not None or view.plan is not None
    keys = (view.version, view.subject.kind, view.year, view.by)
    with st.spinner(_("正在计算覆盖……")):
        now = _picture(*keys, changed, view.radius_km, _seen(*keys, changed, plants, view))
        before = _picture(*keys, False, view.radius_km, _seen(*keys, False, plants, view)) if changed else None
    lost = coverage_supply.unlocated_supply(plants, kind=view.subject.kind)
    return Answer(view, now, before, len(lost), float(lost["capacity"].sum(min_count=1)))


# --- what is shown ----------------------------------------------------------------------------------------------------


def _unit(view: View) -> str:
    return words.unit_label(view.subject.unit)


def _points(now: float | None, before: float | None) -> str | None:
    if now is None or before is None:
        return None
    return _("{points:+.1f} 个百分点").format(points=100 * (now - before))


def key_figures(found: Answer) -> None:
    """The answer in one sentence and five figures, and how far the supply points can be trusted."""
    result, view, gaps = found.now.result, found.view, found.now.gaps
    total, old = result.total, found.before.result.total if found.before else None
    was = {key: getattr(old, key, None) for key in ("area_share", "demand_share", "served_share")}
    if result.supply_count == 0:
        frame.message("warning", coverage_words.coverage_sentence(result))
    else:
        st.markdown(frame.plain(coverage_words.coverage_sentence(result)))
    boxes = st.columns([4, 4, 4, 6, 5])
    boxes[0].metric(
        _("面积覆盖率"),
        percent(total.area_share),
        _points(total.area_share, was["area_share"]),
        help=_("禁现区面积中，距某个供应点不超过半径的份额；近似边界内外移动其精度时为 {low}–{high}。").format(
            low=percent(total.area_share_low), high=percent(total.area_share_high)
        ),
    )
    boxes[1].metric(
        _("需求覆盖率"),
        percent(total.demand_share),
        _points(total.demand_share, was["demand_share"]),
        help=_("禁现区内的需求中，距某个供应点不超过半径的份额，不管产能。"),
    )
    boxes[2].metric(
        _("产能保障率"),
        percent(total.served_share),
        _points(total.served_share, was["served_share"]),
        help=_("禁现区内的需求中，半径以内的供应点有产能供给的份额；供应点满了就不算。"),
    )
    boxes[3].metric(
        _("产能 / 需求（{unit}）").format(unit=_unit(view)),
        f"{frame.number(result.capacity)} / {frame.number(total.demand)}",
        help=_("{count} 个供应点的产能合计，与禁现区内 2015 年需求；需求不随年份变。").format(
            count=result.supply_count
        ),
    )
    boxes[4].metric(_("缺口"), _("{count} 处，{area:,.1f} km²").format(count=len(gaps), area=gaps["area_km2"].sum()))
    _trust(found)


def _trust(found: Answer) -> None:
    result, view = found.now.result, found.view
    notes = []
    if view.sites is not None:
        running = int((found.now.seen.supply["stage"] == "proposed").sum())
        notes.append(
            _(
                "方案的 {all} 个站点中，{year} 年底前投产 {count} 个（没有写明年份的按次序逐年均匀投产，是假设）。"
            ).format(all=len(view.sites), year=view.year, count=running)
        )
    if result.modelled:
        text = _("{count} / {all} 个供应点的位置是模型推算的，定位误差 {low:.1f}–{high:.1f} km").format(
            count=result.modelled,
            all=result.supply_count,
            low=result.location_error_m[0] / 1000,
            high=result.location_error_m[1] / 1000,
        )
        if result.location_low is not None and result.location_high is not None:
            text += _("；站点都偏到误差上限时，面积覆盖在 {low} 与 {high} 之间").format(
                low=percent(result.location_low), high=percent(result.location_high)
            )
        notes.append(text + _("。"))
    if found.unlocated:
        notes.append(
            _("{count} 个在册站点未定位（产能 {capacity}），没有计入。").format(
                count=found.unlocated, capacity=frame.number(found.unlocated_capacity, 0, _unit(view))
            )
        )
    if result.unknown_capacity:
        notes.append(_("{count} 个供应点没有产能，计入覆盖，不计入保障。").format(count=result.unknown_capacity))
    if any(found.now.seen.ground.approximate):  # the notice that drew the wider zones covers government works as well
        notes.append(_("2010 年起区外的政府投资工程也禁现，没有边界，不在比例之内。"))
    st.caption(frame.plain(" ".join(notes)))


def draw(found: Answer) -> None:
    """The map: zones shaded, gaps outlined and named, supply points."""
    layers, now, view = state.layers(), found.now, found.view
    on = date(view.year, 12, 31)
    shading = coverage.band_layer(now) if view.shade == "distance" else coverage.spare_layer(now)
    canvas = web.base_map(layers, mapview.map_assets(), title=_("禁现区覆盖图"), tiles=mapview.tile_source())
    groups = [
        web.group(_("覆盖"), *shading),
        web.group(_("禁现区"), *coverage.zone_outline_layer(layers, on)),
        state.background("districts", on),
        state.background("rings", on),
        web.group(_("半径"), *coverage.rim_layer(now)),
        web.group(_("缺口"), *coverage.gap_layer(now)),
        web.group(_("厂站"), *coverage.supply_layer(now)),
    ]
    mapview.show_map(canvas, groups, key="coverage_map", height=560)
    st.html(legend.coverage_legend(now, shade=view.shade))


def curve(found: Answer) -> None:
    """Coverage and service over the radius."""
    view = found.view
    frame.heading(_("随半径变化"))
    keys = (view.version, view.subject.kind, view.year)
    now = _curve(*keys, found.before is not None, found.now.seen)
    before = _curve(*keys, False, found.before.seen) if found.before is not None else None
    file = _("禁现区覆盖随半径变化")
    chart_with_table(curve_chart(now, before, radius_km=view.radius_km), curve_table(now, before), file, key="curve")
    st.caption(_("色带：近似边界内外移动其精度时的面积覆盖。产能保障每 5 km 计算一次。"))


def gap_list(found: Answer) -> None:
    """Gaps by name, with how far the nearest plant is."""
    frame.heading(_("缺口"))
    if found.now.gaps.empty:
        frame.message("success", _("半径 {radius:g} km 内没有缺口。").format(radius=found.view.radius_km))
        return
    rows = coverage_words.gap_table(found.now)
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=min(36 * len(rows) + 40, 200),
        column_config=dict.fromkeys(rows.columns[2:], st.column_config.NumberColumn(format="%.1f")),
    )


def table(found: Answer) -> None:
    """Coverage by zone or district, with downloads."""
    frame.heading(_("按{unit}").format(unit=coverage_words.by_label(found.view.by)))
    rows = coverage_words.coverage_table(found.now, before=found.before.result if found.before else None)
    numbers = rows.select_dtypes("number").columns
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height="content",
        column_config=dict.fromkeys(numbers, st.column_config.NumberColumn(format="%.1f")),
    )
    st.caption(
        _("“最近”从单元的中点量起；各单元的产能保障取总量最大、运距最短的分配，换一种分配各单元会不同，合计不变。")
    )
    name = frame.file_name(_("禁现区覆盖"), str(found.view.year), f"{found.view.radius_km:g}km")
    frame.table_downloads(rows, name, key="coverage")


def static_download(found: Answer) -> None:
    """The map as a file for print and slides, drawn when asked for."""
    view = found.view

    def drawn() -> sheet.StaticMap:
        return paper_coverage.coverage_map(found.now, shade=view.shade)

    name = frame.file_name(_("禁现区覆盖图"), str(view.year), f"{view.radius_km:g}km")
    frame.map_downloads(drawn, name, key="coverage_map_file")
