"""Scenarios side by side as a planner makes and compares them, in a real browser with the network cut."""

import re
import time

import pytest
from playwright.sync_api import expect

VIEW = "[map.getCenter().lat, map.getCenter().lng, map.getZoom()]"
ADD_CARDS = "添加、移动和去掉卡片"


def maps(workbench, count: int):
    """The frames of the page's maps, each with its plants painted."""
    page = workbench.page
    expect(page.locator('iframe[title*="st_folium"]')).to_have_count(count)
    end = time.monotonic() + 60
    while len(frames := [frame for frame in page.frames if "st_folium" in frame.url]) < count:
        assert time.monotonic() < end, "a map's frame has not come"
        page.wait_for_timeout(100)
    for frame in frames:
        frame.wait_for_function("window.map && window.mixplan && mixplan.messages > 0 && mixplan.painted('plants') > 0")
    return frames


def looks_at(frame, there: list[float]) -> None:
    """Wait until a map looks at a place: the maps of the page tell each other by messages."""
    frame.wait_for_function(f"there => {VIEW}.every((one, n) => Math.abs(one - there[n]) <= 0.01)", arg=there)


def chosen(workbench, label: str, option: str) -> None:
    page = workbench.page
    page.locator(f'input[aria-label="{label}"]').fill(option)  # a long list shows a part of it only
    page.get_by_role("option", name=option, exact=True).click()
    workbench.settle()


def figures(page, name: str) -> list[str]:
    row = page.locator(".mp-compare tr", has=page.locator("th", has_text=re.compile(f"^{name}$")))
    return row.locator("td b").all_inner_texts()


@pytest.fixture
def two_scenarios(workbench):
    """A project with two scenarios, in the second of which the margin round sensitive areas is wider."""
    page = workbench.open("comparison")
    page.get_by_role("button", name="新建第一个方案").click()
    workbench.settle()
    page.get_by_role("button", name="新建方案").click()
    workbench.settle()
    page.get_by_label("名称", exact=True).fill("更宽")
    page.get_by_role("button", name="新建", exact=True).click()
    workbench.settle()
    page.keyboard.press("Escape")
    chosen(workbench, "正在这一份上工作", "更宽")
    assert "scenario=" in page.url
    workbench.go("station_map")
    workbench.settle()
    slider = page.get_by_role("slider", name=re.compile("敏感区外扩距离"))
    for _step in range(4):
        slider.press("ArrowRight")
    workbench.settle()
    workbench.go("comparison")
    workbench.settle()
    return page


def test_scenarios_are_made_changed_compared_and_found_again(workbench, two_scenarios):
    page = two_scenarios
    heads = page.locator(".mp-compare thead th").all_inner_texts()
    assert heads[1:] == ["项目本身", "方案 1", "更宽"]
    own, same, wider = (int(re.sub(r"\D", "", text)) for text in figures(page, "敏感区内或附近"))
    assert own == same < wider
    assert "敏感区外扩距离：200→400 m" in page.locator(".mp-compare").first.inner_text()
    assert f"+{wider - own} 个，更差" in page.locator(".mp-compare").first.inner_text()
    workbench.picture("comparison")
    workbench.waiting = True
    page.reload()
    workbench.settle()
    assert page.locator(".mp-compare thead th").all_inner_texts() == heads
    assert int(re.sub(r"\D", "", figures(page, "敏感区内或附近")[2])) == wider


def test_another_name_or_language_leaves_the_scenario_that_is_worked_on(workbench, two_scenarios):
    page = two_scenarios
    sidebar = page.locator('[data-testid="stSidebar"]')
    worked_on = re.search("scenario=([^&]+)", page.url)[1]
    sidebar.get_by_text("管理方案").click()
    workbench.settle()
    sidebar.get_by_role("textbox", name="改名").fill("四百米")
    page.keyboard.press("Enter")
    workbench.settle()
    sidebar.get_by_text("管理方案").click()  # each run after it sends what is chosen by the name that the browser knows
    workbench.settle()
    assert page.locator(".mp-compare thead th").all_inner_texts()[1:] == ["项目本身", "方案 1", "四百米"]
    for language, own in (("English", "The project itself"), ("中文", "项目本身")):
        sidebar.get_by_text(language, exact=True).click()
        workbench.settle()
        workbench.go("targets")
        workbench.settle()
        workbench.go("comparison")
        workbench.settle()
        assert page.locator(".mp-compare thead th").all_inner_texts()[1:] == [own, "方案 1", "四百米"]
        assert f"scenario={worked_on}" in page.url


def test_maps_of_the_page_look_at_the_same_place(workbench, two_scenarios):
    first, *others = maps(workbench, 3)
    first.evaluate("map.setView([40.1, 116.6], 10, {animate: false})")
    there = first.evaluate(VIEW)
    for frame in others:
        looks_at(frame, there)
    others[1].evaluate("map.panBy([120, 40], {animate: false})")
    there = others[1].evaluate(VIEW)
    looks_at(first, there)
    # Nothing answers: each comes to rest where it was put.
    two_scenarios.wait_for_timeout(300)
    assert others[1].evaluate(VIEW) == there


def test_the_divider_is_moved_with_pointer_and_keys(workbench, two_scenarios):
    page = two_scenarios
    page.get_by_text(ADD_CARDS).click()
    workbench.settle()
    chosen(workbench, "卡片", "前后对照（一张图上拖动分隔线）：站点按判定")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="添加", exact=True).click()
    workbench.settle()
    swipe = next(frame for frame in maps(workbench, 4) if frame.locator(".mp-divider").count())
    line = swipe.get_by_role("slider")
    assert line.get_attribute("aria-valuenow") == "50"
    line.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    assert line.get_attribute("aria-valuenow") == "38"
    grip = swipe.locator(".mp-divider-grip").bounding_box()
    at = swipe.evaluate(VIEW)
    page.mouse.move(grip["x"] + 14, grip["y"] + 14)
    page.mouse.down()
    page.mouse.move(grip["x"] + 214, grip["y"] + 14, steps=4)
    page.mouse.up()
    assert int(line.get_attribute("aria-valuenow")) > 50
    assert swipe.evaluate(VIEW) == at, "the map stays where it is"
    left, right = (swipe.evaluate(f"map.getPane('side-{side}').style.clipPath") for side in ("left", "right"))
    edge = swipe.evaluate("document.querySelector('.mp-divider').style.left")
    assert f"{edge} 0px" in left
    assert right.startswith(f"polygon({edge} 0px")


OWN = "id,name,kind,status,lon,lat,capacity,capacity_unit\n" + "".join(
    f"s{n},站{n},concrete,inventory_2010,{116.2 + n / 50},39.9,50,wan_m3\n" for n in range(12)
)


def test_a_register_of_ones_own_is_compared_with_the_shipped_one(workbench):
    page = workbench.import_register({"name": "我的.csv", "mimeType": "text/csv", "buffer": OWN.encode()})
    page.get_by_role("button", name="与随附登记册比较").click()
    page.wait_for_url("**/comparison?**")
    workbench.settle()
    assert page.locator(".mp-compare thead th").all_inner_texts()[1:] == ["随附登记册", "项目本身"]
    assert figures(page, "在册站点") == ["265 个", "12 个"]
    assert "登记册：随附→我的.csv" in page.locator(".mp-compare").first.inner_text()
