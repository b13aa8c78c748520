"""A planner as the server sees one: a browser's websocket, the widgets on the page, and a change every few seconds."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from mixplan.base.identity import COOKIE

from ..filters import chosen_states, panel

PAGES = ("", "station_map", "station_map", "consolidation", "siting", "coverage", "targets", "briefing", "data")
PAGE_CHANGE = 0.3  # how often a planner goes to another page instead of changing something on this one
LONGEST_S = 120.0  # a rerun that is not done by then is an error
KEPT_RUNS = 2  # as long as the browser keeps a message that the server may refer to
# Widgets that are not changed: another language is another page, and reading a file is not what is measured.
LEFT_ALONE = ("lang_choice",)


@dataclass
class Rerun:
    """One change and how long the page took to follow it."""

    page: str
    what: str  # "opened", or the kind and the identity of the widget that was set
    seconds: float
    size: int  # bytes that the server sent for it


@dataclass
class Planner:
    """One browser tab: connect, open a page, change something, think, and so on."""

    address: str  # of the server, http://127.0.0.1:8501
    chance: random.Random
    think_s: float
    name: str = ""  # that the browser has kept from earlier; it tells which process serves it
    reruns: list[Rerun] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    page: str = ""
    pages: dict[str, str] = field(default_factory=dict)  # script hash by path
    widgets: dict[str, tuple[str, Any, str]] = field(default_factory=dict)  # kind, message and fragment by id
    states: dict[str, WidgetState] = field(default_factory=dict)
    seen: dict[str, tuple[ForwardMsg, int]] = field(default_factory=dict)  # message and run by hash
    polls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    runs: int = 0
    size: int = 0
    part: bool = False  # only a part of the page is to follow; a part may also run by itself meanwhile
    connection: Any = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self, seconds: float, *, press: str = "") -> None:
        """Work for some seconds, then close the tab.

        Parameters
        ----------
        press : str
            Key of the button that begins long work: this planner presses it whenever it can, and does nothing else.
        """
        end = time.monotonic() + seconds
        await asyncio.sleep(self.chance.uniform(0, self.think_s))
        async with self._at_work():
            await self._open("consolidation" if press else "")
            while time.monotonic() < end:
                await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.think_s)
                await (self._press(press) if press else self._change())

    async def tour(self, pages: list[str]) -> None:
        """Open pages one after another, without a pause."""
        async with self._at_work():
            for page in pages:
                await self._open(page)

    @contextlib.asynccontextmanager
    async def _at_work(self) -> AsyncIterator[None]:
        try:
            cookie = await asyncio.to_thread(self._first_page)
            stream = f"{self.address.replace('http', 'ws', 1)}/_stcore/stream"
            options: dict[str, Any] = {"compression": None, "max_size": None, "subprotocols": ["streamlit"]}
            async with websockets.connect(stream, additional_headers={"Cookie": cookie}, **options) as self.connection:
                reading = asyncio.create_task(self._read())
                try:
                    yield
                finally:
                    for task in (reading, *self.polls.values()):
                        task.cancel()
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            self.errors.append(f"{self.page or 'overview'}: {error!r}")

    def _first_page(self) -> str:
        """Fetch the page as a browser does first, and keep the cookies that come with it."""
        kept = f"{COOKIE}={self.name}" if self.name else ""
        request = Request(self.address, headers={"Accept": "text/html", "Cookie": kept})
        with urlopen(request, timeout=LONGEST_S) as answer:
            new = [value.split(";")[0] for value in answer.headers.get_all("Set-Cookie", [])]
        return "; ".join(filter(None, (kept, *new)))

    async def _open(self, page: str) -> None:
        self.page, self.widgets, self.states = page, {}, {}
        await self._rerun("opened", page_name=page, page_script_hash=self.pages.get(page, ""))

    async def _change(self) -> None:
        if self.chance.random() < PAGE_CHANGE or not self.widgets:
            await self._open(self.chance.choice(PAGES))
            return
        widgets = sorted(self.widgets.items(), key=lambda item: item[0])
        # Each choice of the filter panel counts as a widget of its own: it is changed as often as one.
        often = [len(panel(widget)) if kind == "bidi_component" else 1 for _id, (kind, widget, _part) in widgets]
        ((identity, (kind, widget, fragment)),) = self.chance.choices(widgets, often)
        where = {"page_script_hash": self.pages.get(self.page, ""), "fragment_id": fragment}
        if kind == "bidi_component":
            await self._rerun(named(kind, identity), *new_filter(widget, self.chance), **where)
            return
        self.states[identity] = new_state(kind, widget, self.chance)
        await self._rerun(named(kind, identity), **where)

    async def _press(self, key: str) -> None:
        for identity, (kind, widget, fragment) in list(self.widgets.items()):
            if kind == "button" and identity.endswith(f"-{key}") and not widget.disabled:
                trigger = WidgetState(id=identity, trigger_value=True)
                where = {"page_script_hash": self.pages.get(self.page, ""), "fragment_id": fragment}
                await self._rerun(named(kind, identity), trigger, **where)

    async def _rerun(self, what: str, *triggers: WidgetState, **where: str) -> None:
        begun, self.size = time.monotonic(), 0
        self.part = bool(where.get("fragment_id"))
        self.done.clear()
        await self._send(*triggers, **where)
        await asyncio.wait_for(self.done.wait(), LONGEST_S)
        self.reruns.append(Rerun(self.page, what, time.monotonic() - begun, self.size))

    async def _send(self, *triggers: WidgetState, automatic: bool = False, **where: str) -> None:
        message = BackMsg()
        state = message.rerun_script
        for name, value in where.items():
            setattr(state, name, value)
        state.is_auto_rerun = automatic
        state.widget_states.widgets.extend([*self.states.values(), *triggers])
        state.cached_message_hashes.extend(self.seen)
        await self.connection.send(message.SerializeToString())

    async def _read(self) -> None:
        try:
            async for content in self.connection:
                self.size += len(content)
                message = ForwardMsg()
                message.ParseFromString(content)
                if message.WhichOneof("type") == "ref_hash":
                    message = self.seen[message.ref_hash][0]
                elif message.metadata.cacheable:
                    self.seen[message.hash] = (message, self.runs)
                self._take(message)
        except websockets.WebSocketException as error:
            self.errors.append(f"{self.page or 'overview'}: {error!r}")

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.pages = {
                ("" if p.is_default else p.url_pathname): p.page_script_hash for p in message.navigation.app_pages
            }
        elif kind == "new_session" and not message.metadata.run.fragment_ids:
            self.widgets = {}
            self._stop_polling(*self.polls)
        elif kind == "delta":
            self._take_delta(message.delta)
        elif kind == "auto_rerun":
            self._poll(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_polling(*message.stop_auto_rerun.fragment_ids)
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.errors.append(f"{self.page or 'overview'}: compile error")
            self.runs += 1
            self.seen = {key: kept for key, kept in self.seen.items() if self.runs - kept[1] <= KEPT_RUNS}
            if self.part or message.script_finished != ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                self.done.set()

    def _take_delta(self, delta: Any) -> None:
        if delta.add_block.id.endswith("page_fault") or delta.new_element.WhichOneof("type") == "exception":
            self.errors.append(f"{self.page or 'overview'}: the page shows a fault")
        kind = delta.new_element.WhichOneof("type")
        if kind == "bidi_component" and panel(delta.new_element.bidi_component):
            self.widgets[delta.new_element.bidi_component.id] = (
                kind,
                delta.new_element.bidi_component,
                delta.fragment_id,
            )
        elif kind in {"slider", "multiselect", "checkbox", "selectbox", "button_group", "button"}:
            widget = getattr(delta.new_element, kind)
            if not widget.disabled and not widget.id.endswith(LEFT_ALONE) and can_be_set(kind, widget):
                self.widgets[widget.id] = (kind, widget, delta.fragment_id)

    def _poll(self, fragment: str, interval_s: float) -> None:
        async def again() -> None:
            with contextlib.suppress(websockets.WebSocketException):
                while True:
                    await asyncio.sleep(interval_s)
                    where = {"page_script_hash": self.pages.get(self.page, ""), "fragment_id": fragment}
                    await self._send(automatic=True, **where)

        self._stop_polling(fragment)
        self.polls[fragment] = asyncio.create_task(again())

    def _stop_polling(self, *fragments: str) -> None:
        for fragment in fragments:
            if (task := self.polls.pop(fragment, None)) is not None:
                task.cancel()


def named(kind: str, identity: str) -> str:
    """A widget as a reader of the benchmark knows it: its kind, and the key that the page gave it."""
    return f"{kind} {identity.split('-', 2)[-1].removeprefix('None-')}"


def can_be_set(kind: str, widget: Any) -> bool:
    """Whether a planner of the benchmark can set a widget: sliders of numbers, and choices among something."""
    if kind == "slider":
        return not widget.options and widget.step > 0
    return kind in {"checkbox", "button"} or len(widget.options) > 1


def new_filter(widget: Any, chance: random.Random) -> list[WidgetState]:
    """Another choice in one group of a filter panel."""
    group = chance.choice(panel(widget))
    codes = [option["code"] for option in group["options"]]
    return chosen_states(widget.id, {group["name"]: chance.sample(codes, min(len(codes), chance.randint(0, 2)))})


def new_state(kind: str, widget: Any, chance: random.Random) -> WidgetState:
    """A value that a widget can have, as a browser sends it."""
    state = WidgetState(id=widget.id)
    if kind == "slider":
        steps = round((widget.max - widget.min) / widget.step)
        values = sorted(widget.min + chance.randint(0, steps) * widget.step for _value in widget.default)
        state.double_array_value.data.extend(values)
    elif kind == "checkbox":
        state.bool_value = chance.random() < 0.5
    elif kind == "selectbox":
        state.string_value = chance.choice(list(widget.options))
    elif kind == "multiselect":
        state.string_array_value.data.extend(chance.sample(list(widget.options), chance.randint(0, 2)))
    elif kind == "button_group":
        state.string_array_value.data.append(chance.choice([option.content for option in widget.options]))
    return state
