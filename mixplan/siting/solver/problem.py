"""The siting problem in numbers: who needs how much, who could supply it, at what cost, under which rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
SourceKind = Literal["site", "existing", "optional"]


def _no_floats() -> FloatArray:
    return np.empty(0)


def _no_ints() -> IntArray:
    return np.empty(0, dtype=np.int64)


def _no_bools() -> BoolArray:
    return np.empty(0, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class SitingProblem:
    """Say what is to be supplied, where lines may be built and what each choice costs.

    Minimise haul + fixed cost of lines + penalty on unmet demand, deliveries may be split. Quantities share one unit
    (say 万t/yr) and costs are per that unit (say km). A field left empty takes its default. Arrays are copied and
    frozen.

    Parameters
    ----------
    unit_cost : (n_demand, n_site) array
        Cost of hauling one unit from a site to a demand point; ``inf`` where that is not allowed.
    demand : (n_demand,) array
        Units wanted at each demand point; zero is fine.
    capacity : (n_site,) array or number
        Units that *one line* on the site can supply.
    fixed_cost : (n_site,) array or number, optional
        Cost of one line on the site, default 0.
    max_lines : (n_site,) array of int or int, optional
        Most lines on one site, default 1.
    n_lines : int, optional
        Number of lines to build; None leaves it free.
    lines_exact : bool, optional
        True: exactly `n_lines`; False: at most `n_lines`.
    unit_cost_existing, capacity_existing : (n_demand, k) and (k,) arrays, optional
        Plants that stand already: always available, no fixed cost.
    unit_cost_optional, capacity_optional : (n_demand, o) and (o,) arrays, optional
        Further supply that may be used at its own cost (imports, wet mortar). The capacity may be ``inf``.
    optional_group, optional_group_cap : (o,) array of int and (q,) array, optional
        Optional supplies with the same group number g >= 0 share the cap ``optional_group_cap[g]``; -1 = no cap.
    group, group_min, group_max : (n_site,), (g,), (g,) arrays of int, optional
        Sector of each site (-1 = none), and fewest and most lines a sector may get.
    conflicts : (c, 2) array of int, optional
        Pairs of sites that may not both be used (minimum spacing).
    min_lines : (n_site,) array of int, optional
        Lines that are forced on a site.
    forbidden : (n_site,) array of bool, optional
        Sites that may not be used.
    unmet_penalty : float, optional
        Cost of one unit of demand left unmet; ``inf`` (default) = all demand must be served.

    Raises
    ------
    ValueError
        If shapes do not fit together or a number is out of its range.
    """

    unit_cost: FloatArray
    demand: FloatArray
    capacity: FloatArray
    fixed_cost: FloatArray = field(default_factory=_no_floats)
    max_lines: IntArray = field(default_factory=_no_ints)
    n_lines: int | None = None
    lines_exact: bool = True
    unit_cost_existing: FloatArray = field(default_factory=_no_floats)
    capacity_existing: FloatArray = field(default_factory=_no_floats)
    unit_cost_optional: FloatArray = field(default_factory=_no_floats)
    capacity_optional: FloatArray = field(default_factory=_no_floats)
    optional_group: IntArray = field(default_factory=_no_ints)
    optional_group_cap: FloatArray = field(default_factory=_no_floats)
    group: IntArray = field(default_factory=_no_ints)
    group_min: IntArray = field(default_factory=_no_ints)
    group_max: IntArray = field(default_factory=_no_ints)
    conflicts: IntArray = field(default_factory=_no_ints)
    min_lines: IntArray = field(default_factory=_no_ints)
    forbidden: BoolArray = field(default_factory=_no_bools)
    unmet_penalty: float = math.inf

    def __post_init__(self) -> None:
        demand = _floats("demand", self.demand, (np.size(self.demand),), 0.0)
        n = len(demand)
        m = np.size(self.unit_cost) // n if n else (*np.shape(self.unit_cost), 0, 0)[1]
        put = {
            "demand": demand,
            "unit_cost": _floats("unit_cost", self.unit_cost, (n, m), infinite=True),
            "capacity": _floats("capacity", self.capacity, (m,), 0.0),
            "fixed_cost": _floats("fixed_cost", self.fixed_cost, (m,), 0.0),
            "max_lines": _ints("max_lines", self.max_lines, (m,), 1),
            "min_lines": _ints("min_lines", self.min_lines, (m,), 0),
            "group": _ints("group", self.group, (m,), -1, lowest=-1),
        }
        forbidden: BoolArray = np.array(self.forbidden, dtype=np.bool_)
        if forbidden.size == 0:
            forbidden = np.zeros(m, dtype=np.bool_)
        if forbidden.shape != (m,):
            raise ValueError(f"forbidden has shape {forbidden.shape}, expected ({m},).")
        for name in ("existing", "optional"):
            cap = _floats(f"capacity_{name}", getattr(self, f"capacity_{name}"), None, infinite=True)
            put[f"capacity_{name}"] = cap
            cost = getattr(self, f"unit_cost_{name}")
            put[f"unit_cost_{name}"] = _floats(f"unit_cost_{name}", cost, (n, len(cap)), infinite=True)
        o = len(put["capacity_optional"])
        put["optional_group"] = _ints("optional_group", self.optional_group, (o,), -1, lowest=-1)
        put["optional_group_cap"] = _floats("optional_group_cap", self.optional_group_cap, None)
        put["group_min"] = _ints("group_min", self.group_min, None, 0)
        g = max(np.size(self.group_min), np.size(self.group_max), int(put["group"].max(initial=-1)) + 1)
        put["group_min"] = _ints("group_min", self.group_min, (g,), 0)
        put["group_max"] = _ints("group_max", self.group_max, (g,), int(put["max_lines"].sum()))
        if put["optional_group"].max(initial=-1) >= len(put["optional_group_cap"]):
            raise ValueError("optional_group names a group that has no entry in optional_group_cap.")
        pairs: IntArray = np.array(self.conflicts, dtype=np.int64).reshape(-1, 2)
        if pairs.size and (pairs.min() < 0 or pairs.max() >= m or np.any(pairs[:, 0] == pairs[:, 1])):
            raise ValueError(f"conflicts must be pairs of two different sites between 0 and {m - 1}.")
        if self.n_lines is not None and self.n_lines < 0:
            raise ValueError(f"n_lines is {self.n_lines}; it must be 0 or more.")
        if not self.unmet_penalty >= 0:
            raise ValueError(f"unmet_penalty is {self.unmet_penalty}; it must be 0 or more.")
        for name, value in (
            put | {"forbidden": forbidden, "conflicts": np.unique(np.sort(pairs, axis=1), axis=0)}
        ).items():
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    @property
    def n_demand(self) -> int:
        """Number of demand points."""
        return len(self.demand)

    @property
    def n_site(self) -> int:
        """Number of candidate sites."""
        return len(self.capacity)

    @property
    def n_existing(self) -> int:
        """Number of plants that stand already."""
        return len(self.capacity_existing)

    @property
    def n_optional(self) -> int:
        """Number of optional supplies."""
        return len(self.capacity_optional)

    @property
    def places(self) -> IntArray:
        """Most lines each site can really take (0 where forbidden)."""
        out: IntArray = np.where(self.forbidden, 0, self.max_lines)
        return out

    @property
    def source_cost(self) -> FloatArray:
        """Unit cost from every source: the sites, then the existing plants, then the optional supplies."""
        return np.hstack([self.unit_cost, self.unit_cost_existing, self.unit_cost_optional])

    def source(self, index: int) -> tuple[SourceKind, int]:
        """Tell what a source number in `Flows` stands for.

        Returns
        -------
        (kind, position)
            The kind, and the position among its kind.
        """
        if index < self.n_site:
            return "site", index
        if index < self.n_site + self.n_existing:
            return "existing", index - self.n_site
        return "optional", index - self.n_site - self.n_existing


def coverage_problem(
    haul_km: ArrayLike,
    demand: ArrayLike,
    capacity: ArrayLike,
    *,
    radius_km: float,
    haul_existing_km: ArrayLike | None = None,
    haul_optional_km: ArrayLike | None = None,
    **rules: Any,
) -> SitingProblem:
    """Ask for the most demand within a haul radius instead of the least haul.

    Supply within the radius costs nothing, beyond it is not allowed, and each unit left over costs 1: the objective is
    the demand that is *not* covered.

    Parameters
    ----------
    haul_km : (n_demand, n_site) array
        Haul from each site.
    demand, capacity : array
        As in `SitingProblem`.
    radius_km : float
        Longest haul that counts as covered.
    haul_existing_km, haul_optional_km : array, optional
        Haul from the existing plants and optional supplies.
    **rules
        Any other field of `SitingProblem` (`n_lines`, `capacity_existing`, …).
    """

    def within(haul: ArrayLike) -> FloatArray:
        return np.where(np.asarray(haul, dtype=np.float64) <= radius_km, 0.0, math.inf)

    blocks: dict[str, Any] = {}
    if haul_existing_km is not None:
        blocks["unit_cost_existing"] = within(haul_existing_km)
    if haul_optional_km is not None:
        blocks["unit_cost_optional"] = within(haul_optional_km)
    return SitingProblem(
        unit_cost=within(haul_km),
        demand=np.asarray(demand, dtype=np.float64),
        capacity=np.asarray(capacity, dtype=np.float64),
        **({"unmet_penalty": 1.0} | blocks | rules),
    )


@dataclass(frozen=True)
class Fact:
    """One thing that is short or contradictory, with its numbers.

    Attributes
    ----------
    code : str
        Stable name that a page can translate, see `FACT_TEXTS`.
    numbers : mapping
        The numbers of the sentence; indices of sites, groups and demand points are 0-based.
    blocking : bool
        True if no plan at all can exist; False if part of the demand will stay unmet.
    """

    code: str
    numbers: Mapping[str, float]
    blocking: bool

    def __str__(self) -> str:
        return FACT_TEXTS[self.code].format(**self.numbers)


FACT_TEXTS: Mapping[str, str] = {
    "demand_exceeds_capacity": "demand {demand:g} exceeds capacity {capacity:g}; {short:g} will be short",
    "demand_short": "no allowed choice of sites serves all of the demand {demand:g}; this one is {short:g} short",
    "demand_unreachable": "demand point {demand_point:g} ({demand:g}) can be reached from no source",
    "lines_exceed_places": "{lines:g} lines are asked for, but the sites have room for {places:g}",
    "spacing_limits_lines": "{lines:g} lines are asked for, but the spacing rule leaves room for {places:g} at most",
    "forced_exceed_lines": "{forced:g} lines are forced, but only {lines:g} may be built",
    "quotas_exceed_lines": "the sectors want at least {quota:g} lines, but only {lines:g} may be built",
    "quotas_below_lines": "{lines:g} lines are asked for, but the sectors allow {quota:g} at most",
    "quota_contradiction": "sector {group:g} wants at least {least:g} lines and at most {most:g}",
    "quota_exceeds_places": "sector {group:g} wants at least {least:g} lines, but its sites have room for {places:g}",
    "forced_exceeds_quota": "{forced:g} lines are forced in sector {group:g}, which may have {most:g} at most",
    "forced_and_forbidden": "site {site:g} is forced ({forced:g} lines) and forbidden",
    "forced_exceeds_max_lines": "{forced:g} lines are forced on site {site:g}, which takes {places:g} at most",
    "forced_too_close": "sites {site:g} and {other:g} are both forced, but too close to each other",
    "no_selection": "no choice of sites satisfies the number of lines, quotas and spacing together",
}
"""English sentence of each fact code."""


def check(problem: SitingProblem) -> list[Fact]:
    """Say before solving what is short or contradictory, with both numbers.

    An empty list does not promise feasibility (quotas and spacing can interact); `solve` settles that.
    """
    p = problem
    facts: list[Fact] = []

    def add(code: str, *, blocking: bool = True, **numbers: float) -> None:
        facts.append(Fact(code, {k: float(v) for k, v in numbers.items()}, blocking))

    places = p.places
    for j in np.flatnonzero(p.min_lines > places).tolist():
        if p.forbidden[j]:
            add("forced_and_forbidden", site=j, forced=p.min_lines[j])
        else:
            add("forced_exceeds_max_lines", site=j, forced=p.min_lines[j], places=places[j])
    for a, b in p.conflicts:
        if p.min_lines[a] > 0 and p.min_lines[b] > 0:
            add("forced_too_close", site=a, other=b)
    group_places = _by_group(p, places)
    group_forced = _by_group(p, p.min_lines)
    for g in range(len(p.group_min)):
        if p.group_min[g] > p.group_max[g]:
            add("quota_contradiction", group=g, least=p.group_min[g], most=p.group_max[g])
        if p.group_min[g] > group_places[g]:
            add("quota_exceeds_places", group=g, least=p.group_min[g], places=group_places[g])
        if group_forced[g] > p.group_max[g]:
            add("forced_exceeds_quota", group=g, forced=group_forced[g], most=p.group_max[g])
    if p.n_lines is not None:
        if p.min_lines.sum() > p.n_lines:
            add("forced_exceed_lines", forced=p.min_lines.sum(), lines=p.n_lines)
        if p.group_min.sum() > p.n_lines:
            add("quotas_exceed_lines", quota=p.group_min.sum(), lines=p.n_lines)
        if p.lines_exact:
            allowed = int(np.minimum(group_places, p.group_max).sum() + places[p.group < 0].sum())
            if places.sum() < p.n_lines:
                add("lines_exceed_places", lines=p.n_lines, places=places.sum())
            elif allowed < p.n_lines:
                add("quotas_below_lines", lines=p.n_lines, quota=allowed)
            spaced = int(sum(places[c].max() for c in clique_cover(p)))
            if spaced < p.n_lines <= places.sum():
                add("spacing_limits_lines", lines=p.n_lines, places=spaced)
    must = math.isinf(p.unmet_penalty)
    reachable = np.isfinite(p.unit_cost[:, places > 0]).any(axis=1)
    for block in (p.unit_cost_existing[:, p.capacity_existing > 0], p.unit_cost_optional[:, p.capacity_optional > 0]):
        reachable |= np.isfinite(block).any(axis=1)
    for i in np.flatnonzero(~reachable & (p.demand > 0)).tolist():
        add("demand_unreachable", blocking=must, demand_point=i, demand=p.demand[i])
    total = float(p.demand.sum())
    supply = most_capacity(p)
    if total > supply * (1 + 1e-9):
        add("demand_exceeds_capacity", blocking=must, demand=total, capacity=supply, short=total - supply)
    return facts


def most_capacity(problem: SitingProblem) -> float:
    """Largest supply any plan can reach: the biggest lines that may be built, the plants there are and the options."""
    p = problem
    per_line = np.repeat(p.capacity, p.places)
    if p.n_lines is not None:
        per_line = np.sort(per_line)[::-1][: p.n_lines]
    free = p.capacity_optional[p.optional_group < 0].sum()
    for g, cap in enumerate(p.optional_group_cap):
        free += min(cap, p.capacity_optional[p.optional_group == g].sum())
    return float(per_line.sum() + p.capacity_existing.sum() + free)


def clique_cover(problem: SitingProblem) -> list[IntArray]:
    """Sort the sites into sets in which any two are too close to each other (greedy; a site alone is a set too)."""
    neighbours: list[set[int]] = [set() for _ in range(problem.n_site)]
    for a, b in problem.conflicts:
        neighbours[a].add(int(b))
        neighbours[b].add(int(a))
    cliques: list[list[int]] = []
    for j in sorted(range(problem.n_site), key=lambda k: (-len(neighbours[k]), k)):
        home = next((c for c in cliques if neighbours[j] and neighbours[j].issuperset(c)), None)
        if home is None:
            cliques.append([j])
        else:
            home.append(j)
    return [np.array(sorted(c), dtype=np.int64) for c in cliques]


def read_orlib(text: str, capacity: float | None = None) -> SitingProblem:
    """Read a warehouse location problem of J. E. Beasley's OR-Library (cap41 … cap134, capa, capb, capc).

    It gives the cost of allocating *all* of a customer's demand to a warehouse, which is turned into a cost per unit.
    Rows and columns keep the text's order, so the text's number of a site is its index + 1.

    Parameters
    ----------
    text : str
        What the file says.
    capacity : float, optional
        Capacity of every warehouse, for texts that have the word ``capacity`` in its place; overrides given ones.

    Raises
    ------
    ValueError
        If the text is cut short or too long, holds something other than the numbers expected, or needs a capacity
        that is not given. The message says where.
    """
    words = [(word, at) for at, line in enumerate(text.splitlines(), 1) for word in line.split()]
    if not words:
        raise ValueError("The text is empty; an OR-Library warehouse problem was expected.")
    if capacity is not None and not (math.isfinite(capacity) and capacity >= 0):
        raise ValueError(f"The capacity given is {capacity}; it must be a number of 0 or more.")

    def number(k: int, what: str) -> float:
        if k >= len(words):
            raise ValueError(f"The text ends on line {words[-1][1]}, where {what} should follow.")
        word, at = words[k]
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"Line {at} has {word[:40]!r} as {what}; a number of 0 or more was expected.")
        return value

    def count(k: int, what: str) -> int:
        value = number(k, what)
        if value < 1 or value != int(value):
            raise ValueError(f"Line {words[k][1]} has {words[k][0][:40]!r} as {what}; a whole number was expected.")
        return int(value)

    m, n = count(0, "the number of warehouses"), count(1, "the number of customers")
    expected = 2 + 2 * m + n * (m + 1)
    caps, fixed = np.empty(m), np.empty(m)
    for j in range(m):
        k = 2 + 2 * j
        if capacity is not None:
            caps[j] = capacity
            if k < len(words) and words[k][0] != "capacity":
                number(k, f"the capacity of warehouse {j + 1}")
        elif k < len(words) and words[k][0] == "capacity":
            raise ValueError(
                f"Line {words[k][1]} leaves the capacity of warehouse {j + 1} open, so a capacity must be given."
            )
        else:
            caps[j] = number(k, f"the capacity of warehouse {j + 1}")
        fixed[j] = number(k + 1, f"the fixed cost of warehouse {j + 1}")
    if len(words) > expected:
        raise ValueError(
            f"Line {words[expected][1]} goes on with {words[expected][0][:40]!r}, but {m} warehouses and {n} customers"
            " are complete before it."
        )
    demand, unit = np.empty(n), np.zeros((n, m))
    for i in range(n):
        k = 2 + 2 * m + i * (m + 1)
        demand[i] = number(k, f"the demand of customer {i + 1}")
        cost = np.array(
            [number(k + 1 + j, f"the cost of customer {i + 1} at warehouse {j + 1}") for j in range(m)],
            dtype=np.float64,
        )
        # A customer without demand costs nothing, whatever the text says about allocating all of it.
        if demand[i] > 0:
            unit[i] = cost / demand[i]
    return SitingProblem(unit_cost=unit, demand=demand, capacity=caps, fixed_cost=fixed)


def _by_group(problem: SitingProblem, lines: IntArray) -> IntArray:
    inside = problem.group >= 0
    out: IntArray = np.zeros(len(problem.group_min), dtype=np.int64)
    np.add.at(out, problem.group[inside], lines[inside])
    return out


def _floats(
    name: str, value: ArrayLike, shape: tuple[int, ...] | None, default: float = math.nan, *, infinite: bool = False
) -> FloatArray:
    """Copy to floats of the given shape; empty means the default, a single number is spread out."""
    out = np.array(value, dtype=np.float64)
    if shape is None:
        shape = (out.size,)
    elif out.size == 0 and not math.isnan(default):
        out = np.full(shape, default)
    elif out.ndim == 0:
        out = np.full(shape, float(out))
    if out.size == 0 == math.prod(shape):
        out = out.reshape(shape)
    if out.shape != shape:
        raise ValueError(f"{name} has shape {out.shape}, expected {shape}.")
    if np.isnan(out).any() or (out < 0).any() or (not infinite and np.isinf(out).any()):
        raise ValueError(f"{name} must hold numbers of 0 or more{'' if infinite else ', none of them infinite'}.")
    return out


def _ints(name: str, value: ArrayLike, shape: tuple[int, ...] | None, default: int, *, lowest: int = 0) -> IntArray:
    raw = np.array(value)
    if shape is None:
        shape = (raw.size,)
    elif raw.size == 0:
        raw = np.full(shape, default)
    elif raw.ndim == 0:
        raw = np.full(shape, raw.item())
    if raw.shape != shape:
        raise ValueError(f"{name} has shape {raw.shape}, expected {shape}.")
    out: IntArray = raw.astype(np.int64)
    if np.any(out != raw) or np.any(out < lowest):
        raise ValueError(f"{name} must hold whole numbers of {lowest} or more.")
    return out
