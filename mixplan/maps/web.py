"""The web map: the only module that knows folium."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from mixplan.maps.documents import message_code
from mixplan.maps.style import first_view


@dataclass(frozen=True)
class Assets:
    """Addresses of the scripts and styles that a web map loads, all on the workbench's own server."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


class _Setup(MacroElement):  # type: ignore[misc]
    """Calls ``mixplan.setup`` once the map exists."""

    _template = Template(
        "{% macro script(this, kwargs) %}mixplan.setup({{ this._parent.get_name() }}, {{ this.bounds }});{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "MixplanSetup"
        self.bounds = [list(corner) for corner in first_view()]


def base_map(assets: Assets) -> folium.Map:
    """The map without anything on it: it never changes, so that the browser never builds it anew.

    Parameters
    ----------
    assets : Assets
        Scripts and styles; Folium's own defaults are CDN addresses and are never used.
    """
    canvas = folium.Map(location=first_view()[0], tiles=None, zoom_snap=0.25, zoom_delta=0.5)
    canvas.default_js = [(f"mixplan_js_{n}", address) for n, address in enumerate(assets.scripts)]
    canvas.default_css = [(f"mixplan_css_{n}", address) for n, address in enumerate(assets.styles)]
    _Setup().add_to(canvas)
    return canvas


class Message(MacroElement):  # type: ignore[misc]
    """What the map is to show now, as one call of our own script in the page.

    It takes the place of a feature group, whose variable the component names. Nothing of it is rendered: branca takes
    a finished script for a template and would compile it once more.
    """

    _template = Template(
        '{% macro script(this, kwargs) %}var {{ this.get_name() }} = mixplan.show("{{ this.code }}");{% endmacro %}'
    )

    def __init__(self, message: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "FeatureGroup"
        self.code = message_code(message)

    def render(self, **kwargs: Any) -> None:
        """Leave it as it is."""
