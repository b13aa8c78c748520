"""The record of a planner's work: written as plain JSON, read back the same, refused in words."""

import json
from dataclasses import replace

import pytest

from mixplan.base.errors import DataError
from mixplan.consolidation.settings import default_settings as consolidation_defaults
from mixplan.consolidation.wishes import ConsolidationWishes
from mixplan.plan.rules import load_rules
from mixplan.projects.project import (
    FORMAT,
    Bound,
    BriefingWork,
    Comparison,
    ConsolidationWork,
    Desk,
    FileUse,
    Project,
    Result,
    SavedDesk,
    Scenario,
    SitingWork,
    Step,
    Threshold,
    Work,
    at,
    from_json,
    from_scenario,
    in_scenario,
    to_json,
    with_at,
)
from mixplan.siting.settings import Effort
from mixplan.siting.settings import default_settings as siting_defaults
from mixplan.siting.wishes import SitingWishes

RESULT = Result("ab" * 32, "1234", "2026-11-27T10:42:00+00:00", "1.0", "2", {"haul_km": 12.5, "unmet": None})
FILE = FileUse("cd" * 32, "站点.xlsx", "gcj02", 50)
FULL = Project(
    register=FILE,
    network=replace(FILE, name="路网.geojson"),
    margin_m=300,
    siting=SitingWork(
        wishes=SitingWishes(objective="coverage", lines=9, quotas={"NE": (2, 4)}, limit_haul=True, max_haul_km=60.5),
        weights={"roads": 30},
        desk=Desk(True, {"a": 2, "点.乙": 1}, {"a": 2}, {"c": True}, {"own-1": (116.25, 39.5)}, RESULT),
        bounds={"k": Bound("q", 12.25, 13.5, {"own-1": (116.25, 39.5)}, {"a": 2}, ("c",))},
        saved={"方案 A": SavedDesk(Desk(True, {"a": 1}))},
    ),
    consolidation=ConsolidationWork(
        wishes=ConsolidationWishes(phased=True, district_most={"haidian": 3}),
        decisions={"站.1": "close"},
        plans={"single": RESULT, "joint": RESULT},
        shown="joint",
    ),
    scenarios={"s1": Scenario("大半径", Work(margin_m=500))},
    comparison=Comparison(("", "s1"), "scenario", ("stations",)),
    acceptance={"stations": Threshold(most=90)},
    briefing=BriefingWork(steps={"zones": Step(2, False, "标题", "讲稿")}, radius_km=20),
    views={"station_map": {"kinds": ("mortar", "cement")}},
)


def test_a_new_project_says_only_its_form() -> None:
    assert to_json(Project()) == {"format": FORMAT}


def test_what_is_written_is_read_back_the_same() -> None:
    assert from_json(json.loads(json.dumps(to_json(FULL))), name="项目") == FULL


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"format": FORMAT + 1}, "更新版本"),
        ({"format": 1, "siting": {"wishes": {"radius_km": "远"}}}, "siting.wishes.radius_km 是“远”"),
        ({"format": 1, "consolidation": {"decisions": {"c-1": "move"}}}, "consolidation.decisions.c-1 是“move”"),
        ({"format": 1, "colour": 3}, "colour 不是可用的字段"),
        ({"format": 1, "siting": {"wishes": {"detour": float("nan")}}}, "siting.wishes.detour"),
        ({"format": 1, "siting": {"desk": {"own": {"own-1": [500, 40]}}}}, "own-1 是“500”"),
        ({"format": 1, "siting": {"desk": {"own": {"own-1": [116, -91]}}}}, "own-1 是“-91”"),
        ([], "项目"),
        (None, "项目"),
    ],
)
def test_what_is_no_project_is_refused_in_words(raw: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        from_json(raw, name="项目")


def test_a_place_is_read_and_changed_by_its_path() -> None:
    path = ("siting", "wishes", "radius_km")
    assert at(Project(), path) is None
    changed = with_at(Project(), path, 25)
    assert at(changed, path) == 25
    assert with_at(changed, path, None) == Project()


def test_an_id_may_hold_any_sign() -> None:
    path = ("consolidation", "decisions", "站.1")
    assert at(FULL, path) == "close"
    assert with_at(FULL, path, None).consolidation.decisions == {}
    assert FULL.consolidation.decisions == {"站.1": "close"}


def test_nothing_set_asks_for_what_the_rule_file_says() -> None:
    book = load_rules()
    assert SitingWishes().settings(book, margin_m=book.margin_m) == siting_defaults(book)
    assert SitingWishes().effort() == Effort(0.01, 60.0, 0)
    assert ConsolidationWishes().settings(book, decisions={}) == consolidation_defaults(book)
    phased = ConsolidationWishes(phased=True).settings(book, decisions={"b": "close", "a": "retain"})
    assert phased == consolidation_defaults(
        book, phased=True, time_limit_s=300.0, locks=(("a", "retain"), ("b", "close"))
    )


def test_what_is_set_is_asked_for() -> None:
    book = load_rules()
    asked = FULL.siting.wishes.settings(book, margin_m=300)
    assert (asked.objective, asked.lines, asked.exact, asked.max_haul_km, asked.margin_m) == (
        "coverage",
        9,
        True,
        60.5,
        300,
    )
    assert asked.quotas == (("NE", 2, 4),)
    capped = ConsolidationWishes(limit_centre=True, centre_most=7, district_most={"haidian": 3}, gap_pct=0.5)
    found = capped.settings(book, decisions={})
    assert (found.ring_caps, found.district_caps, found.gap) == (((5, 7),), (("haidian", 3),), 0.005)


def test_a_branch_is_worked_on_apart() -> None:
    inside = in_scenario(FULL, "s1")
    assert (inside.margin_m, inside.register, inside.briefing) == (500, None, FULL.briefing)
    changed = from_scenario(with_at(inside, ("siting", "wishes", "radius_km"), 25), FULL, "s1")
    assert changed.scenarios["s1"] == Scenario(
        "大半径", Work(margin_m=500, siting=SitingWork(SitingWishes(radius_km=25)))
    )
    assert with_at(changed, ("scenarios",), None) == with_at(FULL, ("scenarios",), None)


def test_what_belongs_to_no_branch_is_changed_for_all() -> None:
    inside = in_scenario(FULL, "s1")
    changed = from_scenario(with_at(inside, ("briefing", "radius_km"), 15), FULL, "s1")
    assert (changed.briefing.radius_km, changed.margin_m) == (15, 300)


def test_no_branch_is_the_project_itself() -> None:
    assert in_scenario(FULL, "") is FULL
    assert from_scenario(Project(), FULL, "") == Project()


@pytest.mark.parametrize(
    ("phased", "shown", "wanted"),
    [
        (False, None, ("single", "single")),
        (True, None, ("phased", "phased")),
        (True, "joint", ("joint", "phased")),
        (False, "tradeoff", ("tradeoff", "single")),
    ],
)
def test_the_plan_that_is_wanted_is_the_chosen_one_else_the_one_that_the_settings_ask_for(phased, shown, wanted):
    project = with_at(Project(), ("consolidation", "wishes", "phased"), phased)
    assert with_at(project, ("consolidation", "shown"), shown).consolidation.wanted == wanted
