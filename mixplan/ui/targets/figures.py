"""The plan's figures and planners' own actuals, and what follows from them, kept by what they are."""

import hashlib
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.plan.figures import Figure, figures
from mixplan.plan.indicators import load_indicators
from mixplan.projects import entries as projects_entries
from mixplan.targets import progress
from mixplan.targets.audit.items import AuditItem
from mixplan.targets.audit.run import audit
from mixplan.targets.entries import with_entries
from mixplan.ui.texts import message


@dataclass(frozen=True)
class Known:
    """Every figure that the page works with, for all who have entered the same; read-only."""

    version: str
    plan: pd.DataFrame
    entered: pd.DataFrame
    together: pd.DataFrame
    rows: tuple[Figure, ...]
    first_year: int
    latest_year: int


@st.cache_resource(show_spinner=False)
def plan() -> tuple[pd.DataFrame, str]:
    """The plan's figures, and a hash of them."""
    frame = load_indicators()
    return frame, hashlib.sha256(frame.to_csv().encode()).hexdigest()


def entries(*, withdrawn: bool = False) -> pd.DataFrame:
    """Planners' own actuals; where their file cannot be read the page says so and ends: it would be wrong."""
    try:
        return projects_entries.actuals(withdrawn=withdrawn)
    except DataError as error:
        message("error", str(error))
        st.info(_("没有填报的数字，进度会算错，所以到此为止。文件能读以后刷新本页即可。"))
        st.stop()


def known(entered: pd.DataFrame) -> Known:
    """The plan's figures with planners' own actuals."""
    frame, version = plan()
    rows = list(entered.itertuples(index=False, name=None))
    key = hashlib.sha256(repr((version, rows, get_language())).encode()).hexdigest()
    return _known(key, frame, entered)


@st.cache_resource(show_spinner=False, max_entries=16)
def _known(version: str, _plan: pd.DataFrame, _entered: pd.DataFrame) -> Known:
    together = with_entries(_plan, _entered)
    return Known(
        version,
        _plan,
        _entered,
        together,
        figures(together),
        min(item.baseline.year for item in progress.progress(together) if item.baseline),
        progress.latest_year(together),
    )


def standing(figures_known: Known, year: int) -> tuple[progress.TargetProgress, ...]:
    """How every target of the plan stands in a year."""
    return _standing(figures_known.version, year, figures_known.together)


@st.cache_resource(show_spinner=False, max_entries=64)
def _standing(version: str, year: int, _together: pd.DataFrame) -> tuple[progress.TargetProgress, ...]:
    return progress.progress(_together, as_of=year)


def audited(figures_known: Known) -> tuple[AuditItem, ...]:
    """Whether the plan's own figures agree."""
    return _audited(figures_known.version, figures_known.plan)


@st.cache_resource(show_spinner=False, max_entries=16)
def _audited(version: str, _plan: pd.DataFrame) -> tuple[AuditItem, ...]:
    return audit(_plan)
