"""All comments of the project: the list, what it is filtered by, and the one that is chosen."""

import pandas as pd
import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.handouts.comments import comment_table
from mixplan.projects import comments
from mixplan.projects.comments import KINDS, Comment
from mixplan.ui import address, clock, downloads, session, texts, work
from mixplan.ui.comments import threads
from mixplan.ui.comments.targets import page_of
from mixplan.ui.marked import mark_row
from mixplan.ui.session import COMMENT

_WHO, _QUERY = "comments_who", "comments_query"
_ADDRESS = "comment"


def empty() -> None:
    """What comments are, where there are none."""
    st.info(
        _(
            "还没有批注。在站点地图、治理整合或新线布局上选中一个站点、候选点或地点，展开卡片里的“批注”，就可以写第一条。"
        )
    )


def listing() -> None:
    """The comments that pass the filters, and the chosen one with its answers."""
    every = comments.listed(work.project().comments)
    some = _filtered(every)
    chosen = _chosen(every)
    left, right = st.columns([7, 5], gap="medium")
    with left:
        _table(some, chosen)
        st.caption(
            texts.plain(
                _("{shown} 条批注，其中 {open} 条未决；项目共 {all} 条。").format(
                    shown=len(some), open=sum(one.open for one in some.values()), all=len(every)
                )
            )
        )
        _hand_out(every)
    with right:
        if chosen is None:
            st.info(_("选中左侧的一条，查看、回复或解决。"))
            return
        one = every[chosen]
        title, close = st.columns([8, 1], vertical_alignment="center")
        title.markdown(f"**{texts.plain(comments.target_label(one.target))}**")
        close.button("✕", on_click=COMMENT.put, args=(None,), help=_("关闭"), type="tertiary", key="comment_close")
        page, label, query = page_of(one.target)
        st.page_link(page, label=texts.plain(label), icon=":material/arrow_forward:", query_params=query)
        threads.thread(chosen, one)


def _filtered(every: dict[str, Comment]) -> dict[str, Comment]:
    """Those that pass what is set above the list."""
    states = {"all": _("全部"), "open": _("未决"), "resolved": _("已解决")}
    kinds: dict[str, str] = {"all": _("全部")} | {kind: comments.kind_label(kind) for kind in KINDS}
    people = sorted({name for one in every.values() for name in (one.who, *(r.who for r in one.answers))})
    boxes = st.columns([3, 4, 2, 3], vertical_alignment="bottom")
    with boxes[0]:
        state = address.one(_("状态"), list(states), "state", format_func=texts.shown(states.__getitem__))
    with boxes[1]:
        kind = address.one(_("对象"), list(kinds), "kind", format_func=texts.shown(kinds.__getitem__))
    name = boxes[2].selectbox(_("人员"), people, index=None, key=_WHO, placeholder=_("所有人"))
    query = boxes[3].text_input(_("按对象或内容筛选"), key=_QUERY)
    passed = {}
    for id, one in every.items():
        said = [one.who, *(reply.who for reply in one.answers)]
        words = " ".join([comments.target_label(one.target), one.target.id, one.text, *(r.text for r in one.answers)])
        if (
            (state == "all" or one.open == (state == "open"))
            and kind in ("all", one.target.kind)
            and (name is None or name in said)
            and query.strip().casefold() in words.casefold()
        ):
            passed[id] = one
    return passed


def _chosen(every: dict[str, Comment]) -> str | None:
    """The one that is chosen in the list or named in the address (``?comment=…``)."""
    named = st.query_params.get(_ADDRESS)
    if not COMMENT.known() or (session.went_back() and named != COMMENT.get()):
        COMMENT.put(named)
    chosen = COMMENT.get()
    if chosen is None or chosen not in every:
        st.query_params.pop(_ADDRESS, None)
        return None
    st.query_params[_ADDRESS] = chosen
    return chosen


def _table(some: dict[str, Comment], chosen: str | None) -> None:
    if not some:
        st.info(_("没有符合条件的批注。"))
        return
    index = pd.Index(list(some))
    rows = pd.DataFrame(
        {
            _("状态"): [_("未决") if one.open else _("已解决") for one in some.values()],
            _("对象"): [comments.target_label(one.target) for one in some.values()],
            _("批注"): [one.text for one in some.values()],
            _("人员"): [one.who for one in some.values()],
            _("回复"): [len(one.answers) for one in some.values()],
            _("最近"): [one.last_at and clock.short(one.last_at) for one in some.values()],
        }
    )

    def choose() -> None:
        marked = session.widget("comment_list").selection.rows
        COMMENT.put(str(index[marked[0]]) if marked else None)

    mark_row("comment_list", index, chosen)
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height="content" if len(rows) < 15 else 560,
        on_select=choose,
        selection_mode="single-row",
        key="comment_list",
        column_config={
            _("状态"): st.column_config.TextColumn(width=60),
            _("回复"): st.column_config.NumberColumn(width=50),
        },
    )


def _hand_out(every: dict[str, Comment]) -> None:
    """The open ones as a file."""
    left = {id: one for id, one in every.items() if one.open}
    if left:
        st.markdown("**" + _("未决批注清单（含姓名）") + "**")
        downloads.table_downloads(comment_table(left), file_stem(_("未决批注")), key="comments_open")
