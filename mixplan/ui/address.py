"""What a page shows, in its address: as codes, so that a view opens again by reload, link, Back and second tab.

What a page was left with is also kept with the project, for whoever comes to it by its bare name.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mixplan.ui import login, session, work
from mixplan.ui.session import ADDRESS_PAGE, CHOSEN, LANGUAGE, VIEWS
from mixplan.ui.texts import plain


def follow(page: str) -> None:
    """Take what is shown from the address where somebody comes by one that says something; every page begins with this.

    A page that is come back to by its bare name has what it was left with; after Back or Forward, and by a link that
    names something, the address alone says what is shown.

    Parameters
    ----------
    page : str
        Name of the page that begins.
    """
    back = session.went_back()
    if not back and ADDRESS_PAGE.get() == page:
        return
    ADDRESS_PAGE.put(page)
    session.forget_widgets()
    if back or set(st.query_params) - {LANGUAGE.name, work.ADDRESS, work.BRANCH, login.VIEW}:
        _views().pop(page, None)
        if page in CHOSEN:
            CHOSEN[page].forget()


def _views() -> dict[str, dict[str, tuple[str, ...]]]:
    """What is shown on each page; at first as the project has it."""
    if not VIEWS.known():
        VIEWS.put({page: dict(view) for page, view in work.project().views.items()})
    return VIEWS.or_new({})


def _view() -> dict[str, tuple[str, ...]]:
    """What is shown on this page, by the key of the address and as it stands there."""
    return _views().setdefault(ADDRESS_PAGE.get() or "", {})


def keep() -> None:
    """Keep what the pages show with the project, where that is kept; every page ends with this."""
    work.keep_views({page: view for page, view in _views().items() if view})


def whole(text: str) -> int | None:
    """A whole number that stands in an address; None for whatever else somebody has written there, at any length."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def _asked(key: str) -> tuple[str, ...] | None:
    """What the address names, else what the page was left with; none where neither says anything."""
    return tuple(st.query_params.get_all(key)) or _view().get(key)


def _name(key: str, codes: Sequence[str], *, as_usual: bool) -> None:
    """Name something in the address and remember it; what is as usual keeps the address clean."""
    if as_usual:
        _view().pop(key, None)
        st.query_params.pop(key, None)
    else:
        # An empty choice where the usual one is not empty stands as one empty code.
        _view()[key] = tuple(codes) or ("",)
        st.query_params[key] = list(_view()[key])


def several(options: Sequence[str], key: str, default: Sequence[str] = ()) -> list[str]:
    """A choice of several codes without a widget of Streamlit's, which stands in the address as ``?key=code&key=code``.

    The list is the session's own: it changes with `put_several`, so that what is made later follows.

    Parameters
    ----------
    default : sequence
        Choice where the address names none; the address stays clean while it is in force.
    """
    chosen: list[str] | None = session.widget(key)
    if chosen is None:
        asked = _asked(key)
        chosen = list(default if asked is None else dict.fromkeys(asked))
        session.put_widget(key, chosen)
    # Another register or language may have taken away what was chosen.
    chosen[:] = [code for code in chosen if code in options]
    _name(key, chosen, as_usual=sorted(chosen) == sorted(default))
    return chosen


def put_several(chosen: Collection[str], options: Sequence[str], key: str) -> None:
    """Change a choice of `several`, which then names it in the address; what is no option is left out.

    It may be another page by then whose address that would be: whoever chooses can leave at once.
    """
    if session.widget(key) is None:  # Back may just have taken it away
        session.put_widget(key, [])
    now: list[str] = session.widget(key)
    now[:] = [code for code in options if code in chosen]


def one(label: str, options: Sequence[str], key: str, **kw: Any) -> str:
    """A choice of one whose code stands in the address as ``?key=code``; the first option is the default."""
    if session.widget(key) not in options:
        asked = (_asked(key) or ("",))[0]
        session.put_widget(key, asked if asked in options else options[0])
    chosen = str(st.segmented_control(plain(label), options, key=key, required=True, **kw))
    _name(key, [chosen], as_usual=chosen == options[0])
    return chosen


@dataclass(frozen=True)
class LinkedSlider:
    """A slider over whole numbers whose value stands in the address as ``?key=value``.

    Attributes
    ----------
    note : str
        Shown where the pointer rests on the label's sign.
    """

    label: str
    low: int
    high: int
    default: int
    key: str
    note: str = ""

    def value(self) -> int:
        """What it is set to, be it drawn already in this run or later."""
        value = session.widget(self.key)
        if value is None:
            asked = whole((_asked(self.key) or ("",))[0])
            value = self.default if asked is None else asked
        value = int(min(max(value, self.low), self.high))
        session.put_widget(self.key, value)
        return value

    def draw(self) -> int:
        """Draw it and keep its value."""
        self.value()
        chosen = int(
            st.slider(
                plain(self.label),
                self.low,
                self.high,
                key=self.key,
                help=plain(self.note) if self.note else None,
            )
        )
        _name(self.key, [str(chosen)], as_usual=chosen == self.default)
        return chosen
