"""What the server gives to whom beside its pages: with a login nothing of a planner's to a stranger."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from mixplan.ui import login
from mixplan.ui.basepath import below_base

# What planners have brought, made or been shown lies below these; the rest is the program itself, and its login.
_GUARDED = ("/media/", "/layers/", "/revision/", "/_stcore/upload_file")
_CALLBACK = "/oauth2callback"
WANTED_COOKIE = "mixplan_wanted"
_LONGEST = 1500
_TEN_MINUTES = 600


class Gate:
    """Answers strangers "not found", leads who has logged in to the page that they wanted, and marks cookies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, as far as whoever asks may have it."""
        if scope["type"] != "http" or not login.settings().on:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        guarded = scope["path"].startswith(tuple(map(below_base, _GUARDED)))
        # A database that is away must not hold up the server.
        if guarded and not await asyncio.to_thread(login.askers, request.cookies):
            await Response(status_code=404, headers={"Cache-Control": "no-store"})(scope, receive, send)
            return
        secure = "; Secure" if scope["scheme"] == "https" else ""
        kept = _kept(request)

        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _mark(message, secure)
                if scope["path"] == below_base(_CALLBACK):
                    _lead_on(headers, unquote(request.cookies.get(WANTED_COOKIE, "")))
                for name, value, seconds in kept:
                    headers.append("set-cookie", _cookie(name, value, seconds) + secure)
            await send(message)

        await self.app(scope, receive, with_cookies)


def _kept(request: Request) -> list[tuple[str, str, str]]:
    """Cookies that a page leaves behind which is asked for: the word of a link, and what to show after a login."""
    if "text/html" not in Headers(scope=request.scope).get("accept", "") or request.url.path == below_base(_CALLBACK):
        return []
    kept = []
    if token := request.query_params.get(login.VIEW):
        kept.append((login.VIEW_COOKIE, quote(token, safe=""), ""))
    wanted = quote(f"{request.url.path}?{request.url.query}", safe="")
    stranger = USER_COOKIE_NAME not in request.cookies
    if (
        stranger
        and request.url.query
        and len(wanted) <= _LONGEST
        and not request.url.path.startswith(below_base("/auth/"))
    ):
        kept.append((WANTED_COOKIE, wanted, f"Max-Age={_TEN_MINUTES}; "))
    return kept


def _cookie(name: str, value: str, lasting: str) -> str:
    return f"{name}={value}; HttpOnly; {lasting}Path={below_base('') or '/'}; SameSite=Lax"


def _mark(message: Message, secure: str) -> None:
    """Have the login's own cookies go over TLS alone where the page came over it."""
    if secure:
        message["headers"] = [
            (name, value + secure.encode())
            if name.lower() == b"set-cookie" and value.startswith(b"_streamlit_") and b"secure" not in value.lower()
            else (name, value)
            for name, value in message["headers"]
        ]


def _lead_on(headers: MutableHeaders, wanted: str) -> None:
    """Go on from a login that went well to the page that was wanted before it, if that is one of this server's."""
    came_in = any(one.startswith(f"{USER_COOKIE_NAME}=") for one in headers.getlist("set-cookie"))
    if came_in and "location" in headers and is_here(wanted):
        headers["location"] = quote(wanted, safe="/?&=%-_.~+,:")
        headers.append("set-cookie", _cookie(WANTED_COOKIE, "", "Max-Age=0; "))


def is_here(address: str) -> bool:
    """Whether an address is one of this server's own pages, and can be taken for no other server's."""
    if "\\" in address or not address.isprintable():
        return False
    return address.startswith(below_base("/")) and not address.startswith("//")
