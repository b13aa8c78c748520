"""Long runs of the consolidation page: in a thread of their own, watched, stopped, and kept by their inputs."""

import contextvars
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from mixplan.errors import MixplanError
from mixplan.i18n import gettext as _

_KEPT = 24


@dataclass
class Job:
    """One run: what it has reached, and what came of it."""

    key: Hashable
    title: str
    share: float = 0.0
    text: str = ""
    result: Any = None
    error: Exception | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self.thread is not None and self.thread.is_alive()


@st.cache_resource(show_spinner=False)
def _results() -> OrderedDict[Hashable, Any]:
    return OrderedDict()


def result(key: Hashable) -> Any:
    """The result of a run with these frozen inputs, none where there is none yet."""
    return _results().get(key)


def keep(key: Hashable, value: Any) -> None:
    """Keep a result by its inputs; the oldest goes when there are many."""
    store = _results()
    store[key] = value
    while len(store) > _KEPT:
        store.popitem(last=False)


def start(key: Hashable, title: str, work: Callable[[Job], Any]) -> None:
    """Begin a run unless one is under way; ``work`` reports to the job and heeds ``job.stop``."""
    current: Job | None = st.session_state.get("con_job")
    if current is not None and current.running:
        return
    job = Job(key, title)
    context = contextvars.copy_context()

    def body() -> None:
        try:
            job.result = work(job)
        except Exception as problem:  # handed to the page, which says or raises it
            job.error = problem

    job.thread = threading.Thread(target=lambda: context.run(body), daemon=True)
    st.session_state.con_job = job
    job.thread.start()


@st.fragment(run_every=0.8)
def _watch() -> None:
    job: Job | None = st.session_state.get("con_job")
    if job is None or not job.running:
        st.rerun()
        return
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(max(job.share, 0.0), 1.0), text=f"{job.title} {job.text}")
    button.button(_("停止"), on_click=job.stop.set, key="con_stop", width="stretch", disabled=job.stop.is_set())


def report() -> None:
    """Progress of a run under way, with a stop; afterwards keep its result, or say what went wrong."""
    job: Job | None = st.session_state.get("con_job")
    if job is None:
        return
    if job.running:
        _watch()
        return
    if isinstance(job.error, MixplanError):  # stays until the next run, or a rerun would take it away unread
        st.error(str(job.error))
        return
    st.session_state.pop("con_job")
    if job.error is not None:
        raise job.error
    if job.result is not None:
        keep(job.key, job.result)
        st.rerun()  # the page has been put together without it
