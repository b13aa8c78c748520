"""The map before and after."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st
from markupsafe import Markup

from mixplan.base.i18n import gettext as _
from mixplan.consolidation import totals
from mixplan.consolidation.joint import JointPlan
from mixplan.consolidation.plan import Plan
from mixplan.maps import consolidation, features, legend
from mixplan.maps import stations as maps_stations
from mixplan.plan import words as plan_words
from mixplan.plan.actions import ACTIONS, MERGE, RETAIN, STOPS
from mixplan.ui import mapview, shared, texts
from mixplan.ui.comments import pins
from mixplan.ui.consolidation.plans import Shown
from mixplan.ui.consolidation.workspace import Workspace, heirs_of, reasons_of, select
from mixplan.ui.maplayers import Layer, made_once
from mixplan.ui.texts import shown

MAP_PX = 700
# By a style of its own: in a container of another name the map would begin anew.
_FADED = Markup("<style>.st-key-con_map_box {opacity: .55;}</style>")


def draw(space: Workspace) -> None:
    """The map before or after, in a year; who takes over, where coverage gets thin."""
    years = [] if space.plan is None else list(space.plan.case.problem.years)
    left, right = st.columns([3, 2], vertical_alignment="center")
    names = {"before": _("现状"), "after": _("方案")}
    side = (
        "before"
        if space.plan is None
        else left.segmented_control(
            _("地图"),
            list(names),
            default="after",
            format_func=shown(names.__getitem__),
            key="con_side",
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    )
    t = len(years) - 1
    if side == "after" and len(years) > 1:
        t = years.index(right.select_slider(_("年份"), years, years[-1], key="con_year", label_visibility="collapsed"))
    on = shared.rules().period_end
    drawn = [mapview.background(name, on) for name in ("areas", "districts", "rings")]
    some, plant = space.case.stations, space.plant
    if space.shown is not None and side == "after":
        drawn += _after(space.shown, t, plant)
        key = plan_legend(space.shown)
    else:
        drawn.append(_before(space))
        key = legend.legend(["concrete"], layers=("areas",))
    if plant is not None and some.geometry[plant] is not None:
        plants, version = shared.register()
        drawn.append(made_once(lambda: _chosen(plants.loc[[plant]]), "chosen alone", plant, version))
    commented = pins.pins(some.geometry, "station")
    drawn += commented
    mapview.tile_switch()
    if space.stale and side == "after":
        texts.html(_FADED)
    with st.container(key="con_map_box"):
        mapview.show_map(
            drawn,
            title=_("搅拌站治理整合地图"),
            key="con_map",
            height=MAP_PX,
            on_pick=_pick,
        )
    texts.html(key)
    pins.legend(commented)


def _pick(mark: str) -> None:
    """Choose the station of a mark, or what a pin is pinned to."""
    pinned = pins.picked(mark)
    select(mark if pinned is None else pinned.id)


def _chosen(one: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    return maps_stations.selection_layer(one, gpd.GeoDataFrame({"label": []}, geometry=[], crs=one.crs))


def _before(space: Workspace) -> Layer:
    on, some = shared.rules().period_end, space.case.stations
    plants, version = shared.register()
    _findings, judged = shared.screened(shared.margin_m(), on)
    return made_once(
        lambda: maps_stations.plant_layer(plants.loc[some.index], judged, some["district"].fillna("—")),
        "stations before",
        version,
        shared.margin_m(),
        on,
        of=[plants, some],
    )


def plan_layers(now: Shown, t: int) -> list[Layer]:
    """What a plan has done by year number ``t``, on its ground."""
    on = shared.rules().period_end
    return [*(mapview.background(name, on) for name in ("areas", "districts", "rings")), *_after(now, t, None)]


def plan_legend(now: Shown) -> Markup:
    """Legend of what a plan does."""
    extra = {"link": _("接替（选中站点）或整合"), "thin": _("半径内不足两站的需求点")}
    if now.made is not None:
        extra["new_line"] = _("新建砂浆线")
    return legend.action_legend(ACTIONS, extra=extra)


def _after(now: Shown, t: int, plant: str | None) -> list[Layer]:
    plan, by, joint = now.plan, (now.key, t), now.made
    drawn = [
        made_once(lambda: consolidation.link_layer(_links(now, _actions(plan, t), plant)), "links", *by, plant),
        made_once(lambda: _acted(now, t), "actions", *by),
        made_once(lambda: _thin(plan, t), "thin", *by),
    ]
    if joint is not None:
        drawn.append(made_once(lambda: consolidation.line_site_layer(_lines(joint)), "joint lines", of=[joint.lines]))
    return drawn


def _actions(plan: Plan, t: int) -> pd.DataFrame:
    """What has been done by a year: what comes later is not yet."""
    year = plan.case.problem.years[t]
    actions = plan.actions.copy()
    later = actions["year"].notna() & (actions["year"].fillna(0) > year)
    actions.loc[later.to_numpy(bool), "action"] = RETAIN
    return actions


def _acted(now: Shown, t: int) -> list[dict[str, Any]]:
    actions, reasons = _actions(now.plan, t), reasons_of(now)
    table = now.plan.case.stations.assign(action=actions["action"].to_numpy(dtype=object))
    lines = {
        str(p): (str(row["name"]), plan_words.action_label(row["action"]), str(reasons[p]))
        for p, row in table.iterrows()
    }
    return consolidation.action_layer(table, lines)


def _thin(plan: Plan, t: int) -> list[dict[str, Any]]:
    case = plan.case
    stand = totals.standing(case, plan.solution, t)
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
    return consolidation.thin_layer(thin)


def _lines(made: JointPlan) -> gpd.GeoDataFrame:
    return made.lines.assign(
        label=[str(n) for n in range(1, len(made.lines) + 1)],
        tip=[
            features.tip(_("新建砂浆线"), f"{used:.0f} / {cap:.0f} " + _("万t/年"))
            for used, cap in zip(made.lines["used"], made.lines["capacity"], strict=True)
        ],
    )


def _links(now: Shown, actions: pd.DataFrame, plant: str | None) -> gpd.GeoDataFrame:
    """Mergers; for a chosen station that stops, who takes over its demand instead."""
    plan = now.plan
    places, names = plan.case.stations.geometry, plan.case.stations["name"]
    rows: list[dict[str, Any]] = []
    if plant is not None and plant in actions.index and actions.loc[plant, "action"] in STOPS:
        heirs = heirs_of(now)
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
