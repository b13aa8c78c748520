"""Consolidation plans as records that can be kept: plain JSON of what was decided and proven, by ids and years.

What follows from the case is worked out again; a record that is no plan of its case is refused in words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from itertools import islice
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field
from pydantic.dataclasses import dataclass

from mixplan import __version__
from mixplan.base.arrays import Floats, Ints
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import relative_gap
from mixplan.base.problems import SAID, listed
from mixplan.base.records import CLOSED, checked, written
from mixplan.base.releases import release
from mixplan.consolidation import fit, tradeoff
from mixplan.consolidation.case import Case
from mixplan.consolidation.inputs import Inputs
from mixplan.consolidation.joint import JointCase, JointPlan, Sources, check_joint, joint_plan
from mixplan.consolidation.model import Solution
from mixplan.consolidation.plan import Plan, plan_from
from mixplan.consolidation.settings import check_settings
from mixplan.consolidation.totals import Deliveries
from mixplan.consolidation.tradeoff import Otherwise, Point

_LIBRARIES = ("highspy", "numpy", "scipy")
_MOST_POINTS = 60  # of a trade-off; the page asks for seven
_MOST_STATIONS = 1_000_000
_HEIRS = ["plant_id", "by", "amount", "demand"]
Amounts = Mapping[str, Mapping[str, float]]
"""What goes from whom to whom, 万m³ or 万t a year."""


@dataclass(frozen=True, config=CLOSED)
class YearRecord:
    """What a plan does by one year."""

    stopped: tuple[str, ...]
    """Stations that stand no longer."""
    upgraded: Mapping[str, float]
    """Capacity added to each station that is upgraded."""
    flows: Amounts
    """Deliveries from stations to demand points."""


@dataclass(frozen=True, config=CLOSED)
class MortarRecord:
    """The mortar side of a joint plan."""

    lines: Mapping[str, Annotated[int, Field(ge=1, le=1)]]
    """Lines by candidate site."""
    flows: Mapping[Literal["line", "existing", "wet"], Amounts]
    """Deliveries by what they come from."""
    unmet: Mapping[str, float]
    """Demand that is left."""


@dataclass(frozen=True, config=CLOSED)
class PlanRecord:
    """A plan as it is kept."""

    status: Literal["optimal", "gap_reached", "time_limit", "interrupted"]
    objective: float
    bound: float | None
    """None where nothing is proven."""
    seconds: float
    nodes: int
    parts: Mapping[str, float]
    """The objective by its parts."""
    stations: Mapping[str, float]
    """Capacity of each station that was decided on."""
    years: Mapping[str, YearRecord]
    merged: Mapping[str, str]
    """Which station merges into which."""
    before: Amounts | None
    """Deliveries of the inventory, none where it cannot serve all demand."""
    heirs: tuple[tuple[str, str, float, Annotated[int, Field(ge=1, le=_MOST_STATIONS)]], ...] | None = None
    """Who takes over from whom, how much, at how many points."""
    otherwise: Mapping[str, float | None] | None = None
    """What deciding otherwise would cost; none where no plan would be left."""
    mortar: MortarRecord | None = None


@dataclass(frozen=True, config=CLOSED)
class PointRecord:
    """One point of the trade-off."""

    most_flagged: Annotated[int, Field(ge=0, le=_MOST_STATIONS)]
    gap: float
    time_limit_s: float
    plan: PlanRecord


@dataclass(frozen=True, config=CLOSED)
class OtherwiseRecord:
    """The exact cost of deciding otherwise on a station."""

    plant_id: str
    decision: Literal["retain", "close"]
    low: float | None
    """None where no plan would be left."""
    high: float | None
    message: str


@dataclass(frozen=True, config=CLOSED)
class Kept:
    """A result with what it was made from: one of a plan, a trade-off and an answer."""

    format: Literal[1]
    inputs: Inputs
    versions: Mapping[str, str]
    plan: PlanRecord | None = None
    points: tuple[PointRecord, ...] | None = None
    answer: OtherwiseRecord | None = None


def plan_record(plan: Plan, inputs: Inputs) -> dict[str, Any]:
    """A plan of a single year or of several as plain JSON."""
    return _record(inputs, plan=_plan(plan))


def joint_record(made: JointPlan, case: JointCase, inputs: Inputs) -> dict[str, Any]:
    """A plan together with the new mortar lines as plain JSON."""
    return _record(inputs, plan=replace(_plan(made.plan), mortar=_mortar(made.plan.solution, case)))


def points_record(points: Sequence[Point], inputs: Inputs) -> dict[str, Any]:
    """Points of the trade-off as plain JSON, each with its plan."""
    return _record(inputs, points=tuple(_point(point) for point in points))


def otherwise_record(found: Otherwise, inputs: Inputs) -> dict[str, Any]:
    """What deciding otherwise on a station costs as plain JSON."""
    low, high = (_finite(value) for value in (found.low, found.high))
    answer = OtherwiseRecord(found.plant_id, found.decision, low, high, found.message)  # type: ignore[arg-type]
    return _record(inputs, answer=answer)


def read_kept(raw: object, *, name: str) -> Kept:
    """A record that was kept, by its form alone.

    Parameters
    ----------
    name : str
        What to call it in messages.

    Raises
    ------
    DataError
        Where something in it is missing, unknown or not allowed, or a later release has written it; where what it was
        made from has no meaning, so that a case can be made of the inputs of every record that is read.
    """
    kept = checked(Kept, raw, file=name, tables={}, exact=True)
    if sum(part is not None for part in (kept.plan, kept.points, kept.answer)) != 1:
        raise DataError(_("{name} 应有 plan、points、answer 之一。").format(name=name))
    if kept.points is not None and len(kept.points) > _MOST_POINTS:
        raise DataError(_("{name} 的 points 超过 {most} 项。").format(name=name, most=_MOST_POINTS))
    try:
        check_settings(kept.inputs.settings)
        if kept.inputs.joint is not None:
            check_joint(kept.inputs.joint)
    except DataError as problem:
        raise DataError(_("{name} 的输入不可用：{problem}").format(name=name, problem=problem)) from None
    return kept


def plan_of(case: Case, raw: object, *, name: str) -> Plan:
    """The plan that a record holds.

    Parameters
    ----------
    case : Case
        Made from the inputs of the record; see `mixplan.consolidation.inputs.changed` for a case that is no longer so.

    Raises
    ------
    DataError
        Where the record is no plan, or none of this case, with what does not fit.
    """
    return _plan_of(case, _part(read_kept(raw, name=name).plan, "plan", name), name)


def joint_plan_of(case: JointCase, raw: object, *, name: str) -> JointPlan:
    """The joint plan that a record holds; see `plan_of`."""
    found = _part(read_kept(raw, name=name).plan, "plan", name)
    return joint_plan(case, _plan_of(case.case, found, name, _mortar_arrays(case, found.mortar, name)))


def points_of(case: Case, raw: object, *, name: str) -> list[Point]:
    """The points of the trade-off that a record holds; see `plan_of`."""
    base = tradeoff.target_year(case)
    return [
        tradeoff.point_of(
            one.most_flagged,
            _plan_of(
                tradeoff.capped(base, one.most_flagged, gap=one.gap, time_limit_s=one.time_limit_s), one.plan, name
            ),
        )
        for one in _part(read_kept(raw, name=name).points, "points", name)
    ]


def otherwise_of(case: Case, raw: object, *, name: str) -> Otherwise:
    """The cost of deciding otherwise that a record holds."""
    found = _part(read_kept(raw, name=name).answer, "answer", name)
    if found.plant_id not in case.ids:
        raise _unknown([found.plant_id], name)
    low, high = (math.inf if value is None else value for value in (found.low, found.high))
    return Otherwise(found.plant_id, found.decision, low, high, found.message)


# --- writing ---------------------------------------------------------------------------------------------------------


def _record(inputs: Inputs, **part: Any) -> dict[str, Any]:
    versions = {"mixplan": __version__, **{name: release(name) for name in _LIBRARIES}}
    return written(Kept(1, inputs, versions, **part))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _plan(plan: Plan) -> PlanRecord:
    found, case = plan.solution, plan.case
    ids = case.ids
    return PlanRecord(
        status=found.status,  # type: ignore[arg-type]
        objective=found.objective,
        bound=_finite(found.bound),
        seconds=found.seconds,
        nodes=found.nodes,
        parts=found.parts,
        stations=dict(zip(ids, case.problem.capacity.tolist(), strict=True)),
        years={str(year): _year(case, found, t) for t, year in enumerate(case.problem.years)},
        merged={ids[i]: ids[int(into)] for i, into in enumerate(found.merged_into) if into >= 0},
        before=None if plan.before is None else _amounts(case, *plan.before),
        heirs=None if plan.heirs is None else tuple(plan.heirs[_HEIRS].itertuples(index=False, name=None)),
        otherwise=None
        if plan.otherwise is None
        else {str(plant): _finite(cost) for plant, cost in plan.otherwise.dropna().items()},
    )


def _year(case: Case, found: Solution, t: int) -> YearRecord:
    ids, of_year = case.ids, found.flows[:, 0] == t
    return YearRecord(
        stopped=tuple(ids[i] for i in np.flatnonzero(~found.stands[t])),
        upgraded={ids[i]: float(found.added[t, i]) for i in np.flatnonzero(found.upgraded[t])},
        flows=_amounts(case, found.flows[of_year][:, 1:], found.amounts[of_year]),
    )


def _amounts(case: Case, pairs: Ints, amounts: Floats) -> dict[str, dict[str, float]]:
    """Deliveries of stations by ids."""
    return _by_ids(case.ids, list(map(str, case.demand.index)), pairs, amounts)


def _by_ids(sources: Sequence[str], points: Sequence[str], pairs: Ints, amounts: Floats) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for (source, point), amount in zip(pairs.tolist(), amounts.tolist(), strict=True):
        found.setdefault(sources[source], {})[points[point]] = amount
    return found


def _mortar(found: Solution, case: JointCase) -> MortarRecord:
    sources, points = case.sources, list(map(str, case.points.index))
    ids, kinds, sites = list(map(str, sources.ids)), sources.kinds, list(map(str, sources.sites.index))
    kind_of = kinds[found.mortar_flows[:, 0]]
    return MortarRecord(
        lines={sites[j]: int(found.lines[j]) for j in np.flatnonzero(found.lines)},
        flows={
            kind: _by_ids(ids, points, found.mortar_flows[kind_of == kind], found.mortar_amounts[kind_of == kind])
            for kind in dict.fromkeys(kinds)
        },
        unmet={points[k]: float(found.mortar_unmet[k]) for k in np.flatnonzero(found.mortar_unmet)},
    )


def _point(point: Point) -> PointRecord:
    settings = point.plan.case.settings
    return PointRecord(point.most_flagged, settings.gap, settings.time_limit_s, _plan(point.plan))


# --- reading back ----------------------------------------------------------------------------------------------------


def _part(part: Any, key: str, name: str) -> Any:
    if part is None:
        raise DataError(_("{name} 中没有 {key}。").format(name=name, key=key))
    return part


def _unknown(ids: Sequence[str], name: str) -> DataError:
    return DataError(_("{name} 中的这些编号不在此情形里：{ids}。").format(name=name, ids=listed(ids)))


@dataclass(frozen=True)
class _Places:
    """Where ids stand in the matrices of a case."""

    name: str
    at: Mapping[str, int] = field(default_factory=dict)

    def of(self, ids: Sequence[str]) -> Ints:
        """Positions of ids, which must all be there."""
        if lost := [one for one in ids if one not in self.at]:
            raise _unknown(sorted(lost), self.name)
        return np.array([self.at[one] for one in ids], dtype=np.int64)


def _places(ids: Sequence[Any], name: str) -> _Places:
    return _Places(name, {str(one): position for position, one in enumerate(ids)})


def _pairs(amounts: Amounts, sources: _Places, points: _Places) -> Deliveries:
    """Deliveries by their positions, point by point."""
    rows = [(source, point, amount) for source, to in amounts.items() for point, amount in to.items()]
    pairs = np.column_stack([sources.of([row[0] for row in rows]), points.of([row[1] for row in rows])])
    order = np.lexsort((pairs[:, 0], pairs[:, 1]))
    values = np.array([row[2] for row in rows], dtype=float)
    if (values <= 0).any():
        raise DataError(_("{name} 中的供应量应大于 0。").format(name=sources.name))
    return pairs[order].reshape(-1, 2), values[order]


def _plan_of(case: Case, kept: PlanRecord, name: str, mortar: Mapping[str, Any] | None = None) -> Plan:
    _same_stations(case, kept, name)
    stations, points = _places(case.ids, name), _places(case.demand.index, name)
    bound = -math.inf if kept.bound is None else kept.bound
    years = [_year_arrays(kept.years[str(year)], stations, points) for year in case.problem.years]
    merged: Ints = np.full(case.problem.n, -1, dtype=np.int64)
    merged[stations.of(list(kept.merged))] = stations.of(list(kept.merged.values()))
    found = Solution(
        status=kept.status,
        objective=kept.objective,
        bound=bound,
        gap=relative_gap(kept.objective, bound),
        seconds=kept.seconds,
        stands=np.array([year["stands"] for year in years]),
        upgraded=np.array([year["upgraded"] for year in years]),
        added=np.array([year["added"] for year in years]),
        merged_into=merged,
        flows=np.vstack([np.insert(year["pairs"], 0, t, axis=1) for t, year in enumerate(years)]),
        amounts=np.concatenate([year["amounts"] for year in years]),
        parts=dict(kept.parts),
        nodes=kept.nodes,
        **(mortar or {}),
    )
    if said := list(islice(fit.misfits(case, found), SAID)):
        raise DataError(_("{name} 不是此情形的方案：{problems}").format(name=name, problems=" ".join(said)))
    before = None if kept.before is None else _pairs(kept.before, stations, points)
    return replace(plan_from(case, found, before), **_explained(case, kept, stations))


def _same_stations(case: Case, kept: PlanRecord, name: str) -> None:
    """Refuse a plan of other stations, capacities or years, or with or without a mortar side where the case has it."""
    now = dict(zip(case.ids, case.problem.capacity.tolist(), strict=True))
    if other := sorted(set(now) ^ set(kept.stations)):
        raise DataError(_("{name} 与此情形的站点不同：{ids}。").format(name=name, ids=listed(other)))
    if other := [plant for plant, capacity in now.items() if kept.stations[plant] != capacity]:
        raise DataError(_("{name} 中这些站点的产能与此情形不同：{ids}。").format(name=name, ids=listed(other)))
    if list(kept.years) != [str(year) for year in case.problem.years]:
        raise DataError(
            _("{name} 的年份是 {years}，此情形是 {wanted}。").format(
                name=name, years=listed(kept.years), wanted=listed(case.problem.years)
            )
        )
    if (kept.mortar is None) != (case.problem.mortar is None):
        raise DataError(_("{name} 与此情形不同：只有一方与砂浆线联合求解。").format(name=name))


def _year_arrays(year: YearRecord, stations: _Places, points: _Places) -> dict[str, Any]:
    n = len(stations.at)
    stands, upgraded, added = np.ones(n, dtype=bool), np.zeros(n, dtype=bool), np.zeros(n)
    stands[stations.of(year.stopped)] = False
    built = stations.of(list(year.upgraded))
    upgraded[built], added[built] = True, list(year.upgraded.values())
    pairs, amounts = _pairs(year.flows, stations, points)
    return {"stands": stands, "upgraded": upgraded, "added": added, "pairs": pairs, "amounts": amounts}


def _explained(case: Case, kept: PlanRecord, stations: _Places) -> dict[str, Any]:
    """What was worked out besides the plan: heirs, and what deciding otherwise would cost."""
    found: dict[str, Any] = {}
    if kept.heirs is not None:
        stations.of([plant for row in kept.heirs for plant in row[:2]])
        found["heirs"] = pd.DataFrame(list(kept.heirs), columns=_HEIRS)
    if kept.otherwise is not None:
        stations.of(list(kept.otherwise))
        costs = {plant: math.inf if cost is None else cost for plant, cost in kept.otherwise.items()}
        every = [str(plant) for plant in case.stations.index]
        index = pd.Index(every, name="plant_id")
        found["otherwise"] = pd.Series(costs, dtype=float).reindex(index).rename("otherwise")
    return found


def _mortar_arrays(case: JointCase, kept: MortarRecord | None, name: str) -> dict[str, Any] | None:
    """The mortar side of a solution."""
    if kept is None:
        return None
    points, sites = _places(case.points.index, name), _places(case.sources.sites.index, name)
    lines = np.zeros(len(sites.at), dtype=np.int64)
    lines[sites.of(list(kept.lines))] = list(kept.lines.values())
    unmet = np.zeros(len(points.at))
    unmet[points.of(list(kept.unmet))] = list(kept.unmet.values())
    parts = [_pairs(amounts, _of_kind(case.sources, kind, name), points) for kind, amounts in kept.flows.items()]
    return {
        "lines": lines,
        "mortar_flows": np.vstack([np.empty((0, 2), dtype=np.int64), *(pairs for pairs, _amount in parts)]),
        "mortar_amounts": np.concatenate([np.empty(0), *(amounts for _pair, amounts in parts)]),
        "mortar_unmet": unmet,
    }


def _of_kind(sources: Sources, kind: str, name: str) -> _Places:
    """Where the sources of one kind stand among all of them: two of different kinds may bear one id."""
    here = np.flatnonzero(sources.kinds == kind).tolist()
    return _Places(name, {str(sources.ids[position]): position for position in here})
