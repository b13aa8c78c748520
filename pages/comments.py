"""批注: what planners have said of stations, sites and places, and what of it is still to be settled."""

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.projects import comments
from mixplan.ui import work
from mixplan.ui.comments import listing

ui.begin("comments")
ui.header(_("批注"), _("对站点、新线和地点说过什么，哪些还没有解决？"))

if comments.listed(work.project().comments):
    listing.listing()
else:
    listing.empty()
ui.footer(_("批注属于项目，不分方案；写下的人和时间随项目保存，同一项目的人几秒内看到。"))
