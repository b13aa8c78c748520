"""Several serving processes, and a path before the addresses: the pages work as they do with one and without."""

import pytest
from e2e.conftest import Workbench, serving

from mixplan.base.identity import COOKIE

PROPOSAL = "id,lon,lat,capacity,year\na,116.84,40.37,40,2012\nb,116.6,39.7,40,2015\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    options = ["--workers", "2", "--base-path", "plan/mixplan"]
    with serving(tmp_path_factory.mktemp("several"), *options, path="/plan/mixplan") as address:
        yield address


def test_planners_on_different_processes_bring_and_fetch_their_files(browser, server):
    served_by = set()
    for _planner in range(20):  # each by chance with one of two processes
        bench = Workbench(browser, server)
        bench.page.goto(server)
        name = next(cookie["value"] for cookie in bench.context.cookies() if cookie["name"] == COOKIE)
        if int(name, 16) % 2 not in served_by:
            served_by.add(int(name, 16) % 2)
            brings_and_fetches_a_file(bench)
        bench.context.close()
        if len(served_by) == 2:
            break
    assert served_by == {0, 1}


def brings_and_fetches_a_file(bench: Workbench) -> None:
    page = bench.open("coverage?year=2013")
    page.get_by_text("新线方案").click()
    content = {"name": "own.csv", "mimeType": "text/csv", "buffer": PROPOSAL.encode()}
    page.locator('input[type="file"]').first.set_input_files(content)
    bench.settle()
    page.get_by_text("2013 年底前投产 1 个").first.wait_for()
    bench.settle()  # a file is handed out by the run that drew its button
    bench.settle()  # a busy server gets the file late; a button that is pressed while its page runs hands out nothing
    with page.expect_download() as begun:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    assert begun.value.path().read_bytes().startswith("\ufeff".encode())
    assert bench.map().evaluate("!!window.map")
    assert page.locator(".st-key-page_fault").count() == 0
    assert bench.outside == []


def test_the_first_page_opens_by_its_name_too_and_a_page_has_its_own_script_below_the_path(browser, server):
    bench = Workbench(browser, server)
    page = bench.open("overview?lang=en")
    assert page.url == f"{server}/?lang=en"
    assert page.locator('[role="dialog"]').count() == 0
    page.get_by_role("heading", name="Overview").wait_for()
    assert "native code" not in page.evaluate("history.pushState.toString()")
    bench.context.close()
