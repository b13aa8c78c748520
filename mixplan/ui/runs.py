"""Long work of a page: begun once, watched with a stop, taken over when it has ended. One system for every page.

A page collects what has ended before it looks for results, and has one place at which the run under way is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.jobs.job import Job
from mixplan.ui.session import Kept
from mixplan.ui.texts import message, plain

_POLL_S = 0.5


@dataclass(frozen=True)
class Run:
    """A run under way, or one that has ended and whose result no page has taken over yet.

    Attributes
    ----------
    about : Hashable
        Inputs that the run is about; what goes wrong is said as long as they are the same.
    say : callable
        Share that is done and words, for what the work has reported.
    take : callable
        Takes over the result, in a run of the page.
    stop : str
        What the button that stops the run says.
    """

    job: Job[Any]
    about: Hashable
    say: Callable[[Progress], tuple[float, str]]
    take: Callable[[Any], None]
    stop: str


def _under_way(name: str) -> Kept[Run]:
    return Kept(f"run_{name}")


def _failed(name: str) -> Kept[tuple[Hashable, str]]:
    return Kept(f"run_failed_{name}")


def running(name: str) -> bool:
    """Whether a run of that name is under way in this session."""
    return _under_way(name).known()


def begin(
    name: str,
    work: Callable[[Job[Any]], Any],
    *,
    about: Hashable,
    say: Callable[[Progress], tuple[float, str]],
    take: Callable[[Any], None],
    stop: str,
) -> None:
    """Begin a run unless one of that name is under way; ``work`` lets the job watch it and must not touch Streamlit."""
    if not running(name):
        _failed(name).forget()
        _under_way(name).put(Run(Job(work), about, say, take, stop))


def collect(name: str) -> None:
    """Take over what has ended; a fault in the work is raised, what no plan can meet is said by `watch`."""
    run = _under_way(name).get()
    if run is None or not run.job.done:
        return
    _under_way(name).forget()
    if isinstance(run.job.error, MixplanError):
        _failed(name).put((run.about, str(run.job.error)))
    elif run.job.error is not None:
        raise run.job.error
    else:
        run.take(run.job.result)


def watch(name: str, *, place: str = "") -> None:
    """Show the run under way with its stop, here and, where a page has several places, under the name of the place."""
    with st.container():  # always there, so that nothing below moves to another place when a run begins or ends
        if running(name):
            _poll(name, place)


def complain(name: str, about: Hashable) -> None:
    """Say what went wrong in the last run, as long as it was about the same."""
    failed_about, sentence = _failed(name).get() or (None, "")
    if sentence and failed_about == about:
        message("error", sentence)


@st.fragment(run_every=_POLL_S)
def _poll(name: str, place: str) -> None:
    run = _under_way(name).get()
    if run is None:
        return
    if run.job.done:
        st.rerun()
    share, text = run.say(run.job.progress)
    if run.job.stopping():
        text = _("正在停止：等当前一步算完")
    bar, button = st.columns([5, 2], vertical_alignment="center")
    bar.progress(min(max(share, 0.0), 1.0), plain(text))
    button.button(
        plain(run.stop),
        on_click=run.job.stop,
        disabled=run.job.stopping(),
        icon=":material/stop:",
        key=f"{name}_stop{place}",
        width="stretch",
    )


def counted(text: str) -> Callable[[Progress], tuple[float, str]]:
    """Words for work that is counted: ``text`` names ``{done}`` and ``{of}``."""

    def say(now: Progress) -> tuple[float, str]:
        return now.done / (now.of or 1), text.format(done=now.done, of=now.of or "…")

    return say
