"""Balance, waterfall and savings charts."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.charts.theme import LINES, AnyChart, themed, wrapped
from mixplan.maps.style import BLUE, GREEN, GREY, INK, ORANGE, SKY, VERMILLION
from mixplan.plan.words import pretty, unit_text
from mixplan.targets.balance import BALANCE_MEASURES, basis_text, measure_text
from mixplan.targets.savings import Saving

MEASURE_COLOUR = {"capacity": GREY, "limit": INK, "output": BLUE, "use": SKY, "demand": ORANGE}


def balance_chart(data: pd.DataFrame, product: str, title: str, *, width: int = 330, height: int = 260) -> AnyChart:
    """Capacity, output, use and demand of one product by year; the title says how far capacity was used."""
    part = data[(data["product"] == product)]
    amounts = part[part["measure"].isin(MEASURE_COLOUR)].copy()
    amounts["text"] = [pretty(v, digits=0 if v >= 1000 else 1) for v in amounts["value"]]
    amounts["measure_text"] = [measure_text(m) for m in amounts["measure"]]
    amounts["basis_text"] = [basis_text(b) for b in amounts["basis"]]
    amounts["given"] = amounts["basis"] == "stated"
    unit = unit_text(str(amounts["unit"].iloc[0]))
    order = [measure_text(m) for m in BALANCE_MEASURES if m in set(amounts["measure"])]
    colours = [MEASURE_COLOUR[m] for m in BALANCE_MEASURES if m in set(amounts["measure"])]
    lines = []
    for measure in ("utilisation", "cover"):
        cells = part[part["measure"] == measure].sort_values("year")
        if len(cells):
            steps = " → ".join(
                f"{pretty(v, u, 1 if measure == 'utilisation' else 2)} ({y})"
                for v, u, y in zip(*(cells[c] for c in ("value", "unit", "year")), strict=True)
            )
            lines.append(f"{measure_text(measure)} {steps}")
    base = alt.Chart(amounts).encode(
        x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelFontSize=14)),
        xOffset=alt.XOffset("measure_text:N", sort=order),
        y=alt.Y("value:Q", axis=alt.Axis(title=unit, tickCount=5)),
        tooltip=[
            alt.Tooltip("year:O", title=_("年份")),
            alt.Tooltip("measure_text:N", title=_("项目")),
            alt.Tooltip("value:Q", title=unit, format=",.1f"),
            alt.Tooltip("basis_text:N", title=_("由来")),
            alt.Tooltip("formula:N", title=_("依据")),
        ],
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "measure_text:N",
            scale=alt.Scale(domain=order, range=colours),
            legend=alt.Legend(title=None, columns=4),
        ),
        opacity=alt.Opacity("given:N", scale=alt.Scale(domain=[True, False], range=[1.0, 0.62]), legend=None),
    )
    texts = base.mark_text(dy=-8, fontSize=11.5).encode(text="text:N")
    return themed(
        alt.layer(bars, texts).properties(width=width, height=height, title=alt.TitleParams(title, subtitle=lines))
    )


def waterfall_chart(data: pd.DataFrame, title: str, *, width: int = 560, height: int = 300) -> AnyChart:
    """Steps from one capacity to the next: totals blue, what goes vermillion, what comes green, what is spare grey."""
    frame = data.copy()
    change = frame["kind"].isin(["change", "spare"])
    frame["colour"] = BLUE
    frame.loc[change & (frame["amount"] < 0), "colour"] = VERMILLION
    frame.loc[change & (frame["amount"] >= 0), "colour"] = GREEN
    frame.loc[frame["kind"] == "spare", "colour"] = GREY
    frame.loc[frame["kind"] == "reference", "colour"] = ORANGE
    frame["text"] = [("+" if c and a > 0 else "") + pretty(a) for a, c in zip(frame["amount"], change, strict=True)]
    frame["label"] = [wrapped(label, chinese=6, latin=11) for label in frame["label"]]
    frame["top"] = frame[["start", "end"]].max(axis=1)
    frame["next"] = frame["label"].shift(-1)
    unit = unit_text(str(frame["unit"].iloc[0]))
    x = alt.X("label:N", sort=None, axis=alt.Axis(title=None, labelAngle=0, labelLimit=170, labelExpr=LINES))
    tip = [
        alt.Tooltip("label:N", title=_("步骤")),
        alt.Tooltip("text:N", title=unit),
        alt.Tooltip("clause:N", title=_("依据")),
    ]
    base = alt.Chart(frame).encode(x=x)
    y = alt.Y("start:Q", axis=alt.Axis(title=unit, tickCount=5))
    bars = base.mark_bar(size=54).encode(y=y, y2="end:Q", color=alt.Color("colour:N", scale=None), tooltip=tip)
    links = (
        base.transform_filter("datum.next != null")
        .mark_rule(color="#888888", strokeDash=[3, 3])
        .encode(y="end:Q", x2="next:N")
    )
    texts = base.mark_text(dy=-10, fontSize=15, fontWeight=600).encode(y="top:Q", text="text:N", tooltip=tip)
    return themed(
        alt.layer(links, bars, texts).properties(width=width, height=height, title=alt.TitleParams(f"{title} ({unit})"))
    )


def savings_chart(items: Sequence[Saving], *, width: int = 620) -> AnyChart:
    """Savings of the plan's path and of the chosen case, in percent of what the plan expects (100 % = expectation)."""
    plan, chosen = _("按规划路径测算"), _("假设情景")
    rows = []
    for item in items:
        for case, value in ((plan, item.plan_path), (chosen, item.what_if)):
            rows.append(
                {
                    "label": local(item.saved) + ("" if item.same_definition else " *"),
                    "case": case,
                    "share": value / item.expected.value * 100,
                    "text": pretty(value, item.saved.unit),
                    "text_at": 100.5
                    if 80 <= value / item.expected.value * 100 < 100
                    else value / item.expected.value * 100,
                    "expected": item.expected.text(),
                }
            )
    data = pd.DataFrame(rows)
    end = max(130.0, float(data["share"].max()) * 1.25)
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", sort=None, axis=alt.Axis(title=None, labelLimit=220, ticks=False, domain=False)),
        yOffset=alt.YOffset("case:N", sort=[plan, chosen]),
        tooltip=[
            alt.Tooltip("label:N", title=_("项目")),
            alt.Tooltip("case:N", title=_("情景")),
            alt.Tooltip("text:N", title=_("测算")),
            alt.Tooltip("expected:N", title=_("规划预期")),
        ],
    )
    x = alt.X(
        "share:Q",
        scale=alt.Scale(domain=[0, end], nice=False),
        axis=alt.Axis(title=_("占规划预期的百分比"), labelExpr="datum.value + ' %'", tickCount=6),
    )
    bars = base.mark_bar().encode(
        x=x,
        color=alt.Color(
            "case:N",
            scale=alt.Scale(domain=[plan, chosen], range=[BLUE, ORANGE]),
            legend=alt.Legend(title=None),
        ),
    )
    texts = base.mark_text(align="left", dx=5, fontSize=13).encode(x="text_at:Q", text="text:N")
    goal = alt.Chart(pd.DataFrame({"at": [100.0]})).mark_rule(color=INK, strokeWidth=2).encode(x="at:Q")
    odd = any(not item.same_definition for item in items)
    note = _("黑线 = 规划对 2011–2015 年的预期") + (_("；* 规划前后口径不同，不能直接比较") if odd else "")
    return themed(
        alt.layer(bars, goal, texts).properties(
            width=width, height=alt.Step(22), title=alt.TitleParams(_("节能减排测算"), subtitle=note)
        )
    )
