"""A planner's second day: a project is begun, named, copied, deleted and brought back, and is there in another tab."""

import re

import pytest
from e2e.conftest import Workbench, serving


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A server of its own: the others' projects would stand in the list."""
    with serving(tmp_path_factory.mktemp("projects")) as address:
        yield address


@pytest.fixture
def bench(browser, alone):
    found = Workbench(browser, alone)
    yield found
    found.context.close()


def cards(page):
    """Names on the cards, as they stand."""
    return page.locator(".st-key-projects [data-testid='stPageLink']").all_inner_texts()


def menu(bench, name, button):
    """Open the menu of a project, and press a button in it."""
    card = bench.page.locator(".st-key-projects [data-testid='stVerticalBlock']").filter(has_text=name)
    card = card.filter(has=bench.page.locator("[class*='st-key-menu_']")).last
    card.locator("[class*='st-key-menu_'] button").first.click()
    bench.settle()
    bench.page.get_by_role("button", name=button, exact=True).click()
    bench.settle()


def test_the_story_of_a_second_day(bench):
    page = bench.open("projects")
    page.get_by_text("还没有项目").wait_for()
    page.get_by_label("您的姓名（用于留痕）").fill("王工")
    page.keyboard.press("Enter")
    bench.settle()

    page.get_by_role("button", name="新建项目").click()
    page.get_by_label("名称", exact=True).fill("一期")
    page.keyboard.press("Enter")
    bench.settle()
    page.get_by_role("button", name="新建并打开").click()
    bench.settle()
    assert re.search(r"[?&]project=", page.url), "the address names the project"
    assert "一期" in page.locator('[data-testid="stSidebar"]').inner_text()

    bench.go("projects")
    bench.settle()
    assert cards(page) == ["一期"] and "王工" in page.locator(".st-key-projects").inner_text()
    menu(bench, "一期", "复制")
    assert cards(page) == ["一期 (2)", "一期"]
    menu(bench, "一期 (2)", "删除")
    assert cards(page) == ["一期"]
    page.get_by_role("button", name="撤销删除").click()
    bench.settle()
    assert sorted(cards(page)) == ["一期", "一期 (2)"]

    bench.open("station_map")  # a new session at the bare address, as the next morning
    assert "一期" in page.locator('[data-testid="stSidebar"]').inner_text()
    bench.page = bench.context.new_page()
    bench.page.on("websocket", bench._listen)
    second = bench.open("trail")
    assert "一期" in second.locator('[data-testid="stSidebar"]').inner_text()
    assert second.get_by_label("您的姓名（用于留痕）").count() == 0, "who is named is not asked again"
    assert bench.outside == []


def twice(bench, button):
    """Click twice, as who has learned it from folders: the second one before the page has answered the first."""
    box = button.bounding_box()
    for pause_ms in (100, 0):
        bench.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        bench.page.wait_for_timeout(pause_ms)
    bench.settle()


def test_a_double_click_makes_or_takes_away_one(bench):
    bench.open("projects")
    bench.page.get_by_role("button", name="新建项目").click()
    bench.page.get_by_label("名称", exact=True).fill("双击")
    bench.page.keyboard.press("Enter")
    bench.settle()
    twice(bench, bench.page.get_by_role("button", name="新建并打开"))
    bench.go("projects")
    bench.settle()
    assert [name for name in cards(bench.page) if "双击" in name] == ["双击"]
    card = bench.page.locator("[class*='st-key-menu_'] button").first
    card.click()
    bench.settle()
    twice(bench, bench.page.get_by_role("button", name="复制", exact=True))
    assert [name for name in cards(bench.page) if "双击" in name] == ["双击 (2)", "双击"]
    assert not bench.page.locator('[data-testid="stAlert"]').count()

    bench.go("comparison")
    bench.settle()
    twice(bench, bench.page.get_by_role("button", name="新建第一个方案"))
    bench.page.get_by_role("button", name="新建方案").click()
    bench.settle()
    twice(bench, bench.page.get_by_role("button", name="新建", exact=True))
    bench.page.get_by_text("管理方案").click()
    bench.settle()
    name, heads = bench.page.get_by_label("改名"), bench.page.locator(".mp-compare thead").first
    assert name.input_value() == "方案 1"
    assert re.findall(r"方案 \d", heads.inner_text()) == ["方案 1", "方案 2"]
    twice(bench, bench.page.get_by_role("button", name="删除方案"))
    assert name.input_value() == "方案 2", "the next one stays"
