"""mixplan: the workbench's server. ``mixplan serve`` and ``streamlit run app.py`` both start it."""

import streamlit as st
from starlette.middleware import Middleware

from mixplan.base.paths import ROUTER
from mixplan.ui.faults import page_of_a_fault
from mixplan.ui.gate import Gate
from mixplan.ui.headers import SecurityHeaders
from mixplan.ui.life import life
from mixplan.ui.mapassets import map_asset_route
from mixplan.ui.maplayers import layer_route
from mixplan.ui.others import revision_route
from mixplan.ui.pagescript import PageScript, page_script_route
from mixplan.ui.planner import PlannerCookie
from mixplan.ui.routing.home import home_route

app = st.App(
    ROUTER,
    routes=[home_route(), layer_route(), map_asset_route(), page_script_route(), revision_route()],
    middleware=[Middleware(SecurityHeaders), Middleware(PlannerCookie), Middleware(Gate), Middleware(PageScript)],
    lifespan=life,
    on_script_error=page_of_a_fault,
)
