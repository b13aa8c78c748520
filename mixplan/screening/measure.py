"""What a measure is: how it judges plants, what it says of them, and what on the map it refers to.

A measure is one function with `measure` above it; screening, card, list, report and map ask the registry and know none
of them by name.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mixplan.base.errors import RuleError
from mixplan.base.i18n import gettext as _
from mixplan.city.layers import Layers
from mixplan.plan.rules import Rule, RuleBook


@dataclass(frozen=True)
class Question:
    """What a measure is asked: one rule of some plants, over the map layers and the parameters of the day."""

    rule: Rule
    plants: gpd.GeoDataFrame
    layers: Layers
    book: RuleBook

    @property
    def threshold(self) -> float:
        """The rule's value as a number: metres, or what an attribute is counted in."""
        if isinstance(self.rule.value, str):
            raise RuleError(
                _("规则“{rule}”的 value 是“{value}”，应为数。").format(rule=self.rule.id, value=self.rule.value)
            )
        return float(self.rule.value)


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


@dataclass(frozen=True)
class Found:
    """One finding as its sentence needs it: the rule, the verdict, what was measured, and the subject's name."""

    rule: Rule
    verdict: str
    value: Any
    distance_m: float
    subject: str


@dataclass(frozen=True)
class Subjects:
    """Things on the map that findings refer to.

    Attributes
    ----------
    layer : str
        Id of the map layer.
    table : callable
        Index subject id; ``name``, ``name_en``, ``approximate``, geometry in the metric CRS.
    """

    layer: str
    table: Callable[[Layers, RuleBook], gpd.GeoDataFrame]


@dataclass(frozen=True)
class Measure:
    """One way to measure what a rule asks.

    Attributes
    ----------
    judge : callable
        Answers a `Question` about located and unlocated plants alike.
    words : callable
        What was found in one clause, without doubt and full stop.
    subjects : Subjects or None
        What on the map its findings refer to; none for an attribute of the plant.
    allowed : callable
        What a rule may name as its subject.
    several : bool
        Whether it may name several, with commas.
    """

    name: str
    judge: Callable[[Question], Measured]
    words: Callable[[Found], str]
    subjects: Subjects | None
    allowed: Callable[[Layers], Collection[str]]
    several: bool

    @property
    def layer(self) -> str:
        """Id of the map layer that it concerns, empty for an attribute."""
        return "" if self.subjects is None else self.subjects.layer


REGISTERED: dict[str, Measure] = {}  # by name; filled by the decorator, see `measures.MEASURES`


def measure(
    name: str,
    *,
    words: Callable[[Found], str],
    allowed: Callable[[Layers], Collection[str]],
    subjects: Subjects | None = None,
    several: bool = False,
) -> Callable[[Callable[[Question], Measured]], Callable[[Question], Measured]]:
    """Make a function a measure that rules may name; see `Measure`."""

    def register(judge: Callable[[Question], Measured]) -> Callable[[Question], Measured]:
        REGISTERED[name] = Measure(name, judge, words, subjects, allowed, several)
        return judge

    return register


def too_near_to_tell(margin_m: pd.Series, accuracy_m: pd.Series, plants: gpd.GeoDataFrame) -> pd.Series:
    """Whether each plant is nearer to the line than its location error and the line's accuracy together."""
    slack = plants["location_error_m"].astype(float).fillna(np.inf) + accuracy_m
    return pd.Series(margin_m.abs() <= slack, index=plants.index)


def attribute(plants: gpd.GeoDataFrame, value: pd.Series, verdict: pd.Series) -> Measured:
    """An attribute has no distance; a modelled plant's attributes are modelled too, so they never settle a verdict."""
    nothing = pd.Series(np.nan, index=plants.index)
    return Measured(
        verdict, value, nothing, nothing, plants["evidence"] == "modelled", pd.Series(pd.NA, index=plants.index)
    )
