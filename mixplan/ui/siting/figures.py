"""The answer of the siting page in figures and in words."""

import math

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import at_most_pct, percent
from mixplan.base.problems import listed
from mixplan.coverage import supply
from mixplan.coverage import words as coverage_words
from mixplan.siting import case as siting_case
from mixplan.siting import settings as siting_settings
from mixplan.siting import words as siting_words
from mixplan.siting.kept import proposal_of
from mixplan.siting.proposal import SitingProposal
from mixplan.ui import runs, shared, texts, work
from mixplan.ui.network import network_said
from mixplan.ui.siting import answers, bounds, desk, plan, solve
from mixplan.ui.siting.plan import AtHand


def key_figures(now: AtHand) -> None:
    """The answer in numbers; greyed where it is one to another question."""
    with st.container(key="stale" if now.stale else "siting_figures"):
        _key_figures(now.proposal)


def _key_figures(proposal: SitingProposal) -> None:
    stats = proposal.stats
    boxes = st.columns([4, 3, 4, 4, 4, 3])
    lines = int(proposal.sites["lines"].sum())
    boxes[0].metric(
        _("新建生产线"),
        texts.plain(_("{lines} 条 {capacity:,.0f} 万t").format(lines=lines, capacity=stats.new_capacity)),
    )
    boxes[1].metric(_("平均运距"), texts.number(stats.mean_haul_km, 1, "km"))
    boxes[2].metric(_("运输量（万t·km）"), texts.number(stats.haul, 0))
    boxes[3].metric(
        texts.plain(_("禁现区 {radius:g} km 内").format(radius=stats.radius_km)),
        texts.plain(percent(stats.share_within)),
        help=_("禁现区内的需求中，由这一运距以内的厂实际供应的比例。"),
    )
    boxes[4].metric(_("供不上（万t/年）"), texts.number(stats.unmet, 1))
    boxes[5].metric(
        _("离最优至多"), texts.plain(gap_short(proposal)), help=texts.plain(siting_words.gap_sentence(proposal))
    )


def gap_short(proposal: SitingProposal) -> str:
    """How far from the best possible at most, in a few characters."""
    if not (math.isfinite(proposal.gap) and math.isfinite(proposal.objective) and proposal.reachable_share > 0):
        return "—"
    return _("≤ {percent:.1f}%").format(percent=at_most_pct(proposal.gap))


def words(now: AtHand) -> None:
    """What is short or broken, and how far from the best the plan is, in words."""
    impossible = _impossible(now)
    if impossible is not None:
        texts.message("error", siting_words.gap_sentence(impossible))
    # The solver may have found a contradiction that no count can tell beforehand.
    facts = siting_case.check_case(now.case) if impossible is None else impossible.facts
    if facts:
        text = " ".join(siting_words.fact_sentences(facts, now.case))
        texts.message("error" if any(fact.blocking for fact in facts) else "warning", text)
    if now.lost:
        text = _("按现在的设置，这些站点不能设线，没有计入：{sites}。改回设置，它们还在方案里。")
        texts.message("warning", text.format(sites=listed(now.lost)))
    unplaced = supply.unplaced_supply(shared.register()[0], shared.layers())
    if len(unplaced):
        texts.message("warning", coverage_words.unplaced_sentence(unplaced))
    network_said(now.case.network)
    if now.proposal.sites.empty:
        if impossible is None:
            st.info(_("还没有方案：点“求解”，或在地图上点选一个位置。"))
        return
    _judged(now)


def _impossible(now: AtHand) -> SitingProposal | None:
    """The last answer that no plan can keep every wish, if it is one to what is asked now."""
    found = now.desk.impossible
    if found is None or now.impossible != now.asked.hash:
        return None
    try:
        return proposal_of(now.case, answers.kept_as(found).raw, name=_("求解结果"))
    except MixplanError as problem:
        texts.message("warning", str(problem))
        return None


def _judged(now: AtHand) -> None:
    """What the plan breaks, or else how far from the best it is, and what the planner's wishes cost."""
    proposal = now.proposal
    earlier = plan.without_own_points(now)
    if problems := siting_words.plan_problems(now.case, proposal):
        texts.message("warning", _("方案没有满足：") + " ".join(problems))
    elif earlier is not None:
        texts.message("info", siting_words.earlier_gap_sentence(earlier))
    else:
        proven = math.isfinite(proposal.gap) and siting_words.all_reached(proposal)
        texts.message("success" if proven else "info", siting_words.gap_sentence(proposal))
    if not problems and (now.case.settings.forced or now.case.settings.forbidden):
        _wishes_cost(now)
    if proposal.status != siting_settings.MANUAL:
        st.caption(
            texts.plain(
                _("{status} · {seconds:.1f} 秒 · 种子 {seed} · 目标值 {objective} · 下界 {bound} · 输入 {hash}").format(
                    status=siting_words.status_label(proposal),
                    seconds=proposal.seconds,
                    seed=proposal.seed,
                    objective=texts.number(proposal.objective, 1),
                    bound=texts.number(proposal.bound, 1),
                    hash=proposal.input_hash,
                )
            )
        )


def _wishes_cost(now: AtHand) -> None:
    """What locks and bans cost, or the offer to find out."""
    cheapest = bounds.cheapest(now.asked, now.desk)
    running = runs.running(solve.SOLVE)
    if cheapest is not None:
        bound = bounds.proven_with_wishes(now.asked, now.desk)
        text = siting_words.wishes_cost_sentence(now.proposal, bound, cheapest)
    else:
        text = _("锁定和禁用要付出多少代价还不知道：不带它们求解一次就能说出，方案不变。")
    st.caption(texts.plain(text))
    buttons = st.container(horizontal=True)
    if cheapest is None:
        buttons.button(
            _("算出代价"),
            on_click=solve.begin_unwished,
            args=(now,),
            disabled=running,
            key="siting_solve_unwished",
        )
    buttons.button(
        _("放开全部要求"),
        on_click=desk.let_go,
        disabled=running,
        help=_("锁定和禁用都取消；方案不变，直到再次求解。"),
        key="siting_let_go",
    )


def source_note() -> str:
    """Where the figures of the page come from."""
    demand = "data/demand.csv" if work.project().siting.demand is None else _("自己的文件")
    return _("需求：{demand}；现有厂：登记册；规则与假设：data/rules.toml。模型和差距的含义见 docs/siting.md。").format(
        demand=demand
    )


def empty_hint(error: MixplanError) -> None:
    """A wish that makes no model: the reason in words, the rest of the page is left out."""
    texts.message("error", str(error))
