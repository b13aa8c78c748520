"""The targets page in a real browser with the network cut."""

import re


def test_the_board_and_every_tab_paint_offline(workbench):
    page = workbench.open("targets")
    page.wait_for_selector("[data-testid='stVegaLiteChart'] canvas, [data-testid='stVegaLiteChart'] svg")
    workbench.picture("targets")
    for tab in ("供需平衡", "节能减排测算", "规划核对", "填报"):
        page.get_by_role("tab", name=tab).click()
        workbench.settle()
    assert page.locator('[data-testid="stException"]').count() == 0


def test_english_is_complete_on_the_targets_page(workbench):
    page = workbench.open("targets?lang=en")
    text = page.locator('[data-testid="stMain"]').inner_text()
    left = set(re.findall(r"[\u4e00-\u9fff]+", text)) - {"万", "亿", "一", "二", "三", "四", "京建发", "号"}
    assert not left, left
