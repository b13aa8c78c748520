"""A plan made under other conditions as the start of a search: what it decided, as far as it may still be decided."""

from __future__ import annotations

import numpy as np

from mixplan.base.arrays import Bools, Floats
from mixplan.consolidation.case import Case
from mixplan.consolidation.kept import read_kept
from mixplan.consolidation.model import Lock


def decisions_from(case: Case, raw: object, *, name: str) -> Floats | None:
    """What the plan of a record decided, for the stations and the planner's decisions of another case.

    Stations that it does not know stand. Whether this is still a plan, only its deliveries tell; a search that is given
    it finds out.

    Parameters
    ----------
    raw, name
        The record, see `kept.plan_record`, and what to call it in messages.

    Returns
    -------
    array or None
        In the order of `Model.decisions`; none where the record is no plan of the same years, or one of the two has a
        mortar side.
    """
    p, old = case.problem, read_kept(raw, name=name).plan
    if old is None or list(old.years) != list(map(str, p.years)) or p.mortar is not None or old.mortar is not None:
        return None
    years = list(old.years.values())
    stands: Bools = np.array([[plant not in set(year.stopped) for plant in case.ids] for year in years])
    stands[:, p.locks == Lock.KEEP] = True
    stands[-1, p.locks == Lock.CLOSE] = False
    # An upgraded station stands to the end, so one that stops now was never worth upgrading.
    upgraded: Bools = np.array([[plant in year.upgraded for plant in case.ids] for year in years]) & stands[-1]
    source, target = p.pairs.T
    wanted = np.array([old.merged.get(case.ids[a]) == case.ids[b] for a, b in p.pairs], dtype=bool)
    merged = wanted & (p.locks[source] == Lock.FREE) & ~stands[:, source] & upgraded[:, target]
    return np.concatenate([stands.ravel(), upgraded.ravel(), merged.ravel()]).astype(float)
