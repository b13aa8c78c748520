"""What the coverage page shows, computed once."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.coverage.picture import Picture, picture_of
from mixplan.plan import words
from mixplan.registers.points import load_demand
from mixplan.ui import shared
from mixplan.ui.coverage import along
from mixplan.ui.coverage.controls import View

_CURVE_KM = tuple(float(km) for km in range(5, 61))
_SERVED_KM = tuple(float(km) for km in range(5, 61, 5))


@dataclass(frozen=True)
class Answer:
    """What the page shows: with the proposal, and the present supply to compare with where there is a proposal."""

    view: View
    now: Picture
    before: Picture | None
    unlocated: int
    unlocated_capacity: float


def _supply(view: View, changed: bool, plants: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What supplies the zones: the plants, and where asked for with the plan or proposal in use."""
    book = shared.rules()
    supply = coverage_supply.supply_points(plants, kind=view.subject.kind)
    if changed and view.plan is not None:
        supply = coverage_supply.with_consolidation(supply, view.plan)
    if changed and view.sites is not None:
        supply = coverage_supply.with_proposal(supply, coverage_supply.in_production(view.sites, view.year, book))
    return supply


def _ground(view: View) -> coverage_ground.Ground:
    """The zones in force and what is wanted there."""
    demand = coverage_supply.themed_demand(load_demand(), view.subject)
    return coverage_ground.zone_ground(shared.layers(), demand, shared.rules(), year=view.year, by=view.by)


@st.cache_resource(show_spinner=False, max_entries=24)
def _seen(
    version: str, kind: str, year: int, by: str, changed: bool, _plants: gpd.GeoDataFrame, _view: View
) -> reach.Reach:
    return reach.reach(_ground(_view), _supply(_view, changed, _plants))


@st.cache_resource(show_spinner=False, max_entries=128)
def _picture(version: str, kind: str, year: int, by: str, changed: bool, radius_km: float, _r: reach.Reach) -> Picture:
    book = shared.rules()
    return picture_of(coverage_supply.theme(kind, book), _r, radius_km, shared.layers(), book)


@st.cache_resource(show_spinner=False, max_entries=24)
def curve_of(version: str, kind: str, year: int, changed: bool, _r: reach.Reach) -> pd.DataFrame:
    """Coverage and service at many radii."""
    served = coverage_result.curve(_r, _SERVED_KM)[["radius_km", "served_share"]]
    table = coverage_result.curve(_r, _CURVE_KM, served=False).drop(columns="served_share").merge(served, how="left")
    table["served_share"] = table["served_share"].interpolate()
    return table


def answer(view: View) -> Answer:
    """Coverage with the proposal or plan in use, and without it to compare."""
    plants, _version = shared.register()
    changed = view.sites is not None or view.plan is not None
    keys = (view.version, view.subject.kind, view.year, view.by)
    if view.network is not None:
        supplies = [_supply(view, with_it, plants) for with_it in ([True, False] if changed else [False])]
        now, *rest = along.pictures(view, _ground(view), supplies)
        before = rest[0] if rest else None
    else:
        with st.spinner(_("正在计算覆盖……")):
            now = _picture(*keys, changed, view.radius_km, _seen(*keys, changed, plants, view))
            before = _picture(*keys, False, view.radius_km, _seen(*keys, False, plants, view)) if changed else None
    lost = coverage_supply.unlocated_supply(plants, kind=view.subject.kind)
    return Answer(view, now, before, len(lost), float(lost["capacity"].sum(min_count=1)))


def known(view: View) -> Picture | None:
    """Coverage with what is in use; none where it has yet to be worked out along a road network."""
    changed = view.sites is not None or view.plan is not None
    if view.network is not None:
        return along.known(view, 2 if changed else 1)
    keys = (view.version, view.subject.kind, view.year, view.by)
    return _picture(*keys, changed, view.radius_km, _seen(*keys, changed, shared.register()[0], view))


def unit_of(view: View) -> str:
    """Unit of the amounts, in the language in force."""
    return words.unit_label(view.subject.unit)
