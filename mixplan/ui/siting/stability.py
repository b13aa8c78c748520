"""How often each site is chosen when the inputs are disturbed."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from mixplan.base.errors import MixplanError, SitingError
from mixplan.base.i18n import gettext as _
from mixplan.projects.contents import record_of
from mixplan.projects.project import with_at
from mixplan.siting import robustness
from mixplan.siting.asked import Asked
from mixplan.siting.kept import StabilityRecord, read_kept
from mixplan.siting.settings import Effort
from mixplan.ui import runs, shared, work
from mixplan.ui.controls import parameter_number
from mixplan.ui.siting.plan import AtHand
from mixplan.ui.texts import message, plain

_PLACE = ("siting", "stability")


def _take(about: tuple[str, str, str], raw: Mapping[str, Any]) -> None:
    """Keep a check with the project that asked for it, whichever is open by now."""
    place, inputs, begun_at = about
    result = work.put_result_of(place, raw, inputs=inputs, figures={}, made_at=begun_at)
    work.change_of(place, lambda project: with_at(project, _PLACE, result))


_STABILITY = runs.Work(
    "siting_stability",
    runs.counted(lambda: _("已完成 {done} / {of} 次")),
    _take,
    lambda: _("停止检验"),
    once=True,
)


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(content: str, _content: Callable[[], bytes]) -> tuple[Asked, StabilityRecord]:
    name = _("稳定性检验的结果")
    kept = read_kept(record_of(_content()), name=name)
    if kept.stability is None:
        raise SitingError(_("{name} 中没有 stability。").format(name=name))
    return kept.inputs, kept.stability


def checked() -> tuple[Asked, StabilityRecord] | None:
    """What was checked last, and what came of it; none where nothing was.

    Raises
    ------
    DataError, SitingError
        Where the project's store does not have it any more, or it cannot be read.
    """
    result = work.project().siting.stability
    return None if result is None else _read(result.content, lambda: work.content(result))


def shares(record: StabilityRecord, sites: pd.Index) -> pd.DataFrame:
    """Shares of the runs in which each site, or one near it, was chosen; missing for sites that were not checked."""
    rows = {site: pair for site, pair in record.shares.items() if pair is not None}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["same", "near"], dtype=float)
    return table.reindex(sites)


def stability_tab(now: AtHand) -> None:
    """How often each site is chosen when demand, detour and coordinates are disturbed."""
    runs.collect(_STABILITY)
    book = shared.rules()
    noise = robustness.Disturbance.from_rules(book)
    near_km = book.figure("siting_stable_km")
    st.caption(
        plain(
            _(
                "把需求（±{demand:g}%）、绕行系数（±{detour:g}%）和坐标（{place:g} km；现有厂按定位误差）随机扰动后"
                "反复求解，看每个站点（或 {near:g} km 内的点）被选中的次数比例。总需求不变。"
            ).format(demand=noise.demand_pct, detour=noise.detour_pct, place=noise.place_km, near=near_km)
        )
    )
    left, right, _rest = st.columns([2, 2, 4], vertical_alignment="bottom")
    parameter_number("siting_runs", ("siting", "stability_runs"), _("次数"), place=left, step=5)
    siting = work.project().siting
    effort = siting.wishes.effort()
    how: dict[str, Any] = {
        "runs": int(book.figure("siting_runs")) if siting.stability_runs is None else siting.stability_runs,
        "near_km": near_km,
        "disturbance": noise,
        "effort": Effort(max(effort.gap, 0.02), min(effort.time_s, 15.0), effort.seed),
    }
    right.button(
        _("开始检验"),
        on_click=_begin,
        args=(now, how),
        disabled=now.proposal.sites.empty or runs.running(_STABILITY),
        width="stretch",
        key="siting_stability_go",
    )
    runs.watch(_STABILITY)
    runs.complain(_STABILITY, lambda about: bool(about[1] == now.asked.hash))
    try:
        found = checked()
    except MixplanError as problem:
        message("warning", str(problem))
        return
    if found is not None and not now.proposal.sites.empty:
        _shares(*found, now)


def _begin(now: AtHand, how: dict[str, Any]) -> None:
    place = work.keep()
    if not place:  # the page says why
        return
    about = (place, now.asked.hash, datetime.now(UTC).isoformat(timespec="seconds"))
    function = "mixplan.siting.answers:stability_check"
    runs.begin(_STABILITY, function, now.case, now.proposal, now.asked, about=about, options=how)


def _shares(inputs: Asked, record: StabilityRecord, now: AtHand) -> None:
    """How often each site was chosen."""
    if record.runs == 0:
        st.info(_("检验在做完第一次之前就停止了，还没有结果。"))
        return
    sites = now.proposal.sites
    found = shares(record, sites.index)
    if inputs.hash != now.asked.hash:
        st.warning(_("检验之后，设置、锁定或数据已改变：下面是改变以前的结果，请重新检验。"))
    if found["near"].isna().any():
        st.info(_("方案已改变，下面只有检验时就在的站点。"))
    st.dataframe(
        pd.DataFrame(
            {
                _("序号"): sites["number"],
                _("编号"): sites.index,
                _("原址被选中（%）"): (found["same"] * 100).round(0),
                _("{km:g} km 内被选中（%）").format(km=record.near_km): (found["near"] * 100).round(0),
            }
        ),
        hide_index=True,
        width="stretch",
        height="content",
    )
    st.caption(
        plain(
            _("{runs} 次（要求 {wanted} 次），种子 {seed}。").format(
                runs=record.runs, wanted=record.wanted, seed=record.seed
            )
        )
    )
