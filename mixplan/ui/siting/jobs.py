"""Long work of the siting page."""

from typing import Any

import streamlit as st

from mixplan.jobs.job import Job


def job(name: str) -> Job[Any] | None:
    """A job under way in this session, or just ended."""
    found: Job[Any] | None = st.session_state.get(f"siting_job_{name}")
    return found


def start(name: str, work: Any) -> None:
    """Start a job; one that is still under way is stopped first."""
    before = job(name)
    if before is not None:
        before.stop()
    st.session_state[f"siting_job_{name}"] = Job(work)


def end(name: str) -> None:
    """Forget a job that has ended."""
    st.session_state.pop(f"siting_job_{name}", None)
