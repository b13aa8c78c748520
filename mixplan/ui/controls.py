"""One control a figure of the rule file: its range, its value and its source come from there."""

from typing import Any

import streamlit as st

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.city.ban_zones import announced_years
from mixplan.plan.rules import Parameter
from mixplan.plan.words import rule_kind_label, unit_text
from mixplan.projects.project import Path
from mixplan.ui import shared, work
from mixplan.ui.address import LinkedSlider
from mixplan.ui.setting import setting
from mixplan.ui.texts import plain

_WHOLE_FROM = 5  # a range of whole numbers at least this wide is walked in whole steps
_COARSE_FROM = 1000  # and one wider than this in coarse ones


def source_note(parameter: Parameter) -> str:
    """Whether a figure is the plan's or an assumption, and where it comes from."""
    return _("{kind}。来源：{source}").format(kind=rule_kind_label(parameter.kind), source=parameter.source)


def _title(parameter: Parameter) -> str:
    title, unit = local(parameter, "title"), unit_text(parameter.unit)
    return _("{title}（{unit}）").format(title=title, unit=unit) if unit else title


def _step(parameter: Parameter) -> float:
    low, high = parameter.range
    whole = all(float(value).is_integer() for value in (parameter.value, low, high))
    if not whole or high - low < _WHOLE_FROM:
        return 0.05
    return 50 if high - low > _COARSE_FROM else 1


def parameter_slider(
    parameter_id: str,
    path: Path,
    label: str | None = None,
    *,
    place: Any = st,
    step: float | None = None,
    key: str = "",
    **more: Any,
) -> None:
    """A slider over the range that the rule file allows, with the source as its help; the project keeps its value.

    Parameters
    ----------
    path : tuple of str
        Where the project has it.
    label : str, optional
        The parameter's title and unit where none is given.
    place : container, optional
        Where the slider stands.
    step : float, optional
        Follows from the range where none is given.
    key : str, optional
        Name of the widget; the parameter's where none is given.
    """
    parameter = shared.rules().parameters[parameter_id]
    step = _step(parameter) if step is None else step
    number: Any = int if float(step).is_integer() else float
    low, high = map(number, parameter.range)
    place.slider(
        plain(_title(parameter) if label is None else label),
        low,
        high,
        step=number(step),
        help=plain(source_note(parameter)),
        **setting(path, number(parameter.value), key=key or parameter_id, number=number, low=low, high=high),
        **more,
    )


def parameter_number(
    parameter_id: str,
    path: Path,
    label: str,
    *,
    place: Any = st,
    bounds: tuple[float, float | None] | None = None,
    step: float = 1,
    **more: Any,
) -> None:
    """A field for a number of the rule file, with the source as its help; whole numbers where the step is written so.

    Parameters
    ----------
    path : tuple of str
        Where the project has it.
    place : container, optional
        Where the field stands.
    bounds : (float, float or None), optional
        Least and greatest value, else the rule file's.
    """
    parameter = shared.rules().parameters[parameter_id]
    number: Any = int if isinstance(step, int) else float
    low, high = bounds or parameter.range
    low, high = number(low), None if high is None else number(high)
    place.number_input(
        plain(label),
        low,
        high,
        step=number(step),
        help=plain(source_note(parameter)),
        **setting(path, number(parameter.value), key=parameter_id, number=number, low=low, high=high),
        **more,
    )


def year_slider(label: str) -> LinkedSlider:
    """The year that a page looks at: from the first ban zone to the end of the plan, which it begins with."""
    first, last = announced_years(shared.layers().ban_zones)[0], shared.rules().period_end.year
    return LinkedSlider(label, first, last, last, "year")


def margin_slider() -> None:
    """The margin round sensitive areas in metres: one value for the whole project."""
    rule = shared.rules().rule_for("sensitive_margin")
    low, high = int(rule.minimum or 0), int(rule.maximum or 0)
    st.slider(
        plain(_("敏感区外扩距离（m，{kind}）").format(kind=rule_kind_label(rule.kind))),
        low,
        high,
        step=50,
        help=plain(local(rule, "note")),
        **setting(("margin_m",), int(shared.rules().margin_m), key="margin", number=int, low=low, high=high),
    )
    if note := shared.rules().margin_note(work.project().margin_m):
        st.warning(plain(note))
