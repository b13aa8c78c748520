"""The case of the siting page: settings, register and the planner's own files, kept between reruns."""

import hashlib
import math
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from mixplan.city.crs import points_metric
from mixplan.city.haul import Haul, haul_ways
from mixplan.coverage import supply
from mixplan.plan.datapackage import data_version
from mixplan.projects.project import Desk
from mixplan.registers.points import load_demand
from mixplan.siting import candidates
from mixplan.siting import case as siting_case
from mixplan.siting import inputs as siting_inputs
from mixplan.siting.asked import Asked, OwnPoint, asked_of
from mixplan.siting.case import SitingCase
from mixplan.siting.settings import SitingSettings
from mixplan.ui import shared, work
from mixplan.ui.network import roads
from mixplan.ui.siting.files import Given, given

PREVIEW = "@new"  # id of a place that has been clicked but not kept


def settings() -> SitingSettings:
    """What the project asks of the solver, but for locks and bans."""
    return work.project().siting.wishes.settings(shared.rules(), margin_m=shared.margin_m())


@st.cache_resource(show_spinner=False, max_entries=8)
def _grid(grid_km: float, judged: tuple[Any, ...], _settings: SitingSettings) -> gpd.GeoDataFrame:
    layers, book = shared.layers(), shared.rules()
    points = candidates.candidate_grid(layers, spacing_km=grid_km)
    return candidates.judged_candidates(points, _settings, layers, book, on=book.period_end, own=False)


@st.cache_resource(show_spinner=True, max_entries=4)
def _network_haul(version: str, key: str, _haul: Any, _places: gpd.GeoSeries, _sources: gpd.GeoSeries) -> Haul:
    found: Haul = _haul(_places, _sources)
    return found


@st.cache_resource(show_spinner=False, max_entries=8)
def _case(
    settings: SitingSettings,
    version: str,
    files: tuple[str, ...],
    points: tuple[OwnPoint, ...],
    exempt: tuple[str, ...],
    _plants: gpd.GeoDataFrame,
    _files: Given,
) -> SitingCase:
    layers, book = shared.layers(), shared.rules()
    inputs = siting_inputs.SitingInputs(
        demand=load_demand() if _files.demand is None else _files.demand,
        existing=supply.existing_supply(_plants, layers),
        own=siting_inputs.own_points(_files.own, {key: (lon, lat) for key, lon, lat in points}),
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


@st.cache_resource(show_spinner=False, max_entries=16)
def _wished(
    input_hash: str, forced: tuple[tuple[str, int], ...], forbidden: tuple[str, ...], _case: SitingCase
) -> SitingCase:
    return siting_case.with_wishes(_case, forced=forced, forbidden=forbidden)


def case_of(
    settings: SitingSettings, at: Desk, *, preview: tuple[float, float] | None = None, wished: bool = True
) -> SitingCase:
    """The case for the settings and a desk; locks where no line may stand are left out of it.

    Parameters
    ----------
    preview : (lon, lat), optional
        A place to look at as one more candidate, whatever the rules say of it.
    wished : bool
        Whether with the locks and bans.

    Raises
    ------
    DataError, SitingError
        Where a file of the planner's cannot be had, or the settings make no case.
    """
    plants, version = shared.register()
    points = own_points(at) if preview is None else (*own_points(at), (PREVIEW, *preview))
    exempt, files = () if preview is None else (PREVIEW,), given()
    versions = (*files.versions, roads().version)
    case = _case(settings, f"{data_version()}|{version}", versions, points, exempt, plants, files)
    forced, forbidden = (allowed_locks(case, at), tuple(sorted(at.forbidden))) if wished else ((), ())
    return _wished(case.input_hash, forced, forbidden, case) if forced or forbidden else case


def own_points(at: Desk) -> tuple[OwnPoint, ...]:
    """The planner's own points of a desk."""
    return tuple((key, lon, lat) for key, (lon, lat) in sorted(at.own.items()))


def allowed_locks(case: SitingCase, at: Desk) -> tuple[tuple[str, int], ...]:
    """The locks of a desk that stand where a line may stand."""
    return tuple((site, lines) for site, lines in sorted(at.locked.items()) if site in case.candidates.index)


def asked(settings: SitingSettings, at: Desk) -> Asked:
    """Everything that is asked by settings, locks and bans among them, and a desk; it tells answers apart."""
    register = "" if work.project().register is None else shared.register()[1]
    demand, own = given().versions
    return asked_of(
        settings,
        own=own_points(at),
        register=register,
        demand=demand,
        candidates=own,
        network=roads().version,
    )


def place(lon: float, lat: float) -> gpd.GeoDataFrame:
    """A clicked place as a point."""
    return gpd.GeoDataFrame(
        {"capacity": [math.nan]},
        geometry=points_metric([lon], [lat]).to_numpy(),
        index=pd.Index([PREVIEW], name="id"),
        crs=shared.layers().rings.crs,
    )
