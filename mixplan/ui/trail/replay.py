"""A project as it was at any of its changes, to look at and to go on from."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.plan.words import action_label
from mixplan.projects import Change, Project, open_store, to_json
from mixplan.projects.access import LONGEST_NAME
from mixplan.projects.changes import difference
from mixplan.projects.words import change_words, items_words
from mixplan.ui import clock, shared, texts, work
from mixplan.ui.called import called
from mixplan.ui.done import done
from mixplan.ui.pages import HOME
from mixplan.ui.session import NEXT_PAGE
from mixplan.ui.who import who


def replay(changes: Sequence[Change]) -> None:
    """A slider over the changes, what the project was after each, and the way to a new project from there."""
    if len(changes) < 2:
        st.caption(_("有两次以上改动后，可以在这里回看。"))
        return
    held = work.at_hand()
    last = changes[-1].revision
    chosen = st.select_slider(
        _("回看到第几版"), [one.revision for one in changes], value=last, key=f"trail_at_{held.id}_{last}"
    )
    change = next(one for one in changes if one.revision == chosen)
    said = _("；").join(change_words(change, shared.rules(), called))
    texts.lead(f"{clock.local(change.at, '%Y-%m-%d %H:%M')} {change.who}", said)
    try:
        then = open_store().at(held.id, chosen)
    except DataError as problem:
        texts.message("error", str(problem))
        return
    _figures(then)
    now = held.kept
    work_then = replace(then, views=now.views)  # what pages show is no part of the trail
    since = items_words(difference(to_json(work_then), to_json(now)), shared.rules(), called)
    if chosen != last:
        texts.heading(_("从那时到现在"))
        texts.bullets(since or [_("没有不同。")])
    st.button(
        _("从这里另存为新项目"),
        key="trail_branch",
        icon=":material/fork_right:",
        on_click=_branch,
        args=(held, chosen),
    )


def _figures(then: Project) -> None:
    decided = list(then.consolidation.decisions.values())
    figures = {
        _("登记册"): then.register.name if then.register else _("随附"),
        _("敏感区外扩距离"): f"{shared.rules().margin_within(then.margin_m):g} m",
        action_label("retain"): texts.number(decided.count("retain")),
        action_label("close"): texts.number(decided.count("close")),
        _("新线（条）"): texts.number(sum(then.siting.desk.plan.values())),
        _("方案（个）"): texts.number(len(then.scenarios)),
    }
    for box, (label, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        box.metric(texts.plain(label), texts.plain(value))


def _branch(held: work.AtHand, revision: int) -> None:
    def made() -> None:
        store, name = open_store(), _("{name}（第 {revision} 版）").format(name=held.name, revision=revision)
        work.take(store.duplicate(held.id, store.free_name(name[-LONGEST_NAME:]), who=who(), revision=revision))

    if work.at_hand().id == held.id and done(made):  # a second click finds the new one at hand
        NEXT_PAGE.put(HOME)
