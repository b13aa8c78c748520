"""mixplan: the workbench's server. ``mixplan serve`` and ``streamlit run app.py`` both start it."""

import streamlit as st
from starlette.middleware import Middleware

from mixplan.base.paths import ROUTER
from mixplan.ui.faults import page_of_a_fault
from mixplan.ui.headers import SecurityHeaders
from mixplan.ui.planner import PlannerCookie
from mixplan.ui.presence import with_workers

app = st.App(
    ROUTER,
    middleware=[Middleware(SecurityHeaders), Middleware(PlannerCookie)],
    lifespan=with_workers,
    on_script_error=page_of_a_fault,
)
