"""Statuses of targets, case by case."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixplan.targets.status import Status, judge, satisfies, status_text

# direction, target of 2015, latest actual, its year, the path then, as-of year, status
CASES = {
    "met early": ("at_least", 600, 610, 2013, 426.6, 2013, "met"),
    "met exactly at the target": ("at_least", 85, 85, 2015, 85, 2015, "met"),
    "on the path": ("at_least", 97, 95.6, 2012, 95.56, 2012, "on_track"),
    "behind the path": ("at_least", 600, 300, 2013, 426.6, 2013, "behind"),
    "missed in the target year": ("at_least", 600, 599, 2015, 600, 2015, "behind"),
    "missed in the target year, asked later": ("at_least", 600, 599, 2015, 600, 2016, "behind"),
    "ceiling reached early": ("at_most", 700, 454, 2017, 700, 2017, "met"),
    "ceiling coming down on time": ("at_most", 7000, 8300, 2013, 8392, 2013, "on_track"),
    "ceiling overshot on the way": ("at_most", 7000, 9500, 2013, 8392, 2013, "behind"),
    "ceiling overshot at the end": ("at_most", 7000, 7001, 2015, 7000, 2015, "behind"),
    "ceiling overshot from below": ("at_most", 800, 801, 2013, 800, 2013, "behind"),
    "no data": ("at_least", 600, None, None, 400, 2013, "no_data"),
    "baseline equals target, still there": ("at_least", 50, 50, 2012, 50, 2012, "met"),
    "baseline equals target, lost": ("at_least", 50, 49, 2012, 50, 2012, "behind"),
    "exact, under way": ("exactly", 11, 5, 2012, 4.4, 2012, "on_track"),
    "exact, behind": ("exactly", 11, 4, 2012, 4.4, 2012, "behind"),
    "exact, reached": ("exactly", 11, 11, 2014, 8.8, 2014, "met"),
    "exact, one too many": ("exactly", 11, 12, 2014, 8.8, 2014, "behind"),
    "exact, within its rounding": ("exactly", 11, 11.4, 2015, 11, 2015, "met"),
    "exact, at the end of its rounding": ("exactly", 11, 11.5, 2015, 11, 2015, "behind"),
    "outcome never reported": ("at_least", 600, 450, 2013, 426.6, 2016, "no_data"),
    "no path": ("at_least", 30, 12, 2013, None, 2013, "no_data"),
    "no path, but fulfilled": ("at_least", 30, 31, 2013, None, 2013, "met"),
}


@pytest.mark.parametrize("name", CASES)
def test_status(name):
    direction, target, actual, actual_year, path, as_of, wanted = CASES[name]
    found = judge(
        direction=direction,
        target=target,
        target_year=2015,
        actual=actual,
        actual_year=actual_year,
        path=path,
        as_of=as_of,
        tolerance=0.5,
    )
    assert found == wanted


def test_the_statuses_as_the_board_writes_them():
    said = {"met": "达标", "on_track": "按期", "behind": "滞后", "no_data": "无数据"}
    assert {str(status): status_text(status) for status in Status} == said


values = st.floats(0, 1e5, allow_nan=False)


@settings(max_examples=40)
@given(values, values, values, st.sampled_from(["at_least", "at_most"]), st.integers(2011, 2014))
def test_a_better_actual_never_has_a_worse_status(target, path, actual, direction, year):
    rank = {Status.BEHIND: 0, Status.ON_TRACK: 1, Status.MET: 2}
    better = actual + 1 if direction == "at_least" else actual - 1
    common = {
        "direction": direction,
        "target": target,
        "target_year": 2015,
        "actual_year": year,
        "path": path,
        "as_of": year,
    }
    assert rank[judge(actual=better, **common)] >= rank[judge(actual=actual, **common)]


@settings(max_examples=40)
@given(values, values, st.sampled_from(["at_least", "at_most", "exactly"]))
def test_status_is_met_exactly_where_the_target_is_fulfilled(target, actual, direction):
    found = judge(
        direction=direction, target=target, target_year=2015, actual=actual, actual_year=2015, path=target, as_of=2015
    )
    assert (found is Status.MET) == satisfies(direction, actual, target)
