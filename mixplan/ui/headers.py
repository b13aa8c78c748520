"""What the server tells a browser about every answer: from where a page may take what, and who may show it in a frame.

Two policies: the page's own, which runs no text as a script, and that of the map's frame, whose component does so.
"""

import base64
import hashlib
import re
from functools import cache
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mixplan.base.assets import package_text
from mixplan.ui.basepath import below_base
from mixplan.ui.preload import preloads
from mixplan.ui.tiles import tile_source

_HOST = re.compile(r"(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
_MAP_FRAME = "/component/streamlit_folium.st_folium/index.html"
_ALWAYS = {
    "x-content-type-options": "nosniff",
    # Another website that opens a page here gets no hold of it: the map's frame would run a text from whoever has one.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Puts the headers of this module on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers on the way out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # The very address: Streamlit answers every one that it does not know with its page.
        frame = scope["path"] == below_base(_MAP_FRAME)
        policy = content_policy(frame=frame, tiles=_tile_host() if frame else "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_ALWAYS)
                headers["content-security-policy"] = policy
                if not frame and headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = preloads()
            await send(message)

        await self.app(scope, receive, with_headers)


def content_policy(*, frame: bool, tiles: str = "") -> str:
    """From where a document may take scripts, styles, pictures and data: from this server, and nothing from outside.

    Parameters
    ----------
    frame : bool
        The document is the map's frame: streamlit-folium makes the map by running a text that the page sends.
    tiles : str
        Where the office keeps its own map tiles, empty for none.
    """
    # Streamlit brings the scripts of small components of a page as blobs, which only a script that runs can make.
    scripts = "'unsafe-inline' 'unsafe-eval'" if frame else " ".join(["blob:", *_inline_scripts()])
    sources = {
        "default-src": "'self'",
        "script-src": f"'self' {scripts}",
        # Streamlit's and Leaflet's own styles are written into the document as they are needed.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {tiles}".strip(),
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


@cache
def _inline_scripts() -> tuple[str, ...]:
    """Streamlit's page has a script of one line in it: allowed by its hash, so that no other is."""
    page = package_text("streamlit", "static/index.html")
    inline = re.findall("<script>(.*?)</script>", page, flags=re.DOTALL)
    return tuple(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inline)


@cache
def _tile_host() -> str:
    """Host of the office's own tiles as the policy names it, from ``[tiles]`` in secrets.toml; empty for none."""
    return tile_host((tile_source() or {}).get("url"))


def tile_host(url: object) -> str:
    """Scheme and host of a tile address, with a star for its changing part; empty for what is no such address."""
    try:
        parts = urlsplit(str(url).replace("{s}", "*"))
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if good else ""
