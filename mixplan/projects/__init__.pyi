from .access import Person as Person
from .database import FILE_NAME as FILE_NAME
from .entries import (
    COLUMNS as COLUMNS,
)
from .entries import (
    actuals as actuals,
)
from .entries import (
    add_actual as add_actual,
)
from .entries import (
    restore as restore,
)
from .entries import (
    withdraw as withdraw,
)
from .home import home as home
from .project import Project as Project
from .project import from_json as from_json
from .project import to_json as to_json
from .rows import Clash as Clash
from .rows import ClashError as ClashError
from .rows import Kept as Kept
from .store import Listed as Listed
from .store import Store as Store
from .store import open_store as open_store
from .trail import Change as Change
from .verification import Fault as Fault
