"""The rule file: complete, dated, sourced; and what happens when it is not."""

from datetime import date
from typing import get_args

import pytest
from schemas import texts

from mixplan.base.errors import RuleError
from mixplan.base.paths import DATA_DIR
from mixplan.plan.rules import Role, load_rules
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
        (("from = 2011-01-01", ""), "rules.toml 中规则“r”的 from 没有填写"),
        (("from = 2011-01-01", "from = 2011"), "规则“r”的 from 是“2011”，应为 日期"),
        (("to = 2012-01-01", "to = 2010-01-01"), "to 是 2010-01-01，应晚于 from（2011-01-01）"),
        (('clause = "c"', ""), "clause 没有填写"),
        (('clause = "c"', "clause = 4"), "clause 是“4”，应为 文字"),
        (('clause = "c"', 'clause = "c"\ncolour = "red"'), "规则“r”的 colour 不是可用的字段"),
        (('clause = "c"', 'clause = "c"\nin_force_to = 2014-01-01'), "in_force_to 不是可用的字段"),
        (('clause = "c"', 'clause = "c"\nrole = "king"'), "role 是“king”，应为 sensitive_margin、"),
        (('applies_to = ["concrete"]', 'applies_to = ["tar"]'), "applies_to 是“tar”，应为 cement、concrete"),
        (('applies_to = ["concrete"]', 'applies_to = "concrete"'), "applies_to 是“concrete”，应为 列表"),
        (('statuses = ["standing"]', 'statuses = ["ghost"]'), "statuses 是“ghost”，应为 standing、proposed 之一"),
        (('statuses = ["standing"]', ""), "statuses"),
        (('statuses = ["standing"]', "statuses = []"), r"规则“r”的 statuses 是“\[\]”，项数不对"),
        (('applies_to = ["concrete"]', "applies_to = []"), r"规则“r”的 applies_to 是“\[\]”，项数不对"),
        (("severity = 1", "severity = 0"), "规则“r”的 severity 是“0”，应不小于 1。"),
        (("severity = 1", "severity = 4"), "规则“r”的 severity 是“4”，应不大于 3。"),
        (("advisory = false", "advisory = 0"), "advisory 是“0”，应为 true 或 false"),
        (('subject = "capacity"\nvalue = 1', 'subject = "capacity"\nvalue = true'), "value 是“True”，应为 数或文字"),
        (('subject = "capacity"\nvalue = 1', 'subject = "capacity"\nvalue = nan'), "value 是“nan”，应为 数或文字"),
        (("[[parameter]]", "[[parameter"), "rules.toml 不是可读的 TOML"),
        (('document_title = "t"', ""), "document_title"),
        (('kind = "assumption"', 'kind = "guess"'), "guess"),
        (('kind = "assumption"', 'kind = "assumption"\nminimum = 2'), "参数“p”的数值 1 不可用，应在 2 与 inf 之间"),
    ],
)
def test_an_incomplete_rule_is_named_with_what_is_wrong(tmp_path, change, problem):
    with pytest.raises(RuleError, match=problem):
        load(tmp_path, GOOD.replace(*change))


def test_thousands_of_rules_are_counted_and_not_read(tmp_path):
    with pytest.raises(RuleError, match=r"^rules\.toml 中规则有 20,000 项，上限是 500 项。$"):
        load(tmp_path, GOOD + "[[rule]]\n" * 19_999)


def test_of_many_faults_the_first_are_said_and_the_others_counted(tmp_path):
    with pytest.raises(RuleError) as refused:
        load(tmp_path, GOOD + "".join(f'[[rule]]\nid = "r{number}"\n' for number in range(2, 102)))
    said = str(refused.value)
    assert said.count("没有填写") == 20
    assert "还有 1,280 处" in said  # each of the hundred lacks thirteen keys


def test_a_value_without_end_is_quoted_by_its_beginning(tmp_path):
    with pytest.raises(RuleError) as refused:
        load(tmp_path, GOOD.replace('kind = "plan"', f'kind = "{"x" * 100_000}"'))
    assert "x" * 200 + "…" in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_rule_file_larger_than_anybody_writes_is_refused(tmp_path):
    with pytest.raises(RuleError, match=r"rules\.toml 有 2 MB，上限是 1 MB"):
        load(tmp_path, GOOD + "#" * 2**21)


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


DATED = (
    GOOD
    + """from = 2014-01-01
[[parameter]]
id = "p"
title = "t"
title_en = "t"
value = 5
unit = "m"
source = "s"
kind = "plan"
to = 2014-01-01
"""
)


def test_a_parameter_changes_on_its_day(tmp_path):
    book = load(tmp_path, DATED)
    days = [date(2009, 1, 1), date(2013, 12, 31), date(2014, 1, 1), date(2020, 1, 1)]
    assert [book.as_of(day).figure("p") for day in days] == [5, 5, 1, 1]
    assert book.figure("p") == 1  # at the end of the plan period
    assert book.as_of(date(2013, 12, 31)).parameters["p"].kind == "plan"


def test_a_parameter_that_holds_on_no_row_of_a_day_is_missed_by_name(tmp_path):
    book = load(tmp_path, DATED[: DATED.rindex("[[parameter]]")])
    with pytest.raises(RuleError, match="没有名为“p”的参数"):
        book.as_of(date(2013, 12, 31)).figure("p")


def test_two_rows_of_a_parameter_never_hold_on_one_day(tmp_path):
    with pytest.raises(RuleError, match="重复：p"):
        load(tmp_path, DATED.replace("to = 2014-01-01", "to = 2014-01-02"))


def test_every_role_is_played_by_one_rule(book):
    for role in get_args(Role):
        assert book.rule_for(role).role == role


def test_a_role_that_no_rule_plays_is_missed_by_name(tmp_path):
    bare = load(tmp_path, GOOD)
    with pytest.raises(RuleError, match="role 是“sensitive_margin”"):
        bare.with_margin(100)


def test_a_role_that_two_rules_play_is_refused(tmp_path):
    rule = GOOD[GOOD.index("[[rule]]") : GOOD.index("[[parameter]]")].replace('id = "r"', 'id = "q"')
    played = (GOOD + rule).replace("severity = 1", 'severity = 1\nrole = "station_standard"')
    with pytest.raises(RuleError, match="不止一条规则的 role 是“station_standard”"):
        load(tmp_path, played)


def test_the_margin_has_one_home(book):
    assert book.margin_m == 200
    moved = book.with_margin(500)
    assert (moved.margin_m, book.margin_m) == (500, 200)
    assert [a.id for a, b in zip(moved.rules, book.rules, strict=True) if a != b] == ["near_sensitive_area"]


def test_the_schema_that_an_editor_completes_by_is_the_one_that_is_read():
    for name, text in texts().items():
        assert (DATA_DIR / "schemas" / name).read_text(encoding="utf-8") == text, "run python tools/schemas.py"
        described = DATA_DIR / name.replace(".schema.json", ".toml")
        assert described.read_text(encoding="utf-8").startswith(f"#:schema ./schemas/{name}\n")
