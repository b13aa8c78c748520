"""What the siting page remembers: the plan on the desk, saved plans, files of one's own, proven bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd

from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal


@dataclass(frozen=True)
class Desk:
    """What the planner has decided so far; every step makes a new one, so that undo is going back to the last.

    Attributes
    ----------
    plan, locked : tuple of (id, lines)
        Lines by site, and the sites that must stay.
    forbidden : tuple of str
        Candidates that may get no line.
    own : tuple of (id, lon, lat)
        Points that the planner has added.
    solved : SitingProposal or None
        The solver's answer that the plan comes from.
    """

    plan: tuple[tuple[str, int], ...] = ()
    locked: tuple[tuple[str, int], ...] = ()
    forbidden: tuple[str, ...] = ()
    own: tuple[tuple[str, float, float], ...] = ()
    solved: SitingProposal | None = None


@dataclass(frozen=True)
class Saved:
    """A proposal put aside for comparison."""

    name: str
    desk: Desk
    proposal: SitingProposal
    case: SitingCase


@dataclass(frozen=True)
class Given:
    """The planner's own files: their tables and one version for all of them."""

    demand: gpd.GeoDataFrame | None = None
    own: gpd.GeoDataFrame | None = None
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """What caches go by."""
        return "|".join(f"{key}={self.versions[key]}" for key in sorted(self.versions))


@dataclass(frozen=True)
class Proof:
    """A bound that the solver has proven, and what it holds for."""

    question: str
    own: frozenset[tuple[str, float, float]]
    locked: frozenset[tuple[str, int]]
    forbidden: frozenset[str]
    bound: float
