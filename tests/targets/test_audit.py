"""The plan's own figures checked: named findings, planted errors, and what ends in words, not in a crash."""

import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets.cases import PLAN, changed

from mixplan.base.errors import DataError
from mixplan.plan.figures import Book
from mixplan.targets.audit import conflicts, plausible, recomputed
from mixplan.targets.audit.items import Verdict
from mixplan.targets.audit.run import CHECKS, audit, audit_table, open_items


def verdicts(frame=PLAN):
    return {i.id: i.verdict for i in audit(frame)}


def test_every_recomputation_agrees_on_the_shipped_data():
    found = {i.id: i for i in audit(PLAN)}
    stated = {
        "concrete_utilisation_2010": 47.6,
        "mortar_use_rate_2010": 28.5,
        "mortar_wet_share_2010": 40.7,
        "mortar_utilisation_2010": 15.6,
        "precast_utilisation_2008": 40.6,
        "cement_bulk_use_rate_2010": 78.1,
        "cement_bulk_use_rate_2015": 85,
    }
    for key, value in stated.items():
        assert found[key].stated == value
        assert found[key].verdict is Verdict.AGREES
        assert abs(found[key].difference) <= found[key].tolerance


def test_every_conflict_is_listed_with_both_clauses():
    found = {i.id: i for i in audit(PLAN) if i.verdict is Verdict.CONFLICT}
    assert found["cement_bulk_supply_94_6_94_7"].clauses == ("一（一）", "一（二）1")
    assert found["mortar_demand_scope_2010"].clauses == ("一（一）", "一（三）2")
    assert {"二（一）", "四（二）"} <= set(found["mortar_demand_2015_capacity"].clauses)
    assert {"三（三）", "四（二）"} <= set(found["mortar_use_2015_capacity"].clauses)
    assert "housing_share_2015_10" in found
    assert len({i.id for i in audit(PLAN)}) == len(audit(PLAN))


PLANTED = [
    ("concrete_output", 4896, {"year": 2010, "period": ""}, "concrete_utilisation_2010"),
    ("concrete_capacity", 14080, {"year": 2010}, "concrete_utilisation_2010"),
    ("concrete_utilisation", 46.7, {"year": 2010}, "concrete_utilisation_2010"),
    ("mortar_use", 156.5, {"year": 2010, "series": "使用量合计"}, "mortar_use_rate_2010"),
    ("mortar_use", 68.7, {"series": "预拌湿砂浆"}, "mortar_wet_share_2010"),
    ("mortar_use", 97.8, {"series": "干混砂浆"}, "mortar_dry_use_2010"),
    ("mortar_demand", 558, {"binding_area": "construction_works"}, "mortar_use_rate_2010"),
    ("mortar_output", 82.8, {}, "mortar_utilisation_2010"),
    ("mortar_capacity", 158, {"year": 2010}, "mortar_utilisation_2010"),
    ("precast_capacity", 354, {"year": 2008}, "precast_utilisation_2008"),
    ("precast_output", 104, {}, "precast_utilisation_2008"),
    ("cement_bulk_use", 1940.8, {"period": ""}, "cement_bulk_use_rate_2010"),
    ("cement_use", 2349.1, {}, "cement_bulk_use_rate_2010"),
    ("cement_bulk_demand", 1595, {}, "cement_bulk_use_rate_2015"),
    ("cement_demand", 3200, {}, "cement_bulk_use_rate_2015"),
    ("cement_bulk_use_rate", 58, {"kind": "target"}, "cement_bulk_use_rate_2015"),
    ("cement_bagged_use", 387, {"series": "合计"}, "cement_bagged_2010"),
    ("cement_producers", 8, {"year": 2010}, "cement_producers_closed"),
    ("precast_use", 153, {"year": 2015}, "precast_use_2015"),
    ("savings_bags", 71.75, {"period": "2006-2010"}, "savings_bag_mass"),
    ("savings_dust", 53.6, {"period": "2006-2010"}, "savings_dust_2011_2015"),
    ("cement_bulk_use", 7885, {"period": "2006-2010"}, "savings_bag_mass"),
    ("concrete_output", 42094, {"period": "2006-2010"}, "concrete_output_total"),
    ("concrete_capacity", 17000, {"kind": "target"}, "concrete_limit_2015"),
    ("concrete_capacity", 700, {"kind": "target"}, "concrete_limit_2015"),
    ("cement_capacity", 7000, {"kind": "target"}, "cement_capacity_target_side"),
    ("cement_bulk_supply_rate", 79, {"kind": "target"}, "cement_bulk_supply_rate_target_side"),
    ("mortar_use", 6000, {"kind": "target"}, "mortar_use_target_demand"),
    ("mortar_capacity", 600, {"kind": "target"}, "mortar_capacity_limit_2015"),
    ("precast_housing_capacity", 1000, {"kind": "milestone"}, "precast_housing_milestone"),
    ("savings_energy", 481, {"period": "2006-2010"}, "savings_co2_per_energy"),
    ("savings_energy", 340, {"period": "2011-2015"}, "savings_co2_per_energy"),
    ("savings_co2", 2409, {"period": "2006-2010"}, "savings_co2_per_energy"),
    ("savings_co2", 1200, {"period": "2011-2015"}, "savings_co2_per_energy"),
    ("mortar_new_lines", 110, {"kind": "target"}, "mortar_line_size"),
    ("mortar_producers", 2, {}, "mortar_line_size"),
    ("concrete_companies", 196, {"year": 2010}, "concrete_sites_2010"),
    ("precast_companies", 16, {"series": "有资质的企业"}, "precast_companies_2008"),
    ("precast_companies", 65, {"series": "仍在生产的企业"}, "precast_sites_2008"),
    ("cement_bulk_supply_rate", 49.6, {"year": 2010, "kind": "actual", "period": ""}, "cement_bulk_supply_11th_plan"),
    ("housing_affordable_share", 10, {}, "housing_affordable_target"),
    ("precast_utilisation", 60.4, {"series": "规划口径"}, "precast_utilisation_parts"),
]


@pytest.mark.parametrize(("indicator", "value", "match", "check_id"), PLANTED)
def test_the_audit_finds_a_planted_error(indicator, value, match, check_id):
    assert verdicts()[check_id] is Verdict.AGREES
    assert verdicts(changed(indicator, value, **match))[check_id] is Verdict.DIFFERS


def test_a_conflict_closes_when_the_figures_are_put_right():
    cases = [
        (changed("cement_bulk_supply_rate", 94.6, period="2006-2010"), "cement_bulk_supply_94_6_94_7"),
        (changed("mortar_demand", 400, binding_area="ban_zone"), "mortar_demand_scope_2010"),
        (changed("mortar_new_capacity", 460, kind="target"), "mortar_demand_2015_capacity"),
    ]
    for frame, check_id in cases:
        assert verdicts()[check_id] is Verdict.CONFLICT
        assert verdicts(frame)[check_id] is Verdict.AGREES


def test_a_nought_in_the_figures_ends_in_the_audit_not_in_a_crash():
    for indicator, match in (
        ("concrete_capacity", {"year": 2010}),
        ("mortar_demand", {"binding_area": "construction_works"}),
        ("savings_bags", {"period": "2006-2010"}),
        ("cement_use", {}),
        ("mortar_use", {"year": 2010, "series": "使用量合计"}),
    ):
        assert open_items(audit(changed(indicator, 0.0, **match)))


def test_a_figure_the_audit_needs_is_named_when_it_is_missing():
    with pytest.raises(DataError, match="concrete_output"):
        audit(PLAN[PLAN["indicator"] != "concrete_output"])
    with pytest.raises(DataError, match="cement_use"):
        Book(PLAN).get("cement_use", 1999)


@settings(max_examples=40)
@given(st.floats(0.01, 2).filter(lambda f: abs(f - 1) > 0.01))
def test_scaling_one_side_of_a_ratio_is_always_found(factor):
    found = verdicts(changed("mortar_output", round(28.8 * factor, 3), year=2010))
    assert found["mortar_utilisation_2010"] is Verdict.DIFFERS


def test_conflicts_come_first_and_the_table_has_a_row_for_each():
    found = audit(PLAN)
    ranks = [list(Verdict).index(i.verdict) for i in found]
    assert ranks == sorted(ranks, reverse=True)
    assert len(audit_table(found)) == len(found)


@pytest.mark.parametrize("module", [recomputed, plausible, conflicts], ids=lambda module: module.__name__)
def test_every_check_is_in_the_list_of_its_module(module):
    written = [f for f in vars(module).values() if inspect.isgeneratorfunction(f) and f.__module__ == module.__name__]
    assert list(module.CHECKS) == written
    assert set(written) <= set(CHECKS)
