"""项目: which project to go on with, or to begin."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.ui import project_bar
from mixplan.ui.projects import actions, cards

ui.begin("projects")
ui.header(_("项目列表"), _("接着做哪个项目，或新做哪一个？"))
with st.sidebar:
    project_bar.name_again()
actions.told()
cards.cards()
ui.footer(_("每次改动随时保存在本机的数据文件或部门的数据库中；小图：站点按判定着色，紫色为所选新线。"))
