"""Several serving processes behind one address."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import loops
import pytest

from mixplan.base.errors import DataError
from mixplan.base.identity import COOKIE, new_name
from mixplan.cli.gateway import handle, worker_of
from mixplan.cli.workers import Workers, serve

ROOT = Path(__file__).parents[2]
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def test_a_planner_always_comes_to_the_same_process_and_planners_are_shared_out():
    cookies = [f"a=b; {COOKIE}={new_name()}; c=d" for _planner in range(400)]
    chosen = [worker_of(one, 4) for one in cookies]
    assert chosen == [worker_of(one, 4) for one in cookies]
    assert all(60 < chosen.count(number) < 140 for number in range(4))


@pytest.mark.parametrize("cookies", ["", f"{COOKIE}=", f"{COOKIE}=zz", f"x{COOKIE}={'a' * 32}"])
def test_who_has_no_name_yet_comes_to_the_first(cookies):
    assert worker_of(cookies, 4) == 0


def through_the_gateway(said: bytes, answer: Answer, *, started: bool = True) -> bytes:
    """What a client hears that says something to a gateway with one process behind it, then hangs up."""

    async def run() -> bytes:
        behind = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = behind.sockets[0].getsockname()[1] if started else None
        front = await asyncio.start_server(lambda r, w: handle(lambda cookies: port, r, w), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*front.sockets[0].getsockname())
        writer.write(said)
        writer.write_eof()
        heard = await reader.read()
        writer.close()
        behind.close()
        front.close()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})  # the other ends notice
        return heard

    async def within_a_minute() -> bytes:
        async with asyncio.timeout(60):
            return await run()

    return loops.run(within_a_minute())


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers with the request's head, and its body as far as its head says how long it is."""
    head = await reader.readuntil(b"\r\n\r\n")
    if b"expect: 100-continue" in head.lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    text = head + await reader.readexactly(sum(lengths))
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text)
    await writer.drain()
    writer.close()


async def parts(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers in pieces, without saying how long it will be."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
    await writer.drain()
    writer.close()


async def websocket(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Changes to another protocol, then says everything back in capitals."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nHELLO ")
    while piece := await reader.read(100):
        writer.write(piece.upper())
        await writer.drain()
        if piece.endswith(b"."):
            break
    writer.close()


async def gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Dies before it has answered."""
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


GET = b"GET /%s HTTP/1.1\r\nHost: plan.example\r\n\r\n"


def test_requests_of_one_connection_are_answered_one_after_another():
    heard = through_the_gateway(GET % b"one" + GET % b"two", echo)
    assert heard.count(b"HTTP/1.1 200") == 2
    assert heard.index(b"GET /one") < heard.index(b"GET /two")
    assert heard.lower().count(b"host: plan.example") == 2


def test_a_body_arrives_whole():
    body = os.urandom(300_000)
    heard = through_the_gateway(b"PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body, echo)
    assert heard.endswith(body)


def test_an_answer_in_pieces_arrives_whole():
    heard = through_the_gateway(GET % b"", parts)
    assert heard.partition(b"\r\n\r\n")[2] == b"3\r\nabc\r\n0\r\n\r\n"


def test_a_websocket_is_handed_on_as_it_is():
    asked = b"GET /s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly, late."
    heard = through_the_gateway(asked, websocket)
    assert heard.startswith(b"HTTP/1.1 101")
    assert heard.endswith(b"HELLO EARLY, LATE.")


def test_a_process_that_is_starting_or_gone_is_said():
    starting = through_the_gateway(GET % b"", echo, started=False)
    assert starting.startswith(b"HTTP/1.1 503")
    assert "服务正在启动".encode() in starting
    ended = through_the_gateway(GET % b"", gone)
    assert ended.startswith(b"HTTP/1.1 502")
    assert "页面会自动刷新".encode() in ended


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=["no http", "no host", "two lengths", "two ways to its end", "no host, older", "huge head"],
)
def test_what_is_no_request_reaches_no_process(said):
    reached: list[bytes] = []

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.read(1))
        writer.close()

    assert through_the_gateway(said, listens).startswith(b"HTTP/1.1 4")
    assert reached == []


async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers as soon as it has read the head, and listens no more."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large")
    writer.close()


def test_who_sends_too_much_hears_why_and_may_stop():
    body = bytes(8_000_000)
    heard = through_the_gateway(b"PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body, refuses)
    assert heard.startswith(b"HTTP/1.1 413")
    assert heard.endswith(b"too large")


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Listens, and says nothing."""
    await reader.read()
    writer.close()


async def pours(writer: asyncio.StreamWriter, head: bytes) -> None:
    """Says a head, then more and more until nobody listens."""
    writer.write(head)
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(bytes(100_000))
            await writer.drain()
    writer.close()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says more and more."""
    await pours(writer, b"HTTP/1.1 200 OK\r\n\r\n")


async def talks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Changes to another protocol, then says more and more."""
    await pours(writer, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"GET / HTTP/1.1\r\nHost:", echo),
        (b"PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc", silent),
        (GET % b"", silent),
        (GET % b"", endless),
        (b"GET /s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", talks),
    ],
    ids=["half a head", "half a body", "a process that hangs", "who does not listen", "a websocket that does not"],
)
def test_nobody_keeps_a_connection_for_ever(said, answer, monkeypatch):
    for limit in ("_IDLE_S", "_ANSWERS_WITHIN_S", "_LAST_WORDS_S"):
        monkeypatch.setattr(f"mixplan.cli.gateway.{limit}", 0.2)

    async def run() -> None:
        ended = asyncio.Event()

        async def front(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await handle(lambda cookies: behind.sockets[0].getsockname()[1], reader, writer)
            ended.set()

        behind = await asyncio.start_server(answer, "127.0.0.1", 0)
        before = await asyncio.start_server(front, "127.0.0.1", 0)
        with socket.create_connection(before.sockets[0].getsockname()) as client:
            client.sendall(said)
            async with asyncio.timeout(20):
                await ended.wait()
        behind.close()
        before.close()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})

    loops.run(run())


def processes_below(root: int) -> list[int]:
    """Serving processes that a process has begun."""
    found = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    return [int(one) for one in found]


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def until(met: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


@pytest.fixture
def workbench(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mixplan", "serve", "--port", str(port), "--no-browser", "--workers", "2"]
    environment = {**os.environ, "MIXPLAN_HOME": str(tmp_path), "MIXPLAN_JOBS_LINGER_S": "3"}
    said = (tmp_path / "said.txt").open("w")
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=said)
    try:
        until(lambda: status(f"http://127.0.0.1:{port}/") == 200)
        yield process, f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()
        said.close()


def test_an_address_that_another_program_has_is_refused_in_words():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DataError, match=f"端口 {port}：别的程序正在用它"):
            loops.run(serve("127.0.0.1", port, Workers(2, [])))


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found in Linux's /proc")
def test_a_dead_process_is_begun_again_and_all_end_together(workbench, tmp_path):
    process, address = workbench
    until(lambda: len(processes_below(process.pid)) == 2)
    first, second = processes_below(process.pid)
    os.kill(first, signal.SIGKILL)
    until(lambda: second in (now := processes_below(process.pid)) and first not in now and len(now) == 2)
    until(lambda: status(address) == 200)
    children = processes_below(process.pid)
    with socket.create_connection(("127.0.0.1", urlsplit(address).port)):  # and asks for nothing
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    assert "服务进程 1 已退出" in (text := (tmp_path / "said.txt").read_text(encoding="utf-8"))
    assert "Traceback" not in text


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found in Linux's /proc")
def test_no_process_outlives_the_one_that_began_it_however_it_ends(workbench):
    process, _address = workbench
    children = processes_below(process.pid)
    assert len(children) == 2
    process.kill()
    process.wait()
    until(lambda: not any(Path(f"/proc/{child}/exe").exists() for child in children))
