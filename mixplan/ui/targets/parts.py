"""Parts of the target page: the board, one part a tab, and the form for planners' own actuals."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import pandas as pd
import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import get_language, local
from mixplan.base.i18n import gettext as _
from mixplan.charts import balance as charts_balance
from mixplan.charts import board as charts_board
from mixplan.charts import targets, theme
from mixplan.plan.figures import figure_table, figures
from mixplan.plan.indicators import DISTRICTS, load_indicators
from mixplan.plan.words import area_text, binding_text, direction_text, kind_text, pretty, pretty_change, unit_text
from mixplan.projects import database
from mixplan.projects import entries as projects_entries
from mixplan.targets import entries as targets_entries
from mixplan.targets import progress
from mixplan.targets import status as targets_status
from mixplan.targets.audit.items import AuditItem, Verdict, verdict_text
from mixplan.targets.audit.run import audit_table, open_items
from mixplan.targets.balance import balance, balance_table, waterfall_concrete, waterfall_mortar, waterfall_table
from mixplan.targets.savings import bulk_path, savings, savings_table
from mixplan.ui.frame import file_name, message, plain, table_downloads

PRODUCTS = ("cement", "concrete", "mortar", "precast")


def show_table(table: pd.DataFrame, *, key: str, height: Literal["content"] | int = "content") -> None:
    """A table with thousands separators in its amounts; whole numbers such as years stay plain."""
    amounts: dict[Any, Any] = {
        str(name): st.column_config.NumberColumn(format="localized") for name in table.select_dtypes("float")
    }
    st.dataframe(table, hide_index=True, width="stretch", height=height, key=key, column_config=amounts)


def chart_with_table(chart: theme.AnyChart, table: pd.DataFrame, name: str, *, key: str) -> None:
    """A chart, and folded below it its table twin with the downloads; pictures are drawn when asked for."""
    st.altair_chart(chart, theme=None, width="stretch", key=f"{key}_chart")
    with st.expander(_("数据表与下载"), icon=":material/table:"):
        show_table(table, key=f"{key}_table")
        file = file_name(name)
        png, svg, tables = st.columns([1, 1, 4])
        png.download_button(
            "PNG",
            lambda: theme.chart_png(chart),
            f"{file}.png",
            "image/png",
            key=f"{key}_png",
            on_click="ignore",
            width="stretch",
        )
        svg.download_button(
            "SVG",
            lambda: theme.chart_svg(chart),
            f"{file}.svg",
            "image/svg+xml",
            key=f"{key}_svg",
            on_click="ignore",
            width="stretch",
        )
        with tables:
            table_downloads(table, file, key=key)


@st.cache_data(show_spinner=False)
def indicators() -> pd.DataFrame:
    """The plan's figures."""
    return load_indicators()


def entries(*, withdrawn: bool = False) -> pd.DataFrame:
    """Planners' own actuals; where their file cannot be read the page says so and goes on without them."""
    try:
        return projects_entries.actuals(withdrawn=withdrawn)
    except DataError as error:
        message("error", str(error))
        return pd.DataFrame(columns=list(projects_entries.COLUMNS))


def year_control(frame: pd.DataFrame) -> int:
    """As-of year, in the sidebar: from the plan's base year to the latest year on record."""
    first = min(item.baseline.year for item in progress.progress(frame) if item.baseline)
    last = max(progress.latest_year(frame), first + 1)
    return int(
        st.sidebar.select_slider(
            _("截至年份"),
            options=list(range(first, last + 1)),
            value=last,
            key="targets_year",
            help=_("只计入这一年及以前的实绩；默认为数据中最近的一年。"),
        )
    )


def key_figures(items: Sequence[progress.Progress], found: Sequence[AuditItem]) -> None:
    """How many targets have which status, and how many findings of the audit are open."""
    columns = st.columns(6)
    columns[0].metric(_("规划目标"), pretty(len(items)))
    for column, status in zip(columns[1:5], targets_status.Status, strict=True):
        sign = charts_board.STATUS_SIGN[status]
        column.metric(f"{sign} {targets_status.status_text(status)}", pretty(sum(i.status is status for i in items)))
    columns[5].metric(
        _("待处理的核对问题"),
        pretty(len(open_items(found))),
        help=_("规划内部数字的矛盾与不符，见“规划核对”。"),
    )


def board(items: Sequence[progress.Progress]) -> None:
    """All targets at a glance."""
    chart_with_table(charts_board.board_chart(items), progress.progress_table(items), _("目标进度"), key="board")


def indicator_tab(frame: pd.DataFrame, items: Sequence[progress.Progress]) -> None:
    """One indicator over time with its figures; targets of the plan first, then everything else on record."""
    by_id = {item.indicator: item for item in items}
    rows = figures(frame)
    names = {row.indicator: f"{area_text(row.area)} · {local(row)}" for row in rows}
    order = [*by_id, *(i for i in names if i not in by_id)]
    mark = " · " + _("规划目标")
    chosen = st.selectbox(
        _("指标"),
        order,
        format_func=lambda i: names[i] + (mark if i in by_id else ""),
        key="targets_indicator",
    )
    mine = [row for row in rows if row.indicator == chosen]
    item = by_id.get(chosen)
    if all(row.cumulative for row in mine):
        st.info(_("这个指标只有多年合计，没有逐年的数字可画。"))
        show_table(figure_table(mine), key="indicator_table")
        table_downloads(figure_table(mine), file_name(names[chosen]), key="indicator")
        return
    left, right = st.columns([5, 2], gap="medium")
    with left:
        chart_with_table(targets.indicator_chart(mine, item), figure_table(mine), names[chosen], key="indicator")
    with right:
        if item is None:
            st.info(_("规划没有为这个指标设目标，只列出各来源的数字；口径不同的不连线。"))
            return
        facts = {
            _("目标"): f"{direction_text(item.target.direction)} {item.target.text()} ({item.target.year})",
            _("基线"): progress.baseline_text(item),
            _("最近实绩"): f"{item.actual.text()} ({item.actual.when}，{kind_text(item.actual.kind)})"
            if item.actual
            else _("没有"),
            _("路径值"): pretty(item.path_value, item.target.unit),
            _("差距（目标 − 现值）"): pretty_change(item.gap, item.target.unit),
            _("规划的每年变化"): pretty_change(item.pace_planned, item.target.unit),
            _("从现值到目标每年需变化"): pretty_change(item.pace_needed, item.target.unit),
            _("约束范围"): binding_text(item.target.binding_area),
            _("依据"): f"{item.target.clause} · {item.target.source}",
        }
        status = f"{charts_board.STATUS_SIGN[item.status]} {targets_status.status_text(item.status)}"
        st.markdown(f"**{status}** — {plain(item.reason)}")
        st.markdown("\n".join(f"- {key}：{plain(value)}" for key, value in facts.items()))
        if note := local(item.target, "note"):
            st.caption(plain(note))


def balance_tab(frame: pd.DataFrame) -> None:
    """Supply and demand of the four products, and the two waterfalls of capacity."""
    data = balance(frame)
    st.caption(_("深色为规划给出的数，浅色为推算、目标或预测。规划没有给出、也推不出的数不画。"))
    for pair in (PRODUCTS[:2], PRODUCTS[2:]):
        for column, product in zip(st.columns(2, gap="large"), pair, strict=True):
            with column:
                chart = charts_balance.balance_chart(data, product, area_text(product))
                chart_with_table(
                    chart,
                    balance_table(data, product),
                    _("供需平衡") + "_" + area_text(product),
                    key=f"balance_{product}",
                )
    left, right = st.columns(2, gap="large")
    with left:
        steps = waterfall_concrete(frame)
        title = _("预拌混凝土产能：从现状到上限")
        chart_with_table(
            charts_balance.waterfall_chart(steps, title), waterfall_table(steps), title, key="fall_concrete"
        )
    with right:
        steps = waterfall_mortar(frame)
        title = _("砂浆产能：从现状到上限")
        chart_with_table(charts_balance.waterfall_chart(steps, title), waterfall_table(steps), title, key="fall_mortar")


def savings_tab(frame: pd.DataFrame) -> None:
    """Savings from bulk cement: the plan's own factors, its expectation, and what another 2015 would give."""
    plan = bulk_path(frame)
    last = plan.iloc[-1]
    left, right = st.columns([2, 5], gap="large")
    with left:
        rate = st.slider(
            _("{year} 年散装水泥使用率（%）").format(year=int(last["year"])),
            0.0,
            100.0,
            float(last["rate_pct"]),
            0.5,
            key="savings_rate",
            persist_state="session",
        )
        cement = st.number_input(
            _("{year} 年水泥用量（万t）").format(year=int(last["year"])),
            min_value=0.0,
            value=float(last["cement_wan_t"]),
            step=50.0,
            key="savings_cement",
            persist_state="session",
        )
        chosen = bulk_path(frame, rate_pct=rate, cement_wan_t=cement)
        plan_total, chosen_total = float(plan["bulk_wan_t"].sum()), float(chosen["bulk_wan_t"].sum())
        st.metric(
            _("五年散装水泥用量（万t）"),
            pretty(chosen_total, digits=0),
            delta=None
            if abs(chosen_total - plan_total) < 0.5
            else _("{change} 万t，与规划路径相比").format(change=f"{chosen_total - plan_total:+,.0f}"),
        )
        st.caption(
            _(
                "每吨系数 = 规划所列“十一五”节约量 ÷ 同期散装水泥使用量；节约量 = 系数 × 五年散装水泥用量。"
                "用量由水泥总量与使用率分别从 2010 年直线到期末再相乘。"
            )
        )
    with right:
        items = savings(frame, rate_pct=rate, cement_wan_t=cement)
        chart_with_table(charts_balance.savings_chart(items), savings_table(items), _("节能减排测算"), key="savings")
    derivation = pd.DataFrame(
        {
            _("项目"): [local(i.saved) for i in items],
            _("系数的推导"): [
                f"{i.saved.text()} ÷ {pretty(i.saved.value / i.factor * _scale(i.factor_unit), '万t')}"
                f" = {pretty(i.factor, i.factor_unit, 2)}"
                for i in items
            ],
            _("规划预期"): [i.expected.text() for i in items],
            _("条款"): [f"{i.saved.clause} → {i.expected.clause}" for i in items],
        }
    )
    st.dataframe(derivation, hide_index=True, width="stretch", height="content")


def _scale(factor_unit: str) -> float:
    return 10000.0 if factor_unit.startswith("条") else 1000.0


def audit_tab(found: Sequence[AuditItem]) -> None:
    """What the audit found: open findings in full, then everything that agrees as a table."""
    still = open_items(found)
    counts = {v: sum(item.verdict is v for item in found) for v in Verdict}
    st.write(
        _(
            "共核对 {all} 项：矛盾 {conflict}，不符 {differs}，一致 {agrees}。"
            "由 data/indicators.csv 计算，改动数字即重新核对。"
        ).format(
            all=len(found),
            conflict=counts[Verdict.CONFLICT],
            differs=counts[Verdict.DIFFERS],
            agrees=counts[Verdict.AGREES],
        )
    )
    colours = {Verdict.CONFLICT: theme.VERMILLION, Verdict.DIFFERS: theme.ORANGE}
    for start in range(0, len(still), 2):
        for column, item in zip(st.columns(2, gap="medium"), still[start : start + 2], strict=False):
            numbers = _("原文 {stated}，重算或另一处 {recomputed}").format(
                stated=pretty(item.stated, item.unit, 2), recomputed=pretty(item.recomputed, item.unit, 2)
            )
            with column, st.container(border=True, height="stretch"):
                st.html(
                    f'<div style="border-left:5px solid {colours[item.verdict]};padding-left:10px">'
                    f"<b>{verdict_text(item.verdict)} · {_escaped(item.title)}</b><br>"
                    f'<span style="font-size:1.02rem">{_escaped(item.formula)}</span><br>'
                    f"{_escaped(numbers)}<br>"
                    f'<span style="color:#555">{_escaped(item.explanation)}</span><br>'
                    f'<small style="color:#777">{_escaped("；".join(item.clauses))}</small></div>'
                )
    heading = _("全部核对")
    st.markdown(f"**{heading}**")
    table = audit_table(found)
    show_table(table, key="audit_table", height=460)
    table_downloads(table, file_name(_("规划核对")), key="audit")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- entry -----------------------------------------------------------------------------------------------------


def _save(entry: targets_entries.Entry) -> None:
    try:
        number = projects_entries.add_actual(entry)
    except DataError as error:
        st.session_state.entry_message = ("error", str(error))
        return
    st.session_state.pop("entry_pending", None)
    st.session_state.entry_message = ("success", _("已保存，编号 {number}。").format(number=number))


def _withdraw(number: int, who: str) -> None:
    try:
        projects_entries.withdraw(number, who=who)
        st.session_state.entry_message = ("success", _("已撤销编号 {number}。").format(number=number))
    except DataError as error:
        st.session_state.entry_message = ("error", str(error))


def _restore(number: int, who: str) -> None:
    try:
        new = projects_entries.restore(number, who=who)
        text = _("编号 {number} 的数字重新有效，新编号 {new}。").format(number=number, new=new)
        st.session_state.entry_message = ("success", text)
    except DataError as error:
        st.session_state.entry_message = ("error", str(error))


def _district(name: str) -> str:
    if not name:
        return _("全市")
    return DISTRICTS.get(name, name) if get_language() == "en" else name


def entry_tab(frame: pd.DataFrame, known: pd.DataFrame) -> None:
    """Enter an annual actual, confirm what looks doubtful, see and take back what was entered."""
    names = {f.indicator: f for f in figures(frame) if f.kind == "target"}
    left, right = st.columns([2, 3], gap="large")
    with left:
        chosen = st.selectbox(
            _("填报指标"),
            list(names),
            format_func=lambda i: f"{area_text(names[i].area)} · {local(names[i])}",
            key="entry_indicator",
        )
        target = names[chosen]
        st.caption(
            _("口径：{series}；范围：{area}；目标 {sign} {target}").format(
                series=local(target, "series"),
                area=binding_text(target.binding_area),
                sign=direction_text(target.direction),
                target=target.text(),
            )
        )
        with st.form("entry", border=True):
            first, second = st.columns(2)
            year = first.number_input(_("年份"), min_value=1990, max_value=2100, value=target.year, step=1)
            district = second.selectbox(_("区县"), [targets_entries.ALL_CITY, *DISTRICTS], format_func=_district)
            value = st.number_input(
                _("数值（{unit}）").format(unit=unit_text(target.unit)), value=None, format="%.2f", step=1.0
            )
            source = st.text_input(_("来源"), placeholder=_("文件、通报或报表及日期"))
            note = st.text_input(_("备注"))
            who = st.text_input(_("填报人"), key="entry_who")
            sent = st.form_submit_button(_("检查并保存"), type="primary", width="stretch")
        if sent:
            entry = targets_entries.Entry(
                indicator=chosen,
                year=int(year),
                district=district,
                value=value,
                unit=target.unit,
                source=source,
                note=note,
                who=who,
            )
            check = targets_entries.check_entry(frame, known, entry, today=date.today())
            st.session_state.pop("entry_pending", None)
            for error in check.errors:
                message("error", error)
            if not check.errors and check.doubts:
                st.session_state.entry_pending = (entry, check.doubts)
            elif not check.errors:
                _save(entry)
                st.rerun()
        if pending := st.session_state.get("entry_pending"):
            entry, doubts = pending
            for doubt in doubts:
                message("warning", doubt)
            yes, no = st.columns(2)
            yes.button(_("确认无误，保存"), on_click=_save, args=(entry,), type="primary", width="stretch")
            no.button(_("返回修改"), on_click=lambda: st.session_state.pop("entry_pending", None), width="stretch")
        if said := st.session_state.pop("entry_message", None):
            message(*said)
    with right:
        _entry_list(frame, known)


def entry_table(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Entries with who and when, in the reader's language."""
    names = {f.indicator: local(f) for f in figures(frame)}
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


def _entry_list(frame: pd.DataFrame, known: pd.DataFrame) -> None:
    everything = entries(withdrawn=True)
    if everything.empty:
        message("info", _("还没有填报。填报保存在本机：{folder}").format(folder=str(database.home())))
        return
    summary = targets_entries.entry_summary(frame, known)
    partial = summary[summary["basis"] == "partial"] if len(summary) else summary
    names = {f.indicator: local(f) for f in figures(frame)}
    for row in partial.to_dict("records"):
        # Only amounts have a sum; what the districts' rates come to is missing.
        text = (
            _("{name} {year} 年：{count}/{all} 个区县已报；比例不能由区县合计，请另报全市数。")
            if pd.isna(row["value"])
            else _("{name} {year} 年：{count}/{all} 个区县已报，不足以代表全市，未计入进度。")
        )
        name = names[str(row["indicator"])]
        st.caption(plain(text.format(name=name, year=row["year"], count=row["districts"], all=len(DISTRICTS))))
    table = entry_table(frame, everything)
    show_table(table.iloc[::-1], key="entries_table")
    table_downloads(table, file_name(_("填报实绩")), key="entries")
    label = {
        int(
            row["id"]
        ): f"{row['id']} · {names.get(str(row['indicator']), '')} {row['year']} {_district(str(row['district']))}"
        for row in everything.to_dict("records")
    }
    taken_back = [int(i) for i, t in zip(everything["id"], everything["withdrawn_at"], strict=True) if t]
    in_force = [i for i in label if i not in taken_back]
    pick, person, button = st.columns([3, 2, 1], vertical_alignment="bottom")
    if in_force:
        number = pick.selectbox(_("撤销填报"), in_force[::-1], format_func=label.__getitem__, key="entry_withdraw")
        who = person.text_input(_("撤销人"), key="entry_withdraw_who")
        button.button(_("撤销"), on_click=_withdraw, args=(number, who), width="stretch", disabled=not who.strip())
    if taken_back:
        pick, person, button = st.columns([3, 2, 1], vertical_alignment="bottom")
        number = pick.selectbox(_("恢复填报"), taken_back[::-1], format_func=label.__getitem__, key="entry_restore")
        who = person.text_input(_("恢复人"), key="entry_restore_who")
        button.button(_("恢复"), on_click=_restore, args=(number, who), width="stretch", disabled=not who.strip())
