"""What is done with whole projects: begun, named, copied, put aside, deleted and brought back."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.projects import Listed, Project, open_store
from mixplan.projects.access import LONGEST_NAME
from mixplan.ui import session, texts, work
from mixplan.ui.done import done
from mixplan.ui.pages import HOME
from mixplan.ui.projects import files
from mixplan.ui.session import NEXT_PAGE, PROJECT_DELETED
from mixplan.ui.who import who

_NEW = "new_project"


def told() -> None:
    """What was brought and what was deleted last, with the way back."""
    files.brought()
    deleted = PROJECT_DELETED.get()
    if deleted is None:
        return
    id, name = deleted
    words, back = st.columns([5, 1], vertical_alignment="center")
    texts.message("info", _("已删除“{name}”。").format(name=name), words)
    back.button(
        _("撤销删除"), key="undelete_last", on_click=bring_back, args=(id,), icon=":material/undo:", width="stretch"
    )


def begin_new() -> None:
    """A name for a new project, and the button that makes and opens it."""
    box = session.box_key(_NEW)
    with st.popover(_("新建项目"), type="primary", icon=":material/add:", key=box):
        if session.widget("new_name") is None:
            session.put_widget("new_name", open_store().free_name(work.new_name()))
        st.text_input(_("名称"), key="new_name", max_chars=LONGEST_NAME)
        st.caption(_("从随附数据开始；改动自动保存。"))
        # Under the box's name: a second click on the button of one that has closed is none on that of the next.
        make = f"{box}_make"
        st.button(_("新建并打开"), key=make, type="primary", width="stretch", on_click=_make, args=(box,))


def _make(box: str) -> None:
    def made() -> None:
        work.take(open_store().create(session.widget("new_name") or "", Project(), who=who()))

    if session.box_key(_NEW) == box and done(made):
        session.forget_widget("new_name")
        session.close_box(_NEW)
        NEXT_PAGE.put(HOME)


def menu_key(id: str) -> str:
    """Name of the box with what can be done with a project."""
    return session.box_key(f"menu_{id}")


def menu(one: Listed) -> None:
    """What can be done with a project, in its state."""
    if one.state == "active":
        key = f"name_{one.id}"
        if session.widget(key) is None:
            session.put_widget(key, one.name)
        st.text_input(_("名称"), key=key, max_chars=LONGEST_NAME, on_change=_rename, args=(one.id, key))
        copy = partial(_duplicate, box=menu_key(one.id))
        _button("copy", _("复制"), one, copy, ":material/content_copy:")
        files.export_button(one)
        _button("archive", _("归档"), one, _archive, ":material/archive:")
    else:
        _button("restore", _("恢复"), one, bring_back, ":material/undo:")
    if one.state != "deleted":
        _button("delete", _("删除"), one, _delete, ":material/delete:")
        return
    sure = st.checkbox(_("清除后不能恢复"), key=f"sure_{one.id}")
    _button("erase", _("彻底清除"), one, _erase, ":material/delete_forever:", disabled=not sure)


def _button(
    key: str, label: str, one: Listed, act: Callable[[str], None], icon: str, *, disabled: bool = False
) -> None:
    st.button(
        texts.plain(label),
        key=f"{key}_{one.id}",
        on_click=act,
        args=(one.id,),
        icon=icon,
        width="stretch",
        disabled=disabled,
    )


def _rename(id: str, key: str) -> None:
    name = session.widget(key)
    if name is not None and not done(open_store().rename, id, name, who=who()):
        session.forget_widget(key)


def _duplicate(id: str, box: str) -> None:
    if menu_key(id) == box and done(open_store().duplicate, id, who=who()):  # else a click before has closed it
        session.close_box(f"menu_{id}")


def _archive(id: str) -> None:
    done(open_store().archive, id, who=who())


def _delete(id: str) -> None:
    store = open_store()
    if not done(store.delete, id, who=who()):
        return
    PROJECT_DELETED.put((id, store.load(id).name))
    if work.at_hand().id == id:
        work.take(None)


def bring_back(id: str) -> None:
    """Take a project up again that was put aside or deleted."""
    store = open_store()

    def back() -> None:
        deleted = store.load(id).state == "deleted"
        (store.undelete if deleted else store.restore)(id, who=who())

    if done(back) and (last := PROJECT_DELETED.get()) is not None and last[0] == id:
        PROJECT_DELETED.forget()


def _erase(id: str) -> None:
    if done(open_store().erase, id) and (last := PROJECT_DELETED.get()) is not None and last[0] == id:
        PROJECT_DELETED.forget()
