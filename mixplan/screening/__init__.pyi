from .judge import FINDING_COLUMNS as FINDING_COLUMNS
from .judge import applies as applies
from .judge import binding as binding
from .judge import overall as overall
from .judge import screen as screen
from .measure import Found as Found
from .measure import Measured as Measured
from .measure import Question as Question
from .measure import Subjects as Subjects
from .measure import measure as measure
from .measures import MEASURES as MEASURES
from .measures import measure_of as measure_of
from .stations import (
    Split as Split,
)
from .stations import (
    flag_count as flag_count,
)
from .stations import (
    flag_sentence as flag_sentence,
)
from .stations import (
    inventory as inventory,
)
from .stations import (
    listing as listing,
)
from .stations import (
    no_rule_sentence as no_rule_sentence,
)
from .stations import (
    passing as passing,
)
from .stations import (
    split as split,
)
from .stations import (
    station_table as station_table,
)
from .stations import (
    totals as totals,
)
from .verdicts import (
    BORDERLINE as BORDERLINE,
)
from .verdicts import (
    CERTAIN as CERTAIN,
)
from .verdicts import (
    DOUBT as DOUBT,
)
from .verdicts import (
    FLAG as FLAG,
)
from .verdicts import (
    NOT_IN_FORCE as NOT_IN_FORCE,
)
from .verdicts import (
    UNKNOWN as UNKNOWN,
)
from .verdicts import (
    verdict_class as verdict_class,
)
from .verdicts import (
    verdict_label as verdict_label,
)
