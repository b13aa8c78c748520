"""The planner's own files on the siting page: demand points and candidates."""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.city.datums import Datum
from mixplan.projects.own_register import Get, points_from
from mixplan.projects.project import FileUse
from mixplan.registers.parsed import point_bytes
from mixplan.registers.points import PointFile, complete_points, read_points
from mixplan.ui import work
from mixplan.ui.registers import DATUM_LABELS
from mixplan.ui.session import SITING_PROBLEM
from mixplan.ui.texts import message, plain

# Fields of the project that hold the files, and the column that each must fill.
_FILES = {"demand": "weight", "candidates": None}


@dataclass(frozen=True)
class Given:
    """The planner's own files: their tables, what must be known of them, and a version of each; empty for none."""

    demand: gpd.GeoDataFrame | None = None
    own: gpd.GeoDataFrame | None = None
    versions: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()


@st.cache_resource(show_spinner=False, max_entries=8)
def _read(use: FileUse, column: str | None, language: str, _get: Get) -> PointFile:
    found = points_from(use, _get, column=column)
    complete_points(found)
    return found


def _used(name: str) -> PointFile | None:
    """One of the planner's own files, as it is read."""
    use: FileUse | None = getattr(work.project().siting, name)
    return None if use is None else _read(use, _FILES[name], get_language(), work.content_under)


def given() -> Given:
    """The planner's own files that the project uses.

    Raises
    ------
    DataError
        Where the store does not have one any more, or cannot be read.
    """
    found = {name: _used(name) for name in _FILES}
    demand, own = found["demand"], found["candidates"]
    return Given(
        None if demand is None else demand.points,
        None if own is None else own.points,
        ("" if demand is None else demand.version, "" if own is None else own.version),
        tuple(note for one in found.values() if one is not None for note in one.notes),
    )


def own_files() -> None:
    """Load demand points or candidates of one's own, or go back to the shipped data."""
    with st.expander(_("自己的数据"), expanded=SITING_PROBLEM.known()):
        st.caption(_("CSV 或 XLSX：id, lon, lat 与 weight（需求，万t/年）或 capacity（每条线产能）。"))
        datum = st.selectbox(_("坐标系"), list(DATUM_LABELS), format_func=DATUM_LABELS.__getitem__, key="siting_datum")
        uploads = {
            "demand": st.file_uploader(_("需求点"), type=["csv", "xlsx"], key="siting_demand_file"),
            "candidates": st.file_uploader(_("候选点"), type=["csv", "xlsx"], key="siting_own_file"),
        }
        st.button(_("采用"), disabled=not any(uploads.values()), on_click=_load, args=(uploads, datum), width="stretch")
        if problem := SITING_PROBLEM.get():
            message("error", problem)
        _in_use()


def _in_use() -> None:
    """Which files of one's own are in use, and what must be known of them."""
    labels = {"demand": _("需求点"), "candidates": _("候选点")}
    siting = work.project().siting
    names = [label for name, label in labels.items() if getattr(siting, name) is not None]
    if not names:
        return
    try:
        for note in given().notes:
            message("warning", note)
    except MixplanError as problem:
        message("error", str(problem))
    st.caption(plain(_("正在使用自己的：{names}").format(names=_("、").join(names))))
    st.button(_("恢复随附数据"), on_click=_unload, width="stretch", icon=":material/undo:")


def _load(uploads: dict[str, Any], datum: Datum) -> None:
    changes: dict[str, FileUse] = {}
    SITING_PROBLEM.forget()
    try:
        for name, upload in uploads.items():
            if upload is None:
                continue
            content = upload.getvalue()
            found = read_points(content, upload.name, datum=datum, column=_FILES[name])
            complete_points(found)
            changes[name] = work.put_file(content, upload.name, as_read=point_bytes(found), datum=datum.value)
    except MixplanError as problem:
        SITING_PROBLEM.put("\n\n".join(str(problem).splitlines()[:10]))
        return
    _use(changes)


def _unload() -> None:
    SITING_PROBLEM.forget()
    _use(dict.fromkeys(_FILES))


def _use(changes: dict[str, Any]) -> None:
    project = work.project()
    work.change(replace(project, siting=replace(project.siting, **changes)))
