"""Where a line may go: candidates, judged as stations are, and what already supplies."""

import math
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mixplan.base.errors import SitingError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M_PER_KM
from mixplan.base.problems import listed
from mixplan.city import distances, districts
from mixplan.city import sectors as city_sectors
from mixplan.city.crs import degrees, points_metric
from mixplan.city.layers import Layers
from mixplan.plan.rules import RuleBook
from mixplan.screening.explain import explain
from mixplan.screening.judge import screen
from mixplan.screening.measures import AREAS, measure_of, sensitive_areas
from mixplan.screening.verdicts import BORDERLINE, FLAG
from mixplan.siting.inputs import SitingInputs
from mixplan.siting.settings import SitingSettings

NEARLY_M = 0.5  # points closer than the spacing by no more than rounding still keep it


def candidate_grid(layers: Layers, *, spacing_km: float) -> gpd.GeoDataFrame:
    """A regular grid of points on land in Beijing, with ids that stay the same whatever the rules say."""
    city = layers.districts.geometry.union_all()
    step = spacing_km * M_PER_KM
    west, south, east, north = city.bounds
    columns = np.arange(math.ceil(west / step), math.floor(east / step) + 1)
    rows = np.arange(math.ceil(south / step), math.floor(north / step) + 1)
    x, y = (grid.ravel() for grid in np.meshgrid(columns, rows))
    points = gpd.GeoSeries(gpd.points_from_xy(x * step, y * step), crs=layers.districts.crs)
    lakes = layers.water.loc[layers.water["kind"] == "lake", "geometry"].union_all()  # reservoirs as well
    inside = shapely.intersects(city, points.to_numpy()) & ~shapely.intersects(lakes, points.to_numpy())
    ids = [f"g{a - columns[0] + 1:02d}{b - rows[0] + 1:02d}" for a, b in zip(x[inside], y[inside], strict=True)]
    # Through rounded degrees, so that a site read back from a file lies exactly where it was.
    lon, lat = (values.round(6) for values in degrees(points[inside]))
    frame = gpd.GeoDataFrame(
        {"name": "", "capacity": np.nan, "lon": lon, "lat": lat},
        geometry=points_metric(lon, lat).to_numpy(),
        index=pd.Index(ids, name="id"),
        crs=points.crs,
    )
    return frame


def as_proposed(points: gpd.GeoDataFrame, *, capacity_wan_t: float) -> gpd.GeoDataFrame:
    """Points as proposed mortar works, so that the screening rules can speak of them.

    A proposal lies where it is put, so its location error is zero; bulk dispatch is not known yet.
    """
    return gpd.GeoDataFrame(
        {
            "kind": "mortar",
            "status": "proposed",
            "evidence": "sourced",
            "location_error_m": 0.0,
            "capacity": points["capacity"].astype(float).fillna(capacity_wan_t),
            "bulk_dispatch_pct": np.nan,
        },
        geometry=points.geometry,
        index=points.index,
        crs=points.crs,
    )


def verdicts(
    points: gpd.GeoDataFrame, layers: Layers, book: RuleBook, *, on: date, settings: SitingSettings
) -> pd.DataFrame:
    """What every rule says about points proposed for new mortar lines, with metres and reasons (see `screen`)."""
    findings = _screened(points, layers, book, on=on, settings=settings)
    proposed = as_proposed(points, capacity_wan_t=settings.line_capacity_wan_t)
    return findings.assign(reason=explain(findings, proposed, layers, book.with_margin(settings.margin_m)))


def _screened(
    points: gpd.GeoDataFrame, layers: Layers, book: RuleBook, *, on: date, settings: SitingSettings
) -> pd.DataFrame:
    """The verdicts without their reasons: a grid has thousands, and words take longer than a few rules."""
    proposed = as_proposed(points, capacity_wan_t=settings.line_capacity_wan_t)
    return screen(proposed, layers, book.with_margin(settings.margin_m), on=on)


def exclusion(points: gpd.GeoDataFrame, findings: pd.DataFrame, book: RuleBook, *, approximate: bool) -> pd.Series:
    """Why a candidate is out: the id of the first rule of place that flags it, empty where it may stand.

    Rules of place are those that refer to something on the map. A flag by an area of approximate extent (borderline)
    excludes only where ``approximate`` says so.
    """
    layer = {rule.id: measure_of(rule).layer for rule in book.rules}
    at = findings["rule_id"].map(layer)
    flagged = findings[(findings["verdict"] == FLAG) & (at != "")]
    if not approximate:
        vague = (at == AREAS.layer) & (flagged["certainty"] == BORDERLINE)
        flagged = flagged[~vague.reindex(flagged.index)]
    first = flagged.drop_duplicates("plant_id").set_index("plant_id")["rule_id"]
    return first.reindex(points.index).fillna("").rename("excluded_by")


def judged_candidates(
    points: gpd.GeoDataFrame, settings: SitingSettings, layers: Layers, book: RuleBook, *, on: date, own: bool
) -> gpd.GeoDataFrame:
    """Candidates with what decides whether they may stand.

    Returns
    -------
    GeoDataFrame
        Index id; ``name``, ``lon``, ``lat``, ``capacity`` (of one line), ``own``, ``sector`` (or missing),
        ``district_id``, ``sensitive_m`` (to the nearest sensitive area, negative inside), ``excluded_by`` (rule id,
        empty where allowed), ``approximate`` (allowed, but flagged by an area of approximate extent).
    """
    columns = points.reindex(columns=["name", "capacity", "lon", "lat", "geometry"])
    table = gpd.GeoDataFrame(columns, geometry="geometry", crs=layers.rings.crs).rename_axis("id")
    table = table[~table.index.duplicated()].assign(own=own)
    lost = table["lon"].isna() | table["lat"].isna()
    if lost.any():
        lon, lat = degrees(table.geometry[lost])
        table.loc[lost, "lon"], table.loc[lost, "lat"] = lon, lat
    table["capacity"] = table["capacity"].astype(float).fillna(settings.line_capacity_wan_t)
    table["sector"] = city_sectors.sector_of(table.geometry, city_sectors.sector_areas(layers.rings, book))
    table["district_id"] = districts.district_of(table.geometry, layers.districts)
    areas = sensitive_areas(book.rule_for("sensitive_margin"), layers)
    distance = distances.distance_matrix(table.geometry, areas.geometry)
    table["sensitive_m"] = distance.min(axis=1) if distance.shape[1] else math.inf
    table["excluded_by"], table["approximate"] = "", False
    if settings.apply_rules:
        findings = _screened(table, layers, book, on=on, settings=settings)
        strict = exclusion(table, findings, book, approximate=True)
        table["excluded_by"] = (
            strict if settings.keep_off_approximate else exclusion(table, findings, book, approximate=False)
        )
        table["approximate"] = (strict != "") & (table["excluded_by"] == "")
    return table


def candidate_table(
    inputs: SitingInputs,
    settings: SitingSettings,
    layers: Layers,
    book: RuleBook,
    *,
    on: date,
    grid: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Every candidate, allowed or not, see `judged_candidates`: the grid, then the planner's own points.

    Parameters
    ----------
    grid : GeoDataFrame, optional
        The judged grid, where it has been made before for the same settings.
    """
    parts = []
    if grid is None and settings.grid_km is not None:
        points = candidate_grid(layers, spacing_km=settings.grid_km)
        grid = judged_candidates(points, settings, layers, book, on=on, own=False)
    if grid is not None:
        parts.append(grid)
    if len(inputs.own):
        own = inputs.own
        if twice := sorted(set(own.index[own.index.duplicated()])):
            raise SitingError(_("候选点编号 {sites} 出现不止一次：请换编号。").format(sites=listed(twice)))
        if grid is not None:
            # A grid point read back from a file is the same place, with what the file says of it.
            same = grid.index.intersection(own.index)
            apart = grid.geometry[same].distance(own.geometry[same], align=True) > NEARLY_M
            if apart.any():
                raise SitingError(
                    _("候选点 {sites} 与网格点编号相同、位置不同：请换编号。").format(sites=listed(same[apart]))
                )
            parts = [grid.drop(same)]
        parts.append(judged_candidates(own, settings, layers, book, on=on, own=True))
    if not parts:
        raise SitingError(_("没有候选点：请给出自己的候选点，或使用网格。"))
    return gpd.GeoDataFrame(pd.concat(parts), geometry="geometry", crs=layers.rings.crs)
