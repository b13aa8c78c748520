"""What a consolidation may do and what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import check_number
from mixplan.base.problems import listed
from mixplan.base.records import CLOSED
from mixplan.plan.actions import DECISIONS
from mixplan.plan.rules import RuleBook


@dataclass(frozen=True)
class Settings:
    """Everything a planner can set for a plan; frozen, so that results can be kept by it.

    Numbers are in the units that their names say; ``severity_cost`` … ``loss_capacity`` are the weights of the cost.

    Attributes
    ----------
    district_caps, ring_caps : tuple of (str or int, int)
        Most stations that may stand at the end in a district (id), or inside a ring road.
    locks : tuple of (str, str)
        The planner's own decisions: (plant id, ``retain`` or ``close``), sorted.
    max_flagged : int, optional
        Most stations in need of consolidation that may stand at the end.
    base_year : int
        The year of the inventory that the plan starts from.
    years : tuple of int
        One year (the target year alone) or all years of a phased plan.
    """

    __pydantic_config__ = CLOSED  # as it is read back from a file

    cap_wan_m3: float
    demand_wan_m3: float
    first_demand_wan_m3: float
    base_year: int
    years: tuple[int, ...]
    radius_km: float
    outside_pct: float
    utilisation_pct: float
    detour: float
    merge_km: float
    merge_neighbours: int
    receive_most: int
    closures_per_year: int
    severity_cost: float
    borderline_weight: float
    haul_cost: float
    upgrade_cost: float
    add_cost: float
    move_cost: float
    capital_years: float
    add_most: float
    loss_site: float
    loss_capacity: float
    company_saving_pct: float
    neighbour_saving_pct: float
    standard_wan_m3: float
    district_caps: tuple[tuple[str, int], ...] = ()
    ring_caps: tuple[tuple[int, int], ...] = ()
    locks: tuple[tuple[str, str], ...] = ()
    max_flagged: int | None = None
    gap: float = 0.01
    time_limit_s: float = 90.0

    @property
    def phased(self) -> bool:
        """Whether the plan goes year by year."""
        return len(self.years) > 1

    @property
    def target_year(self) -> Settings:
        """The same settings for the target year alone."""
        return replace(self, years=self.years[-1:])


# Settings that come from rows of the rule file.
PARAMETERS = {
    "cap_wan_m3": "concrete_capacity_2015",
    "demand_wan_m3": "concrete_demand_2015",
    "radius_km": "consolidation_radius_km",
    "outside_pct": "consolidation_outside_pct",
    "utilisation_pct": "consolidation_utilisation_pct",
    "detour": "consolidation_detour",
    "merge_km": "consolidation_merge_km",
    "merge_neighbours": "consolidation_merge_neighbours",
    "receive_most": "consolidation_receive_most",
    "closures_per_year": "consolidation_closures",
    "severity_cost": "consolidation_severity_cost",
    "borderline_weight": "consolidation_borderline_weight",
    "haul_cost": "consolidation_haul_cost",
    "upgrade_cost": "consolidation_upgrade_cost",
    "add_cost": "consolidation_add_cost",
    "move_cost": "consolidation_move_cost",
    "capital_years": "consolidation_capital_years",
    "add_most": "consolidation_add_most",
    "loss_site": "consolidation_loss_site",
    "loss_capacity": "consolidation_loss_capacity",
    "company_saving_pct": "consolidation_company_saving_pct",
    "neighbour_saving_pct": "consolidation_neighbour_saving_pct",
}
# Values that mean nothing beyond these: shares in per cent, and roads are no shorter than the straight line.
_BOUNDS = {name: (0.0, 100.0) for name in PARAMETERS if name.endswith("_pct")} | {
    "borderline_weight": (0.0, 1.0),
    "detour": (1.0, math.inf),
}
_POSITIVE = ("utilisation_pct", "capital_years", "time_limit_s")
_MOST_YEARS = 30
_WHOLE = ("merge_neighbours", "receive_most", "closures_per_year")


def default_settings(book: RuleBook, *, phased: bool = False, **changes: Any) -> Settings:
    """Settings as the rule file has them, with some changed.

    Raises
    ------
    DataError
        Where a value has no meaning: negative, a share above 100 %, half a station.
    """
    values: dict[str, Any] = {name: book.figure(row) for name, row in PARAMETERS.items()}
    first, last = int(book.figure("consolidation_first_year")), int(book.figure("consolidation_last_year"))
    values["base_year"] = first - 1
    values["years"] = tuple(range(first, last + 1)) if phased else (last,)
    values["standard_wan_m3"] = float(book.rule_for("station_standard").value)
    growth = book.figure("concrete_output_2010") / book.figure("concrete_demand_2015")
    values |= changes
    if "first_demand_wan_m3" not in changes:
        values["first_demand_wan_m3"] = growth * values["demand_wan_m3"]
    check_settings(Settings(**values))
    return Settings(**values | {name: int(values[name]) for name in _WHOLE})


def check_settings(settings: Settings) -> None:
    """Refuse values that have no meaning: negative, a share above 100 %, half a station, years out of order.

    Raises
    ------
    DataError
        Naming the value and what is allowed.
    """
    for name in (*PARAMETERS, "first_demand_wan_m3", "gap", "time_limit_s", "max_flagged"):
        amount = getattr(settings, name)
        if amount is not None:
            low, high = _BOUNDS.get(name, (0.0, math.inf))
            check_number(name, amount, low=low, high=high, above=name in _POSITIVE, whole=name in _WHOLE)
    years = settings.years
    if not years or len(years) > _MOST_YEARS or any(later <= year for year, later in pairwise(years)):
        shown = listed(years) or "—"
        text = _("“years”的值 {years} 不可用：应为 1 至 {most} 个年份，从早到晚。")
        raise DataError(text.format(years=shown, most=_MOST_YEARS))
    if strange := sorted({word for _plant, word in settings.locks} - set(DECISIONS)):
        raise DataError(
            _("“locks”的值 {words} 不可用：应为 {allowed} 之一。").format(
                words=listed(strange), allowed=_("、").join(DECISIONS)
            )
        )
