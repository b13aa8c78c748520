"""The solver's answers that stand on desks: the project's own, and the shipped case's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from mixplan.base.errors import DataError, SitingError
from mixplan.base.i18n import gettext as _
from mixplan.plan.datapackage import solved
from mixplan.projects.contents import record_of
from mixplan.projects.project import Desk, Result
from mixplan.siting.asked import Asked
from mixplan.siting.kept import ProposalRecord, read_kept
from mixplan.ui import work


@dataclass(frozen=True)
class Answer:
    """A solver's answer as it is kept.

    Attributes
    ----------
    version : str
        Tells it from others.
    raw : mapping
        The record as it is written.
    inputs : Asked
        What was asked.
    proposal : ProposalRecord
        What was found.
    """

    version: str
    raw: Mapping[str, Any]
    inputs: Asked
    proposal: ProposalRecord

    @property
    def figures(self) -> dict[str, float | None]:
        """The few numbers by which it is told from others."""
        return {"cost": self.proposal.objective, "bound": self.proposal.bound}


def read(raw: Mapping[str, Any], version: str = "") -> Answer:
    """A record as an answer.

    Raises
    ------
    SitingError
        Where it is none.
    """
    name = _("求解结果")
    kept = read_kept(raw, name=name)
    if kept.proposal is None:
        raise SitingError(_("{name} 中没有 proposal。").format(name=name))
    return Answer(version, raw, kept.inputs, kept.proposal)


@cache
def shipped() -> Answer:
    """The shipped case's."""
    return read(solved("siting"), "shipped")


def own_shipped() -> Result | None:
    """The shipped case's, kept with the work at hand; none where that cannot be kept, which the page then says."""
    place = work.keep()
    try:
        # It is the same for whoever begins with it, and whenever.
        return keep(place, shipped(), made_at="") if place else None
    except DataError:
        return None


@st.cache_resource(show_spinner=False, max_entries=64)
def _own(content: str, _content: Callable[[], bytes]) -> Answer:
    return read(record_of(_content()), content)


def of(at: Desk) -> Answer | None:
    """The answer that a desk's plan comes from; none where the planner has begun with an empty one.

    Raises
    ------
    DataError, SitingError
        Where the project's store does not have it any more, or it cannot be read.
    """
    if not at.begun:
        return shipped()
    return None if at.solved is None else kept_as(at.solved)


def kept_as(result: Result) -> Answer:
    """An answer that the project keeps; raises as `of` does."""
    return _own(result.content, lambda: work.content(result))


def keep(place: str, answer: Answer, *, made_at: str) -> Result:
    """Keep an answer with the work that asked for it.

    Parameters
    ----------
    place : str
        Where that work is kept, as `work.keep` said.
    made_at : str
        When it was asked for, UTC.

    Raises
    ------
    DataError
        Where it cannot be kept.
    """
    return work.put_result_of(place, answer.raw, inputs=answer.inputs.hash, figures=answer.figures, made_at=made_at)
