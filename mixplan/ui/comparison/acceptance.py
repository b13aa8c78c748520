"""The planner's own thresholds: what a plan must reach to be accepted."""

from dataclasses import replace

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.projects.comparison import figure_label, unit_text
from mixplan.projects.project import Threshold
from mixplan.ui import session, texts, work
from mixplan.ui.comparison import canvas, catalogue

_FIGURE, _SIDE, _VALUE = "accept_figure", "accept_side", "accept_value"


def acceptance() -> None:
    """Set a threshold, or take one away; they are kept with the project."""
    box = st.expander(_("验收标准"), key="compare_accept", on_change="rerun", icon=":material/rule:")
    if not box.open:
        return
    with box:
        figure, side, value, add = st.columns([5, 2, 2, 1], vertical_alignment="bottom")
        labels = catalogue.labels()
        code = figure.selectbox(_("指标"), catalogue.figures(), key=_FIGURE, format_func=labels.__getitem__)
        sides = {"least": _("至少"), "most": _("至多")}
        side.selectbox(_("要求"), list(sides), key=_SIDE, format_func=sides.__getitem__)
        unit = unit_text(code)
        value.number_input(texts.plain(unit or _("数值")), key=_VALUE, step=1.0, format="%g")
        add.button(_("设定"), on_click=_set, key="accept_set", width="stretch")
        for known, threshold in work.project().acceptance.items():
            name, off = st.columns([11, 1], vertical_alignment="center")
            name.write(texts.plain(f"{figure_label(known)} {canvas.wanted_text(known, threshold)}"))
            off.button(
                "",
                icon=":material/close:",
                key=f"accept_off_{known}",
                help=texts.plain(_("去掉：{name}").format(name=figure_label(known))),
                on_click=work.put,
                args=(("acceptance", known), None),
                type="tertiary",
            )


def _set() -> None:
    code, side = str(session.widget(_FIGURE)), str(session.widget(_SIDE))
    old = work.project().acceptance.get(code, Threshold())
    work.put(("acceptance", code), replace(old, **{side: float(session.widget(_VALUE))}))
