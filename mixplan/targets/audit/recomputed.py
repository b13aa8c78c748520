"""Figures of the plan that other figures of the plan determine."""

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import divide
from mixplan.plan.figures import Book, Figure
from mixplan.plan.words import pretty
from mixplan.targets.audit.items import BASE, END, PAST, PRECAST, Check, Found, quotient, recomputed, term
from mixplan.targets.savings import FACTOR_UNITS


def _mortar_use(book: Book, year: int) -> Figure:
    """Mortar of all sorts used in a year."""
    return book.get("mortar_use", year, series=book.get("mortar_use", END, kind="target").series)


def _wet_mortar(book: Book) -> Figure:
    return book.get("mortar_use", BASE, series="预拌湿砂浆")


def concrete_utilisation(book: Book) -> Found:
    """Concrete capacity in use: output ÷ capacity."""
    yield quotient(
        "concrete_utilisation_2010",
        book.get("concrete_utilisation", BASE),
        book.get("concrete_output", BASE),
        book.get("concrete_capacity", BASE),
    )


def concrete_multiple(book: Book) -> Found:
    """How many times its output the concrete capacity is."""
    yield quotient(
        "concrete_capacity_multiple_2010",
        book.get("concrete_capacity_multiple", BASE),
        book.get("concrete_capacity", BASE),
        book.get("concrete_output", BASE),
        1.0,
    )


def mortar_use_rate(book: Book) -> Found:
    """Ready-mixed mortar among the mortar that construction works need."""
    demand = book.get("mortar_demand", BASE, binding_area="construction_works")
    yield quotient("mortar_use_rate_2010", book.get("mortar_use_rate", BASE), _mortar_use(book, BASE), demand)


def mortar_wet_share(book: Book) -> Found:
    """Wet mortar among the mortar used."""
    wet, use = _wet_mortar(book), _mortar_use(book, BASE)
    yield recomputed(
        "mortar_wet_share_2010",
        book.get("mortar_wet_share", BASE),
        divide(wet.value, use.value) * 100,
        f"{term(wet, 'series')} ÷ {term(use)} × 100",
        (wet, use),
    )


def mortar_dry_use(book: Book) -> Found:
    """Dry mortar used: all mortar without the wet."""
    wet, use = _wet_mortar(book), _mortar_use(book, BASE)
    dry = book.get("mortar_use", BASE, series="干混砂浆")
    yield recomputed(
        "mortar_dry_use_2010",
        dry,
        use.value - wet.value,
        f"{term(use)} − {term(wet, 'series')}",
        [wet],
        title=local(dry, "series"),
    )


def mortar_growth(book: Book) -> Found:
    """How much mortar use has grown in five years."""
    use, old = _mortar_use(book, BASE), _mortar_use(book, BASE - 5)
    yield recomputed(
        "mortar_use_growth",
        book.get("mortar_use_growth", PAST),
        divide(use.value, old.value) - 1,
        f"{term(use)} ÷ {term(old)} − 1",
        (use, old),
    )


def mortar_utilisation(book: Book) -> Found:
    """Mortar capacity in use: output ÷ capacity."""
    yield quotient(
        "mortar_utilisation_2010",
        book.get("mortar_utilisation", BASE),
        book.get("mortar_output", BASE),
        book.get("mortar_capacity", BASE),
    )


def precast_utilisation(book: Book) -> Found:
    """Capacity for precast parts in use: output ÷ capacity."""
    yield quotient(
        "precast_utilisation_2008",
        book.get("precast_utilisation", PRECAST, series="规划口径"),
        book.get("precast_output", PRECAST),
        book.get("precast_capacity", PRECAST),
    )


def bulk_use_rate(book: Book) -> Found:
    """Cement used in bulk among all cement used."""
    yield quotient(
        "cement_bulk_use_rate_2010",
        book.get("cement_bulk_use_rate", BASE, kind="actual", binding_area="city"),
        book.get("cement_bulk_use", BASE),
        book.get("cement_use", BASE),
    )


def bulk_use_rate_target(book: Book) -> Found:
    """The target for bulk cement: forecast in bulk ÷ forecast of all cement."""
    yield quotient(
        "cement_bulk_use_rate_2015",
        book.get("cement_bulk_use_rate", END, kind="target"),
        book.get("cement_bulk_demand", END),
        book.get("cement_demand", END),
    )


def bagged_cement(book: Book) -> Found:
    """Bagged cement: the city's own and what came from Hebei."""
    parts = [book.get("cement_bagged_use", BASE, series=series) for series in ("本市产品", "河北省进京")]
    yield recomputed(
        "cement_bagged_2010",
        book.get("cement_bagged_use", BASE, series="合计"),
        sum(f.value for f in parts),
        " + ".join(f"{local(f, 'series')} {f.text()}" for f in parts),
        parts,
    )


def cement_works_closed(book: Book) -> Found:
    """Cement works closed in five years: those before without those after."""
    then, now = book.get("cement_producers", BASE - 5), book.get("cement_producers", BASE)
    yield recomputed(
        "cement_producers_closed",
        book.get("cement_producers_closed", PAST),
        then.value - now.value,
        f"{pretty(then.value)} − {pretty(now.value)}",
        (then, now),
    )


def bulk_supply_margin(book: Book) -> Found:
    """By how much the supply of bulk cement went beyond the former plan's target."""
    reached = book.get("cement_bulk_supply_rate", PAST)
    aim = book.get("cement_bulk_supply_rate", BASE, kind="other_target")
    yield recomputed(
        "cement_bulk_supply_margin",
        book.get("cement_bulk_supply_margin", PAST),
        reached.value - aim.value,
        f"{reached.text()} − {aim.text()}",
        (reached, aim),
    )


def precast_use_target(book: Book) -> Found:
    """The target for precast parts is the demand that is forecast."""
    demand = book.get("precast_demand", END, series="各类构件")
    use = book.get("precast_use", END, kind="target")
    yield recomputed("precast_use_2015", use, demand.value, f"{term(demand)} = {term(use)}", [demand])


def bag_mass(book: Book) -> Found:
    """What a bag of cement weighs by the bags that were saved."""
    saved, used = book.get("savings_bags", PAST), book.get("cement_bulk_use", PAST)
    yield recomputed(
        "savings_bag_mass",
        book.get("bag_mass", BASE),
        divide(used.value, saved.value * FACTOR_UNITS[saved.unit][0]) * 1000,
        f"{term(used)} ÷ {term(saved)}",
        (saved, used),
        explanation=_("节约的包装袋按每袋水泥净重折算，与标准袋重比较。"),
    )


def co2_per_energy(book: Book) -> Found:
    """CO₂ saved per energy saved is the same in the past and in the forecast."""
    co2, energy = book.get("savings_co2", PAST), book.get("savings_energy", PAST)
    more_co2, more_energy = (book.all(i, kind="forecast")[0] for i in ("savings_co2", "savings_energy"))
    yield recomputed(
        "savings_co2_per_energy",
        more_co2,
        divide(co2.value, energy.value) * more_energy.value,
        f"{term(co2)} ÷ {term(energy)} × {term(more_energy)}",
        (co2, energy, more_energy),
        title=_("减碳与节能之比前后一致"),
    )


CHECKS: tuple[Check, ...] = (
    concrete_utilisation,
    concrete_multiple,
    mortar_use_rate,
    mortar_wet_share,
    mortar_dry_use,
    mortar_growth,
    mortar_utilisation,
    precast_utilisation,
    bulk_use_rate,
    bulk_use_rate_target,
    bagged_cement,
    cement_works_closed,
    bulk_supply_margin,
    precast_use_target,
    bag_mass,
    co2_per_energy,
)
