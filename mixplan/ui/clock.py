"""Times as a planner reads them: by the clock of the planner's own browser."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def local(at: str, form: str) -> str:
    """A time as the store has it, by the planner's own clock and written in some form; what is none as it stands."""
    when = _local(at)
    return at if when is None else f"{when:{form}}"


def short(at: str) -> str:
    """A time as the store has it in few characters: the hour where it is today, else the day as well."""
    when = _local(at)
    if when is None:
        return at
    today = datetime.now(UTC).astimezone(when.tzinfo).date()
    return f"{when:%H:%M}" if when.date() == today else f"{when:%Y-%m-%d %H:%M}"


def _local(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at).astimezone(_zone())
    except (ValueError, OverflowError):
        return None


def _zone() -> ZoneInfo | None:
    """The time zone of the planner's browser, none for the server's own."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (ZoneInfoNotFoundError, ValueError):
        return None
