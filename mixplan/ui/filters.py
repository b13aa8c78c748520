"""Choices that filter a map: drawn by a script of our own in the page, so that the map follows before the server does.

The map works a filter out for itself by its layer's facets (`mixplan.ui.maplayers.Layer.filtered`); the run of the
page that follows has the last word, in the map as well.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mixplan.base.assets import asset_text
from mixplan.base.i18n import gettext as _
from mixplan.ui import address, session
from mixplan.ui.session import FILTER_TOLD

_SIGN = re.compile("[0-9]{1,10}-[0-9]{1,10}")  # as filters.js makes them: it goes into every message to a map
_panel = st.components.v2.component(
    "mixplan_filters", js=asset_text("filters.js"), css=asset_text("filters.css"), html="<div></div>"
)


@dataclass(frozen=True)
class Choice:
    """What can be chosen of one kind; several at a time, none meaning no restriction.

    Attributes
    ----------
    name : str
        Under this it stands in the address and in the session, and in the facets of the map's layer.
    label : str
        What it is called.
    options : mapping
        Words of each code.
    default : sequence of str
        Codes that are chosen at first.
    folded : bool
        Whether the options are hidden until asked for.
    note : str
        Shown above the options.
    """

    name: str
    label: str
    options: Mapping[str, str]
    default: Sequence[str] = ()
    folded: bool = False
    note: str = ""

    def chosen(self) -> list[str]:
        """Codes that are chosen."""
        return address.several(list(self.options), self.name, self.default)

    def choose(self, codes: Collection[str]) -> None:
        """Choose codes; what is no option is left out."""
        address.put_several(codes, list(self.options), self.name)


def panel(choices: Sequence[Choice], key: str, map_key: str) -> None:
    """Draw choices for a map, with a button that goes back to what was chosen at first.

    Parameters
    ----------
    map_key : str
        Key of the map that they filter.
    """

    def answered() -> None:
        given: Any = (session.widget(key) or {}).get("chosen")
        match given:
            case {"chosen": dict(chosen), "told": str(sign)} if _SIGN.fullmatch(sign):
                for choice in choices:
                    codes = chosen.get(choice.name)
                    if isinstance(codes, list):
                        choice.choose({code for code in codes if isinstance(code, str)})
                FILTER_TOLD.put(sign)

    groups = [
        {
            "name": choice.name,
            "label": choice.label,
            "note": choice.note,
            "folded": choice.folded,
            "options": [{"code": code, "label": label} for code, label in choice.options.items()],
            "default": list(choice.default),
        }
        for choice in choices
    ]
    data: dict[str, Any] = {
        "map": map_key,
        "groups": groups,
        "words": {"clear": _("清除筛选"), "all": _("全部"), "comma": _("、")},
        "chosen": {choice.name: choice.chosen() for choice in choices},
        "told": FILTER_TOLD.get(),
    }
    _panel(key=key, data=data, on_chosen_change=answered)
