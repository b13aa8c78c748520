"""Several serving processes behind one address: begun, begun again where one ends, and ended together."""

import asyncio
import contextlib
import signal
import socket
import sys
import urllib.request
from collections.abc import Sequence

from mixplan.base.errors import DataError
from mixplan.base.files.reading import os_reason
from mixplan.base.i18n import gettext as _
from mixplan.cli.gateway import Port, handle, worker_of

_STARTS_WITHIN_S = 120.0
_ENDS_WITHIN_S = 10.0
_LONGEST_PAUSE_S = 30.0


class Workers:
    """Serving processes, each on a port of its own that only this machine can reach.

    Parameters
    ----------
    options : sequence of str
        Of ``mixplan serve``, the same for all.
    """

    def __init__(self, count: int, options: Sequence[str], *, base_path: str = "") -> None:
        self.options = options
        self.health = "/".join(filter(None, (base_path, "_stcore/health")))
        self.ports: list[Port] = [None] * count
        self.tasks: list[asyncio.Task[None]] = []

    def port_of(self, cookies: str) -> Port:
        """Port of the process for a planner; none while it is starting."""
        return self.ports[worker_of(cookies, len(self.ports))]

    def begin(self) -> None:
        """Begin all, and keep them running until `end`."""
        self.tasks = [asyncio.create_task(self._keep(number)) for number in range(len(self.ports))]

    async def end(self) -> None:
        """End all, politely at first."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        pause_s = 0.0
        while True:
            await asyncio.sleep(pause_s)
            begun = asyncio.get_running_loop().time()
            with contextlib.suppress(OSError):  # no room for a process now
                await self._run(number)
            message = _(
                "服务进程 {number} 已退出，正在重新启动；它的页面会自动重新连接，带来的文件要重新导入。"
            ).format(number=number + 1)
            print(message, file=sys.stderr, flush=True)
            # One that ends at once, again and again, is begun again ever more slowly.
            lived = asyncio.get_running_loop().time() - begun
            pause_s = 0.0 if lived > _LONGEST_PAUSE_S else min(2 * pause_s + 1, _LONGEST_PAUSE_S)

    async def _run(self, number: int) -> None:
        port = _free_port()
        command = [sys.executable, "-m", "mixplan", "serve", "--one-of-several", "--port", str(port), *self.options]
        # It reads this pipe and ends with it, so that it ends even where this process is killed.
        # A session of its own: Ctrl-C is for this process, which then ends the others.
        pipe = asyncio.subprocess.PIPE
        nothing = asyncio.subprocess.DEVNULL  # each would say that it can be opened at its own port
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=nothing, start_new_session=True)
        try:
            await self._until_it_answers(port, process)
            self.ports[number] = port
            await process.wait()
        except TimeoutError:
            pass
        finally:
            self.ports[number] = None
            await _ended(process)

    async def _until_it_answers(self, port: int, process: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(_STARTS_WITHIN_S):
            while process.returncode is None and not await asyncio.to_thread(
                _answers, f"http://127.0.0.1:{port}/{self.health}"
            ):
                await asyncio.sleep(0.2)


def _answers(address: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
        return True
    return False


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _ENDS_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def serve(address: str, port: int, workers: Workers) -> None:
    """Serve one address with several processes until asked to stop (Ctrl-C or a polite kill).

    Raises
    ------
    DataError
        Where another program has the address.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Those still open when all ends are cut off, which asyncio would write to the log as a fault of each.
        with contextlib.suppress(asyncio.CancelledError):
            await handle(workers.port_of, reader, writer)

    try:
        server = await asyncio.start_server(connected, address, port)
    except OSError as error:
        text = _("不能监听 {address} 的端口 {port}：{reason}。")
        raise DataError(text.format(address=address, port=port, reason=os_reason(error))) from error
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels the wait below
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    workers.begin()
    try:
        await stop.wait()
    finally:
        server.close()
        await workers.end()
