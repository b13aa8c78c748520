from mixplan import ui
from mixplan.i18n import gettext as _

ui.begin()
ui.header(_("data"), _("q"))
