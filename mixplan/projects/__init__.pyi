from .database import FILE_NAME as FILE_NAME
from .database import connect as connect
from .database import home as home
from .database import read as read
from .database import turns as turns
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
from .project import Project as Project
from .project import from_json as from_json
from .project import to_json as to_json
