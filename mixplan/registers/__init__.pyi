from .decisions import (
    CLOSE as CLOSE,
)
from .decisions import (
    KEEP as KEEP,
)
from .decisions import (
    UNDECIDED as UNDECIDED,
)
from .decisions import (
    locks_file_notes as locks_file_notes,
)
from .decisions import (
    read_decisions as read_decisions,
)
from .decisions import (
    read_decisions_file as read_decisions_file,
)
from .decisions import (
    read_locks as read_locks,
)
from .decisions import (
    read_locks_file as read_locks_file,
)
from .located import place_error as place_error
from .plants import (
    COLUMNS as COLUMNS,
)
from .plants import (
    Register as Register,
)
from .plants import (
    load_plants as load_plants,
)
from .plants import (
    read_register as read_register,
)
from .plants import (
    read_register_file as read_register_file,
)
from .plants import (
    register_template as register_template,
)
from .points import (
    PointFile as PointFile,
)
from .points import (
    complete_points as complete_points,
)
from .points import (
    load_demand as load_demand,
)
from .points import (
    point_frame as point_frame,
)
from .points import (
    read_point_file as read_point_file,
)
from .points import (
    read_points as read_points,
)
from .proposals import (
    read_deliveries as read_deliveries,
)
from .proposals import (
    read_deliveries_file as read_deliveries_file,
)
from .proposals import (
    read_site_file as read_site_file,
)
from .proposals import (
    read_sites as read_sites,
)
from .station_reports import load_station_reports as load_station_reports
