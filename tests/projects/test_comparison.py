"""How figures are compared, and what is asked of them."""

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from mixplan.projects import comparison
from mixplan.projects.comparison import FIGURES, Change, Reading, accepted, change, figure_label, reaches, unit_text
from mixplan.projects.project import Threshold
from mixplan.screening.explain import explain
from mixplan.screening.judge import overall, screen
from mixplan.screening.stations import station_table

PLANTS = Path(__file__).parents[2] / "data" / "plants.csv"
NOT_KNOWN = Reading(why="还没有求解")


def test_every_figure_has_a_name_and_a_unit():
    names = [figure_label(code) for code in FIGURES]
    assert all(names)
    assert len(set(names)) == len(names)
    assert all(isinstance(unit_text(code), str) for code in FIGURES)


@pytest.mark.parametrize(
    ("code", "before", "after", "found"),
    [
        ("flagged", 96, 102, Change(6, "worse")),
        ("flagged", 96, 90, Change(-6, "better")),
        ("mortar_demand", 90.0, 95.0, Change(5, "better")),
        ("mortar_demand", 95.0, 90.0, Change(-5, "worse")),
        ("stations", 265, 270, Change(5, "other")),
        ("mortar_area", 98.91, 98.94, Change(0, "same")),
    ],
    ids=["more flags", "fewer flags", "more demand", "less demand", "neither can be said", "less than is shown"],
)
def test_a_difference_says_whether_it_is_better(code, before, after, found):
    assert change(code, Reading(before), Reading(after)) == found


def test_a_difference_from_what_is_not_known_is_not_known():
    assert change("flagged", NOT_KNOWN, Reading(3)) is None
    assert change("flagged", Reading(3), NOT_KNOWN) is None


@pytest.mark.parametrize(
    ("amount", "threshold", "found"),
    [
        (95.0, Threshold(least=95), True),
        (94.9, Threshold(least=95), False),
        (90, Threshold(most=90), True),
        (91, Threshold(most=90), False),
        (50, Threshold(least=40, most=60), True),
        (30, Threshold(least=40, most=60), False),
        (None, Threshold(least=0), None),
        (None, Threshold(), None),
    ],
)
def test_a_threshold_is_kept_broken_or_not_known(amount, threshold, found):
    assert reaches(Reading(amount), threshold) is found


def test_what_is_not_known_is_never_accepted():
    asked = {"flagged": Threshold(most=90), "lines_gap": Threshold(most=5)}
    assert accepted({"flagged": Reading(80), "lines_gap": Reading(1)}, asked) is True
    assert accepted({"flagged": Reading(80), "lines_gap": NOT_KNOWN}, asked) is None
    assert accepted({"flagged": Reading(80)}, asked) is None
    assert accepted({"flagged": Reading(99), "lines_gap": NOT_KNOWN}, asked) is False, "one broken threshold decides"


@pytest.fixture(scope="module")
def readings(layers, book, plants):
    on = date(2015, 12, 31)
    findings = screen(plants, layers, book, on=on)
    judged = overall(findings, plants, book)
    findings = findings.assign(reason=explain(findings, plants, layers, book))
    table = station_table(plants, judged, findings, layers, book, on=on)
    return comparison.of_stations(table, findings, book)


def test_stations_are_those_of_the_plans_inventory(readings):
    with PLANTS.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] == "inventory_2010"]
    modelled = sum(row["evidence"] == "modelled" for row in rows)
    parts = readings["stations"].parts
    assert (parts.count, parts.modelled) == (len(rows), modelled)
    concrete = sum(float(row["capacity"] or 0) for row in rows if row["kind"] == "concrete")
    assert readings["capacity_concrete"].amount == pytest.approx(concrete)


def test_flags_for_certain_and_borderline_are_all_flags(readings):
    flagged, certain, borderline = (readings[code] for code in ("flagged", "certain", "borderline"))
    assert flagged.amount == certain.amount + borderline.amount
    assert flagged.parts.modelled == certain.parts.modelled + borderline.parts.modelled


def test_every_counted_figure_keeps_real_and_modelled_stations_apart(readings):
    for code in ("stations", "flagged", "certain", "borderline", "inside", "sensitive"):
        assert readings[code].parts is not None, code
        assert readings[code].amount == readings[code].parts.count


def test_a_plan_says_nothing_of_a_year_that_it_does_not_plan():
    class Plan:
        totals = pd.DataFrame({"year": [2010, 2015]})

    found = comparison.of_plan(Plan(), 2013)
    assert {reading.amount for reading in found.values()} == {None}
    assert all(reading.why for reading in found.values())
