"""The life of a server from its start to its end: what goes on beside the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.starlette import App

from mixplan.ui.presence import with_workers
from mixplan.ui.tidying import tidied


@asynccontextmanager
async def life(app: App) -> AsyncIterator[None]:
    """Workers for long work stand ready, and the memory of planners who have left is given back."""
    async with with_workers(app), tidied():
        yield
