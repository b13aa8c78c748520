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
_IDLE_S = 75.0  # nothing is asked, or an end neither listens nor says the rest
_ANSWERS_WITHIN_S = 300.0
_LAST_WORDS_S = 5.0
_GO_AHEAD_WITHIN_S = 1.0
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

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, role: Any, *, speaks_within_s: float
    ) -> None:
        self.reader, self.writer, self.speaks_within_s = reader, writer, speaks_within_s
        self.state = h11.Connection(role, max_incomplete_event_size=_LARGEST_HEAD)

    async def next(self) -> Any:
        """The next part of what the other end says."""
        while (event := self.state.next_event()) is h11.NEED_DATA:
            if self.state.they_are_waiting_for_100_continue:
                await self.say(h11.InformationalResponse(status_code=100, headers=[]))
            async with asyncio.timeout(self.speaks_within_s):
                self.state.receive_data(await self.reader.read(_PIECE))
        return event

    async def say(self, event: Any) -> None:
        """Say a part to the other end, no faster than it listens."""
        if said := self.state.send(event):
            await self.write(said)

    async def write(self, said: bytes) -> None:
        """Send bytes to the other end, no faster than it listens."""
        self.writer.write(said)
        async with asyncio.timeout(_IDLE_S):
            await self.writer.drain()

    async def end(self) -> None:
        """Close the connection, whether the other end listens or not."""
        with contextlib.suppress(OSError):
            if self.state.their_state in {h11.SEND_BODY, h11.ERROR}:
                await self._hear_out()
            self.writer.close()
            async with asyncio.timeout(_LAST_WORDS_S):
                await self.writer.wait_closed()
        self.writer.transport.abort()

    async def _hear_out(self) -> None:
        # Who is cut off while still speaking loses the answer as well.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_S):
                self.writer.write_eof()
                while await self.reader.read(_PIECE):
                    pass


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
    client = _Side(reader, writer, h11.SERVER, speaks_within_s=_IDLE_S)
    with contextlib.suppress(*_Broken):
        try:
            while await _exchange(client, port_of):
                client.state.start_next_cycle()
        except (h11.RemoteProtocolError, _GoneError) as error:
            if client.state.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                page = _AWAY if isinstance(error, _GoneError) else b""
                await _answer(client, error.error_status_hint, page)
        finally:
            await client.end()


async def _exchange(client: _Side, port_of: Callable[[str], Port]) -> bool:
    """Hand one request on and its answer back; tell whether another may follow."""
    async with asyncio.timeout(_IDLE_S):
        request = await client.next()
    if not isinstance(request, h11.Request):
        return False
    if _is_unclear(request):
        await _answer(client, 400, b"")
        return False
    cookies = b"; ".join(value for name, value in request.headers if name == b"cookie").decode("latin-1")
    port = port_of(cookies)
    try:
        if port is None:
            raise ConnectionRefusedError
        streams = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        await _answer(client, 503, _AWAY)
        return False
    worker = _Side(*streams, h11.CLIENT, speaks_within_s=_ANSWERS_WITHIN_S)
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
    if _has_body(request):
        headers.append((b"expect", b"100-continue"))
    return h11.Request(method=request.method, target=request.target, headers=headers)


def _is_unclear(request: h11.Request) -> bool:
    """Whether two programs could understand a request in two ways: to whom it goes, or where it ends."""
    names = {name for name, _value in request.headers}
    return b"host" not in names or names >= {b"content-length", b"transfer-encoding"}


def _has_body(request: h11.Request) -> bool:
    return any(name in {b"content-length", b"transfer-encoding"} and value != b"0" for name, value in request.headers)


async def _hand_on(client: _Side, worker: _Side, request: h11.Request) -> bool:
    # Both at once: where the process answers before it has heard all (a file too large), its answer counts.
    peer = (client.writer.get_extra_info("peername") or [""])[0]
    go_ahead = asyncio.Event()
    asking = asyncio.create_task(_ask(client, worker, _sent_on(request, peer), go_ahead))
    answering = asyncio.create_task(_hand_back(client, worker, go_ahead))
    try:
        await asyncio.wait((asking, answering), return_when=asyncio.FIRST_COMPLETED)
        if asking.done():
            asking.result()
        return await answering
    finally:
        asking.cancel()
        answering.cancel()
        await asyncio.gather(asking, answering, return_exceptions=True)


async def _ask(client: _Side, worker: _Side, request: h11.Request, go_ahead: asyncio.Event) -> None:
    """Hand a request on until it is whole, or until the process does not listen any more."""
    with contextlib.suppress(OSError):
        await worker.say(request)
    # A process that refuses says so before it has heard the body: to send it then would lose the answer.
    if _has_body(request):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(go_ahead.wait(), _GO_AHEAD_WITHIN_S)
    part = None
    while not isinstance(part, h11.EndOfMessage):
        part = await client.next()
        try:
            await worker.say(part)
        except OSError:
            return


async def _hand_back(client: _Side, worker: _Side, go_ahead: asyncio.Event) -> bool:
    """Hand an answer back; tell whether another request may follow."""
    while True:
        try:
            part = await worker.next()
        except (h11.RemoteProtocolError, OSError) as error:
            raise _GoneError from error
        if isinstance(part, h11.InformationalResponse) and part.status_code == 100:
            go_ahead.set()
            continue
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
            await heard.write(said.state.trailing_data[0])
            while piece := await said.reader.read(_PIECE):
                await heard.write(piece)
        finally:
            with contextlib.suppress(OSError):
                heard.writer.write_eof()

    asking = asyncio.create_task(one_way(client, worker))
    try:
        await one_way(worker, client)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
