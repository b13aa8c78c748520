"""The case of the siting page: settings, register and the planner's own files, kept between reruns."""

import hashlib
import math
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.city.crs import points_metric
from mixplan.city.haul import Haul, haul_ways
from mixplan.coverage import supply
from mixplan.plan.datapackage import data_version
from mixplan.registers.points import load_demand, point_frame
from mixplan.siting import candidates
from mixplan.siting import case as siting_case
from mixplan.siting import inputs as siting_inputs
from mixplan.siting.case import SitingCase
from mixplan.siting.settings import SitingSettings
from mixplan.ui import shared
from mixplan.ui.network import roads
from mixplan.ui.siting.files import given
from mixplan.ui.siting.records import Desk

PREVIEW = "@new"  # id of a place that has been clicked but not kept


@st.cache_resource(show_spinner=False, max_entries=8)
def _grid(grid_km: float, judged: tuple[Any, ...], _settings: SitingSettings) -> gpd.GeoDataFrame:
    layers, book = shared.layers(), shared.rules()
    points = candidates.candidate_grid(layers, spacing_km=grid_km)
    return candidates.judged_candidates(points, _settings, layers, book, on=book.period_end, own=False)


@st.cache_resource(show_spinner=True, max_entries=4)
def _network_haul(version: str, key: str, _haul: Any, _places: gpd.GeoSeries, _sources: gpd.GeoSeries) -> Haul:
    found: Haul = _haul(_places, _sources)
    return found


def _own_points(points: tuple[tuple[str, float, float], ...]) -> gpd.GeoDataFrame:
    from_file = given().own
    parts = [part for part in (from_file,) if part is not None and len(part)]
    if points:
        parts.append(point_frame([{"id": key, "lon": lon, "lat": lat} for key, lon, lat in points]))
    if not parts:
        return siting_inputs.no_points()
    return gpd.GeoDataFrame(pd.concat(parts), geometry="geometry", crs=parts[0].crs)


@st.cache_resource(show_spinner=False, max_entries=8)
def _case(
    settings: SitingSettings,
    version: str,
    files: str,
    points: tuple[tuple[str, float, float], ...],
    exempt: tuple[str, ...],
    _plants: gpd.GeoDataFrame,
) -> SitingCase:
    layers, book, own_files = shared.layers(), shared.rules(), given()
    inputs = siting_inputs.SitingInputs(
        demand=load_demand() if own_files.demand is None else own_files.demand,
        existing=supply.existing_supply(_plants, layers),
        own=_own_points(points),
        stations=supply.concrete_stations(_plants),
        network=roads().network,
    )
    ways = haul_ways(inputs.network, book, detour=settings.detour)

    def kept(places: gpd.GeoSeries, sources: gpd.GeoSeries) -> Haul:
        if inputs.network is None:
            return ways(places, sources)
        text = "|".join(map(str, [settings.detour, *places.to_wkb(), *sources.to_wkb()]))
        return _network_haul(roads().version, hashlib.sha256(text.encode()).hexdigest(), ways, places, sources)

    grid = None
    if settings.grid_km is not None:
        judged = (settings.margin_m, settings.keep_off_approximate, settings.apply_rules, settings.line_capacity_wan_t)
        grid = _grid(settings.grid_km, judged, settings)
    return siting_case.build_case(
        inputs, settings, layers, book, on=book.period_end, haul=kept, grid=grid, exempt=exempt
    )


def case_of(
    settings: SitingSettings, at: Desk, *, preview: tuple[float, float] | None = None, bare: bool = False
) -> SitingCase:
    """The case for the settings and a desk.

    Parameters
    ----------
    preview : (lon, lat), optional
        A place to look at as one more candidate, whatever the rules say of it.
    bare : bool
        Without locks and bans, so that any plan can be priced.
    """
    plants, version = shared.register()
    points = at.own if preview is None else (*at.own, (PREVIEW, *preview))
    wished = settings if bare else replace(settings, forced=at.locked, forbidden=at.forbidden)
    exempt = () if preview is None else (PREVIEW,)
    return _case(wished, f"{data_version()}|{version}", f"{given().version}|{roads().version}", points, exempt, plants)


def place(lon: float, lat: float) -> gpd.GeoDataFrame:
    """A clicked place as a point."""
    return gpd.GeoDataFrame(
        {"capacity": [math.nan]},
        geometry=points_metric([lon], [lat]).to_numpy(),
        index=pd.Index([PREVIEW], name="id"),
        crs=shared.layers().rings.crs,
    )
