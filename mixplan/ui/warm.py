"""A server that has just started opens its own pages once, so that no planner waits for what all of them need."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient

from mixplan.ui.pages import HOME, page_names
from mixplan.ui.tidying import give_back

_LOOK_S = 0.5  # how long the server must have had next to nothing to do before the next page
_BUSY = 0.05  # share of a processor from which it has something to do


class _Nobody(SessionClient):
    """A browser at which nobody sits: it asks for pages and throws away what it is sent."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Take note that a page has run; one that begins anew has not."""
        if msg.WhichOneof("type") == "script_finished" and msg.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.ended.set()


async def _idle() -> None:
    """Wait until this process has nothing to do: whoever is there already goes first, on a cold server too."""
    used = _LOOK_S
    while used > _BUSY * _LOOK_S:
        before = time.process_time()
        await asyncio.sleep(_LOOK_S)
        used = time.process_time() - before


async def warm_up() -> None:
    """Open every page once in a session of nobody's: imports, layers, rules, screening and first views are then kept.

    What is shared is made once only, so whoever comes meanwhile does not wait for it twice.
    """
    runtime, client = Runtime.instance(), _Nobody()
    session = runtime.connect_session(client, {})
    try:
        for page in ["", *(name for name in page_names() if name != HOME)]:
            if page:  # the first one at once: what it loads the first planner's page needs as well, whichever it is
                await _idle()
            asked = BackMsg()
            asked.rerun_script.page_name = page
            client.ended.clear()
            runtime.handle_backmsg(session, asked)
            await client.ended.wait()
    finally:
        runtime.close_session(session)
    await asyncio.to_thread(give_back)


@asynccontextmanager
async def warming() -> AsyncIterator[None]:
    """Warm up beside the server's first requests."""
    task = asyncio.create_task(warm_up())
    yield
    task.cancel()
