"""Up to four proposals side by side."""

from typing import Any

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.ui import downloads, session, texts, work
from mixplan.ui.siting import desk, plan
from mixplan.ui.siting.map import small_map
from mixplan.ui.siting.plan import AtHand
from mixplan.ui.siting.tables import as_table, summary_rows


def comparison_tab() -> None:
    """Up to four proposals side by side, in a table and on maps."""
    saved = work.project().siting.saved
    if not saved:
        st.info(_("把方案“存入对比”，最多四个，在这里并排比较。"))
        return
    entries: dict[str, AtHand] = {}
    for name in sorted(saved):
        try:
            entries[name] = plan.of_saved(saved[name])
        except MixplanError as problem:  # its settings make no case with the register and files of today
            texts.message("warning", f"{name}: {problem}")
    compared = as_table({name: summary_rows(entry.proposal) for name, entry in entries.items()})
    st.dataframe(compared, hide_index=True, width="stretch", height="content")
    downloads.table_downloads(compared, file_stem(_("方案对比")), key="siting_compared")
    for box, (n, name) in zip(st.columns(len(saved)), enumerate(sorted(saved)), strict=True):
        with box:
            _entry(name, n, entries.get(name))


def _entry(name: str, n: int, entry: AtHand | None) -> None:
    """One proposal put aside: its map, and what can be done with it."""
    if entry is None:
        st.markdown(f"**{texts.plain(name)}**")
    else:
        st.markdown(f"**{texts.plain(name)}** · {texts.number(entry.proposal.stats.mean_haul_km, 1, 'km')}")
        small_map(entry, name, n)
    left, middle, right = st.columns(3)
    left.button(_("载入"), on_click=desk.load, args=(name,), key=f"siting_load_{name}", width="stretch")
    with middle.popover(_("改名"), width="stretch"):
        key = f"siting_rename_{n}"
        st.text_input(_("新名称"), key=key, on_change=_rename, args=(name, key), max_chars=40)
    right.button(_("删除"), on_click=desk.drop, args=(name,), key=f"siting_drop_{name}", width="stretch")


def _rename(name: str, key: str) -> None:
    new: Any = session.widget(key)
    desk.rename(name, str(new or ""))
    session.put_widget(key, "")
