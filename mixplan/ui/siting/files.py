"""The planner's own files on the siting page: demand points and candidates."""

from dataclasses import replace
from typing import Any

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.tables import content_version
from mixplan.base.i18n import gettext as _
from mixplan.city.datums import Datum
from mixplan.registers.points import complete_points, read_points
from mixplan.ui.registers import DATUM_LABELS
from mixplan.ui.session import SITING_FILES, SITING_NOTES, SITING_PROBLEM
from mixplan.ui.siting.records import Given
from mixplan.ui.texts import message, plain


def given() -> Given:
    """The planner's own files of this session."""
    return SITING_FILES.or_new(Given())


def own_files() -> None:
    """Load demand points or candidates of one's own, or go back to the shipped data."""
    files = given()
    with st.expander(_("自己的数据"), expanded=SITING_PROBLEM.known()):
        st.caption(_("CSV 或 XLSX：id, lon, lat 与 weight（需求，万t/年）或 capacity（每条线产能）。"))
        datum = st.selectbox(_("坐标系"), list(DATUM_LABELS), format_func=DATUM_LABELS.__getitem__, key="siting_datum")
        uploads = {
            "demand": st.file_uploader(_("需求点"), type=["csv", "xlsx"], key="siting_demand_file"),
            "own": st.file_uploader(_("候选点"), type=["csv", "xlsx"], key="siting_own_file"),
        }
        st.button(_("采用"), disabled=not any(uploads.values()), on_click=_load, args=(uploads, datum), width="stretch")
        if problem := SITING_PROBLEM.get():
            message("error", problem)
        for note in SITING_NOTES.get() or []:
            message("warning", note)
        if files.versions:
            names = {"demand": _("需求点"), "own": _("候选点")}
            st.caption(
                plain(_("正在使用自己的：{names}").format(names=_("、").join(names[key] for key in files.versions)))
            )
            st.button(_("恢复随附数据"), on_click=_unload, width="stretch", icon=":material/undo:")


def _load(uploads: dict[str, Any], datum: Datum) -> None:
    files = given()
    versions = dict(files.versions)
    changes: dict[str, Any] = {}
    notes: list[str] = []
    SITING_PROBLEM.forget()
    for key, upload in uploads.items():
        if upload is None:
            continue
        content = upload.getvalue()
        try:
            found = read_points(content, upload.name, datum=datum, column="weight" if key == "demand" else None)
            notes += found.notes
            changes[key] = complete_points(found)
        except MixplanError as problem:
            SITING_PROBLEM.put("\n\n".join(str(problem).splitlines()[:10]))
            return
        versions[key] = content_version(content, datum)
    SITING_FILES.put(replace(files, versions=versions, **changes))
    SITING_NOTES.put(notes)


def _unload() -> None:
    for kept in (SITING_FILES, SITING_PROBLEM, SITING_NOTES):
        kept.forget()
