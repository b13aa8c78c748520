"""The ticked row of a table, apart from charts, which the first page does not wait for."""

from collections.abc import Hashable

import pandas as pd

from mixplan.ui import session


def mark_row(key: str, index: pd.Index, chosen: Hashable | None) -> None:
    """Tick the row of what is chosen in the table that is drawn next under ``key``, and no other.

    What is chosen elsewhere, or a table in another order, would else leave the tick at somebody else's row, and a click
    on that row would take the tick away instead of choosing it.
    """
    rows = [index.get_loc(chosen)] if chosen in index else []
    now = session.widget(key)
    if now is not None and list(now["selection"]["rows"]) == rows:
        return
    if rows or now is not None:
        # Whole, as the browser sends it back: else the next event of the page would look like a choice in the table.
        session.put_widget(key, {"selection": {"rows": rows, "columns": [], "cells": []}})
