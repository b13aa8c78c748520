from .candidates import (
    SitingInputs as SitingInputs,
)
from .candidates import (
    candidate_grid as candidate_grid,
)
from .candidates import (
    candidate_table as candidate_table,
)
from .candidates import (
    concrete_stations as concrete_stations,
)
from .candidates import (
    existing_supply as existing_supply,
)
from .candidates import (
    judged_candidates as judged_candidates,
)
from .candidates import (
    no_points as no_points,
)
from .candidates import (
    verdicts as verdicts,
)
from .case import SitingCase as SitingCase
from .case import build_case as build_case
from .case import haul_function as haul_function
from .proposal import SitingProposal as SitingProposal
from .proposal import evaluate_plan as evaluate_plan
from .proposal import solve_case as solve_case
from .reasons import (
    CRITERIA as CRITERIA,
)
from .reasons import (
    Alternative as Alternative,
)
from .reasons import (
    Change as Change,
)
from .reasons import (
    alternative as alternative,
)
from .reasons import (
    changes as changes,
)
from .reasons import (
    sector_counts as sector_counts,
)
from .reasons import (
    with_bound as with_bound,
)
from .robustness import (
    Disturbance as Disturbance,
)
from .robustness import (
    Stability as Stability,
)
from .robustness import (
    road_distance as road_distance,
)
from .robustness import (
    stability as stability,
)
from .robustness import (
    suitability as suitability,
)
from .settings import (
    MANUAL as MANUAL,
)
from .settings import (
    SitingSettings as SitingSettings,
)
from .settings import (
    check_settings as check_settings,
)
from .settings import (
    default_settings as default_settings,
)
from .words import (
    check_case as check_case,
)
from .words import (
    earlier_gap_sentence as earlier_gap_sentence,
)
from .words import (
    fact_sentence as fact_sentence,
)
from .words import (
    flow_rows as flow_rows,
)
from .words import (
    gap_sentence as gap_sentence,
)
from .words import (
    plan_problems as plan_problems,
)
from .words import (
    proposal_record as proposal_record,
)
from .words import (
    site_rows as site_rows,
)
