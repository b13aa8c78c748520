"""What others, and other tabs, change in the project appears on the page within seconds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import streamlit as st

from mixplan.base.assets import asset_text
from mixplan.base.errors import DataError
from mixplan.projects.store import open_store
from mixplan.ui import login, work
from mixplan.ui.basepath import below_base

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

_EVERY_MS = 3000
_AGAIN_MS = 20_000  # longer than a writer waits for others
_watch = st.components.v2.component("mixplan_others", js=asset_text("others.js"), html="<span></span>")


def follow() -> None:
    """Have the page run again when its project has been changed elsewhere, and to keep what could not be kept.

    Stands at the end of a page.
    """
    held = work.at_hand()
    unsaved = held.project != held.kept
    if not (held.id or unsaved):
        return
    data = {
        "address": below_base(f"/revision/{held.id}"),
        "revision": held.revision,
        "unsaved": unsaved,
        "every_ms": _AGAIN_MS if unsaved else _EVERY_MS,
    }
    _watch(key="others", data=data, on_changed_change=lambda: None)


def revision_route() -> Route:
    """Where a page learns which revision a project has."""
    from starlette.routing import Route

    return Route(below_base("/revision/{project}"), _answer, methods=["GET"])


async def _answer(request: Request) -> Response:
    from starlette.responses import PlainTextResponse

    try:
        # A database that is away must not hold up the server.
        found = await asyncio.to_thread(_revision, request)
    except DataError:
        found = 0
    status = 200 if found else 404
    return PlainTextResponse(str(found), status_code=status, headers={"Cache-Control": "no-store"})


def _revision(request: Request) -> int:
    """Which revision a project has, for whoever may read it; 0 for others as for one that is not there."""
    project = request.path_params["project"]
    return max((open_store(one).revision(project) for one in login.askers(request.cookies)), default=0)
