"""The planner's own decisions on stations, and their undo."""

from __future__ import annotations

import streamlit as st

from mixplan.registers.decisions import UNDECIDED


def own_decisions() -> dict[str, str]:
    """The planner's decisions by station."""
    locks: dict[str, str] = st.session_state.setdefault("con_locks", {})
    return locks


def decide(plant_id: str, decision: str) -> None:
    """Write down the planner's decision on a station, so that it can be undone."""
    before = own_decisions().get(plant_id, UNDECIDED)
    if before == decision:
        return
    st.session_state.setdefault("con_history", []).append((plant_id, before))
    _write(plant_id, decision)


def _write(plant_id: str, decision: str) -> None:
    locks = dict(own_decisions())
    locks.pop(plant_id, None)
    if decision != UNDECIDED:
        locks[plant_id] = decision
    st.session_state.con_locks = locks


def undo() -> None:
    """Take back the last decision."""
    history = st.session_state.get("con_history", [])
    if history:
        _write(*history.pop())
