"""Whether wishes can be met at all, as facts with both numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mixplan.siting.solver.problem import IntArray, SitingProblem


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


def check(problem: SitingProblem) -> list[Fact]:
    """Say before solving what is short or contradictory, with both numbers.

    An empty list does not promise feasibility (quotas and spacing can interact); `solve` settles that.
    """
    return [*_forced_facts(problem), *_quota_facts(problem), *_line_facts(problem), *_supply_facts(problem)]


def _fact(code: str, *, blocking: bool = True, **numbers: float) -> Fact:
    return Fact(code, {name: float(value) for name, value in numbers.items()}, blocking)


def _forced_facts(p: SitingProblem) -> Iterator[Fact]:
    """Sites that must get lines and cannot."""
    for j in np.flatnonzero(p.min_lines > p.places).tolist():
        if p.forbidden[j]:
            yield _fact("forced_and_forbidden", site=j, forced=p.min_lines[j])
        else:
            yield _fact("forced_exceeds_max_lines", site=j, forced=p.min_lines[j], places=p.places[j])
    for a, b in p.conflicts:
        if p.min_lines[a] > 0 and p.min_lines[b] > 0:
            yield _fact("forced_too_close", site=a, other=b)


def _quota_facts(p: SitingProblem) -> Iterator[Fact]:
    """Sectors whose quota contradicts itself, their room, or what is forced there."""
    places, forced = _by_group(p, p.places), _by_group(p, p.min_lines)
    for g in range(len(p.group_min)):
        if p.group_min[g] > p.group_max[g]:
            yield _fact("quota_contradiction", group=g, least=p.group_min[g], most=p.group_max[g])
        if p.group_min[g] > places[g]:
            yield _fact("quota_exceeds_places", group=g, least=p.group_min[g], places=places[g])
        if forced[g] > p.group_max[g]:
            yield _fact("forced_exceeds_quota", group=g, forced=forced[g], most=p.group_max[g])


def _line_facts(p: SitingProblem) -> Iterator[Fact]:
    """A number of lines that is too small for what must be, or too large for the room there is."""
    if p.n_lines is None:
        return
    if p.min_lines.sum() > p.n_lines:
        yield _fact("forced_exceed_lines", forced=p.min_lines.sum(), lines=p.n_lines)
    if p.group_min.sum() > p.n_lines:
        yield _fact("quotas_exceed_lines", quota=p.group_min.sum(), lines=p.n_lines)
    if p.lines_exact:
        places = p.places
        allowed = int(np.minimum(_by_group(p, places), p.group_max).sum() + places[p.group < 0].sum())
        if places.sum() < p.n_lines:
            yield _fact("lines_exceed_places", lines=p.n_lines, places=places.sum())
        elif allowed < p.n_lines:
            yield _fact("quotas_below_lines", lines=p.n_lines, quota=allowed)
        spaced = int(sum(places[c].max() for c in clique_cover(p)))
        if spaced < p.n_lines <= places.sum():
            yield _fact("spacing_limits_lines", lines=p.n_lines, places=spaced)


def _supply_facts(p: SitingProblem) -> Iterator[Fact]:
    """Demand that nothing reaches, or that is more than all capacity."""
    must = math.isinf(p.unmet_penalty)
    reachable = np.isfinite(p.unit_cost[:, p.places > 0]).any(axis=1)
    for block in (p.unit_cost_existing[:, p.capacity_existing > 0], p.unit_cost_optional[:, p.capacity_optional > 0]):
        reachable |= np.isfinite(block).any(axis=1)
    for i in np.flatnonzero(~reachable & (p.demand > 0)).tolist():
        yield _fact("demand_unreachable", blocking=must, demand_point=i, demand=p.demand[i])
    total, supply = float(p.demand.sum()), most_capacity(p)
    if total > supply * (1 + 1e-9):
        yield _fact("demand_exceeds_capacity", blocking=must, demand=total, capacity=supply, short=total - supply)


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


def _by_group(problem: SitingProblem, lines: IntArray) -> IntArray:
    inside = problem.group >= 0
    out: IntArray = np.zeros(len(problem.group_min), dtype=np.int64)
    np.add.at(out, problem.group[inside], lines[inside])
    return out
