"""How a browser tells the server what has been chosen in the station map's filter panel."""

import json
import zlib
from typing import Any


def panel(widget: Any) -> list[dict[str, Any]]:
    """The choices of a filter panel with their options; none where the component is another one."""
    groups: list[dict[str, Any]] = (
        json.loads(widget.json)["groups"] if widget.component_name == "mixplan_filters" else []
    )
    return groups


def chosen_states(identity: str, chosen: dict[str, list[str]]) -> list[Any]:
    """The states that a choice of codes sends, once: the component's own, which is empty, and what was done in it."""
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    sign = f"{zlib.crc32(json.dumps(chosen).encode())}-0"
    value = {"event": "chosen", "value": {"chosen": chosen, "told": sign}}
    trigger = f"$$STREAMLIT_INTERNAL_KEY_{identity}__events"
    return [WidgetState(id=identity, json_value="{}"), WidgetState(id=trigger, json_trigger_value=json.dumps(value))]
