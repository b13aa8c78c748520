"""Long work as planners live with it: a reload, a closed tab, a stop, and a colleague who only looks."""

import time
from pathlib import Path

from mixplan.projects.queue import Entry, Queue


def runs_of(bench, home: Path) -> list[Entry]:
    """The consolidation runs of a browser's planner, as the queue has them."""
    planner = next(cookie["value"] for cookie in bench.context.cookies() if cookie["name"] == "mixplan_planner")
    return list(Queue(home / "jobs").entries(planner, "con"))


def run_of(bench, home: Path) -> Entry:
    """The one asked for last."""
    return runs_of(bench, home)[-1]


def until(state: str, bench, home: Path, seconds: float) -> Entry:
    end = time.monotonic() + seconds
    while (entry := run_of(bench, home)).state != state:
        assert time.monotonic() < end, f"still {entry.state}, wanted {state}"
        time.sleep(0.1)
    return entry


def begin(workbench):
    """Ask for the trade-off, which takes minutes: whatever comes next finds it at work on the fastest machine too."""
    page = workbench.open("consolidation")
    page.locator(".st-key-con_section").get_by_text("取舍").click()
    workbench.settle()
    page.locator(".st-key-con_pareto button").click()
    page.wait_for_selector(".st-key-con_stop button")
    return page


def test_a_reload_finds_the_run_and_a_stop_ends_it(workbench, home):
    page = begin(workbench)
    asked = until("running", workbench, home, 60)
    page.reload()
    page.wait_for_selector(".st-key-con_stop button")
    assert run_of(workbench, home).id == asked.id
    page.wait_for_selector("text=/取舍曲线：[0-9]+ 秒/")
    workbench.picture("long_work")
    page.locator(".st-key-con_stop button").first.click()
    page.locator(".st-key-con_stop").wait_for(state="detached")  # how fast is measured in tests/jobs
    assert runs_of(workbench, home) == [], "what came of it was taken over once, and is nowhere else"


def test_the_same_planner_gets_his_own_plan_back_and_another_one_does_not(workbench, another):
    page = workbench.open("consolidation")
    page.locator(".st-key-con_solve button").first.click()
    shipped = page.get_by_text("随附方案")  # beside each plan that is not the planner's own
    shipped.nth(2).wait_for(state="detached", timeout=120_000)
    page.reload()
    shipped.nth(1).wait_for()
    assert shipped.count() == 2
    stranger = another.open("consolidation")
    stranger.get_by_text("随附方案").nth(2).wait_for()


def test_a_run_ends_after_its_page_is_closed(workbench, home):
    begin(workbench)
    until("running", workbench, home, 60)
    workbench.page.goto("about:blank")
    began = time.monotonic()
    assert until("stopped", workbench, home, 90).why == "silent"
    assert time.monotonic() - began > 2
