"""The siting problem in numbers: who needs how much, who could supply it, at what cost, under which rules."""

from __future__ import annotations

import math
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


"""English sentence of each fact code."""


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
