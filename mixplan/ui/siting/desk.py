"""The planner's desk on the siting page: the plan at hand, locks, own points, undo, and what is kept between reruns."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

<<<<<<< HEAD
=======
from mixplan.city.crs import points_metric
from mixplan.city.haul import Haul, haul_ways
from mixplan.coverage import supply
from mixplan.jobs.job import Job
from mixplan.plan.datapackage import data_version
from mixplan.registers.points import load_demand, point_frame
from mixplan.siting import candidates
from mixplan.siting import case as siting_case
from mixplan.siting import inputs as siting_inputs
from mixplan.siting import proposal as siting_proposal
from mixplan.siting import settings as siting_settings
>>>>>>> main
from mixplan.siting.case import SitingCase
from mixplan.siting.proposal import SitingProposal
from mixplan.ui.siting.files import given

MOST_SAVED = 4


@dataclass(frozen=True)
class Desk:
    """What the planner has decided so far; every step makes a new one, so that undo is going back to the last.

    Attributes
    ----------
    plan, locked : tuple of (id, lines)
        Lines by site, and the sites that must stay.
    forbidden : tuple of str
        Candidates that may get no line.
    own : tuple of (id, lon, lat)
        Points that the planner has added.
    solved : SitingProposal or None
        The solver's answer that the plan comes from.
    """

    plan: tuple[tuple[str, int], ...] = ()
    locked: tuple[tuple[str, int], ...] = ()
    forbidden: tuple[str, ...] = ()
    own: tuple[tuple[str, float, float], ...] = ()
    solved: SitingProposal | None = None


@dataclass(frozen=True)
class Saved:
    """A proposal put aside for comparison."""

    name: str
    desk: Desk
    proposal: SitingProposal
    case: SitingCase


def desk() -> Desk:
    """The desk at hand."""
    current: Desk = st.session_state.setdefault("siting_desk", Desk())
    return current


def put(**changes: Any) -> None:
    """Change the desk; the one before it can be had back."""
    past: list[Desk] = st.session_state.setdefault("siting_past", [])
    past.append(desk())
    st.session_state.siting_desk = replace(desk(), **changes)


@contextmanager
def one_step() -> Iterator[None]:
    """Several changes that are one step to the planner, and to undo."""
    past: list[Desk] = st.session_state.setdefault("siting_past", [])
    count, before = len(past), desk()
    yield
    del past[count:]
    past.append(before)


def undo() -> None:
    """Go back one step."""
    past: list[Desk] = st.session_state.get("siting_past", [])
    if past:
        st.session_state.siting_desk = past.pop()
    focus(None)


def can_undo() -> bool:
    """Whether there is a step to go back to."""
    return bool(st.session_state.get("siting_past"))


def focus(what: tuple[Any, ...] | None) -> None:
    """Look at a candidate or site, ``("site", id)``, at a place, ``("point", lon, lat)``, or at nothing."""
    st.session_state.siting_focus = what


def focused() -> tuple[Any, ...] | None:
    """What is looked at."""
    what: tuple[Any, ...] | None = st.session_state.get("siting_focus")
    return what


def saved() -> list[Saved]:
    """Proposals put aside."""
    kept: list[Saved] = st.session_state.setdefault("siting_saved", [])
    return kept


<<<<<<< HEAD
=======
# --- the case --------------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=8)
def _grid(grid_km: float, judged: tuple[Any, ...], _settings: SitingSettings) -> gpd.GeoDataFrame:
    layers, book = state.layers(), state.rules()
    points = candidates.candidate_grid(layers, spacing_km=grid_km)
    return candidates.judged_candidates(points, _settings, layers, book, on=book.period_end, own=False)


@st.cache_resource(show_spinner=True, max_entries=4)
def _network_haul(version: str, key: str, _haul: Any, _places: gpd.GeoSeries, _sources: gpd.GeoSeries) -> Haul:
    found: Haul = _haul(_places, _sources)
    return found


def _own_points(points: tuple[tuple[str, float, float], ...]) -> gpd.GeoDataFrame:
    from_file = given().own
    parts = [part for part in (from_file,) if part is not None and len(part)]
    if points:
        parts.append(point_frame([{"id": key, "lon": lon, "lat": lat} for key, lon, lat in points]))
    if not parts:
        return siting_inputs.no_points()
    return gpd.GeoDataFrame(pd.concat(parts), geometry="geometry", crs=parts[0].crs)


@st.cache_resource(show_spinner=False, max_entries=12)
def _case(
    settings: SitingSettings,
    version: str,
    files: str,
    points: tuple[tuple[str, float, float], ...],
    exempt: tuple[str, ...],
    _plants: gpd.GeoDataFrame,
) -> SitingCase:
    layers, book, own_files = state.layers(), state.rules(), given()
    inputs = siting_inputs.SitingInputs(
        demand=load_demand() if own_files.demand is None else own_files.demand,
        existing=supply.existing_supply(_plants, layers),
        own=_own_points(points),
        stations=supply.concrete_stations(_plants),
        network=own_files.network,
    )
    ways = haul_ways(inputs.network, book, detour=settings.detour)

    def kept(places: gpd.GeoSeries, sources: gpd.GeoSeries) -> Haul:
        if own_files.network is None:
            return ways(places, sources)
        text = "|".join(map(str, [settings.detour, *places.to_wkb(), *sources.to_wkb()]))
        return _network_haul(own_files.version, hashlib.sha256(text.encode()).hexdigest(), ways, places, sources)

    grid = None
    if settings.grid_km is not None:
        judged = (settings.margin_m, settings.keep_off_approximate, settings.apply_rules, settings.line_capacity_wan_t)
        grid = _grid(settings.grid_km, judged, settings)
    return siting_case.build_case(
        inputs, settings, layers, book, on=book.period_end, haul=kept, grid=grid, exempt=exempt
    )


def case_of(
    settings: SitingSettings, at: Desk, *, preview: tuple[float, float] | None = None, bare: bool = False
) -> SitingCase:
    """The case for the settings and a desk.

    Parameters
    ----------
    preview : (lon, lat), optional
        A place to look at as one more candidate, whatever the rules say of it.
    bare : bool
        Without locks and bans, so that any plan can be priced.
    """
    plants, version = state.register()
    points = at.own if preview is None else (*at.own, (PREVIEW, *preview))
    wished = settings if bare else replace(settings, forced=at.locked, forbidden=at.forbidden)
    exempt = () if preview is None else (PREVIEW,)
    return _case(wished, f"{data_version()}|{version}", given().version, points, exempt, plants)


def place(lon: float, lat: float) -> gpd.GeoDataFrame:
    """A clicked place as a point."""
    return gpd.GeoDataFrame(
        {"capacity": [math.nan]},
        geometry=points_metric([lon], [lat]).to_numpy(),
        index=pd.Index([PREVIEW], name="id"),
        crs=state.layers().rings.crs,
    )


# --- the proposal at hand --------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=64)
def _priced(key: str, plan: tuple[tuple[str, int], ...], _case_at_hand: SitingCase) -> SitingProposal:
    return siting_proposal.evaluate_plan(_case_at_hand, dict(plan))


def priced(case: SitingCase, plan: Mapping[str, int]) -> SitingProposal:
    """The best deliveries for a plan."""
    return _priced(case.input_hash, tuple(sorted(plan.items())), case)


def at_hand(settings: SitingSettings) -> tuple[SitingCase, SitingProposal, list[str]]:
    """The plan on the desk under the settings in force, and the sites of it that are no longer allowed.

    The solver's own answer is shown as long as nothing has changed; after any change the plan is priced anew, with the
    best bound that is proven for it.
    """
    current = desk()
    case = case_of(settings, current)
    solved = current.solved
    if solved is not None and solved.input_hash == case.input_hash and solved.plan == dict(current.plan):
        return case, solved, []
    allowed = set(map(str, case.candidates.index))
    lost = [site for site, _lines in current.plan if site not in allowed]
    proposal = priced(case, {site: lines for site, lines in current.plan if site in allowed})
    return case, with_bound(proposal, _bound_for(settings, case, proposal, exact=True)), lost


def without_own_points(settings: SitingSettings, case: SitingCase, proposal: SitingProposal) -> SitingProposal | None:
    """The plan against a bound that was proven before some of the planner's own points were there.

    Those points may allow something better than that bound, so it says how far the plan is from the best possible
    without them, and no more.
    """
    if math.isfinite(proposal.gap) or proposal.status != siting_settings.MANUAL:
        return None
    told = with_bound(proposal, _bound_for(settings, case, proposal, exact=False))
    return told if math.isfinite(told.gap) else None


def _question(settings: SitingSettings) -> str:
    """What is asked but for locks, bans and own points."""
    plants_version = state.register()[1]
    parts = (replace(settings, forced=(), forbidden=()), given().version, plants_version, data_version())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def asked(settings: SitingSettings, at: Desk) -> Proof:
    """What a solve that begins now is about; its bound is not known yet."""
    return Proof(_question(settings), frozenset(at.own), frozenset(at.locked), frozenset(at.forbidden), -math.inf)


def remember_proof(about: Proof, bound: float) -> None:
    """Keep the bound that a solve has proven, for what was asked when it began: settings may have changed since."""
    if math.isfinite(bound):
        proofs: list[Proof] = st.session_state.setdefault("siting_proofs", [])
        proofs.append(replace(about, bound=bound))
        del proofs[:-40]


def _bound_for(settings: SitingSettings, case: SitingCase, proposal: SitingProposal, *, exact: bool) -> float:
    """Best bound proven for a plan: from solves of the same question whose locks and bans the plan keeps.

    A bound with more points to choose from holds with fewer, not the other way round; ``exact`` asks for that.
    """
    if proposal.sites.empty or plan_problems(case, proposal):
        return -math.inf  # the bound speaks only of plans that keep every wish
    question, plan, own = _question(settings), proposal.plan, set(desk().own)
    bounds = [
        proof.bound
        for proof in st.session_state.get("siting_proofs", [])
        if proof.question == question
        and (own <= proof.own or not exact)
        and all(plan.get(site, 0) >= lines for site, lines in proof.locked)
        and not (proof.forbidden & set(plan))
    ]
    return max(bounds, default=-math.inf)


>>>>>>> main
def take(proposal: SitingProposal) -> None:
    """Put a solver's answer on the desk."""
    put(plan=tuple(proposal.plan.items()), solved=proposal)
    focus(None)


def publish(proposal: SitingProposal) -> None:
    """Hand the chosen sites to the other pages of the session."""
    st.session_state.siting_sites = [
        {"id": str(row.Index), "lon": float(row.lon), "lat": float(row.lat), "capacity": float(row.capacity)}
        for row in proposal.sites.itertuples()
    ]


def keep_point(lon: float, lat: float) -> str:
    """Add a clicked place to the planner's own points; returns its id."""
    from_file = given().own
    taken = {key for key, _lon, _lat in desk().own} | set([] if from_file is None else from_file.index)
    number = next(n for n in range(1, len(taken) + 2) if f"own-{n}" not in taken)
    key = f"own-{number}"
    put(own=(*desk().own, (key, round(lon, 6), round(lat, 6))))
    return key


def set_lines(site: str, lines: int) -> None:
    """Put lines on a site, or none."""
    plan = dict(desk().plan)
    locked = dict(desk().locked)
    if lines > 0:
        plan[site] = lines
    else:
        plan.pop(site, None)
        locked.pop(site, None)
    put(plan=tuple(plan.items()), locked=tuple(locked.items()))


def move(site: str, to: str) -> None:
    """Move a site's lines to another candidate; a lock moves with them."""
    plan, locked = dict(desk().plan), dict(desk().locked)
    lines = plan.pop(site)
    plan[to] = lines
    if site in locked:
        locked[to] = locked.pop(site)
    put(plan=tuple(plan.items()), locked=tuple(locked.items()))


def lock(site: str, on: bool) -> None:
    """Lock a site of the plan, or let it go."""
    locked = dict(desk().locked)
    if on:
        locked[site] = dict(desk().plan).get(site, 1)
    else:
        locked.pop(site, None)
    forbidden = tuple(key for key in desk().forbidden if key != site)
    put(locked=tuple(locked.items()), forbidden=forbidden)


def forbid(site: str, on: bool) -> None:
    """Forbid a candidate, which takes it out of the plan, or allow it again."""
    plan = {key: lines for key, lines in desk().plan if key != site} if on else dict(desk().plan)
    locked = {key: lines for key, lines in desk().locked if key != site} if on else dict(desk().locked)
    rest = tuple(key for key in desk().forbidden if key != site)
    put(plan=tuple(plan.items()), locked=tuple(locked.items()), forbidden=(*rest, site) if on else rest)


def drop_unlocked() -> None:
    """Clear the desk but for locks, bans and own points."""
    put(plan=desk().locked, solved=None)
    focus(None)
