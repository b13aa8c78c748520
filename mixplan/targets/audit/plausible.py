"""Five-year totals, rates and targets that must lie between other figures of the plan."""

from math import inf

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import divide
from mixplan.plan.figures import Book, Figure
from mixplan.plan.words import direction_text, pretty
from mixplan.targets.audit.items import BASE, END, PAST, PRECAST, AuditItem, Check, Found, between, term


def concrete_output_total(book: Book) -> Found:
    """Concrete of five years: the yearly mean lies between the first year's output and the last."""
    capacity, output = book.get("concrete_capacity", BASE), book.get("concrete_output", BASE)
    growth, old_rate = book.get("concrete_capacity_growth", PAST), book.get("concrete_utilisation", BASE - 5)
    first = capacity.value / (1 + growth.value / 100) * old_rate.value / 100
    total = book.get("concrete_output", PAST)
    low, high = sorted((first, output.value))
    yield between(
        "concrete_output_total",
        _("预拌混凝土五年累计供应量的年均值"),
        (total, capacity, growth, old_rate, output),
        total.value / 5,
        (low, high),
        f"{pretty(low)} ≤ {pretty(total.value)} ÷ 5 ≤ {pretty(high)}",
    )


def bulk_use_rate_average(book: Book) -> Found:
    """The five-year mean of the bulk use rate lies between its first and its last year."""
    series = book.get("cement_bulk_use_rate", END, kind="target").series
    average = book.get("cement_bulk_use_rate", PAST)
    rate = book.get("cement_bulk_use_rate", BASE, kind="actual", binding_area="city")
    before = book.get("cement_bulk_use_rate", BASE - 5, series=series)
    low, high = sorted((before.value, rate.value))
    yield between(
        "cement_bulk_use_rate_average",
        _("散装水泥使用率的五年平均"),
        (average, before, rate),
        average.value,
        (low, high),
        f"{before.text()} ≤ {average.text()} ≤ {rate.text()}",
    )


def cement_use_average(book: Book) -> Found:
    """Cement used a year, by bulk cement and its rate, is not above the last year's use."""
    average = book.get("cement_bulk_use_rate", PAST)
    bulk, cement = book.get("cement_bulk_use", PAST), book.get("cement_use", BASE)
    yield between(
        "cement_use_average",
        _("由累计散装量和平均使用率推出的年均水泥使用量"),
        (cement, bulk, average),
        divide(bulk.value * 100, average.value) / 5,
        (0.0, cement.value),
        f"{term(bulk)} ÷ {average.text()} ÷ 5 ≤ {term(cement)}",
    )


def cement_output_average(book: Book) -> Found:
    """Cement made a year, by bulk supply and its rate, is not above the capacity there was."""
    supply, supply_rate = book.get("cement_bulk_supply", PAST), book.get("cement_bulk_supply_rate", PAST)
    now, retired = book.get("cement_capacity", BASE), book.get("cement_capacity_retired", PAST)
    yield between(
        "cement_output_average",
        _("由累计散装供应量和供应率推出的年均水泥产量"),
        (supply, supply_rate, now, retired),
        divide(supply.value * 100, supply_rate.value) / 5,
        (0.0, now.value + retired.value),
        f"{term(supply)} ÷ {supply_rate.text()} ÷ 5 ≤ {term(now)} + {term(retired)}",
    )


def concrete_limit(book: Book) -> Found:
    """The ceiling of concrete capacity lies between the demand forecast and today's capacity."""
    limit, demand = book.get("concrete_capacity", END, kind="target"), book.get("concrete_demand", END)
    capacity = book.get("concrete_capacity", BASE)
    yield between(
        "concrete_limit_2015",
        _("预拌混凝土产能上限"),
        (limit, demand, capacity),
        limit.value,
        (demand.value, capacity.value),
        f"{term(demand)} ≤ {limit.text()} ≤ {term(capacity)}",
    )


def target_sides(book: Book) -> Found:
    """Targets lie beyond their baselines, on the side that they aim at."""
    for indicator in ("cement_capacity", "cement_bulk_supply_rate", "cement_bulk_use_rate", "mortar_use"):
        aim = book.get(indicator, END, kind="target")
        stated = [f for f in book.all(indicator, series=aim.series, kind="actual") if f.clause]
        start = max(stated, key=lambda f: f.year)
        most = 100.0 if aim.unit == "%" else inf
        yield between(
            f"{indicator}_target_side",
            _("目标比基线更进一步：{name}").format(name=local(aim)),
            (aim, start),
            aim.value,
            (start.value, most) if aim.direction == "at_least" else (0.0, start.value),
            _("，").join([f"{direction_text(aim.direction)} {aim.text()}", f"{start.when} {start.text()}"]),
        )


def mortar_use_target(book: Book) -> Found:
    """The target for mortar use is not above the demand forecast."""
    wanted, used = book.get("mortar_demand", END), book.get("mortar_use", END, kind="target")
    yield between(
        "mortar_use_target_demand",
        _("砂浆使用目标不超过需求预测"),
        (used, wanted),
        used.value,
        (0.0, wanted.value),
        f"{used.text()} ≤ {wanted.text()}",
    )


def housing_milestone(book: Book) -> Found:
    """The milestone for housing parts is not above the final target."""
    step = book.all("precast_housing_capacity", kind="milestone")[0]
    aim = book.get("precast_housing_capacity", END, kind="target")
    yield between(
        "precast_housing_milestone",
        _("住宅部品产能的节点目标不超过期末目标"),
        (step, aim),
        step.value,
        (0.0, aim.value),
        f"{step.text()} ({step.when}) ≤ {aim.text()} ({aim.when})",
    )


def housing_total(book: Book) -> Found:
    """Housing a year, by its industrialised part and the share, is not above all building work."""
    yearly = book.all("housing_industrialised", kind="forecast")[0]
    share = book.get("housing_industrialised_share", END, kind="target")
    works = book.get("building_work", PAST)
    yield between(
        "housing_implied_total",
        _("由产业化住宅量和占比推出的年住宅施工量"),
        (yearly, share, works),
        divide(yearly.value * 100, share.value),
        (0.0, works.value * 10000),
        f"{yearly.text()} ÷ {share.text()} ≤ {works.text()}",
    )


def mortar_limit(book: Book) -> Found:
    """Mortar capacity of today and of the new lines is within the ceiling."""
    ceiling, dry = book.get("mortar_capacity", END, kind="target"), book.get("mortar_capacity", BASE)
    added = book.get("mortar_new_capacity", END, kind="target")
    lines = book.get("mortar_new_lines", END, kind="target")
    yield between(
        "mortar_capacity_limit_2015",
        _("干混砂浆现有与新增产能不超过上限"),
        (added, dry, ceiling, lines),
        dry.value + added.value,
        (0.0, ceiling.value),
        f"{pretty(dry.value)} + {pretty(added.value)} ≤ {ceiling.text()}",
    )


def mortar_line_size(book: Book) -> Found:
    """A new mortar line is not smaller than today's mean works."""
    dry, works = book.get("mortar_capacity", BASE), book.get("mortar_producers", BASE)
    added = book.get("mortar_new_capacity", END, kind="target")
    lines = book.get("mortar_new_lines", END, kind="target")
    yield between(
        "mortar_line_size",
        _("新建线的平均产能不小于现有企业的平均产能"),
        (lines, added, dry, works),
        divide(added.value, lines.value),
        (divide(dry.value, works.value), inf),
        f"{term(added)} ÷ {term(lines)} ≥ {term(dry)} ÷ {term(works)}",
        unit=added.unit,
    )


def _not_below(item: str, title: str, more: Figure, less: Figure) -> AuditItem:
    formula = f"{term(more)} ≥ {term(less)}"
    return between(item, title, (more, less), more.value, (less.value, inf), formula)


def concrete_sites(book: Book) -> Found:
    """Every licensed concrete company has at least one station."""
    sites, companies = book.get("concrete_sites", BASE), book.get("concrete_companies", BASE)
    yield _not_below("concrete_sites_2010", _("每家有资质企业至少有一个站点"), sites, companies)


def precast_companies(book: Book) -> Found:
    """Precast companies that still produce are not more than those licensed, and each has a site."""
    licensed = book.get("precast_companies", PRECAST, series="有资质的企业")
    producing = book.get("precast_companies", PRECAST, series="仍在生产的企业")
    sites = book.get("precast_sites", PRECAST)
    yield _not_below("precast_companies_2008", _("仍在生产的预制构件企业不多于有资质的"), licensed, producing)
    yield _not_below("precast_sites_2008", _("仍在生产的预制构件企业至少有一个生产点"), sites, producing)


def bulk_supply_of_the_former_plan(book: Book) -> Found:
    """The supply rate of bulk cement reached the former plan's target."""
    reached = book.get("cement_bulk_supply_rate", BASE, kind="actual")
    aim = book.get("cement_bulk_supply_rate", BASE, kind="other_target")
    yield _not_below("cement_bulk_supply_11th_plan", _("散装供应率完成了“十一五”目标"), reached, aim)


def affordable_housing(book: Book) -> Found:
    """The target for affordable housing is not below that for all housing."""
    affordable = book.get("housing_affordable_share", END, kind="target")
    share = book.get("housing_industrialised_share", END, kind="target")
    yield _not_below("housing_affordable_target", _("保障性住宅的产业化目标不低于全部住宅"), affordable, share)


def precast_utilisation_parts(book: Book) -> Found:
    """The mean use of precast capacity lies between those of the kinds of parts."""
    overall = book.get("precast_utilisation", PRECAST, series="规划口径")
    kinds = [f for f in book.all("precast_utilisation") if f.series != overall.series]
    yield between(
        "precast_utilisation_parts",
        _("预制构件产能利用率的平均数在各类构件之间"),
        (overall, *kinds),
        overall.value,
        (min(f.value for f in kinds), max(f.value for f in kinds)),
        _("；").join(f"{local(f, 'series')} {f.text()}" for f in (overall, *kinds)),
    )


CHECKS: tuple[Check, ...] = (
    concrete_output_total,
    bulk_use_rate_average,
    cement_use_average,
    cement_output_average,
    concrete_limit,
    target_sides,
    mortar_use_target,
    housing_milestone,
    housing_total,
    mortar_limit,
    mortar_line_size,
    concrete_sites,
    precast_companies,
    bulk_supply_of_the_former_plan,
    affordable_housing,
    precast_utilisation_parts,
)
