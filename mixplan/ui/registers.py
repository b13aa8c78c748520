"""A planner's own register: load it, see what is wrong with it, go back to the shipped one."""

from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.names import file_stem
from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.problems import listed
from mixplan.city.datums import Datum
from mixplan.registers.parsed import register_bytes
from mixplan.registers.plants import COLUMNS, read_register, register_template
from mixplan.screening.stations import inventory
from mixplan.ui import shared, work
from mixplan.ui.comparison import scenarios
from mixplan.ui.downloads import table_downloads
from mixplan.ui.pages import page_file
from mixplan.ui.session import PLANT, REGISTER_PROBLEM
from mixplan.ui.texts import message, plain

DATUM_LABELS = {
    Datum.WGS84: "WGS-84",
    Datum.CGCS2000: "CGCS2000",
    Datum.GCJ02: "GCJ-02",
    Datum.BD09: "BD-09",
    Datum.BEIJING54: "Beijing 54",
    Datum.XIAN80: "Xi'an 80",
}


def _load_register(upload: Any, datum: Datum, error_m: float) -> None:
    try:
        register = read_register(upload.getvalue(), upload.name, datum=datum, default_location_error_m=error_m)
        if register.plants.empty and register.errors:
            # Nothing usable: what is in use stays in use.
            text = _("没有一行可用，仍使用原来的登记册。共 {count} 处问题：").format(count=len(register.errors))
            REGISTER_PROBLEM.put("\n\n".join((text, *register.error_sentences)))
            return
        as_read = register_bytes(register)
        use = work.put_file(
            upload.getvalue(), upload.name, as_read=as_read, datum=datum.value, location_error_m=error_m
        )
        work.put(("register",), use)
        REGISTER_PROBLEM.forget()
        PLANT.forget()
    except MixplanError as problem:
        REGISTER_PROBLEM.put(str(problem))


def _drop_register() -> None:
    work.put(("register",), None)
    for kept in (REGISTER_PROBLEM, PLANT):
        kept.forget()


def register_controls() -> None:
    """Load a register of one's own, or go back to the shipped one."""
    box = st.expander(_("导入自己的登记册"), expanded=REGISTER_PROBLEM.known(), key="own_register", on_change="rerun")
    if box.open:  # what nobody has opened is not drawn: it would hold up the first map
        with box:
            _import_controls()
    if work.project().register is not None:
        st.button(_("恢复随附登记册"), on_click=_drop_register, width="stretch", icon=":material/undo:")
        icon = ":material/compare_arrows:"
        if st.button(_("与随附登记册比较"), key="compare_registers", width="stretch", icon=icon):
            scenarios.against_shipped()
            st.switch_page(page_file("comparison"))


def _import_controls() -> None:
    upload = st.file_uploader(_("CSV 或 XLSX，表头可用中文"), type=["csv", "xlsx"], key="upload")
    datum = st.selectbox(
        _("坐标系"),
        list(DATUM_LABELS),
        index=None,
        format_func=DATUM_LABELS.__getitem__,
        key="upload_datum",
        placeholder=_("请选择登记册的坐标系"),
    )
    error_m = st.number_input(
        _("未注明时的定位误差（m）"),
        min_value=0,
        max_value=100_000,
        value=50,
        step=10,
        key="upload_error_m",
        help=_("厂址或门牌已知而登记册没有写误差时采用；只知村、乡镇或区县的，按“数据与来源”中的假设。"),
    )
    st.button(
        _("导入"),
        disabled=upload is None or datum is None,
        on_click=_load_register,
        args=(upload, datum, float(error_m)),
        type="primary",
        width="stretch",
    )
    template, words = register_template()
    sheets = {_("登记册"): template, _("可用的词"): words}
    st.download_button(
        _("下载模板（含示例）"),
        lambda: workbook_xlsx(sheets),
        file_stem(_("登记册模板")) + ".xlsx",
        on_click="ignore",
        width="stretch",
    )
    if problem := REGISTER_PROBLEM.get():
        message("error", problem)


def register_report() -> None:
    """What came of the planner's register: rows in use, and every row left out with its reason."""
    own = shared.own_register()
    if own is None:
        return
    used, bad = len(own.plants), len({e.row for e in own.errors})
    nowhere = own.plants[own.plants.geometry.isna()]
    text = _(
        "正在使用导入的登记册“{name}”：{rows} 行中 {used} 行可用，{bad} 行有误未采用，"
        "{unlocated} 个站点未定位（其中在册 {stock} 个）。"
    ).format(name=own.name, rows=own.rows, used=used, bad=bad, unlocated=len(nowhere), stock=len(inventory(nowhere)))
    message("warning" if bad else "info", text)
    for note in (*own.notes, *filter(None, [shared.read_otherwise()])):
        message("warning", note)
    if own.ignored:
        message("warning", _("未识别的列，未采用：{columns}").format(columns=listed(own.ignored)))
    if own.errors:
        headers = {column.code: column.header for column in COLUMNS} if get_language() == "zh" else {}
        table = pd.DataFrame(
            [(e.row, headers.get(e.column, e.column), e.value, e.message) for e in own.errors],
            columns=[_("行"), _("列"), _("值"), _("问题")],
        )
        with st.expander(plain(_("未采用的行（{count} 处问题）").format(count=len(own.errors))), expanded=True):
            st.dataframe(table, hide_index=True, width="stretch", height=min(38 * len(table) + 40, 240))
            table_downloads(table, _("登记册问题"), key="register_errors")
