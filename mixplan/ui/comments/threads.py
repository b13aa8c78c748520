"""One comment with what was answered: read, answered, settled, taken up again."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.projects import comments
from mixplan.projects.comments import LONGEST, Comment, Reply, Target
from mixplan.ui import clock, login, session, texts, work
from mixplan.ui.who import who


def thread(id: str, one: Comment) -> None:
    """A comment, its replies, a field for another one, and the button that settles it or takes it up again."""
    with st.container(border=True, key=f"comment_{id}"):
        said, settle = st.columns([5, 2], vertical_alignment="center")
        said.caption(texts.plain(_by(one.who, one.at)))
        settle.button(
            _("解决") if one.open else _("重新打开"),
            on_click=_settle,
            args=(id, one.open),
            type="tertiary",
            key=f"comment_settle_{id}_{one.open:d}",  # a second click on the one means that, not the other
            disabled=not (work.may_change() and login.person().may_settle(one.who)),
        )
        st.markdown(texts.plain(one.text))
        for reply in one.answers:
            st.caption(texts.plain("↳ " + _by(reply.who, reply.at)))
            st.markdown(texts.plain(reply.text))
        if not one.open:
            st.caption(texts.plain(_("已解决：{by}").format(by=_by(one.resolved_by, one.resolved_at))))
        if not (one.open and work.may_change()):
            return
        with st.form(f"comment_reply_form_{id}", clear_on_submit=True, border=False):
            key = f"comment_reply_{id}"
            st.text_area(
                _("回复"), key=key, max_chars=LONGEST, height=68, label_visibility="collapsed", placeholder=_("回复……")
            )
            st.form_submit_button(_("回复"), on_click=_reply, args=(id, key), key=f"comment_answer_{id}")


def _by(who: str, at: str) -> str:
    return f"{who} · {clock.short(at)}" if at else who


def add(target: Target, text: str) -> None:
    """Pin a comment to something; one in which nothing is to be seen is none."""
    if said := comments.tidied(text):
        work.put(("comments", _new_id()), Comment(target, said, who(), _now()))


def _reply(id: str, key: str) -> None:
    said = comments.tidied(str(session.widget(key) or ""))
    if said and id in work.project().comments:
        work.put(("comments", id, "replies", _new_id()), Reply(said, who(), _now()))


def _settle(id: str, settled: bool) -> None:
    one = work.project().comments.get(id)
    if one is not None:
        by, at = (who(), _now()) if settled else ("", "")
        work.put(("comments", id), replace(one, resolved_by=by, resolved_at=at))


def _new_id() -> str:
    return uuid4().hex[:12]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
