"""Branches of a project: what each change does to it and what it leaves alone."""

import pytest

from mixplan.projects import scenarios
from mixplan.projects.changes import applied, difference, inverse
from mixplan.projects.project import Comparison, Project, Work, from_json, to_json
from mixplan.projects.scenarios import adopted, begun, free_name, renamed, without, work_of

OWN = Project(margin_m=200)


def two() -> Project:
    """A project with two branches, both of them compared with the project itself."""
    made = begun(begun(OWN, "a", "甲", Work(margin_m=500)), "b", "乙", Work(margin_m=900))
    return Project(**{**vars(made), "comparison": Comparison(("", "a", "b"))})


def test_a_branch_begins_with_the_work_it_is_given_and_leaves_the_project_alone():
    made = begun(OWN, "a", "甲", work_of(OWN, ""))
    assert made.scenarios["a"].work == Work(margin_m=200)
    assert work_of(made, "") == work_of(OWN, "")
    assert not OWN.scenarios


def test_a_branch_may_begin_as_a_copy_of_another_one():
    made = begun(two(), "c", "丙", work_of(two(), "b"))
    assert made.scenarios["c"].work.margin_m == 900


def test_two_branches_never_have_one_name():
    assert begun(two(), "c", "甲", Work()).scenarios["c"].name == "甲 2"
    assert renamed(two(), "a", "乙").scenarios["a"].name == "乙 2"
    assert free_name(begun(two(), "c", "甲", Work()), " 甲 ") == "甲 3"


def test_a_name_is_cut_where_it_is_too_long():
    assert len(free_name(OWN, "长" * 100)) == scenarios.LONGEST_NAME


def test_what_cannot_be_seen_is_no_part_of_a_name():
    assert free_name(OWN, "\u202e甲\u200b\n乙\0 ") == "甲乙"


@pytest.mark.parametrize("name", ["", "   ", "甲", "\u202e\u200b"])
def test_no_name_or_the_same_changes_nothing(name):
    assert renamed(two(), "a", name) == two()


def test_what_is_taken_away_is_no_longer_compared():
    left = without(two(), "a")
    assert set(left.scenarios) == {"b"}
    assert left.comparison.columns == ("", "b")


def test_what_is_taken_over_becomes_the_projects_own_work_and_stays_a_branch():
    made = adopted(two(), "b")
    assert made.margin_m == 900
    assert made.scenarios == two().scenarios
    assert made.comparison == two().comparison


@pytest.mark.parametrize(
    "change", [lambda p: without(p, "a"), lambda p: adopted(p, "b"), lambda p: renamed(p, "a", "丁")]
)
def test_each_is_taken_back_as_one_change(change):
    before = to_json(two())
    items = difference(before, to_json(change(two())))
    assert items
    back = applied(applied(before, items), inverse(items))
    assert from_json(back, name="项目") == two()
