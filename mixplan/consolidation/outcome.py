"""What a solver's numbers say: who stands, who delivers where, what it costs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mixplan.base.arrays import Bools, Floats, Ints
from mixplan.base.numbers import relative_gap
from mixplan.base.progress import Watch
from mixplan.consolidation.model import TINY, Mortar, Problem, Solution
from mixplan.consolidation.program import Model


def no_plan(problem: Problem, watch: Watch, *, ended: bool = False) -> Solution:
    """No plan: none exists, or the search ended before one was found."""
    t, n = len(problem.years), problem.n
    return Solution(
        status="infeasible" if not ended else "interrupted" if watch.stopped else "time_limit",
        objective=math.inf,
        bound=math.inf,
        gap=math.inf,
        seconds=watch.seconds,
        stands=np.zeros((t, n), dtype=bool),
        upgraded=np.zeros((t, n), dtype=bool),
        added=np.zeros((t, n)),
        merged_into=np.full(n, -1),
        flows=np.empty((0, 3), dtype=np.int64),
        amounts=np.empty(0),
        parts={},
    )


def solution_of(
    model: Model, values: Floats, *, status: str, objective: float, bound: float, seconds: float, nodes: int
) -> Solution:
    """The plan that a program's column values stand for."""
    p = model.problem
    stands = np.array([values[c] > 0.5 for c in model.stand])
    upgraded = np.array([values[c] > 0.5 for c in model.up])
    merged: Ints = np.full(p.n, -1, dtype=np.int64)
    chosen = values[model.merge[-1]] > 0.5
    merged[p.pairs[chosen, 0]] = p.pairs[chosen, 1]
    flows, amounts = deliveries(model, values)
    haul = float(p.haul_cost * (amounts * p.haul_km[flows[:, 1], flows[:, 2]]).sum())
    parts = _parts(model, values, stands, upgraded, haul)
    more: dict[str, Any] = {}
    if p.mortar is not None:
        more = _mortar_side(model, values)
        parts |= _mortar_parts(p.mortar, more)
    return Solution(
        status=status,
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        seconds=seconds,
        stands=stands,
        upgraded=upgraded,
        added=_added(model, values),
        merged_into=merged,
        flows=flows,
        amounts=amounts,
        parts=parts,
        nodes=nodes,
        **more,
    )


def deliveries(model: Model, values: Floats) -> tuple[Ints, Floats]:
    """Year, station and demand point of every delivery, and its amount."""
    flows, amounts = [], []
    for t, columns in enumerate(model.flow):
        used = np.flatnonzero(values[columns] > TINY)
        flows.append(np.column_stack([np.full(len(used), t), model.arcs.station[used], model.arcs.point[used]]))
        amounts.append(values[columns[used]])
    return np.vstack(flows).astype(np.int64), np.concatenate(amounts)


def _added(model: Model, values: Floats) -> Floats:
    """Capacity added to each station in each year, new or moved there by a merger."""
    p = model.problem
    added = np.zeros((len(p.years), p.n))
    for t in range(len(p.years)):
        added[t] += values[model.new[t]]
        np.add.at(added[t], p.pairs[:, 1], values[model.moved[t]])
    added[added < TINY] = 0.0
    return added


def _parts(model: Model, values: Floats, stands: Bools, upgraded: Bools, haul: float) -> dict[str, float]:
    """The cost of the concrete side by its parts; that of the haul is given."""
    p = model.problem
    moved = sum(float(values[columns].sum()) for columns in model.moved)
    new = float(_added(model, values).sum()) - moved
    saved = sum(float(p.pair_saving @ (values[columns] > 0.5)) for columns in model.merge)
    return {
        "findings": float((stands * p.keep_cost).sum()),
        "notes": float(((stands & ~upgraded) * p.note_cost).sum()),
        "haul": haul,
        "capital": float(p.upgrade_cost * upgraded.sum() + p.add_cost * new + p.move_cost * moved),
        "lost": float((~stands * p.loss).sum() - saved),
    }


def _mortar_side(model: Model, values: Floats) -> dict[str, Any]:
    """Lines that are built, who delivers mortar where, and what is left unserved."""
    flow, unmet = values[model.mortar_flow], values[model.mortar_unmet]
    used = np.flatnonzero(flow > TINY)
    return {
        "lines": np.round(values[model.line]).astype(np.int64),
        "mortar_flows": np.column_stack([model.mortar_source[used], model.mortar_point[used]]),
        "mortar_amounts": flow[used],
        "mortar_unmet": np.where(unmet > TINY, unmet, 0.0),
    }


def _mortar_parts(mortar: Mortar, side: dict[str, Any]) -> dict[str, float]:
    """The cost of the mortar side, by its parts."""
    source, point = side["mortar_flows"].T
    return {
        "mortar_haul": float(mortar.haul_cost * (side["mortar_amounts"] * mortar.haul_km[source, point]).sum()),
        "mortar_lines": float(mortar.fixed_cost * side["lines"].sum()),
        "mortar_unmet": float(mortar.unmet_cost * side["mortar_unmet"].sum()),
    }
