"""Who may see the project at hand: links by which others look at it, and whether it is for its owner alone."""

from urllib.parse import quote, urlsplit

import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects.store import open_store
from mixplan.ui import clock, login, session, work
from mixplan.ui.basepath import below_base
from mixplan.ui.done import done
from mixplan.ui.session import LINK_MADE, SHARING
from mixplan.ui.texts import message, plain
from mixplan.ui.who import who

_PRIVATE, _MAKE = "share_private", "share_make"


def button() -> None:
    """What opens the dialog, for who may share the project; it is there until it is closed."""
    if not (work.at_hand().id and work.may_change()):
        return
    st.button(_("分享"), icon=":material/share:", type="tertiary", key="share", on_click=_open)
    # A run in which it is not drawn closes it, and the page also runs because of what others change.
    if SHARING.known():
        st.dialog(plain(_("分享项目")), on_dismiss=SHARING.forget)(_dialog)()


def _open() -> None:
    LINK_MADE.forget()
    SHARING.put(True)


def _dialog() -> None:
    id, store = work.at_hand().id, open_store()
    try:
        kept, links = store.load(id), store.view_links(id)
    except DataError as problem:
        message("error", str(problem))
        return
    me = login.person()
    if me.identity:
        may = me.may("admin") or kept.owner == me.identity
        session.put_widget(_PRIVATE, kept.private)
        st.toggle(_("只有我和管理员能看"), key=_PRIVATE, disabled=not may, on_change=_set_private, args=(id,))
        if not may:
            st.caption(
                plain(_("由项目的所有者 {owner} 或管理员决定。").format(owner=kept.owner or _("（没有登录的人）")))
            )
    st.markdown(_("**查看链接**：打开的人只能看这一个项目，不能改动。"))
    st.caption(_("他们也看到留痕和批注里的人名，以及部门全部有效的年度填报（不含填报人和备注），但不能导出项目文件。"))
    if login.settings().on and not login.settings().open_links:
        st.caption(_("打开的人要先用单位账号登录，不需要角色。"))
    elif not login.settings().on:
        st.caption(_("这台工作台没有登录：能打开它的人本来就能改动，链接只防误改。"))
    key = session.box_key(_MAKE)
    st.button(_("新建查看链接"), key=key, on_click=_make, args=(id, key))
    if token := LINK_MADE.get():
        st.caption(_("请现在复制：为安全起见，链接只显示这一次。"))
        st.code(_address(token), language=None, wrap_lines=True)
    for link in links:
        text, end = st.columns([4, 1], vertical_alignment="center")
        made = _("{who} 建于 {time}").format(who=link.made_by, time=clock.short(link.made_at))
        text.caption(plain(made))
        end.button(_("停用"), key=f"share_end_{link.id[:12]}", on_click=_end, args=(id, link.id))


def _address(token: str) -> str:
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{below_base('/')}?{login.VIEW}={quote(token, safe='')}"


def _make(id: str, key: str) -> None:
    if session.box_key(_MAKE) != key:  # a second click on the same button: nobody would ever see the first link's word
        return
    session.close_box(_MAKE)
    done(lambda: LINK_MADE.put(open_store().make_link(id, who=who())))


def _end(id: str, link: str) -> None:
    LINK_MADE.forget()
    done(open_store().end_link, id, link, who=who())


def _set_private(id: str) -> None:
    done(open_store().set_private, id, bool(session.widget(_PRIVATE)), who=who())
