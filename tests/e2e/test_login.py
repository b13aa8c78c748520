"""An office's login, with a login service of the tests' own: who comes in, as what, and what strangers get."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from e2e.conftest import Workbench, free_port, serving
from oidc import Provider, secrets_file
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.slow


class Office(Workbench):
    """A browser that reaches the workbench and the login service."""

    def __init__(self, browser, server: str, provider: Provider) -> None:
        self.service = provider.address
        super().__init__(browser, server)

    def _only_here(self, route) -> None:
        if route.request.url.startswith(self.service):
            route.continue_()
        else:
            super()._only_here(route)

    def log_in(self, mail: str, path: str = "targets") -> None:
        self.page.goto(f"{self.server}/{path}")
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.get_by_text(mail, exact=True).click()
        self.page.wait_for_url(f"{self.server}/**")
        self.page.locator(".st-key-logout").wait_for()


@contextmanager
def office(folder: Path, *options: str, path: str = "", more: str = "") -> Iterator[tuple[str, Provider]]:
    provider, port = Provider(), free_port()
    file = folder / "secrets.toml"
    file.write_text(secrets_file(provider, f"http://127.0.0.1:{port}{path}", more=more))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMLIT_SECRETS_FILES", str(file))
        with serving(folder, *options, path=path, port=port) as address:
            yield address, provider
    provider.end()


@pytest.fixture(scope="module")
def department(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    with office(folder) as found:
        yield *found, folder


@pytest.fixture
def server(department):
    return department[0]


@pytest.fixture
def provider(department):
    return department[1]


@pytest.fixture
def enter(browser, server, provider) -> Iterator:
    benches = []

    def one() -> Office:
        benches.append(Office(browser, server, provider))
        return benches[-1]

    yield one
    for bench in benches:
        assert bench.outside == []
        bench.context.close()


def cookies(bench: Office) -> dict[str, dict]:
    return {one["name"]: one for one in bench.context.cookies(bench.server)}


def status(address: str, cookie: str = "") -> int:
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def years(bench: Office) -> str:
    """What the page's first slider is set to."""
    return bench.page.get_by_role("slider").first.input_value()


def slider(bench: Office) -> Locator:
    return bench.page.locator('input[type="range"]').first


def slide(bench: Office) -> None:
    slider(bench).press("ArrowRight")
    bench.settle()


def change(bench: Office) -> str:
    """Make a project by a first change of the year; its id."""
    page = bench.open("siting")
    slide(bench)
    page.wait_for_url(re.compile("project="))
    return re.search("project=([^&]+)", page.url)[1]


def test_no_page_shows_anything_before_the_login_and_each_role_gets_what_is_its(enter, server, provider, department):
    planner, viewer, stranger = enter(), enter(), enter()
    for path in ("", "siting", "projects"):
        page = stranger.open(path)
        assert page.get_by_role("button").all_inner_texts() == ["登录"]
        assert page.locator('[data-testid="stSidebar"]').count() == 0
    planner.log_in("li@office.example", "targets?year=2013")
    assert "/targets?" in planner.page.url and "year=2013" in planner.page.url, "the page that was wanted"
    assert "李四 · 规划人员" in planner.page.locator('[data-testid="stSidebar"]').inner_text()
    found = cookies(planner)
    assert all(
        found[name]["httpOnly"] and found[name]["sameSite"] == "Lax" for name in found if name != "_streamlit_xsrf"
    )
    (asked,) = provider.asked
    assert asked["state"] and asked["nonce"] and asked["code_challenge_method"] == "S256"

    with (
        planner.page.expect_request(re.compile("/layers/")) as layer,
        planner.page.expect_request(re.compile("/revision/")),
    ):
        project = change(planner)
    layer, revision = layer.value.url, f"{server}/revision/{project}"
    mine = "; ".join(f"{name}={one['value']}" for name, one in found.items())
    assert (status(layer, mine), status(revision, mine)) == (200, 200)
    assert (status(layer), status(revision)) == (404, 404)
    forged = mine.replace(found["_streamlit_user"]["value"], found["_streamlit_user"]["value"][:-3] + "AAA")
    assert (status(layer, forged), status(revision, forged)) == (404, 404)

    viewer.log_in("kan@office.example", f"siting?project={project}")
    viewer.settle()
    assert viewer.page.locator(".st-key-share").count() == 0, "what one may not do is not offered"
    before = years(viewer)
    viewer.page.get_by_role("slider").first.press("ArrowRight")
    expect(viewer.page.get_by_text("没有改动：您只能查看")).to_be_visible()
    viewer.settle()
    assert years(viewer) == before == years(planner)

    stranger.log_in("gast@office.example")
    assert "在这里没有角色" in stranger.page.locator(".st-key-door").inner_text()
    theirs = "; ".join(f"{name}={one['value']}" for name, one in cookies(stranger).items())
    assert (status(layer, theirs), status(revision, theirs)) == (404, 404)

    planner.page.locator(".st-key-logout button").click()
    planner.page.wait_for_url(f"{provider.address}/end**")
    assert "_streamlit_user" not in cookies(planner)
    log = (department[2] / "log.txt").read_text()
    for told in (*provider.handed, *provider.codes, found["_streamlit_user"]["value"]):
        assert told not in log


def test_a_group_of_the_login_service_is_a_role(enter):
    reviewer = enter()
    reviewer.log_in("gruppe@office.example")
    assert "组员 · 审核人" in reviewer.page.locator('[data-testid="stSidebar"]').inner_text()


def test_the_window_in_which_a_project_is_shared_is_there_until_it_is_closed(enter):
    planner, colleague = enter(), enter()
    planner.log_in("li@office.example")
    project = change(planner)
    planner.page.locator(".st-key-share button").click()
    planner.page.locator(".st-key-share_make button").click()
    window = planner.page.locator('[role="dialog"]')
    link = window.locator("code").inner_text()
    colleague.log_in("li@office.example", f"siting?project={project}")
    colleague.settle()
    slide(colleague)
    expect(slider(planner)).to_have_value(slider(colleague).input_value())  # its page has run
    planner.settle()
    assert window.locator("code").inner_text() == link
    end = planner.page.locator("[class*='st-key-share_end_']")
    end.locator("button").click()
    end.wait_for(state="detached")
    planner.page.keyboard.press("Escape")
    window.wait_for(state="detached")
    slide(colleague)
    expect(slider(planner)).to_have_value(slider(colleague).input_value())
    planner.settle()
    assert window.count() == 0


def test_a_link_shows_one_project_to_who_has_no_role_and_ends_when_it_is_ended(enter, server):
    planner, guest = enter(), enter()
    planner.log_in("li@office.example")
    project = change(planner)
    planner.page.locator(".st-key-share button").click()
    planner.page.locator(".st-key-share_make button").click()
    link = planner.page.locator('[role="dialog"] code').inner_text().strip()
    assert link.startswith(f"{server}/?view=")
    path = link.removeprefix(f"{server}/")
    guest.open(path)
    assert guest.page.get_by_role("button").all_inner_texts() == ["登录"], "a link alone is no login"
    guest.page.get_by_role("button", name="登录", exact=True).click()
    guest.page.get_by_text("gast@office.example", exact=True).click()
    guest.page.locator(".st-key-leave_view").wait_for()
    guest.settle()
    assert "查看链接 · 只读" in guest.page.locator('[data-testid="stSidebar"]').inner_text()
    assert f"project={project}" in guest.page.url
    assert guest.map().evaluate("!!window.map")
    planner.page.locator("[class*='st-key-share_end_'] button").first.click()
    planner.page.locator("[class*='st-key-share_end_']").wait_for(state="detached")
    guest.page.reload()
    guest.page.locator(".st-key-door").wait_for()
    assert "无效，或已停用" in guest.page.locator(".st-key-door").inner_text()


def test_two_who_change_the_same_thing_are_told_of_both_and_see_each_other_within_seconds(enter):
    first, second = enter(), enter()
    first.log_in("li@office.example")
    project = change(first)
    second.log_in("wang@office.example", f"siting?project={project}")
    second.settle()
    at_first = years(first)
    assert years(second) == at_first
    first.page.get_by_role("slider").first.press("ArrowRight")
    first.settle()
    assert years(first) != at_first
    expect(second.page.get_by_role("slider").first).to_have_value(years(first))

    second.context.route("**/revision/**", lambda route: route.abort())  # who does not see it yet
    second.page.wait_for_timeout(4000)
    first.page.get_by_role("slider").first.press("ArrowRight")
    first.settle()
    second.page.get_by_role("slider").first.press("ArrowLeft")
    second.page.locator(".st-key-clash_mine").wait_for()
    second.settle()
    assert years(second) == years(first), "theirs stays until one decides"
    assert "李四 <li@office.example>" in second.page.locator('[data-testid="stMain"]').inner_text()
    mine = second.page.locator(".st-key-clash_mine button")
    mine.click()
    mine.wait_for(state="detached")
    second.settle()
    expect(first.page.get_by_role("slider").first).to_have_value(years(second))


@pytest.mark.parametrize("path", ["/plan/mixplan"])
def test_login_and_cookies_stay_below_a_path(browser, tmp_path, path):
    with office(tmp_path, "--base-path", path.strip("/"), path=path) as (server, provider):
        bench = Office(browser, server, provider)
        bench.log_in("li@office.example", "targets?year=2012")
        assert bench.page.url.startswith(f"{server}/targets?")
        own = {one["name"]: one["path"] for one in bench.context.cookies(server)}
        assert {own["_streamlit_user"], own["mixplan_planner"]} == {path}
        assert status(f"{server}/revision/x") == 404
        bench.context.close()
