"""What the server's connections are set to."""

import asyncio
import socket

from mixplan.ui.sockets import answers_at_once


async def delays(*, at_once: bool) -> bool:
    """Whether a connection to a server, on a socket opened as Streamlit opens its own, holds small parts back."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    class Connection(asyncio.Protocol):
        def connection_made(self, transport) -> None:
            accepted = transport.get_extra_info("socket")
            taken.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0)
            transport.close()

    create = asyncio.get_running_loop().create_server
    if at_once:
        with answers_at_once():
            server = await asyncio.get_running_loop().create_server(Connection, sock=listening)
        assert asyncio.get_running_loop().create_server == create
    else:
        server = await create(Connection, sock=listening)
    async with server:
        with socket.create_connection(listening.getsockname(), timeout=10):
            return await asyncio.wait_for(taken, 10)


def test_answers_leave_at_once():
    assert asyncio.run(delays(at_once=True)) is False


def test_they_would_wait_otherwise():
    assert asyncio.run(delays(at_once=False)) is True
