"""The comments on one thing, folded into a line of its card."""

from dataclasses import replace

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.projects import comments
from mixplan.projects.comments import LONGEST, LONGEST_NAME, Target
from mixplan.ui import session, texts, work
from mixplan.ui.comments import threads
from mixplan.ui.session import COMMENTS_OPEN

_NEW, _NAME = "comment_new", "comment_place_name"


def folded(target: Target) -> None:
    """A line that says how many comments there are; unfolded they are read, answered, settled and added."""
    found = comments.listed(work.project().comments, target)
    unfolded = COMMENTS_OPEN.get() == target.key
    st.button(
        texts.plain(comments.count_label(found)),
        icon=":material/expand_less:" if unfolded else ":material/comment:",
        on_click=_turn,
        args=(target,),
        type="tertiary",
        key="comments_line",
    )
    if not unfolded:  # what nobody has opened is not drawn
        return
    with st.container(key="comments_box"):
        for id, one in found.items():
            threads.thread(id, one)
        if not work.may_change():
            return
        with st.form("comment_form", clear_on_submit=True, border=False):
            if target.kind == "place" and not found:
                st.text_input(_("地点名称（可不填）"), key=_NAME, max_chars=LONGEST_NAME)
            st.text_area(_("新批注"), key=_NEW, max_chars=LONGEST, height=80)
            st.form_submit_button(_("加批注"), on_click=_add, args=(target,), key="comment_add")


def _turn(target: Target) -> None:
    if COMMENTS_OPEN.get() == target.key:
        COMMENTS_OPEN.forget()
    else:
        COMMENTS_OPEN.put(target.key)


def _add(target: Target) -> None:
    named = comments.tidied(str(session.widget(_NAME) or ""), longest=LONGEST_NAME)
    known = next(iter(comments.listed(work.project().comments, target).values()), None)
    if target.kind == "place":
        target = replace(target, name=named if known is None else known.target.name)
    threads.add(target, str(session.widget(_NEW) or ""))
