"""Work that lasts: reload, second tab, Back and Forward, a colleague's change, and two changes of the same thing."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow
MARGIN = '.st-key-margin :is([role="slider"], input[type="range"])'


def margin(page: Page) -> str:
    return str(page.locator(MARGIN).evaluate("e => e.value || e.getAttribute('aria-valuenow')"))


def move(page: Page, key: str) -> None:
    page.locator(MARGIN).focus()
    page.keyboard.press(key)


def year(page: Page) -> str:
    slider = page.locator('.st-key-year :is([role="slider"], input[type="range"])')
    return str(slider.evaluate("e => e.value || e.getAttribute('aria-valuenow')"))


def test_what_was_changed_is_there_after_a_reload_and_in_a_second_tab(workbench, another):
    page = workbench.open("station_map")
    assert "project=" not in page.url, "who only looks makes no project"
    move(page, "ArrowRight")
    workbench.settle()
    assert margin(page) == "250"
    expect(page.get_by_text("已保存")).to_be_visible()
    workbench.waiting = True
    page.reload()
    workbench.settle()
    assert margin(page) == "250"
    other = another.open(page.url.removeprefix(workbench.server + "/"))
    assert margin(other) == "250"
    page.locator(".st-key-undo button").first.click()
    workbench.settle()
    assert margin(page) == "200"


def test_back_and_forward_show_what_was_there(workbench):
    page = workbench.open("station_map")
    move(page, "ArrowRight")
    workbench.settle()
    for name in ("coverage", "targets", "station_map"):
        workbench.go(name)
        workbench.settle()
        assert "year=" not in page.url, name
    assert (year(page), margin(page)) == ("2015", "250")
    seen = [page.url]
    while "targets" not in seen[-1]:
        page.go_back()
        workbench.settle()
        seen.append(page.url)
        assert len(seen) < 4
    while "coverage" not in seen[-1]:
        page.go_back()
        workbench.settle()
        seen.append(page.url)
        assert len(seen) < 6
    assert year(page) == "2015" and "year=" not in page.url
    while "station_map" not in page.url:
        page.go_forward()
        workbench.settle()
    assert (year(page), margin(page)) == ("2015", "250"), "the project's settings are not the address's"


def test_a_colleagues_change_appears_and_two_of_the_same_thing_are_told(workbench, another):
    page = workbench.open("station_map")
    move(page, "ArrowRight")
    workbench.settle()
    other = another.open(page.url.removeprefix(workbench.server + "/"))
    move(other, "ArrowRight")
    another.settle()
    expect(page.locator(MARGIN)).to_have_value("300")
    workbench.settle()

    # Both at once, neither having heard of the other: the second to come is told, and nothing of the first is lost.
    for tab in (page, other):
        tab.route("**/revision/**", lambda route: route.abort())
    other.locator(MARGIN).focus()
    page.locator(MARGIN).focus()
    page.keyboard.press("ArrowRight")
    other.keyboard.press("ArrowLeft")
    workbench.settle()
    another.settle()
    told = [tab for tab in (page, other) if tab.locator(".st-key-clash_mine").count()]
    assert len(told) == 1
    wanted = "350" if told[0] is page else "250"
    told[0].locator(".st-key-clash_mine button").click()
    workbench.settle()
    another.settle()
    for tab in (page, other):
        tab.unroute("**/revision/**")
    for tab in (page, other):
        expect(tab.locator(MARGIN)).to_have_value(wanted)
    assert not re.search("year=", page.url)


def test_back_leads_from_the_first_page_of_a_tab_to_where_the_planner_came_from(workbench):
    page = workbench.open("station_map")
    move(page, "ArrowRight")
    page.wait_for_url("**project=*")
    workbench.settle()
    page.goto("about:blank")
    workbench.open("coverage")
    assert "project=" in page.url, "the page has put the project into its address"
    page.go_back()
    assert page.url == "about:blank"


def test_a_step_back_is_what_the_planner_did_and_nothing_that_a_page_did_by_itself(workbench):
    page = workbench.open("station_map")
    seen = [page.evaluate("history.length")]

    def steps() -> int:
        workbench.settle()
        seen.append(page.evaluate("history.length"))
        return int(seen[-1] - seen[-2])

    move(page, "ArrowRight")
    page.wait_for_url("**project=*")
    assert steps() == 0, "the first change gives the project its place in the address"
    page.locator(".st-key-year input").first.press("ArrowLeft")
    assert steps() == 1
    workbench.go("coverage")
    assert steps() == 1
    workbench.go("station_map")
    assert steps() == 1 and "year=2014" in page.url, "with the year that it was left with"
    page.locator(".st-key-lang_choice").get_by_text("English").click()
    assert steps() == 0 and "lang=en" in page.url, "the language is the tab's, whichever page is gone back to"
    page.locator(".st-key-lang_choice").get_by_text("中文").click()
    assert steps() == 0
    marks = workbench.map().locator(".leaflet-plants-pane path:not([style*='none'])")
    for place in (0, 5):
        marks.nth(place).click(force=True)
        page.wait_for_url("**plant=*")
        assert steps() == 1
    page.go_back()
    workbench.settle()
    page.go_back()
    workbench.settle()
    assert "plant=" not in page.url and "year=2014" in page.url
