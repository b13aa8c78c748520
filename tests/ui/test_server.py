"""The server around the pages: who a planner is, and what a fault shows."""

import logging

import loops
import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from mixplan.base.identity import COOKIE
from mixplan.ui.headers import SecurityHeaders, content_policy, tile_host
from mixplan.ui.planner import PlannerCookie, planner_id


async def _app(scope, receive, send):
    await send({"type": "http.response.start", "status": 304, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def sent(middleware, *, path: str = "/", scheme: str = "http", headers: dict[str, str] | None = None) -> dict[str, str]:
    """Headers of what the server answers, by name."""
    messages = []

    async def send(message):
        messages.append(message)

    given = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    asked = {"type": "http", "path": path, "scheme": scheme, "headers": given}
    loops.run(middleware(_app)(asked, None, send))
    return {name.decode(): value.decode() for name, value in messages[0]["headers"]}


def answer(*, accept: str = "text/html,*/*;q=0.8", cookie: str = "", scheme: str = "http") -> dict[str, str]:
    """What the server answers a browser that asks for something."""
    return sent(PlannerCookie, scheme=scheme, headers={"accept": accept, "cookie": cookie})


@pytest.fixture
def base_path():
    """The server shares its host name with others."""
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "plan/mixplan")
    yield "/plan/mixplan"
    config.set_option("server.baseUrlPath", before)


def named(headers: dict[str, str]) -> str:
    """The planner's name that an answer brings."""
    name, value = headers["set-cookie"].split(";")[0].split("=")
    assert name == COOKIE
    return value


def test_a_browser_gets_its_planner_with_the_first_page_and_keeps_it():
    first = answer()
    assert len(named(first)) == 32
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(first["set-cookie"].split("; "))
    assert "set-cookie" not in answer(cookie=f"{COOKIE}={named(first)}")
    assert named(first) != named(answer())


def test_others_on_the_same_host_name_do_not_see_the_planner(base_path):
    assert f"Path={base_path}" in answer()["set-cookie"].split("; ")


def test_over_tls_the_planner_is_never_sent_in_the_clear():
    assert "Secure" in answer(scheme="https")["set-cookie"].split("; ")
    assert "Secure" not in answer(scheme="http")["set-cookie"].split("; ")


def test_only_a_page_brings_a_planner():
    assert "set-cookie" not in answer(accept="*/*")


@pytest.mark.parametrize("forged", ["", "a", "../../etc/passwd", "A" * 32, "0" * 33])
def test_a_name_that_the_server_cannot_have_given_is_replaced(forged):
    assert named(answer(cookie=f"{COOKIE}={forged}")) != forged


def _page_that_asks_who_it_is_for() -> None:
    import streamlit as st

    from mixplan.ui.planner import planner_id

    st.text(planner_id())


def test_without_a_cookie_the_session_is_the_planner():
    page = AppTest.from_function(_page_that_asks_who_it_is_for).run()
    first, again = page.text[0].value, page.run().text[0].value
    assert first == again
    assert first


def test_outside_a_page_there_is_no_planner():
    with pytest.raises(RuntimeError, match="planner"):
        planner_id()


def _page_with_a_fault() -> None:
    import streamlit as st

    from mixplan.ui.faults import page_of_a_fault

    st.session_state.hidden = page_of_a_fault(ValueError("a secret of the code"))


def test_a_fault_shows_its_number_and_logs_the_rest(caplog):
    with caplog.at_level(logging.ERROR):
        page = AppTest.from_function(_page_with_a_fault).run()
    assert page.session_state.hidden is True
    number = caplog.records[0].args[0]
    assert number in page.error[0].value
    assert "a secret of the code" in caplog.text
    assert "secret" not in page.error[0].value + page.markdown[0].value


def _page_with_what_cannot_be_used() -> None:
    from mixplan.base.errors import DataError
    from mixplan.ui.faults import page_of_a_fault

    page_of_a_fault(DataError("25,000 个点到 25,000 个点"))


def test_what_was_given_and_cannot_be_used_is_said_in_its_own_words_and_is_no_fault(caplog):
    with caplog.at_level(logging.ERROR):
        page = AppTest.from_function(_page_with_what_cannot_be_used).run()
    assert [error.value for error in page.error] == ["25,000 个点到 25,000 个点"]
    assert not caplog.records


def directives(policy: str) -> dict[str, list[str]]:
    """A content policy by its parts."""
    return {name: sources for name, *sources in (part.split() for part in policy.split("; "))}


@pytest.mark.parametrize("frame", [True, False])
def test_nothing_is_taken_from_outside(frame):
    policy = directives(content_policy(frame=frame))
    assert policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'self'"]
    outside = [
        s for sources in policy.values() for s in sources if not s.startswith("'") and s not in {"data:", "blob:"}
    ]
    assert outside == []


def test_a_page_runs_no_text_as_a_script_and_only_the_frame_of_the_map_may():
    page, frame = (directives(content_policy(frame=frame))["script-src"] for frame in (False, True))
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(page)
    assert {"'unsafe-inline'", "'unsafe-eval'"} <= set(frame)


FRAME = "/component/streamlit_folium.st_folium/index.html"


def runs_texts(path: str) -> bool:
    """Whether what the server answers there may run a text as a script."""
    return "'unsafe-eval'" in directives(sent(SecurityHeaders, path=path)["content-security-policy"])["script-src"]


def test_the_frame_of_the_map_is_told_by_its_very_address():
    assert runs_texts(FRAME)
    for page in ("/", "/station_map", f"/x{FRAME}", f"{FRAME}/x", "/component/", "/a/component/b"):
        assert not runs_texts(page), page


def test_the_frame_of_the_map_lies_below_the_base_path(base_path):
    assert runs_texts(base_path + FRAME)
    assert not runs_texts(FRAME)


def test_another_website_gets_no_hold_of_a_page_that_it_opens():
    for path in ("/", FRAME):
        headers = sent(SecurityHeaders, path=path)
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://tiles.office.example/{z}/{x}/{y}.png", "http://tiles.office.example"),
        ("https://{s}.tiles.office.example:8443/{z}/{x}/{y}.png", "https://*.tiles.office.example:8443"),
        ("http://10.1.2.3:8080/{z}/{x}/{y}.png", "http://10.1.2.3:8080"),
        ("javascript:alert(1)", ""),
        ("https://a.example; script-src *", ""),
        ("https://*/{z}", ""),
        ("http://[tiles/{z}", ""),
        (None, ""),
    ],
)
def test_an_offices_own_tiles_join_the_policy_by_their_host_alone(url, host):
    assert tile_host(url) == host
    assert directives(content_policy(frame=True, tiles=host))["img-src"] == [
        "'self'",
        "data:",
        "blob:",
        *filter(None, [host]),
    ]
