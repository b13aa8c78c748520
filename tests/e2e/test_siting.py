"""The siting page as a planner uses it, in a real browser with the network cut."""

import contextlib
import re

from helpers import shapes
from playwright.sync_api import TimeoutError, expect


def test_solve_stop_stars_and_a_click_that_proposes(workbench):
    page = workbench.open("siting")
    frame = workbench.map()
    assert (
        "条数建满时产能 625 万t/年，需求 635 万t/年，仍缺 10 万t/年"
        in page.locator('[data-testid="stMain"]').inner_text()
    )
    assert workbench.paths("candidates") > 300
    frame.wait_for_function(f"{shapes('chosen')} == 11")  # the shipped case, solved
    page.locator(".st-key-siting_clear button").first.click()
    frame.wait_for_function(f"{shapes('chosen')} == 0")
    workbench.settle()

    page.locator(".st-key-siting_solve button").first.click()
    with contextlib.suppress(TimeoutError):  # it may have ended by itself
        page.wait_for_selector("text=/当前最好 [0-9]/", timeout=10_000)
        page.locator(".st-key-siting_solve_stop button").first.click(timeout=5000)
    frame.wait_for_function(f"{shapes('chosen')} == 11", timeout=120_000)
    workbench.settle()
    numbers = frame.locator(".mp-label.number:not([style*='none'])").all_inner_texts()
    assert sorted(map(int, numbers)) == list(range(1, 12))
    assert workbench.paths("flows") > 300
    assert re.search("相差不超过|理论最优", page.locator('[data-testid="stMain"]').inner_text())
    workbench.picture("siting")

    # An empty place in the north-east: its rules in metres, and what it changes.
    at = frame.evaluate("(p => [p.x, p.y])(map.latLngToContainerPoint([40.225, 116.925]))")
    frame.locator(".leaflet-container").click(position={"x": at[0], "y": at[1]})
    page.wait_for_selector("text=拟选点")
    workbench.settle()
    card = page.locator(".st-key-siting_card").inner_text()
    assert re.search(r"在五环路外 [\d,]+ m", card)
    assert "总运输量（万t·km/年）" in card
    frame.wait_for_function(f"{shapes('chosen')} == 13")
    workbench.picture("siting_click")

    page.locator(".st-key-siting_move button").first.click()
    page.wait_for_selector("text=为什么选在这里")
    workbench.settle()
    assert frame.locator(".mp-label.number:not([style*='none'])").count() == 11

    # What was moved is there after a reload and in another tab, with the site that was looked at.
    card = page.locator(".st-key-siting_card").inner_text()
    figures = page.locator('[data-testid="stMetricValue"]').all_inner_texts()
    page.reload()
    frame = workbench.map()
    frame.wait_for_function(f"{shapes('chosen')} >= 11")
    workbench.settle()
    assert page.locator(".st-key-siting_card").inner_text() == card
    assert page.locator('[data-testid="stMetricValue"]').all_inner_texts() == figures
    other = workbench.context.new_page()
    other.goto(page.url)
    other.locator(".st-key-siting_card", has_text="own-1").wait_for()
    expect(other.locator('[data-testid="stMetricValue"]')).to_have_text(figures)
    other.close()

    page.locator(".st-key-undo button").first.click()
    page.locator(".st-key-siting_card", has_text="own-1").wait_for(state="detached")
    workbench.settle()
    assert page.locator('[data-testid="stMetricValue"]').all_inner_texts() != figures
    frame.locator(".leaflet-chosen-pane path:not([style*='none'])").nth(3).click(force=True)
    page.locator(".st-key-siting_card", has_text="号站点").wait_for()


def test_english_is_complete_on_the_siting_page(workbench):
    page = workbench.open("siting?lang=en")
    workbench.map()
    text = page.locator('[data-testid="stMain"]').inner_text() + page.locator('[data-testid="stSidebar"]').inner_text()
    left = set(re.findall(r"[\u4e00-\u9fff]+", text)) - {"中文", "万", "四", "二"}
    assert not left, left
    workbench.picture("siting_en")
