"""Several serving processes, and a path before the addresses: the pages work as they do with one and without."""

import pytest
from e2e.conftest import Workbench, serving

from mixplan.base.identity import COOKIE

REGISTER = "id,name,kind,lon,lat,location_error_m\nx,某站,concrete,116.4,39.9,10\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    options = ["--workers", "2", "--base-path", "plan/mixplan"]
    with serving(tmp_path_factory.mktemp("several"), *options, path="/plan/mixplan") as address:
        yield address


def test_planners_on_different_processes_bring_and_fetch_their_files(browser, server):
    served_by = set()
    for _planner in range(12):
        bench = Workbench(browser, server)
        bench.page.goto(server)
        name = next(cookie["value"] for cookie in bench.context.cookies() if cookie["name"] == COOKIE)
        if int(name, 16) % 2 not in served_by:
            served_by.add(int(name, 16) % 2)
            brings_and_fetches_a_file(bench)
        bench.context.close()
    assert served_by == {0, 1}


def brings_and_fetches_a_file(bench: Workbench) -> None:
    page = bench.open("station_map")
    assert bench.marks() > 100
    content = {"name": "own.csv", "mimeType": "text/csv", "buffer": REGISTER.encode()}
    page.set_input_files('[data-testid="stFileUploaderDropzoneInput"]', content)
    page.get_by_text("own.csv").first.wait_for(state="attached")
    bench.settle()
    with page.expect_download() as begun:
        page.get_by_role("button", name="CSV").first.dispatch_event("click")
    assert "某站" in begun.value.path().read_text("utf-8-sig")
    assert bench.page.locator(".st-key-page_fault").count() == 0
    assert bench.outside == []
