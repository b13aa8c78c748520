"""Streamlit's page with our script before its own; what is no page goes out as it is."""

import asyncio
import re

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mixplan.base.assets import package_text
from mixplan.ui.pagescript import PageScript, page_script_route

PAGE = package_text("streamlit", "static/index.html")


def page(_request: object) -> Response:
    return Response(PAGE, media_type="text/html", headers={"ETag": "x", "Last-Modified": "x"})


APP = Starlette(
    routes=[
        Route("/siting", page),
        Route("/component/x/index.html", page),
        Route("/robots.txt", lambda _request: PlainTextResponse("<script")),
        page_script_route(),
    ],
    middleware=[Middleware(PageScript), Middleware(GZipMiddleware)],
)


def answer(path: str, **headers: str) -> tuple[int, Headers, bytes]:
    """Status, headers and body that a browser gets."""
    sent: list[dict] = []
    asked = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": asked, "query_string": b"", "root_path": ""}

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    asyncio.run(APP(scope, receive, send))
    start, *rest = sent
    return start["status"], Headers(raw=start["headers"]), b"".join(one.get("body", b"") for one in rest)


def test_the_script_comes_before_all_others_of_the_page_and_nothing_else_differs():
    _status, headers, body = answer("/siting", accept_encoding="gzip")
    found = re.search(r'<script src="\.(/page/[0-9a-f]{32}\.js)"></script>\n    ', body.decode())
    assert found and body.decode().index("<script") == found.start()
    assert body.decode().replace(found[0], "") == PAGE
    assert int(headers["content-length"]) == len(body)
    status, headers, _body = answer(found[1])
    assert status == 200 and headers["content-type"].startswith("text/javascript")


def test_a_browser_does_not_keep_a_page_that_names_an_older_script():
    _status, headers, _body = answer("/siting")
    assert not {"etag", "last-modified"} & set(headers)


@pytest.mark.parametrize("path", ["/component/x/index.html", "/robots.txt"])
def test_what_is_no_page_goes_out_as_it_is(path):
    assert b"./page/" not in answer(path)[2]


def test_under_another_name_there_is_no_script():
    assert answer("/page/0.js")[0] == 404
