"""Places where two clauses, or the plan and another source, do not fit together."""

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import divide
from mixplan.plan.figures import Book, Figure
from mixplan.plan.words import binding_text, pretty
from mixplan.targets.audit.items import (
    BASE,
    END,
    PAST,
    AuditItem,
    Check,
    Found,
    Verdict,
    clauses,
    compared,
    term,
)
from mixplan.targets.savings import Saving, bulk_path, savings


def bulk_supply_twice(book: Book) -> Found:
    """The supply rate of bulk cement stands twice, with two numbers."""
    year_end = book.get("cement_bulk_supply_rate", BASE, kind="actual")
    five = book.get("cement_bulk_supply_rate", PAST)
    text = _("一处写 2010 年底，一处写“十一五”期间；口径不同应分别注明，相同则有一处有误。本工具以 2010 年数为基线。")
    yield compared(
        "cement_bulk_supply_94_6_94_7",
        _("水泥散装供应率有两个数"),
        (year_end, five),
        five.value,
        _("{a}（{a_clause}） 与 {b}（{b_clause}）").format(
            a=year_end.text(), a_clause=year_end.clause, b=five.text(), b_clause=five.clause
        ),
        conflict=text if abs(five.value - year_end.value) > year_end.tolerance else "",
        tolerance=year_end.tolerance,
    )


def mortar_demand_scope(book: Book) -> Found:
    """The ban zones are only a part of the city, so they need less mortar."""
    city = book.get("mortar_demand", BASE, binding_area="construction_works")
    zone = book.get("mortar_demand", BASE, binding_area="ban_zone")
    text = _("禁现区只是全市的一部分，需求量不应与全市相同或更大；使用率的分母因此不确定。")
    yield compared(
        "mortar_demand_scope_2010",
        _("砂浆需求量的范围有两种说法"),
        (city, zone),
        zone.value,
        _("全市 {a}（{a_clause}） 与禁现区 {b}（{b_clause}）").format(
            a=city.text(), a_clause=city.clause, b=zone.text(), b_clause=zone.clause
        ),
        conflict=text if zone.value >= city.value else "",
        fine=_("禁现区的需求量小于全市。"),
    )


def _grown_mortar(book: Book) -> tuple[list[Figure], float, str]:
    """Dry-mortar capacity with the new lines: its figures, the sum and the sum in words."""
    dry, added = book.get("mortar_capacity", BASE), book.get("mortar_new_capacity", END, kind="target")
    grown = dry.value + added.value
    return [dry, added], grown, f"{pretty(dry.value)} + {pretty(added.value)} = {pretty(grown)}"


def mortar_demand_above_capacity(book: Book) -> Found:
    """Mortar demand is within the capacity with the new lines."""
    parts, grown, total = _grown_mortar(book)
    demand = book.get("mortar_demand", END)
    text = _(
        "干混砂浆产能即使满负荷也少 {short} 万t；差额要靠搅拌站的湿砂浆和外埠砂浆（四（二）），规划没有给出数量。"
    ).format(short=pretty(demand.value - grown))
    short = grown < demand.value
    yield compared(
        "mortar_demand_2015_capacity",
        _("2015 年砂浆需求超过现有与新增产能"),
        (demand, *parts),
        grown,
        f"{total} < {term(demand)}" if short else f"{total} ≥ {term(demand)}",
        conflict=text if short else "",
    )


def mortar_load(book: Book) -> Found:
    """The target for mortar use needs no higher use of capacity than any that the plan reports."""
    parts, grown, total = _grown_mortar(book)
    use, now = book.get("mortar_use", END, kind="target"), book.get("mortar_utilisation", BASE)
    load = divide(use.value, grown) * 100
    rates = ("concrete_utilisation", "mortar_utilisation", "precast_utilisation")
    highest = max(f.value for rate in rates for f in book.all(rate))
    text = _(
        "若全部由干混砂浆供应，利用率要从 {now} 升到 {load} %，而规划给出的各类利用率最高为 {highest} %；"
        "缺口同样要靠湿砂浆和外埠砂浆。"
    ).format(now=now.text(), load=pretty(load), highest=pretty(highest))
    yield compared(
        "mortar_use_2015_capacity",
        _("2015 年砂浆使用目标所需的产能利用率"),
        (use, *parts, now),
        grown,
        f"{term(use)} ÷ ({total}) = {pretty(load)} %",
        conflict=text if load > highest else "",
    )


def housing_shares(book: Book) -> Found:
    """Later reports give the plan's share of industrialised housing."""
    share = book.get("housing_industrialised_share", END, kind="target")
    for other in book.all("housing_industrialised_share", kind="other_target"):
        # Earlier aims that lie below the plan's may simply be steps towards it.
        clash = other.value != share.value if other.year == share.year else other.value >= share.value
        if not clash:
            continue
        yield compared(
            f"housing_share_{other.year}_{pretty(other.value)}",
            _("产业化住宅占比与后来的报道不一致"),
            (share, other),
            other.value,
            _("{a}（{a_clause}，{a_year}） 与 {b}（{b_clause}，{b_year}）").format(
                a=share.text(),
                a_clause=share.clause,
                a_year=share.year,
                b=other.text(),
                b_clause=other.source,
                b_year=other.year,
            ),
            conflict=_(
                "{when} 年的说法，口径为“{series}”；数值或年份与规划不同，又没有找到期末实绩，孰准无法判断。"
            ).format(when=other.year, series=local(other, "series")),
        )


def bulk_use_of_the_former_plan(book: Book) -> Found:
    """The plan says that the former plan was fulfilled; the use rate of bulk cement is asked."""
    reached = book.get("cement_bulk_use_rate", BASE, kind="actual", binding_area="city")
    aim = book.get("cement_bulk_use_rate", BASE, kind="other_target")
    claim = book.get("cement_bulk_supply_margin", PAST)
    text = _("一（二）1 称“十一五”目标全面完成，而使用率未到上一规划的目标；该目标由“十二五”沿用。")
    yield compared(
        "cement_bulk_use_11th_plan",
        _("“十一五”散装使用率目标并未完成"),
        (reached, claim, aim),
        aim.value,
        _("{a}（{a_clause}） 与目标 {b}（{b_clause}）").format(
            a=reached.text(), a_clause=reached.clause, b=aim.text(), b_clause=aim.source
        ),
        conflict=text if reached.value < aim.value else "",
    )


def bulk_use_scope(book: Book) -> Found:
    """Baseline and target of the bulk use rate count the same cement."""
    reached = book.get("cement_bulk_use_rate", BASE, kind="actual", binding_area="city")
    target = book.get("cement_bulk_use_rate", END, kind="target")
    text = _("分母分别是全部水泥和建设工程用水泥；填报实绩前要先定范围。")
    yield compared(
        "cement_bulk_use_rate_scope",
        _("散装水泥使用率的基线与目标范围不同"),
        (reached, target),
        target.value,
        _("{a}（{a_clause}，{a_area}） 与 {b}（{b_clause}，{b_area}）").format(
            a=reached.text(),
            a_clause=reached.clause,
            a_area=binding_text(reached.binding_area),
            b=target.text(),
            b_clause=target.clause,
            b_area=binding_text(target.binding_area),
        ),
        conflict=text if reached.binding_area != target.binding_area else "",
    )


def bagged_rest(book: Book) -> Found:
    """Cement that is not in bulk is the bagged cement that the plan accounts for."""
    cement, bulk = book.get("cement_use", BASE), book.get("cement_bulk_use", BASE)
    bags = book.get("cement_bagged_use", BASE, series="合计")
    rest = cement.value - bulk.value
    text = _("非散装水泥比袋装水泥的用途说明多出 {rest} 万t，规划没有交代去向。").format(rest=pretty(rest - bags.value))
    yield compared(
        "cement_bagged_rest_2010",
        _("袋装水泥的数量对不上"),
        (bags, cement, bulk),
        rest,
        f"{term(cement)} − {term(bulk)} = {pretty(rest)}",
        conflict=text if abs(rest - bags.value) > bags.tolerance else "",
        tolerance=bags.tolerance,
    )


def mortar_bulk_scope(book: Book) -> Found:
    """Baseline and target of the bulk rate of mortar count the same mortar."""
    wet = book.get("mortar_use", BASE, series="预拌湿砂浆")
    dry = book.get("mortar_use", BASE, series="干混砂浆")
    rate, aim = book.get("mortar_bulk_rate", BASE), book.get("mortar_bulk_rate", END, kind="target")
    both = divide(wet.value * 100 + dry.value * rate.value, wet.value + dry.value)
    text = _(
        "基线只计普通干混砂浆；湿砂浆本来就是散装，若目标计入湿砂浆，2010 年已是 {rate} %，离目标 {aim} 很近。"
    ).format(rate=pretty(both), aim=aim.text())
    yield compared(
        "mortar_bulk_rate_scope",
        _("砂浆散装率的基线与目标口径不同"),
        (rate, wet, dry, aim),
        both,
        f"({pretty(wet.value)} + {pretty(dry.value)} × {rate.text()}) ÷ "
        f"{pretty(wet.value + dry.value)} = {pretty(both)} %",
        conflict=text if rate.series != aim.series and abs(both - rate.value) > rate.tolerance else "",
        tolerance=rate.tolerance,
    )


def precast_room(book: Book) -> Found:
    """The target for precast parts has room for housing parts beside those for rail."""
    everything = book.get("precast_use", END, kind="target")
    rail = book.get("precast_demand", END, series="轨道交通和高速铁路")
    housing = book.get("precast_housing_capacity", END, kind="target")
    rest = everything.value - rail.value
    text = _("扣除轨道交通后只剩 {rest} 万m³，而住宅部品产能要建到 {housing}；两者的范围应当说明。").format(
        rest=pretty(rest), housing=housing.text()
    )
    yield compared(
        "precast_2015_rail_and_housing",
        _("预制构件总量容不下住宅部品产能"),
        (housing, everything, rail),
        rest,
        f"{term(everything)} − {local(rail, 'series')} {rail.text()} = {pretty(rest)}",
        conflict=text if rest < housing.value else "",
    )


def expected_savings(book: Book) -> Found:
    """Expected savings are the past factors times the bulk cement of the plan's path."""
    planned = float(bulk_path(book.frame)["bulk_wan_t"].sum())
    for item in savings(book.frame):
        verdict, text = _saving_verdict(item, planned)
        yield AuditItem(
            f"{item.expected.indicator}_2011_2015",
            f"{local(item.expected)} {item.expected.period}",
            f"{pretty(item.saved.value, digits=item.saved.digits)} ÷ "
            f"{pretty(book.get('cement_bulk_use', item.saved.period).value)} × "
            f"{pretty(planned)} = {pretty(item.plan_path)}",
            clauses([item.expected, item.saved]),
            item.expected.value,
            item.plan_path,
            item.plan_path - item.expected.value,
            item.expected.tolerance,
            item.expected.unit,
            verdict,
            text,
        )


def _saving_verdict(item: Saving, planned: float) -> tuple[Verdict, str]:
    agrees = abs(item.plan_path - item.expected.value) <= item.expected.tolerance
    bulk = pretty(item.implied_bulk_wan_t, digits=0)
    if not item.same_definition:
        text = _("过去只计{past}，预期计{future}，两个数不能相比；按过去的系数，预期需要 {bulk} 万t 散装水泥。").format(
            past=local(item.saved, "series"), future=local(item.expected, "series"), bulk=bulk
        )
        return (Verdict.AGREES if agrees else Verdict.CONFLICT), text
    if agrees:
        return Verdict.AGREES, _("过去的系数乘以规划路径的散装水泥量，与预期相符。")
    return Verdict.DIFFERS, _(
        "按过去的系数，预期只需 {bulk} 万t 散装水泥；规划路径有 {path} 万t。系数或路径与规划所用的不同。"
    ).format(bulk=bulk, path=pretty(planned, digits=0))


CHECKS: tuple[Check, ...] = (
    bulk_supply_twice,
    mortar_demand_scope,
    mortar_demand_above_capacity,
    mortar_load,
    housing_shares,
    bulk_use_of_the_former_plan,
    bulk_use_scope,
    bagged_rest,
    mortar_bulk_scope,
    precast_room,
    expected_savings,
)
