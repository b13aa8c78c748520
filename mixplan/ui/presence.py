"""Who is looking at this server's pages: long work goes on for them, and ends some seconds after they have gone."""

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.runtime import Runtime, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from mixplan.jobs.keeper import Keeper
from mixplan.ui.planner import planner_id

# Streamlit takes a session up again after a gap of two minutes at most.
_FORGOTTEN_S = 300.0
# What workers need, loaded before anybody asks for it.
_WARM = (
    "mixplan.siting.proposal",
    "mixplan.siting.robustness",
    "mixplan.consolidation.plan",
    "mixplan.consolidation.tradeoff",
    "mixplan.consolidation.joint",
    "mixplan.handouts.formats",
    "mixplan.handouts.pptx",
    "mixplan.handouts.html",
    "mixplan.handouts.workbook",
    "mixplan.handouts.pdf.pages",
    "mixplan.handouts.single",
)


_seen: dict[tuple[str, str], float] = {}  # when a session and its planner were connected last
_keeper: Keeper | None = None
_starting = threading.Lock()


def arrive() -> None:
    """Take down whose session this is; every run of a page calls this."""
    context = get_script_run_ctx()
    if context is not None:
        _seen[context.session_id, planner_id()] = time.monotonic()


def present() -> set[str]:
    """Planners with a page that is connected; a timer in a hidden tab may sleep for a minute, the connection lasts."""
    now, found = time.monotonic(), set()
    for (session, planner), seen in list(_seen.items()):
        if not exists() or Runtime.instance().is_active_session(session):
            _seen[session, planner] = now
            found.add(planner)
        elif now - seen > _FORGOTTEN_S:
            _seen.pop((session, planner), None)
    return found


def keep_workers() -> None:
    """See to it that there are workers, from now on as long as this server lives."""
    global _keeper
    with _starting:
        if _keeper is None:
            _keeper = Keeper(present, warm=_WARM)


@asynccontextmanager
async def with_workers(_app: App) -> AsyncIterator[None]:
    """The life of a server: its workers load what they need before anybody asks for it."""
    keep_workers()
    yield
