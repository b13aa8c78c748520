"""What plants can serve within their capacity."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mixplan.base.arrays import Floats
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import M_PER_KM
from mixplan.coverage.reach import Reach


@dataclass(frozen=True)
class Service:
    """Who supplies whom within the radius: as much as capacity allows and, of all such ways, the shortest haul.

    Attributes
    ----------
    flows : DataFrame
        ``supply_id``, ``demand_id``, ``amount``, ``distance_km``.
    served, used : Series
        Amount by demand point and by plant.
    """

    flows: pd.DataFrame
    served: pd.Series
    used: pd.Series


def _transport(
    cost: Floats, allowed: NDArray[np.bool_], capacity: Floats, demand: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Cheapest flows (plant, point, amount) of a transportation LP in which nothing has to flow.

    Only ways between near neighbours enter at first; others are added while their reduced cost says that they could
    still save something, so the result is the optimum over all allowed ways.
    """
    from scipy.optimize import linprog  # here, for who only names a result should not wait for a solver
    from scipy.sparse import csr_array

    neighbours = 8
    priced = np.where(allowed, cost, np.inf)
    chosen = np.zeros_like(allowed)
    for axis in (0, 1):
        few = min(neighbours, priced.shape[axis])
        if few:
            nearest = np.argpartition(priced, few - 1, axis=axis).take(range(few), axis=axis)
            np.put_along_axis(chosen, nearest, True, axis=axis)
    chosen &= allowed
    while True:
        plant, point = np.nonzero(chosen)
        if len(plant) == 0:
            return plant, point, np.zeros(0)
        variables = np.arange(len(plant))
        limits = csr_array(
            (
                np.ones(2 * len(plant)),
                (np.concatenate([plant, len(capacity) + point]), np.concatenate([variables, variables])),
            ),
            shape=(len(capacity) + len(demand), len(plant)),
        )
        bound = np.concatenate([capacity, demand])
        found = linprog(cost[plant, point], A_ub=limits, b_ub=bound, method="highs-ds")
        if found.x is None:
            raise DataError(_("产能分配无法求解：{reason}").format(reason=found.message))
        price = found.ineqlin.marginals
        reduced = priced - price[: len(capacity), None] - price[None, len(capacity) :]
        missing = (reduced < -1e-6) & ~chosen
        if not missing.any():
            return plant, point, np.maximum(found.x, 0.0)
        chosen |= missing


def serve(seen: Reach, radius_km: float) -> Service:
    """Serve as much demand as capacity allows within the radius (a transportation LP, solved with HiGHS).

    maximise Σ (M − d_ij) f_ij subject to Σ_i f_ij ≤ demand_j, Σ_j f_ij ≤ capacity_i, f ≥ 0, only where d_ij ≤ R.
    M exceeds the longest detour that a re-routing could cost, so that more is always served first and haul is only
    saved among the solutions that serve the most.
    """
    weight = seen.ground.demand["weight"].to_numpy(float)
    within = (seen.distance_m <= radius_km * M_PER_KM) & (seen.capacity > 0)[:, None]
    big = 2.0 * radius_km * (len(seen.supply) + 1)
    plant, point, amount = _transport(seen.distance_m / M_PER_KM - big, within, seen.capacity, weight)
    km = seen.distance_m[plant, point] / M_PER_KM
    keep = amount > 1e-9
    ids, wanted = seen.supply.index.to_numpy(), seen.ground.demand.index.to_numpy()
    served = np.minimum(np.bincount(point, amount, len(weight)), weight)
    used = np.minimum(np.bincount(plant, amount, len(seen.supply)), seen.capacity)
    flows = pd.DataFrame(
        {
            "supply_id": ids[plant[keep]],
            "demand_id": wanted[point[keep]],
            "amount": amount[keep],
            "distance_km": km[keep],
        }
    )
    return Service(
        flows,
        pd.Series(served, index=seen.ground.demand.index, name="served"),
        pd.Series(used, index=seen.supply.index, name="used"),
    )
