"""Which steps the story has, and the pictures that they make."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

import pandas as pd
import streamlit as st

from mixplan.base.i18n import get_language
from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import percent
from mixplan.handouts import story
from mixplan.handouts.report import Report
from mixplan.handouts.story import Step
from mixplan.projects.project import Step as ChosenStep
from mixplan.ui import session, texts, work
from mixplan.ui.briefing.address import go
from mixplan.ui.session import BRIEFING_EDITOR
from mixplan.ui.tables import WRAPPED_PX


@dataclass(frozen=True, eq=False)
class Editor:
    """The table in which steps are chosen.

    Attributes
    ----------
    number : int
        Tells it from the ones before, which held edits of their own.
    base : DataFrame
        What it began with: its edits lie on top of that as long as it is shown.
    begun, told : mapping of Step
        What the project had before, and has by it; where that is something else by now, the table begins anew.
    """

    number: int
    language: str
    base: pd.DataFrame
    begun: Mapping[str, ChosenStep]
    told: Mapping[str, ChosenStep]

    @property
    def key(self) -> str:
        """Name of the widget."""
        return f"briefing_editor_{self.language}_{self.number}"


def _told(found: Report) -> Mapping[str, Step]:
    """The steps that a report can tell, by their key."""
    return _story(found.input_hash, found.language, found.before.result.radius_km, found)


@st.cache_resource(show_spinner=False, max_entries=60)
def _story(version: str, language: str, radius_km: float, _found: Report) -> Mapping[str, Step]:
    return MappingProxyType({step.key: step for step in story.story(_found)})


def _choice(found: Report) -> pd.DataFrame:
    """The planner's choice of steps, completed by steps that are new: index key; show, order, caption, notes."""
    keys = list(_told(found))
    kept = work.project().briefing.steps
    order = sorted((key for key in keys if key in kept), key=lambda key: kept[key].order)
    if order != keys:
        for n, key in enumerate(keys):
            if key not in kept:  # a new step follows the one that the story has before it
                order.insert(order.index(keys[n - 1]) + 1 if n else 0, key)
    usual = ChosenStep(0)
    rows = {key: asdict(kept.get(key, usual)) | {"order": order.index(key) + 1} for key in keys}
    return pd.DataFrame.from_dict(rows, orient="index")[["show", "order", "caption", "notes"]]


def _editor(choice: pd.DataFrame) -> Editor:
    """The table that is shown, or a new one where it has been away, or the project says something else by now."""
    now, told = BRIEFING_EDITOR.get(), work.project().briefing.steps
    if (
        now is None
        or session.widget(now.key) is None
        or now.language != get_language()
        or now.told != told
        or list(now.base.index) != list(choice.index)
    ):
        now = Editor(1 if now is None else now.number + 1, get_language(), choice, told, told)
        BRIEFING_EDITOR.put(now)
    return now


def choose_steps(found: Report) -> None:
    """Which steps are shown, in which order, under which captions and with which notes; then start."""
    texts.heading(_("汇报的步骤"))
    steps = _told(found)
    choice = _choice(found)
    editor = _editor(choice)
    base = editor.base
    shown = base.assign(step=[story.step_label(k) for k in base.index], message=[steps[k].title for k in base.index])
    edited = st.data_editor(
        shown[["show", "order", "step", "message", "caption", "notes"]],
        hide_index=True,
        width="stretch",
        height="content",
        key=editor.key,
        disabled=["step", "message"],
        column_config={
            "show": st.column_config.CheckboxColumn(_("显示"), width=74),
            "order": st.column_config.NumberColumn(_("次序"), min_value=1, max_value=99, step=1, width=80),
            "step": st.column_config.TextColumn(_("步骤"), width=98),
            "message": st.column_config.TextColumn(_("由数字得出的标题"), width=172),
            "caption": st.column_config.TextColumn(_("自己的标题（可空）"), width=134),
            "notes": st.column_config.TextColumn(_("讲稿（可空）"), width="medium"),
        },
        row_height=WRAPPED_PX,
    )
    _keep(editor, edited)
    st.button(_("开始汇报"), type="primary", icon=":material/slideshow:", on_click=go, args=(1,), key="briefing_start")
    st.caption(
        _("→、PageDown、空格：下一步；←、PageUp：上一步；F：全屏；N：讲稿；Esc：结束。地址中的 ?step= 可以分享。")
    )


def _keep(editor: Editor, edited: pd.DataFrame) -> None:
    """Take what has been edited into the project."""
    rows = edited[["show", "order", "caption", "notes"]].fillna({"caption": "", "notes": "", "order": 99})
    chosen = {
        str(key): ChosenStep(int(row["order"]), bool(row["show"]), str(row["caption"]), str(row["notes"]))
        for key, row in rows.to_dict("index").items()
    }
    if rows.equals(editor.base.astype(rows.dtypes.to_dict())):
        chosen = dict(editor.begun)
    if chosen == dict(editor.told):
        return
    # First what the table has told: a run can be broken off at any look at its session.
    BRIEFING_EDITOR.put(replace(editor, told=chosen))
    project = work.project()
    work.change(replace(project, briefing=replace(project.briefing, steps=chosen)))


@dataclass(frozen=True)
class Slide:
    """One picture of the story: a step and, where a step grows, which of its pictures."""

    key: str
    frame: int
    last: bool
    title: str
    step: Step


def slides(found: Report) -> list[Slide]:
    """The chosen steps in the chosen order, steps that grow as several pictures."""
    choice = _choice(found)
    steps = _told(found)
    shown = choice[choice["show"].astype(bool)].sort_values("order", kind="stable")
    if shown.empty:
        shown = choice
    out = []
    for key, row in shown.iterrows():
        step = steps[str(key)]
        if row["notes"]:
            step = replace(step, notes=str(row["notes"]))
        titles = [*_earlier(found, step), str(row["caption"] or step.title)]
        out += [Slide(step.key, n, n == len(titles) - 1, title, step) for n, title in enumerate(titles)]
    return out


def _earlier(found: Report, step: Step) -> list[str]:
    """Titles of the pictures that lead up to a step's message."""
    if step.key == "zones":
        rows = found.zone_years.iloc[:-1].to_dict("records")
        text = _("{year} 年：{area:,.0f} km² 禁止现场搅拌砂浆")
        return [text.format(year=int(row["year"]), area=row["area_km2"]) for row in rows]
    if step.key == "consolidation":
        before = story.consolidation_figures(found)["before"]
        return [_("整合前：{count} 个搅拌站（{split}）").format(count=before.count, split=before.text())]
    if step.key == "coverage" and found.after:
        result = found.before.result
        text = _("现状：半径 {radius:g} km 内，产能可保障禁现区需求的 {served}")
        return [text.format(radius=result.radius_km, served=percent(result.total.served_share))]
    return []
