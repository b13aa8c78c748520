"""留痕: who has changed what in a project, when and why."""

import streamlit as st

from mixplan import ui
from mixplan.base.errors import DataError
from mixplan.base.i18n import gettext as _
from mixplan.projects import open_store
from mixplan.ui import texts, work
from mixplan.ui.trail import check, listing, replay

ui.begin("trail")
ui.header(_("留痕"), _("谁在什么时候改了什么，为什么？"))
held = work.at_hand()
try:
    changes = open_store().trail(held.id) if held.id else []
except DataError as error:
    changes = None
    texts.message("error", str(error))
if changes:
    listing.note_box(listing.listing(changes))
    check.check()
    st.divider()
    texts.heading(_("回看"))
    replay.replay(changes)
elif changes is not None:
    st.info(_("这个项目还没有改动；第一次改动起都会记在这里。"))
ui.footer(_("留痕只增不改：撤销也是一次改动。备注另起一行。"))
