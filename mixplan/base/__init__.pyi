from .arrays import Bools as Bools
from .arrays import Floats as Floats
from .arrays import Ints as Ints
from .assets import (
    asset_text as asset_text,
)
from .assets import (
    font_bytes as font_bytes,
)
from .assets import (
    leaflet_text as leaflet_text,
)
from .assets import (
    read_template as read_template,
)
from .errors import (
    DataError as DataError,
)
from .errors import (
    DatumError as DatumError,
)
from .errors import (
    InfeasibleError as InfeasibleError,
)
from .errors import (
    MixplanError as MixplanError,
)
from .errors import (
    RuleError as RuleError,
)
from .errors import (
    SitingError as SitingError,
)
from .i18n import (
    LANGUAGES as LANGUAGES,
)
from .i18n import (
    N_ as N_,
)
from .i18n import (
    follow_session as follow_session,
)
from .i18n import (
    get_language as get_language,
)
from .i18n import (
    gettext as gettext,
)
from .i18n import (
    local as local,
)
from .i18n import (
    set_language as set_language,
)
from .numbers import at_most_pct as at_most_pct
from .numbers import check_number as check_number
from .numbers import divide as divide
from .numbers import metres as metres
from .numbers import percent as percent
from .numbers import relative_gap as relative_gap
from .paths import APP_ROOT as APP_ROOT
from .paths import ASSETS as ASSETS
from .paths import DATA_DIR as DATA_DIR
from .progress import Progress as Progress
from .progress import Watch as Watch
from .progress import Watcher as Watcher
from .progress import step as step
from .progress import unwatched as unwatched
