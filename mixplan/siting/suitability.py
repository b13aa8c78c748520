"""How suitable each candidate is on its own: a weighted view, not the optimum."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely

from mixplan.city.haul import check_pairs
from mixplan.city.networks import Network
from mixplan.plan.rules import RuleBook
from mixplan.siting.case import SitingCase

CRITERIA = ("demand", "sensitive", "existing", "roads")


def default_weights(book: RuleBook) -> dict[str, float]:
    """Weight of each criterion, as the rule file assumes it."""
    return {name: book.figure(f"siting_weight_{name}") for name in CRITERIA}


def suitability(case: SitingCase, weights: Mapping[str, float], *, road_m: pd.Series | None = None) -> pd.DataFrame:
    """Weighted view of how suitable each candidate is on its own; a view, not the optimum.

    Each criterion is a rank among the candidates between 0 (worst) and 1 (best):

    ``demand``
        Mean haul when one line's capacity is filled from the nearest demand (shorter is better).
    ``sensitive``
        Distance to the nearest sensitive area (farther is better).
    ``existing``
        Haul to the nearest standing mortar plant, by straight line (farther is better).
    ``roads``
        Distance to the nearest road of the network, where one is given (nearer is better).

    Parameters
    ----------
    weights : mapping
        Weight by criterion, 0 or more; all zero gives 0 everywhere.
    road_m : Series, optional
        Distance of each candidate to the network in metres.

    Returns
    -------
    DataFrame
        Index of the candidates; a column of ranks for each criterion in use, and ``score`` (0 to 1).
    """
    places = case.candidates
    measures = {"demand": -catchment_km(case), "sensitive": places["sensitive_m"]}
    if len(case.existing):
        plants = case.existing.geometry.to_numpy()
        check_pairs(len(places), len(plants))
        apart = shapely.distance(places.geometry.to_numpy()[:, None], plants)
        measures["existing"] = pd.Series(np.fmin.reduce(apart, axis=1), index=places.index)
    if road_m is not None:
        measures["roads"] = -road_m.reindex(places.index)
    ranks = pd.DataFrame({name: _rank(values) for name, values in measures.items()}, index=places.index)
    weight = pd.Series({name: max(float(weights.get(name, 0.0)), 0.0) for name in measures}, dtype=float)
    ranks["score"] = (ranks * weight).sum(axis=1) / weight.sum() if weight.sum() > 0 else 0.0
    return ranks


def road_distance(case: SitingCase, network: Network) -> pd.Series:
    """Distance in metres of each candidate to the nearest line of a road network."""
    points = case.candidates.geometry.to_numpy()
    nearest = np.asarray(network.lines)[network.tree.nearest(points)]
    return pd.Series(shapely.distance(nearest, points), index=case.candidates.index, name="road_m")


def _rank(values: pd.Series) -> pd.Series:
    if len(values) < 2:
        return pd.Series(1.0, index=values.index)
    return (values.rank(method="average") - 1) / (len(values) - 1)


def catchment_km(case: SitingCase) -> pd.Series:
    """Mean haul when a line takes the nearest demand until it is full."""
    m = len(case.candidates)
    haul, demand = case.haul_km[:, :m], case.demand["weight"].to_numpy(float)
    order = np.argsort(haul, axis=0)
    amount = demand[order]
    room = case.candidates["capacity"].to_numpy(float)[None, :] - (np.cumsum(amount, axis=0) - amount)
    taken = np.clip(room, 0.0, amount)
    sorted_haul = np.take_along_axis(haul, order, axis=0)
    work = (taken * np.where(taken > 0, sorted_haul, 0.0)).sum(axis=0)
    total = taken.sum(axis=0)
    mean = np.divide(work, total, out=np.zeros(m), where=total > 0)
    return pd.Series(mean, index=case.candidates.index)
