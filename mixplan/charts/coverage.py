"""Charts of coverage, in the colours of the maps' style table."""

import altair as alt
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.charts.theme import AnyChart, themed
from mixplan.maps.style import NEUTRAL, SHARE_COLOUR


def _names() -> dict[str, str]:
    return {"area_share": _("面积覆盖"), "demand_share": _("需求覆盖"), "served_share": _("产能保障")}


def curve_table(now: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """The curve as numbers in per cent: the radius, then each share, and the present supply's where there are two."""
    table = pd.DataFrame({_("半径 (km)"): now["radius_km"]})
    for key, name in _names().items():
        table[_("{name} (%)").format(name=name)] = (100 * now[key]).round(1)
        if before is not None:
            table[_("{name}：现在的供应 (%)").format(name=name)] = (100 * before[key]).round(1)
    return table


def curve_chart(now: pd.DataFrame, before: pd.DataFrame | None, *, radius_km: float) -> AnyChart:
    """Coverage and service over the radius, with the range of approximate boundaries as a band.

    Parameters
    ----------
    now, before : DataFrame
        From `coverage.curve`; ``before`` (without the proposal) is drawn dashed.
    radius_km : float
        Radius in use, marked by a line.
    """
    names = _names()
    states = [_("现在的供应"), _("加上方案")] if before is not None else [_("现在的供应")]
    parts = []
    for table, state in zip([before, now] if before is not None else [now], states, strict=True):
        long = table.melt("radius_km", list(names), "measure", "share").dropna(subset=["share"])
        parts.append(long.assign(measure=long["measure"].map(names), state=state))
    lines = pd.concat(parts, ignore_index=True)
    x = alt.X(
        "radius_km:Q",
        title=_("半径 (km)"),
        scale=alt.Scale(nice=False, domain=[5, 60]),
        axis=alt.Axis(values=list(range(5, 61, 5))),
    )
    percent = alt.Axis(format="%")
    y = alt.Y("share:Q", title=None, axis=percent, scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color(
        "measure:N",
        title=None,
        scale=alt.Scale(domain=list(names.values()), range=[SHARE_COLOUR[key] for key in names]),
        legend=alt.Legend(orient="top", columns=2, symbolStrokeWidth=2.5),
    )
    dash = alt.StrokeDash(
        "state:N",
        title=None,
        scale=alt.Scale(domain=states[::-1], range=[[1, 0], [5, 4]]),
        legend=alt.Legend(symbolStrokeColor=NEUTRAL, symbolType="stroke") if before is not None else None,
    )
    band = (
        alt.Chart(now)
        .mark_area(opacity=0.18, color=SHARE_COLOUR["area_share"])
        .encode(x=x, y=alt.Y("area_share_low:Q", title=None, axis=percent), y2="area_share_high:Q")
    )
    tips = [
        alt.Tooltip("measure:N", title=_("指标")),
        alt.Tooltip("radius_km:Q", title=_("半径 (km)")),
        alt.Tooltip("share:Q", title=_("份额"), format=".1%"),
        alt.Tooltip("state:N", title=_("供应")),
    ]
    drawn = alt.Chart(lines).mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash, tooltip=tips)
    rule = alt.Chart(pd.DataFrame({"radius_km": [radius_km]})).mark_rule(color=NEUTRAL, strokeDash=[2, 3]).encode(x=x)
    return themed(alt.layer(band, drawn, rule).properties(width=640, height=300))
