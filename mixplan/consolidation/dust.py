"""Dust of the stations' output by belt between the ring roads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mixplan.base.arrays import Floats
from mixplan.city.rings import within_ring
from mixplan.plan.city import load_city
from mixplan.plan.rules import RuleBook

INSIDE, BETWEEN, OUTSIDE = "inside", "between", "outside"
_PARAMETERS = {
    INSIDE: "dust_inside_fifth_pct",
    BETWEEN: "dust_fifth_to_sixth_pct",
    OUTSIDE: "dust_outside_sixth_pct",
}


def published_dust(book: RuleBook) -> dict[str, float]:
    """Published share of the stations' dust in each belt, in percent."""
    return {belt: book.figure(row) for belt, row in _PARAMETERS.items()}


def belts(ring: pd.Series) -> NDArray[np.object_]:
    """Belt of each station: inside the centre's ring road, from there to the outermost, outside; "" not located."""
    city = load_city()
    inside, between = (within_ring(ring, number).to_numpy(bool) for number in (city.centre_ring, city.outer_ring))
    outside = ring.notna().to_numpy(bool)
    return np.select([inside, between, outside], [INSIDE, BETWEEN, OUTSIDE], "").astype(object)


def dust_factors(published: Mapping[str, float], belt: NDArray[np.object_], output: Floats) -> dict[str, float]:
    """Dust of one 万m³ of output in each belt, so that the inventory's output gives the published shares and 100.

    The published shares are of 2015; that they hold for the inventory of 2010 as well, and that dust goes with output
    within a belt, are assumptions.

    Parameters
    ----------
    published : mapping
        Share of each belt in percent, see `published_dust`.
    belt, output : arrays
        Belt and amount (万m³) of each delivery of the inventory.
    """
    of_belt: dict[Any, float] = pd.Series(output).groupby(belt).sum().to_dict()
    return {
        name: (share / of_belt[name] if of_belt.get(name, 0.0) > 0 else math.nan) for name, share in published.items()
    }


def dust_index(factors: Mapping[str, float], belt: NDArray[np.object_], output: Floats) -> float:
    """Dust of some output by belt, 100 for the inventory's."""
    return float(
        sum(factors[str(name)] * float(total) for name, total in pd.Series(output).groupby(belt).sum().items())
    )
