"""Does the plan agree with itself: every derivable figure recomputed, every contradiction with both clauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import divide
from mixplan.plan.figures import Book, Figure
from mixplan.plan.words import binding_text, direction_text, pretty, unit_text
from mixplan.targets.savings import FACTOR_UNITS, bulk_path, savings


class Verdict(StrEnum):
    """What the audit found."""

    AGREES = "agrees"
    DIFFERS = "differs"
    CONFLICT = "conflict"


def verdict_text(verdict: Verdict) -> str:
    """A verdict as the audit writes it."""
    return {Verdict.AGREES: _("一致"), Verdict.DIFFERS: _("不符"), Verdict.CONFLICT: _("矛盾")}[verdict]


# Where the audit finds its figures: years and period under which the plan states them.
PAST, BASE, PRECAST, END = "2006-2010", 2010, 2008, 2015


@dataclass(frozen=True)
class AuditItem:
    """One check of the plan's own figures.

    Attributes
    ----------
    formula : str
        The computation with its numbers, or the two statements that are compared.
    clauses : tuple of str
        Clauses of the plan, or sources, that the figures come from.
    stated, recomputed, difference : float
        In ``unit``.
    tolerance : float
        Half of the last digit of the stated figure, or 0 where two statements are compared by size.
    """

    id: str
    title: str
    formula: str
    clauses: tuple[str, ...]
    stated: float
    recomputed: float
    difference: float
    tolerance: float
    unit: str
    verdict: Verdict
    explanation: str


def _where(*found: Figure) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.clause or f.source for f in found))


def _term(figure: Figure, column: str = "name") -> str:
    return f"{local(figure, column)} {pretty(figure.value, digits=figure.digits)}"


def _recomputed(
    item: str,
    stated: Figure,
    value: float,
    formula: str,
    used: Sequence[Figure],
    *,
    explanation: str = "",
    title: str = "",
) -> AuditItem:
    """A stated figure against the same figure computed from others; differs beyond its own rounding."""
    difference = value - stated.value
    agrees = abs(difference) <= stated.tolerance * (1 + 1e-9)
    text = explanation or (
        _("在原文末位的舍入以内。") if agrees else _("超出原文末位的舍入，算式中至少有一个数字有误或口径不同。")
    )
    return AuditItem(
        item,
        f"{title or local(stated)} {stated.when}",
        formula,
        _where(stated, *used),
        stated.value,
        value,
        difference,
        stated.tolerance,
        stated.unit,
        Verdict.AGREES if agrees else Verdict.DIFFERS,
        text,
    )


def _compared(
    item: str,
    title: str,
    left: Figure,
    right: float,
    formula: str,
    used: Sequence[Figure],
    *,
    open_: bool,
    explanation: str,
    fine: str = "",
    tolerance: float = 0.0,
) -> AuditItem:
    """Two statements that should fit together; a conflict where they do not."""
    return AuditItem(
        item,
        title,
        formula,
        _where(left, *used),
        left.value,
        right,
        right - left.value,
        tolerance,
        left.unit,
        Verdict.CONFLICT if open_ else Verdict.AGREES,
        explanation if open_ else (fine or _("两处说法相容。")),
    )


def _recomputations(book: Book) -> list[AuditItem]:
    """Every figure of the plan that other figures of the plan determine."""
    get = book.get
    out: list[AuditItem] = []

    def quotient(item: str, stated: Figure, above: Figure, below: Figure, scale: float = 100.0) -> None:
        formula = f"{_term(above)} ÷ {_term(below)}" + (" × 100" if scale != 1.0 else "")
        out.append(_recomputed(item, stated, divide(above.value, below.value) * scale, formula, (above, below)))

    past, base, precast, end = PAST, BASE, PRECAST, END
    mortar_total = get("mortar_use", end, kind="target").series
    mortar_use = get("mortar_use", base, series=mortar_total)
    wet, dry = (get("mortar_use", base, series=s) for s in ("预拌湿砂浆", "干混砂浆"))
    capacity, output = get("concrete_capacity", base), get("concrete_output", base)
    use_rate = get("cement_bulk_use_rate", base, kind="actual", binding_area="city")

    quotient("concrete_utilisation_2010", get("concrete_utilisation", base), output, capacity)
    quotient("concrete_capacity_multiple_2010", get("concrete_capacity_multiple", base), capacity, output, 1.0)
    city_demand = get("mortar_demand", base, binding_area="construction_works")
    quotient("mortar_use_rate_2010", get("mortar_use_rate", base), mortar_use, city_demand)
    out.append(
        _recomputed(
            "mortar_wet_share_2010",
            get("mortar_wet_share", base),
            divide(wet.value, mortar_use.value) * 100,
            f"{_term(wet, 'series')} ÷ {_term(mortar_use)} × 100",
            (wet, mortar_use),
        )
    )
    out.append(
        _recomputed(
            "mortar_dry_use_2010",
            dry,
            mortar_use.value - wet.value,
            f"{_term(mortar_use)} − {_term(wet, 'series')}",
            [wet],
            title=local(dry, "series"),
        )
    )
    old = get("mortar_use", base - 5, series=mortar_total)
    out.append(
        _recomputed(
            "mortar_use_growth",
            get("mortar_use_growth", past),
            divide(mortar_use.value, old.value) - 1,
            f"{_term(mortar_use)} ÷ {_term(old)} − 1",
            (mortar_use, old),
        )
    )
    quotient(
        "mortar_utilisation_2010",
        get("mortar_utilisation", base),
        get("mortar_output", base),
        get("mortar_capacity", base),
    )
    quotient(
        "precast_utilisation_2008",
        get("precast_utilisation", precast, series="规划口径"),
        get("precast_output", precast),
        get("precast_capacity", precast),
    )
    quotient("cement_bulk_use_rate_2010", use_rate, get("cement_bulk_use", base), get("cement_use", base))
    quotient(
        "cement_bulk_use_rate_2015",
        get("cement_bulk_use_rate", end, kind="target"),
        get("cement_bulk_demand", end),
        get("cement_demand", end),
    )
    bags = get("cement_bagged_use", base, series="合计")
    parts = [get("cement_bagged_use", base, series=s) for s in ("本市产品", "河北省进京")]
    out.append(
        _recomputed(
            "cement_bagged_2010",
            bags,
            sum(f.value for f in parts),
            " + ".join(f"{local(f, 'series')} {f.text()}" for f in parts),
            parts,
        )
    )
    then, now = get("cement_producers", base - 5), get("cement_producers", base)
    out.append(
        _recomputed(
            "cement_producers_closed",
            get("cement_producers_closed", past),
            then.value - now.value,
            f"{pretty(then.value)} − {pretty(now.value)}",
            (then, now),
        )
    )
    reached, aim = get("cement_bulk_supply_rate", past), get("cement_bulk_supply_rate", base, kind="other_target")
    out.append(
        _recomputed(
            "cement_bulk_supply_margin",
            get("cement_bulk_supply_margin", past),
            reached.value - aim.value,
            f"{reached.text()} − {aim.text()}",
            (reached, aim),
        )
    )
    demand, use = get("precast_demand", end, series="各类构件"), get("precast_use", end, kind="target")
    out.append(_recomputed("precast_use_2015", use, demand.value, f"{_term(demand)} = {_term(use)}", [demand]))
    saved, used = get("savings_bags", past), get("cement_bulk_use", past)
    mass = get("bag_mass", base)
    bag_kg = divide(used.value, saved.value * FACTOR_UNITS[saved.unit][0]) * 1000
    out.append(
        _recomputed(
            "savings_bag_mass",
            mass,
            bag_kg,
            f"{_term(used)} ÷ {_term(saved)}",
            (saved, used),
            explanation=_("节约的包装袋按每袋水泥净重折算，与标准袋重比较。"),
        )
    )
    co2, energy = get("savings_co2", past), get("savings_energy", past)
    more_co2, more_energy = (book.all(i, kind="forecast")[0] for i in ("savings_co2", "savings_energy"))
    out.append(
        _recomputed(
            "savings_co2_per_energy",
            more_co2,
            divide(co2.value, energy.value) * more_energy.value,
            f"{_term(co2)} ÷ {_term(energy)} × {_term(more_energy)}",
            (co2, energy, more_energy),
            title=_("减碳与节能之比前后一致"),
        )
    )
    return out


def _between(
    item: str,
    title: str,
    figure: Figure,
    value: float,
    low: float,
    high: float,
    formula: str,
    used: Sequence[Figure],
    *,
    unit: str = "",
) -> AuditItem:
    """A figure that must lie between two others; differs where it does not."""
    inside = low <= value <= high
    nearest = min(max(value, low), high)
    return AuditItem(
        item,
        title,
        formula,
        _where(figure, *used),
        value,
        nearest,
        nearest - value,
        0.0,
        (unit or figure.unit).removesuffix("/年"),
        Verdict.AGREES if inside else Verdict.DIFFERS,
        _("在应有的范围以内。") if inside else _outside(low, high),
    )


def _outside(low: float, high: float) -> str:
    if high == float("inf"):
        return _("应不小于 {low}，至少有一个数字有误。").format(low=pretty(low))
    return _("应在 {low} 与 {high} 之间，至少有一个数字有误。").format(low=pretty(low), high=pretty(high))


def _plausibility(book: Book) -> list[AuditItem]:
    """Five-year totals, rates and targets that must lie between other figures of the plan."""
    get = book.get
    past, base, precast, end = PAST, BASE, PRECAST, END
    capacity, output = get("concrete_capacity", base), get("concrete_output", base)
    growth, old_rate = get("concrete_capacity_growth", past), get("concrete_utilisation", base - 5)
    first = capacity.value / (1 + growth.value / 100) * old_rate.value / 100
    total = get("concrete_output", past)
    low, high = sorted((first, output.value))
    out = [
        _between(
            "concrete_output_total",
            _("预拌混凝土五年累计供应量的年均值"),
            total,
            total.value / 5,
            low,
            high,
            f"{pretty(low)} ≤ {pretty(total.value)} ÷ 5 ≤ {pretty(high)}",
            (capacity, growth, old_rate, output),
        )
    ]
    target = get("cement_bulk_use_rate", end, kind="target")
    average = get("cement_bulk_use_rate", past)
    rate = get("cement_bulk_use_rate", base, kind="actual", binding_area="city")
    before = get("cement_bulk_use_rate", base - 5, series=target.series)
    low, high = sorted((before.value, rate.value))
    out.append(
        _between(
            "cement_bulk_use_rate_average",
            _("散装水泥使用率的五年平均"),
            average,
            average.value,
            low,
            high,
            f"{before.text()} ≤ {average.text()} ≤ {rate.text()}",
            (before, rate),
        )
    )
    bulk, cement = get("cement_bulk_use", past), get("cement_use", base)
    yearly = divide(bulk.value * 100, average.value) / 5
    out.append(
        _between(
            "cement_use_average",
            _("由累计散装量和平均使用率推出的年均水泥使用量"),
            cement,
            yearly,
            0.0,
            cement.value,
            f"{_term(bulk)} ÷ {average.text()} ÷ 5 ≤ {_term(cement)}",
            (bulk, average),
        )
    )
    supply, supply_rate = get("cement_bulk_supply", past), get("cement_bulk_supply_rate", past)
    now, retired = get("cement_capacity", base), get("cement_capacity_retired", past)
    yearly = divide(supply.value * 100, supply_rate.value) / 5
    out.append(
        _between(
            "cement_output_average",
            _("由累计散装供应量和供应率推出的年均水泥产量"),
            supply,
            yearly,
            0.0,
            now.value + retired.value,
            f"{_term(supply)} ÷ {supply_rate.text()} ÷ 5 ≤ {_term(now)} + {_term(retired)}",
            (supply_rate, now, retired),
        )
    )
    limit, demand = get("concrete_capacity", end, kind="target"), get("concrete_demand", end)
    out.append(
        _between(
            "concrete_limit_2015",
            _("预拌混凝土产能上限"),
            limit,
            limit.value,
            demand.value,
            capacity.value,
            f"{_term(demand)} ≤ {limit.text()} ≤ {_term(capacity)}",
            (demand, capacity),
        )
    )
    for indicator in ("cement_capacity", "cement_bulk_supply_rate", "cement_bulk_use_rate", "mortar_use"):
        aim = get(indicator, end, kind="target")
        start = max(
            (f for f in book.all(indicator, series=aim.series, kind="actual") if f.clause), key=lambda f: f.year
        )
        most = 100.0 if aim.unit == "%" else float("inf")
        low, high = (start.value, most) if aim.direction == "at_least" else (0.0, start.value)
        out.append(
            _between(
                f"{indicator}_target_side",
                _("目标比基线更进一步：{name}").format(name=local(aim)),
                aim,
                aim.value,
                low,
                high,
                f"{direction_text(aim.direction)} {aim.text()}，{start.when} {start.text()}",
                [start],
            )
        )
    wanted, used = get("mortar_demand", end), get("mortar_use", end, kind="target")
    out.append(
        _between(
            "mortar_use_target_demand",
            _("砂浆使用目标不超过需求预测"),
            used,
            used.value,
            0.0,
            wanted.value,
            f"{used.text()} ≤ {wanted.text()}",
            [wanted],
        )
    )
    step = book.all("precast_housing_capacity", kind="milestone")[0]
    aim = get("precast_housing_capacity", end, kind="target")
    out.append(
        _between(
            "precast_housing_milestone",
            _("住宅部品产能的节点目标不超过期末目标"),
            step,
            step.value,
            0.0,
            aim.value,
            f"{step.text()} ({step.when}) ≤ {aim.text()} ({aim.when})",
            [aim],
        )
    )
    yearly_housing, share = (
        book.all("housing_industrialised", kind="forecast")[0],
        get("housing_industrialised_share", end, kind="target"),
    )
    works = get("building_work", past)
    implied = divide(yearly_housing.value * 100, share.value)
    out.append(
        _between(
            "housing_implied_total",
            _("由产业化住宅量和占比推出的年住宅施工量"),
            yearly_housing,
            implied,
            0.0,
            works.value * 10000,
            f"{yearly_housing.text()} ÷ {share.text()} ≤ {works.text()}",
            (share, works),
        )
    )
    ceiling, dry = get("mortar_capacity", end, kind="target"), get("mortar_capacity", base)
    added, lines = get("mortar_new_capacity", end, kind="target"), get("mortar_new_lines", end, kind="target")
    out.append(
        _between(
            "mortar_capacity_limit_2015",
            _("干混砂浆现有与新增产能不超过上限"),
            added,
            dry.value + added.value,
            0.0,
            ceiling.value,
            f"{pretty(dry.value)} + {pretty(added.value)} ≤ {ceiling.text()}",
            (dry, ceiling, lines),
        )
    )
    works = get("mortar_producers", base)
    out.append(
        _between(
            "mortar_line_size",
            _("新建线的平均产能不小于现有企业的平均产能"),
            lines,
            divide(added.value, lines.value),
            divide(dry.value, works.value),
            float("inf"),
            f"{_term(added)} ÷ {_term(lines)} ≥ {_term(dry)} ÷ {_term(works)}",
            (added, dry, works),
            unit=added.unit,
        )
    )
    for item, title, more, less in (
        (
            "concrete_sites_2010",
            _("每家有资质企业至少有一个站点"),
            get("concrete_sites", base),
            get("concrete_companies", base),
        ),
        (
            "precast_companies_2008",
            _("仍在生产的预制构件企业不多于有资质的"),
            get("precast_companies", precast, series="有资质的企业"),
            get("precast_companies", precast, series="仍在生产的企业"),
        ),
        (
            "precast_sites_2008",
            _("仍在生产的预制构件企业至少有一个生产点"),
            get("precast_sites", precast),
            get("precast_companies", precast, series="仍在生产的企业"),
        ),
        (
            "cement_bulk_supply_11th_plan",
            _("散装供应率完成了“十一五”目标"),
            get("cement_bulk_supply_rate", base, kind="actual"),
            get("cement_bulk_supply_rate", base, kind="other_target"),
        ),
        (
            "housing_affordable_target",
            _("保障性住宅的产业化目标不低于全部住宅"),
            get("housing_affordable_share", end, kind="target"),
            share,
        ),
    ):
        formula = f"{_term(more)} ≥ {_term(less)}"
        out.append(_between(item, title, more, more.value, less.value, float("inf"), formula, [less]))
    overall = get("precast_utilisation", precast, series="规划口径")
    kinds = [f for f in book.all("precast_utilisation") if f.series != overall.series]
    low, high = min(f.value for f in kinds), max(f.value for f in kinds)
    out.append(
        _between(
            "precast_utilisation_parts",
            _("预制构件产能利用率的平均数在各类构件之间"),
            overall,
            overall.value,
            low,
            high,
            "；".join(f"{local(f, 'series')} {f.text()}" for f in (overall, *kinds)),
            kinds,
        )
    )
    return out


def _conflicts(book: Book, frame: pd.DataFrame) -> list[AuditItem]:
    """Places where two clauses, or the plan and another source, do not fit together."""
    get = book.get
    past, base, end = PAST, BASE, END
    out: list[AuditItem] = []

    year_end, five = get("cement_bulk_supply_rate", base, kind="actual"), get("cement_bulk_supply_rate", past)
    out.append(
        _compared(
            "cement_bulk_supply_94_6_94_7",
            _("水泥散装供应率有两个数"),
            year_end,
            five.value,
            _("{a}（{a_clause}） 与 {b}（{b_clause}）").format(
                a=year_end.text(), a_clause=year_end.clause, b=five.text(), b_clause=five.clause
            ),
            [five],
            open_=abs(five.value - year_end.value) > year_end.tolerance,
            tolerance=year_end.tolerance,
            explanation=_(
                "一处写 2010 年底，一处写“十一五”期间；口径不同应分别注明，相同则有一处有误。本工具以 2010 年数为基线。"
            ),
        )
    )
    city = get("mortar_demand", base, binding_area="construction_works")
    zone = get("mortar_demand", base, binding_area="ban_zone")
    out.append(
        _compared(
            "mortar_demand_scope_2010",
            _("砂浆需求量的范围有两种说法"),
            city,
            zone.value,
            _("全市 {a}（{a_clause}） 与禁现区 {b}（{b_clause}）").format(
                a=city.text(), a_clause=city.clause, b=zone.text(), b_clause=zone.clause
            ),
            [zone],
            open_=zone.value >= city.value,
            explanation=_("禁现区只是全市的一部分，需求量不应与全市相同或更大；使用率的分母因此不确定。"),
            fine=_("禁现区的需求量小于全市。"),
        )
    )
    dry, added = get("mortar_capacity", base), get("mortar_new_capacity", end, kind="target")
    grown = dry.value + added.value
    demand, use = get("mortar_demand", end), get("mortar_use", end, kind="target")
    total = f"{pretty(dry.value)} + {pretty(added.value)} = {pretty(grown)}"
    out.append(
        _compared(
            "mortar_demand_2015_capacity",
            _("2015 年砂浆需求超过现有与新增产能"),
            demand,
            grown,
            f"{total} < {_term(demand)}" if grown < demand.value else f"{total} ≥ {_term(demand)}",
            [dry, added],
            open_=grown < demand.value,
            explanation=_(
                "干混砂浆产能即使满负荷也少 {short} 万t；差额要靠搅拌站的湿砂浆和外埠砂浆（四（二）），"
                "规划没有给出数量。"
            ).format(short=pretty(demand.value - grown)),
        )
    )
    load = divide(use.value, grown) * 100
    now = get("mortar_utilisation", base)
    highest = max(
        f.value for i in ("concrete_utilisation", "mortar_utilisation", "precast_utilisation") for f in book.all(i)
    )
    out.append(
        _compared(
            "mortar_use_2015_capacity",
            _("2015 年砂浆使用目标所需的产能利用率"),
            use,
            grown,
            f"{_term(use)} ÷ ({total}) = {pretty(load)} %",
            [dry, added, now],
            open_=load > highest,
            explanation=_(
                "若全部由干混砂浆供应，利用率要从 {now} 升到 {load} %，而规划给出的各类利用率最高为 {highest} %；"
                "缺口同样要靠湿砂浆和外埠砂浆。"
            ).format(now=now.text(), load=pretty(load), highest=pretty(highest)),
        )
    )
    share = get("housing_industrialised_share", end, kind="target")
    for other in book.all("housing_industrialised_share", kind="other_target"):
        # Earlier aims that lie below the plan's may simply be steps towards it.
        clash = other.value != share.value if other.year == share.year else other.value >= share.value
        if clash:
            out.append(
                _compared(
                    f"housing_share_{other.year}_{pretty(other.value)}",
                    _("产业化住宅占比与后来的报道不一致"),
                    share,
                    other.value,
                    _("{a}（{a_clause}，{a_year}） 与 {b}（{b_clause}，{b_year}）").format(
                        a=share.text(),
                        a_clause=share.clause,
                        a_year=share.year,
                        b=other.text(),
                        b_clause=other.source,
                        b_year=other.year,
                    ),
                    [other],
                    open_=True,
                    explanation=_(
                        "{when} 年的说法，口径为“{series}”；数值或年份与规划不同，又没有找到期末实绩，孰准无法判断。"
                    ).format(when=other.year, series=local(other, "series")),
                )
            )
    old_aim, claim = get("cement_bulk_use_rate", base, kind="other_target"), get("cement_bulk_supply_margin", past)
    reached = get("cement_bulk_use_rate", base, kind="actual", binding_area="city")
    out.append(
        _compared(
            "cement_bulk_use_11th_plan",
            _("“十一五”散装使用率目标并未完成"),
            reached,
            old_aim.value,
            _("{a}（{a_clause}） 与目标 {b}（{b_clause}）").format(
                a=reached.text(), a_clause=reached.clause, b=old_aim.text(), b_clause=old_aim.source
            ),
            [claim, old_aim],
            open_=reached.value < old_aim.value,
            explanation=_("一（二）1 称“十一五”目标全面完成，而使用率未到上一规划的目标；该目标由“十二五”沿用。"),
        )
    )
    target = get("cement_bulk_use_rate", end, kind="target")
    out.append(
        _compared(
            "cement_bulk_use_rate_scope",
            _("散装水泥使用率的基线与目标范围不同"),
            reached,
            target.value,
            _("{a}（{a_clause}，{a_area}） 与 {b}（{b_clause}，{b_area}）").format(
                a=reached.text(),
                a_clause=reached.clause,
                a_area=binding_text(reached.binding_area),
                b=target.text(),
                b_clause=target.clause,
                b_area=binding_text(target.binding_area),
            ),
            [target],
            open_=reached.binding_area != target.binding_area,
            explanation=_("分母分别是全部水泥和建设工程用水泥；填报实绩前要先定范围。"),
        )
    )
    cement, bulk = get("cement_use", base), get("cement_bulk_use", base)
    bags = get("cement_bagged_use", base, series="合计")
    rest = cement.value - bulk.value
    out.append(
        _compared(
            "cement_bagged_rest_2010",
            _("袋装水泥的数量对不上"),
            bags,
            rest,
            f"{_term(cement)} − {_term(bulk)} = {pretty(rest)}",
            [cement, bulk],
            open_=abs(rest - bags.value) > bags.tolerance,
            tolerance=bags.tolerance,
            explanation=_("非散装水泥比袋装水泥的用途说明多出 {rest} 万t，规划没有交代去向。").format(
                rest=pretty(rest - bags.value)
            ),
        )
    )
    wet = get("mortar_use", base, series="预拌湿砂浆")
    dry_use = get("mortar_use", base, series="干混砂浆")
    bulk_rate = get("mortar_bulk_rate", base)
    all_bulk = divide(wet.value * 100 + dry_use.value * bulk_rate.value, wet.value + dry_use.value)
    aim = get("mortar_bulk_rate", end, kind="target")
    out.append(
        _compared(
            "mortar_bulk_rate_scope",
            _("砂浆散装率的基线与目标口径不同"),
            bulk_rate,
            all_bulk,
            f"({pretty(wet.value)} + {pretty(dry_use.value)} × {bulk_rate.text()}) ÷ "
            f"{pretty(wet.value + dry_use.value)} = {pretty(all_bulk)} %",
            [wet, dry_use, aim],
            open_=bulk_rate.series != aim.series and abs(all_bulk - bulk_rate.value) > bulk_rate.tolerance,
            tolerance=bulk_rate.tolerance,
            explanation=_(
                "基线只计普通干混砂浆；湿砂浆本来就是散装，若目标计入湿砂浆，2010 年已是 {rate} %，离目标 {aim} 很近。"
            ).format(rate=pretty(all_bulk), aim=aim.text()),
        )
    )
    everything = get("precast_use", end, kind="target")
    rail, housing = (
        get("precast_demand", end, series="轨道交通和高速铁路"),
        get("precast_housing_capacity", end, kind="target"),
    )
    rest = everything.value - rail.value
    out.append(
        _compared(
            "precast_2015_rail_and_housing",
            _("预制构件总量容不下住宅部品产能"),
            housing,
            rest,
            f"{_term(everything)} − {local(rail, 'series')} {rail.text()} = {pretty(rest)}",
            [everything, rail],
            open_=rest < housing.value,
            explanation=_(
                "扣除轨道交通后只剩 {rest} 万m³，而住宅部品产能要建到 {housing}；两者的范围应当说明。"
            ).format(rest=pretty(rest), housing=housing.text()),
        )
    )
    planned = float(bulk_path(frame)["bulk_wan_t"].sum())
    for item in savings(frame):
        agrees = abs(item.plan_path - item.expected.value) <= item.expected.tolerance
        formula = (
            f"{pretty(item.saved.value, digits=item.saved.digits)} ÷ "
            f"{pretty(get('cement_bulk_use', item.saved.period).value)} × "
            f"{pretty(planned)} = {pretty(item.plan_path)}"
        )
        if not item.same_definition:
            verdict = Verdict.AGREES if agrees else Verdict.CONFLICT
            text = _(
                "过去只计{past}，预期计{future}，两个数不能相比；按过去的系数，预期需要 {bulk} 万t 散装水泥。"
            ).format(
                past=local(item.saved, "series"),
                future=local(item.expected, "series"),
                bulk=pretty(item.implied_bulk_wan_t, digits=0),
            )
        elif agrees:
            verdict, text = Verdict.AGREES, _("过去的系数乘以规划路径的散装水泥量，与预期相符。")
        else:
            verdict = Verdict.DIFFERS
            text = _(
                "按过去的系数，预期只需 {bulk} 万t 散装水泥；规划路径有 {path} 万t。系数或路径与规划所用的不同。"
            ).format(
                bulk=pretty(item.implied_bulk_wan_t, digits=0),
                path=pretty(planned, digits=0),
            )
        out.append(
            AuditItem(
                f"{item.expected.indicator}_2011_2015",
                f"{local(item.expected)} {item.expected.period}",
                formula,
                _where(item.expected, item.saved),
                item.expected.value,
                item.plan_path,
                item.plan_path - item.expected.value,
                item.expected.tolerance,
                item.expected.unit,
                verdict,
                text,
            )
        )
    return out


def audit(frame: pd.DataFrame) -> tuple[AuditItem, ...]:
    """Recompute every derivable figure of the plan and list the places that contradict each other.

    Everything is computed from the frame: a changed figure changes the audit. A stated figure *agrees* with its
    recomputation when they differ by no more than half of its own last digit, else it *differs*; a *conflict* is
    two statements that cannot both hold as they stand.

    Raises
    ------
    DataError
        Naming the figure that the audit needs and cannot find.
    """
    book = Book(frame)
    order = {Verdict.CONFLICT: 0, Verdict.DIFFERS: 1, Verdict.AGREES: 2}
    found = [*_recomputations(book), *_plausibility(book), *_conflicts(book, frame)]
    return tuple(sorted(found, key=lambda item: order[item.verdict]))


def open_items(items: Sequence[AuditItem]) -> tuple[AuditItem, ...]:
    """Findings that someone has to settle: conflicts and figures that differ."""
    return tuple(item for item in items if item.verdict is not Verdict.AGREES)


def audit_table(items: Sequence[AuditItem]) -> pd.DataFrame:
    """The audit as a table in the reader's language."""
    return pd.DataFrame(
        [
            {
                _("结论"): verdict_text(item.verdict),
                _("核对内容"): item.title,
                _("算式或两处说法"): item.formula,
                _("原文"): item.stated,
                _("重算"): round(item.recomputed, 2),
                _("相差"): round(item.difference, 2),
                _("容差"): item.tolerance,
                _("单位"): unit_text(item.unit),
                _("条款与来源"): "；".join(item.clauses),
                _("解释"): item.explanation,
            }
            for item in items
        ]
    )
