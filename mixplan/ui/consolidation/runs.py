"""Long runs of the consolidation page: one at a time in a session, watched, stopped, and kept there by their inputs."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.jobs.job import Job
from mixplan.ui.texts import message

_KEPT = 24
_POLL_S = 0.8


def _results() -> OrderedDict[Hashable, Any]:
    # The session's own: nobody's page opens on a plan that somebody else has asked for.
    kept: OrderedDict[Hashable, Any] = st.session_state.setdefault("con_results", OrderedDict())
    return kept


def result(key: Hashable) -> Any:
    """The result of this session's run with these frozen inputs, none where there is none yet."""
    return _results().get(key)


def running() -> bool:
    """Whether a run of this session is under way."""
    job: Job[Any] | None = st.session_state.get("con_job")
    return job is not None and not job.done


def start(key: Hashable, title: str, work: Callable[[Job[Any]], Any]) -> None:
    """Begin a run unless one is under way; ``work`` reports a share and a text as progress and heeds a stop."""
    if running():
        return
    kept = _results()

    def body(job: Job[Any]) -> None:
        found = work(job)
        # Kept here, so that a page that sees the run ended finds its result.
        kept[key] = found
        while len(kept) > _KEPT:
            kept.popitem(last=False)

    st.session_state.pop("con_failed", None)
    st.session_state.con_title = title
    st.session_state.con_job = Job(body)


@st.fragment(run_every=_POLL_S)
def _watch(place: str) -> None:
    job: Job[Any] | None = st.session_state.get("con_job")
    if job is None:
        return
    if job.done:
        st.rerun()
    share, text = job.progress or (0.0, "")
    if job.stopping():
        text = _("正在停止：等当前一步算完")
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(max(share, 0.0), 1.0), text=f"{st.session_state.con_title} {text}")
    button.button(_("停止"), on_click=job.stop, key=f"con_stop_{place}", width="stretch", disabled=job.stopping())


def progress(place: str) -> None:
    """Progress of a run under way once more, where the planner who began it further down is looking."""
    with st.container():  # always there, so that nothing below moves to another place when a run begins or ends
        if running():
            _watch(place)


def report(inputs: Hashable) -> None:
    """Progress of a run under way, with a stop; afterwards what went wrong, as long as the inputs are the same."""
    if running():
        _watch("top")
        return
    job: Job[Any] | None = st.session_state.pop("con_job", None)
    if job is not None:
        if job.error is None:
            st.rerun()  # the page may have looked for the result just before the run ended
        elif isinstance(job.error, MixplanError):
            st.session_state.con_failed = (inputs, str(job.error))
        else:
            raise job.error
    failed_inputs, sentence = st.session_state.get("con_failed", (None, ""))
    if sentence and failed_inputs == inputs:
        message("error", sentence)
