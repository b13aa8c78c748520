"""How numbers, names and messages are written on a page."""

import re
from typing import Any, Literal

import streamlit as st


def heading(text: str) -> None:
    """A small heading inside a page."""
    st.markdown(f"**{plain(text)}**")


def number(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number as planners read it: thousands separators, at most the digits asked for, its unit, — where missing."""
    if value is None or value != value:
        return "—"
    text = f"{value:,.{digits}f}"
    return f"{text} {unit}" if unit else text


def plain(text: str) -> str:
    """Text from data as Markdown shows it literally."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|$:~=&-])", r"\\\1", text)


def message(kind: Literal["error", "warning", "info", "success"], text: str, place: Any = st) -> None:
    """A message in a box, shown as it is: whatever name, cell or file name it repeats cannot become Markdown.

    Every message that is more than a fixed sentence goes through here; `tests/test_architecture.py` sees to it.
    """
    getattr(place, kind)(plain(text))
