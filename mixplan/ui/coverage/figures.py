"""The answer in one sentence and five figures."""

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import percent
from mixplan.coverage import words as coverage_words
from mixplan.ui import texts
from mixplan.ui.coverage.answer import Answer, unit_of
from mixplan.ui.network import network_said


def points(now: float | None, before: float | None) -> str | None:
    """What a share has become more or less; nothing where it stays the same to the digit that is shown."""
    more = 0.0 if now is None or before is None else round(100 * (now - before), 1)
    return _("{points:+.1f} 个百分点").format(points=more) if more else None


def key_figures(found: Answer) -> None:
    """The answer in one sentence and five figures, and how far the supply points can be trusted."""
    result, view, gaps = found.now.result, found.view, found.now.gaps
    total, old = result.total, found.before.result.total if found.before else None
    was = {key: getattr(old, key, None) for key in ("area_share", "demand_share", "served_share")}
    if result.supply_count == 0:
        texts.message("warning", coverage_words.coverage_sentence(result))
    else:
        st.markdown(texts.plain(coverage_words.coverage_sentence(result)))
    network_said(found.now.seen.network)
    boxes = st.columns([4, 4, 4, 6, 5])
    boxes[0].metric(
        _("面积覆盖率"),
        texts.plain(percent(total.area_share)),
        texts.change(points(total.area_share, was["area_share"])),
        help=texts.plain(
            _("禁现区面积中，距某个供应点不超过半径的份额；近似边界内外移动其精度时为 {low}–{high}。").format(
                low=percent(total.area_share_low), high=percent(total.area_share_high)
            )
        ),
    )
    boxes[1].metric(
        _("需求覆盖率"),
        texts.plain(percent(total.demand_share)),
        texts.change(points(total.demand_share, was["demand_share"])),
        help=_("禁现区内的需求中，距某个供应点不超过半径的份额，不管产能。"),
    )
    boxes[2].metric(
        _("产能保障率"),
        texts.plain(percent(total.served_share)),
        texts.change(points(total.served_share, was["served_share"])),
        help=_("禁现区内的需求中，半径以内的供应点有产能供给的份额；供应点满了就不算。"),
    )
    boxes[3].metric(
        texts.plain(_("产能 / 需求（{unit}）").format(unit=unit_of(view))),
        f"{texts.number(result.capacity)} / {texts.number(total.demand)}",
        help=texts.plain(
            _("{count} 个供应点的产能合计，与禁现区内 2015 年需求；需求不随年份变。").format(count=result.supply_count)
        ),
    )
    boxes[4].metric(
        _("缺口"), texts.plain(_("{count} 处，{area:,.1f} km²").format(count=len(gaps), area=gaps["area_km2"].sum()))
    )
    _trust(found)


def _trust(found: Answer) -> None:
    result, view = found.now.result, found.view
    notes = []
    if view.sites is not None:
        running = int((found.now.seen.supply["stage"] == "proposed").sum())
        notes.append(
            _(
                "方案的 {all} 个站点中，{year} 年底前投产 {count} 个（没有写明年份的按次序逐年均匀投产，是假设）。"
            ).format(all=len(view.sites), year=view.year, count=running)
        )
    if result.modelled:
        text = _("{count} / {all} 个供应点的位置是模型推算的，定位误差 {low:.1f}–{high:.1f} km").format(
            count=result.modelled,
            all=result.supply_count,
            low=result.location_error_m[0] / 1000,
            high=result.location_error_m[1] / 1000,
        )
        if result.location_low is not None and result.location_high is not None:
            text += _("；站点都偏到误差上限时，面积覆盖在 {low} 与 {high} 之间").format(
                low=percent(result.location_low), high=percent(result.location_high)
            )
        notes.append(text + _("。"))
    if found.unlocated:
        notes.append(
            _("{count} 个在册站点未定位（产能 {capacity}），没有计入。").format(
                count=found.unlocated, capacity=texts.number(found.unlocated_capacity, 0, unit_of(view))
            )
        )
    if result.unknown_capacity:
        notes.append(_("{count} 个供应点没有产能，计入覆盖，不计入保障。").format(count=result.unknown_capacity))
    if any(found.now.seen.ground.approximate):  # the notice that drew the wider zones covers government works as well
        notes.append(_("2010 年起区外的政府投资工程也禁现，没有边界，不在比例之内。"))
    st.caption(texts.plain(" ".join(notes)))
