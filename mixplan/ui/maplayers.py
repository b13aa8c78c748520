"""Layer documents of the maps: made once, kept under their hash, and fetched by the browser from this server."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from mixplan.base.files.kept import KeptContent
from mixplan.base.i18n import get_language
from mixplan.maps.documents import document, facet_document, shown_bits
from mixplan.projects.access import OWNER
from mixplan.projects.home import home
from mixplan.ui import login
from mixplan.ui.basepath import below_base
from mixplan.ui.unchanging import packed_answer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MOST_LAYERS = 400
_kept = KeptContent(lambda: home() / "cache" / "layers")


@dataclass(frozen=True)
class Layer:
    """A layer document as a message names it.

    Attributes
    ----------
    at : str
        Name of the document: its hash.
    ids : Index
        Id of each feature.
    shown : str or None
        Which features are shown, none for all.
    switch : str or None
        Code of the switch in the map that shows and hides it.
    facets : str or None
        Name of the document that says what its features can be filtered by.
    stays : sequence of int
        Features, by their place, that no filter hides.
    side : str or None
        ``left`` or ``right`` of the divider, where two pictures lie on one map.
    """

    at: str
    ids: pd.Index
    shown: str | None = None
    switch: str | None = None
    facets: str | None = None
    stays: Sequence[int] = ()
    side: Literal["left", "right"] | None = None

    def only(self, ids: Iterable[str]) -> Layer:
        """The same with these features alone."""
        return replace(self, shown=shown_bits(self.ids.isin(list(ids))))

    def on_side(self, side: Literal["left", "right"]) -> Layer:
        """The same on one side of a divider."""
        return replace(self, side=side)

    def filtered(self, facets: str, passed: Iterable[str], stays: Iterable[str]) -> Layer:
        """The same with what passes a filter and what stays in any case.

        Until this reaches the map, a filter that the planner sets in the page is worked out there, by `facets`.
        """
        places = [int(at) for at in self.ids.get_indexer(pd.Index(list(stays))) if at >= 0]
        return replace(self.only([*passed, *stays]), facets=facets, stays=places)

    def message(self) -> dict[str, Any]:
        """What the map script reads; whoever is at the page may fetch it from now on."""
        _show(self.at, self.facets)
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "ids"}
        return {key: value for key, value in told.items() if value not in (None, ())}


def layer(collections: Iterable[Mapping[str, Any]]) -> Layer:
    """A layer of collections that were made for this one view."""
    made = document(collections)
    return Layer(_kept.put(made.text), made.ids)


class _Once:
    """Layers that are made once for what they are made of."""

    def __init__(self) -> None:
        self._layers: OrderedDict[Hashable, tuple[tuple[weakref.ref[Any], ...], Layer]] = OrderedDict()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, objects: Sequence[Any], make: Callable[[], Layer]) -> Layer:
        whole = (key, *map(id, objects))
        with self._lock:
            one = self._locks.setdefault(whole, threading.Lock())
        with one:  # two who ask for the same layer wait for the one that makes it
            found = self._layers.get(whole)
            same = found is not None and all(ref() is o for ref, o in zip(found[0], objects, strict=True))
            if found is None or not same or not _kept.holds(found[1].at):
                found = tuple(map(weakref.ref, objects)), make()
        with self._lock:
            self._layers[whole] = found
            self._layers.move_to_end(whole)
            while len(self._layers) > MOST_LAYERS:
                old, _layer = self._layers.popitem(last=False)
                self._locks.pop(old, None)
        return found[1]


_once = _Once()


def made_once(
    make: Callable[[], Iterable[Mapping[str, Any]]], *by: Hashable, of: Sequence[Any] = (), switch: str | None = None
) -> Layer:
    """A layer whose collections are made again only where something that they are made of is another.

    Parameters
    ----------
    make : callable
        Makes the collections, in the language in force.
    by : hashable
        What tells this layer from every other: its name, and values such as versions and days.
    of : sequence
        Things that are kept elsewhere from one run to the next, such as a case: the same thing gives the same layer.
    switch : str, optional
        Code of the switch in the map.
    """
    found = _once.get((get_language(), *by), of, lambda: layer(make()))
    return found if switch is None else replace(found, switch=switch)


def facets_once(make: Callable[[], pd.DataFrame], *by: Hashable, of: Sequence[Any] = ()) -> str:
    """Name of the document that says what a layer's features can be filtered by; kept as `made_once` keeps a layer."""
    return _once.get(by, of, lambda: Layer(_kept.put(facet_document(make())), pd.Index([]))).at


_shown_to: OrderedDict[str, set[str]] = OrderedDict()
_showing = threading.Lock()
_MOST_SHOWN = 20 * MOST_LAYERS


def _show(*names: str | None) -> None:
    """Take down that a page shows documents to whoever is at it: nobody else fetches them."""
    person = login.person()
    if person == OWNER:
        return
    with _showing:
        for name in filter(None, names):
            _shown_to.setdefault(name, set()).add(person.key)
            _shown_to.move_to_end(name)
        while len(_shown_to) > _MOST_SHOWN:
            _shown_to.popitem(last=False)


def _may_fetch(name: str, cookies: Mapping[str, str]) -> bool:
    return any(one == OWNER or one.key in _shown_to.get(name, ()) for one in login.askers(cookies))


def layer_route() -> Route:
    """Where the browser fetches layer documents: below the base path, each one unchanging."""
    from starlette.routing import Route

    return Route(below_base("/layers/{name}.json"), _answer, methods=["GET"])


def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    packed = _kept.packed(name) if _may_fetch(name, request.cookies) else None
    return packed_answer(packed, "application/json")
