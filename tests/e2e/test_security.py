"""What the server's content policy lets a page do, in a real browser."""

import socket

import pytest

PAGES = [
    "",
    "projects",
    "trail",
    "station_map",
    "consolidation",
    "siting",
    "coverage",
    "comparison",
    "targets",
    "briefing",
    "data",
]
WITH_A_MAP = {"", "station_map", "consolidation", "siting", "coverage"}


@pytest.fixture
def complaints(workbench):
    said: list[str] = []
    workbench.page.on("console", lambda message: said.append(message.text))
    workbench.page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_asks_for_more_than_the_policy_allows(workbench, complaints, language):
    for name in PAGES:
        page = workbench.open(f"{name}?lang={language}")
        if name in WITH_A_MAP:
            assert workbench.map().evaluate("!!window.map")
    assert page.title()
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_a_chart_is_drawn_and_a_table_handed_out(workbench, complaints):
    page = workbench.open("targets")
    page.wait_for_selector(".vega-embed :is(svg, canvas)")
    page = workbench.open("station_map")
    with page.expect_download() as begun:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    assert begun.value.path().read_bytes().startswith("\ufeff".encode())
    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_a_script_that_is_not_the_servers_own_is_not_run(workbench, complaints):
    page = workbench.open("data")
    page.evaluate(
        "const s = document.createElement('script'); s.text = 'window.ran = true'; document.body.appendChild(s)"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in complaints)


def test_another_website_that_opens_the_frame_of_the_map_gets_no_hold_of_it(workbench, server):
    page = workbench.page
    page.goto("data:text/html,<title>another website</title>")
    with workbench.context.expect_page() as begun:
        page.evaluate(
            "address => { window.opened = window.open(address) }",
            f"{server}/component/streamlit_folium.st_folium/index.html",
        )
    begun.value.wait_for_load_state()
    page.wait_for_function("window.opened.closed")


def upgraded(server: str, host: str) -> str:
    """What the server says to a page that opens its websocket under a host name."""
    address, port = server.removeprefix("http://").split(":")
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: http://{host}:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "",
        "",
    ]
    with socket.create_connection((address, int(port)), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode())
        return connection.recv(1000).decode("latin-1").splitlines()[0]


def test_a_website_that_gives_its_own_name_this_machines_address_reaches_no_page(server):
    assert " 101 " in upgraded(server, "127.0.0.1")
    assert " 101 " in upgraded(server, "localhost")
    assert " 403 " in upgraded(server, "evil.example")
