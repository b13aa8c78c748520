"""Two planners talk about a station: each sees what the other has said within seconds."""

from helpers import shapes
from playwright.sync_api import expect

from mixplan.consolidation.stations import inventory
from mixplan.registers.plants import load_plants

PLANT = str(inventory(load_plants()).index[0])


def test_one_comments_the_other_answers_and_the_first_settles_it(workbench, another):
    asked, answering = "证照齐吗？<b>{{1}}</b>", "齐，见附件"
    page = workbench.open(f"station_map?plant={PLANT}")
    frame = workbench.map()
    frame.wait_for_function(f"{shapes('chosen')} >= 2")  # the station's ring and mark
    before = frame.evaluate(shapes("chosen"))
    page.locator(".st-key-comments_line button").click()
    page.locator(".st-key-comment_new textarea").fill(asked)
    page.locator(".st-key-comment_add button").click()
    page.locator(".st-key-comments_box", has_text=asked).wait_for()
    expect(page.locator(".st-key-comments_line")).to_contain_text("批注（1 条未决）")
    frame.wait_for_function(f"{shapes('chosen')} == {before + 1}")  # its pin
    workbench.settle()
    workbench.picture("comments_card")

    # The other has the list open, goes to the station, and answers there.
    project = page.evaluate("new URLSearchParams(location.search).get('project')")
    other = another.open(f"comments?project={project}")
    another.settle()
    other.locator('[data-testid="stMain"]', has_text="1 条批注，其中 1 条未决").wait_for()
    other.locator('[data-testid="stDataFrame"] canvas').first.click(position={"x": 18, "y": 52}, force=True)
    other.locator('[data-testid="stPageLink-NavLink"]', has_text="在站点地图上看").wait_for()
    another.settle()
    another.picture("comments_page")
    other.locator('[data-testid="stPageLink-NavLink"]', has_text="在站点地图上看").click()
    other.locator(".st-key-comments_line button").click()
    assert f"plant={PLANT}" in other.url
    other.locator('[class*="st-key-comment_reply_"] textarea').first.fill(answering)
    other.locator('[class*="st-key-comment_answer_"] button').first.click()
    other.locator(".st-key-comments_box", has_text=answering).wait_for()

    page.locator(".st-key-comments_box", has_text=answering).wait_for()
    page.locator('[class*="st-key-comment_settle_"] button').first.click()
    expect(page.locator(".st-key-comments_line")).to_contain_text("都已解决")
    frame.wait_for_function(f"{shapes('chosen')} == {before}")
    expect(other.locator(".st-key-comments_line")).to_contain_text("都已解决")

    page.reload()
    page.locator(".st-key-comments_line button", has_text="都已解决").click()
    box = page.locator(".st-key-comments_box")
    box.get_by_text(answering).wait_for()
    assert asked in box.inner_text()


def test_a_click_on_a_pin_opens_its_card(workbench):
    page = workbench.open(f"station_map?plant={PLANT}")
    page.locator(".st-key-comments_line button").click()
    page.locator(".st-key-comment_new textarea").fill("看这里")
    page.locator(".st-key-comment_add button").click()
    page.locator(".st-key-comments_box", has_text="看这里").wait_for()
    page.locator(".st-key-comments_line button").click()
    page.locator(".st-key-comments_box").wait_for(state="detached")
    page.locator(".st-key-card_close button").first.click()
    page.locator(".st-key-card").wait_for(state="detached")
    workbench.settle()
    frame = workbench.map()
    frame.wait_for_function(f"{shapes('chosen')} == 1")
    frame.locator(".leaflet-chosen-pane path:not([style*='none'])").first.click(force=True)
    page.locator(".st-key-comments_box", has_text="看这里").wait_for()
