"""What the frame of every map loads: one script and one style, under their content's hash."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from mixplan.base.assets import map_script, map_style
from mixplan.ui.basepath import below_base
from mixplan.ui.unchanging import packed_answer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

_TYPES = {"js": "text/javascript", "css": "text/css"}


@cache
def _packed() -> dict[str, bytes]:
    """The packed files by name; a name holds the hash, so that a browser drops what it kept of an older release."""
    texts = {"js": map_script("map.js", "map_together.js", "map_messages.js"), "css": map_style()}
    named = {f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.{kind}": text for kind, text in texts.items()}
    return {name: gzip.compress(text.encode(), mtime=0) for name, text in named.items()}


def script_and_style() -> tuple[str, str]:
    """Addresses of the script and the style, from the map's frame (``…/component/<name>/index.html``).

    They are relative, so that they hold under any ``server.baseUrlPath``.
    """
    script, style = (f"../../map/{name}" for name in _packed())
    return script, style


def map_asset_route() -> Route:
    """Where the map's frame gets them: below the base path, each one unchanging."""
    from starlette.routing import Route

    return Route(below_base("/map/{name}"), _answer, methods=["GET"])


def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    return packed_answer(_packed().get(name), _TYPES.get(name.rpartition(".")[2], ""))
