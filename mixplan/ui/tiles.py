"""Map tiles that the office keeps itself, where ``secrets.toml`` has a ``[tiles]`` table."""

from collections.abc import Mapping
from typing import Any

import streamlit as st


def tile_source() -> Mapping[str, Any] | None:
    """The ``[tiles]`` table of ``secrets.toml``; None without one, empty where it is no table."""
    try:
        source = st.secrets["tiles"]
    except (KeyError, FileNotFoundError):
        return None
    return source if isinstance(source, Mapping) else {}
