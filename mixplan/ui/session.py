"""What a session remembers from one rerun to the next: every name in one table, with its type.

Widgets keep their own values under their own keys; what stands here outlives the page on which it was set.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from streamlit.runtime.scriptrunner import RerunData
    from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

    from mixplan.coverage.picture import Picture
    from mixplan.projects.bundle import Bundle
    from mixplan.projects.people import Planner
    from mixplan.projects.rows import ClashError
    from mixplan.projects.trail import Change
    from mixplan.targets.entries import Entry
    from mixplan.ui.briefing.steps import Editor
    from mixplan.ui.work import AtHand

T = TypeVar("T")


def _steady(step: Callable[[], T]) -> T:
    """Look at the session, or change it, without a callback being broken off there.

    Streamlit ends a run wherever it looks at its session once the planner has clicked again. In a callback it takes
    that for the callback's own end: what was asked for before is lost or half done. There the next click waits.
    """
    later: list[RerunData] = []
    requests: ScriptRequests | None = None
    while True:
        try:
            done = step()
            break
        except RerunException as click:
            context = get_script_run_ctx(suppress_warning=True)
            requests = None if context is None or context.has_script_started else context.script_requests
            if requests is None:
                raise
            later.append(click.rerun_data)
    if requests is not None:
        requests.request_rerun_batch(later)
    return done


def _put(name: str, value: Any) -> None:
    _steady(lambda: st.session_state.__setitem__(name, value))


class Kept(Generic[T]):
    """One thing that a session remembers under a name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self) -> T | None:
        """What is remembered, none where nothing is."""
        found: T | None = _steady(lambda: st.session_state.get(self.name))
        return found

    def or_new(self, new: T) -> T:
        """What is remembered, and from now on ``new`` where nothing is."""
        found: T = _steady(lambda: st.session_state.setdefault(self.name, new))
        return found

    def put(self, value: T) -> None:
        """Remember something."""
        _put(self.name, value)

    def forget(self) -> None:
        """Forget what is remembered."""
        _steady(lambda: st.session_state.pop(self.name, None))

    def take(self) -> T | None:
        """What is remembered, which is then forgotten."""
        found = self.get()
        self.forget()
        return found

    def known(self) -> bool:
        """Whether something is remembered, be it none."""
        return _steady(lambda: self.name in st.session_state)


_GIVEN: Kept[set[str]] = Kept("given_widgets")
_CLOSED: Kept[dict[str, int]] = Kept("boxes_closed")
_LABELS: Kept[dict[str, tuple[tuple[str, ...], int]]] = Kept("labels_of_choices")


def went_back() -> bool:
    """Whether the planner has come to what is drawn now by Back or Forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def widget(key: str) -> Any:
    """What a widget of this page holds, none where it is not drawn yet."""
    return _steady(lambda: st.session_state.get(key))


def put_widget(key: str, value: Any) -> None:
    """Give a widget that is about to be drawn its value."""
    _GIVEN.or_new(set()).add(key)
    # A value that is set goes to the browser even if it is the one that it has.
    if _steady(lambda: key not in st.session_state or st.session_state[key] != value):
        _put(key, value)


def put_in_address(key: str, value: str) -> None:
    """Have the page's address name something, or with an empty value no longer."""

    def put() -> None:
        if value:
            st.query_params[key] = value
        else:
            st.query_params.pop(key, None)

    _steady(put)


def choice_key(key: str, labels: Iterable[str]) -> str:
    """Name of the widget of a choice, another one whenever its options are called otherwise; what is chosen stays.

    The browser knows what is chosen by its label: after another name or language it would send one that is no option,
    or leave out what it no longer finds.

    Parameters
    ----------
    labels : iterable of str
        What the options are called.
    """
    kept, now = _LABELS.or_new({}), tuple(labels)
    before, count = kept.get(key, (now, 0))
    name = f"{key}_{count}" if count else key
    if before != now:
        count += 1
        old, name = name, f"{key}_{count}"
        if (held := widget(old)) is not None:
            put_widget(name, held)  # the old one's would look changed to the browser if it were gone
    kept[key] = (now, count)
    return name


def box_key(name: str) -> str:
    """Name of the widget of a box that opens and closes, or of a button on which a second click is to do nothing."""
    count = (_CLOSED.get() or {}).get(name, 0)
    return f"{name}_{count}" if count else name


def close_box(name: str) -> None:
    """Have a box closed, or a button done with, from the next drawing on: another takes its place.

    A browser would open the old box again, and a second click may still come on the old button.
    """
    counts = _CLOSED.or_new({})
    counts[name] = counts.get(name, 0) + 1


def forget_widgets() -> None:
    """Have every widget that was given its value begin anew, for another page or another state of the same.

    A page's widget of the same name would else look as if it had the other's value, and begin with its least one.
    """
    for key in _GIVEN.take() or ():
        forget_widget(key)


def forget_widget(key: str) -> None:
    """Have a widget begin anew."""
    _steady(lambda: st.session_state.pop(key, None))


def keep_latest(place: Kept[OrderedDict[Hashable, T]], key: Hashable, value: T, most: int) -> None:
    """Remember one result more under its inputs; of more than so many the oldest go."""
    kept = place.or_new(OrderedDict())
    kept[key] = value
    while len(kept) > most:
        kept.popitem(last=False)


LANGUAGE: Kept[str] = Kept("lang")

WORK: Kept[AtHand] = Kept("work")
STEPS: Kept[tuple[tuple[str, int], tuple[Change | None, Change | None]]] = Kept("work_steps")  # by revision: undo, redo
SCENARIO: Kept[str] = Kept("work_scenario")  # the branch that this tab works on
SCENARIO_GONE: Kept[str] = Kept("work_scenario_gone")  # on which page it turned out that somebody took it away
LEFT: Kept[dict[tuple[str, str, str], bool]] = Kept("work_left")  # page, project, branch gone from: in this run?
OPENING: Kept[str] = Kept("work_opening")  # why what the address names is not open
VIEW_TOKEN: Kept[str] = Kept("view_token")  # the word of the link by which this tab looks at a project
SHARING: Kept[bool] = Kept("sharing")  # the dialog is open
LINK_MADE: Kept[str] = Kept("link_made")  # the word of a link that was just made
REFUSED: Kept[str] = Kept("work_refused")  # what this person may not change
UNSAVED: Kept[str] = Kept("work_unsaved")  # why the last change is not kept
TRIED: Kept[float] = Kept("work_tried")  # when it was tried last to keep it, by the process's clock
CLASH: Kept[ClashError] = Kept("work_clash")  # what somebody else has set meanwhile
PERSON: Kept[Planner] = Kept("person")  # who works here
PROJECT_PROBLEM: Kept[str] = Kept("project_problem")  # why something could not be done with a project or a name
PROJECT_BROUGHT: Kept[tuple[str, Bundle, int]] = Kept("project_brought")  # imported last: name here, actuals not kept
PROJECT_DELETED: Kept[tuple[str, str]] = Kept("project_deleted")  # id and name of the one that was deleted last

NEXT_PAGE: Kept[str] = Kept("next_page")  # where the planner is led, once what was asked for is done
ADDRESS_PAGE: Kept[str] = Kept("address_page")  # the page that the session is on
VIEWS: Kept[dict[str, dict[str, tuple[str, ...]]]] = Kept("views")  # what is set on each page, as its address names it

REGISTER_PROBLEM: Kept[str] = Kept("register_problem")
FILE_PROBLEMS: Kept[dict[str, str]] = Kept("file_problems")  # by upload box: why its last file could not be taken

MAP_SHOWN: Kept[bool] = Kept("map_shown")  # whether this tab has had a map yet
FILTER_TOLD: Kept[str] = Kept("filter_told")  # the sign of the last filter that came from the page
PLANT: Kept[str | None] = Kept("plant")  # chosen on the station map
LOOK_AT: Kept[tuple[tuple[float, float], int]] = Kept("look_at")  # latitude and longitude, zoom

SITING_FOCUS: Kept[tuple[Any, ...] | None] = Kept("siting_focus")
SITING_PROBLEM: Kept[str] = Kept("siting_problem")
SITING_TRIED: Kept[str] = Kept("siting_tried")  # hash of what a solve was begun for last

COMMENTS_OPEN: Kept[tuple[object, ...]] = Kept("comments_open")  # key of what has its comments unfolded
COMMENT: Kept[str | None] = Kept("comment")  # chosen in the list of comments

CON_PLANT: Kept[str | None] = Kept("con_plant")
CON_AUTO: Kept[str] = Kept("con_auto_asked")  # what was begun by itself last

COVERAGE_ALONG: Kept[OrderedDict[Hashable, tuple[Picture, ...]]] = Kept("coverage_along")  # by its inputs
COVERAGE_ASKED: Kept[Hashable] = Kept("coverage_asked")  # inputs of the last run

BRIEFING_EDITOR: Kept[Editor] = Kept("briefing_editor")
BRIEFING_NOTES: Kept[bool] = Kept("briefing_notes")
BRIEFING_PLANT: Kept[str] = Kept("briefing_plant")
BRIEFING_FILES: Kept[dict[tuple[str, ...], tuple[str, bytes, str]]] = Kept("briefing_files")

FILES: Kept[OrderedDict[Hashable, bytes]] = Kept("files")  # made for this session, by what they are about
FILE_ASKED: Kept[str] = Kept("file_asked")  # key of the buttons at which the last one was asked for

ENTRY_PENDING: Kept[tuple[Entry, tuple[str, ...]]] = Kept("entry_pending")
ENTRY_MESSAGE: Kept[tuple[Any, str]] = Kept("entry_message")

# What is chosen on a page, where its address names that.
CHOSEN: dict[str, Kept[Any]] = {
    "station_map": PLANT,
    "consolidation": CON_PLANT,
    "siting": SITING_FOCUS,
    "comments": COMMENT,
}

# What goes when another project is opened.
OF_PROJECT: tuple[Kept[Any], ...] = (
    SCENARIO,
    SCENARIO_GONE,
    STEPS,
    SHARING,
    LINK_MADE,
    UNSAVED,
    CLASH,
    ADDRESS_PAGE,
    VIEWS,
    REGISTER_PROBLEM,
    FILE_PROBLEMS,
    FILTER_TOLD,
    PLANT,
    LOOK_AT,
    SITING_FOCUS,
    SITING_PROBLEM,
    SITING_TRIED,
    COMMENTS_OPEN,
    COMMENT,
    CON_PLANT,
    CON_AUTO,
    COVERAGE_ALONG,
    COVERAGE_ASKED,
    BRIEFING_EDITOR,
    BRIEFING_PLANT,
    ENTRY_PENDING,
    ENTRY_MESSAGE,
)
