"""Planners at work on a real server over its websocket: how long a rerun takes, and what it costs the machine."""

from .run import main as main
