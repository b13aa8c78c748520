"""The plan at hand, priced, with the best bound that is proven for it."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from mixplan.plan.datapackage import data_version
from mixplan.siting import proposal as siting_proposal
from mixplan.siting import settings as siting_settings
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.reasons import with_bound
from mixplan.siting.settings import SitingSettings
from mixplan.siting.words import plan_problems
from mixplan.ui import runs, shared
from mixplan.ui.session import SITING_PROOFS
from mixplan.ui.siting.case import case_of
from mixplan.ui.siting.desk import desk
from mixplan.ui.siting.files import given
from mixplan.ui.siting.records import Desk, Proof

SOLVE = "siting_solve"  # the run that looks for the sites


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
