"""The plan at hand, priced, with the best bound that is proven for it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import get_language
from mixplan.projects.project import Desk, SavedDesk
from mixplan.siting import proposal as siting_proposal
from mixplan.siting import settings as siting_settings
from mixplan.siting.asked import Asked, but_by_hand, changed
from mixplan.siting.case import SitingCase
from mixplan.siting.kept import proposal_of
from mixplan.siting.proposal import SitingProposal
from mixplan.siting.reasons import with_bound
from mixplan.siting.settings import SitingSettings
from mixplan.siting.words import plan_problems
from mixplan.ui import shared
from mixplan.ui.siting import answers, bounds
from mixplan.ui.siting import case as siting_case
from mixplan.ui.siting.answers import Answer
from mixplan.ui.siting.desk import desk


@dataclass(frozen=True, eq=False)
class AtHand:
    """A plan on a desk under settings.

    Attributes
    ----------
    asked : Asked
        What the settings ask, with the desk's locks, bans and own points.
    answer : Answer or None
        The solver's answer that the plan comes from.
    lost : list of str
        Sites of the plan, locked ones among them, where no line may stand under the settings.
    problem : str
        Why the answer cannot be had, if it cannot.
    """

    desk: Desk
    case: SitingCase
    proposal: SitingProposal
    asked: Asked
    answer: Answer | None
    lost: list[str]
    problem: str = ""

    @property
    def solved(self) -> bool:
        """Whether the answer is one to what is asked now."""
        return self.answer is not None and self.answer.inputs.hash == self.asked.hash

    @property
    def impossible(self) -> str:
        """Hash of what the solver has last found that no plan can keep; empty where there is no such thing."""
        return "" if self.desk.impossible is None else self.desk.impossible.inputs

    @property
    def stale(self) -> bool:
        """Whether it was solved for another question, and nothing is proven of it for the one that is asked now."""
        if self.answer is None or math.isfinite(self.proposal.gap):
            return False
        return bounds.question(self.answer.inputs) != bounds.question(self.asked)

    @property
    def changes(self) -> list[str]:
        """What has changed since it was solved, in words."""
        return [] if self.answer is None else changed(self.answer.inputs, self.asked, shared.rules())


@st.cache_resource(show_spinner=False, max_entries=64)
def _priced(key: str, plan: tuple[tuple[str, int], ...], _case_at_hand: SitingCase) -> SitingProposal:
    return siting_proposal.evaluate_plan(_case_at_hand, dict(plan))


def priced(case: SitingCase, plan: Mapping[str, int]) -> SitingProposal:
    """The best deliveries for a plan."""
    return _priced(case.input_hash, tuple(sorted(plan.items())), case)


@st.cache_resource(show_spinner=False, max_entries=16)
def _whole(key: str, version: str, language: str, _case_at_hand: SitingCase, _answer: Answer) -> SitingProposal:
    return proposal_of(_case_at_hand, _answer.raw, name=version)


def at_hand() -> AtHand:
    """The plan on the project's desk under its settings.

    The solver's own answer is shown as long as nothing has changed; after any change the plan is priced anew, with the
    best bound that is proven for it.

    Raises
    ------
    DataError, SitingError
        Where a file of the planner's cannot be had, or the settings make no case.
    """
    return _laid_out(siting_case.settings(), desk())


def changes(*, by_hand: bool = True) -> list[str]:
    """What has changed since the plan on the desk was solved, in words, for other pages: no case is made for it.

    Parameters
    ----------
    by_hand : bool
        Whether what was locked, banned or added by hand since is told as well as what was set or brought otherwise.

    Raises
    ------
    DataError, SitingError
        Where the answer or a file of the planner's cannot be had.
    """
    at = desk()
    answer = answers.of(at)
    if answer is None:
        return []
    forced, forbidden = tuple(sorted(at.locked.items())), tuple(sorted(at.forbidden))
    now = siting_case.asked(replace(siting_case.settings(), forced=forced, forbidden=forbidden), at)
    return changed(answer.inputs, now if by_hand else but_by_hand(now, answer.inputs), shared.rules())


def of_saved(saved: SavedDesk) -> AtHand:
    """A proposal put aside, under its own settings and the project's register and files; raises as `at_hand` does."""
    book = shared.rules()
    return _laid_out(saved.wishes.settings(book, margin_m=book.margin_within(saved.margin_m)), saved.desk)


def _laid_out(settings: SitingSettings, at: Desk) -> AtHand:
    case = siting_case.case_of(settings, at)
    asked = siting_case.asked(case.settings, at)
    answer, problem = None, ""
    try:
        answer = answers.of(at)
        if answer is not None and answer.inputs.hash == asked.hash and dict(answer.proposal.lines) == dict(at.plan):
            proposal = _whole(case.input_hash, answer.version, get_language(), case, answer)
            return AtHand(at, case, proposal, asked, answer, [])
    except MixplanError as error:  # what stands on the desk is worth as much without the answer that it comes from
        problem = str(error)
    allowed = set(map(str, case.candidates.index))
    lost = sorted(site for site in {*at.plan, *at.locked} if site not in allowed)
    proposal = priced(case, {site: lines for site, lines in at.plan.items() if site in allowed})
    if _may_be_judged(case, proposal):
        proposal = with_bound(proposal, bounds.proven(asked, at, proposal, exact=True))
    return AtHand(at, case, proposal, asked, answer, lost, problem)


def _may_be_judged(case: SitingCase, proposal: SitingProposal) -> bool:
    """Whether a bound says anything of a plan: it speaks only of plans that keep every wish."""
    return not proposal.sites.empty and not plan_problems(case, proposal)


def without_own_points(now: AtHand) -> SitingProposal | None:
    """The plan against a bound that was proven before some of the planner's own points were there.

    Those points may allow something better than that bound, so it says how far the plan is from the best possible
    without them, and no more.
    """
    proposal = now.proposal
    if math.isfinite(proposal.gap) or proposal.status != siting_settings.MANUAL:
        return None
    if not _may_be_judged(now.case, proposal):
        return None
    told = with_bound(proposal, bounds.proven(now.asked, now.desk, proposal, exact=False))
    return told if math.isfinite(told.gap) else None


def unwished(now: AtHand) -> tuple[SitingCase, Asked]:
    """What is asked without the locks and bans."""
    case = siting_case.case_of(siting_case.settings(), now.desk, wished=False)
    bare = replace(now.desk, locked={}, forbidden={})
    return case, siting_case.asked(case.settings, bare)
