"""The project at hand, on every page: its name, when it was kept, undo and redo, and what stands in the way."""

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.ui import clock, session, texts, work
from mixplan.ui.session import CLASH, OPENING, REFUSED, UNSAVED

_SCENARIO = "scenario_at_hand"


def bar() -> None:
    """Name, undo, redo, and when the work was kept."""
    held = work.at_hand()
    done, undone = work.steps()
    name, back, forward = st.columns([6, 1, 1], gap="small", vertical_alignment="center")
    name.caption(texts.plain(held.name or _("新项目")) + "  \n" + texts.plain(_kept(held)))
    back.button(
        "",
        icon=":material/undo:",
        help=_("撤销"),
        type="tertiary",
        key="undo",
        disabled=done is None,
        on_click=work.undo,
    )
    forward.button(
        "",
        icon=":material/redo:",
        help=_("重做"),
        type="tertiary",
        key="redo",
        disabled=undone is None,
        on_click=work.redo,
    )
    scenario_box()


def scenario_box() -> None:
    """Which scenario the tab works on, where the project has some."""
    names = {"": _("项目本身"), **{key: one.name for key, one in work.at_hand().project.scenarios.items()}}
    if len(names) == 1:
        return
    session.put_widget(_SCENARIO, work.scenario())
    st.selectbox(
        _("正在这一份上工作"),
        list(names),
        key=_SCENARIO,
        format_func=names.__getitem__,
        on_change=lambda: work.to_scenario(str(session.widget(_SCENARIO))),
        label_visibility="collapsed",
    )


def problems() -> None:
    """What could not be kept, and what somebody else has set meanwhile."""
    if why := OPENING.get():
        texts.message("warning", why)
    if why := REFUSED.take():
        texts.message("warning", why)
    if why := UNSAVED.get():
        texts.message("error", _("改动还没有保存：{why}每次操作都会再试一次。").format(why=why))
    clash = CLASH.get()
    if clash is None:
        return
    texts.message("warning", str(clash))
    mine, theirs, _rest = st.columns([2, 2, 6])
    mine.button(_("改成我的"), key="clash_mine", on_click=work.insist, width="stretch")
    theirs.button(_("保留对方的"), key="clash_theirs", on_click=CLASH.forget, width="stretch")


def _kept(held: work.AtHand) -> str:
    """When the work was kept, by the planner's own clock."""
    if not held.saved_at:
        return _("改动后自动保存")
    return _("已保存 {time}").format(time=clock.short(held.saved_at))
