"""The life of a server from its start to its end: what goes on beside the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.starlette import App

from mixplan.ui.presence import with_workers
from mixplan.ui.tidying import tidied
from mixplan.ui.warm import warming


@asynccontextmanager
async def life(app: App) -> AsyncIterator[None]:
    """Workers for long work, pages opened once before anybody asks, and memory of planners who have left given back."""
    async with with_workers(app), warming(), tidied():
        yield
