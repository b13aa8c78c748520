"""Whether the trail is as it was written."""

import streamlit as st

from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects import open_store
from mixplan.ui import texts, work


def check() -> None:
    """A button that looks through the chain of the trail, and what it has found."""
    if not st.button(_("查验留痕"), key="trail_verify", icon=":material/verified_user:"):
        st.caption(_("每次改动与前一次用校验值相连；查验会找出被改过、不见了或对不上的。"))
        return
    try:
        found = open_store().verify(work.at_hand().id)
    except DataError as problem:
        texts.message("error", str(problem))
        return
    for fault in found:
        where = _("第 {revision} 版").format(revision=fault.revision) if fault.revision else _("现在")
        texts.message("info" if fault.note else "error", _("{where}：{what}。").format(where=where, what=fault.what))
    if not any(not fault.note for fault in found):
        st.success(_("完好：每次改动都与写下时一样，项目与留痕相符。"))
