"""The consolidation model as one mixed-integer program over matrices: no maps, no files, no page.

Stations that stand today are kept, upgraded, merged into another or closed, so that capacity falls to its limit, all
demand is served within the haul radius, and the stated cost is least. HiGHS solves it and proves how far off the best
possible plan could be at most. The formulas are in ``docs/consolidation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np

from mixplan.base.arrays import Bools, Floats, Ints

# Amounts below this (万m³) are rounding of the solver, not deliveries.
TINY = 1e-6


class Lock(IntEnum):
    """The planner's decision on a station: none, that it stands to the end, or that it closes."""

    FREE = 0
    KEEP = 1
    CLOSE = -1


@dataclass(frozen=True)
class Limit:
    """At most so many of the named stations may still stand in the last year, `held` outside the model included."""

    name: str
    members: Bools
    most: int
    held: int = 0


@dataclass(frozen=True, eq=False)
class Problem:
    """Say which stations stand, what is needed where, and what every choice costs.

    Capacities and demands are in 万m³ a year, hauls in km, costs in 万元 a year.

    Attributes
    ----------
    capacity : (n,) array
        Capacity of each station today.
    haul_km : (n, m) array
        Haul from each station to each demand point.
    demand : (t, m) array
        Demand of each point in each year.
    limit : (t,) array
        Largest total capacity in each year, `fixed_capacity` included.
    years : tuple of int
        The years, in order. The first row is a year in which stations may already close.
    utilisation : float
        Largest share of a station's capacity that may be used.
    radius_km, outside_share : float
        Haul radius, and the share of each year's demand that may be served from beyond it.
    keep_cost, note_cost : (n,) arrays
        Cost a year of findings kept open at a standing station: those that only closing ends, and notes that an
        upgrade ends too.
    loss : (n,) array
        Cost a year of a closed station.
    standard : float
        Least capacity of an upgraded station.
    add_most : (n,) array
        Most capacity that an upgrade can add to a station.
    haul_cost, upgrade_cost, add_cost, move_cost : float
        Cost of one 万m³·km; of one upgrade a year; of one 万m³ of capacity a year, new or moved by a merger.
    pairs, pair_saving : (k, 2) and (k,) arrays
        Mergers that are possible (which station into which), and how much of the loss each saves.
    receive_most : int
        Most stations that may merge into one.
    lock : (n,) array of int
        The planner's decision on each, see `Lock`; none where left empty.
    max_closures : int, optional
        Most stations that may stop in one year.
    limits : tuple of Limit
        Caps on how many stations of a group stand at the end.
    fixed_capacity : float
        Capacity that stands outside the model (stations without location), which counts against the limit.
    fixed_closures : int
        Stations outside the model that the planner closes in the first year.
    mortar : Mortar, optional
        Mortar side of a joint run, see `mixplan.consolidation.joint`.
    """

    capacity: Floats
    haul_km: Floats
    demand: Floats
    limit: Floats
    years: tuple[int, ...]
    utilisation: float
    radius_km: float
    outside_share: float
    keep_cost: Floats
    note_cost: Floats
    loss: Floats
    standard: float
    add_most: Floats
    haul_cost: float
    upgrade_cost: float
    add_cost: float
    move_cost: float
    pairs: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    pair_saving: Floats = field(default_factory=lambda: np.empty(0))
    receive_most: int = 2
    lock: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    max_closures: int | None = None
    limits: tuple[Limit, ...] = ()
    fixed_capacity: float = 0.0
    fixed_closures: int = 0
    mortar: Mortar | None = None

    @property
    def n(self) -> int:
        """Number of stations that the model decides on."""
        return len(self.capacity)

    @property
    def locks(self) -> Ints:
        """The planner's decisions, one a station."""
        return self.lock if len(self.lock) else np.full(self.n, Lock.FREE, dtype=np.int64)

    @property
    def last_year(self) -> Problem:
        """The same problem for its last year alone, in which any number of stations may stop."""
        return replace(self, demand=self.demand[-1:], limit=self.limit[-1:], years=self.years[-1:], max_closures=None)


@dataclass(frozen=True, eq=False)
class Mortar:
    """The mortar side of a joint run, in 万t a year, for the last year of the plan.

    Sources are, in this order, the candidate sites of new lines, the mortar works that stand, and every concrete
    station (wet mortar).

    Attributes
    ----------
    demand : (q,) array
        Mortar demand points.
    haul_km : (sources, q) array
        Haul from every source.
    line_capacity, fixed_cost, lines : float, float, int
        Capacity and cost a year of one new line, and exactly how many are built.
    existing_capacity : (e,) array
        Mortar works that stand.
    groups : tuple of (members, least)
        Least number of lines in a sector.
    conflicts : (c, 2) array
        Candidate sites too near to each other.
    wet_share, wet_t_per_m3, wet_radius_km : float
        Share of a station's usable capacity that wet mortar may take, tonnes in one m³ of it, and how far it goes.
    wet_most : float
        Most wet mortar in all.
    haul_cost, unmet_cost : float
        Cost of one 万t·km, and of one 万t left unserved.
    """

    demand: Floats
    haul_km: Floats
    line_capacity: float
    fixed_cost: float
    lines: int
    existing_capacity: Floats
    candidates: int
    groups: tuple[tuple[Ints, int], ...]
    conflicts: Ints
    wet_share: float
    wet_t_per_m3: float
    wet_radius_km: float
    wet_most: float
    haul_cost: float
    unmet_cost: float


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solver run found, and what it proves.

    Attributes
    ----------
    status : str
        ``optimal``, ``gap_reached``, ``time_limit``, ``interrupted`` or ``infeasible``.
    objective, bound, gap : float
        Cost of the plan, proven lower bound, and (objective - bound) / objective.
    stands, upgraded : (t, n) arrays of bool
    added : (t, n) array
        Capacity added to each station, moved or new, in 万m³.
    merged_into : (n,) array of int
        Station that takes over, -1 for none.
    flows : (f, 3) array of int and (f,) array
        Year, station, demand point; and the amount in 万m³.
    lines, mortar_flows, mortar_amounts, mortar_unmet
        The mortar side of a joint run: lines on each candidate, (source, point), amounts and what is left, in 万t.
    parts : dict
        The objective by its parts.
    """

    status: str
    objective: float
    bound: float
    gap: float
    seconds: float
    stands: Bools
    upgraded: Bools
    added: Floats
    merged_into: Ints
    flows: Ints
    amounts: Floats
    parts: dict[str, float]
    lines: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    mortar_flows: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    mortar_amounts: Floats = field(default_factory=lambda: np.empty(0))
    mortar_unmet: Floats = field(default_factory=lambda: np.empty(0))
    nodes: int = 0
