"""What a planner has set, in the page's address: as codes, so that a shared view opens in either language."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mixplan.ui.session import ADDRESS_KEPT, ADDRESS_PAGE, LANGUAGE, MARGIN, Kept
from mixplan.ui.texts import plain


def follow() -> None:
    """Take what is set from the address where somebody comes by one that says something; every page begins with this.

    A page that is come back to by its bare name has what it was left with; after Back or Forward, and by a link that
    names a setting, the address alone says what is set.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return
    page, back = context.page_script_hash, went_back()
    if not back and ADDRESS_PAGE.get() == page:
        return
    ADDRESS_PAGE.put(page)
    kept = ADDRESS_KEPT.or_new({})
    # Pages have settings of the same name.
    for key in {key for settings in kept.values() for key in settings}:
        st.session_state.pop(key, None)
    if back or set(st.query_params) - {LANGUAGE.name}:
        kept.pop(page, None)
    if back:
        MARGIN.forget()


def went_back() -> bool:
    """Whether the planner has come to what is drawn now by Back or Forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def _kept() -> dict[str, Any]:
    """What is set on this page, by the key of the address."""
    return ADDRESS_KEPT.or_new({}).setdefault(ADDRESS_PAGE.get() or "", {})


def whole(text: str) -> int | None:
    """A whole number that stands in an address; None for whatever else somebody has written there, at any length."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def several(options: Sequence[str], key: str, default: Sequence[str] = ()) -> list[str]:
    """A choice of several codes without a widget of Streamlit's, which stands in the address as ``?key=code&key=code``.

    The list is the session's own: it changes with `put_several`, so that what is made later follows.

    Parameters
    ----------
    default : sequence
        Choice where the address names none; the address stays clean while it is in force.
    """
    if key not in st.session_state:
        st.session_state[key] = _named(options, key, _kept().get(key, default))
    chosen: list[str] = st.session_state[key]
    _kept()[key] = chosen
    # Another register or language may have taken away what was chosen.
    chosen[:] = [code for code in chosen if code in options]
    _name(chosen, key, default)
    return chosen


def put_several(chosen: Collection[str], options: Sequence[str], key: str) -> None:
    """Change a choice of `several`, which then names it in the address; what is no option is left out.

    It may be another page by then whose address that would be: whoever chooses can leave at once.
    """
    now: list[str] = st.session_state.setdefault(key, [])  # Back may just have taken it away
    now[:] = [code for code in options if code in chosen]


def _named(options: Sequence[str], key: str, default: Sequence[str]) -> list[str]:
    """The choice that the address names."""
    named = st.query_params.get_all(key)
    return [code for code in dict.fromkeys(named) if code in options] if named else list(default)


def _name(chosen: Sequence[str], key: str, default: Sequence[str]) -> None:
    """Name a choice in the address."""
    if sorted(chosen) == sorted(default):
        st.query_params.pop(key, None)
    else:
        # An empty choice where the default is not empty stands as one empty code.
        st.query_params[key] = list(chosen) or [""]


def one(label: str, options: Sequence[str], key: str, **kw: Any) -> str:
    """A choice of one whose code stands in the address as ``?key=code``; the first option is the default."""
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key, _kept().get(key))
    if st.session_state[key] not in options:
        st.session_state[key] = options[0]
    chosen = str(st.segmented_control(plain(label), options, key=key, required=True, **kw))
    _kept()[key] = chosen
    if chosen == options[0]:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
    return chosen


@dataclass(frozen=True)
class LinkedSlider:
    """A slider over whole numbers whose value stands in the address as ``?key=value``.

    Attributes
    ----------
    remembered : Kept, optional
        Where the session keeps the value for all its pages, else each page has its own.
    note : str
        Shown where the pointer rests on the label's sign.
    """

    label: str
    low: int
    high: int
    default: int
    key: str
    step: int = 1
    remembered: Kept[int] | None = None
    note: str = ""

    def value(self) -> int:
        """What it is set to, be it drawn already in this run or later."""
        if self.key not in st.session_state:
            named = whole(st.query_params.get(self.key, ""))
            before = _kept().get(self.key) if self.remembered is None else self.remembered.get()
            st.session_state[self.key] = next(one for one in (named, before, self.default) if one is not None)
        value = min(max(st.session_state[self.key], self.low), self.high)
        if value != st.session_state[self.key]:
            st.session_state[self.key] = value
        return int(value)

    def draw(self) -> int:
        """Draw it and keep its value."""
        self.value()
        chosen = int(
            st.slider(
                plain(self.label),
                self.low,
                self.high,
                step=self.step,
                key=self.key,
                help=plain(self.note) if self.note else None,
            )
        )
        _kept()[self.key] = chosen
        if self.remembered is not None:
            self.remembered.put(chosen)
        if chosen == self.default:
            st.query_params.pop(self.key, None)
        else:
            st.query_params[self.key] = str(chosen)
        return chosen
