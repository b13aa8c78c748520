"""Parts of the consolidation page: settings, runs, list with the planner's decisions, map, figures, details."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.city import rings
from mixplan.consolidation import backtest, joint, obstacles, tables, takeover, totals, tradeoff, words
from mixplan.consolidation import case as consolidation_case
from mixplan.consolidation import plan as consolidation_plan
from mixplan.consolidation import settings as consolidation_settings
from mixplan.consolidation import stations as consolidation_stations
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import Plan
from mixplan.consolidation.settings import MERGE, SHUT, Settings
from mixplan.maps import consolidation, features, legend, style, web
from mixplan.maps import stations as maps_stations
from mixplan.plan import words as plan_words
from mixplan.plan.words import rule_kind_label
from mixplan.registers.decisions import CLOSE, KEEP, UNDECIDED
from mixplan.registers.points import load_demand
from mixplan.registers.station_reports import load_station_reports
from mixplan.screening import stations
from mixplan.ui import frame, mapview, state
from mixplan.ui.consolidation import runs

_SLIDERS = ("cap_wan_m3", "demand_wan_m3", "radius_km", "outside_pct", "utilisation_pct")
_WEIGHTS = ("severity_cost", "borderline_weight", "haul_cost", "upgrade_cost", "add_cost", "loss_site", "loss_capacity")
_MORE = ("detour", "merge_km", "add_most")
_OTHERWISE_S = 45.0
_MAP_PX = 700
_WRAPPED_PX = 66  # three lines; Streamlit wraps text in rows higher than 4 rem


@dataclass(frozen=True)
class Choice:
    """What the planner has set."""

    settings: Settings
    margin_m: float


@dataclass(frozen=True, eq=False)
class Desk:
    """Everything that the page works with: the case, its findings, and the plan where one has been made."""

    choice: Choice
    case: Case
    findings: pd.DataFrame
    key: tuple[Any, ...]
    plan: Plan | None
    adopted: bool
    made: joint.JointPlan | None


# --- settings ---------------------------------------------------------------------------------------------------------


def _unit(unit: str) -> str:
    """Unit of a parameter in the language in force."""
    return {
        "万m³/年": _("万m³/年"),
        "个/年": _("个/年"),
        "万元/(分·年)": _("万元/(分·年)"),
        "元/(m³·km)": _("元/(m³·km)"),
        "万元/站": _("万元/站"),
        "万元/万m³": _("万元/万m³"),
        "万元/(站·年)": _("万元/(站·年)"),
        "万元/(万m³·年)": _("万元/(万m³·年)"),
    }.get(unit, unit)


def _slider(name: str) -> float:
    row = state.rules().parameters[consolidation_settings.PARAMETERS[name]]
    low, high = map(float, row.range)
    whole = all(float(v).is_integer() for v in (row.value, low, high)) and high - low >= 5
    step = 1.0 if whole else 0.05
    if high - low > 1000:
        step = 50.0
    title, unit = local(row, "title"), _unit(row.unit)
    label = _("{title}（{unit}）").format(title=title, unit=unit) if unit else title
    kind = rule_kind_label(row.kind)
    value = st.slider(
        label,
        low,
        high,
        float(row.value),
        step,
        key=f"con_{name}",
        help=_("{kind}：{source}").format(kind=kind, source=row.source),
        format="%d" if whole or step >= 1 else "%.2f",
        persist_state="session",
    )
    return float(value)


def _most(label: str, key: str) -> int:
    return int(st.number_input(label, 0, 200, 20, key=key, persist_state="session"))


def controls() -> Choice:
    """Limits, weights and assumptions in the sidebar, each with its source."""
    book = state.rules()
    changes: dict[str, Any] = {}
    phased = st.toggle(
        _("按年分步（2011–2015）"),
        key="con_phased",
        persist_state="session",
        help=_("产能逐年降到目标，每年供应不断；求解约需一分钟。"),
    )
    for name in _SLIDERS:
        changes[name] = _slider(name)
    if phased:
        changes["closures_per_year"] = _slider("closures_per_year")
    with st.expander(_("代价的权重")):
        st.caption(_("方案使这些代价之和最小（万元/年）。问题严重度的权重表示政策偏好，不是支出。"))
        for name in _WEIGHTS:
            changes[name] = _slider(name)
    with st.expander(_("其他假设和上限")):
        for name in _MORE:
            changes[name] = _slider(name)
        rule = book.rule("near_sensitive_area")
        margin = st.slider(
            _("敏感区外扩距离（m，假设）"),
            int(rule.minimum or 0),
            int(rule.maximum or 0),
            int(float(rule.value)),
            50,
            key="con_margin",
            persist_state="session",
            help=local(rule, "note"),
        )
        if st.checkbox(_("限制五环内站点数"), key="con_ring_on", persist_state="session"):
            changes["ring_caps"] = ((5, _most(_("五环内最多（个）"), "con_ring_cap")),)
        names = {str(r["id"]): local(r) for r in state.layers().districts.drop(columns="geometry").to_dict("records")}
        chosen = st.multiselect(
            _("限制区县站点数"),
            list(names),
            format_func=names.__getitem__,
            key="con_districts",
            placeholder=_("不限制"),
            persist_state="session",
        )
        changes["district_caps"] = tuple(
            (d, _most(_("{name}最多（个）").format(name=names[d]), f"con_cap_{d}")) for d in chosen
        )
        gap_pct = st.select_slider(
            _("证明到的差距（%）"), [0.1, 0.2, 0.5, 1.0, 2.0], 1.0, key="con_gap", persist_state="session"
        )
    changes["gap"] = float(gap_pct) / 100.0
    changes["time_limit_s"] = 300.0 if phased else 90.0
    changes["locks"] = tuple(sorted(_locks().items()))
    return Choice(consolidation_settings.default_settings(book, phased=phased, **changes), float(margin))


# --- the planner's own decisions --------------------------------------------------------------------------------------


def _locks() -> dict[str, str]:
    locks: dict[str, str] = st.session_state.setdefault("con_locks", {})
    return locks


def decide(plant_id: str, decision: str) -> None:
    """Write down the planner's decision on a station, so that it can be undone."""
    before = _locks().get(plant_id, UNDECIDED)
    if before == decision:
        return
    st.session_state.setdefault("con_history", []).append((plant_id, before))
    _write(plant_id, decision)


def _write(plant_id: str, decision: str) -> None:
    locks = dict(_locks())
    locks.pop(plant_id, None)
    if decision != UNDECIDED:
        locks[plant_id] = decision
    st.session_state.con_locks = locks


def undo() -> None:
    """Take back the last decision."""
    history = st.session_state.get("con_history", [])
    if history:
        _write(*history.pop())


# --- the case and its runs --------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=8)
def _case(version: str, choice: Choice, _plants: gpd.GeoDataFrame, _findings: pd.DataFrame) -> Case:
    book = state.rules().with_values({"near_sensitive_area": choice.margin_m})
    return consolidation_case.build_case(_plants, _findings, state.layers(), book, load_demand(), choice.settings)


def desk(choice: Choice) -> Desk | None:
    """The case that the settings and the register give, or in words why there is none."""
    plants, version = state.register()
    findings, _judged = state.screened(choice.margin_m, state.rules().period_end)
    known = {str(i) for i in consolidation_stations.inventory(plants).index}
    locks = tuple((plant, word) for plant, word in choice.settings.locks if plant in known)
    choice = replace(choice, settings=replace(choice.settings, locks=locks))
    try:
        case = _case(version, choice, plants, findings)
    except MixplanError as problem:
        frame.message("info", str(problem))
        return None
    jobs_key = ("plan", version, choice)
    shown = runs.result(jobs_key)
    adopted = False
    picked = st.session_state.get("con_adopted")
    if picked and picked[0] == ("pareto", version, choice):
        points = runs.result(picked[0])
        if points and picked[1] < len(points):
            shown, adopted = points[picked[1]].plan, True
    made = runs.result(("joint", version, choice))
    if made is not None and not adopted and (shown is None or st.session_state.get("con_show_joint", True)):
        shown = made.plan
    return Desk(choice, case, findings, jobs_key, shown, adopted, made)


def _solve(desk: Desk) -> None:
    limit = desk.choice.settings.time_limit_s
    st.session_state.pop("con_adopted", None)
    runs.start(desk.key, _("正在求解"), lambda job: consolidation_plan.solve(desk.case, watcher=job.watch), limit)


def _pareto(desk: Desk) -> None:
    key = ("pareto", *desk.key[1:])
    runs.start(key, _("取舍曲线"), lambda job: tradeoff.pareto(desk.case, watcher=job.watch))


def _joint(desk: Desk) -> None:
    book = state.rules().with_values({"near_sensitive_area": desk.choice.margin_m})
    plants, _version = state.register()
    limit = desk.choice.settings.time_limit_s
    runs.start(
        ("joint", *desk.key[1:]),
        _("联合求解"),
        lambda job: joint.solve(
            desk.case,
            plants,
            state.layers(),
            book,
            load_demand(),
            joint.default_joint(book),
            watcher=job.watch,
        ),
        limit,
    )


def _otherwise(desk: Desk, plant_id: str) -> None:
    plan = desk.plan
    assert plan is not None
    # Two searches, each with its own clock.
    runs.start(
        ("otherwise", _plan_key(desk), plant_id),
        _("另作决定"),
        lambda job: tradeoff.otherwise(plan, plant_id, time_limit_s=_OTHERWISE_S, watcher=job.watch),
        _OTHERWISE_S,
    )


def run_bar(desk: Desk) -> None:
    """Start a run, watch it, stop it; what the shown plan is and how good it is."""
    with st.container():  # always there, so that nothing below moves to another place when a run begins or ends
        runs.report(desk.key)
    busy = runs.running()
    button, text = st.columns([1, 5], vertical_alignment="center")
    label = _("求解方案") if desk.plan is None else _("重新求解")
    if button.button(label, type="primary", width="stretch", disabled=busy, key="con_solve"):
        _solve(desk)
        st.rerun()
    if desk.plan is None:
        blocked = obstacles.obstacles(desk.case)
        if blocked:
            frame.message("error", " ".join(o.text for o in blocked), text)
        elif not busy:
            text.info(_("尚未求解：地图和数字是 2010 年底的现状。设好左侧条件后点“求解方案”。"))
        return
    origin = _("来自取舍曲线的一点（不计问题分值）。") if desk.adopted else ""
    ended = words.status_label(desk.plan.status) + _("。")
    text.markdown(" ".join(filter(None, (origin, ended, words.gap_sentence(desk.plan.solution.gap)))))


def key_figures(desk: Desk) -> None:
    """Capacity, stations, flags, haul and dust: at the end of the plan, against the inventory."""
    if desk.plan is None:
        st.session_state.pop("consolidation_plan", None)
        return
    # The coverage and briefing pages show the same plan.
    decided = desk.plan.actions[["action", "capacity_after"]].rename(columns={"capacity_after": "capacity"})
    st.session_state.consolidation_plan = decided.rename_axis("plant_id")
    first, last = (desk.plan.totals.iloc[n].to_dict() for n in (0, -1))
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
        change = last[column] - first[column]
        box.metric(
            label,
            frame.number(last[column], digits) + unit,
            f"{change:+,.{digits}f}",
            delta_color="off",
            help=_("{meaning}，起始 {value}").format(meaning=meaning, value=frame.number(first[column], digits)),
        )


@st.cache_data(show_spinner=False, max_entries=32)
def _reasons(key: tuple[Any, ...], adopted: bool, language: str, _plan: Plan, _findings: pd.DataFrame) -> pd.Series:
    titles = state.rules().titles()
    return words.reasons(_plan, _findings, titles)


@st.cache_data(show_spinner=False, max_entries=32)
def _takeover(key: tuple[Any, ...], adopted: bool, _plan: Plan) -> pd.DataFrame:
    return takeover.takeover(_plan)


@st.cache_data(show_spinner=False, max_entries=32)
def _estimates(key: tuple[Any, ...], adopted: bool, _plan: Plan) -> pd.Series:
    return tradeoff.otherwise_estimates(_plan)


def _mark(plan: Plan | None) -> tuple[float, ...]:
    """What tells one run's plan from another's with the same inputs."""
    return () if plan is None else (plan.solution.objective, plan.solution.bound, plan.solution.seconds)


def _plan_key(desk: Desk) -> tuple[Any, ...]:
    return (repr(desk.key), str(st.session_state.get("con_adopted")) if desk.adopted else "", *_mark(desk.plan))


# --- the list ---------------------------------------------------------------------------------------------------------


def select(plant_id: str | None) -> None:
    """Choose a station, or none."""
    st.session_state.con_plant = plant_id


def _selected(desk: Desk) -> str | None:
    plant: str | None = st.session_state.get("con_plant")
    return plant if plant in desk.case.stations.index else None


def flagged_list(desk: Desk) -> None:
    """Stations in need of consolidation with reasons; choosing a row chooses the station."""
    some = desk.case.stations
    views_of = {"flagged": _("需治理"), "all": _("全部"), "verify": _("待核实"), "locked": _("已决定")}
    which = st.pills(
        _("清单"),
        list(views_of),
        default="flagged",
        format_func=views_of.__getitem__,
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
        some = consolidation_stations.flagged_list(desk.case.stations)
    elif which == "verify":
        some = some[(some["status_note"] != "") | (some["unknown"] != "")]
    elif which == "locked":
        some = some[some["lock"] != UNDECIDED]
    if query:
        text = some["name"] + " " + some["company"].fillna("") + " " + some["district"].fillna("")
        some = some[text.str.contains(query, case=False, regex=False)]
    flagged, certain = (stations.split(desk.case.stations[desk.case.stations[name]]) for name in ("flagged", "certain"))
    if some.empty:
        st.info(_("没有符合条件的站点。"))
    else:
        _list(desk, some)
    st.caption(
        _(
            "{shown} 个站点；{flagged} 个需治理（{flagged_split}），其中 {certain} 个确定（{certain_split}），"
            "其余待核实；自己的决定 {locks} 项"
        ).format(
            shown=len(some),
            flagged=flagged.count,
            flagged_split=flagged.text(),
            certain=certain.count,
            certain_split=certain.text(),
            locks=len(_locks()),
        )
    )
    st.button(
        _("撤销决定"),
        on_click=undo,
        disabled=not st.session_state.get("con_history"),
        key="con_undo",
        icon=":material/undo:",
    )


def _list(desk: Desk, some: gpd.GeoDataFrame) -> None:
    flags = desk.findings[(desk.findings["verdict"] == "flag") & desk.findings["plant_id"].isin(some.index)]
    why = flags.groupby("plant_id", sort=False)["reason"].agg(" ".join)
    shown: dict[str, Any] = {_("名称"): some["name"]}
    if desk.plan is not None:
        actions = desk.plan.actions.reindex(some.index)
        years = actions["year"].astype(object).where(actions["year"].notna(), "")
        shown[_("处置")] = actions["action"].map(plan_words.action_label) + (
            " " + years.astype(str) if desk.choice.settings.phased else ""
        )
    shown[_("筛查理由")] = why.reindex(some.index).fillna("—")
    if _locks():
        shown[_("决定")] = some["lock"].map(words.lock_label)
    shown[_("分值")] = (some["points"] + some["note_points"]).round(1)
    if desk.plan is not None:
        shown[_("方案理由")] = _reasons(
            _plan_key(desk), desk.adopted, get_language(), desk.plan, desk.findings
        ).reindex(some.index)

    def choose() -> None:
        rows = st.session_state.con_list.selection.rows
        if rows:
            select(str(some.index[rows[0]]))

    st.dataframe(
        pd.DataFrame(shown),
        hide_index=True,
        width="stretch",
        height=_MAP_PX,
        row_height=_WRAPPED_PX,
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


def card(desk: Desk) -> None:
    """The chosen station: what the plan does with it and why, the planner's own decision, the cost of another."""
    plant = _selected(desk)
    if plant is None:
        st.info(_("点击地图上的站点或清单中的一行，查看理由并作出自己的决定。"))
        return
    row = desk.case.stations.loc[plant]
    with st.container(border=True, key="con_card"):
        title, close = st.columns([8, 1], vertical_alignment="center")
        title.markdown(f"**{frame.plain(row['name'])}**")
        close.button("✕", on_click=select, args=(None,), help=_("关闭"), type="tertiary", key="con_card_close")
        st.caption(
            " · ".join(
                [
                    rings.ring_label(row["ring"]),
                    frame.number(row["capacity"], 0, _("万m³/年")),
                    plan_words.evidence_label(row["evidence"]),
                ]
            )
        )
        if desk.plan is not None:
            plan_key = _plan_key(desk)
            action = str(desk.plan.actions.loc[plant, "action"])
            reason = _reasons(plan_key, desk.adopted, get_language(), desk.plan, desk.findings)[plant]
            st.markdown(f"**{plan_words.action_label(action)}** {frame.plain(reason)}")
        else:
            own = desk.findings[(desk.findings["plant_id"] == plant) & (desk.findings["verdict"] == "flag")]
            st.markdown(frame.plain(" ".join(own["reason"])) or _("未发现问题"))
        with st.container(horizontal=True):  # wraps where the labels are long
            for decision in (KEEP, CLOSE, UNDECIDED):
                st.button(
                    words.lock_label(decision),
                    on_click=decide,
                    args=(plant, decision),
                    key=f"con_{decision}",
                    type="primary" if row["lock"] == decision else "secondary",
                )
        if desk.plan is not None and row["in_model"]:
            _cost_of_other(desk, plant)


def _cost_of_other(desk: Desk, plant: str) -> None:
    assert desk.plan is not None
    estimate = float(_estimates(_plan_key(desk), desk.adopted, desk.plan)[plant])
    if np.isfinite(estimate):
        st.caption(_("另作决定的代价约 {cost:+,.0f} 万元/年（估计：两次线性松弛之差，不是界）。").format(cost=estimate))
    elif estimate > 0:
        st.caption(_("另作决定没有可行方案（线性松弛已不可行）。"))
    found = runs.result(("otherwise", _plan_key(desk), plant))
    if found is not None:
        st.caption(frame.plain(words.otherwise_sentence(found)))
    elif st.button(_("精确计算另作决定的代价"), key="con_otherwise", width="stretch", disabled=runs.running()):
        _otherwise(desk, plant)
        st.rerun()


# --- the map ----------------------------------------------------------------------------------------------------------


def draw(desk: Desk) -> None:
    """The map before or after, in a year; who takes over, where coverage gets thin."""
    years = list(desk.case.problem.years)
    left, right = st.columns([3, 2], vertical_alignment="center")
    names = {"before": _("现状"), "after": _("方案")}
    side = (
        "before"
        if desk.plan is None
        else left.segmented_control(
            _("地图"),
            list(names),
            default="after",
            format_func=names.__getitem__,
            key="con_side",
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    )
    t = len(years) - 1
    if desk.plan is not None and side == "after" and len(desk.plan.case.problem.years) > 1:
        t = years.index(right.select_slider(_("年份"), years, years[-1], key="con_year", label_visibility="collapsed"))
    canvas = web.base_map(
        state.layers(), mapview.map_assets(), title=_("搅拌站治理整合地图"), tiles=mapview.tile_source()
    )
    groups = [state.background(layer, state.rules().period_end) for layer in ("areas", "districts", "rings")]
    after = desk.plan is not None and side == "after"
    some = desk.case.stations
    plant = _selected(desk)
    if after:
        assert desk.plan is not None
        groups += _after(desk, desk.plan, min(t, len(desk.plan.case.problem.years) - 1), plant)
        entries = {a: plan_words.action_label(a) for a in consolidation_settings.ACTIONS}
        extra = {"link": _("接替（选中站点）或整合"), "thin": _("半径内不足两站的需求点")}
        if desk.made is not None and desk.plan is desk.made.plan:
            extra["line"] = _("新建砂浆线")
        key = legend.action_legend(entries, extra=extra)
    else:
        _findings, judged = state.screened(desk.choice.margin_m, state.rules().period_end)
        plants, _version = state.register()
        own = plants.loc[some.index]
        groups.append(web.group(_("厂站"), *maps_stations.plant_layer(own, judged, some["district"].fillna("—"))))
        key = legend.legend(["concrete"], layers=("areas",))
    if plant is not None and some.geometry[plant] is not None:
        one = state.register()[0].loc[[plant]]
        ways = gpd.GeoDataFrame({"label": []}, geometry=[], crs=one.crs)
        groups.append(web.group(_("所选站点"), *maps_stations.selection_layer(one, ways)))
    mapview.show_map(canvas, groups, key="con_map", height=_MAP_PX, on_pick=select)
    st.html(key)


def _after(desk: Desk, plan: Plan, t: int, plant: str | None) -> list[Any]:
    case = plan.case
    stand = totals.standing(case, plan.solution, t)
    year = case.problem.years[t]
    actions = plan.actions.copy()
    later = actions["year"].notna() & (actions["year"].fillna(0) > year)
    actions.loc[later.to_numpy(bool), "action"] = consolidation_settings.RETAIN
    reasons = _reasons(_plan_key(desk), desk.adopted, get_language(), plan, desk.findings)
    table = case.stations.assign(action=actions["action"].to_numpy(dtype=object))
    lines = {
        str(p): (str(row["name"]), plan_words.action_label(row["action"]), str(reasons[p]))
        for p, row in table.iterrows()
    }
    near = totals.stations_in_reach(case, stand[case.stations["in_model"]].to_numpy(bool))
    thin = case.demand[near <= 1]
    thin = thin.assign(
        tip=[
            features.tip(
                str(r["name"]),
                _("半径 {radius:g} km 内 {count} 站").format(radius=case.settings.radius_km, count=int(n)),
            )
            for r, n in zip(thin.to_dict("records"), near[near <= 1], strict=True)
        ]
    )
    groups = [
        web.group(_("接替"), *consolidation.link_layer(_links(desk, plan, actions, plant))),
        web.group(_("厂站"), *consolidation.action_layer(table, lines)),
        web.group(_("供应薄弱"), *consolidation.thin_layer(thin)),
    ]
    if desk.made is not None and plan is desk.made.plan:
        sites = desk.made.lines.assign(
            label=[str(n) for n in range(1, len(desk.made.lines) + 1)],
            tip=[
                features.tip(_("新建砂浆线"), f"{used:.0f} / {cap:.0f} " + _("万t/年"))
                for used, cap in zip(desk.made.lines["used"], desk.made.lines["capacity"], strict=True)
            ],
        )
        groups.append(web.group(_("新建砂浆线"), *consolidation.line_site_layer(sites)))
    return groups


def _links(desk: Desk, plan: Plan, actions: pd.DataFrame, plant: str | None) -> gpd.GeoDataFrame:
    """Mergers; for a chosen station that stops, who takes over its demand instead."""
    places, names = plan.case.stations.geometry, plan.case.stations["name"]
    rows: list[dict[str, Any]] = []
    if plant is not None and actions.loc[plant, "action"] in (MERGE, SHUT):
        heirs = _takeover(_plan_key(desk), desk.adopted, plan)
        for row in heirs[heirs["plant_id"] == plant].to_dict("records"):
            text = features.tip(str(names[row["by"]]), _("接替 {amount:.1f} 万m³/年").format(amount=row["amount"]))
            width = 1.5 + 6.0 * min(row["amount"] / 50.0, 1.0)
            rows.append({"tip": text, "weight": width, "geometry": _line(places[plant], places[row["by"]])})
    else:
        for source, into in actions.loc[actions["action"] == MERGE, "into"].items():
            text = features.tip(_("{a} 整合到 {b}").format(a=names[source], b=names[into]))
            rows.append({"tip": text, "weight": 2.0, "geometry": _line(places[source], places[into])})
    return gpd.GeoDataFrame(rows, columns=["tip", "weight", "geometry"], geometry="geometry", crs=places.crs)


def _line(a: shapely.Point, b: shapely.Point) -> shapely.LineString:
    return shapely.LineString([a, b])


# --- year by year, and the rest ---------------------------------------------------------------------------------------


def years(desk: Desk) -> None:
    """Capacity against its limit and stations, year by year."""
    if desk.plan is None:
        return
    table = desk.plan.totals
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
    st.altair_chart((bars + ticks + wanted + text).properties(height=210), width="stretch")
    st.caption(_("柱：产能，柱上为站点数；红线：当年上限；黑线：需求。"))
    shown = tables.totals_table(desk.plan).set_index(_("年份")).T.rename_axis(None, axis=1)
    shown = shown.map(lambda value: frame.number(value, 1).removesuffix(".0"))
    # Plain HTML: six years and their labels fit a narrow column only where the labels may wrap.
    st.html(shown.to_html(classes="mp-figures", border=0))


def details(desk: Desk) -> None:
    """Decisions, trade-off, back-test, joint run and assumptions."""
    names = [_("处置清单"), _("取舍：需治理站点与运距"), _("回测"), _("与砂浆线联合"), _("假设与待核实")]
    runs.progress("details")
    boxes = st.tabs(names, key=f"con_tab_{get_language()}", on_change="rerun")  # stays open when a plan comes
    with boxes[0]:
        _decisions(desk)
    with boxes[1]:
        _tradeoff(desk)
    with boxes[2]:
        _backtest(desk)
    with boxes[3]:
        _with_mortar(desk)
    with boxes[4]:
        _assumptions(desk)


def _need_plan() -> None:
    st.info(_("先求解一个方案。"))


def _decisions(desk: Desk) -> None:
    if desk.plan is None:
        _need_plan()
        return
    plan = desk.plan
    reasons = _reasons(_plan_key(desk), desk.adopted, get_language(), plan, desk.findings)
    estimates = _estimates(_plan_key(desk), desk.adopted, plan)
    table = tables.action_table(plan, reasons, otherwise=estimates)
    order = [_("名称"), _("处置"), _("年份"), _("并入"), _("理由")]
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=420,
        row_height=_WRAPPED_PX,
        placeholder="—",
        column_order=[*order, *(column for column in table.columns if column not in order)],
        column_config={
            _("名称"): st.column_config.TextColumn(width=170),
            _("处置"): st.column_config.TextColumn(width=80),
            _("年份"): st.column_config.NumberColumn(width=56),
            _("并入"): st.column_config.TextColumn(width=170),
            _("理由"): st.column_config.TextColumn(width=420),
        },
    )
    frame.table_downloads(table, frame.file_name(_("治理整合处置清单")), key="con_actions")

    def book() -> bytes:
        made = desk.made if desk.made is not None and desk.made.plan is plan else None
        front: list[tradeoff.Point] | None = runs.result(("pareto", *desk.key[1:]))
        return workbook_xlsx(
            tables.sheets(
                plan,
                reasons,
                load_station_reports(),
                state.layers().districts,
                state.rules(),
                otherwise=estimates,
                pareto=front,
                joint=made,
            )
        )

    st.download_button(
        _("下载整个方案（XLSX）"), book, frame.file_name(_("治理整合方案")) + ".xlsx", on_click="ignore", key="con_book"
    )


def _tradeoff(desk: Desk) -> None:
    key = ("pareto", *desk.key[1:])
    points: list[tradeoff.Point] | None = runs.result(key)
    st.caption(_("每一点是在“最多保留若干需治理站点”下代价最小的目标年方案（问题分值不计入代价）。约需一至两分钟。"))
    if points is None:
        if st.button(_("计算取舍曲线"), key="con_pareto", disabled=runs.running()):
            _pareto(desk)
            st.rerun()
        return
    if not points:
        st.info(_("没有可行的点。"))
        return
    table = tables.pareto_table(points)
    data = pd.DataFrame({"flagged": [p.flagged for p in points], "haul": [p.mean_haul_km for p in points]})
    base = alt.Chart(data).encode(
        x=alt.X("flagged:Q", title=_("保留的需治理站点（个）"), scale=alt.Scale(zero=False)),
        y=alt.Y("haul:Q", title=_("平均运距（km）"), scale=alt.Scale(zero=False)),
        tooltip=[
            alt.Tooltip("flagged:Q", title=_("需治理站点")),
            alt.Tooltip("haul:Q", title=_("平均运距（km）"), format=".2f"),
        ],
    )
    left, right = st.columns(2, gap="medium")
    with left:
        chart = base.mark_line(color=style.GREY) + base.mark_point(size=110, filled=True, color=style.BLUE, opacity=1)
        st.altair_chart(chart.properties(height=300), width="stretch")
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
        if adopt.button(_("采用这一点"), type="primary", key="con_adopt", width="stretch"):
            st.session_state.con_adopted = (key, pick)
            st.rerun()
        if drop.button(_("回到按权重的方案"), disabled=not desk.adopted, key="con_drop", width="stretch"):
            st.session_state.pop("con_adopted", None)
            st.rerun()
        frame.table_downloads(table, frame.file_name(_("取舍曲线")), key="con_front")


def _backtest(desk: Desk) -> None:
    if desk.plan is None:
        _need_plan()
        return
    reports = load_station_reports()
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**" + _("全市站点数：方案与公布数分列，口径不同") + "**")
        st.dataframe(
            tables.backtest_table(desk.plan, reports),
            hide_index=True,
            width="stretch",
            height="content",
            row_height=_WRAPPED_PX,
            column_config={_("口径"): st.column_config.TextColumn(width=130)},
        )
    with right:
        st.markdown("**" + _("分区：2018 年四季度") + "**")
        table = tables.backtest_district_table(desk.plan, reports, state.layers().districts)
        st.dataframe(table, hide_index=True, width="stretch", height="content")
    st.markdown("\n".join(f"- {text}" for text in backtest.backtest_limits(desk.plan)))


def _with_mortar(desk: Desk) -> None:
    st.caption(
        _(
            "在同一模型里决定搅拌站去留和新建砂浆线位置：保留站可用一部分产能供应湿砂浆。候选点和砂浆需求按网格合并，只算目标年；精细选址见“新线布局”。"
        )
    )
    if desk.made is None:
        if st.button(_("联合求解"), key="con_joint", disabled=runs.running()):
            _joint(desk)
            st.rerun()
        return
    st.toggle(_("在上面显示联合方案"), True, key="con_show_joint", persist_state="session")
    st.markdown(tables.joint_sentence(desk.made))
    st.markdown(words.gap_sentence(desk.made.plan.solution.gap))
    table = tables.line_table(desk.made)
    st.dataframe(table, hide_index=True, width="stretch", height="content")
    frame.table_downloads(table, frame.file_name(_("新建砂浆线")), key="con_lines")


def _assumptions(desk: Desk) -> None:
    some = desk.case.stations
    outside = some[some["status_note"] != ""]
    for row in outside.to_dict("records"):
        why = _("产能未知") if row["status_note"] == "capacity" else _("没有坐标")
        st.markdown(
            f"- {frame.plain(row['name'])}："
            + _("{why}，不参与优化，不编造数值；计入站点数，先予保留，待核实。").format(why=why)
        )
    unknown = some["unknown"].str.split(",").explode()
    counts = unknown[unknown != ""].value_counts()
    titles = state.rules().titles()
    for rule, count in counts.items():
        st.markdown(
            "- "
            + _("{rule}：{count} 个站点资料未知，列为待核实，不作为退出的理由。").format(
                rule=titles[str(rule)], count=int(count)
            )
        )
    if desk.plan is not None:
        st.dataframe(tables.settings_table(desk.plan, state.rules()), hide_index=True, width="stretch", height=320)
