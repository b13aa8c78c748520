"""Long work of a page: begun once, watched with a stop, taken over when it has ended. One system for every page.

The work runs in another process, and belongs to the planner rather than to the session: a page that is loaded again
finds it running, or finds what has come of it. A page collects what has ended before it looks for results, and has one
place at which the run under way is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Progress
from mixplan.jobs.job import GONE, Job, Look, jobs_of, submit
from mixplan.projects.access import NoProjectError
from mixplan.projects.queue import Queue
from mixplan.ui import presence
from mixplan.ui.planner import planner_id
from mixplan.ui.session import Kept
from mixplan.ui.texts import message, plain

_POLL_S = 0.5
_MOST_SHOWN = 0.99  # what is not over is never shown as whole


@dataclass(frozen=True)
class Work:
    """One kind of long work: what a page knows of it before any has begun.

    Attributes
    ----------
    name : str
        One run of a name at a time.
    say : callable
        Share that is done and words, for what the work is about and what it has reported.
    take : callable
        Takes over what the work is about and what came of it, in a run of the page.
    stop : callable
        What the button that stops it says.
    once : bool
        Whether what came of it is taken over once, as it goes into a project, which keeps it; else every session of the
        planner takes it over.
    """

    name: str
    say: Callable[[Any, Progress], tuple[float, str]]
    take: Callable[[Any, Any], None]
    stop: Callable[[], str]
    once: bool = False


def _under_way(work: Work) -> Kept[int]:
    return Kept(f"run_{work.name}")


def _looked_for(work: Work) -> Kept[bool]:
    return Kept(f"run_looked_for_{work.name}")


def _failed(work: Work) -> Kept[tuple[Any, str]]:
    return Kept(f"run_failed_{work.name}")


def _cut_short(work: Work) -> Kept[str]:
    return Kept(f"run_cut_short_{work.name}")


def job_of(work: Work) -> Job | None:
    """The job that runs, or has ended and is not taken over yet."""
    number = _under_way(work).get()
    return None if number is None else Job(Queue(), number)


def about(work: Work) -> Any:
    """What the work is about that runs, or has ended and is not taken over yet; None where there is none."""
    job = job_of(work)
    return None if job is None else job.about


def running(work: Work) -> bool:
    """Whether such work is under way for this page."""
    return _under_way(work).known()


def begin(
    work: Work,
    function: str,
    *args: Any,
    about: Any,
    limit_s: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> None:
    """Begin work unless such work is under way: ``module:function``, called with the arguments in another process.

    Parameters
    ----------
    about : Any
        Inputs that the work is about; what cannot be met is said as long as they are the same.
    limit_s : float, optional
        When it is ended with its best so far at the latest, where the work itself does not heed its time.
    """
    if running(work):
        return
    _failed(work).forget()
    _cut_short(work).forget()
    presence.arrive()
    presence.keep_workers()
    try:
        job = submit(planner_id(), work.name, function, *args, about=about, limit_s=limit_s, options=options)
    except MixplanError as problem:  # nowhere to keep what is asked for
        _cut_short(work).put(str(problem))
        return
    _under_way(work).put(job.id)


def drop(work: Work) -> None:
    """End such work, if any is under way, and take nothing over from it."""
    if (job := job_of(work)) is not None:
        job.queue.ask_stop(job.id, "asked")
        _under_way(work).forget()


def collect(work: Work) -> None:
    """Take over what has ended; a fault in the work is raised, what no plan can meet is said by `complain`."""
    taken = False
    if not _looked_for(work).known():
        _looked_for(work).put(True)
        try:
            taken = _find_again(work)
        except MixplanError as problem:  # a queue that cannot be read is no reason to show no page
            _cut_short(work).put(str(problem))
    job = job_of(work)
    if job is not None and (look := job.look()).ended:
        _under_way(work).forget()
        about, error = job.about, job.error
        taken = _take_over(work, job, look) or taken
        if isinstance(error, MixplanError):
            _failed(work).put((about, str(error)))
        elif error is not None:
            raise error
    if taken and work.once:
        st.rerun()  # what this run has drawn so far is of the project without it


def _find_again(work: Work) -> bool:
    """Take over what this planner's work has come to before this session began, and find what still runs."""
    taken = False
    for job in jobs_of(planner_id(), work.name):
        look = job.look()
        _cut_short(work).forget()
        if look.ended:
            taken = _take_over(work, job, look) or taken
        else:
            _under_way(work).put(job.id)
    return taken


def _take_over(work: Work, job: Job, look: Look) -> bool:
    """Take over what has come of ended work, if anything, and say why it ended before its goal; whether it was."""
    if work.once and look == GONE:  # another tab was quicker
        return False
    has_result = job.has_result
    try:
        if has_result:
            work.take(job.about, job.result)
    except NoProjectError:  # it never comes back, and what was found for it is of no use anywhere else
        job.forget()
        _cut_short(work).put(_("结果没有存下：它所属的项目已不在，或不再向您开放。"))
        return False
    except MixplanError as problem:  # it stays, and every further run tries again
        _cut_short(work).put(str(problem))
        _looked_for(work).forget()
        return False
    _note(work, look, has_result)
    if work.once:
        job.forget()
    return has_result


def _note(work: Work, look: Look, has_result: bool) -> None:
    """Keep in words why work has ended before its goal, where the planner did not ask for it."""
    why = {
        "silent": _("页面断开后计算已停止。"),
        "late": _("计算超出时限，已停止。"),
        "died": _("计算进程意外结束，可能是内存不足。"),
        "restarted": _("服务器重新启动，计算中断。"),
        "broken": _("计算进程一启动就结束，可能是内存不足或安装不完整，请告诉管理员。"),
    }.get(look.why)
    if look.why == "asked" and look.state == "stopped" and not has_result:
        _cut_short(work).put(_("已停止；还没有结果。"))
    elif why is not None and look.state != "failed":
        left = _("当时最好的结果已保留。") if has_result else _("没有结果，请重新开始。")
        _cut_short(work).put(why + left)


def watch(work: Work, *, place: str = "") -> None:
    """Show the run under way with its stop, here and, where a page has several places, under the name of the place."""
    with st.container():  # always there, so that nothing below moves to another place when a run begins or ends
        if running(work):
            _poll(work, place)


def complain(work: Work, same: Callable[[Any], bool]) -> None:
    """Say what went wrong in the last run, as long as it was about the same, or why it ended before its goal."""
    if (cut_short := _cut_short(work).get()) is not None:
        message("warning", cut_short)
    about, sentence = _failed(work).get() or (None, "")
    if sentence and same(about):
        message("error", sentence)


@st.fragment(run_every=_POLL_S)
def _poll(work: Work, place: str) -> None:
    job = job_of(work)
    if job is None:  # it has ended while the page was being drawn
        st.rerun()
    look = job.look()
    if look.ended:
        st.rerun()
    share, text = _words(work, job.about, look)
    bar, button = st.columns([5, 2], vertical_alignment="center")
    bar.progress(min(max(share, 0.0), _MOST_SHOWN), plain(text))
    button.button(
        plain(work.stop()),
        on_click=_stop,
        args=(work, job),
        disabled=bool(look.why),
        icon=":material/stop:",
        key=f"{work.name}_stop{place}",
        width="stretch",
    )


def _stop(work: Work, job: Job) -> None:
    try:
        job.stop()
    except MixplanError as problem:  # somebody else keeps the queue locked: it can be asked again
        _cut_short(work).put(str(problem))


def _words(work: Work, about: Any, look: Look) -> tuple[float, str]:
    """Share that is done and words, for work that has not ended."""
    if look.why:
        return _MOST_SHOWN, _("正在停止，保留当前最好的结果")
    if look.state == "waiting":
        if look.ahead:
            return 0.0, _("排队中：前面还有 {count} 个计算").format(count=look.ahead)
        return 0.0, _("排队中：下一个就是，等计算进程空出来")
    if look.progress is None:
        return 0.0, _("正在开始（{seconds:.0f} 秒）").format(seconds=look.seconds)
    return work.say(about, look.progress._replace(seconds=look.seconds))


def counted(text: Callable[[], str]) -> Callable[[Any, Progress], tuple[float, str]]:
    """Words for work that is counted: ``text`` names ``{done}`` and ``{of}``."""

    def say(_about: Any, now: Progress) -> tuple[float, str]:
        return now.done / (now.of or 1), text().format(done=now.done, of=now.of or "…")

    return say
