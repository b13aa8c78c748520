"""Which step the address asks for."""

import streamlit as st

from mixplan.ui.address import whole
from mixplan.ui.session import BRIEFING_PLANT, put_in_address


def position() -> int | None:
    """The step that the address names, none outside the presenter."""
    step = whole(st.query_params.get("step", ""))
    return step if step is not None and step > 0 else None


def presenting() -> bool:
    """Whether the address asks for the presenter (``?step=``)."""
    return position() is not None


def go(step: int | None) -> None:
    """Go to a step of the presenter, or leave it."""
    put_in_address("step", "" if step is None else str(step))
    BRIEFING_PLANT.forget()
