"""Consolidation: which concrete stations to keep, upgrade, merge or close, and what the city loses by it.

Tables in, tables out; the optimisation itself is in `mixplan.consolidation_model`, the formulas are in
``docs/consolidation.md``. Capacities are in 万m³ a year, hauls in km by road, costs in 万元 a year.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mixplan.base.errors import DataError, InfeasibleError
from mixplan.base.i18n import gettext as _
from mixplan.city import districts, rings
from mixplan.city.haul import straight_haul
from mixplan.city.layers import Layers
from mixplan.consolidation import model
from mixplan.consolidation.model import CLOSE, FREE, KEEP, Limit, Problem, Solution, Watcher
from mixplan.plan.rules import RuleBook
from mixplan.registers.decisions import CLOSE as CLOSE_WORD
from mixplan.registers.decisions import KEEP as KEEP_WORD
from mixplan.registers.decisions import UNDECIDED
from mixplan.screening.verdicts import CERTAIN, FLAG, UNKNOWN

RETAIN, UPGRADE, MERGE, SHUT = "retain", "upgrade", "merge", "close"
ACTIONS = (RETAIN, UPGRADE, MERGE, SHUT)
OUTSIDE_RINGS = 0
_TOLERANCE = 1e-6

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """Everything a planner can set for a plan; frozen, so that results can be kept by it.

    Numbers are in the units that their names say; ``severity_cost`` … ``loss_capacity`` are the weights of the cost.

    Attributes
    ----------
    district_caps, ring_caps : tuple of (str or int, int)
        Most stations that may stand at the end in a district (id), or inside a ring road.
    locks : tuple of (str, str)
        The planner's own decisions: (plant id, ``keep`` or ``close``), sorted.
    max_flagged : int, optional
        Most stations in need of consolidation that may stand at the end.
    years : tuple of int
        One year (the target year alone) or all years of a phased plan.
    """

    cap_wan_m3: float
    demand_wan_m3: float
    first_demand_wan_m3: float
    years: tuple[int, ...]
    radius_km: float
    outside_pct: float
    utilisation_pct: float
    detour: float
    merge_km: float
    merge_neighbours: int
    receive_most: int
    closures_per_year: int
    severity_cost: float
    borderline_weight: float
    haul_cost: float
    upgrade_cost: float
    add_cost: float
    move_cost: float
    capital_years: float
    add_most: float
    loss_site: float
    loss_capacity: float
    company_saving_pct: float
    neighbour_saving_pct: float
    standard_wan_m3: float
    district_caps: tuple[tuple[str, int], ...] = ()
    ring_caps: tuple[tuple[int, int], ...] = ()
    locks: tuple[tuple[str, str], ...] = ()
    max_flagged: int | None = None
    gap: float = 0.01
    time_limit_s: float = 90.0

    @property
    def phased(self) -> bool:
        """Whether the plan goes year by year."""
        return len(self.years) > 1


# Settings that come from rows of the rule file.
PARAMETERS = {
    "cap_wan_m3": "concrete_capacity_2015",
    "demand_wan_m3": "concrete_demand_2015",
    "radius_km": "consolidation_radius_km",
    "outside_pct": "consolidation_outside_pct",
    "utilisation_pct": "consolidation_utilisation_pct",
    "detour": "consolidation_detour",
    "merge_km": "consolidation_merge_km",
    "merge_neighbours": "consolidation_merge_neighbours",
    "receive_most": "consolidation_receive_most",
    "closures_per_year": "consolidation_closures",
    "severity_cost": "consolidation_severity_cost",
    "borderline_weight": "consolidation_borderline_weight",
    "haul_cost": "consolidation_haul_cost",
    "upgrade_cost": "consolidation_upgrade_cost",
    "add_cost": "consolidation_add_cost",
    "move_cost": "consolidation_move_cost",
    "capital_years": "consolidation_capital_years",
    "add_most": "consolidation_add_most",
    "loss_site": "consolidation_loss_site",
    "loss_capacity": "consolidation_loss_capacity",
    "company_saving_pct": "consolidation_company_saving_pct",
    "neighbour_saving_pct": "consolidation_neighbour_saving_pct",
}
BELTS = ("inside", "between", "outside")
_DUST_ROWS = dict(
    zip(BELTS, ("dust_inside_fifth_pct", "dust_fifth_to_sixth_pct", "dust_outside_sixth_pct"), strict=True)
)
# Values that mean nothing beyond these: shares in per cent, and roads are no shorter than the straight line.
_BOUNDS = {name: (0.0, 100.0) for name in PARAMETERS if name.endswith("_pct")} | {
    "borderline_weight": (0.0, 1.0),
    "detour": (1.0, math.inf),
}
_POSITIVE = ("utilisation_pct", "capital_years", "time_limit_s")
_WHOLE = ("merge_neighbours", "receive_most", "closures_per_year")


def _unusable(name: str, value: float, allowed: str) -> DataError:
    return DataError(
        _("参数 {name} 的值 {value:g} 不可用：{allowed}。").format(name=name, value=value, allowed=allowed)
    )


def default_settings(book: RuleBook, *, phased: bool = False, **changes: Any) -> Settings:
    """Settings as the rule file has them, with some changed.

    Raises
    ------
    DataError
        Where a value has no meaning: negative, a share above 100 %, half a station.
    """
    values: dict[str, Any] = {name: book.figure(row) for name, row in PARAMETERS.items()}
    first, last = int(book.figure("consolidation_first_year")), int(book.figure("consolidation_last_year"))
    values["years"] = tuple(range(first, last + 1)) if phased else (last,)
    values["standard_wan_m3"] = float(book.rule("station_capacity").value)
    growth = book.figure("concrete_output_2010") / book.figure("concrete_demand_2015")
    values |= changes
    if "first_demand_wan_m3" not in changes:
        values["first_demand_wan_m3"] = growth * values["demand_wan_m3"]
    for name in (*PARAMETERS, "first_demand_wan_m3", "gap", "time_limit_s", "max_flagged"):
        amount = values.get(name)
        if amount is None:
            continue
        low, high = _BOUNDS.get(name, (0.0, math.inf))
        if not (math.isfinite(amount) and low <= amount <= high):
            allowed = _("应为不小于 {low:g} 的数") if math.isinf(high) else _("应在 {low:g} 与 {high:g} 之间")
            raise _unusable(name, amount, allowed.format(low=low, high=high))
        if name in _POSITIVE and not amount > 0:
            raise _unusable(name, amount, _("应大于 0"))
        if name in _WHOLE and amount != int(amount):
            raise _unusable(name, amount, _("应为整数"))
    for name in _WHOLE:
        values[name] = int(values[name])
    return Settings(**values)


# --- the stations, and the problem ------------------------------------------------------------------------------------


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
    current = layers.districts.set_index("name")["id"]
    former = layers.districts.set_index("name_until_2015")["id"]
    stated = some["district"].map(current).fillna(some["district"].map(former)).astype(object)
    district = stated.fillna(districts.district_of(some.geometry, layers.districts))
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
        district_id=district,
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
        raise _unusable("demand_wan_m3", s.demand_wan_m3, _("应大于 0"))
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


# --- feasibility ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Obstacle:
    """One limit that stands in the way: its name, what is needed, what there is, and the difference, with the unit."""

    limit: str
    needed: float
    available: float
    unit: str
    text: str

    @property
    def short(self) -> float:
        """By how much it is missed."""
        return abs(self.needed - self.available)


def obstacles(case: Case) -> list[Obstacle]:
    """What can be seen to be impossible before solving, with both numbers; an empty list promises nothing."""
    p, s = case.problem, case.settings
    found: list[Obstacle] = []
    unit = _("万m³/年")
    least = p.demand.sum(axis=1) / p.utilisation
    most = float((np.where(p.locks == CLOSE, 0.0, p.capacity + p.add_most)).sum())
    kept = float(p.capacity[p.locks == KEEP].sum()) + p.fixed_capacity
    for t, year in enumerate(p.years):
        room = float(p.limit[t]) - p.fixed_capacity
        if least[t] > room + _TOLERANCE:
            text = _(
                "{year} 年需求 {demand:,.0f} 万m³，按利用率上限 {share:.0f}% 至少要有产能 {needed:,.0f} 万m³，"
                "产能上限只有 {limit:,.0f} 万m³，差 {short:,.0f} 万m³。"
            ).format(year=year, demand=p.demand[t].sum(), share=s.utilisation_pct, needed=least[t], limit=room,
                     short=least[t] - room)  # fmt: skip
            found.append(Obstacle("capacity", float(least[t]), room, unit, text))
        if kept > p.limit[t] + _TOLERANCE:
            text = _(
                "{year} 年锁定保留（含不参与优化）的站点产能合计 {kept:,.0f} 万m³，超过上限 {limit:,.0f} 万m³ 达 "
                "{over:,.0f} 万m³。"
            ).format(year=year, kept=kept, limit=p.limit[t], over=kept - p.limit[t])
            found.append(Obstacle("locks", kept, float(p.limit[t]), unit, text))
    if least[-1] > most + _TOLERANCE:
        text = _(
            "需求 {demand:,.0f} 万m³，按利用率上限至少要有产能 {needed:,.0f} 万m³；"
            "未锁定退出的站点全部保留并改造也只有 "
            "{most:,.0f} 万m³，差 {short:,.0f} 万m³。"
        ).format(demand=p.demand[-1].sum(), needed=least[-1], most=most, short=least[-1] - most)
        found.append(Obstacle("stations", float(least[-1]), most, unit, text))
    found += _closure_obstacles(case)
    for limit in p.limits:
        held = int(((p.locks == KEEP) & limit.members).sum()) + limit.held
        if held > limit.most:
            text = _("{what}最多 {most} 个站点，锁定保留和不参与优化的就有 {held} 个，多 {over} 个。").format(
                what=limit_label(case, limit.name), most=limit.most, held=held, over=held - limit.most
            )
            found.append(Obstacle(limit.name, held, limit.most, _("个"), text))
    if not found:
        beyond = model.least_beyond(p)
        allowed = p.outside_share * float(p.demand[-1].sum())
        if beyond > allowed + 1e-4:
            total = float(p.demand[-1].sum())
            text = _(
                "即使站点全部保留，也有 {beyond:,.1f} 万m³（{share:.1f}%）的需求在供应半径 {radius:g} km 内得不到供应，"
                "允许半径以外供应的只有 {allowed:,.1f} 万m³（{limit:.1f}%），差 {short:,.1f} 万m³。"
            ).format(beyond=beyond, share=100 * beyond / total, radius=s.radius_km, allowed=allowed,
                     limit=s.outside_pct, short=beyond - allowed)  # fmt: skip
            found.append(Obstacle("radius", beyond, allowed, unit, text))
    return found


def _closure_obstacles(case: Case) -> list[Obstacle]:
    p = case.problem
    if p.max_closures is None:
        return []
    largest = np.sort(p.capacity[p.locks != KEEP])[::-1]
    total = float(p.capacity.sum()) + p.fixed_capacity
    for t, year in enumerate(p.years):
        needed = total - float(p.limit[t])
        possible = float(largest[: (t + 1) * p.max_closures].sum())
        if needed > possible + _TOLERANCE:
            text = _(
                "到 {year} 年要压减产能 {needed:,.0f} 万m³，每年最多退出 {count} 个站点，即使都退最大的也只能压减 "
                "{possible:,.0f} 万m³，差 {short:,.0f} 万m³。"
            ).format(year=year, needed=needed, count=p.max_closures, possible=possible, short=needed - possible)
            return [Obstacle("closures", needed, possible, _("万m³/年"), text)]
    return []


def limit_label(case: Case, name: str) -> str:
    """Name of a cap in words."""
    kind, _sep, which = name.partition(":")
    if kind == "district":
        stated = case.stations.loc[case.stations["district_id"] == which, "district"].dropna()
        return _("区县 {which} ").format(which=stated.iloc[0] if len(stated) else which)
    if kind == "ring":
        return _("{which} 环路以内").format(which=which)
    return _("需治理的站点")


def _infeasible(found: Sequence[Obstacle]) -> InfeasibleError:
    return InfeasibleError(_("没有可行方案。") + " ".join(o.text for o in found), found)


def _limit_now(problem: Problem, name: str) -> float:
    """What a limit allows in the last year."""
    if name == "capacity":
        return float(problem.limit[-1])
    if name == "outside":
        return problem.outside_share * float(problem.demand[-1].sum())
    if name == "closures":
        return float(problem.max_closures or 0)
    return float(next((limit.most for limit in problem.limits if f"limit:{limit.name}" == name), 0))


def explain_infeasible(case: Case, *, time_limit_s: float = 20.0) -> list[Obstacle]:
    """Which limits must give way, and by how much at least, where only their combination is impossible."""
    missed = model.shortfalls(case.problem, time_limit_s=time_limit_s)
    names = {
        "demand": _("不供应的需求"),
        "capacity": _("产能上限"),
        "outside": _("半径以外的供应"),
        "closures": _("每年退出的站点"),
    }
    lead = _("各项限制不能同时满足")
    lead += _("，只放宽一项时：") if missed.alone else _("，没有查明哪一项单独放宽就够；同时放宽则够：")
    each = _("（各年都要）") if case.settings.phased else ""
    found = []
    for name, amount in missed.amounts.items():
        what = names.get(name) or limit_label(case, name.removeprefix("limit:"))
        unit = _("个") if name == "closures" or ":" in name else _("万m³/年")
        now = _limit_now(case.problem, name)
        digits = 0 if unit == _("个") else 1
        text = (_("{what}至少要由 {now} {unit}放宽到 {needed} {unit}，差 {short} {unit}{each}。") if missed.alone else
                _("{what}由 {now} {unit}放宽到 {needed} {unit}，差 {short} {unit}{each}。"))  # fmt: skip
        text = text.format(what=what, now=f"{now:,.{digits}f}", needed=f"{now + amount:,.{digits}f}",
                           short=f"{amount:,.{digits}f}", unit=unit, each=each)  # fmt: skip
        found.append(Obstacle(name, now + amount, now, unit, lead + text))
        lead = ""
    if not found:
        text = _("各项限制不能同时满足，且在限定时间内没有查明是哪一项。")
        found.append(Obstacle("unknown", 0.0, 0.0, "", text))
    return found


# --- the plan ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Plan:
    """A consolidation plan: what happens to each station, who serves whom, and the totals of every year.

    Attributes
    ----------
    actions : DataFrame
        Index plant id: ``action``, ``into`` (plant id or None), ``year`` (of the action, missing for retained),
        ``capacity_before``, ``capacity_after`` (NaN where unknown), ``verify`` (why it stayed out of the model, or "").
    flows : DataFrame
        ``plant_id``, ``demand``, ``year``, ``amount`` (万m³), ``haul_km``.
    totals : DataFrame
        One row a year, the year before the plan first: ``year``, ``capacity``, ``limit``, ``sites``,
        ``modelled`` (of the sites), ``demand``, ``served``, ``mean_haul_km``, ``utilisation_pct``, ``outside_pct``,
        ``flagged``, ``inside_fifth_pct``, ``sensitive``, ``dust_index``.
    """

    case: Case
    solution: Solution
    actions: pd.DataFrame
    flows: pd.DataFrame
    totals: pd.DataFrame

    @property
    def status(self) -> str:
        """How the search ended."""
        return self.solution.status


def solve(case: Case, *, watcher: Watcher | None = None) -> Plan:
    """The plan of least cost for a case, with its proven gap.

    Raises
    ------
    InfeasibleError
        Naming each limit that stands in the way, with both numbers.
    """
    before = obstacles(case)
    if before:
        raise _infeasible(before)
    found = model.solve(case.problem, gap=case.settings.gap, time_limit_s=case.settings.time_limit_s, watcher=watcher)
    if found.status == "infeasible":
        raise _infeasible(explain_infeasible(case))
    if found.status == "interrupted" and not math.isfinite(found.objective):
        raise InfeasibleError(_("已停止；还没有找到方案。"))
    if not math.isfinite(found.objective):
        raise InfeasibleError(
            _("在 {seconds:.0f} 秒内没有找到方案；请放宽时限，或减少限制。").format(seconds=found.seconds)
        )
    return make_plan(case, found)


def make_plan(case: Case, solution: Solution) -> Plan:
    """A solver's answer as the tables that pages and files show."""
    return Plan(case, solution, _actions(case, solution), _flows(case, solution), _totals(case, solution))


def _actions(case: Case, solution: Solution) -> pd.DataFrame:
    stations, p = case.stations, case.problem
    ids = case.ids
    rows: dict[str, dict[str, Any]] = {}
    for i, plant in enumerate(ids):
        stands, upgraded = solution.stands[:, i], solution.upgraded[:, i]
        target = int(solution.merged_into[i])
        before = float(p.capacity[i])
        if not stands[-1]:
            action, first, after = (MERGE if target >= 0 else SHUT), int(np.argmin(stands)), 0.0
        elif upgraded[-1]:
            action, first, after = UPGRADE, int(np.argmax(upgraded)), before + float(solution.added[-1, i])
        else:
            action, first, after = RETAIN, -1, before
        rows[plant] = {
            "action": action,
            "into": ids[target] if action == MERGE else None,
            "year": p.years[first] if first >= 0 else None,
            "capacity_before": before,
            "capacity_after": round(after, 6),
            "verify": "",
        }
    for plant, row in stations[~stations["in_model"]].iterrows():
        closed = row["lock"] == CLOSE_WORD
        capacity = float(row["capacity"])
        rows[str(plant)] = {
            "action": SHUT if closed else RETAIN,
            "into": None,
            "year": p.years[0] if closed else None,
            "capacity_before": capacity,
            "capacity_after": 0.0 if closed else capacity,
            "verify": row["status_note"],
        }
    table = pd.DataFrame.from_dict(rows, orient="index").reindex([str(i) for i in stations.index])
    table.index.name = "plant_id"
    table["year"] = table["year"].astype("Int64")
    return table


def _flows(case: Case, solution: Solution) -> pd.DataFrame:
    ids, points = np.array(case.ids, dtype=object), case.demand.index.to_numpy(dtype=object)
    t, i, j = solution.flows.T if len(solution.flows) else np.empty((3, 0), dtype=np.int64)
    return pd.DataFrame(
        {
            "plant_id": ids[i],
            "demand": points[j],
            "year": np.array(case.problem.years)[t],
            "amount": solution.amounts,
            "haul_km": case.problem.haul_km[i, j],
        }
    )


def standing(case: Case, solution: Solution | None, t: int) -> pd.Series:
    """Which stations stand in year number ``t`` (before the plan where ``solution`` is None), by plant id."""
    stations = case.stations
    if solution is None:
        return pd.Series(True, index=stations.index)
    stands = pd.Series((stations["lock"] != CLOSE_WORD).to_numpy(bool), index=stations.index)
    stands[stations["in_model"].to_numpy(bool)] = solution.stands[t]
    return stands


def _totals(case: Case, solution: Solution) -> pd.DataFrame:
    p, s = case.problem, case.settings
    before = base_flows(case)
    factors = dust_factors(case, before)
    rows = [_total(case, None, -1, before, factors)]
    for t in range(len(p.years)):
        of_year = solution.flows[:, 0] == t
        flows = solution.flows[of_year][:, 1:], solution.amounts[of_year]
        rows.append(_total(case, solution, t, flows, factors))
    table = pd.DataFrame(rows)
    table.insert(0, "year", [base_year(s), *p.years])
    return table


def base_year(settings: Settings) -> int:
    """The year of the inventory that the plan starts from."""
    return settings.years[0] - 1 if settings.phased else settings.years[0] - 5


def base_flows(case: Case) -> tuple[Ints, Floats] | None:
    """The shortest hauls in the year of the inventory, every station standing; none where that is not possible."""
    p, s = case.problem, case.settings
    start = p.demand[-1:] * (s.first_demand_wan_m3 / s.demand_wan_m3)
    found = model.dispatch(replace(p, demand=start, limit=p.limit[-1:], years=p.years[-1:]))
    return None if found is None else (found[0][:, 1:], found[1])


def belts(case: Case) -> NDArray[np.object_]:
    """Belt of each station of the matrices: inside the Fifth Ring, between Fifth and Sixth, outside."""
    ring = case.stations.loc[case.stations["in_model"], "ring"].fillna(OUTSIDE_RINGS).to_numpy(int)
    return np.select([(ring > 0) & (ring <= 5), ring == 6], BELTS[:2], BELTS[2]).astype(object)


def dust_factors(case: Case, flows: tuple[Ints, Floats] | None) -> dict[str, float]:
    """Dust of one 万m³ of output in each belt, so that the inventory's output gives the published shares and 100.

    The published shares are of 2015; that they hold for the inventory of 2010 as well, and that dust goes with output
    within a belt, are assumptions.
    """
    if flows is None:
        return dict.fromkeys(BELTS, math.nan)
    output = pd.Series(flows[1]).groupby(belts(case)[flows[0][:, 0]]).sum()
    return {
        belt: (share / float(output[belt]) if output.get(belt, 0.0) > 0 else math.nan)
        for belt, share in case.dust_pct.items()
    }


def _total(
    case: Case, solution: Solution | None, t: int, flows: tuple[Ints, Floats] | None, factors: Mapping[str, float]
) -> dict[str, Any]:
    p, s, stations = case.problem, case.settings, case.stations
    stand = standing(case, solution, t).to_numpy(bool)
    in_model = stations["in_model"].to_numpy(bool)
    capacity = float(stations.loc[stand, "capacity"].fillna(0.0).sum())
    if solution is not None:
        capacity += float(solution.added[t].sum())
        demand, limit = float(p.demand[t].sum()), float(p.limit[t])
    else:
        demand, limit = s.first_demand_wan_m3, math.nan
    ring = stations["ring"].fillna(OUTSIDE_RINGS).to_numpy(int)
    located = int((stand & stations.geometry.notna().to_numpy()).sum())
    inside = int((stand & (ring > 0) & (ring <= 5)).sum())
    row: dict[str, Any] = {
        "capacity": capacity,
        "limit": limit,
        "sites": int(stand.sum()),
        "modelled": int((stand & (stations["evidence"] == "modelled").to_numpy(bool)).sum()),
        "demand": demand,
        "served": math.nan,
        "mean_haul_km": math.nan,
        "utilisation_pct": 100.0 * demand / capacity if capacity else math.nan,
        "outside_pct": math.nan,
        "flagged": int((stand & stations["flagged"].to_numpy(bool)).sum()),
        "inside_fifth": inside,
        "inside_fifth_pct": 100.0 * inside / located if located else math.nan,
        "sensitive": int((stand & stations["sensitive"].to_numpy(bool)).sum()),
        "dust_index": math.nan,
        "closed": int((~stand).sum()),
        "upgraded": int(solution.upgraded[t].sum()) if solution is not None else 0,
        "thin": 0,
    }
    if flows is None:
        return row
    rows, amount = flows
    haul = p.haul_km[rows[:, 0], rows[:, 1]]
    served = float(amount.sum())
    by_belt = pd.Series(amount).groupby(belts(case)[rows[:, 0]]).sum()
    row["served"] = served
    row["mean_haul_km"] = float((amount * haul).sum() / served) if served else math.nan
    row["outside_pct"] = float(100.0 * amount[haul > p.radius_km].sum() / served) if served else math.nan
    row["dust_index"] = float(sum(factors[str(belt)] * float(value) for belt, value in by_belt.items()))
    row["thin"] = int((coverage(case, stand[in_model]) <= 1).sum())
    return row


def coverage(case: Case, stands: NDArray[np.bool_]) -> Ints:
    """How many standing stations each demand point has within the haul radius."""
    near = case.problem.haul_km <= case.problem.radius_km
    return np.asarray(near[stands].sum(axis=0), dtype=np.int64)


def flagged_list(case: Case) -> gpd.GeoDataFrame:
    """Stations in need of consolidation, the gravest first."""
    some = case.stations[case.stations["flagged"]]
    return some.sort_values(["points", "note_points"], ascending=False, kind="stable")


def totals_json(plan: Plan) -> list[dict[str, Any]]:
    """Totals of the plan's years as the command line prints them."""
    columns = ["year", "capacity", "limit", "sites", "modelled", "demand", "served", "mean_haul_km", "utilisation_pct",
               "outside_pct", "flagged", "inside_fifth", "inside_fifth_pct", "sensitive", "dust_index"]  # fmt: skip
    return [
        {str(k): (None if isinstance(v, float) and math.isnan(v) else v) for k, v in row.items()}
        for row in plan.totals[columns].iloc[1:].to_dict("records")
    ]
