"""The router, which every page is reached through: their titles and order stand in `mixplan.ui.pages`.

It lies apart from pages/: Streamlit takes a folder of that name beside its script for pages of its own, and has the
script's folder searched for modules while it runs.
"""

import streamlit as st

from mixplan import ui
from mixplan.ui import address, login
from mixplan.ui.pages import HOME, page_file, page_groups
from mixplan.ui.texts import plain

ui.use_language()
admitted = login.admitted()
page = st.navigation(
    {
        plain(group): [
            st.Page(page_file(name), title=plain(title), default=name == HOME) for name, title in titles.items()
        ]
        for group, titles in page_groups().items()
    },
    position="top" if admitted else "hidden",
)
if not admitted:
    login.door()
    st.stop()
with ui.turn():
    try:
        page.run()
    finally:
        address.keep()
