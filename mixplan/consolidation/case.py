"""The stations, demand and limits of one consolidation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.arrays import Floats, Ints
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import check_number
from mixplan.city.haul import straight_haul
from mixplan.city.layers import Layers
from mixplan.city.rings import within_ring
from mixplan.consolidation.dust import published_dust
from mixplan.consolidation.model import Limit, Lock, Problem
from mixplan.consolidation.settings import Settings
from mixplan.consolidation.stations import FLAGGED_CAP, cap_on, station_frame, stays_outside
from mixplan.plan.actions import CLOSE, RETAIN, UNDECIDED
from mixplan.plan.rules import RuleBook

# The planner's decisions as the model holds them.
LOCKS = {RETAIN: Lock.KEEP, CLOSE: Lock.CLOSE, UNDECIDED: Lock.FREE}


@dataclass(frozen=True, eq=False)
class Case:
    """One problem made from the register: the stations as a table, the demand points, and the matrices.

    Attributes
    ----------
    stations : GeoDataFrame
        Concrete stations of the inventory, index plant id, with ``ring``, ``district_id``, ``points`` (severity kept
        open by standing), ``note_points``, ``flagged``, ``sensitive``, ``unknown`` (rules whose attribute is not
        known), ``status_note`` (``""``, or ``capacity`` or ``location`` where it stays outside the model),
        ``in_model``, ``lock``.
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
        return [str(i) for i in self.decided.index]

    @property
    def decided(self) -> gpd.GeoDataFrame:
        """The stations that the model decides on, in the order of the matrices."""
        return self.stations[self.stations["in_model"]]


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
    stations = station_frame(plants, findings, layers, book, settings)
    if not stations["in_model"].any():
        raise DataError(
            _("登记册中没有可以优化的搅拌站：需要类别为 concrete、状态为 inventory_2010、有产能和坐标的行。")
        )
    shares = _shares(demand, settings)
    points = shares.assign(weight=shares["weight"] * settings.demand_wan_m3)
    return Case(stations, points, _problem(stations, shares, settings), settings, published_dust(book))


def _shares(demand: gpd.GeoDataFrame, settings: Settings) -> gpd.GeoDataFrame:
    """Demand points that need something, each with its share of the whole as its weight."""
    total = float(demand["weight"].sum())
    if not total > 0:
        raise DataError(_("需求点的权重合计为 {total:g}，应大于 0。").format(total=total))
    check_number("demand_wan_m3", settings.demand_wan_m3, above=True)
    points = demand[demand["weight"] > 0]
    # A planner's own file may leave names out.
    names = points["name"].where(points["name"] != "", points.index.astype(str))
    return points.assign(name=names, weight=points["weight"] / total)


def _problem(stations: gpd.GeoDataFrame, shares: gpd.GeoDataFrame, settings: Settings) -> Problem:
    """The matrices of the stations that are decided on and the demand points with their shares."""
    s, some = settings, stations[stations["in_model"]]
    capacity = some["capacity"].to_numpy(float)
    loss = s.loss_site + s.loss_capacity * capacity
    pairs, saving = _pairs(some, loss, s)
    first = float(stations["capacity"].fillna(0.0).sum())
    step = _steps(s.years)
    demand = s.first_demand_wan_m3 + step * (s.demand_wan_m3 - s.first_demand_wan_m3)
    stay = stays_outside(stations)
    return Problem(
        capacity=capacity,
        haul_km=straight_haul(shares.geometry, some.geometry, detour=s.detour).km.T,
        demand=np.outer(demand, shares["weight"].to_numpy(float)),
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
        lock=np.array([LOCKS[word] for word in some["lock"]], dtype=np.int64),
        max_closures=s.closures_per_year if s.phased else None,
        limits=_limits(stations, s),
        fixed_capacity=float(stations.loc[stay, "capacity"].fillna(0.0).sum()),
        fixed_closures=int((~stations["in_model"] & ~stay).sum()),
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
    """The caps on numbers of stations."""
    ring = stations["ring"]
    caps = [
        cap_on(f"district:{which}", stations, stations["district_id"] == which, most)
        for which, most in settings.district_caps
    ]
    caps += [cap_on(f"ring:{number}", stations, within_ring(ring, number), most) for number, most in settings.ring_caps]
    if settings.max_flagged is not None:
        caps.append(cap_on(FLAGGED_CAP, stations, stations["flagged"], settings.max_flagged))
    return tuple(caps)


def _steps(years: tuple[int, ...]) -> Floats:
    """How far along the way from the inventory to the target each year is: 1 in the last year, equal steps before."""
    return np.arange(1, len(years) + 1, dtype=float) / len(years)
