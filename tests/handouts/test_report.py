"""One report: its figures are the functions', its hash its inputs', its text has every letter."""

import json

import pandas as pd
import pytest
from opened import SITES

from mixplan.base.errors import DataError
from mixplan.base.i18n import set_language
from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach, result
from mixplan.coverage import supply as coverage_supply
from mixplan.handouts import report as handouts_report
from mixplan.handouts import story, tables
from mixplan.handouts.pdf import font
from mixplan.maps.paper.fonts import missing_glyphs
from mixplan.registers.decisions import read_decisions
from mixplan.registers.points import load_demand
from mixplan.registers.proposals import read_proposal
from mixplan.targets import progress


def test_the_report_says_what_the_functions_say(report, plants, layers, book, indicators):
    supply, demand = coverage_supply.supply_points(plants), load_demand()
    ground = coverage_ground.zone_ground(layers, demand, book, year=2015)
    now = result.coverage(reach.reach(ground, supply), 30.0).total
    after = result.coverage(
        reach.reach(ground, coverage_supply.with_proposal(supply, coverage_supply.planned_sites(SITES))), 30.0
    ).total
    assert report.before.result.total == now
    assert report.after.result.total == after
    items = progress.progress(indicators)
    assert [i.status for i in report.targets] == [i.status for i in items]


def test_steps_without_a_plan_or_proposal_are_left_out(report, plain):
    assert [step.key for step in story.story(report)] == list(story.STEPS)
    left = [step.key for step in story.story(plain)]
    assert left == ["situation", "zones", "flagged", "coverage", "targets"]
    assert "整合处置" not in tables.tables(plain)


def test_moving_the_radius_moves_the_shares_alone(report):
    moved = handouts_report.at_radius(report, 12.0)
    assert moved.after.result.total == result.coverage(report.after.seen, 12.0).total
    assert moved.input_hash != report.input_hash and moved.stations is report.stations


def test_the_hash_depends_on_the_inputs_alone(report, english, plain, plants, layers, book, indicators):
    again = handouts_report.build(plants, layers, book, indicators)
    assert again.input_hash == plain.input_hash != report.input_hash == english.input_hash
    near = handouts_report.build(plants, layers, book, indicators, radius_km=12)
    assert near.input_hash == handouts_report.at_radius(plain, 12.0).input_hash != plain.input_hash


@pytest.mark.parametrize(("metres", "same"), [(1e-9, True), (1, False)])
def test_a_place_counts_to_the_millimetre(plain, plants, layers, book, indicators, metres, same):
    """Pages and commands come to a place by other ways, which differ in the last digits."""
    moved = plants.set_geometry(plants.geometry.translate(metres, metres))
    assert (handouts_report.build(moved, layers, book, indicators).input_hash == plain.input_hash) is same


def test_no_letter_is_missing_in_either_language(report, english):
    for one, language in ((report, "zh"), (english, "en")):
        set_language(language)
        texts = [text for step in story.story(one) for text in (step.title, step.notes, *sum(step.facts, ()))]
        for name, table in tables.tables(one).items():
            texts += [name, *map(str, table.columns), *map(str, table.to_numpy().ravel())]
        assert missing_glyphs(map(font.legible, texts)) == ""
    left = {c for step in story.story(english) for c in step.title + step.notes if "\u4e00" <= c <= "\u9fff"}
    assert left <= {"万"}, left


def test_plans_of_the_other_commands_are_read():
    plan = {"actions": [{"plant_id": "a", "action": "close", "capacity_after": 0, "into": None, "reason": "x"}]}
    found = read_decisions(json.dumps(plan).encode(), "plan.json")
    assert found.loc["a", "action"] == "close" and found.loc["a", "capacity"] == 0
    for bad in (b"{}", b"[]", b'{"actions": []}', b"1"):
        with pytest.raises(DataError, match="整合方案"):
            read_decisions(bad, "bad.json")
    twice = {"actions": plan["actions"] * 2}
    with pytest.raises(DataError, match="不止一次"):
        read_decisions(json.dumps(twice).encode(), "plan.json")
    site = {"id": "s1", "lon": 116.4, "lat": 39.9, "capacity": 40}
    flows = {"sites": [site], "flows": [{"site": "s1", "demand": "d1", "amount": 2, "kind": "site"}]}
    assert read_proposal(json.dumps(flows).encode(), "p.json").deliveries.loc[0, "amount"] == 2
    assert read_proposal(b"id,lon,lat,capacity\n", "p.csv").deliveries is None


def test_a_plan_for_another_register_is_refused(plants, layers, book, indicators):
    for index, action in (("nowhere", "close"), (plants.index[0], "paint")):
        with pytest.raises(DataError):
            handouts_report.build(
                plants, layers, book, indicators, decisions=pd.DataFrame({"action": [action]}, index=[index])
            )


def test_deliveries_to_a_planners_own_demand_points_are_left_out_and_said():
    own = pd.DataFrame({"site": ["a", "a"], "demand": ["nowhere", "elsewhere"], "amount": [1.0, 2.0]})
    flows, note = handouts_report.drawable_deliveries(own)
    assert flows is None and "“nowhere”等 2 处" in note
    shipped = own.assign(demand=load_demand().index[:2])
    flows, note = handouts_report.drawable_deliveries(shipped)
    assert flows is shipped and note == ""
    assert handouts_report.drawable_deliveries(None) == (None, "")


@pytest.mark.parametrize("into", ["nobody", "itself"])
def test_a_merger_into_no_other_station_is_refused(plants, layers, book, indicators, into):
    station = plants.index[plants["kind"] == "concrete"][0]
    plan = {"action": ["merge"], "into": [station if into == "itself" else into]}
    decisions = pd.DataFrame(plan, index=[station])
    with pytest.raises(DataError, match=f"站点“{station}”并入“.*”；应为登记册中另一个站点的编号"):
        handouts_report.build(plants, layers, book, indicators, decisions=decisions)


def test_a_station_that_the_plan_does_not_name_counts_as_retained(plants, layers, book, indicators, decisions):
    named = decisions[decisions["action"] != "retain"]
    figures = story.consolidation_figures(
        handouts_report.build(plants, layers, book, indicators, sites=None, decisions=named)
    )
    actions = {action: found.count for action, found in figures["actions"].items()}
    assert actions["retain"] == (decisions["action"] == "retain").sum()
    assert sum(actions.values()) == figures["before"].count
    assert actions["retain"] + actions["upgrade"] == figures["after"].count
