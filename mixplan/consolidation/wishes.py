"""What a planner has set for a consolidation plan, apart from what the rule file says: the part of it that is kept."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from pydantic.dataclasses import dataclass

from mixplan.base.records import CLOSED, Number
from mixplan.consolidation.settings import Settings, default_settings
from mixplan.plan.city import load_city
from mixplan.plan.rules import RuleBook

_SAME = (
    "cap_wan_m3",
    "demand_wan_m3",
    "radius_km",
    "outside_pct",
    "utilisation_pct",
    "severity_cost",
    "borderline_weight",
    "haul_cost",
    "upgrade_cost",
    "add_cost",
    "loss_site",
    "loss_capacity",
    "detour",
    "merge_km",
    "add_most",
)
STATIONS_AT_MOST = 20  # where a limit on stations is set at first
_TIME_S, _PHASED_TIME_S = 90.0, 300.0


@dataclass(frozen=True, config=CLOSED)
class ConsolidationWishes:
    """Settings of the consolidation page; what is None is as the rule file has it.

    The numbers are those of `Settings` under the same names.
    """

    phased: bool = False
    """Whether the plan goes year by year."""
    closures_per_year: int | None = None
    cap_wan_m3: Number | None = None
    demand_wan_m3: Number | None = None
    radius_km: Number | None = None
    outside_pct: Number | None = None
    utilisation_pct: Number | None = None
    severity_cost: Number | None = None
    borderline_weight: Number | None = None
    haul_cost: Number | None = None
    upgrade_cost: Number | None = None
    add_cost: Number | None = None
    loss_site: Number | None = None
    loss_capacity: Number | None = None
    detour: Number | None = None
    merge_km: Number | None = None
    add_most: Number | None = None
    limit_centre: bool = False
    """Whether stations inside the Fifth Ring are limited in number."""
    centre_most: int = STATIONS_AT_MOST
    district_most: Mapping[str, int] = field(default_factory=dict)
    """Most stations in a district, by its id."""
    gap_pct: Number = 1.0

    def settings(self, book: RuleBook, *, decisions: Mapping[str, str], **instead: Any) -> Settings:
        """What the solver is asked for.

        Parameters
        ----------
        decisions : mapping
            The planner's own decisions by station.
        **instead
            Settings that are taken instead of those here.
        """
        changes: dict[str, Any] = {name: getattr(self, name) for name in _SAME}
        if self.phased:
            changes["closures_per_year"] = self.closures_per_year
        changes = {name: float(value) for name, value in changes.items() if value is not None}
        if self.limit_centre:
            changes["ring_caps"] = ((load_city().centre_ring, self.centre_most),)
        changes |= {
            "district_caps": tuple(self.district_most.items()),
            "locks": tuple(sorted(decisions.items())),
            "gap": float(self.gap_pct) / 100.0,
            "time_limit_s": _PHASED_TIME_S if self.phased else _TIME_S,
        }
        return default_settings(book, phased=self.phased, **changes | instead)
