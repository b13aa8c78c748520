"""Answers leave at once: no small part of one waits until the browser has confirmed the part before it."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def answers_at_once() -> Iterator[None]:
    """Have the servers that the running loop creates in the meantime send each part of an answer when it is written.

    asyncio sees to that itself for sockets that it opens, but not for the one that Streamlit opens and hands to it. The
    header of an answer and its body then are two parts, and so are the many messages of a page's run: between two of
    them up to 40 ms pass. What a connection is set to it has from the socket that it came to.
    """
    loop = asyncio.get_running_loop()
    created = loop.create_server

    async def create_server(*args: Any, sock: socket.socket | None = None, **more: Any) -> asyncio.Server:
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return await created(*args, sock=sock, **more)

    loop.create_server = create_server  # type: ignore[method-assign]
    try:
        yield
    finally:
        loop.create_server = created  # type: ignore[method-assign]
