"""How the server hands out what never changes under its address, for that names the content's hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response


def packed_answer(packed: bytes | None, media_type: str) -> Response:
    """The answer to a browser: something that gzip has packed, which it may keep; not found where there is nothing."""
    from starlette.responses import Response

    if packed is None:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    headers = {"Content-Encoding": "gzip", "Cache-Control": "private, max-age=31536000, immutable"}
    return Response(packed, media_type=media_type, headers=headers)
