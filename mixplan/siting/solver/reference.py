"""The reference: the whole problem as one mixed-integer program, handed to HiGHS as it is."""

from __future__ import annotations

import math
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from mixplan.base.highs import quiet_highs
from mixplan.base.numbers import relative_gap
from mixplan.base.progress import Watch, Watcher, unwatched
from mixplan.siting.solver.check import check
from mixplan.siting.solver.problem import FloatArray, IntArray, SitingProblem
from mixplan.siting.solver.result import Flows, Siting, Status, versions


def solve_reference(
    problem: SitingProblem,
    *,
    gap: float = 0.01,
    time_limit_s: float = 60.0,
    seed: int = 0,
    strong: bool = True,
    watcher: Watcher = unwatched,
) -> Siting:
    """Solve the textbook model with plain HiGHS, to compare with.

    Written straight from the problem and apart from `solve`, so that each checks the other.

    Parameters
    ----------
    problem, gap, time_limit_s, seed, watcher
        As in `solve`.
    strong : bool, optional
        Write a row ``delivery <= demand * lines`` for every pair of site and demand point. It makes the model far
        larger and its relaxation far better.
    """
    watch = Watch(time_limit_s, watcher)
    model = _Model(problem, strong)
    h = quiet_highs()
    h.passModel(model.lp())
    h.setOptionValue("mip_rel_gap", gap)
    h.setOptionValue("mip_abs_gap", 1e-9)
    h.setOptionValue("time_limit", float(time_limit_s))
    h.setOptionValue("random_seed", seed)

    def poll(event: highspy.HighsCallbackEvent) -> None:
        try:
            out = event.data_out
            watch.objective = min(watch.objective, out.mip_primal_bound)
            watch.bound = max(watch.bound, out.mip_dual_bound)
            if not watch.going():
                event.interrupt()
        except KeyboardInterrupt:
            watch.reason = "interrupted"
            event.interrupt()

    h.cbMipInterrupt.subscribe(poll)
    h.run()
    ended, bound = h.getModelStatus(), float(h.getInfo().mip_dual_bound)
    lines, flows, unmet, objective = _plan(h, model)
    status: Status
    if ended == highspy.HighsModelStatus.kInfeasible:
        status, bound = "infeasible", math.inf
    elif ended == highspy.HighsModelStatus.kOptimal:
        bound = min(bound, objective)
        status = "optimal" if relative_gap(objective, bound) <= 1e-9 else "gap_reached"
    else:
        status = watch.reason or "time_limit"
    return Siting(
        lines=lines,
        flows=flows,
        unmet=unmet,
        objective=objective,
        bound=bound,
        gap=0.0 if status == "infeasible" else relative_gap(objective, bound),
        status=status,
        seconds=watch.seconds,
        seed=seed,
        versions=versions(),
        nodes=max(int(h.getInfo().mip_node_count), 0),
        facts=tuple(check(problem)),
    )


def _plan(h: highspy.Highs, model: _Model) -> tuple[IntArray, Flows, FloatArray, float]:
    """Lines, deliveries, unmet demand and cost of what HiGHS has found; nothing built and no cost if it has nothing."""
    problem, info = model.problem, h.getInfo()
    m, n = problem.n_site, problem.n_demand
    x = np.array(h.getSolution().col_value)
    if info.primal_solution_status != highspy.kSolutionStatusFeasible or len(x) != model.n_col:
        nothing = Flows(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        return np.zeros(m, dtype=np.int64), nothing, problem.demand.copy(), math.inf
    amount = np.zeros((n, model.cost.shape[1]))
    amount[model.arc_demand, model.arc_source] = x[model.first_arc :]
    flows = Flows.from_dense(amount)
    unmet = np.maximum(problem.demand - flows.dense(problem).sum(axis=1), 0.0)
    unmet[unmet < 1e-7 * max(1.0, problem.demand.max(initial=0.0))] = 0.0
    return np.round(x[:m]).astype(np.int64), flows, unmet, float(info.objective_function_value)


class _Model:
    """Columns: lines per site, site in use (0/1), unmet demand, deliveries."""

    def __init__(self, problem: SitingProblem, strong: bool) -> None:
        p = self.problem = problem
        m, n = p.n_site, p.n_demand
        self.cost: FloatArray = np.hstack([p.unit_cost, p.unit_cost_existing, p.unit_cost_optional])
        self.arc_demand, self.arc_source = np.nonzero(np.isfinite(self.cost))
        self.first_arc = 2 * m + n
        self.n_col = self.first_arc + len(self.arc_demand)
        self.blocks: list[Any] = []
        self.low: list[FloatArray] = []
        self.high: list[FloatArray] = []
        inf = math.inf
        total = float(p.demand.sum())
        arcs = np.arange(len(self.arc_demand))
        meets = sp.csr_matrix((np.ones(len(arcs)), (self.arc_demand, arcs)), shape=(n, len(arcs)))
        ships = sp.csr_matrix((np.ones(len(arcs)), (self.arc_source, arcs)), shape=(self.cost.shape[1], len(arcs)))
        eye = sp.identity(m, format="csr")
        self.add(None, None, sp.identity(n), meets, p.demand, p.demand)
        self.add(-sp.diags(p.capacity), None, None, ships[:m], np.full(m, -inf), np.zeros(m))
        caps = np.minimum(np.concatenate([p.capacity_existing, p.capacity_optional]), total)
        self.add(None, None, None, ships[m:], np.full(len(caps), -inf), caps)
        for g, cap in enumerate(p.optional_group_cap):
            members = sp.csr_matrix((p.optional_group == g).astype(float))
            self.add(None, None, None, members @ ships[m + p.n_existing :], np.array([-inf]), np.array([cap]))
        if strong:
            sited = np.flatnonzero(self.arc_source < m)
            i, j = self.arc_demand[sited], self.arc_source[sited]
            rows = np.arange(len(sited))
            most = np.minimum(p.demand[i], p.capacity[j])
            limit = sp.csr_matrix((-most, (rows, j)), shape=(len(sited), m))
            pick = sp.csr_matrix((np.ones(len(sited)), (rows, sited)), shape=(len(sited), len(arcs)))
            self.add(limit, None, None, pick, np.full(len(sited), -inf), np.zeros(len(sited)))
        if p.n_lines is not None:
            count = np.array([float(p.n_lines)])
            self.add(sp.csr_matrix(np.ones((1, m))), None, None, None, count if p.lines_exact else 0 * count, count)
        for g in range(len(p.group_min)):
            inside = sp.csr_matrix((p.group == g).astype(float))
            self.add(
                inside, None, None, None, p.group_min[g : g + 1].astype(float), p.group_max[g : g + 1].astype(float)
            )
        # lines <= most * in_use; two sites too close are not both in use.
        self.add(eye, -sp.diags(p.max_lines.astype(float)), None, None, np.full(m, -inf), np.zeros(m))
        if len(p.conflicts):
            k = len(p.conflicts)
            pair = sp.csr_matrix((np.ones(2 * k), (np.repeat(np.arange(k), 2), p.conflicts.ravel())), shape=(k, m))
            self.add(None, pair, None, None, np.full(k, -inf), np.ones(k))

    def add(
        self,
        lines: Any,
        use: Any,
        unmet: Any,
        flow: Any,
        low: FloatArray,
        high: FloatArray,
    ) -> None:
        m, n, rows = self.problem.n_site, self.problem.n_demand, len(low)
        widths = (m, m, n, len(self.arc_demand))
        parts = [
            sp.csr_matrix((rows, width)) if block is None else sp.csr_matrix(block)
            for block, width in zip((lines, use, unmet, flow), widths, strict=True)
        ]
        self.blocks.append(sp.hstack(parts, format="csr"))
        self.low.append(low)
        self.high.append(high)

    def lp(self) -> highspy.HighsLp:
        p, inf = self.problem, highspy.kHighsInf
        m, n = p.n_site, p.n_demand
        matrix = sp.vstack(self.blocks, format="csr")
        matrix.eliminate_zeros()
        must = math.isinf(p.unmet_penalty)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.n_col, matrix.shape[0]
        lp.col_cost_ = np.concatenate(
            [
                p.fixed_cost,
                np.zeros(m),
                np.full(n, 0.0 if must else p.unmet_penalty),
                self.cost[self.arc_demand, self.arc_source],
            ]
        )
        places = np.where(p.forbidden, 0, p.max_lines)
        lp.col_lower_ = np.concatenate([p.min_lines, np.zeros(self.n_col - m)]).astype(float)
        lp.col_upper_ = np.concatenate(
            [places, np.ones(m), np.full(n, 0.0 if must else inf), np.full(len(self.arc_demand), inf)]
        ).astype(float)
        lp.row_lower_, lp.row_upper_ = np.concatenate(self.low), np.concatenate(self.high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole] * (2 * m) + [real] * (self.n_col - 2 * m)
        return lp
