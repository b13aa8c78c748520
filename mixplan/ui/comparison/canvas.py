"""The canvas: one column a scenario or year, and what has been put on it, drawn for every column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import pandas as pd
import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.projects import comparison
from mixplan.projects.comparison import FIGURES, Reading, figure_label, unit_text
from mixplan.projects.project import Threshold
from mixplan.ui import downloads, session, texts, work
from mixplan.ui.comparison import catalogue, columns, differences, readings
from mixplan.ui.comparison.columns import Column

_ADD = "compare_add"
_CSS = Markup(
    """<style>
.mp-compare {width: 100%; border-collapse: collapse; table-layout: fixed; font-size: .92rem; line-height: 1.4;}
.mp-compare th, .mp-compare td {border-bottom: 1px solid #e4e4e4; padding: 5px 10px; text-align: left;
  vertical-align: top;}
.mp-compare thead th {font-weight: 700; overflow-wrap: anywhere;}
.mp-compare tbody th {font-weight: 400; color: #444; padding-left: 0;}
.mp-compare col:first-child {width: 17rem;}
.mp-compare ul {margin: 0; padding-left: 1.1em; font-size: .84rem; color: #333;}
.mp-compare b {font-size: 1.15rem; margin-right: .2em;}
.mp-compare small {color: #555; font-size: .84rem;}
.mp-compare .mp-change, .mp-compare .mp-goal {display: block; font-size: .84rem; color: #333;}
.mp-compare .same {display: inline-block; margin-left: .3em; color: #555;}
.mp-compare .better {color: #00639c;} .mp-compare .worse {color: #a84700;}
.mp-compare .kept {color: #00639c;} .mp-compare .broken {color: #a84700; font-weight: 600;}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"],
  .st-key-compare_tools, .st-key-compare_accept, .st-key-compare_cards {display: none;}
}
</style>"""
)


def draw(shown: list[Column]) -> None:
    """Everything that has been put on the canvas, from top to bottom; figures that follow each other as one table."""
    texts.html(_CSS)
    thresholds = work.project().acceptance
    codes = [code for code in catalogue.cards() if code in FIGURES]
    known = [readings.readings(column, {*codes, *thresholds} & {*catalogue.figures()}) for column in shown]
    others = catalogue.drawn()
    first = True
    for is_figure, cards in groupby(catalogue.cards(), key=FIGURES.__contains__):
        if is_figure:
            _figures(shown, list(cards), known, thresholds, verdict=first)
            first = False
            continue
        for code in cards:
            others[code][1](shown)
    if codes:
        table = figures_table(shown, codes, known, thresholds)
        with st.container(key="compare_tools"):
            downloads.table_downloads(table, file_stem(_("方案对比")), key="comparison")


def _figures(
    shown: list[Column],
    codes: Sequence[str],
    known: Sequence[Mapping[str, Reading]],
    thresholds: Mapping[str, Threshold],
    *,
    verdict: bool,
) -> None:
    item, cell, row = Markup("<li>{}</li>"), Markup("<td>{}</td>"), Markup('<tr><th scope="row">{}</th>{}</tr>')
    rows = []
    if verdict and any(different := differences.inputs(shown)):
        listed = (Markup("<ul>{}</ul>").format(Markup("").join(map(item.format, one))) for one in different)
        rows.append(row.format(_("输入的差别"), Markup("").join(map(cell.format, listed))))
    if verdict and thresholds:
        words = (_accepted(comparison.accepted(found, thresholds)) for found in known)
        rows.append(row.format(_("验收标准"), Markup("").join(map(cell.format, words))))
    for code in codes:
        first = known[0][code]
        cells = [_cell(code, first if n else None, found[code], thresholds.get(code)) for n, found in enumerate(known)]
        rows.append(row.format(figure_label(code), Markup("").join(map(cell.format, cells))))
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(column.label) for column in shown)
    table = Markup(
        '<table class="mp-compare"><colgroup><col><col span="{}"></colgroup>'
        "<thead><tr><th></th>{}</tr></thead><tbody>{}</tbody></table>"
    )
    texts.html(table.format(len(shown), heads, Markup("").join(rows)))


def amount_text(code: str, reading: Reading) -> str:
    """A figure with its unit, — where it is not known."""
    return texts.number(reading.amount, FIGURES[code].digits, unit_text(code))


def change_text(code: str, first: Reading, now: Reading) -> str:
    """How a figure differs from that of the first column, in words; empty where nothing can be said."""
    found = comparison.change(code, first, now)
    if found is None:
        return ""
    word = {"better": _("更好"), "worse": _("更差"), "other": "", "same": _("与第一列相同")}[found.word]
    if found.word == "same":
        return word
    if FIGURES[code].unit == "%":
        text = _("{points:+.1f} 个百分点").format(points=found.amount)
    else:
        text = f"{found.amount:+,.{FIGURES[code].digits}f} {unit_text(code)}".strip()
    return _("{change}，{word}").format(change=text, word=word) if word else text


def goal_text(threshold: Threshold, reading: Reading, code: str) -> str:
    """Whether a figure keeps its threshold, in words and with a sign."""
    said = {True: _("✓ 达到"), False: _("✗ 未达到"), None: _("？未定")}[comparison.reaches(reading, threshold)]
    return _("{said}（{wanted}）").format(said=said, wanted=wanted_text(code, threshold))


def wanted_text(code: str, threshold: Threshold) -> str:
    """What a threshold asks for."""
    bounds = [("≥", threshold.least), ("≤", threshold.most)]
    return " ".join(f"{sign} {value:,g} {unit_text(code)}".strip() for sign, value in bounds if value is not None)


def _accepted(found: bool | None) -> Markup:
    said = {True: _("✓ 全部达到"), False: _("✗ 有未达到的"), None: _("？未定")}[found]
    css = {True: "kept", False: "broken", None: ""}[found]
    return Markup('<span class="mp-goal {}">{}</span>').format(css, said)


def _cell(code: str, first: Reading | None, now: Reading, threshold: Threshold | None) -> Markup:
    """A figure, with how it differs from the first column, of which there is none in that column itself."""
    parts = [Markup("<b>{}</b>").format(amount_text(code, now))]
    if now.parts is not None:
        parts.append(Markup("<small>{}</small>").format(now.parts.text()))
    elif now.amount is None and now.why:
        parts.append(Markup("<small>{}</small>").format(now.why))
    if now.note:
        parts.append(Markup("<small>{}</small>").format(now.note))
    if now.stale and now.amount is not None:
        parts.append(Markup('<span class="mp-change stale">{}</span>').format(_("改动之前的方案，请重新求解")))
    if first is not None and (found := comparison.change(code, first, now)) is not None:
        text = Markup('<span class="mp-change {}">{}</span>')
        parts.append(text.format(found.word, change_text(code, first, now)))
    if threshold is not None:
        kept = {True: "kept", False: "broken", None: ""}[comparison.reaches(now, threshold)]
        parts.append(Markup('<span class="mp-goal {}">{}</span>').format(kept, goal_text(threshold, now, code)))
    return Markup(" ").join(parts)


def figures_table(
    shown: list[Column],
    codes: Sequence[str],
    known: Sequence[Mapping[str, Reading]],
    thresholds: Mapping[str, Threshold],
) -> pd.DataFrame:
    """The figures as a table to hand out: one row a figure and column, with its difference and threshold."""
    rows = []
    for code in codes:
        for n, (column, found) in enumerate(zip(shown, known, strict=True)):
            reading = found[code]
            parts = reading.parts
            rows.append(
                {
                    _("指标"): figure_label(code),
                    _("列"): column.label,
                    _("数值"): reading.amount,
                    _("单位"): unit_text(code),
                    _("其中真实"): None if parts is None else parts.real,
                    _("其中推算"): None if parts is None else parts.modelled,
                    _("与第一列相比"): change_text(code, known[0][code], reading) if n else "",
                    _("验收"): goal_text(thresholds[code], reading, code) if code in thresholds else "",
                    _("说明"): reading.why or (_("改动之前的方案，请重新求解") if reading.stale else reading.note),
                }
            )
    return pd.DataFrame(rows)


def edit() -> None:
    """Put a card on the canvas, take one off, or move it."""
    box = st.expander(
        _("添加、移动和去掉卡片"), key="compare_cards", on_change="rerun", icon=":material/dashboard_customize:"
    )
    if not box.open:
        return
    labels, cards = catalogue.labels(), catalogue.cards()
    with box:
        left = [code for code in labels if code not in cards]
        pick, add = st.columns([5, 1], vertical_alignment="bottom")
        pick.multiselect(
            _("卡片"),
            left,
            key=_ADD,
            format_func=labels.__getitem__,
            select_all=False,
            placeholder=_("选择卡片"),
        )
        add.button(_("添加"), on_click=_add, args=(cards,), key="compare_add_button", width="stretch")
        for n, code in enumerate(cards):
            name, up, down, off = st.columns([8, 1, 1, 1], vertical_alignment="center")
            name.write(texts.plain(labels[code]))
            _step(up, cards, n, -1, ":material/arrow_upward:", _("上移：{name}").format(name=labels[code]))
            _step(down, cards, n, 1, ":material/arrow_downward:", _("下移：{name}").format(name=labels[code]))
            off.button(
                "",
                icon=":material/close:",
                key=f"compare_off_{code}",
                help=texts.plain(_("去掉：{name}").format(name=labels[code])),
                disabled=len(cards) == 1,
                on_click=columns.put_cards,
                args=([one for one in cards if one != code],),
                type="tertiary",
            )


def _step(box: DeltaGenerator, cards: list[str], n: int, by: int, icon: str, words: str) -> None:
    moved = [code for code in cards if code != cards[n]]
    moved.insert(n + by, cards[n])
    box.button(
        "",
        icon=icon,
        key=f"compare_move_{by}_{cards[n]}",
        help=texts.plain(words),
        disabled=not 0 <= n + by < len(cards),
        on_click=columns.put_cards,
        args=(moved,),
        type="tertiary",
    )


def _add(cards: list[str]) -> None:
    columns.put_cards([*cards, *(session.widget(_ADD) or [])])
    session.put_widget(_ADD, [])
