"""What two scenarios differ in, in words."""

import pytest

from mixplan.consolidation.wishes import ConsolidationWishes
from mixplan.projects.differing import differing
from mixplan.projects.project import (
    ConsolidationWork,
    CoverageWork,
    Desk,
    FileUse,
    Project,
    Result,
    Scenario,
    SitingWork,
    Work,
)
from mixplan.siting.wishes import SitingWishes

FILE = FileUse("0" * 64, "我的站点.csv")
RESULT = Result("1" * 64, "2" * 64, "2026-01-01T00:00:00+00:00", "0.1.0", "abc", {"gap_pct": 1.0})
CASES = {
    "margin": (Work(margin_m=500), ["敏感区外扩距离：200→500 m"]),
    "register": (Work(register=FILE), ["登记册：随附→我的站点.csv"]),
    "radius of the lines": (Work(siting=SitingWork(wishes=SitingWishes(radius_km=25))), ["30→25 km"]),
    "locks": (Work(siting=SitingWork(desk=Desk(locked={"s1": 1}))), ["锁定的新线 <s1>：0→1 条"]),
    "plan": (Work(siting=SitingWork(desk=Desk(plan={"s1": 1, "s2": 2}))), ["<s1>：0→1 条", "<s2>：0→2 条"]),
    "decisions": (
        Work(consolidation=ConsolidationWork(decisions={"p1": "close", "p2": "retain"})),
        ["<p1>：未定→退出", "<p2>：未定→保留"],
    ),
    "many decisions": (
        Work(consolidation=ConsolidationWork(decisions={f"p{n}": "close" for n in range(9)})),
        ["站点的决定 9 处"],
    ),
    "cap": (Work(consolidation=ConsolidationWork(wishes=ConsolidationWishes(cap_wan_m3=6000))), ["→6000 "]),
    "coverage": (Work(coverage=CoverageWork(with_plan=False)), ["覆盖是否计入整合方案：是→否"]),
}


def named(code: str) -> str:
    return f"<{code}>"


def beside(work: Work) -> Project:
    """A project as it is shipped, with a scenario beside it."""
    return Project(scenarios={"a": Scenario("甲", work)})


@pytest.mark.parametrize("case", CASES)
def test_a_difference_is_said_in_words(case, book):
    work, parts = CASES[case]
    said = differing(beside(work), "", "a", book, named)
    assert len(said) == len(parts)
    assert all(part in sentence for part, sentence in zip(parts, said, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_nothing_differs_from_itself(case, book):
    work, _parts = CASES[case]
    assert differing(beside(work), "a", "a", book) == []


def test_a_margin_that_is_the_rule_files_is_no_difference(book):
    assert differing(beside(Work(margin_m=int(book.margin_m))), "", "a", book) == []


def test_what_has_been_solved_is_no_input(book):
    solved = Work(
        siting=SitingWork(desk=Desk(begun=True, solved=RESULT), auto=True),
        consolidation=ConsolidationWork(plans={"single": RESULT}, shown="single", tradeoff=RESULT),
    )
    assert differing(beside(solved), "", "a", book) == []
