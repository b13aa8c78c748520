"""One address for several serving processes: a planner's requests all go to the same one, websocket and files included.

A request is read and sent on by its parts (h11), so that a proxy in front may use one connection for several planners;
a websocket is handed on byte by byte.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import h11

from mixplan.base.identity import name_in

_LARGEST_HEAD = 32 * 1024
_PIECE = 64 * 1024
_IDLE_S = 75.0
# What belongs to one connection, or is said anew by this one.
_OWN = {b"connection", b"keep-alive", b"proxy-connection", b"expect", b"te", b"trailer"}
_FORWARDED = (b"x-forwarded-", b"forwarded")
_LOOPBACK = ("127.0.0.1", "::1")
_AWAY = (
    "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=3>"
    "<p>服务正在启动，页面会自动刷新。<p>The workbench is starting; this page reloads by itself."
).encode()

Port = int | None


class _GoneError(Exception):
    """The process has ended before its answer has."""

    error_status_hint = 502


_Broken = (h11.ProtocolError, OSError, TimeoutError, _GoneError)


class _Side:
    """One end of a connection: what was read of it and how far its exchange is."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, role: Any) -> None:
        self.reader, self.writer = reader, writer
        self.state = h11.Connection(role, max_incomplete_event_size=_LARGEST_HEAD)

    async def next(self) -> Any:
        """The next part of what the other end says."""
        while (event := self.state.next_event()) is h11.NEED_DATA:
            if self.state.they_are_waiting_for_100_continue:
                await self.say(h11.InformationalResponse(status_code=100, headers=[]))
            self.state.receive_data(await self.reader.read(_PIECE))
        return event

    async def say(self, event: Any) -> None:
        """Say a part to the other end, no faster than it listens."""
        if said := self.state.send(event):
            self.writer.write(said)
            await self.writer.drain()


def worker_of(cookies: str, workers: int) -> int:
    """Number of the process that serves a planner: always the same one; the first for who has no name yet."""
    name = name_in(cookies)
    return int(name, 16) % workers if name else 0


async def handle(port_of: Callable[[str], Port], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection from outside: request after request, or one websocket.

    Parameters
    ----------
    port_of : callable
        Gives the port of the process for a request's cookies, none while that process is starting.
    """
    client = _Side(reader, writer, h11.SERVER)
    with contextlib.suppress(*_Broken):
        try:
            while await _exchange(client, port_of):
                client.state.start_next_cycle()
        except (h11.RemoteProtocolError, _GoneError) as error:
            if client.state.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                await _answer(client, error.error_status_hint, b"")
        finally:
            writer.close()


async def _exchange(client: _Side, port_of: Callable[[str], Port]) -> bool:
    """Hand one request on and its answer back; tell whether another may follow."""
    async with asyncio.timeout(_IDLE_S):
        request = await client.next()
    if not isinstance(request, h11.Request):
        return False
    cookies = b"; ".join(value for name, value in request.headers if name == b"cookie").decode("latin-1")
    port = port_of(cookies)
    try:
        if port is None:
            raise ConnectionRefusedError
        worker = _Side(*await asyncio.open_connection("127.0.0.1", port), h11.CLIENT)
    except OSError:
        await _answer(client, 503, _AWAY)
        return False
    try:
        return await _hand_on(client, worker, request)
    finally:
        worker.writer.close()


async def _answer(client: _Side, status: int, page: bytes) -> None:
    headers = [("content-type", "text/html; charset=utf-8"), ("content-length", str(len(page)))]
    headers += [("retry-after", "3"), ("connection", "close")]
    await client.say(h11.Response(status_code=status, headers=headers))
    await client.say(h11.Data(data=page))
    await client.say(h11.EndOfMessage())


def _sent_on(request: h11.Request, peer: str) -> h11.Request:
    """A request as the process gets it: who asks is said by this gateway alone, or by a proxy on this machine."""
    upgrade = any(name == b"upgrade" for name, _value in request.headers)
    trusted = peer in _LOOPBACK
    headers = [
        (name, value)
        for name, value in request.headers
        if name not in _OWN and (trusted or not name.startswith(_FORWARDED))
    ]
    headers.append((b"connection", b"upgrade" if upgrade else b"close"))
    if not any(name == b"x-forwarded-for" for name, _value in headers):
        headers.append((b"x-forwarded-for", peer.encode()))
    return h11.Request(method=request.method, target=request.target, headers=headers)


async def _hand_on(client: _Side, worker: _Side, request: h11.Request) -> bool:
    peer = client.writer.get_extra_info("peername")[0]
    # Where the process answers before it has heard all (a file too large), its answer counts and the rest is not sent.
    with contextlib.suppress(ConnectionError):
        await worker.say(_sent_on(request, peer))
        while not isinstance(part := await client.next(), h11.EndOfMessage):
            await worker.say(part)
        await worker.say(part)
    while True:
        try:
            part = await worker.next()
        except (h11.RemoteProtocolError, OSError) as error:
            raise _GoneError from error
        if isinstance(part, h11.InformationalResponse) and part.status_code == 101:
            await client.say(part)
            await _both_ways(client, worker)
            return False
        if isinstance(part, h11.Response):
            headers = [(name, value) for name, value in part.headers if name not in _OWN]
            part = h11.Response(status_code=part.status_code, headers=headers, reason=part.reason)
        await client.say(part)
        if isinstance(part, h11.EndOfMessage):
            return client.state.our_state is h11.DONE and client.state.their_state is h11.DONE


async def _both_ways(client: _Side, worker: _Side) -> None:
    """Hand on whatever either end says until the process has said its last."""

    async def one_way(said: _Side, heard: _Side) -> None:
        try:
            heard.writer.write(said.state.trailing_data[0])
            while piece := await said.reader.read(_PIECE):
                heard.writer.write(piece)
                await heard.writer.drain()
        finally:
            with contextlib.suppress(OSError):
                heard.writer.write_eof()

    asking = asyncio.create_task(one_way(client, worker))
    try:
        await one_way(worker, client)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
