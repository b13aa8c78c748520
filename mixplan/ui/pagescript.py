"""A script of our own in Streamlit's page, before all of Streamlit's: of an address it has the first word."""

import gzip
import hashlib
from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mixplan.base.assets import asset_text
from mixplan.ui.basepath import below_base
from mixplan.ui.unchanging import packed_answer

_BEFORE = b"<script"
# What a browser goes by that has kept a page: it would keep the script of an older release with it.
_OF_THE_FILE = ("etag", "last-modified", "accept-ranges")


@cache
def _script() -> tuple[str, bytes]:
    """The script's name, which holds its content's hash, and the script, packed."""
    text = asset_text("address.js").encode()
    return f"{hashlib.sha256(text).hexdigest()[:32]}.js", gzip.compress(text, mtime=0)


def page_script_route() -> Route:
    """Where a page gets the script: below the base path, unchanging."""
    return Route(below_base("/page/{name}"), _answer, methods=["GET"])


def _answer(request: Request) -> Response:
    name, packed = _script()
    return packed_answer(packed if request.path_params["name"] == name else None, "text/javascript")


class PageScript:
    """Names the script in every page that a browser asks for, by an address that holds under any base path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, a page with the script in it."""
        # Frames of components lie below a folder, a page never does.
        if scope["type"] != "http" or scope["method"] != "GET" or "/" in scope["path"].removeprefix(below_base("/")):
            await self.app(scope, receive, send)
            return
        # As it is: what is packed has no place for a script.
        scope = {**scope, "headers": [one for one in scope["headers"] if one[0] != b"accept-encoding"]}
        held: list[Message] = []
        body = b""

        async def with_script(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    tag = f'<script src="./page/{_script()[0]}"></script>\n    '.encode()
                    body = body.replace(_BEFORE, tag + _BEFORE, 1)
                    MutableHeaders(scope=held[0])["content-length"] = str(len(body))
                    await send(held[0])
                    await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, with_script)


def _is_page(start: Message) -> bool:
    """Whether an answer that begins is a whole page; what else a browser goes by to keep it is then taken away."""
    headers = MutableHeaders(scope=start)
    if start["status"] != 200 or not headers.get("content-type", "").startswith("text/html"):
        return False
    for name in _OF_THE_FILE:
        if name in headers:
            del headers[name]
    return True
