"""What the map's frame gets from this server, and what a page tells the browser to fetch beside its first scripts."""

import gzip
import re
from importlib import resources
from urllib.parse import urljoin

import loops
import pytest
from starlette.requests import Request
from streamlit import config

from mixplan.base.assets import leaflet_text
from mixplan.ui.headers import SecurityHeaders
from mixplan.ui.mapassets import map_asset_route, script_and_style
from mixplan.ui.preload import WIDGETS, preloads


def asked(name: str):
    return map_asset_route().endpoint(Request({"type": "http", "path_params": {"name": name}, "headers": []}))


@pytest.fixture
def base_path():
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "/plan/beijing/")
    yield "/plan/beijing"
    config.set_option("server.baseUrlPath", before)


def test_the_script_is_leaflet_and_our_own_in_this_order():
    answer = asked(script_and_style()[0].removeprefix("../../map/"))
    text = gzip.decompress(answer.body).decode()
    places = [text.index(sign) for sign in (leaflet_text("leaflet.js")[:200], "window.mixplan = {", "mixplan.show =")]
    assert places == sorted(places)
    assert "sourceMappingURL" not in text
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.media_type == "text/javascript"


def test_the_style_fetches_nothing():
    answer = asked(script_and_style()[1].removeprefix("../../map/"))
    text = gzip.decompress(answer.body).decode()
    assert ".leaflet-pane" in text
    assert ".mp-switches" in text
    assert "url(" not in text
    assert answer.media_type == "text/css"


@pytest.mark.parametrize("name", ["x.js", "../map.js", "map.js", "%2e%2e%2f", "0" * 32 + ".js"])
def test_any_other_name_is_not_found(name):
    assert asked(name).status_code == 404


def page_headers(path: str, kind: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer of a kind."""
    messages = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind.encode())]})

    async def send(message):
        messages.append(message)

    loops.run(SecurityHeaders(app)({"type": "http", "path": path, "headers": []}, None, send))
    return messages[0]["headers"]


def linked(path: str, kind: str) -> str:
    """The ``Link`` header of an answer of a kind."""
    return dict(page_headers(path, kind)).get(b"link", b"").decode()


def test_a_page_names_the_scripts_that_every_page_needs():
    said = linked("/station_map", "text/html; charset=utf-8")
    named = re.findall(r"<static/js/([\w.-]+\.js)>; rel=modulepreload", said)
    folder = resources.files("streamlit").joinpath("static", "static", "js")
    assert all(folder.joinpath(name).is_file() for name in named)
    assert {"ComponentInstance", "BidiComponent", "Slider"} <= {name.split(".")[0] for name in named}
    assert set(WIDGETS) & {"DataFrame", "ArrowVegaLiteChart"} == set(), "tables and charts come after the map"
    assert sum(len(folder.joinpath(name).read_bytes()) for name in named) < 1_000_000


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/component/streamlit_folium.st_folium/index.html", "text/html"), ("/layers/x.json", "application/json")],
)
def test_nothing_else_does(path, kind):
    assert linked(path, kind) == ""


def test_the_headers_of_a_page_fit_into_what_a_proxy_reads_of_them():
    """nginx gives up an answer whose headers are longer than 4 kB, of which some are its date, cookie and file."""
    headers = page_headers("/station_map", "text/html")
    assert sum(len(name) + len(value) + len(b": \r\n") for name, value in headers) < 3_600


@pytest.mark.parametrize("page", ["/", "/station_map"])
def test_both_lie_below_the_base_path(base_path, page):
    assert map_asset_route().path == f"{base_path}/map/{{name}}"
    scripts = re.findall("<(.*?)>", preloads())
    assert all(urljoin(base_path + page, script).startswith(f"{base_path}/static/js/") for script in scripts)
