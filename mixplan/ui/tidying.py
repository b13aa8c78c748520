"""Memory of planners who have left is given back to the machine.

Streamlit drops a session that has been away for two minutes only when another one goes away; what the session
held lies in cycles, which Python collects late in a large process, and the freed pieces lie between kept ones, so that
the C library gives them back only when told to.
"""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from streamlit.runtime import Runtime

from mixplan.base import memory

_EVERY_S = 30.0


def give_back() -> None:
    """Collect what nobody refers to, and give free memory back to the machine; what is left is taken to stay.

    A warm server holds some hundred thousand objects for everybody. Until the next time Python does not look through
    them by itself, which would stop every page for a fifth of a second, several times a minute.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    memory.trim()


def _sessions() -> int:
    """How many sessions there are, once those that are long away are forgotten."""
    manager: Any = Runtime.instance()._session_mgr
    len(manager._session_storage._cache)  # to be counted is what makes Streamlit's store drop them; to be listed is not
    return len(manager.list_sessions())


async def _give_back_now_and_then() -> None:
    known = 0
    while True:
        await asyncio.sleep(_EVERY_S)
        sessions = _sessions()
        if sessions < known:
            await asyncio.to_thread(give_back)
        known = sessions


@asynccontextmanager
async def tidied() -> AsyncIterator[None]:
    """The life of a server whose memory follows the number of its planners."""
    memory.share_arenas()
    task = asyncio.create_task(_give_back_now_and_then())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
