"""The plan at hand, priced, with the best bound that is proven for it."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.plan.datapackage import data_version
from mixplan.siting import proposal as siting_proposal
from mixplan.siting import settings as siting_settings
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.reasons import with_bound
from mixplan.siting.settings import Effort, SitingSettings
from mixplan.siting.words import plan_problems
from mixplan.ui import runs, shared, texts
from mixplan.ui.session import SITING_IMPOSSIBLE, SITING_PROOFS
from mixplan.ui.siting import desk as desk_of_planner
from mixplan.ui.siting.case import case_of
from mixplan.ui.siting.desk import desk
from mixplan.ui.siting.files import given
from mixplan.ui.siting.records import Desk, Proof


@dataclass(frozen=True)
class Asked:
    """What a solve is about: the question with the bound still open, and how hard the solver is to try."""

    question: Proof
    effort: Effort


def _say(about: Asked, now: Progress) -> tuple[float, str]:
    """The time that is used up or the gap that is proven, whichever is further."""
    text = _("已用 {seconds:.0f} 秒 · 当前最好 {objective} · 下界 {bound} · 差距 {gap}").format(
        seconds=now.seconds,
        objective=texts.number(now.objective if math.isfinite(now.objective) else None, 1),
        bound=texts.number(now.bound if math.isfinite(now.bound) else None, 1),
        gap=f"{now.gap:.2%}" if now.gap < 1 else "—",  # a bound of nothing says nothing
    )
    if now.text:
        text += f" · {now.text}"
    proven = about.effort.gap / now.gap if 0 < now.gap < math.inf else 0.0
    return max(now.seconds / about.effort.time_s, proven), text


def _take(about: Asked, proposal: SitingProposal) -> None:
    if proposal.status == "infeasible":
        SITING_IMPOSSIBLE.put(proposal)
    else:
        remember_proof(about.question, proposal.bound)
        desk_of_planner.take(proposal)


# The run that looks for the sites.
SOLVE = runs.Work("siting_solve", _say, _take, lambda: _("停止，采用当前最好方案"))


@st.cache_resource(show_spinner=False, max_entries=64)
def _priced(key: str, plan: tuple[tuple[str, int], ...], _case_at_hand: SitingCase) -> SitingProposal:
    return siting_proposal.evaluate_plan(_case_at_hand, dict(plan))


def priced(case: SitingCase, plan: Mapping[str, int]) -> SitingProposal:
    """The best deliveries for a plan."""
    return _priced(case.input_hash, tuple(sorted(plan.items())), case)


def at_hand(settings: SitingSettings) -> tuple[SitingCase, SitingProposal, list[str]]:
    """The plan on the desk under the settings in force, and the sites of it that are no longer allowed.

    The solver's own answer is shown as long as nothing has changed; after any change the plan is priced anew, with the
    best bound that is proven for it.
    """
    runs.collect(SOLVE)
    current = desk()
    case = case_of(settings, current)
    solved = current.solved
    if solved is not None and solved.input_hash == case.input_hash and solved.plan == dict(current.plan):
        return case, solved, []
    allowed = set(map(str, case.candidates.index))
    lost = [site for site, _lines in current.plan if site not in allowed]
    proposal = priced(case, {site: lines for site, lines in current.plan if site in allowed})
    return case, with_bound(proposal, _bound_for(settings, case, proposal, exact=True)), lost


def without_own_points(settings: SitingSettings, case: SitingCase, proposal: SitingProposal) -> SitingProposal | None:
    """The plan against a bound that was proven before some of the planner's own points were there.

    Those points may allow something better than that bound, so it says how far the plan is from the best possible
    without them, and no more.
    """
    if math.isfinite(proposal.gap) or proposal.status != siting_settings.MANUAL:
        return None
    told = with_bound(proposal, _bound_for(settings, case, proposal, exact=False))
    return told if math.isfinite(told.gap) else None


def _question(settings: SitingSettings) -> str:
    """What is asked but for locks, bans and own points."""
    plants_version = shared.register()[1]
    parts = (replace(settings, forced=(), forbidden=()), given().version, plants_version, data_version())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def asked(settings: SitingSettings, at: Desk) -> Proof:
    """What a solve that begins now is about; its bound is not known yet."""
    return Proof(_question(settings), frozenset(at.own), frozenset(at.locked), frozenset(at.forbidden), -math.inf)


def remember_proof(about: Proof, bound: float) -> None:
    """Keep the bound that a solve has proven, for what was asked when it began: settings may have changed since."""
    if math.isfinite(bound):
        proofs = SITING_PROOFS.or_new([])
        proofs.append(replace(about, bound=bound))
        del proofs[:-40]


def _bound_for(settings: SitingSettings, case: SitingCase, proposal: SitingProposal, *, exact: bool) -> float:
    """Best bound proven for a plan: from solves of the same question whose locks and bans the plan keeps.

    A bound with more points to choose from holds with fewer, not the other way round; ``exact`` asks for that.
    """
    if proposal.sites.empty or plan_problems(case, proposal):
        return -math.inf  # the bound speaks only of plans that keep every wish
    question, plan, own = _question(settings), proposal.plan, set(desk().own)
    bounds = [
        proof.bound
        for proof in SITING_PROOFS.get() or []
        if proof.question == question
        and (own <= proof.own or not exact)
        and all(plan.get(site, 0) >= lines for site, lines in proof.locked)
        and not (proof.forbidden & set(plan))
    ]
    return max(bounds, default=-math.inf)
