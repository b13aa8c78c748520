"""A planner as the server sees one: a browser's websocket, the widgets on the page, and a change every few seconds."""

from __future__ import annotations
