"""What may be set, and what is refused."""

import math
from typing import Any

import pytest

from mixplan.base.errors import DataError
from mixplan.consolidation import settings as consolidation_settings
from mixplan.plan.rules import RuleBook


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"utilisation_pct": 150.0}, "应大于 0、不大于 100"),
        ({"detour": 0.5}, "应为不小于 1 的数"),
        ({"receive_most": math.inf}, "应为不小于 0 的数"),
        ({"merge_neighbours": 1.5}, "应为整数"),
        ({"gap": math.nan}, "应为不小于 0 的数"),
        ({"time_limit_s": 0.0}, "应大于 0"),
        ({"max_flagged": -1}, "应为不小于 0 的数"),
        ({"utilisation_pct": 0.0}, "应大于 0、不大于 100"),
        ({"outside_pct": 100.5}, "应在 0 与 100 之间"),
        ({"borderline_weight": 1.5}, "应在 0 与 1 之间"),
    ],
)
def test_values_without_meaning_are_refused(book: RuleBook, change: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        consolidation_settings.default_settings(book, **change)


def test_values_at_the_ends_of_their_range_are_taken(book: RuleBook) -> None:
    ends = {"utilisation_pct": 100.0, "outside_pct": 0.0, "borderline_weight": 1.0, "detour": 1.0, "max_flagged": 0}
    settings = consolidation_settings.default_settings(book, **ends)
    assert {name: getattr(settings, name) for name in ends} == ends


def test_the_first_years_demand_keeps_its_ratio_to_the_targets_unless_it_is_stated(book: RuleBook) -> None:
    ratio = book.figure("concrete_output_2010") / book.figure("concrete_demand_2015")
    assert consolidation_settings.default_settings(book, demand_wan_m3=100).first_demand_wan_m3 == pytest.approx(
        100 * ratio
    )
    assert consolidation_settings.default_settings(book, first_demand_wan_m3=7).first_demand_wan_m3 == 7


def test_a_plan_goes_to_the_target_at_once_or_year_by_year_from_the_inventory(book: RuleBook) -> None:
    single, phased = (consolidation_settings.default_settings(book, phased=each) for each in (False, True))
    assert (single.years, single.base_year, single.phased) == ((2015,), 2010, False)
    assert (phased.years, phased.base_year, phased.phased) == ((2011, 2012, 2013, 2014, 2015), 2010, True)
