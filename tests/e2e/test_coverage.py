"""The coverage page as a planner uses it, in a real browser with the network cut."""

from helpers import shapes


def labels(frame):
    return frame.locator(".mp-label.gap:not([style*='none'])").all_inner_texts()


def test_the_map_shades_the_zones_and_names_the_gaps(workbench):
    page = workbench.open("coverage?radius_mortar=12")
    frame = workbench.map()
    assert workbench.paths("zones") == 5, "bands of distance, 0 to 45 km"
    assert workbench.marks() == 19
    assert "密云新城：最近砂浆厂 34 km" in labels(frame)
    assert "示意图，不作为划界依据" in frame.locator(".leaflet-control-attribution").inner_text()
    page.get_by_text("产能余量", exact=True).click()
    workbench.settle()
    frame.wait_for_function(f"{shapes('zones')} > 10")
    assert len(workbench.picture("coverage")) > 100_000


def test_the_year_moves_through_the_zones_and_a_file_brings_new_lines(workbench, tmp_path):
    page = workbench.open("coverage?year=2006")
    workbench.map()
    assert workbench.paths("areas") == 1, "the Fourth Ring's zone alone, and no gap"
    path = tmp_path / "方案.csv"
    path.write_text("id,lon,lat,capacity,year\na,116.84,40.37,40,2012\nb,116.6,39.7,40,2015\n", encoding="utf-8")
    page = workbench.open("coverage?year=2013")
    page.get_by_text("新线方案").click()
    page.locator('input[type="file"]').first.set_input_files(path)
    workbench.settle()
    workbench.map().wait_for_function(f"{shapes('plants')} == 20")
    assert "2013 年底前投产 1 个" in page.locator('[data-testid="stMain"]').inner_text()


def made_and_fetched(workbench, label):
    """The file of a button whose work is done by a worker."""
    workbench.page.get_by_role("button", name=label).click()
    ready = workbench.page.get_by_role("button", name=f"下载 {label}")
    ready.wait_for()
    workbench.settle()  # a button that is pressed while its page runs may hand out nothing
    with workbench.page.expect_download() as waiting:
        ready.click()
    return waiting.value


def test_the_static_map_comes_as_a_file_with_a_chinese_name(workbench):
    workbench.open("coverage")
    workbench.map()
    file = made_and_fetched(workbench, "静态图 PNG")
    assert file.suggested_filename == "禁现区覆盖图_2015_30km.png"
    assert file.path().read_bytes().startswith(b"\x89PNG")
    workbench.open("station_map")
    workbench.map()
    file = made_and_fetched(workbench, "静态图 SVG")
    assert file.suggested_filename.startswith("站点图")
    assert b"<svg" in file.path().read_bytes()[:2000]


def test_markup_in_a_cell_is_shown_and_fetches_nothing(workbench, tmp_path):
    cell = "![i](http://203.0.113.9/x.png)"
    path = tmp_path / "![a](b).csv"
    path.write_text(f"id,lon,lat,capacity\na,{cell},40.37,40\nb,116.6,39.7,40\n", encoding="utf-8")
    page = workbench.open("coverage")
    page.get_by_text("新线方案").click()
    page.locator('input[type="file"]').first.set_input_files(path)
    said = page.locator('[data-testid="stAlert"]', has_text="203.0.113.9").first
    said.wait_for()
    workbench.settle()
    assert cell in said.inner_text() and "![a](b).csv" in said.inner_text()
    assert page.locator("img[src*='203.0.113.9']").count() == 0


def year(page):
    return page.locator('.st-key-year [data-testid="stSliderThumbValue"]').inner_text()


def test_back_brings_each_page_with_the_year_that_was_there(workbench):
    page = workbench.open("station_map?year=2010")
    workbench.map()
    workbench.go("coverage")
    workbench.settle()
    workbench.map()
    assert year(page) == "2015"
    page.locator(".st-key-year input").first.press("ArrowLeft")
    workbench.settle()
    assert "year=2014" in page.url
    workbench.go("overview")
    workbench.settle()
    page.go_back()
    workbench.settle()
    assert year(page) == "2014"
    page.go_back()  # a setting is a step of its own
    workbench.settle()
    assert year(page) == "2015"
    page.go_back()
    workbench.settle()
    assert year(page) == "2010" and "year=2010" in page.url
    page.get_by_role("button", name="水泥厂", exact=True).click()
    workbench.settle()
    assert year(page) == "2010", "it stays when something else is set"
