"""The life of a server from its start to its end: what goes on beside the pages."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.starlette import App

from mixplan.base.paths import ROUTER
from mixplan.ui.presence import with_workers
from mixplan.ui.sockets import answers_at_once
from mixplan.ui.tidying import tidied
from mixplan.ui.warm import warming


def settle_search_path() -> None:
    """Have the router's folder searched for modules as long as the server runs, after all others.

    Streamlit puts it in front for each run of a page and takes it away again, unless it is there already. Whoever looks
    a module or a package's version up at that moment passes over one entry of the list, and finds nothing.
    """
    if (folder := str(ROUTER.parent)) not in sys.path:
        sys.path.append(folder)


@asynccontextmanager
async def life(app: App) -> AsyncIterator[None]:
    """Workers for long work, pages opened once before anybody asks, and memory of planners who have left given back."""
    settle_search_path()
    with answers_at_once():
        async with with_workers(app), warming(), tidied():
            yield
