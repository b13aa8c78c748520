"""What two scenarios differ in, in words."""

from dataclasses import replace

import pytest

from mixplan.consolidation.wishes import ConsolidationWishes
from mixplan.projects.differing import differing
from mixplan.projects.project import ConsolidationWork, CoverageWork, Desk, FileUse, SitingWork, Work
from mixplan.siting.wishes import SitingWishes

PLAIN = Work()
FILE = FileUse("0" * 64, "我的站点.csv")
CASES = {
    "nothing": (PLAIN, []),
    "margin": (Work(margin_m=500), ["敏感区外扩距离 200→500 m"]),
    "register": (Work(register=FILE), ["登记册：随附登记册 → “我的站点.csv”"]),
    "radius of the lines": (
        Work(siting=SitingWork(wishes=SitingWishes(radius_km=25))),
        ["新线布局：", "→25 km"],
    ),
    "locks": (Work(siting=SitingWork(desk=Desk(locked={"s1": 1}))), ["新线布局：1 处锁定的站点"]),
    "plan": (Work(siting=SitingWork(desk=Desk(plan={"s1": 1, "s2": 2}))), ["新线布局：2 处站点的条数"]),
    "decisions": (
        Work(consolidation=ConsolidationWork(decisions={"p1": "close", "p2": "retain"})),
        ["治理整合：2 个站点的决定"],
    ),
    "cap": (
        Work(consolidation=ConsolidationWork(wishes=ConsolidationWishes(cap_wan_m3=6000))),
        ["治理整合：", "→6000"],
    ),
    "coverage": (Work(coverage=CoverageWork(with_proposal=False)), ["是否加上新线方案"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_difference_is_said_in_words(case, book):
    now, parts = CASES[case]
    said = differing(PLAIN, now, book)
    assert len(said) == (1 if parts else 0)
    assert all(part in said[0] for part in parts)


@pytest.mark.parametrize("case", CASES)
def test_nothing_differs_from_itself(case, book):
    now, _parts = CASES[case]
    assert differing(now, now, book) == []


def test_a_margin_that_is_the_rule_files_is_no_difference(book):
    assert differing(PLAIN, Work(margin_m=int(book.margin_m)), book) == []


def test_one_name_with_another_content_is_said(book):
    found = differing(Work(register=FILE), Work(register=replace(FILE, content="1" * 64)), book)
    assert found == ["登记册：“我的站点.csv”的内容或读法不同"]
