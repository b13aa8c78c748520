"""Scenarios of the project: begin one, rename it, take it away, take it over, work on it."""

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.projects import scenarios
from mixplan.projects.project import Scenario, Work
from mixplan.ui import session, texts, work
from mixplan.ui.comparison import columns

_NAME, _FROM, _WHICH, _NEW_NAME = "scenario_name", "scenario_from", "scenario_which", "scenario_new_name"
_BOX = "scenario_box"


def _new_id() -> str:
    """An id that comes after those that there are, so that scenarios stand in the order in which they were begun."""
    return f"{time.time_ns():x}{uuid4().hex[:4]}"


def begin(name: str, its: Work) -> str:
    """Begin a scenario with some work; its id."""
    branch = _new_id()
    work.change_whole(scenarios.begun(work.at_hand().project, branch, name, its))
    return branch


def begin_first() -> None:
    """Begin the first scenario, as a copy of the work at hand; a second click begins no other."""
    if not work.at_hand().project.scenarios:
        begin(_first_name(), scenarios.work_of(work.at_hand().project, work.scenario()))


def against_shipped() -> None:
    """Have the work at hand beside the same with the shipped register, as a scenario of its own."""
    whole, of, name = work.at_hand().project, work.scenario(), _("随附登记册")
    its = replace(scenarios.work_of(whole, of), register=None)
    known = (key for key, one in whole.scenarios.items() if one == Scenario(name, its))
    branch = next(known, None) or _new_id()
    if branch not in whole.scenarios:
        whole = scenarios.begun(whole, branch, name, its)
    shown = replace(whole.comparison, by="scenario", columns=(branch, of))
    work.change_whole(replace(whole, comparison=shown))


def _first_name() -> str:
    return _("方案 {number}").format(number=len(work.project().scenarios) + 1)


def _begin(key: str, box: str) -> None:
    if session.box_key(_BOX) != box:  # a click before has closed it
        return
    of = str(session.widget(key) or "")
    name = scenarios.tidied(str(session.widget(_NAME) or "")) or _first_name()
    branch = begin(name, scenarios.work_of(work.at_hand().project, of))
    shown = work.project().comparison
    # A new one is looked at at once where there is room; the columns that were chosen stay.
    if shown.columns and shown.by == "scenario" and branch not in (now := columns.chosen()) and len(now) < columns.MOST:
        columns.put_columns([*now, branch])
    session.put_widget(_NAME, "")
    session.close_box(_BOX)


def new_scenario() -> None:
    """A field for its name, and what it begins with."""
    names = columns.branches()
    box = session.box_key(_BOX)
    with st.popover(_("新建方案"), icon=":material/add:", width="stretch", key=box, on_change="rerun"):
        st.text_input(_("名称"), key=_NAME, max_chars=scenarios.LONGEST_NAME, placeholder=_first_name())
        key = session.choice_key(_FROM, names.values())
        session.put_widget(key, _valid(session.widget(key), list(names), work.scenario()))
        st.selectbox(_("从哪一份开始"), list(names), key=key, format_func=names.__getitem__)
        # Under the box's name: a second click on the button of one that has closed is none on that of the next.
        button = f"scenario_begin_{box}"
        st.button(_("新建"), on_click=_begin, args=(key, box), key=button, type="primary", width="stretch")


def manage() -> None:
    """Rename a scenario, take it over as the project's own work, or take it away."""
    names = {key: name for key, name in columns.branches().items() if key}
    if not names:
        return
    box = st.expander(_("管理方案"), key="scenario_manage", on_change="rerun")
    if not box.open:
        return
    with box:
        key = session.choice_key(_WHICH, names.values())
        which = _valid(session.widget(key), list(names), work.scenario() or next(iter(names)))
        session.put_widget(key, which)
        st.selectbox(_("哪个方案"), list(names), key=key, format_func=names.__getitem__)
        session.put_widget(_NEW_NAME, names[which])
        st.text_input(
            _("改名"), key=_NEW_NAME, max_chars=scenarios.LONGEST_NAME, on_change=_rename, args=(which, _NEW_NAME)
        )
        adopted = _("项目本身的工作换成这个方案的，方案仍在；可以撤销。")
        for name, label, note, act in (
            ("adopt", _("采用为项目本身"), adopted, _adopt),
            ("drop", _("删除方案"), _("可以撤销。"), _drop),
        ):
            st.button(
                texts.plain(label),
                on_click=_if_chosen,
                args=(which, key, act),
                key=f"scenario_{name}_{which}",
                width="stretch",
                help=texts.plain(note),
            )


def _valid(found: object, some: list[str], otherwise: str) -> str:
    return found if isinstance(found, str) and found in some else otherwise


def _rename(branch: str, key: str) -> None:
    if branch in work.project().scenarios:
        work.change_whole(scenarios.renamed(work.at_hand().project, branch, str(session.widget(key) or "")))


def _if_chosen(branch: str, key: str, act: Callable[[str], None]) -> None:
    """Do something with a scenario.

    A click that comes while another is chosen, or right after the one was taken away, is meant for neither.
    """
    if session.widget(key) == branch and branch in work.at_hand().project.scenarios:
        act(branch)


def _adopt(branch: str) -> None:
    whole = work.at_hand().project
    note = _("采用方案“{name}”为项目本身").format(name=whole.scenarios[branch].name)
    work.change_whole(scenarios.adopted(whole, branch), note=note)


def _drop(branch: str) -> None:
    work.change_whole(scenarios.without(work.at_hand().project, branch))
