"""What the coverage page shows, computed once."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.city.haul import network_ways
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach
from mixplan.coverage import result as coverage_result
from mixplan.coverage import supply as coverage_supply
from mixplan.coverage.picture import Picture, picture_of
from mixplan.plan import words
from mixplan.registers.points import load_demand
from mixplan.ui import shared
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


@st.cache_resource(show_spinner=False, max_entries=24)
def _seen(
    version: str, kind: str, year: int, by: str, changed: bool, _plants: gpd.GeoDataFrame, _view: View
) -> reach.Reach:
    book = shared.rules()
    supply = coverage_supply.supply_points(_plants, kind=kind)
    if changed and _view.plan is not None:
        supply = coverage_supply.with_consolidation(supply, _view.plan)
    if changed and _view.sites is not None:
        supply = coverage_supply.with_proposal(supply, coverage_supply.in_production(_view.sites, year, book))
    demand = coverage_supply.themed_demand(load_demand(), _view.subject)
    ground = coverage_ground.zone_ground(shared.layers(), demand, book, year=year, by=by)
    return reach.reach(ground, supply, ways=network_ways(_view.network, book))


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
    with st.spinner(_("正在计算覆盖……")):
        now = _picture(*keys, changed, view.radius_km, _seen(*keys, changed, plants, view))
        before = _picture(*keys, False, view.radius_km, _seen(*keys, False, plants, view)) if changed else None
    lost = coverage_supply.unlocated_supply(plants, kind=view.subject.kind)
    return Answer(view, now, before, len(lost), float(lost["capacity"].sum(min_count=1)))


def unit_of(view: View) -> str:
    """Unit of the amounts, in the language in force."""
    return words.unit_label(view.subject.unit)
