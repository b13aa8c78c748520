from .balance import (
    BALANCE_MEASURES as BALANCE_MEASURES,
)
from .balance import (
    balance_table as balance_table,
)
from .balance import (
    basis_text as basis_text,
)
from .balance import (
    measure_text as measure_text,
)
from .balance import (
    waterfall_concrete as waterfall_concrete,
)
from .balance import (
    waterfall_mortar as waterfall_mortar,
)
from .balance import (
    waterfall_table as waterfall_table,
)
from .entries import (
    ALL_CITY as ALL_CITY,
)
from .entries import Entry as Entry
from .entries import (
    check_entry as check_entry,
)
from .entries import (
    entry_summary as entry_summary,
)
from .entries import (
    with_entries as with_entries,
)
from .progress import (
    ACTUAL_KINDS as ACTUAL_KINDS,
)
from .progress import (
    TargetProgress as TargetProgress,
)
from .progress import (
    baseline_text as baseline_text,
)
from .progress import (
    latest_year as latest_year,
)
from .progress import (
    progress_of as progress_of,
)
from .progress import (
    progress_record as progress_record,
)
from .progress import (
    progress_table as progress_table,
)
from .savings import Saving as Saving
from .savings import bulk_path as bulk_path
from .savings import savings_table as savings_table
from .status import Status as Status
from .status import judge as judge
from .status import satisfies as satisfies
from .status import status_text as status_text
