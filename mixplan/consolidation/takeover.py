"""Who takes over the demand of stations that stop, and who alone can serve."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mixplan.consolidation import questions
from mixplan.consolidation.case import Case
from mixplan.consolidation.plan import Plan
from mixplan.plan.actions import STOPS


def takeover(plan: Plan) -> pd.DataFrame:
    """Who takes over the demand of each station that stops.

    What a stopped station would deliver in the target year if every station stood (shortest hauls), matched point by
    point with who delivers there in the plan.

    Returns
    -------
    DataFrame
        ``plant_id`` (stopped), ``by`` (takes over), ``amount`` (万m³), ``demand`` (number of points); largest first.
    """
    if plan.heirs is not None:
        return plan.heirs
    case = plan.case
    p = case.problem
    found = questions.dispatch(p.last_year)
    columns = ["plant_id", "by", "amount", "demand"]
    if found is None:
        return pd.DataFrame(columns=columns)
    ids, points = np.array(case.ids, dtype=object), case.demand.index.to_numpy(dtype=object)
    was = pd.DataFrame({"plant_id": ids[found[0][:, 1]], "demand": points[found[0][:, 2]], "was": found[1]})
    stopped = plan.actions.index[plan.actions["action"].isin(STOPS)]
    was = was[was["plant_id"].isin(stopped)]
    now = plan.flows[plan.flows["year"] == p.years[-1]]
    share = now["amount"] / now.groupby("demand")["amount"].transform("sum")
    now = pd.DataFrame({"demand": now["demand"], "by": now["plant_id"], "share": share})
    both = was.merge(now, on="demand")
    both["amount"] = both["was"] * both["share"]
    table = both.groupby(["plant_id", "by"], as_index=False).agg(amount=("amount", "sum"), demand=("demand", "nunique"))
    return table.sort_values(["plant_id", "amount"], ascending=[True, False], ignore_index=True)[columns]


def sole_supply(case: Case) -> dict[str, list[int]]:
    """Demand points (positions) that lie within the haul radius of one station only, by that station."""
    near = case.problem.haul_km <= case.problem.radius_km
    alone = np.flatnonzero(near.sum(axis=0) == 1)
    found: dict[str, list[int]] = {}
    for j in alone:
        found.setdefault(case.ids[int(near[:, j].argmax())], []).append(int(j))
    return found
