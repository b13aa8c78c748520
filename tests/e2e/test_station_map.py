"""The station map as a planner uses it, in a real browser with the network cut."""

import csv
import random
import re
import urllib.parse

import pytest
from helpers import shapes

from mixplan.maps.documents import document, message_code

# Which marks of stations are hidden, in drawing order.
HIDDEN = "Array.from(document.querySelectorAll('.leaflet-plants-pane path')).map(one => one.style.display)"


def figure(page, label: str) -> int:
    box = page.locator('[data-testid="stMetric"]', has_text=label).first
    return int(re.sub(r"\D", "", box.locator('[data-testid="stMetricValue"]').inner_text()))


def test_the_map_paints_from_a_deep_link_on_a_cold_server(workbench):
    page = workbench.open("station_map")
    frame = workbench.map()
    assert workbench.marks() == figure(page, "显示站点") - figure(page, "未定位")
    assert "示意图，不作为划界依据" in frame.locator(".leaflet-control-attribution").inner_text()
    assert frame.locator(".leaflet-control-scale").count() == 1
    labels = frame.locator(".mp-label:not([style*='none'])").all_inner_texts()
    assert {"五环路", "六环路", "怀柔区"} <= set(labels)
    assert page.get_by_role("link", name="总览").count() == 1, "the router's navigation is there"
    picture = workbench.picture("station_map")
    assert len(picture) > 100_000


COUNT_RUNS = """
window.runs = 0;
let last = "";
new MutationObserver(() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const now = app ? app.dataset.testScriptState : "";
  if (now === "running" && last !== "running") window.runs += 1;
  last = now;
}).observe(document, {attributes: true, childList: true, subtree: true});
"""


def test_a_page_with_a_map_runs_once(workbench):
    """A second run would double the wait, and a click on a download in between would find its file gone."""
    workbench.page.add_init_script(COUNT_RUNS)
    workbench.open("data")  # a cold server's first page runs again to find the router
    page = workbench.open("station_map")
    workbench.map()
    workbench.settle()
    page.wait_for_timeout(2000)
    assert page.evaluate("window.runs") == 1


def test_a_layer_switches_in_the_map_and_stays_in_the_address(workbench):
    page = workbench.open("station_map")
    frame = workbench.map()
    before = workbench.paths("areas")
    frame.get_by_label("环境敏感区").uncheck()
    assert frame.evaluate(shapes("areas")) == 0, "painted without the server"
    assert before > 20
    assert workbench.marks() > 200, "the plants stay"
    legend = page.locator(".mp-legend")
    assert "环境敏感区" in legend.inner_text()
    legend.filter(has_not_text="环境敏感区").wait_for()
    page.wait_for_url("**/station_map?layers=**")
    workbench.open(page.url.removeprefix(workbench.server + "/"))
    assert workbench.paths("areas") == 0
    assert not workbench.map().get_by_label("环境敏感区").is_checked()


def test_a_switch_sends_no_message_to_the_map(workbench):
    page = workbench.open("station_map")
    frame = workbench.map()
    painted = frame.evaluate("mixplan.messages")
    frame.get_by_label("环路").uncheck()
    page.wait_for_url("**/station_map?layers=**")
    workbench.settle()
    assert frame.evaluate("mixplan.messages") == painted, "no message reached the map"


def test_a_switch_is_kept_by_whoever_leaves_the_page_at_once(workbench):
    page = workbench.open("station_map")
    workbench.map().get_by_label("环境敏感区").uncheck()
    workbench.go("data")
    workbench.settle()
    workbench.go("station_map")
    workbench.settle()
    page.wait_for_url("**/station_map?layers=**")
    assert not workbench.map().get_by_label("环境敏感区").is_checked()
    assert workbench.map().get_by_label("禁现区").is_checked()


def test_the_year_moves_through_the_ban_zones(workbench):
    workbench.open("station_map?year=2008")
    assert workbench.paths("zones") == 1
    workbench.open("station_map?year=2010")
    assert workbench.paths("zones") > 10


def test_a_filter_changes_map_table_and_figures(workbench):
    page = workbench.open("station_map")
    page.get_by_role("button", name="水泥厂", exact=True).click()
    workbench.settle()
    located = figure(page, "显示站点") - figure(page, "未定位")
    workbench.map().wait_for_function(f"{shapes('plants')} == {located}")
    assert figure(page, "显示站点") == 9
    assert "kinds=" in page.url


def chosen_at_random(page, draw):
    """Clear the filters and click some of two kinds, as fast as they can be clicked."""
    groups = page.locator(".st-key-station_filters .pills")
    wanted = []
    for group in draw.sample(range(groups.count()), 2):
        pills = range(groups.nth(group).locator(".pill").count())
        wanted.append([group, draw.sample(pills, len(pills) // 2)])
    groups.evaluate_all(
        """(groups, wanted) => {
            groups[0].getRootNode().querySelector(".clear").click();
            wanted.forEach(([group, places]) => places.forEach(at => groups[group].children[at].click()));
        }""",
        wanted,
    )


def test_the_map_shows_a_filter_at_once_and_the_server_agrees(workbench):
    """What the map works out for itself before the server answers is what the server then says."""
    page = workbench.open("station_map")
    frame = workbench.map()
    frame.wait_for_function("mixplan.painted('plants') > 200")
    workbench.settle()
    draw = random.Random(5)
    seen = set()
    for _round in range(8):
        messages = frame.evaluate("mixplan.messages")
        chosen_at_random(page, draw)
        at_once = frame.evaluate(f"[mixplan.painted('plants'), {HIDDEN}]")
        workbench.settle()
        frame.wait_for_function(f"mixplan.messages > {messages}")
        assert at_once == frame.evaluate(f"[mixplan.painted('plants'), {HIDDEN}]")
        assert figure(page, "显示站点") - figure(page, "未定位") == at_once[0]
        seen.add(at_once[0])
    assert len(seen) > 2, "the filters change what is shown"
    page.get_by_role("button", name="清除筛选").click()
    assert frame.evaluate("mixplan.painted('plants')") > 200
    workbench.settle()
    assert "?" not in page.url


def test_the_chosen_station_stays_whatever_is_filtered(workbench):
    page = workbench.open("station_map?plant=precast-s01")
    frame = workbench.map()
    frame.wait_for_function("mixplan.painted('plants') > 200")
    workbench.settle()
    page.get_by_role("button", name="水泥厂", exact=True).click()
    at_once = frame.evaluate("mixplan.painted('plants')")
    workbench.settle()
    assert at_once == frame.evaluate("mixplan.painted('plants')")
    assert at_once == figure(page, "显示站点") - figure(page, "未定位") + 1


def test_a_click_opens_the_right_card_and_the_address_can_be_shared(workbench, browser, server):
    wanted = urllib.parse.urlencode({"kinds": "precast", "evidence": "sourced"})
    page = workbench.open(f"station_map?{wanted}")
    frame = workbench.map()
    frame.wait_for_function(f"{shapes('plants')} == 1")
    frame.locator(".leaflet-plants-pane path:not([style*='none'])").first.click(force=True)
    page.wait_for_selector(".st-key-card >> text=榆构榆树庄构件厂")
    workbench.settle()
    card = page.locator(".st-key-card")
    assert "位于五环路内" in card.inner_text()
    assert "四（二）" in card.inner_text()
    assert "plant=precast-s01" in page.url

    shared = type(workbench)(browser, server)
    try:
        other = shared.open(page.url.removeprefix(server + "/"))  # the address, and nothing else
        assert "榆构榆树庄构件厂" in other.locator(".st-key-card").inner_text()
        assert figure(other, "显示站点") == figure(page, "显示站点")
        assert shared.outside == []
    finally:
        shared.context.close()


def test_each_click_on_the_map_chooses_its_station_and_the_map_stays_where_it_is(workbench):
    """The table's tick follows the choice; it must not come back as a choice of its own with the next click."""
    page = workbench.open("station_map?kinds=cement")
    frame = workbench.map()
    marks = frame.locator(".leaflet-plants-pane path:not([style*='none'])")
    marks.nth(1).wait_for()
    workbench.settle()
    scale = frame.locator(".leaflet-control-scale-line").inner_text()
    chosen = []
    for n in (0, 1, 0):
        marks.nth(n).click(force=True)
        workbench.settle()
        chosen += urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["plant"]
    assert chosen[0] == chosen[2] != chosen[1]
    assert frame.locator(".leaflet-control-scale-line").inner_text() == scale


def test_a_shared_filter_holds_in_the_other_language(workbench):
    page = workbench.open("station_map?kinds=cement&layers=rings&year=2012&lang=en")
    assert figure(page, "Stations shown") == 9
    assert workbench.paths("areas") == 0
    assert "kinds=cement" in page.url


def test_filters_are_unfolded_and_chosen_by_keyboard(workbench):
    page = workbench.open("station_map")
    panel = page.locator(".st-key-station_filters")
    assert not panel.get_by_text("二环内").is_visible()
    panel.locator(".pill", has_text="模型推算").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert panel.get_by_text("二环内").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    workbench.settle()
    assert "rings=2" in page.url
    assert panel.locator("details").first.evaluate("one => one.open"), "it stays unfolded after the page has run"
    assert panel.locator(".pill:focus").inner_text() == "二环内", "the keyboard stays where it was"
    panel.locator("summary", has_text="状态").click()
    assert panel.get_by_text("只有 2010 年底在册的站点计入规划总量").is_visible()


def test_a_page_that_is_come_back_to_has_what_it_was_left_with(workbench):
    page = workbench.open("station_map?kinds=cement&year=2012")
    workbench.go("coverage")  # a page with a year of its own
    workbench.settle()
    workbench.go("station_map")
    workbench.settle()
    assert figure(page, "显示站点") == 9
    assert "kinds=cement" in page.url
    assert "year=2012" in page.url


def test_a_filter_is_kept_by_whoever_leaves_the_page_at_once(workbench):
    page = workbench.open("station_map")
    page.locator(".st-key-station_filters .pill", has_text="水泥厂").click()
    workbench.go("coverage")
    workbench.settle()
    assert page.url.endswith("/coverage"), "the other page's address says nothing of it"
    workbench.go("station_map")
    workbench.settle()
    assert figure(page, "显示站点") == 9


def test_a_link_that_names_a_filter_is_followed_whatever_was_set_before(workbench):
    page = workbench.open("station_map?kinds=cement&year=2009")
    workbench.go("overview")
    workbench.settle()
    step = page.get_by_role("link", name=re.compile(r"处理 \d+ 个确定需治理的站点"))
    promised = int(re.search(r"处理 (\d+) 个", step.inner_text())[1])
    step.click()
    workbench.settle()
    assert figure(page, "显示站点") == figure(page, "需治理（确定）") == promised


def test_back_brings_the_station_that_was_chosen(workbench):
    page = workbench.open("station_map?plant=concrete-m047")
    page.locator('input[aria-label^="搜索站点"]').fill("hanxin")
    page.get_by_text("韩信混凝土搅拌站 · 厂站").first.click()
    workbench.settle()
    assert "plant=concrete-s10" in page.url
    page.go_back()
    workbench.settle()
    assert "plant=concrete-m047" in page.url
    assert "模型推算站点" in page.locator(".st-key-card").inner_text()


def test_a_modelled_station_opens_its_card(workbench):
    page = workbench.open("station_map?plant=concrete-m047")
    assert "模型推算站点" in page.locator(".st-key-card").inner_text()


def test_search_by_pinyin_goes_there(workbench):
    page = workbench.open("station_map")
    frame = workbench.map()
    page.locator('input[aria-label^="搜索站点"]').fill("xizhimen")
    page.get_by_text("西直门桥 · 立交桥").first.click()
    workbench.settle()
    frame.wait_for_function("map.getZoom() >= 12 && Math.abs(map.getCenter().lng - 116.353) < 0.02")


def test_english_is_complete_on_the_map_page(workbench):
    page = workbench.open("station_map?lang=en")
    text = page.locator('[data-testid="stMain"]').inner_text() + page.locator('[data-testid="stSidebar"]').inner_text()
    left = set(re.findall(r"[\u4e00-\u9fff]+", text)) - {"中文", "万", "四", "二"}
    assert not left, left
    assert "5th Ring Road" in workbench.map().locator(".mp-label:not([style*='none'])").all_inner_texts()
    workbench.picture("station_map_en")


def test_the_pointer_shows_its_coordinates(workbench):
    workbench.open("station_map")
    frame = workbench.map()
    frame.locator(".leaflet-container").hover()
    frame.wait_for_function("/°E .*°N/.test(document.querySelector('.mp-pointer').textContent)")


def test_markup_in_a_name_is_shown_not_run(workbench, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        'id,name,kind,lon,lat,location_error_m\n1,"<img src=x onerror=window.hit=1><b>站</b>",concrete,116.4,39.9,10\n',
        encoding="utf-8",
    )
    page = workbench.import_register(own)
    page.wait_for_selector("text=1 行可用")
    workbench.settle()
    frame = workbench.map()
    frame.wait_for_function(f"{shapes('plants')} == 1")
    frame.locator(".leaflet-plants-pane path:not([style*='none'])").first.click(force=True)
    page.wait_for_selector(".st-key-card")
    workbench.settle()
    assert "<b>站</b>" in page.locator(".st-key-card").inner_text()
    assert frame.evaluate("window.hit") is None
    assert page.evaluate("window.hit") is None
    page.get_by_role("button", name="恢复随附登记册").click()
    workbench.settle()
    assert figure(page, "显示站点") == 265


HOSTILE = [
    "站{{",
    "C30{{",
    "{% raw %}",
    "{# 注",
    "{{7*7}}",
    "{{3**20000000 and 1}}",
    "![i](http://127.0.0.9/n.png)",
    r"$\frac{1}{2}$",
    "</script><script>window.hit=1</script>",
    "<img src=http://127.0.0.9/n.png onerror=window.hit=1>",
]


def test_whatever_a_name_looks_like_it_is_shown_as_it_is_and_asks_for_nothing(workbench, tmp_path):
    own = tmp_path / "own.csv"
    with own.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name", "kind", "lon", "lat", "location_error_m"])
        rows.writerows([n, name, "concrete", f"116.{n + 10}", 39.9, 10] for n, name in enumerate(HOSTILE))
    page = workbench.import_register(own)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.wait_for_selector(f"text={len(HOSTILE)} 行可用")
    frame = workbench.map()
    frame.wait_for_function(f"{shapes('plants')} == {len(HOSTILE)}")
    told = frame.evaluate("map.mixplan.drawn.flatMap(one => one.source.features).map(f => (f.properties.tip || [])[0])")
    assert set(HOSTILE) <= set(told)
    for n in range(len(HOSTILE)):
        mark = frame.locator(".leaflet-plants-pane path:not([style*='none'])").nth(n)
        mark.hover(force=True)
        tip = frame.locator(".leaflet-tooltip").inner_text()
        assert tip.splitlines()[0] in HOSTILE
    mark.click(force=True)
    frame.locator(".mp-label.chosen:not([style*='none'])").wait_for(state="attached")
    assert frame.locator(".mp-label.chosen:not([style*='none'])").inner_text() in HOSTILE
    assert [frame.evaluate("window.hit"), page.evaluate("window.hit")] == [None, None]


def test_a_filter_neither_mounts_the_map_anew_nor_moves_it_nor_fetches_again(workbench):
    page = workbench.open("station_map")
    frame = workbench.map()
    workbench.settle()
    # Land, water, stations and the five layers with a switch; what a switch or a filter will need is read when nothing
    # else is to do.
    frame.wait_for_function(
        "performance.getEntriesByType('resource').filter(one => one.name.includes('/layers/')).length === 9"
    )
    frame.evaluate("window.same = true; map.setView([40.1, 116.6], 10.5, {animate: false}); 0")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.get_by_role("button", name="水泥厂", exact=True).click()
    workbench.settle()
    frame.wait_for_function(f"{shapes('plants')} == {figure(page, '显示站点') - figure(page, '未定位')}")
    assert frame.evaluate("[window.same, map.getZoom(), Math.round(map.getCenter().lat * 1000)]") == [True, 10.5, 40100]
    assert not [url for url in fetched if "/layers/" in url or "st_folium" in url]


def test_a_click_that_is_lost_on_its_way_is_told_again(workbench):
    """As when the server is away for a moment: panel, map and table agree in the end, and the click counts."""
    page, losing, lost = workbench.page, [False], []

    def between(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda message: lost.append(message) if losing[0] else server.send(message))

    page.route_web_socket(re.compile("/_stcore/stream"), between)
    page.goto(f"{workbench.server}/station_map")
    frame = workbench.map()
    frame.wait_for_function("mixplan.painted('plants') > 200")
    page.wait_for_timeout(2000)
    losing[0] = True
    page.get_by_role("button", name="水泥厂", exact=True).click()
    frame.wait_for_function("mixplan.painted('plants') < 10")
    page.wait_for_timeout(500)
    assert lost and "kinds=" not in page.url
    losing[0] = False
    page.wait_for_url("**kinds=cement*")
    frame.wait_for_function(f"{shapes('plants')} < 10")
    assert page.locator('.pill[aria-pressed="true"]').first.inner_text() == "水泥厂"
    page.get_by_text(re.compile("^9$")).first.wait_for()


def test_a_map_comes_whatever_the_tab_has_kept(workbench):
    page = workbench.open("station_map")
    for kept in (
        "{",
        "5",
        '{"switched": null}',
        '{"switched": {"map": "station_map", "on": 5}, "at": 9e15}',
        '{"switched": {"map": "station_map", "on": ["rings", "__proto__", null, {}]}, "at": 9e15}',
    ):
        page.evaluate("kept => sessionStorage.setItem('mixplan-layers', kept)", kept)
        workbench.open("station_map")
        workbench.map().wait_for_function("mixplan.painted('plants') > 200")


def test_an_event_that_is_no_filter_changes_nothing_in_a_map(workbench):
    page, faults = workbench.open("station_map"), []
    frame = workbench.map()
    frame.wait_for_function("mixplan.painted('plants') > 200")
    before = frame.evaluate("mixplan.painted('plants')")
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.evaluate(
        """() => {
            const map = "station_map", chosen = [null, 5, "a", { kinds: 5 }, { kinds: [], rings: null }];
            [null, 5, { map }, ...chosen.map(chosen => ({ map, chosen }))].forEach(
                detail => window.dispatchEvent(new CustomEvent("mixplan-filter", { detail })));
        }"""
    )
    page.wait_for_timeout(200)
    assert frame.evaluate("mixplan.painted('plants')") == before
    assert faults == []


MANY_DOCUMENTS = 60


def test_a_document_that_was_read_long_ago_is_painted_beside_a_new_one(workbench):
    """The script in the page keeps some documents and no more; what is asked for now is not dropped for another."""
    page = workbench.open("station_map")
    frame = workbench.map()
    properties = {"id": "a", "pane": "chosen", "shape": "circle", "radius": 5, "style": {}}
    point = {"geometry": {"type": "Point", "coordinates": [116.4, 39.9]}, "properties": properties}
    text = document([{"features": [point]}]).text
    page.route("**/layers/own*.json", lambda route: route.fulfill(body=text, content_type="application/json"))
    said = {"key": "station_map", "words": {"title": "", "notice": "", "pointer": "", "failed": ""}, "wants": []}

    def show(*names: str) -> None:
        code = message_code({**said, "layers": [{"at": name} for name in names]})
        frame.evaluate("code => { mixplan.show(code) }", code)
        frame.wait_for_function(f"mixplan.painted('chosen') === {len(names)}")

    for n in range(MANY_DOCUMENTS):
        show(f"own{n}")
    show("own0", "own-new")


def test_the_overview_leads_to_the_filtered_map(workbench):
    page = workbench.open("")
    workbench.picture("overview")
    count = figure(page, "需治理（确定）")
    page.get_by_role("link", name=f"处理 {count} 个").click()
    workbench.settle()
    assert figure(page, "显示站点") == count


def test_the_data_page_shows_licences(workbench):
    page = workbench.open("data")
    assert page.get_by_text("data/plants.csv").count() > 0
    workbench.picture("data")
