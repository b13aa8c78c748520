from .backtest import (
    backtest_city as backtest_city,
)
from .backtest import (
    backtest_districts as backtest_districts,
)
from .backtest import (
    backtest_limits as backtest_limits,
)
from .case import Case as Case
from .case import build_case as build_case
from .case import inventory as inventory
from .joint import JointPlan as JointPlan
from .joint import candidate_sites as candidate_sites
from .joint import default_joint as default_joint
from .model import CLOSE as CLOSE
from .model import KEEP as KEEP
from .model import Limit as Limit
from .model import Problem as Problem
from .plan import Plan as Plan
from .program import Model as Model
from .program import arcs_within as arcs_within
from .search import run_mip as run_mip
from .settings import (
    ACTIONS as ACTIONS,
)
from .settings import (
    MERGE as MERGE,
)
from .settings import (
    PARAMETERS as PARAMETERS,
)
from .settings import (
    RETAIN as RETAIN,
)
from .settings import (
    SHUT as SHUT,
)
from .settings import (
    Settings as Settings,
)
from .settings import (
    default_settings as default_settings,
)
from .tables import (
    action_table as action_table,
)
from .tables import (
    backtest_district_table as backtest_district_table,
)
from .tables import (
    backtest_table as backtest_table,
)
from .tables import (
    infeasible_json as infeasible_json,
)
from .tables import (
    joint_sentence as joint_sentence,
)
from .tables import (
    line_table as line_table,
)
from .tables import (
    pareto_table as pareto_table,
)
from .tables import (
    plan_json as plan_json,
)
from .tables import (
    settings_table as settings_table,
)
from .tables import (
    sheets as sheets,
)
from .tables import (
    totals_table as totals_table,
)
from .totals import coverage as coverage
from .totals import flagged_list as flagged_list
from .totals import standing as standing
from .tradeoff import (
    Point as Point,
)
from .tradeoff import (
    otherwise as otherwise,
)
from .tradeoff import (
    otherwise_estimates as otherwise_estimates,
)
from .tradeoff import (
    pareto as pareto,
)
from .words import (
    gap_sentence as gap_sentence,
)
from .words import (
    lock_label as lock_label,
)
from .words import (
    otherwise_sentence as otherwise_sentence,
)
from .words import (
    reasons as reasons,
)
