"""The project at hand, on every page: its name, when it was kept, undo and redo, and what stands in the way."""

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.projects.access import LONGEST_NAME
from mixplan.projects.trail import Change
from mixplan.projects.words import clash_words, undo_words
from mixplan.ui import clock, login, session, shared, texts, work
from mixplan.ui.called import called
from mixplan.ui.comparison import columns
from mixplan.ui.done import done
from mixplan.ui.session import CLASH, OPENING, PROJECT_PROBLEM, REFUSED, SCENARIO_GONE, UNSAVED
from mixplan.ui.who import give_name, me, who

_TOLD = 3  # parts of a change that a button tells
_CLASHES = 5  # things set otherwise that are told one by one

_SCENARIO = "scenario_at_hand"


def bar() -> None:
    """Name, undo, redo, and when the work was kept."""
    held = work.at_hand()
    last, undone = work.steps()
    name, back, forward = st.columns([6, 1, 1], gap="small", vertical_alignment="center")
    states = {"archived": _("已归档，恢复后才能改"), "deleted": _("已删除，恢复后才能改")}
    name.caption(texts.plain(held.name or _("新项目")) + "  \n" + texts.plain(states.get(held.state) or _kept(held)))
    back.button(
        "",
        icon=":material/undo:",
        help=texts.plain(_step(_("撤销：{what}"), _("撤销"), last)),
        type="tertiary",
        key="undo",
        disabled=last is None,
        on_click=work.undo,
    )
    forward.button(
        "",
        icon=":material/redo:",
        help=texts.plain(_step(_("重做：{what}"), _("重做"), undone)),
        type="tertiary",
        key="redo",
        disabled=undone is None,
        on_click=work.redo,
    )
    scenario_box()
    if held.id and not me().name and not login.person().only:
        _name_form()


def _step(text: str, plain: str, change: Change | None) -> str:
    """What a button would do, as far as there is room."""
    said = [] if change is None else undo_words(change, shared.rules(), called)
    more = _("等 {count} 处").format(count=len(said)) if len(said) > _TOLD else ""
    return text.format(what=_("；").join(said[:_TOLD]) + more) if said else plain


def name_again() -> None:
    """A field for the name, for who has one or has not begun any work: the others have it on every page."""
    person = login.person()
    if not (person.identity or person.only) and (me().name or not work.at_hand().id):
        _name_form()


def _name_form() -> None:
    if session.widget("who_name") is None:
        session.put_widget("who_name", me().name)
    st.text_input(
        _("您的姓名（用于留痕）"), key="who_name", max_chars=LONGEST_NAME, placeholder=who(), on_change=_take_name
    )


def _take_name() -> None:
    done(give_name, session.widget("who_name") or "")
    session.forget_widget("who_name")


def scenario_box() -> None:
    """Which scenario the tab works on, where the project has some."""
    names = columns.branches()
    if len(names) == 1:
        return
    key = session.choice_key(_SCENARIO, names.values())
    session.put_widget(key, work.scenario())
    st.selectbox(
        _("正在这一份上工作"),
        list(names),
        key=key,
        format_func=names.__getitem__,
        on_change=lambda: work.to_scenario(str(session.widget(key))),
        label_visibility="collapsed",
    )


def problems() -> None:
    """What could not be kept, and what somebody else has set meanwhile."""
    if why := PROJECT_PROBLEM.take():
        texts.message("error", why)
    if why := OPENING.get():
        texts.message("warning", why)
    if SCENARIO_GONE.known():
        texts.message("warning", _("这个项目里没有所指的方案，显示的是项目本身。"))
    if why := REFUSED.take():
        texts.message("warning", why)
    if why := UNSAVED.get():
        texts.message(
            "error", _("改动还没有保存：{why}页面会自动再试，每次操作也会；保存之前请不要关闭。").format(why=why)
        )
    clash = CLASH.get()
    if clash is None:
        return
    for item in clash.items[:_CLASHES]:
        title, mine, theirs = clash_words(item, shared.rules(), called)
        told = _("“{title}”：您要改成“{mine}”，{who} 已在 {time} 改成“{theirs}”。")
        time = clock.short(item.at) if item.at else "—"
        texts.message("warning", told.format(title=title, mine=mine, theirs=theirs, who=item.who, time=time))
    texts.message("warning", str(clash))
    left, right, _rest = st.columns([2, 2, 6])
    left.button(_("改成我的"), key="clash_mine", on_click=work.insist, width="stretch")
    right.button(_("保留对方的"), key="clash_theirs", on_click=CLASH.forget, width="stretch")


def _kept(held: work.AtHand) -> str:
    """When the work was kept, by the planner's own clock."""
    if not held.saved_at:
        return _("改动后自动保存")
    return _("已保存 {time}").format(time=clock.short(held.saved_at))
