"""Supply and demand before, at the start and at the end of the plan, and the steps between its capacities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.numbers import divide
from mixplan.plan.figures import Book, Figure
from mixplan.plan.words import pretty, unit_text

BALANCE_MEASURES = ("capacity", "limit", "output", "use", "demand", "utilisation", "cover")


def measure_text(measure: str) -> str:
    """A column of the balance in the reader's language."""
    return {
        "capacity": _("产能"),
        "limit": _("产能上限"),
        "output": _("产量"),
        "use": _("使用量"),
        "demand": _("需求量"),
        "utilisation": _("产能利用率"),
        "cover": _("产能与需求之比"),
    }[measure]


def basis_text(basis: str) -> str:
    """How the balance came by a figure, in the reader's language."""
    return {
        "stated": _("规划数"),
        "derived": _("推算"),
        "forecast": _("预测"),
        "target": _("目标"),
    }[basis]


def balance(frame: pd.DataFrame) -> pd.DataFrame:
    """Supply and demand of cement, concrete, mortar and precast parts, before, at the start and at the plan's end.

    Utilisation is output ÷ capacity; for 2015 it is the utilisation that the demand forecast (mortar: the use
    target) implies. Cover is capacity ÷ demand (use, output where the plan gives no demand). What the plan does not
    give and what cannot be computed from it is left out, not guessed.

    Returns
    -------
    DataFrame
        product, year, measure, value, unit, basis (``stated``, ``derived``, ``forecast``, ``target``), formula.
    """
    book = Book(frame)
    years = _years(book)
    found = [_cement(book, years), _concrete(book, years), _mortar(book, years), _precast(book, years)]
    return pd.DataFrame([row for rows in found for row in rows])


@dataclass(frozen=True)
class _Years:
    """The years that the plan compares: before, at its start and at its end."""

    before: int
    start: int
    end: int


def _years(book: Book) -> _Years:
    return _Years(
        before=min(f.year for f in book.all("concrete_utilisation")),
        start=max(f.year for f in book.all("concrete_capacity", kind="actual")),
        end=book.all("concrete_capacity", kind="target")[0].year,
    )


class _Rows:
    """Rows of one product, added as sentences; each gives back its value for the next."""

    def __init__(self, product: str) -> None:
        self.product = product
        self.rows: list[dict[str, Any]] = []

    def add(self, year: int, measure: str, value: float, unit: str, *, basis: str = "derived", formula: str) -> float:
        self.rows.append(
            {
                "product": self.product,
                "year": year,
                "measure": measure,
                "value": value,
                "unit": unit,
                "basis": basis,
                "formula": formula,
            }
        )
        return value

    def stated(self, year: int, measure: str, figure: Figure) -> float:
        """A figure as the plan gives it."""
        basis = figure.kind if figure.kind in ("forecast", "target") else "stated"
        unit = figure.unit.removesuffix("/年")
        return self.add(year, measure, figure.value, unit, basis=basis, formula=figure.clause)

    def ratio(self, year: int, measure: str, above: float, below: float, note: str = "") -> None:
        """One amount over another: capacity in use in %, cover in times."""
        formula = f"{pretty(above)} ÷ {pretty(below)}" + (_("（{note}）").format(note=note) if note else "")
        unit, factor = ("%", 100) if measure == "utilisation" else ("倍", 1)
        self.add(year, measure, divide(above, below) * factor, unit, formula=formula)


def _cement(book: Book, years: _Years) -> list[dict[str, Any]]:
    start, end = years.start, years.end
    cement = _Rows("cement")
    capacity = cement.stated(start, "capacity", book.get("cement_capacity", start, kind="actual"))
    used = cement.stated(start, "use", book.get("cement_use", start))
    cement.ratio(start, "cover", capacity, used, _("产能与使用量"))
    limit = cement.stated(end, "limit", book.get("cement_capacity", end, kind="target"))
    demand = cement.stated(end, "demand", book.get("cement_demand", end))
    cement.ratio(end, "cover", limit, demand)
    return cement.rows


def _concrete(book: Book, years: _Years) -> list[dict[str, Any]]:
    before, start, end = years.before, years.start, years.end
    concrete = _Rows("concrete")
    capacity = book.get("concrete_capacity", start, kind="actual")
    growth = book.get("concrete_capacity_growth", f"{before + 1}-{start}")
    utilisation = book.get("concrete_utilisation", before)
    unit = "万m³"
    old = capacity.value / (1 + growth.value / 100)
    concrete.add(before, "capacity", old, unit, formula=f"{capacity.text()} ÷ (1 + {growth.text()})")
    output = old * utilisation.value / 100
    concrete.add(before, "output", output, unit, formula=f"{pretty(old)} × {utilisation.text()}")
    concrete.stated(before, "utilisation", utilisation)
    concrete.stated(start, "capacity", capacity)
    now = concrete.stated(start, "output", book.get("concrete_output", start))
    concrete.ratio(before, "cover", old, output, _("产能与产量"))
    concrete.ratio(start, "utilisation", now, capacity.value)
    concrete.ratio(start, "cover", capacity.value, now, _("产能与产量"))
    limit = concrete.stated(end, "limit", book.get("concrete_capacity", end, kind="target"))
    demand = concrete.stated(end, "demand", book.get("concrete_demand", end))
    concrete.ratio(end, "utilisation", demand, limit, _("需求全部由上限内产能供应"))
    concrete.ratio(end, "cover", limit, demand)
    return concrete.rows


def _mortar(book: Book, years: _Years) -> list[dict[str, Any]]:
    before, start, end = years.before, years.start, years.end
    mortar = _Rows("mortar")
    total = book.all("mortar_use", kind="target")[0].series
    mortar.stated(before, "use", book.get("mortar_use", before, series=total))
    dry = mortar.stated(start, "capacity", book.get("mortar_capacity", start, kind="actual"))
    now = mortar.stated(start, "output", book.get("mortar_output", start))
    mortar.stated(start, "use", book.get("mortar_use", start, series=total))
    demand = mortar.stated(start, "demand", book.get("mortar_demand", start, binding_area="construction_works"))
    mortar.ratio(start, "utilisation", now, dry, _("普通干混砂浆"))
    mortar.ratio(start, "cover", dry, demand, _("普通干混砂浆产能"))
    added = book.get("mortar_new_capacity", end, kind="target")
    sum_text = f"{pretty(dry)} + {pretty(added.value)}"
    grown = mortar.add(end, "capacity", dry + added.value, added.unit.removesuffix("/年"), formula=sum_text)
    mortar.stated(end, "limit", book.get("mortar_capacity", end, kind="target"))
    use = mortar.stated(end, "use", book.get("mortar_use", end, kind="target"))
    demand = mortar.stated(end, "demand", book.get("mortar_demand", end))
    mortar.ratio(end, "utilisation", use, grown, _("使用目标全部由普通干混砂浆供应"))
    mortar.ratio(end, "cover", grown, demand, _("普通干混砂浆产能"))
    return mortar.rows


def _precast(book: Book, years: _Years) -> list[dict[str, Any]]:
    precast = _Rows("precast")
    # Precast parts were last counted earlier than the plan's base.
    counted = book.all("precast_output", kind="actual")[0]
    year = counted.year
    capacity = precast.stated(year, "capacity", book.get("precast_capacity", year))
    output = precast.stated(year, "output", counted)
    precast.ratio(year, "utilisation", output, capacity)
    precast.ratio(year, "cover", capacity, output, _("产能与产量"))
    precast.stated(years.end, "use", book.get("precast_use", years.end, kind="target"))
    parts = max(book.all("precast_demand", kind="forecast"), key=lambda f: f.value)
    precast.stated(years.end, "demand", parts)
    return precast.rows


def balance_table(data: pd.DataFrame, product: str) -> pd.DataFrame:
    """One product's balance as a table in the reader's language: measures down, years across, with formulas."""
    part = data[data["product"] == product]
    years = sorted(part["year"].unique())
    out = []
    for measure in BALANCE_MEASURES:
        cells = part[part["measure"] == measure]
        if cells.empty:
            continue
        record: dict[str, Any] = {_("项目"): measure_text(measure), _("单位"): unit_text(str(cells["unit"].iloc[0]))}
        notes = []
        for year in years:
            cell = cells[cells["year"] == year]
            record[str(year)] = round(float(cell["value"].iloc[0]), 2) if len(cell) else None
            if len(cell):
                basis, formula = (str(cell[column].iloc[0]) for column in ("basis", "formula"))
                notes.append(_("{year} {basis}：{formula}").format(year=year, basis=basis_text(basis), formula=formula))
        record[_("由来")] = _("；").join(notes)
        out.append(record)
    return pd.DataFrame(out)


def waterfall_concrete(frame: pd.DataFrame) -> pd.DataFrame:
    """Concrete capacity from the base year to the ceiling, and what the ceiling leaves above the demand forecast.

    Returns
    -------
    DataFrame
        label (in the reader's language), start, end, kind (``total``, ``change``, ``spare``, ``reference``), clause,
        order, amount, unit.
    """
    book = Book(frame)
    target = book.all("concrete_capacity", kind="target")[0]
    base = max(book.all("concrete_capacity", kind="actual"), key=lambda f: f.year)
    demand = book.get("concrete_demand", target.year)
    spare = target.value - demand.value
    return _steps(
        [
            (_("{year} 产能").format(year=base.year), 0.0, base.value, "total", base.clause),
            (_("需要退出"), base.value, target.value, "change", _("两者之差")),
            (_("{year} 产能上限").format(year=target.year), 0.0, target.value, "total", target.clause),
            (_("高于需求"), target.value, target.value - spare, "spare", _("两者之差")),
            (_("{year} 需求预测").format(year=demand.year), 0.0, demand.value, "reference", demand.clause),
        ],
        base.unit,
    )


def waterfall_mortar(frame: pd.DataFrame) -> pd.DataFrame:
    """Mortar capacity from today's dry-mix works over the new lines to the ceiling, beside the demand forecast.

    Returns
    -------
    DataFrame
        As `waterfall_concrete`.
    """
    book = Book(frame)
    ceiling = book.all("mortar_capacity", kind="target")[0]
    base = max(book.all("mortar_capacity", kind="actual"), key=lambda f: f.year)
    added = book.all("mortar_new_capacity", kind="target")[0]
    lines = book.all("mortar_new_lines", kind="target")[0]
    grown = base.value + added.value
    demand = book.get("mortar_demand", ceiling.year)
    return _steps(
        [
            (_("{year} 干混砂浆").format(year=base.year), 0.0, base.value, "total", base.clause),
            (_("新建 {lines} 条").format(lines=pretty(lines.value)), base.value, grown, "change", added.clause),
            (_("两项合计"), 0.0, grown, "total", _("两者之和")),
            (_("上限内余量"), grown, ceiling.value, "spare", _("两者之差")),
            (_("{year} 产能上限").format(year=ceiling.year), 0.0, ceiling.value, "total", ceiling.clause),
            (_("{year} 需求预测").format(year=demand.year), 0.0, demand.value, "reference", demand.clause),
        ],
        base.unit,
    )


def _steps(steps: Sequence[tuple[str, float, float, str, str]], unit: str) -> pd.DataFrame:
    data = pd.DataFrame(steps, columns=["label", "start", "end", "kind", "clause"])
    return data.assign(order=range(len(data)), amount=data["end"] - data["start"], unit=unit)


def waterfall_table(data: pd.DataFrame) -> pd.DataFrame:
    """A waterfall as a table in the reader's language."""
    unit = unit_text(str(data["unit"].iloc[0]))
    return pd.DataFrame(
        {_("步骤"): data["label"], _("数量"): data["amount"].round(1), _("单位"): unit, _("依据"): data["clause"]}
    )
