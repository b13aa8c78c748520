"""A setting's control, which shows what the project has and writes there what is chosen."""

from typing import Any

from mixplan.projects.project import Path, at
from mixplan.ui import session, work


def setting(
    path: Path, default: Any, key: str, *, number: Any = None, low: float | None = None, high: float | None = None
) -> dict[str, Any]:
    """Arguments of a widget whose value is kept in the project: it shows what stands there, and writes what is chosen.

    Parameters
    ----------
    path : tuple of str
        Where the project has it.
    default : Any
        What holds where the project says nothing.
    key : str
        Name of the widget.
    number : type, optional
        Of a widget for numbers: which kind of number it takes.
    low, high : float, optional
        What such a widget can show.
    """
    value = at(work.project(), path)
    value = default if value is None else value
    if number is not None:
        value = number(max(value, low) if high is None else min(max(value, low), high))
    session.put_widget(key, value)
    return {"key": key, "on_change": _chosen, "args": (path, default, key)}


def _chosen(path: Path, default: Any, key: str) -> None:
    value = session.widget(key)
    work.put(path, None if value == default else value)
