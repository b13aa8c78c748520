"""The form for planners' own actuals, and the list of them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.files.names import file_stem
from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.city.district_names import plan_districts
from mixplan.plan.figures import Figure
from mixplan.plan.words import area_text, binding_text, direction_text, unit_text
from mixplan.projects import database
from mixplan.projects import entries as projects_entries
from mixplan.targets import entries as targets_entries
from mixplan.ui import login, session, work
from mixplan.ui.downloads import table_downloads
from mixplan.ui.session import ENTRY_MESSAGE, ENTRY_PENDING
from mixplan.ui.tables import show_table
from mixplan.ui.targets.figures import Known, entries
from mixplan.ui.texts import message, plain
from mixplan.ui.who import me, who


def _save(entry: targets_entries.Entry, seen: int) -> None:
    try:
        number = projects_entries.add_actual(entry, seen=seen)
    except DataError as error:
        ENTRY_MESSAGE.put(("error", str(error)))
        return
    ENTRY_PENDING.forget()
    ENTRY_MESSAGE.put(("success", _("已保存，编号 {number}。").format(number=number)))


def _if_chosen(key: str, number: int, who: str, act: Callable[[int, str], str]) -> None:
    """Do something with an entry and say what was done; a click that comes while another is chosen is meant for none.

    That is also a second click, right after the one was done with.
    """
    if session.widget(key) != number:
        return
    try:
        ENTRY_MESSAGE.put(("success", act(number, who)))
    except DataError as error:
        ENTRY_MESSAGE.put(("error", str(error)))


def _withdraw(number: int, who: str) -> str:
    projects_entries.withdraw(number, who=who)
    return _("已撤销编号 {number}。").format(number=number)


def _restore(number: int, who: str) -> str:
    new = projects_entries.restore(number, who=who)
    return _("编号 {number} 的数字重新有效，新编号 {new}。").format(number=number, new=new)


def _district(name: str) -> str:
    if not name:
        return _("全市")
    return plan_districts().get(name, name) if get_language() == "en" else name


def entry_tab(known: Known) -> None:
    """Enter an annual actual, confirm what looks doubtful, see and take back what was entered."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        entry = None
        if work.may_change():
            entry = _form(_target(known))
        else:
            message("info", _("您只能查看，不能填报。"))
        if entry is not None:
            _check(known.plan, known.entered, entry)
        _confirm(known)
        if said := ENTRY_MESSAGE.take():
            message(*said)
    with right:
        if waiting := database.database().turns():
            message("info", waiting)
        _entry_list(known)


def _target(known: Known) -> Figure:
    """The target of the plan for which an actual is to be entered."""
    targets = {f.indicator: f for f in known.rows if f.kind == "target"}
    chosen = st.selectbox(
        _("填报指标"),
        list(targets),
        format_func=lambda i: f"{area_text(targets[i].area)} · {local(targets[i])}",
        key="entry_indicator",
    )
    target = targets[chosen]
    st.caption(
        plain(
            _("口径：{series}；范围：{area}；目标 {sign} {target}").format(
                series=local(target, "series"),
                area=binding_text(target.binding_area),
                sign=direction_text(target.direction),
                target=target.text(),
            )
        )
    )
    return target


def _person(place: Any, label: str, key: str) -> str:
    """Who does it: with a login that one, else whoever is named once, which can be written over."""
    if login.person().identity:
        place.caption(plain(f"{label}：{who()}"))
        return who()
    if session.widget(key) is None and me().name:
        session.put_widget(key, me().name)
    return str(place.text_input(plain(label), key=key))


def _form(target: Figure) -> targets_entries.Entry | None:
    """The form; what it holds where it has just been sent."""
    with st.form("entry", border=True):
        first, second = st.columns(2)
        year = first.number_input(_("年份"), min_value=1990, max_value=2100, value=target.year, step=1)
        district = second.selectbox(_("区县"), [targets_entries.ALL_CITY, *plan_districts()], format_func=_district)
        value = st.number_input(
            plain(_("数值（{unit}）").format(unit=unit_text(target.unit))), value=None, format="%.2f", step=1.0
        )
        source = st.text_input(_("来源"), placeholder=_("文件、通报或报表及日期"))
        note = st.text_input(_("备注"))
        by = _person(st, _("填报人"), "entry_who")
        sent = st.form_submit_button(_("检查并保存"), type="primary", width="stretch")
    if not sent:
        return None
    return targets_entries.Entry(
        indicator=target.indicator,
        year=int(year),
        district=district,
        value=value,
        unit=target.unit,
        source=source,
        note=note,
        who=by,
    )


def _check(plan: pd.DataFrame, known: pd.DataFrame, entry: targets_entries.Entry) -> None:
    """Refuse an entry in words, put a doubtful one by for confirmation, or save it."""
    check = targets_entries.check_entry(plan, known, entry, today=date.today())
    ENTRY_PENDING.forget()
    for error in check.errors:
        message("error", error)
    if not check.errors and check.doubts:
        ENTRY_PENDING.put((entry, check.doubts))
    elif not check.errors:
        _save(entry, projects_entries.last_of(known, entry))
        st.rerun()


def _confirmed(known: Known, entry: targets_entries.Entry, doubts: tuple[str, ...]) -> None:
    """Check again what is confirmed: meanwhile somebody may have entered the same, or today be another day."""
    entered = projects_entries.actuals()
    check = targets_entries.check_entry(known.plan, entered, entry, today=date.today())
    if check.errors:
        ENTRY_PENDING.forget()
        ENTRY_MESSAGE.put(("error", check.errors[0]))
    elif set(check.doubts) - set(doubts):
        ENTRY_PENDING.put((entry, check.doubts))
        ENTRY_MESSAGE.put(("warning", _("在您确认之前填报变了，请再看一次。")))
    else:
        _save(entry, projects_entries.last_of(entered, entry))


def _confirm(known: Known) -> None:
    """The entry that looks doubtful, why, and whether it is to be saved all the same."""
    pending = ENTRY_PENDING.get()
    if pending is None:
        return
    entry, doubts = pending
    for doubt in doubts:
        message("warning", doubt)
    yes, no = st.columns(2)
    yes.button(_("确认无误，保存"), on_click=_confirmed, args=(known, entry, doubts), type="primary", width="stretch")
    no.button(_("返回修改"), on_click=ENTRY_PENDING.forget, width="stretch")


def entry_table(names: Mapping[str, str], known: pd.DataFrame) -> pd.DataFrame:
    """Entries with who and when, in the reader's language; ``names`` of the indicators by id."""
    return pd.DataFrame(
        {
            _("编号"): known["id"],
            _("状态"): [
                _("{who} 撤销于 {when}").format(who=w, when=t[:10]) if t else _("有效")
                for w, t in zip(known["withdrawn_by"], known["withdrawn_at"], strict=True)
            ],
            _("指标"): [names.get(i, i) for i in known["indicator"]],
            _("年份"): known["year"],
            _("区县"): [_district(d) for d in known["district"]],
            _("数值"): known["value"],
            _("单位"): [unit_text(u) for u in known["unit"]],
            _("填报人"): known["who"],
            _("填报时间（UTC）"): [t.replace("+00:00", "").replace("T", " ") for t in known["entered_at"]],
            _("来源"): known["source"],
            _("备注"): known["note"],
        }
    )


def _entry_list(known: Known) -> None:
    everything = entries(withdrawn=True)
    if everything.empty:
        message("info", _("还没有填报。填报保存在：{place}").format(place=database.database().place))
        return
    summary = targets_entries.entry_summary(known.plan, known.entered)
    partial = summary[summary["basis"] == "partial"] if len(summary) else summary
    names = {f.indicator: local(f) for f in known.rows}
    for row in partial.to_dict("records"):
        # Only amounts have a sum; what the districts' rates come to is missing.
        text = (
            _("{name} {year} 年：{count}/{all} 个区县已报；比例不能由区县合计，请另报全市数。")
            if pd.isna(row["value"])
            else _("{name} {year} 年：{count}/{all} 个区县已报，不足以代表全市，未计入进度。")
        )
        name = names[str(row["indicator"])]
        st.caption(plain(text.format(name=name, year=row["year"], count=row["districts"], all=len(plan_districts()))))
    table = entry_table(names, everything)
    if login.person().only:  # by a link: the store says neither who entered nor what was noted
        table = table.drop(columns=[_("状态"), _("填报人"), _("备注")])
    show_table(table.iloc[::-1], key="entries_table")
    table_downloads(table, file_stem(_("填报实绩")), key="entries")
    label = {
        int(
            row["id"]
        ): f"{row['id']} · {names.get(str(row['indicator']), '')} {row['year']} {_district(str(row['district']))}"
        for row in everything.to_dict("records")
    }
    taken_back = [int(i) for i, t in zip(everything["id"], everything["withdrawn_at"], strict=True) if t]
    in_force = [i for i in label if i not in taken_back]
    if not work.may_change():
        return
    for key, title, who_title, verb, numbers, act in (
        ("entry_withdraw", _("撤销填报"), _("撤销人"), _("撤销"), in_force, _withdraw),
        ("entry_restore", _("恢复填报"), _("恢复人"), _("恢复"), taken_back, _restore),
    ):
        if not numbers:
            continue
        pick, person, button = st.columns([3, 2, 1], vertical_alignment="bottom")
        number = pick.selectbox(plain(title), numbers[::-1], format_func=label.__getitem__, key=key)
        by = _person(person, who_title, f"{key}_who")
        button.button(
            plain(verb),
            on_click=_if_chosen,
            args=(key, number, by, act),
            key=f"{key}_{number}",
            width="stretch",
            disabled=not by.strip(),
        )
