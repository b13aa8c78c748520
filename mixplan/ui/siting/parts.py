"""Parts of the siting page: solving, key figures, map, cards, reasons, stability, suitability, comparison, files."""

import math
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.errors import SitingError
from mixplan.base.files.sheets import table_csv, workbook_xlsx
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct, percent
from mixplan.city import districts
from mixplan.city import sectors as city_sectors
from mixplan.coverage import supply
from mixplan.coverage import words as coverage_words
from mixplan.handouts.geojson import geojson
from mixplan.jobs.job import Job
from mixplan.maps import siting, web
from mixplan.siting import candidates, reasons, robustness, suitability, tables
from mixplan.siting import case as siting_case
from mixplan.siting import proposal as siting_proposal
from mixplan.siting import settings as siting_settings
from mixplan.siting import words as siting_words
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.settings import Effort, SitingSettings
from mixplan.ui import frame, mapview, state
from mixplan.ui.siting import desk
from mixplan.ui.station_map.parts import finding_html

POLL_S = 0.5


def district_names() -> dict[str, str]:
    """Names of the districts by id in the language in force."""
    book = state.rules()
    return districts.district_labels(state.layers().districts, book.period_end, book)


# --- solving ---------------------------------------------------------------------------------------------------------


def solve_controls(settings: SitingSettings, effort: Effort) -> None:
    """Solve, stop, undo: the buttons above the map, and the progress of a solve under way."""
    running = desk.job("solve") is not None
    solve, back, clear, keep, _rest = st.columns([3, 2, 2, 3, 4], vertical_alignment="center")
    solve.button(
        _("求解"),
        type="primary",
        disabled=running,
        width="stretch",
        key="siting_solve",
        icon=":material/play_arrow:",
        on_click=_begin,
        args=(settings, effort),
        help=_("锁定的站点保留，禁用的候选点不用，其余由求解器选定。"),
    )
    back.button(
        _("撤销"),
        disabled=not desk.can_undo() or running,
        on_click=desk.undo,
        width="stretch",
        icon=":material/undo:",
        key="siting_undo",
    )
    clear.button(
        _("清空"),
        disabled=not desk.desk().plan or running,
        on_click=desk.drop_unlocked,
        width="stretch",
        help=_("只留下锁定的站点"),
        key="siting_clear",
    )
    keep.button(
        _("存入对比（{count}/{most}）").format(count=len(desk.saved()), most=desk.MOST_SAVED),
        disabled=not desk.desk().plan or running or len(desk.saved()) >= desk.MOST_SAVED,
        width="stretch",
        on_click=_save,
        args=(settings,),
        key="siting_save",
    )
    # Always there, so that the map below keeps its place on the page and is not loaded again.
    with st.container():
        if running:
            _watch_solve(effort)


def _begin(settings: SitingSettings, effort: Effort) -> None:
    case = desk.case_of(settings, desk.desk())
    about = desk.asked(settings, desk.desk())

    def work(job: Job[tuple[desk.Proof, SitingProposal]]) -> tuple[desk.Proof, SitingProposal]:
        return about, siting_proposal.solve_case(case, effort, watcher=job.watch)

    desk.start("solve", work)


@st.fragment(run_every=POLL_S)
def _watch_solve(effort: Effort) -> None:
    """Progress of the solve under way; once it has ended its answer goes onto the desk, or stands as impossible."""
    job = desk.job("solve")
    if job is None:
        return
    if job.done:
        desk.end("solve")
        if job.error is not None:
            raise job.error
        assert job.result is not None
        about, proposal = job.result
        if proposal.status == "infeasible":
            st.session_state.siting_impossible = proposal
        else:
            desk.remember_proof(about, proposal.bound)
            desk.take(proposal)
        st.rerun()
    now = job.progress
    share = min(max(now.seconds / effort.time_s, effort.gap / now.gap if 0 < now.gap < math.inf else 0.0), 1.0)
    text = _("已用 {seconds:.0f} 秒 · 当前最好 {objective} · 下界 {bound} · 差距 {gap}").format(
        seconds=now.seconds,
        objective=frame.number(now.objective if math.isfinite(now.objective) else None, 1),
        bound=frame.number(now.bound if math.isfinite(now.bound) else None, 1),
        gap=f"{now.gap:.2%}" if math.isfinite(now.gap) else "—",
    )
    bar, stop = st.columns([5, 2], vertical_alignment="center")
    bar.progress(share, text)
    stop.button(
        _("停止，采用当前最好方案"),
        on_click=job.stop,
        disabled=job.stopping(),
        width="stretch",
        icon=":material/stop:",
        key="siting_stop",
    )


def _save(settings: SitingSettings) -> None:
    case, proposal, _lost = desk.at_hand(settings)
    names = {entry.name for entry in desk.saved()}
    name = next(letter for letter in "ABCDEFGH" if _("方案 {letter}").format(letter=letter) not in names)
    desk.saved().append(desk.Saved(_("方案 {letter}").format(letter=name), desk.desk(), proposal, case))


# --- figures and words -----------------------------------------------------------------------------------------------


def key_figures(proposal: SitingProposal) -> None:
    """The answer in numbers."""
    stats = proposal.stats
    boxes = st.columns([4, 3, 4, 4, 4, 3])
    lines = int(proposal.sites["lines"].sum())
    boxes[0].metric(
        _("新建生产线"), _("{lines} 条 {capacity:,.0f} 万t").format(lines=lines, capacity=stats.new_capacity)
    )
    boxes[1].metric(_("平均运距"), frame.number(stats.mean_haul_km, 1, "km"))
    boxes[2].metric(_("运输量（万t·km）"), frame.number(stats.haul, 0))
    boxes[3].metric(
        _("禁现区 {radius:g} km 内").format(radius=stats.radius_km),
        percent(stats.share_within),
        help=_("禁现区内的需求中，由这一运距以内的厂实际供应的比例。"),
    )
    boxes[4].metric(_("供不上（万t/年）"), frame.number(stats.unmet, 1))
    boxes[5].metric(_("离最优至多"), _gap_short(proposal), help=siting_words.gap_sentence(proposal))


def _gap_short(proposal: SitingProposal) -> str:
    if not math.isfinite(proposal.gap) or not math.isfinite(proposal.objective):
        return "—"
    return _("≤ {percent:.1f}%").format(percent=at_most_pct(proposal.gap))


def words(settings: SitingSettings, case: SitingCase, proposal: SitingProposal, lost: list[str]) -> None:
    """What is short or broken, and how far from the best the plan is, in words."""
    tried: SitingProposal | None = st.session_state.get("siting_impossible")
    impossible = tried if tried is not None and tried.input_hash == case.input_hash else None
    if impossible is not None:
        frame.message("error", siting_words.gap_sentence(impossible))
    # The solver may have found a contradiction that no count can tell beforehand.
    facts = siting_case.check_case(case) if impossible is None else impossible.facts
    if facts:
        text = " ".join(siting_words.fact_sentence(fact, case) for fact in facts)
        frame.message("error" if any(fact.blocking for fact in facts) else "warning", text)
    if lost:
        text = _("按现在的设置，这些站点不能设线，已从方案中去掉：{sites}。")
        frame.message("warning", text.format(sites=_("、").join(lost)))
    unplaced = supply.unplaced_supply(state.register()[0], state.layers())
    if len(unplaced):
        frame.message("warning", coverage_words.unplaced_sentence(unplaced))
    if case.cut_off:
        shown = _("、").join(case.cut_off[:20]) + ("…" if len(case.cut_off) > 20 else "")
        text = _("离路网太远、够不到的点有 {count} 个：{ids}。")
        frame.message("warning", text.format(count=len(case.cut_off), ids=shown))
    if case.access_m > 0:
        st.caption(_("运距按路网最短路径；点到路网最远 {metres:,.0f} m。").format(metres=case.access_m))
    if proposal.sites.empty:
        if impossible is None:
            st.info(_("还没有方案：点“求解”，或在地图上点选一个位置。"))
        return
    problems = siting_words.plan_problems(case, proposal)
    earlier = desk.without_own_points(settings, case, proposal)
    if problems:
        frame.message("warning", _("方案没有满足：") + " ".join(problems))
    elif earlier is not None:
        frame.message("info", siting_words.earlier_gap_sentence(earlier))
    else:
        frame.message("success" if math.isfinite(proposal.gap) else "info", siting_words.gap_sentence(proposal))
    if proposal.status != siting_settings.MANUAL:
        st.caption(
            _("{status} · {seconds:.1f} 秒 · 种子 {seed} · 目标值 {objective} · 下界 {bound} · 输入 {hash}").format(
                status=siting_words.status_label(proposal.status),
                seconds=proposal.seconds,
                seed=proposal.seed,
                objective=frame.number(proposal.objective, 1),
                bound=frame.number(proposal.bound, 1),
                hash=proposal.input_hash,
            )
        )


# --- the map ---------------------------------------------------------------------------------------------------------


@st.cache_data(show_spinner=False, max_entries=8)
def _ground(language: str) -> list[dict[str, Any]]:
    layers, book = state.layers(), state.rules()
    sectors = city_sectors.sector_areas(layers.rings, book)
    return [*siting.closed_layer(layers, 5), *siting.sector_layer(sectors, layers)]


def draw(case: SitingCase, proposal: SitingProposal, score: pd.Series, preview: SitingProposal | None) -> None:
    """The map: demand, standing plants, sectors, closed areas, candidates by suitability, chosen sites with flows."""
    layers, on = state.layers(), state.rules().period_end
    canvas = web.base_map(layers, mapview.map_assets(), title=_("新线布局图"), tiles=mapview.tile_source())
    what = desk.focused()
    shown = proposal if preview is None else preview
    looked_at = str(what[1]) if what and what[0] == "site" else desk.PREVIEW if preview is not None else None
    groups = [
        state.background("areas", on),
        web.group("ground", *_ground(get_language())),
        state.background("districts", on),
        state.background("rings", on),
        web.group("flows", *_flows(case, shown, looked_at)),
        web.group("demand", *siting.demand_layer(case.demand)),
        web.group("standing", *siting.standing_layer(case.existing)),
    ]
    free = case.candidates[~case.candidates.index.isin([*proposal.sites.index, desk.PREVIEW])]
    groups.append(web.group("candidates", *siting.candidate_layer(free, score, case.settings.forbidden)))
    groups.append(web.group("sites", *siting.site_layer(_locked(proposal.sites), focus=looked_at)))
    if what and what[0] == "point":
        groups.append(web.group("point", *siting.proposal_mark(desk.place(what[1], what[2]))))
    elif looked_at in free.index:
        groups.append(web.group("point", *siting.proposal_mark(case.candidates.loc[[looked_at]])))
    mapview.show_map(
        canvas,
        groups,
        key="siting_map",
        height=640,
        on_pick=lambda key: desk.focus(("site", key)),
        on_point=lambda lon, lat: desk.focus(("point", lon, lat)),
    )
    st.html(siting.siting_legend())


def _locked(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return sites.assign(forced=sites.index.isin([site for site, _lines in desk.desk().locked]))


def _flows(case: SitingCase, proposal: SitingProposal, looked_at: str | None) -> list[dict[str, Any]]:
    others = pd.concat([case.existing.geometry, case.optional.geometry])
    places = gpd.GeoSeries(pd.concat({"site": proposal.sites.geometry, "other": others}), crs=case.demand.crs)
    strong = looked_at if looked_at in proposal.sites.index else None
    return siting.flow_layer(proposal.flows, places, case.demand.geometry, highlight=strong)


# --- cards -----------------------------------------------------------------------------------------------------------


def verdict_words(drawn: str) -> str:
    """What a rule says about a place for a new line."""
    return {
        "flag": _("不符合"),
        "borderline": _("可能不符合，待核实"),
        "doubtful": _("可能符合，待核实"),
        "pass": _("符合"),
        "unknown": _("尚待确定"),
    }[drawn]


def card(settings: SitingSettings, case: SitingCase, proposal: SitingProposal) -> SitingProposal | None:
    """What is looked at: a chosen site with its reasons, or a place with verdicts and what it would change.

    Returns
    -------
    SitingProposal or None
        The plan with the place added, to be drawn on the map.
    """
    what = desk.focused()
    if what is None:
        st.info(_("点击地图任意处提议一个站点：立即给出逐条规则判定、服务范围和带来的变化。点击星号查看选址理由。"))
        return None
    with st.container(border=True, key="siting_card"):
        if what[0] == "site" and str(what[1]) in proposal.sites.index:
            _site_card(case, proposal, str(what[1]))
            return None
        if what[0] == "site" and str(what[1]) not in case.all_candidates.index:
            desk.focus(None)
            return None
        return _place_card(settings, case, proposal, what)


def _title(text: str) -> None:
    title, close = st.columns([8, 1], vertical_alignment="center")
    title.markdown(f"**{frame.plain(text)}**")
    close.button("✕", on_click=desk.focus, args=(None,), help=_("关闭"), type="tertiary", key="siting_close")


def _site_card(case: SitingCase, proposal: SitingProposal, site: str) -> None:
    row = proposal.sites.loc[site]
    _title(_("{number} 号站点 {id}").format(number=row["number"], id=site))
    district = district_names().get(str(row["district_id"]), "—")
    st.caption(
        _("{sector} · {district} · {lines} 条线 · 利用率 {use:.0f}% · 平均运距 {km} km").format(
            sector=city_sectors.sector_label(row["sector"]),
            district=district,
            lines=int(row["lines"]),
            use=row["utilisation_pct"],
            km=frame.number(row["mean_haul_km"], 1),
        )
    )
    locked, running = site in dict(desk.desk().locked), desk.job("solve") is not None
    buttons = st.columns(3)
    buttons[0].button(
        _("解锁") if locked else _("锁定"),
        on_click=desk.lock,
        args=(site, not locked),
        width="stretch",
        key="siting_lock",
        disabled=running,
    )
    buttons[1].button(
        _("移除"), on_click=desk.set_lines, args=(site, 0), width="stretch", key="siting_remove", disabled=running
    )
    buttons[2].button(
        _("禁用"), on_click=desk.forbid, args=(site, True), width="stretch", key="siting_forbid", disabled=running
    )
    st.markdown("**" + _("为什么选在这里") + "**")
    st.write(frame.plain(_served(case, proposal, site)))
    with st.spinner(_("正在逐个比较候选点…")):
        st.write(frame.plain(alternative_sentence(_alternative(case, proposal, site))))
    st.html("".join(_findings(case, case.candidates.loc[[site]])))


def _served(case: SitingCase, proposal: SitingProposal, site: str) -> str:
    """Whom a site serves, by district, in one sentence."""
    flows = proposal.flows[(proposal.flows["kind"] == "site") & (proposal.flows["site"] == site)]
    if flows.empty:
        return _("它没有供应任何需求点。")
    of_demand = _demand_districts(tuple(case.demand.index), case)
    by_district = flows.groupby(flows["demand"].map(of_demand))["amount"].sum().sort_values(ascending=False)
    parts = [
        _("{district} {amount:.1f}").format(district=name, amount=amount)
        for name, amount in by_district.head(4).items()
    ]
    return _("供应 {points} 个需求点 {amount:.1f} 万t/年：{parts}；最远 {km:.0f} km。").format(
        points=flows["demand"].nunique(),
        amount=flows["amount"].sum(),
        parts=_("、").join(parts),
        km=flows["haul_km"].max(),
    )


def _demand_districts(key: tuple[str, ...], case: SitingCase) -> pd.Series:
    found = districts.district_of(case.demand.geometry, state.layers().districts)
    return found.map(district_names()).fillna(_("市外"))


@st.cache_resource(show_spinner=False, max_entries=256)
def _alternative_of(key: str, plan: tuple[Any, ...], site: str, _case: SitingCase, _proposal: SitingProposal) -> Any:
    return reasons.alternative(_case, _proposal, site)


def _alternative(case: SitingCase, proposal: SitingProposal, site: str) -> reasons.Alternative:
    plan = tuple(sorted(proposal.plan.items()))
    found: reasons.Alternative = _alternative_of(case.input_hash, plan, site, case, proposal)
    return found


def alternative_sentence(found: reasons.Alternative) -> str:
    """The next-best place for a site, and the cost of moving there, in words."""
    if found.other is None:
        return _("没有别的候选点能接替它（受间距、方位条数或容量限制）。")
    text = (
        _("次优位置 {other}，相距 {km:.1f} km；迁过去总代价增加 {extra:,.0f}（万t·km/年）。")
        if found.extra_cost >= 0
        else _("{other}（相距 {km:.1f} km）其实更好：迁过去总代价变化 {extra:,.0f}（万t·km/年）。")
    )
    return text.format(other=found.other, km=found.distance_km, extra=found.extra_cost)


def _findings(case: SitingCase, points: gpd.GeoDataFrame) -> list[str]:
    found = candidates.verdicts(
        points, state.layers(), state.rules(), on=state.rules().period_end, settings=case.settings
    )
    return ['<div class="mp-place">', *(finding_html(row, verdict_words) for row in found.to_dict("records")), "</div>"]


def _place_card(
    settings: SitingSettings, case: SitingCase, proposal: SitingProposal, what: tuple[Any, ...]
) -> SitingProposal | None:
    known = what[0] == "site"
    running = desk.job("solve") is not None
    if known:
        site = str(what[1])
        point, wider = case.all_candidates.loc[[site]], case
        _title(_("候选点 {id}").format(id=site))
        excluded = point["excluded_by"].iloc[0] != ""
    else:
        site = desk.PREVIEW
        wider = desk.case_of(settings, desk.desk(), preview=(what[1], what[2]))
        point = wider.all_candidates.loc[[site]]
        excluded = point["excluded_by"].iloc[0] != ""
        _title(_("拟选点 {lon:.4f}°E {lat:.4f}°N").format(lon=what[1], lat=what[2]))
    district = district_names().get(str(point["district_id"].iloc[0]), _("市外"))
    st.caption(f"{city_sectors.sector_label(point['sector'].iloc[0])} · {district}")
    banned = known and site in desk.desk().forbidden
    if excluded:
        st.error(_("规则不允许在此设线，不能加入方案；下面只是假如允许时的效果。"))
    if banned:
        st.button(_("取消禁用"), on_click=desk.forbid, args=(site, False), key="siting_allow")
    first = None
    if site in wider.candidates.index and not banned:
        options = reasons.changes(proposal, site, geometry=point.geometry.iloc[0])
        tried = [desk.priced(wider, option.plan) for option in options]
        first = tried[0]
        _place_buttons(proposal, options, what, off=excluded or running)
    st.html("".join(_findings(wider, point)))
    if first is not None:
        _change_table(proposal, options, tried)
        st.write(frame.plain(_served(wider, first, site)))
    return first


def _place_buttons(
    proposal: SitingProposal, options: list[reasons.Change], what: tuple[Any, ...], *, off: bool
) -> None:
    """What can be done with a place that is looked at."""

    def target() -> str:
        return str(what[1]) if what[0] == "site" else desk.keep_point(what[1], what[2])

    def add(locked: bool) -> None:
        with desk.one_step():
            key = target()
            desk.set_lines(key, 1)
            if locked:
                desk.lock(key, True)
        desk.focus(("site", key))

    def take_over(site: str) -> None:
        with desk.one_step():
            key = target()
            desk.move(site, key)
        desk.focus(("site", key))

    buttons = st.container(horizontal=True)  # wraps where a label would not fit
    buttons.button(_("加一条线"), on_click=add, args=(False,), disabled=off, key="siting_add")
    buttons.button(_("加并锁定"), on_click=add, args=(True,), disabled=off, key="siting_add_lock")
    if len(options) > 1:
        nearest = str(options[1].replaces)
        label = _("{number} 号迁来").format(number=proposal.sites["number"][nearest])
        buttons.button(label, on_click=take_over, args=(nearest,), disabled=off, key="siting_move")
    if what[0] == "site":
        st.button(_("禁用此候选点"), on_click=desk.forbid, args=(what[1], True), disabled=off, key="siting_ban")


def _change_table(now: SitingProposal, options: list[reasons.Change], tried: list[SitingProposal]) -> None:
    names = [_("现在")]
    for option in options:
        names.append(
            _("加一条线")
            if option.replaces is None
            else _("{number} 号迁来").format(number=now.sites["number"][option.replaces])
        )
    rows = {
        _("总运输量（万t·km/年）"): [frame.number(p.stats.haul, 0) for p in (now, *tried)],
        _("平均运距（km）"): [frame.number(p.stats.mean_haul_km, 2) for p in (now, *tried)],
        _("供不上的需求（万t/年）"): [frame.number(p.stats.unmet, 1) for p in (now, *tried)],
        _("禁现区半径内供应"): [percent(p.stats.share_within) for p in (now, *tried)],
    }
    st.table(pd.DataFrame(rows, index=names).T)


# --- below the map ---------------------------------------------------------------------------------------------------


def section() -> str:
    """Which part below the map is shown; tabs would draw the maps of the comparison while they are hidden."""
    names = {
        "sites": _("站点与理由"),
        "stability": _("稳定性"),
        "suitability": _("适宜性"),
        "comparison": _("方案对比（{count}）").format(count=len(desk.saved())),
    }
    chosen: str = st.segmented_control(
        _("下方显示"),
        list(names),
        default="sites",
        required=True,
        format_func=names.__getitem__,
        key="siting_section",
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen


def site_table(case: SitingCase, proposal: SitingProposal) -> None:
    """Chosen sites as a table, with tonnes by line, next-best alternatives on request, and the files."""
    rows = tables.site_rows(proposal.sites, district_names())
    if rows.empty:
        st.info(_("还没有方案：点“求解”，或在地图上点选一个位置。"))
        return
    if st.toggle(_("列出每个站点的次优位置（要算几秒）"), key="siting_alternatives"):
        bar = st.progress(0.0)
        found = []
        for n, site in enumerate(proposal.sites.index, start=1):
            found.append(_alternative(case, proposal, str(site)))
            bar.progress(n / len(proposal.sites))
        bar.empty()
        rows[_("次优位置")] = [item.other or "—" for item in found]
        rows[_("迁移的代价（万t·km/年）")] = [round(item.extra_cost, 1) for item in found]
    result: robustness.Stability | None = st.session_state.get("siting_stability")
    if result is not None and result.input_hash == case.input_hash:
        near = result.shares["near"].reindex(proposal.sites.index)
        rows[_("稳定性（{km:g} km 内，%）").format(km=result.near_km)] = (near * 100).round(0).to_numpy()

    def choose() -> None:
        chosen = st.session_state.siting_table.selection.rows
        if chosen:
            desk.focus(("site", str(proposal.sites.index[chosen[0]])))

    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height="content",
        on_select=choose,
        selection_mode="single-row",
        key="siting_table",
    )
    _downloads(case, proposal, rows)


def summary_rows(proposal: SitingProposal) -> dict[str, Any]:
    """Key figures of a proposal by name, for the comparison and the workbook."""
    stats, counts = proposal.stats, reasons.sector_counts(proposal.sites)
    return {
        _("优化目标"): _("覆盖最多") if proposal.settings.objective == "coverage" else _("运输量最小"),
        _("新建生产线（条）"): int(proposal.sites["lines"].sum()),
        _("东北部 / 西南部 / 周边"): " / ".join(str(counts[sector]) for sector in city_sectors.SECTORS),
        _("新增产能（万t/年）"): round(stats.new_capacity, 1),
        _("需求（万t/年）"): round(stats.demand, 1),
        _("供不上的需求（万t/年）"): round(stats.unmet, 2),
        _("总运输量（万t·km/年）"): round(stats.haul, 1),
        _("平均运距（km）"): round(stats.mean_haul_km, 2),
        _("最远运距（km）"): round(stats.longest_haul_km, 1),
        _("服务半径（km）"): stats.radius_km,
        _("禁现区需求半径内供应（%）"): None if math.isnan(stats.share_within) else round(stats.share_within * 100, 1),
        _("与理论最优的差距"): _gap_short(proposal),
        _("状态"): siting_words.status_label(proposal.status),
        _("绕行系数"): proposal.settings.detour,
        _("输入校验码"): proposal.input_hash,
    }


def _as_table(columns: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Key figures as text, one column a proposal: a column of numbers and words would not do."""
    frame_of = pd.DataFrame({name: {key: str(value) for key, value in rows.items()} for name, rows in columns.items()})
    return frame_of.rename_axis(_("指标")).reset_index()


def _downloads(case: SitingCase, proposal: SitingProposal, rows: pd.DataFrame) -> None:
    name = frame.file_name(_("新线布局"))
    csv_box, xlsx_box, geo_box, _rest = st.columns([1, 1, 1, 2])
    csv_box.download_button(
        "CSV", lambda: table_csv(rows), f"{name}.csv", "text/csv", on_click="ignore", width="stretch", key="siting_csv"
    )
    xlsx_box.download_button(
        "XLSX",
        lambda: workbook_xlsx(
            {
                _("站点"): rows,
                _("供应路线"): tables.flow_rows(proposal, case),
                _("指标"): _as_table({_("数值"): summary_rows(proposal)}),
            }
        ),
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        width="stretch",
        key="siting_xlsx",
    )
    geo_box.download_button(
        "GeoJSON",
        lambda: geojson(proposal.sites.reset_index()),
        f"{name}.geojson",
        "application/geo+json",
        on_click="ignore",
        width="stretch",
        key="siting_geojson",
    )


def weights() -> dict[str, float]:
    """Weights of the suitability view."""
    names = {
        "demand": _("离需求近"),
        "sensitive": _("离敏感区远"),
        "existing": _("离现有厂远"),
        "roads": _("离道路近（有路网时）"),
    }
    st.caption(_("各项按候选点之间的名次打分，再按权重平均。这只是逐点的视图，不考虑点与点的配合，不是最优方案。"))
    boxes = st.columns(4)
    found = {}
    for box, name in zip(boxes, suitability.CRITERIA, strict=True):
        default = {"demand": 60, "sensitive": 20, "existing": 20, "roads": 0}[name]
        found[name] = float(
            box.slider(
                names[name],
                0,
                100,
                default,
                10,
                key=f"siting_weight_{name}",
                persist_state="session",
                disabled=name == "roads" and desk.given().network is None,
            )
        )
    return found


def saved_weights() -> dict[str, float]:
    """Weights in force before their sliders are drawn further down the page."""
    default = {"demand": 60, "sensitive": 20, "existing": 20, "roads": 0}
    return {name: float(st.session_state.get(f"siting_weight_{name}", value)) for name, value in default.items()}


@st.cache_data(show_spinner=False, max_entries=32)
def _scores(key: str, wanted: tuple[tuple[str, float], ...], _case: SitingCase, _roads: Any) -> pd.DataFrame:
    return suitability.suitability(_case, dict(wanted), road_m=_roads)


def scores(case: SitingCase) -> pd.DataFrame:
    """Suitability of every candidate under the weights in force."""
    roads = None
    network = desk.given().network
    if network is not None:
        roads = suitability.road_distance(case, network)
    return _scores(case.input_hash, tuple(saved_weights().items()), case, roads)


def suitability_tab(case: SitingCase, found: pd.DataFrame) -> None:
    """Sliders of the suitability view and its best candidates."""
    weights()
    best = found.sort_values("score", ascending=False).head(15)
    places = case.candidates.loc[best.index]
    labels = {
        "demand": _("离需求近"),
        "sensitive": _("离敏感区远"),
        "existing": _("离现有厂远"),
        "roads": _("离道路近（有路网时）"),
    }
    columns = {labels[name]: (best[name] * 100).round(0) for name in suitability.CRITERIA if name in best}
    st.dataframe(
        pd.DataFrame(
            {
                _("编号"): best.index,
                _("方位"): places["sector"].map(city_sectors.sector_label, na_action=None),
                _("区县"): places["district_id"].map(district_names()).fillna("—"),
                _("适宜性（%）"): (best["score"] * 100).round(1),
                **columns,
            }
        ),
        hide_index=True,
        width="stretch",
        height=300,
    )


# --- stability -------------------------------------------------------------------------------------------------------


def stability_tab(case: SitingCase, proposal: SitingProposal, effort: Effort) -> None:
    """How often each site is chosen when demand, detour and coordinates are disturbed."""
    book = state.rules()
    noise = robustness.Disturbance.from_rules(book)
    near_km = book.figure("siting_stable_km")
    st.caption(
        _(
            "把需求（±{demand:g}%）、绕行系数（±{detour:g}%）和坐标（{place:g} km；现有厂按定位误差）随机扰动后"
            "反复求解，看每个站点（或 {near:g} km 内的点）被选中的次数比例。总需求不变。"
        ).format(demand=noise.demand_pct, detour=noise.detour_pct, place=noise.place_km, near=near_km)
    )
    running = desk.job("stability")
    parameter = book.parameters["siting_runs"]
    left, right, _rest = st.columns([2, 2, 4], vertical_alignment="bottom")
    runs = left.number_input(
        _("次数"),
        int(parameter.minimum or 1),
        int(parameter.maximum or 100),
        int(parameter.value),
        5,
        key="siting_runs",
    )

    def begin() -> None:
        def work(job: Job[robustness.Stability]) -> robustness.Stability:
            return robustness.stability(
                case,
                proposal,
                runs=int(runs),
                near_km=near_km,
                disturbance=noise,
                effort=Effort(max(effort.gap, 0.02), min(effort.time_s, 15.0), effort.seed),
                watcher=job.watch,
            )

        desk.start("stability", work)

    right.button(
        _("开始检验"),
        on_click=begin,
        disabled=proposal.sites.empty or running is not None,
        width="stretch",
        key="siting_stability_go",
    )
    if running is not None:
        _watch_stability()
    result: robustness.Stability | None = st.session_state.get("siting_stability")
    if result is None or proposal.sites.empty:
        return
    if result.runs == 0:
        st.info(_("检验在做完第一次之前就停止了，还没有结果。"))
        return
    shares = result.shares.reindex(proposal.sites.index)
    if result.input_hash != case.input_hash:
        st.warning(_("检验之后，设置、锁定或数据已改变：下面是改变以前的结果，请重新检验。"))
    if shares["near"].isna().any():
        st.info(_("方案已改变，下面只有检验时就在的站点。"))
    st.dataframe(
        pd.DataFrame(
            {
                _("序号"): proposal.sites["number"],
                _("编号"): proposal.sites.index,
                _("原址被选中（%）"): (shares["same"] * 100).round(0),
                _("{km:g} km 内被选中（%）").format(km=result.near_km): (shares["near"] * 100).round(0),
            }
        ),
        hide_index=True,
        width="stretch",
        height="content",
    )
    st.caption(
        _("{runs} 次（要求 {wanted} 次），种子 {seed}。").format(
            runs=result.runs, wanted=result.wanted, seed=result.seed
        )
    )


@st.fragment(run_every=POLL_S)
def _watch_stability() -> None:
    job = desk.job("stability")
    if job is None:
        return
    if job.done:
        desk.end("stability")
        if job.error is not None:
            raise job.error
        st.session_state.siting_stability = job.result
        st.rerun()
    now = job.progress
    bar, stop = st.columns([5, 2], vertical_alignment="center")
    bar.progress(now.done / (now.of or 1), _("已完成 {done} / {of} 次").format(done=now.done, of=now.of or "…"))
    stop.button(_("停止检验"), on_click=job.stop, disabled=job.stopping(), key="siting_stability_stop", width="stretch")


# --- comparison ------------------------------------------------------------------------------------------------------


def comparison_tab() -> None:
    """Up to four proposals side by side, in a table and on maps."""
    entries = desk.saved()
    if not entries:
        st.info(_("把方案“存入对比”，最多四个，在这里并排比较。"))
        return
    compared = _as_table({entry.name: summary_rows(entry.proposal) for entry in entries})
    st.dataframe(compared, hide_index=True, width="stretch", height="content")
    frame.table_downloads(compared, frame.file_name(_("方案对比")), key="siting_compared")
    for box, (n, entry) in zip(st.columns(len(entries)), enumerate(entries), strict=True):
        with box:
            st.markdown(f"**{frame.plain(entry.name)}** · {frame.number(entry.proposal.stats.mean_haul_km, 1, 'km')}")
            _small_map(entry, n)
            left, right = st.columns(2)
            left.button(_("载入"), on_click=_load, args=(entry,), key=f"siting_load_{n}", width="stretch")
            right.button(_("删除"), on_click=_remover(n), key=f"siting_drop_{n}", width="stretch")


def _load(entry: desk.Saved) -> None:
    put = entry.desk
    desk.put(plan=put.plan, locked=put.locked, forbidden=put.forbidden, own=put.own, solved=put.solved)
    desk.focus(None)


def _remover(n: int) -> Callable[[], None]:
    def remove() -> None:
        del desk.saved()[n]

    return remove


def _small_map(entry: desk.Saved, n: int) -> None:
    layers, on = state.layers(), state.rules().period_end
    canvas = web.base_map(layers, mapview.map_assets(), title=entry.name)
    groups = [
        web.group("ground", *_ground(get_language())),
        state.background("rings", on),
        web.group("flows", *_flows(entry.case, entry.proposal, None)),
        web.group("sites", *siting.site_layer(entry.proposal.sites)),
    ]
    mapview.show_map(canvas, groups, key=f"siting_small_{n}", height=360)


def source_note() -> str:
    """Where the figures of the page come from."""
    demand = "data/demand.csv" if desk.given().demand is None else _("自己的文件")
    return _("需求：{demand}；现有厂：登记册；规则与假设：data/rules.toml。模型和差距的含义见 docs/siting.md。").format(
        demand=demand
    )


def empty_hint(error: SitingError) -> None:
    """A wish that makes no model: the reason in words, the rest of the page is left out."""
    frame.message("error", str(error))
    if desk.can_undo():
        st.button(_("撤销"), on_click=desk.undo, icon=":material/undo:", key="siting_undo_error")
