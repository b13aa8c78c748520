"""Who is at a page, or sends a request: by the office's login where secrets.toml has one, or by a link to look."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, is_authlib_installed
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from mixplan.base.i18n import gettext as _
from mixplan.projects import access
from mixplan.projects.access import NOBODY, OWNER, Person, role_text
from mixplan.projects.department import Department, department
from mixplan.projects.store import open_store
from mixplan.ui.session import VIEW_TOKEN
from mixplan.ui.texts import message, plain

VIEW = "view"  # under this an address has the word of a link
VIEW_COOKIE = "mixplan_view"


@cache
def settings() -> Department:
    """The login as secrets.toml has it when the server starts."""
    try:
        found: dict[str, Any] = {
            name: secrets_singleton[name] for name in ("auth", "access") if name in secrets_singleton
        }
    except FileNotFoundError:
        if any(Path(file).exists() for file in config.get_option("secrets.files")):
            return Department(on=True, problem=_("secrets.toml 读不通，先改正。"))
        return Department()
    return department({name: one.to_dict() if hasattr(one, "to_dict") else one for name, one in found.items()})


def person() -> Person:
    """Who is at the page that runs; beside a page, in a worker or on the command line, the owner."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return OWNER
    logged_in = _logged_in()
    if token := VIEW_TOKEN.get():
        return _by_link(token, anybody=logged_in is not None)
    return logged_in or NOBODY


access.follow_session(person)


def _logged_in() -> Person | None:
    """Who is logged in, be it without a role; none for a stranger."""
    if not settings().on:
        return OWNER
    claims = st.user.to_dict()
    return settings().person(claims, now=time.time()) if claims.get("is_logged_in") is True else None


def _by_link(token: str, *, anybody: bool) -> Person:
    """Whoever comes by a link: a stranger only where the office has said so."""
    if not (anybody or settings().open_links):
        return NOBODY
    found = open_store(NOBODY).linked(token)
    return Person(role="viewer", only=found) if found else NOBODY


def askers(cookies: Mapping[str, str]) -> list[Person]:
    """As whom a request may be answered: as who is logged in, and as who has come by a link; empty for a stranger."""
    if not settings().on:
        return [OWNER]
    claims = _claims(cookies)
    found = [] if claims is None else [settings().person(claims, now=time.time())]
    if token := cookies.get(VIEW_COOKIE):
        found.append(_by_link(token, anybody=claims is not None))
    return [one for one in found if one.may("viewer")]


def _claims(cookies: Mapping[str, str]) -> dict[str, Any] | None:
    """What the login's cookie says, as Streamlit has signed it for this server; None where it says nothing."""

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    try:
        claims = json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or b"null")
    except (ValueError, UnicodeEncodeError):
        return None
    mine = isinstance(claims, dict) and claims.get("origin") == get_origin_from_redirect_uri()
    return claims if mine and claims.get("is_logged_in") is True else None


def follow_link() -> None:
    """Look at the project of a link from now on, where the address has one; the address keeps it for a reload."""
    if asked := st.query_params.get(VIEW, ""):
        VIEW_TOKEN.put(asked)
    if token := VIEW_TOKEN.get():
        st.query_params[VIEW] = token


def linked_project() -> str:
    """Id of the project that the tab looks at by a link, empty without one."""
    return person().only


def admitted() -> bool:
    """Whether whoever is at the page may see it."""
    follow_link()
    return person().may("viewer")


def door() -> None:
    """What a stranger sees in place of every page: the way in, or why there is none."""
    with st.container(key="door", width=560, gap="medium"):
        st.markdown("### mixplan")
        problem = settings().problem or ("" if is_authlib_installed() else _no_login_installed())
        if VIEW_TOKEN.get() and (not settings().on or _logged_in() is not None or settings().open_links):
            message("warning", _("这个查看链接无效，或已停用。请向给您链接的人要一个新的。"))
            st.button(_("离开查看链接"), key="leave_view", on_click=leave)
        if not settings().on:
            return
        if problem:
            message("error", _("登录还不能用：{problem}请告诉管理员。").format(problem=problem))
        elif _logged_in() is None:
            st.markdown(_("请用单位账号登录。"))
            st.button(_("登录"), type="primary", key="login", on_click=st.login)
        else:
            mail = str(st.user.to_dict().get("email") or _("没有邮箱"))
            text = _("账号 {mail} 在这里没有角色，或登录已过期。需要使用请联系管理员，或换一个账号。")
            message("warning", text.format(mail=mail))
            again, out = st.columns(2)
            again.button(_("重新登录"), type="primary", key="login", on_click=st.login, width="stretch")
            out.button(_("退出登录"), key="logout", on_click=st.logout, width="stretch")


def _no_login_installed() -> str:
    return _("没有安装登录所需的包：pip install 'mixplan[login]'。")


def leave() -> None:
    """Look at the project of a link no longer."""
    VIEW_TOKEN.forget()
    st.query_params.clear()


def bar() -> None:
    """Who is at the page and as what, and the way out; nothing on a computer of one's own."""
    who = person()
    if who.only:
        st.caption(plain(_("查看链接 · 只读")))
        st.button(_("离开查看链接"), key="leave_view", type="tertiary", on_click=leave)
    elif who.identity:
        name, out = st.columns([5, 2], gap="small", vertical_alignment="center")
        name.caption(plain(f"{who.name or who.identity} · {role_text(who.role)}"))
        out.button(_("退出"), key="logout", type="tertiary", on_click=st.logout)
