from .actions import ACTIONS as ACTIONS
from .actions import CLOSE as CLOSE
from .actions import DECISIONS as DECISIONS
from .actions import MERGE as MERGE
from .actions import RETAIN as RETAIN
from .actions import STOPS as STOPS
from .actions import UNDECIDED as UNDECIDED
from .actions import UPGRADE as UPGRADE
from .city import City as City
from .city import load_city as load_city
from .datapackage import data_version as data_version
from .datapackage import load_descriptor as load_descriptor
from .figures import Book as Book
from .figures import Figure as Figure
from .figures import figure_table as figure_table
from .indicators import COLUMNS as COLUMNS
from .indicators import PLAN as PLAN
from .indicators import load_indicators as load_indicators
from .kinds import PRECISIONS as PRECISIONS
from .kinds import STATUSES as STATUSES
from .kinds import AreaKind as AreaKind
from .kinds import PlantKind as PlantKind
from .kinds import area_kinds as area_kinds
from .kinds import load_kinds as load_kinds
from .kinds import plant_kinds as plant_kinds
from .rules import Rule as Rule
from .rules import RuleBook as RuleBook
from .rules import load_rules as load_rules
from .words import (
    action_label as action_label,
)
from .words import (
    area_text as area_text,
)
from .words import (
    binding_text as binding_text,
)
from .words import (
    certainty_label as certainty_label,
)
from .words import (
    direction_text as direction_text,
)
from .words import (
    direction_words as direction_words,
)
from .words import (
    evidence_label as evidence_label,
)
from .words import (
    kind_label as kind_label,
)
from .words import (
    kind_text as kind_text,
)
from .words import (
    precision_label as precision_label,
)
from .words import (
    pretty as pretty,
)
from .words import (
    pretty_change as pretty_change,
)
from .words import (
    rule_kind_label as rule_kind_label,
)
from .words import (
    sensitive_kind_label as sensitive_kind_label,
)
from .words import (
    solution_label as solution_label,
)
from .words import (
    status_label as status_label,
)
from .words import (
    unit_label as unit_label,
)
from .words import (
    unit_text as unit_text,
)
