"""The stations, demand and limits of one consolidation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.arrays import Floats, Ints
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.city import districts, rings
from mixplan.city.haul import straight_haul
from mixplan.city.layers import Layers
from mixplan.consolidation.model import CLOSE, FREE, KEEP, Limit, Problem
from mixplan.consolidation.settings import Settings, unusable
from mixplan.plan.rules import RuleBook
from mixplan.registers.decisions import CLOSE as CLOSE_WORD
from mixplan.registers.decisions import KEEP as KEEP_WORD
from mixplan.registers.decisions import UNDECIDED
from mixplan.screening.verdicts import CERTAIN, FLAG, UNKNOWN

OUTSIDE_RINGS = 0
BELTS = ("inside", "between", "outside")
_DUST_ROWS = dict(
    zip(BELTS, ("dust_inside_fifth_pct", "dust_fifth_to_sixth_pct", "dust_outside_sixth_pct"), strict=True)
)


@dataclass(frozen=True, eq=False)
class Case:
    """One problem made from the register: the stations as a table, the demand points, and the matrices.

    Attributes
    ----------
    stations : GeoDataFrame
        Concrete stations of the inventory, index plant id, with ``ring``, ``district_id``, ``points`` (severity kept
        open by standing), ``note_points``, ``flagged``, ``sensitive``, ``unknown`` (rules whose attribute is not
        known), ``status_note`` (``""``, or ``capacity`` or ``location`` where it stays outside the model), ``lock``.
    demand : GeoDataFrame
        Demand points in the last year, 万m³.
    problem : Problem
        The matrices; rows are ``stations[stations.in_model]``.
    settings : Settings
    dust_pct : mapping
        Published share of the stations' dust in each belt, in percent.
    """

    stations: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    problem: Problem
    settings: Settings
    dust_pct: Mapping[str, float]

    @property
    def ids(self) -> list[str]:
        """Plant ids in the order of the matrices."""
        return [str(i) for i in self.stations.index[self.stations["in_model"]]]


def inventory(plants: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The concrete stations that the plan speaks of: those of the inventory at the end of 2010."""
    return plants[(plants["kind"] == "concrete") & (plants["status"] == "inventory_2010")]


def station_frame(
    plants: gpd.GeoDataFrame,
    findings: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    borderline_weight: float,
    locks: Sequence[tuple[str, str]] = (),
) -> gpd.GeoDataFrame:
    """Stations with what the decision needs to know of each; see `Case.stations`."""
    some = inventory(plants)
    ring = rings.ring_of(some.geometry, layers.rings).mask(some.geometry.isna())
    ring = ring.mask(some.geometry.notna() & ring.isna(), OUTSIDE_RINGS)
    own = findings[findings["plant_id"].isin(some.index)]
    flags = own[own["verdict"] == FLAG]
    advisory = flags["rule_id"].isin([rule.id for rule in book.rules if rule.advisory])
    severity = flags["rule_id"].map({rule.id: float(rule.severity) for rule in book.rules}).astype(float)
    weight = np.where(flags["certainty"] == CERTAIN, 1.0, borderline_weight)
    scores = pd.Series((severity * weight).to_numpy(float), index=flags["plant_id"].to_numpy(dtype=object), dtype=float)
    kept = scores[~advisory.to_numpy(bool)].groupby(level=0).sum()
    noted = scores[advisory.to_numpy(bool)].groupby(level=0).sum()
    unknown = own[own["verdict"] == UNKNOWN].groupby("plant_id")["rule_id"].agg(lambda ids: ",".join(map(str, ids)))
    near = flags.loc[flags["rule_id"] == "near_sensitive_area", "plant_id"]
    decisions = dict(locks)
    strange = sorted(set(decisions) - set(map(str, some.index)))
    if strange:
        raise DataError(
            _("决定文件中的这些站点不在册：{ids}。应为登记册中预拌混凝土搅拌站的编号。").format(
                ids="、".join(strange[:8])
            )
        )
    capacity = some["capacity"].astype(float)
    note = np.select([capacity.isna(), some.geometry.isna()], ["capacity", "location"], "")
    lock = pd.Series({plant: decisions.get(str(plant), UNDECIDED) for plant in some.index}, dtype=object)
    return some.assign(
        ring=ring,
        district_id=districts.stated_district(some, layers.districts),
        points=kept.reindex(some.index).fillna(0.0).astype(float),
        note_points=noted.reindex(some.index).fillna(0.0).astype(float),
        flagged=some.index.isin(flags["plant_id"][~advisory]),
        certain=some.index.isin(flags["plant_id"][~advisory & (flags["certainty"] == CERTAIN)]),
        sensitive=some.index.isin(near),
        unknown=unknown.reindex(some.index).fillna("").astype(object),
        status_note=note,
        in_model=note == "",
        lock=lock.reindex(some.index).fillna(UNDECIDED) if len(some) else pd.Series(dtype=object),
    )


def _pairs(some: gpd.GeoDataFrame, loss: Floats, settings: Settings) -> tuple[Ints, Floats]:
    """Mergers to be considered: within a company at any distance, and with the nearest neighbours within reach."""
    n = len(some)
    if n < 2:
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    apart = straight_haul(some.geometry, some.geometry, detour=1.0).km
    company = some["company"].fillna("").to_numpy(dtype=object)
    same = (company[:, None] == company) & (company != "")[:, None]
    np.fill_diagonal(same, False)
    np.fill_diagonal(apart, np.inf)
    rank = np.argsort(np.argsort(apart, axis=1, kind="stable"), axis=1, kind="stable")
    near = (apart <= settings.merge_km) & (rank < settings.merge_neighbours)
    source, target = np.nonzero(same | near)
    closeness = 1.0 - apart[source, target] / settings.merge_km if settings.merge_km else np.zeros(len(source))
    share = np.where(
        same[source, target], settings.company_saving_pct, settings.neighbour_saving_pct * np.maximum(closeness, 0.0)
    )
    return np.column_stack([source, target]).astype(np.int64), loss[source] * share / 100.0


def _limits(stations: gpd.GeoDataFrame, settings: Settings) -> tuple[Limit, ...]:
    """The caps on numbers of stations; those that stand outside the model count as well."""
    inside = stations["ring"].fillna(OUTSIDE_RINGS).astype(int).replace(OUTSIDE_RINGS, 99)
    wanted = [(f"district:{which}", stations["district_id"] == which, most) for which, most in settings.district_caps]
    wanted += [(f"ring:{ring}", inside <= ring, most) for ring, most in settings.ring_caps]
    if settings.max_flagged is not None:
        wanted.append(("flagged", stations["flagged"], settings.max_flagged))
    in_model = stations["in_model"].to_numpy(bool)
    stays = ~in_model & (stations["lock"] != CLOSE_WORD).to_numpy(bool)
    return tuple(
        Limit(name, members.fillna(False).to_numpy(bool)[in_model], most, int(members.to_numpy(bool)[stays].sum()))
        for name, members, most in wanted
    )


def build_case(
    plants: gpd.GeoDataFrame,
    findings: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    demand: gpd.GeoDataFrame,
    settings: Settings,
) -> Case:
    """Turn register, findings and demand points into one problem.

    Parameters
    ----------
    demand : GeoDataFrame
        Demand points; their weights are scaled to the demand of the settings.

    Raises
    ------
    DataError
        Where there is no station, or no demand.
    """
    s = settings
    stations = station_frame(plants, findings, layers, book, borderline_weight=s.borderline_weight, locks=s.locks)
    some = stations[stations["in_model"]]
    if some.empty:
        raise DataError(
            _("登记册中没有可以优化的搅拌站：需要类别为 concrete、状态为 inventory_2010、有产能和坐标的行。")
        )
    total = float(demand["weight"].sum())
    if not total > 0:
        raise DataError(_("需求点的权重合计为 {total:g}，应大于 0。").format(total=total))
    if not s.demand_wan_m3 > 0:
        raise unusable("demand_wan_m3", s.demand_wan_m3, _("应大于 0"))
    points = demand[demand["weight"] > 0]
    # A planner's own file may leave names out.
    points = points.assign(name=points["name"].where(points["name"] != "", points.index.astype(str)))
    wanted = points["weight"].to_numpy(float) / total
    capacity = some["capacity"].to_numpy(float)
    loss = s.loss_site + s.loss_capacity * capacity
    pairs, saving = _pairs(some, loss, s)
    closed_fixed = stations[~stations["in_model"] & (stations["lock"] == CLOSE_WORD)]
    fixed = stations[~stations["in_model"] & (stations["lock"] != CLOSE_WORD)]
    first = float(stations["capacity"].fillna(0.0).sum())
    step = path(s.years)
    lock = some["lock"].map({KEEP_WORD: KEEP, CLOSE_WORD: CLOSE}).fillna(FREE).to_numpy(np.int64)
    limits = _limits(stations, s)
    problem = Problem(
        capacity=capacity,
        haul_km=straight_haul(points.geometry, some.geometry, detour=s.detour).km.T,
        demand=np.outer(s.first_demand_wan_m3 + step * (s.demand_wan_m3 - s.first_demand_wan_m3), wanted),
        limit=np.maximum(first + step * (s.cap_wan_m3 - first), s.cap_wan_m3),
        years=s.years,
        utilisation=s.utilisation_pct / 100.0,
        radius_km=s.radius_km,
        outside_share=s.outside_pct / 100.0,
        keep_cost=s.severity_cost * some["points"].to_numpy(float),
        note_cost=s.severity_cost * some["note_points"].to_numpy(float),
        loss=loss,
        standard=s.standard_wan_m3,
        add_most=np.maximum(s.standard_wan_m3 - capacity, 0.0) + s.add_most,
        haul_cost=s.haul_cost,
        upgrade_cost=s.upgrade_cost / s.capital_years,
        add_cost=s.add_cost / s.capital_years,
        move_cost=s.move_cost / s.capital_years,
        pairs=pairs,
        pair_saving=saving,
        receive_most=s.receive_most,
        lock=lock,
        max_closures=s.closures_per_year if s.phased else None,
        limits=limits,
        fixed_capacity=float(fixed["capacity"].fillna(0.0).sum()),
        fixed_closures=len(closed_fixed),
    )
    scaled = points.assign(weight=wanted * s.demand_wan_m3)
    dust = {belt: book.figure(row) for belt, row in _DUST_ROWS.items()}
    return Case(stations, scaled, problem, s, dust)


def path(years: tuple[int, ...]) -> Floats:
    """How far along the way from the inventory to the target each year is: 1 in the last year, equal steps before."""
    return np.arange(1, len(years) + 1, dtype=float) / len(years)


def base_year(settings: Settings) -> int:
    """The year of the inventory that the plan starts from."""
    return settings.years[0] - 1 if settings.phased else settings.years[0] - 5
