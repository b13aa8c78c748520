"""mixplan: the workbench's server. ``mixplan serve`` and ``streamlit run app.py`` both start it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from mixplan.base.paths import ROUTER
from mixplan.ui.faults import page_of_a_fault
from mixplan.ui.headers import SecurityHeaders
from mixplan.ui.maplayers import layer_route
from mixplan.ui.planner import PlannerCookie
from mixplan.ui.presence import with_workers
from mixplan.ui.warm import warming


@asynccontextmanager
async def lifespan(server: st.App) -> AsyncIterator[None]:
    """While the server runs: workers for long work, and its pages opened once."""
    async with with_workers(server), warming():
        yield


app = st.App(
    ROUTER,
    routes=[layer_route()],
    middleware=[Middleware(SecurityHeaders), Middleware(PlannerCookie)],
    lifespan=lifespan,
    on_script_error=page_of_a_fault,
)
