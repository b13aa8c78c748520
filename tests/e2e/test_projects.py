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
