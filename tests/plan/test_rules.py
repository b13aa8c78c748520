"""The rule file: complete, dated, sourced; and what happens when it is not."""

from datetime import date

import pytest

from mixplan.base.errors import RuleError
from mixplan.plan.rules import load_rules
from mixplan.screening.measures import MEASURES

GOOD = """
document = "d"
document_title = "t"
document_date = 2011-11-22
counties_until = 2015-11-01
period_end = 2015-12-31
[[rule]]
id = "r"
title = "t"
title_en = "t"
applies_to = ["concrete"]
statuses = ["standing"]
measure = "at_least"
subject = "capacity"
value = 1
unit = "m"
from = 2011-01-01
to = 2012-01-01
clause = "c"
source = "s"
kind = "plan"
note = ""
note_en = ""
advisory = false
severity = 1
[[parameter]]
id = "p"
title = "t"
title_en = "t"
value = 1
unit = "m"
source = "s"
kind = "assumption"
"""


def load(tmp_path, text):
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return load_rules(path)


def test_every_rule_has_a_clause_a_source_a_unit_and_a_measure_that_exists(book):
    for rule in book.rules:
        assert rule.clause, rule.id
        assert rule.source, rule.id
        assert rule.measure in MEASURES, rule.id
        assert rule.title_en, rule.id


def test_every_assumption_says_so_in_both_languages(book):
    for rule in book.rules:
        if rule.kind == "assumption":
            assert rule.note, rule.id
            assert rule.note_en, rule.id


def test_a_rule_binds_from_its_first_day_until_the_day_it_ends(tmp_path):
    book = load(tmp_path, GOOD)
    days = [date(2010, 12, 31), date(2011, 1, 1), date(2011, 12, 31), date(2012, 1, 1)]
    assert [len(book.in_force(day)) for day in days] == [0, 1, 1, 0]


def test_moving_a_threshold_leaves_the_book_alone(book):
    moved = book.with_values({"near_sensitive_area": 500})
    assert moved.rule("near_sensitive_area").value == 500
    assert book.rule("near_sensitive_area").value != 500


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('kind = "plan"', 'kind = "rumour"'), "rumour"),
        (('measure = "at_least"', 'measure = "feeling"'), "feeling"),
        (("from = 2011-01-01", ""), "没有生效日期"),
        (('clause = "c"', ""), "clause"),
        (('statuses = ["standing"]', 'statuses = ["ghost"]'), "ghost"),
        (('statuses = ["standing"]', ""), "statuses"),
        (("[[parameter]]", "[[parameter"), "读不出来"),
        (('document_title = "t"', ""), "document_title"),
        (('kind = "assumption"', 'kind = "guess"'), "guess"),
        (('kind = "assumption"', 'kind = "assumption"\nminimum = 2'), "参数“p”的数值 1 不可用，应在 2 与 inf 之间"),
    ],
)
def test_an_incomplete_rule_is_named_with_what_is_wrong(tmp_path, change, problem):
    with pytest.raises(RuleError, match=problem):
        load(tmp_path, GOOD.replace(*change))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, 1001])
def test_a_threshold_stays_within_its_bounds(book, value):
    with pytest.raises(RuleError, match="0 与 1000"):
        book.with_values({"near_sensitive_area": value})


def test_two_rules_or_parameters_of_one_name_are_refused(tmp_path):
    start = GOOD.index("[[parameter]]")
    for twice in (GOOD[GOOD.index("[[rule]]") : start], GOOD[start:]):
        with pytest.raises(RuleError, match="重复"):
            load(tmp_path, GOOD + twice)


def test_unknown_names_say_what_there_is(book):
    with pytest.raises(RuleError, match="inside_fifth_ring"):
        book.rule("nothing")
    with pytest.raises(RuleError, match="sector_half_width_deg"):
        book.figure("nothing")
