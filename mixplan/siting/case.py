"""New mortar lines: from tables and layers to the solver's matrices, and back to a proposal that planners read.

The model and every assumption are described in ``docs/siting.md``. Amounts are in 万t a year, hauls in km by road, and
costs in 万t·km a year; the optimisation itself is in `mixplan.siting.solver`.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from mixplan.base.errors import SitingError
from mixplan.base.i18n import gettext as _
from mixplan.city import ban_zones, distances, districts
from mixplan.city import sectors as city_sectors
from mixplan.city.crs import degrees, points_metric
from mixplan.city.haul import HaulFunction, network_haul, straight_haul
from mixplan.city.layers import Layers
from mixplan.city.sectors import SECTORS
from mixplan.plan.rules import RuleBook
from mixplan.screening.explain import explain
from mixplan.screening.judge import screen
from mixplan.screening.verdicts import BORDERLINE, FLAG
from mixplan.siting import solver

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objective = Literal["haul", "coverage"]

_KM = 1000.0
_NEARLY_M = 0.5  # points closer than the spacing by no more than rounding still keep it
_NOTHING = 1e-9
MANUAL = "manual"  # status of a plan that a planner has put together, not the solver


# --- what the planner sets -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SitingSettings:
    """What a planner asks for: how many lines, under which rules, at which assumptions.

    Attributes
    ----------
    lines, exact : int, bool
        Number of lines, and whether exactly that many or at most.
    line_capacity_wan_t, lines_per_site : float, int
        Capacity of one line (万t/yr) where a candidate states none, and how many may stand on one site.
    quotas : tuple of (sector, least, most)
        Lines wanted in a sector (NE, SW, periphery); no entry, no quota.
    spacing_km : float
        Least straight-line distance between two new sites.
    detour : float
        Road distance over straight-line distance.
    max_haul_km : float or None
        Longest haul allowed, for every plant in the city.
    unmet_penalty_km, fixed_cost : float
        Cost of 1 万t left unmet (万t·km a 万t), and of one line (万t·km a year).
    objective, radius_km : str, float
        ``haul`` (least haul) or ``coverage`` (most demand served within the radius).
    apply_rules : bool
        Keep candidates to where the rules allow new mortar lines, and apply quotas.
    margin_m : float
        Distance from a sensitive area within which no line may stand.
    keep_off_approximate : bool
        Whether areas of approximate extent exclude as well, or only leave a note.
    grid_km : float or None
        Spacing of the grid of candidates; None leaves the planner's own points only.
    demand_total_wan_t : float or None
        Scale demand to this total; None takes it as it is.
    imports, wet_mortar : bool
        Whether imports, and wet mortar from concrete stations, may serve too.
    forced : tuple of (id, lines)
        Sites that must get lines.
    forbidden : tuple of str
        Candidates that may get none.
    """

    lines: int
    exact: bool
    line_capacity_wan_t: float
    lines_per_site: int
    quotas: tuple[tuple[str, int, int | None], ...]
    spacing_km: float
    detour: float
    max_haul_km: float | None
    unmet_penalty_km: float
    fixed_cost: float
    objective: Objective
    radius_km: float
    apply_rules: bool
    margin_m: float
    keep_off_approximate: bool
    grid_km: float | None
    demand_total_wan_t: float | None
    imports: bool
    import_share_pct: float
    import_extra_km: float
    wet_mortar: bool
    wet_share_pct: float
    wet_extra_km: float
    wet_radius_km: float
    forced: tuple[tuple[str, int], ...] = ()
    forbidden: tuple[str, ...] = ()


def default_settings(book: RuleBook, **changes: Any) -> SitingSettings:
    """The plan's figures and the assumptions of the rule file, with some of them changed."""
    return replace(
        SitingSettings(
            lines=int(book.figure("siting_lines")),
            exact=True,
            line_capacity_wan_t=book.figure("siting_line_capacity"),
            lines_per_site=int(book.figure("siting_lines_per_site")),
            quotas=(),
            spacing_km=book.figure("siting_spacing_km"),
            detour=book.figure("siting_detour"),
            max_haul_km=None,
            unmet_penalty_km=book.figure("siting_unmet_penalty"),
            fixed_cost=book.figure("siting_fixed_cost"),
            objective="haul",
            radius_km=book.figure("siting_radius_km"),
            apply_rules=True,
            margin_m=float(book.rule("near_sensitive_area").value),
            keep_off_approximate=True,
            grid_km=book.figure("siting_grid_km"),
            demand_total_wan_t=None,
            imports=False,
            import_share_pct=book.figure("siting_import_share_pct"),
            import_extra_km=book.figure("siting_import_extra_km"),
            wet_mortar=False,
            wet_share_pct=book.figure("siting_wet_share_pct"),
            wet_extra_km=book.figure("siting_wet_extra_km"),
            wet_radius_km=book.figure("siting_wet_radius_km"),
        ),
        **changes,
    )


def check_settings(settings: SitingSettings) -> None:
    """Refuse settings that make no sense, each with its value and what is allowed.

    Raises
    ------
    SitingError
        Naming the setting.
    """
    s = settings
    at_least: list[tuple[str, float, float]] = [
        (_("生产线数量"), s.lines, 0),
        (_("每条线的产能（万t/年）"), s.line_capacity_wan_t, _NOTHING),
        (_("同一站点最多的生产线"), s.lines_per_site, 1),
        (_("最小间距（km）"), s.spacing_km, 0),
        (_("绕行系数"), s.detour, 1),
        (_("每缺 1 万t 的代价（km）"), s.unmet_penalty_km, 0),
        (_("每条线的固定代价（万t·km）"), s.fixed_cost, 0),
        (_("服务半径（km）"), s.radius_km, _NOTHING),
        (_("敏感区外扩距离（m）"), s.margin_m, 0),
    ]
    at_least += [(_("最大运距（km）"), s.max_haul_km, _NOTHING)] if s.max_haul_km is not None else []
    at_least += [(_("候选点网格间距（km）"), s.grid_km, 1)] if s.grid_km is not None else []
    at_least += [(_("需求总量（万t/年）"), s.demand_total_wan_t, 0)] if s.demand_total_wan_t is not None else []
    at_least += [(_("站点 {site} 锁定的条数").format(site=site), lines, 1) for site, lines in s.forced]
    for name, value, least in at_least:
        if not (math.isfinite(value) and value >= least):
            raise SitingError(_("{name}是 {value:g}，应不小于 {least:g}。").format(name=name, value=value, least=least))
    for sector, least, most in s.quotas:
        if sector not in SECTORS:
            raise SitingError(
                _("方位“{sector}”不存在，应为 {allowed} 之一。").format(sector=sector, allowed="、".join(SECTORS))
            )
        if least < 0 or (most is not None and most < least):
            raise SitingError(
                _("方位 {sector} 的条数 {least}–{most} 不成范围：应从 0 起，下限不大于上限。").format(
                    sector=sector, least=least, most=most
                )
            )
    sectors = [sector for sector, _least, _most in s.quotas]
    if twice := sorted({sector for sector in sectors if sectors.count(sector) > 1}):
        raise SitingError(
            _("方位 {sectors} 的条数给出了不止一次：每个方位只能有一个要求。").format(sectors="、".join(twice))
        )
    if both := sorted({site for site, _lines in s.forced} & set(s.forbidden)):
        raise SitingError(_("站点 {sites} 既要求设线又禁止设线。").format(sites="、".join(both)))


# --- what the model is made from -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SitingInputs:
    """Tables that a siting run is made from; all geometry in the metric CRS.

    Attributes
    ----------
    demand : GeoDataFrame
        Index id, ``weight`` (万t/yr).
    existing : GeoDataFrame
        Standing plants, index id, ``capacity`` (万t/yr), see `existing_supply`.
    own : GeoDataFrame
        The planner's own candidate points, index id, ``capacity`` of one line (missing: as in the settings).
    stations : GeoDataFrame or None
        Concrete stations that may deliver wet mortar, index id, ``capacity`` (万m³/yr).
    network : networkx.Graph or None
        Road network, see `data.read_network`.
    """

    demand: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    own: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame | None = None
    network: nx.Graph | None = None


def no_points() -> gpd.GeoDataFrame:
    """An empty table of points."""
    columns = {"name": pd.Series(dtype=object), "capacity": pd.Series(dtype=float)}
    empty = gpd.GeoDataFrame(columns, geometry=points_metric([], []))
    return empty.rename_axis("id")


def existing_supply(
    plants: gpd.GeoDataFrame, layers: Layers, *, statuses: Sequence[str] = ("inventory_2010",)
) -> gpd.GeoDataFrame:
    """Mortar plants of a register as standing supply.

    A plant that is only known by its district counts at that district's middle (``assumed_place``), because its
    capacity is part of the plan's total; it is never drawn. A plant without capacity or any place is left out.
    """
    mortar = plants[(plants["kind"] == "mortar") & plants["status"].isin(list(statuses)) & plants["capacity"].notna()]
    lost = mortar.geometry.isna()
    middles = layers.districts.geometry.representative_point()
    by_name = {
        name: point
        for column in ("name", "name_until_2015")
        for name, point in zip(layers.districts[column], middles, strict=True)
    }
    geometry = mortar.geometry.copy()
    for key in mortar.index[lost]:
        geometry[key] = by_name.get(mortar["district"][key])
    kept = mortar[["name", "capacity", "evidence", "location_error_m"]].assign(assumed_place=lost)
    supply = gpd.GeoDataFrame(kept, geometry=geometry, crs=plants.crs)
    return supply[supply.geometry.notna()]


def concrete_stations(plants: gpd.GeoDataFrame, *, statuses: Sequence[str] = ("inventory_2010",)) -> gpd.GeoDataFrame:
    """Located concrete stations of a register with a known capacity."""
    keep = (plants["kind"] == "concrete") & plants["status"].isin(list(statuses))
    return plants[keep & plants["capacity"].notna() & plants.geometry.notna()]


def candidate_grid(layers: Layers, *, spacing_km: float) -> gpd.GeoDataFrame:
    """A regular grid of points on land in Beijing, with ids that stay the same whatever the rules say."""
    city = layers.districts.geometry.union_all()
    step = spacing_km * _KM
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
        {"name": "", "capacity": np.nan, "lon": lon, "lat": lat}, geometry=points_metric(lon, lat).to_numpy(),
        index=pd.Index(ids, name="id"), crs=points.crs,
    )  # fmt: skip
    return frame


def as_proposed(points: gpd.GeoDataFrame, *, capacity_wan_t: float) -> gpd.GeoDataFrame:
    """Points as proposed mortar works, so that the screening rules can speak of them.

    A proposal lies where it is put, so its location error is zero; bulk dispatch is not known yet.
    """
    return gpd.GeoDataFrame(
        {
            "kind": "mortar", "status": "proposed", "evidence": "sourced", "location_error_m": 0.0,
            "capacity": points["capacity"].astype(float).fillna(capacity_wan_t), "bulk_dispatch_pct": np.nan,
        },
        geometry=points.geometry, index=points.index, crs=points.crs,
    )  # fmt: skip


def verdicts(
    points: gpd.GeoDataFrame, layers: Layers, book: RuleBook, *, on: date, settings: SitingSettings
) -> pd.DataFrame:
    """What every rule says about points proposed for new mortar lines, with metres and reasons (see `screen`)."""
    proposed = as_proposed(points, capacity_wan_t=settings.line_capacity_wan_t)
    moved = book.with_values({"near_sensitive_area": settings.margin_m})
    findings = screen(proposed, layers, moved, on=on)
    return findings.assign(reason=explain(findings, proposed, layers, moved))


def exclusion(points: gpd.GeoDataFrame, findings: pd.DataFrame, book: RuleBook, *, approximate: bool) -> pd.Series:
    """Why a candidate is out: the id of the first rule of place that flags it, empty where it may stand.

    Rules of place are those on rings, sectors and sensitive areas. A flag by an area of approximate extent (borderline)
    excludes only where ``approximate`` says so.
    """
    place = {rule.id: rule.measure for rule in book.rules if rule.measure in PLACE_MEASURES}
    flagged = findings[(findings["verdict"] == FLAG) & findings["rule_id"].isin(list(place))]
    if not approximate:
        vague = (flagged["rule_id"].map(place) == "near_sensitive_area") & (flagged["certainty"] == BORDERLINE)
        flagged = flagged[~vague]
    first = flagged.drop_duplicates("plant_id").set_index("plant_id")["rule_id"]
    return first.reindex(points.index).fillna("").rename("excluded_by")


PLACE_MEASURES = ("inside_ring", "in_sector", "near_sensitive_area")


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
    kinds = book.rule("near_sensitive_area").subject.split(",")
    areas = layers.sensitive_areas[layers.sensitive_areas["kind"].isin(kinds)]
    distance = distances.distance_matrix(table.geometry, areas.geometry)
    table["sensitive_m"] = distance.min(axis=1) if distance.shape[1] else math.inf
    table["excluded_by"], table["approximate"] = "", False
    if settings.apply_rules:
        findings = verdicts(table, layers, book, on=on, settings=settings)
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
            raise SitingError(_("候选点编号 {sites} 出现不止一次：请换编号。").format(sites="、".join(twice)))
        if grid is not None:
            # A grid point read back from a file is the same place, with what the file says of it.
            same = grid.index.intersection(own.index)
            apart = grid.geometry[same].distance(own.geometry[same], align=True) > _NEARLY_M
            if apart.any():
                raise SitingError(
                    _("候选点 {sites} 与网格点编号相同、位置不同：请换编号。").format(sites="、".join(same[apart]))
                )
            parts = [grid.drop(same)]
        parts.append(judged_candidates(own, settings, layers, book, on=on, own=True))
    if not parts:
        raise SitingError(_("没有候选点：请给出自己的候选点，或使用网格。"))
    return gpd.GeoDataFrame(pd.concat(parts), geometry="geometry", crs=layers.rings.crs)


# --- the case: everything the solver needs, and what its numbers stand for -------------------------------------------


@dataclass(frozen=True, eq=False)
class SitingCase:
    """A siting question ready to be solved, with the tables that its rows and columns stand for.

    Attributes
    ----------
    problem : solver.SitingProblem
        Rows are ``demand``; sources are ``candidates``, ``existing``, ``optional``, in this order.
    demand : GeoDataFrame
        ``weight`` (万t/yr, scaled), ``in_ban_zone``.
    candidates : GeoDataFrame
        Candidates that may stand; `all_candidates` has the excluded ones too.
    optional : GeoDataFrame
        ``kind`` (import, wet), ``capacity``, ``extra_km``.
    haul_km : ndarray
        Haul in km, demand points by all sources.
    access_m : float
        Farthest that a point lies from the road network (0 without one).
    cut_off : tuple of str
        Points too far from the road network to be reached.
    input_hash : str
        Short hash of everything that goes into the result.
    """

    settings: SitingSettings
    problem: solver.SitingProblem
    demand: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    all_candidates: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    optional: gpd.GeoDataFrame
    haul_km: Floats
    access_m: float
    cut_off: tuple[str, ...]
    input_hash: str

    @property
    def source_ids(self) -> list[str]:
        """Ids of all sources, in the solver's order."""
        return [*self.candidates.index, *self.existing.index, *self.optional.index]

    @property
    def source_kinds(self) -> list[str]:
        """Kinds of all sources: site, existing, import, wet."""
        return ["site"] * len(self.candidates) + ["existing"] * len(self.existing) + list(self.optional["kind"])

    def lines_of(self, plan: Mapping[str, int]) -> Ints:
        """Lines per candidate of a plan given by ids.

        Raises
        ------
        SitingError
            Where the plan names a site that is no allowed candidate.
        """
        lines = np.zeros(len(self.candidates), dtype=np.int64)
        position = {str(key): k for k, key in enumerate(self.candidates.index)}
        for site, count in plan.items():
            if site not in position:
                raise SitingError(self._why_not(site))
            lines[position[site]] = count
        return lines

    def _why_not(self, site: str) -> str:
        if site in self.all_candidates.index:
            rule = self.all_candidates["excluded_by"][site]
            return _("站点 {site} 不能作为候选：规则“{rule}”不允许在此设线。").format(site=site, rule=rule)
        return _("没有编号为“{site}”的候选点；编号见候选点表。").format(site=site)


def haul_function(inputs: SitingInputs, settings: SitingSettings, book: RuleBook) -> HaulFunction:
    """How hauls are worked out: straight line times detour, or along the planner's network."""
    network = inputs.network
    if network is None:
        return lambda places, sources: straight_haul(places, sources, detour=settings.detour)
    access_m = book.figure("siting_access_km") * _KM
    return lambda places, sources: network_haul(places, sources, network, detour=settings.detour, access_m=access_m)


def _optional_supply(
    inputs: SitingInputs, settings: SitingSettings, layers: Layers, book: RuleBook, wanted: float
) -> gpd.GeoDataFrame:
    """Imports at the border, and wet mortar from concrete stations, where the planner lets them serve."""
    rows: list[dict[str, Any]] = []
    if settings.imports:
        city = layers.districts.geometry.union_all()
        centre = points_metric([book.figure("sector_centre_lon")], [book.figure("sector_centre_lat")]).iloc[0]
        count = int(book.figure("siting_import_gates"))
        far = 2 * math.hypot(city.bounds[2] - city.bounds[0], city.bounds[3] - city.bounds[1])
        for k in range(count):
            angle = 2 * math.pi * k / count
            ray = shapely.LineString([centre, (centre.x + far * math.sin(angle), centre.y + far * math.cos(angle))])
            corners = shapely.get_coordinates(ray.intersection(city.boundary))
            if not len(corners):
                continue
            border = corners[np.hypot(*(corners - [centre.x, centre.y]).T).argmax()]
            rows.append({"id": f"import-{math.degrees(angle):03.0f}", "kind": "import",
                         "capacity": settings.import_share_pct / 100 * wanted, "extra_km": settings.import_extra_km,
                         "group": 0, "geometry": shapely.Point(border)})  # fmt: skip
    if settings.wet_mortar and inputs.stations is not None:
        density = book.figure("siting_wet_density")
        for key, station in inputs.stations.iterrows():
            amount = float(station["capacity"]) * settings.wet_share_pct / 100 * density
            rows.append({"id": str(key), "kind": "wet", "capacity": amount, "extra_km": settings.wet_extra_km,
                         "group": -1, "geometry": station.geometry})  # fmt: skip
    columns = ["id", "kind", "capacity", "extra_km", "group", "geometry"]
    frame = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=layers.rings.crs)
    return frame.set_index("id")


def build_case(
    inputs: SitingInputs,
    settings: SitingSettings,
    layers: Layers,
    book: RuleBook,
    *,
    on: date,
    haul: HaulFunction | None = None,
    grid: gpd.GeoDataFrame | None = None,
    exempt: Sequence[str] = (),
) -> SitingCase:
    """Put the planner's question into the solver's matrices.

    Parameters
    ----------
    inputs, settings
        Tables and wishes.
    on : date
        Day for the rules and the ban zones.
    haul : callable, optional
        Replaces the haul computation, so that a page can keep what is slow.
    grid : GeoDataFrame, optional
        The judged grid of candidates, kept for the same reason, see `candidate_table`.
    exempt : sequence of str
        Candidates that the rules do not exclude, for a look at what a place would serve if it were allowed.

    Raises
    ------
    SitingError
        Where settings make no sense, no candidate is left, or a forced site is not allowed.
    """
    check_settings(settings)
    if inputs.demand.empty:
        raise SitingError(_("需求点是空的：至少要有一个需求点。"))
    demand = inputs.demand.assign(weight=inputs.demand["weight"].astype(float))
    total = float(demand["weight"].sum())
    if settings.demand_total_wan_t is not None and total > 0:
        demand["weight"] *= settings.demand_total_wan_t / total
    zone = ban_zones.zones_in_force(layers.ban_zones, on).geometry.union_all()
    demand["in_ban_zone"] = shapely.intersects(zone, demand.geometry.to_numpy())

    everything = candidate_table(inputs, settings, layers, book, on=on, grid=grid)
    candidates = everything[(everything["excluded_by"] == "") | everything.index.isin(list(exempt))]
    if candidates.empty:
        counts = everything["excluded_by"].value_counts()
        reasons = "；".join(f"{rule} {count}" for rule, count in counts.items())
        raise SitingError(
            _("{count} 个候选点全部被规则排除：{reasons}。").format(count=len(everything), reasons=reasons)
        )
    existing = inputs.existing
    optional = _optional_supply(inputs, settings, layers, book, float(demand["weight"].sum()))

    sources = pd.concat([candidates.geometry, existing.geometry, optional.geometry])
    ways = (haul or haul_function(inputs, settings, book))(
        demand.geometry, gpd.GeoSeries(sources, crs=layers.rings.crs)
    )
    haul_km = ways.km.copy()
    imported = len(candidates) + len(existing) + np.flatnonzero(optional["kind"] == "import")
    haul_km[:, imported] += settings.import_extra_km
    names = np.array([*demand.index, *sources.index], dtype=object)
    reached = np.concatenate([np.isfinite(ways.km).any(axis=1), np.isfinite(ways.km).any(axis=0)])
    near = np.concatenate([ways.place_access_m, ways.source_access_m])[reached]

    draft = SitingCase(
        settings=settings,
        problem=_EMPTY,
        demand=demand,
        candidates=candidates,
        all_candidates=everything,
        existing=existing,
        optional=optional,
        haul_km=haul_km,
        access_m=float(near.max(initial=0.0)),
        cut_off=tuple(map(str, names[~reached])),
        input_hash="",
    )
    problem = assemble(draft, draft.haul_km, demand["weight"].to_numpy(float))
    return replace(draft, problem=problem, input_hash=_hash(settings, problem, draft))


_EMPTY = solver.SitingProblem(unit_cost=np.empty((0, 0)), demand=np.empty(0), capacity=np.empty(0))


def _hash(settings: SitingSettings, problem: solver.SitingProblem, case: SitingCase) -> str:
    digest = hashlib.sha256(repr(settings).encode())
    for array in (problem.demand, problem.source_cost, problem.capacity, problem.capacity_existing):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update("|".join([*map(str, case.demand.index), *case.source_ids]).encode())
    return digest.hexdigest()[:12]


def assemble(case: SitingCase, haul_km: Floats, demand: Floats) -> solver.SitingProblem:
    """The solver's problem for a case, with its own or with disturbed hauls and demands."""
    s, m, k = case.settings, len(case.candidates), len(case.existing)
    cost = haul_km.copy()
    if s.max_haul_km is not None:
        # The whole haul of imports is not known, so the limit does not speak of them.
        limited = np.array([kind != "import" for kind in case.source_kinds])
        cost[:, limited] = np.where(cost[:, limited] > s.max_haul_km, math.inf, cost[:, limited])
    wet = m + k + np.flatnonzero(case.optional["kind"] == "wet")
    cost[:, wet] = np.where(cost[:, wet] > s.wet_radius_km, math.inf, cost[:, wet])
    reach = cost.copy()
    cost[:, wet] += s.wet_extra_km

    forced = np.zeros(m, dtype=np.int64)
    for site, lines in s.forced:
        forced += case.lines_of({site: lines})
    rules: dict[str, Any] = {
        "fixed_cost": s.fixed_cost if s.objective == "haul" else 0.0,
        "max_lines": np.maximum(s.lines_per_site, forced),
        "n_lines": s.lines,
        "lines_exact": s.exact,
        "capacity_existing": case.existing["capacity"].to_numpy(float),
        "capacity_optional": case.optional["capacity"].to_numpy(float),
        "optional_group": case.optional["group"].to_numpy(np.int64),
        "optional_group_cap": [s.import_share_pct / 100 * float(demand.sum())] if s.imports else [],
        "conflicts": too_close(case.candidates, s.spacing_km),
        "min_lines": forced,
        "forbidden": case.candidates.index.isin(list(s.forbidden)),
    }
    if s.apply_rules and s.quotas:
        quota = {sector: (least, most) for sector, least, most in s.quotas}
        sector = case.candidates["sector"].map({name: g for g, name in enumerate(SECTORS)})
        rules["group"] = sector.fillna(-1).to_numpy(np.int64)
        rules["group_min"] = [quota.get(name, (0, None))[0] for name in SECTORS]
        most = [quota.get(name, (0, None))[1] for name in SECTORS]
        rules["group_max"] = [s.lines if limit is None else limit for limit in most]
    capacity = case.candidates["capacity"].to_numpy(float)
    if s.objective == "coverage":
        return solver.coverage_problem(
            reach[:, :m], demand, capacity, radius_km=s.radius_km, haul_existing_km=reach[:, m : m + k],
            haul_optional_km=reach[:, m + k :], **rules,
        )  # fmt: skip
    return solver.SitingProblem(
        unit_cost=cost[:, :m], demand=demand, capacity=capacity, unit_cost_existing=cost[:, m : m + k],
        unit_cost_optional=cost[:, m + k :], unmet_penalty=s.unmet_penalty_km, **rules,
    )  # fmt: skip


def too_close(candidates: gpd.GeoDataFrame, spacing_km: float) -> Ints:
    """Pairs of candidates that are closer to each other than the spacing."""
    if spacing_km <= 0 or len(candidates) < 2:
        return np.empty((0, 2), dtype=np.int64)
    tree = cKDTree(np.column_stack([candidates.geometry.x, candidates.geometry.y]))
    pairs: Ints = tree.query_pairs(spacing_km * _KM - _NEARLY_M, output_type="ndarray").astype(np.int64)
    return pairs


# --- the proposal ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SitingStats:
    """Key figures of a proposal (万t/yr, km).

    ``share_within`` is the share of ban-zone demand that is served over a haul of at most the radius; it is missing
    where there is no demand in the zones.
    """

    demand: float
    served: float
    unmet: float
    new_capacity: float
    total_capacity: float
    haul: float
    mean_haul_km: float
    longest_haul_km: float
    ban_zone_demand: float
    share_within: float
    radius_km: float
    from_new: float
    from_existing: float
    from_import: float
    from_wet: float


@dataclass(frozen=True, eq=False)
class SitingProposal:
    """A proposal for new mortar lines: sites, deliveries, cost, and how far from the best possible it can be at most.

    Attributes
    ----------
    sites : GeoDataFrame
        Chosen sites in order of their id: ``number`` (as on the map), ``name``, ``lon``, ``lat``, ``sector``,
        ``district_id``, ``lines``, ``capacity``, ``used``, ``utilisation_pct``, ``points`` (demand points served),
        ``mean_haul_km``, ``forced``, ``approximate``.
    supply : DataFrame
        Standing plants and optional supplies in use: ``kind``, ``capacity``, ``used``.
    flows : DataFrame
        ``site`` (id of the source), ``kind`` (site, existing, import, wet), ``demand`` (id), ``amount``, ``haul_km``.
    unmet : Series
        Demand left unmet by demand point, only where there is some.
    objective, bound, gap : float
        Cost, proven lower bound, and the share of the cost that could be saved at most; bound is minus infinity and
        gap infinite where nothing is proven.
    status : str
        The solver's status, or ``manual``.
    facts : tuple of solver.Fact
        What was short or contradictory before solving, see `fact_sentence`.
    """

    settings: SitingSettings
    sites: gpd.GeoDataFrame
    supply: pd.DataFrame
    flows: pd.DataFrame
    unmet: pd.Series
    objective: float
    bound: float
    gap: float
    status: str
    seconds: float
    seed: int
    versions: Mapping[str, str]
    facts: tuple[solver.Fact, ...]
    stats: SitingStats
    input_hash: str

    @property
    def plan(self) -> dict[str, int]:
        """Lines by site id."""
        return {str(key): int(lines) for key, lines in self.sites["lines"].items()}


def solve_case(
    case: SitingCase,
    *,
    gap: float,
    time_s: float,
    seed: int,
    on_progress: Callable[[float, float, float, float], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SitingProposal:
    """Let the solver propose sites.

    Parameters
    ----------
    gap : float
        Proven gap (share of the cost) at which the search may stop.
    time_s : float
        Seconds after which it stops in any case.
    on_progress, should_stop : callable, optional
        As in `solver.solve`: progress as (seconds, objective, bound, gap), and the wish to stop with the best so far.
    """
    found = solver.solve(
        case.problem, gap=gap, time_limit_s=time_s, seed=seed, on_progress=on_progress, should_stop=should_stop
    )
    flows, unmet = found.flows, found.unmet
    if case.settings.objective == "coverage" and math.isfinite(found.objective):
        flows, unmet = _shortest_coverage(case, found)
    return _proposal(
        case, found.lines, flows, unmet, objective=found.objective, bound=found.bound, gap=found.gap,
        status=found.status, seconds=found.seconds, seed=seed, versions=found.versions, facts=found.facts,
    )  # fmt: skip


def _shortest_coverage(case: SitingCase, found: solver.Siting) -> tuple[solver.Flows, Floats]:
    """Among all deliveries that cover as much, those of least haul: the coverage objective does not tell them apart."""
    p = case.problem
    m, k = p.n_site, p.n_existing
    cost = np.where(np.isfinite(p.source_cost), case.haul_km, math.inf)
    longest = float(cost[np.isfinite(cost)].max(initial=1.0))
    shorter = replace(
        p, unit_cost=cost[:, :m], unit_cost_existing=cost[:, m : m + k], unit_cost_optional=cost[:, m + k :],
        fixed_cost=np.zeros(m), unmet_penalty=longest * (p.n_demand + 2),
    )  # fmt: skip
    best = solver.allocate(shorter, found.lines)
    if best.unmet.sum() > found.unmet.sum() + 1e-6:
        return found.flows, found.unmet
    return best.flows, best.unmet


def evaluate_plan(case: SitingCase, plan: Mapping[str, int]) -> SitingProposal:
    """A planner's own plan: the best deliveries for its sites; nothing is proven of it yet, see `with_bound`.

    Parameters
    ----------
    plan : mapping
        Lines by candidate id; need not keep quotas or spacing, `plan_problems` tells what it breaks.
    """
    lines = case.lines_of(plan)
    found = solver.allocate(case.problem, lines)
    return _proposal(
        case, lines, found.flows, found.unmet, objective=found.cost, bound=-math.inf, gap=math.inf, status=MANUAL,
        seconds=0.0, seed=0, versions={}, facts=(),
    )  # fmt: skip


def _proposal(
    case: SitingCase,
    lines: Ints,
    flows: solver.Flows,
    unmet: Floats,
    *,
    objective: float,
    bound: float,
    gap: float,
    status: str,
    seconds: float,
    seed: int,
    versions: Mapping[str, str],
    facts: tuple[solver.Fact, ...],
) -> SitingProposal:
    ids, kinds = np.array(case.source_ids, dtype=object), np.array(case.source_kinds, dtype=object)
    table = pd.DataFrame(
        {
            "site": ids[flows.source],
            "kind": kinds[flows.source],
            "demand": case.demand.index.to_numpy(dtype=object)[flows.demand],
            "amount": flows.amount,
            "haul_km": case.haul_km[flows.demand, flows.source],
        }
    )
    used: Floats = np.bincount(flows.source, weights=flows.amount, minlength=len(ids)).astype(float)
    left = pd.Series(unmet, index=case.demand.index, name="unmet")
    supply = pd.DataFrame(
        {
            "kind": kinds[len(case.candidates) :],
            "capacity": [*case.existing["capacity"].astype(float), *case.optional["capacity"].astype(float)],
            "used": used[len(case.candidates) :],
        },
        index=pd.Index(ids[len(case.candidates) :], name="id"),
    )
    return SitingProposal(
        settings=case.settings, sites=_chosen(case, lines, table, used), supply=supply,
        flows=table, unmet=left[left > _NOTHING], objective=float(objective), bound=float(bound), gap=float(gap),
        status=status, seconds=float(seconds), seed=seed, versions=dict(versions), facts=facts,
        stats=_stats(case, lines, table, left), input_hash=case.input_hash,
    )  # fmt: skip


def _chosen(case: SitingCase, lines: Ints, flows: pd.DataFrame, used: Floats) -> gpd.GeoDataFrame:
    """The chosen sites with what each delivers."""
    picked = lines > 0
    used = used[: len(lines)]
    sites = case.candidates[picked]
    own = flows[flows["kind"] == "site"].assign(work=lambda f: f["amount"] * f["haul_km"])
    by_site = own.groupby("site").agg(points=("demand", "nunique"), amount=("amount", "sum"), work=("work", "sum"))
    by_site = by_site.reindex(sites.index, fill_value=0)
    capacity = sites["capacity"] * lines[picked]
    columns = ["name", "lon", "lat", "own", "sector", "district_id", "approximate", "geometry"]
    return sites[columns].assign(
        number=np.arange(1, len(sites) + 1),
        lines=lines[picked],
        capacity=capacity,
        used=used[picked],
        utilisation_pct=100 * used[picked] / capacity.where(capacity > 0),
        points=by_site["points"].astype(int),
        mean_haul_km=by_site["work"] / by_site["amount"].where(by_site["amount"] > 0),
        forced=sites.index.isin([site for site, _lines in case.settings.forced]),
    )


def _stats(case: SitingCase, lines: Ints, flows: pd.DataFrame, unmet: pd.Series) -> SitingStats:
    wanted, left = float(case.demand["weight"].sum()), float(unmet.sum())
    new = float((case.candidates["capacity"].to_numpy(float) * lines).sum())
    moved = float(flows["amount"].sum())
    haul = float((flows["amount"] * flows["haul_km"]).sum())
    zone = case.demand["in_ban_zone"]
    in_zone = flows["demand"].map(zone).astype(bool)
    near = flows["haul_km"] <= case.settings.radius_km + _NOTHING
    zone_demand = float(case.demand.loc[zone, "weight"].sum())
    by_kind = flows.groupby("kind")["amount"].sum()
    share = float(flows.loc[in_zone & near, "amount"].sum()) / zone_demand if zone_demand > 0 else math.nan
    optional = case.problem.optional_group_cap.sum()
    optional += float(case.optional.loc[case.optional["kind"] == "wet", "capacity"].sum())
    return SitingStats(
        demand=wanted,
        served=moved,
        unmet=left,
        new_capacity=new,
        total_capacity=new + float(case.existing["capacity"].sum()) + float(optional),
        haul=haul,
        mean_haul_km=haul / moved if moved > 0 else 0.0,
        longest_haul_km=float(flows["haul_km"].max()) if len(flows) else 0.0,
        ban_zone_demand=zone_demand,
        share_within=share,
        radius_km=case.settings.radius_km,
        from_new=float(by_kind.get("site", 0.0)),
        from_existing=float(by_kind.get("existing", 0.0)),
        from_import=float(by_kind.get("import", 0.0)),
        from_wet=float(by_kind.get("wet", 0.0)),
    )
