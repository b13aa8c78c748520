"""A fault in a page: the planner reads what to do, the traceback goes to the server's log under the same number."""

import logging
import secrets
import traceback

import streamlit as st

from mixplan.base.errors import MixplanError
from mixplan.base.i18n import gettext as _
from mixplan.base.legible import legible
from mixplan.ui.texts import message

_log = logging.getLogger(__name__)


def page_of_a_fault(fault: Exception) -> bool:
    """Show a fault's number in place of the rest of the page, and log the fault under it.

    What was given and cannot be used is no fault: it is said in its own words.

    Returns
    -------
    bool
        True: Streamlit is not to show the traceback.
    """
    if isinstance(fault, MixplanError):
        message("error", str(fault))
        return True
    number = secrets.token_hex(4)
    # A message may repeat a name, and a log is read in a terminal.
    _log.error("fault %s\n%s", number, legible("".join(traceback.format_exception(fault))))
    with st.container(key="page_fault"):
        text = _("这一页出了故障，故障编号 {number}。其他页面和已有的工作不受影响。")
        message("error", text.format(number=number))
        st.markdown(
            _("请刷新页面再试；再次出现时，把故障编号和刚才的操作告诉管理员，服务器日志里有这个编号下的详细记录。")
        )
    return True
