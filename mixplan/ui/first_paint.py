"""What weighs on a browser comes after its first map: tables bring 1.2 MB of scripts, which would be run before it."""

from __future__ import annotations

import secrets
import threading
import weakref
from typing import TYPE_CHECKING

import streamlit as st
from streamlit import config

from mixplan.base.identity import COOKIE
from mixplan.ui.session import FIRST_PAINT

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

_LONGEST_S = 3.0  # a map that is slower, or out of sight, holds nothing up longer


class FirstPaint:
    """Whether a session's first map has been painted, and the word by which its browser says so."""

    def __init__(self) -> None:
        self.word = secrets.token_urlsafe(16)
        self.painted = threading.Event()
        self.waited = False


_open: weakref.WeakValueDictionary[str, FirstPaint] = weakref.WeakValueDictionary()


def first_paint_word() -> str | None:
    """The word that every map of a session sends back once it is painted; none without a browser."""
    if COOKIE not in st.context.cookies:
        return None
    paint = FIRST_PAINT.or_new(FirstPaint())
    _open[paint.word] = paint
    return paint.word


def await_first_paint() -> None:
    """Let the session's first map be painted before the page goes on; later runs of a page wait for nothing."""
    paint = FIRST_PAINT.get()
    if paint is not None and not paint.waited:
        paint.waited = True
        paint.painted.wait(_LONGEST_S)


def painted_route() -> Route:
    """Where a map says that it is painted: below the base path."""
    from starlette.routing import Route

    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return Route(f"/{base}/painted/{{word}}" if base else "/painted/{word}", _answer, methods=["POST"])


def _answer(request: Request) -> Response:
    from starlette.responses import Response

    paint = _open.get(request.path_params["word"])
    if paint is not None:
        paint.painted.set()
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
