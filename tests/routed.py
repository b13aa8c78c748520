"""A page as the router runs it: what links to other pages needs them to exist."""

from streamlit.testing.v1 import AppTest

ROUTER = """
import streamlit as st

from mixplan import ui
from mixplan.ui.pages import page_file, page_names

ui.use_language()
st.navigation([st.Page(page_file(name), default=name == "{page}") for name in page_names()], position="hidden").run()
"""


def routed(name: str) -> AppTest:
    """A page beside all others, at the bare address."""
    return AppTest.from_string(ROUTER.format(page=name), default_timeout=60)
