"""What two scenarios differ in before anything is computed from it: files, settings, locks, decisions, in words."""

from collections.abc import Iterator
from dataclasses import replace

from mixplan.base.i18n import gettext as _
from mixplan.consolidation import inputs as consolidation_inputs
from mixplan.plan.rules import RuleBook
from mixplan.projects.project import ConsolidationWork, FileUse, SitingWork, Work
from mixplan.siting import asked as siting_asked
from mixplan.siting.asked import Asked


def differing(first: Work, now: Work, book: RuleBook) -> list[str]:
    """What the second scenario has otherwise than the first, one sentence each; empty where nothing differs.

    Parameters
    ----------
    book : RuleBook
        Says what holds where a scenario sets nothing, and names the settings.
    """
    return [
        *_files(first, now),
        *_margin(first, now, book),
        *(_("新线布局：{what}").format(what=what) for what in _lines(first.siting, now.siting, book)),
        *(_("治理整合：{what}").format(what=what) for what in _plan(first.consolidation, now.consolidation, book)),
        *_coverage(first, now),
    ]


def _file(title: str, usual: str, before: FileUse | None, after: FileUse | None) -> Iterator[str]:
    if before == after:
        return
    was, now = (usual if use is None else _("“{name}”").format(name=use.name) for use in (before, after))
    if was == now:  # the same name, but another content or another way to read it
        yield _("{title}：{now}的内容或读法不同").format(title=title, now=now)
    else:
        yield _("{title}：{was} → {now}").format(title=title, was=was, now=now)


def _files(first: Work, now: Work) -> Iterator[str]:
    shipped = _("随附数据")
    yield from _file(_("登记册"), _("随附登记册"), first.register, now.register)
    yield from _file(_("路网"), _("直线距离"), first.network, now.network)
    yield from _file(_("新线布局的需求点"), shipped, first.siting.demand, now.siting.demand)
    yield from _file(_("新线布局的候选点"), shipped, first.siting.candidates, now.siting.candidates)
    yield from _file(_("覆盖用的新线方案"), _("“新线布局”的方案"), first.coverage.proposal, now.coverage.proposal)


def _margin(first: Work, now: Work, book: RuleBook) -> Iterator[str]:
    was, is_ = (book.margin_m if work.margin_m is None else work.margin_m for work in (first, now))
    if was != is_:
        yield _("敏感区外扩距离 {before:g}→{after:g} m").format(before=was, after=is_)


def _asked(work: SitingWork, book: RuleBook) -> Asked:
    """The question that the desk asks; the margin is said once for all, so here it is the same for both."""
    desk, settings = work.desk, work.wishes.settings(book, margin_m=float(book.margin_m))
    wanted = replace(settings, forced=tuple(desk.locked.items()), forbidden=tuple(desk.forbidden))
    return siting_asked.asked_of(wanted, own=[(key, *place) for key, place in desk.own.items()])


def _lines(first: SitingWork, now: SitingWork, book: RuleBook) -> list[str]:
    said = siting_asked.changed(_asked(first, book), _asked(now, book), book)
    old, new = dict(first.desk.plan), dict(now.desk.plan)
    if count := sum(old.get(site) != new.get(site) for site in old.keys() | new.keys()):
        said.append(_("{count} 处站点的条数").format(count=count))
    return said


def _plan(first: ConsolidationWork, now: ConsolidationWork, book: RuleBook) -> list[str]:
    old, new = (
        consolidation_inputs.inputs_of(
            work.wishes.settings(book, decisions=work.decisions), margin_m=float(book.margin_m)
        )
        for work in (first, now)
    )
    return consolidation_inputs.changed(old, new, book)


def _coverage(first: Work, now: Work) -> Iterator[str]:
    if first.coverage.with_proposal != now.coverage.with_proposal:
        yield _("禁现区覆盖：是否加上新线方案")
    if first.coverage.with_plan != now.coverage.with_plan:
        yield _("禁现区覆盖：是否按治理整合方案")
