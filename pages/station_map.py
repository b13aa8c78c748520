from mixplan import ui
from mixplan.i18n import gettext as _

ui.begin()
ui.header(_("station_map"), _("q"))
