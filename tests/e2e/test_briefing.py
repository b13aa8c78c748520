"""The presenter driven by keyboard, in a real browser with the network cut."""

import re

from helpers import shapes


def step(page) -> int:
    found = re.search(r"[?&]step=(\d+)", page.url)
    return int(found.group(1)) if found else 0


def press(workbench, key: str) -> None:
    workbench.page.keyboard.press(key)
    workbench.settle()


def say(page) -> str:
    return page.locator(".mp-say").inner_text()


def forward(workbench, key: str, words: str) -> int:
    """Go on to the step that says so; which one it is, the shipped plans decide."""
    for _n in range(8):
        press(workbench, key)
        if words in say(workbench.page):
            return step(workbench.page)
    raise AssertionError(f"no step says {words}")


def test_the_story_is_told_by_keyboard_and_goes_on_after_a_question(workbench):
    page = workbench.open("briefing")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("button", name="开始汇报").click()
    workbench.settle()
    assert step(page) == 1
    assert page.locator('[data-testid="stSidebar"]').is_hidden()
    assert "265" in say(page)
    workbench.map()
    workbench.picture("briefing_1")
    press(workbench, "ArrowRight")
    assert step(page) == 2 and "2006" in say(page)
    assert workbench.paths("zones") == 1
    press(workbench, "PageDown")
    assert step(page) == 3
    workbench.map().wait_for_function(f"{shapes('zones')} > 5")
    press(workbench, " ")
    assert step(page) == 4 and "需治理" in say(page)
    frame = workbench.map()
    frame.wait_for_function(f"{shapes('plants')} > 50")
    workbench.picture("briefing_4")
    frame.locator(".leaflet-plants-pane path:not([style*='none'])").nth(3).click(force=True)
    page.wait_for_selector(".mp-card")
    workbench.settle()
    assert step(page) == 4, "a question does not move the story"
    press(workbench, "ArrowRight")  # the focus is still inside the map's frame
    assert step(page) == 5
    radius = forward(workbench, "ArrowRight", "30 km")
    before = say(page)
    slider = page.locator('[data-testid="stMain"] [data-testid="stSlider"] :is([role="slider"], input[type="range"])')
    slider.first.focus()
    for _n in range(10):
        page.keyboard.press("ArrowLeft")
    workbench.settle()
    assert step(page) == radius and "20 km" in say(page) and say(page) != before
    workbench.picture("briefing_radius")
    assert forward(workbench, "PageDown", "14 项目标") > radius
    workbench.picture("briefing_targets")
    press(workbench, "PageUp")
    assert "20 km" in say(page), "the radius stays as the question left it"
    page.set_viewport_size({"width": 1920, "height": 1080})
    workbench.settle()
    workbench.settle()
    workbench.picture("briefing_1920")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 1100
    told = step(page)
    workbench.waiting = True
    page.reload()
    workbench.settle()
    assert step(page) == told and page.locator('[data-testid="stSidebar"]').is_hidden()
    press(workbench, "Escape")
    assert step(page) == 0
    assert page.locator('[data-testid="stSidebar"]').is_visible(), "it is there again, whatever was reloaded"
    workbench.picture("briefing_setup")
