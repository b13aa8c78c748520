"""Up to four proposals side by side."""

from collections.abc import Callable

import streamlit as st

from mixplan.base.files.names import file_stem
from mixplan.base.i18n import gettext as _
from mixplan.ui import downloads, texts
from mixplan.ui.siting import desk, records
from mixplan.ui.siting.map import small_map
from mixplan.ui.siting.tables import as_table, summary_rows


def comparison_tab() -> None:
    """Up to four proposals side by side, in a table and on maps."""
    entries = desk.saved()
    if not entries:
        st.info(_("把方案“存入对比”，最多四个，在这里并排比较。"))
        return
    compared = as_table({entry.name: summary_rows(entry.proposal) for entry in entries})
    st.dataframe(compared, hide_index=True, width="stretch", height="content")
    downloads.table_downloads(compared, file_stem(_("方案对比")), key="siting_compared")
    for box, (n, entry) in zip(st.columns(len(entries)), enumerate(entries), strict=True):
        with box:
            st.markdown(f"**{texts.plain(entry.name)}** · {texts.number(entry.proposal.stats.mean_haul_km, 1, 'km')}")
            small_map(entry, n)
            left, right = st.columns(2)
            left.button(_("载入"), on_click=_load, args=(entry,), key=f"siting_load_{n}", width="stretch")
            right.button(_("删除"), on_click=_remover(n), key=f"siting_drop_{n}", width="stretch")


def _load(entry: records.Saved) -> None:
    put = entry.desk
    desk.put(plan=put.plan, locked=put.locked, forbidden=put.forbidden, own=put.own, solved=put.solved)
    desk.focus(None)


def _remover(n: int) -> Callable[[], None]:
    def remove() -> None:
        del desk.saved()[n]

    return remove
