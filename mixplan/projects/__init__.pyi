from .database import FILE_NAME as FILE_NAME
from .database import Database as Database
from .database import database as database
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
