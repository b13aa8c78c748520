"""What a rule measures: one function a measure."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.city import distances, rings
from mixplan.city import sectors as city_sectors
from mixplan.city.layers import Layers
from mixplan.plan.rules import Rule, RuleBook
from mixplan.screening.verdicts import FLAG, PASS, UNKNOWN


@dataclass(frozen=True)
class Measured:
    """What a measure found for some plants (all series share the plants' index).

    ``distance_m`` is the signed distance to the line that decides and ``accuracy_m`` what that line may be off by, both
    missing for attributes. ``doubtful`` says where location error and accuracy, or modelled data,
    leave the verdict open.
    """

    verdict: pd.Series
    value: pd.Series
    distance_m: pd.Series
    accuracy_m: pd.Series
    doubtful: pd.Series
    subject_id: pd.Series


def _too_near_to_tell(margin_m: pd.Series, accuracy_m: pd.Series, plants: gpd.GeoDataFrame) -> pd.Series:
    """Whether each plant is nearer to the line than its location error and the line's accuracy together."""
    slack = plants["location_error_m"].astype(float).fillna(np.inf) + accuracy_m
    return pd.Series(margin_m.abs() <= slack, index=plants.index)


def _inside_ring(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> Measured:
    ring = int(rule.subject)
    distance = distances.signed_distance(plants.geometry, rings.ring_area(layers.rings, ring))
    accuracy = rings.line_accuracy(plants.geometry, layers.rings, ring)
    return Measured(
        verdict=_inside_flags(distance),
        value=distance,
        distance_m=distance,
        accuracy_m=accuracy,
        doubtful=_too_near_to_tell(distance, accuracy, plants),
        subject_id=pd.Series(f"ring{ring}", index=plants.index),
    )


def _inside_flags(distance: pd.Series) -> pd.Series:
    verdict = pd.Series(np.where(distance <= 0, FLAG, PASS), index=distance.index)
    return verdict.mask(distance.isna(), UNKNOWN)


def _inside_ban_zone(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> Measured:
    areas = layers.ban_zones[layers.ban_zones["kind"] == rule.subject]
    return _nearest_area(areas, float(rule.value), plants, flag_is_doubtful_where_approximate=False)


def _near_sensitive_area(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> Measured:
    areas = layers.sensitive_areas[layers.sensitive_areas["kind"].isin(rule.subject.split(","))]
    return _nearest_area(areas, float(rule.value), plants, flag_is_doubtful_where_approximate=True)


def _nearest_area(
    areas: gpd.GeoDataFrame, within_m: float, plants: gpd.GeoDataFrame, *, flag_is_doubtful_where_approximate: bool
) -> Measured:
    """Judge the plants against the area that decides.

    That is the nearest area that gives a certain flag, else the nearest that gives a doubtful flag, else the nearest
    that leaves a doubt, else the nearest at all: a large vague area must not hide a small exact one.
    """
    nothing = pd.Series(np.nan, index=plants.index)
    if areas.empty:
        unknown = pd.Series(UNKNOWN, index=plants.index)
        return Measured(unknown, nothing, nothing, nothing, nothing.notna(), pd.Series(pd.NA, index=plants.index))
    distance = distances.distance_matrix(plants.geometry, areas.geometry)
    margin = distance - within_m
    accuracy = areas["accuracy_m"].to_numpy(float)
    slack = plants["location_error_m"].astype(float).fillna(np.inf).to_numpy()[:, None] + accuracy[None, :]
    flagged = margin <= 0
    doubtful = np.abs(margin) <= slack
    if flag_is_doubtful_where_approximate:
        doubtful |= flagged & areas["approximate"].to_numpy(bool)[None, :]
    rank = np.select([flagged & ~doubtful, flagged, doubtful], [0, 1, 2], default=3)
    with np.errstate(invalid="ignore"):
        order = np.where(np.isnan(margin), np.inf, margin)
    best = np.array(
        [np.lexsort((row_order, row_rank))[0] for row_rank, row_order in zip(rank, order, strict=True)], dtype=int
    )
    pick = (np.arange(len(plants)), best)
    located = ~np.isnan(distance[pick])
    index = plants.index
    return Measured(
        verdict=pd.Series(np.where(flagged[pick], FLAG, PASS), index=index).where(located, UNKNOWN),
        value=pd.Series(distance[pick], index=index),
        distance_m=pd.Series(distance[pick], index=index),
        accuracy_m=pd.Series(accuracy[best], index=index).where(located),
        doubtful=pd.Series(doubtful[pick], index=index),
        subject_id=pd.Series(areas["id"].to_numpy()[best], index=index).where(located),
    )


def _in_sector(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> Measured:
    sectors = city_sectors.sector_areas(layers.rings, book)
    # Opened and closed by a metre, so that no slit of rounding is left where the sectors meet.
    allowed = sectors[rule.subject.split(",")].union_all().buffer(1, join_style="mitre").buffer(-1, join_style="mitre")
    distance = distances.signed_distance(plants.geometry, allowed)
    # The Sixth Ring bounds the periphery, so its accuracy is the sectors' too.
    accuracy = rings.line_accuracy(plants.geometry, layers.rings, int(book.figure("periphery_beyond_ring")))
    verdict = pd.Series(np.where(distance <= 0, PASS, FLAG), index=plants.index).mask(distance.isna(), UNKNOWN)
    sector = city_sectors.sector_of(plants.geometry, sectors)
    return Measured(verdict, sector, distance, accuracy, _too_near_to_tell(distance, accuracy, plants), sector)


def _at_least(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> Measured:
    value = plants[rule.subject].astype(float)
    verdict = pd.Series(np.where(value >= float(rule.value), PASS, FLAG), index=plants.index)
    return _attribute(plants, value, verdict.where(value.notna(), UNKNOWN))


def _licensed(rule: Rule, plants: gpd.GeoDataFrame, layers: Layers, book: RuleBook) -> Measured:
    stated = plants[rule.subject]
    # A register that lists a station as unlicensed has said so, whether or not it fills in the column.
    value = stated.mask((stated == "") & (plants["status"] == "unlicensed"), "no")
    verdict = pd.Series(np.select([value == rule.value, value == "no"], [PASS, FLAG], UNKNOWN), index=plants.index)
    return _attribute(plants, value.where(verdict != UNKNOWN), verdict)


def _attribute(plants: gpd.GeoDataFrame, value: pd.Series, verdict: pd.Series) -> Measured:
    """An attribute has no distance; a modelled plant's attributes are modelled too, so they never settle a verdict."""
    nothing = pd.Series(np.nan, index=plants.index)
    return Measured(
        verdict, value, nothing, nothing, plants["evidence"] == "modelled", pd.Series(pd.NA, index=plants.index)
    )


MEASURES: dict[str, Callable[[Rule, gpd.GeoDataFrame, Layers, RuleBook], Measured]] = {
    "inside_ring": _inside_ring,
    "inside_ban_zone": _inside_ban_zone,
    "near_sensitive_area": _near_sensitive_area,
    "in_sector": _in_sector,
    "at_least": _at_least,
    "licensed": _licensed,
}
