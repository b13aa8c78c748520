"""What a change of a project is, in words: every item of it by a name that planners know, with both values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.base.numbers import at_most_pct
from mixplan.city.sectors import SECTORS, sector_label
from mixplan.consolidation import settings as consolidation_settings
from mixplan.plan.rules import Parameter, RuleBook
from mixplan.plan.words import action_label, unit_text
from mixplan.projects import comparison
from mixplan.projects.changes import Item, inverse
from mixplan.projects.comparison import FIGURES, figure_label
from mixplan.projects.links import WORKS
from mixplan.projects.project import Path, Project, at
from mixplan.projects.rows import Clash
from mixplan.projects.trail import ABOUT, LINKS, NOTE, REDO, UNDO, Change
from mixplan.siting import asked as siting_asked

Names = Callable[[str], str]
"""What an id is called: of a station, a site, a scenario, a step of the story."""

_ANY, _UNTOLD, _REST = "*", "?", "**"  # an id, one that nobody knows by name, whatever follows
_MOST_SIGNS = 60  # of a text that somebody has written
_MOST_ALIKE = 3  # items of one sort that are named one by one
_SOLVED, _BEGUN = ("siting", "desk", "solved"), ("siting", "desk", "begun")
_NOTHING = (None, "")
_FOUND = {("siting", "desk", "plan"), ("siting", "desk", "impossible")}  # what an answer brings with it


@dataclass(frozen=True)
class Words:
    """How items of one sort are told.

    Attributes
    ----------
    title : str
        What they are called.
    unit : str
        Of their values.
    value : mapping
        Words of values that are codes.
    usual : Any
        What holds where nothing stands, and is shown so; None for nothing.
    whole : bool
        Whether only that it has changed is told, not to what.
    new, gone : str
        How it is told where nothing stood there, or stands there any more; empty for as any other change. They may
        name ``{names}``, ``{before}`` and ``{after}``.
    between : str
        Sign between the two numbers of a range; empty for a list.
    percent : bool
        Whether a share is told in per cent.
    """

    title: str
    unit: str = ""
    value: Mapping[Any, str] | None = None
    usual: Any = None
    whole: bool = False
    new: str = ""
    gone: str = ""
    between: str = ""
    percent: bool = False


def change_words(change: Change, book: RuleBook, names: Names = str) -> list[str]:
    """A change in words, a part for each item or for many alike.

    Parameters
    ----------
    names : callable
        What the ids in it are called.
    """
    (told,) = trail_words([change], book, names)
    return told


def trail_words(changes: Iterable[Change], book: RuleBook, names: Names = str) -> list[list[str]]:
    """Changes in words, each as `change_words` tells it."""
    table = _all_words(book)
    return [_change_words(change, table, names) for change in changes]


def _change_words(change: Change, table: Mapping[str, Words], names: Names) -> list[str]:
    if change.kind == NOTE:
        return [_("第 {revision} 版的备注").format(revision=change.of)]
    begins = {"create": _("项目建立"), "duplicate": _("复制项目"), "import": _("导入项目文件")}
    if change.kind in begins:  # its name and state are no news
        own = [item for item in change.items if item.path[0] != ABOUT]
        return [begins[change.kind], *_items_words(own, table, names)]
    turned = {UNDO: _("撤销：{what}"), REDO: _("重做：{what}")}
    said = _items_words(change.items, table, names)
    return [turned[change.kind].format(what=_("；").join(said))] if change.kind in turned else said


def undo_words(change: Change, book: RuleBook, names: Names = str) -> list[str]:
    """What a change is that undo would take back, or, of an undo, what redo would make again."""
    return items_words(inverse(change.items) if change.kind == UNDO else change.items, book, names)


def clash_words(clash: Clash, book: RuleBook, names: Names = str) -> tuple[str, str, str]:
    """What two have set otherwise: its name, what this planner wants, and what stands there."""
    branch, path = _branch(clash.path)
    words, ids = words_of(path, _all_words(book))
    title = _titled(words, [names(one) for one in ids])
    return _in(branch, title, names), _value(clash.mine, words, path), _value(clash.theirs, words, path)


def items_words(items: Iterable[Item], book: RuleBook, names: Names = str, *, done: bool = True) -> list[str]:
    """Items in words; of many alike only their number is told.

    Parameters
    ----------
    done : bool
        Whether they are what somebody has done; else what two works differ in, told by both values.
    """
    return _items_words(items, _all_words(book), names, done=done)


def _items_words(items: Iterable[Item], table: Mapping[str, Words], names: Names, *, done: bool = True) -> list[str]:
    alike: dict[tuple[str, str], dict[str, None]] = {}
    for item in _news(items):
        branch, path = _branch(item.path)
        try:
            words, ids = words_of(path, table)
            words = words if done else replace(words, new="", gone="")
            title, told = words.title, _told(Item(path, item.before, item.after), words, [names(one) for one in ids])
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            # A trail may be of another release, and one that was carried here may hold anything.
            title = _("其他内容")
            told = _("{title} {names}").format(title=title, names=_short(".".join(path)))
        alike.setdefault((branch, title), {})[told] = None
    said = []
    for (branch, title), parts in alike.items():
        lines = list(parts)
        if len(lines) > _MOST_ALIKE:
            lines = [_("{title} {count} 处").format(title=title, count=len(lines))]
        said += [_in(branch, line, names) for line in lines]
    return said


def _in(branch: str, text: str, names: Names) -> str:
    return _("方案“{name}”：{what}").format(name=names(branch), what=text) if branch else text


def _news(items: Iterable[Item]) -> list[Item]:
    """Items without what a new or a deleted scenario holds: that it is new, or gone, says it all."""
    items = [item for item in items if item.path != ("format",)]
    told = {item.path for item in items}
    solved = {item.path[:-1] for item in items if item.path[-3:] == _SOLVED and _is_result(item.after)}
    items = [item for item in items if not _is_detail(item.path, told) and not _is_of_a_desk(item.path, told, solved)]
    whole = {item.path[:2] for item in items if _is_name(item.path) and None in (item.before, item.after)}
    return [item for item in items if item.path[:2] not in whole or _is_name(item.path)]


def _is_detail(path: Path, told: set[Path]) -> bool:
    """Whether something belongs to a comment, answer or settling that the same change tells by its words."""
    if path[0] != "comments" or path[-1] in ("text", "resolved_by"):
        return False
    whole = path[: 4 if path[2:3] == ("replies",) else 2]
    return (*whole, "resolved_by" if path[-1] == "resolved_at" else "text") in told


def _is_of_a_desk(path: Path, told: set[Path], solved: set[Path]) -> bool:
    """Whether something of the new lines follows from what the same change tells of them."""
    _id, own = _branch(path)
    if own == _BEGUN:
        return any(one[: len(path) - 1] == path[:-1] and one != path for one in told)
    desk = (*path[: len(path) - len(own)], *_SOLVED[:-1])
    return desk in solved and (own[:3] in _FOUND or own[:2] == ("siting", "bounds"))


def _is_name(path: Path) -> bool:
    return len(path) == 3 and path[0] == "scenarios" and path[2] == "name"


def _branch(path: Path) -> tuple[str, Path]:
    """The scenario in which something stands, empty for the project's own work, and where it stands there."""
    return (path[1], path[3:]) if path[0] == "scenarios" and path[2:3] == ("work",) and path[3:] else ("", path)


def words_of(path: Path, table: Mapping[str, Words]) -> tuple[Words, list[str]]:
    """How something in a project is told, by a table of ways to it, and the ids on this one.

    Raises
    ------
    KeyError
        Where no words are known for it.
    """
    for pattern, words in table.items():
        keys = pattern.split(".")
        if keys[-1] == _REST and len(path) >= len(keys) - 1:
            keys = [*keys[:-1], *path[len(keys) - 1 :]]
        if len(keys) == len(path) and all(key in (_ANY, _UNTOLD, part) for key, part in zip(keys, path, strict=True)):
            return words, [part for key, part in zip(keys, path, strict=True) if key == _ANY]
    raise KeyError(".".join(path))


def _told(item: Item, words: Words, ids: list[str]) -> str:
    title = _titled(words, ids)
    before, after = (_value(value, words, item.path) for value in (item.before, item.after))
    own = (words.new if item.before in _NOTHING else "") or (words.gone if item.after in _NOTHING else "")
    if own:
        return own.format(names=_("、").join(ids), before=before, after=after)
    if words.whole:
        return _("{title}有改动").format(title=title)
    if _is_result(item.after):
        text = _("{title}已求解：{figures}") if item.after.get("made_at") else _("{title}由随附方案开始：{figures}")
        return text.format(title=title, figures=figures_words(item.after.get("figures", {})))
    told = _("{title}：{before}→{after}").format(title=title, before=before, after=after)
    return f"{told} {words.unit}" if words.unit else told


def _titled(words: Words, ids: list[str]) -> str:
    """The title with what it is about."""
    return _("{title} {names}").format(title=words.title, names="、".join(ids)) if ids else words.title


def _is_result(value: Any) -> bool:
    return isinstance(value, dict) and "inputs" in value


def figures_words(figures: Mapping[str, float | None]) -> str:
    """The few numbers of a result."""
    words = {
        "sites": _("留 {value:.0f} 站"),
        "flagged": _("其中需治理 {value:.0f}"),
        "haul_km": _("平均运距 {value:.1f} km"),
        "gap_pct": _("差距 {value:.2f} %"),
        "cost": _("代价 {value:,.0f}"),
        "bound": _("下界 {value:,.0f}"),
    }
    gap = figures.get("gap_pct")
    told = figures if gap is None else {**figures, "gap_pct": at_most_pct(gap / 100, 2)}  # as the pages say it
    known = [text.format(value=told[name]) for name, text in words.items() if told.get(name) is not None]
    return _("，").join(known) or _("有结果")


def _value(value: Any, words: Words, path: Path) -> str:
    if value is None:
        value = words.usual if words.usual is not None else _shipped(path)
    if isinstance(value, bool):
        value = {True: _("是"), False: _("否")}[value]
    if words.value is not None and isinstance(value, str | int):
        return words.value.get(value, str(value))
    if isinstance(value, dict):
        return _("有结果") if _is_result(value) else str(value.get("name", "…"))
    if isinstance(value, list | tuple):
        return (words.between or _("、")).join(_value(one, words, path) for one in value) or _("没有")
    if isinstance(value, float | int):
        value = value * 100 if words.percent else value
        return f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"
    return _("没有") if value in (None, "") else _short(str(value))


def _short(text: str) -> str:
    """The beginning of a longer text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_SIGNS else f"{line[:_MOST_SIGNS]}…"


def _shipped(path: Path) -> Any:
    """What stands somewhere in a project in which nothing has been set."""
    try:
        return at(Project(), path)
    except AttributeError:
        return None


def _all_words(book: RuleBook) -> dict[str, Words]:
    """Words of everything that can stand in a project, by the way to it."""
    return {
        **_of_the_project(),
        "margin_m": Words(_("敏感区外扩距离"), "m", usual=book.margin_m),
        **_of_siting(book),
        **_of_consolidation(book),
        **_of_the_rest(book),
    }


def _of_the_project() -> dict[str, Words]:
    shipped = _("随附")
    states = {"active": _("在用"), "archived": _("已归档"), "deleted": _("已删除")}
    return {
        f"{ABOUT}.name": Words(_("项目名称")),
        f"{ABOUT}.state": Words(_("项目状态"), value=states),
        f"{ABOUT}.owner": Words(_("项目的所有者")),
        f"{ABOUT}.private": Words(_("只有所有者和管理员能看"), usual=False),
        f"{ABOUT}.{LINKS}.{_UNTOLD}": Words(_("查看链接"), value={WORKS: _("可用")}, usual=_("没有")),
        f"{ABOUT}.{_REST}": Words(_("项目的归属"), whole=True),
        "register": Words(_("登记册"), usual=shipped),
        "network": Words(_("路网"), usual=_("直线距离")),
        "scenarios.?.name": Words(_("方案名称"), new=_("新建方案“{after}”"), gone=_("删除方案“{before}”")),
        "comparison.columns": Words(_("对比的列"), whole=True),
        "comparison.by": Words(_("对比方式"), value={"scenario": _("按方案"), "year": _("按年份")}),
        "comparison.cards": Words(_("对比的内容"), whole=True),
        "comments.*.text": Words(_("批注"), new=_("批注 {names}：{after}"), gone=_("删去批注 {names}：{before}")),
        "comments.*.resolved_by": Words(
            _("批注由谁解决"), new=_("批注已解决 {names}（{after}）"), gone=_("重新打开批注 {names}")
        ),
        "comments.*.replies.?.text": Words(
            _("批注的回复"), new=_("回复批注 {names}：{after}"), gone=_("删去对批注 {names} 的回复：{before}")
        ),
        f"comments.*.{_REST}": Words(_("批注的对象、人员和时间"), whole=True),
        **{f"acceptance.{code}.least": _limit(code, _("可接受的{figure}下限")) for code in FIGURES},
        **{f"acceptance.{code}.most": _limit(code, _("可接受的{figure}上限")) for code in FIGURES},
    }


def _limit(code: str, title: str) -> Words:
    return Words(title.format(figure=figure_label(code)), comparison.unit_text(code))


def _parameter(row: Parameter) -> Words:
    return Words(local(row, "title"), unit_text(row.unit), usual=row.value)


def _of_siting(book: RuleBook) -> dict[str, Words]:
    found = {f"siting.wishes.{name}": _parameter(book.parameters[row]) for name, row in siting_asked.PARAMETERS.items()}
    found |= {
        "siting.wishes.objective": Words(_("优化目标"), value={"haul": _("运输量最小"), "coverage": _("覆盖最多")}),
        "siting.wishes.at_most": Words(_("条数是否为上限")),
        "siting.wishes.limit_haul": Words(_("是否限制最大运距")),
        "siting.wishes.max_haul_km": _parameter(book.parameters["siting_max_haul_km"]),
        "siting.wishes.grid_km": _parameter(book.parameters["siting_grid_km"]),
        "siting.wishes.keep_off_approximate": Words(_("范围近似的敏感区是否排除")),
        "siting.wishes.imports": Words(_("是否计入外埠供应")),
        "siting.wishes.wet_mortar": Words(_("是否计入搅拌站湿砂浆")),
        "siting.wishes.gap": Words(_("新线求解的差距要求"), "%", percent=True),
        "siting.wishes.time_s": Words(_("新线求解的时限"), "s"),
        "siting.wishes.seed": Words(_("新线求解的随机种子")),
        "siting.desk.begun": Words(_("是否开始拟定新线")),
        "siting.desk.plan.*": Words(_("新线"), _("条"), usual=0),
        "siting.desk.locked.*": Words(
            _("锁定的新线"), _("条"), usual=0, new=_("锁定新线 {names}：{after} 条"), gone=_("解锁新线 {names}")
        ),
        "siting.desk.forbidden.*": Words(
            _("禁用的候选点"), usual=False, new=_("禁用候选点 {names}"), gone=_("不再禁用候选点 {names}")
        ),
        "siting.desk.own.*": Words(
            _("自加的点"), new=_("加自己的点 {names}（{after}）"), gone=_("删去自己的点 {names}（{before}）")
        ),
        "siting.desk.solved": Words(_("新线方案")),
        "siting.desk.impossible": Words(_("新线要求无法全部满足的结论"), new=_("求解得出：新线的要求无法全部满足")),
        "siting.demand": Words(_("需求点文件"), usual=_("随附")),
        "siting.candidates": Words(_("候选点文件"), usual=_("随附")),
        "siting.auto": Words(_("新线自动求解")),
        f"siting.bounds.{_UNTOLD}.{_REST}": Words(_("已证明的界"), whole=True),
        f"siting.saved.*.{_REST}": Words(
            _("留存的方案"), whole=True, new=_("新线方案存入对比：{names}"), gone=_("新线方案移出对比：{names}")
        ),
        "siting.stability_runs": _parameter(book.parameters["siting_runs"]),
        "siting.stability": Words(_("稳定性检验")),
    }
    weight = "siting_weight_"
    rows = {id: row for id, row in book.parameters.items() if id.startswith(weight)}
    found |= {f"siting.weights.{id.removeprefix(weight)}": _parameter(row) for id, row in rows.items()}
    for sector in SECTORS:
        found[f"siting.wishes.quotas.{sector}"] = Words(
            _("{sector}的条数").format(sector=sector_label(sector)), _("条"), usual=_("不限"), between="–"
        )
    return found


def _of_consolidation(book: RuleBook) -> dict[str, Words]:
    kinds = {
        "single": _("目标年方案"),
        "phased": _("逐年方案"),
        "joint": _("与砂浆线联合的方案"),
        "tradeoff": _("取舍曲线的一点"),
    }
    rows = consolidation_settings.PARAMETERS
    found = {f"consolidation.wishes.{name}": _parameter(book.parameters[row]) for name, row in rows.items()}
    return found | {
        "consolidation.wishes.phased": Words(_("是否逐年求解")),
        "consolidation.wishes.limit_centre": Words(_("是否限制五环以内的站点")),
        "consolidation.wishes.centre_most": Words(_("五环以内最多的站点")),
        "consolidation.wishes.district_most.*": Words(_("区县最多的站点"), usual=_("不限")),
        "consolidation.wishes.gap_pct": Words(_("整合求解的差距要求"), "%"),
        "consolidation.decisions.*": Words(
            _("站点的决定"), value={action: action_label(action) for action in ("retain", "close")}, usual=_("未定")
        ),
        **{f"consolidation.plans.{kind}": Words(title) for kind, title in kinds.items()},
        "consolidation.shown": Words(_("所看的整合方案"), value=kinds, usual=_("按设置")),
        "consolidation.tradeoff": Words(_("取舍曲线")),
        "consolidation.otherwise.*": Words(_("另作决定的代价"), whole=True, new=_("算出另作决定的代价 {names}")),
        "consolidation.auto": Words(_("整合自动求解")),
    }


def _of_the_rest(book: RuleBook) -> dict[str, Words]:
    return {
        "coverage.with_proposal": Words(_("覆盖是否计入新线")),
        "coverage.with_plan": Words(_("覆盖是否计入整合方案")),
        "coverage.proposal": Words(_("覆盖所用的方案文件")),
        "briefing.steps.*.order": Words(_("汇报步骤的次序"), whole=True),
        "briefing.steps.*.show": Words(_("是否讲这一步"), usual=True),
        "briefing.steps.*.caption": Words(_("汇报步骤的标题")),
        "briefing.steps.*.notes": Words(_("讲稿"), whole=True),
        "briefing.radius_km": Words(_("汇报所用的服务半径"), "km", usual=book.figure("coverage_radius_mortar_km")),
        "briefing.proposal": Words(_("汇报所用的选址文件")),
        "briefing.plan": Words(_("汇报所用的整合文件")),
        "briefing.template": Words(_("幻灯片模板")),
    }
