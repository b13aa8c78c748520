"""The changes of a project, newest first: who, when, what before and after, and why."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.projects import Change, open_store
from mixplan.projects.words import change_words, trail_words
from mixplan.ui import clock, session, shared, texts, work
from mixplan.ui.called import called
from mixplan.ui.done import done
from mixplan.ui.downloads import table_downloads
from mixplan.ui.who import who

_ROW_PX, _HIGHEST_PX = 35, 420


def kind_label(kind: str) -> str:
    """What a kind of change is called."""
    return {
        "change": _("改动"),
        "undo": _("撤销"),
        "redo": _("重做"),
        "note": _("备注"),
        "create": _("新建"),
        "duplicate": _("复制"),
        "import": _("导入"),
        "rename": _("改名"),
        "archive": _("归档"),
        "restore": _("恢复"),
        "delete": _("删除"),
        "undelete": _("撤销删除"),
        "share": _("可见范围"),
    }.get(kind, kind)


def listing(changes: Sequence[Change]) -> list[Change]:
    """The changes that the planner asks for, as a table with its downloads."""
    shown = _filtered(changes)
    st.caption(texts.plain(_("{shown} / {all} 次改动").format(shown=len(shown), all=len(changes))))
    _plants, register = shared.register()
    table = _table(shown, _said(changes[-1].hash, get_language(), register, changes))
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=min(_ROW_PX * (len(table) + 1) + 3, _HIGHEST_PX),
        key="trail_table",
        column_config={_("改动"): st.column_config.TextColumn(width="large")},
    )
    name = file_stem(_("留痕-{name}").format(name=work.at_hand().name))
    table_downloads(table, name, key="trail")
    return shown


@st.cache_data(show_spinner=False, max_entries=20)
def _said(head: str, language: str, register: str, _changes: Sequence[Change]) -> dict[int, str]:
    """All changes of a project in words, by revision."""
    told = trail_words(_changes, shared.rules(), called)
    return {change.revision: _("；").join(parts) for change, parts in zip(_changes, told, strict=True)}


def _table(changes: Sequence[Change], said: Mapping[int, str]) -> pd.DataFrame:
    rows = [
        (
            change.revision,
            clock.local(change.at, "%Y-%m-%d %H:%M:%S"),
            change.who,
            kind_label(change.kind),
            said[change.revision],
            change.note,
        )
        for change in reversed(changes)
    ]
    return pd.DataFrame(rows, columns=[_("版本"), _("时间"), _("人"), _("类别"), _("改动"), _("备注")])


def _filtered(changes: Sequence[Change]) -> list[Change]:
    """Changes by the people, of the kinds and of the station that are asked for."""
    people, kinds, stations = st.columns(3)
    by = people.multiselect(
        _("人"),
        sorted({one.who for one in changes}),
        key="trail_people",
        placeholder=_("全部"),
        select_all=False,
    )
    of = kinds.multiselect(
        _("类别"),
        sorted({one.kind for one in changes}),
        format_func=kind_label,
        key="trail_kinds",
        select_all=False,
        placeholder=_("全部"),
    )
    known = {part for one in changes for item in one.items for part in item.path}
    plants, _version = shared.register()
    about = stations.selectbox(
        _("站点"),
        [id for id in plants.index if id in known],
        index=None,
        format_func=called,
        key="trail_station",
        placeholder=_("全部"),
    )
    there = {one.revision for one in changes if any(about in item.path for item in one.items)}
    return [
        one
        for one in changes
        if (not by or one.who in by)
        and (not of or one.kind in of)
        and (about is None or one.revision in there or one.of in there)
    ]


def note_box(changes: Sequence[Change]) -> None:
    """A field to say why the last of the changes that are listed was made."""
    last = next((one for one in reversed(changes) if one.kind != "note"), None)
    if last is None or work.at_hand().state != "active":
        return
    label = _("为第 {revision} 版加备注：{what}")
    what = _("；").join(change_words(last, shared.rules(), called)[:2])
    st.text_input(
        texts.plain(label.format(revision=last.revision, what=what)),
        key="trail_note",
        max_chars=500,
        placeholder=_("为什么这样改（备注不能再改）"),
        on_change=_take_note,
        args=(last.revision,),
    )


def _take_note(revision: int) -> None:
    note = str(session.widget("trail_note") or "")
    if not note.strip():
        return
    if done(open_store().note, work.at_hand().id, revision, note, who=who()):
        session.put_widget("trail_note", "")
