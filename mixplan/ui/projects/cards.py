"""Projects as cards, the last changed first: what each is, and the way into it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.maps.style import BACKGROUND_COLOUR
from mixplan.maps.thumbnail import HEIGHT_PX, WIDTH_PX
from mixplan.projects import Listed, open_store
from mixplan.projects.rows import STATES, State
from mixplan.projects.trail import Change
from mixplan.projects.words import change_words
from mixplan.ui import clock, shared, texts, work
from mixplan.ui.called import called
from mixplan.ui.pages import HOME, page_file
from mixplan.ui.projects import actions, files, portrait

_SHOWN = 12
_CARD_PX = 288
_TOLD = 40  # characters of the last change


def cards() -> None:
    """The projects that the planner asks for; their numbers and maps follow where they were not up to date."""
    try:
        listed = {state: open_store().listed(state=state) for state in STATES}
        chosen = _choice(listed)
        shown = chosen[:_SHOWN]
        with st.container(horizontal=True, key="projects"):
            last = open_store().last_changes([one.id for one in shown])
            portraits = [(one, *portrait.of(one)) for one in shown]
            for one, figures, picture in portraits:
                _card(one, figures, picture, last.get(one.id))
        if len(chosen) > len(shown):
            st.caption(texts.plain(_("另有 {count} 个，请按名称查找。").format(count=len(chosen) - len(shown))))
        if portrait.renew((one, figures) for one, figures, _picture in portraits):
            st.rerun()
    except DataError as problem:
        texts.message("error", str(problem))


def _choice(listed: dict[State, list[Listed]]) -> list[Listed]:
    """Projects of the state and with the name that is asked for."""
    states = {"active": _("在用"), "archived": _("已归档"), "deleted": _("已删除")}
    left, middle, bring, right = st.columns([9, 5, 6, 4], vertical_alignment="bottom")

    def label(state: State) -> str:
        return _("{state} {count}").format(state=states[state], count=len(listed[state]))

    with left:
        state = st.segmented_control(
            _("状态"),
            list(listed),
            default="active",
            format_func=texts.shown(label),
            key="project_state",
            required=True,
            label_visibility="collapsed",
        )
    name = middle.text_input(
        _("按名称查找"), key="project_name", placeholder=_("按名称查找"), label_visibility="collapsed"
    )
    with bring:
        files.import_box()
    with right:
        actions.begin_new()
    found = [one for one in listed[state] if name.strip().casefold() in one.name.casefold()]
    if not found:
        _nothing(any(listed.values()), states[state], name)
    return found


def _nothing(others: bool, state: str, name: str) -> None:
    """What to do where there is no project to show."""
    if others:
        said = _("没有名称含“{name}”的项目（{state}）。") if name.strip() else _("没有{state}的项目。")
        texts.message("info", said.format(name=name.strip(), state=state))
        return
    st.info(
        _(
            "还没有项目。在任何一页改动设置、作出决定或导入登记册，就自动成为一个项目并随时保存；也可以先在这里取好名称。"
        )
    )
    st.page_link(page_file(HOME), label=_("先看总览"), icon=":material/arrow_forward:")
    st.page_link(page_file("station_map"), label=_("导入自己的登记册"), icon=":material/arrow_forward:")


def _card(one: Listed, figures: Mapping[str, Any], picture: bytes | None, last: Change | None) -> None:
    with st.container(border=True, width=_CARD_PX, gap="xxsmall"):
        if picture is None:
            empty = Markup('<div style="aspect-ratio:{}/{};background:{}"></div>')
            texts.html(empty.format(WIDTH_PX, HEIGHT_PX, BACKGROUND_COLOUR))
        else:
            st.image(picture, width="stretch")
        title, more = st.columns([6, 2], vertical_alignment="center")
        if one.state == "deleted":
            with title:
                texts.heading(one.name)
        else:
            title.page_link(page_file(HOME), label=texts.plain(one.name), query_params={work.ADDRESS: one.id})
        st.caption(texts.plain(portrait.figures_text(figures) or "—"))
        what = [] if last is None else change_words(last, shared.rules(), called)
        by = _("{when} · {who}").format(when=clock.short(one.changed_at), who=one.changed_by)
        st.caption(texts.plain(by) + "  \n" + texts.plain(_shortened(_("；").join(what))))
        with more:
            key = actions.menu_key(one.id)
            box = st.popover("", icon=":material/more_horiz:", type="tertiary", key=key, on_change="rerun")
            if box.open:
                with box:
                    actions.menu(one)


def _shortened(text: str) -> str:
    return text if len(text) <= _TOLD else text[: _TOLD - 1] + "…"
