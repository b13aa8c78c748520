"""What a solver's numbers say: who stands, who delivers where, what it costs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mixplan.base.arrays import Floats, Ints
from mixplan.consolidation.model import TINY, Problem, Solution
from mixplan.consolidation.program import Model
from mixplan.consolidation.search import Watch


def relative_gap(objective: float, bound: float) -> float:
    """How far a plan may be from the best possible one at most, as a share of its cost."""
    if not math.isfinite(objective) or not math.isfinite(bound):
        return math.inf
    return max(0.0, (objective - bound) / max(abs(objective), 1e-9))


def no_plan(problem: Problem, watch: Watch, *, ended: bool = False) -> Solution:
    """No plan: none exists, or the search ended before one was found."""
    t, n = len(problem.years), problem.n
    status = "infeasible" if not ended else "interrupted" if watch.stopped else "time_limit"
    return Solution(
        status,
        math.inf,
        math.inf,
        math.inf,
        watch.seconds,
        np.zeros((t, n), dtype=bool),
        np.zeros((t, n), dtype=bool),
        np.zeros((t, n)),
        np.full(n, -1),
        np.empty((0, 3), dtype=np.int64),
        np.empty(0),
        {},
    )


def solution_of(
    model: Model, values: Floats, *, status: str, objective: float, bound: float, seconds: float, nodes: int
) -> Solution:
    p, arcs = model.problem, model.arcs
    stands = np.array([values[c] > 0.5 for c in model.stand])
    upgraded = np.array([values[c] > 0.5 for c in model.up])
    added = np.zeros((len(p.years), p.n))
    moved_total = 0.0
    for t in range(len(p.years)):
        added[t] += values[model.new[t]]
        np.add.at(added[t], p.pairs[:, 1], values[model.moved[t]])
        moved_total += float(values[model.moved[t]].sum())
    added[added < TINY] = 0.0
    merged: Ints = np.full(p.n, -1, dtype=np.int64)
    chosen = values[model.merge[-1]] > 0.5
    merged[p.pairs[chosen, 0]] = p.pairs[chosen, 1]
    flows, amounts = [], []
    for t, columns in enumerate(model.flow):
        used = np.flatnonzero(values[columns] > TINY)
        flows.append(np.column_stack([np.full(len(used), t), arcs.station[used], arcs.point[used]]))
        amounts.append(values[columns[used]])
    rows, amount = np.vstack(flows).astype(np.int64), np.concatenate(amounts)
    parts = {
        "findings": float((stands * p.keep_cost).sum()),
        "notes": float(((stands & ~upgraded) * p.note_cost).sum()),
        "haul": float(p.haul_cost * (amount * p.haul_km[rows[:, 1], rows[:, 2]]).sum()),
        "capital": float(
            p.upgrade_cost * upgraded.sum() + p.add_cost * (added.sum() - moved_total) + p.move_cost * moved_total
        ),
        "lost": float(
            ((~stands) * p.loss).sum()
            - sum(float(p.pair_saving @ (values[model.merge[t]] > 0.5)) for t in range(len(p.years)))
        ),
    }
    more: dict[str, Any] = {}
    if p.mortar is not None:
        flow = values[model.mortar_flow]
        used = np.flatnonzero(flow > TINY)
        unmet = np.where(values[model.mortar_unmet] > TINY, values[model.mortar_unmet], 0.0)
        source, point = model.mortar_source[used], model.mortar_point[used]
        built = np.round(values[model.line]).astype(np.int64)
        parts["mortar_haul"] = float(p.mortar.haul_cost * (flow[used] * p.mortar.haul_km[source, point]).sum())
        parts["mortar_lines"] = float(p.mortar.fixed_cost * built.sum())
        parts["mortar_unmet"] = float(p.mortar.unmet_cost * unmet.sum())
        more = {
            "lines": built,
            "mortar_flows": np.column_stack([source, point]),
            "mortar_amounts": flow[used],
            "mortar_unmet": unmet,
        }
    return Solution(
        status,
        objective,
        bound,
        relative_gap(objective, bound),
        seconds,
        stands,
        upgraded,
        added,
        merged,
        rows,
        amount,
        parts,
        nodes=nodes,
        **more,
    )
