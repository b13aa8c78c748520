"""A file that the planner brings for the project: taken once it can be read, used until it is put away."""

from collections.abc import Callable, Sequence

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.projects.project import FileUse, Path, at
from mixplan.ui import session, texts, work
from mixplan.ui.session import FILE_PROBLEMS


def problem_of(key: str) -> str:
    """Why the file that was brought last under a key could not be taken; empty where it was."""
    return FILE_PROBLEMS.or_new({}).get(key, "")


def _forget_problem(key: str) -> None:
    FILE_PROBLEMS.or_new({}).pop(key, None)


def project_file(
    label: str, types: Sequence[str], path: Path, *, key: str, check: Callable[[bytes, str], object]
) -> FileUse | None:
    """Bring a file, see which one is in use, put it away.

    Parameters
    ----------
    types : sequence of str
        Endings of names that can be chosen.
    path : tuple of str
        Where the project has it.
    key : str
        Name of the upload box.
    check : callable
        Reads content and name; what it raises is said, and the file is not taken.
    """
    st.file_uploader(texts.plain(label), type=list(types), key=key, on_change=_brought, args=(path, key, check))
    if problem := problem_of(key):
        texts.message("error", problem)
    use: FileUse | None = at(work.project(), path)
    if use is not None:
        st.caption(texts.plain(_("正在使用：{name}").format(name=use.name)))
        st.button(_("不用这个文件"), key=f"{key}_drop", on_click=_drop, args=(path, key), icon=":material/undo:")
    return use


def _brought(path: Path, key: str, check: Callable[[bytes, str], object]) -> None:
    upload = session.widget(key)
    _forget_problem(key)
    if upload is None:  # the cross beside the file's name
        work.put(path, None)
        return
    content = upload.getvalue()
    try:
        check(content, upload.name)
        work.put(path, work.put_file(content, upload.name))
    except MixplanError as problem:
        FILE_PROBLEMS.or_new({})[key] = str(problem)


def _drop(path: Path, key: str) -> None:
    _forget_problem(key)
    work.put(path, None)
