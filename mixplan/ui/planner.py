"""Who is at a page: a random name that the browser keeps, so that a reload finds again what the planner began."""

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mixplan.base.identity import COOKIE, is_name, name_in, new_name
from mixplan.ui.basepath import below_base

_KEPT_S = 365 * 24 * 3600


def planner_id() -> str:
    """The planner at this page: the browser's own name, or the session's where the browser keeps none.

    Whoever knows the name is taken for the planner, so it is never shown, written to a log or sent on.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        raise RuntimeError("only a page's own run knows its planner")
    name = str(st.context.cookies.get(COOKIE, ""))
    return name if is_name(name) else context.session_id


class PlannerCookie:
    """Gives a browser that has none its planner's name with the first page it asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the cookie on a page's way out."""
        # What is asked for tells a page, not what is answered: "not modified" says no kind.
        asked = Headers(scope=scope) if scope["type"] == "http" else {}
        if "text/html" not in asked.get("accept", "") or name_in(asked.get("cookie", "")):
            await self.app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _new_cookie(secure=scope["scheme"] == "https"))
            await send(message)

        await self.app(scope, receive, with_cookie)


def _new_cookie(*, secure: bool) -> str:
    # Where others share the host name, they do not get to see it. No slash at the end, or the bare path would lose it.
    path = below_base("") or "/"
    kept = f"{COOKIE}={new_name()}; HttpOnly; Max-Age={_KEPT_S}; Path={path}; SameSite=Lax"
    return f"{kept}; Secure" if secure else kept
