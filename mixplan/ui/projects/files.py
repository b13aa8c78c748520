"""Projects as files: one is written to be carried to another computer, one that was carried here is taken in."""

from dataclasses import replace

import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects import Listed, open_store
from mixplan.projects.access import current
from mixplan.projects.file import LARGEST_MB, file_name, read_project_file
from mixplan.ui import session, texts
from mixplan.ui.done import done
from mixplan.ui.made import File, made_downloads
from mixplan.ui.session import PROJECT_BROUGHT, PROJECT_PROBLEM
from mixplan.ui.who import who

MIME = "application/geopackage+sqlite3"
_UPLOAD = "project_file"
_BOX = "import_project"


def export_button(one: Listed) -> None:
    """A button at which a worker writes a project to a file, which is downloaded there; none for who came by a link."""
    person = current()
    if person.only:
        return
    key = f"export_{one.id}"
    personal = person.may("planner") and st.checkbox(
        _("连同登记册原文件"),
        key=f"{key}_personal",
        help=_("原文件里可能有电话、联系人。不勾选时只带 mixplan 读入的各列。"),
    )
    file = File(
        _("项目文件"),
        file_name(one.name),
        MIME,
        "mixplan.handouts.of_project:project_bytes",
        lambda: (one.id,),
        lambda: {"personal": personal, "person": person},
    )
    made_downloads({"file": file}, [st.container()], key=key, version=lambda: (one.revision, personal))


def import_box() -> None:
    """A place for a project file, and what has come of the last one."""
    with st.popover(_("导入项目文件"), icon=":material/upload_file:", key=session.box_key(_BOX), on_change="rerun"):
        st.file_uploader(
            _("mixplan 导出的文件（.mixplan）；原有的项目不受影响"),
            type=["mixplan", "gpkg"],
            key=_UPLOAD,
            max_upload_size=LARGEST_MB,
            on_change=_brought,
        )


def brought() -> None:
    """Which project was imported last, and the actuals that came with it and are not kept here."""
    found = PROJECT_BROUGHT.get()
    if found is None:
        return
    name, _bundle, count = found
    words, box = st.columns([5, 1], vertical_alignment="center")
    texts.message("success", _("已导入“{name}”。").format(name=name), words)
    if count:
        label = _("收入 {count} 条年度填报").format(count=count)
        box.button(texts.plain(label), key="take_actuals", on_click=_take_actuals, width="stretch")


def _brought() -> None:
    upload = session.widget(_UPLOAD)
    PROJECT_BROUGHT.forget()
    if upload is None:  # the cross beside the file's name
        return
    try:
        store = open_store()
        bundle = read_project_file(upload.getvalue(), upload.name)
        made = store.take_in(bundle, who=who())
        unknown = store.unknown_actuals(bundle)
    except DataError as problem:
        PROJECT_PROBLEM.put(str(problem))
        return
    session.close_box(_BOX)
    PROJECT_BROUGHT.put((made.name, replace(bundle, contents=()), unknown))


def _take_actuals() -> None:
    if (found := PROJECT_BROUGHT.take()) is not None:
        done(open_store().add_actuals, found[1])
